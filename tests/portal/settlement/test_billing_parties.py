"""Keeping how organisations are billed: from a day on, corrected, and by whom."""

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from invoice_samples import AT, gln, organisation
from reading_pages import words
from world import World

from rammevaerk.portal.access.actions import Role
from rammevaerk.portal.access.models import Organisation
from rammevaerk.portal.access.policy import Actor, Refused
from rammevaerk.portal.access.saving import RevisionConflict, fingerprint
from rammevaerk.portal.settlement.models import BillingParty
from rammevaerk.portal.settlement.operations.parties import register_party, revise_party

SPRING = date(2026, 3, 1)


def values(**more: Any) -> dict[str, Any]:
    return {
        "name": "Naboby  Kommune", "cvr": "29189846", "gln": gln(7), "street": "Torvet 1",
        "postal_code": "8800", "city": "Viborg", "contact": "Bogholderiet", "email": "",
        "bank_registration": "0001", "bank_account": "7654321", "format": "oioubl",
        "grouping": "payer", "valid_from": SPRING, **more,
    }  # fmt: skip


def officer(world: World, key: str = "egenby") -> Actor:
    return world.actor(Role.TARIFF_OFFICER, key)


def periods(key: str) -> list[tuple[date, date | None]]:
    rows = BillingParty.objects.filter(organisation__key=key).order_by("valid_from")
    return list(rows.values_list("valid_from", "valid_to"))


def test_new_details_hold_from_a_day_and_the_old_ones_end_then(world: World) -> None:
    row = register_party(organisation("egenby"), values(), by=officer(world), at=AT)
    assert row.name == "Naboby Kommune"
    assert periods("egenby") == [(date(2025, 1, 1), SPRING), (SPRING, None)]
    earlier = values(valid_from=date(2025, 6, 1))
    register_party(organisation("egenby"), earlier, by=officer(world), at=AT)
    assert periods("egenby") == [
        (date(2025, 1, 1), date(2025, 6, 1)),
        (date(2025, 6, 1), SPRING),
        (SPRING, None),
    ]


def test_two_from_the_same_day_are_refused(world: World) -> None:
    with pytest.raises(ValidationError, match="allerede oplysninger, som gælder fra"):
        register_party(
            organisation("egenby"), values(valid_from=date(2025, 1, 1)), by=officer(world), at=AT
        )
    assert periods("egenby") == [(date(2025, 1, 1), None)]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"gln": "5790000000004"}, "ikke et gyldigt EAN-nummer"),
        ({"gln": "579000000000"}, "ikke et gyldigt EAN-nummer"),
        ({"cvr": "29189847"}, "ikke et gyldigt CVR-nummer"),
        ({"bank_account": ""}, "både registreringsnummer og kontonummer"),
        ({"name": "Bogholder 010190-1234"}, "CPR-nummer"),
        ({"street": ""}, "tomt"),
        ({"postal_code": "88"}, "billing_party_postal_code"),
    ],
)
def test_what_no_invoice_could_bear_is_refused(
    world: World, wrong: dict[str, str], said: str
) -> None:
    with pytest.raises(ValidationError, match=said):
        register_party(organisation("egenby"), values(**wrong), by=officer(world), at=AT)
    assert periods("egenby") == [(date(2025, 1, 1), None)]


def test_members_keep_their_own_and_their_secretariat_may_too(world: World) -> None:
    home = world.actor(Role.SECRETARIAT, "sekretariatet")
    register_party(organisation("naboby"), values(), by=home, at=AT)
    for by, key in (
        (officer(world), "naboby"),
        (world.actor(Role.SECRETARIAT, "fjernsekretariatet"), "naboby"),
        (home, "fjernby"),
        (world.actor(Role.BUYER, "naboby"), "naboby"),
    ):
        with pytest.raises(Refused):
            register_party(organisation(key), values(valid_from=AT.date()), by=by, at=AT)


def test_one_that_is_in_no_cooperation_is_kept_by_whoever_began(world: World) -> None:
    outside = organisation("udenfor")
    row = register_party(outside, values(), by=officer(world), at=AT)
    assert row.keeper.key == "egenby"
    with pytest.raises(Refused):
        register_party(outside, values(valid_from=AT.date()), by=officer(world, "naboby"), at=AT)
    register_party(outside, values(valid_from=AT.date()), by=officer(world), at=AT)
    foreign = world.client(Role.TARIFF_OFFICER, "fjernby")
    page = reverse("settlement:billing_party", kwargs={"billing_party_id": row.pk})
    assert foreign.get(page).status_code == 404
    assert world.client(Role.TARIFF_OFFICER, "egenby").get(page).status_code == 200


def test_a_correction_on_top_of_anothers_is_a_conflict(world: World) -> None:
    row = BillingParty.objects.get(organisation__key="egenby")
    seen = fingerprint(row)
    assert revise_party(row, values(city="Århus"), seen=seen, by=officer(world), at=AT)
    row.refresh_from_db()
    assert (row.city, row.valid_from) == ("Århus", date(2025, 1, 1))
    with pytest.raises(RevisionConflict):
        revise_party(row, values(city="Randers"), seen=seen, by=officer(world), at=AT)


def test_details_are_registered_and_corrected_on_their_pages(world: World) -> None:
    client = world.client(Role.TARIFF_OFFICER, "egenby")
    own = BillingParty.objects.get(organisation__key="egenby")
    page = reverse("settlement:billing_party_new")
    assert "Gælder fra" in words(client.get(page, {"fra": own.pk}))
    form = {**values(), "organisation": own.organisation_id, "valid_from": "1. marts 2026"}
    wrong = client.post(page, {**form, "gln": "57 9"})
    assert wrong.status_code == 422
    assert "Skriv 13 cifre" in words(wrong)
    assert "29 18 98 46" not in words(wrong)
    answer = client.post(page, {**form, "cvr": "29 18 98 46"}, follow=True)
    assert "Faktureringsoplysningerne er gemt." in words(answer)
    new = BillingParty.objects.get(organisation__key="egenby", valid_to=None)
    revise = reverse("settlement:billing_party_revise", kwargs={"billing_party_id": new.pk})
    assert client.post(revise, {**form, "gln": ""}, follow=True).status_code == 200
    new.refresh_from_db()
    assert new.gln == ""
    shown = words(client.get(reverse("settlement:billing_parties")))
    assert "Egenby" in shown
    assert "Fjernby" not in shown


def test_organisations_that_are_not_ones_own_are_not_offered(world: World) -> None:
    client = world.client(Role.TARIFF_OFFICER, "egenby")
    foreign = organisation("fjernby").pk
    form = {**values(), "organisation": foreign, "valid_from": "1. marts 2026"}
    assert client.post(reverse("settlement:billing_party_new"), form).status_code == 422
    assert periods("fjernby") == [(date(2025, 1, 1), None)]


def test_the_cvr_number_is_that_of_the_register_as_in_contracts(world: World) -> None:
    row = organisation("egenby")
    Organisation.objects.filter(pk=row.pk).update(cvr="29190925")
    row.refresh_from_db()
    with pytest.raises(ValidationError, match="registreret med CVR-nummer 29190925"):
        register_party(row, values(), by=officer(world), at=AT)
    held = register_party(row, values(cvr="29190925"), by=officer(world), at=AT)
    with pytest.raises(ValidationError, match="registreret med CVR-nummer 29190925"):
        revise_party(held, values(), by=officer(world), at=AT)
