"""The numbers of an agenda never tell of an item that may not be seen."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from agenda_samples import (
    CSV,
    SECRET,
    a_closed_item,
    a_meeting,
    address,
    an_item,
    how,
    reader,
    secretariat,
    section,
    words,
)
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from pytest_django import Settings
from world import World

from rammevaerk.portal.access.actions import Role
from rammevaerk.portal.access.policy import Actor
from rammevaerk.portal.meetings import operations, queries
from rammevaerk.portal.meetings.models import AgendaItem, Meeting

CLOSING: dict[str, Any] = {"closed": True, "legal_ground": "fvl. § 27"}


@pytest.fixture(autouse=True)
def shelf(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "documents"


def test_an_item_closed_before_its_supplement_went_out_leaves_no_gap(world: World) -> None:
    meeting = a_meeting(world)
    an_item(meeting, "Udsendt")
    operations.dispatch_agenda(meeting, **how())
    first, second = an_item(meeting, "Lukkes"), an_item(meeting, "Bliver åbent")
    operations.revise_item(first, CLOSING, **how())
    for row in (first, second):
        row.refresh_from_db()
    assert (first.number, second.number) == ("1.L1", "1.2")
    third = an_item(meeting, "Udgår før udsendelsen")
    fourth = an_item(meeting, "Sidste")
    operations.place_item(third, None, **how())
    fourth.refresh_from_db()
    assert fourth.number == "1.3"


def test_an_item_closed_in_a_section_it_was_not_sent_in_leaves_no_gap_there(world: World) -> None:
    meeting = a_meeting(world)
    item = an_item(meeting, "Flyttes")
    operations.dispatch_agenda(meeting, **how())
    operations.place_item(item, section(meeting, "orientation"), **how())
    after = an_item(meeting, "Orientering", "orientation")
    operations.revise_item(item, CLOSING, **how())
    for row in (item, after):
        row.refresh_from_db()
    assert (item.number, after.number) == ("2.L1", "2.1")


def test_a_number_that_was_sent_as_withdrawn_is_not_given_to_another(world: World) -> None:
    meeting = a_meeting(world)
    an_item(meeting, "Bliver")
    last = an_item(meeting, "Udgår")
    operations.add_annex(last, "Bilag, der udgår", CSV, "a.csv", **how())
    operations.dispatch_agenda(meeting, **how())
    operations.place_item(last, None, **how())
    operations.dispatch_agenda(meeting, **how())
    new = an_item(meeting, "Ny")
    operations.add_annex(new, "Nyt bilag", CSV, "b.csv", **how())
    content = operations.next_document(meeting)[0]
    assert [(one["number"], one["annexes"][0]["number"]) for one in content["items"]] == [
        ("1.3", 2)
    ]


def annexes_of(meeting: Meeting) -> dict[str, int | str]:
    content = json.loads(meeting.dispatches.order_by("version").last().content)
    return {a["title"]: a["number"] for one in content["items"] for a in one["annexes"]}


def test_an_annex_of_an_item_closed_since_it_was_sent_is_numbered_apart(world: World) -> None:
    meeting = a_meeting(world)
    item = an_item(meeting, "Sendt åbent")
    operations.add_annex(item, "Sendt åbent bilag", CSV, "a.csv", **how())
    apart = a_closed_item(meeting)
    operations.add_annex(apart, f"{SECRET} bilag", CSV, "s.csv", **how())
    operations.dispatch_agenda(meeting, **how())
    operations.revise_item(item, CLOSING, **how())
    operations.add_annex(item, f"{SECRET} nyt bilag", CSV, "b.csv", **how())
    other = an_item(meeting, "Åbent")
    operations.add_annex(other, "Åbent bilag", CSV, "c.csv", **how())
    operations.dispatch_agenda(meeting, **how())
    assert annexes_of(meeting) == {
        "Sendt åbent bilag": 1,
        f"{SECRET} nyt bilag": "L2",
        "Åbent bilag": 2,
    }
    # Once sent, each keeps its number in its own series.
    operations.add_annex(item, f"{SECRET} tredje", CSV, "d.csv", **how())
    operations.add_annex(other, "Åbent tredje", CSV, "e.csv", **how())
    operations.dispatch_agenda(meeting, **how())
    assert annexes_of(meeting) == {
        "Sendt åbent bilag": 1,
        f"{SECRET} nyt bilag": "L2",
        f"{SECRET} tredje": "L3",
        "Åbent bilag": 2,
        "Åbent tredje": 3,
    }
    page = words(reader(world).get(address("meeting", meeting)))
    assert "Bilag 2: Åbent bilag" in page
    assert SECRET not in page


def test_a_supplement_of_closed_items_leaves_no_gap_in_the_numbers_of_versions(
    world: World,
) -> None:
    meeting = a_meeting(world)
    an_item(meeting, "Første")
    operations.dispatch_agenda(meeting, **how())
    a_closed_item(meeting)
    operations.dispatch_agenda(meeting, **how())
    an_item(meeting, "Kommet til")
    third = operations.dispatch_agenda(meeting, **how())
    client, own = reader(world), secretariat(world)
    for page in (address("meeting", meeting), address("dispatches", meeting)):
        told = words(client.get(page))
        assert "ersion 2" in told
        assert "ersion 3" not in told
        assert "ersion 3" in words(own.get(page))
    page = address("version", third)
    assert "version 2" in words(client.get(page))
    assert "ersion 3" not in words(client.get(page))
    assert "version 3" in words(own.get(page))
    for who, asked, number in ((client, "", 2), (own, "", 3), (own, "?offentlig=1", 2)):
        answer = who.get(address("version_docx", third) + asked)
        assert f"Dagsorden%20{number}" in answer["Content-Disposition"].replace(
            "Till%C3%A6gsdagsorden", "Dagsorden"
        )


# --- whatever the order of things ---

Step = tuple[str, int]
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["open", "closed", "close", "leave", "move", "annex", "send"]),
        st.integers(0, 5),
    ),
    min_size=3,
    max_size=12,
)


class Agenda:
    """An agenda being written at random, and what somebody outside has been told of it."""

    def __init__(self, world: World) -> None:
        self.meeting = a_meeting(world)
        self.outsider: Actor = world.actor(Role.READER, "naboby")
        self.told: set[str] = set()
        self.annexes: set[int | str] = set()

    def do(self, step: Step) -> None:
        name, choice = step
        here = list(self.meeting.items.order_by("pk"))
        ways: dict[str, Callable[[AgendaItem], object]] = {
            "close": lambda item: operations.revise_item(item, CLOSING, **how()),
            "leave": lambda item: operations.place_item(item, None, **how()),
            "move": lambda item: operations.place_item(
                item, section(self.meeting, "orientation"), **how()
            ),
            "annex": lambda item: operations.add_annex(item, "Bilag", CSV, "a.csv", **how()),
        }
        if name == "open":
            an_item(self.meeting, f"Punkt {choice}")
        elif name == "closed":
            a_closed_item(self.meeting)
        elif name == "send":
            self.send()
        elif here:
            ways[name](here[choice % len(here)])

    def send(self) -> None:
        content = operations.next_document(self.meeting)[0]
        if not content["items"] and not content["withdrawn"]:
            return
        operations.dispatch_agenda(self.meeting, **how())
        self.meeting.refresh_from_db()
        for row in self.meeting.dispatches.all():
            for part in queries.version_view(row, self.outsider).sections:
                self.hear(part.items)
        self.hear([one.content for one in queries.agenda_of(self.meeting, self.outsider).items])

    def hear(self, items: Any) -> None:
        self.told |= {one["number"] for one in items}
        self.annexes |= {annex["number"] for one in items for annex in one["annexes"]}

    def holes(self) -> list[str]:
        """The numbers that are missing among those somebody outside has been told, ever."""
        highest: dict[str, int] = {}
        for number in self.told:
            part, _dot, place = number.partition(".")
            highest[part] = max(int(place), highest.get(part, 0))
        wanted = {f"{part}.{n}" for part, last in highest.items() for n in range(1, last + 1)}
        odd = set(range(1, len(self.annexes) + 1)) ^ self.annexes
        return [*sorted(wanted - self.told), *(f"bilag {one}" for one in odd)]


@example([("open", 0), ("send", 0), ("open", 1), ("open", 2), ("close", 1)])
@example([("open", 0), ("send", 0), ("move", 0), ("close", 0), ("annex", 0), ("open", 1)])
@example([("open", 0), ("send", 0), ("close", 0), ("annex", 0), ("open", 1), ("annex", 1)])
@given(steps=STEPS)
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_whatever_is_added_closed_and_sent_an_outsider_finds_no_hole(
    world: World, steps: list[Step]
) -> None:
    with transaction.atomic():
        agenda = Agenda(world)
        for step in steps:
            agenda.do(step)
        agenda.send()
        transaction.set_rollback(True)
    assert agenda.holes() == []
