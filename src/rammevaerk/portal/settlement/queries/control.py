"""Reads of what control came to: months and sellers, one month, one invoice."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import Actor, visible
from rammevaerk.portal.catalogue.queries.settling import places_changed_since
from rammevaerk.portal.common.validity import told_since
from rammevaerk.portal.placements.queries.controlling import (
    placements_changed_since,
    terms_changed_since,
)
from rammevaerk.portal.placements.queries.settling import services_paid_by
from rammevaerk.portal.settlement.calculate.control import CAUSES_DA, Part, unpack
from rammevaerk.portal.settlement.calculate.snapshot import after_month
from rammevaerk.portal.settlement.models import (
    ControlMonth,
    Invoice,
    InvoiceLine,
    ReceivedInvoice,
    ReceivedLine,
    SpecialPayment,
)
from rammevaerk.portal.settlement.queries.charges import received_charge
from rammevaerk.portal.tariffs.queries.settling import prices_changed_since

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


def changes_since(row: ControlMonth) -> list[str]:
    """What has come or been changed since the month was calculated, and may change it, in words."""
    moment = row.calculated_at
    if moment is None:
        return []
    first, end = row.month, after_month(row.month)
    services = services_paid_by(row.payer_id, first, end)
    found = (
        (_("regninger"), _charged_since(row.payer_id, first, end, moment)),
        (_("indskrivninger"), placements_changed_since(row.payer_id, first, end, moment)),
        (_("takster"), prices_changed_since(services, first, end, moment)),
        (_("afregningsvilkår"), terms_changed_since(services, first, end, moment)),
        (_("pladser"), places_changed_since(services, first, end, moment)),
        (_("særlige betalinger"), _special_since(row.payer_id, first, end, moment)),
    )
    return [str(what) for what, changed in found if changed]


def _charged_since(payer_id: int, first: date, end: date, moment: datetime) -> bool:
    issued = InvoiceLine.objects.filter(
        invoice__payer_id=payer_id,
        invoice__issued_at__gt=moment,
        line__valid_from__gte=first,
        line__valid_from__lt=end,
    )
    # What a line without days is for, only its invoice's day of issue tells.
    in_days = Q(valid_from__lt=end, valid_to__gt=first) | Q(valid_from__isnull=True)
    received = ReceivedLine.objects.filter(
        in_days, invoice__payer_id=payer_id, invoice__received_at__gt=moment
    )
    return issued.exists() or received.exists()


def _special_since(payer_id: int, first: date, end: date, moment: datetime) -> bool:
    # Without a payer, several share it.
    whose = Q(payer_id=payer_id) | Q(payer_id__isnull=True)
    rows = SpecialPayment.objects.filter(told_since(moment), whose, month__gte=first, month__lt=end)
    return rows.exists()


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
