"""The plan as Word: every word of it, in the order and the form that people know."""

import io
import re
from dataclasses import fields, replace

import docx
import pypdfium2
import pytest
from docx.document import Document
from docx.oxml.ns import qn
from hypothesis import given, settings
from hypothesis import strategies as st
from libreoffice import converted
from plan_samples import COMPLEX, MENTAL, ROWS, plan_document, plan_row

from rammevaerk.exchange.action_plan import word
from rammevaerk.exchange.action_plan.rows import PlanDocument, PlanRow, normalised


def written(*rows: PlanRow) -> Document:
    return opened(plan_document(rows))


def opened(document: PlanDocument) -> Document:
    return docx.Document(io.BytesIO(word.write(document)))


def headings(file: Document) -> list[tuple[str, str]]:
    return [
        (paragraph.style.name, paragraph.text)
        for paragraph in file.paragraphs
        if paragraph.style.name.startswith(("Title", "Heading"))
    ]


def column(file: Document, index: int) -> list[str]:
    """The first line of one column's cells, headers left out, merged cells once."""
    found = []
    for table in file.tables:
        for row in table.rows[1:]:
            cell = row.cells[index]
            if not found or cell._tc is not found[-1][0]:
                found.append((cell._tc, cell.text.split("\n")[0]))
    return [text for _, text in found]


def initiatives(file: Document) -> list[str]:
    return column(file, 1)


def all_text(file: Document) -> str:
    cells = [cell.text for table in file.tables for row in table.rows for cell in row.cells]
    return "\n".join([paragraph.text for paragraph in file.paragraphs] + cells)


def test_headings_lead_from_area_to_forum_to_start():
    assert headings(written(*ROWS)) == [
        ("Title", "Handlingsplan"),
        ("Heading 1", f"Udviklingsområde: {MENTAL}"),
        ("Heading 2", "Initiativer under DASSOS"),
        ("Heading 3", "Planlagt opstart: januar 2025"),
        ("Heading 3", "Planlagt opstart: 2027"),
        ("Heading 1", f"Udviklingsområde: {COMPLEX}"),
        ("Heading 2", "Initiativer under Sundhedsaftalen"),
    ]


def test_every_table_has_three_columns_and_a_header_row_that_is_repeated():
    file = written(*ROWS)
    assert len(file.tables) == 3
    for table in file.tables:
        assert [cell.text for cell in table.rows[0].cells] == ["Målsætning", "Initiativ", "Status"]
        marked = [
            row._tr.trPr is not None and row._tr.trPr.find(qn("w:tblHeader")) is not None
            for row in table.rows
        ]
        assert marked == [True] + [False] * (len(table.rows) - 1)


def test_language_title_and_properties_are_set():
    file = written(*ROWS)
    languages = {one.get(qn("w:val")) for one in file.styles.element.iter(qn("w:lang"))}
    assert languages == {"da-DK"}
    facts = file.core_properties
    assert (facts.title, facts.language) == ("Handlingsplan", "da-DK")
    assert (facts.author, facts.subject) == ("Sekretariatet", "Rammeaftale 2025-26")
    assert facts.created.date() == plan_document().as_of
    assert file.paragraphs[1].text == "Sekretariatet · 8. april 2025"


def test_pages_are_numbered():
    footer = written(*ROWS).sections[0].footer._element
    fields_used = [element.text.strip() for element in footer.iter(qn("w:instrText"))]
    assert fields_used == ["PAGE", "NUMPAGES"]


def test_an_empty_plan_says_so():
    file = written()
    assert file.tables == []
    assert file.paragraphs[-1].text == "Planen har ingen initiativer endnu."


def test_a_goal_stands_once_beside_all_its_initiatives():
    rows = [
        plan_row(initiative_id=str(n), number=f"1.{n}", goal="Andet" if n == 3 else "Første")
        for n in range(1, 6)
    ]
    file = written(*rows)
    assert column(file, 0) == ["Første", "Andet"]
    assert initiatives(file) == [f"1.{n} Botilbudsteams" for n in (1, 2, 4, 5, 3)]


def test_what_lies_below_stands_after_its_parent_at_any_depth():
    rows = [
        plan_row(number="1.2.1.1", parent_number="1.2.1", title="Barnebarn", goal=""),
        plan_row(number="1.3", title="Nabo"),
        plan_row(number="1.2.2", parent_number="1.2", title="Yngst", planned_start="2027"),
        plan_row(number="1.2.1", parent_number="1.2", title="Ældst", goal=""),
        plan_row(number="1.2", title="Forælder"),
    ]
    file = written(*rows)
    assert initiatives(file) == [
        "1.3 Nabo",
        "1.2 Forælder",
        "1.2.2 Yngst",
        "1.2.1 Ældst",
        "1.2.1.1 Barnebarn",
    ]
    assert column(file, 0) == ["Færre skal indlægges igen"]
    indented = [
        bool(row.cells[1].paragraphs[0].paragraph_format.left_indent)
        for row in file.tables[0].rows[1:]
    ]
    assert indented == [False, False, True, True, True]


