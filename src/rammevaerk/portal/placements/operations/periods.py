"""What is agreed of a placement by date (payer, hours, price, supplements), and deliveries."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from rammevaerk.engine.date_words import date_text_da
from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import Actor
from rammevaerk.portal.access.queries import living
from rammevaerk.portal.access.saving import store_changes, store_new
from rammevaerk.portal.access.two_times import holding_from
from rammevaerk.portal.common.clock import day_of
from rammevaerk.portal.placements.models import (
    Delivery,
    Hours,
    PayerPeriod,
    Placement,
    PlacementState,
    PriceChoice,
    SupplementGrant,
)
from rammevaerk.portal.placements.models.periods import MOST_MINUTES
from rammevaerk.portal.placements.operations.acting import follow_on
from rammevaerk.portal.placements.operations.steps import locked
from rammevaerk.portal.placements.operations.versions import put, take_away
from rammevaerk.portal.placements.queries.words import choices_on, counted_on, supplements_on

AGREE, RUN = Action.PLACEMENT_AGREE, Action.PLACEMENT_RUN
KINDS = ("citizen_minutes", "organisation_minutes", "documentation_minutes", "absence_minutes")
# Two at his side every hour of every day.
MOST_HOURS = 2 * MOST_MINUTES // 60
_MOST_QUANTITY = 10_000_000
_AGREED = (
    PlacementState.ENQUIRY,
    PlacementState.OFFERED,
    PlacementState.ACCEPTED,
    PlacementState.ADMITTED,
    PlacementState.DISCHARGED,
)


def set_payer(
    placement: Placement,
    *,
    payer_id: int,
    acting_id: int,
    ground: str,
    valid_from: date,
    valid_to: date | None = None,
    evidence: str = "",
    by: Actor,
    at: datetime,
) -> PayerPeriod:
    """From the day this organisation pays and that one decides, on the ground and evidence.

    For the locked placement of another operation; `change_payer` is what a person does.
    """
    row = PayerPeriod(
        placement=placement, payer_id=payer_id, acting_id=acting_id, ground=ground,
        evidence=evidence, valid_from=valid_from, valid_to=valid_to, registered_at=at,
    )  # fmt: skip
    return put(placement.payers.all(), row, AGREE, by=by, at=at, reason=evidence)


@transaction.atomic
def change_payer(
    placement: Placement, values: Mapping[str, Any], *, by: Actor, at: datetime
) -> PayerPeriod:
    """Another pays from a day, also in the middle of a month; what was believed before stays.

    `values`: ``payer_id``, ``acting_id``, ``ground``, ``evidence`` (must be said), ``valid_from``
    and ``valid_to``. The acting municipality of a period that holds today becomes the buyer.
    """
    row = locked(placement, AGREE, *_AGREED[2:], by=by)
    _require_period(values)
    if not values.get("evidence", "").strip():
        raise ValidationError(
            {"evidence": _("Skriv, hvad skiftet bygger på: folkeregister, afgørelse eller aftale.")}
        )
    known = dict(living("municipality", on=values["valid_from"]))
    for name in ("payer_id", "acting_id"):
        if values[name] not in known:
            raise ValidationError({name: _("Kommunen findes ikke den dag.")})
    new = set_payer(
        row,
        payer_id=values["payer_id"],
        acting_id=values["acting_id"],
        ground=values["ground"],
        evidence=values["evidence"],
        valid_from=values["valid_from"],
        valid_to=values.get("valid_to"),
        by=by,
        at=at,
    )
    today = day_of(at)
    if new.valid_from <= today and (new.valid_to is None or today < new.valid_to):
        store_changes(row, {"buyer_id": new.acting_id}, AGREE, by=by, at=at)
    # On its first day, and on the day it is over, another may come to act.
    for day in (new.valid_from, new.valid_to):
        if day is not None and day > today:
            follow_on(day)
    return new


@transaction.atomic
def set_hours(
    placement: Placement,
    minutes: Mapping[str, int],
    *,
    valid_from: date,
    valid_to: date | None = None,
    reason: str = "",
    by: Actor,
    at: datetime,
) -> Hours:
    """Grant these minutes a week, by the four kinds, from the day."""
    row = locked(placement, AGREE, *_AGREED, by=by)
    given = {name: minutes.get(name) or 0 for name in KINDS}
    if any(value < 0 for value in given.values()):
        raise ValidationError(_("Timer kan ikke være under 0."))
    total = sum(given.values())
    if total > MOST_HOURS * 60:
        raise ValidationError(
            _(
                "Tilsammen %(total)s timer om ugen er flere end de %(most)s, som to medarbejdere"
                " døgnet rundt kan give. Er der tastet forkert?"
            )
            % {"total": total // 60, "most": MOST_HOURS}
        )
    _require_period({"valid_from": valid_from, "valid_to": valid_to})
    new = Hours(
        placement=row, **given,
        valid_from=valid_from, valid_to=valid_to, reason=reason, registered_at=at,
    )  # fmt: skip
    return put(row.hours.all(), new, AGREE, by=by, at=at, reason=reason)


def require_price(placement: Placement, price: tuple[str, str], day: date, *, by: Actor) -> None:
    """ValidationError unless it is one of the service's decided prices on the day."""
    known = choices_on(by, placement.service_id, on=day)
    if price not in {one.key for one in known}:
        raise ValidationError(
            {
                "price": _(
                    "Taksten er ikke besluttet for ydelsen den %s. Vælg en, der er, eller få"
                    " taksten besluttet først."
                )
                % date_text_da(day)
            }
        )


