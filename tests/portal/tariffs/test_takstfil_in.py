"""A takstfil handed in: read in the background, shown, and stored only when it is confirmed."""

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import override_settings
from takstfil_world import NOW, YEAR, handed_in, home, kinds, officer, rows, stored, told, workbook
from world import World

from rammevaerk.exchange.tariff_file.csv_file import write_csv
from rammevaerk.exchange.tariff_file.writing import write
from rammevaerk.portal.access.actions import Role
from rammevaerk.portal.access.models import AuditRecord
from rammevaerk.portal.access.policy import Refused
from rammevaerk.portal.catalogue.models import Facility, PlaceCapacity, Service
from rammevaerk.portal.common import documents
from rammevaerk.portal.tariffs import files as going_out
from rammevaerk.portal.tariffs.models import Tariff, TariffFile, TariffFileRow, TariffReport
from rammevaerk.portal.tariffs.operations import files, save_draft
from rammevaerk.portal.tariffs.price_lines import PriceLine
from rammevaerk.portal.tariffs.report_content import content_of

OWN, OTHER = "egenby-bosted/ophold", "naboby-bosted/ophold"


@pytest.fixture(autouse=True)
def no_open_report(world: World) -> None:
    TariffReport.objects.all().update(state="withdrawn")


def lines(world: World, key: str = "egenby") -> list[dict[str, str]]:
    return rows(officer(world, key))


def at(found: list[dict[str, str]], service: str) -> int:
    return next(n for n, row in enumerate(found) if row["service_key"] == service)


def drafted(service: str = OWN) -> list[tuple[str, int]]:
    facility, _, name = service.partition("/")
    report = TariffReport.objects.get(
        service__facility__key=facility, service__key=name, state="draft"
    )
    assert report.valid_from == date(YEAR, 1, 1)
    return [(line.component, line.amount_ore) for line in content_of(report).lines]


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_an_unchanged_file_reports_no_change(world: World, kind: str) -> None:
    by = officer(world)
    made = going_out.document(by, home().pk, YEAR, region=home().name, at=NOW)
    content = write(made) if kind == "xlsx" else write_csv(made)
    file = handed_in(content, by, f"takstfil.{kind}")
    assert (file.state, file.message, kinds(file)) == ("proposed", "", [])
    with pytest.raises(ValidationError, match="ikke valgt"):
        files.confirm(file, by=by, at=NOW)


def test_nothing_is_stored_before_it_is_confirmed_and_then_it_is(world: World) -> None:
    by, found = officer(world), lines(world)
    own = at(found, OWN)
    edits = {(own, "amount"): "2.500,00", (own, "reason"): "Løn", (own, "places"): "12"}
    file = handed_in(workbook(found, edits), by)
    assert kinds(file) == ["changed"]
    assert not TariffReport.objects.filter(state="draft").exists()
    file = stored(file, by)
    assert (file.state, file.done) == ("stored", 1)
    assert drafted() == [("whole", 250_000)]
    held = PlaceCapacity.objects.get(
        service__facility__key="egenby-bosted", superseded_at=None, valid_from=date(YEAR, 1, 1)
    )
    assert (held.places, held.covered) == (12, 10)
    # The same file again says what is here by now.
    again = handed_in(workbook(found, edits), by)
    assert kinds(again) == []


def test_only_the_chosen_rows_are_stored(world: World) -> None:
    secretary = world.actor(Role.SECRETARIAT, "sekretariatet")
    found = rows(secretary)
    edits = {(n, "amount"): "2500" for n in range(len(found))}
    file = handed_in(workbook(found, edits), secretary)
    every = list(TariffFileRow.objects.filter(file=file))
    assert [row.kind for row in every] == ["changed", "changed"]
    files.choose(file, [row.pk for row in every], [every[0].pk], by=secretary)
    stored(file, secretary)
    outcomes = {row.pk: row.outcome for row in TariffFileRow.objects.filter(file=file)}
    assert outcomes == {every[0].pk: "stored", every[1].pk: ""}
    assert TariffReport.objects.filter(state="draft").count() == 1


def test_another_operator_s_row_is_refused_on_that_row(world: World) -> None:
    by, found = officer(world), lines(world)
    edits = {(at(found, OWN), "amount"): "2500", (at(found, OTHER), "amount"): "1"}
    file = handed_in(workbook(found, edits), by)
    assert sorted(kinds(file)) == ["changed", "fault"]
    assert "du kan ikke ændre den" in told(file)
    files.choose_all(file, True, ["changed", "fault"], by=by)
    stored(file, by)
    assert TariffReport.objects.filter(state="draft").count() == 1
    assert drafted() == [("whole", 250_000)]


