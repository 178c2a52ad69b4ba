"""Reconciliation: the seller's days beside the buyer's, each day in dispute with its cause."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from rammevaerk.engine.date_words import date_text_da
from rammevaerk.engine.settlement.rules import ABSENCE
from rammevaerk.engine.settlement.segments import payable_dates

_DAY = timedelta(days=1)


class Cause(StrEnum):
    """Why a day is counted by one party and not by the other, or at another rate."""

    ARRIVAL = "arrival"
    DISCHARGE = "discharge"
    ABSENCE = "absence"
    DAY_COUNT = "day_count"
    NOT_THERE = "not_there"


@dataclass(frozen=True, slots=True)
class StayRecord:
    """One stay as a party has it; `absences` are [from, back) with None while it lasts.

    Of an absence the first `absence_full_days` days are paid in full.
    """

    start: datetime
    end: datetime | None
    hotel: bool
    absences: tuple[tuple[date, date | None], ...] = ()
    absence_full_days: int = 0


@dataclass(frozen=True, slots=True)
class DayDifference:
    """A day the parties do not count alike.

    `only` is the party that counts it, "seller" or "buyer", or "rate" when both do and one counts
    it as absence; then `reduced` is the party that does.
    """

    day: date
    only: str
    cause: Cause
    text_da: str
    reduced: str = ""


@dataclass(frozen=True, slots=True)
class _Counted:
    """A stay as one party has it, with its payable days [first, last)."""

    party: str
    record: StayRecord
    first: date
    last: date | None

    def holds(self, day: date) -> bool:
        return self.first <= day and (self.last is None or day < self.last)

    def reduced(self, day: date) -> bool:
        record = self.record
        return any(
            start <= day
            and (end is None or day < end)
            and ABSENCE.on(day).calculate(day, start, record.absence_full_days)
            for start, end in record.absences
        )


_PARTY_DA = {"seller": "sælger", "buyer": "køber"}
_COUNT_DA = {True: "hoteldøgn", False: "kalenderdøgn"}


def payable_set(records: Sequence[StayRecord], first: date, end: date) -> frozenset[date]:
    """Return the days of [first, end) that a party's records make payable, in full or reduced."""
    stays = _counted(records, "")
    return frozenset(day for day in _days(first, end) if any(stay.holds(day) for stay in stays))


def compare_days(
    seller: Sequence[StayRecord], buyer: Sequence[StayRecord], first: date, end: date
) -> tuple[DayDifference, ...]:
    """Return every day of [first, end) that the parties do not count alike, with its cause.

    Each party's records are one citizen's stays, none at the same time. A party without records
    has not registered the citizen at all.
    """
    sides = {"seller": _counted(seller, "seller"), "buyer": _counted(buyer, "buyer")}
    found = []
    for day in _days(first, end):
        here = {
            party: next((stay for stay in stays if stay.holds(day)), None)
            for party, stays in sides.items()
        }
        sold, bought = here["seller"], here["buyer"]
        if sold and bought:
            found += _rate_difference(day, sold, bought)
        elif sold:
            found.append(_only(day, sold, sides["buyer"], "buyer"))
        elif bought:
            found.append(_only(day, bought, sides["seller"], "seller"))
    return tuple(found)


def _days(first: date, end: date) -> Iterator[date]:
    return (first + timedelta(days=number) for number in range((end - first).days))


def _counted(records: Sequence[StayRecord], party: str) -> list[_Counted]:
    return [
        _Counted(party, record, *dates)
        for record in sorted(records, key=lambda record: record.start)
        if (dates := payable_dates(record.start, record.end, hotel=record.hotel))
    ] + [
        # A stay too short to have a payable day is still known: the citizen was there.
        _Counted(party, record, record.start.date(), record.start.date())
        for record in records
        if not payable_dates(record.start, record.end, hotel=record.hotel)
    ]


