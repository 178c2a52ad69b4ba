"""The register of placements: filtered, sorted, a page at a time, whatever their number."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, F, IntegerField, Q, QuerySet, Value, When
from django.utils.translation import gettext_lazy as _

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import Actor, visible
from rammevaerk.portal.access.queries import names_on
from rammevaerk.portal.common.validity import in_force
from rammevaerk.portal.placements.models import PayerPeriod, Placement, PlacementState, Stay

READ = Action.PLACEMENT_READ
OPEN = (
    PlacementState.ENQUIRY,
    PlacementState.OFFERED,
    PlacementState.ACCEPTED,
    PlacementState.ADMITTED,
)
STATES: dict[str, tuple[Any, tuple[PlacementState, ...]]] = {
    "aktuelle": (_("Aktuelle"), OPEN),
    **{str(state): (state.label, (state,)) for state in PlacementState},
    "alle": (_("Alle"), ()),
}
TAGS = {
    PlacementState.ENQUIRY: "awaiting_decision",
    PlacementState.OFFERED: "planned",
    PlacementState.ACCEPTED: "approved",
    PlacementState.ADMITTED: "active",
    PlacementState.DISCHARGED: "done",
    PlacementState.DECLINED: "stopped",
    PlacementState.WITHDRAWN: "stopped",
}
_ORDER = Case(
    *(When(state=state, then=Value(at)) for at, state in enumerate(PlacementState)),
    output_field=IntegerField(),
)
# What waits longest stands first; of those who are there, who came last.
_SORTS: dict[str, tuple[Any, ...]] = {
    "tilstand": (_ORDER, "wanted_from", "reference"),
    "reference": ("reference",),
    "borger": ("citizen__pseudonym", "wanted_from"),
    "tilbud": ("service__facility__name", "service__name", "reference"),
    "koeber": ("buyer__key", "wanted_from", "reference"),
    "fra": ("wanted_from", "reference"),
}
SORTS = tuple(_SORTS)


@dataclass(frozen=True, slots=True)
class PlacementFilter:
    """What the register is narrowed to; "" and None narrow nothing."""

    text: str = ""
    state: str = "aktuelle"
    facility_id: int | None = None
    buyer_id: int | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """A placement as the register shows it on a day."""

    placement: Placement
    facility: str
    service: str
    buyer: str
    payer: str
    tag: str
    place: int | None
    came: date | None
    left: date | None
    late: bool


def placements_of(actor: Actor) -> "QuerySet[Placement]":
    """The placements the actor may see."""
    return visible(Placement.objects.all(), actor, READ)


def found(actor: Actor, narrowed: PlacementFilter, sort: str = "tilstand") -> "QuerySet[Placement]":
    """The placements that the filter leaves, in the order asked for ("-" turns it)."""
    rows = placements_of(actor)
    states = STATES.get(narrowed.state, STATES["aktuelle"])[1]
    if states:
        rows = rows.filter(state__in=states)
    if narrowed.facility_id is not None:
        rows = rows.filter(service__facility_id=narrowed.facility_id)
    if narrowed.buyer_id is not None:
        rows = rows.filter(buyer_id=narrowed.buyer_id)
    for word in narrowed.text.split():
        rows = rows.filter(
            Q(reference__icontains=word)
            | Q(citizen__pseudonym__icontains=word)
            | Q(buyer_reference__icontains=word)
            | Q(service__facility__name__icontains=word)
            # SQLite knows no small Danish letters for capitals.
            | Q(service__facility__name__icontains=word.capitalize())
        )
    return rows.order_by(*_ordering(sort))


def _ordering(sort: str) -> Iterable[Any]:
    keys = _SORTS.get(sort.removeprefix("-"), _SORTS["tilstand"])
    for key in keys:
        one = F(key) if isinstance(key, str) else key
        yield one.desc() if sort.startswith("-") else one.asc()
    yield "pk"


def listed(rows: "QuerySet[Placement]", *, on: date) -> list[Listed]:
    """These placements with their place and payer on the day, in four queries."""
    placements = list(rows.select_related("service__facility", "citizen"))
    ids = [row.pk for row in placements]
    stays = _by_placement(Stay.objects.filter(superseded_at__isnull=True), ids, "valid_from")
    paid = PayerPeriod.objects.filter(in_force(on), superseded_at__isnull=True)
    payers = _by_placement(paid, ids, "valid_from")
    names = names_on(
        list({row.buyer_id for row in placements} | {one.payer_id for one in payers.values()}),
        on=on,
        short=True,
    )
    return [_listed(row, stays.get(row.pk), payers.get(row.pk), names, on) for row in placements]


# As many ids as a database takes in one question.
_AT_A_TIME = 900


def _by_placement(rows: "QuerySet[Any]", ids: list[int], order: str) -> dict[int, Any]:
    kept: dict[int, Any] = {}
    for at in range(0, len(ids), _AT_A_TIME):
        some = rows.filter(placement_id__in=ids[at : at + _AT_A_TIME]).order_by(order)
        kept |= {row.placement_id: row for row in some}
    return kept


def _listed(
    row: Placement, stay: Stay | None, payer: PayerPeriod | None, names: dict[int, str], on: date
) -> Listed:
    service: Any = row.service
    return Listed(
        placement=row,
        facility=service.facility.name,
        service=service.name,
        buyer=names[row.buyer_id],
        payer=names[payer.payer_id] if payer else "",
        tag=TAGS[PlacementState(row.state)],
        place=stay.place if stay else None,
        came=stay.valid_from.date() if stay else None,
        left=stay.valid_to.date() if stay and stay.valid_to else None,
        late=row.notify_by is not None and row.notified_on is None and row.notify_by < on,
    )


def facility_choices(actor: Actor) -> list[tuple[int, str]]:
    """The facilities of the placements the actor may see, by name."""
    rows = placements_of(actor).order_by()
    pairs = rows.values_list("service__facility_id", "service__facility__name").distinct()
    return sorted(pairs, key=lambda pair: pair[1].casefold())


def buyer_choices(actor: Actor, *, on: date) -> list[tuple[int, str]]:
    """The buyers of the placements the actor may see, by name."""
    ids = [pk for (pk,) in placements_of(actor).order_by().values_list("buyer_id").distinct()]
    return sorted(names_on(ids, on=on, short=True).items(), key=lambda pair: pair[1].casefold())
