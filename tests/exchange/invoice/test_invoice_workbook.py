"""A workbook with invoices that others filled in: what is accepted, and how a fault is named."""

import io
import zipfile
from datetime import date, datetime

import pytest
import xlsxwriter

from rammevaerk.exchange.errors import RefusedFile
from rammevaerk.exchange.invoice.reading import read_invoice

INVOICE = {
    "Nummer": "17",
    "Udstedt": datetime.combine(date(2026, 4, 2), datetime.min.time()),
    "Sælger": "Bostedet ApS",
    "Sælgers CVR-nummer": 29190925,
    "Sælgers EAN-nummer": "",
    "Køber": "Viborg Kommune",
    "Købers postnummer": 800,
    "I alt, kr.": 1234.5,
}
LINE = {"Nummer": "17", "Tekst": "Ophold", "Antal": 3.5, "Enhed": "døgn", "Beløb, kr.": 1234.5}


def book(invoices=(INVOICE,), lines=(LINE,), names=("Regninger", "Linjer")):
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as made:
        look = made.add_format({"num_format": "dd-mm-yyyy"})
        for name, records in zip(names, (invoices, lines), strict=True):
            sheet = made.add_worksheet(name)
            headings = list(dict.fromkeys(key for record in records for key in record))
            sheet.write_row(0, 0, headings)
            for row, record in enumerate(records, start=1):
                for at, heading in enumerate(headings):
                    value = record.get(heading, "")
                    if isinstance(value, datetime):
                        sheet.write_datetime(row, at, value, look)
                    else:
                        sheet.write(row, at, value)
    return buffer.getvalue()


def read(**given):
    return read_invoice(book(**given), "regning.xlsx")


def reason(**given):
    with pytest.raises(RefusedFile) as refused:
        read(**given)
    return refused.value.reason_da


def test_a_workbook_with_the_necessary_columns_is_an_invoice():
    found = read()
    one = found.paper
    assert (one.kind, one.number, one.issued_on) == ("invoice", "17", date(2026, 4, 2))
    assert (one.seller.cvr, one.buyer.postal_code, one.total_ore) == ("29190925", "0800", 123_450)
    row = one.rows[0]
    assert (row.position, row.quantity, row.amount_ore) == (1, 350, 123_450)
    assert found.remarks == ()


def test_days_and_amounts_may_be_typed_as_text():
    invoice = INVOICE | {"Udstedt": "2-4-2026", "I alt, kr.": "1.234,50 kr.", "Art": "regning"}
    line = LINE | {"Beløb, kr.": "1.234,50", "Fra og med": "01.03.2026", "Til og med": "2026-03-31"}
    one = read(invoices=(invoice,), lines=(line,)).paper
    assert (one.issued_on, one.total_ore) == (date(2026, 4, 2), 123_450)
    assert (one.rows[0].start, one.rows[0].end) == (date(2026, 3, 1), date(2026, 4, 1))


def test_a_credit_note_is_known_by_its_kind_and_keeps_its_sign():
    invoice = INVOICE | {"Art": "Kreditnota", "I alt, kr.": -1234.5}
    one = read(invoices=(invoice,), lines=(LINE | {"Beløb, kr.": -1234.5},)).paper
    assert (one.kind, one.total_ore, one.rows[0].amount_ore) == ("credit", -123_450, -123_450)


def test_lines_with_the_same_number_are_counted_instead():
    lines = (LINE | {"Linje": 1, "Beløb, kr.": 1000}, LINE | {"Linje": 1, "Beløb, kr.": 234.5})
    assert [row.position for row in read(lines=lines).paper.rows] == [1, 2]


def test_lines_that_do_not_give_the_total_are_told():
    assert read(lines=(LINE | {"Beløb, kr.": 1},)).remarks


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"names": ("Ark1", "Linjer")}, "Arket «Regninger» mangler."),
        ({"invoices": ()}, "mangler kolonnen"),
        ({"lines": ({"Nummer": "17", "Tekst": "x"},)}, "mangler kolonnen «Beløb, kr.»"),
        ({"invoices": (INVOICE, INVOICE)}, "«17» to gange"),
        ({"lines": (LINE | {"Nummer": "18"},)}, "linjer til «18», som ikke findes"),
        ({"invoices": (INVOICE | {"I alt, kr.": "mange"},)}, "celle H2: «mange» kan ikke bruges"),
        ({"invoices": (INVOICE | {"Udstedt": "31-02-2026"},)}, "celle B2"),
        ({"invoices": (INVOICE | {"Udstedt": ""},)}, "celle B2: Udstedt mangler."),
        ({"lines": (LINE | {"Antal": 1e12},)}, "celle C2"),
        ({"lines": (LINE | {"Fra og med": "2026-03-01"},)}, "perioden mangler en dato"),
        (
            {"lines": (LINE | {"Fra og med": "2026-03-02", "Til og med": "2026-03-01"},)},
            "byttet om",
        ),
    ],
)
def test_a_fault_is_named_with_its_sheet_and_cell(given, said):
    assert said in reason(**given)


@pytest.mark.parametrize("written", ["1e99999999", "abc", "NaN", "1e400"])
def test_a_number_that_excel_never_writes_is_refused(written):
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book())) as old, zipfile.ZipFile(packed, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b"<v>1234.5<", f"<v>{written}<".encode()))
    with pytest.raises(RefusedFile, match="kan ikke bruges"):
        read_invoice(packed.getvalue(), "regning.xlsx")
