"""Who lives where in the invented region: places, payers, ages, contracts and a settled past."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from data_files import DATA
from django.db import transaction
from django.db.models import Count, F, Q, Sum
from django.test import override_settings
from pytest_django import DjangoDbBlocker
from settled_in_use import AT, HOW, WhatIsSettled
from stdnum import ean
from stdnum.dk import cvr as cvr_numbers

from rammevaerk.engine.parameters import Parameters
from rammevaerk.engine.settlement.special.notification import shelter_notice
from rammevaerk.portal.access.models import AuditRecord, Organisation
from rammevaerk.portal.access.register import load_cooperation, load_organisations, read_register
from rammevaerk.portal.access.verification import verify
from rammevaerk.portal.catalogue.models import (
    Facility,
    FacilitySuccession,
    FacilityUse,
    PlaceCapacity,
    Service,
    ServiceParagraph,
)
from rammevaerk.portal.catalogue.operations import load_vocabulary
from rammevaerk.portal.common.validity import in_force
from rammevaerk.portal.demonstration.load import read_folder
from rammevaerk.portal.demonstration.region.homes import homes
from rammevaerk.portal.demonstration.region.in_use import load_in_use
from rammevaerk.portal.demonstration.region.loading import load_region
from rammevaerk.portal.demonstration.region.occupants import OVER, visits
from rammevaerk.portal.demonstration.region.terms import gln_of
from rammevaerk.portal.placements.calculate.ages import may_be
from rammevaerk.portal.placements.models import (
    Absence,
    Citizen,
    Contract,
    Delivery,
    GoalFollowUp,
    Hours,
    Notice,
    PayerPeriod,
    Placement,
    PlacementGoal,
    PlacementStep,
    PriceChoice,
    SettlementTerms,
    Stay,
    SupplementGrant,
)
from rammevaerk.portal.settlement.models import (
    BillingParty,
    SettlementLine,
)
from rammevaerk.portal.tariffs.models import Tariff

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]
FOLDER = DATA / "midtjylland" / "facilities"
TODAY = date(2026, 11, 22)
NOW = {"superseded_at__isnull": True}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where this demonstration lays e-invoices."""
    return tmp_path_factory.mktemp("handed-over")


@pytest.fixture(scope="module", autouse=True)
def region(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, folder: Path
) -> Iterator[None]:
    """The region with its citizens, loaded once for this module and taken back after it."""
    there = override_settings(DEMONSTRATION=True, INVOICE_HAND_OVER=str(folder))
    with django_db_blocker.unblock(), transaction.atomic(), there:
        load_organisations(read_register(), **HOW)
        load_vocabulary(**HOW)
        entry, _editions = read_folder(DATA / "midtjylland")
        circle = {**entry["cooperation"], "member": entry["member"]}
        cooperation = load_cooperation(circle, **HOW)
        region = load_region(FOLDER, cooperation, **HOW)
        assert region is not None
        load_in_use(cooperation, region, **HOW)
        yield
        transaction.set_rollback(True)


def here() -> Any:
    """Stays that go on."""
    return Stay.objects.filter(**NOW, valid_to__isnull=True)


def days_of(stay: Stay) -> tuple[date, date]:
    return stay.valid_from.date(), stay.valid_to.date() if stay.valid_to else TODAY


# --- places ---


def test_about_ten_thousand_are_there_and_nearly_every_place_is_taken() -> None:
    assert 9_000 <= here().count() <= 10_000
    now = PlaceCapacity.objects.filter(in_force(TODAY), **NOW)
    used = now.filter(service__in=here().values("service"))
    places = used.aggregate(places=Sum("places"))["places"]
    assert 0.93 <= here().count() / places <= 0.98


