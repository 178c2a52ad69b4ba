import doctest
from dataclasses import replace
from datetime import date
from pathlib import Path

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
from rammevaerk.engine.findings import Finding, Severity
from rammevaerk.engine.periods import PartialDate, Period

TODAY = date(2031, 5, 20)
LABELS: dict[StatusState, str] = {
    "open_not_started": "Ikke igangsat",
    "open_started": "I gang",
    "closed": "Afsluttet",
}


def status(state: StatusState, on: date = date(2031, 3, 1), text: str = "") -> PlanStatus:
    return PlanStatus(state, LABELS[state], on, text, state)


def milestone(
    kind: MilestoneKind, planned: str | None = None, reached: str | None = None, n: int = 1
) -> PlanMilestone:
    return PlanMilestone(
        f"milestone:{n}",
        f"Milepæl {n}",
        kind,
        PartialDate.from_code(planned) if planned else None,
        PartialDate.from_code(reached) if reached else None,
    )


def initiative(
    *milestones: PlanMilestone, now: PlanStatus | None = None, text: str = ""
) -> PlanInitiative:
    texts = (PlanText("initiative:7:description", "Initiativ 7, beskrivelse", text),)
    return PlanInitiative("initiative:7", "7", "Fælles visitation", milestones, now, texts)


def found(plan: Plan | PlanInitiative, as_of: date = TODAY) -> list[Finding]:
    whole = plan if isinstance(plan, Plan) else Plan("Handlingsplan", (plan,))
    return find(whole, as_of=as_of, abbreviations={})


def codes(plan: Plan | PlanInitiative, as_of: date = TODAY) -> list[str]:
    return [one.code for one in found(plan, as_of)]


GOING = status("open_started")


@pytest.mark.parametrize("kind", ["decision", "delivery", "completion"])
def test_a_passed_milestone_is_found_and_named_with_date_and_status(kind: MilestoneKind) -> None:
    (one,) = found(initiative(milestone(kind, "2031-02-03"), now=GOING))
    assert one.code == "plan.passed-date"
    assert one.severity is Severity.WARNING
    assert one.place == "Initiativ 7 Fælles visitation, milepæl «Milepæl 1»"
    assert one.target == "milestone:1"
    assert one.found == "3. februar 2031"
    assert "Status «I gang» er uændret siden 1. marts 2031." in one.message


def test_a_passed_milestone_tells_when_there_is_no_status_after_it() -> None:
    (one,) = found(initiative(milestone("delivery", "2031-Q1"), now=GOING))
    assert "ingen status efter 31. marts 2031; den seneste er «I gang» fra 1. marts" in one.message
    (one,) = found(initiative(milestone("delivery", "2031-Q1")))
    assert "Initiativet har ingen status." in one.message


@pytest.mark.parametrize(
    "one",
    [
        milestone("delivery", "2031-02-03", "2031-04"),
        replace(milestone("delivery", "2031-02-03"), dropped=True),
        milestone("delivery", "2031-05"),
        milestone("delivery", "2031-05-20"),
        milestone("delivery"),
    ],
)
def test_a_milestone_reached_dropped_to_come_or_undated_is_in_order(one: PlanMilestone) -> None:
    assert codes(initiative(one, now=GOING)) == []


def test_a_closed_initiative_has_no_passed_dates() -> None:
    done = initiative(milestone("delivery", "2031-01"), now=status("closed"))
    assert codes(done) == []


def test_a_start_counts_only_when_its_whole_month_has_passed() -> None:
    one = initiative(
        milestone("start", "2031-01"), now=status("open_not_started", date(2031, 1, 2))
    )
    assert codes(one, date(2031, 1, 31)) == []
    assert codes(one, date(2031, 2, 1)) == ["plan.not-started"]


def test_a_start_gone_by_without_any_status_is_found() -> None:
    (one,) = found(initiative(milestone("start", "2031-01")))
    assert one.code == "plan.not-started"
    assert one.found == "ingen status"


def test_a_start_in_progress_but_not_recorded_is_a_note() -> None:
    (one,) = found(initiative(milestone("start", "2031-01"), now=GOING))
    assert (one.code, one.severity) == ("plan.start-unrecorded", Severity.NOTE)


def test_started_and_not_started_at_once_is_an_error() -> None:
    one = milestone("start", "2031-01", "2031-02")
    denied = initiative(one, now=status("open_not_started", date(2031, 2, 28)))
    assert codes(denied) == ["plan.started-contradiction"]
    assert found(denied)[0].severity is Severity.ERROR
    earlier = initiative(one, now=status("open_not_started", date(2031, 2, 27)))
    assert codes(earlier) == []


def test_an_initiative_without_status_is_found_once_the_edition_has_begun() -> None:
    period = Period(date(2031, 1, 1), date(2033, 1, 1))
    plan = Plan("Handlingsplan", (initiative(),), period=period)
    assert codes(plan, date(2030, 12, 31)) == []
    assert codes(plan, date(2031, 1, 1)) == ["plan.no-status"]
    assert codes(replace(plan, period=None)) == []


