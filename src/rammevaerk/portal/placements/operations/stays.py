"""A citizen's place: stored so that two never have the same, and corrected when it was wrong."""

from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from rammevaerk.engine.date_words import date_text_da
from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import Actor
from rammevaerk.portal.access.saving import store_new
from rammevaerk.portal.access.two_times import end_rows, twin
from rammevaerk.portal.common.clock import day_of
from rammevaerk.portal.placements.calculate.moments import civil, day_after, moment_text_da
from rammevaerk.portal.placements.calculate.ways import way_of
from rammevaerk.portal.placements.models import Placement, PlacementState, Stay
from rammevaerk.portal.placements.operations.steps import locked
from rammevaerk.portal.placements.operations.versions import begin_by, last_until, take_away
from rammevaerk.portal.placements.queries.places import may_see, overlapping, places_in

RUN = Action.PLACEMENT_RUN
_SHOWN = 12


def dated(placement: Placement) -> tuple[Any, ...]:
    """What is agreed by date, which begins and ends with the stay."""
    return (
        placement.payers.all(),
        placement.hours.all(),
        placement.prices.all(),
        placement.supplements.all(),
    )


def new_stay(
    placement: Placement,
    place: int,
    start: datetime,
    end: datetime | None = None,
    *,
    over_reason: str = "",
    by: Actor,
    at: datetime,
) -> Stay:
    """Give the citizen the place from the moment.

    ValidationError: a place beyond the service's number without a reason, a place that somebody
    has (it says who and which are free), a citizen who lives elsewhere already.
    """
    service: Any = placement.service
    found = places_in(service, start, end)
    if place > found.count and not over_reason.strip():
        raise ValidationError(
            {
                "over_reason": _(
                    "Ydelsen har %(count)s pladser den %(day)s; plads %(place)s er overbelægning."
                    " Skriv, hvorfor der overbelægges, eller vælg en anden plads."
                )
                % {"count": found.count, "day": date_text_da(start.date()), "place": place}
            }
        )
    stay = Stay(
        placement=placement,
        service_id=placement.service_id,
        citizen_id=placement.citizen_id,
        place=place,
        way=way_of(service.setting),
        valid_from=start,
        valid_to=end,
        reason=over_reason if place > found.count else "",
        registered_at=at,
    )
    return store_stay(stay, by=by, at=at)


def store_stay(stay: Stay, *, by: Actor, at: datetime) -> Stay:
    """Store it, or say in words what it clashes with; the database itself has the last word."""
    refuse_clash(stay, by=by)
    try:
        return store_new(stay, RUN, by=by, at=at, reason=stay.reason)
    except ValidationError as problem:
        if isinstance(problem.__cause__, IntegrityError):
            # Somebody came first: now his stay can be seen.
            refuse_clash(stay, by=by)
        raise


def refuse_clash(stay: Stay, *, by: Actor) -> None:
    """ValidationError when the place is taken or the citizen is elsewhere in the period."""
    others = Stay.objects.filter(overlapping(stay.valid_from, stay.valid_to)).exclude(pk=stay.pk)
    others = others.select_related("citizen", "placement", "service__facility")
    taken = others.filter(service_id=stay.service_id, place=stay.place).first()
    if taken is not None:
        raise ValidationError({"place": _place_taken(stay, taken, by)})
    if stay.way is None:
        return
    elsewhere = others.filter(citizen_id=stay.citizen_id, way=stay.way)
    if (other := elsewhere.first()) is not None:
        raise ValidationError(_lives_elsewhere(other, by))


def _place_taken(stay: Stay, taken: Stay, by: Actor) -> str:
    known = {"place": taken.place, "start": moment_text_da(taken.valid_from)}
    who = (
        _("%(who)s (indskrivning %(reference)s)")
        % {"who": taken.citizen.pseudonym, "reference": taken.placement.reference}
        if may_see(taken, by)
        else _("en anden")
    )
    until = _(" til %s") % moment_text_da(taken.valid_to) if taken.valid_to else ""
    said = _("Plads %(place)s er taget af %(who)s fra %(start)s%(until)s.") % {
        **known, "who": who, "until": until,
    }  # fmt: skip
    return f"{said} {_free_text(stay)}"


def _free_text(stay: Stay) -> str:
    found = places_in(stay.service, stay.valid_from, stay.valid_to)
    if not found.free:
        return (
            _(
                "Ingen af ydelsens %s pladser er ledige hele perioden. Vælg en plads derover,"
                " hvis der skal overbelægges."
            )
            % found.count
        )
    more = len(found.free) - _SHOWN
    shown = ", ".join(str(one) for one in found.free[:_SHOWN])
    tail = _(" og %s til") % more if more > 0 else ""
    return _("Ledige pladser: %(shown)s%(tail)s.") % {"shown": shown, "tail": tail}


