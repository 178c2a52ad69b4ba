"""A round of review: named people read the draft of an agenda and say what they think."""

from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import Actor, Decision, Refused, authorise
from rammevaerk.portal.access.saving import store_changes, store_new
from rammevaerk.portal.meetings.models import Meeting, Review

_State = Meeting.State


@transaction.atomic
def ask_for_review(meeting: Meeting, person_ids: Iterable[int], *, by: Actor, at: datetime) -> None:
    """Let these people see the draft, and ask them for their remarks. Nobody else is told.

    Whoever has answered an earlier round is asked anew; what he said then stands until he answers.
    """
    authorise(by, Action.AGENDA_EDIT, meeting)
    meeting = Meeting.objects.select_for_update().get(pk=meeting.pk)
    if meeting.sent_out:
        raise ValidationError(_("Dagsordenen er udsendt; en kladde kan ikke læses igennem mere."))
    asked = {row.person_id: row for row in meeting.reviews.all()}
    for pk in person_ids:
        if pk not in asked:
            row = Review(meeting=meeting, person_id=pk, asked_at=at)
            store_new(row, Action.AGENDA_EDIT, by=by, at=at)
        elif meeting.state == _State.DRAFT:
            values = {"asked_at": at, "answered_at": None}
            store_changes(asked[pk], values, Action.AGENDA_EDIT, by=by, at=at)
    store_changes(meeting, {"state": _State.REVIEW}, Action.AGENDA_EDIT, by=by, at=at)


@transaction.atomic
def end_review(meeting: Meeting, *, by: Actor, at: datetime) -> bool:
    """Take the agenda back as a draft that only the secretariat sees."""
    authorise(by, Action.AGENDA_EDIT, meeting)
    meeting = Meeting.objects.select_for_update().get(pk=meeting.pk)
    if meeting.state != _State.REVIEW:
        raise ValidationError(_("Der er ingen gennemlæsning i gang."))
    return store_changes(meeting, {"state": _State.DRAFT}, Action.AGENDA_EDIT, by=by, at=at)


@transaction.atomic
def answer_review(review: Review, comment: str, *, by: Actor, at: datetime) -> bool:
    """Say what one thinks of the draft; an empty comment says that one has none."""
    authorise(by, Action.MEETING_READ, review)
    review = Review.objects.select_for_update().get(pk=review.pk)
    if review.person_id != by.person_id:
        raise Refused(Decision(False, _("Kun den, der er bedt om det, kan svare.")))
    if review.meeting.state != _State.REVIEW:
        raise ValidationError(_("Gennemlæsningen er slut."))
    values = {"comment": comment, "answered_at": at}
    return store_changes(review, values, Action.MEETING_READ, by=by, at=at)
