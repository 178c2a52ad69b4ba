"""Invoices and credit notes to test with, and a strategy that makes any that may be written."""

import re
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import strategies as st
from lxml import etree
from stdnum import ean

from rammevaerk.exchange.invoice.paper import (
    InvoicePaper,
    InvoiceParty,
    InvoiceRow,
    RefusedPaper,
    refuse_unfit,
)
from rammevaerk.exchange.invoice.ubl import CAC, CBC, UNIT_CODES

SPACES = {"cac": CAC, "cbc": CBC}


def gln(first_twelve: str) -> str:
    return first_twelve + ean.calc_check_digit(first_twelve)


SELLER = InvoiceParty(
    "Region Midtjylland",
    "29190925",
    "",
    "Skottenborg 26",
    "8800",
    "Viborg",
    "Socialøkonomi",
    "okonomi@region.example",
    "0216",
    "4069123456",
)
BUYER = InvoiceParty(
    "Viborg Kommune",
    "29189846",
    gln("579800000001"),
    "Prinsens Alle 5",
    "8800",
    "Viborg",
    "Myndighed",
    "myndighed@kommune.example",
)
MARCH, APRIL = date(2026, 3, 1), date(2026, 4, 1)


def row(position, text, reference, quantity, unit, amount):
    return InvoiceRow(position, text, reference, MARCH, APRIL, quantity, unit, amount)


def paper(kind="invoice", rows=None):
    sign = -1 if kind == "credit" else 1
    rows = rows or (
        row(1, "Ophold, marts 2026", "I-000123", sign * 3100, "døgn", sign * 3_100_000),
        # No whole price gives this amount for 27 days: basis, service and supplement together.
        row(2, "Ophold med tillæg & støtte", "I-000124", sign * 2700, "døgn", sign * 1_234_567),
        row(3, "Ledsagelse", "I-000124", sign * 725, "time", sign * 290_000),
        InvoiceRow(4, "Kørsel", "", None, None, sign * 1200, "km", sign * 4_800),
        InvoiceRow(5, "Nedslag", "", None, None, -sign * 100, "", -sign * 5_000),
    )
    credit = kind == "credit"
    return InvoicePaper(
        kind=kind,
        number="791-2026-000042",
        issued_on=date(2026, 4, 2),
        due_on=date(2026, 5, 1),
        start=MARCH,
        end=APRIL,
        seller=SELLER,
        buyer=BUYER,
        reference="PO-17",
        credits="791-2026-000007" if credit else "",
        credits_issued_on=date(2026, 3, 2) if credit else None,
        rows=rows,
        total_ore=sum(one.amount_ore for one in rows),
        note="Spørgsmål besvares af socialøkonomi",
    )


def with_text(place, text):
    """The invoice with `text` in one of its places."""
    one = paper()
    if place.startswith("row."):
        return replace(one, rows=(replace(one.rows[0], **{place[4:]: text}), *one.rows[1:]))
    role, _, name = place.rpartition(".")
    if role:
        return replace(one, **{role: replace(getattr(one, role), **{name: text})})
    return replace(one, **{place: text})


def changed(content, path, text=None, **attributes):
    """The XML with the element at `path` given another text or attribute, or taken out."""
    document = etree.fromstring(content)
    element = document.find(path, SPACES)
    assert element is not None, path
    if text is None and not attributes:
        element.getparent().remove(element)
    if text is not None:
        element.text = text
    for name, value in attributes.items():
        element.set(name, value)
    return etree.tostring(document, xml_declaration=True, encoding="UTF-8")


DAYS = st.dates(date(2001, 1, 1), date(2090, 1, 1))
LETTERS = st.characters(codec="utf-8", exclude_categories=["C", "Z"]) | st.sampled_from(
    " &<>\"'æøå="
)


def texts(most, least=0):
    made = st.text(LETTERS, min_size=least, max_size=most).map(lambda text: " ".join(text.split()))
    return made.filter(lambda text: len(text) >= least and not re.search(r"\d{4}", text))


PERIODS = st.none() | st.tuples(DAYS, st.integers(1, 400))


def period(drawn):
    return (None, None) if drawn is None else (drawn[0], drawn[0] + timedelta(days=drawn[1]))


@st.composite
def parties(draw, seller):
    one = SELLER if seller else BUYER
    number = draw(st.integers(0, 10**12 - 1).map(lambda given: gln(f"{given:012d}")))
    return replace(
        one,
        name=draw(texts(60, 1)),
        gln="" if seller and draw(st.booleans()) else number,
        street=draw(texts(40, 1)),
        postal_code=draw(st.integers(0, 9999).map(lambda given: f"{given:04d}")),
        city=draw(texts(20, 1)),
        contact=draw(texts(20)),
        email=draw(st.sampled_from(["", "en@kommune.example"])),
        bank_registration=draw(st.sampled_from(["0216", "9999"])) if seller else "",
        bank_account=draw(st.integers(0, 10**10 - 1).map(str)) if seller else "",
    )


@st.composite
def rows(draw, position):
    start, end = period(draw(PERIODS))
    return InvoiceRow(
        position=position,
        text=draw(texts(80, 1)),
        reference=draw(texts(20)),
        start=start,
        end=end,
        quantity=draw(st.integers(-100_000, 100_000) | st.integers(-40, 40).map(lambda n: 100 * n)),
        unit=draw(st.sampled_from([*UNIT_CODES, "km", "forløb"])),
        amount_ore=draw(st.integers(-(10**12), 10**12) | st.integers(-500, 500)),
    )


@st.composite
def papers(draw):
    kind = draw(st.sampled_from(["invoice", "credit"]))
    drawn = [draw(rows(at)) for at in range(1, draw(st.integers(1, 4)) + 1)]
    total = sum(row.amount_ore for row in drawn)
    wrong = total > 0 if kind == "credit" else total < 0
    turned = [replace(row, amount_ore=-row.amount_ore) if wrong else row for row in drawn]
    issued, (start, end) = draw(DAYS), period(draw(PERIODS))
    made = InvoicePaper(
        kind=kind,
        number=draw(texts(20, 1)),
        issued_on=issued,
        due_on=issued + timedelta(days=draw(st.integers(0, 60))),
        start=start,
        end=end,
        seller=draw(parties(True)),
        buyer=draw(parties(False)),
        reference=draw(texts(30).filter(lambda text: text.casefold() != "n/a")),
        credits=draw(texts(20, 1)) if kind == "credit" else "",
        credits_issued_on=draw(st.none() | DAYS) if kind == "credit" else None,
        rows=tuple(turned),
        total_ore=sum(row.amount_ore for row in turned),
        note=draw(texts(60)),
    )
    return made


def may_be_written(one):
    try:
        refuse_unfit(one)
    except RefusedPaper:
        return False
    return True
