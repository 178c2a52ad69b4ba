"""The bodies, cases and meetings of the demonstration: in the files, and as they stand loaded."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from data_files import DATA, MEETINGS, SEEDS, every_value, organisations, read
from django.core.exceptions import ValidationError
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from rammevaerk.engine.periods import parse_due_da
from rammevaerk.portal.access.models import Person
from rammevaerk.portal.access.policy import Actor
from rammevaerk.portal.access.verification import verify
from rammevaerk.portal.common.clock import day_of
from rammevaerk.portal.demonstration.load import load_demonstration
from rammevaerk.portal.meetings.models import (
    AgendaItem,
    Body,
    Case,
    Decision,
    Dispatch,
    InputRound,
    Meeting,
    MeetingMove,
    Obligation,
    Seat,
)
from rammevaerk.portal.meetings.operations import plan_meeting
from rammevaerk.portal.meetings.queries.bodies import body_view

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]
AT = datetime(2026, 2, 10, 8, 0, tzinfo=UTC)
FOLDER = DATA / "midtjylland" / "meetings"
DASSOS_2020 = date(2020, 11, 23)


@pytest.fixture(scope="module", autouse=True)
def demonstration(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The demonstration, loaded once for this module and taken back after it."""
    with django_db_blocker.unblock(), transaction.atomic():
        load_demonstration(at=AT, with_citizens=False)
        yield
        transaction.set_rollback(True)


def body(key: str) -> Body:
    return Body.objects.get(organisation__key=key)


def days_of(key: str, year: int) -> list[date]:
    rows = Meeting.objects.filter(body__organisation__key=key, starts_at__year=year)
    return [day_of(row.starts_at) for row in rows.order_by("starts_at")]


def meeting(key: str, on: date) -> Meeting:
    rows = Meeting.objects.filter(body__organisation__key=key)
    return next(row for row in rows if day_of(row.starts_at) == on)


def dassos_2025() -> Meeting:
    return Meeting.objects.get(body__organisation__key="dassos", series="Mødeplan 2025")


def numbers_of(row: Meeting) -> list[str]:
    items = row.items.order_by("section__position", "position")
    return [item.number for item in items]


def numbered(*counts: int) -> list[str]:
    return [
        f"{section}.{item}"
        for section, count in enumerate(counts, start=1)
        for item in range(1, count + 1)
    ]


# --- bodies and seats ---


def test_every_body_is_an_organisation_with_a_task_and_a_source() -> None:
    rows = read(FOLDER / "bodies.toml")["body"]
    assert {row["key"] for row in rows} <= set(organisations())
    assert Body.objects.count() == len(rows)
    for row in Body.objects.all():
        assert row.task
        assert row.source


def test_cases_go_from_dassos_by_kd_net_to_kkr() -> None:
    dassos = body("dassos")
    assert dassos.passes_on_to == body("kd-net")
    assert body("kd-net").passes_on_to == body("kkr-midtjylland")
    assert dassos.item_days == 18


def test_dassos_is_the_19_municipalities_and_the_region() -> None:
    keys = (
        body("dassos").seats.filter(function="member").values_list("organisation__key", flat=True)
    )
    members = {row["organisation"] for row in read(FOLDER.parent / "cooperation.toml")["member"]}
    assert set(keys) == members - {"sekretariat-midtjylland"}
    assert len(keys) == 20


def test_forretningsudvalget_had_eight_municipalities_and_the_region_until_it_ended() -> None:
    view = body_view(body("forretningsudvalget"), on=DASSOS_2020)
    chair = {seat.seat.organisation.key for seat in view.seats if seat.seat.function == "chair"}
    assert len(view.seats) == 9
    assert chair == {"kommune-0671"}
    assert (view.body.term_months, view.body.follows_edition) == (24, True)
    assert body_view(view.body, on=date(2021, 1, 1)).seats == ()


def test_forretningsudvalget_holds_no_meeting_after_its_abolition() -> None:
    abolished = body("forretningsudvalget")
    ended = abolished.organisation.valid_to
    assert ended == date(2021, 1, 1)
    assert not abolished.meetings.filter(starts_at__date__gte=ended).exists()
    begins = datetime(2021, 3, 24, 9, 0, tzinfo=UTC)
    values = {"starts_at": begins, "ends_at": begins + timedelta(hours=2)}
    with pytest.raises(ValidationError, match="nedlagt"):
        plan_meeting(abolished, values, by=Actor.system("prøve"), at=AT)


def test_no_body_meets_before_or_after_it_exists() -> None:
    for row in Meeting.objects.all():
        organisation = row.body.organisation
        held_on = day_of(row.starts_at)
        assert organisation.valid_from <= held_on
        assert organisation.valid_to is None or held_on < organisation.valid_to


