"""The takstfil that goes out: exactly what the actor may see, and what stands on each day."""

from datetime import date

from django.test import Client
from takstfil_world import NOW, YEAR, home, officer, rows
from world import MARK, World

from rammevaerk.exchange.tariff_file.grid import TariffWorkbook
from rammevaerk.exchange.tariff_file.layout import PRICE_SHEET
from rammevaerk.portal.access.actions import Role
from rammevaerk.portal.catalogue.models import Facility, Service
from rammevaerk.portal.tariffs import files as going_out
from rammevaerk.portal.tariffs.models import Tariff, TariffReport
from rammevaerk.portal.tariffs.operations import save_draft
from rammevaerk.portal.tariffs.price_lines import PriceLine

FETCH = "/oekonomi/takstfil/hent/"


def whole(kroner: int) -> PriceLine:
    return PriceLine("whole", "day", 100 * kroner, days_basis="calendar", occupancy=9_600)


def texts(content: bytes) -> list[str]:
    table = TariffWorkbook(content, "a.xlsx").table(PRICE_SHEET)
    return [cell.text for cells in table.rows.values() for cell in cells.values()]


def test_the_file_holds_the_cooperation_s_prices_and_nothing_of_another_s(world: World) -> None:
    client = world.client(Role.TARIFF_OFFICER, "egenby")
    answer = client.get(FETCH, {"aar": YEAR})
    assert answer.status_code == 200
    assert "attachment" in answer["Content-Disposition"]
    found = texts(answer.content)
    assert {"egenby-bosted/ophold", "naboby-bosted/ophold"} <= set(found)
    assert not any(MARK in text or "fjernby" in text for text in found)


def test_one_operator_s_file_and_the_csv(world: World) -> None:
    client = world.client(Role.SECRETARIAT, "sekretariatet")
    operator = Facility.objects.get(key="naboby-bosted").operator_id
    answer = client.get(FETCH, {"aar": YEAR, "driftsherre": operator, "form": "csv"})
    assert answer["Content-Type"].startswith("text/csv")
    text = answer.content.decode("utf-8-sig")
    assert "naboby-bosted/ophold" in text
    assert "egenby-bosted" not in text
    foreign = Facility.objects.get(key="fjernby-bosted").operator_id
    assert client.get(FETCH, {"aar": YEAR, "driftsherre": foreign}).status_code == 302


def test_nobody_without_the_right_gets_a_file(world: World) -> None:
    assert Client().get(FETCH).status_code == 302
    answer = world.client(Role.TARIFF_OFFICER, "fjernby").get(FETCH, {"aar": YEAR})
    assert "egenby-bosted/ophold" not in texts(answer.content)


def test_an_open_report_stands_in_the_year_and_another_s_draft_is_not_seen(world: World) -> None:
    service = Service.objects.get(facility__key="egenby-bosted", key="ophold")
    TariffReport.objects.filter(service=service).update(state="withdrawn")
    by = officer(world)
    before = {row["service_key"]: row for row in rows(by)}["egenby-bosted/ophold"]
    assert (before["amount"], before["state"]) == ("2450.00", "Offentliggjort")
    save_draft(
        service, valid_from=date(YEAR, 1, 1), lines=[whole(2_500)], budget=None, reason="Løn",
        by=by, at=NOW,
    )  # fmt: skip
    mine = {row["service_key"]: row for row in rows(by)}["egenby-bosted/ophold"]
    assert (mine["amount"], mine["state"], mine["reason"]) == ("2500.00", "Kladde", "Løn")
    theirs = {row["service_key"]: row for row in rows(officer(world, "naboby"))}
    assert theirs["egenby-bosted/ophold"]["amount"] == "2450.00"


def test_a_change_in_the_middle_of_the_year_is_a_row_of_its_own(world: World) -> None:
    service = Service.objects.get(facility__key="egenby-bosted", key="ophold")
    by = officer(world)
    save_draft(
        service, valid_from=date(YEAR, 7, 1), lines=[whole(2_600)], budget=None, reason="",
        by=by, at=NOW,
    )  # fmt: skip
    own = [row for row in rows(by) if row["service_key"] == "egenby-bosted/ophold"]
    assert [(row["amount"], row["valid_from"], row["valid_to"]) for row in own] == [
        ("2450.00", "2026-01-01", f"{YEAR}-06-30"),
        ("2600.00", f"{YEAR}-07-01", ""),
    ]
    assert [row["key"].rpartition("|")[2] for row in own] == [f"{YEAR}-01-01", f"{YEAR}-07-01"]


def test_a_service_without_a_price_stands_there_to_be_filled_in(world: World) -> None:
    Tariff.objects.all().update(valid_to=date(2026, 1, 1))
    TariffReport.objects.all().update(state="withdrawn")
    year = {row["service_key"]: row for row in rows(officer(world), 2026)}["egenby-bosted/ophold"]
    assert (year["amount"], year["amount_before"]) == ("", "2450.00")
    assert year["key"] == "egenby-bosted/ophold|whole||2026-01-01"
    later = {row["service_key"]: row for row in rows(officer(world))}["egenby-bosted/ophold"]
    assert (later["amount"], later["key"], later["places"]) == ("", "", "10")
    made = going_out.document(officer(world), home().pk, 2026, region="x", at=NOW)
    lacking = [one.place for one in made.findings if one.code == "file.no-price"]
    assert lacking == [
        f"Hjemlig bosted i {where}, Hjemlig afdeling, Hjemlig ophold"
        for where in ("egenby", "naboby")
    ]
    assert MARK not in str(made.rows)
