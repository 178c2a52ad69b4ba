"""A source read as a meeting document: the passes in order."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from rammevaerk.engine.documents.meeting import (
    Item,
    Kind,
    MeetingDocument,
    Section,
    Table,
    Unsure,
)
from rammevaerk.exchange.meeting_documents.annexes import annex_doubts, annexes_of
from rammevaerk.exchange.meeting_documents.blocks import BlockReader, Blocks
from rammevaerk.exchange.meeting_documents.lines import Line, Source, cells_of
from rammevaerk.exchange.meeting_documents.marks import (
    closed_within,
    detached_number,
    without_open_mark,
)
from rammevaerk.exchange.meeting_documents.masthead import (
    Masthead,
    body_of_leads,
    kind_of_other,
    names_kind,
    read_masthead,
    read_people,
    tells_of_meeting,
)
from rammevaerk.exchange.meeting_documents.number_chain import item_numbers
from rammevaerk.exchange.meeting_documents.numbering import Numbered, Numbering, Part
from rammevaerk.exchange.meeting_documents.page_furniture import page_furniture
from rammevaerk.exchange.meeting_documents.people import presenters, split_presenter
from rammevaerk.exchange.meeting_documents.pieces import Piece, pieces_of
from rammevaerk.exchange.meeting_documents.prose import recommendation, text_of
from rammevaerk.exchange.meeting_documents.quote import shown
from rammevaerk.exchange.meeting_documents.starts import Start, find_starts, section_starts
from rammevaerk.exchange.meeting_documents.tables import real_table, table_of
from rammevaerk.exchange.meeting_documents.text_tables import find_tables
from rammevaerk.exchange.meeting_documents.words import Block

_MOST_TITLE_LINES = 12
_OF_ANNEXES = re.compile(r"(?:samlede? )?bilag(?:smateriale|soversigt|sliste|shæfte| til)", re.I)
_OF_MEETINGS = frozenset({Block.RECOMMENDATION, Block.PRESENTATION, Block.DECISION})


@dataclass(slots=True)
class _Reading:
    """The state that the passes hand on."""

    source: Source
    pieces: list[Piece]
    tables: list[Table]
    running: list[Line]
    doubts: list[Unsure] = field(default_factory=list)


def read_source(source: Source) -> MeetingDocument:
    """Return the document that a source holds; whatever is doubtful is told in `unsure`."""
    reading = _prepared(source)
    chain = item_numbers(reading.pieces)
    starts = find_starts(reading.pieces, chain) if _is_of_meeting(reading) else []
    chain = chain if starts else []
    parts = _parts(reading.pieces, starts)
    numbering = Numbering(reading.pieces, chain)
    drafts = []
    for part in parts:
        numbered = numbering.part(part)
        drafts.append((part, [_draft(reading, part, numbered, at) for at in range(len(numbered))]))
    numbering.finish()
    reading.doubts += numbering.doubts
    if starts and not chain:
        line = reading.pieces[starts[0].first].line.number
        what = "Punkterne har ingen numre i dokumentet; de er talt op i rækkefølge."
        reading.doubts.append(Unsure(line, what))
    head = _head(reading, parts)
    kind = _kind(reading, head, [item for _, items in drafts for item in items])
    sections = tuple(_section(reading, part, items, kind) for part, items in drafts)
    return _document(reading, head, kind, sections)


def _prepared(source: Source) -> _Reading:
    dropped = page_furniture(source.lines)
    kept = [line for line in source.lines if line.number not in dropped]
    reading = _Reading(source, [], [], [line for line in source.lines if line.number in dropped])
    reading.running += [Line(0, text) for text in source.running]
    reading.doubts += [Unsure(line, what) for line, what in source.doubts]
    rows: set[int] = set()
    for found in find_tables(kept):
        table, doubts = table_of(found)
        reading.tables.append(table)
        reading.doubts += doubts
        rows |= set(table.row_lines) | {line.number for line in found.header}
    for real in source.tables:
        before = source.lines[max(real.lines[0] - 4, 0) : real.lines[0] - 1]
        reading.tables.append(real_table(real, before))
        rows |= set(real.lines)
    reading.tables.sort(key=lambda table: table.line)
    reading.pieces = pieces_of(source.lines, dropped, rows)
    return reading


def _is_of_meeting(reading: _Reading) -> bool:
    """Say whether anything tells of a meeting, so that numbers are not just any list's."""
    titles = [line.text for line in reading.running]
    titles += [piece.text for piece in reading.pieces[:_MOST_TITLE_LINES]]
    if reading.pieces and _OF_ANNEXES.match(reading.pieces[0].text):
        return False
    if any(names_kind(text) or tells_of_meeting(text) for text in titles):
        return True
    return any(
        piece.presenter is not None
        or bool(piece.section)
        or (piece.block is not None and piece.block.block in _OF_MEETINGS and piece.block.strong)
        for piece in reading.pieces
    )


