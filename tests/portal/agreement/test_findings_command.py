"""``rammevaerk findings`` on the real plan of the demonstration, as of the days that matter."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoDbBlocker
from reading_pages import (
    words,
)

from rammevaerk.portal.access.models import AuditRecord, Person
from rammevaerk.portal.access.queries import actor_of
from rammevaerk.portal.agreement.calculate import plan_findings
from rammevaerk.portal.agreement.models import Edition, Initiative
from rammevaerk.portal.agreement.queries.initiatives import lineage_of
from rammevaerk.portal.demonstration.load import CLERK, load_demonstration

SLUG = "midtjylland-2025-26"
DATES = {
    "20. september 2024": "Lettilgængeligt kommunalt tilbud til børn og unge",
    "1. november 2024": "Bedre kommunikation mellem sektorerne",
    "november 2024": "72 timers behandlingsansvar",
    "december 2024": "72 timers behandlingsansvar",
    "1. kvartal 2025": "Samarbejdsaftale om børn og unge i risikogrupper",
}


@pytest.fixture(scope="module", autouse=True)
def demonstration(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The demonstration, loaded once for this module and taken back after it."""
    with django_db_blocker.unblock(), transaction.atomic():
        load_demonstration(at=datetime(2026, 3, 2, 8, 0, tzinfo=UTC), with_citizens=False)
        yield
        transaction.set_rollback(True)


pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]


def findings(capsys: pytest.CaptureFixture[str], as_of: str) -> list[dict[str, str]]:
    call_command("findings", "--edition", SLUG, "--as-of", as_of, "--json")
    content = json.loads(capsys.readouterr().out)
    assert content["as_of"] == as_of
    found: list[dict[str, str]] = content["findings"]
    return found


def of(found: list[dict[str, str]], code: str) -> list[dict[str, str]]:
    return [one for one in found if one["code"] == code]


def test_in_april_2025_the_four_passed_dates_are_found(capsys: pytest.CaptureFixture[str]) -> None:
    passed = of(findings(capsys, "2025-04-08"), "plan.passed-date")
    for when, title in DATES.items():
        assert any(title in one["place"] and when in " ".join(one.values()) for one in passed), when


def test_in_september_2024_none_of_them_had_passed(capsys: pytest.CaptureFixture[str]) -> None:
    assert of(findings(capsys, "2024-09-01"), "plan.passed-date") == []


@pytest.mark.parametrize(
    ("day", "count"),
    [
        ("2024-09-20", 0),
        ("2024-09-21", 1),
        ("2024-11-01", 1),
        ("2024-11-02", 2),
        ("2024-12-01", 3),
        ("2025-01-01", 4),
        ("2025-03-31", 4),
        ("2025-04-01", 5),
    ],
)
def test_each_date_passes_on_the_day_after_its_last_day(
    capsys: pytest.CaptureFixture[str], day: str, count: int
) -> None:
    expected = set(DATES.values())
    passed = [
        one
        for one in of(findings(capsys, day), "plan.passed-date")
        if any(title in one["place"] for title in expected)
    ]
    assert len(passed) == count


def test_what_should_have_started_in_january_2025_and_had_not_is_found(
    capsys: pytest.CaptureFixture[str],
) -> None:
    found = [one for one in findings(capsys, "2025-04-08") if "start" in one["code"]]
    places = " ".join(one["place"] for one in found)
    for title in ("Monitorering af F-ACT", "Botilbudsteams", "Kapacitet til borgere"):
        assert title in places
    assert "Fælleskommunale principper" not in places


def test_a_start_that_was_made_known_later_is_no_longer_found(
    capsys: pytest.CaptureFixture[str],
) -> None:
    found = [one for one in findings(capsys, "2025-10-01") if one["code"] == "plan.not-started"]
    assert not any("Monitorering af F-ACT" in one["place"] for one in found)


def test_the_placeholder_of_a_link_is_found(capsys: pytest.CaptureFixture[str]) -> None:
    found = of(findings(capsys, "2025-04-08"), "text.placeholder")
    assert any("indsæt link" in " ".join(one.values()) for one in found)
    assert any("psykisk mistrivsel" in one["place"] for one in found)


def test_without_json_each_finding_is_two_lines_and_their_number_the_last(
    capsys: pytest.CaptureFixture[str],
) -> None:
    count = len(findings(capsys, "2025-04-08"))
    call_command("findings", "--edition", SLUG, "--as-of", "2025-04-08")
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2 * count + 1
    assert lines[-1] == f"{count} findings as of 2025-04-08"


def test_a_label_names_the_editions_of_every_cooperation(
    capsys: pytest.CaptureFixture[str],
) -> None:
    call_command("findings", "--edition", "2025-26", "--as-of", "2025-04-08", "--json")
    found = json.loads(capsys.readouterr().out)["findings"]
    assert SLUG in {one["edition"] for one in found}


@pytest.mark.parametrize(
    "arguments",
    [
        ("--edition", "2099-00"),
        ("--edition", SLUG, "--as-of", "31. februar"),
        ("--edition", SLUG, "--as-of", "2025-02-31"),
        (),
    ],
)
def test_what_the_command_cannot_use_is_an_error(arguments: tuple[str, ...]) -> None:
    with pytest.raises(CommandError):
        call_command("findings", *arguments)


def test_the_command_changes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    before = AuditRecord.objects.count()
    findings(capsys, "2025-04-08")
    assert AuditRecord.objects.count() == before


def logged_in(email: str) -> Client:
    client = Client()
    client.force_login(
        Person.objects.get(email=email), backend="django.contrib.auth.backends.ModelBackend"
    )
    return client


def test_the_page_shows_the_same_findings_and_leads_to_the_initiatives(
    capsys: pytest.CaptureFixture[str],
) -> None:
    address = reverse("agreement:plan_findings", kwargs={"edition": SLUG})
    answer = logged_in("laeser.viborg@demo.example").get(address, {"pr": "8. april 2025"})
    page = words(answer)
    for one in of(findings(capsys, "2025-04-08"), "plan.passed-date"):
        assert " ".join(one["place"].split()) in page
    row = Initiative.objects.get(title="Botilbudsteams", edition__slug=SLUG)
    assert f'href="/aftale/initiativ/{row.pk}/"' in answer.content.decode()


def test_the_register_as_of_april_2025_has_the_overdue_on_top() -> None:
    client = logged_in("laeser.viborg@demo.example")
    page = words(
        client.get(reverse("agreement:plan", kwargs={"edition": SLUG}), {"pr": "8. april 2025"})
    )
    first, second = list(DATES.values())[:2]
    assert page.index(first) < page.index(second) < page.index("Fælleskommunale principper")


def test_the_near_psychiatry_is_followed_from_edition_to_edition() -> None:
    reader = actor_of(Person.objects.get(email="laeser.viborg@demo.example"), on=date(2026, 3, 2))
    row = Initiative.objects.get(title="Botilbudsteams", edition__slug=SLUG)
    labels = [area.edition.label for area in lineage_of(row, reader).areas]
    assert labels[-1] == "2025-26"
    assert {"2021-22", "2023-24"} <= set(labels)
    assert labels == sorted(labels)


def test_every_finding_is_danish_and_says_where(capsys: pytest.CaptureFixture[str]) -> None:
    found: list[Any] = plan_findings(Edition.objects.get(slug=SLUG), CLERK, as_of=date(2025, 4, 8))
    assert found
    for one in found:
        assert one.place
        assert one.message.endswith((".", "?", "»", ")")), one.message
