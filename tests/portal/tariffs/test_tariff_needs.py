"""What waits for whom in the tariffs and the catalogue, and how far the operators have come."""

from datetime import date, timedelta

import pytest
from reading_pages import words
from report_samples import NOW, checked, client, decided, draft, officer, reported, secretariat
from world import World

from rammevaerk.portal.access.actions import Role
from rammevaerk.portal.catalogue.models import Approval, Facility, Vacancy
from rammevaerk.portal.catalogue.queries.needs import catalogue_needs, places_free
from rammevaerk.portal.tariffs.models import TariffFile, TariffReport
from rammevaerk.portal.tariffs.queries.needs import open_reports, tariff_needs
from rammevaerk.portal.tariffs.queries.reportable import progress_of, reportable_services

AUTUMN = date(2026, 11, 20)


@pytest.fixture
def quiet(world: World) -> World:
    """The world without the reports it begins with."""
    TariffReport.objects.update(state="withdrawn")
    return world


def told(world: World, role: Role, key: str, on: date = date(2026, 3, 1)) -> list[str]:
    return [one.title for one in tariff_needs(world.actor(role, key), on=on)]


def test_each_step_waits_for_those_who_take_it_and_for_nobody_else(quiet: World) -> None:
    steps = [
        (draft, "1 kladde til takster skal indberettes", {Role.TARIFF_OFFICER}),
        (reported, "1 takstindberetning skal kontrolleres", {Role.SECRETARIAT}),
        (
            checked,
            "1 kontrolleret takstindberetning venter på beslutning",
            {Role.TARIFF_OFFICER, Role.DIRECTOR},
        ),
        (decided, "1 besluttet takstindberetning skal offentliggøres", {Role.SECRETARIAT}),
    ]
    for make, title, waits_for in steps:
        row = make(quiet)
        for role in Role:
            key = "sekretariatet" if role is Role.SECRETARIAT else "egenby"
            assert told(quiet, role, key) == ([title] if role in waits_for else []), (title, role)
        assert told(quiet, Role.TARIFF_OFFICER, "naboby") == []
        assert told(quiet, Role.SECRETARIAT, "fjernsekretariatet") == []
        TariffReport.objects.filter(pk=row.pk).update(state="withdrawn")


def test_one_report_is_opened_and_more_are_listed(world: World) -> None:
    both = tariff_needs(secretariat(world), on=date(2026, 3, 1))[0]
    assert (both.title, both.url) == (
        "2 takstindberetninger skal kontrolleres",
        "/oekonomi/indberetninger/?tilstand=reported",
    )
    row = world.first(TariffReport)
    TariffReport.objects.exclude(pk=row.pk).update(state="withdrawn")
    assert tariff_needs(secretariat(world), on=date(2026, 3, 1))[0].url == (
        f"/oekonomi/indberetninger/{row.pk}/"
    )
    assert open_reports(secretariat(world)) == 1


def test_what_is_missing_is_said_in_autumn_until_it_is_reported(quiet: World) -> None:
    missing = "1 ydelse mangler takst for 2027"
    own = (quiet, Role.TARIFF_OFFICER, "egenby")
    assert missing not in told(*own, on=date(2026, 8, 14))
    assert missing in told(*own, on=date(2026, 8, 15))
    late = tariff_needs(officer(quiet), on=AUTUMN)[0]
    assert (late.kind, late.note) == ("late", "Budgettet skulle være inde 15. november 2026")
    assert told(quiet, Role.DIRECTOR, "egenby", on=AUTUMN) == []
    decided(quiet)
    assert missing not in told(*own, on=AUTUMN)
    # Decided prices are enough, wherever the report is.
    TariffReport.objects.update(state="withdrawn")
    assert missing not in told(*own, on=AUTUMN)


def test_a_file_waits_for_the_organisation_that_handed_it_in(quiet: World) -> None:
    file = quiet.first(TariffFile)
    for state, waits in (("mapping", True), ("proposed", True), ("stored", False)):
        TariffFile.objects.filter(pk=file.pk).update(state=state)
        assert (f"Takstfilen «{file.name}»" in told(quiet, Role.TARIFF_OFFICER, "egenby")) is waits
        assert told(quiet, Role.TARIFF_OFFICER, "naboby") == []
        assert told(quiet, Role.SECRETARIAT, "sekretariatet") == []


def test_the_operators_stand_with_how_far_each_has_come(quiet: World) -> None:
    reported(quiet)
    rows = progress_of(reportable_services(secretariat(quiet), year=2027))
    assert [(one.operator, one.missing, one.reported, one.done) for one in rows] == [
        ("Naboby", 1, 0, False),
        ("Egenby", 0, 1, False),
    ]
    page = words(client(quiet, Role.SECRETARIAT, "sekretariatet").get("/oekonomi/"))
    assert "Hvor langt driftsherrerne er" in page
    assert "Hvor langt driftsherrerne er" not in words(client(quiet).get("/oekonomi/"))


def test_an_approval_near_its_end_waits_for_those_who_keep_the_facility(world: World) -> None:
    facility = world.first(Facility)
    row = world.first(Approval)
    Approval.objects.filter(pk=row.pk).update(valid_to=date(2026, 12, 1))
    name = f"Godkendelsen af {row.facility.name}"

    def marks(role: Role, key: str, on: date) -> list[tuple[str, str]]:
        return [(one.title, one.mark) for one in catalogue_needs(world.actor(role, key), on=on)]

    assert facility.cooperation_id == row.facility.cooperation_id
    assert marks(Role.PROVIDER, "egenby", AUTUMN) == [(name, "11 dage tilbage")]
    assert marks(Role.SECRETARIAT, "sekretariatet", AUTUMN) == [(name, "11 dage tilbage")]
    assert marks(Role.PROVIDER, "egenby", date(2026, 12, 1)) == [(name, "Udløbet")]
    assert marks(Role.PROVIDER, "egenby", date(2026, 3, 1)) == []
    for role, key in ((Role.PROVIDER, "naboby"), (Role.READER, "egenby")):
        assert marks(role, key, AUTUMN) == []


def test_the_free_places_are_those_of_the_newest_reports(world: World) -> None:
    reader = world.actor(Role.READER, "egenby")
    assert places_free(reader, on=date(2025, 6, 2)) == 4
    assert places_free(reader, on=date(2025, 4, 30)) is None
    old = world.first(Vacancy)
    Vacancy.objects.create(
        service=old.service, free=0, as_of=old.as_of + timedelta(days=7), registered_at=NOW
    )
    assert places_free(reader, on=old.as_of) == 4
    assert places_free(reader, on=date(2025, 6, 2)) == 2