def test_what_was_changed_here_since_it_was_shown_is_refused(world: World) -> None:
    by, found = officer(world), lines(world)
    file = handed_in(workbook(found, {(at(found, OWN), "amount"): "2500"}), by)
    service = Service.objects.get(facility__key="egenby-bosted")
    line = PriceLine("whole", "day", 260_000, days_basis="calendar")
    save_draft(
        service, valid_from=date(YEAR, 1, 1), lines=[line], budget=None, reason="", by=by, at=NOW
    )
    stored(file, by)
    (row,) = TariffFileRow.objects.filter(file=file)
    assert (row.outcome, "ændret af andre" in row.note) == ("refused", True)
    assert drafted() == [("whole", 260_000)]


def test_what_was_changed_on_both_sides_is_not_chosen_of_itself(world: World) -> None:
    by, found = officer(world), lines(world)
    content = workbook(found, {(at(found, OWN), "amount"): "2500"})
    service = Service.objects.get(facility__key="egenby-bosted")
    line = PriceLine("whole", "day", 260_000, days_basis="calendar")
    save_draft(
        service, valid_from=date(YEAR, 1, 1), lines=[line], budget=None, reason="", by=by, at=NOW
    )
    (row,) = TariffFileRow.objects.filter(file=handed_in(content, by))
    assert (row.kind, row.chosen, row.warned) == ("changed", False, True)


def test_a_price_that_is_gone_ends_only_where_a_day_is_chosen(world: World) -> None:
    service = Service.objects.get(facility__key="egenby-bosted")
    Tariff.objects.create(
        service=service, component="supplement", label="Nattevagt", unit="day", amount_ore=9_900,
        valid_from=date(2025, 1, 1), registered_at=NOW,
    )  # fmt: skip
    by, found = officer(world), lines(world)
    kept = [row for row in found if row["label"] != "Nattevagt"]
    file = handed_in(workbook(kept), by)
    (row,) = TariffFileRow.objects.filter(file=file)
    assert (row.kind, row.chosen) == ("gone", False)
    files.choose(file, [row.pk], [row.pk], by=by)
    with pytest.raises(ValidationError, match="udgår fra"):
        files.confirm(file, by=by, at=NOW)
    stored(file, by, ends_on=date(YEAR, 1, 1))
    assert drafted() == [("whole", 245_000)]


def test_a_service_is_not_left_without_prices(world: World) -> None:
    by, found = officer(world), lines(world)
    file = handed_in(workbook([row for row in found if row["service_key"] != OWN]), by)
    assert kinds(file) == []  # nothing in it says that the operator is in the file at all
    blank = {"key": "", "component": "", "amount": ""}
    file = handed_in(workbook([{**found[at(found, OWN)], **blank}]), by)
    (row,) = TariffFileRow.objects.filter(file=file, kind="gone")
    files.choose(file, [row.pk], [row.pk], by=by)
    stored(file, by, ends_on=date(YEAR, 3, 1))
    row.refresh_from_db()
    assert "uden priser" in row.note


def test_a_price_from_before_the_facility_existed_is_refused(world: World) -> None:
    by = officer(world)
    Service.objects.filter(facility__key="egenby-bosted").update(valid_from=date(YEAR, 5, 1))
    Tariff.objects.filter(service__facility__key="egenby-bosted").delete()
    found = rows(by)
    own = at(found, OWN)
    edits = {
        (own, "amount"): "2500", (own, "component"): "Helhedstakst", (own, "unit"): "døgn",
        (own, "days_basis"): "365 dage", (own, "valid_from"): f"01-02-{YEAR}",
    }  # fmt: skip
    file = handed_in(workbook(found, edits), by)
    assert kinds(file) == ["fault"]
    assert f"begyndte først 01-05-{YEAR}" in told(file)


def test_a_reported_tariff_and_one_with_a_budget_are_not_overwritten(world: World) -> None:
    by, found = officer(world), lines(world)
    content = workbook(found, {(at(found, OWN), "amount"): "2500"})
    TariffReport.objects.filter(service__facility__key="egenby-bosted").update(
        state="reported", valid_from=date(YEAR, 1, 1)
    )
    file = handed_in(content, by)
    assert kinds(file) == ["fault"]
    assert "allerede indberettet" in told(file)