def test_no_service_has_more_citizens_than_places_but_those_that_say_so() -> None:
    rows = PlaceCapacity.objects.filter(in_force(TODAY), **NOW)
    places = dict(rows.values_list("service_id", "places"))
    names = {one.pk: f"{one.facility.key}/{one.key}" for one in Service.objects.select_related()}
    count = Counter(here().values_list("service_id", flat=True))
    crowded = {names[pk] for pk, found in count.items() if found > places[pk]}
    assert crowded == set(OVER)
    beyond = [one for one in here() if one.place > places[one.service_id]]
    assert len(beyond) == len(OVER)
    assert all(one.reason for one in beyond)


def test_at_no_time_since_2024_has_a_place_been_used_that_there_was_not() -> None:
    places: dict[int, list[PlaceCapacity]] = defaultdict(list)
    for row in PlaceCapacity.objects.filter(**NOW):
        places[row.service_id].append(row)
    wrong = [
        stay
        for stay in Stay.objects.filter(**NOW, reason="")
        for row in places[stay.service_id]
        for first, last in [days_of(stay)]
        if row.places < stay.place
        and row.valid_from < last
        and (row.valid_to is None or row.valid_to > max(first, date(2024, 1, 1)))
    ]
    assert wrong == []


def test_nobody_has_two_places_and_no_place_two_citizens() -> None:
    for columns in (("service_id", "place"), ("citizen_id", "way"), ("placement_id",)):
        before: dict[tuple[Any, ...], Stay] = {}
        rows = Stay.objects.filter(**NOW).order_by(*columns, "valid_from")
        for stay in rows.exclude(way__isnull=True) if "way" in columns else rows:
            key = tuple(getattr(stay, name) for name in columns)
            if (other := before.get(key)) is not None:
                assert other.valid_to is not None, stay
                assert other.valid_to <= stay.valid_from, stay
            before[key] = stay


def test_the_history_reaches_back_to_2024_and_some_came_long_before() -> None:
    left = Stay.objects.filter(**NOW, valid_to__isnull=False)
    first = min(one.valid_to for one in left if one.valid_to)
    assert first.date() < date(2024, 2, 1)
    assert left.count() > 4_000
    assert here().filter(valid_from__lt=datetime.combine(date(2015, 1, 1), AT.time())).exists()


def test_those_of_a_facility_that_became_another_live_on_there() -> None:
    for link in FacilitySuccession.objects.filter(on__gte=date(2024, 1, 2), on__lte=TODAY):
        before = Stay.objects.filter(
            service__facility=link.predecessor, service__key__startswith="ophold"
        )
        midnight = datetime.combine(link.on, datetime.min.time())
        moved = set(before.filter(valid_to=midnight).values_list("citizen_id", flat=True))
        after = Stay.objects.filter(service__facility=link.successor, valid_from=midnight)
        arrived = set(after.values_list("citizen_id", flat=True))
        assert arrived & moved, link
        assert not before.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=midnight)).exists(), link
    closed = Stay.objects.filter(**NOW, service__facility__valid_to__lte=TODAY)
    assert not closed.filter(valid_to__isnull=True).exists()


# --- citizens ---


def test_everybody_is_old_and_young_enough_for_the_service() -> None:
    wrong = []
    for stay in Stay.objects.filter(**NOW).select_related("citizen", "service"):
        born, service = stay.citizen.birth_month, stay.service
        for day in days_of(stay):
            if not may_be(born, day, service.age_from, service.age_to):
                wrong.append((stay.pk, born, day))
    assert wrong == []


def test_the_law_of_a_placement_is_one_of_the_service_s() -> None:
    laws = set(ServiceParagraph.objects.values_list("service_id", "paragraph_id"))
    found = set(Placement.objects.values_list("service_id", "paragraph_id"))
    assert found - laws == set()


def test_everything_is_marked_as_made_up() -> None:
    assert not Placement.objects.filter(synthetic=False).exists()
    assert not SettlementTerms.objects.filter(unverified=False).exists()
    for party in BillingParty.objects.all():
        assert "opdigtet" in party.contact
        assert party.street.startswith("Opdigtet")


