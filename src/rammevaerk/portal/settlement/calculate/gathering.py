"""From rows to a snapshot: stays cut by their dated values, each part with one price and payer."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any

from rammevaerk.engine.settlement.inputs import SettlementTables
from rammevaerk.engine.settlement.months import Months
from rammevaerk.engine.settlement.segments import Held, Segment, payable_dates
from rammevaerk.engine.tables import date_of
from rammevaerk.portal.access.queries import names_on
from rammevaerk.portal.catalogue.queries.settling import SettledService
from rammevaerk.portal.placements.queries.settling import SettlingRows, settling_rows
from rammevaerk.portal.placements.queries.tails import StayRow, Tail
from rammevaerk.portal.settlement.calculate.cutting import CutPlacement
from rammevaerk.portal.settlement.calculate.epochs import (
    ServiceInTime,
    Used,
    engine_tables,
    services_in_time,
)
from rammevaerk.portal.settlement.calculate.gaps import GapNotes
from rammevaerk.portal.settlement.calculate.plans import BY_MONTH, Plan, overlap
from rammevaerk.portal.settlement.calculate.scope import Scope
from rammevaerk.portal.settlement.calculate.snapshot import (
    Part,
    QuantityRow,
    Snapshot,
    SnapshotService,
    Standing,
    after_month,
)
from rammevaerk.portal.settlement.calculate.special import special_rows
from rammevaerk.portal.settlement.calculate.stays import covers, joined

Tick = Callable[[int, int], None]
_DAY = timedelta(days=1)
_EVERY = 500
_ONCE = frozenset({"course", "piece"})


def gather(
    scope: Scope,
    months: Months,
    *,
    known: datetime | None = None,
    billed_from: date | None = None,
    claimed_on: date | None = None,
    standing: Sequence[Standing] = (),
    hotel: bool | None = None,
    tick: Tick | None = None,
) -> Snapshot:
    """Read what a scope's months are settled from, as believed now or known at a moment.

    Without `billed_from` every month is a month to bill. What has no payer, price, hours or terms
    is left out and told of in the findings. With `hotel`, days are counted that way whatever the
    terms say.
    """
    first = date_of(months.first_day)
    end = after_month(first, months.count)
    services = {one.pk: one for one in scope.services()}
    described = services_in_time(services, first, end, known, hotel)
    made = Gathering(described, first, end, billed_from)
    dear = [pk for pk, one in described.items() if one.dear]
    rows = settling_rows(
        services.keys(), first, end, known=known, only=scope.placement_ids, whole=dear
    )
    made.take(rows, tick)
    special = special_rows(scope, first, end, known=known)
    return Snapshot(
        months=months,
        billed_from=billed_from or first,
        claimed_on=claimed_on or end,
        tables=made.tables(),
        parts=tuple(made.parts),
        services={pk: SnapshotService(**asdict(one)) for pk, one in services.items()},
        quantities=tuple(made.quantities),
        special=special,
        standing=tuple(standing),
        findings=tuple(made.notes.findings()),
        names=_names(services.values(), made, special, standing, end),
    )


def _names(
    services: Iterable[SettledService], made: "Gathering", special: Any, standing: Any, end: date
) -> dict[int, str]:
    ids = {one for row in services for one in (row.operator_id, row.reporter_id)}
    ids |= {int(row["payer"]) for row in made.placements} | {
        row.payer_id for row in made.quantities
    }
    ids |= {int(one.facts.payer) for one in standing} | {
        one for row in special for one in row.organisations()
    }
    return names_on(sorted(ids), on=end - _DAY, short=True)


class Gathering:
    """The rows of a snapshot as they come."""

    def __init__(
        self,
        services: dict[int, ServiceInTime],
        first: date,
        end: date,
        billed_from: date | None = None,
    ) -> None:
        self.services, self.first, self.end = services, first, end
        self.billed_from = billed_from
        self._delivered: set[tuple[int, str]] = set()
        self.parts: list[Part] = []
        self.placements: list[dict[str, Any]] = []
        self.absences: list[dict[str, Any]] = []
        self.supplements: list[dict[str, Any]] = []
        self.quantities: list[QuantityRow] = []
        self.notes = GapNotes(first, end)
        self._used: dict[tuple[str, str], Used] = {}

    def take(self, rows: SettlingRows, tick: Tick | None) -> None:
        """Cut every stay, and price what is counted by the piece."""
        self._delivered = {
            (one.placement_id, one.label)
            for one in rows.deliveries
            if one.component == "whole" and one.month == self.billed_from
        }
        ids = sorted(rows.stays.keys() | rows.tails.keys())
        for done, placement_id in enumerate(ids):
            if tick and not done % _EVERY:
                tick(done, len(ids))
            if placement_id in rows.references:
                one = CutPlacement(self, rows, placement_id)
                self._placement(one, rows.stays.get(placement_id, []))
                self._after(one, rows.tails.get(placement_id))
        for delivery in rows.deliveries:
            if delivery.placement_id in rows.references:
                self._delivery(CutPlacement(self, rows, delivery.placement_id), delivery)

    def _placement(self, one: CutPlacement, stays: list[StayRow]) -> None:
        for stay in joined(stays, one.hotel_on):
            for segment in one.cut(stay):
                self._priced(one, stay, segment)
            one.monthly_supplements(stay)

    def _after(self, one: CutPlacement, tail: Tail | None) -> None:
        """The days that a notice leaves to be paid, as parts of their own."""
        left = one.after(tail) if tail else None
        if left is None:
            return
        for segment in one.cut_after(left):
            self._priced(one, left, segment, left=True)
        one.monthly_supplements(left, left=True)

    def _priced(
        self,
        one: CutPlacement,
        stay: StayRow,
        segment: Segment[int, Plan],
        *,
        left: bool = False,
    ) -> None:
        if segment.plan.by_day:
            self._part(one, stay, segment, left=left)
        elif segment.plan.unit in BY_MONTH:
            one.by_month(segment, left=left)
        elif not left:
            self._counted(one, stay, segment)

    def _counted(self, one: CutPlacement, stay: StayRow, segment: Segment[int, Plan]) -> None:
        """What is paid by the piece needs somebody to have said how much there was."""
        if self.billed_from is None or (one.pk, segment.plan.label) in self._delivered:
            return
        first = max(segment.start.date(), self.billed_from)
        days = payable_dates(segment.start, segment.end, hotel=False)
        end = min((days and days[1]) or self.end, self.end)
        # A course is paid once, when it begins.
        over = segment.plan.unit in _ONCE and stay.start.date() < self.billed_from
        if first >= end or over or covers(one.rows.absences.get(one.pk, ()), first, end):
            return
        service = self.services[one.service_id]
        self.notes.nothing_delivered(service.row, one.reference, self.billed_from)

    def _part(
        self, one: CutPlacement, stay: StayRow, segment: Segment[int, Plan], *, left: bool
    ) -> None:
        service = self.services[stay.service_id]
        epoch = service.epoch(segment.start.date())
        rates = one.choice_of(stay, segment).rates
        if left:
            epoch, rates = epoch.after(rates)
        if epoch.terms is None:
            return
        one.count += 1
        key = f"{one.reference}/{'o/' if left else ''}{one.count}"
        self._used.setdefault((epoch.facility, segment.plan.key), (epoch, rates, stay.service_id))
        self.placements.append(
            {
                "placement": key,
                "facility": epoch.facility,
                "payer": segment.payer,
                "plan": segment.plan.key,
                "minutes_per_week": segment.minutes,
                "start": segment.start,
                "end": segment.end,
            }
        )
        terms = epoch.terms
        self.parts.append(
            Part(
                key,
                one.reference,
                one.pk,
                stay.service_id,
                terms.rounding,
                # That the full price goes on, and until when, nobody has verified.
                terms.unverified or left,
                left,
            )
        )
        days = payable_dates(segment.start, segment.end, hotel=terms.hotel)
        if days is None:
            return
        if not left:
            one.until = max(one.until, days[1] or date.max)
        for away in one.rows.absences.get(one.pk, ()):
            if not left and overlap(away, *days):
                self.absences.append({"placement": key, "from": away.start, "to": away.end})
        for start, until, ore in one.supplements(stay, *days):
            self.supplements.append(
                {"placement": key, "from": start, "to": until, "ore_per_day": ore}
            )

    def _delivery(self, one: CutPlacement, row: Any) -> None:
        price = one.price_on(row.component, row.label, row.month)
        service = self.services[one.service_id]
        if price is None:
            self.notes.unpriced_delivery(service.row, one.reference, row)
            return
        payers = one.payers_in(row.month)
        if not payers:
            self.notes.delivery_of_whom(service.row, one.reference, row, 0)
            return
        paid = _whose(row, payers)
        if paid is None:
            self.notes.delivery_of_whom(service.row, one.reference, row, len(payers))
            return
        if price.unit in {"day", *BY_MONTH}:
            return
        self.quantities.append(
            QuantityRow(
                one.pk,
                one.reference,
                one.service_id,
                paid.value,
                row.component,
                row.label,
                price.unit,
                price.ore,
                paid.start,
                paid.end or after_month(row.month),
                "piece",
                row.quantity,
            )
        )

    def tables(self) -> SettlementTables:
        """The engine's tables."""
        rows = {
            "placements": self.placements,
            "absences": self.absences,
            "supplements": self.supplements,
        }
        return engine_tables(list(self._used.items()), self.services, rows)


def _whose(row: Any, payers: Sequence[Held[int]]) -> Held[int] | None:
    """The days of the payer of a delivery; None where several pay and it is not said which."""
    if row.payer_id is None:
        if len({one.value for one in payers}) > 1:
            return None
        return Held(row.month, after_month(row.month), payers[0].value)
    return next((one for one in payers if one.value == row.payer_id), None)