@pytest.mark.parametrize(("on", "seats"), [(DASSOS_2020, 3), (date(2025, 12, 5), 7)])
def test_the_delegation_to_the_inspectorate_grew_from_three_to_seven(on: date, seats: int) -> None:
    assert len(body_view(body("delegation-socialtilsyn"), on=on).seats) == seats


def test_a_seat_falls_vacant_at_the_end_of_2020_and_shows_it_beforehand() -> None:
    alliance = body("alliancen-naere-psykiatri")
    before = body_view(alliance, on=DASSOS_2020).vacancies
    assert [seat.vacant_from for seat in before] == [date(2021, 1, 1)]
    assert not before[0].vacant
    assert body_view(alliance, on=date(2021, 1, 1)).vacancies[0].vacant


def test_holders_are_roles_and_those_who_can_log_in_sit_for_their_own_organisation() -> None:
    for seat in Seat.objects.prefetch_related("mandates__person"):
        for mandate in seat.mandates.all():
            assert mandate.name
            if mandate.person is not None:
                assert mandate.person.email.endswith("@demo.example")
                held = mandate.person.assignments.values_list("organisation_id", flat=True)
                assert seat.organisation_id in held


def test_the_charter_of_the_circles_has_a_draft_and_its_six_changes() -> None:
    first, second = body("cirklerne").charters.order_by("version")
    assert first.valid_from == DASSOS_2020
    assert second.valid_from == date(2021, 2, 11)
    assert "Seks" in second.change
    assert first.text != second.text


# --- meetings ---


def test_the_minutes_of_2020_have_their_items_decided_closed_and_approved() -> None:
    row = meeting("dassos", DASSOS_2020)
    assert numbers_of(row) == numbered(8, 6, 2)
    assert row.state == Meeting.State.APPROVED
    assert Decision.objects.filter(item__meeting=row).count() == 16
    assert all(one.text for one in Decision.objects.filter(item__meeting=row))
    assert row.final.dispatch.kind == Dispatch.Kind.MINUTES


def test_the_agenda_of_2025_is_sent_out_and_not_yet_minuted() -> None:
    row = dassos_2025()
    assert numbers_of(row) == numbered(5, 7, 4)
    assert row.state == Meeting.State.DISPATCHED
    # The paper gives no day, so the note says between which two it lies.
    assert date(2025, 10, 10) < day_of(row.starts_at) < date(2025, 11, 14)
    assert "fremgår ikke" in row.note


@pytest.mark.parametrize(
    ("which", "expected"),
    [
        ("2020", {"1.2": [1], "1.5": [2, 3, 4], "1.7": [5], "1.8": [6], "2.5": [7]}),
        ("2025", {"1.3": [1, 2], "1.4": [3], "2.2": [4], "2.4": [5, 6], "2.6": [7], "2.7": [8]}),
    ],
)
def test_annexes_are_numbered_through_the_meeting(
    which: str, expected: dict[str, list[int]]
) -> None:
    row = dassos_2025() if which == "2025" else meeting("dassos", DASSOS_2020)
    found = {
        item.number: [annex.sent_number for annex in item.annexes.order_by("position")]
        for item in row.items.all()
        if item.annexes.exists()
    }
    assert found == expected


def test_the_four_bodies_of_2026_meet_on_the_days_of_the_plan() -> None:
    dassos = [date(2026, 2, 27), date(2026, 5, 18), date(2026, 8, 11), date(2026, 10, 21)]
    assert days_of("dassos", 2026) == dassos
    assert days_of("kosu", 2026) == dassos
    assert days_of("kd-net", 2026) == [
        *(date(2026, 3, 13), date(2026, 5, 29), date(2026, 8, 21), date(2026, 11, 6))
    ]
    assert days_of("kkr-midtjylland", 2026) == [
        *(date(2026, 3, 24), date(2026, 6, 17), date(2026, 9, 1), date(2026, 11, 17))
    ]
    assert meeting("dassos", dassos[0]).items_due == date(2026, 2, 9)


def test_dassos_and_kosu_never_sit_at_the_same_time() -> None:
    for here in Meeting.objects.filter(body=body("dassos"), starts_at__year=2026):
        meets = Meeting.objects.filter(
            body=body("kosu"), starts_at__lt=here.ends_at, ends_at__gt=here.starts_at
        )
        assert not meets.exists()


def test_2021_has_four_meetings_of_dassos_the_first_of_them_moved_to_brande() -> None:
    days = [date(2021, 2, 11), date(2021, 5, 4), date(2021, 9, 1), date(2021, 11, 25)]
    assert days_of("dassos", 2021) == days
    first = meeting("dassos", days[0])
    assert first.items_due == date(2021, 1, 22)
    assert first.place == "Brande"
    assert first.ends_at - first.starts_at == timedelta(hours=2)
    assert first.sequence == 1


