"""The pages of placements: the whole way in the browser's terms, the day, the register, history."""

import io
import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from placement_samples import FROM, NOW, admitted, agreed, asked, offered, self_referred, service
from python_calamine import CalamineWorkbook
from reading_pages import words
from world import World

from rammevaerk.portal.access.actions import Role
from rammevaerk.portal.access.models import Organisation
from rammevaerk.portal.catalogue.models import Paragraph
from rammevaerk.portal.placements import operations
from rammevaerk.portal.placements.models import Absence, Placement, SettlementTerms
from rammevaerk.portal.placements.queries.needs import placement_needs


def provider(world: World, key: str = "egenby") -> Client:
    return world.client(Role.PROVIDER, key)


def asker(world: World, key: str = "naboby") -> Client:
    return world.client(Role.BUYER, key)


def at(name: str, row: Any, kwarg: str = "placement_id") -> str:
    return reverse(f"placements:{name}", kwargs={kwarg: row.pk})


def page(row: Placement) -> str:
    return at("placement", row)


def today() -> date:
    return timezone.localdate()


def test_a_placement_is_made_from_enquiry_to_discharge_on_its_pages(world: World) -> None:
    seller, buyer = provider(world), asker(world)
    sent = buyer.post(
        at("enquiry_new", service(), "service_id"),
        {
            "birth_month": "maj 1990",
            "paragraph_id": Paragraph.objects.get(key="sel-108").pk,
            "wanted_from": "1. maj 2025",
            "need": "Støtte hele døgnet",
        },
        follow=True,
    )
    row = Placement.objects.latest("pk")
    assert row.citizen.pseudonym in words(sent)
    assert "Tilbyd en plads" not in words(buyer.get(page(row)))
    assert "Tilbyd en plads" in words(seller.get(page(row)))
    twenty_and_a_half = {"citizen_minutes": "20:30"}
    steps = [
        (seller, "offer", {"offered_from": "1. maj 2025", "price": "whole:", **twenty_and_a_half}),
        (buyer, "accept", {"payer_id": row.buyer_id, "ground": "rsl-9-3", "evidence": "Brev"}),
        (seller, "admit", {"moment": "1. maj 2025", "clock": "14.00", "place": 7}),
        (seller, "absence_new", {"reason": "home", "valid_from": "10. maj 2025"}),
        (seller, "discharge", {"moment": "20. maj 2025", "clock": "9.00"}),
    ]  # fmt: skip
    for who, name, said in steps:
        assert who.get(at(name, row)).status_code == 200, name
        assert who.post(at(name, row), said).status_code == 302, name
    shown = words(buyer.get(page(row)))
    assert "Udskrevet" in shown
    assert "Plads 7 fra 1. maj 2025 kl. 14.00 til 20. maj 2025 kl. 09.00" in shown
    assert "borgertimer 20:30" in shown
    assert "til og med 20. maj 2025" in shown


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"citizen_minutes": "-1"}, "-1 er under nul"),
        ({"citizen_minutes": "500"}, "500 timer om ugen er flere end de 336"),
        ({"citizen_minutes": "meget"}, "«meget» er intet timetal"),
        ({"citizen_minutes": "10", "valid_from": "31. februar 2025"}, "31. februar 2025"),
        ({"citizen_minutes": "10", "reason": "se 010190-1234"}, "CPR"),
    ],
)
def test_hours_that_cannot_be_are_refused_at_their_field(
    world: World, said: dict[str, str], told: str
) -> None:
    row = admitted(world)
    answer = asker(world).post(at("hours", row), {"valid_from": "1. juni 2025", **said})
    assert answer.status_code == 422
    assert told in words(answer)
    assert row.hours.count() == 1


def test_discharge_before_admission_is_refused_on_the_page(world: World) -> None:
    row = admitted(world)
    said = {"moment": "30. april 2025", "clock": "12.00"}
    answer = provider(world).post(at("discharge", row), said)
    assert answer.status_code == 422
    assert "kan ikke være udskrevet før" in words(answer)


def test_a_taken_place_and_one_too_many_are_told_at_their_fields(world: World) -> None:
    admitted(world)
    row = agreed(world)
    said = {"moment": "1. maj 2025", "clock": "12.00", "place": 7}
    answer = provider(world).post(at("admit", row), said)
    assert "Plads: Plads 7 er taget af" in words(answer)
    answer = provider(world).post(at("admit", row), {**said, "place": 11})
    assert "Begrundelse for overbelægning: Ydelsen har 10 pladser" in words(answer)


