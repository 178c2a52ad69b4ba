"""Standard phrases for minutes, from the data file beside this app."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from rammevaerk.portal.meetings.models import AgendaItem, DecisionKind

_RANK = {value: place for place, value in enumerate(DecisionKind.values)}


@dataclass(frozen=True, slots=True)
class Phrase:
    """One way of putting a decision; ``key`` is its place in the file."""

    key: str
    kind: str
    text: str
    purposes: frozenset[str]
    standings: frozenset[str]

    def suits(self, item: AgendaItem) -> bool:
        if self.standings:
            return item.standing in self.standings
        return not self.purposes or item.purpose in self.purposes

    def said_by(self, body_name: str) -> str:
        return self.text.format(body=body_name)


@cache
def _phrases() -> tuple[Phrase, ...]:
    file = files("rammevaerk.portal.meetings") / "data" / "phrases.toml"
    entries = tomllib.loads(file.read_text(encoding="utf-8"))["phrase"]
    return tuple(
        Phrase(
            key=str(number),
            kind=DecisionKind(entry["kind"]).value,
            text=entry["text"],
            purposes=frozenset(AgendaItem.Purpose(one).value for one in entry.get("purposes", ())),
            standings=frozenset(
                AgendaItem.Standing(one).value for one in entry.get("standings", ())
            ),
        )
        for number, entry in enumerate(_in_order(entries), start=1)
    )


def _in_order(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(entries, key=lambda entry: _RANK[str(entry["kind"])])


def phrases_for(item: AgendaItem) -> list[Phrase]:
    """The phrases that suit an item, by kind of decision; of each kind the usual one first."""
    found = [one for one in _phrases() if one.suits(item)]
    # What is said of a standing item comes before what is said of any.
    return sorted(found, key=lambda one: (_RANK[one.kind], not one.standings))


def phrase(key: str) -> Phrase | None:
    return next((one for one in _phrases() if one.key == key), None)


def usual_phrase(item: AgendaItem, kind: str, body_name: str) -> str:
    """What a decision of the kind says when nobody has written anything else."""
    found = next((one for one in phrases_for(item) if one.kind == kind), None)
    return found.said_by(body_name) if found else ""
