"""The sheet that tells people how the workbook is used."""

from datetime import datetime

from rammevaerk.engine.date_words import date_text_da
from rammevaerk.exchange.action_plan.rows import COLUMNS, Column, PlanDocument
from rammevaerk.exchange.action_plan.workbook.layout import GUIDE_SHEET, PLAN_SHEET, ROW_LIMIT_DA
from rammevaerk.exchange.workbook_guide import Guide

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


def guide_of(document: PlanDocument, exported_at: datetime) -> Guide:
    """What the file is, what to do, and what each column holds."""
    named = document.edition in document.agreement
    edition = "" if named else f" ({document.edition})"
    origin = f"{document.organisation}, {date_text_da(document.as_of)}. "
    return Guide(
        sheet=GUIDE_SHEET,
        about=PLAN_SHEET,
        origin=(
            document.agreement + edition,
            origin + f"Hentet {exported_at:%d.%m.%Y kl. %H.%M}.",
        ),
        steps=_STEPS,
        columns=[(one.name_da, "ja" if one.editable else "nej", _holds(one)) for one in COLUMNS],
    )


def _holds(column: Column) -> str:
    most = f"{column.limit:,}".replace(",", ".")
    return f"{column.help_da} Højst {most} tegn."
