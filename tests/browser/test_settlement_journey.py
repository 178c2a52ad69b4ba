"""A month of one facility: from the preview to the credit note; and a contract both approve."""

from pathlib import Path

import pytest
from conftest import faults, log_in
from playwright.sync_api import Locator, Page, expect

pytestmark = pytest.mark.browser
FACILITY, BUYER, SELLER = "Boligerne Bomlærkeskrænten", "Viborg", "Region Midtjylland"
# November is the first month that the demonstration has not settled.
MONTH, CLAIMED_ON = "2026-11", "4. december 2026"
WHY = "Udskrivningsdagen: borgeren flyttede dagen før"
MADE_WITHIN_MS = 40_000


def follow(page: Page, name: str) -> None:
    page.get_by_role("link", name=name, exact=True).first.click()


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).first.click()


def change_to(page: Page, who: str) -> None:
    press(page, "Log ud")
    log_in(page, who)


def said(page: Page) -> Locator:
    """What the portal says of the last thing that was done."""
    return page.get_by_role("status").first


def test_a_month_goes_from_preview_through_a_dispute_to_an_invoice_and_a_credit_note(
    page: Page,
) -> None:
    log_in(page, "takst.region")
    total = preview_and_run(page)
    expect(page.locator("main")).to_contain_text(total)
    press(page, "Send til køberne")
    expect(said(page)).to_contain_text("sendt til køberne")
    page.get_by_role("row").filter(has_text=BUYER).get_by_role("link").first.click()
    statement = page.url

    change_to(page, "koeber.viborg")
    page.goto(statement)
    assert list(faults(page)) == []
    line = dispute_a_day(page, statement)
    page.goto(statement)
    press(page, "uden forskelle")
    expect(said(page)).to_contain_text("godkendt")

    # Only what is agreed can be invoiced; the seller stands by the day, and says why.
    change_to(page, "takst.region")
    page.goto(line)
    page.get_by_text("Fasthold linjen", exact=True).click()
    page.get_by_label("Hvorfor", exact=False).first.fill("Døren blev låst kl. 14 den dag")
    press(page, "Fasthold, og send tilbage til køber")
    expect(page.get_by_role("complementary", name="Historik")).to_contain_text("Døren blev låst")
    change_to(page, "koeber.viborg")
    page.goto(line)
    press(page, "Godkend linjen")
    expect(page.locator("main")).to_contain_text("Aftalt")

    change_to(page, "takst.region")
    invoice = issue(page, statement)
    fetch_files(page, invoice)
    credit(page, invoice)


def preview_and_run(page: Page) -> str:
    """The facility's month, seen beforehand and then made; returns what it comes to."""
    page.goto("/oekonomi/afregning/")
    follow(page, "Ny kørsel")
    page.get_by_role("combobox", name="Måned").select_option(MONTH)
    page.get_by_role("combobox", name="Tilbud").select_option(label=FACILITY)
    page.get_by_label("Krav rejses den").fill(CLAIMED_ON)
    press(page, "Vis, hvad det bliver")
    total = page.locator(".figures dd").first.inner_text().strip()
    assert list(faults(page)) == []
    press(page, "Begynd kørslen")
    send = page.get_by_role("button", name="Send til køberne")
    expect(send).to_be_visible(timeout=MADE_WITHIN_MS)
    assert list(faults(page)) == []
    return total


def dispute_a_day(page: Page, statement: str) -> str:
    """Object to the first line's second day; returns the line's address."""
    page.goto(statement)
    page.locator("main table a[href*='/linjer/']").first.click()
    line = page.url
    page.locator("summary").filter(has_text="Bestrid linjen").click()
    page.locator("details[open]").get_by_role("combobox").select_option(label="2. november 2026")
    page.get_by_label("Hvorfor", exact=False).first.fill(WHY)
    page.locator("details[open]").get_by_role("button", name="Bestrid linjen").click()
    expect(said(page)).to_contain_text("bestridt")
    history = page.get_by_role("complementary", name="Historik")
    expect(history).to_contain_text("2. november 2026")
    expect(history).to_contain_text(WHY)
    assert list(faults(page)) == []
    return line


def issue(page: Page, statement: str) -> str:
    """Issue what is agreed with the buyer; returns the invoice's address."""
    page.goto(statement)
    follow(page, "Regninger for opgørelsen")
    press(page, "Udsted 1 regning")
    seen = page.get_by_role("link", name="Se alle kørslens regninger")
    expect(seen).to_be_visible(timeout=MADE_WITHIN_MS)
    assert list(faults(page)) == []
    seen.click()
    page.get_by_role("rowheader").get_by_role("link").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Regning")
    assert list(faults(page)) == []
    return page.url


def fetch_files(page: Page, invoice: str) -> None:
    label = page.get_by_role("heading", level=1).inner_text().split()[-1]
    pdf = page.request.get(f"{invoice}regning.pdf").body()
    assert pdf.startswith(b"%PDF-")
    xml = page.request.get(f"{invoice}regning.xml").body()
    assert f">{label}<".encode() in xml


def credit(page: Page, invoice: str) -> None:
    page.goto(invoice)
    total = page.locator(".figures dd").first.inner_text().partition("kr.")[0]
    follow(page, "Kreditér")
    page.get_by_label("Hvorfor krediteres regningen?").fill("Takst rettet med tilbagevirkning")
    press(page, "Udsted kreditnota")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Kreditnota")
    expect(page.locator(".figures dd").first).to_contain_text(f"-{total.strip()}")
    assert list(faults(page)) == []
    page.goto(invoice)
    expect(page.locator("main")).to_contain_text("Regningen er krediteret")


def test_a_contract_is_written_approved_by_both_and_fetched(page: Page, tmp_path: Path) -> None:
    log_in(page, "udbyder.region")
    write_contract(page)
    contract = page.url
    follow(page, "Gennemse og send")
    assert list(faults(page)) == []
    page.get_by_label("godkend", exact=False).check()
    press(page, "Send til godkendelse")
    expect(page.locator("main")).to_contain_text("venter på svar fra køber")

    change_to(page, "koeber.viborg")
    page.goto(contract)
    follow(page, "Svar som køber")
    assert list(faults(page)) == []
    page.get_by_role("radio", name="Godkend").check()
    press(page, "Send svaret")
    expect(page.locator("main")).to_contain_text("Begge parter har godkendt")
    with page.expect_download() as fetched:
        page.get_by_role("link", name="Word").first.click()
    file = tmp_path / "kontrakt.docx"
    fetched.value.save_as(file)
    assert file.read_bytes().startswith(b"PK")


def write_contract(page: Page) -> None:
    """Begin a contract for the first of the buyer's citizens who has none."""
    page.goto("/tilbud/indskrivninger/")
    page.get_by_label("Handlekommune").select_option(label=BUYER)
    press(page, "Vis")
    found = page.locator("main tbody th a").all()
    for address in [str(link.get_attribute("href")) for link in found]:
        page.goto(address)
        if page.get_by_role("link", name="Skriv kontrakt").count():
            break
    follow(page, "Skriv kontrakt")
    press(page, "Begynd kontrakten")
    assert list(faults(page)) == []
    press(page, "Gem felterne")
    expect(said(page)).to_contain_text("Felterne er gemt")
