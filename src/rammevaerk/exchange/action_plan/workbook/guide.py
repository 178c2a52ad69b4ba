"""The sheet that tells people how the workbook is used."""

from datetime import datetime
from typing import Any

from rammevaerk.engine.date_words import date_text_da
from rammevaerk.exchange.action_plan.rows import COLUMNS, PlanDocument
from rammevaerk.exchange.action_plan.workbook.layout import GUIDE_SHEET, PLAN_SHEET, ROW_LIMIT_DA

_STEPS = (
    (
        "Ret",
        "Skriv i de hvide felter. De grå felter er til orientering; rettes de, kan filen "
        "ikke tages ind, før de er sat tilbage.",
    ),
    (
        "Nyt initiativ",
        "Skriv i første tomme række, og lad Nøgle stå tomt. Nr., Initiativ, "
        "Udviklingsområde, Målsætning og Forum skal udfyldes; område, mål og forum "
        "skrives som i de andre rækker.",
    ),
    (
        "Datoer",
        "Skriv så præcist, som datoen er kendt: 20. september 2024, 20/9/2024, januar 2025, "
        "1. kvartal 2025 eller 2027. En dato, Excel selv har genkendt, kan også læses.",
    ),
    (
        "Milepæle",
        "En ny tekst i «Næste milepæl» sættes i stedet for den, der står: den gamle bortfalder. "
        "Er den nået, så opdater status i systemet.",
    ),
    (
        "Lad være med",
        "Formler, flettede celler og omdøbte eller slettede kolonner kan ikke læses. Kolonner må "
        f"gerne flyttes og skjules. Der er plads til {ROW_LIMIT_DA} rækker.",
    ),
    (
        "Personoplysninger",
        "Skriv aldrig CPR-numre eller andet, der peger på en enkelt borger. En fil med et "
        "CPR-nummer bliver afvist.",
    ),
    (
        "Indlæs",
        "Gem filen som xlsx, og læg den op under handlingsplanen. Alle ændringer vises før og "
        "efter, og intet gemmes, før du har sagt ja. En uændret fil ændrer ingenting.",
    ),
    (
        "Fjern en række",
        "En række, der mangler, slettes ikke. Den nævnes ved indlæsning, og initiativet kan "
        "lukkes i systemet.",
    ),
    (
        "Rettet to steder",
        "Er et felt også ændret i systemet, siden filen blev hentet, bliver det markeret. Siger "
        "du ja, gælder filens tekst i alle viste felter, også i dem.",
    ),
)


def write_guide(book: Any, document: PlanDocument, exported_at: datetime) -> None:
    """Add the sheet: what the file is, what to do, and what each column holds."""
    sheet = book.add_worksheet(GUIDE_SHEET)
    plain = book.add_format({"text_wrap": True, "valign": "top"})
    bold = book.add_format({"bold": True, "valign": "top", "text_wrap": True})
    title = book.add_format({"bold": True, "font_size": 16})
    heading = book.add_format({"bold": True, "font_size": 12, "bottom": 1})
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, 1, 14)
    sheet.set_column(2, 2, 82)
    sheet.write_string(0, 0, f"Sådan bruges arket «{PLAN_SHEET}»", title)
    named = document.edition in document.agreement
    edition = "" if named else f" ({document.edition})"
    sheet.write_string(1, 0, document.agreement + edition)
    origin = f"{document.organisation}, {date_text_da(document.as_of)}. "
    sheet.write_string(2, 0, origin + f"Hentet {exported_at:%d.%m.%Y kl. %H.%M}.")
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
        sheet.write_string(offset, 1, "ja" if column.editable else "nej", plain)
        most = f"{column.limit:,}".replace(",", ".")
        sheet.write_string(offset, 2, f"{column.help_da} Højst {most} tegn.", plain)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&CSide &P af &N")
