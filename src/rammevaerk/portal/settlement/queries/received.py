"""Reads of received invoices: the register, and one with its lines."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import Actor, visible
from rammevaerk.portal.settlement.models import Invoice, ReceivedInvoice, ReceivedLine


@dataclass(frozen=True, slots=True)
class ReceivedFilter:
    """What the register is narrowed to; an empty value narrows nothing."""

    text: str = ""
    state: str = ""
    seller: str = ""
    month: date | None = None

    @property
    def narrows(self) -> bool:
        """Whether anything is chosen."""
        return self != ReceivedFilter()


def seen_received(actor: Actor) -> "QuerySet[ReceivedInvoice]":
    """The received invoices the actor may read."""
    return visible(ReceivedInvoice.objects.all(), actor, Action.INVOICE_CONTROL)


def received_found(actor: Actor, wanted: ReceivedFilter) -> "QuerySet[ReceivedInvoice]":
    """Those that fit, the newest first, with how many lines have no known citizen."""
    rows = seen_received(actor)
    if wanted.text:
        lines = ReceivedLine.objects.filter(reference__icontains=wanted.text).order_by()
        text = Q(label__icontains=wanted.text) | Q(seller_name__icontains=wanted.text)
        rows = rows.filter(text | Q(pk__in=lines.values("invoice_id")))
    if wanted.state:
        rows = rows.filter(state=wanted.state)
    if wanted.seller:
        rows = rows.filter(seller_name=wanted.seller)
    if wanted.month:
        rows = rows.filter(issued_on__year=wanted.month.year, issued_on__month=wanted.month.month)
    return rows.order_by("-issued_on", "-pk")


def with_lines(rows: "QuerySet[ReceivedInvoice]") -> "QuerySet[Any]":
    """With how many lines there are, and how many name no placement of the payer's."""
    unknown = Count("lines", filter=Q(lines__placement__isnull=True))
    return rows.annotate(lines_count=Count("lines"), unknown=unknown)


def sellers_of(actor: Actor) -> list[str]:
    """The sellers the actor's received invoices are from."""
    names = seen_received(actor).order_by("seller_name").values_list("seller_name", flat=True)
    return sorted(names.distinct(), key=str.casefold)


@dataclass(frozen=True, slots=True)
class ReceivedSums:
    """How many wait, and what all that fit come to."""

    count: int
    open: int
    total_ore: int


def received_sums(rows: "QuerySet[ReceivedInvoice]") -> ReceivedSums:
    """Figures over all that fit, not only those on the page."""
    is_open = Q(state=ReceivedInvoice.State.OPEN)
    found = rows.order_by().aggregate(
        n=Count("pk"), open=Count("pk", filter=is_open), ore=Sum("total_ore")
    )
    return ReceivedSums(found["n"], found["open"], found["ore"] or 0)


def lines_of(invoice: ReceivedInvoice, actor: Actor) -> "QuerySet[ReceivedLine]":
    """The lines the actor may read, in order."""
    rows = visible(ReceivedLine.objects.filter(invoice=invoice), actor, Action.INVOICE_CONTROL)
    return rows.select_related("invoice", "placement__service__facility").order_by("position")


def credited_is_here(invoice: ReceivedInvoice) -> bool:
    """Whether the invoice that a credit note takes back was received, or issued, here."""
    here = {"payer_id": invoice.payer_id, "label": invoice.credits}
    received = ReceivedInvoice.objects.filter(**here, seller_cvr=invoice.seller_cvr, credit=False)
    return received.exists() or Invoice.objects.filter(**here).exists()
