"""Loads the demonstration through the same operations that people use, all of it or nothing."""

import tomllib
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction

from rammevaerk.engine.periods import PartialDate
from rammevaerk.portal.access.actions import Role
from rammevaerk.portal.access.operations import add_person
from rammevaerk.portal.access.policy import Actor
from rammevaerk.portal.access.queries import organisation_ids, organisations_by_key
from rammevaerk.portal.access.register import load_cooperation, load_organisations, read_register
from rammevaerk.portal.agreement import operations
from rammevaerk.portal.catalogue.operations import load_vocabulary
from rammevaerk.portal.demonstration.meetings import load_meetings
from rammevaerk.portal.demonstration.region.in_use import load_in_use
from rammevaerk.portal.demonstration.region.loading import load_region

DATA = Path(__file__).parent / "data"
CLERK = Actor.system("Demonstrationsdata")
Entry = Mapping[str, Any]


def read_folder(folder: Path) -> tuple[Entry, list[Entry]]:
    """A cooperation's file and its editions, oldest first."""
    cooperation = tomllib.loads((folder / "cooperation.toml").read_text(encoding="utf-8"))
    paths = sorted((folder / "editions").glob("*.toml"))
    return cooperation, [tomllib.loads(path.read_text(encoding="utf-8")) for path in paths]


@transaction.atomic
def load_demonstration(*, at: datetime, with_citizens: bool = True) -> None:
    """Load the register of organisations and every cooperation of the data folder.

    Without citizens it loads sooner: no placements, contracts and settled months.
    """
    load_organisations(read_register(), by=CLERK, at=at)
    load_vocabulary(by=CLERK, at=at)
    for folder in sorted(path for path in DATA.iterdir() if path.is_dir()):
        _Cooperation(folder, at).load(with_citizens=with_citizens)


