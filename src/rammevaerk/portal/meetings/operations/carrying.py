"""Taking an item on to another meeting: a copy that knows where it comes from."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import Actor, authorise
from rammevaerk.portal.access.saving import store_new
from rammevaerk.portal.meetings.models import (
    AgendaItem,
    AgendaSection,
    ItemAnnex,
    ItemAnnexVersion,
)
from rammevaerk.portal.meetings.operations.items import add_item, written


@transaction.atomic
def carry_item(
    item: AgendaItem, section: AgendaSection | None, *, by: Actor, at: datetime
) -> AgendaItem:
    """Copy an item to a section of another meeting of the body, or to the backlog.

    What was decided stays with the item; its text, recommendation, readers and the newest file
    of each annex go on.
    """
    authorise(by, Action.AGENDA_EDIT, item)
    if item.meeting is None:
        raise ValidationError(_("Punktet venter allerede på et møde."))
    if section is not None and section.meeting_id == item.meeting_id:
        raise ValidationError(_("Punktet står allerede på det møde."))
    said = written(item)
    recommendation = said.pop("recommendation")
    readers = said.pop("organisations"), said.pop("people")
    copy = add_item(
        item.body,
        {
            **said,
            "consultation_id": item.consultation_id,
            "submitted_by_id": item.submitted_by_id,
            "carried_from_id": item.pk,
        },
        section=section,
        recommendation=recommendation,
        readers=readers,
        by=by,
        at=at,
    )
    for annex in item.annexes.order_by("position"):
        _copy_annex(annex, copy, by=by, at=at)
    return copy


def _copy_annex(annex: ItemAnnex, item: AgendaItem, *, by: Actor, at: datetime) -> None:
    copy = ItemAnnex(item=item, position=annex.position, title=annex.title)
    store_new(copy, Action.AGENDA_EDIT, by=by, at=at)
    newest = annex.versions.order_by("-version").first()
    if newest is not None:
        version = ItemAnnexVersion(
            annex=copy,
            version=1,
            name=newest.name,
            media_type=newest.media_type,
            size=newest.size,
            sha256=newest.sha256,
            uploaded_at=at,
            uploaded_by_id=by.person_id,
        )
        store_new(version, Action.AGENDA_EDIT, by=by, at=at)
