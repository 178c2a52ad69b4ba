"""When citizens were where, for the parties that hold their days beside each other's."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Q

from rammevaerk.engine.settlement.reconcile import StayRecord
from rammevaerk.engine.settlement.segments import payable_dates
from rammevaerk.portal.common.validity import known_at
from rammevaerk.portal.placements.models import Absence, PayerPeriod, SettlementTerms, Stay
from rammevaerk.portal.placements.queries.tails import Tail, tails_of

Period = tuple[date, date | None]
# A stay that another party ends or begins some days off is still the same stay.
_MARGIN = timedelta(days=62)
# Fewer names in a question than a database takes.
_BATCH = 5_000


@dataclass(frozen=True, slots=True)
class Counting:
    """How days are counted at a service in a month."""

    hotel: bool
    absence_full_days: int


@dataclass(frozen=True, slots=True)
class Presence:
    """What the seller has of some placements: stays and absences, and for whom who pays when.

    `tails` are what notices leave to be paid after citizens have left.
    """

    stays: Mapping[int, list[tuple[datetime, datetime | None]]]
    absences: Mapping[int, list[Period]]
    paid: Mapping[int, list[Period]]
    tails: Mapping[int, Tail]

    def records(self, placement_id: int, counting: Counting) -> list[StayRecord]:
        """The stays of one placement, as they are compared."""
        away = tuple(self.absences.get(placement_id, ()))
        return [
            StayRecord(start, end, counting.hotel, away, counting.absence_full_days)
            for start, end in self.stays.get(placement_id, ())
        ]

    def kept(self, placement_id: int, counting: Counting) -> Period | None:
        """The days after the last of the stays, up to that on which the notice runs out."""
        tail = self.tails.get(placement_id)
        last = max(tail.stays, key=lambda one: one.start) if tail else None
        if tail is None or last is None:
            return None
        dates = payable_dates(last.start, last.end, hotel=counting.hotel)
        return (dates[1] if dates and dates[1] else last.start.date()), tail.end


def presence(
    placement_ids: Collection[int], payer_id: int, first: date, end: date, *, known: datetime
) -> Presence:
    """The stays and absences about [first, end) as they were known at a moment.

    It asks nobody's leave: whoever asks has found the placements on a statement between two
    parties that both see them.
    """
    stays: dict[int, list[tuple[datetime, datetime | None]]] = defaultdict(list)
    absences: dict[int, list[Period]] = defaultdict(list)
    paid: dict[int, list[Period]] = defaultdict(list)
    tails: dict[int, Tail] = {}
    ids = list(placement_ids)
    since = datetime.combine(first - _MARGIN, time.min)
    until = datetime.combine(end + _MARGIN, time.min)
    for at in range(0, len(ids), _BATCH):
        chosen = Q(placement_id__in=ids[at : at + _BATCH]) & known_at(known)
        moments = Stay.objects.filter(
            chosen, Q(valid_to__isnull=True) | Q(valid_to__gt=since), valid_from__lt=until
        )
        for pk, start, stop in moments.order_by("valid_from").values_list(*_PERIOD):
            stays[pk].append((start, stop))
        # Of an absence the days are counted from its first, however long ago.
        days = chosen & (Q(valid_to__isnull=True) | Q(valid_to__gt=first)) & Q(valid_from__lt=end)
        for pk, start, stop in Absence.objects.filter(days).values_list(*_PERIOD):
            absences[pk].append((start, stop))
        periods = PayerPeriod.objects.filter(days, payer_id=payer_id)
        for pk, start, stop in periods.values_list(*_PERIOD):
            paid[pk].append((start, stop))
        tails |= tails_of(Q(placement_id__in=ids[at : at + _BATCH]), first, known=known)
    return Presence(stays, absences, paid, tails)


_PERIOD = ("placement_id", "valid_from", "valid_to")


def counting_of(
    service_ids: Collection[int], months: Collection[date], *, known: datetime
) -> dict[tuple[int, date], Counting]:
    """How days were counted at services in months, as known at a moment; none without terms."""
    if not months:
        return {}
    rows = SettlementTerms.objects.filter(
        known_at(known),
        Q(valid_to__isnull=True) | Q(valid_to__gt=min(months)),
        service_id__in=list(service_ids),
        valid_from__lte=max(months),
    )
    found = {}
    for service, start, stop, how, full in rows.values_list(
        "service_id", "valid_from", "valid_to", "day_count", "absence_full_days"
    ):
        for month in months:
            if start <= month and (stop is None or month < stop):
                found[service, month] = Counting(how == "hotel", full)
    return found
