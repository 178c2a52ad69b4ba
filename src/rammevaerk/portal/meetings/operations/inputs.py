"""Input rounds: members say what they want taken up, and it becomes an item."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _

from rammevaerk.engine.date_words import date_text_da
from rammevaerk.portal.access.actions import Action, Role
from rammevaerk.portal.access.policy import Actor, authorise
from rammevaerk.portal.access.saving import (
    RevisionConflict,
    refuse_changed,
    store_changes,
    store_new,
)
from rammevaerk.portal.common.clock import day_of
from rammevaerk.portal.meetings.models import AgendaItem, AgendaSection, Body, Input, InputRound
from rammevaerk.portal.meetings.operations.items import add_item
from rammevaerk.portal.meetings.queries.inputs import asked, input_of, inputs_of

# What a form remembers of an organisation that has given nothing yet.
NOTHING_GIVEN = "new"


@transaction.atomic
def open_round(body: Body, values: Mapping[str, Any], *, by: Actor, at: datetime) -> InputRound:
    """Ask the members for input by a day; ``values``: title, question, due_on, due_said."""
    authorise(by, Action.AGENDA_EDIT, body)
    row = InputRound(body=body, **{"opens_on": day_of(at), **values})
    _refuse_short(row)
    return store_new(row, Action.AGENDA_EDIT, by=by, at=at)


@transaction.atomic
def revise_round(
    row: InputRound,
    values: Mapping[str, Any],
    *,
    seen: str | None = None,
    by: Actor,
    at: datetime,
) -> bool:
    """Change what is asked, or give more time; ``seen`` as in the other revisions."""
    authorise(by, Action.AGENDA_EDIT, row)
    row = InputRound.objects.select_for_update().get(pk=row.pk)
    refuse_changed(row, seen)
    for name, value in values.items():
        setattr(row, name, value)
    _refuse_short(row)
    fresh = InputRound.objects.get(pk=row.pk)
    return store_changes(fresh, values, Action.AGENDA_EDIT, by=by, at=at)


def _refuse_short(row: InputRound) -> None:
    if row.due_on < row.opens_on:
        raise ValidationError({"due": _("Fristen ligger, før runden åbner.")})


@transaction.atomic
def give_input(
    round_: InputRound,
    organisation_id: int,
    text: str,
    *,
    seen: str | None = None,
    by: Actor,
    at: datetime,
) -> Input:
    """Give an organisation's input, or change it, until the time is up.

    The secretariat may enter what it got otherwise, also later. ``seen`` is the fingerprint of the
    input as it was shown, NOTHING_GIVEN when there was none.
    """
    authorise(by, Action.INPUT_GIVE, round_)
    round_ = InputRound.objects.select_for_update().get(pk=round_.pk)
    helps = by.is_system or by.role is Role.SECRETARIAT
    if not helps and organisation_id != by.organisation_id:
        raise ValidationError(_("Du kan kun give input for din egen organisation."))
    if organisation_id not in asked(round_):
        raise ValidationError(_("Organisationen er ikke spurgt i denne runde."))
    if not helps:
        _refuse_outside(round_, at)
    row = input_of(round_, organisation_id)
    new = {"text": text, "given_at": at, "given_by_id": by.person_id}
    if row is None:
        row = Input(round=round_, organisation_id=organisation_id, **new)
        return store_new(row, Action.INPUT_GIVE, by=by, at=at)
    if seen == NOTHING_GIVEN:
        raise RevisionConflict(row)
    refuse_changed(row, seen)
    if text != row.text:
        store_changes(row, new, Action.INPUT_GIVE, by=by, at=at)
    return row


def _refuse_outside(round_: InputRound, at: datetime) -> None:
    today = day_of(at)
    if today < round_.opens_on:
        raise ValidationError(_("Runden åbner %s.") % date_text_da(round_.opens_on))
    if today > round_.due_on:
        raise ValidationError(
            _("Fristen var %s. Send jeres input til sekretariatet, som kan lægge det ind.")
            % date_text_da(round_.due_on)
        )


@transaction.atomic
def item_from_round(
    round_: InputRound,
    values: Mapping[str, Any],
    *,
    section: AgendaSection | None = None,
    by: Actor,
    at: datetime,
) -> AgendaItem:
    """Make an item of what the members gave, in the backlog or in a section of a meeting.

    ``values``: title and purpose. From the day the agenda goes out, everybody who may read the
    item reads every member's input.
    """
    authorise(by, Action.AGENDA_EDIT, round_)
    given = inputs_of(round_)
    if not given:
        raise ValidationError(_("Der er ikke kommet noget input endnu."))
    return add_item(
        round_.body,
        {**values, "presentation": _presentation(round_, given)},
        section=section,
        by=by,
        at=at,
    )


def _presentation(round_: InputRound, given: list[tuple[str, Input]]) -> str:
    parts = format_html_join(
        "",
        "<h4>{}</h4>{}",
        ((name, _paragraphs(row.text)) for name, row in given),
    )
    return format_html("{}{}", _paragraphs(round_.question), parts)


def _paragraphs(text: str) -> str:
    blocks = (block.strip() for block in text.split("\n\n"))
    return format_html_join("", "<p>{}</p>", ((block,) for block in blocks if block))
