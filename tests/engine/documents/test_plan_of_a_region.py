"""A whole plan with the facts of an action plan of April 2025, in words of our own."""

from dataclasses import replace
from datetime import date

import pytest

from rammevaerk.engine.documents.plan import (
    MilestoneKind,
    Plan,
    PlanFigure,
    PlanInitiative,
    PlanMilestone,
    PlanStatus,
    PlanText,
    StatusState,
    find,
)
from rammevaerk.engine.findings import Finding
from rammevaerk.engine.periods import PartialDate, Period

WRITTEN = date(2025, 4, 8)
KNOWN = {"SSG": "Sundhedsstyregruppen", "SSU": "Sundhedssamarbejdsudvalget"}


def status(state: StatusState, text: str = "") -> PlanStatus:
    label = {"open_not_started": "Ikke igangsat", "open_started": "I gang", "closed": "Afsluttet"}
    return PlanStatus(state, label[state], WRITTEN, text, state)


def milestone(
    title: str, kind: MilestoneKind, planned: str = "", reached: str = ""
) -> PlanMilestone:
    return PlanMilestone(
        key=f"milestone:{title}",
        title=title,
        kind=kind,
        planned=PartialDate.from_code(planned) if planned else None,
        reached=PartialDate.from_code(reached) if reached else None,
    )


def initiative(
    number: str, title: str, state: StatusState, text: str, *milestones: PlanMilestone
) -> PlanInitiative:
    return PlanInitiative(f"initiative:{number}", number, title, milestones, status(state, text))


def start(number: str, planned: str, reached: str = "") -> PlanMilestone:
    return replace(milestone(f"Opstart {number}", "start", planned, reached), title="Opstart")


def the_plan() -> Plan:
    waiting: StatusState = "open_not_started"
    going: StatusState = "open_started"
    initiatives = (
        initiative("1.1", "Opfølgning på F-ACT", waiting, "", start("1.1", "2025-01")),
        initiative("1.2", "Botilbudsteams", waiting, "", start("1.2", "2025-01")),
        initiative("1.3", "Tilbudskapacitet", waiting, "", start("1.3", "2025-01")),
        initiative(
            "1.4",
            "Aftale om børn og unge i mistrivsel (indsæt link)",
            going,
            "Vedtaget i SSU 19/12/22; det første år fra 1/5/23 er til implementering.",
            milestone("Beslutning i SSU", "decision", "2022-12-19", "2022-12-19"),
            start("1.4", "2023-05-01", "2023-05-01"),
        ),
        initiative(
            "1.5",
            "Lettilgængeligt tilbud til unge",
            going,
            "Fælles model ligger til godkendelse i SSG 20/9/24.",
            milestone("Model godkendt", "decision", "2024-09-20"),
        ),
        initiative("1.6", "Forebyggende indsatser", going, "Indgår i det lettilgængelige tilbud."),
        initiative(
            "1.7",
            "Aftale om unge i risikogrupper",
            going,
            "Udkast skrives. Forventes drøftet i SSG i 1. kvartal 2025.",
            milestone("Behandling af udkast", "decision", "2025-Q1"),
        ),
        initiative(
            "1.8",
            "Korrespondancemeddelelser",
            going,
            "Forventes på dagsordenen 1/11/24.",
            milestone("Behandling af rammeaftale", "decision", "2024-11-01"),
        ),
        initiative(
            "1.9",
            "God indlæggelse og udskrivelse",
            going,
            "Godkendt i SSU 1/12/23 og i brug siden 1/5/24.",
            milestone("Godkendelse", "decision", "2023-12-01", "2023-12-01"),
            start("1.9", "2024-05-01", "2024-05-01"),
        ),
        initiative(
            "1.10",
            "72 timers behandlingsansvar",
            going,
            "Regionen melder tilbage i november og december 2024.",
            milestone("Svar til styregruppen", "decision", "2024-11"),
            milestone("Svar til udvalget", "decision", "2024-12"),
        ),
        initiative(
            "1.11",
            "Dobbeltdiagnosetilbud",
            going,
            "Etableringen er begyndt; tilbuddet skal være fuldt indfaset i 2027.",
            milestone("Fuldt indfaset", "completion", "2027"),
        ),
        initiative(
            "2.1",
            "Fælleskommunale principper",
            going,
            "Gruppen holdt sit første møde den 4. april.",
            start("2.1", "2025-01", "2025-04-04"),
        ),
        initiative("2.2", "Velfærdsteknologi", waiting, "Afventer 2026", start("2.2", "2026-01")),
        initiative("3.1", "Temadag om overgange", waiting, "", start("3.1", "2026-01")),
    )
    words = PlanText(
        "edition:2025:text",
        "Indledning",
        "Planen følges af den administrative styregruppe for social- og specialundervisning "
        "(DASSOS). F-ACT (Flexible Assertive Community Treatment) er en metode i psykiatrien.",
    )
    period = Period(date(2025, 1, 1), date(2027, 1, 1))
    return Plan("Rammeaftale 2025-26", initiatives, texts=(words,), period=period)


