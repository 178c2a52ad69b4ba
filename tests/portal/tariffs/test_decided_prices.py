"""Tariffs of two times: what holds, what was believed, and that neither is ever overwritten."""

from collections import Counter
from datetime import date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from report_samples import NEXT_YEAR, NOW, checked, decided, officer, secretariat, whole
from world import CLERK, World

from rammevaerk.portal.catalogue.models import Service
from rammevaerk.portal.tariffs import operations
from rammevaerk.portal.tariffs.models import Tariff, TariffReport
from rammevaerk.portal.tariffs.price_lines import PriceLine
from rammevaerk.portal.tariffs.queries.prices import tariffs_on
from rammevaerk.portal.tariffs.report_content import packed

DAYS = [date(year, month, 1) for year in (2024, 2025, 2026, 2027) for month in (1, 4, 7, 10)]
KEYS = [("whole", ""), ("basis", ""), ("service", "Niveau 1"), ("service", "Niveau 2")]
Known = Counter[tuple[date, str, str, int]]


def known(service: Service, moment: datetime | None) -> Known:
    """Every price by day, as known at the moment."""
    return Counter(
        (day, row.component, row.label, row.amount_ore)
        for day in DAYS
        for row in tariffs_on(CLERK, on=day, known=moment).filter(service=service)
    )


decisions = st.lists(
    st.tuples(
        st.sampled_from(DAYS),
        st.dictionaries(st.sampled_from(KEYS), st.integers(1, 3), min_size=1),
    ),
    min_size=1,
    max_size=7,
)


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(taken=decisions)
def test_one_price_holds_a_day_and_what_was_known_stays(
    world: World, taken: list[tuple[date, dict[tuple[str, str], int]]]
) -> None:
    service = world.first(Service)
    with transaction.atomic():
        TariffReport.objects.update(state="withdrawn")  # makes room for those of this test
        moments = {NOW - timedelta(days=1): known(service, NOW - timedelta(days=1))}
        for number, (day, prices) in enumerate(taken):
            at = NOW + timedelta(days=number)
            lines = [
                PriceLine(part, "day", 100 * kroner, label, "calendar")
                for (part, label), kroner in prices.items()
            ]
            _decide(service, day, lines, at)
            now = known(service, None)
            per_part = Counter((when, part, label) for when, part, label, _ore in now.elements())
            assert max(per_part.values()) == 1
            held = {(part, label): ore for on, part, label, ore in now if on == day}
            assert held == {line.key: line.amount_ore for line in lines}
            for moment, before in moments.items():
                assert known(service, moment) == before
            moments[at] = now
        transaction.set_rollback(True)


def _decide(service: Service, day: date, lines: list[PriceLine], at: datetime) -> None:
    report = TariffReport.objects.create(
        service=service,
        valid_from=day,
        state="checked",
        content=packed(lines, None),
        reason="Ny pris",
        created_at=at,
        changed_at=at,
    )
    operations.decide(report, decision="Byrådet", decided_on=NOW.date(), by=CLERK, at=at)
    TariffReport.objects.filter(pk=report.pk).update(state="decided")


def rows(world: World) -> list[tuple[int, str, str, bool]]:
    return [
        (
            row.amount_ore // 100,
            str(row.valid_from),
            str(row.valid_to or ""),
            row.superseded_at is None,
        )
        for row in Tariff.objects.filter(service=world.first(Service)).order_by("id")
    ]


def test_a_new_year_splits_the_open_price_and_keeps_what_was_believed(world: World) -> None:
    decided(world)
    assert rows(world) == [
        (2450, "2025-01-01", "", False),
        (2450, "2025-01-01", "2027-01-01", True),
        (2500, "2027-01-01", "", True),
    ]
    split = Tariff.objects.get(valid_to=NEXT_YEAR)
    assert (split.decision, split.registered_at) == ("Hjemlig byråd", NOW)


def test_a_correction_before_a_known_version_holds_until_that(world: World) -> None:
    decided(world)
    decided(world, whole(2_480), valid_from=date(2026, 7, 1), at=NOW + timedelta(days=1))
    assert [one for one in rows(world) if one[3]] == [
        (2500, "2027-01-01", "", True),
        (2450, "2025-01-01", "2026-07-01", True),
        (2480, "2026-07-01", "2027-01-01", True),
    ]


