"""The invented region as it is loaded: its homes, places, prices, cap and change of model."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from data_files import DATA, read
from django.db import transaction
from django.db.models import F, Q, Sum
from pytest_django import DjangoDbBlocker
from stdnum.dk import cvr as cvr_numbers

from rammevaerk.portal.access.models import AuditRecord, Organisation
from rammevaerk.portal.access.policy import Actor
from rammevaerk.portal.access.register import load_cooperation, load_organisations, read_register
from rammevaerk.portal.catalogue.counting_texts import Words
from rammevaerk.portal.catalogue.models import (
    Approval,
    Facility,
    FacilitySuccession,
    OccupancyFigure,
    PlaceCapacity,
    ServiceParagraph,
)
from rammevaerk.portal.catalogue.operations import load_vocabulary
from rammevaerk.portal.catalogue.queries.counting import count_on
from rammevaerk.portal.common.validity import in_force
from rammevaerk.portal.demonstration.load import read_folder
from rammevaerk.portal.demonstration.region.facilities import facility_entries
from rammevaerk.portal.demonstration.region.homes import homes
from rammevaerk.portal.demonstration.region.loading import load_region
from rammevaerk.portal.tariffs.calculate.cap import standings
from rammevaerk.portal.tariffs.calculate.cap_world import load_world
from rammevaerk.portal.tariffs.calculate.studies import prepare
from rammevaerk.portal.tariffs.models import (
    PlacementSet,
    Study,
    Tariff,
    TariffModel,
    TariffReport,
)
from rammevaerk.portal.tariffs.queries.cap import circles

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]
FOLDER = DATA / "midtjylland" / "facilities"
RESIDENTIAL = FOLDER / "residential.toml"
AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
TODAY = date(2026, 11, 22)
CLERK = Actor.system("Prøve")
HOW: dict[str, Any] = {"by": CLERK, "at": AT}


@pytest.fixture(scope="module", autouse=True)
def region(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The region, loaded once for this module and taken back after it."""
    with django_db_blocker.unblock(), transaction.atomic():
        load_organisations(read_register(), **HOW)
        load_vocabulary(**HOW)
        entry, _editions = read_folder(DATA / "midtjylland")
        circle = {**entry["cooperation"], "member": entry["member"]}
        load_region(FOLDER, load_cooperation(circle, **HOW), **HOW)
        yield
        transaction.set_rollback(True)


# --- homes, as the table of the source has them ---


def test_the_rows_of_the_table_add_up_and_both_explanations_are_kept() -> None:
    table = read(RESIDENTIAL)
    rows, printed = table["row"], table["printed"]
    assert len(rows) == 19
    for row in rows:
        assert row["municipal"] + row["regional"] + row["private"] == row["total"], row["name"]
    sums = {name: sum(row[name] for row in rows) for name in printed}
    assert (sums["regional"], sums["total"]) == (printed["regional"], printed["total"])
    for hypothesis in table["hypothesis"]:
        assert hypothesis["municipal"] + hypothesis["private"] + sums["regional"] == sums["total"]
    # The demonstration follows the first; the second is the printed last line.
    first, second = table["hypothesis"]
    assert (first["municipal"], first["private"]) == (sums["municipal"], sums["private"])
    assert (second["municipal"], second["private"]) == (printed["municipal"], printed["private"])


def test_there_are_as_many_homes_in_each_municipality_and_ownership_as_the_table_says() -> None:
    table = read(RESIDENTIAL)
    homes_then = Facility.objects.filter(in_force(table["as_of"]), kind="residential")
    columns = {"independent": "private"}
    found = Counter(
        (municipality, columns.get(ownership, ownership))
        for municipality, ownership in homes_then.values_list("municipality__key", "ownership")
    )
    wanted = {
        (row["municipality"], column): row[column]
        for row in table["row"]
        for column in ("municipal", "regional", "private")
        if row[column]
    }
    assert dict(found) == wanted
    assert sum(found.values()) == 318


def test_every_one_of_those_homes_is_of_the_kind_the_table_counts() -> None:
    under = Q(paragraph__key="sel-108") | Q(paragraph__key="abl-105")
    counted = ServiceParagraph.objects.filter(under).values("service__facility_id").distinct()
    day = read(RESIDENTIAL)["as_of"]
    homes_then = Facility.objects.filter(in_force(day), kind="residential")
    assert homes_then.exclude(pk__in=counted).count() == 0


