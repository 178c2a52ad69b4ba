"""A document that was read in becomes a draft meeting, when a person has confirmed it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import Actor, authorise
from rammevaerk.portal.access.saving import store_changes, store_new
from rammevaerk.portal.common.templatetags.danish import dato_tid
from rammevaerk.portal.meetings.models import AgendaItem, AgendaSection, Body, ItemAnnex, Meeting
from rammevaerk.portal.meetings.operations.items import add_item
from rammevaerk.portal.meetings.operations.planning import plan_meeting
from rammevaerk.portal.meetings.reading_content import Reading, ReadItem
from rammevaerk.portal.meetings.reading_words import is_other_business, purpose_in


@dataclass(frozen=True, slots=True)
class Correction:
    """An item that is to be taken in, as the person left it."""

    item: ReadItem
    title: str
    kind: str
    closed: bool
    legal_ground: str


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What was stored. ``renumbered`` is (the document's number, the portal's)."""

    meeting: Meeting
    items: int
    annexes: int
    renumbered: list[tuple[str, str]]


@transaction.atomic
def take_in_document(
    body: Body,
    reading: Reading,
    values: Mapping[str, Any],
    corrections: Sequence[Correction],
    *,
    fill: bool,
    by: Actor,
    at: datetime,
) -> TakenIn:
    """Make a draft meeting of what was read, or fill the draft that is planned at that time.

    ``values`` are the meeting's columns; ``fill`` says that a draft without items may be filled,
    and then only its items are written. ValidationError, and nothing stored, for a document that
    stands there already and for a time at which the body has another meeting.
    """
    authorise(by, Action.AGENDA_EDIT, body)
    # The body's row is the queue: of two who confirm at once, the second sees the first.
    body = Body.objects.select_for_update().get(pk=body.pk)
    if not corrections:
        raise ValidationError(_("Vælg mindst ét punkt. Intet er gemt."))
    refuse_known(body, reading)
    meeting = _meeting(body, reading, values, fill=fill, by=by, at=at)
    sections = {row.kind: row for row in meeting.sections.order_by("-position")}
    annexes, renumbered = 0, []
    for one in corrections:
        item = _store_item(body, one, sections[one.kind], by=by, at=at)
        annexes += _announce_annexes(item, one.item.annexes, by=by, at=at)
        if one.item.number != item.number:
            renumbered.append((one.item.number, item.number))
    return TakenIn(meeting, len(corrections), annexes, renumbered)


def refuse_known(body: Body, reading: Reading) -> None:
    """Raise ValidationError when the very same file has been read in for the body already."""
    rows = body.meetings.filter(source__contains=_mark(reading), items__isnull=False)
    known = rows.exclude(state=Meeting.State.CANCELLED).first()
    if known is not None:
        raise ValidationError(
            _("Dokumentet er allerede læst ind, til mødet %s. Intet er gemt.")
            % dato_tid(known.starts_at),
            code="known",
        )


def _mark(reading: Reading) -> str:
    # Not the file's name: it may tell of a closed item.
    return f"SHA-256 {reading.digest[:16]}"


def meeting_at(body: Body, starts_at: datetime) -> Meeting | None:
    """The meeting of the body that begins at the time, if any."""
    return body.meetings.filter(starts_at=starts_at).first()


def can_be_filled(meeting: Meeting) -> bool:
    """Whether a read document may become the agenda of the meeting: a draft without items."""
    return meeting.state == Meeting.State.DRAFT and not meeting.items.exists()


def _meeting(
    body: Body,
    reading: Reading,
    values: Mapping[str, Any],
    *,
    fill: bool,
    by: Actor,
    at: datetime,
) -> Meeting:
    source = _("Læst ind fra et dokument (%s)") % _mark(reading)
    planned = meeting_at(body, values["starts_at"])
    if planned is None:
        return plan_meeting(body, {**values, "source": source}, by=by, at=at)
    if not can_be_filled(planned):
        raise ValidationError({"starts_at": _taken(planned)})
    if not fill:
        raise ValidationError(
            {
                "fill": _(
                    "Der er allerede planlagt et møde %s, uden punkter. Sæt kryds her for at lægge"
                    " punkterne på det, eller ret tidspunktet."
                )
                % dato_tid(planned.starts_at)
            }
        )
    told = f"{planned.source}; {source}" if planned.source else source
    store_changes(planned, {"source": told[-300:]}, Action.AGENDA_EDIT, by=by, at=at)
    return planned


def _taken(planned: Meeting) -> str:
    if planned.state == Meeting.State.DRAFT:
        text = _("Der er allerede et møde %(at)s, og der står punkter på dets dagsorden.")
    else:
        text = _("Der er allerede et møde %(at)s; det er «%(state)s».")
    given = {"at": dato_tid(planned.starts_at), "state": planned.get_state_display()}
    return text % given + _(" Ret tidspunktet, eller åbn mødet i stedet. Intet er gemt.")


def _store_item(
    body: Body, one: Correction, section: AgendaSection, *, by: Actor, at: datetime
) -> AgendaItem:
    points = [(verb, words) for verb, words, _known in one.item.points]
    other = is_other_business(one.title) and one.kind == AgendaSection.Kind.UPCOMING
    values = {
        "title": one.title,
        "purpose": purpose_in(one.kind, [verb for verb, _words, known in one.item.points if known]),
        "presenters": one.item.presenters,
        "presentation": one.item.html,
        "closed": one.closed,
        "legal_ground": one.legal_ground if one.closed else "",
        # So that the standing items, when they write themselves, do not add another.
        "standing": AgendaItem.Standing.OTHER if other and not one.closed else "",
    }
    return add_item(body, values, section=section, recommendation=points, by=by, at=at)


def _announce_annexes(item: AgendaItem, titles: Sequence[str], *, by: Actor, at: datetime) -> int:
    """Enter annexes whose files are still to come."""
    for position, title in enumerate(titles, start=1):
        row = ItemAnnex(item=item, position=position, title=title)
        store_new(row, Action.AGENDA_EDIT, by=by, at=at)
    return len(titles)