def _rate_difference(day: date, sold: _Counted, bought: _Counted) -> list[DayDifference]:
    if sold.reduced(day) == bought.reduced(day):
        return []
    less, more = (sold, bought) if sold.reduced(day) else (bought, sold)
    text = (
        f"{date_text_da(day)}: fravær; {_PARTY_DA[less.party]} regner dagen med nedsat betaling, "
        f"{_PARTY_DA[more.party]} med fuld"
    )
    return [DayDifference(day, "rate", Cause.ABSENCE, text, reduced=less.party)]


def _only(day: date, has: _Counted, others: Sequence[_Counted], lacking: str) -> DayDifference:
    other = _nearest(day, has, others)
    cause = Cause.NOT_THERE if other is None else _cause(day, has, other)
    counts, misses = _PARTY_DA[has.party], _PARTY_DA[lacking]
    if other is None:
        text = f"{counts} tæller dagen med, {misses} har ingen registrering"
    else:
        text = _text(cause, day, has, other)
    return DayDifference(day, has.party, cause, f"{date_text_da(day)}: {text}")


def _nearest(day: date, has: _Counted, others: Sequence[_Counted]) -> _Counted | None:
    """The other party's record of the same stay: the one nearest to the day that overlaps it."""
    same = [other for other in others if _overlap(has.record, other.record)]
    return min(same, key=lambda other: (_distance(day, other), other.first), default=None)


def _overlap(one: StayRecord, other: StayRecord) -> bool:
    """Whether two records touch a common date: then they may be of the same stay."""
    return (other.end is None or one.start.date() <= other.end.date()) and (
        one.end is None or other.start.date() <= one.end.date()
    )


def _distance(day: date, stay: _Counted) -> int:
    if day < stay.first:
        return (stay.first - day).days
    return 0 if stay.last is None else (day - stay.last).days + 1


def _cause(day: date, has: _Counted, other: _Counted) -> Cause:
    if has.record.hotel != other.record.hotel and (
        _would_hold(day, other, hotel=has.record.hotel)
        or not _would_hold(day, has, hotel=other.record.hotel)
    ):
        return Cause.DAY_COUNT
    came = _holds(day, replace(other.record, start=has.record.start))
    if came != _holds(day, replace(other.record, end=has.record.end)):
        # Full 24 hours: either moment may lose a day, wherever it falls.
        return Cause.ARRIVAL if came else Cause.DISCHARGE
    if day < other.first or has.record.end == other.record.end:
        return Cause.ARRIVAL
    return Cause.DISCHARGE


def _would_hold(day: date, stay: _Counted, *, hotel: bool) -> bool:
    """Whether the stay would have the day by the given way of counting."""
    return _holds(day, replace(stay.record, hotel=hotel))


def _holds(day: date, record: StayRecord) -> bool:
    if record.end is not None and record.end < record.start:
        return False
    dates = payable_dates(record.start, record.end, hotel=record.hotel)
    return dates is not None and dates[0] <= day and (dates[1] is None or day < dates[1])


def _text(cause: Cause, day: date, has: _Counted, other: _Counted) -> str:
    counts, misses = _PARTY_DA[has.party], _PARTY_DA[other.party]
    if cause is Cause.DAY_COUNT:
        what = "udskrivningsdagen" if _leaves(has, day) else "døgnprincippet"
        return (
            f"{what}; {counts} tæller den med ({_COUNT_DA[has.record.hotel]}), {misses} gør ikke "
            f"({_COUNT_DA[other.record.hotel]})"
        )
    if cause is Cause.ARRIVAL:
        what = "ankomstdagen" if day == has.record.start.date() else "ankomsten"
        said = (_moment_da(has.record.start), _moment_da(other.record.start))
    else:
        what = "udskrivningsdagen" if _leaves(has, day) else "udskrivningen"
        said = (_moment_da(has.record.end), _moment_da(other.record.end))
    return (
        f"{what}; {counts} tæller den med, {misses} gør ikke ({counts} har {said[0]}, "
        f"{misses} {said[1]})"
    )


def _leaves(stay: _Counted, day: date) -> bool:
    return stay.record.end is not None and stay.record.end.date() == day


def _moment_da(at: datetime | None) -> str:
    return "ikke afsluttet" if at is None else f"{date_text_da(at.date())} kl. {at:%H.%M}"
