"""Who is party to an edition."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import Actor, authorise
from rammevaerk.portal.access.saving import lock_seen, store_new, store_removal
from rammevaerk.portal.agreement.models import Edition, EditionParty, Initiative, Participation


@transaction.atomic
def add_party(edition: Edition, organisation_id: int, *, by: Actor, at: datetime) -> EditionParty:
    """Make an organisation that exists in the edition's period a party to it."""
    authorise(by, Action.EDITION_MANAGE, edition)
    party = EditionParty(edition=edition, organisation_id=organisation_id)
    organisation = party.organisation
    gone = organisation.valid_to is not None and organisation.valid_to <= edition.valid_from
    if gone or organisation.valid_from >= edition.valid_to:
        raise ValidationError({"organisation": _("Organisationen findes ikke i udgavens periode.")})
    if edition.parties.filter(organisation_id=organisation_id).exists():
        raise ValidationError({"organisation": _("Organisationen er allerede aftalepart.")})
    return store_new(party, Action.EDITION_MANAGE, by=by, at=at)


@transaction.atomic
def remove_party(party: EditionParty, *, seen: str | None = None, by: Actor, at: datetime) -> None:
    """Take an organisation out of an edition in whose plan it plays no part; see lock_seen."""
    party = lock_seen(party, Action.EDITION_MANAGE, seen=seen, by=by)
    if found := party_obstacles(party):
        raise ValidationError(found)
    store_removal(party, Action.EDITION_MANAGE, by=by, at=at)


def party_obstacles(party: EditionParty) -> list[str]:
    """What the party does in the edition's plan, so that it cannot be taken out; in Danish."""
    initiatives = Initiative.objects.filter(edition=party.edition_id)
    taking_part = Participation.objects.filter(
        initiative__in=initiatives, organisation=party.organisation_id
    )
    joined = initiatives.filter(pk__in=taking_part.values("initiative"))
    found = []
    if numbers := _numbers(joined):
        found.append(_("Den deltager eller har deltaget i initiativ %s.") % numbers)
    if numbers := _numbers(initiatives.filter(responsible=party.organisation_id)):
        found.append(_("Den er ansvarlig for initiativ %s.") % numbers)
    return found


def _numbers(rows: "QuerySet[Initiative]") -> str:
    return ", ".join(rows.values_list("number", flat=True))
