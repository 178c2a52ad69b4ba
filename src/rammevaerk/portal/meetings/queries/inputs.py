"""Reads of input rounds: who is asked, who has answered, and what they said."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _

from rammevaerk.portal.access.actions import Action, Role
from rammevaerk.portal.access.policy import Actor, visible
from rammevaerk.portal.access.queries import members_on
from rammevaerk.portal.common.forms import row_id
from rammevaerk.portal.meetings.conditions import ConditionState
from rammevaerk.portal.meetings.models import (
    Body,
    Input,
    InputRound,
    Seat,
)
from rammevaerk.portal.meetings.queries.names import names_of, short_names


@dataclass(frozen=True, slots=True)
class RoundView:
    """A round on a day; ``missing`` and ``given`` are for the secretariat, ``own`` for a member."""

    row: InputRound
    body_name: str
    asked: int
    answered: int
    on: date

    @property
    def open(self) -> bool:
        return self.row.opens_on <= self.on <= self.row.due_on

    @property
    def kind(self) -> str:
        if self.open:
            return "active"
        return "planned" if self.on < self.row.opens_on else "stopped"


def asked(round_: InputRound) -> list[int]:
    """The organisations that are asked: those with a seat, on the day the round opens.

    A delegation carries the wishes of the body that appointed it, so its members are asked; where
    nobody has a seat, the members of the cooperation are.
    """
    body = round_.body
    if body.kind == Body.Kind.DELEGATION and body.parent is not None:
        body = body.parent
    on = round_.opens_on
    held = Q(valid_from__lte=on) & (Q(valid_to__isnull=True) | Q(valid_to__gt=on))
    seats = body.seats.filter(held).exclude(function=Seat.Function.SECRETARY)
    found = list(seats.values_list("organisation_id", flat=True).distinct().order_by())
    if found:
        return found
    members = members_on(body.cooperation_id, on=on)
    return [row.organisation_id for row in members if not row.is_secretariat]


def input_of(round_: InputRound, organisation_id: int) -> Input | None:
    return round_.inputs.filter(organisation_id=organisation_id).first()


def inputs_of(round_: InputRound) -> list[tuple[str, Input]]:
    """What has been given, by the organisations' names: only for whoever edits the agenda."""
    rows = list(round_.inputs.all())
    names = names_of((row.organisation_id for row in rows), on=round_.due_on)
    found = [(names[row.organisation_id], row) for row in rows]
    return sorted(found, key=lambda pair: pair[0].casefold())


def missing_in(round_: InputRound) -> list[str]:
    """The names of those who are asked and have not answered."""
    answered = set(round_.inputs.values_list("organisation_id", flat=True))
    left = [pk for pk in asked(round_) if pk not in answered]
    return sorted(names_of(left, on=round_.due_on).values(), key=str.casefold)


def asked_choices(round_: InputRound) -> list[tuple[int, str]]:
    names = names_of(asked(round_), on=round_.due_on)
    return sorted(names.items(), key=lambda pair: pair[1].casefold())


def rounds(actor: Actor, *, on: date) -> list[RoundView]:
    """The rounds the actor may see: those that run first, then the newest."""
    rows = visible(InputRound.objects.all(), actor, Action.MEETING_READ)
    views = views_of_rounds(list(rows.select_related("body__parent")), on=on)
    rank = {"active": 0, "planned": 1, "stopped": 2}
    return sorted(views, key=lambda view: (rank[view.kind], -view.row.due_on.toordinal()))


def views_of_rounds(rows: Sequence[InputRound], *, on: date) -> list[RoundView]:
    names = short_names((row.body for row in rows), on=on)
    return [
        RoundView(
            row=row,
            body_name=names[row.body.organisation_id],
            asked=len(asked(row)),
            answered=row.inputs.count(),
            on=on,
        )
        for row in rows
    ]


def awaiting_input(actor: Actor, *, on: date) -> list[InputRound]:
    """The open rounds in which the actor's organisation is asked and has not answered."""
    if actor.role is Role.SECRETARIAT or actor.scope(Action.INPUT_GIVE) is None:
        return []
    rows = visible(InputRound.objects.all(), actor, Action.INPUT_GIVE)
    found = rows.filter(opens_on__lte=on, due_on__gte=on).exclude(
        inputs__organisation_id=actor.organisation_id or 0
    )
    return [row for row in found.order_by("due_on") if actor.organisation_id in asked(row)]


# --- what obligations can rest on ---


def check_answers(target: str, threshold: int | None, _on: date) -> ConditionState:
    """Condition ``input_round_answers``: has the round got so many answers?"""
    row = InputRound.objects.filter(pk=row_id(target) or 0).first()
    if row is None:
        return ConditionState(False, _("Inputrunden findes ikke."))
    count = row.inputs.count()
    wanted = threshold or 1
    text = _("%(count)s af %(wanted)s svar i «%(round)s»")
    words = {"count": count, "wanted": wanted, "round": row.title}
    return ConditionState(count >= wanted, text % words)


def answer_targets(actor: Actor) -> list[tuple[str, str]]:
    rows = visible(InputRound.objects.all(), actor, Action.AGENDA_EDIT)
    return [(str(row.pk), row.title) for row in rows]
