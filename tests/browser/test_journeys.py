"""What people come to do, in a real browser on a real server."""

import re
import zipfile
from pathlib import Path

import pytest
from conftest import faults, log_in
from playwright.sync_api import Browser, Page, expect

pytestmark = pytest.mark.browser
PLAN = "/aftale/midtjylland-2025-26/handlingsplan/"


def open_initiative(page: Page, title: str) -> None:
    page.goto(PLAN)
    page.get_by_role("link", name=title).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(title)


def test_the_secretariat_updates_a_status_and_sees_it_in_the_history(page: Page) -> None:
    log_in(page, "sekretariat")
    open_initiative(page, "Botilbudsteams")
    page.get_by_role("link", name="Opdater status").click()
    page.get_by_label("Status (skal udfyldes)").select_option("I gang")
    page.get_by_label("Statustekst").fill("Arbejdsgruppen er nedsat.")
    page.get_by_label("Status pr.").fill("10. november 2026")
    page.get_by_label("«Opstart»", exact=False).first.select_option("Nået")
    page.get_by_label("Dato for «Opstart»").fill("november 2026")
    page.get_by_role("button", name="Gem status").click()
    expect(page.get_by_role("status")).to_contain_text("Status er gemt")
    history = page.get_by_role("complementary", name="Historik")
    expect(history).to_contain_text("Arbejdsgruppen er nedsat.")
    expect(history).to_contain_text("10. november 2026")
    expect(history).to_contain_text("Opstart: nået november 2026")
    expect(history).to_contain_text("8. april 2025")
    expect(page.locator("h1 + *, .page-title")).to_contain_text(["I gang"])


def test_a_reader_of_another_municipality_cannot_update_a_status(page: Page) -> None:
    log_in(page, "laeser.horsens")
    open_initiative(page, "Monitorering af F-ACT")
    expect(page.get_by_role("link", name="Opdater status")).to_have_count(0)
    answer = page.goto(f"{page.url}status/")
    assert answer is not None
    assert answer.status == 403
    expect(page.locator("main")).to_contain_text("Din rolle giver ikke ret til")


def test_a_stranger_finds_nothing_of_the_other_cooperation(page: Page) -> None:
    log_in(page, "sekretariat.nordjylland")
    answer = page.goto(PLAN)
    assert answer is not None
    assert answer.status == 404


@pytest.mark.parametrize(
    ("field", "text", "message"),
    [
        ("Status pr.", "31. februar 2025", "februar 2025 har 28 dage"),
        ("Statustekst", "Borgeren 010190-1234 er flyttet", "CPR-nummer"),
    ],
)
def test_a_bad_status_is_refused_at_the_field_and_keeps_what_was_written(
    page: Page, field: str, text: str, message: str
) -> None:
    log_in(page, "sekretariat")
    open_initiative(page, "Velfærdsteknologi")
    page.get_by_role("link", name="Opdater status").click()
    page.get_by_label("Kilde").fill("Et møde")
    page.get_by_label(field).fill(text)
    page.get_by_role("button", name="Gem status").click()
    summary = page.get_by_role("alert")
    expect(summary).to_contain_text("Intet er gemt")
    expect(summary).to_contain_text(message)
    expect(page.get_by_label("Kilde")).to_have_value("Et møde")
    expect(page.get_by_label(field)).to_have_attribute("aria-invalid", "true")
    assert list(faults(page)) == []


def test_a_filter_replaces_the_rows_and_stays_in_the_address(page: Page) -> None:
    log_in(page, "laeser.viborg")
    page.goto(PLAN)
    page.get_by_label("Forum").select_option("Sundhedsaftalen")
    expect(page).to_have_url(re.compile("forum=sundhedsaftalen"))
    expect(page.get_by_role("link", name="Botilbudsteams")).to_have_count(0)
    page.reload()
    expect(page.get_by_label("Forum")).to_have_value("sundhedsaftalen")
    expect(page.get_by_role("link", name="Botilbudsteams")).to_have_count(0)


def plan_file(page: Page, folder: Path) -> Path:
    """The plan as Excel, fetched by the secretariat."""
    log_in(page, "sekretariat")
    page.goto(PLAN)
    with page.expect_download() as download:
        page.get_by_role("link", name="Hent som Excel").click()
    file = folder / "plan.xlsx"
    download.value.save_as(file)
    return file


def hand_in(page: Page, file: Path) -> None:
    page.get_by_role("link", name="Indlæs Excel").click()
    page.get_by_label("Excel-fil").set_input_files(file)
    page.get_by_role("button", name="Vis forskellene").click()


def test_the_plan_goes_out_to_excel_and_in_again_without_a_change(
    page: Page, tmp_path: Path
) -> None:
    hand_in(page, plan_file(page, tmp_path))
    expect(page.get_by_role("status")).to_contain_text("Filen ændrer ikke noget")
    expect(page.get_by_role("button", name="Gem de valgte ændringer")).to_have_count(0)


