"""The agenda as Word: styles, contents, links and every word, also in another program."""

import io
import re
import zipfile
from dataclasses import fields, replace

import docx
import pypdfium2
import pytest
from agenda_texts import AGENDA, ITEM, MINUTES, long_agenda
from docx.document import Document
from docx.oxml.ns import qn
from hypothesis import given, settings
from hypothesis import strategies as st
from libreoffice import converted

from rammevaerk.exchange import filetype
from rammevaerk.exchange.agenda_documents import word
from rammevaerk.exchange.agenda_documents.texts import (
    AgendaDocument,
    AnnexText,
    DocumentKind,
    ItemText,
    SectionText,
)
from rammevaerk.exchange.cleaning import cleaned
from rammevaerk.exchange.file_kinds import FileKind


def opened(document: AgendaDocument) -> Document:
    return docx.Document(io.BytesIO(word.write(document)))


def in_style(file: Document, *names: str) -> list[str]:
    return [one.text for one in file.paragraphs if one.style.name in names]


def one_item(**changes: object) -> AgendaDocument:
    item = replace(ITEM, **changes)
    return replace(AGENDA, sections=(SectionText("Afsnit", (item,)),))


def all_text(file: Document) -> str:
    return "".join(
        element.text or "" for element in file.element.body.iter(qn("w:t"), qn("w:br"), qn("w:tab"))
    )


def test_sections_items_and_parts_are_headings():
    file = opened(AGENDA)
    assert in_style(file, "Title", "Subtitle") == ["DASSOS", "Dagsorden"]
    assert in_style(file, "Heading 1") == [
        "1 Beslutningspunkter",
        "2 Orienteringspunkter",
        "3 Punkter til kommende møder",
    ]
    assert in_style(file, "Heading 2") == [
        "1.1 Pladser til unge med særlige behov",
        "1.2 Dialogmøde med Socialtilsyn Midt",
        "2.1 Nyt fra kommunerne",
    ]
    assert in_style(file, "Heading 3")[:3] == ["Indstilling", "Sagsfremstilling", "Bilag"]
    assert in_style(file, "Heading 4", "Heading 5") == ["Økonomi", "Forbehold"]


def test_an_edition_is_named_and_bears_a_fingerprint_of_its_own():
    file = opened(replace(AGENDA, edition="Offentlig udgave"))
    assert "Udgave\tOffentlig udgave" in [one.text for one in file.paragraphs]
    foot = file.sections[0].footer.paragraphs[0].text
    assert foot.startswith("Version 1 · udgavens fingeraftryk 9f86d081884c7d65")


def test_no_lead_and_no_line_of_facts_is_left_alone_at_the_foot_of_a_page():
    kept = {
        one.text
        for one in opened(MINUTES).paragraphs
        if one.paragraph_format.keep_with_next or one.style.paragraph_format.keep_with_next
    }
    assert {"At DASSOS:", "Beslutning"} <= kept
    assert any(text.startswith("Ved Åse Østergård") for text in kept)


def test_the_contents_are_a_field_and_links_to_every_heading():
    file = opened(AGENDA)
    codes = [one.text.strip() for one in file.element.body.iter(qn("w:instrText"))]
    assert codes == ['TOC \\o "1-2" \\h \\z \\u']
    (begin,) = (
        one
        for one in file.element.body.iter(qn("w:fldChar"))
        if one.get(qn("w:fldCharType")) == "begin"
    )
    assert begin.get(qn("w:dirty")) == "true"
    entries = [one for one in file.paragraphs if one.style.name.startswith("toc ")]
    assert [one.text for one in entries] == in_style(file, "Heading 1", "Heading 2")
    anchors = [one._p.find(qn("w:hyperlink")).get(qn("w:anchor")) for one in entries]
    names = [one.get(qn("w:name")) for one in file.element.body.iter(qn("w:bookmarkStart"))]
    assert anchors == names
    assert len(set(names)) == len(names) == 6


def test_facts_of_the_meeting_stand_first():
    assert in_style(opened(AGENDA), "Mødefakta") == [
        "Dato\t27. februar 2026",
        "Tid\tkl. 10.00-12.30",
        "Sted\tRegionshuset Viborg, mødelokale Tønder",
        "Mødeserie\tDASSOS 2026",
        "Forventet varighed\t2 t. 30 min.",
        "Udsendt\t13. februar 2026",
    ]


