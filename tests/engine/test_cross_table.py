"""Tables of counts: one that adds up has no findings; a wrong number is always guessed."""

from collections import Counter
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from rammevaerk.engine.cross_table import (
    CrossTable,
    Difference,
    Position,
    ProblemKind,
    check,
    differences,
)


def whole_table(cells: list[list[int]]) -> CrossTable:
    """A table with its sums, rows named "r0" and columns "c0" and onwards."""
    rows = tuple(f"r{at}" for at in range(len(cells)))
    columns = tuple(f"c{at}" for at in range(len(cells[0])))
    numbers: Counter[Position] = Counter()
    for row, values in zip(rows, cells, strict=True):
        for column, value in zip(columns, values, strict=True):
            for at in ((row, column), (row, None), (None, column), (None, None)):
                numbers[at] += value
    return CrossTable(rows, columns, dict(numbers))


def changed(table: CrossTable, changes: dict[Position, int | None]) -> CrossTable:
    """The table with other numbers; None takes one away."""
    numbers = {**table.numbers, **changes}
    return CrossTable(
        table.rows, table.columns, {at: one for at, one in numbers.items() if one is not None}
    )


@st.composite
def tables(draw: Any) -> CrossTable:
    width = draw(st.integers(2, 4))
    line = st.lists(st.integers(0, 60), min_size=width, max_size=width)
    return whole_table(draw(st.lists(line, min_size=2, max_size=6)))


@given(tables())
def test_a_table_that_adds_up_has_no_findings(table: CrossTable) -> None:
    found = check(table)
    assert (found.problems, found.hypotheses, found.totals) == ((), (), ())
    assert differences(table, table.numbers) == []


@given(tables(), st.data())
def test_one_altered_number_is_found_and_is_the_first_explanation(
    table: CrossTable, data: Any
) -> None:
    at = data.draw(st.sampled_from(list(table.positions)))
    wrong = data.draw(st.integers(0, 400))
    right = table.numbers[at]
    assume(wrong != right)
    found = check(changed(table, {at: wrong}))
    assert found.problems
    whole = [one for one in found.hypotheses if one.whole]
    assert [(one.at, one.printed, one.value) for one in whole[0].changes] == [(at, wrong, right)]
    assert set(whole[0].mends) == set(found.problems)
    assert found.hypotheses[: len(whole)] == tuple(whole)
    assert [(one.at, one.counted) for one in differences(changed(table, {at: wrong}), table.numbers)
            ] == [(at, right)]  # fmt: skip


@given(tables(), st.data())
def test_a_missing_number_follows_from_the_rest(table: CrossTable, data: Any) -> None:
    at = data.draw(st.sampled_from(list(table.positions)))
    found = check(changed(table, {at: None}))
    [problem] = found.problems
    assert (problem.kind, problem.at, problem.computed) == (
        ProblemKind.MISSING, at, (table.numbers[at],)
    )  # fmt: skip
    assert any(
        one.whole and [(fill.at, fill.value) for fill in one.filled] == [(at, table.numbers[at])]
        for one in found.hypotheses
    )


@given(tables(), st.data())
def test_a_wrong_number_is_found_beside_a_missing_one(table: CrossTable, data: Any) -> None:
    """The Hedensted case in general: both are explained by the one change."""
    gap, at = data.draw(
        st.lists(st.sampled_from(list(table.positions)), min_size=2, max_size=2, unique=True)
    )
    off = data.draw(st.integers(1, 9))
    found = check(changed(table, {gap: None, at: table.numbers[at] + off}))
    assert found.problems
    assert any(
        one.whole
        and [(change.at, change.value) for change in one.changes] == [(at, table.numbers[at])]
        and [(fill.at, fill.value) for fill in one.filled] == [(gap, table.numbers[gap])]
        for one in found.hypotheses
    )


