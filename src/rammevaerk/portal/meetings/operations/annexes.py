"""Annexes of items: files in, new files in their place, other titles, up and down, and away."""

from dataclasses import asdict
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import Actor, authorise
from rammevaerk.portal.access.saving import refuse_changed, store_changes, store_new
from rammevaerk.portal.common.documents import take_in
from rammevaerk.portal.meetings.models import AgendaItem, ItemAnnex, ItemAnnexVersion
from rammevaerk.portal.meetings.operations.items import (
    put_in_order,
    refuse_decided,
    refuse_over,
)


def add_annex(
    item: AgendaItem, title: str, content: bytes, name: str, *, by: Actor, at: datetime
) -> ItemAnnex:
    """Add an annex last among the item's, with its file.

    ValidationError in Danish for a file of a wrong kind, one that is too large or unreadable, and
    one with a CPR number in it; then nothing is kept.
    """
    authorise(by, Action.AGENDA_EDIT, item)
    taken = take_in(content, name)
    with transaction.atomic():
        item = _locked(item)
        last = item.annexes.aggregate(last=Max("position"))["last"] or 0
        annex = ItemAnnex(item=item, position=last + 1, title=title)
        store_new(annex, Action.AGENDA_EDIT, by=by, at=at)
        _store_version(annex, 1, asdict(taken), by=by, at=at)
        return annex


def replace_annex_file(
    annex: ItemAnnex, content: bytes, name: str, *, by: Actor, at: datetime
) -> ItemAnnexVersion:
    """Take in a file as the annex's next version; the one before it is kept. As ``add_annex``."""
    authorise(by, Action.AGENDA_EDIT, annex)
    taken = take_in(content, name)
    with transaction.atomic():
        _locked(annex.item)
        last = annex.versions.aggregate(last=Max("version"))["last"] or 0
        return _store_version(annex, last + 1, asdict(taken), by=by, at=at)


def _store_version(
    annex: ItemAnnex, version: int, file: dict[str, object], *, by: Actor, at: datetime
) -> ItemAnnexVersion:
    row = ItemAnnexVersion(
        annex=annex, version=version, uploaded_at=at, uploaded_by_id=by.person_id, **file
    )
    return store_new(row, Action.AGENDA_EDIT, by=by, at=at)


def _locked(item: AgendaItem) -> AgendaItem:
    item = AgendaItem.objects.select_for_update().get(pk=item.pk)
    refuse_over(item.meeting)
    refuse_decided(item)
    return item


@transaction.atomic
def rename_annex(
    annex: ItemAnnex, title: str, *, seen: str | None = None, by: Actor, at: datetime
) -> bool:
    """Give an annex another title."""
    authorise(by, Action.AGENDA_EDIT, annex)
    _locked(annex.item)
    annex = ItemAnnex.objects.select_for_update().get(pk=annex.pk)
    refuse_changed(annex, seen)
    return store_changes(annex, {"title": title}, Action.AGENDA_EDIT, by=by, at=at)


@transaction.atomic
def shift_annex(annex: ItemAnnex, steps: int, *, by: Actor, at: datetime) -> bool:
    """Move an annex up (negative) or down (positive) among its item's."""
    authorise(by, Action.AGENDA_EDIT, annex)
    item = _locked(annex.item)
    rows = list(item.annexes.order_by("position"))
    place = next(n for n, row in enumerate(rows) if row.pk == annex.pk)
    wanted = min(max(place + steps, 0), len(rows) - 1)
    if wanted == place:
        return False
    if any(row.sent_number for row in rows[min(place, wanted) : max(place, wanted) + 1]):
        raise ValidationError(_("Bilag, der er udsendt, beholder deres nummer."))
    positions = [row.position for row in rows]
    rows.insert(wanted, rows.pop(place))
    put_in_order(rows, positions, by=by, at=at)
    return True


@transaction.atomic
def remove_annex(annex: ItemAnnex, *, by: Actor, at: datetime) -> None:
    """Take an annex off an item, as long as it has never been sent out.

    Its row and its files stay in the store, for the trail; no page shows them.
    """
    authorise(by, Action.AGENDA_EDIT, annex)
    _locked(annex.item)
    if annex.versions.filter(dispatches__isnull=False).exists():
        raise ValidationError(
            _("Bilaget er udsendt og kan ikke fjernes. Læg en ny fil op i stedet.")
        )
    store_changes(annex, {"removed": True}, Action.AGENDA_EDIT, by=by, at=at)
