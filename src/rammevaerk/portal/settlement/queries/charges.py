"""What a payer has been charged: invoices issued here, and those it has received from others."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from django.db.models import Q

from rammevaerk.portal.access.queries import names_on
from rammevaerk.portal.settlement.calculate.charges import (
    Charge,
    counts_of,
    own_charges,
    pieces_of,
)
from rammevaerk.portal.settlement.calculate.snapshot import after_month
from rammevaerk.portal.settlement.models import InvoiceLine, ReceivedLine


def charges_by_month(payer_id: int, months: Iterable[date]) -> dict[date, list[Charge]]:
    """Every charge of the months, cut by month.

    It asks nobody's leave: whoever asks controls for that payer.
    """
    wanted = set(months)
    first, end = min(wanted), after_month(max(wanted))
    found: defaultdict[date, list[Charge]] = defaultdict(list)
    for charge in (*_issued(payer_id, first, end), *_received(payer_id, first, end)):
        for month, piece in pieces_of(charge).items():
            if month in wanted:
                found[month].append(piece)
    return found


def _issued(payer_id: int, first: date, end: date) -> list[Charge]:
    rows = InvoiceLine.objects.filter(
        invoice__payer_id=payer_id, line__valid_from__lt=end, line__valid_to__gt=first
    ).select_related("invoice", "line")
    found: list[Charge] = []
    for row in rows.order_by("invoice__issued_on", "invoice_id", "position"):
        line = row.line
        charge = Charge(
            f"invoice:{row.invoice_id}",
            row.invoice.label,
            row.position,
            row.invoice.issued_on,
            row.invoice.operator_id,
            "",
            line.placement_id,
            row.reference or line.part,
            line.valid_from,
            line.valid_to,
            None,
            "",
            row.amount_ore,
            row.text,
        )
        found += own_charges(line, charge)
    return found


def _received(payer_id: int, first: date, end: date) -> list[Charge]:
    undated = Q(valid_from__isnull=True) | Q(valid_to__isnull=True)
    in_days = Q(valid_from__lt=end, valid_to__gt=first)
    issued = Q(invoice__issued_on__gte=first, invoice__issued_on__lt=end)
    rows = ReceivedLine.objects.filter(in_days | (undated & issued), invoice__payer_id=payer_id)
    return [
        received_charge(row)
        for row in rows.select_related("invoice").order_by(
            "invoice__issued_on", "invoice_id", "position"
        )
    ]


def received_charge(row: ReceivedLine) -> Charge:
    """A line of a received invoice as a charge."""
    counts = counts_of(row.unit)
    return Charge(
        f"received:{row.invoice_id}",
        row.invoice.label,
        row.position,
        row.invoice.issued_on,
        row.invoice.seller_id,
        row.invoice.seller_name,
        row.placement_id,
        row.reference,
        row.valid_from,
        row.valid_to,
        row.quantity if counts == "day" else None,
        counts,
        row.amount_ore,
        row.text,
    )


def names_of(ids: Iterable[int], *, on: date) -> dict[int, str]:
    """The sellers' names on a day."""
    return names_on(sorted(set(ids)), on=on)
