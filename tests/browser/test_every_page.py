"""Every page in every role: axe finds nothing, nothing runs over the edge, no error in the console.

The pages are walked from the URL patterns: a new one is in it without being added.
"""

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import log_in
from django.urls import URLPattern, get_resolver
from playwright.sync_api import Page

pytestmark = pytest.mark.browser
PEOPLE = [
    "sekretariat",
    "administrator",
    "analytiker",
    "takst.viborg",
    "koeber.viborg",
    "udbyder.region",
    "direktoer.viborg",
    "laeser.horsens",
]
# One row of the demonstration for each argument that a page takes.
ROWS = {
    "edition": "midtjylland-2025-26",
    "agreement": "midtjylland",
    "cooperation": "midtjylland",
    "key": "kommune-0791",
    "initiative_id": "1",
    "participation_id": "1",
    "assignment_id": "1",
    "area_id": "1",
    "annex_id": "1",
    "version_id": "1",
    "sequence": "900",
}
FILES = (".xlsx", ".docx", "/bilagsfil/1/")
NARROW = 768


def addresses() -> Iterator[str]:
    yield from (f"/{path}" for path in _paths(get_resolver().url_patterns, ""))


def _paths(patterns: list[Any], prefix: str) -> Iterator[str]:
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            for name in pattern.pattern.converters:
                assert name in ROWS, f"say which row of the demonstration «{name}» is to be"
            yield route.replace("<", "{<")
        else:
            yield from _paths(pattern.url_patterns, route)


def filled(route: str) -> str:
    """The route with a row for each argument."""
    parts = []
    for part in route.split("{<"):
        name, closing, rest = part.partition(">")
        parts.append(ROWS[name.rpartition(":")[2]] + rest if closing else part)
    return "".join(parts)


def pages() -> list[str]:
    return [one for one in map(filled, addresses()) if not one.endswith(FILES)]


@pytest.mark.parametrize("who", PEOPLE)
def test_every_page_is_accessible_and_fits(page: Page, who: str) -> None:
    faults: list[str] = []
    page.on("console", lambda one: faults.append(f"{page.url}: {one.text}") if _bad(one) else None)
    page.on("pageerror", lambda error: faults.append(f"{page.url}: {error}"))
    log_in(page, who)
    for address in pages():
        status = page.request.get(address).status
        if status == HTTPStatus.METHOD_NOT_ALLOWED:
            continue
        page.goto(address)
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            faults.append(f"{address}: {status}")
        faults += [f"{address}: {fault}" for fault in _faults(page)]
    assert not faults, "\n".join(faults)


def test_the_log_in_page_is_accessible_and_fits(page: Page) -> None:
    for address in ("/log-ind/", "/tilgaengelighed/", "/privatliv/"):
        page.goto(address)
        assert list(_faults(page)) == []


def _bad(message: Any) -> bool:
    # The browser reports the status of a refused page as an error of its own.
    return message.type == "error" and "status of 40" not in message.text


def _faults(page: Page) -> Iterator[str]:
    for width in (1280, NARROW):
        page.set_viewport_size({"width": width, "height": 900})
        if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            yield f"runs over the edge at {width} pixels"
    page.set_viewport_size({"width": 1280, "height": 900})
    results = Axe().run(page)
    for violation in results.response["violations"]:
        nodes = "; ".join(node["html"][:150] for node in violation["nodes"][:3])
        yield f"{violation['id']}: {violation['help']}: {nodes}"
