"""Published tables of facilities by municipality and ownership: kept as they were printed."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.bulk import record_load, store_rows
from rammevaerk.portal.access.policy import Actor, authorise
from rammevaerk.portal.access.queries import organisation_ids
from rammevaerk.portal.catalogue.models import PublishedCount

Entry = Mapping[str, Any]


@transaction.atomic
def load_published_counts(
    cooperation: Any, entries: Sequence[Entry], *, by: Actor, at: datetime
) -> dict[str, int]:
    """Store published tables number by number, all or none; returns how many numbers there are.

    An entry has ``kind``, ``as_of``, ``source``, ``count`` (None for a cell that lost its number)
    and ``note``; ``municipality`` by its key and ``ownership`` are left out of totals. A table is
    given whole: registered anew it takes the place of the one before. The trail has one record
    with the count and the fingerprint of the entries.
    """
    authorise(by, Action.FACILITY_MANAGE, cooperation)
    ids = organisation_ids()
    rows = [_row(cooperation, entry, ids, at) for entry in entries]
    _each_once(rows)
    store_rows(rows)
    loaded = {PublishedCount: rows}
    return record_load(cooperation, Action.FACILITY_MANAGE, entries, loaded, by=by, at=at)


def _row(cooperation: Any, entry: Entry, ids: Mapping[str, int], at: datetime) -> PublishedCount:
    values = {name: entry[name] for name in entry if name != "municipality"}
    key = entry.get("municipality")
    if key and key not in ids:
        raise ValidationError(_("Kommunen «%s» kendes ikke. Intet er gemt.") % (key,))
    return PublishedCount(
        cooperation=cooperation,
        municipality_id=ids[key] if key else None,
        registered_at=at,
        **values,
    )


def _each_once(rows: Sequence[PublishedCount]) -> None:
    cells = Counter((row.kind, row.as_of, row.municipality_id, row.ownership) for row in rows)
    if any(count > 1 for count in cells.values()):
        raise ValidationError(
            _("Den samme celle er der to gange. Giv hver kommune og ejerform én gang.")
        )