@given(tables(), st.data())
def test_what_an_explanation_leaves_is_what_its_numbers_then_give(
    table: CrossTable, data: Any
) -> None:
    at = data.draw(st.sampled_from(list(table.positions)))
    wrong = changed(table, {at: table.numbers[at] + 1})
    for one in check(wrong).hypotheses:
        mended = changed(wrong, {change.at: change.value for change in one.changes})
        assert check(mended).problems == one.leaves
        assert one.mends


def test_the_published_case_has_the_explanations_that_people_found() -> None:
    """A cell lost its number, and a column is one short: 218 beside 219 in small."""
    table = CrossTable(
        ("hedensted", "herning"),
        ("kommunale", "regionale", "private"),
        {
            ("hedensted", "kommunale"): 8, ("hedensted", "regionale"): 6, ("hedensted", None): 23,
            ("herning", "kommunale"): 10, ("herning", "regionale"): 2, ("herning", "private"): 11,
            ("herning", None): 23, (None, "kommunale"): 19, (None, "regionale"): 8,
            (None, "private"): 19, (None, None): 46,
        },
    )  # fmt: skip
    found = check(table)
    assert [(one.kind, one.at, one.computed) for one in found.problems] == [
        (ProblemKind.MISSING, ("hedensted", "private"), (9, 8)),
        (ProblemKind.COLUMN, (None, "kommunale"), (18,)),
    ]
    told = {
        tuple((one.at, one.value) for one in each.changes): (each.whole, each.filled)
        for each in found.hypotheses
    }
    whole, [filled] = told[(("hedensted", "kommunale"), 9),]
    assert (whole, filled.at, filled.value) == (True, ("hedensted", "private"), 8)
    assert not told[((None, "kommunale"), 18),][0]
    assert not told[(("hedensted", "regionale"), 7),][0]
    first, _second = found.totals
    assert [(one.at, one.value) for one in first.changes] == [
        ((None, "kommunale"), 18), ((None, "private"), 20)
    ]  # fmt: skip
    assert [one.value for one in first.filled] == [9]
    assert first.whole


def test_two_missing_numbers_that_settle_each_other_are_both_filled() -> None:
    table = whole_table([[1, 2, 3], [4, 5, 6]])
    found = check(changed(table, {("r0", "c0"): None, ("r0", "c1"): None}))
    assert [one.computed for one in found.problems] == [(1,), (2,)]


def test_missing_numbers_that_nothing_settles_are_said_to_be_so() -> None:
    table = whole_table([[1, 2], [4, 5]])
    gaps: dict[Position, int | None] = {
        (row, column): None for row in table.rows for column in table.columns
    }
    found = check(changed(table, gaps))
    assert [one.computed for one in found.problems] == [()] * 4
    assert found.hypotheses == ()


def test_a_missing_number_that_would_have_to_be_less_than_nothing_is_no_number() -> None:
    table = changed(whole_table([[1, 2], [4, 5]]), {("r0", "c0"): None, ("r0", None): 1})
    [problem, *_rest] = check(table).problems
    assert problem.computed == (-1, 1)


@pytest.mark.parametrize("left_out", ["line", "column"])
def test_sums_that_a_table_does_not_show_are_not_asked_for(left_out: str) -> None:
    table = whole_table([[1, 2], [4, 5]])
    gone = [at for at in table.numbers if at[0 if left_out == "line" else 1] is None]
    bare = changed(table, dict.fromkeys(gone))
    assert check(bare).problems == ()
    assert len(check(changed(bare, {("r0", "c0"): 7})).problems) == 1


def test_what_is_counted_where_the_table_has_no_row_is_a_difference() -> None:
    table = whole_table([[1, 2], [4, 5]])
    own = {**table.numbers, ("andet", "c0"): 1, ("andet", None): 1, (None, "c0"): 6}
    assert differences(table, own) == [
        Difference((None, "c0"), 5, 6),
        Difference(("andet", "c0"), None, 1),
        Difference(("andet", None), None, 1),
    ]
