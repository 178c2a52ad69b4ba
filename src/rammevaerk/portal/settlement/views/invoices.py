"""Invoices: the register of both sides, one invoice with its files, and crediting it."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from rammevaerk.engine.date_words import date_text_da
from rammevaerk.exchange.invoice.paper import RefusedPaper
from rammevaerk.exchange.invoice.pdf import write_pdf
from rammevaerk.exchange.invoice.workbook import write_workbook
from rammevaerk.exchange.listing import ColumnKind, ListColumn, write_listing
from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.http import Request
from rammevaerk.portal.access.policy import decide, requires
from rammevaerk.portal.access.queries import names_on, trail_of
from rammevaerk.portal.access.trails import show_trail
from rammevaerk.portal.common.forms import carried_out, status_of
from rammevaerk.portal.settlement.calculate.reconciliation import month_text_da
from rammevaerk.portal.settlement.forms.invoices import CreditForm, DocumentForm, read_filter
from rammevaerk.portal.settlement.models import HandOver, Invoice, InvoiceDocument, InvoiceLine
from rammevaerk.portal.settlement.operations.billing_jobs import start_handing_over
from rammevaerk.portal.settlement.operations.crediting import credit_invoice
from rammevaerk.portal.settlement.operations.documents import make_document, sound_paper
from rammevaerk.portal.settlement.operations.handing_over import next_attempt
from rammevaerk.portal.settlement.queries import invoices as queries
from rammevaerk.portal.settlement.queries.invoice_history import happenings_of
from rammevaerk.portal.settlement.queries.standing import not_taken_back
from rammevaerk.portal.settlement.views.places import XLSX, attached, invoices_trail

_ON_A_PAGE, _LINES = 50, 100
_MOST_ROWS = 20_000
# (text, kind of tag) for what an invoice's e-invoice has come to.
STATE_TAGS = {
    "handed_over": (gettext_lazy("Afleveret"), "done"),
    "valid": (gettext_lazy("Klar til aflevering"), "planned"),
    "failed": (gettext_lazy("Aflevering mislykkedes"), "late"),
    "invalid": (gettext_lazy("Overholder ikke reglerne"), "late"),
    "unvalidated": (gettext_lazy("Ikke valideret"), "warning"),
    "none": (gettext_lazy("Ingen e-regning endnu"), "draft"),
}


@require_GET
@requires(Action.INVOICE_READ)
def invoices(request: Request) -> HttpResponse:
    wanted = read_filter(request.GET)
    found = queries.invoices_found(request.actor, wanted)
    page = Paginator(found, _ON_A_PAGE).get_page(request.GET.get("side"))
    choices = queries.choices_of(request.actor, on=request.today)
    context = {
        "crumbs": invoices_trail(),
        "filter": wanted,
        "choices": choices,
        "months": [(one.isoformat()[:7], month_text_da(one)) for one in choices.months],
        "month": wanted.month.isoformat()[:7] if wanted.month else "",
        "kinds": Invoice.Kind.choices,
        "states": [(key, label) for key, (label, _kind) in STATE_TAGS.items()],
        "sums": queries.sums_of(found),
        "page": page,
        "rows": [
            (one, *STATE_TAGS[one.state]) for one in queries.register_rows(page, on=request.today)
        ],
        "may_issue": request.actor.scope(Action.INVOICE_ISSUE) is not None,
    }
    return render(request, "settlement/invoices.html", context)


_COLUMNS = (
    ListColumn("Nummer", width=22),
    ListColumn("Art", width=12),
    ListColumn("Driftsherre", width=28),
    ListColumn("Betalingskommune", width=24),
    ListColumn("Måned", ColumnKind.DAY, 18),
    ListColumn("Udstedt", ColumnKind.DAY, 18),
    ListColumn("Betales senest", ColumnKind.DAY, 18),
    ListColumn("Krediterer", width=22),
    ListColumn("Købers reference", width=24),
    ListColumn("I alt (kr.)", ColumnKind.ORE, 16),
    ListColumn("E-regning", width=24),
)


@require_GET
@requires(Action.INVOICE_READ)
def invoices_workbook(request: Request) -> HttpResponse:
    """Every row that the register shows with the same filters, in the same order."""
    found = queries.invoices_found(request.actor, read_filter(request.GET))
    rows = queries.register_rows(found[:_MOST_ROWS], on=request.today)
    content = write_listing(
        _("Regninger"),
        _COLUMNS,
        [_cells(one) for one in rows],
        about=[
            (_("Udtrukket"), date_text_da(request.today)),
            (_("Rækker"), str(len(rows))),
        ],
        at=request.at,
    )
    return attached(content, XLSX, f"Regninger {request.today.isoformat()}.xlsx")


def _cells(row: queries.InvoiceRow) -> list[Any]:
    one = row.invoice
    return [
        one.label,
        str(one.get_kind_display()),
        row.operator,
        row.payer,
        one.month,
        one.issued_on,
        one.due_on,
        one.credits.label if one.credits else "",
        one.reference,
        one.total_ore,
        str(STATE_TAGS[row.state][0]),
    ]


@require_GET
@requires(Action.INVOICE_READ, Invoice, "invoice_id")
def invoice(request: Request, row: Invoice) -> HttpResponse:
    """One invoice as it reads, its files, where it was handed over, and what took it back."""
    actor, on = request.actor, request.today
    lines = queries.lines_of(row, actor)
    page = Paginator(lines, _LINES).get_page(request.GET.get("side"))
    issues = decide(actor, Action.INVOICE_ISSUE, row).allowed
    documents = queries.documents_of(row, actor)
    newest = documents[0] if documents else None
    [shown] = queries.register_rows(queries.with_state(Invoice.objects.filter(pk=row.pk)), on=on)
    left = queries.left_to_credit(row) if row.kind == Invoice.Kind.INVOICE else 0
    hand_overs = queries.hand_overs_of(row, actor)
    context = {
        "crumbs": invoices_trail(row.label),
        "invoice": row,
        "row": shown,
        "tag": STATE_TAGS[shown.state],
        "month": month_text_da(row.month),
        "page": page,
        "lines": queries.billed_lines(page),
        "documents": documents,
        "newest": newest,
        "hand_overs": hand_overs if issues else [],
        "credited_by": list(row.credited_by.order_by("number")),
        "left_ore": left,
        "issues": issues,
        "may_credit": issues and row.kind == Invoice.Kind.INVOICE and left > 0,
        "may_hand_over": issues and shown.state in {"valid", "failed"},
        "document_form": DocumentForm(initial={"format": row.buyer.get("format", "oioubl")}),
        "may_audit": decide(request.actor, Action.AUDIT_READ, row).allowed,
        "may_control": decide(request.actor, Action.INVOICE_CONTROL, row).allowed,
        "next_attempt": _next_attempt(newest, hand_overs) if issues else None,
        "entries": happenings_of(row, documents, hand_overs if issues else []),
        "synthetic": _synthetic(row),
    }
    return render(request, "settlement/invoice.html", context)


def _next_attempt(newest: InvoiceDocument | None, attempts: list[HandOver]) -> datetime | None:
    """When the newest e-invoice is tried again by itself."""
    return (
        next_attempt([one for one in attempts if one.document_id == newest.pk]) if newest else None
    )


def _synthetic(row: Invoice) -> bool:
    return InvoiceLine.objects.filter(invoice=row, line__placement__synthetic=True).exists()


@require_GET
@requires(Action.INVOICE_READ, Invoice, "invoice_id")
def invoice_pdf(request: Request, row: Invoice) -> HttpResponse:
    """The invoice for people."""
    return _file(request, row, "pdf")


@require_GET
@requires(Action.INVOICE_READ, Invoice, "invoice_id")
def invoice_workbook(request: Request, row: Invoice) -> HttpResponse:
    """The invoice with its lines as a workbook."""
    return _file(request, row, "xlsx")


def _file(request: Request, row: Invoice, ending: str) -> HttpResponse:
    try:
        paper = sound_paper(row)
        if ending == "pdf":
            return attached(write_pdf(paper), "application/pdf", f"{row.label}.pdf")
        return attached(write_workbook([paper]), XLSX, f"{row.label}.xlsx")
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
    except RefusedPaper as refusal:
        messages.error(request, refusal.reason_da)
    return redirect("settlement:invoice", invoice_id=row.pk)


@require_GET
@requires(Action.INVOICE_READ, Invoice, "invoice_id")
def invoice_xml(request: Request, row: Invoice) -> HttpResponse:
    """The newest e-invoice, as it was or will be handed over."""
    document = row.documents.first()
    if document is None:
        raise Http404
    return _xml(document)


def _xml(document: InvoiceDocument) -> HttpResponse:
    name = f"{document.invoice.label}.{document.format}.xml"
    return attached(bytes(document.content), "application/xml", name)


@require_GET
@requires(Action.INVOICE_READ, InvoiceDocument, "document_id")
def document_xml(request: Request, row: InvoiceDocument) -> HttpResponse:
    """An earlier e-invoice."""
    return _xml(row)


@require_GET
@requires(Action.AUDIT_READ, Invoice, "invoice_id", row_action=Action.INVOICE_READ)
def invoice_audit(request: Request, row: Invoice) -> HttpResponse:
    """Everything that was done to the invoice, from the trail."""
    parts = [
        Invoice.objects.filter(pk=row.pk),
        InvoiceDocument.objects.filter(invoice=row),
        HandOver.objects.filter(document__invoice=row),
        row.credited_by.all(),
    ]
    address = reverse("settlement:invoice", kwargs={"invoice_id": row.pk})
    return show_trail(
        request,
        trail_of(parts, request.actor),
        "settlement/invoice_audit.html",
        invoice=row,
        crumbs=invoices_trail((row.label, address), _("Revisionsspor")),
    )


@require_http_methods(["GET", "POST"])
@requires(Action.INVOICE_ISSUE, Invoice, "invoice_id")
def invoice_credit(request: Request, row: Invoice) -> HttpResponse:
    form = CreditForm(request.POST or None)
    made: list[Invoice] = []

    def store() -> None:
        reason = form.cleaned_data["reason"]
        made.append(credit_invoice(row, reason=reason, by=request.actor, at=request.at))

    address = reverse("settlement:invoice", kwargs={"invoice_id": row.pk})
    if carried_out(form, store):
        text = _("Kreditnota %(label)s er udstedt. Dagene kan nu afregnes igen i en ny kørsel.")
        messages.success(request, text % {"label": made[0].label})
        return redirect("settlement:invoice", invoice_id=made[0].pk)
    context = {
        "crumbs": invoices_trail((row.label, address), _("Kreditér")),
        "invoice": row,
        "payer": names_on([row.payer_id], on=request.today)[row.payer_id],
        "left_ore": queries.left_to_credit(row),
        "lines": row.lines.filter(not_taken_back("line_id")).count(),
        "form": form,
        "back": address,
    }
    return render(request, "settlement/invoice_credit.html", context, status=status_of(form))


@require_POST
@requires(Action.INVOICE_ISSUE, Invoice, "invoice_id")
def invoice_document(request: Request, row: Invoice) -> HttpResponse:
    """Make the e-invoice, in the format that is chosen, by the rules that are here now."""
    form = DocumentForm(request.POST)
    try:
        if form.is_valid():
            made = make_document(row, form.cleaned_data["format"], by=request.actor, at=request.at)
            said = {
                "valid": (messages.SUCCESS, _("E-regningen overholder de officielle regler.")),
                "invalid": (messages.ERROR, _("E-regningen overholder ikke de officielle regler.")),
                "unvalidated": (
                    messages.WARNING,
                    _("E-regningen er dannet, men ikke valideret: reglerne er ikke lagt ind."),
                ),
            }[made.outcome]
            messages.add_message(request, *said)
        else:
            messages.error(request, _("Vælg et af formaterne."))
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
    return redirect(f"{reverse('settlement:invoice', kwargs={'invoice_id': row.pk})}#filer")


@require_POST
@requires(Action.INVOICE_ISSUE, Invoice, "invoice_id")
def invoice_hand_over(request: Request, row: Invoice) -> HttpResponse:
    """Have this one e-invoice handed over."""
    try:
        start_handing_over(row.run, invoice=row, by=request.actor, at=request.at)
        messages.success(
            request, _("Afleveringen er sat i gang. Genindlæs siden for at se, hvad der kom ud.")
        )
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
    return redirect(f"{reverse('settlement:invoice', kwargs={'invoice_id': row.pk})}#aflevering")