def test_a_status_that_takes_effect_later_is_not_in_force() -> None:
    period = Period(date(2031, 1, 1), None)
    later = initiative(now=status("open_started", date(2031, 6, 1), "TBD"))
    assert codes(Plan("Handlingsplan", (later,), period=period)) == ["plan.no-status"]


@pytest.mark.parametrize(
    ("on", "as_of", "stale"),
    [
        (date(2030, 11, 20), date(2031, 5, 20), False),
        (date(2030, 11, 20), date(2031, 5, 21), True),
        (date(2030, 8, 31), date(2031, 2, 28), False),
        (date(2030, 8, 31), date(2031, 3, 1), True),
    ],
)
def test_an_open_status_is_stale_after_six_months(on: date, as_of: date, stale: bool) -> None:
    one = initiative(now=status("open_started", on))
    assert codes(one, as_of) == ["plan.stale-status"] * stale
    assert codes(replace(one, status=status("closed", on)), as_of) == []


def test_the_number_of_months_can_be_chosen() -> None:
    plan = Plan("Handlingsplan", (initiative(now=GOING),))
    two = find(plan, as_of=TODAY, abbreviations={}, stale_after_months=2)
    assert [one.code for one in two] == ["plan.stale-status"]


def test_one_that_waits_for_a_start_to_come_is_not_stale() -> None:
    waiting = status("open_not_started", date(2029, 1, 1))
    assert codes(initiative(milestone("start", "2031-06"), now=waiting)) == []
    assert codes(initiative(now=waiting)) == ["plan.stale-status"]


def test_what_is_reached_in_the_future_is_an_error() -> None:
    assert codes(initiative(milestone("delivery", "2031-05", "2031-06-01"), now=GOING)) == [
        "plan.reached-before-known"
    ]
    assert codes(initiative(milestone("delivery", "2031-05", "2031-05"), now=GOING)) == []


def test_a_completion_before_every_start_is_an_error() -> None:
    planned = initiative(
        milestone("start", "2032-03"), milestone("completion", "2032-02", n=2), now=GOING
    )
    assert [(one.code, one.target) for one in found(planned)] == [
        ("plan.milestone-order", "milestone:2")
    ]
    reached = initiative(
        milestone("start", None, "2031-03"),
        milestone("completion", None, "2031-02", n=2),
        now=GOING,
    )
    assert codes(reached) == ["plan.milestone-order"]


@pytest.mark.parametrize("completion", ["2032-03", "2032-Q1", "2032", "2032-04"])
def test_an_order_that_may_be_right_is_left_alone(completion: str) -> None:
    two_phases = initiative(
        milestone("start", "2032-03"),
        milestone("completion", completion, n=2),
        milestone("start", "2032-09", n=3),
        now=GOING,
    )
    assert codes(two_phases) == []


def test_a_passed_date_in_a_text_is_found_unless_a_milestone_has_it() -> None:
    text = "Styregruppen forventes at drøfte udkastet den 12. februar 2031."
    assert codes(initiative(text=text, now=GOING)) == ["plan.text-date"]
    assert codes(initiative(text=text, now=status("closed"))) == []
    assert codes(initiative(text=text, now=GOING), date(2031, 2, 12)) == []
    passed = initiative(milestone("decision", "2031-02"), text=text, now=GOING)
    assert codes(passed) == ["plan.passed-date"]
    reached = initiative(milestone("decision", "2031-Q2", "2031-02-12"), text=text, now=GOING)
    assert codes(reached) == []
    moved = initiative(milestone("decision", "2031-10"), text=text, now=GOING)
    assert codes(moved) == ["plan.text-date"]


def test_a_date_without_year_in_a_status_is_read_from_the_day_of_the_status() -> None:
    written = status("open_started", date(2031, 3, 1), "Forventes behandlet i april.")
    assert codes(initiative(now=written), date(2031, 4, 30)) == []
    (one,) = found(initiative(now=written), date(2031, 5, 1))
    assert (one.code, one.found) == ("plan.text-date", "april")
    assert one.place == "Initiativ 7 Fælles visitation, status"


def test_a_status_text_given_twice_is_read_once() -> None:
    written = status("open_started", text="Navn: TBD")
    again = initiative(now=written, text="Navn: TBD")
    assert codes(again) == ["text.placeholder"]


@pytest.mark.parametrize(
    ("text", "raw", "right"),
    [
        ("Vi begynder i Januar med to hold.", "i Januar", "i januar"),
        ("Mødet den 4. April blev flyttet", "4. April", "4. april"),
        ("Holdes senest ultimo Marts.", "ultimo Marts", "ultimo marts"),
        ("(Opstart: Januar 2032)", "Januar 2032", "januar 2032"),
        ("vi ventede til Maj 2030 med svar", "Maj 2030", "maj 2030"),
    ],
)
def test_a_month_with_a_capital_inside_a_sentence_is_a_note(
    text: str, raw: str, right: str
) -> None:
    (one,) = found(initiative(text=text, now=GOING))
    assert (one.code, one.severity) == ("text.spelling-variant", Severity.NOTE)
    assert (one.found, one.expected) == (raw, right)


