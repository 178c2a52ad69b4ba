"""Pages of settlement runs: from parameters to proof, and who may see and do what."""

from datetime import date

import pytest
from django.test import Client
from run_samples import CLERK, Home, noon
from world import MARK, TODAY, World

from rammevaerk.portal.access.actions import Role
from rammevaerk.portal.access.models import Organisation
from rammevaerk.portal.settlement.models import (
    ClaimWatch,
    SettlementLine,
    SettlementRun,
    SpecialPayment,
)
from rammevaerk.portal.settlement.operations import claims, runs

pytestmark = pytest.mark.django_db
MARCH = date(2025, 3, 1)
NEW = "/oekonomi/afregning/koersler/ny/"


@pytest.fixture
def home(world: World) -> Home:
    made = Home().build()
    made.admit(date(2025, 3, 3), date(2025, 3, 10))
    return made


def _form(home: Home, **more: str) -> dict[str, str]:
    return {
        "maaned": "2025-03", "tilbud": str(home.facility.pk), "krav": "2. april 2025",
        **more,
    }  # fmt: skip


def _page(client: Client, address: str, **data: str) -> str:
    response = client.get(address, data)
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def test_from_parameters_to_the_buyers(world: World, home: Home) -> None:
    client = world.client(Role.TARIFF_OFFICER, "egenby")
    seen = _page(client, NEW, **_form(home))
    assert "8.000,00" in seen
    assert "Begynd kørslen" in seen
    begun = client.post(NEW, _form(home))
    run = SettlementRun.objects.get(facility=home.facility)
    assert begun.headers["Location"] == f"/oekonomi/afregning/koersler/{run.pk}/"
    assert "Kørslen laves" in _page(client, begun.headers["Location"])
    runs.work(run.pk, at=noon(TODAY))
    shown = _page(client, begun.headers["Location"])
    assert "Send til køberne" in shown
    assert "8.000,00" in shown
    client.post(f"/oekonomi/afregning/koersler/{run.pk}/send/")
    run.refresh_from_db()
    assert run.state == "draft"  # not without having seen it
    seen_as = shown.split('name="seen" value="')[1].split('"')[0]
    client.post(f"/oekonomi/afregning/koersler/{run.pk}/send/", {"seen": seen_as})
    run.refresh_from_db()
    assert run.state == "reviewed"
    line = SettlementLine.objects.get(statement__run=run)
    lines = _page(client, f"/oekonomi/afregning/koersler/{run.pk}/linjer/", q=line.part)
    assert line.part in lines
    proof = _page(client, f"/oekonomi/afregning/linjer/{line.pk}/hvorfor/")
    assert "Skridt for skridt" in proof
    assert "Byrådet" in proof
    assert "Alle tal er de samme" in _page(client, f"/oekonomi/afregning/koersler/{run.pk}/efter/")


def test_others_do_not_see_a_run_and_a_buyer_may_not_begin_one(world: World, home: Home) -> None:
    run = home.run(MARCH)
    address = f"/oekonomi/afregning/koersler/{run.pk}/"
    assert world.client(Role.TARIFF_OFFICER, "naboby").get(address).status_code == 404
    assert world.client(Role.TARIFF_OFFICER, "fjernby").get(address).status_code == 404
    assert world.client(Role.BUYER, "egenby").get(NEW).status_code == 403
    stopped = world.client(Role.PROVIDER, "egenby").post(f"{address}kasser/")
    assert stopped.status_code == 403
    assert world.client(Role.SECRETARIAT, "sekretariatet").get(address).status_code == 200


def test_a_facility_of_somebody_else_cannot_be_chosen(world: World, home: Home) -> None:
    client = world.client(Role.TARIFF_OFFICER, "naboby")
    response = client.get(NEW, _form(home))
    assert response.status_code == 422
    assert MARK not in response.content.decode()