def test_the_conference_of_kkr_was_moved_from_january_to_may() -> None:
    move = MeetingMove.objects.get(meeting__body=body("kkr-midtjylland"))
    assert day_of(move.was_at) == date(2021, 1, 19)
    begins, ends = map(timezone.localtime, (move.meeting.starts_at, move.meeting.ends_at))
    assert (begins.date(), begins.hour, ends.hour) == (date(2021, 5, 11), 16, 19)
    assert begins.strftime("%A") == "Tuesday"


def test_four_items_wait_for_the_february_meeting_which_has_the_old_promise_on_it() -> None:
    row = meeting("dassos", date(2026, 2, 27))
    assert row.state == Meeting.State.DRAFT
    waiting = body("dassos").items.filter(meeting=None).order_by("position")
    assert [item.position for item in waiting] == [1, 2, 3, 4]
    standing = {item.standing: item.presentation for item in row.items.all()}
    assert set(standing) == {"obligations", "next_meeting", "other"}
    assert "ultimo 2022" in standing["obligations"]
    assert all(item.title in standing["next_meeting"] for item in waiting)


def test_the_cooperation_of_three_bodies_on_common_principles_can_be_followed() -> None:
    case = Case.objects.get(title__startswith="Fælles principper")
    route = [(one.body.organisation.key, one.authoritative) for one in case.consultations.all()]
    assert [key for key, _authoritative in route[-3:]] == ["dassos", "kd-net", "kkr-midtjylland"]
    assert {authoritative for _key, authoritative in route} == {True, False}
    handled = {
        day_of(item.meeting.starts_at): item.meeting.state
        for item in case.items.exclude(meeting=None)
        if item.meeting
    }
    assert handled[date(2025, 9, 3)] == handled[date(2025, 10, 10)] == Meeting.State.APPROVED


# --- obligations ---


def test_time_limits_are_read_as_the_engine_reads_their_words() -> None:
    guideline = Obligation.objects.get(due_said="ultimo 2022")
    assert guideline.due == parse_due_da("ultimo 2022")
    assert guideline.met_on is None
    assert guideline.agreed_on == DASSOS_2020
    december = parse_due_da("primo december 2020")
    assert Obligation.objects.get(due_said="primo december").due == december
    assert InputRound.objects.get().due_on == december.last


# --- what is closed, and what is made up ---


def test_the_one_closed_item_is_made_up_and_says_so() -> None:
    item = AgendaItem.objects.get(closed=True)
    assert item.meeting is not None
    assert "Opdigtet" in item.meeting.note
    assert "opdigtet" in item.presentation
    assert item.legal_ground
    assert [one.organisation.key for one in item.readers.all()] == ["kommune-0791"]


@pytest.mark.parametrize(
    ("email", "seen"),
    [
        ("sekretariat@demo.example", True),
        ("laeser.viborg@demo.example", True),
        ("laeser.horsens@demo.example", False),
        ("direktoer.odder@demo.example", False),
    ],
)
def test_the_closed_item_is_seen_by_its_readers_only(email: str, *, seen: bool) -> None:
    item = AgendaItem.objects.get(closed=True)
    client = Client()
    client.force_login(
        Person.objects.get(email=email), backend="django.contrib.auth.backends.ModelBackend"
    )
    answer = client.get(reverse("meetings:item", kwargs={"item_id": item.pk}))
    assert answer.status_code == (200 if seen else 404)
    page = client.get(reverse("meetings:meeting", kwargs={"meeting_id": item.meeting_id}))
    assert (item.title in page.content.decode()) is seen


# --- all of it ---


def test_everything_loaded_holds_against_the_trail() -> None:
    # The file outside the database is written on commit, which never comes here.
    assert {one.code for one in verify()} <= {"audit.no-head-file"}


def test_every_meeting_opens_for_the_secretariat_and_for_a_reader() -> None:
    for email in ("sekretariat@demo.example", "laeser.horsens@demo.example"):
        client = Client()
        client.force_login(
            Person.objects.get(email=email), backend="django.contrib.auth.backends.ModelBackend"
        )
        for row in Meeting.objects.all():
            address = reverse("meetings:meeting", kwargs={"meeting_id": row.pk})
            assert client.get(address).status_code == 200, row
        for one in Body.objects.all():
            address = reverse("meetings:body", kwargs={"body_id": one.pk})
            assert client.get(address).status_code == 200, one


@pytest.mark.skipif(not SEEDS.is_dir(), reason="the source documents are not beside the repository")
def test_nobody_who_presents_in_the_source_documents_is_named() -> None:
    seeds = " ".join(path.read_text(encoding="utf-8") for path in sorted(SEEDS.glob("*.txt")))
    named = set(re.findall(r"Ved (\w[\w-]+ \w[\w-]+)", seeds))
    assert len(named) >= 4
    for path in MEETINGS:
        for key, value in every_value(read(path)):
            if isinstance(value, str):
                assert not any(name in value for name in named), key
