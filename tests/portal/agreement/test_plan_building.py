"""Building editions and plans: order, numbers, and links that only go forward in one agreement."""

from datetime import date
from typing import Any

import pytest
from agreement_samples import (
    CPR,
    stored,
)
from django.core.exceptions import ValidationError
from world import HOW, World

from rammevaerk.portal.access.actions import Role
from rammevaerk.portal.access.models import AuditRecord, Cooperation
from rammevaerk.portal.access.policy import Refused
from rammevaerk.portal.agreement import operations
from rammevaerk.portal.agreement.models import (
    Agreement,
    DevelopmentArea,
    Edition,
    EditionParty,
    Initiative,
    InitiativeSuccession,
)
from rammevaerk.portal.agreement.queries.initiatives import lineage_of


def edition(agreement: Agreement, first: int, **given: Any) -> Edition:
    values = {
        "label": f"{first}-{(first + 2) % 100 - 1:02}",
        "title": f"Udgave {first}",
        "valid_from": date(first, 1, 1),
        "valid_to": date(first + 2, 1, 1),
        **given,
    }
    return operations.create_edition(agreement, values, party_ids=(), **HOW)


def initiative(of: Edition, number: str = "1.1", **given: Any) -> Initiative:
    """An initiative of an edition, with an area and a goal when it has none yet."""
    area = of.areas.first() or operations.add_area(
        of, {"key": "omraade", "number": 1, "title": "Område"}, **HOW
    )
    goal = area.goals.first() or operations.add_goal(area, "Mål", **HOW)
    forum = of.agreement.forums.first() or operations.add_forum(
        of.agreement, {"key": "forum", "name": "Forum", "heading": "Forum"}, **HOW
    )
    values = {"number": number, "title": f"Initiativ {number}", "forum": forum, **given}
    return operations.add_initiative(goal, values, **HOW)


def test_areas_goals_and_initiatives_come_in_the_order_they_are_added(world: World) -> None:
    area = world.first(DevelopmentArea)
    for text in ("Andet", "Tredje"):
        operations.add_goal(area, text, **HOW)
    assert [goal.position for goal in area.goals.all()] == [1, 2, 3]
    added = initiative(area.edition, "1.3")
    assert added.position == 3
    assert list(area.edition.initiatives.values_list("number", flat=True)) == ["1.1", "1.2", "1.3"]


def test_a_number_is_used_once_in_an_edition(world: World) -> None:
    before = stored()
    with pytest.raises(ValidationError):
        initiative(world.first(Edition), "1.1")
    assert stored() == before


def test_a_sub_initiative_has_no_subs_of_its_own(world: World) -> None:
    top = world.first(Initiative)
    sub = initiative(top.edition, "1.1.1", parent=top)
    assert sub.parent == top
    before = stored()
    with pytest.raises(ValidationError, match="delinitiativ"):
        initiative(top.edition, "1.1.1.1", parent=sub)
    assert stored() == before


def test_a_sub_initiative_stands_in_its_parents_edition(world: World) -> None:
    later = edition(world.first(Agreement), 2027)
    with pytest.raises(ValidationError, match="samme plan"):
        initiative(later, "1.1", parent=world.first(Initiative))
    assert later.initiatives.count() == 0


def test_initiatives_are_linked_forward_and_the_chain_is_read_from_both_ends(world: World) -> None:
    earliest = initiative(edition(world.first(Agreement), 2021))
    earlier = initiative(edition(world.first(Agreement), 2023))
    now = world.first(Initiative)
    for before, after in ((earliest, earlier), (earlier, now)):
        operations.link_initiatives(before, after, **HOW)
        operations.link_areas(before.goal.area, after.goal.area, **HOW)
    lineage = lineage_of(earlier, world.actor(Role.READER, "egenby"))
    assert (lineage.earlier, lineage.later) == ([earliest], [now])
    labels = [area.edition.label for area in lineage.areas]
    assert labels == ["2021-22", "2023-24", "2025-26"]


def test_links_backwards_within_one_edition_and_across_agreements_are_refused(
    world: World,
) -> None:
    now = world.first(Initiative)
    beside = Initiative.objects.get(number="1.2", edition=now.edition)
    earlier = initiative(edition(now.edition.agreement, 2023))
    foreign = initiative(edition(world.first(Agreement, "foreign"), 2023))
    before = stored()
    for predecessor, successor in ((now, earlier), (beside, now), (now, now), (foreign, now)):
        with pytest.raises(ValidationError, match="tidligere udgave"):
            operations.link_initiatives(predecessor, successor, **HOW)
        with pytest.raises(ValidationError, match="tidligere udgave"):
            operations.link_areas(predecessor.goal.area, successor.goal.area, **HOW)
    assert stored() == before


def test_a_link_is_made_once(world: World) -> None:
    earlier = initiative(edition(world.first(Agreement), 2023))
    operations.link_initiatives(earlier, world.first(Initiative), **HOW)
    with pytest.raises(ValidationError):
        operations.link_initiatives(earlier, world.first(Initiative), **HOW)
    assert InitiativeSuccession.objects.filter(predecessor=earlier).count() == 1


