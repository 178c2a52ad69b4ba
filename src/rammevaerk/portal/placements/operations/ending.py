"""The citizen leaves: discharge now or planned, and the discharge taken back."""

from datetime import date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import Actor
from rammevaerk.portal.access.two_times import end_rows, restore_rows, twin
from rammevaerk.portal.common.clock import day_of
from rammevaerk.portal.placements.calculate.moments import civil, day_after, moment_text_da
from rammevaerk.portal.placements.models import (
    Absence,
    Hours,
    PayerPeriod,
    Placement,
    PlacementState,
    PriceChoice,
    Stay,
    SupplementGrant,
)
from rammevaerk.portal.placements.operations.following import drop_continuations
from rammevaerk.portal.placements.operations.stays import (
    current_stay,
    dated,
    paid_until,
    store_stay,
)
from rammevaerk.portal.placements.operations.steps import locked, take_step
from rammevaerk.portal.placements.operations.versions import last_until, take_away

RUN = Action.PLACEMENT_RUN
_FARTHEST = timedelta(days=366)


@transaction.atomic
def discharge(
    placement: Placement, *, moment: datetime, reason: str = "", by: Actor, at: datetime
) -> Placement:
    """The citizen leaves at the moment; in the future it is planned, and the place free from then.

    Absence ends with the stay. Payer, hours, price and supplements end after the last day touched,
    or where a notice runs out later, then.
    """
    row = locked(placement, RUN, PlacementState.ADMITTED, by=by)
    stay = current_stay(row)
    if moment <= stay.valid_from:
        raise ValidationError(
            {
                "moment": _("Borgeren kom %s og kan ikke være udskrevet før eller samtidig.")
                % moment_text_da(stay.valid_from)
            }
        )
    if moment.date() > day_of(at) + _FARTHEST:
        raise ValidationError({"moment": _("Udskrivning planlægges højst et år frem.")})
    drop_continuations(row, moment, by=by, at=at)
    _end_stay(stay, moment, by=by, at=at)
    if moment > civil(at):
        return row
    end_rows(row.absences.all(), day_after(moment), RUN, by=by, at=at)
    until = paid_until(row, moment)
    for rows in dated(row):
        end_rows(rows, until, RUN, by=by, at=at)
    take_step(row, PlacementState.DISCHARGED, RUN, on=moment.date(), note=reason, by=by, at=at)
    return row


@transaction.atomic
def unplan(placement: Placement, *, by: Actor, at: datetime) -> Placement:
    """The citizen is not to leave as was planned."""
    row = locked(placement, RUN, PlacementState.ADMITTED, by=by)
    stay = current_stay(row)
    if stay.valid_to is None:
        raise ValidationError(_("Der er ingen planlagt udskrivning."))
    if row.continuations.filter(state=PlacementState.ADMITTED).exists():
        raise ValidationError(
            _("Indskrivningen fortsætter hos efterfølgeren. Fortryd efterfølgelsen i stedet.")
        )
    _end_stay(stay, None, by=by, at=at)
    return row


@transaction.atomic
def reopen(placement: Placement, *, reason: str, by: Actor, at: datetime) -> Placement:
    """The discharge was a mistake: the stay goes on, with what was agreed and the absence.

    ValidationError when somebody has the place by now.
    """
    row = locked(placement, RUN, PlacementState.DISCHARGED, by=by)
    if not reason.strip():
        raise ValidationError({"reason": _("Skriv, hvorfor udskrivningen tages tilbage.")})
    step = row.steps.filter(to_state=PlacementState.DISCHARGED).order_by("-id").first()
    stay = current_stay(row)
    _end_stay(stay, None, by=by, at=at)
    if step is not None and stay.valid_to is not None:
        until = paid_until(row, stay.valid_to)
        for model in (PayerPeriod, Hours, PriceChoice, SupplementGrant):
            _restore(model, row, step.registered_at, until, by=by, at=at)
        _restore(Absence, row, step.registered_at, day_after(stay.valid_to), by=by, at=at)
        # After a corrected discharge what it ended is not found: it simply goes on.
        for rows in dated(row)[:3]:
            last_until(rows, until, None, RUN, by=by, at=at)
    take_step(row, PlacementState.ADMITTED, RUN, on=day_of(at), note=reason, by=by, at=at)
    return row


def _end_stay(stay: Stay, moment: datetime | None, *, by: Actor, at: datetime) -> None:
    if stay.valid_to == moment:
        return
    take_away(stay, RUN, by=by, at=at)
    store_stay(twin(stay, valid_to=moment, registered_at=at, superseded_at=None), by=by, at=at)


def _restore(
    model: type[PayerPeriod | Hours | PriceChoice | SupplementGrant | Absence],
    row: Placement,
    when: datetime,
    on: date,
    *,
    by: Actor,
    at: datetime,
) -> None:
    """What the discharge ended holds again."""
    own = model._default_manager.filter(placement=row)  # noqa: SLF001 - the model is a variable
    kept = {one.valid_from: one.pk for one in own.filter(registered_at=when, valid_to=on)}
    ended = [(one.pk, kept.get(one.valid_from)) for one in own.filter(superseded_at=when)]
    restore_rows(model, ended, on, RUN, by=by, at=at)
