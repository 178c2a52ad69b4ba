"""The plan as Excel: what goes out comes in again as the same, whatever people have written."""

import re
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from libreoffice import converted
from office_samples import member
from plan_samples import (
    CHOICES,
    EXPORTED_AT,
    ROWS,
    exported,
    plan_document,
    plan_row,
    read_in,
    rows_of,
    with_texts,
)

from rammevaerk.exchange.action_plan.difference import compare
from rammevaerk.exchange.action_plan.rows import COLUMNS, fingerprint, normalised, tidied
from rammevaerk.exchange.action_plan.workbook import UnwritablePlan, write

NASTY = (
    "=1+1",
    "+45 87 87 87 87",
    "-7",
    "@SUM(A1)",
    "\t=1+1",
    "'apostrof",
    '"citat" og "andet"',
    "<r>ikke rig</r>",
    "<r><t>ikke rig</t></r>",
    "<b>&amp; &lt; & ]]>",
    "_x000D_",
    "_x005F_",
    "a_x0041_b_xD800_c",
    "_X0041_",
    "linje 1\r\nlinje 2\rlinje 3\n\n",
    "  foran\n  og ind\t\tad",
    "mellemrum efter   \n  \t\nog til sidst \u00a0",
    "\x00\x01\x0b\x0c\x1f\x7f\x85\u2028\ufffe\uffff",
    "\ud800 en halv \udc00",
    "👩‍👩‍👧‍👦 ✓ 𝕽",
    "עברית \u202eog tilbage\u202c العربية",
    "3",
    "3.0",
    "1e5",
    "SAND",
    "#REF!",
    "2025-04-08",
    "http://eksempel.dk",
    "mailto:nogen@eksempel.dk",
    "{=A1}",
    "x" * 10_000,
    "👩" * 10_000,
    "\n" * 300 + "slut",
)
CODES_IN_A_ROW = re.compile("_x[0-9A-Fa-f]{4}_x[0-9A-Fa-f]{4}_")
PIECES = st.one_of(
    st.sampled_from([text for text in NASTY if len(text) < 100]),
    st.text(st.characters(categories=["L", "N", "P", "S", "Z", "C"]), max_size=20),
)
TEXTS = st.lists(PIECES, min_size=1, max_size=4).map("".join)


def comes_back(**texts: str) -> None:
    row = plan_row(**texts)
    plan = read_in(exported((row, *ROWS[1:])))
    assert compare((row, *ROWS[1:]), plan).empty
    assert rows_of(plan)[0].description == normalised(row.description)
    assert rows_of(plan)[0].status_text == normalised(row.status_text)


@pytest.mark.parametrize("text", NASTY, ids=range(len(NASTY)))
def test_no_text_is_changed_by_going_out_and_in(text):
    comes_back(description=text, status_text=f"Før {text} efter"[:10_000])


@settings(max_examples=40, deadline=None)
@given(TEXTS, TEXTS)
@example("=1+1", "<r>")
def test_no_text_at_all_is_changed_by_going_out_and_in(description, status_text):
    assume(not CODES_IN_A_ROW.search(f"{description} {status_text}"))
    comes_back(description=description, status_text=status_text)


@settings(max_examples=200)
@given(TEXTS)
def test_normalising_twice_is_normalising_once(text):
    assert normalised(normalised(text)) == normalised(text)


def test_every_field_comes_back_in_its_column():
    plan = read_in(exported())
    assert tuple(rows_of(plan)) == ROWS
    assert [found.row_number for found in plan.rows] == [2, 3, 4, 5]
    assert (plan.agreement, plan.edition, plan.as_of) == (
        "Rammeaftale 2025-26",
        "2025-26",
        "2025-04-08",
    )
    assert plan.exported_at == EXPORTED_AT.isoformat()
    assert plan.fingerprint == fingerprint(ROWS)
    assert set(plan.exported) == {"17", "18", "19", "20"}
    assert set(plan.exported["17"]) == {column.key for column in COLUMNS[1:]}


def test_nothing_in_the_file_is_a_formula():
    with zipfile.ZipFile(BytesIO(exported())) as package:
        sheets = [name for name in package.namelist() if name.startswith("xl/worksheets/sheet")]
        assert len(sheets) == 4
        for name in sheets:
            assert b"<f>" not in package.read(name)
            assert b"<f " not in package.read(name)


def test_the_same_plan_gives_the_same_bytes():
    assert exported() == exported()
    other = write(plan_document(), exported_at=datetime(2025, 4, 9, tzinfo=UTC), **CHOICES)
    assert other != exported()


def test_an_empty_plan_can_be_written_and_filled_in():
    content = exported(())
    assert read_in(content).rows == ()
    filled = with_texts(content, {"C2": "Nyt initiativ", "D2": "Mental sundhed"})
    (new,) = read_in(filled).rows
    assert (new.row.initiative_id, new.row.title) == ("", "Nyt initiativ")


