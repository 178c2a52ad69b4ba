"""A document as both writers set it: headings, facts and blocks in order, in Danish words."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from rammevaerk.exchange.agenda_documents.blocks import (
    Block,
    Cell,
    ListBlock,
    Paragraph,
    Run,
    TableBlock,
    plain,
)
from rammevaerk.exchange.agenda_documents.presentation import read
from rammevaerk.exchange.agenda_documents.texts import (
    AgendaDocument,
    AnnexText,
    AttendanceText,
    DocumentKind,
    ItemText,
    Presence,
    SectionText,
)
from rammevaerk.exchange.cleaning import cleaned, on_one_line

KINDS_DA = {
    DocumentKind.AGENDA: "Dagsorden",
    DocumentKind.SUPPLEMENT: "Tillægsdagsorden",
    DocumentKind.MINUTES: "Referat",
}
_PRESENCE_DA = {Presence.PRESENT: "Til stede", Presence.ABSENT: "Afbud"}
_POINT = re.compile(r"^\s*[-–*•·]\s+")
_LANGUAGE = re.compile("[a-z]{2,3}")
_SHOWN_OF_FINGERPRINT = 16


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of an item under its own heading; `marked` for what was decided."""

    heading: str
    blocks: tuple[Block, ...]
    marked: bool = False


@dataclass(frozen=True, slots=True)
class OutlineItem:
    """An item: its heading, a quiet line of facts under it, and its parts."""

    heading: str
    closed: str
    facts: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class OutlineSection:
    """A heading with its items; `note` says why there are none."""

    heading: str
    items: tuple[OutlineItem, ...]
    note: str


@dataclass(frozen=True, slots=True)
class Outline:
    """The whole document; `title` is its name in lists of files and windows."""

    title: str
    kind: str
    body: str
    running_head: str
    facts: tuple[tuple[str, str], ...]
    attendance: TableBlock | None
    sections: tuple[OutlineSection, ...]
    closing: str
    language: str
    written_at: datetime | None


def outline(document: AgendaDocument) -> Outline:
    """Return what stands in the document, cleaned; the two writers only give it its form."""
    kind = KINDS_DA[document.kind]
    body = on_one_line(document.body) or "Møde"
    day = on_one_line(document.day_text)
    running = " · ".join(filter(None, (body, day)))
    return Outline(
        title=f"{kind} · {running}",
        kind=kind,
        body=body,
        running_head=f"{kind} · {running}",
        facts=tuple(_facts(document, day)),
        attendance=_attendance(document.attendance),
        sections=tuple(_section(section, document.kind) for section in document.sections),
        closing=_closing(document),
        language=document.language if _LANGUAGE.fullmatch(document.language) else "da",
        written_at=document.written_at,
    )


def _facts(document: AgendaDocument, day: str) -> Iterable[tuple[str, str]]:
    held = document.kind is DocumentKind.MINUTES
    items = (item for part in document.sections for item in part.items)
    minutes = 0 if held else sum(item.duration or 0 for item in items)
    shown = (
        ("Dato", day),
        ("Tid", on_one_line(document.time_text)),
        ("Sted", on_one_line(document.place)),
        ("Mødeserie", on_one_line(document.series)),
        ("Forventet varighed", duration_da(minutes) if minutes else ""),
        ("Udsendt", on_one_line(document.dispatched_text)),
        ("Version", str(document.version) if document.version > 1 else ""),
        ("Udgave", on_one_line(document.edition)),
    )
    return ((label, text) for label, text in shown if text)


def duration_da(minutes: int) -> str:
    """Return "45 min.", "2 t." or "2 t. 35 min."."""
    hours, rest = divmod(minutes, 60)
    return " ".join(
        filter(None, (f"{hours} t." if hours else "", f"{rest} min." if rest or not hours else ""))
    )


def _closing(document: AgendaDocument) -> str:
    shown = on_one_line(document.fingerprint)[:_SHOWN_OF_FINGERPRINT]
    name = "udgavens fingeraftryk" if document.edition else "fingeraftryk"
    return f"Version {document.version} · {name} {shown}" if shown else ""


