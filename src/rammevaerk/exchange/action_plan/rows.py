"""The action plan as a neutral table: what its two files hold, in Danish as it is shown."""

import hashlib
import re
from dataclasses import dataclass, fields, replace
from datetime import date
from enum import Enum, auto

# What no person types and some programs drop: control characters, noncharacters, surrogates.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_LINE_ENDS = re.compile("\r\n|\r")
_TRAILING_SPACE = re.compile(r"[^\S\n]+(?=\n)")


class Content(Enum):
    """What a column holds, and so how a cell of it is read."""

    TEXT = auto()
    KEY = auto()
    DATE = auto()
    DAY = auto()
    STATUS = auto()
    FORUM = auto()


@dataclass(frozen=True, slots=True)
class PlanRow:
    """One initiative or sub-initiative; every field is Danish text as it is shown.

    `initiative_id` is the stable key, "" for a new one; `parent_number` is the number of the
    initiative it belongs under, or "".
    """

    initiative_id: str
    area: str
    goal: str
    forum: str
    number: str
    parent_number: str
    title: str
    description: str
    responsible: str
    planned_start: str
    actual_start: str
    next_step: str
    next_step_due: str
    status: str
    status_text: str
    status_date: str


@dataclass(frozen=True, slots=True)
class PlanDocument:
    """An edition's action plan on a day: `agreement` is its name, `edition` for example 2025-26.

    `organisation` is the secretariat that keeps it. Rows come in the order they are to be shown;
    areas, goals and forums appear in the order of their first row.
    """

    title: str
    agreement: str
    edition: str
    as_of: date
    organisation: str
    rows: tuple[PlanRow, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the workbook: `limit` in characters, `width` in Excel's characters.

    What is not `editable` is shown for orientation; it is only filled in on new rows.
    """

    key: str
    name_da: str
    width: int
    editable: bool
    content: Content
    limit: int
    help_da: str
    required: bool = False

    @property
    def header(self) -> str:
        """The text at the top of the column."""
        return self.name_da if self.editable else f"{self.name_da}{READ_ONLY_DA}"


READ_ONLY_DA = " (skrivebeskyttet)"
_NEW_ROWS_DA = "Udfyldes kun i nye rækker."
_DATE_HELP_DA = "Dag, måned, kvartal eller år, fx 20. september 2024 eller januar 2025."

COLUMNS = (
    Column(
        "initiative_id",
        "Nøgle",
        15,
        False,
        Content.KEY,
        60,
        "Kender rækken igen ved indlæsning. Lad feltet stå tomt i en ny række.",
    ),
    Column("number", "Nr.", 15, False, Content.KEY, 20, f"Initiativets nummer. {_NEW_ROWS_DA}"),
    Column(
        "title",
        "Initiativ",
        30,
        True,
        Content.TEXT,
        300,
        "Initiativets navn. Må ikke være tomt.",
        required=True,
    ),
    Column(
        "area",
        "Udviklingsområde",
        20,
        False,
        Content.TEXT,
        300,
        f"Området, initiativet hører under. {_NEW_ROWS_DA}",
        required=True,
    ),
    Column(
        "goal",
        "Målsætning",
        28,
        False,
        Content.TEXT,
        2_000,
        f"Målsætningen, initiativet skal nå. {_NEW_ROWS_DA}",
    ),
    Column(
        "forum",
        "Forum",
        15,
        True,
        Content.FORUM,
        200,
        "Det forum, der ejer initiativet. Vælg fra listen.",
    ),
    Column(
        "parent_number",
        "Hører under nr.",
        15,
        False,
        Content.KEY,
        20,
        f"For et delinitiativ: nummeret på det initiativ, det hører under. {_NEW_ROWS_DA}",
    ),
    Column(
        "description",
        "Beskrivelse",
        46,
        True,
        Content.TEXT,
        10_000,
        "Hvad initiativet går ud på. Et linjeskift laves med Alt+Enter.",
    ),
    Column(
        "responsible",
        "Ansvarlig",
        17,
        True,
        Content.TEXT,
        300,
        "Den organisation eller funktion, der har ansvaret.",
    ),
    Column("planned_start", "Planlagt opstart", 15, True, Content.DATE, 60, _DATE_HELP_DA),
    Column("actual_start", "Faktisk opstart", 15, True, Content.DATE, 60, _DATE_HELP_DA),
    Column("next_step", "Næste milepæl", 24, True, Content.TEXT, 300, "Det næste, der skal ske."),
    Column("next_step_due", "Frist for næste milepæl", 15, True, Content.DATE, 60, _DATE_HELP_DA),
    Column("status", "Status", 15, True, Content.STATUS, 60, "Vælg fra listen."),
    Column(
        "status_text",
        "Statustekst",
        46,
        True,
        Content.TEXT,
        10_000,
        "Hvor initiativet står. En ændring bliver til en ny linje i historikken.",
    ),
    Column(
        "status_date",
        "Statusdato",
        15,
        True,
        Content.DAY,
        60,
        "Dagen, status gælder fra, fx 8. april 2025.",
    ),
)


def normalised(text: str) -> str:
    """Return `text` as it is compared: the one place that says which differences are none.

    Line ends are LF, white space at the end of a line or of the text is dropped, and characters
    that a file cannot hold are left out. Everything else counts.
    """
    writable = _UNWRITABLE.sub("", _LINE_ENDS.sub("\n", text))
    return _TRAILING_SPACE.sub("", writable).rstrip()


def values(row: PlanRow) -> dict[str, str]:
    """Return the row's texts by column key, normalised."""
    return {field.name: normalised(getattr(row, field.name)) for field in fields(PlanRow)}


def tidied(document: PlanDocument) -> PlanDocument:
    """Return the document with every text normalised, as both of its files hold it."""
    return replace(
        document,
        title=normalised(document.title),
        agreement=normalised(document.agreement),
        edition=normalised(document.edition),
        organisation=normalised(document.organisation),
        rows=tuple(PlanRow(**values(row)) for row in document.rows),
    )


def cell_fingerprint(text: str) -> str:
    """Return 16 hexadecimal digits that differ when the normalised text does."""
    return hashlib.sha256(normalised(text).encode()).hexdigest()[:16]


def fingerprint(rows: tuple[PlanRow, ...]) -> str:
    """Return the fingerprint of a whole plan, the same for the same rows in the same order."""
    digest = hashlib.sha256()
    for row in rows:
        for key, text in values(row).items():
            digest.update(f"{key}\x1f{text}\x1e".encode())
        digest.update(b"\x1d")
    return digest.hexdigest()
