"""Leave to assume an occupancy outside the band: who gives it, for how long, and what it ends."""

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from reading_pages import html, secretariat, words
from test_cap_pages import places, price, service
from world import HOW, TODAY, World

from rammevaerk.portal.access.actions import Role
from rammevaerk.portal.access.models import AuditRecord, Cooperation
from rammevaerk.portal.access.policy import Refused
from rammevaerk.portal.catalogue.models import Service
from rammevaerk.portal.tariffs.calculate.findings import findings_for_file
from rammevaerk.portal.tariffs.models import OccupancyDispensation, Tariff
from rammevaerk.portal.tariffs.operations.dispensations import register_dispensation

NEEDED = "occupancy.needs-approval"


@pytest.fixture
def low(world: World) -> Service:
    """A service in a cooperation with a band, whose price assumes less than the band allows."""
    # The pages and the helpers of the cap look for this key; the band is Nordjylland's.
    Cooperation.objects.filter(key="home").update(key="midtjylland")
    row = service("lav")
    places(row, 10)
    price(row, 2025, 2_000_00, occupancy=8_000)
    Cooperation.objects.filter(key="midtjylland").update(key="nordjylland")
    return row


def dispense(row: Service, **more: Any) -> OccupancyDispensation:
    values = {
        "occupancy": 8_000, "first_year": 2025, "last_year": 2025, "decision": "Styregruppen",
        "decided_on": date(2024, 9, 1),
    } | more  # fmt: skip
    return register_dispensation(row.pk, **values, **(HOW if "by" not in more else {}))


def needed(world: World, on: date = TODAY) -> list[str]:
    rows = findings_for_file(world.actor(Role.TARIFF_OFFICER, "egenby"), on=on)
    return [one.place for one in rows if one.code == NEEDED]


def test_a_dispensation_for_that_percentage_and_year_ends_the_finding(
    world: World, low: Service
) -> None:
    assert needed(world) == ["Huset lav, Ophold lav"]
    dispense(low)
    assert needed(world) == []


@pytest.mark.parametrize(
    "change",
    [
        {"occupancy": 8_100},
        {"first_year": 2026, "last_year": 2027},
        {"first_year": 2024, "last_year": 2024, "decided_on": date(2023, 9, 1)},
    ],
)
def test_another_percentage_or_year_does_not(
    world: World, low: Service, change: dict[str, Any]
) -> None:
    dispense(low, **change)
    assert needed(world) == ["Huset lav, Ophold lav"]


def test_the_newest_holds_and_one_without_a_percentage_takes_it_back(
    world: World, low: Service
) -> None:
    dispense(low, last_year=2026)
    dispense(low, occupancy=None, decision="Styregruppen tog den tilbage")
    assert needed(world) == ["Huset lav, Ophold lav"]
    dispense(low)
    assert needed(world) == []
    assert OccupancyDispensation.objects.filter(service=low).count() == 3


def test_the_finding_leads_the_secretariat_to_the_form_and_nobody_else(
    world: World, low: Service
) -> None:
    address = reverse("tariffs:service_dispensation", kwargs={"service_id": low.pk})
    # The page is about today, whenever that is.
    Tariff.objects.filter(service=low).update(valid_to=None)
    findings = reverse("tariffs:findings")
    asked = {"kode": NEEDED}
    assert address in html(secretariat(world).get(findings, asked))
    assert address not in html(world.client(Role.TARIFF_OFFICER, "egenby").get(findings, asked))
    before = AuditRecord.objects.count()
    answer = secretariat(world).post(
        address,
        {"occupancy": "80 %", "first_year": "2025", "last_year": "2034",
         "decision": "Styregruppen, punkt 4", "decided_on": "1. september 2024"},
    )  # fmt: skip
    assert answer.status_code == 302
    assert AuditRecord.objects.count() == before + 1
    assert needed(world) == []
    shown = reverse("tariffs:service_prices", kwargs={"service_id": low.pk})
    text = words(world.client(Role.READER, "egenby").get(shown))
    assert "80 pct." in text
    assert "for takstårene 2025–2034" in text
    assert "Styregruppen, punkt 4" in text


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"occupancy": ""}, "Skriv den procent"),
        ({"occupancy": "0"}, "Skriv den procent"),
        ({"occupancy": "firs"}, "højst to decimaler"),
        ({"occupancy": "80 %", "withdrawn": "on"}, "stå tom"),
        ({"occupancy": "", "withdrawn": "on"}, "ingen dispensation"),
        ({"last_year": "2024"}, "takstår"),
        ({"last_year": "2045"}, "takstår"),
        ({"decided_on": "1. januar 2031"}, "der har været"),
        ({"decided_on": "1. februar 2025", "first_year": "2024", "last_year": "2024"}, "bagefter"),
        ({"decision": ""}, "udfyldes"),
        ({"decision": "Om 010190-1234"}, "CPR"),
    ],
)
def test_what_cannot_be_a_dispensation_is_refused_where_it_stands(
    world: World, low: Service, change: dict[str, str], said: str
) -> None:
    sent = {
        "occupancy": "80 %", "first_year": "2025", "last_year": "2025", "decision": "Styregruppen",
        "decided_on": "1. september 2024",
    } | change  # fmt: skip
    address = reverse("tariffs:service_dispensation", kwargs={"service_id": low.pk})
    answer = secretariat(world).post(address, sent)
    assert answer.status_code == 422
    assert said in words(answer)
    assert not OccupancyDispensation.objects.filter(service=low).exists()


def test_the_same_once_more_is_refused(low: Service) -> None:
    dispense(low)
    with pytest.raises(ValidationError):
        dispense(low)
    assert OccupancyDispensation.objects.filter(service=low).count() == 1


def test_the_operator_does_not_give_it_to_himself(world: World, low: Service) -> None:
    officer = world.actor(Role.TARIFF_OFFICER, "egenby")
    with pytest.raises(Refused):
        dispense(low, by=officer, at=HOW["at"])
    assert not OccupancyDispensation.objects.filter(service=low).exists()


def test_another_cooperation_s_secretariat_does_not_either(world: World, low: Service) -> None:
    Cooperation.objects.filter(key="nordjylland").update(key="home")
    foreign = next(one.row for one in world.rows[Service] if one.side == "foreign")
    by = world.actor(Role.SECRETARIAT, "sekretariatet")
    with pytest.raises(Refused):
        dispense(foreign, by=by, at=HOW["at"], first_year=2027, last_year=2027)
    assert not OccupancyDispensation.objects.filter(first_year=2027).exists()
    assert low