class _Cooperation:
    """One cooperation: its members, people, agreement and editions."""

    def __init__(self, folder: Path, at: datetime) -> None:
        self.folder = folder
        self.entry, self.editions = read_folder(folder)
        self.how: dict[str, Any] = {"by": CLERK, "at": at}
        self.ids = organisation_ids()
        self.people: dict[str, int] = {}
        self.areas: dict[str, Any] = {}
        self.initiatives: dict[str, Any] = {}

    def load(self, *, with_citizens: bool) -> None:
        circle = {**self.entry["cooperation"], "member": self.entry["member"]}
        cooperation = load_cooperation(circle, **self.how)
        self._people()
        first = self.editions[0]["edition"]
        agreement = operations.create_agreement(
            cooperation, slug=first["agreement"], title=first["agreement_title"], **self.how
        )
        parties = [
            self.ids[m["organisation"]] for m in circle["member"] if not m.get("is_secretariat")
        ]
        self.forums: dict[str, Any] = {}
        for content in self.editions:
            self._edition(agreement, content, parties)
        load_meetings(self.folder / "meetings", cooperation, self.ids, self.people, **self.how)
        region = load_region(self.folder / "facilities", cooperation, **self.how)
        if region and with_citizens:
            load_in_use(cooperation, region, **self.how)

    def _people(self) -> None:
        rows = organisations_by_key(person["organisation"] for person in self.entry["person"])
        hashed = make_password(settings.DEMONSTRATION_PASSWORD)
        for person in self.entry["person"]:
            assignment = add_person(
                rows[person["organisation"]],
                email=person["email"],
                name=person["name"],
                role=Role(person["role"]),
                valid_from=date(2019, 1, 1),
                password=settings.DEMONSTRATION_PASSWORD,
                hashed=hashed,
                **self.how,
            )
            self.people[person["key"]] = assignment.person_id

    def _edition(self, agreement: Any, content: Entry, parties: list[int]) -> None:
        entry = content["edition"]
        values = {
            "label": entry["label"],
            "title": entry["title"],
            "summary": entry.get("summary", "").strip(),
            "valid_from": entry["valid_from"],
            "valid_to": entry["valid_to"],
            "approval_deadline": _partial(entry.get("approval_deadline")),
            "deadline_source": entry.get("approval_deadline_source", ""),
            "published_on": entry.get("published_on"),
            "dispatched_on": entry.get("sent_on"),
            "sources": "\n".join(entry.get("sources", ())),
            "synthetic": entry.get("synthetic", False),
        }
        edition = operations.create_edition(agreement, values, party_ids=parties, **self.how)
        for forum in content.get("forum", ()):
            self._forum(agreement, forum)
        for chapter in content.get("chapter", ()):
            operations.add_chapter(edition, chapter, **self.how)
        for annex in content.get("annex", ()):
            operations.add_annex(edition, annex, **self.how)
        for area in content.get("area", ()):
            self._area(edition, area)
        for participation in content.get("participation", ()):
            self._participation(edition, participation)

    def _forum(self, agreement: Any, entry: Entry) -> None:
        if entry["key"] in self.forums:
            return
        values = {
            "key": entry["key"],
            "name": entry["name"],
            "heading": entry["heading"],
            "body_id": self.ids[entry["body"]] if "body" in entry else None,
        }
        self.forums[entry["key"]] = operations.add_forum(agreement, values, **self.how)

    def _area(self, edition: Any, entry: Entry) -> None:
        values = {
            "key": entry["key"],
            "number": entry["number"],
            "title": entry["title"],
            "description": entry.get("description", "").strip(),
        }
        area = operations.add_area(edition, values, **self.how)
        self.areas[f"{edition.label}/{entry['key']}"] = area
        for predecessor in entry.get("predecessors", ()):
            operations.link_areas(self.areas[predecessor], area, **self.how)
        goals = {
            goal["key"]: operations.add_goal(area, goal["text"], **self.how)
            for goal in entry.get("goal", ())
        }
        for goal_key, initiative in _in_number_order(entry):
            self._initiative(goals[goal_key], initiative, None)

    def _initiative(self, goal: Any, entry: Entry, parent: Any) -> None:
        values = {
            "number": entry["number"],
            "title": entry["title"],
            "description": entry.get("description", "").strip(),
            "forum": self.forums[entry["forum"]] if "forum" in entry else parent.forum,
            "responsible_id": self.ids[entry["responsible"]] if "responsible" in entry else None,
            "parent": parent,
        }
        row = operations.add_initiative(goal, values, **self.how)
        self.initiatives[f"{row.edition.label}/{entry['key']}"] = row
        for predecessor in entry.get("predecessors", ()):
            operations.link_initiatives(self.initiatives[predecessor], row, **self.how)
        for milestone in entry.get("milestone", ()):
            self._milestone(row, milestone)
        for status in sorted(entry.get("status", ()), key=lambda one: one["on"]):
            operations.update_status(
                row,
                status=status["status"],
                text=status.get("text", "").strip(),
                effective_on=status["on"],
                source=status.get("source", ""),
                **self.how,
            )
        for sub in entry.get("sub", ()):
            self._initiative(goal, sub, row)

    def _milestone(self, row: Any, entry: Entry) -> None:
        milestone = operations.add_milestone(
            row,
            kind=entry["kind"],
            title=entry["title"],
            planned=_partial(entry.get("planned")),
            body_id=self.ids[entry["body"]] if "body" in entry else None,
            source=entry.get("source", ""),
            **self.how,
        )
        if reached := _partial(entry.get("reached")):
            operations.date_milestone(
                milestone,
                state="reached",
                on=reached,
                effective_on=reached.last,
                source=entry.get("source", ""),
                **self.how,
            )

    def _participation(self, edition: Any, entry: Entry) -> None:
        row = operations.join_initiative(
            self.initiatives[f"{edition.label}/{entry['initiative']}"],
            self.ids[entry["organisation"]],
            valid_from=entry.get("valid_from"),
            valid_to=entry.get("valid_to"),
            note=entry.get("note", ""),
            source=entry.get("source", ""),
            **self.how,
        )
        for count in entry.get("count", ()):
            operations.report_count(
                row,
                value=count["value"],
                unit=count["unit"],
                period_from=count["from"],
                period_to=count["to"],
                as_of=count.get("as_of"),
                source=count.get("source", ""),
                **self.how,
            )


def _in_number_order(area: Entry) -> Iterator[tuple[str, Entry]]:
    """The area's initiatives with their goal's key, 1.2 before 1.10."""
    pairs = [(g["key"], i) for g in area.get("goal", ()) for i in g.get("initiative", ())]
    yield from sorted(pairs, key=lambda pair: [int(n) for n in pair[1]["number"].split(".")])


def _partial(code: str | None) -> PartialDate | None:
    return PartialDate.from_code(code) if code else None
