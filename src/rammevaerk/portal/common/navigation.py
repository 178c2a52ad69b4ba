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


_entries: list[Entry] = []
_edition_sources: list[Callable[[Any], list[dict[str, Any]]]] = []


def register(entry: Entry) -> None:
    """Add a word to the main navigation; the same word twice stands once."""
    if entry not in _entries:
        _entries.append(entry)
        _entries.sort(key=lambda one: one.position)


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


def editions_for(request: HttpRequest) -> list[dict[str, Any]]:
    return [edition for source in _edition_sources for edition in source(request)]