def test_a_closed_item_says_so_with_its_ground():
    lines = in_style(opened(AGENDA), "Punktoplysninger")
    assert lines.count("Lukket punkt (oplysninger om enkeltpersoner)") == 1
    assert "Ved Åse Østergård, afdelingschef · Beslutning · 2 t. 5 min." in lines


def test_minutes_tell_who_was_there_and_what_was_decided():
    file = opened(MINUTES)
    assert [[cell.text for cell in row.cells] for row in file.tables[0].rows] == [
        ["Navn", "Organisation", "Fremmøde"],
        ["Åse Østergård", "Viborg Kommune", "Til stede"],
        ["Jørn Kjær", "Region Midtjylland", "Afbud"],
        ["Bo Bæk", "Aarhus Kommune", "Afbud, i stedet Ida Ågård"],
    ]
    assert in_style(file, "Beslutning", "Beslutning punkt") == [
        "Godkendt med ændringer",
        "DASSOS godkendte fordelingen.",
        "Der følges op på:",
        "ventetider",
        "takster",
        "Protokoludskrift 2026-014",
    ]
    assert "Jørn Kjær var inhabil og deltog ikke i behandlingen." in in_style(file, "List Bullet")
    assert "Forventet varighed" not in all_text(file)


def test_recommendation_and_annexes_are_lists():
    bullets = in_style(opened(one_item()), "List Bullet")
    assert bullets == [
        "drøfter tallene",
        "godkender fordelingen",
        "Bilag 1: Oversigt over pladser (oversigt.xlsx)",
        "Bilag 2: Følgebrev til kommunerne",
    ]
    assert "At DASSOS:" in in_style(opened(one_item(recommendation_lead="At DASSOS:")), "Normal")


def test_every_numbered_list_begins_with_one():
    file = opened(one_item())
    numbers = [
        (one.text, one._p.pPr.numPr.numId.val)
        for one in file.paragraphs
        if one.style.name == "List Number"
    ]
    assert [text for text, _ in numbers] == [
        "Først læses skemaet",
        "Så udfyldes det",
        "Ny liste begynder forfra",
    ]
    assert numbers[0][1] == numbers[1][1] != numbers[2][1]
    assert in_style(file, "List Continue") == ["af den, der kender tallene"]
    assert in_style(file, "List Bullet 2") == ["og dets vejledning"]


def test_tables_repeat_their_head_and_keep_their_merged_cells():
    (table,) = opened(one_item()).tables
    assert table.style.name == "Table Grid"
    heads = [row._tr.trPr.find(qn("w:tblHeader")) is not None for row in table.rows]
    assert heads == [True, False, False, False]
    last = table.rows[3].cells
    assert [cell.text for cell in last] == ["I alt 1.290", "I alt 1.290", ""]
    assert [cell.paragraphs[0].alignment for cell in table.rows[1].cells] == [None, 2, None]


def test_links_are_real_links():
    file = opened(one_item())
    (link,) = (
        one for one in file.element.body.iter(qn("w:hyperlink")) if one.get(qn("r:id")) is not None
    )
    assert link.text == "metodesiden"
    target = file.part.rels[link.get(qn("r:id"))].target_ref
    assert target == "https://eksempel.example/metode?%C3%A5r=2026"


def test_head_and_foot_carry_body_date_and_page_number():
    section = opened(AGENDA).sections[0]
    assert section.header.paragraphs[0].text == "Dagsorden · DASSOS · 27. februar 2026"
    assert section.first_page_header.paragraphs[0].text == ""
    for foot in (section.first_page_footer, section.footer):
        assert foot.paragraphs[0].text == "Version 1 · fingeraftryk 9f86d081884c7d65\tSide 1 af 1"
        codes = [one.text.strip() for one in foot._element.iter(qn("w:instrText"))]
        assert codes == ["PAGE", "NUMPAGES"]


