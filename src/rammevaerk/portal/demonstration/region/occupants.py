"""Who has had which place of the invented region since 2024: one after another, with gaps."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from rammevaerk.portal.demonstration.region.homes import Home
from rammevaerk.portal.demonstration.region.offers import Offer, offers
from rammevaerk.portal.demonstration.region.services import TODAY, services

SINCE = date(2024, 1, 1)
# How long a stay lasts on average, in days, by the law it is under.
_USUAL = {
    "sel-107": 800,
    "sel-109": 75,
    "sel-110": 130,
    "sel-101": 110,
    "bl-43-1-6": 900,
    "sel-103": 1_900,
    "sel-104": 1_900,
    "fsl-20": 1_100,
    "stu-1": 800,
    "bl-33": 160,
    "sul-141": 80,
}
_LONG, _RESPITE, _ACUTE = 3_100, 100, 40
_EMPTY = 0.05
_LONGEST_GAP = 120
_FRIDAY = 5
# What is not settled by a stay: no places, or paid whether it is used or not.
_WITHOUT = ("secure", "childrens_house", "communication")
# Services with one citizen more than places, and why.
OVER = {
    "bosted-0751-municipal-2/ophold": "Borgeren flyttede ind fra et tilbud, der lukkede akut",
    "bosted-0791-municipal-3/ophold": "Akut anbringelse, til en plads bliver ledig i december",
    "bosted-0740-municipal-2/ophold": "Ægtepar, der deler en bolig",
    "forsorgshjemmet-hylden/ophold": "Nødseng i opholdsstuen i kulden efter aftale med kommunen",
    "bosted-0615-municipal-2/ophold": "Opfølgning på ulovlig udskrivning fra et andet tilbud",
}
_OVER_SINCE = date(2026, 10, 12)


@dataclass(frozen=True, slots=True)
class Visit:
    """A citizen in a place, from a moment until he left; None while he is there."""

    home: Home
    offer: Offer
    place: int
    citizen: str
    start: datetime
    end: datetime | None
    over_reason: str = ""
    # Goes on from the facility before it, as it closed.
    taken_over: bool = False

    @property
    def service(self) -> str:
        return f"{self.home.key}/{self.offer.key}"

    def dice(self, about: str) -> Random:
        return self.home.dice(f"{about}/{self.citizen}/{self.offer.key}")


Following = Callable[[], Visit | None]


def visits(found: Sequence[Home]) -> list[Visit]:
    """Every visit that reaches into 2024 or later, facilities that are no more first."""
    made: list[Visit] = []
    leaving: dict[tuple[str, str], list[Visit]] = defaultdict(list)
    for home in found:
        if home.pattern in _WITHOUT:
            continue
        capacities = {one["key"]: one["capacity"] for one in services(home)}
        for offer in offers(home):
            following = _moving(home, offer, leaving)
            for visit in _of_service(home, offer, capacities[offer.key], following):
                made.append(visit)
                if home.closed and visit.end == _midnight(home.closed):
                    leaving[home.key, _kind(offer)].append(visit)
    return made


def _moving(
    home: Home, offer: Offer, leaving: Mapping[tuple[str, str], list[Visit]]
) -> Callable[[], Visit | None]:
    """Gives those of the facilities before this one, each once: who has moved is not there."""
    queues = [
        leaving.get((origin["predecessor"], _kind(offer)), [])
        for origin in home.origins
        if origin["on"] == home.opened
    ]

    def following() -> Visit | None:
        return next((one.pop(0) for one in queues if one), None)

    return following


def _kind(offer: Offer) -> str:
    return offer.key.partition("-")[0]


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min)


def _of_service(
    home: Home, offer: Offer, capacities: Sequence[Mapping[str, Any]], following: Following
) -> Iterator[Visit]:
    held = [one for one in capacities if not one.get("superseded_at")]
    full = f"{home.key}/{offer.key}" in OVER
    most = max((one["places"] for one in held), default=0)
    for place in range(1, most + 1):
        for start, end in _windows(held, place):
            first = following() if start == home.opened else None
            yield from _Chain(home, offer, place, full=full).visits(start, end, first)
    if full and most:
        came = datetime.combine(_OVER_SINCE, time(13))
        citizen = f"{home.key}/{offer.key}/over"
        reason = OVER[f"{home.key}/{offer.key}"]
        place = max(held, key=lambda row: row["valid_from"])["places"] + 1
        yield Visit(home, offer, place, citizen, came, None, over_reason=reason)


def _windows(held: Sequence[Mapping[str, Any]], place: int) -> list[tuple[date, date | None]]:
    """The periods in which there is a place of that number."""
    found: list[tuple[date, date | None]] = []
    for one in sorted(held, key=lambda row: row["valid_from"]):
        if one["places"] < place:
            continue
        if found and found[-1][1] == one["valid_from"]:
            found[-1] = (found[-1][0], one["valid_to"])
        else:
            found.append((one["valid_from"], one["valid_to"]))
    return [(start, end) for start, end in found if end is None or end > SINCE]


class _Chain:
    """Those who have had one place, one after another."""

    def __init__(self, home: Home, offer: Offer, place: int, *, full: bool) -> None:
        self.home, self.offer, self.place, self.full = home, offer, place, full
        self.dice = home.dice(f"place/{offer.key}/{place}")
        self.usual = _usual(offer)
        first, last = offer.ages
        # Of those who grow too old: so long they may stay in all, less than all their years.
        self.most = (last - first) * 365 - 500 if last else 40 * 365

    def visits(self, opened: date, closed: date | None, first: Visit | None) -> Iterator[Visit]:
        """The visits in a period in which there is such a place."""
        if first is not None:
            left = self._leaves(max(opened, SINCE), closed)
            yield Visit(
                self.home, self.offer, self.place, first.citizen, _midnight(opened), left,
                taken_over=True,
            )  # fmt: skip
            came = self._next(left)
        else:
            came = self._first(opened)
        number = 0
        while came is not None and came <= TODAY and (closed is None or came < closed):
            left = self._leaves(max(came, SINCE), closed)
            number += 1
            citizen = f"{self.home.key}/{self.offer.key}/{self.place}/{opened.year}/{number}"
            # Where nobody waits long, the next comes in the afternoon of the same day.
            hour = 15 if self.full else self.dice.randint(9, 15)
            moment = datetime.combine(came, time(hour, self.dice.choice([0, 30])))
            if left is None or left > moment:
                yield Visit(self.home, self.offer, self.place, citizen, moment, left)
            came = self._next(left)

    def _first(self, opened: date) -> date:
        if opened >= SINCE:
            return _weekday(opened + timedelta(days=self.dice.randint(0, 40)))
        if not self.full and self.dice.random() < _EMPTY:
            return _weekday(SINCE + timedelta(days=self._gap() + 1))
        lived = min(self.most * 6 // 10, round(self.dice.expovariate(1 / self.usual)))
        return _weekday(max(opened, SINCE - timedelta(days=lived + 1)))

    def _leaves(self, since: date, closed: date | None) -> datetime | None:
        """When he leaves, counted from a day; None when he is there still."""
        days = min(self.most * 3 // 10, round(self.dice.expovariate(1 / self.usual)))
        day = since + timedelta(days=max(2, days))
        if closed is not None and day >= closed:
            return _midnight(closed) if closed <= TODAY else None
        hour = time(self.dice.randint(9, 14), self.dice.choice([0, 15, 30]))
        return datetime.combine(day, hour) if day <= TODAY else None

    def _next(self, left: datetime | None) -> date | None:
        if left is None:
            return None
        if self.full:
            return left.date()
        return _weekday(left.date() + timedelta(days=1 + self._gap()))

    def _gap(self) -> int:
        mean = self.usual * _EMPTY / (1 - _EMPTY)
        return min(_LONGEST_GAP, round(self.dice.expovariate(1 / mean)))


def _usual(offer: Offer) -> int:
    if offer.setting == "short_stay":
        return _ACUTE if offer.key == "akut" else _RESPITE
    return _USUAL.get(offer.laws[0], _LONG)


def _weekday(day: date) -> date:
    """The day, or the Monday after it."""
    late = day.isoweekday() - _FRIDAY
    return day + timedelta(days=3 - late) if late > 0 else day
