import re
from dataclasses import replace
from datetime import date
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from rammevaerk.engine.documents.consistency import Register, check, packaged_register
from rammevaerk.engine.documents.consistency.numbers import number_text_da
from rammevaerk.engine.documents.consistency.tables import tables
from rammevaerk.engine.documents.meeting import (
    AnnexReference,
    Item,
    Kind,
    MeetingDocument,
    Section,
    Table,
)
from rammevaerk.engine.documents.meeting_findings import DocumentFinding

Cells = list[list[Fraction]]


def document_with(cells: Cells, decimals: int, *, tabs: bool) -> MeetingDocument:
    header = ("Havn", *(f"Del {at}" for at in range(len(cells[0]) - 1)), "I alt")
    labels = [*(f"Havn {chr(65 + at)}" for at in range(len(cells) - 1)), "I alt"]
    rows = tuple(
        (label, *(number_text_da(cell, decimals, grouped=False) for cell in row))
        for label, row in zip(labels, cells, strict=True)
    )
    lines = tuple(("\t" if tabs else "  ").join(row) for row in (header, *rows))
    table = Table(1, header, rows, row_lines=tuple(range(2, len(rows) + 2)))
    return MeetingDocument(Kind.NOTE, "", None, "", "", (), (), (), (table,), lines, ())


@st.composite
def summed(draw: st.DrawFn) -> tuple[Cells, int]:
    """The cells of a table with a total column and a total row, and its decimals."""
    height, width = draw(st.integers(2, 7)), draw(st.integers(2, 5))
    decimals = draw(st.integers(0, 2))
    numbers = st.integers(1, 10**5).map(lambda whole: Fraction(whole, 10**decimals))
    rows = [[draw(numbers) for _ in range(width)] for _ in range(height)]
    rows.append([sum(column, Fraction(0)) for column in zip(*rows, strict=True)])
    return [[*row, sum(row, Fraction(0))] for row in rows], decimals


def of_tables(document: MeetingDocument) -> list[DocumentFinding]:
    return list(tables(document, Register()))


@settings(deadline=None)
@given(summed(), st.booleans())
def test_a_table_that_was_added_up_gives_no_finding(made: tuple[Cells, int], tabs: bool) -> None:
    cells, decimals = made
    assert of_tables(document_with(cells, decimals, tabs=tabs)) == []


@settings(deadline=None)
@given(summed(), st.data())
def test_one_changed_number_is_found_and_the_right_one_named(
    made: tuple[Cells, int], data: st.DataObject
) -> None:
    cells, decimals = made
    row = data.draw(st.integers(0, len(cells) - 1))
    column = data.draw(st.integers(0, len(cells[0]) - 1))
    right = cells[row][column]
    numbers = st.integers(0, 10**6).map(lambda whole: Fraction(whole, 10**decimals))
    wrong = data.draw(numbers.filter(lambda other: other != right))
    cells[row][column] = wrong
    (one,) = of_tables(document_with(cells, decimals, tabs=True))
    first, *others = one.expected.split("; eller ")
    shown, printed = (number_text_da(number, decimals, grouped=False) for number in (wrong, right))
    assert (one.line, one.found) == (row + 2, shown)
    assert first == f"{printed} (nu {shown}, så passer resten)"
    assert not any("så passer resten" in other for other in others)


words = st.sampled_from(
    re.findall(
        r"\S+",
        """
        se punkt 1.2 9 bilag 3 og 4 den 31. februar 2026 mandag møde i DASSOS
        Forretningsudvalget nedlægges fra kl. 10-12 forventes afsluttet inden udgangen af
        Ann-Britt Ann Britt Wetche % 100 I alt 1.000 - | kr. næste møde dialogmødet med
        Socialtilsynet ( ) . : ? xx indsæt Indstilling At Styregruppen: flyttes til Brande
        senest 11/31-26 -1,5
        """,
    )
)
texts = st.lists(words, max_size=12).map(" ".join) | st.text(max_size=30)


@st.composite
def documents(draw: st.DrawFn) -> MeetingDocument:
    lines = tuple(draw(st.lists(texts, min_size=1, max_size=25)))
    number = st.integers(1, len(lines))
    listed = st.builds(AnnexReference, st.none() | st.integers(0, 9), texts, number)
    made = st.builds(
        Item, texts, texts, st.tuples(texts), st.lists(texts, max_size=3).map(tuple), texts,
        st.lists(listed, max_size=3).map(tuple), texts, st.booleans(), number, number,
    )  # fmt: skip
    rows = st.lists(st.lists(texts, max_size=5).map(tuple), max_size=5).map(tuple)
    table = st.builds(
        Table, number, st.lists(texts, max_size=5).map(tuple), rows, texts,
        st.lists(number, max_size=5).map(tuple),
    )  # fmt: skip
    section = st.builds(Section, texts, st.lists(made, max_size=4).map(tuple), number)
    return MeetingDocument(
        draw(st.sampled_from(Kind)), draw(texts), draw(st.none() | st.dates()), "", "",
        tuple(draw(st.lists(texts, max_size=3))), (),
        tuple(draw(st.lists(section, max_size=3))),
        tuple(draw(st.lists(table, max_size=2))), lines, (),
    )  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(documents())
def test_no_document_makes_the_check_fail(document: MeetingDocument) -> None:
    findings = check(document, packaged_register())
    assert [one.line for one in findings] == sorted(one.line for one in findings)
    assert all(one.message and one.code and isinstance(one.line, int) for one in findings)


@settings(max_examples=50, deadline=None)
@given(documents())
def test_the_same_document_gives_the_same_findings(document: MeetingDocument) -> None:
    again = replace(document, unsure=())
    assert check(document, packaged_register()) == check(again, packaged_register())


def test_a_document_without_a_word_gives_no_finding() -> None:
    empty = MeetingDocument(Kind.UNKNOWN, "", date(2026, 3, 12), "", "", (), (), (), (), (), ())
    assert check(empty, packaged_register()) == []
