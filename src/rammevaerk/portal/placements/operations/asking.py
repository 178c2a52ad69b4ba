"""A buyer asks for a place, the seller offers or declines, and the buyer says yes or withdraws."""

import secrets
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from rammevaerk.engine.date_words import date_text_da
from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import Actor, authorise, require_grant, visible
from rammevaerk.portal.access.saving import store_new, take_turn
from rammevaerk.portal.catalogue.queries.services import services_of
from rammevaerk.portal.common.clock import day_of
from rammevaerk.portal.placements.calculate.ages import ages_on, may_be
from rammevaerk.portal.placements.calculate.pseudonyms import pseudonym, reference
from rammevaerk.portal.placements.models import Citizen, Placement, PlacementState
from rammevaerk.portal.placements.operations.periods import (
    require_price,
    set_hours,
    set_payer,
    set_price,
)
from rammevaerk.portal.placements.operations.steps import first_step, locked, take_step
from rammevaerk.portal.placements.queries.words import law_of

REQUEST, RUN = Action.PLACEMENT_REQUEST, Action.PLACEMENT_RUN
_TRIES = 20


@transaction.atomic
def enquire(service: Any, values: Mapping[str, Any], *, by: Actor, at: datetime) -> Placement:
    """Ask for a place at the service for a citizen.

    `values`: ``citizen`` (one the buyer keeps) or ``birth_month`` of a new one; ``paragraph_id``,
    ``wanted_from``, ``expected_to``, ``need``, ``buyer_reference``. ValidationError says which
    field is wrong: the service not given then, not under the provision, not for the age.
    """
    require_grant(by, REQUEST)
    wanted: date = values["wanted_from"]
    service = _given(service, wanted, by)
    require_order(values.get("expected_to"), wanted, "expected_to")
    citizen = _citizen_of(service, values, by=by, at=at)
    require_age(citizen, service, wanted, field="wanted_from")
    asked = {
        "buyer_id": by.organisation_id,
        "paragraph_id": require_law(service, values["paragraph_id"], wanted),
        "wanted_from": wanted,
        "expected_to": values.get("expected_to"),
        "need": values.get("need", ""),
        "buyer_reference": values.get("buyer_reference", ""),
    }
    if by.organisation_id is not None:
        take_turn(by.organisation_id)
    _refuse_again(service, citizen, asked)
    placement = new_placement(service, citizen, asked, REQUEST, by=by, at=at)
    authorise(by, REQUEST, placement)
    first_step(placement, REQUEST, on=day_of(at), by=by, at=at)
    return placement


@transaction.atomic
def offer(placement: Placement, values: Mapping[str, Any], *, by: Actor, at: datetime) -> Placement:
    """The seller offers a place from a day, at a price and with hours; again takes its place.

    `values`: ``offered_from``, ``note``, ``price`` ((component, label) or None) and ``hours``
    (minutes a week by the columns of Hours, or None).
    """
    row = locked(placement, RUN, PlacementState.ENQUIRY, PlacementState.OFFERED, by=by)
    day: date = values["offered_from"]
    _given(row.service, day, by, field="offered_from")
    require_age(row.citizen, row.service, day, field="offered_from")
    if values.get("price"):
        require_price(row, values["price"], day, by=by)
    take_step(
        row, PlacementState.OFFERED, RUN,
        on=day_of(at), note=values.get("note", ""), values={"offered_from": day}, by=by, at=at,
    )  # fmt: skip
    if values.get("price"):
        set_price(row, values["price"], valid_from=day, by=by, at=at)
    if values.get("hours"):
        set_hours(row, values["hours"], valid_from=day, by=by, at=at)
    return row


@transaction.atomic
def decline(placement: Placement, *, reason: str, by: Actor, at: datetime) -> Placement:
    """The seller says no, and why."""
    row = locked(placement, RUN, PlacementState.ENQUIRY, PlacementState.OFFERED, by=by)
    _require_reason(reason)
    take_step(row, PlacementState.DECLINED, RUN, on=day_of(at), note=reason, by=by, at=at)
    return row


@transaction.atomic
def accept(
    placement: Placement, values: Mapping[str, Any], *, by: Actor, at: datetime
) -> Placement:
    """The buyer says yes to the offer, and who pays on which ground.

    `values`: ``payer_id``, ``ground``, ``evidence``, ``note``, ``buyer_reference``.
    """
    row = locked(placement, REQUEST, PlacementState.OFFERED, by=by)
    reference_of = values.get("buyer_reference") or row.buyer_reference
    take_step(
        row, PlacementState.ACCEPTED, REQUEST,
        on=day_of(at), note=values.get("note", ""),
        values={"buyer_reference": reference_of}, by=by, at=at,
    )  # fmt: skip
    set_payer(
        row,
        payer_id=values["payer_id"],
        acting_id=row.buyer_id,
        ground=values["ground"],
        evidence=values.get("evidence", ""),
        valid_from=row.offered_from or row.wanted_from,
        by=by,
        at=at,
    )
    return row


@transaction.atomic
def withdraw(placement: Placement, *, reason: str, by: Actor, at: datetime) -> Placement:
    """The buyer no longer wants the place; possible until the citizen has come."""
    row = locked(
        placement, REQUEST,
        PlacementState.ENQUIRY, PlacementState.OFFERED, PlacementState.ACCEPTED, by=by,
    )  # fmt: skip
    _require_reason(reason)
    take_step(row, PlacementState.WITHDRAWN, REQUEST, on=day_of(at), note=reason, by=by, at=at)
    return row


