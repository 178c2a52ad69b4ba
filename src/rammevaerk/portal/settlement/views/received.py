"""Received invoices: handed in, controlled one by one, approved or objected to."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from rammevaerk.exchange.listing import ColumnKind, ListColumn, write_listing
from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.http import Request
from rammevaerk.portal.access.policy import requires
from rammevaerk.portal.access.queries import names_on
from rammevaerk.portal.access.saving import RevisionConflict, fingerprint
from rammevaerk.portal.common.forms import carried_out, show_problem, status_of
from rammevaerk.portal.placements.queries.buying import buys_made_up
from rammevaerk.portal.settlement.calculate.objections import Objection, objection_text
from rammevaerk.portal.settlement.calculate.reconciliation import month_text_da
from rammevaerk.portal.settlement.forms.received import (
    ApproveForm,
    ObjectionForm,
    ReceivedFilesForm,
    read_received_filter,
)
from rammevaerk.portal.settlement.models import ReceivedInvoice
from rammevaerk.portal.settlement.operations import received as operations
from rammevaerk.portal.settlement.queries import control as found_by
from rammevaerk.portal.settlement.queries import received as queries
from rammevaerk.portal.settlement.views.control import (
    counted,
    difference_rows,
    shown_parts,
    workbook,
)
from rammevaerk.portal.settlement.views.places import XLSX, attached, buying_trail

_ON_A_PAGE, _PARTS, _LINES = 50, 50, 100
_MOST_ROWS = 20_000
STATE_TAGS = {"open": "awaiting_decision", "approved": "done", "objected": "late"}


def received_trail(*steps: tuple[str, str] | str) -> Any:
    """… › Køb og kontrol › Modtagne regninger › steps."""
    here: tuple[str, str] | str = _("Modtagne regninger")
    if steps:
        here = (_("Modtagne regninger"), reverse("settlement:received"))
    return buying_trail(here, *steps)


@require_GET
@requires(Action.INVOICE_CONTROL)
def received(request: Request) -> HttpResponse:
    wanted = read_received_filter(request.GET)
    found = queries.received_found(request.actor, wanted)
    page = Paginator(queries.with_lines(found), _ON_A_PAGE).get_page(request.GET.get("side"))
    context = {
        "crumbs": received_trail(),
        "filter": wanted,
        "states": ReceivedInvoice.State.choices,
        "sellers": queries.sellers_of(request.actor),
        "sums": queries.received_sums(found),
        "page": page,
        "rows": [(one, STATE_TAGS[one.state]) for one in page],
    }
    return render(request, "settlement/received.html", context)


_COLUMNS = (
    ListColumn("Nummer", width=20),
    ListColumn("Art", width=12),
    ListColumn("Sælger", width=32),
    ListColumn("Sælgers CVR-nummer", width=14),
    ListColumn("Udstedt", ColumnKind.DAY, 18),
    ListColumn("Betales senest", ColumnKind.DAY, 18),
    ListColumn("Linjer", ColumnKind.WHOLE, 10),
    ListColumn("Linjer uden kendt borger", ColumnKind.WHOLE, 14),
    ListColumn("I alt, kr.", ColumnKind.ORE, 16),
    ListColumn("Tilstand", width=22),
    ListColumn("Begrundelse", width=60),
)


@require_GET
@requires(Action.INVOICE_CONTROL)
def received_list_workbook(request: Request) -> HttpResponse:
    """The register as it is narrowed."""
    wanted = read_received_filter(request.GET)
    found = queries.with_lines(queries.received_found(request.actor, wanted))[:_MOST_ROWS]
    rows = [
        [
            one.label,
            _("Kreditnota") if one.credit else _("Regning"),
            one.seller_name,
            one.seller_cvr,
            one.issued_on,
            one.due_on,
            one.lines_count,
            one.unknown,
            one.total_ore,
            one.get_state_display(),
            one.verdict,
        ]
        for one in found
    ]
    content = write_listing(_("Modtagne regninger"), _COLUMNS, rows, at=request.at)
    return attached(content, XLSX, "Modtagne regninger.xlsx")


@require_http_methods(["GET", "POST"])
@requires(Action.INVOICE_CONTROL)
def received_new(request: Request) -> HttpResponse:
    """Hand invoices in."""
    posted = request.method == "POST"
    form = ReceivedFilesForm(
        request.POST if posted else None,
        request.FILES if posted else None,
        too_large=getattr(request, "upload_too_large", ""),
    )
    if posted and form.is_valid():
        files = [(one.name or "", one.read()) for one in form.cleaned_data["invoices"]]
        try:
            taken = operations.take_in_invoices(files, by=request.actor, at=request.at)
        except ValidationError as problem:
            show_problem(form, problem)
        else:
            return _taken(request, taken)
    context = {"crumbs": received_trail(_("Indlæs regninger")), "form": form}
    return render(request, "settlement/received_new.html", context, status=status_of(form))


def _taken(request: Request, taken: operations.TakenIn) -> HttpResponse:
    for text in taken.told[:20]:
        messages.warning(request, text)
    if not taken.stored:
        return redirect("settlement:received")
    text = ngettext("%(n)s regning er indlæst.", "%(n)s regninger er indlæst.", len(taken.stored))
    messages.success(request, text % {"n": len(taken.stored)})
    if len(taken.stored) == 1:
        return redirect("settlement:received_invoice", received_id=taken.stored[0].pk)
    return redirect("settlement:received")


@require_GET
@requires(Action.INVOICE_CONTROL, ReceivedInvoice, "received_id")
def received_invoice(request: Request, row: ReceivedInvoice) -> HttpResponse:
    """What should it have been, what was it, and why do they differ."""
    return _page(request, row, ApproveForm())


def _page(request: Request, row: ReceivedInvoice, form: ApproveForm) -> HttpResponse:
    control = _control(row)
    rows = queries.lines_of(row, request.actor)
    lines = [(one, counted(one.quantity)) for one in rows[:_LINES]]
    parts = Paginator(control.found.parts, _PARTS).get_page(request.GET.get("side"))
    context = {
        "crumbs": received_trail(row.label),
        "invoice": row,
        "tag": STATE_TAGS[row.state],
        "control": control,
        "months": [month_text_da(one) for one in control.months],
        "missing": [month_text_da(one) for one in control.missing],
        "parts": shown_parts(parts),
        "page": parts,
        "lines": lines,
        "lines_count": rows.count(),
        "form": form,
        "seen": fingerprint(row),
        "credited_is_here": not row.credit or queries.credited_is_here(row),
        "months_asked": [f"{one:%Y-%m}" for one in control.months],
        "synthetic": buys_made_up(row.payer_id),
    }
    return render(request, "settlement/received_invoice.html", context, status=status_of(form))


def _control(row: ReceivedInvoice) -> found_by.InvoiceControl:
    months = found_by.months_of_received(row)
    return found_by.control_of(f"received:{row.pk}", row.payer_id, months)


def _changed(request: Request, row: ReceivedInvoice) -> HttpResponse:
    messages.error(request, _("Regningen er afgjort af en anden imens. Se den igen."))
    return redirect("settlement:received_invoice", received_id=row.pk)


@require_POST
@requires(Action.INVOICE_CONTROL, ReceivedInvoice, "received_id")
def received_approve(request: Request, row: ReceivedInvoice) -> HttpResponse:
    form = ApproveForm(request.POST)

    def store() -> None:
        note, seen = form.cleaned_data["note"], request.POST.get("seen", "")
        operations.approve(row, note=note, seen=seen, by=request.actor, at=request.at)

    try:
        if carried_out(form, store):
            messages.success(request, _("Regningen er godkendt til betaling."))
            return redirect("settlement:received_invoice", received_id=row.pk)
    except RevisionConflict:
        return _changed(request, row)
    return _page(request, row, form)


@require_http_methods(["GET", "POST"])
@requires(Action.INVOICE_CONTROL, ReceivedInvoice, "received_id")
def received_object(request: Request, row: ReceivedInvoice) -> HttpResponse:
    """Object with a reason; afterwards the text to the seller is ready to be sent."""
    form = ObjectionForm(request.POST or None)

    def store() -> None:
        reason, seen = form.cleaned_data["reason"], request.POST.get("seen") or None
        operations.object_to(row, reason=reason, seen=seen, by=request.actor, at=request.at)

    try:
        if request.method == "POST" and carried_out(form, store):
            messages.success(request, _("Indsigelsen er gemt. Teksten til sælger er klar."))
            return redirect("settlement:received_text", received_id=row.pk)
    except RevisionConflict:
        return _changed(request, row)
    address = reverse("settlement:received_invoice", kwargs={"received_id": row.pk})
    context = {
        "crumbs": received_trail((row.label, address), _("Gør indsigelse")),
        "invoice": row,
        "control": _control(row),
        "form": form,
        "back": address,
        "seen": fingerprint(row),
    }
    return render(request, "settlement/received_object.html", context, status=status_of(form))


@require_POST
@requires(Action.INVOICE_CONTROL, ReceivedInvoice, "received_id")
def received_reopen(request: Request, row: ReceivedInvoice) -> HttpResponse:
    try:
        operations.reopen(row, seen=request.POST.get("seen", ""), by=request.actor, at=request.at)
    except RevisionConflict:
        return _changed(request, row)
    messages.success(request, _("Afgørelsen er taget tilbage. Regningen skal kontrolleres igen."))
    return redirect("settlement:received_invoice", received_id=row.pk)


@require_GET
@requires(Action.INVOICE_CONTROL, ReceivedInvoice, "received_id")
def received_text(request: Request, row: ReceivedInvoice) -> HttpResponse:
    """The objection as a text to send."""
    address = reverse("settlement:received_invoice", kwargs={"received_id": row.pk})
    buyer = names_on([row.payer_id], on=request.today)[row.payer_id]
    said = Objection(
        _("Kreditnota") if row.credit else _("Regning"),
        row.label,
        row.issued_on,
        row.seller_name,
        buyer,
        row.total_ore,
        row.verdict if row.state == ReceivedInvoice.State.OBJECTED else "",
        tuple(row.remarks),
    )
    context = {
        "crumbs": received_trail((row.label, address), _("Tekst til sælger")),
        "invoice": row,
        "text": objection_text(said, _control(row).found.parts),
        "back": address,
    }
    return render(request, "settlement/received_text.html", context)


@require_GET
@requires(Action.INVOICE_CONTROL, ReceivedInvoice, "received_id")
def received_workbook(request: Request, row: ReceivedInvoice) -> HttpResponse:
    """The differences of one invoice."""
    control = _control(row)
    about = [(_("Regning"), row.label), (_("Sælger"), row.seller_name)]
    content = workbook(difference_rows(control.found.parts), about, at=request.at)
    return attached(content, XLSX, f"Forskelle {row.label}.xlsx")