def test_the_page_counts_as_many_as_the_published_table_and_finds_its_error() -> None:
    counted = count_on(CLERK, "residential", on=read(RESIDENTIAL)["as_of"])
    words = Words(counted, "residential")
    assert words.sentence() == (
        "Kataloget har 318 bosteder, som den offentliggjorte tabel; "
        "tabellens kommunale kolonne giver 218, men der står 219."
    )
    assert [(one.place, one.found, one.expected) for one in words.findings()][:2] == [
        ("I alt, kommunale", "219", "218"),
        ("Hedensted, private m.m.", "tom", "9 eller 8"),
    ]
    assert {words.place(one.at) for one in counted.different} == {
        "Hedensted, private m.m.", "I alt, kommunale", "I alt, private m.m."
    }  # fmt: skip
    cell, cells_right, _row_wrong = words.explanations()
    assert "Hedensted, kommunale er 9, ikke 8; Hedensted, private m.m. (tom) er 8" in cell.text
    assert "I alt, kommunale er 218, ikke 219; I alt, private m.m. er 73, ikke" in cells_right.text
    assert (cell.of_catalogue, cells_right.of_catalogue) == (False, True)
    alone = {(one.place, one.printed, one.value) for one in words.one_by_one()}
    assert ("I alt, kommunale", 219, 218) in alone


# --- the whole of it ---


def test_there_are_about_ten_thousand_places_at_some_340_facilities() -> None:
    assert 330 <= Facility.objects.count() <= 350
    assert 330 <= Facility.objects.filter(in_force(TODAY)).count() <= 350
    now = PlaceCapacity.objects.filter(in_force(TODAY), superseded_at__isnull=True)
    places = now.aggregate(places=Sum("places"))["places"]
    assert 9_800 <= places <= 10_200


def test_a_tariff_goes_on_where_a_succession_says_so() -> None:
    for link in FacilitySuccession.objects.filter(tariffs="continue", event__isnull=True):
        stays = {"service__key__startswith": "ophold", "superseded_at__isnull": True}
        before = Tariff.objects.filter(
            service__facility=link.predecessor, valid_to=link.on, **stays
        )
        after = Tariff.objects.filter(service__facility=link.successor, valid_from=link.on, **stays)
        prices = set(after.values_list("component", "label", "amount_ore"))
        assert prices
        assert prices == set(before.values_list("component", "label", "amount_ore"))


def test_everything_invented_is_marked() -> None:
    assert not Facility.objects.filter(synthetic=False).exists()
    for model in (TariffModel, PlacementSet, Study):
        assert model._default_manager.exists()
        assert not model._default_manager.filter(synthetic=False).exists()
    operators = Organisation.objects.filter(kind=Organisation.Kind.OPERATOR)
    assert operators.count() > 30
    for operator in operators:
        assert operator.audit_label.endswith("(demo)")


def test_numbers_have_the_right_form_and_invented_ones_are_of_series_not_given_out() -> None:
    registered = set(Organisation.objects.exclude(cvr="").values_list("cvr", flat=True))
    for facility in Facility.objects.exclude(cvr=""):
        assert cvr_numbers.is_valid(facility.cvr)
        assert facility.cvr in registered
        assert facility.p_number.startswith("99")
    operators = Organisation.objects.filter(kind=Organisation.Kind.OPERATOR)
    assert all(one.cvr.startswith("98") for one in operators)


def test_the_same_region_comes_out_every_time() -> None:
    assert facility_entries(FOLDER, homes(FOLDER)) == facility_entries(FOLDER, homes(FOLDER))


def test_what_was_loaded_together_is_one_line_each_in_the_trail() -> None:
    loads = AuditRecord.objects.filter(reason__startswith="Indlæst samlet").order_by("sequence")
    assert [one.action for one in loads] == [
        "facility.manage",
        "facility.manage",
        "tariff.decide",
        "tariff.check",
    ]
    assert f"{len(homes(FOLDER))} tilbud" in loads[0].reason


# --- law and succession ---


def test_help_to_children_stands_under_the_act_of_its_time() -> None:
    new_act = date(2024, 1, 1)
    new = ServiceParagraph.objects.filter(paragraph__law="BL")
    assert new.exists()
    assert not new.filter(valid_from__lt=new_act).exists()
    old = ServiceParagraph.objects.filter(paragraph__valid_to=new_act)
    assert old.exists()
    assert not old.exclude(valid_to__lte=new_act).exists()
    outside = ServiceParagraph.objects.filter(valid_from__lt=F("paragraph__valid_from"))
    assert not outside.exists()


def test_the_school_home_in_struer_goes_on_under_the_municipality() -> None:
    [link] = FacilitySuccession.objects.filter(predecessor__key="struer-skole-og-behandlingshjem")
    assert (link.on, link.kind, link.contracts) == (date(2026, 1, 1), "legal_form", "reissue")
    assert link.predecessor.valid_to == link.successor.valid_from == link.on
    assert link.successor.name == "Stævnens Skole og Botilbud"
    assert link.successor.operator.key == "kommune-0671"
    kinds = set(FacilitySuccession.objects.values_list("kind", flat=True))
    assert kinds == {"legal_form", "takeover", "merger", "split", "operator"}


