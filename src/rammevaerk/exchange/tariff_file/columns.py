"""The takstfil as a neutral table: its columns, and a row's values as canonical text.

A row maps column keys to text in one spelling: amounts as kroner with two decimals and a dot
("1234.50"), percentages likewise ("97.50"), days as ISO dates, choices as their keys. Empty text
is no value.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto

Row = Mapping[str, str]


class Content(Enum):
    """What a column holds, and so how a cell of it is read."""

    TEXT = auto()
    KEY = auto()
    CHOICE = auto()
    MONEY = auto()
    PERCENT = auto()
    WHOLE = auto()
    DAY = auto()


@dataclass(frozen=True, slots=True)
class Column:
    """One column: `width` in Excel's characters, `limit` in characters of its text.

    What is not `editable` is for orientation, and not taken from a file; those that say what
    price a row is (`names`) are filled in on new rows.
    """

    key: str
    name_da: str
    width: int
    content: Content
    help_da: str
    editable: bool = False
    names: bool = False
    limit: int = 500

    @property
    def header(self) -> str:
        """The text at the top of the column."""
        return self.name_da if self.editable or self.names else f"{self.name_da}\n{NOT_READ_DA}"


NOT_READ_DA = "(læses ikke)"
SEPARATOR = "|"
_DIGITS = 8
_NEW_ROWS_DA = "Udfyldes i nye rækker; ændres ikke i rækker, der står der."


def _told(key: str, name: str, width: int, content: Content, help_da: str) -> Column:
    return Column(key, name, width, content, help_da)


def _open(key: str, name: str, width: int, content: Content, help_da: str) -> Column:
    return Column(key, name, width, content, help_da, editable=True)


COLUMNS = (
    _told("operator", "Driftsherre", 20, Content.TEXT, "Hvem der driver tilbuddet."),
    _told("ownership", "Ejerform", 12, Content.CHOICE, "Kommunalt, regionalt, selvejende, privat."),
    _told("facility", "Tilbud", 30, Content.TEXT, "Tilbuddets navn."),
    _told("department", "Afdeling", 20, Content.TEXT, "Afdelingen, hvor tilbuddet har flere."),
    _told("service", "Ydelse", 24, Content.TEXT, "Det, der gives og har en pris."),
    _told("setting", "Ydelsestype", 14, Content.CHOICE, "Døgn, ophold, dag eller ambulant."),
    Column(
        "component", "Takstdel", 16, Content.CHOICE, f"Vælg fra listen. {_NEW_ROWS_DA}", names=True
    ),
    Column(
        "label",
        "Betegnelse",
        18,
        Content.TEXT,
        f"Niveauets eller tillæggets navn. {_NEW_ROWS_DA}",
        names=True,
        limit=80,
    ),
    _open("unit", "Enhed", 13, Content.CHOICE, "Det, taksten betales for ét af. Vælg fra listen."),
    _open(
        "days_basis",
        "Dagebasis",
        22,
        Content.CHOICE,
        "De dage, en døgn- eller dagspris er regnet på. Vælg fra listen.",
    ),
    _open("amount", "Takst (kr.)", 14, Content.MONEY, "Kroner og øre, fx 1.234,50."),
    _told("amount_before", "Takst året før (kr.)", 14, Content.MONEY, "Til sammenligning."),
    _open("places", "Pladser", 9, Content.WHOLE, "Ydelsens pladser; ens i alle dens rækker."),
    _open(
        "covered",
        "Heraf omfattet",
        10,
        Content.WHOLE,
        "De pladser, rammeaftalen omfatter; ens i alle ydelsens rækker.",
    ),
    _open(
        "occupancy",
        "Forudsat belægning (%)",
        12,
        Content.PERCENT,
        "Den belægning, taksten er regnet med, fx 97,5.",
    ),
    _told("occupancy_1", "Faktisk belægning året før (%)", 13, Content.PERCENT, "Som indberettet."),
    _told(
        "occupancy_2", "Faktisk belægning to år før (%)", 13, Content.PERCENT, "Som indberettet."
    ),
    _open("reason", "Ændringsårsag", 30, Content.TEXT, "Hvorfor taksten ændres."),
    _open(
        "valid_from",
        "Gælder fra",
        12,
        Content.DAY,
        "Dagen, taksten gælder fra. En dag i løbet af året giver en ny takst fra den dag.",
    ),
    _told("valid_to", "Gælder til og med", 12, Content.DAY, "Tom, når der ingen slutdag er."),
    _told("state", "Tilstand", 15, Content.TEXT, "Hvor langt taksten er: kladde til besluttet."),
    _told("decision", "Beslutning", 24, Content.TEXT, "Den beslutning, taksten hviler på."),
    _told("note", "Note", 24, Content.TEXT, "Til jer selv; gemmes ikke."),
    _told("paragraphs", "Lovgrundlag", 22, Content.TEXT, "Rettes under tilbuddet."),
    _told("main_group", "Hovedmålgruppe", 20, Content.TEXT, "Rettes under tilbuddet."),
    _told("groups", "Målgrupper", 28, Content.TEXT, "Rettes under tilbuddet."),
    _told("audience", "For", 14, Content.CHOICE, "Børn og unge, voksne eller begge."),
    _told("ages", "Alder", 12, Content.TEXT, "Rettes under tilbuddet."),
    _told("municipality", "Beliggende i", 16, Content.TEXT, "Kommunen, tilbuddet ligger i."),
    _told("cvr", "CVR-nummer", 11, Content.KEY, "Driftsherrens eller tilbuddets."),
    _told("p_number", "P-nummer", 12, Content.KEY, "Produktionsenhedens nummer."),
    _told("portal_id", "Tilbudsportal-id", 12, Content.KEY, "Nummer på Tilbudsportalen."),
    Column(
        "service_key",
        "Ydelsesnøgle",
        24,
        Content.KEY,
        f"Siger, hvilken ydelse prisen er for. {_NEW_ROWS_DA}",
        names=True,
        limit=130,
    ),
    Column(
        "key",
        "Nøgle",
        24,
        Content.KEY,
        "Kender rækken igen ved indlæsning. Lad feltet stå tomt i en ny række.",
        names=True,
        limit=260,
    ),
    Column(
        "stamp",
        "Aftryk",
        10,
        Content.KEY,
        "Siger, hvad der stod i rækken, da filen blev hentet. Lad det stå.",
        names=True,
        limit=120,
    ),
)
BY_KEY = {column.key: column for column in COLUMNS}
EDITABLE = tuple(column for column in COLUMNS if column.editable)
TOLD = tuple(
    column
    for column in COLUMNS
    if not column.editable and not column.names and column.key != "note"
)
# Those that make a price another; the reason follows along.
PRICE_CELLS = ("amount", "unit", "days_basis", "occupancy", "valid_from")
PLACE_CELLS = ("places", "covered")


def row_key(service_key: str, component: str, label: str, start: str) -> str:
    """Return what names a price of a year: its service, part and name, and its first day there."""
    return SEPARATOR.join((service_key, component, label, start))


def parts_of_key(key: str) -> tuple[str, str, str, str] | None:
    """Return service key, component, label and first day; None when it is no key."""
    service, _, rest = key.partition(SEPARATOR)
    component, _, rest = rest.partition(SEPARATOR)
    label, found, start = rest.rpartition(SEPARATOR)
    return (service, component, label, start) if service and component and found else None


def print_of(text: str) -> str:
    """Return 8 hexadecimal digits that differ when the text does."""
    return hashlib.sha256(text.encode()).hexdigest()[:_DIGITS]


def stamp_of(row: Row) -> str:
    """Return the prints of the row's cells that may be changed, and one of all the others."""
    told = "\x1f".join(row.get(column.key, "") for column in TOLD)
    return "".join(print_of(row.get(column.key, "")) for column in EDITABLE) + print_of(told)


def prints_in(stamp: str) -> dict[str, str]:
    """Return the prints by column key, "" for the cells that are told; empty for no stamp."""
    if len(stamp) != _DIGITS * (len(EDITABLE) + 1):
        return {}
    names = [*(column.key for column in EDITABLE), ""]
    return {name: stamp[at * _DIGITS : (at + 1) * _DIGITS] for at, name in enumerate(names)}
