"""Signs of irregularity: found, shown to the right roles only, and followed up on."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from received_samples import DAY_ORE, MAY, a_home, line, paper, take_in
from run_samples import BEGAN, Home
from world import World

from rammevaerk.portal.access.actions import Action, Role, Scope
from rammevaerk.portal.access.policy import Actor, Refused
from rammevaerk.portal.placements.models import SupplementGrant
from rammevaerk.portal.settlement.models import IrregularitySign, SignFollowUp, SignSearch
from rammevaerk.portal.settlement.operations.irregularities import (
    ask_search,
    follow_up,
    search_due,
    work,
)
from rammevaerk.portal.settlement.queries.control_needs import control_needs
from rammevaerk.portal.tariffs.models import Tariff

NOW = datetime(2025, 8, 20, 9, 0, tzinfo=UTC)
PAGE = "/oekonomi/uregelmaessigheder/"


def buyer(world: World) -> Actor:
    return world.actor(Role.BUYER, "naboby")


def secretary(world: World) -> Actor:
    return world.actor(Role.SECRETARIAT, "sekretariatet")


def found_for(actor: Actor, kind: str = "", at: datetime = NOW) -> list[IrregularitySign]:
    """Search, and give what stands then."""
    search = ask_search(by=actor, at=at)
    work(search.pk, at=at)
    search.refresh_from_db()
    assert search.state == "done", search.failure
    own = {"organisation": search.organisation, "cooperation": search.cooperation}
    rows = IrregularitySign.objects.filter(**own, gone_at__isnull=True)
    rows = rows.exclude(facility__key__endswith="-bosted").order_by("pk")
    return list(rows.filter(kind=kind) if kind else rows)


def test_more_paid_days_than_places_is_a_sign_for_buyer_and_secretariat(world: World) -> None:
    home, _placements = a_home(6, places=5)
    (first, *_more) = found_for(buyer(world), "occupancy")
    assert first.facility == home.facility
    assert "186 betalte døgn, 120,0 %" in first.found
    assert "højst 155 døgn" in first.expected
    (also, *_rest) = found_for(secretary(world), "occupancy")
    assert (also.found, also.placement) == (first.found, None)


def test_a_figure_of_few_citizens_is_not_told(world: World) -> None:
    a_home(2, places=1)
    (sign, *_more) = found_for(secretary(world), "occupancy")
    assert "62" not in sign.found
    assert "færre end 5 borgere" in sign.found
    # The buyer knows its own: nobody else is in the figure.
    assert "62 betalte døgn" in found_for(buyer(world), "occupancy")[0].found


def test_a_price_that_jumps_is_a_sign_and_one_that_follows_is_none(world: World) -> None:
    home, _placements = a_home()
    row = Tariff.objects.get(service=home.service)
    row.valid_to = date(2025, 7, 1)
    row.save()
    for day, ore in ((date(2025, 7, 1), 130_000),):
        Tariff.objects.create(
            service=home.service, component="whole", unit="day", amount_ore=ore, valid_from=day,
            registered_at=BEGAN, decision="Byrådet",
        )  # fmt: skip
    (sign,) = found_for(buyer(world), "price-jump")
    assert "30,0 %" in sign.found
    assert any("1.300,00 kr." in text for _label, text in sign.proof)


def test_supplements_that_are_much_of_the_payment_are_a_sign(world: World) -> None:
    prices = {("whole", "", "day"): DAY_ORE, ("supplement", "Ledsagelse", "day"): DAY_ORE}
    _home, (placement,) = a_home(prices=prices)
    assert not found_for(buyer(world), "supplement-share")
    SupplementGrant.objects.create(
        placement=placement, label="Ledsagelse", valid_from=MAY, registered_at=BEGAN
    )
    (sign,) = found_for(buyer(world), "supplement-share")
    assert "50,0 %" in sign.found


def apart() -> Home:
    """Eight alike, and one with ten times the hours: Naboby's."""
    home, _placements = a_home(0, places=40)
    for at in range(8):
        home.admit(MAY, payer="udenfor", minutes=600 + at)
    home.apart = home.admit(MAY, minutes=6_000)  # type: ignore[attr-defined]
    return home


