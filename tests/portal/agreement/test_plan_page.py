"""The register of the plan: filters, order, the day it is shown for, a fixed number of queries."""

import re
from datetime import date
from typing import Any

import pytest
from agreement_samples import (
    edition_page,
)
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries
from reading_pages import (
    html,
    part,
    secretariat,
    words,
)
from world import HOW, World

from rammevaerk.engine.periods import PartialDate
from rammevaerk.portal.access.actions import Role
from rammevaerk.portal.agreement import operations
from rammevaerk.portal.agreement.models import DevelopmentArea, Edition, Initiative

READER = Role.READER, "egenby"


def add(world: World, number: str, title: str, **given: Any) -> Initiative:
    """One more initiative; `due` is the code of its milestone's date, `status` where it stands."""
    first = world.first(Initiative)
    due, status = given.pop("due", ""), given.pop("status", "")
    goal = given.pop("goal", first.goal)
    values = {"number": number, "title": title, "forum": first.forum, **given}
    row = operations.add_initiative(goal, values, **HOW)
    if due:
        operations.add_milestone(
            row, kind="decision", title="Skridt", planned=PartialDate.from_code(due), **HOW
        )
    if status:
        operations.update_status(row, status=status, text="", effective_on=date(2025, 4, 8), **HOW)
    return row


@pytest.fixture
def varied(world: World) -> World:
    """The world with initiatives that differ in everything one can filter by."""
    edition = world.first(Edition)
    area = operations.add_area(
        edition, {"key": "velfaerdsteknologi", "number": 2, "title": "Velfærdsteknologi"}, **HOW
    )
    forum = operations.add_forum(
        edition.agreement, {"key": "sundhed", "name": "Sundhed", "heading": "Sundhed"}, **HOW
    )
    goal = operations.add_goal(area, "Mere teknologi", **HOW)
    add(world, "2.1", "Skærmbesøg", goal=goal, due="2090", status="not_started")
    add(world, "2.2", "Ældst i kø", goal=goal, due="2024-09-20", status="in_progress")
    add(world, "2.3", "Afsluttet sag", goal=goal, due="2024-01", status="completed")
    add(world, "2.4", "Uden status", forum=forum, description="Om BOTILBUD og Ærø")
    return world


def rows(response: HttpResponse) -> list[str]:
    """The numbers of the initiatives in the order of the page."""
    return re.findall(r"<tr[^>]*>\s*<td>([\d.]+)</td>", html(response))


def shown(world: World, **query: str) -> list[str]:
    return rows(world.client(*READER).get(edition_page(world, "plan"), query))


def test_what_is_overdue_stands_first_and_the_longest_overdue_on_top(varied: World) -> None:
    assert shown(varied) == ["2.2", "1.1", "1.2", "2.4", "2.1", "2.3"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"omraade": "velfaerdsteknologi"}, ["2.2", "2.1", "2.3"]),
        ({"forum": "sundhed"}, ["2.4"]),
        ({"status": "completed"}, ["2.3"]),
        ({"status": "none"}, ["2.4"]),
        ({"kommune": "naboby"}, ["1.2"]),
        ({"kommune": "fjernby"}, []),
        ({"kommune": "findes-ikke"}, []),
        ({"q": "skærm"}, ["2.1"]),
        ({"q": "ærø"}, ["2.4"]),
        ({"q": "2.3"}, ["2.3"]),
        ({"overskredet": "1"}, ["2.2", "1.1", "1.2"]),
        ({"omraade": "velfaerdsteknologi", "overskredet": "1"}, ["2.2"]),
        ({"omraade": "omraade", "status": "in_progress", "q": "hjemlig"}, ["1.1", "1.2"]),
        ({"q": "findes ikke"}, []),
        ({"forum": "<script>"}, []),
    ],
)
def test_the_plan_is_narrowed_by_each_filter_and_by_all_at_once(
    varied: World, query: dict[str, str], expected: list[str]
) -> None:
    assert shown(varied, **query) == expected


def test_the_filters_that_were_chosen_stand_in_the_form(varied: World) -> None:
    query = {"omraade": "velfaerdsteknologi", "status": "none", "q": "Ærø", "overskredet": "1"}
    page = html(varied.client(*READER).get(edition_page(varied, "plan"), query))
    assert '<option value="velfaerdsteknologi" selected>' in page
    assert '<option value="none" selected>' in page
    assert 'value="Ærø"' in page
    assert re.search(r'name="overskredet" value="1" checked', page)


def test_an_empty_choice_says_what_to_do(varied: World) -> None:
    page = varied.client(*READER).get(edition_page(varied, "plan"), {"q": "findes ikke"})
    assert "Ret filtrene, eller ryd dem" in words(page)
    assert "0 af 6 initiativer" in words(page)


