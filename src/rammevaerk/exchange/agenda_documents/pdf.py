"""An agenda or minutes as tagged PDF (PDF/UA-1): headings, lists, tables, title and language."""

from functools import cache
from importlib.resources import files
from typing import Any

from rammevaerk.exchange.agenda_documents.blocks import (
    Block,
    Cell,
    Heading,
    ListBlock,
    Paragraph,
    Run,
    TableBlock,
)
from rammevaerk.exchange.agenda_documents.outline import Outline, OutlineItem, outline
from rammevaerk.exchange.agenda_documents.shown_letters import partable, shown
from rammevaerk.exchange.agenda_documents.tables import (
    cell_text,
    column_shares,
    number_columns,
    text_size,
)
from rammevaerk.exchange.agenda_documents.texts import AgendaDocument
from rammevaerk.exchange.typesetting import typeset

_WORDS_DA = {"page": "Side", "of": "af", "present": "Deltagere", "contents": "Indhold"}
_LONG_CELL = 400  # characters; a longer cell may go on to the next page
# Points: the width of the page without its margins; how wide a wide letter is against its size.
_WIDTH, _WIDE_LETTER = 470, 0.75


def write(document: AgendaDocument) -> bytes:
    """Return the document as PDF/UA-1; the same document gives the same bytes."""
    content = outline(document)
    return typeset(_template(), _document(content), content.written_at)


@cache
def _template() -> bytes:
    return files(__package__).joinpath("pdf.typ").read_bytes()


def _document(content: Outline) -> dict[str, Any]:
    """The document as the template reads it: texts that can be set, and nothing else."""
    return {
        "title": shown(content.title),
        "dated": content.written_at is not None,
        "body": _text(content.body),
        "kind": content.kind,
        "running_head": _text(content.running_head),
        "closing": _text(content.closing),
        "language": content.language,
        "region": "dk" if content.language == "da" else None,
        "words": _WORDS_DA,
        "facts": [[label, _text(text)] for label, text in content.facts],
        "attendance": _table(content.attendance) if content.attendance else None,
        "sections": [
            {
                "heading": _text(section.heading),
                "note": section.note,
                "items": [_item(item) for item in section.items],
            }
            for section in content.sections
        ],
    }


def _item(item: OutlineItem) -> dict[str, Any]:
    return {
        "heading": _text(item.heading),
        "closed": _text(item.closed),
        "facts": _text(item.facts),
        "parts": [
            {
                "heading": part.heading,
                "marked": part.marked,
                "blocks": [_block(block) for block in part.blocks],
            }
            for part in item.parts
        ],
    }


def _block(block: Block, longest: int | None = None) -> dict[str, Any]:
    match block:
        case Paragraph():
            runs = [_run(run, longest) for run in block.runs]
            return {"form": "paragraph", "quoted": block.quoted, "runs": runs}
        case Heading():
            runs = [_run(run, longest) for run in block.runs]
            return {"form": "heading", "level": block.level, "runs": runs}
        case ListBlock():
            items = [[_block(inner, longest) for inner in item] for item in block.items]
            return {"form": "list", "ordered": block.ordered, "items": items}
        case TableBlock():
            return _table(block)


def _table(grid: TableBlock) -> dict[str, Any]:
    shares, size = column_shares(grid), text_size(grid)
    letters = int(_WIDTH / (_WIDE_LETTER * size))
    widths = [max(2, letters * share // sum(shares) - 1) for share in shares]
    return {
        "form": "table",
        "caption": _text(grid.caption),
        "header_rows": grid.header_rows,
        "numbers": sorted(number_columns(grid)),
        "widths": shares,
        "size": size,
        "cells": [_cell(cell, widths) for cell in grid.cells],
    }


def _cell(cell: Cell, widths: list[int]) -> dict[str, Any]:
    room = sum(widths[cell.column :][: cell.columns])
    return {
        "row": cell.row,
        "column": cell.column,
        "rows": cell.rows,
        "columns": cell.columns,
        "header": cell.header,
        "long": len(cell_text(cell)) > _LONG_CELL,
        "blocks": [_block(block, room) for block in cell.blocks],
    }


def _run(run: Run, longest: int | None) -> dict[str, Any]:
    return {
        "text": _text(run.text, longest),
        "strong": run.strong,
        "emphasis": run.emphasis,
        "link": run.link,
    }


def _text(text: str, longest: int | None = None) -> str:
    fitted = shown(text)
    return partable(fitted) if longest is None else partable(fitted, longest)