def test_each_side_sees_only_its_own_steps(world: World) -> None:
    row = offered(world)
    assert "Sig ja til pladsen" in words(asker(world).get(page(row)))
    assert "Sig ja til pladsen" not in words(provider(world).get(page(row)))
    assert provider(world).get(at("accept", row)).status_code == 403
    assert provider(world, "fjernby").get(page(row)).status_code == 404
    assert world.client(Role.READER, "egenby").get(page(row)).status_code == 404
    assert world.client(Role.SECRETARIAT, "sekretariatet").get(page(row)).status_code == 404


def test_the_provider_s_day_shows_who_is_there_and_registers_absence_with_one_click(
    world: World,
) -> None:
    row = admitted(world)
    coming = agreed(world)
    shelter = self_referred(world)
    client = provider(world)
    address = reverse("placements:today")
    shown = words(client.get(address))
    assert row.citizen.pseudonym in shown
    assert coming.citizen.pseudonym in shown
    assert "Skulle være kommet" in shown
    assert "Handlekommunen er ikke underrettet" in shown
    assert shelter.citizen.pseudonym in shown
    client.post(at("absent_today", row), {"reason": "hospital", "do": "1"})
    absence = Absence.objects.get(placement=row)
    assert (absence.reason, absence.valid_from, absence.valid_to) == ("hospital", today(), None)
    assert "Hospital" in words(client.get(address))
    again = client.post(at("absent_today", row), {"reason": "hospital", "do": "1"}, follow=True)
    assert "i forvejen registreret som fraværende" in words(again)
    client.post(at("back_today", absence, "absence_id"), {"do": "1"})
    assert not row.absences.filter(superseded_at__isnull=True).exists()
    assert asker(world).get(address).status_code == 403


def test_a_planned_discharge_stands_on_the_day_and_is_taken_back(world: World) -> None:
    row = admitted(world)
    leaving = today() + timedelta(days=3)
    said = {"moment": leaving.isoformat(), "clock": "10.00"}
    client = provider(world)
    assert client.post(at("discharge", row), said).status_code == 302
    assert "planlagt udskrivning" in words(client.get(reverse("placements:today")))
    assert client.post(at("unplan", row), {"do": "1"}).status_code == 302
    assert row.stays.get(superseded_at__isnull=True).valid_to is None


def test_the_register_filters_sorts_and_gives_the_same_as_a_workbook(world: World) -> None:
    row = admitted(world)
    asked(world)
    client = provider(world)
    address = reverse("placements:placements")
    everything = words(client.get(address))
    assert "Forespurgt" in everything
    shown = words(client.get(address, {"tilstand": "admitted", "q": row.citizen.pseudonym}))
    assert "1 indskrivning" in shown
    assert row.reference in shown
    for sort in ("borger", "-tilbud", "koeber", "-fra", "tilstand", "reference", "ukendt"):
        assert client.get(address, {"sorter": sort}).status_code == 200
    for odd in ({"tilbud": "x"}, {"side": "999"}, {"q": "'\"%_"}, {"koeber": "9" * 30}):
        assert client.get(address, odd).status_code == 200
    file = client.get(reverse("placements:placements_workbook"), {"q": row.reference})
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(file.content)).get_sheet_by_index(0)
    assert [one[0] for one in sheet.to_python()] == ["Reference", row.reference]


def test_what_was_known_on_an_earlier_day_is_shown(world: World) -> None:
    row = admitted(world)
    minutes = {"citizen_minutes": 600}
    actor = world.actor(Role.BUYER, "naboby")
    later = NOW + timedelta(days=30)
    operations.set_hours(row, minutes, valid_from=FROM, by=actor, at=later)
    client = asker(world)
    now, then = page(row), f"{page(row)}?kendt=10.+juni+2025"
    assert "borgertimer 10:00" in words(client.get(now))
    assert "Tidligere registreret" in words(client.get(now))
    before = words(client.get(then))
    assert "borgertimer 20:00" in before
    assert "kendt ved udgangen af 10. juni 2025" in before
    assert "borgertimer 10:00" not in before
    assert "31. februar" in words(client.get(f"{page(row)}?kendt=31.+februar+2025"))


