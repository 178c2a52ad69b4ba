"""Word documents as secretariats make them: headings, numbers Word counts, tables of every use."""

from pathlib import Path

import docx
import pytest
from docx.document import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from libreoffice import converted
from office_samples import saved

from rammevaerk.engine.documents.meeting import MeetingDocument
from rammevaerk.exchange.meeting_documents import read


def with_headings() -> Document:
    """Sections, items and blocks by heading styles; the head and the figures in tables."""
    document = docx.Document()
    document.sections[0].footer.paragraphs[0].text = "Referat Vandrådet 03.06.2024"
    document.add_heading("Referat af møde i Vandrådet", 0)
    add_table(
        document,
        ("Mødedato", "3. juni 2024"),
        ("Sted", "Vandværket, Lillesø"),
        ("Deltagere", "Ida Krogh, Jon Malm og Kaj Nygaard"),
        ("Afbud", "Lis Olsen"),
    )
    document.add_heading("Beslutningspunkter", 1)
    document.add_heading("Fælles pumpehus", 2)
    document.add_paragraph("Ved Ida Krogh")
    document.add_heading("Sagsfremstilling", 3)
    document.add_paragraph("Pumpehuset er nedslidt. " * 30)
    add_table(
        document,
        ("Kommune", "2024", "2025"),
        ("Lillesø", "1,5", "2,0"),
        ("Storåen", "0,5", "0,5"),
        ("I alt", "2,0", "2,5"),
    )
    document.add_heading("Bilag", 3)
    document.add_paragraph("Bilag 1: Tegninger")
    document.add_heading("Indstilling", 3)
    document.add_paragraph("At Vandrådet:")
    document.add_paragraph("Drøfter tegningerne", style="List Bullet")
    document.add_paragraph("Godkender budgettet", style="List Bullet")
    document.add_heading("Beslutning", 3)
    document.add_paragraph("Godkendt.")
    document.add_page_break()
    document.add_heading("Orienteringspunkter", 1)
    document.add_heading("Nyt fra naboerne", 2)
    document.add_paragraph("Ved Jon Malm")
    document.add_heading("Beslutning", 3)
    document.add_paragraph("Taget til efterretning.")
    document.add_heading("Eventuelt", 2)
    document.add_paragraph("Intet.")
    return document


def add_table(document: Document, *rows: tuple[str, ...]) -> None:
    table = document.add_table(rows=0, cols=len(rows[0]))
    for row in rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text


def assert_is_the_water_council(document: MeetingDocument) -> None:
    assert (document.body, str(document.day), document.place) == (
        "Vandrådet",
        "2024-06-03",
        "Vandværket, Lillesø",
    )
    assert document.participants == ("Ida Krogh", "Jon Malm", "Kaj Nygaard")
    assert document.absent == ("Lis Olsen",)
    assert [(part.title, len(part.items)) for part in document.sections] == [
        ("Beslutningspunkter", 1),
        ("Orienteringspunkter", 2),
    ]
    first, second, last = document.items
    assert (first.title, first.presenters) == ("Fælles pumpehus", ("Ida Krogh",))
    assert first.recommendation == ("Drøfter tegningerne", "Godkender budgettet")
    assert [(annex.number, annex.title) for annex in first.annexes] == [(1, "Tegninger")]
    assert [item.decision for item in (first, second, last)] == [
        "Godkendt.",
        "Taget til efterretning.",
        "Intet.",
    ]
    (table,) = document.tables
    assert table.header == ("Kommune", "2024", "2025")
    assert table.rows == (
        ("Lillesø", "1,5", "2,0"),
        ("Storåen", "0,5", "0,5"),
        ("I alt", "2,0", "2,5"),
    )


def test_headings_make_sections_items_and_blocks() -> None:
    assert_is_the_water_council(read(saved(with_headings()), "referat.docx"))


def test_the_same_document_as_pdf_is_read_the_same_way(tmp_path: Path) -> None:
    pdf = converted(saved(with_headings()), "referat.docx", "pdf", tmp_path)
    assert_is_the_water_council(read(pdf, "referat.pdf"))


