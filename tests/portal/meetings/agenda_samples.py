"""What the tests of agendas share: a meeting to come, its items, and forms filled in."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import unescape
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from world import CLERK, World

from rammevaerk.portal.access.actions import Role
from rammevaerk.portal.access.models import Organisation
from rammevaerk.portal.meetings import operations
from rammevaerk.portal.meetings.models import AgendaItem, AgendaSection, Body, Meeting

SECRET = "HEMMELIG-FUSION"
CSV = "navn;antal\nÆrø;7\n".encode()


def how() -> dict[str, Any]:
    return {"by": CLERK, "at": timezone.now()}


def secretariat(world: World) -> Client:
    return world.client(Role.SECRETARIAT, "sekretariatet")


def reader(world: World, key: str = "naboby") -> Client:
    return world.client(Role.READER, key)


def words(response: HttpResponse) -> str:
    """The page as a person reads it: no tags, no entities, single spaces."""
    text = response.content.decode()
    visible = re.sub(r"<(script|style)\b.*?</\1>", " ", text, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", visible)).split())


def address(name: str, row: Any) -> str:
    """The address of a page about a row, by the one argument that pages of it take."""
    kwargs = {
        "Body": "body_id",
        "Meeting": "meeting_id",
        "AgendaItem": "item_id",
        "ItemAnnex": "item_annex_id",
        "ItemAnnexVersion": "item_version_id",
        "Dispatch": "dispatch_id",
    }
    return reverse(f"meetings:{name}", kwargs={kwargs[type(row).__name__]: row.pk})


def in_days(days: int, hour: int = 9) -> datetime:
    day = timezone.localtime() + timedelta(days=days)
    return day.replace(hour=hour, minute=0, second=0, microsecond=0)


def a_meeting(world: World, days: int = 60) -> Meeting:
    """A meeting of the home side's body, three hours long."""
    starts = in_days(days)
    return operations.plan_meeting(
        world.first(Body), {"starts_at": starts, "ends_at": starts + timedelta(hours=3)}, **how()
    )


def section(meeting: Meeting, kind: str = "decision") -> AgendaSection:
    return meeting.sections.get(kind=kind)


def an_item(meeting: Meeting, title: str, kind: str = "decision", **more: Any) -> AgendaItem:
    """An item last in a section; ``readers`` as (organisations, people)."""
    readers = more.pop("readers", None)
    recommendation = more.pop("recommendation", [("approve", "forslaget")])
    values = {"title": title, "purpose": "decision", "presentation": f"<p>{title} tekst</p>"}
    return operations.add_item(
        meeting.body,
        {**values, **more},
        section=section(meeting, kind),
        recommendation=recommendation,
        readers=readers,
        **how(),
    )


def a_closed_item(meeting: Meeting, **more: Any) -> AgendaItem:
    return an_item(
        meeting,
        f"{SECRET} titel",
        closed=True,
        legal_ground="forvaltningslovens § 27",
        **{"presentation": f"<p>{SECRET} tekst</p>", **more},
    )


def organisation(key: str) -> Organisation:
    return Organisation.objects.get(key=key)


def item_form(**given: Any) -> dict[str, Any]:
    """The form of an item as the browser sends it."""
    form = {
        "title": "Budget 2027",
        "purpose": "decision",
        "presenters": "",
        "duration": "20",
        "case_id": "",
        "presentation": "Første afsnit.\n\nAndet afsnit.",
        "legal_ground": "",
        "verb_1": "approve",
        "text_1": "budgettet",
    }
    return {**form, **given}


@dataclass
class Sent:
    """A meeting whose agenda has been sent out, with an open and a closed item."""

    meeting: Meeting
    open: AgendaItem
    closed: AgendaItem


def a_sent_agenda(world: World, **closed: Any) -> Sent:
    meeting = a_meeting(world)
    first = an_item(meeting, "Takster 2027")
    second = a_closed_item(meeting, **closed)
    annex = operations.add_annex(second, f"{SECRET} notat", CSV, f"{SECRET}.csv", **how())
    assert annex.versions.count() == 1
    operations.dispatch_agenda(meeting, **how())
    for row in (meeting, first, second):
        row.refresh_from_db()
    return Sent(meeting, first, second)
