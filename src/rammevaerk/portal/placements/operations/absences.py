"""Who is away from his place: registered, ended, corrected also long after."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from rammevaerk.engine.date_words import date_text_da
from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import Actor
from rammevaerk.portal.access.saving import refuse_changed, store_new
from rammevaerk.portal.access.two_times import twin
from rammevaerk.portal.common.clock import day_of
from rammevaerk.portal.placements.calculate.moments import day_after
from rammevaerk.portal.placements.models import Absence, Placement, PlacementState
from rammevaerk.portal.placements.operations.steps import locked
from rammevaerk.portal.placements.operations.versions import take_away

RUN = Action.PLACEMENT_RUN
_STATES = (PlacementState.ADMITTED, PlacementState.DISCHARGED)


@transaction.atomic
def register_absence(
    placement: Placement, values: Mapping[str, Any], *, by: Actor, at: datetime
) -> Absence:
    """The citizen is away from ``valid_from`` until he is back on ``valid_to`` (None: not yet).

    `values` also has ``reason`` and ``note``. Both days must lie within the stay; a discharged
    citizen's absence has an end. Late registration is possible: the settlement corrects itself.
    """
    row = locked(placement, RUN, *_STATES, by=by)
    new = Absence(
        placement=row, reason=values["reason"], note=values.get("note", ""),
        valid_from=values["valid_from"], valid_to=values.get("valid_to"), registered_at=at,
    )  # fmt: skip
    _require_possible(row, new, at)
    return store_new(new, RUN, by=by, at=at)


@transaction.atomic
def end_absence(absence: Absence, *, on: date, by: Actor, at: datetime) -> Absence | None:
    """The citizen is back on the day; on the day he left he was never away."""
    row, held = _held(absence, None, by=by)
    if on > day_of(at):
        raise ValidationError({"on": _("Dagen er ikke kommet endnu.")})
    if on < held.valid_from:
        raise ValidationError(
            {"on": _("Borgeren gik først den %s.") % date_text_da(held.valid_from)}
        )
    take_away(held, RUN, by=by, at=at)
    if on == held.valid_from:
        return None
    rest = twin(held, valid_to=on, registered_at=at, superseded_at=None)
    _require_possible(row, rest, at)
    return store_new(rest, RUN, by=by, at=at)


@transaction.atomic
def correct_absence(
    absence: Absence,
    values: Mapping[str, Any],
    *,
    seen: str | None = None,
    by: Actor,
    at: datetime,
) -> Absence:
    """What is believed now of the absence; the old row stays, superseded."""
    row, held = _held(absence, seen, by=by)
    take_away(held, RUN, by=by, at=at)
    new = twin(held, **values, registered_at=at, superseded_at=None)
    _require_possible(row, new, at)
    return store_new(new, RUN, by=by, at=at)


@transaction.atomic
def cancel_absence(absence: Absence, *, reason: str, by: Actor, at: datetime) -> None:
    """The citizen was not away after all."""
    _row, held = _held(absence, None, by=by)
    if not reason.strip():
        raise ValidationError({"reason": _("Skriv, hvorfor fraværet tages tilbage.")})
    take_away(held, RUN, by=by, at=at)


def _held(absence: Absence, seen: str | None, *, by: Actor) -> tuple[Placement, Absence]:
    row = locked(absence.placement, RUN, *_STATES, by=by)
    stored = Absence.objects.get(pk=absence.pk)
    refuse_changed(stored, seen)
    if stored.superseded_at is not None:
        raise ValidationError(_("Fraværet er rettet imens. Se, hvad der står nu."))
    return row, stored


def _require_possible(row: Placement, new: Absence, at: datetime) -> None:
    if new.valid_to is not None and new.valid_to <= new.valid_from:
        raise ValidationError(
            {"valid_to": _("Borgeren kan tidligst være tilbage dagen efter, at borgeren gik.")}
        )
    _require_within(row, new)
    others = row.absences.filter(superseded_at__isnull=True).exclude(pk=new.pk)
    others = others.filter(valid_to__gt=new.valid_from) | others.filter(valid_to__isnull=True)
    if new.valid_to is not None:
        others = others.filter(valid_from__lt=new.valid_to)
    if (other := others.first()) is not None:
        until = date_text_da(other.valid_to) if other.valid_to else _("nu")
        raise ValidationError(
            {
                "valid_from": _(
                    "Borgeren er i forvejen registreret som fraværende fra %(start)s til %(end)s."
                    " Ret det fravær i stedet."
                )
                % {"start": date_text_da(other.valid_from), "end": until}
            }
        )


def _require_within(row: Placement, new: Absence) -> None:
    stays = list(row.stays.filter(superseded_at__isnull=True).order_by("valid_from"))
    if not stays or new.valid_from < stays[0].valid_from.date():
        came = date_text_da(stays[0].valid_from.date()) if stays else "–"
        raise ValidationError({"valid_from": _("Borgeren kom først den %s.") % came})
    left = stays[-1].valid_to
    if left is None:
        return
    last = day_after(left)
    if new.valid_to is None or new.valid_to > last:
        raise ValidationError(
            {
                "valid_to": _("Opholdet slutter %s; fraværet skal slutte senest da.")
                % date_text_da(last)
            }
        )
