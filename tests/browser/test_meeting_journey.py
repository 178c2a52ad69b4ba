"""DASSOS meets: from the backlog to the obligation on the next agenda."""

from pathlib import Path

import pytest
from conftest import faults, log_in
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


def open_meeting(page: Page, year: str, day: str) -> None:
    """From the year's calendar to the meeting of DASSOS on a day."""
    page.goto(f"/moeder/kalender/?aar={year}")
    row = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name=day, exact=True))
    row.get_by_role("link", name="DASSOS").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(day)


def follow(page: Page, name: str) -> None:
    page.get_by_role("link", name=name, exact=True).first.click()


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def test_the_secretariat_takes_a_meeting_from_backlog_to_obligation(
    page: Page, tmp_path: Path
) -> None:
    log_in(page, "sekretariat")
    open_meeting(page, "2026", "27. februar 2026")
    meeting = page.url

    # From the backlog onto the agenda.
    follow(page, "Hent fra ventelisten")
    waiting = page.get_by_role("row").filter(has=page.get_by_role("rowheader"))
    title = waiting.first.get_by_role("link").first.inner_text()
    choice = waiting.first.get_by_role("combobox")
    choice.select_option("27. februar 2026: Beslutningspunkter")
    waiting.first.get_by_role("button", name="Sæt på").click()
    page.goto(meeting)
    expect(page.locator("main")).to_contain_text(title)

    # A reference to an annex that the item does not have is found, and mended.
    follow(page, title)
    add_annex(page, tmp_path)
    follow(page, "Rediger punktet")
    page.get_by_label("Sagsfremstilling").fill("Tidsplanen fremgår af bilag 9.")
    press(page, "Gem punktet")
    check = page.get_by_role("complementary", name="Kontrol")
    expect(check).to_contain_text("bilag 9")
    assert list(faults(page)) == []
    follow(page, "Rediger punktet")
    page.get_by_label("Sagsfremstilling").fill("Tidsplanen fremgår af bilag 1.")
    press(page, "Gem punktet")
    expect(check).not_to_contain_text("bilag 9")

    send_out(page, meeting)
    begin_minutes(page, meeting)

    # Closing is refused while an item is undecided.
    page.goto(f"{meeting}referat/afslut/")
    expect(page.get_by_role("alert")).to_contain_text("Mødet kan ikke afsluttes")
    expect(page.get_by_role("button", name="Afslut mødet")).to_have_count(0)

    decide_all(page, meeting, promise_at=title)
    page.goto(f"{meeting}referat/afslut/")
    press(page, "Afslut mødet")
    page.goto(f"{meeting}referat/")
    expect(page.locator("main")).to_contain_text("DASSOS 2026-001")
    assert list(faults(page)) == []

    # What was promised stands on the next agenda.
    open_meeting(page, "2026", "18. maj 2026")
    following = page.url
    page.goto(f"{following}faste-punkter/")
    press(page, "Bring ajour")
    page.goto(following)
    page.get_by_role("link", name="forpligtelser", exact=False).last.click()
    expect(page.locator("main")).to_contain_text("Sende tidsplanen til alle 19 kommuner")


def add_annex(page: Page, folder: Path) -> None:
    file = folder / "tidsplan.csv"
    file.write_text("trin;dato\nUdkast;18. maj 2026\n", encoding="utf-8")
    follow(page, "Nyt bilag")
    page.get_by_label("Titel").fill("Tidsplan for arbejdet")
    page.locator("input[type=file]").set_input_files(file)
    page.locator("main form button[type=submit]").first.click()
    expect(page.locator("main")).to_contain_text("Tidsplan for arbejdet")


def send_out(page: Page, meeting: str) -> None:
    page.goto(f"{meeting}udsend/")
    despite = page.get_by_label("Udsend, selv om kontrollen finder fejl")
    if despite.count():
        despite.check()
    press(page, "Udsend dagsordenen")
    expect(page.get_by_role("status").first).to_contain_text("Dagsorden, version 1, er udsendt")


def begin_minutes(page: Page, meeting: str) -> None:
    page.goto(f"{meeting}referat/")
    follow(page, "Begynd referatet")
    page.locator("main form button[type=submit]").first.click()
    page.goto(f"{meeting}referat/")
    expect(page.locator("main")).to_contain_text("er ikke besluttet endnu")


def decide_all(page: Page, meeting: str, *, promise_at: str) -> None:
    """Decide item by item; at one of them somebody promises something."""
    while True:
        page.goto(f"{meeting}referat/")
        write = page.get_by_role("link", name="Skriv fra punkt")
        if not write.count():
            return
        write.click()
        if promise_at in page.get_by_role("heading", level=1).inner_text():
            promise(page)
        page.get_by_role("radio", name="Taget til efterretning").check()
        press(page, "Beslut punktet")


def promise(page: Page) -> None:
    here = page.url
    follow(page, "Ny forpligtelse")
    page.get_by_label("Ansvarlig").select_option(label="Viborg Kommune")
    page.get_by_label("Forpligtelse (skal udfyldes)").fill("Sende tidsplanen til alle 19 kommuner")
    page.get_by_label("Frist (skal udfyldes)").fill("1. april 2026")
    page.locator("main form button[type=submit]").first.click()
    page.goto(here)
    expect(page.locator("main")).to_contain_text("Sende tidsplanen til alle 19 kommuner")


def test_a_closed_item_exists_only_for_its_readers(page: Page) -> None:
    """The demonstration's closed item belongs to Viborg; Horsens never meets it."""
    log_in(page, "sekretariat")
    page.goto("/moeder/soeg/?q=lukket")
    page.goto("/moeder/kalender/?aar=2025")
    links = page.locator("main table a").all()
    addresses = [link.get_attribute("href") for link in links]
    closed = _closed_item(page, [one for one in addresses if one])
    page.get_by_role("button", name="Log ud").click()
    log_in(page, "direktoer.viborg")
    own = page.goto(closed)
    assert own is not None
    assert own.status == 200
    title = page.get_by_role("heading", level=1).inner_text()
    page.get_by_role("button", name="Log ud").click()
    log_in(page, "laeser.horsens")
    foreign = page.goto(closed)
    assert foreign is not None
    assert foreign.status == 404
    for address in [*addresses, "/moeder/soeg/?q=" + title.split()[-1], "/"]:
        page.goto(str(address))
        expect(page.locator("main")).not_to_contain_text(title)


def _closed_item(page: Page, meetings: list[str]) -> str:
    for address in meetings:
        page.goto(address)
        row = page.get_by_role("row").filter(has_text="Lukket")
        if row.count():
            return str(row.first.get_by_role("link").first.get_attribute("href"))
    raise AssertionError("the demonstration has no closed item")