def test_an_agenda_in_one_table_is_read_row_by_row() -> None:
    document = docx.Document()
    document.add_paragraph("Mødereferat")
    document.add_paragraph("Samordningsgruppen, 11. september 2024")
    add_table(
        document,
        ("Nr.", "Emne", "Ansvarlig", "Beslutning"),
        ("1", "Godkendelse af dagsorden", "Mia Pors", "Godkendt."),
        ("2", "Fælles hjemmeside", "Nis Quist", "Oda Riis laver et udkast inden jul."),
        ("3", "Eventuelt", "", "Intet"),
    )
    found = read(saved(document), "referat.docx")
    assert [(item.number, item.title, item.presenters, item.decision) for item in found.items] == [
        ("1", "Godkendelse af dagsorden", ("Mia Pors",), "Godkendt."),
        ("2", "Fælles hjemmeside", ("Nis Quist",), "Oda Riis laver et udkast inden jul."),
        ("3", "Eventuelt", (), "Intet"),
    ]
    assert (found.body, found.tables) == ("Samordningsgruppen", ())


@pytest.mark.parametrize("as_pdf", [False, True])
def test_a_table_with_headings_beside_the_text_is_read_as_blocks(
    tmp_path: Path, as_pdf: bool
) -> None:
    document = docx.Document()
    document.add_paragraph("Dagsorden til møde i Faggruppen den 4. marts 2023")
    for number, title in ((1, "Ny vejledning"), (2, "Fælles vikarer")):
        document.add_paragraph(f"{number}. {title}")
        add_table(
            document,
            ("Sagsfremstilling", f"{title} er på vej, og alle, der arbejder med det, skal vide."),
            ("Det indstilles, at", "gruppen drøfter den"),
            ("Bilag", f"Bilag {number}: {title}"),
        )
    content, name = saved(document), "dagsorden.docx"
    if as_pdf:
        content, name = converted(content, name, "pdf", tmp_path), "dagsorden.pdf"
    found = read(content, name)
    assert [item.recommendation for item in found.items] == [("gruppen drøfter den",)] * 2
    assert [item.annexes[0].number for item in found.items] == [1, 2]
    assert all("er på vej" in item.presentation for item in found.items)


def numbered_by_word(document: Document, text: str, level: int) -> None:
    """A paragraph whose number Word counts: "1 ", "1.1 "."""
    paragraph = document.add_paragraph(text)
    numbering = OxmlElement("w:numPr")
    for name, value in (("w:ilvl", str(level)), ("w:numId", "99")):
        element = OxmlElement(name)
        element.set(qn("w:val"), value)
        numbering.append(element)
    paragraph._p.get_or_add_pPr().append(numbering)


def test_numbers_that_word_counts_are_the_items_numbers() -> None:
    document = docx.Document()
    numbering = document.part.numbering_part.element
    abstract = OxmlElement("w:abstractNum")
    abstract.set(qn("w:abstractNumId"), "99")
    for level, text in ((0, "%1"), (1, "%1.%2")):
        element = OxmlElement("w:lvl")
        element.set(qn("w:ilvl"), str(level))
        for name, value in (("w:start", "1"), ("w:numFmt", "decimal"), ("w:lvlText", text)):
            child = OxmlElement(name)
            child.set(qn("w:val"), value)
            element.append(child)
        abstract.append(element)
    numbering.insert(0, abstract)
    use = OxmlElement("w:num")
    use.set(qn("w:numId"), "99")
    target = OxmlElement("w:abstractNumId")
    target.set(qn("w:val"), "99")
    use.append(target)
    numbering.append(use)
    for section, titles in (("Økonomi", ["Budget", "Regnskab"]), ("Drift", ["Åbningstider"])):
        numbered_by_word(document, section, 0)
        for title in titles:
            numbered_by_word(document, title, 1)
            document.add_paragraph("Indstilling")
            document.add_paragraph("At gruppen drøfter sagen.")
    found = read(saved(document), "dagsorden.docx")
    assert [(item.number, item.title) for item in found.items] == [
        ("1.1", "Budget"),
        ("1.2", "Regnskab"),
        ("2.1", "Åbningstider"),
    ]
    assert [part.title for part in found.sections] == ["Økonomi", "Drift"]


def test_text_that_was_deleted_is_not_read() -> None:
    document = docx.Document()
    document.add_paragraph("Dagsorden")
    paragraph = document.add_paragraph("1. Velkomst")
    deleted = OxmlElement("w:del")
    run = OxmlElement("w:r")
    text = OxmlElement("w:delText")
    text.text = " og farvel"
    run.append(text)
    deleted.append(run)
    paragraph._p.append(deleted)
    document.add_paragraph("Indstilling: At gruppen siger goddag.")
    (item,) = read(saved(document), "dagsorden.docx").items
    assert item.title == "Velkomst"