def test_a_state_is_what_the_stays_say() -> None:
    staying = here().values("placement")
    assert set(Placement.objects.filter(pk__in=staying).values_list("state", flat=True)) == {
        "admitted"
    }
    assert not Placement.objects.filter(state="admitted").exclude(pk__in=staying).exists()
    gone = Placement.objects.filter(state="discharged")
    assert not gone.filter(stays__valid_to__isnull=True).exists()
    waiting = set(Placement.objects.filter(stays__isnull=True).values_list("state", flat=True))
    assert waiting == {"enquiry", "offered", "accepted", "declined", "withdrawn"}
    last = PlacementStep.objects.order_by("placement_id", "registered_at", "pk")
    states = {one.placement_id: one.to_state for one in last}
    assert all(
        states[pk] == state
        for pk, state in Placement.objects.exclude(state="discharged").values_list("pk", "state")
    )


def test_somebody_comes_and_goes_around_today() -> None:
    week = timedelta(days=7)
    coming = Placement.objects.filter(state="accepted")
    assert coming.filter(wanted_from__lte=TODAY + week).exists()
    came = [one for one in here() if one.valid_from.date() > TODAY - week]
    left = Stay.objects.filter(valid_to__gte=datetime.combine(TODAY - week, AT.time()))
    assert len(came) > 5
    assert left.count() > 5
    assert Notice.objects.filter(ends_on__gt=TODAY, ends_on__lt=TODAY + 2 * week).exists()


def test_the_acting_municipality_has_three_weekdays_and_one_was_told_too_late() -> None:
    parameters = Parameters.load()
    found = Placement.objects.filter(self_referred=True)
    assert found.count() > 300
    for row in found:
        assert row.paragraph.key in {"sel-109", "sel-110"}
        assert row.admission_decided_on is not None
        assert row.notify_by == shelter_notice(row.admission_decided_on, parameters).deadline
    untold = found.filter(notified_on__isnull=True)
    assert untold.filter(notify_by__lt=TODAY).count() == 1
    assert untold.filter(notify_by__gte=TODAY).exists()


# --- payers, hours and prices ---


def test_every_day_of_every_stay_has_one_payer_and_one_price() -> None:
    for model in (PayerPeriod, PriceChoice):
        held: dict[int, list[tuple[date, date | None]]] = defaultdict(list)
        rows = model._default_manager.filter(**NOW).order_by("placement_id", "valid_from")
        for pk, first, end in rows.values_list("placement_id", "valid_from", "valid_to"):
            held[pk].append((first, end))
        missing = [
            stay
            for stay in Stay.objects.filter(**NOW)
            if _gap(held[stay.placement_id], *days_of(stay), goes_on=stay.valid_to is None)
        ]
        assert missing == [], model


def _gap(held: list[tuple[date, date | None]], first: date, last: date, *, goes_on: bool) -> bool:
    at = first
    for start, end in held:
        if start > at:
            return True
        at = end or date.max
    return at <= last or (goes_on and at != date.max)


def test_buyers_are_those_who_use_the_facility_and_in_its_proportions() -> None:
    uses: dict[int, dict[int, int]] = defaultdict(dict)
    for row in FacilityUse.objects.filter(year=2025):
        uses[row.facility_id][row.buyer_id] = row.citizens
    now = Counter(
        here().values_list("service__facility_id", "placement__buyer_id")
    )  # fmt: skip
    by_facility: dict[int, Counter[int]] = defaultdict(Counter)
    for (facility, buyer), count in now.items():
        by_facility[facility][buyer] += count
    moved = 0
    for facility, counts in by_facility.items():
        if told := uses.get(facility):
            assert set(counts) <= set(told)
            whole, total = sum(counts.values()), sum(told.values())
            moved += sum(
                abs(count * total - told[buyer] * whole) > 2 * total
                for buyer, count in counts.items()
            )
    # A few have moved since and are another's now.
    assert moved < 40