def _parts(pieces: Sequence[Piece], starts: Sequence[Start]) -> list[Part]:
    """Divide the items by the section headings; those before the first have a section of theirs."""
    if not starts:
        return []
    headings = section_starts(pieces, starts)
    if not headings or headings[0][0] > starts[0].first:
        headings = [(starts[0].first, "", None), *headings]
    found = []
    for at, (first, title, printed) in enumerate(headings):
        end = headings[at + 1][0] if at + 1 < len(headings) else len(pieces)
        inside = tuple(start for start in starts if first <= start.first < end)
        if inside:
            found.append(Part(title, first, end, printed, inside))
    return found


@dataclass(slots=True)
class _Draft:
    """An item before it is known what kind of document it stands in."""

    item: Item
    blocks: Blocks


def _draft(reading: _Reading, part: Part, numbered: Sequence[Numbered], at: int) -> _Draft:
    start = numbered[at].start
    end = numbered[at + 1].start.first if at + 1 < len(numbered) else part.end
    while end > start.last + 1 and reading.pieces[end - 1].detached:
        end -= 1  # numbers in the margin belong to what follows
    after = start.last + 1
    if after < end and reading.pieces[after].text == start.title:
        after += 1  # some exports print the title twice
    blocks = BlockReader().read(reading.pieces[after:end])
    title, who = split_presenter(_first_cell(reading, start))
    annexes, after_annexes = annexes_of(blocks.of(Block.ANNEXES))
    points, after_points = recommendation(blocks.of(Block.RECOMMENDATION))
    text = sorted(
        [*blocks.of(Block.PRESENTATION), *after_points, *after_annexes],
        key=lambda line: line.number,
    )
    who_else = [who, *blocks.presenters] if who else blocks.presenters
    item = Item(
        number=numbered[at].number,
        title=without_open_mark(title),
        presenters=tuple(dict.fromkeys(name for text in who_else for name in presenters(text))),
        recommendation=tuple(points),
        presentation=text_of(text),
        annexes=tuple(annexes),
        decision=text_of(blocks.of(Block.DECISION)),
        closed=blocks.closed or closed_within(start.title) or closed_within(part.title),
        line=reading.pieces[start.first].line.number,
        last_line=reading.pieces[end - 1].line.number,
    )
    reading.doubts += blocks.doubts
    return _Draft(item, blocks)


def _first_cell(reading: _Reading, start: Start) -> str:
    """A title that stands in a row of columns is the first of them."""
    piece = reading.pieces[start.first]
    cells = cells_of(piece.text)
    if cells and detached_number(cells[0]):
        del cells[0]
    if len(cells) < 2 or piece.line.from_table:
        return start.title
    line = piece.line.number
    what = f"Punktet {shown(cells[0])} står i kolonner, som ikke kunne skilles sikkert ad."
    reading.doubts.append(Unsure(line, what))
    return cells[0]


def _head(reading: _Reading, parts: Sequence[Part]) -> Masthead:
    first = reading.pieces[parts[0].first].line.number if parts else len(reading.source.lines) + 1
    dropped = {line.number for line in reading.running}
    before = [
        line
        for line in reading.source.lines[: first - 1]
        if line.text and line.number not in dropped
    ]
    head = read_masthead(before, reading.running)
    reading.doubts += head.doubts
    if not head.body and parts:
        leads = [piece.text for piece in reading.pieces if not piece.in_table]
        head.body = body_of_leads(leads)
        if head.body:
            what = f"Forum er ikke nævnt for sig; {shown(head.body)} er taget fra indstillingerne."
            reading.doubts.append(Unsure(1, what))
    if parts:
        _tell_what_lacks(reading, head)
        if not head.participants:
            _read_people_of_first_item(reading, head, parts)
    return head