def rewritten(file: Path, before: str, after: str) -> None:
    """Change a text of an Excel file, as somebody does in Excel."""
    with zipfile.ZipFile(file) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    assert before.encode() in parts["xl/sharedStrings.xml"]
    text = parts["xl/sharedStrings.xml"].decode().replace(f">{before}<", f">{after}<", 1)
    parts["xl/sharedStrings.xml"] = text.encode()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


def test_a_cell_changed_in_excel_is_shown_confirmed_and_stored(page: Page, tmp_path: Path) -> None:
    file = plan_file(page, tmp_path)
    rewritten(file, "Foreslået af arbejdsgruppen.", "Holdes i marts 2027.")
    hand_in(page, file)
    expect(page.get_by_role("heading", name="1 ændret felt")).to_be_visible()
    expect(page.locator("ins")).to_contain_text("Holdes i marts 2027.")
    assert list(faults(page)) == []
    page.get_by_role("button", name="Gem de valgte ændringer").click()
    expect(page.get_by_role("status")).to_contain_text("1 ændring er gemt")
    open_initiative(page, "Temadag for DASSOS")
    expect(page.get_by_role("complementary", name="Historik")).to_contain_text(
        "Holdes i marts 2027."
    )


def test_a_broken_excel_file_is_refused_with_cell_and_column(page: Page, tmp_path: Path) -> None:
    file = plan_file(page, tmp_path)
    rewritten(file, "20. september 2024", "31. februar 2025")
    hand_in(page, file)
    table = page.get_by_role("table")
    expect(table).to_contain_text("Frist for næste milepæl")
    expect(table).to_contain_text("februar 2025 har 28 dage")
    assert list(faults(page)) == []


def test_the_second_of_two_editors_sees_both_texts(
    page: Page, browser: Browser, portal: str
) -> None:
    other = browser.new_context(base_url=portal, locale="da-DK").new_page()
    for editor in (page, other):
        log_in(editor, "sekretariat")
        open_initiative(editor, "Kapacitet til borgere")
        editor.get_by_role("link", name="Opdater status").click()
    page.get_by_label("Statustekst").fill("Den førstes tekst.")
    page.get_by_role("button", name="Gem status").click()
    other.get_by_label("Statustekst").fill("Den andens tekst.")
    other.get_by_role("button", name="Gem status").click()
    expect(other.get_by_role("alert")).to_contain_text("Den førstes tekst.")
    expect(other.get_by_label("Statustekst")).to_have_value("Den andens tekst.")
    assert list(faults(other)) == []
    other.get_by_role("button", name="Gem status").click()
    history = other.get_by_role("complementary", name="Historik")
    expect(history).to_contain_text("Den førstes tekst.")
    expect(history).to_contain_text("Den andens tekst.")
    other.context.close()


def test_an_annex_is_uploaded_and_comes_down_again(page: Page, tmp_path: Path) -> None:
    file = tmp_path / "Pladser.csv"
    file.write_text("tilbud;pladser\nBakken;12\n", encoding="utf-8")
    log_in(page, "sekretariat")
    page.goto("/aftale/midtjylland-2025-26/")
    page.get_by_role("link", name="Læg fil op").first.click()
    page.get_by_label("Fil").set_input_files(file)
    page.get_by_role("button", name="Læg op").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Pladser.csv").click()
    assert download.value.path().read_bytes() == file.read_bytes()


def test_a_file_of_25_megabytes_is_refused_with_a_page(page: Page, tmp_path: Path) -> None:
    file = tmp_path / "stor.pdf"
    file.write_bytes(b"%PDF-1.7\n" + b"0" * (25 * 1024 * 1024))
    log_in(page, "sekretariat")
    page.goto("/aftale/midtjylland-2025-26/")
    page.get_by_role("link", name="Læg fil op").first.click()
    page.get_by_label("Fil").set_input_files(file)
    page.get_by_role("button", name="Læg op").click()
    expect(page.get_by_role("alert")).to_contain_text("større end 20 MB")


def test_everything_works_without_javascript(browser: Browser, portal: str) -> None:
    context = browser.new_context(base_url=portal, java_script_enabled=False, locale="da-DK")
    page = context.new_page()
    log_in(page, "sekretariat")
    page.goto(PLAN)
    page.get_by_label("Kun overskredne").check()
    page.get_by_role("button", name="Vis").click()
    expect(page.get_by_role("link", name="Forebyggende indsatser")).to_have_count(0)
    page.get_by_role("link", name="Velfærdsteknologi").click()
    page.get_by_role("link", name="Opdater status").click()
    page.get_by_label("Statustekst").fill("Afprøves i to kommuner.")
    page.get_by_role("button", name="Gem status").click()
    expect(page.get_by_role("complementary", name="Historik")).to_contain_text(
        "Afprøves i to kommuner."
    )
    page.get_by_role("button", name="Log ud").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Log ind")
    context.close()


def test_the_keyboard_alone_reaches_the_status_form(page: Page) -> None:
    log_in(page, "sekretariat")
    open_initiative(page, "Samarbejdsaftale om børn og unge i risikogrupper")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Gå til indholdet")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Opdater status")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Opdater status")