@pytest.mark.parametrize(
    ("texts", "says"),
    [
        ({"description": "x" * 10_001}, "Beskrivelse for initiativ 1.2: Teksten er på 10001 tegn"),
        ({"status": "Måske"}, "«Måske» findes ikke som status"),
        ({"forum": "KKR"}, "«KKR» findes ikke som forum"),
        ({"planned_start": "snart"}, "Planlagt opstart for initiativ 1.2"),
        ({"planned_start": "1/1 2025"}, "Planlagt opstart for initiativ 1.2"),
        ({"status_date": "april 2025"}, "ikke en bestemt dag"),
        ({"title": " \n"}, "Initiativ for initiativ 1.2 er tom"),
        ({"initiative_id": "18"}, "Nøglen 18 står i to rækker"),
        ({"description": "a _x0041_x0042_ b"}, "_x0041_ lige efterfulgt af en kode"),
    ],
)
def test_what_could_not_be_read_again_is_not_written(texts, says):
    with pytest.raises(UnwritablePlan, match=re.escape(says)):
        exported((plan_row(**texts), *ROWS[1:]))


def test_more_rows_than_can_be_read_again_are_not_written():
    rows = tuple(plan_row(initiative_id=str(number)) for number in range(5_001))
    with pytest.raises(UnwritablePlan, match=r"flere end 5\.000 rækker"):
        exported(rows)


def test_choices_with_odd_spacing_are_known_again():
    odd = ("Forum  for\tbørn", "DASSOS", "Sundhedsaftalen")
    row = plan_row(forum=normalised(odd[0]))
    content = write(
        plan_document((row,)), statuses=CHOICES["statuses"], forums=odd, exported_at=EXPORTED_AT
    )
    assert "Forum  for" in member(content, "xl/sharedStrings.xml")


def test_long_names_and_odd_characters_in_the_heading_do_no_harm():
    document = replace(
        plan_document(),
        title="&" * 400,
        agreement="Aftale \x0b&R\ud800 " + "æ" * 400,
        organisation="Sekretariatet\x01" * 40,
    )
    plan = read_in(exported(document=document))
    assert plan.agreement == tidied(document).agreement
    header = member(exported(document=document), "xl/worksheets/sheet1.xml")
    shown = header.split("<oddHeader>")[1].split("</oddHeader>")[0].replace("&amp;", "&")
    assert len(shown) <= 255
    assert shown.endswith("&&&R8. april 2025")
    assert shown.count("&") % 2 == 1  # every & of the name is doubled; &L, &B and &R are not


HARD = (
    plan_row(description="=1+1\n  ind\n\n\tefter", status_text="_x000D_ og _x0041_"),
    plan_row(initiative_id="18", description="'apostrof", status_text="<r>x</r>", responsible="3"),
    plan_row(initiative_id="19", number="1.30", title="0012", description="👩‍👧 \u202eעברית"),
    plan_row(initiative_id="20", number="2025-04", description="x" * 10_000, next_step="TRUE"),
    plan_row(initiative_id="21", number="1/2", title="1.234,50", description="\n\n foran"),
)


def test_libreoffice_saves_it_again_and_only_real_changes_are_seen(tmp_path):
    saved = converted(exported(HARD), "plan.xlsx", "xlsx", tmp_path)
    plan = read_in(saved)
    assert tuple(rows_of(plan)) == HARD
    assert compare(HARD, plan).empty

    edited = with_texts(saved, {"C2": "Nyt navn", "J3": "marts 2026", "O5": "=Ny tekst\n"})
    difference = compare(HARD, read_in(edited))
    assert [(one.initiative_id, one.column.key, one.after) for one in difference.changed] == [
        ("17", "title", "Nyt navn"),
        ("18", "planned_start", "marts 2026"),
        ("20", "status_text", "=Ny tekst"),
    ]
    assert not difference.readonly + difference.new + difference.missing + difference.unknown


def test_opened_as_opendocument_and_saved_as_excel_it_is_still_the_same(tmp_path):
    # LibreOffice keeps no tab inside a cell of an ods file; all else comes through.
    rows = tuple(replace(row, description=row.description.replace("\t", " ")) for row in ROWS)
    for step in ("first", "second"):
        (tmp_path / step).mkdir()
    ods = converted(exported(rows), "plan.xlsx", "ods", tmp_path / "first")
    saved = converted(ods, "plan.ods", "xlsx", tmp_path / "second")
    assert compare(rows, read_in(saved)).empty


@pytest.mark.parametrize(
    "said",
    [
        "kan filen ikke tages ind, før de er sat tilbage",
        "Nr., Initiativ, Udviklingsområde, Målsætning og Forum skal udfyldes",
        "gælder filens tekst i alle viste felter",
        "For et delinitiativ:",
    ],
)
def test_the_guide_says_what_happens_when_the_file_is_read_in(said):
    with zipfile.ZipFile(BytesIO(exported())) as package:
        assert said in package.read("xl/sharedStrings.xml").decode()
