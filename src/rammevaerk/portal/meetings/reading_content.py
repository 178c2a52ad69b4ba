"""What was read of an agenda or minutes, as it will be stored: items, words, tables and doubts."""

import re
from dataclasses import dataclass, field
from datetime import date, time
from html import escape
from itertools import takewhile

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from rammevaerk.portal.meetings.models import RecommendationPoint
from rammevaerk.portal.meetings.rich_text import for_page


@dataclass(frozen=True, slots=True)
class Doubt:
    """What the reader was unsure of, and the line it speaks of."""

    line: int
    what: str
    said: str


@dataclass(frozen=True, slots=True)
class ReadTable:
    """A table as it was read; the first line is the header."""

    line: int
    title: str
    header: list[str]
    rows: list[list[str]]


@dataclass(frozen=True, slots=True)
class ReadItem:
    """An item as it will be stored, unless it is corrected.

    ``points`` are (verb, words, whether the verb stands in the document). ``problem`` says why it
    cannot be taken in.
    """

    number: str
    title: str
    heading: str
    kind: str
    presenters: str
    points: list[tuple[str, str, bool]]
    presentation: str
    annexes: list[str]
    decision: str
    closed: bool
    line: int
    problem: str = ""
    moved: list[str] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
    tables: list[ReadTable] = field(default_factory=list)

    @property
    def html(self) -> str:
        """The presentation as it is stored; every word of the document is text, never marking."""
        parts = [*map(_paragraph, self.moved), *_blocks(self.presentation, self.tables)]
        if self.decision:
            parts.append(f"<h3>{escape(_('Referat i det indlæste dokument'), False)}</h3>")
            parts += _blocks(self.decision, self.tables)
        return "\n".join(parts)

    @property
    def shown(self) -> SafeString:
        """The presentation for a template."""
        return for_page(self.html)

    @property
    def loose_tables(self) -> list[ReadTable]:
        """The tables that could not be told apart from the words they stand among."""
        stored = self.html
        return [one for one in self.tables if _table_html(one) not in stored]

    @property
    def recommendation(self) -> list[tuple[str, str, bool]]:
        """The points with the verb as people read it."""
        verbs = RecommendationPoint.Verb
        return [(str(verbs(verb).label), words, known) for verb, words, known in self.points]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a document says. ``findings`` are as components/findings.html shows them."""

    file: str
    digest: str
    minutes: bool
    body: str
    other_body: bool
    day: date | None
    day_text: str
    starts: time | None
    ends: time | None
    place: str
    items: list[ReadItem]
    doubts: list[Doubt]
    findings: list[dict[str, str]]
    tables: list[ReadTable]

    @property
    def headings(self) -> list[tuple[str, list[tuple[int, ReadItem]]]]:
        """The items by the document's own headings, each with its place in ``items``."""
        found: list[tuple[str, list[tuple[int, ReadItem]]]] = []
        for at, item in enumerate(self.items):
            if not found or found[-1][0] != item.heading:
                found.append((item.heading, []))
            found[-1][1].append((at, item))
        return found

    @property
    def doubtful(self) -> int:
        return len(self.doubts) + sum(len(item.doubts) for item in self.items)


# --- words and tables as they are stored ---


def _blocks(text: str, tables: list[ReadTable]) -> list[str]:
    """Paragraphs of the text, with its tables as tables wherever their rows stand in it."""
    parts = [part.strip() for part in re.split(r"\n\s*\n", text) if part.strip()]
    found, at = [], 0
    while at < len(parts):
        table = next((one for one in tables if _begins(one, parts[at:])), None)
        points = list(takewhile(lambda part: part.startswith("- "), parts[at:]))
        if table is not None:
            found.append(_table_html(table))
            at += len(table.rows) + 1
        elif points:
            found.append(_list_html(points))
            at += len(points)
        else:
            found.append(_paragraph(parts[at]))
            at += 1
    return found


def _begins(table: ReadTable, parts: list[str]) -> bool:
    wanted = [" ".join(" ".join(row).split()) for row in (table.header, *table.rows)]
    return [" ".join(part.split()) for part in parts[: len(wanted)]] == wanted


def _paragraph(text: str) -> str:
    lines = [escape(line.strip(), quote=False) for line in text.splitlines()]
    return f"<p>{'<br>'.join(lines)}</p>"


def _list_html(points: list[str]) -> str:
    return "<ul>" + "".join(f"<li>{escape(one[2:], False)}</li>" for one in points) + "</ul>"


def _table_html(table: ReadTable) -> str:
    head = "".join(
        f'<th scope="col">{escape(cell, False)}</th>' if cell else "<td></td>"
        for cell in table.header
    )
    rows = "".join(
        "<tr>" + "".join(f"<td>{escape(cell, False)}</td>" for cell in row) + "</tr>"
        for row in table.rows
    )
    title = f"<caption>{escape(table.title, False)}</caption>" if table.title else ""
    return f"<table>{title}<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
