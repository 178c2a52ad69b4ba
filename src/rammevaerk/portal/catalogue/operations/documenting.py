"""Saying afterwards what was decided of a succession that the catalogue was filled with."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from rammevaerk.engine.date_words import date_text_da
from rammevaerk.portal.access.policy import Actor, authorise
from rammevaerk.portal.access.saving import store_changes, store_new
from rammevaerk.portal.catalogue.models import (
    Facility,
    FacilityEvent,
    FacilitySuccession,
)
from rammevaerk.portal.catalogue.operations.effects import MANAGE, Outcome
from rammevaerk.portal.catalogue.operations.succession_plans import (
    followed_rules,
    places_on,
    services_from,
)
from rammevaerk.portal.catalogue.operations.succession_texts import names, ruled


@transaction.atomic
def document_succession(
    links: Sequence[FacilitySuccession],
    *,
    deviation: str = "",
    buyers_told_on: date | None = None,
    by: Actor,
    at: datetime,
) -> FacilityEvent:
    """Put an event behind links that have none; nothing is moved, the places are compared.

    The links are those of one day and kind. ValidationError when they are not.
    """
    if len({(link.on, link.kind, link.event_id) for link in links}) != 1 or links[0].event_id:
        raise ValidationError(_("Det er ikke ét skift uden en hændelse."))
    for link in links:
        authorise(by, MANAGE, link.predecessor)
    first = links[0]
    before = list({link.predecessor_id: link.predecessor for link in links}.values())
    after = list({link.successor_id: link.successor for link in links}.values())
    said = FacilityEvent(
        cooperation_id=first.predecessor.cooperation_id,
        reporter_id=first.predecessor.reporter_id,
        kind=first.kind,
        on=first.on,
        title=f"{names(before)} → {names(after)}"[:700],
        reason=first.reason,
        decision=first.decision,
        contracts=first.contracts,
        tariffs=first.tariffs,
        must_stay_available=first.must_stay_available,
        deviation=deviation,
        buyers_told_on=buyers_told_on,
        effects="{}",
        registered_at=at,
        registered_by_id=by.person_id,
    )
    outcome = [
        *_compared(before, after, first.on),
        *ruled(said, followed_rules(said.kind, said.on)),
    ]
    said.outcome = json.dumps([asdict(one) for one in outcome], ensure_ascii=False)
    event = store_new(said, MANAGE, by=by, at=at, reason=first.reason)
    for link in links:
        store_changes(link, {"event": event}, MANAGE, by=by, at=at)
    return event


def _compared(before: Sequence[Facility], after: Sequence[Facility], on: date) -> list[Outcome]:
    eve = on - timedelta(days=1)
    told = {
        "before": names(before),
        "after": names(after),
        "last": date_text_da(eve),
        "had": _places(before, eve),
        "has": _places(after, on),
    }
    return [
        Outcome(
            _("Tilbud"),
            _("%(before)s havde sidste dag %(last)s; %(after)s fulgte efter.") % told,
        ),
        Outcome(_("Pladser"), _("%(had)s pladser den sidste dag og %(has)s den første.") % told),
    ]


def _places(facilities: Sequence[Facility], on: date) -> int:
    services = services_from(facilities, on)
    return sum(row.places for row in places_on([one.pk for one in services], on).values())
