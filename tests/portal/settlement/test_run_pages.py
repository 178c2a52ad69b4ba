"""Pages of settlement runs: from parameters to proof, and who may see and do what."""

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from run_samples import CLERK, Home, after, noon
from world import MARK, TODAY, World

from rammevaerk.portal.access.actions import Role
from rammevaerk.portal.access.models import Organisation
from rammevaerk.portal.catalogue.models import Facility
from rammevaerk.portal.settlement.models import (
    ClaimWatch,
    SettlementLine,
    SettlementRun,
    SpecialKind,
    SpecialPayment,
)
from rammevaerk.portal.settlement.operations import claims, runs
from rammevaerk.portal.settlement.operations.run_requests import RunRequest
from rammevaerk.portal.settlement.queries import runs as queries

pytestmark = pytest.mark.django_db
MARCH, APRIL = date(2025, 3, 1), date(2025, 4, 1)
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


def test_a_special_payment_sent_twice_is_registered_once(world: World) -> None:
    """Sent twice by a double click it would be billed twice."""
    from rammevaerk.portal.settlement.operations.specials import (
        register_special,
        withdraw_special,
    )

    payer, region = (Organisation.objects.get(key=key) for key in ("naboby", "egenby"))

    def register(label: str = "Plads 3") -> SpecialPayment:
        return register_special(
            world.first(SettlementRun).cooperation_id, "health", MARCH, label,
            {"day": "2025-03-04", "cost_ore": 100_000},
            operator_id=region.pk, payer_id=payer.pk, by=CLERK, at=noon(MARCH),
        )  # fmt: skip

    first = register()
    with pytest.raises(ValidationError, match="allerede registreret"):
        register()
    assert register("Plads 4").pk != first.pk
    withdraw_special(first, by=CLERK, at=noon(MARCH))
    assert register().pk != first.pk


@pytest.mark.parametrize(
    ("kind", "data", "told"),
    [
        ("health", {"day": "2199-12-31", "cost_ore": 100}, "ligger efter den måned"),
        (
            "used_place",
            {"place": "3", "start": "2025-04-01", "end": None},
            "ligger efter den måned",
        ),
        (
            "used_place",
            {"place": "3", "start": "2025-03-01", "end": None},
            "der kendes ingen sats eller regel, som gælder den 1. marts 2025",
        ),
        ("somatic", {"bed_days": 3, "first_day": "2025-03-04", "price_level": 0}, "år 0 findes"),
    ],
)
def test_a_special_payment_that_cannot_be_is_refused_in_words(
    world: World, kind: str, data: dict[str, Any], told: str
) -> None:
    from rammevaerk.portal.settlement.operations.specials import register_special

    payer, region = (Organisation.objects.get(key=key) for key in ("naboby", "egenby"))
    with pytest.raises(ValidationError) as refusal:
        register_special(
            world.first(SettlementRun).cooperation_id, kind, MARCH, "Plads 3", data,
            operator_id=region.pk, payer_id=payer.pk, by=CLERK, at=noon(MARCH),
        )  # fmt: skip
    assert told in " ".join(refusal.value.messages)


def test_a_special_payment_becomes_a_line_and_is_credited_when_withdrawn(world: World) -> None:
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


def test_an_operator_two_report_for_is_compared_by_reporter_as_the_preview_says(
    world: World,
) -> None:
    """The same operator and buyer on two statements: each beside its own month before."""
    homes = [Home(key=f"fond-{who}", reporter=who).build() for who in ("egenby", "naboby")]
    operator = Organisation.objects.get(key="udenfor")
    cooperation = homes[0].cooperation
    scope = {"joint": True, "operator_id": operator.pk, "months_back": 1}
    for home in homes:
        Facility.objects.filter(pk=home.facility.pk).update(operator=operator)
        home.admit(MARCH, payer="sekretariatet")
    told: list[list[int]] = []
    for month in (MARCH, APRIL):
        request = RunRequest(cooperation.pk, homes[0].organisation.pk, month, after(month), **scope)
        seen = queries.preview_rows(runs.preview(request, by=CLERK))
        run = runs.start(request, by=CLERK, at=noon(month))
        runs.work(run.pk, at=noon(month))
        run.refresh_from_db()
        stored = queries.statement_sums(run, CLERK, on=month)
        facts = [(one.operator, one.reporter, one.payer, one.total_ore) for one in stored]
        assert facts == [(one.operator, one.reporter, one.payer, one.total_ore) for one in seen]
        assert len({one.reporter for one in stored}) == len(stored) == 2
        told.append([one.change_ore for one in stored])
        assert told[-1] == [one.change_ore for one in seen] or month == MARCH
    # April has a day less than March, at 1.000 kr. each.
    assert told[1] == [-100_000, -100_000]


@pytest.mark.parametrize("kind", SpecialKind.values)
def test_the_form_of_a_special_payment_says_where_it_stands(world: World, kind: str) -> None:
    client = world.client(Role.TARIFF_OFFICER, "egenby")
    page = _page(client, "/oekonomi/afregning/saerlige/ny/", art=kind)
    crumbs = page.split('class="breadcrumbs', 1)[1].split("</nav>", 1)[0]
    assert str(SpecialKind(kind).label) in crumbs


def test_who_made_no_run_is_told_where_a_joint_one_stands(world: World, home: Home) -> None:
    request = RunRequest(
        home.cooperation.pk,
        Organisation.objects.get(key="sekretariatet").pk,
        MARCH,
        after(MARCH),
        joint=True,
    )
    run = runs.start(request, by=CLERK, at=noon(MARCH))
    runs.work(run.pk, at=noon(MARCH))
    run.refresh_from_db()
    assert run.state == "draft", run.failure
    seen = _page(world.client(Role.TARIFF_OFFICER, "egenby"), "/oekonomi/afregning/")
    assert "Ingen måneder er afregnet endnu" not in seen