def test_a_correction_of_the_same_day_replaces_and_the_old_is_still_told(world: World) -> None:
    decided(world)
    later = NOW + timedelta(days=1)
    decided(world, whole(2_490), at=later)
    assert [one for one in rows(world) if one[3]] == [
        (2450, "2025-01-01", "2027-01-01", True),
        (2490, "2027-01-01", "", True),
    ]
    then = tariffs_on(CLERK, on=NEXT_YEAR, known=later - timedelta(seconds=1))
    assert then.get(service=world.first(Service)).amount_ore == 250_000


def test_a_part_that_is_not_among_the_prices_ends(world: World) -> None:
    basis = PriceLine("basis", "day", 100_000, days_basis="calendar")
    service = PriceLine("service", "day", 150_000, days_basis="calendar")
    decided(world, basis, service)
    holding = tariffs_on(CLERK, on=NEXT_YEAR).filter(service=world.first(Service))
    assert {row.component for row in holding} == {"basis", "service"}


def test_a_whole_price_of_an_earlier_day_ends_where_basis_and_service_begin(world: World) -> None:
    basis = PriceLine("basis", "day", 100_000, days_basis="calendar")
    service = PriceLine("service", "day", 150_000, days_basis="calendar")
    decided(world, basis, service)
    later = NOW + timedelta(days=1)
    Tariff.objects.filter(component="whole").update(superseded_at=NOW)
    decided(world, whole(), valid_from=date(2026, 7, 1), at=later)
    row = Tariff.objects.get(component="whole", superseded_at=None, service=world.first(Service))
    assert (row.valid_from, row.valid_to) == (date(2026, 7, 1), NEXT_YEAR)


def test_who_waited_for_another_s_decision_supersedes_what_that_one_made(world: World) -> None:
    row = checked(world, whole(2_480), valid_from=date(2027, 3, 1))
    decided(world, at=NOW + timedelta(seconds=2))
    said = {"decision": "Byrådet", "decided_on": NOW.date(), "by": officer(world)}
    operations.move_on(row, "decided", **said, at=NOW)
    assert [one for one in rows(world) if one[3]] == [
        (2450, "2025-01-01", "2027-01-01", True),
        (2500, "2027-01-01", "2027-03-01", True),
        (2480, "2027-03-01", "", True),
    ]


def test_a_price_that_held_in_the_year_stands_and_next_year_it_is_set_anew(world: World) -> None:
    decided(world)
    before = rows(world)
    extra = PriceLine("supplement", "hour", 45_200, label="Ledsagelse")
    decided(world, whole(), extra, valid_from=date(2027, 5, 1), at=NOW + timedelta(days=1))
    assert rows(world) == [*before, (452, "2027-05-01", "", True)]
    decided(world, whole(), extra, valid_from=date(2028, 1, 1), at=NOW + timedelta(days=2))
    holding = tariffs_on(CLERK, on=date(2028, 1, 1)).filter(service=world.first(Service))
    assert {row.valid_from for row in holding} == {date(2028, 1, 1)}


def test_a_price_ends_with_its_service(world: World) -> None:
    service = world.first(Service)
    service.valid_to = date(2028, 6, 1)
    service.save()
    decided(world, PriceLine("hour", "hour", 40_000), service=service)
    assert Tariff.objects.get(component="hour").valid_to == date(2028, 6, 1)


def test_a_decided_change_without_a_reason_is_refused(world: World) -> None:
    row = checked(world)
    TariffReport.objects.filter(pk=row.pk).update(reason="")
    with pytest.raises(ValidationError) as problem:
        operations.move_on(
            row,
            "decided",
            decision="Byrådet",
            decided_on=NOW.date(),
            by=officer(world),
            at=NOW,
        )
    assert "reason" in problem.value.message_dict
    assert len(rows(world)) == 1


def test_publishing_touches_only_what_is_still_believed(world: World) -> None:
    first = decided(world)
    decided(world, whole(2_490), at=NOW + timedelta(days=1))
    later = NOW + timedelta(days=2)
    operations.move_on(first, "published", by=secretariat(world), at=later)
    assert not Tariff.objects.filter(published_at=later).exists()
