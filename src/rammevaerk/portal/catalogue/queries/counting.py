"""Facilities counted by municipality and ownership on a day, beside a table that was published."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from rammevaerk.engine.cross_table import Checked, CrossTable, Difference, check, differences
from rammevaerk.portal.access.actions import Action, Scope
from rammevaerk.portal.access.policy import Actor, visible
from rammevaerk.portal.access.queries import (
    cooperations,
    living,
    members_on,
    names_on,
    organisation_ids,
)
from rammevaerk.portal.catalogue.models import Facility, OwnershipGroup, PublishedCount
from rammevaerk.portal.catalogue.pasted_table import bare_name
from rammevaerk.portal.common.validity import in_force

# The engine's place of a number: the municipality's id as text and the group; None is the total.
Place = tuple[str | None, str | None]
COLUMNS = tuple(group.value for group in OwnershipGroup)


@dataclass(frozen=True, slots=True)
class Published:
    """A table as it was printed.

    `notes` tell how rows were read that the print leaves open, by the municipality's id.
    """

    cooperation_id: int
    as_of: date
    source: str
    table: CrossTable
    notes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Count:
    """How many there are: by place, with sums; the municipalities in order; what was published.

    `checked` and `different` are there when a table of the same day is.
    """

    on: date
    municipalities: Sequence[tuple[str, str]]
    numbers: Mapping[Place, int]
    synthetic: bool
    published: Published | None = None
    checked: Checked | None = None
    different: Sequence[Difference] = ()

    @property
    def total(self) -> int:
        return self.numbers[None, None]


def published_days(actor: Actor, kind: str) -> list[date]:
    """The days that a table of the kind was published for, the latest first."""
    rows = visible(PublishedCount.objects.filter(kind=kind), actor, Action.FACILITY_READ)
    days = rows.order_by("-as_of").values_list("as_of", flat=True).distinct()
    return list(days)


def registrable_cooperations(actor: Actor) -> list[Any]:
    """The cooperations in which the actor may register a published table."""
    if actor.scope(Action.FACILITY_MANAGE) is not Scope.COOPERATION:
        return []
    return list(cooperations(actor))


def keys_by_name(*, on: date) -> dict[str, str]:
    """The municipalities' keys by what tables call them: folded, without «Kommune»."""
    keys = {pk: key for key, pk in organisation_ids().items()}
    ids = [pk for pk, _name in living("municipality", on=on)]
    return {
        bare_name(name): keys[pk]
        for names in (names_on(ids, on=on), names_on(ids, on=on, short=True))
        for pk, name in names.items()
    }


def count_on(actor: Actor, kind: str, *, on: date) -> Count:
    """Count what the actor may see of the day and compare it with the day's table, if any."""
    published = _published(actor, kind, on)
    rows = visible(Facility.objects.all(), actor, Action.FACILITY_READ)
    rows = rows.filter(in_force(on), kind=kind)
    circles = [row.pk for row in cooperations(actor)]
    if published:
        circles = [published.cooperation_id]
        rows = rows.filter(cooperation_id=published.cooperation_id)
    facts = list(rows.order_by().values_list("municipality_id", "ownership", "synthetic"))
    numbers = _numbers([(municipality, ownership) for municipality, ownership, _made in facts])
    ids = {municipality for municipality, _ownership, _made in facts}
    ids |= {int(row) for row in (published.table.rows if published else ())}
    ids |= _members(circles, on)
    names = names_on(list(ids), on=on, short=True)
    return Count(
        on=on,
        municipalities=sorted(
            ((str(pk), names.get(pk, "")) for pk in ids), key=lambda pair: pair[1].casefold()
        ),
        numbers=numbers,
        synthetic=any(made for _municipality, _ownership, made in facts),
        published=published,
        checked=check(published.table) if published else None,
        different=differences(published.table, numbers) if published else (),
    )


def _members(circles: Sequence[int], on: date) -> set[int]:
    return {
        member.organisation_id
        for pk in circles
        for member in members_on(pk, on=on)
        if member.organisation.kind == "municipality"
    }


def _numbers(facts: Sequence[tuple[int, str]]) -> Mapping[Place, int]:
    """The count in each cell and sum; a place that is left out has none."""
    found: Counter[Place] = Counter({(None, None): 0})
    for municipality, ownership in facts:
        row, column = str(municipality), OwnershipGroup.of(ownership).value
        found.update([(row, column), (row, None), (None, column), (None, None)])
    return found


def _published(actor: Actor, kind: str, on: date) -> Published | None:
    """The table of the day that was registered last."""
    rows = visible(PublishedCount.objects.all(), actor, Action.FACILITY_READ)
    found = list(rows.filter(kind=kind, as_of=on).order_by("registered_at", "pk"))
    if not found:
        return None
    last = found[-1]
    return _read(
        [row for row in found if _same_table(row, last.cooperation_id, last.registered_at)]
    )


def _same_table(row: PublishedCount, cooperation_id: int, at: datetime) -> bool:
    return row.cooperation_id == cooperation_id and row.registered_at == at


def _read(rows: Sequence[PublishedCount]) -> Published:
    places = {
        row.pk: (str(row.municipality_id) if row.municipality_id else None, row.ownership or None)
        for row in rows
    }
    held = dict.fromkeys(place[0] for place in places.values() if place[0])
    columns = {place[1] for place in places.values()}
    table = CrossTable(
        rows=tuple(held),
        columns=tuple(column for column in COLUMNS if column in columns),
        numbers={places[row.pk]: row.count for row in rows if row.count is not None},
    )
    notes = {row: note for one in rows if (note := one.note) and (row := places[one.pk][0])}
    return Published(rows[0].cooperation_id, rows[0].as_of, rows[0].source, table, notes)