@pytest.mark.parametrize(
    "text",
    [
        "Januar 2031 blev travl. Marts var roligere.",
        "Se punkt 4. August Kroghs metode bruges i August Krogh Instituttet.",
        "Oplæg af Maj Hansen og Maj-Britt Juni, på stedet hos April.",
        "Bemærk: Maj måned er kort.",
        "opstart i januar 2032 og 4. april 2032",
    ],
)
def test_a_capital_month_that_may_be_right_is_left_alone(text: str) -> None:
    assert codes(initiative(text=text, now=GOING)) == []


def figure(n: int, subject: str, value: int = 40, year: int = 2030, who: str = "Øby") -> PlanFigure:
    period = Period(date(year, 1, 1), date(year + 1, 1, 1))
    return PlanFigure(f"figure:{n}", f"Tabel {n}", who, subject, value, "borgere", period)


@pytest.mark.parametrize(
    "figures",
    [
        (figure(1, "Hjem"), figure(2, "Hjem")),
        (figure(1, "Hjem"), figure(2, "Job", value=41)),
        (figure(1, "Hjem", value=9), figure(2, "Job", value=9)),
        (figure(1, "Hjem"), figure(2, "Job", year=2031)),
        (figure(1, "Hjem"), figure(2, "Job", who="Åby")),
        (figure(1, "Hjem"), replace(figure(2, "Job"), unit="læger")),
    ],
)
def test_figures_that_differ_in_anything_but_subject_are_in_order(
    figures: tuple[PlanFigure, ...],
) -> None:
    assert codes(Plan("Handlingsplan", figures=figures)) == []


def test_one_finding_covers_all_the_places_of_a_figure() -> None:
    figures = (figure(3, "Skole"), figure(1, "Hjem"), figure(2, "Job"), figure(4, "Ny", year=2031))
    (one,) = found(Plan("Handlingsplan", figures=figures))
    assert one.target == "figure:1"
    assert "«Hjem», «Job» og «Skole»" in one.message


def test_a_plan_in_good_order_has_no_findings() -> None:
    running = PlanInitiative(
        "initiative:1",
        "1",
        "Fælles kurser for nattevagter",
        (
            milestone("start", "2031-01", "2031-01-14"),
            milestone("decision", "2031-02-01", "2031-02-03", n=2),
            milestone("delivery", "2031-Q4", n=3),
            milestone("completion", "2032", n=4),
        ),
        status(
            "open_started",
            date(2031, 4, 2),
            "Styregruppen godkendte kursusplanen 3/2/31. Første hold begyndte i marts 2031, og "
            "næste hold forventes i november. Evalueringen skal ligge klar ultimo 2032.",
        ),
        (
            PlanText(
                "initiative:1:goal",
                "Initiativ 1, mål",
                "Alle nattevagter på botilbud efter serviceloven § 107 og § 108 får et fælles "
                "kursus, jf. Rammeaftale 2031-32. Kurset udfyldes ikke med teori; lederne "
                "indsætter selv cases. KL og Socialstyrelsen (SST er en anden) er orienteret.",
            ),
            PlanText("initiative:1:note", "Initiativ 1, note", "Sundhedsstyrelsen (SST) deltager."),
        ),
    )
    waiting = PlanInitiative(
        "initiative:2",
        "2",
        "Fælles depot",
        (milestone("start", "2032-01", n=5),),
        status("open_not_started", date(2031, 1, 5), "Venter på lokaler."),
    )
    closed = PlanInitiative(
        "initiative:3",
        "3",
        "Fælles telefon",
        (milestone("completion", "2030-06", n=6),),
        status("closed", date(2030, 12, 1), "Opgivet; forventet start var maj 2030."),
    )
    period = Period(date(2031, 1, 1), date(2033, 1, 1))
    plan = Plan("Rammeaftale 2031-32", (running, waiting, closed), period=period)
    assert found(plan) == []


def test_the_page_about_the_findings_runs_and_names_every_code() -> None:
    page = Path(__file__).parents[3] / "docs" / "algorithms" / "plan_findings.md"
    result = doctest.testfile(str(page), module_relative=False, encoding="utf-8")
    assert result.attempted > 0
    assert result.failed == 0
    engine = Path(__file__).parents[3] / "src" / "rammevaerk" / "engine" / "documents"
    written = page.read_text(encoding="utf-8")
    sources = [path.read_text(encoding="utf-8") for path in engine.glob("plan*.py")]
    used = {line.split('"')[1] for text in sources for line in text.split("code=")[1:]}
    assert len(used) == 13
    assert all(f"`{code}`" in written for code in used)
