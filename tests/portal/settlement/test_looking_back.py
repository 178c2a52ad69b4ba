"""How far back a run bills: to the first month that was settled here, and no further unasked."""

from datetime import date

import pytest
from agreeing_samples import civil
from run_samples import CLERK, Home, noon
from world import World

from rammevaerk.portal.access.actions import Role
from rammevaerk.portal.access.models import Organisation
from rammevaerk.portal.catalogue.models import PlaceCapacity, Service
from rammevaerk.portal.placements.models import Stay
from rammevaerk.portal.settlement.models import ClaimWatch, SettlementRun
from rammevaerk.portal.settlement.operations import claims, runs
from rammevaerk.portal.settlement.operations.looking_back import looking_back
from rammevaerk.portal.settlement.operations.run_requests import RunRequest

pytestmark = pytest.mark.django_db
MARCH, APRIL, MAY, JUNE = (date(2025, month, 1) for month in (3, 4, 5, 6))
NEW = "/oekonomi/afregning/koersler/ny/"


@pytest.fixture
def home(world: World) -> Home:
    # The world's own runs are of everything its municipalities run.
    SettlementRun.objects.update(state="discarded")
    made = Home().build()
    made.admit(date(2025, 1, 1))
    return made


def billed(home: Home, month: date, more: int = 0, **scope: int) -> set[str]:
    """The months that the next run would bill as the form asks it."""
    request = home.request(month, **scope)
    request = looking_back(request, more=more).request
    return {one.line.month for one in runs.preview(request, by=CLERK).lines}


def test_a_first_run_bills_its_own_month_alone(home: Home) -> None:
    assert billed(home, APRIL) == {"2025-04"}
    assert looking_back(home.request(APRIL)).request.months_back == 0


def test_months_since_the_first_run_are_billed_and_none_before(home: Home) -> None:
    home.run(MARCH, months_back=0)
    # April was never run: it comes with May. January and February were settled elsewhere.
    assert billed(home, MAY) == {"2025-04", "2025-05"}
    assert looking_back(home.request(MAY)).request.months_back == 2


def test_a_discarded_run_has_settled_nothing(home: Home) -> None:
    run = home.run(MARCH, months_back=0)
    runs.discard(run, by=CLERK, at=noon(APRIL))
    assert billed(home, APRIL) == {"2025-04"}


def test_earlier_months_come_along_when_they_are_asked_for(home: Home) -> None:
    home.run(MARCH, months_back=0)
    found = looking_back(home.request(APRIL), more=1)
    assert found.new == [date(2025, 2, 1)]
    assert billed(home, APRIL, more=1) == {"2025-02", "2025-04"}
    # And they are settled here from then on.
    run = runs.start(found.request, by=CLERK, at=noon(MAY))
    runs.work(run.pk, at=noon(MAY))
    assert looking_back(home.request(MAY)).request.months_back == 3
    assert looking_back(home.request(MAY)).new == []


def test_each_service_is_looked_through_from_its_own_first_month(home: Home) -> None:
    other = Service.objects.create(
        facility=home.facility, key="nyt", name="Nyt", setting="day_and_night", audience="adults",
        age_from=18, valid_from=date(2019, 1, 1),
    )  # fmt: skip
    PlaceCapacity.objects.create(
        service=other, places=5, covered=5, valid_from=date(2019, 1, 1), registered_at=noon(MARCH)
    )
    second = Home(key="andethjem").build()
    second.admit(date(2025, 1, 1))
    home.run(MARCH, months_back=0)
    asked = RunRequest(home.cooperation.pk, home.organisation.pk, APRIL, MAY)
    found = looking_back(asked)
    assert found.request.months_back == 1
    billing = runs.preview(found.request, by=CLERK)
    months = {
        (one.line.service_id, one.line.month)
        for one in billing.lines
        if one.line.service_id in {home.service.pk, second.service.pk}
    }
    assert months == {(home.service.pk, "2025-04"), (second.service.pk, "2025-04")}


def test_a_run_made_again_from_its_snapshot_bills_the_same(home: Home) -> None:
    home.run(MARCH, months_back=0)
    run = runs.start(looking_back(home.request(MAY)).request, by=CLERK, at=noon(JUNE))
    runs.work(run.pk, at=noon(JUNE))
    run.refresh_from_db()
    assert runs.replay(run, by=CLERK).same


def test_the_form_says_which_months_are_new(world: World, home: Home) -> None:
    home.run(MARCH, months_back=0)
    client = world.client(Role.TARIFF_OFFICER, "egenby")
    form = {"maaned": "2025-04", "tilbud": str(home.facility.pk), "krav": "2. maj 2025"}
    plain = client.get(NEW, form).content.decode()
    assert "afregnet her siden marts 2025" in plain
    assert "30.000,00" in plain
    more = client.get(NEW, {**form, "nye": "2"}).content.decode()
    assert "januar 2025 og februar 2025" in more
    refused = client.get(NEW, {**form, "nye": "13"})
    assert refused.status_code == 422
    client.post(NEW, {**form, "nye": "2"})
    assert SettlementRun.objects.get(month=APRIL, facility=home.facility).months_back == 3


def test_claims_from_before_the_first_run_are_told_apart(world: World, home: Home) -> None:
    home.admit(date(2025, 1, 1), payer="udenfor")
    home.run(APRIL, months_back=0)
    at = noon(date(2025, 6, 3))
    watch = claims.start_watch(
        home.cooperation.pk, home.organisation.pk, joint=False, by=CLERK, at=at
    )
    claims.watch(watch.pk, at=at)
    rows = [
        (row["stage"], row["days"])
        for row in ClaimWatch.objects.get(pk=watch.pk).rows
        if row["payer"] == Organisation.objects.get(key="udenfor").pk
    ]
    # January to March were never settled here; May was forgotten.
    assert rows == [("in_time", 31), ("elsewhere", 90)]
    page = world.client(Role.TARIFF_OFFICER, "egenby").get("/oekonomi/afregning/krav/")
    assert "Ikke afregnet her" in page.content.decode()


def test_days_that_came_to_be_known_after_the_month_was_billed_are_watched_too(home: Home) -> None:
    known = home.admit(date(2025, 4, 1), date(2025, 4, 10), payer="udenfor")
    short = home.admit(date(2025, 4, 1), date(2025, 4, 20), payer="udenfor")
    home.run(APRIL, months_back=0)
    Stay.objects.filter(placement=known).update(valid_to=civil(30, 10, month=4))
    # What is to be credited is no claim, and takes nothing from one.
    Stay.objects.filter(placement=short).update(valid_to=civil(2, 10, month=4))
    at = noon(date(2025, 5, 3))
    where = (home.cooperation.pk, home.organisation.pk)
    watch = claims.start_watch(*where, joint=False, by=CLERK, at=at)
    claims.watch(watch.pk, at=at)
    found = ClaimWatch.objects.get(pk=watch.pk).rows
    udenfor = Organisation.objects.get(key="udenfor").pk
    [row] = [row for row in found if row["payer"] == udenfor]
    assert (row["stage"], row["days"], row["placements"]) == ("in_time", 20, 1)
    seen = runs.preview(home.request(APRIL), by=CLERK)
    added = sum(one.line.total_ore for one in seen.lines if one.line.payer_id == udenfor)
    back = sum(one.standing.facts.total_ore for one in seen.taken)
    assert added - back == row["ore"] - 18 * (row["ore"] // 20)
