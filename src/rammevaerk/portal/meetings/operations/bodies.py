"""Making bodies, their seats, mandates and charters."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from rammevaerk.engine.date_words import date_text_da
from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import Actor, authorise
from rammevaerk.portal.access.saving import refuse_changed, store_changes, store_new
from rammevaerk.portal.meetings.models import Body, Charter, Mandate, Seat


@transaction.atomic
def add_body(cooperation: Any, values: Mapping[str, Any], *, by: Actor, at: datetime) -> Body:
    """Let an organisation of the register meet within a cooperation."""
    authorise(by, Action.BODY_MANAGE, cooperation)
    body = Body(cooperation=cooperation, **values)
    if body.parent is not None and body.parent.cooperation_id != cooperation.pk:
        raise ValidationError({"parent": _("Forummet hører til et andet samarbejde.")})
    return store_new(body, Action.BODY_MANAGE, by=by, at=at)


@transaction.atomic
def revise_body(
    body: Body, values: Mapping[str, Any], *, seen: str | None = None, by: Actor, at: datetime
) -> bool:
    """Change what is said of a body; ``seen`` is the fingerprint of the row as it was shown."""
    authorise(by, Action.BODY_MANAGE, body)
    body = Body.objects.select_for_update().get(pk=body.pk)
    refuse_changed(body, seen)
    return store_changes(body, values, Action.BODY_MANAGE, by=by, at=at)


@transaction.atomic
def add_seat(body: Body, values: Mapping[str, Any], *, by: Actor, at: datetime) -> Seat:
    """Give an organisation a seat in a body from a day."""
    authorise(by, Action.BODY_MANAGE, body)
    return store_new(Seat(body=body, **values), Action.BODY_MANAGE, by=by, at=at)


@transaction.atomic
def give_mandate(seat: Seat, values: Mapping[str, Any], *, by: Actor, at: datetime) -> Mandate:
    """Seat somebody for a period inside the seat's; a seat has one holder and one deputy a day."""
    authorise(by, Action.BODY_MANAGE, seat)
    seat = Seat.objects.select_for_update().get(pk=seat.pk)
    mandate = Mandate(seat=seat, **values)
    _refuse_outside(seat, mandate.valid_from, mandate.valid_to)
    other = _overlapping(mandate)
    if other:
        raise ValidationError(
            {
                "valid_from": _("%(name)s har pladsen fra %(day)s. Afslut det mandat først.")
                % {"name": other.name, "day": date_text_da(other.valid_from)}
            }
        )
    return store_new(mandate, Action.BODY_MANAGE, by=by, at=at)


def _refuse_outside(seat: Seat, valid_from: date, valid_to: date | None) -> None:
    begins_early = valid_from < seat.valid_from
    ends_late = seat.valid_to is not None and (valid_to is None or valid_to > seat.valid_to)
    if begins_early or ends_late:
        raise ValidationError(
            {"valid_from": _("Mandatet skal ligge inden for den tid, pladsen findes.")}
        )


def _overlapping(mandate: Mandate) -> Mandate | None:
    same = mandate.seat.mandates.filter(kind=mandate.kind).exclude(pk=mandate.pk)
    for other in same:
        begins_before_end = other.valid_to is None or mandate.valid_from < other.valid_to
        ends_after_begin = mandate.valid_to is None or mandate.valid_to > other.valid_from
        if begins_before_end and ends_after_begin:
            return other
    return None


@transaction.atomic
def end_mandate(mandate: Mandate, last_day: date, *, by: Actor, at: datetime) -> bool:
    """Say on which day a mandate ends; the seat is then vacant until somebody is seated."""
    authorise(by, Action.BODY_MANAGE, mandate)
    return _end(mandate, last_day, by=by, at=at)


@transaction.atomic
def end_seat(seat: Seat, last_day: date, *, by: Actor, at: datetime) -> bool:
    """Say on which day a seat ceases; its mandates must have ended by then."""
    authorise(by, Action.BODY_MANAGE, seat)
    seat = Seat.objects.select_for_update().get(pk=seat.pk)
    for mandate in seat.mandates.all():
        if mandate.valid_to is None or (mandate.valid_to - last_day).days > 1:
            raise ValidationError({"last_day": _("%s sidder der endnu.") % mandate.name})
    return _end(seat, last_day, by=by, at=at)


def _end(row: Any, last_day: date, *, by: Actor, at: datetime) -> bool:
    if last_day < row.valid_from:
        raise ValidationError({"last_day": _("Dagen ligger før begyndelsen.")})
    day_after = date.fromordinal(last_day.toordinal() + 1)
    return store_changes(row, {"valid_to": day_after}, Action.BODY_MANAGE, by=by, at=at)


@transaction.atomic
def adopt_charter(body: Body, values: Mapping[str, Any], *, by: Actor, at: datetime) -> Charter:
    """Add the next version of a body's charter."""
    authorise(by, Action.BODY_MANAGE, body)
    body = Body.objects.select_for_update().get(pk=body.pk)
    last = body.charters.aggregate(last=Max("version"))["last"] or 0
    charter = Charter(
        body=body, version=last + 1, registered_at=at, registered_by_id=by.person_id, **values
    )
    return store_new(charter, Action.BODY_MANAGE, by=by, at=at)