@pytest.mark.parametrize(
    ("first", "end"),
    [
        (date(2026, 1, 1), date(2028, 1, 1)),
        (date(2024, 1, 1), date(2025, 1, 2)),
        (date(2025, 6, 1), date(2025, 7, 1)),
        (date(2020, 1, 1), date(2030, 1, 1)),
        (date(2028, 1, 1), date(2028, 1, 1)),
        (date(2029, 1, 1), date(2028, 1, 1)),
    ],
)
def test_an_edition_that_overlaps_or_never_holds_is_refused(
    world: World, first: date, end: date
) -> None:
    before = Edition.objects.count(), stored()
    with pytest.raises(ValidationError):
        edition(world.first(Agreement), 2031, valid_from=first, valid_to=end)
    assert (Edition.objects.count(), stored()) == before


def test_an_edition_may_begin_on_the_day_the_last_one_ends(world: World) -> None:
    later = edition(world.first(Agreement), 2027)
    assert later.valid_from == world.first(Edition).valid_to
    assert later.slug == "home-aftale-2027-28"


def test_editions_of_two_agreements_do_not_stand_in_each_others_way(world: World) -> None:
    assert edition(world.first(Agreement, "foreign"), 2027)
    assert edition(world.first(Agreement), 2027)


def test_a_label_is_used_once_in_an_agreement(world: World) -> None:
    with pytest.raises(ValidationError):
        edition(world.first(Agreement), 2027, label="2025-26")


def test_a_failing_party_takes_the_edition_back_with_it(world: World) -> None:
    before = Edition.objects.count(), EditionParty.objects.count(), stored()
    party = EditionParty.objects.first().organisation_id
    values = {
        "label": "2027-28",
        "title": "Udgave 2027",
        "valid_from": date(2027, 1, 1),
        "valid_to": date(2029, 1, 1),
    }
    with pytest.raises(ValidationError):
        operations.create_edition(world.first(Agreement), values, party_ids=[party, party], **HOW)
    assert (Edition.objects.count(), EditionParty.objects.count(), stored()) == before


@pytest.mark.parametrize("field", ["title", "description"])
def test_a_cpr_number_gets_into_no_text_of_an_initiative(world: World, field: str) -> None:
    row = world.first(Initiative)
    before = stored()
    with pytest.raises(ValidationError):
        operations.revise_initiative(row, {field: f"Se {CPR}"}, **HOW)
    row.refresh_from_db()
    assert CPR not in getattr(row, field)
    assert stored() == before


@pytest.mark.parametrize(
    ("role", "organisation"),
    [
        (Role.DIRECTOR, "egenby"),
        (Role.READER, "egenby"),
        (Role.ADMINISTRATOR, "sekretariatet"),
        (Role.SECRETARIAT, "fjernsekretariatet"),
    ],
)
def test_nobody_but_the_own_secretariat_builds_the_plan(
    world: World, role: Role, organisation: str
) -> None:
    how = {**HOW, "by": world.actor(role, organisation)}
    row, area, of = world.first(Initiative), world.first(DevelopmentArea), world.first(Edition)
    values = {"number": "1.9", "title": "Nyt", "forum": row.forum}
    before = AuditRecord.objects.count()
    for build in (
        lambda: operations.add_initiative(row.goal, values, **how),
        lambda: operations.revise_initiative(row, {"title": "Andet"}, **how),
        lambda: operations.add_goal(area, "Mål", **how),
        lambda: operations.add_area(of, {"key": "ny", "number": 9, "title": "Ny"}, **how),
        lambda: operations.add_chapter(of, {"number": "9", "title": "Ny"}, **how),
        lambda: operations.add_annex(of, {"number": 9, "title": "Ny"}, **how),
        lambda: operations.revise_edition(of, {"title": "Ny"}, **how),
        lambda: operations.create_edition(of.agreement, {"label": "x"}, party_ids=(), **how),
    ):
        with pytest.raises(Refused):
            build()
    assert AuditRecord.objects.count() == before


def test_an_agreement_belongs_to_the_cooperation_it_is_made_in(world: World) -> None:
    secretary = world.actor(Role.SECRETARIAT, "sekretariatet")
    home, foreign = (world.first(Cooperation, side) for side in ("home", "foreign"))
    how = {**HOW, "by": secretary}
    made = operations.create_agreement(home, slug="anden", title="Anden aftale", **how)
    assert made.cooperation == home
    with pytest.raises(Refused):
        operations.create_agreement(foreign, slug="tredje", title="Tredje aftale", **how)


def test_an_initiative_runs_under_a_forum_of_its_own_agreement(world: World) -> None:
    foreign = world.first(Agreement, "foreign").forums.get()
    own = world.first(Initiative)
    before = stored()
    values = {"number": "1.9", "title": "Nyt", "forum": foreign}
    with pytest.raises(ValidationError, match="Forummet hører ikke til"):
        operations.add_initiative(own.goal, values, **HOW)
    with pytest.raises(ValidationError, match="Forummet hører ikke til"):
        operations.revise_initiative(own, {"forum_id": foreign.pk}, **HOW)
    assert stored() == before
