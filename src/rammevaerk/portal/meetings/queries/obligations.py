"""Reads of obligations: whose they are, how they stand, and which are due at a meeting."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import Actor, visible
from rammevaerk.portal.common.clock import day_of
from rammevaerk.portal.meetings import conditions
from rammevaerk.portal.meetings.models import Meeting, Obligation
from rammevaerk.portal.meetings.models.minutes import READABLE
from rammevaerk.portal.meetings.queries.names import names_of, short_names

STATES = ("open", "due", "met", "all")


@dataclass(frozen=True, slots=True)
class ObligationView:
    """An obligation as it stands on a day; ``check`` is what a machine found, where it can."""

    row: Obligation
    owner: str
    body_name: str
    on: date
    check: conditions.ConditionState | None

    @property
    def met_by_machine(self) -> bool:
        return self.row.met_on is None and self.check is not None and self.check.met

    @property
    def met(self) -> bool:
        return self.row.met_on is not None or self.met_by_machine

    @property
    def late(self) -> bool:
        return not self.met and self.row.due is not None and self.row.due.passed(self.on)

    @property
    def kind(self) -> str:
        if self.met:
            return "done"
        return "late" if self.late else "planned"

    @property
    def due_text(self) -> str:
        """The time limit as it was said, with how it is read where the words leave that open."""
        return f"{self.due_said} (læst som {self.due_read})" if self.due_read else self.due_said

    @property
    def due_said(self) -> str:
        """The time limit in the words of the one who set it."""
        return self.row.due_said or self._due_text

    @property
    def due_read(self) -> str:
        """How the words are read; empty where they are the date itself."""
        return "" if self.due_said == self._due_text else self._due_text

    @property
    def _due_text(self) -> str:
        return self.row.due.text_da() if self.row.due else ""


@dataclass(frozen=True, slots=True)
class ObligationFilter:
    """What the register is narrowed to."""

    state: str = "open"
    mine: bool = False
    body_id: int | None = None
    text: str = ""

    def admits(self, view: ObligationView) -> bool:
        if self.text.casefold() not in f"{view.row.text} {view.owner}".casefold():
            return False
        wanted = {"open": not view.met, "due": view.late, "met": view.met}
        return wanted.get(self.state, True)


def obligations(actor: Actor, narrowed: ObligationFilter, *, on: date) -> list[ObligationView]:
    """The obligations the actor may see, what is late first, then by time limit."""
    rows = _visible(actor)
    if narrowed.mine:
        rows = rows.filter(owner_id=actor.organisation_id or 0)
    if narrowed.body_id is not None:
        rows = rows.filter(body_id=narrowed.body_id)
    found = [view for view in views_of(rows, on=on) if narrowed.admits(view)]
    return sorted(found, key=_late_first)


def _late_first(view: ObligationView) -> tuple[int, str, int]:
    rank = {"late": 0, "planned": 1, "done": 2}
    return rank[view.kind], view.row.due.sort_code if view.row.due else "9", view.row.pk


def _visible(actor: Actor) -> "QuerySet[Obligation]":
    return visible(Obligation.objects.all(), actor, Action.OBLIGATION_READ)


def obligations_of_item(item_id: int, actor: Actor, *, on: date) -> list[ObligationView]:
    """What was promised at an item, as far as the actor may see it."""
    return views_of(_visible(actor).filter(item_id=item_id), on=on)


def obligation_view(row: Obligation, *, on: date) -> ObligationView:
    return next(iter(views_of([row], on=on)))


def views_of(rows: Iterable[Obligation], *, on: date) -> list[ObligationView]:
    if isinstance(rows, QuerySet):
        rows = rows.select_related("body", "item__meeting")
    found = list(rows)
    names = names_of((row.owner_id for row in found), on=on)
    bodies = short_names((row.body for row in found), on=on)
    return [
        ObligationView(
            row=row,
            owner=names[row.owner_id],
            body_name=bodies[row.body.organisation_id],
            on=on,
            check=_check(row, on),
        )
        for row in found
    ]


def _check(row: Obligation, on: date) -> conditions.ConditionState | None:
    if not row.condition:
        return None
    return conditions.state_of(row.condition, row.condition_target, row.condition_threshold, on)


def due_at(meeting: Meeting, *, on: date) -> list[ObligationView]:
    """The body's open obligations whose time is up by the day of the meeting, oldest first.

    Everything, closed items' too: the caller sees to who may read what. What was promised at a
    meeting counts when its minutes have been sent out.
    """
    held_on = day_of(meeting.starts_at)
    rows = Obligation.objects.filter(
        Q(item=None) | Q(item__meeting__state__in=READABLE), body_id=meeting.body_id, met_on=None
    )
    found = [
        view
        for view in views_of(rows.select_related("item"), on=on)
        if not view.met and view.row.due is not None and view.row.due.last <= held_on
    ]
    return sorted(found, key=_late_first)
