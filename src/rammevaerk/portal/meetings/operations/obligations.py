"""Obligations: what was promised, by whom and by when, and that it has been done."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from rammevaerk.engine.date_words import date_text_da
from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import Actor, authorise
from rammevaerk.portal.access.saving import refuse_changed, store_changes, store_new
from rammevaerk.portal.common.clock import day_of
from rammevaerk.portal.meetings import conditions
from rammevaerk.portal.meetings.models import AgendaItem, Body, Obligation


@transaction.atomic
def add_obligation(
    body: Body,
    values: Mapping[str, Any],
    *,
    item: AgendaItem | None = None,
    by: Actor,
    at: datetime,
) -> Obligation:
    """Enter what somebody has promised a body, at an item of a meeting or otherwise.

    ``values``: owner_id, text, due (PartialDate), due_said (the words, when they say more), and
    optionally agreed_on (else the day of the meeting, else today), owner_name, condition,
    condition_target, condition_threshold and source.
    """
    authorise(by, Action.OBLIGATION_MANAGE, body)
    if item is not None:
        authorise(by, Action.OBLIGATION_MANAGE, item)
        if item.body_id != body.pk:
            raise ValidationError(_("Punktet hører til et andet forum."))
    given = {**values, "agreed_on": values.get("agreed_on") or _agreed_on(item, at)}
    _check(given)
    row = Obligation(body=body, item=item, **given)
    return store_new(row, Action.OBLIGATION_MANAGE, by=by, at=at)


def _agreed_on(item: AgendaItem | None, at: datetime) -> date:
    return day_of(item.meeting.starts_at if item is not None and item.meeting else at)


def _check(values: Mapping[str, Any]) -> None:
    if values.get("due") is None:
        raise ValidationError({"due": _("En forpligtelse skal have en frist.")})
    condition = values.get("condition", "")
    if condition and not conditions.known(condition):
        raise ValidationError({"condition": _("Betingelsen findes ikke.")})
    if condition and not values.get("condition_threshold"):
        raise ValidationError(
            {
                "condition_threshold": _(
                    "Skriv, hvor mange der skal til, før betingelsen er opfyldt."
                )
            }
        )


@transaction.atomic
def revise_obligation(
    row: Obligation,
    values: Mapping[str, Any],
    *,
    seen: str | None = None,
    by: Actor,
    at: datetime,
) -> bool:
    """Correct an open obligation; ``seen`` is the fingerprint of the row as it was shown."""
    authorise(by, Action.OBLIGATION_MANAGE, row)
    row = Obligation.objects.select_for_update().get(pk=row.pk)
    refuse_changed(row, seen)
    if row.met_on is not None:
        raise ValidationError(_("Forpligtelsen er opfyldt. Genåbn den, før den rettes."))
    _check({name: getattr(row, name) for name in _CHECKED} | dict(values))
    return store_changes(row, values, Action.OBLIGATION_MANAGE, by=by, at=at)


_CHECKED = ("due", "condition", "condition_threshold")


@transaction.atomic
def meet_obligation(row: Obligation, *, met_on: date, note: str, by: Actor, at: datetime) -> bool:
    """Say that an obligation is met, when, and how it shows."""
    authorise(by, Action.OBLIGATION_MEET, row)
    row = Obligation.objects.select_for_update().get(pk=row.pk)
    if row.met_on is not None:
        raise ValidationError(
            _("Forpligtelsen er allerede meldt opfyldt %s.") % date_text_da(row.met_on)
        )
    if met_on > day_of(at):
        raise ValidationError({"met_on": _("Dagen er ikke kommet endnu.")})
    if met_on < row.agreed_on:
        raise ValidationError({"met_on": _("Dagen ligger før den, hvor det blev aftalt.")})
    if not note.strip():
        raise ValidationError({"note": _("Skriv, hvordan forpligtelsen er opfyldt.")})
    values = {"met_on": met_on, "met_note": note}
    return store_changes(row, values, Action.OBLIGATION_MEET, by=by, at=at)


@transaction.atomic
def reopen_obligation(row: Obligation, *, by: Actor, at: datetime) -> bool:
    """Take back that an obligation was met; the trail keeps what was said."""
    authorise(by, Action.OBLIGATION_MANAGE, row)
    row = Obligation.objects.select_for_update().get(pk=row.pk)
    values = {"met_on": None, "met_note": ""}
    return store_changes(row, values, Action.OBLIGATION_MANAGE, by=by, at=at)
