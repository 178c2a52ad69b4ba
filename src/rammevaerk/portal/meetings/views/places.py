"""Where the pages of the meetings lie in the house."""

from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from rammevaerk.engine.date_words import date_text_da
from rammevaerk.portal.common.clock import day_of
from rammevaerk.portal.common.crumbs import Crumb, trail
from rammevaerk.portal.meetings.models import AgendaItem, Body, Meeting
from rammevaerk.portal.meetings.queries.agenda import meeting_short_name
from rammevaerk.portal.meetings.queries.names import short_name

Step = tuple[str, str] | str


def meetings_trail(*steps: Step) -> list[Crumb]:
    """Overblik › Møder › steps."""
    return trail((_("Møder"), reverse("meetings:overview")), *steps)


def bodies_trail(*steps: Step) -> list[Crumb]:
    """… › Mødefora › steps."""
    return meetings_trail((_("Mødefora"), reverse("meetings:bodies")), *steps)


def cases_trail(*steps: Step) -> list[Crumb]:
    """… › Sager › steps."""
    return meetings_trail((_("Sager"), reverse("meetings:cases")), *steps)


def meeting_trail(meeting: Meeting, *steps: Step) -> list[Crumb]:
    """… › the body › the day of the meeting › steps."""
    name = meeting_short_name(meeting)
    day = date_text_da(day_of(meeting.starts_at))
    here: Step = day
    if steps:
        here = day, reverse("meetings:meeting", kwargs={"meeting_id": meeting.pk})
    return meetings_trail(body_step(meeting.body, name), here, *steps)


def body_step(body: Body, name: str) -> tuple[str, str]:
    """The body's own page as a step."""
    return name, reverse("meetings:body", kwargs={"body_id": body.pk})


def item_trail(item: AgendaItem, label: str, *steps: Step) -> list[Crumb]:
    """… › the meeting, or the backlog › the item, by its number › steps."""
    here: Step = label
    if steps:
        here = label, reverse("meetings:item", kwargs={"item_id": item.pk})
    if item.meeting is not None:
        return meeting_trail(item.meeting, here, *steps)
    backlog = _("Venteliste"), reverse("meetings:backlog", kwargs={"body_id": item.body_id})
    name = short_name(item.body, on=date.max)
    return meetings_trail(body_step(item.body, name), backlog, here, *steps)