def test_hours_unlike_others_are_shown_to_the_payer_and_counted_for_the_secretariat(
    world: World,
) -> None:
    home: Any = apart()
    (sign,) = found_for(buyer(world), "hours")
    assert sign.placement == home.apart
    assert "100,0 timer" in sign.found
    assert "8 sammenlignelige" in sign.expected
    (counted,) = found_for(secretary(world), "hours")
    assert counted.placement is None
    assert "Færre end 5" in counted.found
    told = f"{counted.place} {counted.found} {counted.expected} {counted.proof}"
    assert home.apart.reference not in told
    # Whoever pays for one of the others sees nothing of it.
    assert not found_for(world.actor(Role.BUYER, "egenby"), "hours")


def test_days_charged_twice_are_a_sign_until_they_are_credited(world: World) -> None:
    _home, (placement,) = a_home()
    take_in(world, paper(line(placement.reference, 31 * DAY_ORE)))
    take_in(world, paper(line(placement.reference, 31 * DAY_ORE), number="2025-18"))
    (sign,) = found_for(buyer(world), "double-charge")
    assert sign.placement == placement
    note = paper(
        line(placement.reference, -31 * DAY_ORE, -31), kind="credit", number="2025-19",
        credits="2025-18", credits_issued_on=date(2025, 6, 3),
    )  # fmt: skip
    take_in(world, note)
    assert not found_for(buyer(world), "double-charge")
    sign.refresh_from_db()
    assert sign.gone_at == NOW


def test_searching_again_finds_the_same_sign_and_keeps_what_was_done(world: World) -> None:
    a_home(6, places=5)
    actor = buyer(world)
    (sign, *_more) = found_for(actor, "occupancy")
    follow_up(sign, "explained", reason="Aftalt.", on=NOW.date(), by=actor, at=NOW)
    (again, *_rest) = found_for(actor, "occupancy")
    assert again.pk == sign.pk
    assert again.follow_ups.get().state == "explained"


def test_whoever_runs_the_facility_gets_no_sign_about_it(world: World) -> None:
    home, _placements = a_home(0, places=1)
    for _at in range(7):
        home.admit(MAY, payer="egenby")
    assert not found_for(world.actor(Role.BUYER, "egenby"))
    sign = IrregularitySign.objects.create(
        organisation=home.organisation, facility=home.facility, kind="occupancy", key="1",
        place="Prøve", found="1", expected="0", found_at=NOW,
    )  # fmt: skip
    client = world.client(Role.BUYER, "egenby")
    assert client.get(f"{PAGE}{sign.pk}/").status_code == 404
    assert "Prøve" not in client.get(PAGE).content.decode()


@pytest.mark.parametrize("role", [one for one in Role if one not in {Role.BUYER, Role.SECRETARIAT}])
@pytest.mark.parametrize("key", ["egenby", "naboby"])
def test_other_roles_see_no_sign_and_search_for_none(world: World, role: Role, key: str) -> None:
    client = world.client(role, key)
    sign = IrregularitySign.objects.filter(organisation__isnull=False).first()
    assert sign is not None
    for address in (PAGE, f"{PAGE}tegn.xlsx"):
        assert client.get(address).status_code == 403
    assert client.get(f"{PAGE}{sign.pk}/").status_code == 404
    assert client.post(f"{PAGE}soeg/").status_code == 403
    with pytest.raises(Refused):
        ask_search(by=world.actor(role, key), at=NOW)
    assert "Uregelmæssigheder" not in client.get("/oekonomi/", follow=True).content.decode()


def test_the_secretariat_sees_no_buyers_sign_nor_its_trail(world: World) -> None:
    home: Any = apart()
    (sign,) = found_for(buyer(world), "hours")
    follow_up(sign, "explained", reason="Hemmelig grund", on=NOW.date(), by=buyer(world), at=NOW)
    client = world.client(Role.SECRETARIAT, "sekretariatet")
    assert client.get(f"{PAGE}{sign.pk}/").status_code == 404
    for address in (PAGE, "/revisionsspor/", f"{PAGE}tegn.xlsx"):
        answer = client.get(address)
        assert answer.status_code == 200
        assert b"Hemmelig grund" not in answer.content
        assert home.apart.reference.encode() not in answer.content


