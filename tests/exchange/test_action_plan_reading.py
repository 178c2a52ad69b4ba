"""What cannot be read in is refused with sheet, row, column and a sentence about what to do."""

import re

import pytest
from office_samples import CPR, OLE_START, changed, excel, member, relationships, word
from plan_samples import (
    CHOICES,
    ROWS,
    SHEET,
    exported,
    read_in,
    rows_of,
    text_cell,
    with_cells,
    with_texts,
)

from rammevaerk.exchange.action_plan.rows import COLUMNS
from rammevaerk.exchange.action_plan.workbook import BrokenWorkbook, CellProblem, read
from rammevaerk.exchange.action_plan.workbook.layout import ROW_LIMIT
from rammevaerk.exchange.errors import RefusedFile
from rammevaerk.exchange.package import Package
from rammevaerk.exchange.sheets import Cell, Workbook, column_letter

LETTER = {column.key: column_letter(index) for index, column in enumerate(COLUMNS)}
DAY_STYLE = "99"


def broken(content: bytes) -> tuple[CellProblem, ...]:
    with pytest.raises(BrokenWorkbook) as caught:
        read_in(content)
    assert caught.value.total >= len(caught.value.problems)
    return caught.value.problems


def one_problem(content: bytes) -> CellProblem:
    (problem,) = broken(content)
    assert problem.sheet == "Handlingsplan"
    return problem


def refused(content: bytes, name: str = "plan.xlsx") -> RefusedFile:
    with pytest.raises(RefusedFile) as caught:
        read(content, name=name, **CHOICES)
    assert name in caught.value.reason_da
    return caught.value


def with_dates(content: bytes) -> bytes:
    """The workbook with one more style, number 99, that shows a day."""
    styles = member(content, "xl/styles.xml")
    count = int(re.search(r'<cellXfs count="(\d+)"', styles)[1])
    more = '<xf numFmtId="14"/>' * (int(DAY_STYLE) + 1 - count)
    return changed(content, {"xl/styles.xml": styles.replace("</cellXfs>", f"{more}</cellXfs>")})


def read_cell(key: str, inner: str) -> str:
    """What the plan's first row says in one column when its cell is `inner`."""
    content = with_cells(with_dates(exported()), {f"{LETTER[key]}2": inner})
    return getattr(rows_of(read_in(content))[0], key)


NUMBER = "><v>{}</v>"
DAY = f' s="{DAY_STYLE}"><v>{{}}</v>'


@pytest.mark.parametrize(
    ("key", "inner", "text"),
    [
        ("title", NUMBER.format("3"), "3"),
        ("title", NUMBER.format("3.0"), "3"),
        ("title", NUMBER.format("3E0"), "3"),
        ("title", NUMBER.format("0.30000000000000004"), "0,30000000000000004"),
        ("title", NUMBER.format("1234.5"), "1234,5"),
        ("number", NUMBER.format("1.2"), "1.2"),
        ("number", NUMBER.format("1.1000000000000001"), "1.1"),
        ("initiative_id", NUMBER.format("17"), "17"),
        ("planned_start", NUMBER.format("2027"), "2027"),
        ("planned_start", DAY.format("45756"), "9. april 2025"),
        ("planned_start", DAY.format("45756.99"), "9. april 2025"),
        ("planned_start", DAY.format("109574"), "31. december 2199"),
        ("status_date", DAY.format("45756"), "9. april 2025"),
        ("status_date", ' t="d"><v>2025-04-09T00:00:00</v>', "9. april 2025"),
        ("status_text", DAY.format("45756"), "9. april 2025"),
        ("planned_start", text_cell(" Q1 2025 "), "1. kvartal 2025"),
        ("planned_start", text_cell("20/9/24"), "20. september 2024"),
        ("planned_start", text_cell("jan. 2025"), "januar 2025"),
        ("status", text_cell("i  GANG "), "I gang"),
        ("forum", text_cell("dassos"), "DASSOS"),
        ("title", text_cell("_x0041_\nB"), "A\nB"),
        ("title", text_cell("_xD83D__xDE00_ og _xD83D_"), "😀 og \ufffd"),
        ("title", ' t="str"><v>Tekst</v>', "Tekst"),
        ("title", ' t="inlineStr"><is><r><t>To </t></r><r><t>stykker</t></r></is>', "To stykker"),
    ],
)
def test_what_other_programs_make_of_a_cell_is_read_as_people_see_it(key, inner, text):
    assert read_cell(key, inner) == text


