"""Every page in every role: axe finds nothing, nothing runs over the edge, no error in the console.

The pages are walked from the URL patterns: a new one is in it without being added.
"""

import hashlib
import re
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from conftest import faults, log_in
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
    "excerpt_id": "1",
    "obligation_id": "1",
    "round_id": "1",
    "chapter_id": "1",
    "goal_id": "1",
    "forum_id": "1",
    "milestone_id": "1",
    "party_id": "1",
    "area_link_id": "1",
    "initiative_link_id": "1",
    "sequence": "900",
    "dispatch_id": "1",
    "item_version_id": "1",
    "item_annex_id": "1",
    "item_id": "1",
    "meeting_id": "1",
    "body_id": "1",
    "charter_id": "1",
    "seat_id": "1",
    "mandate_id": "1",
    "case_id": "1",
    "consultation_id": "1",
    "event_id": "1",
    "approval_id": "1",
    "service_id": "1",
    "department_id": "1",
    "facility_id": "1",
    "set_id": "1",
    "model_id": "1",
    "study_id": "1",
    "file_id": "1",
    "report_id": "1",
    "placement_id": "1",
    "contract_id": "1",
    "contract_version_id": "1",
    "template_id": "1",
    "clause_id": "1",
    "stay_id": "1",
    "absence_id": "1",
    "supplement_id": "1",
    "notice_id": "1",
    "organisation_id": "1",
    "billing_party_id": "1",
    "document_id": "1",
    "invoice_id": "1",
    "run_id": "1",
    "statement_id": "1",
    "special_id": "1",
    "line_id": "1",
    "received_id": "1",
    "control_id": "1",
    "sign_id": "1",
}
FILES = (".xlsx", ".toml", "billede.png", ".docx", ".pdf", ".zip", "/bilagsfil/1/", "/punktfil/1/")
FILES += ("/takstfil/hent/", "/original/", ".xml")

# What differs each time a page is fetched.
VOLATILE = re.compile(r'name="csrfmiddlewaretoken" value="[^"]*"')


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


@pytest.fixture(scope="session")
def looked_at(shared_folder: Path) -> Path:
    """A folder with a file for each content that some worker has looked at."""
    folder = shared_folder / "looked-at"
    folder.mkdir(exist_ok=True)
    return folder


def faults_at(page: Page, address: str, looked_at: Path) -> Iterator[str]:
    answer = page.request.get(address)
    if answer.status == HTTPStatus.METHOD_NOT_ALLOWED:
        return
    if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        yield str(answer.status)
    # Roles often see the same, and refusals differ in the address only: each is looked at once.
    _frame, _opens, content = answer.text().partition('<main id="main-content"')
    if answer.status >= HTTPStatus.BAD_REQUEST:
        content = str(answer.status)
    content = hashlib.sha256(VOLATILE.sub("", content).encode()).hexdigest()
    try:
        (looked_at / content).touch(exist_ok=False)
    except FileExistsError:
        return
    page.goto(address)
    yield from faults(page)


@pytest.mark.parametrize("who", PEOPLE)
def test_every_page_is_accessible_and_fits(page: Page, who: str, looked_at: Path) -> None:
    found: list[str] = []
    page.on("console", lambda one: found.append(f"{page.url}: {one.text}") if _bad(one) else None)
    page.on("pageerror", lambda error: found.append(f"{page.url}: {error}"))
    log_in(page, who)
    for address in pages():
        found += [f"{address}: {fault}" for fault in faults_at(page, address, looked_at)]
    assert not found, "\n".join(found)


def test_the_log_in_page_is_accessible_and_fits(page: Page) -> None:
    for address in ("/log-ind/", "/tilgaengelighed/", "/privatliv/"):
        page.goto(address)
        assert list(faults(page)) == []


def _bad(message: Any) -> bool:
    # The browser reports the status of a refused page as an error of its own.
    return message.type == "error" and "status of 40" not in message.text
