"""Reads of bodies: who sits where on a day, and which seats stand empty or soon will."""

from dataclasses import dataclass
from datetime import date, timedelta

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import Actor, visible
from rammevaerk.portal.access.queries import names_on
from rammevaerk.portal.meetings.models import Body, Mandate, Seat

# How long before a seat falls vacant it shows itself.
WARNING = timedelta(days=183)


@dataclass(frozen=True, slots=True)
class BodyRow:
    """One line of the list of bodies, as they were on the day."""

    body: Body
    name: str
    abolished: bool
    seats: int
    vacant: int


@dataclass(frozen=True, slots=True)
class SeatView:
    """A seat on a day: who holds it, who stands in, and from when nobody does."""

    seat: Seat
    name: str
    holder: Mandate | None
    deputy: Mandate | None
    vacant_from: date | None
    history: tuple[Mandate, ...]
    body_name: str = ""

    @property
    def vacant(self) -> bool:
        return self.holder is None


@dataclass(frozen=True, slots=True)
class BodyView:
    """A body on a day."""

    body: Body
    name: str
    parent_name: str
    onward_name: str
    abolished: bool
    seats: tuple[SeatView, ...]
    former: tuple[SeatView, ...]

    @property
    def has_history(self) -> bool:
        """Whether anybody has sat here who does not now."""
        return any(
            mandate not in (seat.holder, seat.deputy)
            for seat in self.seats
            for mandate in seat.history
        )

    @property
    def vacancies(self) -> list[SeatView]:
        """Seats that are empty, or will be within half a year, the soonest first."""
        found = [seat for seat in self.seats if seat.vacant_from is not None]
        return sorted(found, key=lambda seat: (seat.vacant_from or date.max, seat.name))


def bodies(actor: Actor, *, on: date) -> list[BodyRow]:
    """The bodies the actor may see, those that meet before those abolished, by name."""
    rows = visible(Body.objects.all(), actor, Action.BODY_READ)
    found = list(rows.select_related("organisation").prefetch_related("seats__mandates"))
    names = names_on([body.organisation_id for body in found], on=on, short=True)
    rows_now = [_row(body, names[body.organisation_id], on) for body in found]
    return sorted(rows_now, key=lambda row: (row.abolished, row.name.casefold()))


def _row(body: Body, name: str, on: date) -> BodyRow:
    seats = [seat for seat in body.seats.all() if seat.holds(on)]
    vacant = sum(1 for seat in seats if _holder(seat, Mandate.Kind.HOLDER, on) is None)
    return BodyRow(body, name, body.abolished(on), len(seats), vacant)


def _holder(seat: Seat, kind: str, on: date) -> Mandate | None:
    return next((one for one in seat.mandates.all() if one.kind == kind and one.holds(on)), None)


def body_view(body: Body, *, on: date) -> BodyView:
    """One body on a day; the caller has found it through ``visible``."""
    seats = list(body.seats.select_related("organisation").prefetch_related("mandates"))
    ids = [body.organisation_id, *(seat.organisation_id for seat in seats)]
    ids += [other.organisation_id for other in (body.parent, body.passes_on_to) if other]
    names = names_on(ids, on=on)
    views = [_seat(seat, names[seat.organisation_id], on) for seat in seats]
    views.sort(key=lambda view: (_RANK[view.seat.function], view.name.casefold()))
    return BodyView(
        body=body,
        name=names[body.organisation_id],
        parent_name=names[body.parent.organisation_id] if body.parent else "",
        onward_name=names[body.passes_on_to.organisation_id] if body.passes_on_to else "",
        abolished=body.abolished(on),
        seats=tuple(view for view in views if view.seat.holds(on)),
        former=tuple(view for view in views if not view.seat.holds(on)),
    )


_RANK = {str(value): place for place, value in enumerate(Seat.Function.values)}


def _seat(seat: Seat, name: str, on: date, body_name: str = "") -> SeatView:
    mandates = sorted(seat.mandates.all(), key=lambda one: one.valid_from, reverse=True)
    return SeatView(
        seat=seat,
        name=name,
        holder=_holder(seat, Mandate.Kind.HOLDER, on),
        deputy=_holder(seat, Mandate.Kind.DEPUTY, on),
        vacant_from=_vacant_from(seat, on),
        history=tuple(mandates),
        body_name=body_name,
    )


def _vacant_from(seat: Seat, on: date) -> date | None:
    """The first day from the given one, within half a year, on which nobody holds the seat."""
    day = on
    while day <= on + WARNING:
        if not seat.holds(day):
            return None
        holder = _holder(seat, Mandate.Kind.HOLDER, day)
        if holder is None:
            return day
        if holder.valid_to is None:
            return None
        day = holder.valid_to
    return None


def coming_vacancies(actor: Actor, *, on: date) -> list[tuple[Body, SeatView]]:
    """Seats of the actor's bodies that are empty or soon will be, the soonest first."""
    rows = visible(Body.objects.all(), actor, Action.BODY_MANAGE).select_related("organisation")
    found = [body for body in rows.prefetch_related("seats__mandates") if not body.abolished(on)]
    ids = {body.organisation_id for body in found}
    ids |= {seat.organisation_id for body in found for seat in body.seats.all()}
    names = names_on(sorted(ids), on=on)
    pairs = [
        (body, _seat(seat, names[seat.organisation_id], on, names[body.organisation_id]))
        for body in found
        for seat in body.seats.all()
        if seat.holds(on)
    ]
    soon = [pair for pair in pairs if pair[1].vacant_from is not None]
    return sorted(soon, key=lambda pair: (pair[1].vacant_from or date.max, pair[1].name))
