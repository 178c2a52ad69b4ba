"""What is said of a succession: what was carried over, and what the rules have follow."""

from collections.abc import Sequence
from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rammevaerk.engine.date_words import date_text_da
from rammevaerk.engine.succession import Aspect, Consequence
from rammevaerk.portal.catalogue.models import Contracts, Facility, FacilityEvent
from rammevaerk.portal.catalogue.operations.carrying import Carrier
from rammevaerk.portal.catalogue.operations.effects import Outcome
from rammevaerk.portal.catalogue.operations.succession_plans import SuccessionPlan


def names(facilities: Sequence[Facility]) -> str:
    """«Nordhuset og Sydhuset»."""
    return _(" og ").join(one.name for one in facilities)


def carried(
    plan: SuccessionPlan,
    predecessors: Sequence[Facility],
    successors: Sequence[Facility],
    carrier: Carrier,
) -> list[Outcome]:
    """What went over to whom, as sentences."""
    last = date_text_da(plan.on - timedelta(days=1))
    ended = sum(1 for one in carrier.moved if one.successor_service_id is None)
    gone = {one.service_id for one in carrier.moved if one.successor_service_id is not None}
    found = [
        Outcome(
            _("Tilbud"),
            _("%(before)s har sidste dag %(last)s; %(after)s tager over %(day)s.")
            % {
                "before": names(predecessors),
                "last": last,
                "after": names(successors),
                "day": date_text_da(plan.on),
            },
        ),
        Outcome(
            _("Ydelser"),
            ngettext("%s ydelse føres over.", "%s ydelser føres over.", len(gone)) % len(gone)
            + (" " + ends(ended) if ended else ""),
        ),
    ]
    for part, after in enumerate(successors):
        said = {"after": after, "places": carrier.places[part], "covered": carrier.covered[part]}
        text = _("%(after)s: %(places)s pladser, heraf %(covered)s omfattet af rammeaftalen.")
        found.append(Outcome(_("Pladser"), text % said))
    if carrier.dropped:
        text = _("Kommende pladstal er ikke ført over, fordi pladserne deles eller lægges sammen:")
        found.append(Outcome(_("Pladser"), f"{text} {', '.join(carrier.dropped)}."))
    return found


def ends(count: int) -> str:
    """«2 ydelser ophører.»."""
    return ngettext("%s ydelse ophører.", "%s ydelser ophører.", count) % count


def ruled(event: FacilityEvent, rules: Sequence[Consequence]) -> list[Outcome]:
    """What the catalogue itself does not move, as it was chosen and as the rules have it."""
    found = []
    for rule in rules:
        text = rule.text_da
        if rule.aspect is Aspect.CONTRACTS:
            text = f"{Contracts(event.contracts).label}."
        elif rule.aspect is Aspect.AVAILABLE and not event.must_stay_available:
            text = _("Det er valgt, at pladserne ikke skal stå til rådighed for andre.")
        elif rule.aspect is Aspect.BUYERS and event.buyers_told_on:
            text = _("Orienteret %s.") % date_text_da(event.buyers_told_on)
        elif rule.aspect is Aspect.TARIFFS:
            # Those who hold the tariffs say themselves what became of them.
            continue
        if not rule.code:
            text = f"{text} {rule.note}".strip()
        found.append(Outcome(rule.label_da, text))
    return found