@transaction.atomic
def set_price(
    placement: Placement,
    price: tuple[str, str],
    *,
    valid_from: date,
    valid_to: date | None = None,
    by: Actor,
    at: datetime,
) -> PriceChoice:
    """Settle by this of the service's decided prices from the day."""
    row = locked(placement, AGREE, *_AGREED, by=by)
    _require_period({"valid_from": valid_from, "valid_to": valid_to})
    require_price(row, price, valid_from, by=by)
    new = PriceChoice(
        placement=row, component=price[0], label=price[1],
        valid_from=valid_from, valid_to=valid_to, registered_at=at,
    )  # fmt: skip
    return put(row.prices.all(), new, AGREE, by=by, at=at)


@transaction.atomic
def grant_supplement(
    placement: Placement, values: Mapping[str, Any], *, by: Actor, at: datetime
) -> SupplementGrant:
    """Grant one of the service's supplements: ``label``, ``reason``, and its period."""
    row = locked(placement, AGREE, *_AGREED[2:], by=by)
    _require_period(values)
    known = {one.label for one in supplements_on(by, row.service_id, on=values["valid_from"])}
    if values["label"] not in known:
        raise ValidationError({"label": _("Tillægget er ikke besluttet for ydelsen den dag.")})
    if not values.get("reason", "").strip():
        raise ValidationError({"reason": _("Skriv, hvorfor tillægget gives.")})
    new = SupplementGrant(
        placement=row, label=values["label"], reason=values["reason"],
        valid_from=values["valid_from"], valid_to=values.get("valid_to"), registered_at=at,
    )  # fmt: skip
    return put(row.supplements.filter(label=new.label), new, AGREE, by=by, at=at)


@transaction.atomic
def end_supplement(
    grant: SupplementGrant, *, valid_to: date, by: Actor, at: datetime
) -> SupplementGrant | None:
    """Let the supplement end on the day; on or before its first day it was never given."""
    row = locked(grant.placement, AGREE, by=by)
    held = row.supplements.filter(pk=grant.pk, superseded_at__isnull=True).first()
    if held is None:
        raise ValidationError(_("Tillægget er ændret imens. Se, hvad der står nu."))
    take_away(held, AGREE, by=by, at=at)
    if valid_to <= held.valid_from:
        return None
    rest = SupplementGrant(
        placement=row, label=held.label, reason=held.reason,
        valid_from=held.valid_from, valid_to=valid_to, registered_at=at,
    )  # fmt: skip
    return store_new(rest, AGREE, by=by, at=at)


@transaction.atomic
def deliver(
    placement: Placement, values: Mapping[str, Any], *, by: Actor, at: datetime
) -> Delivery | None:
    """Say how much there was in a month of what is priced by the piece; again takes its place.

    `values`: ``month`` (its first day), ``price`` (component, label), ``quantity`` in hundredths
    (0 takes what was said away), ``note``, and ``payer_id`` in a month that several pay for: each
    has a quantity of its own.
    """
    row = locked(placement, RUN, PlacementState.ADMITTED, PlacementState.DISCHARGED, by=by)
    month: date = values["month"].replace(day=1)
    component, label = values["price"]
    known = {one.key for one in counted_on(by, row.service_id, on=month)}
    if (component, label) not in known:
        raise ValidationError({"price": _("Ydelsen har ikke den pris i måneden.")})
    quantity: int = values["quantity"]
    if not 0 <= quantity <= _MOST_QUANTITY:
        raise ValidationError({"quantity": _("Skriv en mængde mellem 0 og 100.000.")})
    payer = _payer_of(row, month, values)
    same = row.deliveries.filter(
        month=month, component=component, label=label, superseded_at__isnull=True
    )
    if payer is not None:
        # What was said of the whole month gives way to what is said of one payer's days.
        same = same.filter(Q(payer_id=payer) | Q(payer__isnull=True))
    for old in same:
        store_changes(old, {"superseded_at": at}, RUN, by=by, at=at)
    if not quantity:
        return None
    new = Delivery(
        placement=row, month=month, component=component, label=label, payer_id=payer,
        quantity=quantity, note=values.get("note", ""), registered_at=at,
    )  # fmt: skip
    return store_new(new, RUN, by=by, at=at)


def _payer_of(row: Placement, month: date, values: Mapping[str, Any]) -> int | None:
    """Whose days of the month; None where one pays for all of it."""
    end = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    paid = row.payers.filter(holding_from(month), valid_from__lt=end)
    payers = set(paid.values_list("payer_id", flat=True))
    given: int | None = values.get("payer_id")
    if given is not None and given not in payers:
        raise ValidationError({"payer_id": _("Kommunen betaler ikke i måneden.")})
    if len(payers) <= 1:
        return None
    if given is None and values["quantity"]:
        raise ValidationError(
            {
                "payer_id": _(
                    "%s kommuner betaler hver sin del af måneden. Del mængden: vælg en kommune, og"
                    " registrér den anden for sig."
                )
                % len(payers)
            }
        )
    return given


def _require_period(values: Mapping[str, Any]) -> None:
    end, start = values.get("valid_to"), values["valid_from"]
    if end is not None and end <= start:
        raise ValidationError(
            {"valid_to": _("Den sidste dag skal ligge efter %s.") % date_text_da(start)}
        )