def test_some_come_from_outside_the_cooperation() -> None:
    outside = here().exclude(placement__buyer__cooperations__cooperation__key="midtjylland")
    assert outside.count() > 20
    assert set(outside.values_list("placement__buyer__kind", flat=True)) == {"municipality"}


def test_another_pays_from_the_middle_of_a_month() -> None:
    changed = PayerPeriod.objects.filter(**NOW, ground="agreed").exclude(valid_from__day=1)
    assert changed.count() >= 10
    for row in changed:
        [before] = PayerPeriod.objects.filter(placement=row.placement, valid_to=row.valid_from)
        assert before.payer_id != row.payer_id
        assert row.placement.buyer_id == row.acting_id
    assert PayerPeriod.objects.exclude(payer=F("acting")).count() > 50


def test_hours_of_four_kinds_stand_where_hours_are_priced() -> None:
    priced = Tariff.objects.filter(component="hour").values("service").distinct()
    staying = here().filter(service__in=priced)
    assert staying.count() > 1_500
    granted = Hours.objects.filter(in_force(TODAY), **NOW)
    assert not staying.exclude(placement__in=granted.values("placement")).exists()
    assert not granted.filter(
        Q(citizen_minutes=0) | Q(organisation_minutes=0) | Q(documentation_minutes=0)
        | Q(absence_minutes=0)
    ).exists()  # fmt: skip
    assert Hours.objects.filter(reason__startswith="Ændret").exclude(valid_from__day=1).exists()


def test_what_was_chosen_and_delivered_has_a_price() -> None:
    priced = set(
        Tariff.objects.filter(**NOW).values_list("service_id", "component", "label").distinct()
    )
    chosen = PriceChoice.objects.values_list("placement__service_id", "component", "label")
    assert set(chosen) - priced == set()
    delivered = Delivery.objects.values_list("placement__service_id", "component", "label")
    assert set(delivered) - priced == set()
    granted = SupplementGrant.objects.values_list("placement__service_id", "label")
    assert {(pk, "supplement", label) for pk, label in granted} - priced == set()
    assert Delivery.objects.filter(component="whole").count() > 2_000


def test_outpatients_pay_by_the_month_or_by_the_course() -> None:
    outpatients = Placement.objects.filter(service__setting="outpatient")
    assert outpatients.filter(state="admitted").count() > 50
    september = SettlementLine.objects.filter(
        placement__in=outpatients, statement__run__month=date(2026, 9, 1)
    )
    assert set(september.values_list("kind", flat=True)) == {"quantity"}
    assert set(september.values_list("unit", flat=True)) == {"month", "course"}


def test_some_moved_on_from_one_home_to_another() -> None:
    moves = 0
    for citizen in Citizen.objects.annotate(count=Count("placements")).filter(count__gt=1):
        rows = list(
            Stay.objects.filter(**NOW, citizen=citizen)
            .order_by("valid_from")
            .select_related("placement", "service")
        )
        for before, after in pairwise(rows):
            assert before.valid_to is not None
            assert before.valid_to <= after.valid_from
            moves += before.service.facility_id != after.service.facility_id
    assert moves > 100


def test_days_away_lie_within_the_stay_and_some_are_away_now() -> None:
    ends = {
        one.placement_id: (one.valid_from.date(), one.valid_to and one.valid_to.date())
        for one in Stay.objects.filter(**NOW)
    }
    for row in Absence.objects.all():
        first, last = ends[row.placement_id]
        assert first < row.valid_from
        assert last is None or (row.valid_to is not None and row.valid_to <= last)
    assert Absence.objects.filter(valid_to__isnull=True).count() > 10
    long = Absence.objects.filter(reason="hospital", valid_to__isnull=False)
    assert any((one.valid_to - one.valid_from).days > 30 for one in long)


