"""The agenda as PDF: tagged, titled, in Danish, and every word of it in the text."""

import ctypes
import re
import string
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pypdfium2
import pypdfium2.raw as pdfium
import pytest
from agenda_texts import AGENDA, ITEM, MINUTES, long_agenda
from hypothesis import given, settings
from hypothesis import strategies as st

from rammevaerk.exchange import filetype
from rammevaerk.exchange.agenda_documents import pdf
from rammevaerk.exchange.agenda_documents.shown_letters import SHOWN, partable, shown
from rammevaerk.exchange.agenda_documents.texts import (
    AgendaDocument,
    AnnexText,
    DocumentKind,
    ItemText,
    SectionText,
)
from rammevaerk.exchange.file_kinds import FileKind

HOSTILE = (
    '#panic(1) #[x] $x^2$ *fed* _kursiv_ `kode` <mærke> @kilde // [a](b) \\ ~ -- ... = + /* "q"'
)


def pages(content: bytes) -> list[str]:
    with pypdfium2.PdfDocument(content) as document:
        return [page.get_textpage().get_text_range() for page in document]


def squeezed(text: str) -> str:
    """The text without blanks and without what parts words (U+FFFE, U+0002, U+200B)."""
    return re.sub("[\ufffe\x02\u200b]", "", "".join(text.split()))


def all_text(document: AgendaDocument) -> str:
    return squeezed("".join(pages(pdf.write(document))))


def one_item(**changes: object) -> AgendaDocument:
    return replace(AGENDA, sections=(SectionText("Afsnit", (replace(ITEM, **changes),)),))


def tags(content: bytes) -> Counter[str]:
    """The structure elements of the first pages by type, as a screen reader meets them."""
    found: Counter[str] = Counter()
    with pypdfium2.PdfDocument(content) as document:
        for page in document:
            tree = pdfium.FPDF_StructTree_GetForPage(page)
            for index in range(pdfium.FPDF_StructTree_CountChildren(tree)):
                _count(pdfium.FPDF_StructTree_GetChildAtIndex(tree, index), found)
            pdfium.FPDF_StructTree_Close(tree)
    return found


def _count(element: object, found: Counter[str]) -> None:
    buffer = ctypes.create_string_buffer(200)
    length = pdfium.FPDF_StructElement_GetType(element, buffer, 200)
    found[buffer.raw[: max(length - 2, 0)].decode("utf-16-le")] += 1
    for index in range(pdfium.FPDF_StructElement_CountChildren(element)):
        child = pdfium.FPDF_StructElement_GetChildAtIndex(element, index)
        if child:
            _count(child, found)


def test_it_is_marked_as_tagged_with_language_and_title_in_the_window():
    content = pdf.write(AGENDA)
    assert b"/MarkInfo<</Marked true" in content
    assert b"/StructTreeRoot" in content
    assert b"/Lang(da-DK)" in content
    assert b"/DisplayDocTitle true" in content
    assert b"<pdfuaid:part>1</pdfuaid:part>" in content
    with pypdfium2.PdfDocument(content) as document:
        facts = document.get_metadata_dict()
    assert facts["Title"] == "Dagsorden · DASSOS · 27. februar 2026"
    assert (facts["Author"], facts["Subject"]) == ("DASSOS", "Dagsorden")
    assert facts["CreationDate"].startswith("D:20260213093000")


def test_headings_lists_tables_and_links_are_tagged_as_what_they_are():
    found = tags(pdf.write(one_item(presentation_html=ITEM.presentation_html)))
    expected = {"H1": 2, "H2": 1, "H3": 3, "H4": 1, "H5": 1, "Table": 1, "TR": 4, "TH": 3}
    assert {tag: found[tag] for tag in expected} == expected
    assert found["TD"] == 7  # the empty cell has nothing on the page
    # Recommendation, annexes, two numbered lists, and one in a cell and one in a point.
    assert found["L"] == 6
    assert found["LI"] == 2 + 2 + 2 + 1 + 2 + 1
    assert found["Link"] >= 1
    assert found["TOC"] >= 1