def test_a_planned_start_that_is_not_the_headings_own_is_told():
    rows = [
        plan_row(number="1"),
        plan_row(number="1.1", parent_number="1", planned_start="maj 2026"),
    ]
    statuses = [row.cells[2].text for row in written(*rows).tables[0].rows[1:]]
    assert "Planlagt opstart" not in statuses[0]
    assert "Planlagt opstart: maj 2026" in statuses[1]


def test_one_below_an_initiative_elsewhere_says_so():
    rows = [
        plan_row(number="1"),
        plan_row(number="1.1", parent_number="1", forum="Sundhedsaftalen"),
    ]
    cells = [row.cells[1].text for table in written(*rows).tables for row in table.rows[1:]]
    assert "Hører under nr. 1" not in cells[0]
    assert "Hører under nr. 1" in cells[1]


@pytest.mark.parametrize(
    "numbers",
    [
        [("", ""), ("", "")],
        [("1", ""), ("", ""), ("2", "1")],
        [("1", ""), ("1", ""), ("1.1", "1")],
        [("1", "1")],
        [("1", "2"), ("2", "3"), ("3", "1")],
        [("1", "ukendt")],
    ],
    ids=["no-numbers", "one-without", "same-number", "own-parent", "circle", "no-such-parent"],
)
def test_odd_numbers_lose_no_initiative_and_repeat_none(numbers):
    rows = [
        plan_row(number=number, parent_number=parent, title=f"T{index}")
        for index, (number, parent) in enumerate(numbers)
    ]
    titles = [text.split()[-1] for text in initiatives(written(*rows))]
    assert sorted(titles) == sorted(row.title for row in rows)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(*[st.sampled_from(["", "1", "2", "3"])] * 4), max_size=7))
def test_whatever_the_numbers_every_row_stands_once(facts):
    rows = [
        plan_row(number=a, parent_number=b, goal=c, planned_start=d and f"202{d}", title=f"T{n}")
        for n, (a, b, c, d) in enumerate(facts)
    ]
    titles = [text.split()[-1] for text in initiatives(written(*rows))]
    assert sorted(titles) == sorted(row.title for row in rows)


def test_no_text_crashes_it_and_none_is_lost():
    odd = "A\x00B\x0b\x0cC\ud800D\r\nE\ufffe\u2028F\tG 👩‍👧 \u202eעברית\u202c <&> "
    row = plan_row(**{field.name: f"{field.name} {odd}" for field in fields(PlanRow)})
    document = replace(
        plan_document((row,)), title=odd * 40, agreement=odd * 40, organisation=odd * 40
    )
    shown = " ".join(all_text(opened(document)).split())
    for field in fields(PlanRow):
        if field.name != "initiative_id":
            assert " ".join(normalised(getattr(row, field.name)).split()) in shown, field.name


def test_empty_fields_leave_no_empty_labels():
    row = PlanRow(**{field.name: "" for field in fields(PlanRow)} | {"title": "Kun et navn"})
    file = written(row)
    assert headings(file)[1:] == [
        ("Heading 1", "Uden udviklingsområde"),
        ("Heading 2", "Initiativer uden forum"),
    ]
    assert [cell.text for cell in file.tables[0].rows[1].cells] == [
        "",
        "Kun et navn",
        "Ingen status",
    ]


def test_a_deadline_without_a_milestone_is_not_lost():
    (table,) = written(plan_row(next_step="", next_step_due="maj 2026")).tables
    assert "Næste milepæl ventet maj 2026" in table.rows[1].cells[2].text


def test_two_hundred_initiatives_keep_their_every_word_in_libreoffice(tmp_path):
    long = " ".join(f"ord{n}" for n in range(1_300))
    rows = tuple(
        plan_row(
            initiative_id=str(n),
            number=f"{n}",
            title=f"Titel{n}",
            description=long if n == 5 else f"Beskrivelse{n}",
            status_text=long.replace("ord", "svar") if n == 6 else f"Statustekst{n}",
            goal=f"Mål{n // 20}",
            planned_start=("januar 2025", "2027", "")[n % 3],
            parent_number=str(n - 3) if n % 9 == 8 else "",
        )
        for n in range(1, 201)
    )
    content = word.write(plan_document(rows))
    with pypdfium2.PdfDocument(converted(content, "plan.docx", "pdf", tmp_path)) as document:
        pages = [page.get_textpage().get_text_range() for page in document]
    words = set(re.findall(r"\w+", " ".join(pages)))
    for row in rows:
        for text in (row.title, row.description, row.status_text, row.goal):
            assert set(text.split()) <= words
    # A row over several pages, and a new page, begin with the headings of the columns again.
    with_tables = [page for page in pages if "Initiativ" in page]
    assert len(with_tables) == len(pages) > 10
