"""Making editions, their chapters and their annexes."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import Actor, authorise
from rammevaerk.portal.access.saving import lock_seen, store_changes, store_new
from rammevaerk.portal.agreement.models import (
    Agreement,
    Annex,
    AnnexVersion,
    Chapter,
    Edition,
    EditionParty,
)
from rammevaerk.portal.common.documents import take_in


@transaction.atomic
def create_agreement(
    cooperation: Any, *, slug: str, title: str, by: Actor, at: datetime
) -> Agreement:
    """Begin an agreement of a cooperation."""
    authorise(by, Action.EDITION_MANAGE, cooperation)
    agreement = Agreement(cooperation=cooperation, slug=slug, title=title)
    return store_new(agreement, Action.EDITION_MANAGE, by=by, at=at)


@transaction.atomic
def create_edition(
    agreement: Agreement,
    values: Mapping[str, Any],
    *,
    party_ids: Iterable[int],
    by: Actor,
    at: datetime,
) -> Edition:
    """Begin an edition with its parties; its period may not overlap another of the agreement."""
    authorise(by, Action.EDITION_MANAGE, agreement)
    # Two who begin an edition at once must see each other's period.
    agreement = Agreement.objects.select_for_update().get(pk=agreement.pk)
    edition = Edition(agreement=agreement, slug=f"{agreement.slug}-{values['label']}", **values)
    _refuse_overlap(agreement, edition.valid_from, edition.valid_to)
    store_new(edition, Action.EDITION_MANAGE, by=by, at=at)
    for organisation_id in party_ids:
        party = EditionParty(edition=edition, organisation_id=organisation_id)
        store_new(party, Action.EDITION_MANAGE, by=by, at=at)
    return edition


def _refuse_overlap(agreement: Agreement, valid_from: date, valid_to: date) -> None:
    other = agreement.editions.filter(valid_from__lt=valid_to, valid_to__gt=valid_from).first()
    if other:
        raise ValidationError(
            {"valid_from": _("Perioden overlapper %(other)s.") % {"other": other.title}}
        )


@transaction.atomic
def revise_edition(
    edition: Edition,
    values: Mapping[str, Any],
    *,
    seen: str | None = None,
    by: Actor,
    at: datetime,
) -> bool:
    """Change an edition's texts and dates; ``seen`` as in lock_seen."""
    edition = lock_seen(edition, Action.EDITION_MANAGE, seen=seen, by=by)
    return store_changes(edition, values, Action.EDITION_MANAGE, by=by, at=at)


@transaction.atomic
def add_chapter(edition: Edition, values: Mapping[str, Any], *, by: Actor, at: datetime) -> Chapter:
    """Add a chapter of the styringsaftale after the last one."""
    authorise(by, Action.EDITION_MANAGE, edition)
    last = edition.chapters.aggregate(last=Max("position"))["last"] or 0
    chapter = Chapter(edition=edition, position=last + 1, **values)
    return store_new(chapter, Action.EDITION_MANAGE, by=by, at=at)


@transaction.atomic
def add_annex(edition: Edition, values: Mapping[str, Any], *, by: Actor, at: datetime) -> Annex:
    """Add an entry to the annex register."""
    authorise(by, Action.EDITION_MANAGE, edition)
    return store_new(Annex(edition=edition, **values), Action.EDITION_MANAGE, by=by, at=at)


def upload_annex_file(
    annex: Annex, content: bytes, name: str, *, by: Actor, at: datetime
) -> AnnexVersion:
    """Take in a file as the annex's next version.

    ValidationError in Danish for a file of a wrong kind, one that is too large or unreadable, and
    one with a CPR number in it; then nothing is kept.
    """
    authorise(by, Action.EDITION_MANAGE, annex)
    taken = take_in(content, name)
    with transaction.atomic():
        annex = Annex.objects.select_for_update().get(pk=annex.pk)
        last = annex.versions.aggregate(last=Max("version"))["last"] or 0
        version = AnnexVersion(
            annex=annex,
            version=last + 1,
            **asdict(taken),
            uploaded_at=at,
            uploaded_by_id=by.person_id,
        )
        return store_new(version, Action.EDITION_MANAGE, by=by, at=at)
