"""A contract as tagged PDF (PDF/UA-1)."""

from functools import cache
from importlib.resources import files
from typing import Any

from rammevaerk.exchange.agenda_documents.shown_letters import partable, shown
from rammevaerk.exchange.contract.paper import (
    HASH_DA,
    HASH_HELP_DA,
    LEFT_OUT_DA,
    ContractPaper,
    deviation_da,
)
from rammevaerk.exchange.typesetting import typeset

_WORDS_DA = {
    "page": "Side",
    "of": "af",
    "changes": "Hvad der ændres",
    "head": ["Felt", "Før", "Efter"],
    "clauses": "Vilkår",
    "answers": "Godkendelse",
    "answer_head": ["Part", "Svar", "Af"],
    "hash": HASH_DA,
    "hash_help": HASH_HELP_DA,
}


def write_pdf(paper: ContractPaper) -> bytes:
    """Return the PDF; the same paper gives the same bytes."""
    return typeset(_template(), _document(paper), paper.written_at)


@cache
def _template() -> bytes:
    return files(__package__).joinpath("pdf.typ").read_bytes()


def _document(paper: ContractPaper) -> dict[str, Any]:
    return {
        "words": _WORDS_DA,
        "title": _text(paper.title),
        "number": _text(paper.number),
        "note": _text(paper.note),
        "facts": _pairs(paper.facts),
        "changes": [
            [_text(one.name), _text(one.before), _text(one.after)] for one in paper.changes
        ],
        "sections": [
            {"title": _text(one.title), "rows": _pairs(one.rows)} for one in paper.sections
        ],
        "clauses": [
            {
                "heading": _text(f"{number}. {one.heading}"),
                "text": _text(one.text or LEFT_OUT_DA),
                "deviation": _text(deviation_da(one)),
            }
            for number, one in enumerate(paper.clauses, start=1)
        ],
        "answers": [[_text(one.side), _text(one.said), _text(one.who)] for one in paper.answers],
        "hash": paper.sha256,
    }


def _pairs(rows: tuple[tuple[str, str], ...]) -> list[list[str]]:
    return [[_text(label), _text(value or "–")] for label, value in rows]


def _text(text: str) -> str:
    return partable(shown(text))
