"""One placement while its stays are cut by payer, price, hours and terms."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from rammevaerk.engine.settlement.segments import Gap, Held, Segment, payable_dates, segments
from rammevaerk.portal.placements.queries.settling import SettlingRows
from rammevaerk.portal.placements.queries.tails import StayRow, Tail
from rammevaerk.portal.settlement.calculate.epochs import Choice, ServiceInTime
from rammevaerk.portal.settlement.calculate.plans import (
    BY_MONTH,
    Plan,
    minutes_for,
    overlap,
    reduced,
    value_on,
)
from rammevaerk.portal.settlement.calculate.snapshot import QuantityRow, after_month
from rammevaerk.portal.settlement.calculate.stays import covers, joined

if TYPE_CHECKING:
    from rammevaerk.portal.settlement.calculate.gathering import Gathering

_DAY = timedelta(days=1)


class CutPlacement:
    """One placement while its stays are cut; `until` is the first day after those it was there."""

    def __init__(self, made: "Gathering", rows: SettlingRows, pk: int) -> None:
        self.made, self.rows, self.pk = made, rows, pk
        self.reference, self.service_id = rows.references[pk]
        self.count = 0
        self.until = date.min

    def hotel_on(self, row: StayRow) -> bool:
        terms = self.made.services[row.service_id].epoch(row.start.date()).terms
        return terms is not None and terms.hotel

    def choice_of(self, stay: StayRow, segment: Segment[int, Plan]) -> Choice:
        day = max(segment.start.date(), self.made.first)
        chosen = value_on(self.rows.prices.get(self.pk, []), day) or ("whole", "")
        return self.made.services[stay.service_id].choice(*chosen)

    def plans(self, service: ServiceInTime) -> list[Held[Plan]]:
        found: list[Held[Plan]] = []
        for held in self.rows.prices.get(self.pk, []):
            plans = service.choice(*held.value).plans
            found += [one for plan in plans if (one := overlap(plan, held.start, held.end))]
        return found

    def cut(self, stay: StayRow) -> list[Segment[int, Plan]]:
        """The parts of a stay that reach into the period, and notes of the days without."""
        service = self.made.services[stay.service_id]
        plans = self.plans(service)
        payers = self.rows.payers.get(self.pk, [])
        minutes = minutes_for(plans, self.rows.hours.get(self.pk, []))
        cuts = [one.start for one in service.epochs[1:]]
        found: list[Segment[int, Plan]] = []
        for way in service.ways:
            parts, gaps = segments(
                stay.start,
                stay.end,
                hotel=way,
                payers=payers,
                plans=plans,
                minutes=minutes,
                cuts=cuts,
            )
            found += [one for one in parts if self._of_way(service, one, way)]
            for gap in gaps:
                self._note(service, stay, gap, way)
        self._note_terms(service, stay)
        return sorted(found, key=lambda one: one.start)

    def after(self, tail: Tail) -> StayRow | None:
        """The days that a notice leaves to be paid, from midnight to midnight; None when none."""
        last = joined(tail.stays, self.hotel_on)[-1]
        if last.end is None:
            return None
        hotel = self.hotel_on(replace(last, start=last.end))
        dates = payable_dates(last.start, last.end, hotel=hotel)
        start = max(dates[1] if dates and dates[1] else last.start.date(), self.until)
        if start >= tail.end:
            return None
        moments = (datetime.combine(day, time.min) for day in (start, tail.end))
        return StayRow(self.pk, last.service_id, *moments)

    def cut_after(self, left: StayRow) -> list[Segment[int, Plan]]:
        """The parts of the days after a stay: whole dates, whichever way stays are counted."""
        service = self.made.services[left.service_id]
        plans = self.plans(service)
        parts, gaps = segments(
            left.start,
            left.end,
            hotel=False,
            payers=self.rows.payers.get(self.pk, []),
            plans=plans,
            minutes=minutes_for(plans, self.rows.hours.get(self.pk, [])),
            cuts=[one.start for one in service.epochs[1:]],
        )
        for gap in gaps:
            terms = service.epoch(gap.start).terms
            self._note(service, left, gap, terms is not None and terms.hotel)
        self._note_terms(service, left)
        return [one for one in parts if self._reaches(one)]

    def _reaches(self, one: Segment[int, Plan]) -> bool:
        if one.start.date() >= self.made.end:
            return False
        return one.end is None or one.end > datetime.combine(self.made.first, time.min)

    def _of_way(self, service: ServiceInTime, one: Segment[int, Plan], way: bool) -> bool:
        if not self._reaches(one):
            return False
        terms = service.epoch(one.start.date()).terms
        return terms is not None and terms.hotel == way

    def _note(self, service: ServiceInTime, stay: StayRow, gap: Gap, way: bool) -> None:
        made = self.made
        reaches = gap.start < made.end and (gap.end is None or gap.end > made.first)
        if not reaches:
            return
        terms = service.epoch(gap.start).terms
        if terms is None or terms.hotel != way:
            return
        # Without a plan there are no minutes either; that says nothing more.
        if (
            gap.what == "minutes"
            and value_on(self.plans(service), max(gap.start, made.first)) is None
        ):
            return
        chosen = value_on(self.rows.prices.get(self.pk, []), max(gap.start, made.first))
        made.notes.gap(service.row, self.reference, gap, chosen=chosen)

    def _note_terms(self, service: ServiceInTime, stay: StayRow) -> None:
        for epoch in service.epochs:
            begins_late = stay.start.date() >= epoch.end
            over = stay.end is not None and stay.end.date() <= epoch.start
            if epoch.terms is None and not begins_late and not over:
                self.made.notes.no_terms(service.row, epoch.start, epoch.end)

    def supplements(
        self, stay: StayRow, first: date, end: date | None
    ) -> Iterable[tuple[date, date | None, int]]:
        """Supplements priced by the day, by version of their price, within [first, end)."""
        service = self.made.services[stay.service_id]
        for grant in self.rows.supplements.get(self.pk, []):
            granted = overlap(grant, first, end)
            within = overlap(granted, self.made.first, self.made.end) if granted else None
            if granted is None or within is None:
                continue
            versions = service.prices.get(("supplement", grant.value), [])
            told = [one for one in versions if overlap(one, within.start, within.end)]
            if not covers(told, within.start, within.end):
                self.made.notes.unpriced_supplement(
                    service.row, self.reference, grant.value, within
                )
            for version in told:
                if version.value.unit == "day" and (
                    one := overlap(version, granted.start, granted.end)
                ):
                    yield one.start, one.end, version.value.ore

    def monthly_supplements(self, stay: StayRow, *, left: bool = False) -> None:
        """Supplements priced by the month or year, for the days of the stay."""
        service = self.made.services[stay.service_id]
        days = payable_dates(stay.start, stay.end, hotel=self.hotel_on(stay))
        for grant in self.rows.supplements.get(self.pk, []) if days else []:
            granted = overlap(grant, *days)  # type: ignore[misc]
            if granted is None:
                continue
            for version in service.prices.get(("supplement", grant.value), []):
                one = overlap(version, granted.start, granted.end)
                if one and version.value.unit in BY_MONTH:
                    for payer in self.rows.payers.get(self.pk, []):
                        if paid := overlap(payer, one.start, one.end):
                            self._monthly(
                                paid, "supplement", grant.value, version.value.unit, payer.value,
                                left=left,
                            )  # fmt: skip

    def by_month(self, segment: Segment[int, Plan], *, left: bool = False) -> None:
        """A whole price by the month or year, for the days of a segment."""
        label, unit = segment.plan.label, segment.plan.unit
        terms = self.made.services[self.service_id].epoch(segment.start.date()).terms
        hotel = terms is not None and terms.hotel
        days = payable_dates(segment.start, segment.end, hotel=hotel)
        if days:
            self._monthly(
                Held(*days, segment.payer), "whole", label, unit, segment.payer, left=left
            )

    def _monthly(
        self, days: Held[Any], component: str, label: str, unit: str, payer: int, *, left: bool
    ) -> None:
        within = overlap(days, self.made.first, self.made.end)
        if within is None or within.end is None:
            return
        start = within.start
        while start < within.end:
            until = min(after_month(start), within.end)
            price = self.price_on(component, label, start)
            # A price that changes in the month holds from its day.
            versions = self._versions(component, label)
            changes = [one.start for one in versions if start < one.start < until]
            until = min([until, *changes])
            if price is not None:
                self.made.quantities.append(
                    QuantityRow(
                        self.pk,
                        self.reference,
                        self.service_id,
                        payer,
                        component,
                        label,
                        unit,
                        self._price_after(price.ore, start) if left else price.ore,
                        start,
                        until,
                        BY_MONTH[unit],
                        0,
                        left,
                    )
                )
            start = until

    def _versions(self, component: str, label: str) -> list[Held[Any]]:
        return self.made.services[self.service_id].prices.get((component, label), [])

    def price_on(self, component: str, label: str, day: date) -> Any:
        return value_on(self._versions(component, label), day)

    def _price_after(self, ore: int, day: date) -> int:
        terms = self.made.services[self.service_id].epoch(day).terms
        return reduced(ore, terms.notice_basis_pct) if terms else ore

    def payers_in(self, month: date) -> list[Held[int]]:
        """Who pays in the month, and on which of its days."""
        held = [
            one
            for payer in self.rows.payers.get(self.pk, [])
            if (one := overlap(payer, month, after_month(month)))
        ]
        return sorted(held, key=lambda one: one.start)