def test_a_shelter_admits_one_who_comes_and_registers_the_notice(world: World) -> None:
    self_referred(world)
    client = provider(world)
    said = {
        "birth_month": "januar 1980",
        "buyer_id": Organisation.objects.get(key="naboby").pk,
        "paragraph_id": Paragraph.objects.get(key="sel-110").pk,
        "decided_on": "28. maj 2025",
        "moment": "28. maj 2025",
        "clock": "20",
        "place": 9,
        "ground": "rsl-9-1",
    }
    address = at("self_referral_new", service(), "service_id")
    assert "tre hverdage" in words(client.get(address))
    shown = words(client.post(address, said, follow=True))
    assert "Fristen for at underrette handlekommunen er overskredet" in shown
    row = Placement.objects.latest("pk")
    assert client.post(at("notified", row), {"on": "2. juni 2025"}).status_code == 302
    assert "Underrettet 2. juni 2025" in words(client.get(page(row)))


def test_a_buyer_s_stop_of_payment_says_what_is_missing(world: World) -> None:
    row = self_referred(world)
    client = asker(world)
    assert "Afgør udskrivning" in words(client.get(page(row)))
    said = {"on": today().isoformat(), "met": ["plan"], "reason": "Egen bolig"}
    answer = client.post(at("payment_stop", row), said)
    assert answer.status_code == 422
    assert "Stoppet har ingen virkning" in words(answer)


def test_a_facility_s_page_offers_an_enquiry_to_buyers_only(world: World) -> None:
    address = reverse("catalogue:facility", kwargs={"facility_id": service().facility_id})
    assert "Forespørg om en plads" in words(asker(world).get(address))
    shown = words(provider(world).get(address))
    assert "Forespørg om en plads" not in shown
    assert "Pladser i dag" in shown
    assert "Pladser i dag" not in words(world.client(Role.READER, "egenby").get(address))


def test_goals_are_set_followed_up_and_counted_by_facility(world: World) -> None:
    row = admitted(world)
    client = provider(world)
    said = {"text": "Handler ind", "agreed_on": "1. maj 2025", "follow_up_by": "1. juni 2025"}
    assert client.post(at("goal_new", row), said).status_code == 302
    goal = row.goals.get()
    assert "Opfølgning mangler" in words(client.get(page(row)))
    address = reverse("placements:goals")
    assert "Skal følges op" in words(client.get(address))
    told = {"on": today().isoformat(), "progression": "3", "next_by": "1. januar 2099"}
    assert client.post(at("goal_follow_up", goal, "goal_id"), told).status_code == 302
    shown = words(client.get(address))
    # Those of the world that egenby sells, buys or pays for are late with their goals.
    assert "25 pct. af indskrivningerne har mål, der er fulgt op: 1 af 4" in shown
    assert "3 – halvvejs" in words(client.get(page(row)))


def test_terms_are_set_from_a_month_and_the_old_stay(world: World) -> None:
    client = world.client(Role.TARIFF_OFFICER, "egenby")
    address = at("terms_new", service(), "service_id")
    said = {
        "valid_from": "juli 2025", "day_count": "hotel", "rounding": "line",
        "absence_full_days": "14", "absence_basis_pct": "100", "absence_service_pct": "0",
        "over_cap_pct": "80", "notice_basis_pct": "100", "notice_service_pct": "50",
        "payment_days": "30", "source": "Aftale af 1. juni",
    }  # fmt: skip
    assert client.get(address).status_code == 200
    refused = client.post(address, {**said, "payment_days": "31"})
    assert refused.status_code == 422
    assert client.post(address, said).status_code == 302
    rows = SettlementTerms.objects.filter(service=service(), superseded_at__isnull=True)
    spans = list(rows.order_by("valid_from").values_list("day_count", "valid_from", "valid_to"))
    assert spans == [
        ("calendar", date(2025, 1, 1), date(2025, 7, 1)),
        ("hotel", date(2025, 7, 1), None),
    ]
    shown = words(client.get(at("service_terms", service(), "service_id")))
    assert "Aftale af 1. juni" in shown
    assert "Afløst" in shown
    foreign = world.client(Role.TARIFF_OFFICER, "naboby")
    assert foreign.get(address).status_code == 403
    assert "uden vilkår og kan ikke afregnes" not in words(client.get(reverse("placements:terms")))