def test_the_outline_leads_to_sections_and_items():
    with pypdfium2.PdfDocument(pdf.write(AGENDA)) as document:
        marks = [(mark.level, mark.get_title()) for mark in document.get_toc()]
    assert marks == [
        (0, "1 Beslutningspunkter"),
        (1, "1.1 Pladser til unge med særlige behov"),
        (1, "1.2 Dialogmøde med Socialtilsyn Midt"),
        (0, "2 Orienteringspunkter"),
        (1, "2.1 Nyt fra kommunerne"),
        (0, "3 Punkter til kommende møder"),
    ]


def test_every_word_of_the_minutes_is_in_its_text():
    text = all_text(MINUTES)
    for expected in (
        "Referat",
        "Regionshuset Viborg, mødelokale Tønder",
        "Jørn Kjær Region Midtjylland Afbud",
        "Bo Bæk Aarhus Kommune Afbud, i stedet Ida Ågård",
        "Ved Åse Østergård, afdelingschef · Beslutning",
        "At DASSOS: • drøfter tallene • godkender fordelingen",
        "Ærøskøbing 1.234 Åbner i maj, når byggeriet er færdigt",
        "1. Ny liste begynder forfra",
        "Bilag 1: Oversigt over pladser (oversigt.xlsx)",
        "Jørn Kjær var inhabil",
        "Godkendt med ændringer DASSOS godkendte fordelingen.",
        "• ventetider • takster",
        "Protokoludskrift 2026-014",
    ):
        assert squeezed(expected) in text, expected


def test_pages_carry_body_date_and_number():
    shown_pages = pages(pdf.write(long_agenda(10)))
    assert len(shown_pages) > 5
    for number, page in enumerate(shown_pages, start=1):
        assert f"Side {number} af {len(shown_pages)}" in page
        assert ("Dagsorden · DASSOS · 27. februar 2026" in page) is (number > 1)


def test_the_contents_name_the_page_of_every_item():
    shown_pages = pages(pdf.write(long_agenda(30)))
    contents = "".join(shown_pages[:2])
    for number in (1, 15, 30):
        title = f"1.{number} Punkt nummer {number} om pladser"
        line = next(one for one in contents.splitlines() if one.startswith(title))
        page = int(line.split()[-1])
        assert f"\n{title}" in shown_pages[page - 1].replace("\r", "")


def test_the_same_document_is_the_same_bytes_and_tells_no_clock():
    undated = replace(AGENDA, written_at=None)
    assert pdf.write(AGENDA) == pdf.write(AGENDA)
    assert b"CreateDate" not in pdf.write(undated)
    assert b"/CreationDate" not in pdf.write(undated)


def test_our_own_file_is_one_that_we_take_in():
    assert filetype.judge(pdf.write(MINUTES), "referat.pdf") is FileKind.PDF


@pytest.mark.parametrize("kind", list(DocumentKind))
@pytest.mark.parametrize("language", ["da", "", "dansk", "da-DK", "#panic()"])
def test_an_empty_document_is_still_a_document(kind, language):
    empty = AgendaDocument(kind, "", "", (SectionText("", (ItemText("", ""),)),), language=language)
    assert "UdentitelPunkter" not in all_text(empty)
    assert "Udentitel" in all_text(empty)
    assert "DASSOS" in all_text(AgendaDocument(kind, "DASSOS", "", ()))


def test_what_looks_like_markup_comes_out_as_it_was_written():
    document = replace(
        one_item(
            title=HOSTILE,
            presenters=HOSTILE,
            recommendation=(HOSTILE,),
            presentation_html="<p>&lt;script&gt; #panic(1) $x$ *a*</p>",
            decision_text=HOSTILE,
            annexes=(AnnexText("1", HOSTILE, HOSTILE),),
        ),
        body=HOSTILE,
        fingerprint="#panic(1)",
    )
    text = all_text(document)
    assert text.count(squeezed(HOSTILE)) >= 7
    assert squeezed("<script> #panic(1) $x$ *a*") in text