@pytest.mark.parametrize(
    ("column", "value", "told_so"),
    [
        ("unit", "måned", "ingen dagebasis"),
        ("amount", "250000000", "Er kommaet sat forkert?"),
        ("days_basis", "", "Vælg, hvilke dage"),
    ],
)
def test_the_rules_of_a_price_hold_for_a_file_too(
    world: World, column: str, value: str, told_so: str
) -> None:
    by, found = officer(world), lines(world)
    file = handed_in(workbook(found, {(at(found, OWN), column): value}), by)
    assert kinds(file) == ["fault"]
    assert told_so in told(file)


def test_a_cpr_number_anywhere_refuses_the_whole_file_and_its_bytes(world: World) -> None:
    by, found = officer(world), lines(world)
    number = "-".join(("010190", "1234"))
    content = workbook(found, {(0, "note"): f"Borger {number}"})
    file = handed_in(content, by)
    assert file.state == "refused"
    assert "celle" in file.message
    assert "010190-••••" in file.message
    assert "1234" not in file.message
    assert not documents.path_of(file.sha256).exists()
    assert not TariffFileRow.objects.filter(file=file).exists()


def test_a_p_number_that_looks_like_a_cpr_number_is_ours(world: World) -> None:
    Facility.objects.filter(key="egenby-bosted").update(p_number="0101901234")
    by = officer(world)
    made = going_out.document(by, home().pk, YEAR, region=home().name, at=NOW)
    assert handed_in(write(made), by).state == "proposed"


def test_another_year_s_export_is_refused(world: World) -> None:
    by = officer(world)
    made = going_out.document(by, home().pk, 2026, region=home().name, at=NOW)
    file = handed_in(write(made), by)
    assert file.state == "refused"
    assert "takstfilen for 2026, men du har valgt 2027" in file.message
    csv = handed_in(write_csv(made), by, "takstfil.csv")
    assert set(kinds(csv)) == {"fault"}


def test_a_file_goes_on_only_in_a_role_that_is_still_held(world: World) -> None:
    by, found = officer(world), lines(world)
    content = workbook(found, {(at(found, OWN), "amount"): "2500"})
    file = files.hand_in(home().pk, YEAR, content, "a.xlsx", by=by, at=NOW)
    assert file.assignment is not None
    file.assignment.valid_to = date(2026, 10, 1)
    file.assignment.save()
    files.read(file.pk, at=NOW)
    file.refresh_from_db()
    assert (file.state, kinds(file)) == ("refused", [])


def test_only_the_sender_goes_on_with_a_file(world: World) -> None:
    by, found = officer(world), lines(world)
    file = handed_in(workbook(found, {(at(found, OWN), "amount"): "2500"}), by)
    secretary = world.actor(Role.SECRETARIAT, "sekretariatet")
    for other in (officer(world, "naboby"), officer(world, "fjernby"), secretary):
        with pytest.raises(Refused):
            files.confirm(file, by=other, at=NOW)
    with pytest.raises(Refused):
        files.hand_in(home().pk, YEAR, b"a;b", "a.csv", by=officer(world, "fjernby"), at=NOW)


def test_every_step_is_in_the_trail_and_repeating_a_step_does_nothing(world: World) -> None:
    by, found = officer(world), lines(world)
    file = stored(handed_in(workbook(found, {(at(found, OWN), "amount"): "2500"}), by), by)
    before = AuditRecord.objects.count()
    files.read(file.pk, at=NOW)
    files.store(file.pk, at=NOW)
    assert AuditRecord.objects.count() == before
    trail = AuditRecord.objects.filter(target_type="tariffs.tarifffile", target_id=str(file.pk))
    assert trail.count() == 4  # handed in, proposed, confirmed, stored


def test_from_hand_in_to_stored_as_a_browser_without_javascript_does_it(
    world: World, django_capture_on_commit_callbacks: Any
) -> None:
    client = world.client(Role.TARIFF_OFFICER, "egenby")
    found = lines(world)
    content = workbook(found, {(at(found, OWN), "amount"): "2500", (0, "note"): "æøå"})
    sent = {"year": YEAR, "region": home().pk, "file": SimpleUploadedFile("t.xlsx", content)}
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post("/oekonomi/takstfil/indlaes/", sent)
    file = TariffFile.objects.latest("pk")
    assert answer["Location"] == f"/oekonomi/takstfil/{file.pk}/"
    page = client.get(answer["Location"]).content.decode()
    assert "2.450,00" in page
    assert "2.500,00" in page
    row = TariffFileRow.objects.get(file=file)
    chosen = {"vist": row.pk, "valgt": row.pk, "handling": "confirm"}
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(f"/oekonomi/takstfil/{file.pk}/valg/", chosen)
    assert answer.status_code == 302
    assert "1 række er gemt" in client.get(answer["Location"]).content.decode()
    assert drafted() == [("whole", 250_000)]


