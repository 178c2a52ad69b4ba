"""A presentation's HTML becomes paragraphs, lists, tables and links, and no word is lost."""

import re
import string

import nh3
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rammevaerk.exchange.agenda_documents.blocks import (
    Block,
    Heading,
    ListBlock,
    Paragraph,
    Run,
    TableBlock,
    plain,
    text_of,
)
from rammevaerk.exchange.agenda_documents.presentation import LONGEST_LINK, read, safe_link
from rammevaerk.exchange.agenda_documents.tables import cell_text, column_shares, number_columns


def words(blocks: tuple[Block, ...]) -> list[str]:
    found: list[str] = []
    for block in blocks:
        match block:
            case Paragraph(runs=runs) | Heading(runs=runs):
                found += text_of(runs).split()
            case ListBlock(items=items):
                found += [word for item in items for word in words(item)]
            case TableBlock(caption=caption, cells=cells):
                found += caption.split()
                found += [word for cell in cells for word in words(cell.blocks)]
    return found


def only_table(html: str) -> TableBlock:
    (grid,) = read(html)
    assert isinstance(grid, TableBlock)
    return grid


def texts(grid: TableBlock) -> list[list[str]]:
    rows: list[list[str]] = [[""] * grid.columns for _ in range(grid.rows)]
    for cell in grid.cells:
        for row in range(cell.row, cell.row + cell.rows):
            for column in range(cell.column, cell.column + cell.columns):
                rows[row][column] += cell_text(cell)
    return rows


def test_runs_keep_their_look_and_blanks_are_one():
    (paragraph,) = read("<p> En \n <strong>fed <em>og</em></strong> tekst<br> ny linje </p>")
    assert paragraph == Paragraph(
        (
            Run("En "),
            Run("fed ", strong=True),
            Run("og", strong=True, emphasis=True),
            Run(" tekst"),
            Run("\n"),
            Run("ny linje"),
        )
    )


def test_text_without_any_element_is_a_paragraph():
    assert read("Bare & tekst") == (plain("Bare & tekst"),)
    assert read("") == read("<p> </p>") == ()


def test_a_list_in_a_list_stays_in_its_point():
    (outer,) = read("<ol><li>a<ul><li>b</li></ul></li><li><p>c</p><p>d</p></li></ol>")
    inner = ListBlock(False, ((plain("b"),),))
    assert outer == ListBlock(True, ((plain("a"), inner), (plain("c"), plain("d"))))


def test_the_fourth_level_of_lists_is_paragraphs_of_the_third():
    nested = "<ul><li>x" * 5 + "</li></ul>" * 5
    (first,) = read(nested)
    third = first.items[0][1].items[0][1]
    assert third == ListBlock(False, ((plain("x"),) * 3,))


@pytest.mark.parametrize(
    ("html", "levels"),
    [
        ("<h3>a</h3><h4>b</h4><h4>c</h4><h3>d</h3>", [1, 2, 2, 1]),
        ("<h4>a</h4><h4>b</h4>", [1, 2]),
        ("<p>x</p><h4>a</h4>", [1]),
    ],
)
def test_no_level_of_heading_is_skipped(html, levels):
    assert [block.level for block in read(html) if isinstance(block, Heading)] == levels


def test_a_heading_inside_a_cell_is_a_strong_paragraph():
    grid = only_table("<table><tr><td><h3>a</h3></td></tr></table>")
    assert grid.cells[0].blocks == (Paragraph((Run("a", strong=True),)),)


def test_the_head_of_a_table_is_its_thead_or_a_first_row_of_headers():
    thead = only_table(
        "<table><thead><tr><td>a</td></tr></thead><tbody><tr><td>b</td></tr></tbody></table>"
    )
    row = only_table("<table><tr><th>a</th></tr><tr><td>b</td></tr></table>")
    none = only_table("<table><tr><td>a</td></tr><tr><th>b</th></tr></table>")
    assert (thead.header_rows, row.header_rows, none.header_rows) == (1, 1, 0)


def test_a_table_of_nothing_but_a_head_has_a_body():
    grid = only_table("<table><thead><tr><th>a</th></tr></thead></table>")
    assert (grid.rows, grid.header_rows) == (1, 0)


