"""What strangers may type: stored or refused, and always shown as text on every page."""

import re
from datetime import date
from typing import Any

import pytest
from agreement_samples import (
    edition_page,
    initiative_page,
    status_form,
)
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from plan_workbooks import FIRST, edited, hand_in, workbook
from reading_pages import (
    html,
    secretariat,
)
from world import HOW, World

from rammevaerk.portal.access.actions import Role
from rammevaerk.portal.access.models import AuditRecord, Organisation
from rammevaerk.portal.access.operations import add_person
from rammevaerk.portal.agreement import operations
from rammevaerk.portal.agreement.models import (
    Agreement,
    Annex,
    DevelopmentArea,
    Edition,
    Initiative,
    Participation,
)

SCRIPT = "<script>alert(1)</script>"
STRINGS = {
    "script": SCRIPT,
    "attribute": '"onmouseover="alert(1)" x=\'y\'',
    "formula": "=cmd|'/c calc'!A0",
    "template": "{{ settings.SECRET_KEY }}{% debug %}",
    "turned": "abc\u202egnirts\u202c",
    "emoji": "𝕏 🙂 👩‍👩‍👧",
    "entity": "&lt;b&gt; &amp;amp;",
    "sql": "'; DROP TABLE agreement_initiative; --",
    "format": "%s %(x)s {0} %d%%",
}
EACH = pytest.mark.parametrize("text", STRINGS.values(), ids=STRINGS.keys())


def filled(world: World, text: str) -> list[Client]:
    """Write the text in every free-text column there is, past no check."""
    edition, row = world.first(Edition), world.first(Initiative)
    operations.revise_edition(
        edition, dict.fromkeys(("title", "summary", "deadline_source", "sources"), text), **HOW
    )
    operations.add_chapter(
        edition, {"number": "2", "title": text, "summary": text, "source": text}, **HOW
    )
    operations.add_annex(edition, {"number": 2, "title": text}, **HOW)
    operations.add_forum(edition.agreement, {"key": "ond", "name": text, "heading": text}, **HOW)
    area = operations.add_area(
        edition, {"key": "ond", "number": 2, "title": text, "description": text}, **HOW
    )
    goal = operations.add_goal(area, text, **HOW)
    operations.revise_initiative(row, {"title": text, "description": text}, **HOW)
    values = {"number": "2.1", "title": text, "forum": row.forum, "parent": row}
    operations.add_initiative(goal, values, **HOW)
    operations.add_milestone(row, kind="delivery", title=text, planned=None, **HOW)
    operations.update_status(
        row, status="approved", text=text, source=text, effective_on=date(2025, 5, 1), **HOW
    )
    participation = world.first(Participation)
    operations.report_count(
        participation,
        value=12,
        unit=text,
        period_from=date(2025, 1, 1),
        period_to=date(2025, 6, 1),
        as_of=None,
        source=text,
        **HOW,
    )
    operations.end_participation(participation, last_day=date(2025, 5, 1), **HOW)
    operations.join_initiative(
        row,
        participation.organisation_id,
        valid_from=date(2025, 5, 2),
        note=text,
        source=text,
        **HOW,
    )
    add_person(
        Organisation.objects.get(key="egenby"),
        email="ond@example.org",
        name=text,
        role=Role.READER,
        valid_from=date(2019, 1, 1),
        **HOW,
    )
    organisation = Organisation.objects.get(key="egenby")
    organisation.names.create(kind="alias", name=text, source=text, valid_from=date(2019, 1, 1))
    return [secretariat(world), world.client(Role.ADMINISTRATOR, "egenby")]


def addresses(world: World) -> list[str]:
    """Every page that shows something somebody wrote."""
    row = world.first(Initiative)
    names = (
        "edition", "edition_revise", "plan", "plan_findings", "plan_import", "participation",
        "initiative_new",
    )  # fmt: skip
    found = [edition_page(world, name) for name in names]
    found += [
        initiative_page(row, name)
        for name in (
            "initiative",
            "status_update",
            "milestone_new",
            "initiative_revise",
            "join",
            "initiative_trail",
        )
    ]
    newest = AuditRecord.objects.order_by("-sequence").values_list("sequence", flat=True)[:30]
    found += [reverse("access:audit_detail", args=[sequence]) for sequence in newest]
    found += [
        reverse("publishing:home"),
        reverse("agreement:editions"),
        reverse("access:audit"),
        reverse("access:organisations"),
        reverse("access:organisation_detail", args=["egenby"]),
        reverse("agreement:annex_file_new", args=[Annex.objects.get(number=2).pk]),
        reverse("agreement:goal_new", args=[DevelopmentArea.objects.get(key="ond").pk]),
        reverse("agreement:edition_new", args=[world.first(Agreement).slug]),
    ]
    return found


def is_safe(response: HttpResponse) -> bool:
    """Nothing of ours runs a script in the page, and no attribute was broken out of."""
    page = html(response)
    scripts = re.findall(r"<script\b[^>]*>", page)
    handlers = re.findall(r"<[^<>]*\son[a-z]+\s*=", page)
    return all(" src=" in one for one in scripts) and not handlers