def _attendance(members: Sequence[AttendanceText]) -> TableBlock | None:
    if not members:
        return None
    rows = [("Navn", "Organisation", "Fremmøde")]
    rows += [(member.name, member.organisation, _presence_da(member)) for member in members]
    cells = (
        Cell(row, column, 1, 1, row == 0, (plain(on_one_line(text)),))
        for row, texts in enumerate(rows)
        for column, text in enumerate(texts)
    )
    return TableBlock("", len(rows), 3, 1, tuple(cells))


def _presence_da(member: AttendanceText) -> str:
    substitute = on_one_line(member.substitute)
    if member.presence is Presence.SUBSTITUTE:
        return f"Afbud, i stedet {substitute}" if substitute else "Stedfortræder"
    return _PRESENCE_DA[member.presence]


def _section(section: SectionText, kind: DocumentKind) -> OutlineSection:
    heading = " ".join(map(on_one_line, (section.number, section.title))).strip()
    items = tuple(_item(item, kind) for item in section.items)
    return OutlineSection(heading or "Punkter", items, "" if items else "Ingen punkter.")


def _item(item: ItemText, kind: DocumentKind) -> OutlineItem:
    heading = " ".join(map(on_one_line, (item.number, item.title))).strip()
    ground = on_one_line(item.closed_ground)
    closed = f"Lukket punkt ({ground})" if ground else "Lukket punkt"
    presenters = on_one_line(item.presenters)
    facts = (
        f"Ved {presenters}" if presenters else "",
        on_one_line(item.purpose),
        duration_da(item.duration) if item.duration and kind is not DocumentKind.MINUTES else "",
    )
    parts = (
        Part("Indstilling", tuple(_recommendation(item))),
        Part("Sagsfremstilling", read(item.presentation_html)),
        Part("Bilag", tuple(_annexes(item.annexes))),
        Part("Fremmøde ved punktet", tuple(_exceptions(item.exceptions))),
        Part("Beslutning", tuple(_decision(item)), marked=True),
    )
    return OutlineItem(
        heading=heading or "Uden titel",
        closed=closed if item.closed else "",
        facts=" · ".join(filter(None, facts)),
        parts=tuple(part for part in parts if part.blocks),
    )


def _recommendation(item: ItemText) -> Iterable[Block]:
    points = _points(item.recommendation)
    lead = on_one_line(item.recommendation_lead).rstrip(":")
    if points and lead:
        yield plain(f"{lead}:")
    if points:
        yield ListBlock(False, points)


def _points(texts: Iterable[str]) -> tuple[tuple[Block, ...], ...]:
    tidy = (cleaned(text).strip() for text in texts)
    return tuple((plain(text),) for text in tidy if text)


def _annexes(annexes: Iterable[AnnexText]) -> Iterable[Block]:
    points = []
    for annex in annexes:
        number, title = on_one_line(annex.number), on_one_line(annex.title)
        file_name = on_one_line(annex.file_name or "")
        runs = [Run(f"Bilag {number}:".replace(" :", ":"), strong=True), Run(f" {title}")]
        if file_name:
            runs.append(Run(f" ({file_name})"))
        points.append((Paragraph(tuple(runs)),))
    if points:
        yield ListBlock(False, tuple(points))


def _exceptions(texts: Iterable[str]) -> Iterable[Block]:
    points = _points(texts)
    if points:
        yield ListBlock(False, points)


def _decision(item: ItemText) -> Iterable[Block]:
    kind, excerpt = on_one_line(item.decision_kind), on_one_line(item.excerpt_number)
    if kind:
        yield plain(kind, strong=True)
    yield from from_plain(item.decision_text)
    if excerpt:
        yield plain(f"Protokoludskrift {excerpt}")


def from_plain(text: str) -> Iterable[Block]:
    """Yield the blocks of a text that was typed: empty lines part paragraphs, dashes make lists."""
    for stretch in re.split(r"\n\s*\n", cleaned(text)):
        lines = [line.strip() for line in stretch.split("\n") if line.strip()]
        for is_point, run in groupby(lines, key=lambda line: bool(_POINT.match(line))):
            if is_point:
                yield ListBlock(False, tuple((plain(_POINT.sub("", line)),) for line in run))
            else:
                yield plain("\n".join(run))
