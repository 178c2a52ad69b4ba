"""The citizen comes: to a place that was agreed, or by himself to a shelter or crisis centre."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from rammevaerk.engine.date_words import date_text_da
from rammevaerk.engine.errors import NoRuleForDate
from rammevaerk.engine.parameters import Parameters
from rammevaerk.engine.settlement.special.notification import (
    DischargeCondition,
    shelter_notice,
    shelter_payer,
)
from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import Actor, authorise
from rammevaerk.portal.access.queries import living
from rammevaerk.portal.access.saving import store_changes, store_new
from rammevaerk.portal.common.clock import day_of
from rammevaerk.portal.placements.calculate.shelters import is_self_referral
from rammevaerk.portal.placements.models import Notice, Placement, PlacementState
from rammevaerk.portal.placements.operations.asking import (
    new_citizen,
    new_placement,
    require_age,
    require_law,
)
from rammevaerk.portal.placements.operations.periods import set_payer, set_price
from rammevaerk.portal.placements.operations.stays import begin_all, new_stay, require_come
from rammevaerk.portal.placements.operations.steps import first_step, locked, take_step
from rammevaerk.portal.placements.queries.words import choices_on

RUN, REQUEST = Action.PLACEMENT_RUN, Action.PLACEMENT_REQUEST


@transaction.atomic
def admit(
    placement: Placement,
    *,
    place: int,
    moment: datetime,
    over_reason: str = "",
    note: str = "",
    by: Actor,
    at: datetime,
) -> Placement:
    """The citizen has come and has the place; what is agreed begins by that day."""
    row = locked(placement, RUN, PlacementState.ACCEPTED, by=by)
    require_come(moment, at)
    _require_given(row.service, moment.date())
    require_age(row.citizen, row.service, moment.date(), field="moment")
    new_stay(row, place, moment, over_reason=over_reason, by=by, at=at)
    begin_all(row, moment.date(), by=by, at=at)
    take_step(
        row, PlacementState.ADMITTED, RUN, on=moment.date(), note=note or over_reason, by=by, at=at
    )
    return row


@transaction.atomic
def admit_self_referred(
    service: Any, values: Mapping[str, Any], *, by: Actor, at: datetime
) -> Placement:
    """The leader of a shelter or crisis centre admits one who came by himself (§§ 109, 110).

    `values`: ``birth_month``, ``buyer_id`` (the acting municipality), ``paragraph_id``,
    ``decided_on``, ``place``, ``moment``, ``over_reason``, ``ground``, ``evidence``, ``need``. The
    acting municipality pays without having referred, and must be told within three weekdays.
    """
    authorise(by, RUN, service)
    moment: datetime = values["moment"]
    require_come(moment, at)
    _require_given(service, moment.date())
    decided: date = values["decided_on"]
    if decided > day_of(at):
        raise ValidationError({"decided_on": _("Dagen er ikke kommet endnu.")})
    paragraph_id = require_law(service, values["paragraph_id"], moment.date())
    if values["buyer_id"] not in dict(living("municipality", on=decided)):
        raise ValidationError({"buyer_id": _("Kommunen findes ikke den dag.")})
    keeper = by.organisation_id or service.facility.reporter_id
    citizen = new_citizen(service, values["birth_month"], keeper, RUN, by=by, at=at)
    require_age(citizen, service, moment.date(), field="birth_month")
    row = new_placement(
        service,
        citizen,
        {
            "buyer_id": values["buyer_id"],
            "paragraph_id": paragraph_id,
            "state": PlacementState.ADMITTED,
            "wanted_from": moment.date(),
            "need": values.get("need", ""),
            "self_referred": True,
            "admission_decided_on": decided,
            "notify_by": _deadline(decided),
        },
        RUN,
        by=by,
        at=at,
    )
    if not is_self_referral(row.paragraph):
        raise ValidationError(
            {"paragraph_id": _("Kun til ophold efter §§ 109 og 110 kan man komme af sig selv.")}
        )
    new_stay(row, values["place"], moment, over_reason=values.get("over_reason", ""), by=by, at=at)
    _agree(row, values, moment.date(), by=by, at=at)
    note = _("Optaget ved egen henvendelse; lederen besluttede det %s.") % date_text_da(decided)
    first_step(row, RUN, on=moment.date(), note=note, by=by, at=at)
    return row


def _agree(
    row: Placement, values: Mapping[str, Any], day: date, *, by: Actor, at: datetime
) -> None:
    """The acting municipality pays (the engine's rule), by the price when there is only one."""
    payer = int(shelter_payer(str(row.buyer_id), day).payer)
    set_payer(
        row, payer_id=payer, acting_id=row.buyer_id, ground=values["ground"],
        evidence=values.get("evidence", ""), valid_from=day, by=by, at=at,
    )  # fmt: skip
    prices = choices_on(by, row.service_id, on=day)
    if len(prices) == 1:
        set_price(row, prices[0].key, valid_from=day, by=by, at=at)


def _deadline(decided: date) -> date:
    try:
        return shelter_notice(decided, Parameters.load()).deadline
    except NoRuleForDate as problem:
        raise ValidationError(
            {"decided_on": _("Der kendes ingen regel for underretning den dag.")}
        ) from problem


@transaction.atomic
def notify(placement: Placement, *, on: date, by: Actor, at: datetime) -> Placement:
    """The acting municipality was told of the admission on the day."""
    row = locked(placement, RUN, by=by)
    if row.admission_decided_on is None:
        raise ValidationError(_("Borgeren er ikke optaget ved egen henvendelse."))
    if not row.admission_decided_on <= on <= day_of(at):
        raise ValidationError(
            {"on": _("Dagen skal ligge fra %s til i dag.") % date_text_da(row.admission_decided_on)}
        )
    store_changes(row, {"notified_on": on}, RUN, by=by, at=at)
    return row


@transaction.atomic
def stop_payment(
    placement: Placement,
    *,
    on: date,
    met: Collection[DischargeCondition],
    reason: str,
    by: Actor,
    at: datetime,
) -> Notice:
    """The municipality decides a discharge (§ 110, stk. 5): only when every condition is met.

    Else the leader decides, and a stop of payment has no effect: ValidationError says what lacks.
    """
    row = locked(placement, REQUEST, PlacementState.ADMITTED, by=by)
    if not is_self_referral(row.paragraph):
        raise ValidationError(_("Det gælder kun ophold efter §§ 109 og 110."))
    decided = shelter_payer(str(row.buyer_id), on, stopped=True, met=met)
    if not decided.stop_is_effective:
        raise ValidationError(
            [
                _("%(message)s Det mangler: %(found)s.")
                % {"message": one.message, "found": one.found}
                for one in decided.findings
            ]
        )
    notice = Notice(
        placement=row, side=Notice.Side.BUYER, given_on=day_of(at), reason=reason,
        rule="payer.self_referral", clause=_("SEL § 110, stk. 5"), ends_on=max(on, day_of(at)),
        registered_at=at,
    )  # fmt: skip
    return store_new(notice, REQUEST, by=by, at=at, reason=reason)


def _require_given(service: Any, day: date) -> None:
    for one in (service, service.facility):
        if day < one.valid_from or (one.valid_to is not None and day >= one.valid_to):
            raise ValidationError({"moment": _("Ydelsen gives ikke den dag.")})
