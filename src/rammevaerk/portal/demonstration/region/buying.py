"""Who buys and pays for whom in the invented region: by how much each uses a facility."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from rammevaerk.portal.demonstration.region.chance import drawn
from rammevaerk.portal.demonstration.region.homes import REGION, Home
from rammevaerk.portal.demonstration.region.occupants import Visit
from rammevaerk.portal.demonstration.region.services import TODAY, moment

Entry = dict[str, Any]
# One in so many has moved, so that another pays from a day in the middle of a month.
_MOVED = 130
# And for one in so many the municipality that decides is not the one that pays.
_OTHER_DECIDES = 45
_KNOWN = date(2023, 12, 18)


@dataclass(frozen=True, slots=True)
class Shares:
    """How many citizens each buyer had at a facility in the last year that is told of."""

    home: Home
    counts: Mapping[str, int]

    def most(self) -> str:
        return max(self.counts, key=lambda key: (self.counts[key], key))

    def others(self, buyer: str) -> list[str]:
        return sorted(key for key in self.counts if key != buyer)


def shares_of(home: Home, uses: Iterable[Mapping[str, Any]]) -> Shares:
    """By the facility's newest counts; a new facility is used by its own municipality."""
    rows = list(uses)
    last = max((one["year"] for one in rows), default=0)
    counts = {one["buyer"]: one["citizens"] for one in rows if one["year"] == last}
    own = home.municipality if home.operator == REGION else home.reporter
    return Shares(home, counts or {own: 1})


def buyers(made: Sequence[Visit], shares: Mapping[str, Shares]) -> dict[str, str]:
    """The municipality of every citizen: of those there now, in just the shares of the facility."""
    found: dict[str, str] = {}
    by_home: dict[str, list[Visit]] = defaultdict(list)
    for visit in made:
        by_home[visit.home.key].append(visit)
    # Those who went on elsewhere have been given theirs where they are now.
    for key in reversed(list(by_home)):
        here = [one for one in by_home[key] if one.end is None and one.citizen not in found]
        given = _quota(shares[key].counts, len(here))
        shares[key].home.dice("buyers").shuffle(given)
        found.update({one.citizen: buyer for one, buyer in zip(here, given, strict=True)})
        for one in by_home[key]:
            if one.citizen not in found:
                found[one.citizen] = drawn(one.dice("buyer"), shares[key].counts)
    return found


def _quota(counts: Mapping[str, int], wanted: int) -> list[str]:
    """So many buyers, as near to the counts as whole citizens can come."""
    total = sum(counts.values())
    whole = {key: wanted * count // total for key, count in counts.items()}
    left = sorted(counts, key=lambda key: (-(wanted * counts[key] % total), key))
    for key in left[: wanted - sum(whole.values())]:
        whole[key] += 1
    return [key for key in sorted(whole) for _one in range(whole[key])]


def payer_entries(visit: Visit, buyer: str, shares: Shares) -> list[Entry]:
    """Who pays and who decides, by date; the last to decide is the buyer."""
    dice = visit.dice("payer")
    first = visit.start.date()
    last = None if visit.end is None else visit.end.date() + timedelta(days=1)
    others = shares.others(buyer)
    whole = _period(visit, buyer, buyer, first, last)
    moved = date(2026, dice.randint(3, 10), dice.randint(5, 25))
    if others and dice.randrange(_MOVED) == 0 and first < moved and visit.end is None:
        before = _period(visit, dice.choice(others), None, first, moved)
        evidence = "Flyttet med eget ønske; aftalt mellem kommunerne (opdigtet)"
        after = whole | {
            "valid_from": moved, "ground": "agreed", "evidence": evidence,
            "registered_at": told(moved),
        }  # fmt: skip
        return [before, after]
    if others and dice.randrange(_OTHER_DECIDES) == 0 and visit.offer.audience == "adults":
        return [
            whole
            | {
                "payer": dice.choice(others),
                "ground": "rsl-9-4",
                "evidence": "Var allerede i et andet tilbud, da han flyttede (opdigtet)",
            }
        ]
    return [whole]


def _period(visit: Visit, payer: str, acting: str | None, start: date, end: date | None) -> Entry:
    return {
        "payer": payer,
        "acting": acting or payer,
        "ground": _ground(visit, payer),
        "valid_from": start,
        "valid_to": end,
        "registered_at": told(start),
    }


def _ground(visit: Visit, payer: str) -> str:
    if visit.offer.audience == "children":
        return "rsl-9-a"
    return "rsl-9-1" if payer == visit.home.municipality else "rsl-9-3"


def told(day: date) -> datetime:
    """When what holds from a day was registered: at once, or as the register was begun."""
    return moment(min(max(day, _KNOWN), TODAY), 11)