@EACH
@pytest.mark.sqlite
def test_every_page_shows_it_as_text(world: World, text: str) -> None:
    clients = filled(world, text)
    shown = 0
    for address in addresses(world):
        for client in clients:
            answer = client.get(address)
            assert answer.status_code in {200, 403, 404}, address
            assert is_safe(answer), address
            shown += _escaped(text) in html(answer)
    assert shown > 12


def _escaped(text: str) -> str:
    from django.utils.html import escape

    return str(escape(text))


@EACH
def test_it_comes_out_of_the_files_as_it_went_in(world: World, text: str) -> None:
    client, _other = filled(world, text)
    answer = hand_in(world, workbook(world), client=client)
    assert "Filen ændrer ikke noget" in html(answer)
    assert is_safe(answer)
    assert client.get(edition_page(world, "plan_word")).content[:2] == b"PK"


@EACH
def test_the_differences_of_a_file_show_it_as_text(world: World, text: str) -> None:
    changes = {(FIRST, "title"): text, (FIRST, "status_text"): text, (FIRST, "description"): text}
    answer = hand_in(world, edited(workbook(world), changes))
    assert answer.status_code == 200
    assert is_safe(answer)
    assert html(answer).count(_escaped(text)) >= 3


@EACH
def test_the_conflict_page_shows_both_texts_as_text(world: World, text: str) -> None:
    row, client = world.first(Initiative), secretariat(world)
    form = status_form(row, text=f"Anden {text}", source=text)
    operations.update_status(
        row, status="approved", text=f"Første {text}", effective_on=date(2025, 5, 1), **HOW
    )
    answer = client.post(initiative_page(row, "status_update"), form)
    assert answer.status_code == 409
    assert is_safe(answer)
    assert _escaped(f"Første {text}") in html(answer)
    assert _escaped(f"Anden {text}") in html(answer)


@EACH
def test_a_filter_or_a_search_with_it_finds_nothing_and_breaks_nothing(
    world: World, text: str
) -> None:
    client = secretariat(world)
    query = dict.fromkeys(("q", "omraade", "forum", "status", "kommune", "pr", "art"), text)
    query |= dict.fromkeys(("handling", "side", "overskredet"), text)
    query |= dict.fromkeys(("person", "fra", "til", "maal"), text)
    for address in (
        edition_page(world, "plan"),
        edition_page(world, "plan_findings"),
        reverse("access:audit"),
        reverse("access:organisations"),
    ):
        for header in ({}, {"HX-Request": "true"}):
            answer = client.get(address, query, headers=header)
            assert answer.status_code == 200, address
            assert is_safe(answer), address


# --- characters that no text has ---

FORMS: list[tuple[str, dict[str, Any], tuple[str, ...]]] = [
    ("edition_revise", {"title": "T"}, ("title", "summary", "sources", "deadline_source")),
    ("area_new", {"number": "3", "key": "tre", "title": "T"}, ("title", "description")),
    ("chapter_new", {"number": "3", "title": "T"}, ("number", "title", "summary", "source")),
    ("annex_new", {"number": "3", "title": "T"}, ("title", "published_at")),
]


@pytest.mark.parametrize("bad", ["a\x00b", "a\ud800b"], ids=["nul", "surrogate"])
def test_a_nul_byte_or_half_a_character_is_refused_or_left_out_and_never_a_fault(
    world: World, bad: str
) -> None:
    client = secretariat(world)
    for name, form, fields in FORMS:
        for field in fields:
            sent = {**form, field: bad}
            answer = client.post(edition_page(world, name), _bytes(sent))
            assert answer.status_code in {302, 422}, (name, field)
    row = world.first(Initiative)
    for field in ("text", "source", "effective_on", "latest_seen", "status"):
        sent = status_form(row, **{field: bad})
        answer = client.post(initiative_page(row, "status_update"), _bytes(sent))
        assert answer.status_code in {302, 409, 422}, field
    pages = (edition_page(world, "plan"), reverse("access:audit"), reverse("access:organisations"))
    for address in pages:
        for name in ("q", "omraade", "kommune", "pr", "handling", "side", "art", "person", "maal"):
            # Fails on PostgreSQL while a NUL byte in an address reaches the database: the plan's
            # «kommune» and the «q» of the registers.
            status = client.get(address, _bytes({name: bad})).status_code
            assert status in {200, 400}, (address, name)


def _bytes(form: dict[str, Any]) -> dict[str, Any]:
    return {
        key: value.encode("utf-8", "surrogatepass") if isinstance(value, str) else value
        for key, value in form.items()
    }


def test_an_operation_refuses_a_nul_byte_on_both_databases(world: World) -> None:
    # PostgreSQL cannot store it; on SQLite it would be stored and end the text for some readers.
    row = world.first(Initiative)
    for field in ("title", "description"):
        with pytest.raises(ValidationError):
            operations.revise_initiative(row, {field: "a\x00b"}, **HOW)
    with pytest.raises(ValidationError):
        operations.update_status(
            row, status="approved", text="a\x00b", effective_on=date(2025, 5, 1), **HOW
        )
