"""The invented placements as entries that the portal loads: who, where, by which price."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from random import Random
from typing import Any

from rammevaerk.engine.parameters import Parameters
from rammevaerk.engine.settlement.special.notification import shelter_notice
from rammevaerk.portal.demonstration.region.buying import Shares, buyers, payer_entries, told
from rammevaerk.portal.demonstration.region.chance import dice_for, drawn
from rammevaerk.portal.demonstration.region.delivered import (
    by_payer,
    deliveries,
    supplement_entries,
)
from rammevaerk.portal.demonstration.region.ending import absence_entries, notice_entries
from rammevaerk.portal.demonstration.region.goals import goal_entries
from rammevaerk.portal.demonstration.region.occupants import SINCE, Visit
from rammevaerk.portal.demonstration.region.prices import LEVELS
from rammevaerk.portal.demonstration.region.services import TODAY, moment
from rammevaerk.portal.placements.calculate.pseudonyms import pseudonym, reference

Entry = dict[str, Any]
Choice = tuple[str, str]
# Since when the way from an enquiry to an admission was followed here.
_STEPS_SINCE = date(2026, 6, 1)
# Of those who had left before, only the last step was carried over.
_LEFT_BEFORE = date(2026, 1, 1)
_SELF = ("sel-109", "sel-110")
_SELF_SHARE = 0.75
_LEVEL_WEIGHTS = dict(zip(LEVELS, (2, 5, 3, 2), strict=True))
# Minutes a week with the citizen, by the level the home was paid by before.
_MINUTES = dict(zip(LEVELS, (660, 960, 1_320, 1_860), strict=True))
_NEEDS = (
    "Støtte til hverdagen og til at holde fast i aftaler",
    "Døgndækning og nærhed til personale, også om natten",
    "Ro, forudsigelighed og få voksne omkring sig",
    "Støtte til kontakt med behandlingspsykiatrien",
    "Pleje og hjælp til al personlig hygiejne",
)
_DAYS_IN_YEAR = 365.25
_FULL = 18


@dataclass(slots=True)
class Prices:
    """When a service's prices to choose among changed, and where hours are priced."""

    changes: list[tuple[date, frozenset[Choice]]] = field(default_factory=list)
    hours_from: date | None = None
    supplements: dict[str, str] = field(default_factory=dict)
    counted: str = ""


def prices_by_service(tariffs: Iterable[Mapping[str, Any]]) -> dict[str, Prices]:
    """What the loaded prices let a placement choose among, service by service."""
    rows: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for one in tariffs:
        if not one.get("superseded_at"):
            rows[one["service"]].append(one)
    return {service: _prices(versions) for service, versions in rows.items()}


def _prices(rows: Sequence[Mapping[str, Any]]) -> Prices:
    found = Prices()
    chosen = [one for one in rows if one["component"] in ("whole", "basis", "ground")]
    for day in sorted({one["valid_from"] for one in chosen}):
        now = frozenset(
            (one["component"], one["label"]) for one in chosen if one["valid_from"] == day
        )
        if now and (not found.changes or found.changes[-1][1] != now):
            found.changes.append((day, now))
    hours = [one["valid_from"] for one in rows if one["component"] == "hour"]
    found.hours_from = min(hours, default=None)
    found.supplements = {
        one["label"]: one["unit"] for one in rows if one["component"] == "supplement"
    }
    units = {one["unit"] for one in chosen}
    found.counted = next(iter(units & {"day_attended", "course"}), "")
    return found


def placement_entries(
    made: Sequence[Visit],
    shares: Mapping[str, Shares],
    prices: Mapping[str, Prices],
    known: "Names",
) -> list[Entry]:
    """An entry for each visit, in the order in which people came."""
    bought = buyers(made, shares)
    spans = _spans(made)
    ordered = sorted(made, key=lambda one: (one.start, one.service, one.place))
    return [
        _Placing(visit, bought[visit.citizen], shares[visit.home.key], prices[visit.service])
        .entry(known, spans[visit.citizen])
        for visit in ordered
        if visit.service in prices
    ]  # fmt: skip


def _spans(made: Sequence[Visit]) -> dict[str, tuple[date, date]]:
    """The first and the last day of each citizen anywhere."""
    found: dict[str, tuple[date, date]] = {}
    for one in made:
        first, last = one.start.date(), (one.end.date() if one.end else TODAY)
        before = found.get(one.citizen, (first, last))
        found[one.citizen] = (min(before[0], first), max(before[1], last))
    return found


