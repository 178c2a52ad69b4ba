"""Scanned minutes and an agenda of a real body, by structure; skipped where they are not."""

from pathlib import Path

import pytest

from rammevaerk.engine.documents.meeting import Kind, MeetingDocument, Table
from rammevaerk.exchange.meeting_documents import read

SEEDS = Path(__file__).parents[4] / "shared" / "seeds"


def seed(number: str) -> MeetingDocument:
    found = sorted(SEEDS.glob(f"{number}_*.txt"))
    if not found:
        pytest.skip("the seeds are not at hand")
    return read(found[0].read_bytes(), found[0].name)


def numbers(document: MeetingDocument) -> list[list[str]]:
    return [[item.number for item in part.items] for part in document.sections]


def titles(document: MeetingDocument) -> dict[str, str]:
    """The first words of each title."""
    return {item.number: " ".join(item.title.split()[:3]) for item in document.items}


def counts(document: MeetingDocument, what: str) -> dict[str, int]:
    return {item.number: len(getattr(item, what)) for item in document.items}


def annexes(document: MeetingDocument) -> dict[str, list[int | None]]:
    return {
        item.number: [annex.number for annex in item.annexes]
        for item in document.items
        if item.annexes
    }


def up_to(section: int, last: int) -> list[str]:
    return [f"{section}.{number}" for number in range(1, last + 1)]


def test_the_minutes_have_their_three_sections_and_sixteen_items() -> None:
    document = seed("003")
    assert (document.kind, document.body) == (Kind.MINUTES, "DASSOS")
    assert str(document.day) == "2020-11-23"
    assert numbers(document) == [up_to(1, 8), up_to(2, 6), up_to(3, 2)]
    lines = [item.line for item in document.items]
    assert lines == [3, 95, 226, 255, 308, 375, 402, 446, 555, 595, 625, 657, 691, 724, 762, 789]


def test_the_items_of_the_minutes_have_their_parts() -> None:
    document = seed("003")
    points = counts(document, "recommendation")
    assert [points[number] for number in up_to(1, 8)] == [2, 4, 1, 1, 1, 1, 1, 1]
    assert [points[number] for number in up_to(2, 6)] == [1] * 6
    assert points["3.1"] == 2
    assert annexes(document) == {
        "1.2": [1], "1.5": [2, 3, 4], "1.7": [5], "1.8": [6], "2.5": [7],
    }  # fmt: skip
    presenters = {item.number: item.presenters for item in document.items}
    assert [len(presenters[number]) for number in up_to(1, 8)] == [1, 3, 1, 1, 1, 1, 1, 2]
    assert len(presenters["2.4"]) == 2
    assert presenters["3.2"] == ()


def test_every_item_of_the_minutes_has_its_own_decision() -> None:
    decisions = {item.number: item.decision for item in seed("003").items}
    assert all(decisions.values())
    ends = {number: text.split()[-1] for number, text in decisions.items()}
    assert ends["1.1"] == "udviklingsomrader."
    assert ends["1.7"] == "dagn-" or ends["1.7"] == "dagtilbud."
    assert ends["1.8"] == "borgerne."
    assert ends["2.6"] == "samarbejdsstrukturen."


def test_the_agenda_has_its_three_sections_and_sixteen_items() -> None:
    document = seed("004")
    assert (document.kind, document.body, document.day) == (Kind.AGENDA, "DASSOS", None)
    assert numbers(document) == [up_to(1, 5), up_to(2, 7), up_to(3, 4)]
    lines = [item.line for item in document.items]
    assert lines == [3, 25, 92, 136, 195, 229, 288, 336, 353, 449, 498, 578, 627, 651, 663, 664]
    assert titles(document)["2.3"] == "Status pa centrale"
    assert titles(document)["3.4"] == "Skriftlig orientering"


def test_the_items_of_the_agenda_have_their_parts() -> None:
    document = seed("004")
    points = counts(document, "recommendation")
    assert [points[number] for number in up_to(1, 5)] == [1, 1, 2, 3, 2]
    assert [points[number] for number in up_to(2, 7)] == [1] * 7
    assert annexes(document) == {
        "1.3": [1, 2], "1.4": [3], "2.2": [4], "2.4": [5, 6], "2.6": [7], "2.7": [8],
    }  # fmt: skip
    presenters = {item.number: item.presenters for item in document.items}
    assert presenters["1.2"] == ("Ann Britt Wetche", "Morten Eriksen")
    assert presenters["2.6"] == ("Jakob Paludan", "Martin Husted", "Jes Svenninggaard")
    assert not any(item.decision for item in document.items)


def table(document: MeetingDocument, label: str) -> Table:
    return next(table for table in document.tables if table.rows[0][0].startswith(label))


def test_the_table_of_loans_has_six_rows_and_its_sum() -> None:
    loans = table(seed("004"), "Horsens")
    assert loans.header[0] == "Kommune"
    assert len(loans.rows) == 7
    assert loans.rows[0][1:] == ("40,00", "37,50")
    assert loans.rows[-1] == ("I alt", "204,13", "182,83")


def test_the_table_of_agreements_has_nineteen_rows_under_their_columns() -> None:
    agreements = table(seed("004"), "Sams")
    rows = [row for row in agreements.rows if row[0].endswith("Kommune")]
    assert len(rows) == 19
    assert {len(row) for row in rows} == {10} == {len(agreements.header)}
    municipal = [int(row[2] or 0) for row in rows]
    assert sum(municipal) == 218
    assert [sum(int(row[column] or 0) for row in rows) for column in (7, 8)] == [41, 318]
    assert agreements.rows[19][1:9] == ("30", "219", "7", "27", "4", "72", "4", "318")


def test_what_the_scan_lost_is_told() -> None:
    doubts = {doubt.line: doubt.what for doubt in seed("004").unsure}
    assert "2.3 står løst på linje 292" in doubts[336]
    assert "overskrift" in doubts[651] or "3.2" in doubts[651]
    assert "Lemvig" in doubts[408]
    doubts = {doubt.line: doubt.what for doubt in seed("003").unsure}
    assert "1.3 står ikke ved" in doubts[226]


@pytest.mark.parametrize(("number", "kind"), [("000", Kind.ACTION_PLAN), ("001", Kind.AGREEMENT)])
def test_other_documents_are_not_taken_for_meetings(number: str, kind: Kind) -> None:
    document = seed(number)
    assert document.kind is kind
    assert document.items == ()
