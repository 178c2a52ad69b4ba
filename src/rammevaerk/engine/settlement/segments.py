"""Cutting a stay by its dated values, so that the parts have exactly the days of the whole."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Generic, TypeVar

from rammevaerk.engine.date_words import date_text_da
from rammevaerk.engine.errors import UnfitCase

T = TypeVar("T")
Value = TypeVar("Value", covariant=True)
Payer = TypeVar("Payer")
Plan = TypeVar("Plan")

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Held(Generic[Value]):
    """A value that holds from a date up to, not including, `end`; None is until further notice."""

    start: date
    end: date | None
    value: Value


@dataclass(frozen=True, slots=True)
class Segment(Generic[Payer, Plan]):
    """A part of a stay with one payer, plan and number of minutes a week: one row of placements."""

    start: datetime
    end: datetime | None
    payer: Payer
    plan: Plan
    minutes: int


@dataclass(frozen=True, slots=True)
class Gap:
    """Payable days [start, end) that have no value of a kind, and so are in no segment.

    `what` is "payer", "plan" or "minutes".
    """

    start: date
    end: date | None
    what: str


def payable_dates(
    start: datetime, end: datetime | None, *, hotel: bool
) -> tuple[date, date | None] | None:
    """Return the payable days [from, to) of one stay as dates, or None when there are none.

    The rule is that of `days.payable_days`; `UnfitCase` for a stay that ends before it begins.
    """
    if end is None:
        return start.date(), None
    if end < start:
        raise UnfitCase(
            f"Opholdet slutter {_moment_da(end)}, før det begynder {_moment_da(start)}."
        )
    if hotel:
        last = start.date() + (end - start) // _DAY * _DAY
    else:
        last = end.date() + (_DAY if end.time() > time.min else timedelta(0))
    return (start.date(), last) if last > start.date() else None


def segments(
    start: datetime,
    end: datetime | None,
    *,
    hotel: bool,
    payers: Sequence[Held[Payer]],
    plans: Sequence[Held[Plan]],
    minutes: Sequence[Held[int]],
    cuts: Sequence[date] = (),
) -> tuple[list[Segment[Payer, Plan]], list[Gap]]:
    """Cut a stay where its payer, plan or minutes change, and at `cuts`.

    The parts together have exactly the payable days of the whole but those in a gap: a stay in
    calendar days is cut at midnight, one in full 24 hours at the time of day of the arrival, so
    that a day belongs to the value of the date on which it begins. Parts that are equal are one.
    A stay without a payable day has no parts. `UnfitCase` for values that overlap.
    """
    found = payable_dates(start, end, hotel=hotel)
    if found is None:
        return [], []
    first, last = found
    payers = _in_order(payers, "betaler")
    plans = _in_order(plans, "takst")
    minutes = _in_order(minutes, "visiterede timer")
    at = start.time() if hotel else time.min
    parts: list[Segment[Payer, Plan]] = []
    gaps: list[Gap] = []
    for a, b in _edges(first, last, [*payers, *plans, *minutes], cuts):
        payer, plan, of_week = _on(a, payers), _on(a, plans), _on(a, minutes)
        if payer is None or plan is None or of_week is None:
            of_day = {"payer": payer, "plan": plan, "minutes": of_week}
            gaps += [Gap(a, b, what) for what, held in of_day.items() if held is None]
            continue
        part = Segment(
            start if a == first else datetime.combine(a, at),
            end if b == last or b is None else datetime.combine(b, at),
            payer.value,
            plan.value,
            of_week.value,
        )
        _join_or_add(parts, part, cut=a in cuts)
    return parts, _joined(gaps)


def _moment_da(at: datetime) -> str:
    return f"{date_text_da(at.date())} kl. {at:%H.%M}"


def _in_order(values: Sequence[Held[T]], noun_da: str) -> Sequence[Held[T]]:
    ordered = sorted(values, key=lambda held: held.start)
    for before, after in pairwise(ordered):
        if before.end is None or before.end > after.start:
            raise UnfitCase(f"Der er to værdier af {noun_da} den {date_text_da(after.start)}.")
    return ordered


def _edges(
    first: date, last: date | None, values: Iterable[Held[object]], cuts: Sequence[date]
) -> Iterator[tuple[date, date | None]]:
    """The days from `first` to `last` in pieces within which nothing changes."""
    days = {day for held in values for day in (held.start, held.end) if day} | set(cuts)
    inside = sorted(day for day in days if first < day and (last is None or day < last))
    return zip([first, *inside], [*inside, last], strict=True)


def _on(day: date, values: Sequence[Held[T]]) -> Held[T] | None:
    for held in values:
        if held.start <= day and (held.end is None or day < held.end):
            return held
    return None


def _join_or_add(
    parts: list[Segment[Payer, Plan]], part: Segment[Payer, Plan], *, cut: bool
) -> None:
    if parts and not cut:
        before = parts[-1]
        same = (before.payer, before.plan, before.minutes) == (part.payer, part.plan, part.minutes)
        if same and before.end == part.start:
            parts[-1] = Segment(before.start, part.end, part.payer, part.plan, part.minutes)
            return
    parts.append(part)


def _joined(gaps: Sequence[Gap]) -> list[Gap]:
    """The gaps by day, each as long as it lasts."""
    joined: list[Gap] = []
    for gap in sorted(gaps, key=lambda gap: (gap.what, gap.start)):
        if joined and joined[-1].what == gap.what and joined[-1].end == gap.start:
            joined[-1] = Gap(joined[-1].start, gap.end, gap.what)
        else:
            joined.append(gap)
    return sorted(joined, key=lambda gap: (gap.start, gap.what))