class Names:
    """Pseudonyms and references, none given twice."""

    def __init__(self) -> None:
        self._citizens: dict[str, str] = {}
        self._taken: set[str] = set()
        self._dice = dice_for("pseudonyms")

    def citizen(self, key: str) -> str:
        if key not in self._citizens:
            self._citizens[key] = self._new(lambda: pseudonym(self._dice.choice))
        return self._citizens[key]

    def reference(self, year: int) -> str:
        return self._new(lambda: reference(self._dice.choice, year))

    def _new(self, make: Any) -> str:
        name = str(make())
        while name in self._taken:
            name = str(make())
        self._taken.add(name)
        return name


@cache
def _parameters() -> Parameters:
    return Parameters.load()


def born(dice: Random, ages: tuple[int, int | None], span: tuple[date, date]) -> date:
    """A month of birth with which somebody is old and young enough the whole time."""
    lived = (span[1] - span[0]).days / _DAYS_IN_YEAR
    youngest, oldest = ages[0] + 0.2, (ages[1] or 95) - lived - 0.2
    if ages[1] is None:
        age = dice.triangular(youngest, max(youngest, min(oldest, 78)), max(youngest, 34))
    else:
        age = dice.uniform(youngest, max(youngest, oldest))
    return (span[0] - timedelta(days=round(age * _DAYS_IN_YEAR))).replace(day=1)


