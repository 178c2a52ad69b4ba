"""The chain on a facility's own page: its section, and the entries of its history."""

from collections.abc import Iterator
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import Actor, decide
from rammevaerk.portal.catalogue.chain_drawing import draw
from rammevaerk.portal.catalogue.facility_parts import Happening, Section
from rammevaerk.portal.catalogue.models import Facility
from rammevaerk.portal.catalogue.queries.succession import chain_of


def section_of(facility: Facility, actor: Actor, on: date) -> Section | None:
    """What came before and what comes after; for those who may plan it also where nothing does."""
    chain = chain_of(facility, actor, on=on)
    # What has ended or is about to cannot be planned again.
    may_plan = facility.valid_to is None and decide(actor, Action.FACILITY_MANAGE, facility).allowed
    if not chain.steps and not may_plan:
        return None
    picture = draw(chain, today=on, own=facility)
    context = {"chain": chain, "picture": picture, "may_plan": may_plan, "facility": facility}
    return Section("catalogue/_chain.html", context)


def happenings_of(facility: Facility, actor: Actor) -> Iterator[Happening]:
    """The facility's own steps as entries of its history."""
    for step in chain_of(facility, actor, on=date.max).steps:
        own = facility in (*step.predecessors, *step.successors)
        if not own:
            continue
        url = ""
        if step.event is not None:
            url = reverse("catalogue:facility_event", kwargs={"event_id": step.event.pk})
        text = step.title if step.successors else step.reason
        source = _("Beslutning: %s") % step.decision if step.decision else ""
        yield Happening(step.on, step.kind_da, text=text, source=source, url=url)
