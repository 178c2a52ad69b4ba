"""The real minutes and agenda that were gone through by hand: every defect known is found."""

from functools import cache
from pathlib import Path

import pytest

from rammevaerk.engine.documents.consistency import check, packaged_register
from rammevaerk.engine.documents.meeting_findings import DocumentFinding
from rammevaerk.exchange.meeting_documents import read_text

SEEDS = Path(__file__).resolve().parents[3].parent / "shared" / "seeds"


@cache
def findings(start: str) -> list[DocumentFinding]:
    files = sorted(SEEDS.glob(f"{start}_*.txt"))
    if not files:
        pytest.skip("de ægte dokumenter ligger ikke ved siden af projektet")
    return check(read_text(files[0].read_text(encoding="utf-8")), packaged_register())


MINUTES = [
    ("item.other", "1.4", "punkt 2.1", "punkt 1.2"),
    ("date.year-differs", "2.4", "20. november 2021", "20. november 2020"),
    ("body.abolished", "2.6", "Forretningsudvalget", "1. januar 2021"),
    ("schedule.differs", "3.1", "Regionshuset Viborg", "Brande"),
    ("name.counterpart", "3.1", "Socialstyrelsen", "Socialtilsynet"),
    ("name.body-spelling", "1.5", "Familielaboratoriet", "Familieambulatoriet"),
    ("item.number-lost", "1.3", "", "1.3, 1.4, 1.5"),
]
AGENDA = [
    ("annex.other", "1.3", "bilag 2", "bilag 1"),
    ("annex.other", "1.3", "bilag 3", "bilag 2"),
    ("recommendation.opening", "1.3", "Af DASSOS", "At DASSOS"),
    ("section.only-orients", "1.1", "til efterretning", ""),
    ("section.only-orients", "1.2", "Orienteres", ""),
    ("funding.no-status", "2.1", "Horsens", ""),
    ("date.expectations-differ", "2.1", "inden udgangen af 2026", "2027"),
    ("name.spelling", "1.2", "Ann Britt Wetche", "Ann-Britt Wetche"),
    ("name.spelling", "2.6", "Jakob Palludan", "Jakob Paludan"),
    ("table.percent", "2.4", "15%", "16 (nu 15%, så passer resten)"),
    ("table.column-sum", "2.4", "219", "218 (nu 219)"),
    ("table.column-sum", "2.4", "219", "9 i «Hedensted Kommune» (nu 8, så passer resten)"),
]


@pytest.mark.parametrize(
    ("start", "code", "number", "wrong", "right"),
    [("003", *one) for one in MINUTES] + [("004", *one) for one in AGENDA],
)
def test_a_defect_known_from_reading_is_found(
    start: str, code: str, number: str, wrong: str, right: str
) -> None:
    assert any(
        (one.code, one.item) == (code, number) and wrong in one.found and right in one.expected
        for one in findings(start)
    )


@pytest.mark.parametrize(("start", "known"), [("003", MINUTES), ("004", AGENDA)])
def test_there_is_at_most_one_other_finding_for_each_defect(
    start: str, known: list[tuple[str, ...]]
) -> None:
    assert len(findings(start)) <= 2 * len(known)


@pytest.mark.parametrize("start", ["000", "001", "002"])
def test_papers_that_are_no_meetings_give_hardly_a_finding(start: str) -> None:
    assert len(findings(start)) <= 1