def found(as_of: date, code: str) -> list[Finding]:
    return [one for one in find(the_plan(), as_of=as_of, abbreviations=KNOWN) if one.code == code]


def test_the_passed_dates_of_the_plan_are_exactly_those_of_four_initiatives() -> None:
    passed = found(WRITTEN, "plan.passed-date")
    assert {(one.place.split()[1], one.found) for one in passed} == {
        ("1.5", "20. september 2024"),
        ("1.8", "1. november 2024"),
        ("1.10", "november 2024"),
        ("1.10", "december 2024"),
        ("1.7", "1. kvartal 2025"),
    }
    assert all("uændret siden 8. april 2025" in one.message for one in passed)


def test_three_initiatives_should_have_started() -> None:
    late = found(WRITTEN, "plan.not-started")
    assert [one.place.split()[1] for one in late] == ["1.1", "1.2", "1.3"]
    assert all("januar 2025" in one.message and "Ikke igangsat" in one.message for one in late)


def test_the_placeholder_and_the_two_unexplained_abbreviations_are_found() -> None:
    (placeholder,) = found(WRITTEN, "text.placeholder")
    assert (placeholder.target, placeholder.found) == ("initiative:1.4", "(indsæt link)")
    unexplained = found(WRITTEN, "text.undefined-abbreviation")
    assert {(one.found, one.expected) for one in unexplained} == {
        ("SSU", "Sundhedssamarbejdsudvalget (SSU)"),
        ("SSG", "Sundhedsstyregruppen (SSG)"),
    }


def test_nothing_else_is_found_on_the_day_the_plan_was_written() -> None:
    codes = {one.code for one in find(the_plan(), as_of=WRITTEN, abbreviations=KNOWN)}
    assert codes == {
        "plan.passed-date",
        "plan.not-started",
        "text.placeholder",
        "text.undefined-abbreviation",
    }


def test_before_the_autumn_none_of_the_dates_had_passed() -> None:
    findings = find(the_plan(), as_of=date(2024, 9, 1), abbreviations=KNOWN)
    assert {one.code for one in findings} & {"plan.passed-date", "plan.not-started"} == set()
    assert {one.code for one in findings} & {"plan.text-date", "plan.no-status"} == set()


@pytest.mark.parametrize(
    ("as_of", "when", "passed"),
    [
        (date(2024, 9, 20), "20. september 2024", False),
        (date(2024, 9, 21), "20. september 2024", True),
        (date(2024, 11, 30), "november 2024", False),
        (date(2024, 12, 1), "november 2024", True),
        (date(2025, 3, 31), "1. kvartal 2025", False),
        (date(2025, 4, 1), "1. kvartal 2025", True),
        (date(2027, 12, 31), "2027", False),
        (date(2028, 1, 1), "2027", True),
    ],
)
def test_a_date_has_passed_when_its_whole_unit_has(as_of: date, when: str, passed: bool) -> None:
    assert (when in {one.found for one in found(as_of, "plan.passed-date")}) is passed


def test_the_texts_speak_for_themselves_where_no_milestone_was_written_down() -> None:
    bare = replace(
        the_plan(),
        initiatives=tuple(replace(one, milestones=()) for one in the_plan().initiatives),
    )
    late = [
        (one.place.split()[1], one.found)
        for one in find(bare, as_of=WRITTEN, abbreviations=KNOWN)
        if one.code == "plan.text-date"
    ]
    assert late == [("1.5", "20/9/24"), ("1.7", "1. kvartal 2025"), ("1.8", "1/11/24")]


def test_a_count_that_stands_at_two_sub_projects_is_asked_about() -> None:
    years = Period(date(2019, 1, 1), date(2022, 1, 1))
    two = [
        (2, "Begyndende skolevægring", "børn og unge"),
        (3, "Henvisning fra praksis", "Børn og  unge"),
    ]
    figures = [
        PlanFigure(f"figure:{n}", f"Delprojekt {n}", "Viborg Kommune", subject, 26, unit, years)
        for n, subject, unit in two
    ]
    doctors = replace(figures[1], key="figure:4", value=13, unit="læger")
    plan = Plan("Rammeaftale 2021-22", figures=(*figures, doctors))
    (twice,) = find(plan, as_of=WRITTEN, abbreviations={})
    assert twice.code == "plan.identical-figures"
    assert twice.target == "figure:2"
    assert "26 børn og unge fra Viborg Kommune" in twice.message
    assert "Begyndende skolevægring" in twice.message
    assert "Henvisning fra praksis" in twice.message
