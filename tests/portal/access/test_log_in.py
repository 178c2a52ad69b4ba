"""Log-in: who gets in, what the answer gives away, and how guessing is slowed down."""

from datetime import timedelta

import pytest
from axes.models import AccessFailureLog
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings
from world import HOW, PASSWORD, World

from rammevaerk.portal.access import operations
from rammevaerk.portal.access.actions import Role
from rammevaerk.portal.access.models import Person
from rammevaerk.portal.access.throttle import FAILURES_PER_ADDRESS, FAILURES_PER_PERSON

EMAIL = "reader.egenby@example.org"
PAGE = reverse("access:log_in")
WRONG = "E-mail og adgangskode passer ikke sammen. Prøv igen."


@pytest.fixture
def reader(world: World) -> Person:
    """Somebody with a password."""
    person = world.person(Role.READER, "egenby")
    operations.set_password(person, PASSWORD, **HOW)
    return person


def log_in(
    email: str = EMAIL, password: str = PASSWORD, client: Client | None = None, **extra: str
) -> object:
    client = client or Client()
    return client.post(PAGE, {"username": email, "password": password, **extra})


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_the_right_password_leads_to_the_overview(reader: Person) -> None:
    client = Client()
    answer = log_in(client=client)
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert is_in(client)
    assert "Hjemlig Læser i egenby" in client.get("/").content.decode()


@pytest.mark.parametrize("email", [EMAIL.upper(), "Reader.Egenby@Example.ORG"])
def test_an_address_is_the_same_in_capitals(reader: Person, email: str) -> None:
    assert log_in(email).status_code == 302


@pytest.mark.parametrize(
    ("email", "password"),
    [
        (EMAIL, "forkert"),
        (EMAIL, PASSWORD.upper()),
        ("findes.ikke@example.org", PASSWORD),
        ("reader.naboby@example.org", ""),
        ("reader.naboby@example.org", "!"),
        ("' OR 1=1 --", "x"),
        ("<script>alert(1)</script>", "x"),
        ("a\x00b", "x"),
        ("x" * 5000, "x" * 5000),
    ],
)
def test_a_wrong_answer_never_tells_which_half_was_wrong(
    reader: Person, email: str, password: str
) -> None:
    client = Client()
    answer = log_in(email, password, client)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert not is_in(client)
    assert "<script>alert" not in page
    # An empty or impossible field is named; two readable ones get the one answer.
    if email.endswith("@example.org") and password:
        assert WRONG in page


def test_a_wrong_and_an_unknown_address_get_the_same_page(reader: Person) -> None:
    pages = [
        log_in(email, "forkert").content.decode().replace(email, "")
        for email in (EMAIL, "findes.ikke@example.org")
    ]
    assert _without_token(pages[0]) == _without_token(pages[1])


def _without_token(page: str) -> str:
    start = page.index('name="csrfmiddlewaretoken" value="')
    footer = page.index("frame-facts")
    return page[:start] + page[start + 120 : footer]


def test_somebody_who_was_made_inactive_gets_the_same_answer(reader: Person) -> None:
    Person.objects.filter(pk=reader.pk).update(is_active=False)
    client = Client()
    assert WRONG in log_in(client=client).content.decode()
    assert not is_in(client)


def test_somebody_who_is_made_inactive_is_out_at_once(reader: Person) -> None:
    client = Client()
    log_in(client=client)
    Person.objects.filter(pk=reader.pk).update(is_active=False)
    assert client.get("/").status_code == 302


def test_after_five_failures_from_one_place_the_right_password_is_too_late(reader: Person) -> None:
    client = Client()
    for attempt in range(1, settings.AXES_FAILURE_LIMIT + 1):
        status = log_in(EMAIL, "forkert", client).status_code
        assert status == (429 if attempt == settings.AXES_FAILURE_LIMIT else 200)
    answer = log_in(client=client)
    assert answer.status_code == 429
    assert "Prøv igen om 1 time." in answer.content.decode()
    assert not is_in(client)
    # Nor in capitals.
    assert log_in(EMAIL.upper(), client=client).status_code == 429


def test_a_colleague_at_the_same_address_is_not_locked_out_with_him(reader: Person) -> None:
    for _attempt in range(settings.AXES_FAILURE_LIMIT):
        log_in(EMAIL, "forkert")
    colleague = Person.objects.get(email="director.egenby@example.org")
    operations.set_password(colleague, PASSWORD, **HOW)
    assert log_in("director.egenby@example.org").status_code == 302


def test_four_failures_and_a_success_begin_anew(reader: Person) -> None:
    for _round in range(2):
        for _attempt in range(settings.AXES_FAILURE_LIMIT - 1):
            log_in(EMAIL, "forkert")
        assert log_in().status_code == 302


def failures(count: int, *, username: str, address: str, minutes_ago: int = 1) -> None:
    for _number in range(count):
        AccessFailureLog.objects.create(username=username, ip_address=address)
    AccessFailureLog.objects.update(attempt_time=timezone.now() - timedelta(minutes=minutes_ago))


def test_guesses_at_many_people_from_one_address_are_stopped(reader: Person) -> None:
    failures(FAILURES_PER_ADDRESS - 1, username="andre", address="127.0.0.1")
    assert log_in().status_code == 302
    failures(1, username="andre", address="127.0.0.1")
    assert log_in().status_code == 429
    # From elsewhere one gets in.
    elsewhere = Client(REMOTE_ADDR="198.51.100.7")
    assert log_in(client=elsewhere).status_code == 302