class _Placing:
    """One visit as an entry."""

    def __init__(self, visit: Visit, buyer: str, shares: Shares, prices: Prices) -> None:
        self.visit, self.prices = visit, prices
        self.payers = payer_entries(visit, buyer, shares)
        self.dice = visit.dice("placement")
        self.first = visit.start.date()
        # Paid for to and with the day he leaves.
        self.last = None if visit.end is None else visit.end.date() + timedelta(days=1)

    def entry(self, known: Names, span: tuple[date, date]) -> Entry:
        visit, offer = self.visit, self.visit.offer
        wanted = self.first - timedelta(days=self.dice.randint(0, 20))
        month = born(visit.home.dice(f"born/{visit.citizen}"), offer.ages, span)
        law = self._law(month)
        recent = self.first >= SINCE
        self_referred = law in _SELF and recent and self.dice.random() < _SELF_SHARE
        base: Entry = {
            "service": visit.service,
            "citizen": {"pseudonym": known.citizen(visit.citizen), "birth_month": month},
            "buyer": self.payers[-1]["acting"],
            "paragraph": law,
            "reference": known.reference(max(self.first.year, 2024)),
            "buyer_reference": f"Sag {self.dice.randint(10_000, 99_999)}",
            "state": "admitted" if visit.end is None else "discharged",
            "wanted_from": self.first if self_referred else wanted,
            "need": self.dice.choice(_NEEDS),
            "created_at": told(wanted - timedelta(days=14)),
            "synthetic": True,
        }
        if self_referred:
            base |= self._decided()
            base["citizen"]["keeper"] = visit.home.reporter
        elif self.first >= _STEPS_SINCE:
            base["offered_from"] = self.first
        if offer.laws[0] in ("sel-107", "sel-101") and visit.end is None:
            base["expected_to"] = self.first + timedelta(days=self.dice.randint(300, 1_100))
        return base | self._hanging(self_referred=self_referred)

    def _hanging(self, *, self_referred: bool) -> Entry:
        hours = self._hours()
        return {
            "stays": [self._stay()],
            "payers": self.payers,
            "prices": self._chosen(),
            "hours": hours,
            "absences": absence_entries(self.visit),
            "supplements": supplement_entries(self.visit, self.prices.supplements),
            "deliveries": by_payer(
                deliveries(self.visit, self.prices.supplements, self.prices.counted), self.payers
            ),
            "notices": notice_entries(self.visit),
            "goals": goal_entries(self.visit),
            "steps": list(self._steps(self_referred=self_referred)),
        }

    def _law(self, month: date) -> str:
        laws = self.visit.offer.laws
        day = self.visit.end.date() if self.visit.end else TODAY
        if laws[0] == "bl-43-1-6" and (day - month).days > _FULL * _DAYS_IN_YEAR:
            return laws[-1] if len(laws) > 1 else laws[0]
        return laws[0]

    def _stay(self) -> Entry:
        visit = self.visit
        return {
            "place": visit.place,
            "valid_from": visit.start,
            "valid_to": visit.end,
            "reason": visit.over_reason,
            "registered_at": told(visit.end.date() if visit.end else self.first),
        }

    def _decided(self) -> Entry:
        decided = self.first
        limit = shelter_notice(decided, _parameters())
        found: Entry = {
            "self_referred": True,
            "admission_decided_on": decided,
            "notify_by": limit.deadline,
        }
        at = decided + timedelta(days=self.dice.randint(0, 3))
        # Of the newest some are not told yet, and one of them too late.
        if at <= TODAY and (TODAY - decided).days > self.dice.randint(0, 7):
            found["notified_on"] = at
        return found

    def _chosen(self) -> list[Entry]:
        level = drawn(self.visit.home.dice(f"level/{self.visit.citizen}"), _LEVEL_WEIGHTS)
        step = self.dice.randrange(100)
        rows: list[Entry] = []
        for at, (day, choices) in enumerate(self.prices.changes):
            following = (
                self.prices.changes[at + 1][0] if at + 1 < len(self.prices.changes) else None
            )
            start = self.first if at == 0 else max(self.first, day)
            end = _earlier(following, self.last)
            if end is not None and end <= start:
                continue
            component, label = _one_of(choices, level, step)
            rows.append({
                "component": component, "label": label, "valid_from": start, "valid_to": end,
                "registered_at": told(start),
            })  # fmt: skip
        return rows

    def _hours(self) -> list[Entry]:
        if self.prices.hours_from is None:
            return []
        start = max(self.first, self.prices.hours_from)
        if self.last is not None and start >= self.last:
            return []
        level = drawn(self.visit.home.dice(f"level/{self.visit.citizen}"), _LEVEL_WEIGHTS)
        minutes = _MINUTES[level] + 15 * self.dice.randint(-12, 12)
        changed = date(2026, self.dice.randint(2, 10), self.dice.choice([1, 1, 1, 16]))
        ends = self.last or TODAY
        if self.dice.random() > 0.25 or not start < changed < ends:
            return [self._granted(minutes, start, self.last, "Visitation")]
        after = minutes + 15 * self.dice.choice([-12, -8, 8, 12, 20])
        return [
            self._granted(minutes, start, changed, "Visitation"),
            self._granted(after, changed, self.last, "Ændret efter opfølgning"),
        ]

    def _granted(self, minutes: int, start: date, end: date | None, reason: str) -> Entry:
        return {
            "citizen_minutes": minutes,
            "organisation_minutes": 15 * self.dice.randint(4, 8),
            "documentation_minutes": 15 * self.dice.randint(4, 10),
            "absence_minutes": minutes * 14 // 100,
            "valid_from": start,
            "valid_to": end,
            "reason": reason,
            "registered_at": told(start),
        }

    def _steps(self, *, self_referred: bool) -> Iterator[Entry]:
        if self.last is not None and self.last < _LEFT_BEFORE:
            pass
        elif self_referred:
            yield _step("", "admitted", self.first, "Optaget ved egen henvendelse")
        elif self.first < _STEPS_SINCE:
            note = "Overført fra det tidligere tilbud" if self.visit.taken_over else ""
            yield _step("", "admitted", self.first, note or "Overført fra det tidligere system")
        else:
            way = ("", "enquiry", "offered", "accepted", "admitted")
            back = sorted((self.dice.randint(1, 40) for _one in range(3)), reverse=True)
            for before, after, days in zip(way, way[1:], [*back, 0], strict=False):
                yield _step(before, after, self.first - timedelta(days=days), "")
        if self.visit.end is not None:
            closed = self.visit.home.closed == self.visit.end.date()
            yield _step(
                "admitted", "discharged", self.visit.end.date(),
                "Tilbuddet lukkede eller skiftede driftsherre" if closed else "",
            )  # fmt: skip


def _earlier(*days: date | None) -> date | None:
    return min((day for day in days if day is not None), default=None)


def _one_of(choices: Collection[Choice], level: str, step: int) -> Choice:
    """The level of the citizen where there are levels, else one of those there are."""
    if ("whole", level) in choices:
        return "whole", level
    ordered = sorted(choices)
    return ordered[step % len(ordered)]


def _step(before: str, after: str, on: date, note: str) -> Entry:
    return {
        "from_state": before, "to_state": after, "on": on, "note": note,
        "by_label": "Demonstrationsdata", "registered_at": _later(on),
    }  # fmt: skip


def _later(on: date) -> datetime:
    return moment(min(max(on, date(2023, 12, 18)), TODAY), 11)
