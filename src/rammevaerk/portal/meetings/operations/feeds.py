"""Private calendar addresses: made, shown once, revoked."""

import secrets
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import Actor, authorise, require_grant
from rammevaerk.portal.access.saving import store_changes, store_new
from rammevaerk.portal.meetings.models import Body, CalendarFeed
from rammevaerk.portal.meetings.queries.feeds import feeds_of, fingerprint_of

MOST_FEEDS = 20


@transaction.atomic
def open_feed(body: Body | None, *, by: Actor, at: datetime) -> str:
    """Make a private address for the person's calendar; returns its key, which is not kept."""
    require_grant(by, Action.MEETING_READ)
    if by.person_id is None or by.assignment_id is None:
        raise ValidationError(_("En kalenderadresse hører til en person, der er logget ind."))
    if body is not None:
        authorise(by, Action.MEETING_READ, body)
    if feeds_of(by).count() >= MOST_FEEDS:
        raise ValidationError(
            _("Du har allerede %s kalenderadresser. Tilbagekald en af dem først.") % MOST_FEEDS
        )
    key = secrets.token_urlsafe(32)
    feed = CalendarFeed(
        person_id=by.person_id,
        assignment_id=by.assignment_id,
        body=body,
        token_sha256=fingerprint_of(key),
        created_at=at,
    )
    store_new(feed, Action.MEETING_READ, by=by, at=at)
    return key


@transaction.atomic
def revoke_feed(feed_id: int, *, by: Actor, at: datetime) -> bool:
    """Close one of the person's own addresses; it answers nobody from then on."""
    feed = feeds_of(by).filter(pk=feed_id).first()
    if feed is None:
        raise ValidationError(_("Kalenderadressen findes ikke, eller den er tilbagekaldt."))
    return store_changes(feed, {"revoked_at": at}, Action.MEETING_READ, by=by, at=at)
