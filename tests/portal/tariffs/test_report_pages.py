"""The pages of reports and of tariffs: steps, proof, the register, one service, the front page."""

import io
from datetime import date
from typing import Any

from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook
from reading_pages import html, part, words
from report_samples import (
    NEXT_YEAR,
    NOW,
    address,
    budget,
    checked,
    client,
    decided,
    draft,
    officer,
    reported,
    whole,
)
from world import World

from rammevaerk.portal.access.actions import Role
from rammevaerk.portal.tariffs import operations
from rammevaerk.portal.tariffs.calculate.reports import work_out
from rammevaerk.portal.tariffs.models import Tariff, TariffReport
from rammevaerk.portal.tariffs.price_lines import PriceLine


def test_the_page_of_a_report_shows_changes_steps_and_what_may_be_done(world: World) -> None:
    row = checked(world)
    shown = words(client(world).get(address("report", row)))
    assert "2.450,00 kr. pr. døgn" in shown
    assert "2.500,00 kr. pr. døgn" in shown
    assert "ændret" in shown
    assert "Registrér beslutningen" in shown
    reader = words(client(world, Role.READER).get(address("report", row)))
    assert "Registrér beslutningen" not in reader
    assert "Hjemlig Takstkonsulent i egenby" in reader


def test_each_step_is_taken_on_its_own_page(world: World) -> None:
    row = draft(world)
    own, central = client(world), client(world, Role.SECRETARIAT, "sekretariatet")

    def go(who: Client, name: str, **said: str) -> Any:
        page = address(name, row)
        seen = part(who.get(page), 'name="seen" value="', '"')
        return who.post(page, {"seen": seen, "note": "", **said})

    assert go(own, "report_hand_in").status_code == 302
    assert go(central, "report_back").status_code == 422
    assert go(central, "report_back", note="Ret overhead").status_code == 302
    assert go(own, "report_hand_in").status_code == 302
    assert go(central, "report_check").status_code == 302
    assert go(own, "report_decide").status_code == 422
    said = {"decision": "Byrådet, punkt 4", "decided_on": "1. november 2026"}
    assert go(own, "report_decide", **said).status_code == 302
    assert go(central, "report_publish").status_code == 302
    row.refresh_from_db()
    assert row.state == "published"
    assert "Ret overhead" in words(own.get(address("report", row)))
    assert Tariff.objects.get(report=row).published_at


def test_a_step_without_its_page_is_refused(world: World) -> None:
    row = reported(world)
    central = client(world, Role.SECRETARIAT, "sekretariatet")
    assert central.post(address("report_check", row), {}).status_code == 422
    row.refresh_from_db()
    assert row.state == "reported"


def test_who_acts_on_what_another_has_changed_is_shown_it_instead(world: World) -> None:
    row = reported(world)
    central = client(world, Role.SECRETARIAT, "sekretariatet")
    answer = central.post(address("report_check", row), {"seen": "0" * 16, "note": ""}, follow=True)
    assert "En anden har ændret indberetningen" in words(answer)
    row.refresh_from_db()
    assert row.state == "reported"


def test_the_proof_shows_rules_sources_and_what_is_unverified(world: World) -> None:
    row = draft(world, *work_out(budget()).lines, budget=budget())
    shown = words(client(world).get(address("report_proof", row)))
    assert "Reglen i Serviceloven § 174, som gælder fra 1. januar 2017" in shown
    assert "Takst pr. døgn, afrundet til nærmeste øre" in shown
    stated = draft(world, valid_from=date(2028, 1, 1))
    assert "fastsat direkte" in words(client(world).get(address("report_proof", stated)))


def prices(world: World, **asked: str) -> Any:
    return client(world, Role.READER).get(reverse("tariffs:prices"), asked)


def test_the_register_shows_the_day_and_the_year_before(world: World) -> None:
    decided(world)
    shown = words(prices(world, dag="1-1-2027", driftsherre=""))
    assert "2.500,00 pr. døgn" in shown
    assert "2.450,00" in shown
    assert "+2,04" in shown
    assert "2.500,00" not in words(prices(world, dag="31-12-2026"))


def test_the_register_tells_what_was_known(world: World) -> None:
    decided(world)
    shown = words(prices(world, dag="1-1-2027", kendt="31-10-2026"))
    assert "2.500,00" not in shown
    assert "som det var kendt ved udgangen af 31. oktober 2026" in shown
    assert "2.500,00" in words(prices(world, dag="1-1-2027", kendt="1-11-2026"))


def test_the_register_is_narrowed_and_sorted_by_its_address(world: World) -> None:
    decided(world, whole(), PriceLine("supplement", "hour", 45_200, label="Ledsagelse"))
    day = {"dag": "1-1-2027"}
    assert "452,00" not in words(prices(world, **day, takstdel="whole"))
    assert "2.500,00" not in words(prices(world, **day, enhed="hour"))
    assert "2.500,00" in words(prices(world, **day, q="EGENBY"))
    assert "Ingen takster passer" in words(prices(world, **day, q="findes ikke"))
    up, down = (html(prices(world, **day, sorter=sort)) for sort in ("takst", "-takst"))
    assert up.index(">452,00<") < up.index(">2.500,00<")
    assert down.index(">2.500,00<") < down.index(">452,00<")
    assert prices(world, dag="i går måske").status_code == 422


def test_the_register_as_a_workbook_is_what_is_shown(world: World) -> None:
    decided(world)
    answer = client(world, Role.READER).get(
        reverse("tariffs:prices_workbook"), {"dag": "1-1-2027", "q": "i egenby"}
    )
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    rows = book.get_sheet_by_index(0).to_python()
    assert len(rows) == 2
    assert rows[1][5] == 2_500
    assert rows[1][9] == 2_450


def test_a_service_s_page_tells_all_versions_and_why(world: World) -> None:
    row = decided(world, *work_out(budget()).lines, budget=budget())
    page = reverse("tariffs:service_prices", kwargs={"service_id": row.service_id})
    shown = client(world, Role.READER).get(page, {"dag": "1. januar 2027"})
    assert "Afløst" in words(shown)
    assert "Afløst, fordi: Budget 2027" in words(shown)
    assert address("report_proof", row) in html(shown)
    assert "Hjemlig byråd" in words(shown)


def test_the_list_of_reports_hides_the_drafts_of_others(world: World) -> None:
    row = draft(world)
    listed = reverse("tariffs:reports")
    assert address("report", row) in html(client(world).get(listed))
    neighbour = client(world, Role.TARIFF_OFFICER, "naboby")
    assert address("report", row) not in html(neighbour.get(listed, {"tilstand": "alle"}))
    assert neighbour.get(address("report", row)).status_code == 404


def test_the_front_page_says_what_waits_for_whom(world: World) -> None:
    reported(world)
    overview = reverse("tariffs:overview")
    central = words(client(world, Role.SECRETARIAT, "sekretariatet").get(overview))
    assert "Indberetninger, der skal kontrolleres" in central
    assert "deadline" not in central
    own = words(client(world).get(overview))
    assert "Indberetninger, der skal kontrolleres" not in own
    operations.move_on(
        TariffReport.objects.get(valid_from=NEXT_YEAR),
        "draft",
        note="Ret",
        by=officer(world),
        at=NOW,
    )
    assert "Kladder, der skal skrives færdig" in words(client(world).get(overview))
    reader = words(client(world, Role.READER).get(overview))
    # Nothing can ever wait for a reader, so nothing is said of it.
    assert "venter på dig" not in reader
    assert "1. oktober" in reader
    assert "15. november" in reader
