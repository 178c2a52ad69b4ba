"""Changes to a plan that come as cells of a table: told apart, checked, and stored."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from rammevaerk.engine.date_words import date_text_da
from rammevaerk.engine.errors import UnreadableDate
from rammevaerk.engine.periods import PartialDate, parse_partial_date_da
from rammevaerk.portal.access.policy import Actor
from rammevaerk.portal.access.queries import names_on
from rammevaerk.portal.agreement.models import (
    INITIATIVE_NUMBER,
    Edition,
    Goal,
    Initiative,
    Milestone,
    MilestoneDate,
    Status,
)
from rammevaerk.portal.agreement.operations.history import (
    add_milestone,
    date_milestone,
    update_status,
)
from rammevaerk.portal.agreement.operations.plan import add_initiative, revise_initiative
from rammevaerk.portal.agreement.queries import InitiativeView, initiative_view

Cells = Mapping[str, str]
_OWN = {"title", "description", "forum", "responsible"}
_STATUS = {"status", "status_text", "status_date"}
_STATE = MilestoneDate.State
# The columns by the fields that refuse them; the only title a cell can make too long for its
# field is a milestone's.
_COLUMN_OF = {
    "number": "Nr.",
    "title": "Næste milepæl",
    "description": "Beskrivelse",
    "text": "Statustekst",
    "effective_on": "Statusdato",
}


@dataclass(frozen=True, slots=True)
class Changes:
    """Changed cells as (initiative id, column, new text), and whole new rows.

    `places` and `new_places` are the file's row numbers, by initiative id and in the order of
    `rows`; they are only known while the file is.
    """

    cells: tuple[tuple[str, str, str], ...]
    rows: tuple[Cells, ...]
    places: Mapping[int, int] = field(default_factory=dict)
    new_places: tuple[int, ...] = ()

    def place(self, pk: int) -> str:
        return _at_row(self.places.get(pk))

    def ordered_rows(self) -> list[tuple[str, Cells]]:
        """New rows with their places, those that others may stand under first."""
        places = self.new_places or (None,) * len(self.rows)
        found = [(_at_row(n), row) for n, row in zip(places, self.rows, strict=True)]
        return sorted(found, key=lambda pair: bool(pair[1]["parent_number"]))

    def by_initiative(self) -> dict[int, dict[str, str]]:
        grouped: dict[int, dict[str, str]] = {}
        for key, column, text in self.cells:
            grouped.setdefault(int(key), {})[column] = text
        return grouped


class PlanWriter:
    """Knows an edition's names, and turns cells into the operations people do by hand."""

    def __init__(self, edition: Edition, *, by: Actor, today: date) -> None:
        self.edition, self.by, self.today = edition, by, today
        party_ids = list(edition.parties.values_list("organisation_id", flat=True))
        used = edition.initiatives.exclude(responsible=None).values_list(
            "responsible_id", flat=True
        )
        names = names_on([*party_ids, *used], on=today)
        self.organisations = {name.casefold(): pk for pk, name in names.items()}
        self.forums = {row.name: row for row in edition.agreement.forums.all()}
        self.statuses = {str(label): Status(value) for value, label in Status.choices}
        goals = Goal.objects.filter(area__edition=edition).select_related("area")
        self.goals = {(row.area.title, row.text): row for row in goals}
        self.numbers = {row.number: row for row in edition.initiatives.all()}

    def problems(self, changes: Changes) -> list[str]:
        """What cannot be stored, each with the initiative it concerns; empty when all can."""
        found = []
        for pk, cells in changes.by_initiative().items():
            row = self.edition.initiatives.filter(pk=pk).first()
            if row is not None:
                view = initiative_view(row, as_of=self.today)
                found += [
                    f"{changes.place(pk)}{row.number} {row.title}: {text}"
                    for text in self._against(view, cells)
                ]
        numbers = [new["number"] for new in changes.rows]
        for place, new in changes.ordered_rows():
            found += [
                f"{place}{new['number']} {new['title']}: {text}"
                for text in self._against_new(new, numbers)
            ]
        return found

    def trial(self, changes: Changes, *, at: datetime) -> list[str]:
        """What stands in the way, also what only storing it shows. Nothing stays stored."""
        if found := self.problems(changes):
            return found
        with transaction.atomic():
            for pk, cells in changes.by_initiative().items():
                row = self.edition.initiatives.filter(pk=pk).first()
                if row is not None:
                    found += _refusals(
                        f"{changes.place(pk)}{row}", partial(self._change, row, cells, at)
                    )
            for place, new in changes.ordered_rows():
                name = f"{place}{new['number']} {new['title']}"
                found += _refusals(name, partial(self._add, new, at))
            transaction.set_rollback(True)
        return found

    def notes(self, changes: Changes) -> list[str]:
        """What the changes bring with them that no cell shows."""
        found = []
        for pk, cells in changes.by_initiative().items():
            row = self.edition.initiatives.filter(pk=pk).first()
            if row is None:
                continue
            view = initiative_view(row, as_of=self.today)
            step = view.next_after_start
            said = _date(cells.get("status_date"))
            newest = view.status
            if said and newest and said.first < newest.effective_on:
                found.append(
                    _("%(row)s: Der er en nyere status (%(day)s); denne lægges kun i historikken.")
                    % {"row": row, "day": date_text_da(newest.effective_on)}
                )
            if step and cells.get("next_step"):
                found.append(
                    _("%(row)s: milepælen «%(old)s» bortfalder, og «%(new)s» kommer i stedet.")
                    % {"row": row, "old": step.row.title, "new": cells["next_step"]}
                )
        return found

    def _against(self, view: InitiativeView, cells: Cells) -> list[str]:
        found = self._unknown_names(cells)
        if "next_step" in cells and not cells["next_step"]:
            found.append(_("En milepæl kan ikke slettes i Excel; sæt den til nået i portalen."))
        if "actual_start" in cells and not cells["actual_start"]:
            found.append(_("En faktisk opstart kan ikke slettes i Excel."))
        if "planned_start" in cells and not cells["planned_start"]:
            found.append(_("En planlagt opstart kan ikke slettes i Excel."))
        if "forum" in cells and not cells["forum"]:
            found.append(_("Forum mangler."))
        if "next_step_due" in cells and not (
            cells["next_step_due"] and (cells.get("next_step") or view.next_after_start)
        ):
            found.append(_("En frist hører til en milepæl og kan ikke slettes i Excel."))
        if cells.get("next_step") and not (cells.get("next_step_due") or _due(view)):
            found.append(_("En ny milepæl skal have en frist."))
        if _STATUS & set(cells) and not (cells.get("status") or view.status):
            found.append(_("En statustekst skal følges af en status."))
        if "status" in cells and not cells["status"]:
            found.append(_("En status kan ikke slettes; skriv en ny."))
        return found

    def _against_new(self, cells: Cells, new_numbers: list[str]) -> list[str]:
        found = self._unknown_names(cells)
        if (cells["area"], cells["goal"]) not in self.goals:
            found.append(_("Udviklingsområdet eller målsætningen findes ikke i planen."))
        if not cells["forum"]:
            found.append(_("Forum mangler."))
        if not cells["number"]:
            found.append(_("Nummeret mangler."))
        elif not re.fullmatch(INITIATIVE_NUMBER, cells["number"]):
            found.append(_("Skriv et nummer som «1.4» eller «2.1.3»."))
        elif cells["number"] in self.numbers or new_numbers.count(cells["number"]) > 1:
            found.append(_("Nummeret bruges allerede."))
        if cells["parent_number"] and cells["parent_number"] not in {*self.numbers, *new_numbers}:
            found.append(_("Initiativet, det hører under, findes ikke."))
        if bool(cells["next_step"]) != bool(cells["next_step_due"]):
            found.append(_("En milepæl og dens frist skal følges ad."))
        if (cells["status_text"] or cells["status_date"]) and not cells["status"]:
            found.append(_("En statustekst skal følges af en status."))
        return found

    def _unknown_names(self, cells: Cells) -> list[str]:
        found = []
        name, forum = cells.get("responsible", ""), cells.get("forum", "")
        if name and name.casefold() not in self.organisations:
            found.append(_("«%s» er ikke en part i aftalen.") % name)
        if forum and forum not in self.forums:
            # The file knew it; it has got another name since.
            found.append(_("Forummet «%s» findes ikke.") % forum)
        return found

    def write(self, changes: Changes, *, at: datetime) -> int:
        """Store everything, inside a transaction; returns how many cells and rows were taken."""
        if problems := self.problems(changes):
            raise ValidationError(problems)
        for pk, cells in changes.by_initiative().items():
            row = self.edition.initiatives.get(pk=pk)
            self._change(row, cells, at)
        for _place, new in changes.ordered_rows():
            self._add(new, at)
        return len(changes.cells) + len(changes.rows)

    def _how(self, at: datetime) -> dict[str, Any]:
        return {"by": self.by, "at": at}

    def _change(self, row: Initiative, cells: Cells, at: datetime) -> None:
        view = initiative_view(row, as_of=self.today)
        if values := self._own_values(cells):
            revise_initiative(row, values, **self._how(at))
        self._start(view, cells, at)
        self._step(view, cells, at)
        if _STATUS & set(cells):
            self._status(view, cells, at)

    def _own_values(self, cells: Cells) -> dict[str, Any]:
        values: dict[str, Any] = {
            key: cells[key] for key in ("title", "description") if key in cells
        }
        if "forum" in cells:
            values["forum_id"] = self.forums[cells["forum"]].pk
        if "responsible" in cells:
            values["responsible_id"] = self.organisations.get(cells["responsible"].casefold())
        return values

    def _start(self, view: InitiativeView, cells: Cells, at: datetime) -> None:
        planned, actual = _date(cells.get("planned_start")), _date(cells.get("actual_start"))
        if planned is None and actual is None:
            return
        start = view.start.row if view.start else None
        if view.start and view.start.reached and actual is None:
            # What has been reached stays reached, whatever was expected.
            actual = view.start.reached
        if start is None:
            start = add_milestone(
                view.row,
                kind=Milestone.Kind.START,
                title=_("Opstart"),
                planned=None,
                **self._how(at),
            )
        for state, day in ((_STATE.PLANNED, planned), (_STATE.REACHED, actual)):
            if day is not None:
                date_milestone(
                    start,
                    state=state,
                    on=day,
                    effective_on=self.today,
                    reopen=actual is not None,
                    **self._how(at),
                )

    def _step(self, view: InitiativeView, cells: Cells, at: datetime) -> None:
        current = view.next_after_start
        due = _date(cells.get("next_step_due"))
        if cells.get("next_step"):
            if current is not None:
                self._drop(current.row, at)
            add_milestone(
                view.row,
                kind=Milestone.Kind.DELIVERY,
                title=cells["next_step"],
                planned=due or (current.planned if current else None),
                effective_on=self.today,
                **self._how(at),
            )
        elif due is not None and current is not None:
            date_milestone(
                current.row,
                state=_STATE.PLANNED,
                on=due,
                effective_on=self.today,
                **self._how(at),
            )

    def _drop(self, milestone: Milestone, at: datetime) -> None:
        """What the file has put something else in place of is no longer expected."""
        date_milestone(
            milestone,
            state=_STATE.DROPPED,
            on=None,
            effective_on=self.today,
            source=_("Indlæst fra Excel"),
            **self._how(at),
        )

    def _status(self, view: InitiativeView, cells: Cells, at: datetime) -> None:
        last = view.status
        written = _date(cells.get("status_date"))
        label = cells.get("status") or (last.get_status_display() if last else "")
        update_status(
            view.row,
            status=self.statuses[label],
            text=cells.get("status_text", last.text if last else ""),
            # A new status without a new day holds from the day the file was taken in.
            effective_on=written.first if written else self.today,
            source=_("Indlæst fra Excel"),
            **self._how(at),
        )

    def _add(self, cells: Cells, at: datetime) -> None:
        if cells["parent_number"] and cells["parent_number"] not in self.numbers:
            raise ValidationError(
                _("Et delinitiativ kan ikke høre under et andet delinitiativ eller sig selv.")
            )
        values = {
            "number": cells["number"],
            "parent": self.numbers.get(cells["parent_number"]),
            "known_from": self.edition.began(self.today),
            **self._own_values({key: cells[key] for key in _OWN}),
        }
        goal = self.goals[cells["area"], cells["goal"]]
        row = add_initiative(goal, values, **self._how(at))
        self.numbers[row.number] = row
        rest = {key: text for key, text in cells.items() if key not in _OWN and text}
        self._change(row, rest, at)


def _at_row(number: int | None) -> str:
    return "" if number is None else _("Række %s: ") % number


def _refusals(name: str, work: Callable[[], None]) -> list[str]:
    try:
        with transaction.atomic():
            work()
    except ValidationError as problem:
        if not hasattr(problem, "error_dict"):
            return [f"{name}: {text}" for text in problem.messages]
        return [
            f"{name}: {_COLUMN_OF[key]}: {text}" if key in _COLUMN_OF else f"{name}: {text}"
            for key, texts in problem.message_dict.items()
            for text in texts
        ]
    return []


def _due(view: InitiativeView) -> PartialDate | None:
    step = view.next_after_start
    return step.planned if step else None


def _date(text: str | None) -> PartialDate | None:
    if not text:
        return None
    try:
        return parse_partial_date_da(text)
    except UnreadableDate as problem:
        raise ValidationError(problem.reason_da) from problem
