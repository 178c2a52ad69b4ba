"""Any history of a placement: what is invoiced less what is credited is the truth."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from run_samples import BEGAN, CLERK, Home, after, billed_ore, invoice_all, noon
from world import build_world

from rammevaerk.engine.settlement.months import Months
from rammevaerk.portal.access.models import Organisation
from rammevaerk.portal.placements.models import Absence, Hours, PayerPeriod, Placement, Stay
from rammevaerk.portal.settlement.calculate.truth import settle_scope
from rammevaerk.portal.settlement.models import LineStanding, SettlementLine
from rammevaerk.portal.settlement.operations import runs

pytestmark = pytest.mark.django_db
FIRST = date(2025, 3, 1)
MONTHS = [date(2025, month, 1) for month in range(3, 7)]
DAYS = st.integers(0, 110).map(lambda days: FIRST + timedelta(days=days))
EVENTS = st.lists(
    st.tuples(st.sampled_from(["absent", "payer", "hours", "leave", "admit"]), DAYS), max_size=3
)


def _happens(home: Home, placements: list[Placement], event: str, day: date) -> None:
    """Something is registered, perhaps of long ago."""
    placement = placements[day.day % len(placements)]
    if event == "admit":
        placements.append(home.admit(day, minutes=300 + day.day))
    elif event == "absent" and not Absence.objects.filter(placement=placement).exists():
        home.absent(placement, day, day + timedelta(days=9))
    elif event == "payer":
        _turn(PayerPeriod, placement, day, payer=Organisation.objects.get(key="egenby"))
    elif event == "hours":
        _turn(Hours, placement, day, citizen_minutes=420 + day.day)
    elif event == "leave":
        stays = Stay.objects.filter(placement=placement, valid_to__isnull=True)
        for stay in stays:
            if stay.valid_from.date() < day:
                stay.valid_to = noon(day).replace(tzinfo=None)
                stay.save()


def _turn(model: type, placement: Placement, day: date, **values: object) -> None:
    """What held from the day on holds otherwise."""
    row = model.objects.filter(placement=placement, valid_to__isnull=True).first()
    if row is None or row.valid_from >= day:
        return
    row.valid_to = day
    row.save()
    row.pk, row.valid_from, row.valid_to, row.registered_at = None, day, None, BEGAN
    for name, value in values.items():
        setattr(row, name, value)
    row.save(force_insert=True)


class Histories(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        build_world()

    # A failing history is told as it was found: each takes seconds to live through again.
    @settings(
        max_examples=6,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.explicit, Phase.reuse, Phase.generate),
    )
    @given(st.lists(EVENTS, min_size=4, max_size=4), st.sampled_from(["calendar", "hotel"]))
    def test_invoices_less_credits_are_the_truth(
        self, history: list[list[tuple[str, date]]], day_count: str
    ) -> None:
        home = Home(
            component="basis", terms={"day_count": day_count, "over_cap_pct": 80}, places=2,
            prices={("basis", "", "day"): 70_000, ("hour", "", "hour"): 40_011},
        ).build()  # fmt: skip
        placements = [home.admit(FIRST, minutes=613), home.admit(FIRST + timedelta(days=20))]
        for month, events in zip(MONTHS, history, strict=True):
            for event, day in events:
                _happens(home, placements, event, day)
            run = home.run(month)
            assert run.state == "draft", run.failure
            assert runs.replay(run, by=CLERK).same
            runs.review(run, by=CLERK, at=noon(after(month)))
            invoice_all(run)
        truth = settle_scope(home.request(MONTHS[-1]).scope, Months.parse("2025-03..2025-06"))
        assert billed_ore(home.service) == truth.total_ore
        standing = LineStanding.objects.filter(
            released_at__isnull=True, line__reverses__isnull=True, line__service=home.service
        )
        # No day twice and none lost: the days that stand are the true ones.
        days = sum(SettlementLine.objects.get(pk=one.line_id).days for one in standing)
        assert days == sum(line.days for line in truth.lines)