def test_a_special_payment_becomes_a_line_and_is_credited_when_withdrawn(world: World) -> None:
    from rammevaerk.portal.settlement.operations.run_requests import RunRequest
    from rammevaerk.portal.settlement.operations.specials import (
        register_special,
        withdraw_special,
    )

    cooperation = world.first(SettlementRun).cooperation
    payer, region = (Organisation.objects.get(key=key) for key in ("naboby", "egenby"))
    row = register_special(
        cooperation.pk, "objective", MARCH, "Sikrede pladser",
        {
            "scheme": "secure", "key": "børn og unge", "total_ore": 100_001,
            "weights": {str(payer.pk): 2, str(region.pk): 1},
        },
        operator_id=region.pk, payer_id=None, by=CLERK, at=noon(MARCH),
    )  # fmt: skip
    request = RunRequest(cooperation.pk, region.pk, MARCH, date(2025, 4, 2), 0)
    seen = runs.preview(request, by=CLERK)
    special = [one.line for one in seen.lines if one.line.kind == "special"]
    assert sorted(one.total_ore for one in special) == [33_334, 66_667]
    run = runs.start(request, by=CLERK, at=noon(MARCH))
    runs.work(run.pk, at=noon(MARCH))
    line = SettlementLine.objects.get(statement__run=run, kind="special", statement__payer=payer)
    client = world.client(Role.TARIFF_OFFICER, "egenby")
    assert "Sikrede pladser" in _page(client, "/oekonomi/afregning/saerlige/")
    assert "Fordelt" in _page(client, f"/oekonomi/afregning/linjer/{line.pk}/hvorfor/")
    withdraw_special(row, by=CLERK, at=noon(MARCH))
    again = runs.preview(request, by=CLERK)
    assert line.pk in {one.standing.line_id for one in again.taken}


def test_a_special_payment_no_rule_fits_is_refused_with_the_reason(world: World) -> None:
    client = world.client(Role.TARIFF_OFFICER, "egenby")
    payer = Organisation.objects.get(key="naboby")
    response = client.post(
        "/oekonomi/afregning/saerlige/ny/?art=somatic",
        {
            "maaned": f"{TODAY:%Y-%m}", "label": "Afdeling 3", "payer": str(payer.pk),
            "operator": str(Organisation.objects.get(key="egenby").pk), "bed_days": "0",
            "first_day": "1. marts 2025", "price_level": "2025",
        },
    )  # fmt: skip
    assert response.status_code == 422
    assert not SpecialPayment.objects.filter(label="Afdeling 3").exists()


def test_days_near_the_limit_are_told_with_money(world: World) -> None:
    home = Home().build()
    SettlementRun.objects.update(month=date(2024, 4, 1))
    # 1 to 3 June 2024 is over twelve months ago on 3 June 2025; the rest of June is near.
    home.admit(date(2024, 6, 1), date(2024, 6, 30))
    watch = claims.start_watch(
        home.cooperation.pk, home.organisation.pk, joint=False, by=CLERK,
        at=noon(date(2025, 6, 3)),
    )  # fmt: skip
    claims.watch(watch.pk, at=noon(date(2025, 6, 3)))
    rows = ClaimWatch.objects.get(pk=watch.pk).rows
    own = {row["stage"]: (row["days"], row["ore"]) for row in rows if row["ore"] == 200_000}
    assert own == {"late": (2, 200_000)}
    soon = {row["stage"]: row["days"] for row in rows if row["ore"] == 2_800_000}
    assert soon == {"soon": 28}
    page = _page(world.client(Role.TARIFF_OFFICER, "egenby"), "/oekonomi/afregning/krav/")
    assert "28.000,00" in page
    assert "For sent" in page


def test_the_day_count_is_shown_in_money_by_payer(world: World, home: Home) -> None:
    month = f"{TODAY.year}-{TODAY.month - 1:02}"
    home.admit(date(TODAY.year, TODAY.month - 1, 3), date(TODAY.year, TODAY.month - 1, 6))
    client = world.client(Role.TARIFF_OFFICER, "egenby")
    page = _page(
        client, "/oekonomi/afregning/doegnprincip/", maaned=month, tilbud=str(home.facility.pk)
    )
    # Four calendar days; noon to ten is two full 24 hours.
    assert "4.000,00" in page
    assert "2.000,00" in page
