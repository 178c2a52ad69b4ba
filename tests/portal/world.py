"""A small world for tests: two cooperations that must never see each other, with one row of
everything in each.

Whatever is written in the foreign one holds MARK, so that a leak shows wherever it comes out.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from django.db import models
from django.test import Client
from world_meetings import build_meetings
from world_settlement import build_settlement
from world_tariffs import build_tariffs

from rammevaerk.engine.periods import PartialDate
from rammevaerk.portal.access import operations as access
from rammevaerk.portal.access.actions import Role
from rammevaerk.portal.access.models import (
    AuditRecord,
    Cooperation,
    Organisation,
    Person,
)
from rammevaerk.portal.access.policy import Actor
from rammevaerk.portal.access.queries import actor_of
from rammevaerk.portal.access.register import load_cooperation, load_organisations
from rammevaerk.portal.agreement import operations
from rammevaerk.portal.agreement.models import Initiative, OwnerForum

MARK = "FREMMED-HEMMELIGT"
AT = datetime(2025, 6, 2, 9, 0, tzinfo=UTC)
TODAY = date(2025, 6, 2)
CLERK = Actor.system("Prøvedata")
HOW: dict[str, Any] = {"by": CLERK, "at": AT}
PASSWORD = "en lang sætning til prøven"


@dataclass(frozen=True)
class Belonging:
    """What a row belongs to: an organisation, a cooperation, both or neither.

    Of what parties share, the organisation is the seller's; a buyer and a payer stand beside it.
    """

    row: models.Model
    organisation: str = ""
    side: str = ""
    buyer: str = ""
    payer: str = ""

    @property
    def parties(self) -> set[str]:
        return {one for one in (self.organisation, self.buyer, self.payer) if one}


@dataclass
class World:
    """The rows of both sides by model, and the people by role and organisation."""

    rows: dict[type[models.Model], list[Belonging]] = field(default_factory=dict)
    people: dict[tuple[Role, str], Person] = field(default_factory=dict)

    def keep(
        self,
        row: models.Model,
        organisation: str = "",
        side: str = "",
        *,
        buyer: str = "",
        payer: str = "",
    ) -> Any:
        one = Belonging(row, organisation, side, buyer, payer)
        self.rows.setdefault(type(row), []).append(one)
        return row

    def first(self, model: type[models.Model], side: str = "home") -> Any:
        return next(one.row for one in self.rows[model] if one.side == side)

    def person(self, role: Role, organisation: str) -> Person:
        return self.people[role, organisation]

    def actor(self, role: Role, organisation: str) -> Actor:
        return actor_of(self.person(role, organisation), on=TODAY)

    def client(self, role: Role, organisation: str) -> Client:
        client = Client()
        client.force_login(
            self.person(role, organisation), backend="django.contrib.auth.backends.ModelBackend"
        )
        return client


def organisation(key: str, kind: str = "municipality", **more: Any) -> dict[str, Any]:
    """An entry of the register, as the data files have it."""
    name = {"name": key.title(), "kind": "official", "valid_from": date(2007, 1, 1)}
    return {"key": key, "kind": kind, "valid_from": date(2007, 1, 1), "name": [name], **more}


def build_world() -> World:
    """Make everything, through the operations that people use."""
    world = World()
    load_organisations(
        [
            organisation("egenby"),
            organisation("naboby"),
            organisation("sekretariatet", "joint_secretariat"),
            organisation("fjernby"),
            organisation("fjernsekretariatet", "joint_secretariat"),
            organisation("udenfor"),
            organisation("home-forum", "joint_body"),
            organisation("foreign-forum", "joint_body"),
        ],
        **HOW,
    )
    _side(world, "home", ["egenby", "naboby"], "sekretariatet", "Hjemlig")
    _side(world, "foreign", ["fjernby"], "fjernsekretariatet", MARK)
    for key in ("egenby", "naboby", "sekretariatet", "fjernby", "udenfor"):
        side = {"fjernby": "foreign", "udenfor": ""}.get(key, "home")
        world.rows.setdefault(Organisation, []).append(
            Belonging(Organisation.objects.get(key=key), key, side)
        )
    for cooperation in Cooperation.objects.all():
        # Two of the many are enough: they all belong to the same.
        for record in AuditRecord.objects.filter(cooperation=cooperation)[:2]:
            world.keep(record, "", cooperation.key)
    return world


def _side(world: World, side: str, members: list[str], secretariat: str, word: str) -> None:
    entry = {
        "key": side,
        "name": f"{word} samarbejde",
        "member": [
            *({"organisation": key, "valid_from": date(2019, 1, 1)} for key in members),
            {
                "organisation": secretariat,
                "valid_from": date(2019, 1, 1),
                "is_secretariat": True,
            },
        ],
    }
    cooperation = world.keep(load_cooperation(entry, **HOW), side=side)
    for key in [*members, secretariat]:
        for role in Role:
            if role is not Role.SECRETARIAT or key == secretariat:
                _person(world, role, key, side, word)
    build_meetings(world, side, cooperation, members, word, HOW)
    build_tariffs(world, side, cooperation, members, word, HOW)
    build_settlement(world, side, cooperation, word, HOW)
    _agreement(world, cooperation, side, members, word)


def _person(world: World, role: Role, key: str, side: str, word: str) -> None:
    assignment = access.add_person(
        Organisation.objects.get(key=key),
        email=f"{role}.{key}@example.org",
        name=f"{word} {role.label} i {key}",
        role=role,
        valid_from=date(2019, 1, 1),
        **HOW,
    )
    world.people[role, key] = assignment.person
    world.keep(assignment, key, side)


def _agreement(
    world: World, cooperation: Cooperation, side: str, members: list[str], word: str
) -> None:
    ids = {key: Organisation.objects.get(key=key).pk for key in members}
    agreement = world.keep(
        operations.create_agreement(
            cooperation, slug=f"{side}-aftale", title=f"{word} aftale", **HOW
        ),
        side=side,
    )
    edition = world.keep(
        operations.create_edition(
            agreement,
            {
                "label": "2025-26",
                "title": f"{word} udgave",
                "summary": f"{word} resumé",
                "valid_from": date(2025, 1, 1),
                "valid_to": date(2027, 1, 1),
            },
            party_ids=ids.values(),
            **HOW,
        ),
        side=side,
    )
    for party in edition.parties.select_related("organisation"):
        world.keep(party, party.organisation.key, side)
    chapter = {"number": "1", "title": f"{word} kapitel"}
    world.keep(operations.add_chapter(edition, chapter, **HOW), side=side)
    annex = world.keep(
        operations.add_annex(edition, {"number": 1, "title": f"{word} bilag"}, **HOW), side=side
    )
    world.keep(
        operations.upload_annex_file(annex, f"navn;antal\n{word};7\n".encode(), "bilag.csv", **HOW),
        side=side,
    )
    forum = world.keep(
        operations.add_forum(
            agreement, {"key": "forum", "name": f"{word} forum", "heading": word}, **HOW
        ),
        side=side,
    )
    area = world.keep(
        operations.add_area(
            edition, {"key": "omraade", "number": 1, "title": f"{word} område"}, **HOW
        ),
        side=side,
    )
    goal = world.keep(operations.add_goal(area, f"{word} målsætning", **HOW), side=side)
    for number, key in enumerate(members, start=1):
        _initiative(world, goal, forum, f"1.{number}", (key, ids[key]), side, word)
    _long_ago(world, forum, side, word)


def _long_ago(world: World, forum: OwnerForum, side: str, word: str) -> None:
    """Two editions of the past that follow each other and have nothing to do with the present."""
    earlier, later = (_past_plan(forum, first, word) for first in (2009, 2011))
    world.keep(operations.link_initiatives(earlier, later, **HOW), side=side)
    world.keep(operations.link_areas(earlier.goal.area, later.goal.area, **HOW), side=side)


def _past_plan(forum: OwnerForum, first: int, word: str) -> Initiative:
    edition = operations.create_edition(
        forum.agreement,
        {
            "label": f"{first}-{first - 1999:02}",
            "title": f"{word} fortid {first}",
            "valid_from": date(first, 1, 1),
            "valid_to": date(first + 2, 1, 1),
        },
        party_ids=(),
        **HOW,
    )
    values = {"key": "fortid", "number": 1, "title": f"{word} område {first}"}
    area = operations.add_area(edition, values, **HOW)
    goal = operations.add_goal(area, f"{word} mål {first}", **HOW)
    values = {"number": "1.1", "title": f"{word} initiativ {first}", "forum": forum}
    return operations.add_initiative(goal, values, **HOW)


def _initiative(
    world: World, goal: Any, forum: Any, number: str, owner: tuple[str, int], side: str, word: str
) -> None:
    key, organisation_id = owner
    values = {
        "number": number,
        "title": f"{word} initiativ",
        "forum": forum,
        "responsible_id": organisation_id,
    }
    row = world.keep(operations.add_initiative(goal, values, **HOW), key, side)
    milestone = operations.add_milestone(
        row,
        kind="decision",
        title=f"{word} beslutning",
        planned=PartialDate.from_code("2025-Q1"),
        **HOW,
    )
    world.keep(milestone, key, side)
    operations.update_status(
        row, status="in_progress", text=f"{word} status", effective_on=date(2025, 4, 8), **HOW
    )
    participation = world.keep(
        operations.join_initiative(row, organisation_id, valid_from=date(2025, 1, 1), **HOW),
        key,
        side,
    )
    operations.report_count(
        participation,
        value=3,
        unit=f"{word} borgere"[:60],
        period_from=date(2025, 1, 1),
        period_to=date(2025, 6, 1),
        as_of=date(2025, 6, 1),
        **HOW,
    )
