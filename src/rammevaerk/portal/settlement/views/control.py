"""Control of what was charged: months and sellers, one month, and an invoice issued here."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from rammevaerk.exchange.listing import ColumnKind, ListColumn, write_listing
from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.http import Request
from rammevaerk.portal.access.policy import requires
from rammevaerk.portal.access.queries import names_on
from rammevaerk.portal.placements.queries.buying import buys_made_up
from rammevaerk.portal.settlement.calculate.control import CAUSES_DA, Part
from rammevaerk.portal.settlement.calculate.reconciliation import month_text_da
from rammevaerk.portal.settlement.forms.control import ControlFilter, read_control_filter
from rammevaerk.portal.settlement.forms.received import read_month
from rammevaerk.portal.settlement.models import ControlMonth, Invoice
from rammevaerk.portal.settlement.operations.control import ask_control
from rammevaerk.portal.settlement.queries import control as queries
from rammevaerk.portal.settlement.views.places import XLSX, attached, buying_trail

_ROWS, _PARTS = 50, 50
_MOST_MONTHS = 36


@dataclass(frozen=True, slots=True)
class ShownLine:
    """One line of a part, expected or charged, ready to be shown."""

    label: str
    url: str
    position: int
    first: date | None
    end: date | None
    days: Decimal | None
    ore: int
    text: str


@dataclass(frozen=True, slots=True)
class ShownPart:
    """A part with its lines."""

    part: Part
    expected: list[ShownLine]
    charged: list[ShownLine]


def shown_parts(parts: Iterable[Part]) -> list[ShownPart]:
    """Parts with dates and addresses."""
    return [
        ShownPart(
            one,
            [_line(row, 100) for row in one.expected],
            [_line(row, 1) for row in one.charged],
        )
        for one in parts
    ]


def counted(hundredths: int) -> Decimal:
    """Hundredths as a number without decimals that say nothing."""
    whole, rest = divmod(hundredths, 100)
    return Decimal(hundredths) / 100 if rest else Decimal(whole)


def _line(row: Any, factor: int) -> ShownLine:
    kind, _colon, pk = row.get("source", "").partition(":")
    address = {
        "invoice": ("settlement:control_invoice", "invoice_id"),
        "received": ("settlement:received_invoice", "received_id"),
    }.get(kind)
    return ShownLine(
        row.get("label", ""),
        reverse(address[0], kwargs={address[1]: int(pk)}) if address else "",
        row.get("position", 0),
        date.fromisoformat(row["first"]) if row["first"] else None,
        date.fromisoformat(row["end"]) if row["end"] else None,
        None if row["days"] is None else counted(row["days"] * factor),
        row["ore"],
        row["text"],
    )


def control_trail(*steps: tuple[str, str] | str) -> Any:
    """… › Køb og kontrol › Kontrol › steps."""
    here: tuple[str, str] | str = _("Kontrol af regninger")
    if steps:
        here = (_("Kontrol af regninger"), reverse("settlement:control"))
    return buying_trail(here, *steps)


@require_GET
@requires(Action.INVOICE_CONTROL)
def control(request: Request) -> HttpResponse:
    """Month by month and seller by seller: expected, charged, and the difference."""
    wanted = read_control_filter(request.GET)
    months = queries.months_of(request.actor, on=request.today)
    rows = queries.seller_rows(
        months, month=wanted.month, seller=wanted.seller, differing=not wanted.everything
    )
    page = Paginator(rows, _ROWS).get_page(request.GET.get("side"))
    done = [one.control for one in months if one.control and one.control.calculated_at]
    context = {
        "crumbs": control_trail(),
        "filter": wanted,
        "chosen_month": f"{wanted.month:%Y-%m}" if wanted.month else "",
        "months": [(one, month_text_da(one.day), f"{one.day:%Y-%m}") for one in months],
        "sellers": queries.sellers_of(months),
        "page": page,
        "rows": [(one, month_text_da(one.month.month)) for one in page],
        "count": len(rows),
        "calculated": bool(done),
        "working": any(one.control and one.control.state == "working" for one in months),
        "expected_ore": sum(one.expected_ore for one in done),
        "charged_ore": sum(one.charged_ore for one in done),
        "difference_ore": sum(one.charged_ore - one.expected_ore for one in done),
        "synthetic": buys_made_up(request.actor.organisation_id),
    }
    return render(request, "settlement/control.html", context)


_LIST = (
    ListColumn("Måned", ColumnKind.DAY, 18),
    ListColumn("Sælger", width=34),
    ListColumn("Ventet, kr.", ColumnKind.ORE, 18),
    ListColumn("Opkrævet, kr.", ColumnKind.ORE, 18),
    ListColumn("Forskel, kr.", ColumnKind.ORE, 18),
    ListColumn("Borgere med forskel", ColumnKind.WHOLE, 14),
)


@require_GET
@requires(Action.INVOICE_CONTROL)
def control_workbook(request: Request) -> HttpResponse:
    """The months and sellers as they are narrowed."""
    wanted = read_control_filter(request.GET)
    found = queries.seller_rows(
        queries.months_of(request.actor, on=request.today),
        month=wanted.month,
        seller=wanted.seller,
        differing=not wanted.everything,
    )
    rows: list[list[str | int | date | None]] = [
        [
            one.month.month,
            one.name,
            one.expected_ore,
            one.charged_ore,
            one.difference_ore,
            one.differing,
        ]
        for one in found
    ]
    content = write_listing(_("Kontrol af regninger"), _LIST, rows, at=request.at)
    return attached(content, XLSX, "Kontrol af regninger.xlsx")


@require_POST
@requires(Action.INVOICE_CONTROL)
def control_calculate(request: Request) -> HttpResponse:
    """Have months calculated: those named, or the last year's."""
    named = [read_month(text) for text in request.POST.getlist("maaned")[:_MOST_MONTHS]]
    months = [one for one in named if one is not None]
    if request.POST.get("hvad") == "seneste":
        months = queries.last_months(request.today)
    back = request.POST.get("tilbage", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        back = reverse("settlement:control")
    if not months:
        messages.error(request, _("Vælg, hvilke måneder der skal beregnes."))
        return redirect(back)
    try:
        ask_control(months, by=request.actor, at=request.at)
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
    else:
        messages.success(
            request, _("Beregningen er sat i gang. Genindlæs siden om lidt for at se tallene.")
        )
    return redirect(back)


@require_GET
@requires(Action.INVOICE_CONTROL, ControlMonth, "control_id")
def control_month(request: Request, row: ControlMonth) -> HttpResponse:
    """A month's differences by cause, each opened to its lines and days."""
    wanted = read_control_filter(request.GET)
    parts = queries.parts_of(row)
    of_seller = [one for one in parts if wanted.seller in {"", one.seller}]
    found = queries.summed(of_seller)
    shown = queries.largest_first(_narrowed(of_seller, wanted))
    page = Paginator(shown, _PARTS).get_page(request.GET.get("side"))
    month = month_text_da(row.month)
    context = {
        "crumbs": control_trail(month),
        "control": row,
        "month": month,
        "month_key": f"{row.month:%Y-%m}",
        "filter": wanted,
        "found": found,
        "sellers": [(one["key"], one["name"]) for one in row.sellers],
        "seller": next((one["name"] for one in row.sellers if one["key"] == wanted.seller), ""),
        "causes": list(CAUSES_DA.items()),
        "page": page,
        "parts": shown_parts(page),
        "synthetic": buys_made_up(row.payer_id),
        "count": len(shown),
        "changed": _together(queries.changes_since(row)),
    }
    return render(request, "settlement/control_month.html", context)


def _together(told: Sequence[str]) -> str:
    """«regninger, takster og pladser»."""
    return _(" og ").join(filter(None, [", ".join(told[:-1]), *told[-1:]]))


def _narrowed(parts: Sequence[Part], wanted: ControlFilter) -> list[Part]:
    text = wanted.text.casefold()
    return [
        one
        for one in parts
        if (wanted.everything or one.differences)
        and (not wanted.cause or any(each.cause == wanted.cause for each in one.differences))
        and (text in one.reference.casefold() or text in one.facility.casefold())
    ]


_DIFFERENCES = (
    ListColumn("Borgerens reference", width=22),
    ListColumn("Tilbud", width=34),
    ListColumn("Ventet, kr.", ColumnKind.ORE, 18),
    ListColumn("Opkrævet, kr.", ColumnKind.ORE, 18),
    ListColumn("Regning og linje", width=34),
    ListColumn("Årsag", width=24),
    ListColumn("Forskel, kr.", ColumnKind.ORE, 18),
    ListColumn("Forklaring", width=70),
)


def difference_rows(parts: Iterable[Part]) -> list[list[Any]]:
    """A row for every difference; the part's sums stand on its first row only."""
    rows: list[list[Any]] = []
    for part in parts:
        where = "; ".join(f"{one['label']}, linje {one['position']}" for one in part.charged)
        for at, each in enumerate(part.differences):
            sums = [part.expected_ore, part.charged_ore] if at == 0 else [None, None]
            place = [part.reference, part.facility, *sums, where[:1000]]
            rows.append([*place, each.cause_da, each.ore, each.text])
    return rows


def workbook(
    rows: Sequence[Sequence[Any]], about: Sequence[tuple[str, str]], *, at: datetime
) -> bytes:
    """The differences as a sheet."""
    return write_listing(_("Forskelle"), _DIFFERENCES, rows, about=about, at=at)


@require_GET
@requires(Action.INVOICE_CONTROL, ControlMonth, "control_id")
def control_month_workbook(request: Request, row: ControlMonth) -> HttpResponse:
    """A month's differences as they are narrowed."""
    wanted = read_control_filter(request.GET)
    parts = [one for one in queries.parts_of(row) if wanted.seller in {"", one.seller}]
    rows = difference_rows(queries.largest_first(_narrowed(parts, wanted)))
    content = workbook(rows, [(_("Måned"), month_text_da(row.month))], at=request.at)
    return attached(content, XLSX, f"Forskelle {row.month:%Y-%m}.xlsx")


@require_GET
@requires(Action.INVOICE_CONTROL, Invoice, "invoice_id")
def control_invoice(request: Request, row: Invoice) -> HttpResponse:
    """An invoice issued here, held against what it should have been."""
    found = queries.control_of(f"invoice:{row.pk}", row.payer_id, queries.months_of_issued(row))
    page = Paginator(found.found.parts, _PARTS).get_page(request.GET.get("side"))
    context = {
        "crumbs": control_trail(row.label),
        "invoice": row,
        "operator": names_on([row.operator_id], on=request.today)[row.operator_id],
        "control": found,
        "months": [month_text_da(one) for one in found.months],
        "missing": [month_text_da(one) for one in found.missing],
        "months_asked": [f"{one:%Y-%m}" for one in found.months],
        "page": page,
        "parts": shown_parts(page),
        "synthetic": buys_made_up(row.payer_id),
    }
    return render(request, "settlement/control_invoice.html", context)


@require_GET
@requires(Action.INVOICE_CONTROL, Invoice, "invoice_id")
def control_invoice_workbook(request: Request, row: Invoice) -> HttpResponse:
    """The differences of an invoice issued here."""
    found = queries.control_of(f"invoice:{row.pk}", row.payer_id, queries.months_of_issued(row))
    content = workbook(
        difference_rows(found.found.parts), [(_("Regning"), row.label)], at=request.at
    )
    return attached(content, XLSX, f"Forskelle {row.label}.xlsx")
