"""Reads of what control came to: months and sellers, one month, one invoice."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Max

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import Actor, visible
from rammevaerk.portal.placements.queries.controlling import changed_since
from rammevaerk.portal.settlement.calculate.control import CAUSES_DA, Part, unpack
from rammevaerk.portal.settlement.calculate.snapshot import after_month
from rammevaerk.portal.settlement.models import (
    ControlMonth,
    Invoice,
    InvoiceLine,
    ReceivedInvoice,
    ReceivedLine,
)
from rammevaerk.portal.settlement.queries.charges import received_charge

MONTHS_SHOWN = 12


def seen_months(actor: Actor) -> "Any":
    """The controlled months the actor may read, without what they hold of each placement."""
    return visible(ControlMonth.objects.all(), actor, Action.INVOICE_CONTROL).defer("content")


@dataclass(frozen=True, slots=True)
class SellerRow:
    """A seller in a month."""

    month: ControlMonth
    key: str
    name: str
    expected_ore: int
    charged_ore: int
    differing: int

    @property
    def difference_ore(self) -> int:
        """Charged less expected."""
        return self.charged_ore - self.expected_ore


@dataclass(frozen=True, slots=True)
class MonthRow:
    """A month of the last year, calculated or not."""

    day: date
    control: ControlMonth | None

    @property
    def difference_ore(self) -> int:
        """Charged less expected."""
        return self.control.charged_ore - self.control.expected_ore if self.control else 0


def last_months(today: date, count: int = MONTHS_SHOWN) -> list[date]:
    """The last whole months, the newest first."""
    return [after_month(today, -at) for at in range(1, count + 1)]


def months_of(actor: Actor, *, on: date) -> list[MonthRow]:
    """The last year's months and every other that is controlled, the newest first."""
    stored = {one.month: one for one in seen_months(actor)}
    days = sorted({*last_months(on), *stored}, reverse=True)
    return [MonthRow(day, stored.get(day)) for day in days]


def seller_rows(
    rows: Iterable[MonthRow], *, month: date | None, seller: str, differing: bool
) -> list[SellerRow]:
    """Sellers by month, the newest month and the largest difference first."""
    found = [
        SellerRow(
            row.control, one["key"], one["name"], one["expected"], one["charged"], one["differing"]
        )
        for row in rows
        if row.control is not None and (month is None or row.day == month)
        for one in row.control.sellers
        if not seller or one["key"] == seller
    ]
    if differing:
        found = [one for one in found if one.differing]
    return sorted(found, key=lambda one: (-one.month.month.toordinal(), -abs(one.difference_ore)))


def sellers_of(rows: Iterable[MonthRow]) -> list[tuple[str, str]]:
    """Every seller that stands in a month."""
    found = {one["key"]: one["name"] for row in rows if row.control for one in row.control.sellers}
    return sorted(found.items(), key=lambda pair: pair[1].casefold())


def is_stale(row: ControlMonth) -> bool:
    """Whether something has come since the month was calculated that may change it."""
    if row.calculated_at is None:
        return False
    lines = InvoiceLine.objects.filter(
        invoice__payer_id=row.payer_id,
        line__valid_from__gte=row.month,
        line__valid_from__lt=after_month(row.month),
    )
    issued = lines.order_by().aggregate(at=Max("invoice__issued_at"))["at"]
    received = ReceivedInvoice.objects.filter(payer_id=row.payer_id)
    newest = received.order_by().aggregate(at=Max("received_at"))["at"]
    if any(one is not None and one > row.calculated_at for one in (issued, newest)):
        return True
    return changed_since(row.payer_id, row.calculated_at)


@dataclass(frozen=True, slots=True)
class CauseSum:
    """What one cause makes of the difference, and how many differences it is."""

    cause: str
    label: str
    ore: int
    count: int


@dataclass(frozen=True, slots=True)
class Controlled:
    """Parts with their sums: the causes add up to what was charged less what was expected."""

    parts: Sequence[Part]
    expected_ore: int
    charged_ore: int
    causes: list[CauseSum] = field(default_factory=list)

    @property
    def difference_ore(self) -> int:
        """Charged less expected."""
        return self.charged_ore - self.expected_ore


def summed(parts: Sequence[Part]) -> Controlled:
    """The parts with their sums by cause."""
    ore: defaultdict[str, int] = defaultdict(int)
    count: defaultdict[str, int] = defaultdict(int)
    for part in parts:
        for one in part.differences:
            ore[one.cause] += one.ore
            count[one.cause] += 1
    return Controlled(
        parts,
        sum(one.expected_ore for one in parts),
        sum(one.charged_ore for one in parts),
        [
            CauseSum(str(key), str(label), ore[key], count[key])
            for key, label in CAUSES_DA.items()
            if key in ore
        ],
    )


def parts_of(row: ControlMonth) -> list[Part]:
    """What each placement was expected and charged in a month, for one who may see it."""
    content = ControlMonth.objects.filter(pk=row.pk).values_list("content", flat=True).get()
    return unpack(bytes(content))


def largest_first(parts: Iterable[Part]) -> list[Part]:
    """By how much money the differences move."""
    return sorted(
        parts, key=lambda one: (-sum(abs(each.ore) for each in one.differences), one.reference)
    )


@dataclass(frozen=True, slots=True)
class InvoiceControl:
    """An invoice held against what its citizens should have cost in its months.

    `others_ore` is what other invoices and credit notes have charged for the same citizens and
    months: invoice + others - expected is the difference, which the causes give.
    """

    found: Controlled
    invoice_ore: int
    months: list[date]
    missing: list[date]
    waiting: bool
    calculated: list[ControlMonth]

    @property
    def others_ore(self) -> int:
        """What others have charged for the same."""
        return self.found.charged_ore - self.invoice_ore


def months_of_received(row: ReceivedInvoice) -> list[date]:
    """The months a received invoice is for."""
    lines = ReceivedLine.objects.filter(invoice=row).select_related("invoice")
    return sorted({day for line in lines for day in received_charge(line).months})


def months_of_issued(row: Invoice) -> list[date]:
    """The months an invoice issued here is for."""
    days = InvoiceLine.objects.filter(invoice=row).order_by()
    return sorted(
        {one.replace(day=1) for one in days.values_list("line__valid_from", flat=True).distinct()}
    )


def control_of(source: str, payer_id: int, months: Collection[date]) -> InvoiceControl:
    """What control found about an invoice, by its source «received:7»."""
    rows = ControlMonth.objects.filter(payer_id=payer_id, month__in=list(months)).order_by("month")
    found = list(rows)
    done = [one for one in found if one.calculated_at is not None]
    parts = [
        part
        for row in done
        for part in unpack(bytes(row.content))
        if any(one["source"] == source for one in part.charged)
    ]
    charged = sum(one["ore"] for part in parts for one in part.charged if one["source"] == source)
    return InvoiceControl(
        summed(largest_first(parts)),
        charged,
        sorted(months),
        sorted(set(months) - {one.month for one in done}),
        any(one.state == ControlMonth.State.WORKING for one in found),
        done,
    )
