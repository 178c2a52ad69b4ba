"""Reading pages in tests as a browser and as a person do."""

import re
from html import unescape
from typing import Any

from django.http import HttpResponse
from django.test import Client
from world import World

from rammevaerk.portal.access.actions import Role


def secretariat(world: World) -> Client:
    return world.client(Role.SECRETARIAT, "sekretariatet")


def html(response: Any) -> str:
    """The page as the browser gets it."""
    return response.content.decode()


def words(response: HttpResponse) -> str:
    """The page as a person reads it: no tags, no entities, single spaces."""
    visible = re.sub(r"<(script|style)\b.*?</\1>", " ", html(response), flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", visible)).split())


def part(response: HttpResponse, start: str, end: str) -> str:
    """What stands between two pieces of a page's source."""
    return html(response).split(start, 1)[1].split(end, 1)[0]