def test_title_language_and_dates_are_the_documents_own():
    file = opened(AGENDA)
    facts = file.core_properties
    assert (facts.title, facts.language) == ("Dagsorden · DASSOS · 27. februar 2026", "da-DK")
    assert (facts.author, facts.comments) == ("DASSOS", "")
    assert facts.created == facts.modified == AGENDA.written_at
    assert {one.get(qn("w:val")) for one in file.styles.element.iter(qn("w:lang"))} == {"da-DK"}
    undated = zipfile.ZipFile(io.BytesIO(word.write(replace(AGENDA, written_at=None))))
    assert b"dcterms:created" not in undated.read("docProps/core.xml")


def test_the_same_document_is_the_same_bytes_and_tells_no_clock():
    content = word.write(AGENDA)
    assert content == word.write(AGENDA)
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        assert {member.date_time for member in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert not any("thumbnail" in name for name in package.namelist())


def test_our_own_file_is_one_that_we_take_in():
    assert filetype.judge(word.write(MINUTES), "referat.docx") is FileKind.DOCX


@pytest.mark.parametrize("kind", list(DocumentKind))
def test_an_empty_document_is_still_a_document(kind):
    file = opened(AgendaDocument(kind, "", "", (SectionText("", (ItemText("", ""),)),)))
    assert in_style(file, "Heading 1", "Heading 2") == ["Punkter", "Uden titel"]
    assert in_style(opened(AgendaDocument(kind, "DASSOS", "", ())), "Title") == ["DASSOS"]


def test_libreoffice_shows_every_heading_list_decision_and_annex(tmp_path):
    document = replace(MINUTES, sections=MINUTES.sections + long_agenda(12).sections)
    content = converted(word.write(document), "referat.docx", "pdf", tmp_path)
    with pypdfium2.PdfDocument(content) as pdf:
        pages = [page.get_textpage().get_text_range() for page in pdf]
    shown = " ".join(" ".join(pages).split())
    for expected in (
        "1.1 Pladser til unge med særlige behov",
        "At DASSOS:",
        "godkender fordelingen",
        "Godkendt med ændringer",
        "DASSOS godkendte fordelingen.",
        "ventetider",
        "Protokoludskrift 2026-014",
        "Jørn Kjær var inhabil",
        "1. Ny liste begynder forfra",
        "2. Så udfyldes det",
        "Bilag 1: Oversigt over pladser (oversigt.xlsx)",
        *(f"1.{n} Punkt nummer {n} om pladser" for n in range(1, 13)),
        *(f"Bilag {n}: Bilagstitel{n} (bilag{n}.pdf)" for n in range(1, 13)),
    ):
        assert expected in shown, expected
    contents = shown.index("Indhold"), shown.index("1.12 Punkt"), shown.index("Indstilling")
    assert contents == tuple(sorted(contents))
    assert all(re.search(rf"Side {n} af {len(pages)}", page) for n, page in enumerate(pages, 1))


@settings(max_examples=40, deadline=None)
@given(st.text(st.characters(codec=None), max_size=60), st.text(max_size=60))
def test_no_text_breaks_it_and_none_is_lost(one, other):
    item = ItemText(
        number="1",
        title=f"T {one}",
        presenters=one,
        recommendation_lead=other,
        recommendation=(f"R {one}", other),
        presentation_html=f"<p>{other}</p>",
        annexes=(AnnexText(one, other, one),),
        decision_text=f"D {other}",
        exceptions=(one,),
    )
    document = replace(
        AGENDA,
        body=one,
        day_text=other,
        place=one,
        fingerprint=other,
        sections=(SectionText(f"S {one}", (item,)),),
    )
    shown = "".join(all_text(opened(document)).split())
    for text in (one, other):
        assert "".join(cleaned(text).split()) in shown


def test_every_field_of_an_item_is_written():
    texts = {
        field.name: f"felt{number}"
        for number, field in enumerate(fields(ItemText))
        if field.type == "str" or field.type is str
    }
    item = ItemText(**texts, closed=True, recommendation=("punkt",), exceptions=("undtaget",))
    shown = all_text(opened(replace(AGENDA, sections=(SectionText("S", (item,)),))))
    for text in (*texts.values(), "punkt", "undtaget"):
        assert text in shown