def new_placement(
    service: Any,
    citizen: Citizen,
    values: Mapping[str, Any],
    action: Action,
    *,
    by: Actor,
    at: datetime,
) -> Placement:
    """Store a placement under a reference of its own."""
    year = day_of(at).year
    row = Placement(
        service=service,
        citizen=citizen,
        reference=_unused(Placement, "reference", lambda: reference(secrets.choice, year)),
        created_at=at,
        synthetic=service.facility.synthetic,
        **values,
    )
    return store_new(row, action, by=by, at=at)


def new_citizen(
    service: Any, birth_month: date, keeper_id: int, action: Action, *, by: Actor, at: datetime
) -> Citizen:
    """A citizen under a pseudonym of his own; only the keeper knows who it is."""
    if birth_month > day_of(at):
        raise ValidationError({"birth_month": _("Måneden er ikke begyndt endnu.")})
    row = Citizen(
        cooperation_id=service.facility.cooperation_id,
        keeper_id=keeper_id,
        pseudonym=_unused(Citizen, "pseudonym", lambda: pseudonym(secrets.choice)),
        birth_month=birth_month,
    )
    return store_new(row, action, by=by, at=at)


def require_age(citizen: Citizen, service: Any, day: date, *, field: str) -> None:
    """ValidationError unless the citizen may be of the service's ages on the day."""
    if may_be(citizen.birth_month, day, service.age_from, service.age_to):
        return
    youngest, oldest = ages_on(citizen.birth_month, day)
    raise ValidationError(
        {
            field: _(
                "Ydelsen er for borgere %(ages)s. Borgeren er %(age)s år den %(day)s. Ret"
                " fødselsmåneden eller dagen, eller vælg en anden ydelse."
            )
            % {
                "ages": _ages_text(service.age_from, service.age_to),
                "age": youngest if youngest == oldest else f"{youngest}-{oldest}",
                "day": date_text_da(day),
            }
        }
    )


def require_law(service: Any, paragraph_id: int, day: date) -> int:
    """The provision's id, when the service is given under it on the day."""
    known = law_of(service, on=day)
    if paragraph_id not in {one.pk for one in known}:
        names = ", ".join(str(one) for one in known) or _("ingen")
        raise ValidationError(
            {
                "paragraph_id": _("Ydelsen gives den %(day)s efter: %(names)s.")
                % {"day": date_text_da(day), "names": names}
            }
        )
    return paragraph_id


def require_order(end: date | None, start: date, field: str) -> None:
    """ValidationError for a period that ends on or before the day it begins."""
    if end is not None and end <= start:
        raise ValidationError({field: _("Slutdagen skal ligge efter %s.") % date_text_da(start)})


def _refuse_again(service: Any, citizen: Citizen, asked: Mapping[str, Any]) -> None:
    """Sent twice it would be two, and a new citizen would get two pseudonyms."""
    rows = Placement.objects.filter(
        service_id=service.pk,
        citizen__birth_month=citizen.birth_month,
        state=PlacementState.ENQUIRY,
        **asked,
    )
    if (sent := rows.first()) is not None:
        raise ValidationError(
            _(
                "Den forespørgsel er allerede sendt: %s. Er det om en anden borger, så skriv en"
                " anden reference."
            )
            % sent.reference
        )


def _given(service: Any, day: date, by: Actor, field: str = "wanted_from") -> Any:
    """The service, when the actor sees it and it is given on the day."""
    row = services_of(by, on=None).filter(pk=service.pk).first()
    if row is None:
        raise ValidationError(_("Ydelsen findes ikke."))
    for one, name in ((row, _("Ydelsen")), (row.facility, _("Tilbuddet"))):
        if day < one.valid_from or (one.valid_to is not None and day >= one.valid_to):
            raise ValidationError(
                {
                    field: _("%(name)s findes ikke den %(day)s. Vælg en anden dag eller ydelse.")
                    % {"name": name, "day": date_text_da(day)}
                }
            )
    return row


def _citizen_of(service: Any, values: Mapping[str, Any], *, by: Actor, at: datetime) -> Citizen:
    chosen = values.get("citizen")
    if chosen is None:
        if not values.get("birth_month"):
            raise ValidationError(
                {"birth_month": _("Skriv fødselsmåneden, eller vælg en borger, I kender.")}
            )
        keeper = by.organisation_id or 0
        return new_citizen(service, values["birth_month"], keeper, REQUEST, by=by, at=at)
    row = visible(Citizen.objects.all(), by, REQUEST).filter(pk=chosen.pk).first()
    if row is None or row.cooperation_id != service.facility.cooperation_id:
        raise ValidationError({"citizen": _("Borgeren findes ikke hos jer.")})
    return row


def _unused(model: Any, column: str, make: Any) -> str:
    for _attempt in range(_TRIES):
        name = str(make())
        if not model.objects.filter(**{column: name}).exists():
            return name
    raise RuntimeError("no free name was found")


def _require_reason(reason: str) -> None:
    if not reason.strip():
        raise ValidationError({"reason": _("Skriv hvorfor, så den anden part kan se det.")})


def _ages_text(age_from: int, age_to: int | None) -> str:
    if age_to is None:
        return _("fra %s år") % age_from
    return _("fra %(first)s til og med %(last)s år") % {"first": age_from, "last": age_to - 1}