def _read_people_of_first_item(reading: _Reading, head: Masthead, parts: Sequence[Part]) -> None:
    """Some minutes list who was there under their first item."""
    starts = [start for part in parts for start in part.starts][:2]
    end = starts[1].first if len(starts) > 1 else len(reading.pieces)
    people = read_people([piece.line for piece in reading.pieces[starts[0].last + 1 : end]])
    if people.participants:
        head.participants = people.participants
        head.absent = head.absent or people.absent
        line = reading.pieces[starts[0].first].line.number
        reading.doubts.append(Unsure(line, "Deltagerne er læst under det første punkt."))
        reading.doubts += people.doubts


def _tell_what_lacks(reading: _Reading, head: Masthead) -> None:
    if not head.body:
        reading.doubts.append(Unsure(1, "Der blev ikke fundet noget forum."))
    if head.day is None:
        reading.doubts.append(Unsure(1, "Der blev ikke fundet nogen mødedato."))


def _kind(reading: _Reading, head: Masthead, drafts: Sequence[_Draft]) -> Kind:
    if not reading.pieces:
        return Kind.UNKNOWN
    if not drafts:
        kind = kind_of_other([piece.line for piece in reading.pieces])
        kind = head.kind if kind is Kind.UNKNOWN else kind
        reading.doubts.append(Unsure(1, "Der blev ikke fundet nogen punkter i dokumentet."))
        return kind
    decided = [draft for draft in drafts if draft.item.decision]
    if decided and head.kind is not Kind.MINUTES:
        if head.kind is Kind.AGENDA:
            what = "Dokumentet kalder sig dagsorden, men har beslutninger; det er læst som referat."
            reading.doubts.append(Unsure(decided[0].item.line, what))
        return Kind.MINUTES
    if head.kind is Kind.UNKNOWN:
        what = "Dokumentet siger ikke, hvad det er; uden beslutninger er det læst som dagsorden."
        reading.doubts.append(Unsure(1, what))
        return Kind.AGENDA
    return head.kind


def _section(reading: _Reading, part: Part, drafts: Sequence[_Draft], kind: Kind) -> Section:
    items = tuple(_finished(reading, draft, kind) for draft in drafts)
    return Section(part.title, items, reading.pieces[part.first].line.number)


def _finished(reading: _Reading, draft: _Draft, kind: Kind) -> Item:
    """In minutes, the text of an item without any headings is what happened at the meeting."""
    item = draft.item
    if kind is not Kind.MINUTES or item.decision:
        return item
    if item.presentation and not draft.blocks.headed:
        what = f"Punkt {item.number} har ingen overskrifter; teksten er læst som referatet."
        reading.doubts.append(Unsure(item.line, what))
        return replace(item, decision=item.presentation, presentation="")
    if item.closed:
        return item
    what = f"Punkt {item.number} har ingen beslutning, der kunne læses."
    reading.doubts.append(Unsure(item.line, what))
    return item


def _document(
    reading: _Reading, head: Masthead, kind: Kind, sections: tuple[Section, ...]
) -> MeetingDocument:
    lists = [item.annexes for section in sections for item in section.items]
    doubts = [*reading.doubts, *annex_doubts(lists)]
    last = max(len(reading.source.raw), 1)
    unique = dict.fromkeys(replace(doubt, line=min(max(doubt.line, 1), last)) for doubt in doubts)
    return MeetingDocument(
        kind=kind,
        body=head.body,
        day=head.day,
        day_text=head.day_text,
        place=head.place,
        participants=tuple(head.participants),
        absent=tuple(head.absent),
        sections=sections,
        tables=tuple(reading.tables),
        lines=reading.source.raw,
        unsure=tuple(sorted(unique, key=lambda doubt: (doubt.line, doubt.what))),
    )