def test_the_plan_is_shown_as_it_stood_on_a_day(world: World) -> None:
    page = edition_page(world, "plan")
    client = world.client(*READER)
    row = world.first(Initiative)
    operations.update_status(row, status="completed", text="", effective_on=date(2025, 5, 1), **HOW)
    then = words(client.get(page, {"pr": "8. april 2025"}))
    assert "2 af 2 initiativer pr. 8. april 2025, 2 overskredne i alt" in then
    assert "I gang" in then
    before = client.get(page, {"pr": "07-04-2025"})
    assert part(before, "<tbody>", "</tbody>").count("Ingen status") == 2
    assert "1 overskredet i alt" in words(client.get(page, {"pr": "1/5/2025"}))
    assert "overskred" not in part(client.get(page, {"pr": "2025-03-31"}), "<h2", "</h2>")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("31. februar 2025", "februar 2025 har 28 dage"),
        ("i går", "kan ikke læses som en dato"),
        ("2025", "Skriv en bestemt dag"),
        ("januar 2025", "Skriv en bestemt dag"),
        ("8. april 1025", "årstallet skal ligge i 1900-2199"),
        ("<script>alert(1)</script>", "kan ikke læses som en dato"),
        ("8" * 5000, "kan ikke læses som en dato"),
    ],
)
def test_a_day_that_cannot_be_read_is_explained_and_today_is_shown(
    world: World, text: str, why: str
) -> None:
    for name in ("plan", "plan_findings"):
        answer = world.client(*READER).get(edition_page(world, name), {"pr": text})
        assert answer.status_code == 200
        assert "Datoen kan ikke læses" in words(answer)
        assert why in words(answer)
        assert "Planen er vist, som den står i dag." in words(answer)
        assert "<script>alert" not in html(answer)


def test_htmx_gets_the_rows_alone(varied: World) -> None:
    answer = varied.client(*READER).get(
        edition_page(varied, "plan"), {"q": "skærm"}, headers={"HX-Request": "true"}
    )
    assert html(answer).strip().startswith('<div id="rows">')
    assert "<html" not in html(answer)
    assert "<form" not in html(answer)
    assert rows(answer) == ["2.1"]


def test_buttons_that_change_the_plan_are_for_the_secretariat(world: World) -> None:
    page = edition_page(world, "plan")
    addresses = [edition_page(world, name) for name in ("initiative_new", "plan_import")]
    for_secretariat = html(secretariat(world).get(page))
    for_reader = html(world.client(*READER).get(page))
    for address in addresses:
        assert f'href="{address}"' in for_secretariat
        assert f'href="{address}"' not in for_reader


def test_a_sub_initiative_says_what_it_stands_under(world: World) -> None:
    top = world.first(Initiative)
    add(world, "1.1.1", "Delprojekt", parent=top)
    page = words(world.client(*READER).get(edition_page(world, "plan")))
    assert f"under {top.title}" in page


def test_an_empty_plan_says_how_it_gets_its_first_rows(world: World) -> None:
    edition = operations.create_edition(
        world.first(Edition).agreement,
        {
            "label": "2027-28",
            "title": "Næste udgave",
            "valid_from": date(2027, 1, 1),
            "valid_to": date(2029, 1, 1),
        },
        party_ids=(),
        **HOW,
    )
    address = reverse("agreement:plan", kwargs={"edition": edition.slug})
    assert "Planen er tom" in words(world.client(*READER).get(address))


# --- the number of queries ---

PAGES = ("plan", "edition", "participation", "plan_findings", "plan_workbook")
MOST_QUERIES = 45
# The overview also asks the meetings, the catalogue and the tariffs what waits.
MOST_QUERIES_OF_THE_OVERVIEW = 70


def queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_fifty_initiatives_cost_no_more_queries_than_five(
    world: World, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = secretariat(world)
    pages = [edition_page(world, name) for name in PAGES]
    pages += [reverse("publishing:home"), reverse("agreement:editions")]
    pages.append(reverse("agreement:initiative", args=[world.first(Initiative).pk]))
    _grow(world, 5)
    few = {page: queries(client, page) for page in pages}
    _grow(world, 50)
    assert {page: queries(client, page) for page in pages} == few
    for page in pages:
        overview = page == reverse("publishing:home")
        most = MOST_QUERIES_OF_THE_OVERVIEW if overview else MOST_QUERIES
        with django_assert_max_num_queries(most):
            client.get(page)


def _grow(world: World, size: int) -> None:
    """Bring the home plan to `size` initiatives, half of them below the first one."""
    edition, top = world.first(Edition), world.first(Initiative)
    own = edition.parties.first().organisation_id
    area = world.first(DevelopmentArea)
    for n in range(edition.initiatives.count(), size):
        row = add(
            world,
            f"1.{n + 5}",
            f"Initiativ {n}",
            due="2025-01" if n % 2 else "2090",
            status="in_progress",
            parent=top if n % 2 else None,
            responsible_id=own,
        )
        operations.join_initiative(row, own, valid_from=date(2025, 1, 1), **HOW)
        operations.add_goal(area, f"Mål {n}", **HOW)
    assert edition.initiatives.count() == size
