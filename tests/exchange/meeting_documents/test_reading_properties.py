"""Whatever stands in a text, reading it ends, gives the same twice, and points inside the text."""

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st
from layouts_expected import FOLDER

from rammevaerk.engine.documents.meeting import MeetingDocument
from rammevaerk.exchange.meeting_documents import read_text
from rammevaerk.exchange.meeting_documents.prose import joined
from rammevaerk.exchange.meeting_documents.table_alignment import aligned, habits_of

LINES = sorted(
    {line for path in FOLDER.glob("*.txt") for line in path.read_text("utf-8").split("\n")}
)
# Lines of real layouts in any order, among numbers, signs and anything else.
TEXTS = st.lists(
    st.one_of(
        st.sampled_from(LINES),
        st.sampled_from(["", "", "1.1", "2.", "3", "Ved", "Bilag", "Indstilling", "\f", "- ", "|"]),
        st.text(max_size=60),
    ),
    max_size=60,
).map("\n".join)


def line_numbers(document: MeetingDocument) -> list[int]:
    found = [doubt.line for doubt in document.unsure]
    for part in document.sections:
        found.append(part.line)
        for item in part.items:
            found += [item.line, item.last_line, *(annex.line for annex in item.annexes)]
    for table in document.tables:
        found += [table.line, *table.row_lines]
    return found


@settings(max_examples=150, deadline=None)
@given(TEXTS)
def test_every_line_number_lies_inside_the_text(text: str) -> None:
    document = read_text(text)
    last = max(len(document.lines), 1)
    assert all(1 <= number <= last for number in line_numbers(document))


@settings(max_examples=100, deadline=None)
@given(TEXTS)
def test_items_follow_each_other_without_overlap(text: str) -> None:
    items = read_text(text).items
    assert all(item.line <= item.last_line for item in items)
    pairs = pairwise(items)
    assert all(one.last_line < other.line for one, other in pairs)


@settings(max_examples=50, deadline=None)
@given(TEXTS)
def test_the_same_text_is_read_the_same_way_twice(text: str) -> None:
    assert read_text(text) == read_text(text)


@settings(max_examples=50, deadline=None)
@given(TEXTS)
def test_rows_and_their_lines_belong_together(text: str) -> None:
    for table in read_text(text).tables:
        assert len(table.rows) == len(table.row_lines)
        assert list(table.row_lines) == sorted(set(table.row_lines))


WORDS = st.text(st.characters(whitelist_categories=["Ll", "Lu"]), min_size=1, max_size=12)


@given(st.lists(WORDS, min_size=1, max_size=6))
def test_joining_lines_loses_no_letters(words: list[str]) -> None:
    assert joined(words).split() == words


NUMBERS = st.integers(1, 99)


@given(st.lists(st.tuples(NUMBERS, NUMBERS, NUMBERS), min_size=3, max_size=8), st.data())
def test_a_row_that_lost_cells_keeps_the_rest_in_order(
    rows: list[tuple[int, int, int]], data: st.DataObject
) -> None:
    whole = [(*map(str, row), str(sum(row))) for row in rows]
    habits = habits_of(whole, 4, frozenset())
    lost = data.draw(st.integers(0, 3))
    short = whole[0][:lost] + whole[0][lost + 1 :]
    found = aligned(short, habits)
    assert tuple(cell for cell in found.cells if cell) == short
    assert found.ways >= 1
