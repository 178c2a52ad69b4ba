"""A contract on paper: Word and PDF say the same, are the same each time, and open elsewhere."""

import io
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import docx
import pypdfium2
import pytest
from libreoffice import converted

from rammevaerk.exchange.contract.paper import (
    ContractPaper,
    PaperAnswer,
    PaperChange,
    PaperClause,
    PaperSection,
)
from rammevaerk.exchange.contract.pdf import write_pdf
from rammevaerk.exchange.contract.word import write_word

HASH = "0123456789abcdef" * 4
PAPER = ContractPaper(
    title="Tillæg 1 til kontrakt",
    number="K-2025-KR47-MP36",
    standard="Standardkontrakt for voksne, version 2.0",
    state="Godkendt af begge parter",
    validity="Fra 1. oktober 2025",
    summary="Flere timer",
    changes=(PaperChange("Borgertimer om ugen", "12 timer 30 minutter", "15 timer"),),
    sections=(
        PaperSection("Parter", (("Sælger", "Egenby"), ("Købers kontakt", ""))),
        PaperSection("Indsats", (("Mål", "1. Kan selv handle ind.\n2. Møder frem."),)),
    ),
    clauses=(
        PaperClause("Parter", "Køber og sælger er enige."),
        PaperClause("Opsigelse", "Tre måneder.", deviates=True, reason="Aftalt særskilt"),
        PaperClause("Forsikring", "", deviates=True, reason="Dækket"),
    ),
    answers=(PaperAnswer("Køber", "Godkendt 3. juni 2025", "Ida, Myndighed, Naboby"),),
    note="Skabelonens tekst er ikke efterprøvet.",
    sha256=HASH,
    written_at=datetime(2025, 6, 2, 9, 0, tzinfo=UTC),
)
TOLD = (
    "Tillæg 1 til kontrakt",
    "K-2025-KR47-MP36",
    "Flere timer",
    "12 timer 30 minutter",
    "Købers kontakt",
    "2. Møder frem.",
    "2. Opsigelse",
    "Afviger fra standardkontrakten: Aftalt særskilt",
    "Vilkåret fra standardkontrakten gælder ikke.",
    "Ida, Myndighed, Naboby",
    HASH,
)


def word_text(content: bytes) -> str:
    file = docx.Document(io.BytesIO(content))
    cells = [cell.text for table in file.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(one.text for one in file.paragraphs), *cells])


def pdf_text(content: bytes) -> str:
    pages = pypdfium2.PdfDocument(content)
    text = "\n".join(page.get_textpage().get_text_range() for page in pages)
    # A long word is parted where the line ends.
    return text.replace("\r\n", "\n").replace("\ufffe", "")


def test_word_says_everything() -> None:
    text = word_text(write_word(PAPER))
    assert [one for one in TOLD if one not in text] == []


def test_pdf_says_everything() -> None:
    text = " ".join(pdf_text(write_pdf(PAPER)).split())
    seamless = text.replace(" ", "")
    assert [one for one in TOLD if one.replace(" ", "") not in seamless] == []


@pytest.mark.parametrize("write", [write_word, write_pdf])
def test_the_same_paper_gives_the_same_bytes(write: object) -> None:
    assert write(PAPER) == write(PAPER)  # type: ignore[operator]


def test_hostile_text_is_text() -> None:
    bad = '#import "x"\n$a$ \x0b <b> ]] {{x}} 😀'
    paper = replace(PAPER, clauses=(PaperClause(bad, bad, deviates=True, reason=bad),), changes=())
    assert '#import "x"' in word_text(write_word(paper))
    assert '#import "x"' in pdf_text(write_pdf(paper))


def test_libreoffice_opens_the_document(tmp_path: Path) -> None:
    text = pdf_text(converted(write_word(PAPER), "kontrakt.docx", "pdf", tmp_path))
    seamless = "".join(text.split())
    assert [one for one in TOLD if "".join(one.split()) not in seamless] == []