def test_a_workbook_that_counts_days_from_1904_is_understood():
    content = with_cells(with_dates(exported()), {"J2": DAY.format("44294")})
    book = member(content, "xl/workbook.xml").replace("<workbookPr", '<workbookPr date1904="1"')
    content = changed(content, {"xl/workbook.xml": book})
    assert rows_of(read_in(content))[0].planned_start == "9. april 2025"


@pytest.mark.parametrize(
    ("key", "inner", "says"),
    [
        ("description", "><f>1+1</f><v>2</v>", "Cellen har en formel"),
        ("description", ' t="str"><f>A1&amp;"x"</f><v>Tekst</v>', "Cellen har en formel"),
        ("status_text", '><f t="shared" si="0"/><v>2</v>', "Cellen har en formel"),
        ("title", "><f>NOW()</f>", "Cellen har en formel"),
        ("planned_start", text_cell("31. februar 2025"), "februar 2025 har 28 dage"),
        ("planned_start", text_cell("engang til foråret"), "Ret datoen"),
        ("planned_start", NUMBER.format("45756"), "Ret datoen"),
        ("planned_start", DAY.format("1e99999999"), "Ret datoen"),
        ("planned_start", DAY.format("-5"), "Ret datoen"),
        ("planned_start", DAY.format("2958466"), "Ret datoen"),
        ("status_date", text_cell("april 2025"), "ikke en bestemt dag"),
        ("number", DAY.format("45659"), "om til en dato"),
        ("title", ' t="b"><v>1</v>', "sandhedsværdi (SAND eller FALSK)"),
        ("title", ' t="e"><v>#DIVISION/0!</v>', "Cellen viser fejlen #DIVISION/0!"),
        ("title", text_cell("  \n"), "Initiativ er tom"),
        ("title", text_cell("x" * 301), "Teksten er på 301 tegn; Initiativ kan højst have 300"),
        ("status", text_cell("Næsten færdig"), "«Ikke igangsat», «I gang», «Afsluttet»"),
        ("forum", text_cell("KKR"), "«KKR» findes ikke som forum"),
    ],
)
def test_a_cell_that_cannot_be_used_is_named(key, inner, says):
    column = next(column for column in COLUMNS if column.key == key)
    problem = one_problem(with_cells(with_dates(exported()), {f"{LETTER[key]}3": inner}))
    assert (problem.row, problem.column_letter, problem.header) == (3, LETTER[key], column.header)
    assert says in problem.message_da
    assert problem.place_da == f"ark «Handlingsplan», celle {LETTER[key]}3 ({column.header})"


def test_a_message_shows_no_cpr_number():
    for key in ("planned_start", "status", "forum"):
        problem = one_problem(with_texts(exported(), {f"{LETTER[key]}2": f"Se {CPR}"}))
        assert CPR not in problem.message_da
        assert "010190-••••" in problem.message_da


def test_merged_cells_are_named_with_their_place():
    xml = member(exported(), SHEET).replace(
        "</sheetData>", '</sheetData><mergeCells><mergeCell ref="E2:E3"/></mergeCells>'
    )
    problem = one_problem(changed(exported(), {SHEET: xml}))
    assert (problem.row, problem.column_letter) == (2, "E")
    assert problem.header == "Målsætning (skrivebeskyttet)"
    assert "E2:E3 er flettet" in problem.message_da


