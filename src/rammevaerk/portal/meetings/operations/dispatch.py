"""Sending an agenda out: the words are frozen, and what comes later goes out as a supplement."""

import hashlib
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.audit import canonical
from rammevaerk.portal.access.policy import Actor, authorise
from rammevaerk.portal.access.queries import names_on
from rammevaerk.portal.access.saving import RevisionConflict, store_changes, store_new
from rammevaerk.portal.common.clock import day_of
from rammevaerk.portal.meetings.agenda_content import Content, annex_figure, document_of, draft_of
from rammevaerk.portal.meetings.models import AgendaItem, Dispatch, ItemAnnex, Meeting
from rammevaerk.portal.meetings.operations.standing import refuse_closed_titles

_State = Meeting.State


def next_document(meeting: Meeting) -> tuple[Content, str]:
    """What would be sent out now, and its SHA-256."""
    organisation = meeting.body.organisation_id
    name = names_on([organisation], on=day_of(meeting.starts_at))[organisation]
    content = document_of(meeting, name, draft_of(meeting))
    return content, sha256_of(canonical(content))


def sha256_of(content: str) -> str:
    """The fingerprint of a canonical JSON text."""
    return hashlib.sha256(content.encode()).hexdigest()


@transaction.atomic
def dispatch_agenda(
    meeting: Meeting, *, seen: str | None = None, by: Actor, at: datetime
) -> Dispatch:
    """Send out the agenda, or what has come to it since, as the next version.

    ``seen`` is the SHA-256 of what was shown before it was confirmed; RevisionConflict when the
    agenda has changed since. ValidationError when there is nothing to send.
    """
    authorise(by, Action.AGENDA_EDIT, meeting)
    meeting = Meeting.objects.select_for_update().get(pk=meeting.pk)
    if meeting.over:
        raise ValidationError(
            _("Mødet er «%s»; der kan ikke udsendes mere.") % meeting.get_state_display()
        )
    refuse_closed_titles(meeting)
    content, digest = next_document(meeting)
    if not content["items"] and not content["withdrawn"]:
        raise ValidationError(
            _("Alt er udsendt.") if meeting.sent_out else _("Dagsordenen har ingen punkter.")
        )
    if seen is not None and seen != digest:
        raise RevisionConflict(meeting)
    row = Dispatch(
        meeting=meeting,
        kind=content["kind"],
        version=content["version"],
        content=canonical(content),
        sha256=digest,
        registered_at=at,
        registered_by_id=by.person_id,
    )
    store_new(row, Action.AGENDA_EDIT, by=by, at=at)
    _mark(row, content["items"], by=by, at=at)
    if not meeting.sent_out:
        store_changes(meeting, {"state": _State.DISPATCHED}, Action.AGENDA_EDIT, by=by, at=at)
    return row


def _mark(row: Dispatch, items: list[Content], *, by: Actor, at: datetime) -> None:
    """Let readers see what went out, and let each annex keep the number it went out under."""
    rows = AgendaItem.objects.in_bulk([content["id"] for content in items])
    for content in items:
        item = rows[content["id"]]
        marks = {"dispatched": True, "sent_closed": item.sent_closed or item.closed}
        store_changes(item, marks, Action.AGENDA_EDIT, by=by, at=at)
    sent = [annex for content in items for annex in content["annexes"]]
    annexes = ItemAnnex.objects.in_bulk([annex["id"] for annex in sent])
    for annex in sent:
        numbered = annexes[annex["id"]]
        store_changes(
            numbered,
            {"sent_number": annex_figure(annex["number"])},
            Action.AGENDA_EDIT,
            by=by,
            at=at,
        )
    row.files.add(*(annex["file"]["id"] for annex in sent if annex["file"]))
