"""The plan, as it stood on a day: what came into it later is not in it."""

from datetime import date, timedelta

import pytest
from agreement_samples import (
    edition_page,
)
from django.core.exceptions import ValidationError
from reading_pages import (
    secretariat,
)
from world import HOW, World

from rammevaerk.engine.periods import PartialDate
from rammevaerk.portal.access.actions import Role
from rammevaerk.portal.agreement import operations, queries
from rammevaerk.portal.agreement.models import Edition, Initiative

EARLIER, DAY = date(2025, 4, 8), date(2025, 5, 20)


def late_comer(world: World) -> Initiative:
    first = world.first(Initiative)
    values = {
        "number": "1.9",
        "title": "Kom til undervejs",
        "forum": first.forum,
        "known_from": DAY,
    }
    return operations.add_initiative(first.goal, values, **HOW)


def numbers(world: World, as_of: date) -> set[str]:
    view = queries.plan_view(world.first(Edition), world.actor(Role.READER, "egenby"), as_of=as_of)
    return {one.row.number for one in view.initiatives}


def test_an_initiative_stands_in_the_plan_from_the_day_it_came(world: World) -> None:
    row = late_comer(world)
    assert row.number not in numbers(world, EARLIER)
    assert row.number in numbers(world, DAY)


def test_what_the_plan_held_from_its_beginning_stands_there_on_every_day(world: World) -> None:
    assert world.first(Initiative).number in numbers(world, date(2019, 1, 1))


def test_a_milestone_added_later_is_not_in_an_earlier_view(world: World) -> None:
    row = world.first(Initiative)
    operations.add_milestone(
        row,
        kind="delivery",
        title="Kom til undervejs",
        planned=PartialDate.from_code("2025-12"),
        effective_on=DAY,
        **HOW,
    )

    def titles(as_of: date) -> set[str]:
        return {one.row.title for one in queries.initiative_view(row, as_of=as_of).milestones}

    assert titles(DAY) - titles(EARLIER) == {"Kom til undervejs"}


def test_an_initiative_cannot_come_into_the_plan_tomorrow(world: World) -> None:
    row = world.first(Initiative)
    with pytest.raises(ValidationError, match="ikke kommet endnu"):
        operations.revise_initiative(row, {"known_from": date(2025, 6, 3)}, **HOW)


def test_a_new_initiative_is_offered_today_as_its_day_once_the_period_has_begun(
    world: World,
) -> None:
    edition = world.first(Edition)
    page = secretariat(world).get(edition_page(world, "initiative_new"))
    assert page.context["form"]["known_from"].initial == page.wsgi_request.today
    assert edition.began(edition.valid_from - timedelta(days=1)) is None
