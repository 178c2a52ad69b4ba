"""Rows of an agenda → the engine's checks → findings with the address of the item."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from lxml import html as lxml_html

from rammevaerk.engine.date_words import date_text_da
from rammevaerk.engine.documents.consistency import check, packaged_register
from rammevaerk.engine.documents.meeting import (
    AnnexReference,
    Item,
    Kind,
    MeetingDocument,
    Section,
    Table,
)
from rammevaerk.engine.documents.meeting_findings import DocumentFinding
from rammevaerk.engine.findings import Severity
from rammevaerk.portal.common.clock import day_of
from rammevaerk.portal.meetings.agenda_content import Content
from rammevaerk.portal.meetings.models import Meeting
from rammevaerk.portal.meetings.queries.agenda import AgendaView, ItemView, SectionView
from rammevaerk.portal.meetings.rich_text import plain_lines

_ORDER = (Severity.ERROR, Severity.WARNING, Severity.NOTE)


def agenda_findings(meeting: Meeting, body_name: str, agenda: AgendaView) -> list[dict[str, Any]]:
    """What the agenda, as it is written now, has to mend; worst first, each with its item.

    For those who write the agenda: it speaks of closed items too.
    """
    found = _checked(meeting_document(meeting, body_name, agenda))
    items = {number: one.content for number, one in _numbered(agenda)}
    missing = [
        _missing_file(content, annex)
        for content in items.values()
        for annex in content["annexes"]
        if annex["file"] is None
    ]
    shown = [*missing, *(_shown(one, items) for one in found)]
    return sorted(shown, key=lambda one: _ORDER.index(one["severity"]))


@lru_cache(maxsize=64)
def _checked(document: MeetingDocument) -> tuple[DocumentFinding, ...]:
    # A long agenda takes a second; the same words are checked once, however often they are shown.
    return tuple(check(document, packaged_register()))


def _shown(finding: DocumentFinding, items: dict[str, Content]) -> dict[str, Any]:
    content = items.get(finding.item)
    return {**finding.as_dict(), "severity": finding.severity, **_place(content)}


def _missing_file(content: Content, annex: dict[str, Any]) -> dict[str, Any]:
    return {
        "code": "annex.no-file",
        "severity": Severity.ERROR,
        "message": _("Bilag %(number)s, «%(title)s», har ingen fil.")
        % {"number": annex["number"], "title": annex["title"]},
        **_place(content),
    }


def _place(content: Content | None) -> dict[str, Any]:
    if content is None:
        return {"place": _("Dagsordenen"), "url": "", "item_id": None}
    return {
        "place": f"{content['number']} {content['title']}",
        "url": reverse("meetings:item", kwargs={"item_id": content["id"]}),
        "item_id": content["id"],
    }


def meeting_document(meeting: Meeting, body_name: str, agenda: AgendaView) -> MeetingDocument:
    """The agenda as the checker reads documents: lines of text, and what stands on them."""
    paper = _Paper()
    day = day_of(meeting.starts_at)
    paper.write(_("Dagsorden for møde i %s") % body_name, date_text_da(day), meeting.place, "")
    sections = tuple(paper.section(one) for one in agenda.sections)
    return MeetingDocument(
        kind=Kind.AGENDA,
        body=body_name,
        day=day,
        day_text=date_text_da(day),
        place=meeting.place,
        participants=(),
        absent=(),
        sections=sections,
        tables=tuple(paper.tables),
        lines=tuple(paper.lines),
        unsure=(),
    )


def _numbered(agenda: AgendaView) -> list[tuple[str, ItemView]]:
    return [pair for section in agenda.sections for pair in _numbered_in(section)]


def _numbered_in(view: SectionView) -> list[tuple[str, ItemView]]:
    """Items with numbers as the checker reads them: «1.L1» goes on after the open items."""
    last = max(
        (int(number) for number in map(_place_of, view.items) if number.isdigit()), default=0
    )
    pairs = []
    for one in view.items:
        place = _place_of(one)
        if not place.isdigit():
            place = str(last + int(place[1:]))
        pairs.append((f"{view.section.position}.{place}", one))
    return pairs


def _place_of(view: ItemView) -> str:
    return str(view.content["number"].partition(".")[2])


@dataclass
class _Paper:
    """Lines being written, and the tables among them."""

    lines: list[str] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)

    def write(self, *lines: str) -> int:
        """Add lines; returns the number of the last one."""
        self.lines += lines
        return len(self.lines)

    def section(self, view: SectionView) -> Section:
        line = self.write(f"{view.section.position}. {view.section.title}")
        self.write("")
        items = tuple(self.item(number, one.content) for number, one in _numbered_in(view))
        return Section(title=view.section.title, items=items, line=line)

    def item(self, number: str, content: Content) -> Item:
        line = self.write(f"{number} {content['title']}")
        if content["presenters"]:
            self.write(f"Ved {content['presenters']}")
        self.write("")
        recommendation = tuple(
            f"{point['verb']} {point['text']}" for point in content["recommendation"]
        )
        if recommendation:
            self.write("Indstilling", *(f"- {point}" for point in recommendation), "")
        words = self.presentation(content["presentation"])
        annexes = tuple(self.annexes(content["annexes"]))
        last = self.write("")
        return Item(
            number=number,
            title=content["title"],
            presenters=tuple(content["presenters"].split(", ")) if content["presenters"] else (),
            recommendation=recommendation,
            presentation=words,
            annexes=annexes,
            decision="",
            closed=content["closed"],
            line=line,
            last_line=last,
        )

    def annexes(self, annexes: Iterable[Content]) -> Iterable[AnnexReference]:
        for place, annex in enumerate(annexes):
            if place == 0:
                self.write("Bilag")
            line = self.write(f"Bilag {annex['number']}: {annex['title']}")
            # «Bilag L1» is in the series of closed items, which the checker does not know.
            number = annex["number"] if isinstance(annex["number"], int) else None
            yield AnnexReference(number, annex["title"], line)

    def presentation(self, html: str) -> str:
        """Write a presentation, its tables apart from its words; returns the words."""
        if not html.strip():
            return ""
        first = self.write("Sagsfremstilling")
        for part in lxml_html.fragments_fromstring(html):
            if isinstance(part, str):
                self.write(*plain_lines(part), "")
            elif part.tag == "table":
                self.table(part)
            else:
                text = lxml_html.tostring(part, encoding="unicode")
                self.write(*plain_lines(text), "")
        return "\n".join(self.lines[first:]).strip()

    def table(self, table: Any) -> None:
        rows, row_lines = [], []
        for row in table.iter("tr"):
            cells = tuple(" ".join(cell.text_content().split()) for cell in row.iter("td", "th"))
            rows.append(cells)
            row_lines.append(self.write("  ".join(cells)))
        self.write("")
        if rows:
            title = " ".join(table.findtext("caption", default="").split())
            self.tables.append(
                Table(
                    line=row_lines[0],
                    header=rows[0],
                    rows=tuple(rows[1:]),
                    title=title,
                    row_lines=tuple(row_lines[1:]),
                )
            )
