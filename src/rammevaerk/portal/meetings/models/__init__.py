"""Rows of meetings, by concept; a module knows only those before it.

bodies → cases → meetings (agenda) → papers → minutes → obligations (and input rounds, feeds).
"""

from rammevaerk.portal.meetings.models.bodies import Body, Charter, Mandate, Seat
from rammevaerk.portal.meetings.models.cases import Case, Consultation
from rammevaerk.portal.meetings.models.meetings import (
    CLOSED_FROM,
    AgendaItem,
    AgendaSection,
    ItemReader,
    Meeting,
    MeetingMove,
    RecommendationPoint,
)
from rammevaerk.portal.meetings.models.minutes import (
    Approval,
    Attendance,
    Decision,
    DecisionKind,
    Excerpt,
    FinalMinutes,
    ItemAttendance,
    MinuteText,
)
from rammevaerk.portal.meetings.models.obligations import (
    CalendarFeed,
    Input,
    InputRound,
    Obligation,
)
from rammevaerk.portal.meetings.models.papers import (
    Dispatch,
    ItemAnnex,
    ItemAnnexVersion,
    Review,
)

__all__ = [
    "CLOSED_FROM",
    "AgendaItem",
    "AgendaSection",
    "Approval",
    "Attendance",
    "Body",
    "CalendarFeed",
    "Case",
    "Charter",
    "Consultation",
    "Decision",
    "DecisionKind",
    "Dispatch",
    "Excerpt",
    "FinalMinutes",
    "Input",
    "InputRound",
    "ItemAnnex",
    "ItemAnnexVersion",
    "ItemAttendance",
    "ItemReader",
    "Mandate",
    "Meeting",
    "MeetingMove",
    "MinuteText",
    "Obligation",
    "RecommendationPoint",
    "Review",
    "Seat",
]
