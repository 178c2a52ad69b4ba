"""Random histories of events, settled month by month with corrections, come to the truth."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from rammevaerk.engine.settlement.corrections import LineFacts, changes
from rammevaerk.engine.settlement.inputs import SettlementTables
from rammevaerk.engine.settlement.months import Months
from rammevaerk.engine.settlement.segments import Held, payable_dates, segments
from rammevaerk.engine.settlement.settle import settle

DAY = timedelta(days=1)
FIRST = date(2026, 1, 1)
MONTHS = 6
END = date(2026, 7, 1)


@dataclass(slots=True)
class Facts:
    """What is known of one citizen's stay: nothing until he is admitted."""

    start: datetime | None = None
    end: datetime | None = None
    payers: list[Held[str]] = field(default_factory=list)
    plans: list[Held[str]] = field(default_factory=list)
    minutes: list[Held[int]] = field(default_factory=list)
    absences: list[tuple[date, date | None]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Event:
    """Something becomes known in a month (0 is January) of a citizen, about a day of the year."""

    known: int
    citizen: int
    kind: str
    day: int
    minute: int
    value: int


def changed(values: list[Held[Any]], on: date, value: Any) -> list[Held[Any]]:
    """From a day on another value, whatever was said of that day and later before."""
    kept = [replace(held, end=min(held.end or on, on)) for held in values if held.start < on]
    return [*kept, Held(on, None, value)]


def happens(facts: Facts, event: Event) -> None:
    day = FIRST + event.day * DAY
    at = datetime.combine(day, time(event.minute // 60, event.minute % 60))
    match event.kind:
        case "admit" if facts.start is None:
            facts.start = at
            facts.payers = [Held(date.min, None, "A")]
            facts.plans = [Held(date.min, None, "p")]
            facts.minutes = [Held(date.min, None, 600)]
        case "came at another time" if facts.start and (facts.end is None or at <= facts.end):
            facts.start = at
        case "discharge" if facts.start and at >= facts.start:
            facts.end = at
        case "still here":
            facts.end = None
        case "payer":
            facts.payers = changed(facts.payers, day, "ABC"[event.value % 3])
        case "hours":
            facts.minutes = changed(facts.minutes, day, 60 * event.value)
        case "price":
            facts.plans = changed(facts.plans, day, "pq"[event.value % 2])
        case "absence":
            until = day + (event.value + 1) * DAY
            facts.absences = [
                one for one in facts.absences if one[1] and (one[1] <= day or one[0] >= until)
            ] + [(day, until)]
        case "was not away":
            facts.absences = facts.absences[1:]


KINDS = [
    "admit",
    "came at another time",
    "discharge",
    "still here",
    "payer",
    "hours",
    "price",
    "absence",
    "was not away",
]
events = st.builds(
    Event,
    known=st.integers(0, MONTHS - 1),
    citizen=st.integers(0, 3),
    kind=st.sampled_from(KINDS),
    day=st.integers(0, 180),
    minute=st.one_of(st.sampled_from([0, 600]), st.integers(0, 1439)),
    value=st.integers(0, 40),
)


@st.composite
def histories(draw: st.DrawFn) -> list[Event]:
    """Every citizen is admitted in the first months; then anything, in the order it is known."""
    admitted = [
        Event(draw(st.integers(0, 2)), citizen, "admit", draw(st.integers(0, 70)), 900, 0)
        for citizen in range(4)
    ]
    return sorted([*admitted, *draw(st.lists(events, max_size=25))], key=lambda one: one.known)


def truth(known: Iterable[Event], months: int, *, hotel: bool) -> list[LineFacts]:
    """What the months up to here cost by what is known now."""
    people = [Facts() for _ in range(4)]
    for event in known:
        happens(people[event.citizen], event)
    rows, absences, days = [], [], {}
    for number, facts in enumerate(people):
        if facts.start is None:
            continue
        parts, gaps = segments(
            facts.start,
            facts.end,
            hotel=hotel,
            payers=facts.payers,
            plans=facts.plans,
            minutes=facts.minutes,
        )
        assert gaps == []
        for at, part in enumerate(parts, start=1):
            key = f"{number}/{at}"
            days[key] = payable_dates(part.start, part.end, hotel=hotel)
            rows.append(
                {
                    "placement": key,
                    "facility": "F",
                    "payer": part.payer,
                    "plan": part.plan,
                    "minutes_per_week": part.minutes,
                    "start": part.start,
                    "end": part.end,
                }
            )
            absences += [
                {"placement": key, "from": start, "to": end} for start, end in facts.absences
            ]
    return facts_of(rows, absences, days, months, hotel=hotel)


def facts_of(
    rows: list[dict[str, Any]],
    absences: list[dict[str, Any]],
    days: dict[str, Any],
    months: int,
    *,
    hotel: bool,
) -> list[LineFacts]:
    facility = {
        "facility": "F",
        "operator": "O",
        "day_count": "hotel" if hotel else "calendar",
        "cap": 2,
        "absence_full_days": 5,
        "absence_basis_pct": 80,
        "absence_service_pct": 33,
    }
    tariffs = [
        {
            "facility": "F",
            "plan": plan,
            "valid_from": start,
            "basis_ore": 123_457 + 1_111 * start.month,
            "basis_over_cap_ore": 99_999,
            "hour_ore": hour,
        }
        for plan, hour in (("p", 30_801), ("q", 45_003))
        for start in (date(2020, 1, 1), date(2026, 3, 10))
    ]
    period = Months.parse(f"2026-01..2026-{months:02d}")
    tables = {"facilities": [facility], "tariffs": tariffs, "placements": rows}
    found = settle(
        SettlementTables.from_rows({**tables, "absences": absences, "supplements": []}), period
    )
    assert [one.message for one in found.findings if one.severity == "error"] == []
    payer_of = {row["placement"]: row["payer"] for row in rows}
    made = []
    for at in range(len(found.lines)):
        key = str(found.domains["placement"].label(int(found.lines.placement[at])))
        month = int(found.lines.month[at]) + 1
        first = max(days[key][0], date(2026, month, 1))
        end = min(days[key][1] or END, date(2026, month + 1, 1))
        made.append(
            LineFacts(
                claim=key.partition("/")[0],
                month=f"2026-{month:02d}",
                part=key,
                first=first,
                end=end,
                payer=payer_of[key],
                operator="O",
                days=int(found.lines.days[at]),
                basis_ore=int(found.lines.basis_ore[at]),
                service_ore=int(found.lines.service_ore[at]),
                supplement_ore=int(found.lines.supplement_ore[at]),
            )
        )
    return made


def owed(lines: Iterable[LineFacts]) -> Counter[tuple[str, ...]]:
    total: Counter[tuple[str, ...]] = Counter()
    for line in lines:
        total[line.claim, line.month, str(line.payer), "ore"] += line.total_ore
        total[line.claim, line.month, str(line.payer), "days"] += line.days
    return Counter({key: value for key, value in total.items() if value})


def billed_days(lines: Iterable[LineFacts]) -> Counter[tuple[str, date]]:
    """How many times each day of each claim is billed, less the times it is taken back."""
    total: Counter[tuple[str, date]] = Counter()
    for line in lines:
        assert abs(line.days) == (line.end - line.first).days
        sign = 1 if line.days > 0 else -1
        for number in range(abs(line.days)):
            total[line.claim, line.first + number * DAY] += sign
    return Counter({key: value for key, value in total.items() if value})


@settings(max_examples=150, deadline=None)
@given(history=histories(), hotel=st.booleans())
def test_months_and_corrections_together_are_the_truth_no_day_twice_and_none_lost(
    history: list[Event], hotel: bool
) -> None:
    standing: list[LineFacts] = []
    ledger: list[LineFacts] = []
    for month in range(MONTHS):
        known = [event for event in history if event.known <= month]
        now = truth(known, month + 1, hotel=hotel)
        found = changes(standing, now)
        ledger += [line.turned() for line in found.reversed] + list(found.added)
        left = Counter(standing)
        left.subtract(Counter(found.reversed))
        assert min(left.values(), default=0) >= 0
        standing = [*(+left).elements(), *found.added]
        days = billed_days(ledger)
        assert set(days.values()) <= {1}
        assert days == billed_days(now)
        assert not changes(standing, now)
    everything = truth(history, MONTHS, hotel=hotel)
    assert owed(ledger) == owed(everything)
    assert owed(standing) == owed(everything)
    assert billed_days(ledger) == whole_days(history, hotel=hotel)


def whole_days(history: list[Event], *, hotel: bool) -> Counter[tuple[str, date]]:
    """The payable days of every whole stay, from its first and last moment alone."""
    people = [Facts() for _ in range(4)]
    for event in history:
        happens(people[event.citizen], event)
    found: Counter[tuple[str, date]] = Counter()
    for number, facts in enumerate(people):
        dates = facts.start and payable_dates(facts.start, facts.end, hotel=hotel)
        day = dates[0] if dates else END
        while day < END and dates and (dates[1] is None or day < dates[1]):
            found[str(number), day] += 1
            day += DAY
    return found
