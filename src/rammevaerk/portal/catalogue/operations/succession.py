"""A facility goes on as another, or closes; and what was decided is corrected or taken back."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from rammevaerk.engine.date_words import date_text_da
from rammevaerk.engine.succession import Aspect, proposed
from rammevaerk.portal.access.policy import Actor, authorise
from rammevaerk.portal.access.saving import lock_seen, store_changes, store_new
from rammevaerk.portal.catalogue.following import Moved, Passage, followers
from rammevaerk.portal.catalogue.models import (
    CLOSURE,
    Approval,
    Facility,
    FacilityEvent,
    FacilitySuccession,
    SuccessionKind,
)
from rammevaerk.portal.catalogue.operations.carrying import Carrier, key_from
from rammevaerk.portal.catalogue.operations.closing import closure_texts, refuse_closure
from rammevaerk.portal.catalogue.operations.effects import (
    MANAGE,
    Effects,
    Outcome,
    take_back,
)
from rammevaerk.portal.catalogue.operations.rules import require_numbers
from rammevaerk.portal.catalogue.operations.succession_plans import (
    Chosen,
    ClosurePlan,
    NewFacility,
    SuccessionPlan,
    chosen,
    operator_of,
    ownership_of,
    refuse_plan,
    services_from,
    shares_of,
)
from rammevaerk.portal.catalogue.operations.succession_texts import (
    carried,
    ends,
    names,
    ruled,
)
from rammevaerk.portal.common.clock import day_of

REVISED = ("decision", "reason", "buyers_told_on")
REVISED_OF_CLOSURE = (
    "decision",
    "reason",
    "presented_to",
    "presented_on",
    "residents_told_on",
)


class _Rehearsed(Exception):
    """Takes everything back that was tried."""


@transaction.atomic
def succeed(plan: SuccessionPlan, *, by: Actor, at: datetime) -> FacilityEvent:
    """Let facilities go on as others from a day that has come or is to come.

    The predecessors close, the successors are made where they do not exist, and services, places,
    law, target groups and departments go on there from the day; other apps' rows follow. All of it
    or nothing. ValidationError says in Danish what stands in the way, by the field of the plan.
    """
    for facility in plan.predecessors:
        authorise(by, MANAGE, facility)
    for successor in plan.successors:
        if isinstance(successor, Facility):
            authorise(by, MANAGE, successor)
    ids = [one.pk for one in plan.predecessors]
    # Read again under the lock: another may have let them go on elsewhere since.
    predecessors = tuple(Facility.objects.select_for_update().filter(pk__in=ids).order_by("pk"))
    plan = replace(plan, predecessors=predecessors)
    refuse_plan(plan, by=by, at=at)
    effects = Effects(by, at)
    made = chosen(plan)
    successors = [_successor(one, plan, effects) for one in plan.successors]
    title = f"{names(predecessors)} → {names(successors)}"
    carrier = Carrier(plan.on, successors, effects, _("Fra %s") % names(predecessors))
    services = services_from(predecessors, plan.on)
    carrier.carry(services, shares_of(plan, services))
    kind = SuccessionKind(plan.kind).label
    carrier.close(predecessors, _("%(kind)s: %(who)s") % {"kind": kind, "who": names(successors)})
    _await_approval(plan, made, successors, effects)
    followed = _follow(_passage(plan, made, carrier.moved), effects)
    event = _event(plan, made, title, effects)
    outcome = [
        *carried(plan, predecessors, successors, carrier),
        *followed,
        *ruled(event, made.rules),
    ]
    event.outcome = _as_json(outcome)
    store_new(event, MANAGE, by=by, at=at, reason=plan.reason)
    links = [
        store_new(_link(event, before, after), MANAGE, by=by, at=at)
        for before in predecessors
        for after in successors
    ]
    # The links hold the successors: they go first when it is taken back.
    effects.made += [("catalogue.facilitysuccession", link.pk) for link in links]
    FacilityEvent.objects.filter(pk=event.pk).update(effects=effects.as_json())
    event.effects = effects.as_json()
    return event


def rehearse(plan: SuccessionPlan, *, by: Actor, at: datetime) -> list[Outcome]:
    """What would follow of the plan: it is carried out and taken back."""
    return _tried(lambda: succeed(plan, by=by, at=at))


def rehearse_closure(plan: ClosurePlan, *, by: Actor, at: datetime) -> list[Outcome]:
    """What would follow of the closure."""
    return _tried(lambda: close_facility(plan, by=by, at=at))


def _tried(work: Callable[[], FacilityEvent]) -> list[Outcome]:
    found: list[Outcome] = []
    try:
        with transaction.atomic():
            found = outcome_of(work())
            raise _Rehearsed
    except _Rehearsed:
        return found


@transaction.atomic
def close_facility(plan: ClosurePlan, *, by: Actor, at: datetime) -> FacilityEvent:
    """Let a facility close on a day with all it has; nothing goes on elsewhere.

    What begins on the day or later must be ended too (`end_what_remains`), else it is refused.
    """
    authorise(by, MANAGE, plan.facility)
    facility = Facility.objects.select_for_update().get(pk=plan.facility.pk)
    plan = replace(plan, facility=facility)
    services = services_from([facility], plan.on)
    refuse_closure(plan, services, at=at)
    effects = Effects(by, at)
    carrier = Carrier(plan.on, [], effects, plan.reason)
    carrier.carry(services, [])
    carrier.close([facility], plan.reason)
    passage = Passage(CLOSURE, plan.on, "", "", tuple(carrier.moved), plan.end_what_remains)
    last = date_text_da(plan.on - timedelta(days=1))
    outcome = [
        Outcome(_("Tilbud"), _("%(facility)s har sidste dag %(last)s.")
                % {"facility": facility, "last": last}),
        Outcome(_("Ydelser"), ends(len(services))),
        *_follow(passage, effects),
        *closure_texts(plan),
    ]  # fmt: skip
    event = FacilityEvent(
        cooperation_id=facility.cooperation_id,
        reporter_id=facility.reporter_id,
        kind=CLOSURE,
        on=plan.on,
        title=facility.name,
        closed=facility,
        reason=plan.reason,
        decision=plan.decision,
        deviation=plan.deviation,
        presented_to=plan.presented_to,
        presented_on=plan.presented_on,
        residents_told_on=plan.residents_told_on,
        outcome=_as_json(outcome),
        effects=effects.as_json(),
        registered_at=at,
        registered_by_id=by.person_id,
    )
    return store_new(event, MANAGE, by=by, at=at, reason=plan.reason)


@transaction.atomic
def undo_event(
    event: FacilityEvent, *, reason: str, seen: str | None = None, by: Actor, at: datetime
) -> None:
    """Take back what was planned, before its day; the event stays to be seen as undone.

    After the day it is history: what was wrong is corrected where it stands.
    """
    event = lock_seen(event, MANAGE, seen=seen, by=by)
    if event.undone_at is not None:
        raise ValidationError(_("Det er allerede fortrudt."))
    if not reason.strip():
        raise ValidationError({"reason": _("Skriv, hvorfor det fortrydes.")})
    if event.on <= day_of(at):
        raise ValidationError(
            _(
                "Datoen er kommet, så det er sket. Ret i stedet det, der er forkert: pladser og"
                " takster rettes fra en dato, og det gamle kan stadig ses."
            )
        )
    effects = json.loads(event.effects)
    if not effects:
        raise ValidationError(_("Det er ikke registreret her, hvad der blev flyttet."))
    followed = effects.get("followed", {})
    for follower in followers():
        if follower.name in followed:
            follower.undo(followed[follower.name], by=by, at=at)
    take_back(event.effects, event.on, by=by, at=at)
    store_changes(event, {"undone_at": at, "undone_because": reason}, MANAGE, by=by, at=at)


@transaction.atomic
def revise_event(
    event: FacilityEvent,
    values: Mapping[str, Any],
    *,
    seen: str | None = None,
    by: Actor,
    at: datetime,
) -> bool:
    """Correct what is said of an event: its decision, its reason, who was told when."""
    stored = lock_seen(event, MANAGE, seen=seen, by=by)
    allowed = REVISED_OF_CLOSURE if stored.kind == CLOSURE else REVISED
    if set(values) - set(allowed):
        raise ValidationError(_("Dato, art og parter kan ikke rettes. Fortryd, og plan på ny."))
    return store_changes(stored, values, MANAGE, by=by, at=at)


def outcome_of(event: FacilityEvent) -> list[Outcome]:
    """What followed of an event, as it was said when it was registered."""
    return [Outcome(one["subject"], one["text"]) for one in json.loads(event.outcome)]


def _as_json(outcome: Sequence[Outcome]) -> str:
    return json.dumps([asdict(one) for one in outcome], ensure_ascii=False)


def _successor(wanted: NewFacility | Facility, plan: SuccessionPlan, effects: Effects) -> Facility:
    if isinstance(wanted, Facility):
        return wanted
    first = plan.predecessors[0]
    keys = Facility.objects.values_list("key", flat=True)
    row = Facility(
        cooperation_id=first.cooperation_id,
        operator_id=operator_of(wanted, first),
        reporter_id=wanted.reporter_id or first.reporter_id,
        municipality_id=first.municipality_id,
        key=wanted.key or key_from(wanted.name, keys),
        name=wanted.name,
        ownership=ownership_of(wanted, first),
        kind=first.kind,
        reach=first.reach,
        address=first.address,
        phone=first.phone,
        cvr=wanted.cvr,
        p_number=wanted.p_number,
        portal_id=wanted.portal_id,
        description=first.description,
        valid_from=plan.on,
        synthetic=first.synthetic,
    )
    require_numbers(row)
    return effects.make(row)


def _await_approval(
    plan: SuccessionPlan, made: Chosen, successors: Sequence[Facility], effects: Effects
) -> None:
    if proposed(made.rules, Aspect.APPROVAL) != "new":
        return
    last = Approval.objects.filter(facility__in=plan.predecessors).order_by("-valid_from").first()
    new = [after for after, wanted in zip(successors, plan.successors, strict=True)
           if isinstance(wanted, NewFacility)]  # fmt: skip
    for facility in new:
        effects.make(
            Approval(
                facility=facility,
                status=Approval.Status.PENDING,
                authority=last.authority if last else _("Socialtilsynet"),
                valid_from=plan.on,
            )
        )


def _passage(plan: SuccessionPlan, made: Chosen, moved: Sequence[Moved]) -> Passage:
    return Passage(plan.kind, plan.on, made.contracts, made.tariffs, tuple(moved))


def _follow(passage: Passage, effects: Effects) -> list[Outcome]:
    found = []
    for follower in followers():
        followed = follower.follow(passage, by=effects.by, at=effects.at)
        effects.followed[follower.name] = followed.effects
        found.append(Outcome(follower.subject, followed.text))
    return found


def _event(plan: SuccessionPlan, made: Chosen, title: str, effects: Effects) -> FacilityEvent:
    first = plan.predecessors[0]
    return FacilityEvent(
        cooperation_id=first.cooperation_id,
        reporter_id=first.reporter_id,
        kind=plan.kind,
        on=plan.on,
        title=title[:700],
        reason=plan.reason,
        decision=plan.decision,
        contracts=made.contracts,
        tariffs=made.tariffs,
        must_stay_available=made.must_stay_available,
        deviation=plan.deviation,
        buyers_told_on=plan.buyers_told_on,
        effects=effects.as_json(),
        registered_at=effects.at,
        registered_by_id=effects.by.person_id,
    )


def _link(event: FacilityEvent, before: Facility, after: Facility) -> FacilitySuccession:
    return FacilitySuccession(
        event=event,
        predecessor=before,
        successor=after,
        on=event.on,
        kind=event.kind,
        contracts=event.contracts,
        tariffs=event.tariffs,
        must_stay_available=event.must_stay_available,
        decision=event.decision,
        reason=event.reason,
    )
