"""A takstfil with a sender's own headings: chosen once on a page, and known the next time."""

from io import BytesIO
from typing import Any

import pytest
import xlsxwriter
from takstfil_world import YEAR, handed_in, kinds, officer
from world import World

from rammevaerk.portal.access.actions import Role
from rammevaerk.portal.tariffs.models import (
    ColumnMapping,
    TariffFile,
    TariffFileRow,
    TariffReport,
)

HEADINGS = ["Institution", "Type", "Pris pr. enhed", "Enhed"]


@pytest.fixture(autouse=True)
def no_open_report(world: World) -> None:
    TariffReport.objects.all().update(state="withdrawn")


def theirs(price: object, unit: str = "Pr. døgn") -> bytes:
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer) as made:
        sheet = made.add_worksheet("Priser")
        sheet.write(0, 0, "Takstoversigt")
        for index, cell in enumerate(HEADINGS):
            sheet.write(2, index, cell)
        for index, value in enumerate(["Hjemlig bosted i egenby", "Hjemlig ophold", price, unit]):
            sheet.write(3, index, value)
    return buffer.getvalue()


def chosen(**more: str) -> dict[str, str]:
    return {
        "ark": "Priser",
        "raekke": "3",
        "name": "Vores priser",
        "kol_facility": "Institution",
        "kol_service": "Type",
        "kol_amount": "Pris pr. enhed",
        "kol_unit": "Enhed",
        **more,
    }


def test_columns_and_words_are_chosen_once_and_known_the_next_time(
    world: World, django_capture_on_commit_callbacks: Any
) -> None:
    by, client = officer(world), world.client(Role.TARIFF_OFFICER, "egenby")
    file = handed_in(theirs(2_500), by, "egne.xlsx")
    assert file.state == "mapping"
    address = f"/oekonomi/takstfil/{file.pk}/kolonner/"
    page = client.get(address).content.decode()
    assert '<option value="Pris pr. enhed" selected>' in page

    page = client.post(address, chosen()).content.decode()
    assert "Enhed: «Pr. døgn»" in page
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(address, chosen(trin="ord", ord_unit_0="day"))
    assert answer.status_code == 302
    file.refresh_from_db()
    assert (file.state, file.mapping and file.mapping.name) == ("proposed", "Vores priser")
    row = TariffFileRow.objects.get(file=file, kind="changed")
    assert '["amount", "2450.00", "2500.00", false]' in row.content

    again = handed_in(theirs(2_450, "pr. døgn"), by, "egne igen.xlsx")
    assert (again.state, kinds(again)) == ("proposed", [])


def test_what_is_missing_or_chosen_twice_is_said_and_nothing_is_kept(world: World) -> None:
    client = world.client(Role.TARIFF_OFFICER, "egenby")
    file = handed_in(theirs(2_500), officer(world), "egne.xlsx")
    before = ColumnMapping.objects.count()
    address = f"/oekonomi/takstfil/{file.pk}/kolonner/"
    answer = client.post(address, chosen(kol_amount=""))
    assert answer.status_code == 422
    assert "Vælg en kolonne for «Takst (kr.)»" in answer.content.decode()
    answer = client.post(address, chosen(kol_amount="Type"))
    assert "er valgt to gange" in answer.content.decode()
    assert ColumnMapping.objects.count() == before


def test_the_columns_of_another_sender_are_not_used(world: World) -> None:
    file = handed_in(theirs(2_500), officer(world), "egne.xlsx")
    mapping = ColumnMapping.objects.filter(organisation_id=file.organisation_id).get()
    ColumnMapping.objects.filter(pk=mapping.pk).update(
        content='{"columns": {"amount": "Pris pr. enhed", "facility": "Institution"}}'
    )
    other = handed_in(theirs(2_500), officer(world, "naboby"), "egne.xlsx")
    assert other.state == "mapping"
    assert TariffFile.objects.get(pk=other.pk).year == YEAR


def test_strangers_and_readers_do_not_choose_columns(world: World) -> None:
    file = handed_in(theirs(2_500), officer(world), "egne.xlsx")
    address = f"/oekonomi/takstfil/{file.pk}/kolonner/"
    assert world.client(Role.TARIFF_OFFICER, "fjernby").get(address).status_code == 404
    assert world.client(Role.READER, "egenby").get(address).status_code == 403
