"""Each line's days as the seller and the buyer have them, and which they differ on."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rammevaerk.engine.date_words import MONTHS_DA, date_text_da
from rammevaerk.engine.settlement.reconcile import (
    Cause,
    DayDifference,
    StayRecord,
    compare_days,
    payable_set,
)
from rammevaerk.engine.settlement.segments import payable_dates
from rammevaerk.portal.placements.queries.reconciling import Counting, Period

_DAY = timedelta(days=1)
_SAID = 3


@dataclass(frozen=True, slots=True)
class ComparedLine:
    """A line for a stay, as far as its days are concerned."""

    pk: int
    placement_id: int
    service_id: int
    first: date
    end: date
    days: int

    @property
    def month(self) -> date:
        """The first day of its month."""
        return self.first.replace(day=1)


@dataclass(frozen=True, slots=True)
class Comparison:
    """What the parties say of a line's days; without a record the seller's are the only ones."""

    days: int
    differences: tuple[DayDifference, ...]
    recorded: bool
    # Whether every day in dispute is paid for anyhow, because the notice has not run out.
    paid_anyhow: bool = False

    @property
    def all_days(self) -> int:
        """The days that either party counts."""
        return self.days + sum(1 for one in self.differences if one.only == "buyer")

    @property
    def agreed_days(self) -> int:
        """The days both count alike."""
        return self.all_days - len(self.differences)

    @property
    def buyers_days(self) -> int:
        """How many the buyer counts, in full or reduced."""
        return self.all_days - sum(1 for one in self.differences if one.only == "seller")

    def agreement(self) -> str:
        """«Vi er enige om 27 af 28 dage.»."""
        return _("Vi er enige om %(same)s af %(all)s dage.") % {
            "same": self.agreed_days,
            "all": self.all_days,
        }

    def reasons(self) -> list[str]:
        """Each day in dispute with its cause; days in a row with the same one are told together."""
        runs: list[list[DayDifference]] = []
        for one in self.differences:
            last = runs[-1][-1] if runs else None
            if last and last.day + _DAY == one.day and _cause_of(last) == _cause_of(one):
                runs[-1].append(one)
            else:
                runs.append([one])
        return [_run_text(run) for run in runs]

    def told(self) -> str:
        """The first of the reasons, and how many days there are besides."""
        reasons = self.reasons()
        more = len(reasons) - _SAID
        rest = ngettext(" og %(n)s forskel til", " og %(n)s forskelle til", more) % {"n": more}
        return f"{'; '.join(reasons[:_SAID])}{rest if more > 0 else ''}."

    def sentence(self) -> str:
        """«Vi er enige om 27 af 28 dage. 3. maj 2026: udskrivningsdagen …»."""
        if not self.recorded:
            return _("Kun sælgers døgn er registreret.")
        if not self.differences:
            return ngettext(
                "Vi er enige om %(n)s dag.", "Vi er enige om alle %(n)s dage.", self.days
            ) % {"n": self.days}
        return f"{self.agreement()} {self.told()}"


def _cause_of(one: DayDifference) -> tuple[str, ...]:
    """What is said of a day besides which it is."""
    return one.only, one.cause, one.reduced, one.text_da.partition(": ")[2]


def _run_text(run: Sequence[DayDifference]) -> str:
    """«28.-31. oktober 2026: udskrivningen; …»; the days of a comparison are of one month."""
    first, last = run[0], run[-1]
    if first is last:
        return first.text_da
    return f"{first.day.day}.-{date_text_da(last.day)}: {_cause_of(first)[-1]}"


def compare_lines(
    lines: Iterable[ComparedLine],
    seller: Mapping[int, Sequence[StayRecord]],
    buyer: Mapping[int, Sequence[StayRecord]],
    paid: Mapping[int, Sequence[Period]],
    kept: Mapping[int, Period],
) -> dict[int, Comparison]:
    """Compare lines by the days of their months that the payer pays for.

    A day in dispute is said at the line that has it, or at the nearest of the same placement and
    month. Lines of placements without a record of the buyer's have no differences. Days that are
    `kept` while a notice runs are lines of their own, and nobody needs to have been there.
    """
    groups: dict[tuple[int, date], list[ComparedLine]] = defaultdict(list)
    found: dict[int, Comparison] = {}
    for line in lines:
        if line.placement_id in buyer:
            groups[line.placement_id, line.month].append(line)
        else:
            found[line.pk] = Comparison(line.days, (), recorded=False)
    for (placement, month), of_month in groups.items():
        days = kept.get(placement)
        differing = [
            _named(one, days)
            for first, end in _windows(month, paid.get(placement, ()), days)
            for one in _differences(seller.get(placement, ()), buyer[placement], first, end)
        ]
        by_line: dict[int, list[DayDifference]] = defaultdict(list)
        for one in differing:
            by_line[min(of_month, key=lambda line: _distance(one.day, line)).pk].append(one)
        for line in of_month:
            own = tuple(by_line[line.pk])
            anyhow = bool(own) and all(_paid_anyhow(one, days) for one in own)
            found[line.pk] = Comparison(line.days, own, recorded=True, paid_anyhow=anyhow)
    return found


def month_after(day: date) -> date:
    """The first day of the next month."""
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def month_text_da(month: date) -> str:
    """«marts 2026»."""
    return f"{MONTHS_DA[month.month - 1]} {month.year}"


def days_text_da(first: date, end: date) -> str:
    """The days [first, end) of one month: «1.-31. oktober 2026», or «3. oktober 2026»."""
    last = end - timedelta(days=1)
    text = date_text_da(last)
    return text if last == first else f"{first.day}.-{text}"


def _paid_anyhow(one: DayDifference, kept: Period | None) -> bool:
    """Whether the day, had the citizen left as the buyer says, would be kept by the notice."""
    return kept is not None and one.only == "seller" and one.cause is Cause.DISCHARGE


def _named(one: DayDifference, kept: Period | None) -> DayDifference:
    if not _paid_anyhow(one, kept):
        return one
    text = _("%s; den betales under alle omstændigheder, for den ligger i opsigelsesperioden")
    return replace(one, text_da=text % one.text_da)


def _windows(
    month: date, paid: Sequence[Period], kept: Period | None = None
) -> list[tuple[date, date]]:
    """The days of the month that the payer pays for, but those kept after the citizen left."""
    last = month_after(month)
    if kept is not None:
        last = min(last, kept[0])
    found = [(max(start, month), min(end or last, last)) for start, end in paid]
    return [(start, end) for start, end in sorted(found) if start < end]


def _differences(
    seller: Sequence[StayRecord], buyer: Sequence[StayRecord], first: date, end: date
) -> Sequence[DayDifference]:
    # Most lines are alike: seen without walking through their days.
    if _plain(seller, first, end) == _plain(buyer, first, end):
        return ()
    return compare_days(seller, buyer, first, end)


def _plain(records: Sequence[StayRecord], first: date, end: date) -> Sequence[object]:
    """What decides the days of a window, clipped to it."""
    spans = []
    for one in records:
        dates = payable_dates(one.start, one.end, hotel=one.hotel)
        if dates and dates[0] < end and (dates[1] is None or dates[1] > first):
            away = sorted(
                (start, min(back or end, end))
                for start, back in one.absences
                if start < end and (back is None or back > first)
            )
            stop = min(dates[1] or end, end)
            spans.append((max(dates[0], first), stop, away, one.absence_full_days))
    return sorted(spans)


def _distance(day: date, line: ComparedLine) -> int:
    if line.first <= day < line.end:
        return 0
    return (line.first - day).days if day < line.first else (day - line.end).days + 1


def as_records(
    moments: Iterable[tuple[datetime, datetime | None, Sequence[Sequence[str]]]],
    counting: Counting,
) -> list[StayRecord]:
    """A buyer's rows (came, left, absences as ISO days) as they are compared."""
    return [
        StayRecord(
            start,
            end,
            counting.hotel,
            tuple((date.fromisoformat(a), date.fromisoformat(b) if b else None) for a, b in away),
            counting.absence_full_days,
        )
        for start, end, away in moments
    ]


@dataclass(frozen=True, slots=True)
class Day:
    """One day as each party counts it, and what is said where they do not count it alike."""

    day: date
    seller: bool
    buyer: bool
    text: str


def days_of(
    seller: Sequence[StayRecord],
    buyer: Sequence[StayRecord],
    differences: Iterable[DayDifference],
    first: date,
    end: date,
) -> list[Day]:
    """The days of [first, end) that either party counts."""
    sold, bought = payable_set(seller, first, end), payable_set(buyer, first, end)
    told = {one.day: one.text_da.partition(": ")[2] for one in differences}
    return [
        Day(day, day in sold, day in bought, told.get(day, "")) for day in sorted(sold | bought)
    ]
