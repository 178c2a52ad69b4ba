"""The sheet that tells people how the takstfil is used."""

from typing import Any

from rammevaerk.exchange.tariff_file.columns import COLUMNS, Column
from rammevaerk.exchange.tariff_file.layout import (
    FINDING_SHEET,
    GUIDE_SHEET,
    LIST_SHEET,
    PRICE_SHEET,
    ROW_LIMIT_DA,
    TariffDocument,
)

_STEPS = (
    (
        "Ret",
        "Skriv i de hvide felter. De grå felter er til orientering; rettes de, bliver det sagt, og "
        "rettelsen bliver ikke taget med.",
    ),
    (
        "Ny takst",
        "Ret «Takst (kr.)», og skriv en ændringsårsag. Taksten gælder fra årets første dag; skriv "
        "en senere dag i «Gælder fra», hvis den først skal gælde derfra.",
    ),
    (
        "Ny pris",
        "Skriv i en tom række: Ydelsesnøgle (kopiér fra en anden af ydelsens rækker), Takstdel, "
        "eventuelt Betegnelse, Enhed, Dagebasis og Takst. Lad Nøgle og Aftryk stå tomme.",
    ),
    (
        "Pladser",
        "Pladser hører til ydelsen. Har den flere priser, er det nok at rette i én af rækkerne.",
    ),
    (
        "Pris, der udgår",
        "Slet rækken. Den vises som «udgået» ved indlæsning, og intet sker, før du vælger dagen, "
        "den udgår fra.",
    ),
    (
        "Tal",
        "Skriv 1234,50 eller 1.234,50. Et tal, der kan læses på to måder, som 1.234, bliver der "
        "spurgt om.",
    ),
    (
        "Må ikke bruges",
        "Formler og flettede celler kan ikke læses. Kolonner må gerne flyttes og skjules. Har din "
        f"fil andre overskrifter, kan de oversættes ved indlæsning. Højst {ROW_LIMIT_DA} rækker.",
    ),
    (
        "Andres rækker",
        "Filen kan vise andre driftsherrers takster. Du kan kun ændre dine egne.",
    ),
    (
        "Personoplysninger",
        "Skriv aldrig CPR-numre eller andet, der peger på en enkelt borger. En fil med et "
        "CPR-nummer bliver afvist.",
    ),
    (
        "Indlæs",
        "Gem filen som xlsx, og læg den op under «Takstfil». Alle ændringer vises før og efter, og "
        "intet gemmes, før du har sagt ja. En uændret fil ændrer ingenting.",
    ),
    (
        "De andre ark",
        f"«{FINDING_SHEET}» viser det, systemet studser over. «{LIST_SHEET}» har de ord, der kan "
        "vælges.",
    ),
)


def write_guide(book: Any, document: TariffDocument) -> None:
    """Add the sheet: what the file is, what to do, and what each column holds."""
    sheet = book.add_worksheet(GUIDE_SHEET)
    plain = book.add_format({"text_wrap": True, "valign": "top"})
    bold = book.add_format({"bold": True, "valign": "top", "text_wrap": True})
    title = book.add_format({"bold": True, "font_size": 16})
    heading = book.add_format({"bold": True, "font_size": 12, "bottom": 1})
    sheet.set_column(0, 0, 32)
    sheet.set_column(1, 1, 16)
    sheet.set_column(2, 2, 82)
    sheet.write_string(0, 0, f"Sådan bruges arket «{PRICE_SHEET}»", title)
    sheet.write_string(1, 0, document.title)
    at = document.exported_at
    sheet.write_string(2, 0, f"Hentet {at:%d.%m.%Y kl. %H.%M} af {document.exported_by}.")
    row = 4
    for label, text in _STEPS:
        sheet.write_string(row, 0, label, bold)
        sheet.merge_range(row, 1, row, 2, text, plain)
        sheet.set_row(row, 32)
        row += 1
    for index, label in enumerate(("Kolonne", "Må rettes", "Indhold")):
        sheet.write_string(row + 1, index, label, heading)
    for offset, column in enumerate(COLUMNS, start=row + 2):
        sheet.write_string(offset, 0, column.name_da, bold)
        sheet.write_string(offset, 1, _may_be_changed(column), plain)
        sheet.write_string(offset, 2, column.help_da, plain)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&CSide &P af &N")


def _may_be_changed(column: Column) -> str:
    if column.editable:
        return "ja"
    return "i nye rækker" if column.key in {"component", "label", "service_key"} else "nej"