def test_a_renamed_header_is_named_and_so_is_what_is_missing():
    problems = broken(with_texts(exported(), {"H1": "Indhold"}))
    assert [(one.row, one.column_letter) for one in problems] == [(1, ""), (1, "H")]
    assert "«Beskrivelse» mangler" in problems[0].message_da
    assert "«Indhold» kendes ikke" in problems[1].message_da


def test_a_header_twice_is_named():
    problem = one_problem(with_texts(exported(), {"Q1": "beskrivelse"}))
    assert (problem.row, problem.column_letter, problem.header) == (1, "Q", "Beskrivelse")
    assert "står der to gange" in problem.message_da


def test_headers_may_be_moved_respaced_and_lose_their_remark():
    content = exported()
    swapped = {f"C{n}": member_text for n, member_text in enumerate(["Forum"], 1)}
    swapped |= {"F1": "INITIATIV ", "A1": " nøgle", "D1": "Udviklingsområde\n(skrivebeskyttet)"}
    for number, row in enumerate(ROWS, start=2):
        swapped |= {f"C{number}": row.forum, f"F{number}": row.title}
    assert tuple(rows_of(read_in(with_texts(content, swapped)))) == ROWS


@pytest.mark.parametrize("text", ["_xD800_", "\u202eabc"])
def test_an_odd_header_can_be_shown(text):
    first, second = broken(with_texts(exported(), {"H1": text}))
    assert (first.message_da + second.message_da).encode()


def test_text_beside_the_table_is_named():
    problem = one_problem(with_texts(exported(), {"R4": "Husk at ringe"}))
    assert (problem.row, problem.column_letter) == (4, "R")
    assert "uden for tabellen" in problem.message_da


def test_the_same_key_twice_is_named():
    problem = one_problem(with_texts(exported(), {"A4": "17"}))
    assert (problem.row, problem.column_letter) == (4, "A")
    assert "«17» står også i række 2" in problem.message_da


def test_a_new_row_must_say_where_it_belongs():
    problem = one_problem(with_texts(exported(), {"C9": "Nyt initiativ"}))
    assert (problem.row, problem.header) == (9, "Udviklingsområde (skrivebeskyttet)")


def test_rows_of_nothing_but_space_do_not_count():
    content = with_texts(exported(), {"C7": "  \n ", "H9": "\u00a0"})
    assert tuple(rows_of(read_in(content))) == ROWS


def test_everything_is_said_at_once_in_reading_order():
    cells = {
        "J2": text_cell("31/2 2025"),
        "C3": text_cell(""),
        "N3": text_cell("Måske"),
        "H5": "><f>1</f>",
        "R1": text_cell("Ekstra"),
    }
    with_unknown_header = broken(with_cells(exported(), cells))
    assert [one.column_letter for one in with_unknown_header] == ["R"]  # the columns come first
    del cells["R1"]
    places = [(one.row, one.column_letter) for one in broken(with_cells(exported(), cells))]
    assert places == [(2, "J"), (3, "C"), (3, "N"), (5, "H")]


def test_fifty_problems_are_listed_and_all_are_counted():
    rows = "".join(
        f'<row r="{row}"><c r="R{row}"{text_cell("x")}</c></row>' for row in range(3_000, 9, -1)
    )
    xml = member(exported(), SHEET).replace("</sheetData>", rows + "</sheetData>")
    with pytest.raises(BrokenWorkbook) as caught:
        read_in(changed(exported(), {SHEET: xml}))
    assert [one.row for one in caught.value.problems] == list(range(10, 60))
    assert caught.value.total == 2_991
    assert str(caught.value).startswith("2991 fejl, den første i ark «Handlingsplan», celle R10")


def filled(count: int) -> bytes:
    rows = "".join(
        f'<row r="{row}"><c r="C{row}"{text_cell("Nyt")}</c><c r="D{row}"{text_cell("A")}</c></row>'
        for row in range(2, count + 2)
    )
    content = exported(())
    xml = re.sub(r'<row r="2".*?</row>', "", member(content, SHEET), flags=re.DOTALL)
    return changed(content, {SHEET: xml.replace("</sheetData>", rows + "</sheetData>")})