def test_a_few_approvals_end_soon_and_one_is_sharpened() -> None:
    soon = Approval.objects.filter(
        facility__valid_to__isnull=True,
        valid_to__gt=date(2027, 2, 22),
        valid_to__lt=date(2027, 5, 22),
    )
    assert soon.count() == 5
    assert soon.filter(status="sharpened").count() == 1


def test_some_homes_assume_an_occupancy_outside_every_band() -> None:
    outside = OccupancyFigure.objects.filter(kind="budgeted", year=2026).filter(
        Q(basis_points__lt=9_000) | Q(basis_points__gt=10_000)
    )
    assert outside.exists()


# --- prices ---


def test_places_and_prices_that_were_told_wrong_are_kept_beside_what_is_right() -> None:
    told = PlaceCapacity.objects.filter(service__facility__key="bosted-0779-municipal-3")
    wrong_places = told.get(superseded_at__isnull=False)
    right_places = told.get(superseded_at__isnull=True, valid_from=wrong_places.valid_from)
    assert right_places.registered_at == wrong_places.superseded_at
    assert right_places.places == wrong_places.places - 2
    mended = datetime(2025, 2, 14, 9, 0, tzinfo=UTC)
    wrong = Tariff.objects.filter(superseded_at=mended)
    assert wrong.count() >= 3
    for row in wrong:
        [right] = Tariff.objects.filter(
            service=row.service, component=row.component, label=row.label,
            valid_from=row.valid_from, superseded_at__isnull=True,
        )  # fmt: skip
        assert right.registered_at == row.superseded_at
        assert right.amount_ore < row.amount_ore


def test_the_region_goes_from_levels_to_basis_and_308_kr_an_hour() -> None:
    regional = Tariff.objects.filter(
        service__facility__ownership="regional", service__facility__kind="residential",
        service__setting="day_and_night",
    )  # fmt: skip
    hours = regional.filter(component="hour", valid_from=date(2025, 1, 1))
    assert set(hours.values_list("amount_ore", flat=True)) == {30_800}
    levels = regional.filter(component="whole", valid_from=date(2025, 1, 1))
    assert not levels.exclude(label="").exists()
    pilots = regional.filter(component="hour", valid_from__lt=date(2025, 1, 1))
    assert set(pilots.values_list("valid_from", flat=True)) == {date(2024, 1, 1)}


def test_reports_for_2027_stand_in_every_state() -> None:
    states = set(TariffReport.objects.values_list("state", flat=True))
    assert states == {"draft", "reported", "checked", "decided", "published", "withdrawn"}
    assert Tariff.objects.filter(report__isnull=False, valid_from=date(2027, 1, 1)).exists()


def test_three_operators_exceed_the_cap_and_all_others_keep_it() -> None:
    [circle] = [one for one in circles(CLERK) if one.key == "midtjylland"]
    world = load_world(CLERK, circle, (2022, 2024), today=TODAY)
    found = {one.name: one.verdict for one in standings(world, 2024)}
    assert len(found) == 20
    exceeded = {name for name, verdict in found.items() if verdict == "exceeded"}
    assert exceeded == {"Herning", "Holstebro", "Syddjurs"}
    assert set(found.values()) == {"exceeded", "kept"}


# --- the change of model ---


def test_the_change_of_model_is_the_fall_that_was_told_to_the_ore() -> None:
    [study] = Study.objects.all()
    prepared = prepare(
        study.before.content, study.after.content, study.placements.sha256,
        study.placements.after_sha256,
    )  # fmt: skip
    assert prepared.found.total[2] == -2_760_000_000
    assert prepared.found.holds
    parts = {one.code: one.ore for one in prepared.causes}
    assert sum(parts.values()) == -2_760_000_000
    # What the agenda names: the price index that was kept, and tariffs changed at the same time.
    assert parts["price_index"] < parts["tariff_versions"] < 0
    assert abs(parts["model"]) < 100_000_000
    assert 1_900 <= study.placements.size <= 3_000


def test_every_municipality_of_the_region_pays_for_somebody_in_the_study() -> None:
    [study] = Study.objects.all()
    prepared = prepare(
        study.before.content, study.after.content, study.placements.sha256,
        study.placements.after_sha256,
    )  # fmt: skip
    payers = {label for (label,) in prepared.found.by["payer"].labels}
    assert {row["name"] for row in read(RESIDENTIAL)["row"]} <= payers


def test_what_the_region_s_homes_cost_is_what_the_new_model_says() -> None:
    [study] = Study.objects.all()
    basis = Tariff.objects.filter(
        component="basis", valid_from=date(2025, 1, 1), service__facility__ownership="regional"
    )
    assert basis.exists()
    for row in basis.select_related("service__facility"):
        line = (
            f'facility = "{row.service.facility.name}", from = 2025-01-01, rate = {row.amount_ore} '
        )
        assert line in study.after.content