def test_cells_over_rows_and_columns_fill_the_grid_once():
    grid = only_table(
        "<table><tr><td colspan=2>a</td><td rowspan=2>b</td></tr>"
        "<tr><td>c</td></tr><tr><td>d</td><td>e</td><td>f</td><td>g</td></tr></table>"
    )
    assert texts(grid) == [
        ["a", "a", "b", ""],
        ["c", "", "b", ""],
        ["d", "e", "f", "g"],
    ]


def test_a_header_does_not_reach_down_into_the_body():
    grid = only_table(
        "<table><thead><tr><th rowspan=9>a</th></tr></thead><tr><td>b</td></tr></table>"
    )
    assert texts(grid) == [["a"], ["b"]]


@pytest.mark.parametrize("span", ["999", "0", "-1", "x", "999999999999", "²"])
def test_no_span_makes_a_table_larger_than_what_stands_in_it(span):
    cell = f"<td rowspan='{span}' colspan='{span}'>a</td>"
    grid = only_table(f"<table>{f'<tr>{cell * 3}</tr>' * 40}</table>")
    assert grid.rows == 40
    assert grid.columns <= 30
    assert words((grid,)) == ["a"] * 120


def test_a_row_of_more_columns_than_a_page_holds_goes_on_below():
    grid = only_table(f"<table><tr>{'<td>a</td>' * 70}</tr></table>")
    assert (grid.rows, grid.columns) == (3, 30)
    assert words((grid,)) == ["a"] * 70


def test_columns_of_nothing_but_numbers_are_known():
    grid = only_table(
        "<table><tr><th>År</th><th>Kr.</th><th>Navn</th></tr>"
        "<tr><td>2024-25</td><td>1.234,50 kr.</td><td>Ida</td></tr>"
        "<tr><td></td><td>−5 %</td><td>7</td></tr></table>"
    )
    assert number_columns(grid) == {1}


def test_a_column_of_long_texts_gets_more_of_the_width():
    grid = only_table(f"<table><tr><td>1</td><td>{'ord ' * 30}</td></tr></table>")
    narrow, wide = column_shares(grid)
    assert narrow * 4 < wide


@pytest.mark.parametrize(
    ("address", "link"),
    [
        ("https://x.example/a b?q=å#top", "https://x.example/a%20b?q=%C3%A5#top"),
        ("mailto:post@x.example", "mailto:post@x.example"),
        (" http://x.example ", "http://x.example"),
        ("javascript:alert(1)", ""),
        ("file:///etc/passwd", ""),
        ("/relativ", ""),
        ("https://", ""),
        ("mailto:", ""),
        ("http://[", ""),
        ("http://x.example:99999999/", ""),
        ("https://x.example/" + "a" * LONGEST_LINK, ""),
        ("", ""),
    ],
)
def test_only_addresses_that_every_program_accepts_are_links(address, link):
    assert safe_link(address) == link


def test_what_could_run_is_left_out_and_its_neighbours_are_kept():
    assert words(read("<p>a<script>alert(1)</script>b<style>p{}</style> c</p>")) == ["ab", "c"]


_TAGS = ["p", "ul", "ol", "li", "table", "thead", "tr", "td", "th", "caption", "h3", "h4"]
_TAGS += ["blockquote", "strong", "em", "a", "div", "tbody"]


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.sampled_from([f"<{tag}>" for tag in _TAGS] + [f"</{tag}>" for tag in _TAGS]),
            st.text(string.ascii_lowercase, min_size=1, max_size=4).map(lambda word: f" {word} "),
        ),
        max_size=40,
    )
)
def test_whatever_the_elements_every_word_comes_out_once(pieces):
    spoken = sorted(re.findall(r" (\w+) ", "".join(pieces)))
    assert sorted(words(read("".join(pieces)))) == spoken
    assert sorted(words(read(nh3.clean("".join(pieces))))) == spoken


def test_ten_thousand_elements_inside_each_other_are_not_too_deep():
    for tag in ("ul><li", "blockquote", "strong", "table><tr><td", "em"):
        assert words(read(f"<{tag}>" * 10_000 + "ord")) == ["ord"]
