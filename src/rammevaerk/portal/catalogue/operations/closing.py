"""What stands in the way of closing a facility, and what its residents are owed."""

from collections.abc import Sequence
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from rammevaerk.engine.date_words import date_text_da
from rammevaerk.engine.succession import Aspect, last_day_to_tell
from rammevaerk.portal.catalogue.following import followers
from rammevaerk.portal.catalogue.models import (
    CLOSURE,
    Facility,
    PlaceCapacity,
    Service,
)
from rammevaerk.portal.catalogue.models.facilities import FacilityKind
from rammevaerk.portal.catalogue.operations.effects import Outcome
from rammevaerk.portal.catalogue.operations.succession_plans import (
    ClosurePlan,
    day_problems,
    followed_rules,
)
from rammevaerk.portal.common.clock import day_of

# The order on residents' rights is about these.
HOUSES_RESIDENTS = {FacilityKind.RESIDENTIAL}
MOST_NAMED = 10


def refuse_closure(plan: ClosurePlan, services: Sequence[Service], *, at: datetime) -> None:
    """Raise ValidationError with everything that stands in the way."""
    problems: dict[str, list[str]] = {}
    if found := day_problems([plan.facility], plan.on, at=at):
        problems["on"] = found
    if not plan.decision.strip():
        problems["decision"] = [_("Skriv, hvem der har besluttet det.")]
    if not plan.reason.strip():
        problems["reason"] = [_("Skriv, hvorfor tilbuddet lukker.")]
    if strayed := _strayed(plan, at=at):
        problems["deviation"] = strayed
    if plan.presented_on and plan.presented_on > day_of(at):
        problems["presented_on"] = [_("Dagen er ikke kommet endnu.")]
    if not problems:
        if begins := [one for one in services if one.valid_from >= plan.on]:
            problems["on"] = [
                _("%(service)s begynder først %(day)s. Ret ydelsen, før tilbuddet lukkes.")
                % {"service": one, "day": date_text_da(one.valid_from)}
                for one in begins
            ]
        elif not plan.end_what_remains and (left := remaining(plan.facility, plan.on)):
            problems["end_what_remains"] = [
                _("Dette begynder først senere: %s. Sæt kryds ved, at det også skal ophøre.")
                % "; ".join(left[:MOST_NAMED])
            ]
    if problems:
        raise ValidationError(problems)


def remaining(facility: Facility, on: date) -> list[str]:
    """The places and other apps' rows of a facility that begin on the day or later."""
    rows = PlaceCapacity.objects.filter(
        service__facility=facility, superseded_at__isnull=True, valid_from__gte=on
    ).select_related("service")
    found = [
        _("%(row)s fra %(day)s") % {"row": row, "day": date_text_da(row.valid_from)} for row in rows
    ]
    ids = list(facility.services.values_list("pk", flat=True))
    for follower in followers():
        found += follower.remaining(ids, on)
    return found


def _strayed(plan: ClosurePlan, *, at: datetime) -> list[str]:
    if plan.deviation.strip():
        return []
    found = []
    for rule in followed_rules(CLOSURE, plan.on):
        if rule.aspect is Aspect.PRESENTED and rule.code and not plan.presented_to.strip():
            found.append(
                _("Planen plejer at blive forelagt for %s. Skriv for hvem, eller hvorfor ikke.")
                % rule.code
            )
    last = last_day_for_residents(plan.facility, plan.on)
    if last is None:
        return found
    told = plan.residents_told_on
    if (told is None and day_of(at) > last) or (told is not None and told > last):
        found.append(
            _("Beboerne skulle være varslet senest %s. Skriv, hvorfor varslet er kortere.")
            % date_text_da(last)
        )
    return found


def last_day_for_residents(facility: Facility, on: date) -> date | None:
    """The last day the residents can be told; None where the rule is not about the facility."""
    if facility.kind not in HOUSES_RESIDENTS:
        return None
    rules = followed_rules(CLOSURE, on)
    months = next((one.code for one in rules if one.aspect is Aspect.RESIDENTS), "")
    return last_day_to_tell(on, int(months)) if months else None


def closure_texts(plan: ClosurePlan) -> list[Outcome]:
    """What the rules say, and what was done about it."""
    found = []
    for rule in followed_rules(CLOSURE, plan.on):
        text = rule.text_da if rule.code else f"{rule.text_da} {rule.note}".strip()
        if rule.aspect is Aspect.PRESENTED and plan.presented_to:
            text = _("Forelagt for %s.") % plan.presented_to
            if plan.presented_on:
                said = {"who": plan.presented_to, "day": date_text_da(plan.presented_on)}
                text = _("Forelagt for %(who)s %(day)s.") % said
        if rule.aspect is Aspect.RESIDENTS:
            if last_day_for_residents(plan.facility, plan.on) is None:
                continue
            if plan.residents_told_on:
                text = _("Varslet %(day)s. %(rule)s") % {
                    "day": date_text_da(plan.residents_told_on),
                    "rule": rule.text_da,
                }
        found.append(Outcome(rule.label_da, text))
    return found