def test_as_many_rows_as_allowed_are_read_and_one_more_is_refused():
    assert len(read_in(filled(ROW_LIMIT)).rows) == ROW_LIMIT
    problem = one_problem(filled(ROW_LIMIT + 1))
    assert problem.row == ROW_LIMIT + 2
    assert "flere end 5.000 rækker" in problem.message_da


def down_to(last: int) -> bytes:
    """The plan with rows of empty cells below it, and an initiative in the last row."""
    content = with_texts(exported(), {f"C{last}": "Nederst", f"D{last}": "Mental sundhed"})
    rows = (f'<row r="{row}" s="1"><c r="A{row}" s="1"/></row>' for row in range(6, last))
    end = f'<row r="{last}">'
    return changed(content, {SHEET: member(content, SHEET).replace(end, "".join(rows) + end)})


def test_empty_rows_are_not_looked_into():
    book = Workbook(Package(down_to(900)))
    cells = [found for found in book.contents(book.sheets[0]) if isinstance(found, Cell)]
    assert {cell.row for cell in cells} == {1, 2, 3, 4, 5, 900}


def test_a_sheet_that_is_formatted_to_the_very_end_is_read():
    plan = read_in(down_to(1_048_576))
    assert [found.row_number for found in plan.rows] == [2, 3, 4, 5, 1_048_576]


def test_a_file_of_another_kind_is_refused():
    assert refused(word("Hej"), "plan.docx").code == "wrong-type"
    assert refused(word("Hej")).code == "wrong-type"
    assert refused(b"Nr;Initiativ\n1;Nyt\n", "plan.csv").code == "wrong-type"
    assert refused(exported(), "plan.xls").code == "name-mismatch"
    assert refused(b"").code == "empty"


def test_a_damaged_or_locked_file_is_refused():
    assert refused(exported()[:-400]).code == "corrupt"
    assert refused(changed(exported(), {SHEET: "<worksheet"})).code == "corrupt"
    assert refused(changed(exported(), {SHEET: None})).code == "corrupt"
    assert refused(with_cells(exported(), {"C2": ' t="s"><v>99999</v>'})).code == "corrupt"
    locked = OLE_START + "EncryptedPackage".encode("utf-16-le")
    assert refused(locked).code == "encrypted"


def test_macros_are_refused():
    assert refused(changed(exported(), {"xl/vbaProject.bin": b"x"})).code == "macros"


def test_links_to_other_workbooks_are_refused():
    problem = one_problem(changed(exported(), {"xl/externalLinks/externalLink1.xml": "<a/>"}))
    assert "Bryd kæden" in problem.message_da
    link = relationships(("r1", "http://x/externalLinkPath", "https://eksempel.dk/a.xlsx", True))
    remote = changed(
        exported(),
        {
            "xl/externalLinks/externalLink1.xml": "<a/>",
            "xl/externalLinks/_rels/externalLink1.xml.rels": link,
        },
    )
    assert "Bryd kæden" in one_problem(remote).message_da


def test_any_other_workbook_is_refused_in_words():
    problem = one_problem(excel({"A1": "Hej"}, sheet="Tal"))
    assert "«Handlingsplan» mangler; filen har «Tal»" in problem.message_da
    problem = one_problem(excel({"A1": "Hej"}, sheet="Handlingsplan"))
    assert "skjulte ark" in problem.message_da


def test_a_workbook_without_its_mark_is_refused():
    texts = member(exported(), "xl/sharedStrings.xml")
    other = texts.replace("rammevaerk-handlingsplan-1", "rammevaerk-handlingsplan-9")
    problem = one_problem(changed(exported(), {"xl/sharedStrings.xml": other}))
    assert "ikke et udtræk af handlingsplanen" in problem.message_da


def test_hidden_and_sorted_rows_are_read_like_any_other():
    xml = member(exported(), SHEET).replace('<row r="3"', '<row hidden="1" r="3"')
    assert tuple(rows_of(read_in(changed(exported(), {SHEET: xml})))) == ROWS
