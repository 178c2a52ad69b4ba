"""Reads of meetings, each limited to what the actor may see."""

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.http import Request
from rammevaerk.portal.meetings.queries.agenda import (
    AgendaView,
    ItemView,
    agenda_of,
    backlog_of,
    case_choices,
    deadline_of,
    history_of,
    item_view,
    likely_sections,
    meeting_body_name,
    meeting_short_name,
    names_of_submitters,
    readers_of,
    section_choices,
    state_tag,
    visible_items,
)
from rammevaerk.portal.meetings.queries.bodies import (
    BodyRow,
    BodyView,
    SeatView,
    bodies,
    body_view,
    coming_vacancies,
)
from rammevaerk.portal.meetings.queries.calendar import (
    YearCalendar,
    year_calendar,
    years_with_meetings,
)
from rammevaerk.portal.meetings.queries.cases import CaseRow, case_rows, cases
from rammevaerk.portal.meetings.queries.choices import (
    body_by_id,
    body_choices,
    body_name,
    cooperation_people,
    organisation_choices,
    organisations_without_body,
    people_choices,
    seat_name,
)
from rammevaerk.portal.meetings.queries.dispatches import (
    version_for,
    version_view,
    versions_of,
)
from rammevaerk.portal.meetings.queries.feeds import feed_events, feed_rows, fingerprint_of
from rammevaerk.portal.meetings.queries.meetings import (
    MeetingRow,
    coming_meetings,
    meetings_of,
    recent_meetings,
    with_names,
)
from rammevaerk.portal.meetings.queries.search import search_items

__all__ = [
    "AgendaView",
    "BodyRow",
    "BodyView",
    "CaseRow",
    "ItemView",
    "MeetingRow",
    "SeatView",
    "YearCalendar",
    "agenda_of",
    "backlog_of",
    "bodies",
    "body_by_id",
    "body_choices",
    "body_name",
    "body_view",
    "case_choices",
    "case_rows",
    "cases",
    "coming_meetings",
    "coming_vacancies",
    "cooperation_people",
    "deadline_of",
    "feed_events",
    "feed_rows",
    "fingerprint_of",
    "history_of",
    "item_view",
    "likely_sections",
    "may_read_meetings",
    "meeting_body_name",
    "meeting_short_name",
    "meetings_of",
    "names_of_submitters",
    "organisation_choices",
    "organisations_without_body",
    "people_choices",
    "readers_of",
    "recent_meetings",
    "search_items",
    "seat_name",
    "section_choices",
    "state_tag",
    "version_for",
    "version_view",
    "versions_of",
    "visible_items",
    "with_names",
    "year_calendar",
    "years_with_meetings",
]


def may_read_meetings(request: Request) -> bool:
    """Whether the main navigation shows the way to the meetings."""
    return request.actor.scope(Action.MEETING_READ) is not None
