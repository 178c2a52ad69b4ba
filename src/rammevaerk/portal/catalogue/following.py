"""What follows when a facility goes on as another or closes: other apps say how theirs does.

The catalogue moves places and services itself. Prices, contracts and the like belong to apps above
it, which register a follower when they start. Everything happens in one transaction: a follower
that raises leaves nothing behind.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from rammevaerk.portal.access.policy import Actor


@dataclass(frozen=True, slots=True)
class Moved:
    """A service that ends on the day, and where it goes on.

    `successor_service_id` is None where it goes on nowhere. A service that is divided is there
    once for each part. `as_it_was` is False where its places were divided or joined to a service
    that has places and prices of its own.
    """

    service_id: int
    successor_service_id: int | None
    joined: bool = False
    as_it_was: bool = True


@dataclass(frozen=True, slots=True)
class Passage:
    """What is decided for the day, as a follower needs to know it; `kind` as FacilityEvent's.

    `contracts` and `tariffs` are the codes that were chosen, "" for a closure. `ends_future` says
    that what begins on or after the day of a closure is to be ended too.
    """

    kind: str
    on: date
    contracts: str
    tariffs: str
    moved: tuple[Moved, ...]
    ends_future: bool = False

    @property
    def service_ids(self) -> list[int]:
        """The services that end on the day, each once."""
        return list(dict.fromkeys(one.service_id for one in self.moved))


@dataclass(frozen=True, slots=True)
class Followed:
    """What a follower did: a Danish sentence, and what it must know to take it back (JSON)."""

    text: str
    effects: Any = None


class Follower(Protocol):
    """How one kind of rows follows. Called inside the transaction; raises ValidationError."""

    name: str

    @property
    def subject(self) -> str:
        """What it moves, as a Danish word."""

    def remaining(self, service_ids: Collection[int], on: date) -> list[str]:
        """What begins on or after the day of a closure, as Danish lines."""

    def follow(self, passage: Passage, *, by: Actor, at: datetime) -> Followed:
        """Do it."""

    def undo(self, effects: Any, *, by: Actor, at: datetime) -> None:
        """Take back what `follow` did, before the day; what was believed meanwhile stays."""


_followers: dict[str, Follower] = {}


def register(follower: Follower) -> None:
    """Add a follower; one of the same name takes its place."""
    _followers[follower.name] = follower


def followers() -> list[Follower]:
    """All followers by name, so that what they do comes in a steady order."""
    return [_followers[name] for name in sorted(_followers)]