def test_guesses_at_one_person_from_many_addresses_are_stopped(reader: Person) -> None:
    failures(FAILURES_PER_PERSON, username=EMAIL.upper(), address="198.51.100.7")
    assert log_in().status_code == 429
    other = Person.objects.get(email="director.egenby@example.org")
    operations.set_password(other, PASSWORD, **HOW)
    assert log_in("director.egenby@example.org").status_code == 302


def test_real_guesses_at_one_person_are_counted_against_that_person(reader: Person) -> None:
    for n in range(FAILURES_PER_PERSON):
        assert log_in(EMAIL, "forkert", Client(REMOTE_ADDR=f"198.51.100.{n}")).status_code == 200
    assert log_in(client=Client(REMOTE_ADDR="203.0.113.1")).status_code == 429
    assert set(AccessFailureLog.objects.values_list("username", flat=True)) == {EMAIL}


@pytest.mark.parametrize("tried", [PASSWORD, "010190-1234", "010190-1234@example.org"])
def test_what_is_no_address_is_not_kept_but_counts_against_the_place(
    reader: Person, tried: str
) -> None:
    assert WRONG in log_in(tried).content.decode()
    assert [row.username for row in AccessFailureLog.objects.all()] == [""]
    failures(FAILURES_PER_ADDRESS - 1, username="", address="127.0.0.1")
    assert log_in().status_code == 429


def test_what_was_guessed_long_ago_is_forgotten(reader: Person) -> None:
    failures(FAILURES_PER_ADDRESS, username=EMAIL, address="127.0.0.1", minutes_ago=11)
    assert log_in().status_code == 302


def test_an_invented_address_in_a_header_does_not_help_the_guesser(reader: Person) -> None:
    failures(FAILURES_PER_ADDRESS, username="andre", address="127.0.0.1")
    for header in ("203.0.113.5", "203.0.113.5, 203.0.113.6", "x" * 1000):
        client = Client(HTTP_X_FORWARDED_FOR=header)
        assert log_in(client=client).status_code == 429


def test_behind_a_proxy_the_address_is_the_one_the_proxy_saw(
    reader: Person, settings: Settings
) -> None:
    settings.PROXY_COUNT = 1
    failures(FAILURES_PER_ADDRESS, username="andre", address="203.0.113.9")
    guesser = Client(HTTP_X_FORWARDED_FOR="10.0.0.1, 203.0.113.9")
    assert log_in(client=guesser).status_code == 429
    # Who writes that address in the header himself is not locked out for the other.
    other = Client(HTTP_X_FORWARDED_FOR="203.0.113.9, 198.51.100.7")
    assert log_in(client=other).status_code == 302


@pytest.mark.parametrize(
    ("wanted", "reached"),
    [
        ("/organisationer/", "/organisationer/"),
        ("/aftale/?a=b", "/aftale/?a=b"),
        ("https://ond.example/", "/"),
        ("//ond.example/", "/"),
        ("/\\ond.example/", "/"),
        ("https:ond.example", "/"),
        ("javascript:alert(1)", "/"),
        ("http://testserver.ond.example/", "/"),
        ("", "/"),
    ],
)
def test_after_the_log_in_one_stays_on_the_site(reader: Person, wanted: str, reached: str) -> None:
    assert log_in(next=wanted)["Location"] == reached
    client = Client()
    client.get(PAGE, {"next": wanted})
    log_in(client=client)
    again = client.get(PAGE, {"next": wanted})
    assert again["Location"] == reached


def test_the_page_one_wanted_is_remembered(reader: Person) -> None:
    client = Client()
    answer = client.get("/organisationer/?q=viborg", follow=True)
    assert 'name="next" value="/organisationer/?q=viborg"' in answer.content.decode()


def test_logging_out_ends_the_session_and_needs_a_post(reader: Person) -> None:
    client = Client()
    log_in(client=client)
    assert client.get(reverse("access:log_out")).status_code == 405
    assert is_in(client)
    answer = client.post(reverse("access:log_out"), follow=True)
    assert "Du er logget ud." in answer.content.decode()
    assert client.get("/").status_code == 302


def test_a_log_in_makes_a_new_session_and_the_cookie_stays_with_the_browser(
    reader: Person,
) -> None:
    client = Client()
    client.get(PAGE)
    session = client.session
    session["x"] = 1
    session.save()
    before = session.session_key
    log_in(client=client)
    assert client.session.session_key != before
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


def test_a_form_without_the_sites_token_is_refused(reader: Person) -> None:
    client = Client(enforce_csrf_checks=True)
    answer = log_in(client=client)
    assert answer.status_code == 403
    assert "Formularen er for gammel" in answer.content.decode()
    assert not is_in(client)


def test_the_demonstrations_people_are_shown_only_in_a_demonstration(
    reader: Person, settings: Settings
) -> None:
    Person.objects.filter(pk=reader.pk).update(email="laeser@demo.example")
    assert "laeser@demo.example" not in Client().get(PAGE).content.decode()
    settings.DEMONSTRATION = True
    page = Client().get(PAGE).content.decode()
    assert "laeser@demo.example" in page
    assert settings.DEMONSTRATION_PASSWORD in page
    assert EMAIL not in page


def test_pages_forbid_frames_and_foreign_scripts(reader: Person) -> None:
    answer = Client().get(PAGE)
    assert answer["X-Frame-Options"] == "DENY"
    assert "script-src 'self'" in answer["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]
    assert answer["X-Content-Type-Options"] == "nosniff"
