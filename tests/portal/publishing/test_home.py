"""The home page: what waits for whom, and figures that lead to where they stand."""

import re
from datetime import date
from html import unescape

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from world import HOW, TODAY, World

from rammevaerk.portal.access.actions import Role
from rammevaerk.portal.access.models import CooperationMember, Organisation, RoleAssignment
from rammevaerk.portal.access.operations import end_role
from rammevaerk.portal.agreement import operations
from rammevaerk.portal.agreement.models import Edition, Initiative
from rammevaerk.portal.publishing.queries import NEEDS_SHOWN, Overview, overview


def words(response: HttpResponse) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


def of(world: World, role: Role, key: str) -> Overview:
    return overview(world.actor(role, key), today=TODAY)


def marks(page: Overview) -> list[tuple[str, str]]:
    """What waits in the plan; what waits in the meetings is tried with them."""
    own = [need for need in page.needs if need.url.startswith("/aftale/")]
    return [(need.mark, need.title) for need in own]


LATE_1, LATE_2 = (("Overskredet", f"1.{n} Hjemlig initiativ") for n in (1, 2))


def test_the_secretariat_sees_everything_that_is_overdue(world: World) -> None:
    page = of(world, Role.SECRETARIAT, "sekretariatet")
    assert marks(page) == [LATE_1, LATE_2]
    notes = [need.note for need in page.needs]
    assert "Hjemlig beslutning var ventet 1. kvartal 2025" in notes


@pytest.mark.parametrize("role", [Role.DIRECTOR, Role.READER, Role.BUYER])
def test_a_municipality_sees_what_it_is_itself_responsible_for(world: World, role: Role) -> None:
    assert marks(of(world, role, "egenby")) == [LATE_1]
    assert marks(of(world, role, "naboby")) == [LATE_2]


def test_a_participation_that_nobody_has_counted_waits_for_those_who_report(world: World) -> None:
    row = Initiative.objects.get(number="1.2", edition=world.first(Edition))
    own = Organisation.objects.get(key="egenby")
    operations.join_initiative(row, own.pk, valid_from=date(2025, 1, 1), **HOW)
    missing = ("Antal mangler", "1.2 Hjemlig initiativ")
    for role, key, waits in (
        (Role.DIRECTOR, "egenby", True),
        (Role.BUYER, "egenby", True),
        (Role.READER, "egenby", False),
        (Role.DIRECTOR, "naboby", False),
        (Role.SECRETARIAT, "sekretariatet", False),
    ):
        assert (missing in marks(of(world, role, key))) is waits, (role, key)


def test_a_role_that_runs_out_waits_for_its_own_administrator(world: World) -> None:
    assignment = RoleAssignment.objects.get(person=world.person(Role.READER, "egenby"))
    end_role(assignment, last_day=date(2025, 6, 20), **HOW)
    needs = of(world, Role.ADMINISTRATOR, "egenby").needs
    need = next(one for one in needs if one.mark == "20. juni 2025")
    assert "Hjemlig Læser i egenby" in need.title
    for role, key in ((Role.ADMINISTRATOR, "naboby"), (Role.DIRECTOR, "egenby")):
        assert "20. juni 2025" not in {one.mark for one in of(world, role, key).needs}


def test_more_than_fits_is_counted(world: World) -> None:
    row = world.first(Initiative)
    for n in range(NEEDS_SHOWN + 1):
        values = {"number": f"3.{n}", "title": f"Nr. {n}", "forum": row.forum}
        late = operations.add_initiative(row.goal, values, **HOW)
        operations.add_milestone(
            late,
            kind="decision",
            title="Skridt",
            planned=row.milestones.get().dates.get().on,
            **HOW,
        )
    page = of(world, Role.SECRETARIAT, "sekretariatet")
    # Eleven initiatives, and of the world the obligation, the tariffs to check and the month that
    # is not settled.
    assert (len(page.needs), page.more_needs) == (NEEDS_SHOWN, 6)


def test_what_is_late_comes_first(world: World) -> None:
    kinds = [need.kind for need in of(world, Role.SECRETARIAT, "sekretariatet").needs]
    assert "late" in kinds
    assert len(set(kinds)) > 1
    assert kinds == sorted(kinds, key=lambda kind: (kind != "late", kind != "warning"))


