"""Every URL × every role × own and foreign rows. New views are in it without being added.

What is expected is worked out from GRANTS and from what each row of the world belongs to, without
the policy's own filters.
"""

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from world import MARK, TODAY, Belonging, World
from world_sides import acting_on

from rammevaerk.portal.access.actions import GRANTS, Action, Role, Scope
from rammevaerk.portal.access.models import AuditHead, Person
from rammevaerk.portal.access.policy import Requirement, access_of
from rammevaerk.portal.tariffs.models import TariffFile

HOME_OF = {"egenby": "home", "naboby": "home", "sekretariatet": "home", "udenfor": ""}
# Searching for the mark must not find it either.
SEARCH = {"q": MARK.lower()[:10]}
# As a page, and as the part of it that HTMX fetches: asked of those who may see it.
WAYS: tuple[tuple[dict[str, str], dict[str, str]], ...] = (
    ({}, {}),
    (SEARCH, {"HX-Request": "true"}),
)
# Rows that only their own organisation sees, and whoever may do the action.
OWN_UNLESS = {TariffFile: Action.TARIFF_CHECK}
# The walk asks the same of every database.
pytestmark = pytest.mark.sqlite
ACTORS = [
    *((role, "egenby") for role in Role if role is not Role.SECRETARIAT),
    (Role.SECRETARIAT, "sekretariatet"),
    (Role.ADMINISTRATOR, "sekretariatet"),
]


@dataclass(frozen=True)
class Page:
    """One URL pattern of ours and what its view declares."""

    name: str
    view: Any
    kwargs: frozenset[str]

    @property
    def requirement(self) -> Requirement | None:
        return getattr(self.view, "requirement", None)


def pages() -> list[Page]:
    return list(_pages(get_resolver().url_patterns, ""))


def _pages(patterns: list[Any], namespace: str) -> Iterator[Page]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _pages(pattern.url_patterns, inner)
        elif isinstance(pattern, URLPattern):
            kwargs = frozenset(pattern.pattern.regex.groupindex)
            yield Page(f"{namespace}{pattern.name}", pattern.callback, kwargs)


def addresses(page: Page, world: World) -> Iterator[tuple[str, Belonging | None]]:
    """The page's addresses: one for each row of its model, on both sides."""
    needed = page.requirement
    if needed is None or needed.model is None:
        assert not page.kwargs, f"{page.name} takes arguments but declares no row"
        yield reverse(page.name), None
        return
    assert page.kwargs == {needed.kwarg}, f"{page.name} takes more than its row"
    rows = world.rows.get(needed.model, [])
    sides = {one.side for one in rows}
    assert {"home", "foreign"} <= sides, f"the world lacks rows of {needed.model.__name__}"
    for one in rows:
        value = one.row.pk if needed.field == "pk" else getattr(one.row, needed.field)
        yield reverse(page.name, kwargs={needed.kwarg: value}), one


def reaches(role: Role, key: str, action: Action, one: Belonging) -> bool:
    """The oracle: does the grant reach the row?"""
    scope = GRANTS[role].get(action)
    if scope is Scope.OWN:
        return key in acting_on(one, action)
    if scope is Scope.COOPERATION:
        has_circle = access_of(type(one.row)).cooperation is not None
        return has_circle and one.side == HOME_OF[key] != ""
    return scope is Scope.EVERYWHERE


def is_shown(role: Role, key: str, one: Belonging) -> bool:
    """The oracle of rows that are narrowed further than the grants narrow them."""
    action = OWN_UNLESS.get(type(one.row))
    return action is None or one.organisation == key or action in GRANTS[role]


def expected(page: Page, role: Role, key: str, one: Belonging | None) -> int | None:
    """404, 403, or None for an answer that is neither."""
    needed = page.requirement
    if needed is None:
        return None
    if one is not None:
        read = access_of(type(one.row)).read
        if not reaches(role, key, read, one) or not is_shown(role, key, one):
            return 404
    if needed.action not in GRANTS[role]:
        return 403
    if one is not None and not reaches(role, key, needed.row_action or needed.action, one):
        return 403
    return None