def test_the_page_of_a_file_that_is_being_read_can_be_asked_again(world: World) -> None:
    by, found = officer(world), lines(world)
    file = files.hand_in(home().pk, YEAR, workbook(found), "a.xlsx", by=by, at=NOW)
    TariffFile.objects.filter(pk=file.pk).update(state="reading", done=5, total=10)
    client = world.client(Role.TARIFF_OFFICER, "egenby")
    page = client.get(f"/oekonomi/takstfil/{file.pk}/").content.decode()
    assert "5 af 10 rækker" in page
    assert 'hx-trigger="every 2s"' in page
    assert f'href="/oekonomi/takstfil/{file.pk}/"' in page


@override_settings(UPLOAD_LIMIT=2_000)
def test_a_file_that_is_too_large_is_told_so(world: World) -> None:
    client = world.client(Role.TARIFF_OFFICER, "egenby")
    upload = SimpleUploadedFile("stor.xlsx", b"x" * 5_000)
    sent = {"year": YEAR, "region": home().pk, "file": upload}
    answer = client.post("/oekonomi/takstfil/indlaes/", sent)
    assert answer.status_code == 422
    assert "er større end 20 MB" in answer.content.decode()


def test_a_file_of_a_wrong_kind_is_told_so_at_once(world: World) -> None:
    client = world.client(Role.TARIFF_OFFICER, "egenby")
    sent = {"year": YEAR, "region": home().pk, "file": SimpleUploadedFile("a.xlsx", b"%PDF-1.7")}
    answer = client.post("/oekonomi/takstfil/indlaes/", sent)
    assert answer.status_code == 422
    assert not TariffFile.objects.filter(name="a.xlsx").exists()


def test_a_file_is_read_again_or_given_up_only_by_its_button(world: World) -> None:
    by, found = officer(world), lines(world)
    file = handed_in(workbook(found, {(at(found, OWN), "amount"): "2500"}), by)
    client = world.client(Role.TARIFF_OFFICER, "egenby")
    for step in ("opgiv", "igen", "valg"):
        assert client.post(f"/oekonomi/takstfil/{file.pk}/{step}/").status_code == 302
        file.refresh_from_db()
        assert (file.state, TariffFileRow.objects.get(file=file).chosen) == ("proposed", True)
    client.post(f"/oekonomi/takstfil/{file.pk}/opgiv/", {"handling": "opgiv"})
    file.refresh_from_db()
    assert file.state == "dropped"
    client.post(f"/oekonomi/takstfil/{file.pk}/igen/", {"handling": "igen"})
    file.refresh_from_db()
    assert file.state == "reading"


def test_others_do_not_see_a_sender_s_file_but_who_checks_does(world: World) -> None:
    by, found = officer(world), lines(world)
    file = handed_in(workbook(found, {(at(found, OWN), "amount"): "2500"}), by)
    address = f"/oekonomi/takstfil/{file.pk}/"
    for key in ("naboby", "fjernby"):
        assert world.client(Role.TARIFF_OFFICER, key).get(address).status_code == 404
    assert world.client(Role.READER, "egenby").get(address).status_code == 200
    assert world.client(Role.READER, "egenby").post(f"{address}valg/").status_code == 403
    page = world.client(Role.SECRETARIAT, "sekretariatet").get(address).content.decode()
    assert "Gem de valgte rækker" not in page


def test_rows_come_in_pages_and_can_be_narrowed(world: World) -> None:
    by = officer(world)
    file = handed_in(workbook(lines(world)), by)
    TariffFileRow.objects.bulk_create(
        TariffFileRow(
            file=file, number=n, kind="fault" if n % 2 else "changed", title=f"Pris {n}",
            content='{"cells": [["amount", "1.00", "2.00", false]], "messages": []}',
        )
        for n in range(1, 121)
    )  # fmt: skip
    client = world.client(Role.TARIFF_OFFICER, "egenby")
    page = client.get(f"/oekonomi/takstfil/{file.pk}/?art=fault&side=2").content.decode()
    assert "Side 2 af 2" in page
    assert page.count('<tr class="late">') == 10
    page = client.get(f"/oekonomi/takstfil/{file.pk}/?q=pris+120").content.decode()
    assert "1 række" in page