def test_every_letter_that_is_let_through_can_be_set():
    letters = sorted(SHOWN - {"\n"})
    assert {"æ", "Å", "é", "€", "–", "…", "”", "§", "½", "≥", "→", "ž", "Ж", "λ"} <= SHOWN
    html = "".join(f"<p>{letter.replace('<', '&lt;')} {letter}x</p>" for letter in letters)
    assert len(pages(pdf.write(one_item(presentation_html=html)))) > 10


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("A\u030angstro\u0308m", "Ångström"),
        ("smil \U0001f600!", "smil [U+1F600]!"),
        ("中", "[U+4E2D]"),
        ("blød\u00adt\u200b \ufeffher", "blødt her"),
        ("\uf0b7 punkt", "• punkt"),
        ("a\tb\u2009c", "a b c"),
    ],
)
def test_what_no_font_has_is_written_as_its_code(text, seen):
    assert shown(text) == seen


def test_a_word_without_an_end_stays_on_the_page():
    word = "x" * 3_000
    document = one_item(
        title=word,
        presentation_html=f"<p>{word}</p><table><tr>{f'<td>{word[:200]}</td>' * 12}</tr></table>",
        annexes=(AnnexText(word[:300], word, word),),
    )
    with pypdfium2.PdfDocument(pdf.write(document)) as opened:
        for page in opened:
            text = page.get_textpage()
            boxes = [text.get_charbox(index) for index in range(text.count_chars())]
            assert max(right for _, _, right, _ in boxes) < page.get_width()
    assert partable("kort ord") == "kort ord"


def test_a_cell_longer_than_a_page_goes_on_over_the_next():
    long = " ".join(f"ord{n}" for n in range(2_500))
    document = one_item(presentation_html=f"<table><tr><td>a</td><td>{long}</td></tr></table>")
    text = all_text(document)
    assert [n for n in range(2_500) if f"ord{n}" not in text] == []


_ANYTHING = st.text(st.characters(codec=None), max_size=40)
_MIXED = st.text(
    st.sampled_from(
        sorted(SHOWN) + list("\u200b\u202e\u0301\u05b0\u064e\u200d\U0001f469ก中\r\x00")
    ),
    max_size=60,
)


@settings(max_examples=60, deadline=None)
@given(st.one_of(_ANYTHING, _MIXED), st.one_of(_ANYTHING, _MIXED))
def test_no_text_breaks_it(one, other):
    item = ItemText(
        number="1",
        title=one,
        presenters=other,
        recommendation=(one, other),
        presentation_html=f"<h3>{other}</h3><table><tr><td>{one}</td><td>x</td></tr></table>",
        annexes=(AnnexText(one, other, one),),
        decision_text=f"{one} KENDEORD {other}",
        exceptions=(other,),
    )
    document = replace(AGENDA, body=one, place=other, sections=(SectionText(other, (item,)),))
    assert "KENDEORD" in all_text(document)


@settings(max_examples=40, deadline=None)
@given(st.text(string.printable[:95], min_size=1, max_size=50))
def test_every_sign_of_the_keyboard_comes_out_as_text(text):
    document = one_item(title="x", presenters=text, presentation_html="", annexes=())
    assert squeezed(f"Ved {' '.join(text.split())}") in all_text(document)


def test_a_server_does_not_keep_every_agenda_it_has_written():
    program = (
        "import pathlib, sys\n"
        f"sys.path.insert(0, {str(Path(__file__).parent)!r})\n"
        "from dataclasses import replace\n"
        "from agenda_texts import long_agenda\n"
        "from rammevaerk.exchange.agenda_documents import pdf\n"
        "def held(): return int(pathlib.Path('/proc/self/statm').read_text().split()[1]) // 256\n"
        "sizes = []\n"
        "for n in range(6):\n"
        "    pdf.write(replace(long_agenda(15), body=f'Forum {n}'))\n"
        "    sizes.append(held())\n"
        "print(sizes[-1] - sizes[0])\n"
    )
    if not Path("/proc/self/statm").exists():
        pytest.skip("no /proc to read the memory from")
    grown = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True, timeout=120
    )
    assert int(grown.stdout) < 40  # MB; it was 150 while typst remembered
