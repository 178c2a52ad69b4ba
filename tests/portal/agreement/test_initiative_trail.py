"""The audit trail of one initiative and of all that hangs on it."""

import re
from datetime import date

import pytest
from agreement_samples import (
    initiative_page,
)
from django.db import transaction
from django.urls import reverse
from reading_pages import (
    html,
    secretariat,
    words,
)
from world import AT, CLERK, HOW, MARK, World

from rammevaerk.portal.access.actions import Action, Role
from rammevaerk.portal.access.audit import record, snapshot
from rammevaerk.portal.access.models import AuditRecord
from rammevaerk.portal.agreement import operations, queries
from rammevaerk.portal.agreement.models import (
    Edition,
    Initiative,
    InitiativeSuccession,
    Participation,
)

LINK = "agreement.initiativesuccession"


def records_of(row: Initiative, world: World) -> set[tuple[str, str]]:
    actor = world.actor(Role.SECRETARIAT, "sekretariatet")
    return set(queries.trail_of_initiative(row, actor).values_list("target_type", "target_id"))


def test_the_trail_holds_the_initiative_and_its_parts_and_nothing_else(world: World) -> None:
    row, other = (one.row for one in world.rows[Initiative] if one.side == "home")
    own = {("agreement.initiative", str(row.pk))}
    own |= {("agreement.statusentry", str(one.pk)) for one in row.statuses.all()}
    for milestone in row.milestones.all():
        own.add(("agreement.milestone", str(milestone.pk)))
        own |= {("agreement.milestonedate", str(one.pk)) for one in milestone.dates.all()}
    for participation in row.participations.all():
        own.add(("agreement.participation", str(participation.pk)))
        own |= {("agreement.participationcount", str(one.pk)) for one in participation.counts.all()}
    assert records_of(row, world) == own
    assert {kind for kind, _key in own} == {
        f"agreement.{name}"
        for name in (
            "initiative",
            "statusentry",
            "milestone",
            "milestonedate",
            "participation",
            "participationcount",
        )
    }
    assert not records_of(row, world) & records_of(other, world)


@pytest.fixture
def linked(world: World) -> InitiativeSuccession:
    """The home side's first initiative goes on in a later edition."""
    edition = world.first(Edition)
    later = operations.create_edition(
        edition.agreement,
        {
            "label": "2027-28",
            "title": "Hjemlig senere udgave",
            "valid_from": date(2027, 1, 1),
            "valid_to": date(2029, 1, 1),
        },
        party_ids=[],
        **HOW,
    )
    area = operations.add_area(later, {"key": "omraade", "number": 1, "title": "Område"}, **HOW)
    goal = operations.add_goal(area, "Målsætning", **HOW)
    row = world.first(Initiative)
    values = {"number": "2", "title": "Videre", "forum": row.forum}
    successor = operations.add_initiative(goal, values, **HOW)
    return operations.link_initiatives(row, successor, **HOW)


def test_a_link_between_two_initiatives_stands_in_the_trail_of_both(
    world: World, linked: InitiativeSuccession
) -> None:
    for row in (linked.predecessor, linked.successor):
        assert (LINK, str(linked.pk)) in records_of(row, world)


def test_a_link_that_was_taken_back_stays_in_the_trail_of_both_and_of_no_other(
    world: World, linked: InitiativeSuccession
) -> None:
    key, ends = linked.pk, (linked.predecessor, linked.successor)
    with transaction.atomic():
        before = snapshot(linked)
        record(CLERK, Action.PLAN_EDIT, linked, at=AT, before=before, removed=True)
        linked.delete()
    for row in Initiative.objects.all():
        assert ((LINK, str(key)) in records_of(row, world)) == (row in ends), row
    actor = world.actor(Role.SECRETARIAT, "sekretariatet")
    kept = queries.trail_of_initiative(ends[0], actor).filter(target_type=LINK)
    assert [bool(one.after) for one in kept] == [False, True]


def test_the_initiatives_page_leads_to_its_trail(world: World) -> None:
    row = world.first(Initiative)
    address = initiative_page(row, "initiative_trail")
    client = secretariat(world)
    assert f'href="{address}"' in html(client.get(initiative_page(row)))
    page = client.get(address)
    assert "Revisionsspor for 1.1 Hjemlig initiativ" in words(page)
    assert "1.1 Hjemlig initiativ: I gang pr. 8. april 2025 Status, oprettet" in words(page)
    assert MARK not in html(page)


def test_the_trail_is_narrowed_without_leaving_the_initiative(world: World) -> None:
    row = world.first(Initiative)
    address = initiative_page(row, "initiative_trail")
    for headers in ({}, {"HX-Request": "true"}):
        page = secretariat(world).get(address, {"handling": "status.update"}, headers=headers)
        listed = re.findall(r'href="/revisionsspor/(\d+)/"', html(page))
        found = AuditRecord.objects.filter(sequence__in=listed)
        assert {one.action for one in found} == {"status.update"}
        assert {(one.target_type, one.target_id) for one in found} <= records_of(row, world)
        assert listed
    assert f'hx-get="{address}"' in html(secretariat(world).get(address))


@pytest.mark.parametrize("role", [Role.READER, Role.DIRECTOR, Role.BUYER])
def test_who_may_not_see_the_trail_gets_no_way_to_it(world: World, role: Role) -> None:
    row = world.first(Initiative)
    client = world.client(role, "egenby")
    assert "revisionsspor" not in html(client.get(initiative_page(row)))
    assert client.get(initiative_page(row, "initiative_trail")).status_code == 403


def test_an_administrator_sees_what_his_own_organisation_did_and_no_small_count(
    world: World,
) -> None:
    participation = world.first(Participation)
    count = operations.report_count(
        participation,
        value=2,
        unit="borgere",
        period_from=date(2025, 1, 1),
        period_to=date(2025, 2, 1),
        as_of=None,
        by=world.actor(Role.DIRECTOR, "egenby"),
        at=AT,
    )
    entry = AuditRecord.objects.get(
        target_type="agreement.participationcount", target_id=str(count.pk)
    )
    client = world.client(Role.ADMINISTRATOR, "egenby")
    page = client.get(initiative_page(participation.initiative, "initiative_trail"))
    assert re.findall(r'href="/revisionsspor/(\d+)/"', html(page)) == [str(entry.sequence)]
    assert "2 borgere" not in words(page)
    detail = client.get(reverse("access:audit_detail", kwargs={"sequence": entry.sequence}))
    assert "Antal (skjult)" in words(detail)
