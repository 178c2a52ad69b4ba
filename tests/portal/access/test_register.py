"""The register of organisations, loaded from its real data: names, regions and heirs by date."""

from collections.abc import Iterator
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from pytest_django import DjangoDbBlocker
from world import AT, HOW, organisation

from rammevaerk.portal.access.models import AuditRecord, Organisation, OrganisationName
from rammevaerk.portal.access.policy import Actor
from rammevaerk.portal.access.queries import (
    abbreviations_on,
    is_empty,
    names_on,
    organisation_facts,
    organisation_register,
    organisations_by_key,
)
from rammevaerk.portal.access.register import load_cooperation, load_organisations, read_register

pytestmark = pytest.mark.django_db
MACHINE = Actor.system("Prøve")


@pytest.fixture(scope="module", autouse=True)
def register(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The real register, loaded once for this module and taken back after it."""
    with django_db_blocker.unblock(), transaction.atomic():
        load_organisations(read_register(), by=MACHINE, at=AT)
        yield
        transaction.set_rollback(True)


def name(key: str, on: date, *, short: bool = False) -> str:
    pk = Organisation.objects.get(key=key).pk
    return names_on([pk], on=on, short=short)[pk]


def test_all_municipalities_and_regions_are_there() -> None:
    assert Organisation.objects.filter(kind="municipality").count() == 98
    regions = Organisation.objects.filter(kind="region")
    assert regions.filter(valid_from__lt=date(2027, 1, 1)).count() == 5
    assert regions.filter(valid_to__isnull=True).count() == 4


def test_an_installation_with_nothing_but_the_register_is_still_empty() -> None:
    assert is_empty()


def test_a_code_is_text_with_its_leading_zero() -> None:
    codes = set(Organisation.objects.filter(kind="municipality").values_list("code", flat=True))
    assert "0791" in codes
    assert {len(code) for code in codes} == {4}


def test_loading_again_changes_nothing_and_leaves_no_record() -> None:
    before = AuditRecord.objects.count()
    assert load_organisations(read_register(), **HOW) == 0
    assert AuditRecord.objects.count() == before


def test_only_what_changed_in_the_data_is_changed_and_recorded() -> None:
    entry = next(one for one in read_register() if one["key"] == "kommune-0791")
    before = AuditRecord.objects.count()
    ended = {**entry, "valid_to": date(2030, 1, 1), "region": ()}
    assert load_organisations([ended], **HOW) == 1
    assert AuditRecord.objects.count() == before + 1
    newest = AuditRecord.objects.first()
    assert '"valid_to":null' in newest.before
    assert '"valid_to":"2030-01-01"' in newest.after


def test_every_row_has_its_record() -> None:
    recorded = set(
        AuditRecord.objects.filter(target_type="access.organisation").values_list(
            "target_id", flat=True
        )
    )
    assert recorded == {str(pk) for pk in Organisation.objects.values_list("pk", flat=True)}


@pytest.mark.parametrize(
    ("key", "day", "expected"),
    [
        ("kosu", date(2021, 9, 29), "Den Kommunale Sundhedsstyregruppe"),
        ("kosu", date(2021, 9, 30), "Kommunale Styregruppe på Sundhedsområdet"),
        ("social-og-boligstyrelsen", date(2022, 12, 31), "Socialstyrelsen"),
        ("social-og-boligstyrelsen", date(2023, 1, 1), "Social- og Boligstyrelsen"),
        ("region-oestdanmark", date(2027, 1, 1), "Region Østdanmark"),
        # Outside its life an organisation is called what it was nearest called.
        ("social-og-boligstyrelsen", date(1990, 1, 1), "Socialstyrelsen"),
        ("region-oestdanmark", date(2025, 1, 1), "Region Østdanmark"),
    ],
)
def test_an_organisation_is_called_what_it_was_called_that_day(
    key: str, day: date, expected: str
) -> None:
    assert name(key, day) == expected


def test_the_short_name_follows_the_day_too() -> None:
    assert name("kosu", date(2021, 1, 1), short=True) == "DKS"
    assert name("kosu", date(2025, 1, 1), short=True) == "KOSU"


def test_an_abbreviation_means_what_it_meant_that_day() -> None:
    assert abbreviations_on(date(2021, 1, 1))["DKS"] == "Den Kommunale Sundhedsstyregruppe"
    later = abbreviations_on(date(2025, 4, 8))
    assert "DKS" not in later
    assert later["KOSU"] == "Kommunale Styregruppe på Sundhedsområdet"


def test_the_eastern_regions_become_one_in_2027() -> None:
    heir = organisations_by_key(["region-oestdanmark"])["region-oestdanmark"]
    before = organisation_facts(heir, MACHINE, on=date(2026, 12, 31))
    after = organisation_facts(heir, MACHINE, on=date(2027, 1, 1))
    assert before["municipalities"] == []
    assert {row.predecessor.key for _name, _other, row in after["origins"]} == {
        "region-1084",
        "region-1085",
    }
    old = organisations_by_key(["region-1084", "region-1085"])
    moved = sum(
        len(organisation_facts(row, MACHINE, on=date(2026, 12, 31))["municipalities"])
        for row in old.values()
    )
    assert len(after["municipalities"]) == moved == 46
    for row in old.values():
        assert row.valid_to == date(2027, 1, 1)
        assert organisation_facts(row, MACHINE, on=date(2027, 1, 1))["municipalities"] == []


def test_a_municipality_lies_in_one_region_a_day() -> None:
    copenhagen = [
        next(
            row.region
            for row in organisation_register(MACHINE, on=day)
            if row.organisation.code == "0101"
        )
        for day in (date(2026, 12, 31), date(2027, 1, 1))
    ]
    assert copenhagen == ["Region Hovedstaden", "Region Østdanmark"]


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("0791", "kommune-0791"),
        ("791", "kommune-0791"),
        ("viborg", "kommune-0791"),
        ("DKS", "kosu"),
    ],
)
def test_an_organisation_is_found_by_code_and_by_any_name_it_ever_had(text: str, key: str) -> None:
    found = organisation_register(MACHINE, on=date(2025, 4, 8), text=text)
    assert key in {row.organisation.key for row in found}
    assert len({row.organisation.pk for row in found}) == len(found)


def test_the_register_is_read_with_the_same_queries_however_long(
    django_assert_max_num_queries: object,
) -> None:
    with django_assert_max_num_queries(5):  # type: ignore[operator]
        assert len(organisation_register(MACHINE, on=date(2025, 4, 8))) > 100


@pytest.mark.parametrize("cvr", ["12345678", "2918984", "291898400", "29189846 ", "ABCDEFGH"])
def test_a_number_that_is_no_cvr_number_is_refused(cvr: str) -> None:
    before = Organisation.objects.count(), AuditRecord.objects.count()
    with pytest.raises(ValidationError):
        load_organisations([organisation("nyby", cvr=cvr)], **HOW)
    assert (Organisation.objects.count(), AuditRecord.objects.count()) == before


@pytest.mark.parametrize("code", ["791", "07911", "079a", "0791"])
def test_a_code_has_four_digits_and_is_used_once(code: str) -> None:
    with pytest.raises(ValidationError):
        load_organisations([organisation("nyby", code=code)], **HOW)


def test_a_file_with_one_bad_entry_is_loaded_not_at_all() -> None:
    before = Organisation.objects.count()
    with pytest.raises(ValidationError):
        load_organisations([organisation("nyby"), organisation("andenby", kind="rige")], **HOW)
    assert Organisation.objects.count() == before


def test_the_database_itself_refuses_two_official_names_at_once() -> None:
    row = Organisation.objects.get(key="kommune-0791")
    with pytest.raises(IntegrityError), transaction.atomic():
        OrganisationName.objects.create(
            organisation=row, kind="official", name="Nyt navn", valid_from=date(2025, 1, 1)
        )


def test_a_cooperation_is_loaded_twice_without_change() -> None:
    entry = {
        "key": "proeve",
        "name": "Prøve",
        "member": [{"organisation": "kommune-0791", "valid_from": date(2025, 1, 1)}],
    }
    load_cooperation(entry, **HOW)
    before = AuditRecord.objects.count()
    load_cooperation(entry, **HOW)
    assert AuditRecord.objects.count() == before
    with pytest.raises(KeyError):
        load_cooperation(
            {**entry, "member": [{"organisation": "findes-ikke", "valid_from": AT.date()}]}, **HOW
        )


@pytest.mark.parametrize("text", ["ærø", "ÆRØ", "  Ærø "])
def test_the_register_is_searched_whatever_the_capitals(text: str) -> None:
    found = organisation_register(MACHINE, on=date(2025, 6, 2), text=text)
    assert any("Ærø" in row.name for row in found)