def test_the_overview_is_told_what_waits_for_each_side(world: World) -> None:
    offered(world)
    asked(world)
    self_referred(world)
    titles = [
        one.title for one in placement_needs(world.actor(Role.PROVIDER, "egenby"), on=NOW.date())
    ]
    assert any(one.startswith("Underret handlekommunen") for one in titles)
    assert sum(one.startswith("Forespørgsel:") for one in titles) == 1
    titles = [
        one.title for one in placement_needs(world.actor(Role.BUYER, "naboby"), on=NOW.date())
    ]
    assert sum(one.startswith("Tilbud om plads:") for one in titles) == 1
    assert not placement_needs(world.actor(Role.READER, "egenby"), on=NOW.date())


def test_a_page_asks_as_many_questions_for_many_as_for_few(
    world: World, django_assert_max_num_queries: Any
) -> None:
    client = provider(world)
    counts = {}
    for name in ("placements", "today", "goals"):
        client.get(reverse(f"placements:{name}"))
        with CaptureQueriesContext(connection) as few:
            client.get(reverse(f"placements:{name}"))
        counts[name] = len(few)
    for place in range(2, 8):
        admitted(world, place=place)
    for name, count in counts.items():
        with django_assert_max_num_queries(count + 1):
            client.get(reverse(f"placements:{name}"))


@pytest.mark.parametrize("name", ["absence_new", "discharge", "move", "delivery", "notice"])
def test_what_belongs_to_a_stay_has_no_form_before_the_citizen_has_come(
    world: World, name: str
) -> None:
    row = agreed(world)
    answer = provider(world).get(at(name, row), follow=True)
    assert answer.redirect_chain[0][0].split("#")[0] == page(row)
    assert "Indskrivningen er «aftalt», så det kan ikke gøres" in words(answer)


def test_the_buyer_sees_the_offer_where_it_says_yes(world: World) -> None:
    row = offered(world, note="Værelse mod haven")
    shown = words(asker(world).get(at("accept", row)))
    assert "Plads fra 1. maj 2025" in shown
    assert "Timer om ugen 20:00" in shown
    assert "Sælgeren skriver Værelse mod haven" in shown


def test_what_is_accepted_is_what_was_seen(world: World) -> None:
    """The seller offers anew while the buyer looks at the old offer."""
    row = offered(world)
    buyer, address = asker(world), at("accept", row)
    said = {"payer_id": row.buyer_id, "ground": "rsl-9-3", "evidence": "Brev"}
    before = seen_on(buyer.get(address))
    dearer = {"offered_from": FROM, "price": ("whole", ""), "hours": {"citizen_minutes": 2400}}
    operations.offer(row, dearer, by=world.actor(Role.PROVIDER, "egenby"), at=NOW)
    refused = buyer.post(address, {**said, "seen": before})
    assert refused.status_code == 422
    assert "Indskrivningen er ændret, siden du åbnede siden" in words(refused)
    assert "Timer om ugen 40:00" in words(refused)
    row.refresh_from_db()
    assert row.state == "offered"
    assert buyer.post(address, {**said, "seen": seen_on(refused)}).status_code == 302


def test_hours_set_by_another_meanwhile_are_not_written_over_unseen(world: World) -> None:
    row = admitted(world)
    seller, buyer, address = provider(world), asker(world), at("hours", row)
    said = {"citizen_minutes": "10:00", "valid_from": "1. juni 2025"}
    first, second = seen_on(seller.get(address)), seen_on(buyer.get(address))
    assert first == second
    assert seller.post(address, {**said, "seen": first}).status_code == 302
    assert buyer.post(address, {**said, "seen": second}).status_code == 422
    # The same sent twice is not done twice.
    assert seller.post(address, {**said, "seen": first}).status_code == 422
    assert row.hours.filter(valid_from=date(2025, 6, 1)).count() == 1


def seen_on(response: Any) -> str:
    """What the form on the page remembers of the placement."""
    found = re.search(r'name="seen" value="([0-9a-f]{16})"', response.content.decode())
    assert found
    return found[1]