def test_goals_are_followed_up_and_a_few_too_late() -> None:
    goals = PlacementGoal.objects.annotate(count=Count("follow_ups"))
    assert goals.count() > 3_000
    assert goals.filter(count__gte=2).exists()
    assert goals.filter(state="open", follow_up_by__lt=TODAY).exists()
    assert not GoalFollowUp.objects.filter(on__gt=TODAY).exists()
    reached = goals.filter(state="reached")
    assert all(one.follow_ups.filter(progression=5).exists() for one in reached[:50])


# --- terms and billing ---


def test_every_service_has_terms_and_a_shelter_counts_by_the_hotel_day() -> None:
    terms = SettlementTerms.objects.filter(**NOW)
    assert not Service.objects.exclude(
        pk__in=terms.values("service")
    ).filter(valid_from__lte=TODAY).exists()  # fmt: skip
    shelters = Service.objects.filter(paragraphs__paragraph__key="sel-110")
    assert shelters.exists()
    for row in terms:
        assert (row.day_count == "hotel") is (row.service_id in {one.pk for one in shelters})


def test_every_party_can_be_billed_by_numbers_of_the_right_shape() -> None:
    wanted = {
        *PayerPeriod.objects.values_list("payer_id", flat=True).distinct(),
        *Facility.objects.filter(synthetic=True).values_list("operator_id", flat=True),
    }
    found = {one.organisation_id: one for one in BillingParty.objects.all()}
    gone = Organisation.objects.filter(pk__in=wanted - set(found))
    assert not [one.key for one in gone]
    for row in found.values():
        assert cvr_numbers.is_valid(row.cvr)
        assert not row.gln or ean.is_valid(row.gln)
        register = row.organisation.cvr
        assert row.cvr == register, row.organisation.key
    numbers = [one.gln for one in found.values() if one.gln]
    assert len(numbers) == len(set(numbers))


def test_an_invented_location_number_has_its_check_digit() -> None:
    for number in (0, 7, 800_007, 999_999):
        assert ean.is_valid(gln_of(number))


# --- contracts ---


def test_more_and_more_contracts_are_on_the_standard() -> None:
    made: dict[int, list[bool]] = defaultdict(list)
    for row in Contract.objects.all():
        made[row.valid_from.year].append(row.template_id is not None)
    shares = [sum(made[year]) / len(made[year]) for year in (2023, 2024, 2025, 2026)]
    assert shares == sorted(shares)
    assert shares[0] < 0.2 < 0.8 < shares[3]


def test_most_but_not_all_have_a_contract() -> None:
    with_one = Contract.objects.values("placement")
    share = here().filter(placement__in=with_one).count() / here().count()
    assert 0.7 < share < 0.9
    # Who comes by himself or goes to school has none.
    without = {"sel-109", "sel-110", "fsl-20"}
    assert not Contract.objects.filter(placement__paragraph__key__in=without).exists()


def test_contracts_stand_in_every_way() -> None:
    assert Contract.objects.count() > 6_000
    assert 5 <= Contract.objects.filter(agreed_at__isnull=True).count() <= 40
    assert Contract.objects.filter(versions__deviations__gt=0, template__isnull=False).exists()
    assert Contract.objects.filter(versions__number=1).exists()
    assert set(Contract.objects.values_list("template__audience", flat=True).distinct()) == {
        None, "adults", "children"
    }  # fmt: skip


class TestWhatIsSettled(WhatIsSettled):
    """Asked here, where the region is loaded."""


# --- the whole of it ---


def test_the_same_citizens_come_every_time() -> None:
    assert visits(homes(FOLDER)) == visits(homes(FOLDER))


def test_all_of_it_holds_against_its_own_trail() -> None:
    # The file outside the database is written on commit, which never comes here.
    assert {one.code for one in verify()} <= {"audit.no-head-file"}
    # What is done in the background is done by the system.
    labels = set(AuditRecord.objects.values_list("actor_label", flat=True))
    assert labels == {"Prøve", "Systemet"}