def test_following_up_wants_a_reason_and_a_day_that_has_come(world: World) -> None:
    a_home(6, places=5)
    actor = buyer(world)
    (sign, *_more) = found_for(actor, "occupancy")
    how: dict[str, Any] = {"by": actor, "at": NOW}
    for wrong in ({"reason": " ", "on": NOW.date()}, {"reason": "Ja", "on": date(2030, 1, 1)}):
        with pytest.raises(ValidationError):
            follow_up(sign, "explained", **wrong, **how)
    with pytest.raises(Refused):
        follow_up(
            sign, "explained", reason="Ja", on=NOW.date(), at=NOW,
            by=world.actor(Role.PROVIDER, "egenby"),
        )  # fmt: skip
    client = world.client(Role.BUYER, "naboby")
    address = f"{PAGE}{sign.pk}/foelg-op/"
    assert client.post(address, {"state": "taken_up", "on": "", "reason": ""}).status_code == 422
    said = {"state": "taken_up", "on": "20. juni 2025", "reason": "Drøftet på mødet."}
    answer = client.post(address, said, follow=True)
    text = answer.content.decode()
    assert "Taget op med Socialtilsynet" in text
    assert "20. juni 2025" in text
    done = SignFollowUp.objects.get(sign=sign)
    assert (done.state, done.on) == ("taken_up", date(2025, 6, 20))


def test_the_list_is_narrowed_and_asks_no_more_for_more_signs(world: World) -> None:
    client = world.client(Role.BUYER, "naboby")
    home, _placements = a_home(6, places=5)

    def asked() -> int:
        client.get(PAGE)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(PAGE).status_code == 200
        return len(queries)

    few = asked()
    found_for(buyer(world))
    assert asked() == few
    text = client.get(f"{PAGE}?tegn=occupancy&tilstand=open").content.decode()
    assert home.facility.name in text
    assert home.facility.name not in client.get(f"{PAGE}?tegn=hours").content.decode()
    assert client.get(f"{PAGE}tegn.xlsx").content[:2] == b"PK"


def test_a_search_that_was_stopped_is_begun_again(world: World) -> None:
    first = ask_search(by=buyer(world), at=NOW)
    again = ask_search(by=buyer(world), at=NOW)
    assert again.pk == first.pk
    assert SignSearch.objects.filter(organisation__key="naboby", state="working").count() == 1


def test_what_waits_is_told_to_whom_it_waits_for(world: World) -> None:
    _home, (placement,) = a_home()
    take_in(world, paper(line(placement.reference, 31 * DAY_ORE)))
    told = [one.title for one in control_needs(buyer(world), on=date(2025, 7, 10))]
    # One invoice stands in the world already.
    assert told[0] == "2 modtagne regninger skal kontrolleres"
    assert control_needs(world.actor(Role.PROVIDER, "egenby"), on=NOW.date()) == []
    a_home(6, key="andet", places=5)
    (sign, *_more) = found_for(secretary(world), "occupancy")
    waiting = [one.title for one in control_needs(secretary(world), on=NOW.date())]
    assert len(waiting) == 1
    follow_up(sign, "explained", reason="Aftalt.", on=NOW.date(), by=secretary(world), at=NOW)
    assert [one.title for one in control_needs(secretary(world), on=NOW.date())] != waiting


def test_the_month_s_searches_are_begun_once_for_everybody_who_may_follow_up(world: World) -> None:
    SignSearch.objects.all().delete()
    may = {"egenby", "naboby"}
    for key in may:
        assert world.actor(Role.BUYER, key).scope(Action.IRREGULARITY_MANAGE) is Scope.OWN
    begun = search_due(at=NOW)
    found = SignSearch.objects.filter(end=date(2025, 8, 1))
    assert begun == found.count()
    assert may <= set(found.values_list("organisation__key", flat=True))
    assert found.filter(cooperation__key="home").count() == 1
    home, _placements = a_home(6, places=5)
    for one in found:
        work(one.pk, at=NOW)
    assert set(found.values_list("state", flat=True)) == {"done"}
    assert IrregularitySign.objects.filter(
        organisation__key="naboby", facility=home.facility
    ).exists()
    failed = found.get(organisation__key="naboby")
    SignSearch.objects.filter(pk=failed.pk).update(state="failed")
    assert search_due(at=NOW) == 1
    assert search_due(at=NOW) == 0
    assert search_due(at=datetime(2025, 9, 1, 9, 0, tzinfo=UTC)) == begun
