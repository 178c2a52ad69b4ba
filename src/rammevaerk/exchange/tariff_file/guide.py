"""The sheet that tells people how the takstfil is used."""

from rammevaerk.exchange.tariff_file.columns import COLUMNS, Column
from rammevaerk.exchange.tariff_file.layout import (
    FINDING_SHEET,
    GUIDE_SHEET,
    LIST_SHEET,
    PRICE_SHEET,
    ROW_LIMIT_DA,
    TariffDocument,
)
from rammevaerk.exchange.workbook_guide import Guide

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


def guide_of(document: TariffDocument) -> Guide:
    """What the file is, what to do, and what each column holds."""
    at = document.exported_at
    return Guide(
        sheet=GUIDE_SHEET,
        about=PRICE_SHEET,
        origin=(document.title, f"Hentet {at:%d.%m.%Y kl. %H.%M} af {document.exported_by}."),
        steps=_STEPS,
        columns=[(one.name_da, _may_be_changed(one), one.help_da) for one in COLUMNS],
    )


def _may_be_changed(column: Column) -> str:
    if column.editable:
        return "ja"
    return "i nye rækker" if column.key in {"component", "label", "service_key"} else "nej"