def _lives_elsewhere(other: Stay, by: Actor) -> str:
    if not may_see(other, by):
        return _(
            "Borgeren er i forvejen indskrevet et andet sted i perioden. Spørg handlekommunen;"
            " borgeren skal udskrives der først."
        )
    return _(
        "Borgeren har i forvejen plads %(place)s på %(where)s fra %(start)s (indskrivning"
        " %(reference)s). Udskriv der først."
    ) % {
        "place": other.place,
        "where": f"{other.service.facility.name}, {other.service.name}",
        "start": moment_text_da(other.valid_from),
        "reference": other.placement.reference,
    }


def require_come(moment: datetime, at: datetime, field: str = "moment") -> None:
    """ValidationError for a moment on a day that has not come."""
    if moment.date() > day_of(at):
        raise ValidationError(
            {field: _("Det registreres, når det er sket. Vælg en dag, der har været.")}
        )


def current_stay(placement: Placement) -> Stay:
    """The last stay that is believed; ValidationError when there is none."""
    row = placement.stays.filter(superseded_at__isnull=True).order_by("-valid_from").first()
    if row is None:
        raise ValidationError(_("Borgeren har ingen plads."))
    return row


@transaction.atomic
def move(
    placement: Placement,
    *,
    place: int,
    moment: datetime,
    over_reason: str = "",
    by: Actor,
    at: datetime,
) -> Stay:
    """The citizen gets another place at the same service from the moment."""
    row = locked(placement, RUN, PlacementState.ADMITTED, by=by)
    require_come(moment, at)
    stay = current_stay(row)
    if moment <= stay.valid_from:
        raise ValidationError(
            {"moment": _("Borgeren fik pladsen %s.") % moment_text_da(stay.valid_from)}
        )
    if place == stay.place:
        raise ValidationError({"place": _("Det er den plads, borgeren har.")})
    take_away(stay, RUN, by=by, at=at)
    store_stay(twin(stay, valid_to=moment, registered_at=at, superseded_at=None), by=by, at=at)
    return new_stay(row, place, moment, stay.valid_to, over_reason=over_reason, by=by, at=at)


@transaction.atomic
def correct_stay(
    stay: Stay,
    *,
    valid_from: datetime,
    valid_to: datetime | None,
    reason: str,
    by: Actor,
    at: datetime,
) -> Stay:
    """The citizen came or left at another time than was believed, also months back.

    What is agreed by date is lengthened or shortened with it; the old row stays to be seen. An end
    is given to a stay that has ended and to no other: that is a discharge.
    """
    placement = locked(
        stay.placement, RUN, PlacementState.ADMITTED, PlacementState.DISCHARGED, by=by
    )
    held = placement.stays.filter(pk=stay.pk, superseded_at__isnull=True).first()
    if held is None:
        raise ValidationError(_("Opholdet er rettet imens. Se, hvad der står nu."))
    _require_correction(held, valid_from, valid_to, reason, at)
    take_away(held, RUN, by=by, at=at)
    new = store_stay(
        twin(
            held, valid_from=valid_from, valid_to=valid_to, reason=reason,
            registered_at=at, superseded_at=None,
        ),
        by=by, at=at,
    )  # fmt: skip
    begin_all(placement, valid_from.date(), by=by, at=at)
    # Of a citizen who was moved, only the last stay ends the placement.
    if held.valid_to and valid_to and placement.state == PlacementState.DISCHARGED:
        before, after = (paid_until(placement, one) for one in (held.valid_to, valid_to))
        end_anew(placement, before, after, by=by, at=at)
    return new


def _require_correction(
    held: Stay, start: datetime, end: datetime | None, reason: str, at: datetime
) -> None:
    if not reason.strip():
        raise ValidationError({"reason": _("Skriv, hvorfor det rettes.")})
    require_come(start, at, "valid_from")
    if end is not None:
        require_come(end, at, "valid_to")
        if end <= start:
            raise ValidationError(
                {
                    "valid_to": _("Borgeren kom %s og kan ikke være gået før.")
                    % moment_text_da(start)
                }
            )
    if (end is None) != (held.valid_to is None):
        raise ValidationError(
            {"valid_to": _("Udskriv borgeren, eller genåbn indskrivningen, i stedet.")}
        )
    if start > civil(at):
        raise ValidationError({"valid_from": _("Tidspunktet er ikke kommet endnu.")})


def begin_all(placement: Placement, day: date, *, by: Actor, at: datetime) -> None:
    """What is agreed by date begins by the day the citizen comes."""
    for rows in dated(placement)[:3]:
        begin_by(rows, day, RUN, by=by, at=at)


def paid_until(placement: Placement, moment: datetime) -> date:
    """The first day not paid for of a citizen who left then: a notice may run out later."""
    notice = placement.notices.filter(withdrawn_at__isnull=True).first()
    until = day_after(moment)
    return max(until, notice.ends_on) if notice is not None else until


def end_anew(placement: Placement, before: date, day: date, *, by: Actor, at: datetime) -> None:
    """Let what is agreed by date, and ended on one day, end on another."""
    for rows in dated(placement):
        if day < before:
            end_rows(rows, day, RUN, by=by, at=at)
        elif day > before:
            last_until(rows, before, day, RUN, by=by, at=at)