def test_the_figures_are_those_of_the_plan(world: World) -> None:
    figures = of(world, Role.DIRECTOR, "egenby").figures
    assert [(one.value, one.label) for one in figures] == [
        (2, "initiativer i planen"),
        (2, "overskredne"),
        (0, "uden ny status i et halvt år"),
        (1, "initiativer, I deltager i"),
        (4, "ledige pladser"),
        (2, "åbne takstindberetninger"),
    ]
    later = overview(world.actor(Role.DIRECTOR, "egenby"), today=date(2025, 12, 1))
    assert later.figures[2].value == 2


def test_what_waits_in_tariffs_and_settlement_stands_there(world: World) -> None:
    page = of(world, Role.SECRETARIAT, "sekretariatet")
    tariffs = [need for need in page.needs if need.url.startswith(("/oekonomi/", "/tilbud/"))]
    assert [(need.mark, need.title) for need in tariffs] == [
        ("Til kontrol", "2 takstindberetninger skal kontrolleres"),
        ("ny kørsel", "Maj 2025 er ikke afregnet endnu"),
    ]
    assert not [n for n in of(world, Role.READER, "egenby").needs if "takst" in n.title]


def test_what_is_new_stands_there_the_newest_first(world: World) -> None:
    row = world.first(Initiative)
    operations.update_status(
        row, status="approved", text="Sidste nyt", effective_on=date(2025, 5, 1), **HOW
    )
    news = of(world, Role.READER, "naboby").news
    assert news[0]["text"] == "Godkendt. Sidste nyt"
    assert [one["day"] for one in news] == sorted((one["day"] for one in news), reverse=True)


@pytest.mark.parametrize("role", list(Role))
def test_every_figure_need_and_shortcut_leads_to_a_page_the_role_may_see(
    world: World, role: Role
) -> None:
    client = world.client(role, "sekretariatet" if role is Role.SECRETARIAT else "egenby")
    page = client.get("/")
    assert page.status_code == 200
    assert "FREMMED" not in words(page)
    addresses = set(re.findall(r'<a[^>]* href="(/[^"]*)"', page.content.decode()))
    assert len(addresses) > 5
    for address in addresses:
        assert client.get(unescape(address)).status_code == 200, address


def test_somebody_whose_organisation_has_no_cooperation_gets_a_page_all_the_same(
    world: World,
) -> None:
    CooperationMember.objects.filter(organisation__key="egenby").delete()
    page = of(world, Role.DIRECTOR, "egenby")
    assert (page.edition, page.figures, page.needs) == (None, [], [])
    answer = world.client(Role.DIRECTOR, "egenby").get("/")
    assert answer.status_code == 200
    assert "Ikke noget lige nu" in words(answer)


def test_the_edition_in_force_is_shown_and_else_the_newest(world: World) -> None:
    agreement = world.first(Edition).agreement
    values = {
        "label": "2023-24",
        "title": "Ældre udgave",
        "valid_from": date(2023, 1, 1),
        "valid_to": date(2025, 1, 1),
    }
    operations.create_edition(agreement, values, party_ids=(), **HOW)
    reader = world.actor(Role.READER, "egenby")
    for day, label in (
        (date(2024, 12, 31), "2023-24"),
        (date(2025, 1, 1), "2025-26"),
        (date(2026, 12, 31), "2025-26"),
        (date(2031, 1, 1), "2025-26"),
        (date(2019, 1, 1), "2025-26"),
    ):
        assert overview(reader, today=day).edition.label == label, day


@pytest.mark.parametrize("name", ["accessibility", "privacy"])
def test_the_pages_about_the_system_are_for_everybody(db: None, name: str) -> None:
    answer = Client().get(reverse(f"publishing:{name}"))
    assert answer.status_code == 200
    assert '<html lang="da">' in answer.content.decode()


def test_a_page_that_is_not_there_says_so_in_danish(world: World) -> None:
    answer = world.client(Role.READER, "egenby").get("/findes/<b>ikke</b>/")
    assert answer.status_code == 404
    assert "Siden findes ikke" in words(answer)
    assert "<b>ikke</b>" not in answer.content.decode()
