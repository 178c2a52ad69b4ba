"""The main navigation and the edition switch: registries that the apps fill when they start."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse


@dataclass(frozen=True, slots=True)
class Entry:
    """One word of the main navigation; ``shown`` says to whom."""

    position: int
    label: str
    url_name: str
    prefix: str
    shown: Callable[[Any], bool]


@dataclass(frozen=True, slots=True)
class Room:
    """A page that opens a part of a word of the main navigation: placements under «Tilbud»."""

    entry_prefix: str
    position: int
    label: str
    url_name: str
    shown: Callable[[Any], bool]


_entries: list[Entry] = []
_rooms: list[Room] = []
_edition_sources: list[Callable[[Any], list[dict[str, Any]]]] = []


def register(entry: Entry) -> None:
    """Add a word to the main navigation; the same word twice stands once."""
    if entry not in _entries:
        _entries.append(entry)
        _entries.sort(key=lambda one: one.position)


def register_room(room: Room) -> None:
    """Add a part under a word of the main navigation; the same one twice stands once."""
    if room not in _rooms:
        _rooms.append(room)
        _rooms.sort(key=lambda one: one.position)


def register_editions(source: Callable[[Any], list[dict[str, Any]]]) -> None:
    """Say where the editions of the switch come from: dicts with label, url and current."""
    if source not in _edition_sources:
        _edition_sources.append(source)


def entries_for(request: HttpRequest) -> list[dict[str, Any]]:
    path = request.path
    return [
        {
            "label": entry.label,
            "url": (url := reverse(entry.url_name)),
            "current": path == url or (entry.prefix != "/" and path.startswith(entry.prefix)),
        }
        for entry in _entries
        if entry.shown(request)
    ]


def rooms_for(request: HttpRequest) -> list[dict[str, Any]]:
    """The parts under the word where the page lies; none where there is but one to go to."""
    path = request.path
    found = [one for one in _rooms if path.startswith(one.entry_prefix) and one.shown(request)]
    urls = [reverse(one.url_name) for one in found]
    # The longest address that the page lies under is the part it belongs to.
    current = max((url for url in urls if path.startswith(url)), key=len, default="")
    rooms = [
        {"label": one.label, "url": url, "current": url == current}
        for one, url in zip(found, urls, strict=True)
    ]
    return rooms if rooms[1:] else []


def editions_for(request: HttpRequest) -> list[dict[str, Any]]:
    return [edition for source in _edition_sources for edition in source(request)]
