"""Bodies: seats, mandates that never overlap, vacancies that show themselves, abolition."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from reading_pages import secretariat, words
from world import HOW, TODAY, World

from rammevaerk.portal.access.actions import Role
from rammevaerk.portal.access.policy import Refused
from rammevaerk.portal.meetings import operations, queries, terms
from rammevaerk.portal.meetings.models import Body, Mandate, Seat

SOON = TODAY + timedelta(days=90)


def end(mandate: Mandate, last_day: date) -> None:
    operations.end_mandate(mandate, last_day, **HOW)


def test_a_seat_has_one_holder_a_day(world: World) -> None:
    seat = world.first(Seat)
    with pytest.raises(ValidationError, match="Afslut det mandat først"):
        operations.give_mandate(seat, {"name": "En anden", "valid_from": TODAY}, **HOW)
    end(world.first(Mandate), TODAY)
    operations.give_mandate(
        seat, {"name": "En anden", "valid_from": TODAY + timedelta(days=1)}, **HOW
    )
    assert seat.mandates.count() == 2


def test_the_database_refuses_an_overlap_whoever_writes(world: World) -> None:
    seat = world.first(Seat)
    with pytest.raises(IntegrityError, match="overlap"), transaction.atomic():
        Mandate.objects.create(seat=seat, name="Udenom", valid_from=date(2030, 1, 1))
    ended = Mandate.objects.create(
        seat=seat, name="Før", valid_from=date(2020, 1, 1), valid_to=date(2025, 1, 1)
    )
    with pytest.raises(IntegrityError, match="overlap"), transaction.atomic():
        Mandate.objects.filter(pk=ended.pk).update(valid_to=date(2025, 1, 2))


def test_a_deputy_may_sit_beside_the_holder(world: World) -> None:
    seat = world.first(Seat)
    values = {"name": "Stedfortræder", "kind": "deputy", "valid_from": TODAY}
    operations.give_mandate(seat, values, **HOW)
    view = queries.body_view(seat.body, on=TODAY)
    assert view.seats[0].deputy is not None
    assert view.seats[0].holder is not None


def test_a_mandate_lies_inside_its_seat(world: World) -> None:
    seat = world.first(Seat)
    end(world.first(Mandate), TODAY)
    operations.end_seat(seat, SOON, **HOW)
    seat.refresh_from_db()
    with pytest.raises(ValidationError, match="inden for den tid, pladsen findes"):
        operations.give_mandate(
            seat, {"name": "For længe", "valid_from": TODAY + timedelta(days=1)}, **HOW
        )


def test_a_seat_does_not_cease_under_somebody(world: World) -> None:
    with pytest.raises(ValidationError, match="sidder der endnu"):
        operations.end_seat(world.first(Seat), TODAY, **HOW)


def test_a_vacancy_shows_itself_before_it_happens(world: World) -> None:
    body = world.first(Body)
    assert queries.body_view(body, on=TODAY).vacancies == []
    end(world.first(Mandate), SOON)
    vacancies = queries.body_view(body, on=TODAY).vacancies
    assert [one.vacant_from for one in vacancies] == [SOON + timedelta(days=1)]
    assert not vacancies[0].vacant
    assert queries.body_view(body, on=TODAY - timedelta(days=200)).vacancies == []


def test_a_successor_in_time_is_no_vacancy(world: World) -> None:
    end(world.first(Mandate), SOON)
    operations.give_mandate(
        world.first(Seat), {"name": "Afløser", "valid_from": SOON + timedelta(days=1)}, **HOW
    )
    assert queries.body_view(world.first(Body), on=TODAY).vacancies == []


def test_an_abolished_body_holds_no_meeting(world: World) -> None:
    body = world.first(Body)
    body.organisation.valid_to = date(2025, 12, 1)
    body.organisation.save()
    starts = datetime(2025, 12, 1, 9, tzinfo=UTC)
    values = {"starts_at": starts, "ends_at": starts + timedelta(hours=2)}
    with pytest.raises(ValidationError, match=r"er nedlagt fra 1\. december 2025"):
        operations.plan_meeting(body, values, **HOW)
    day_before = starts - timedelta(days=1)
    values = {"starts_at": day_before, "ends_at": day_before + timedelta(hours=2)}
    assert operations.plan_meeting(body, values, **HOW).pk


def test_a_charter_is_followed_by_a_newer_version(world: World) -> None:
    body = world.first(Body)
    for text in ("Første", "Andet"):
        operations.adopt_charter(body, {"text": text, "valid_from": TODAY}, **HOW)
    assert [(one.version, one.text) for one in body.charters.all()][:2] == [
        (3, "Andet"),
        (2, "Første"),
    ]
    page = secretariat(world).get(reverse("meetings:body", kwargs={"body_id": body.pk}))
    assert "Version 3" in words(page)


def test_a_term_ends_with_the_edition(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    body = world.first(Body)
    operations.revise_body(body, {"follows_edition": True}, **HOW)
    last = date(2026, 12, 31)
    monkeypatch.setattr(terms, "_sources", [lambda _pk, _on: last])
    address = reverse("meetings:mandate_new", kwargs={"seat_id": world.first(Seat).pk})
    assert secretariat(world).get(address).context["form"]["last_day"].initial == last


def test_the_secretariat_seats_somebody_on_the_page(world: World) -> None:
    end(world.first(Mandate), TODAY)
    client = secretariat(world)
    address = reverse("meetings:mandate_new", kwargs={"seat_id": world.first(Seat).pk})
    form = {"name": "Ny Direktør", "kind": "holder", "valid_from": "3. juni 2025"}
    assert client.post(address, form).status_code == 302
    page = client.get(reverse("meetings:body", kwargs={"body_id": world.first(Body).pk}))
    assert "Ny Direktør" in words(page)


def test_a_director_manages_no_body(world: World) -> None:
    director = world.actor(Role.DIRECTOR, "egenby")
    with pytest.raises(Refused):
        operations.adopt_charter(
            world.first(Body), {"text": "x", "valid_from": TODAY}, by=director, at=HOW["at"]
        )
