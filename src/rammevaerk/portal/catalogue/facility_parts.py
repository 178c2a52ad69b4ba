"""What other subjects and apps add to a facility's page: entries of its history, and sections."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from rammevaerk.portal.access.policy import Actor
from rammevaerk.portal.catalogue.models import Facility


@dataclass(frozen=True, slots=True)
class Happening:
    """One entry of the history: the names are those of components/timeline.html."""

    day: date
    title: str
    text: str = ""
    who: str = ""
    source: str = ""
    url: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the page: its template, and the context it is shown with."""

    template: str
    context: dict[str, Any]


History = Callable[[Facility, Actor], Iterable[Happening]]
# None where there is nothing to show.
Sections = Callable[[Facility, Actor, date], Section | None]

_histories: dict[str, History] = {}
_sections: dict[str, Sections] = {}


def register_history(name: str, source: History) -> None:
    """Add a source of history; one of the same name takes its place."""
    _histories[name] = source


def register_section(name: str, source: Sections) -> None:
    """Add a section at the end of the page; one of the same name takes its place."""
    _sections[name] = source


def happenings(facility: Facility, actor: Actor) -> list[Happening]:
    """What the sources know of the facility's history."""
    return [one for source in _histories.values() for one in source(facility, actor)]


def sections(facility: Facility, actor: Actor, *, on: date) -> list[Section]:
    """The sections of the page, in the order they were registered."""
    found = (source(facility, actor, on) for source in _sections.values())
    return [one for one in found if one is not None]
