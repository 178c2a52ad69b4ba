"""Budgets handed in as files: the template and the TOML of the command line."""

import io
from typing import Any

import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from python_calamine import CalamineWorkbook
from reading_pages import words
from report_samples import (
    DAY_ORE,
    NEXT_YEAR,
    address,
    client,
    last_report,
)
from world import World

from rammevaerk.portal.catalogue.models import Service
from rammevaerk.portal.tariffs.models import TariffReport
from rammevaerk.portal.tariffs.report_content import content_of


def read_in(world: World, content: bytes, name: str) -> Any:
    page = reverse("tariffs:report_file", kwargs={"service_id": world.first(Service).pk})
    upload = SimpleUploadedFile(name, content)
    data = {"valid_from": "1. januar 2027", "reason": "Budget", "file": upload}
    return client(world).post(page, data)


TOML = """
unit = "day"
days_basis = "calendar"
places = 10
rounding = "nearest_ore"
occupancy = { kind = "day_and_night", budgeted = "96 %" }
[[cost]]
label = "Løn"
kind = "direct"
amount = 700000000
[[cost]]
label = "Overhead"
kind = "overhead"
share_of_direct = "6 %"
"""


def test_a_budget_file_of_the_command_line_becomes_a_draft(world: World) -> None:
    answer = read_in(world, TOML.encode(), "budget.toml")
    row = last_report(world)
    assert answer.url == address("report_revise", row)
    assert [one.amount_ore for one in content_of(row).lines] == [DAY_ORE]


def test_a_file_that_cannot_be_used_says_where(world: World) -> None:
    answer = read_in(world, TOML.replace("= 10", "=").encode(), "budget.toml")
    assert answer.status_code == 422
    assert "linje 4" in words(answer)
    assert read_in(world, b"PK\x03\x04 nothing", "budget.xlsx").status_code == 422
    assert read_in(world, b"\xff\xfe\x00", "budget.toml").status_code == 422
    assert not TariffReport.objects.filter(valid_from=NEXT_YEAR).exists()


def filled_template(sheets: dict[str, list[list[Any]]]) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for at, row in enumerate(rows):
                sheet.write_row(at, 0, row)
    return buffer.getvalue()


def template_rows(world: World) -> dict[str, list[list[Any]]]:
    """The template as it is fetched, with the budget of the samples written in."""
    content = client(world).get(reverse("tariffs:report_template")).content
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    sheets = {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}
    values = {
        "Enhed": "døgn",
        "Dagebasis": "kalenderåret (365 eller 366)",
        "Pladser": 10,
        "Afrunding": "til nærmeste øre",
        "Slags tilbud": "døgn- og dagtilbud",
        "Forudsat belægning": 0.96,
    }
    for row in sheets["Budget"][1:]:
        row[1:2] = [values.get(row[0], "")]
    sheets["Omkostninger"] += [
        ["Løn", "direkte omkostning", 7_000_000],
        ["Overhead", "overhead", "", "6 %"],
    ]
    return sheets


def test_the_template_filled_in_gives_the_same_tariff(world: World) -> None:
    sheets = template_rows(world)
    sheets["Priser"].append(["grundtakst", "", "6.909,00", "døgn", "365 dage", ""])
    assert read_in(world, filled_template(sheets), "budget.xlsx").status_code == 302
    content = content_of(last_report(world))
    assert [(one.component, one.amount_ore) for one in content.lines] == [
        ("whole", DAY_ORE),
        ("ground", 690_900),
    ]


def test_every_wrong_cell_of_the_template_is_named(world: World) -> None:
    sheets = template_rows(world)
    sheets["Omkostninger"] += [["Husleje", "leje", -5], ["x", "overhead", "1.5"]]
    answer = read_in(world, filled_template(sheets), "budget.xlsx")
    shown = words(answer)
    assert "Arket «Omkostninger», celle B4: «leje» kendes ikke" in shown
    assert "celle C4: beløbet er negativt" in shown
    assert "celle C5: «1.5» er ikke et beløb" in shown
    del sheets["Priser"]
    assert "Arket «Priser» mangler" in words(read_in(world, filled_template(sheets), "b.xlsx"))


def test_ten_thousand_lines_in_a_file_are_refused(world: World) -> None:
    sheets = template_rows(world)
    sheets["Omkostninger"] += [["Post", "direkte omkostning", 1]] * 10_000
    answer = read_in(world, filled_template(sheets), "budget.xlsx")
    assert "har indhold efter række 500" in words(answer)
    lines = "".join(
        f'[[supplement]]\nlabel = "a{n}"\nunit = "hour"\nprice = 1\n' for n in range(10_000)
    )
    assert "højst have 500" in words(read_in(world, (TOML + lines).encode(), "b.toml"))
