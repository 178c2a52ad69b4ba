"""Reports: who writes, checks, decides and publishes, and what stops them."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from report_samples import (
    DAY_ORE,
    NEXT_YEAR,
    NOW,
    budget,
    checked,
    decided,
    draft,
    officer,
    reported,
    secretariat,
    whole,
)
from world import World

from rammevaerk.portal.access.actions import Action, Role
from rammevaerk.portal.access.policy import Refused, visible
from rammevaerk.portal.access.saving import RevisionConflict, fingerprint
from rammevaerk.portal.catalogue.models import Facility, Service
from rammevaerk.portal.tariffs import operations
from rammevaerk.portal.tariffs.calculate.reports import work_out
from rammevaerk.portal.tariffs.models import Tariff, TariffReport, TariffReportStep
from rammevaerk.portal.tariffs.operations.reports import MOST_LINES, may_move
from rammevaerk.portal.tariffs.price_lines import PriceLine
from rammevaerk.portal.tariffs.report_content import content_hash, content_of

LATER = NOW + timedelta(hours=1)


def refusal(problem: pytest.ExceptionInfo[ValidationError], field: str) -> str:
    return " ".join(problem.value.message_dict[field])


def test_a_draft_is_begun_once_and_written_anew(world: World) -> None:
    first = draft(world)
    again = draft(world, whole(2_600), at=LATER)
    assert (again.pk, again.state) == (first.pk, "draft")
    assert content_of(again).lines == (whole(2_600),)
    assert [step.state for step in again.steps.all()] == ["draft"]


def test_a_draft_written_as_it_stands_leaves_no_trace(world: World) -> None:
    first = draft(world)
    again = draft(world, at=LATER)
    assert again.changed_at == first.changed_at


def test_two_on_one_draft_the_second_sees_what_the_first_wrote(world: World) -> None:
    seen = fingerprint(draft(world))
    draft(world, whole(2_600), seen=seen, at=LATER)
    with pytest.raises(RevisionConflict):
        draft(world, whole(2_700), seen=seen, at=LATER)
    with pytest.raises(RevisionConflict):
        draft(world, whole(2_700), seen="", at=LATER)


def test_the_whole_way_makes_tariffs_and_a_step_for_each(world: World) -> None:
    row = decided(world)
    operations.move_on(row, "published", by=secretariat(world), at=LATER)
    tariff = Tariff.objects.get(report=row)
    assert (tariff.amount_ore, tariff.valid_from, tariff.valid_to) == (250_000, NEXT_YEAR, None)
    assert (tariff.decision, tariff.decided_on) == ("Byrådet, punkt 7", date(2026, 10, 29))
    assert tariff.published_at == LATER
    steps = list(TariffReportStep.objects.filter(report=row))
    assert [one.state for one in steps] == [
        "draft",
        "reported",
        "checked",
        "decided",
        "published",
    ]
    assert {one.content_hash for one in steps} == {content_hash(row.content)}
    with pytest.raises(IntegrityError):
        steps[0].delete()


def test_a_budget_gives_the_price_the_engine_gives(world: World) -> None:
    worked = work_out(budget())
    row = reported(world, *worked.lines, budget=budget())
    assert [(one.component, one.amount_ore) for one in content_of(row).lines] == [
        ("whole", DAY_ORE)
    ]


def test_what_the_rules_stop_cannot_be_reported(world: World) -> None:
    poor = budget(agreement="nordjylland")
    poor["occupancy"]["budgeted"] = "80 %"
    row = draft(world, whole(), budget=poor)
    with pytest.raises(ValidationError, match="under det laveste"):
        operations.move_on(row, "reported", by=officer(world), at=NOW)


def test_prices_that_do_not_follow_from_the_budget_cannot_be_reported(world: World) -> None:
    row = draft(world, whole(1), budget=budget())
    with pytest.raises(ValidationError, match="følger ikke længere af budgettet"):
        operations.move_on(row, "reported", by=officer(world), at=NOW)


def test_a_price_beside_those_of_the_budget_may_be_stated(world: World) -> None:
    escort = PriceLine("supplement", "hour", 45_200, label="Ledsagelse")
    row = reported(world, *work_out(budget()).lines, escort, budget=budget())
    assert row.state == "reported"


def test_a_report_without_a_price_cannot_be_reported(world: World) -> None:
    row = operations.save_draft(
        world.first(Service),
        valid_from=NEXT_YEAR,
        lines=(),
        budget=None,
        reason="",
        by=officer(world),
        at=NOW,
    )
    with pytest.raises(ValidationError, match="ingen priser"):
        operations.move_on(row, "reported", by=officer(world), at=NOW)


def test_a_changed_price_needs_a_reason_before_it_is_reported(world: World) -> None:
    row = draft(world, reason="")
    with pytest.raises(ValidationError, match="Skriv begrundelsen"):
        operations.move_on(row, "reported", by=officer(world), at=NOW)


@pytest.mark.parametrize("state", ["checked", "decided", "published"])
def test_no_state_is_skipped(world: World, state: str) -> None:
    row = draft(world)
    with pytest.raises(ValidationError, match="kan ikke blive"):
        operations.move_on(row, state, by=secretariat(world), at=NOW)


def test_an_officer_writes_only_for_his_own(world: World) -> None:
    with pytest.raises(Refused):
        draft(world, by=officer(world, "naboby"))


def test_readers_and_officers_check_nothing(world: World) -> None:
    row = reported(world)
    for role in (Role.READER, Role.TARIFF_OFFICER, Role.DIRECTOR):
        with pytest.raises(Refused):
            operations.move_on(row, "checked", by=world.actor(role, "egenby"), at=NOW)


def test_the_secretariat_does_not_decide(world: World) -> None:
    row = checked(world)
    with pytest.raises(Refused):
        operations.move_on(
            row,
            "decided",
            decision="x",
            decided_on=NOW.date(),
            by=secretariat(world),
            at=NOW,
        )
    assert "decided" not in may_move(secretariat(world), row)


def test_a_decision_needs_its_words_and_a_day_that_has_come(world: World) -> None:
    row = checked(world)
    with pytest.raises(ValidationError) as problem:
        operations.move_on(row, "decided", by=officer(world), at=NOW)
    assert set(problem.value.message_dict) == {"decision", "decided_on"}
    with pytest.raises(ValidationError) as problem:
        operations.move_on(
            row,
            "decided",
            decision="Byrådet",
            decided_on=NOW.date() + timedelta(days=1),
            by=officer(world),
            at=NOW,
        )
    assert "ikke kommet" in refusal(problem, "decided_on")
    row.refresh_from_db()
    assert row.state == "checked"


def test_back_to_draft_says_why_and_opens_it_again(world: World) -> None:
    row = checked(world)
    with pytest.raises(ValidationError) as problem:
        operations.move_on(row, "draft", by=secretariat(world), at=NOW)
    assert refusal(problem, "note")
    operations.move_on(row, "draft", note="Overhead mangler", by=secretariat(world), at=NOW)
    again = draft(world, whole(2_600), at=LATER)
    assert (again.pk, again.state) == (row.pk, "draft")
    assert again.steps.last().note == "Overhead mangler"


def test_what_is_reported_is_not_written_over(world: World) -> None:
    reported(world)
    with pytest.raises(ValidationError) as problem:
        draft(world, whole(1))
    assert "allerede indberettet" in refusal(problem, "valid_from")


def test_a_withdrawn_report_makes_room_for_another(world: World) -> None:
    row = reported(world)
    operations.move_on(row, "withdrawn", note="Forkert ydelse", by=officer(world), at=NOW)
    assert draft(world, at=LATER).pk != row.pk


def test_two_decide_at_once_and_one_is_told(world: World) -> None:
    row = checked(world)
    seen = fingerprint(row)
    how: dict[str, Any] = {
        "decision": "Byrådet",
        "decided_on": NOW.date(),
        "seen": seen,
        "by": officer(world),
        "at": LATER,
    }
    operations.move_on(row, "decided", **how)
    with pytest.raises(RevisionConflict):
        operations.move_on(row, "decided", **how)
    assert Tariff.objects.filter(report=row).count() == 1


def test_a_draft_is_seen_by_its_writer_and_the_secretariat_only(world: World) -> None:
    row = draft(world)
    sees = {
        key: visible(TariffReport.objects.filter(pk=row.pk), actor, Action.TARIFF_READ).exists()
        for key, actor in {
            "officer": officer(world),
            "director": world.actor(Role.DIRECTOR, "egenby"),
            "secretariat": secretariat(world),
            "neighbour": officer(world, "naboby"),
            "reader": world.actor(Role.READER, "naboby"),
            "foreign": officer(world, "fjernby"),
        }.items()
    }
    assert sees == {
        "officer": True,
        "director": True,
        "secretariat": True,
        "neighbour": False,
        "reader": False,
        "foreign": False,
    }


def test_no_price_before_the_service_or_after_the_facility(world: World) -> None:
    with pytest.raises(ValidationError) as problem:
        draft(world, valid_from=date(2019, 12, 31))
    assert "begynder først 1. januar 2020" in refusal(problem, "valid_from")
    service = world.first(Service)
    Facility.objects.filter(pk=service.facility_id).update(valid_to=date(2026, 12, 1))
    service.refresh_from_db()
    with pytest.raises(ValidationError) as problem:
        draft(world, service=service)
    assert "lukket fra 1. december 2026" in refusal(problem, "valid_from")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (whole(-1), "negativt"),
        (whole(5_000_000), "kommaet"),
        (PriceLine("supplement", "hour", 1), "betegnelse"),
        (PriceLine("whole", "day", 1), "hvilke dage"),
        (PriceLine("whole", "hour", 1, days_basis="calendar"), "ingen dagebasis"),
        (PriceLine("whole", "week", 1), "Enheden kendes ikke"),
        (PriceLine("price", "day", 1), "Takstdelen kendes ikke"),
        (PriceLine("whole", "day", 1, days_basis="calendar", occupancy=90_000), "200 %"),
        (PriceLine("service", "day", 1, days_basis="calendar", label="x" * 81), "over 80"),
    ],
)
def test_a_price_nobody_can_mean_is_refused_where_it_stands(
    world: World, line: PriceLine, said: str
) -> None:
    with pytest.raises(ValidationError) as problem:
        draft(world, line)
    assert said in refusal(problem, "lines")
    assert not TariffReport.objects.filter(valid_from=NEXT_YEAR).exists()


def test_the_same_price_twice_and_ten_thousand_prices_are_refused(world: World) -> None:
    with pytest.raises(ValidationError) as problem:
        draft(world, whole(), whole(2_600))
    assert "to gange" in refusal(problem, "lines")
    many = [whole(label=str(number)) for number in range(10_000)]
    with pytest.raises(ValidationError) as problem:
        draft(world, *many)
    assert f"højst have {MOST_LINES}" in refusal(problem, "lines")


def test_a_cpr_number_in_a_label_is_refused_and_an_amount_is_none(world: World) -> None:
    with pytest.raises(ValidationError, match="CPR"):
        draft(world, PriceLine("supplement", "hour", 1, label="010190-1234"))
    # 31 12 20 would be a day of birth, if it were not kroner.
    large = PriceLine("subscription", "year", 3_112_201_234)
    assert content_of(draft(world, large)).lines == (large,)
