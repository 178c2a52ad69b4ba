"""Who may see a closed item."""

from collections.abc import Sequence
from datetime import datetime

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.audit import record, snapshot
from rammevaerk.portal.access.policy import Actor
from rammevaerk.portal.access.saving import store_new
from rammevaerk.portal.meetings.models import AgendaItem, ItemReader


def set_readers(
    item: AgendaItem,
    organisation_ids: Sequence[int],
    person_ids: Sequence[int],
    *,
    by: Actor,
    at: datetime,
) -> bool:
    """Bring an item's readers to these organisations and people; says whether anything changed.

    Called by operations that have asked whether the actor may change the item.
    """
    wanted = {("organisation_id", pk) for pk in organisation_ids}
    wanted |= {("person_id", pk) for pk in person_ids}
    changed = False
    for row in item.readers.all():
        key = (
            ("organisation_id", row.organisation_id)
            if row.organisation_id
            else ("person_id", row.person_id)
        )
        if key in wanted:
            wanted.remove(key)
            continue
        record(by, Action.AGENDA_EDIT, row, at=at, before=snapshot(row), removed=True)
        row.delete()
        changed = True
    for name, pk in sorted(wanted):
        store_new(ItemReader(item=item, **{name: pk}), Action.AGENDA_EDIT, by=by, at=at)
        changed = True
    return changed