def answers(page: Page, world: World, role: Role, key: str) -> Iterator[tuple[str, int | None]]:
    """The page's addresses with what is expected of each.

    Of the refused, one row of each standing to the one who asks: the rest are for the same reason.
    """
    refused = set()
    for address, one in addresses(page, world):
        wanted = expected(page, role, key, one)
        parties = (one.organisation, one.buyer, one.payer) if one else ()
        reason = (wanted, one and one.side, *(party == key for party in parties))
        if not wanted or reason not in refused:
            yield address, wanted
        refused.add(reason)


def text_of(response: Any) -> str:
    """The text of an answer; of a zipped file, all its parts."""
    content = b"".join(response.streaming_content) if response.streaming else response.content
    if content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            content = b"\n".join(archive.read(name) for name in archive.namelist())
    return content.decode("utf-8", errors="replace")


def fingerprint() -> tuple[Any, ...]:
    head = AuditHead.objects.get(pk=1)
    return head.sequence, head.hash, Person.objects.count()


@pytest.mark.parametrize(("role", "key"), ACTORS, ids=str)
def test_every_page_answers_each_role_as_the_grants_say(world: World, role: Role, key: str) -> None:
    client = world.client(role, key)
    wrong = []
    for page in pages():
        if page.name in {"access:log_out", "access:log_in"}:
            continue
        for nth, (address, wanted) in enumerate(answers(page, world, role, key)):
            for asked, headers in WAYS if nth == 0 and wanted is None else WAYS[:1]:
                response = client.get(address, asked, headers=headers)
                if not _as_wanted(response.status_code, wanted, {200, 302, 405}):
                    wrong.append(f"GET {address}: {response.status_code}, wanted {wanted}")
                if wanted is None and MARK in text_of(response):
                    wrong.append(f"GET {address}: shows what belongs to the other cooperation")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(("role", "key"), ACTORS, ids=str)
def test_every_refused_write_changes_nothing(world: World, role: Role, key: str) -> None:
    client = world.client(role, key)
    wrong = []
    for page in pages():
        if page.name in {"access:log_out", "access:log_in", "access:switch_assignment"}:
            continue
        refused = False
        for address, wanted in answers(page, world, role, key):
            # The same decorator asks before both methods: of the refused one of each page is tried.
            if refused and wanted is not None:
                continue
            refused = refused or wanted is not None
            before = fingerprint()
            response = client.post(address, {})
            # 409: somebody who saw nothing of the row cannot decide about it.
            if not _as_wanted(response.status_code, wanted, {200, 302, 405, 409, 422}):
                wrong.append(f"POST {address}: {response.status_code}, wanted {wanted}")
            if fingerprint() != before:
                wrong.append(f"POST {address}: an empty form changed something")
    assert not wrong, "\n".join(wrong)


def _as_wanted(status: int, wanted: int | None, fine: set[int]) -> bool:
    # A method that the page does not know is refused before anything else is asked.
    return status in ({wanted, 405} if wanted else fine)


def test_nobody_gets_past_the_log_in_without_one(world: World) -> None:
    client = Client()
    for page in pages():
        for address, _one in addresses(page, world):
            for response in (client.get(address), client.post(address, {})):
                if getattr(page.view, "is_public", False):
                    assert response.status_code in {200, 405}, address
                else:
                    assert response.status_code == 302, address
                    assert response["Location"].startswith(reverse("access:log_in")), address


def test_a_person_without_a_role_sees_only_personal_pages(world: World) -> None:
    person = Person.objects.create(email="uden.rolle@example.org", name="Uden Rolle")
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    for page in pages():
        if page.requirement is None:
            continue
        for address, _one in addresses(page, world):
            assert client.get(address).status_code in {403, 404, 405}, address


def test_a_role_that_has_ended_opens_nothing(world: World) -> None:
    person = world.person(Role.READER, "egenby")
    person.assignments.update(valid_to=TODAY)
    assert world.client(Role.READER, "egenby").get("/aftale/").status_code == 403


def test_a_member_that_has_left_sees_nothing_of_the_cooperation(world: World) -> None:
    from rammevaerk.portal.access.models import CooperationMember

    CooperationMember.objects.filter(organisation__key="egenby").update(valid_to=TODAY)
    edition = next(
        one.row
        for model, rows in world.rows.items()
        for one in rows
        if model.__name__ == "Edition" and one.side == "home"
    )
    response = world.client(Role.DIRECTOR, "egenby").get(f"/aftale/{edition.slug}/")
    assert response.status_code == 404
