"""What can be wrong with a table or a cell, and the error that carries all of it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from rammevaerk.engine.findings import Severity
from rammevaerk.engine.settlement.inputs import COLUMNS
from rammevaerk.engine.table_findings import TOLD, TableFinding
from rammevaerk.engine.tables import IntArray
from rammevaerk.exchange.errors import ExchangeError
from rammevaerk.exchange.quoting import quoted

_LONGEST_HEADING = 200
_ORDER = {table: at for at, table in enumerate(COLUMNS)}


class Fault(Enum):
    """Why a cell cannot be used: the code of the finding and the end of its sentence."""

    EMPTY = "empty-cell", "er tom, og det må den ikke være"
    NOT_NUMBER = "not-number", "er ikke et helt tal"
    DECIMALS = "decimals", "har decimaler; her skal stå et helt tal"
    ORE_DECIMALS = (
        "ore-or-kroner",
        "har decimaler i en kolonne med øre: det kan være øre eller kroner. Skriv hele øre uden "
        "decimaler (617,00 kr. er 61700)",
    )
    SCIENTIFIC = (
        "scientific",
        "er skrevet med potens, så cifre kan være gået tabt; skriv tallet helt ud",
    )
    BLANKS = (
        "blanks-in-number",
        "har mellemrum mellem cifrene, som Excel viser tusinder; vis cellerne uden "
        "tusindtalsseparator, og gem igen, eller skriv tallet uden mellemrum",
    )
    TOO_LARGE = "too-large", "kan ikke bruges: tallet er for stort til at regne med"
    THOUSANDS = (
        "thousands-or-decimals",
        "er ikke entydigt: tegnet kan skille tusinder eller decimaler; skriv tallet uden tegn",
    )
    NOT_DATE = "not-date", "er ikke en dato; skriv fx 2025-03-01"
    NOT_MOMENT = (
        "not-moment",
        "er ikke en dato med klokkeslæt; skriv fx 2025-03-01T20:00",
    )
    SERIAL_DATE = (
        "serial-date",
        "er Excels eget nummer på en dag, ikke en dato; vis kolonnen som dato i Excel "
        "(åååå-mm-dd, evt. tt:mm), og gem igen",
    )
    NO_SUCH_DAY = "no-such-day", "findes ikke i kalenderen"
    NO_SUCH_TIME = "no-such-time", "har et klokkeslæt, der ikke findes (00:00-23:59)"
    DAY_OR_MONTH = (
        "day-or-month",
        "er ikke entydig: dag og måned kan være byttet om; skriv fx 2025-03-01",
    )
    SHORT_YEAR = "short-year", "har et årstal med to cifre; skriv fx 2025-03-01"
    TIME_IN_DATE = "time-in-date", "har et klokkeslæt; her skal kun stå en dato"
    NO_TIME = (
        "no-time",
        "mangler et klokkeslæt, og så er det uklart, om dagen selv er med; "
        "skriv fx 2025-03-01T00:00",
    )
    ZONE = (
        "time-zone",
        "har en tidszone; her skal stå dansk tid, som uret viser den, uden zone",
    )
    TOO_FINE = "too-fine", "er finere end mikrosekunder"
    NOT_DAY_COUNT = "not-day-count", "kendes ikke; skriv calendar (kalenderdøgn) eller hotel"
    BLANK_KEY = "blank-key", "er kun mellemrum og kan ikke være en nøgle"
    LONG_KEY = "long-key", "er længere end 200 tegn og kan ikke være en nøgle"
    CONTROL = "control-character", "har et tegn, der ikke kan skrives, og kan ikke være en nøgle"

    def __init__(self, code: str, predicate_da: str) -> None:
        self.code = f"tables.{code}"
        self.predicate_da = predicate_da


@dataclass(frozen=True, slots=True)
class Trouble:
    """The rows, from 0, of a column that share a fault; `message` makes the sentence of one."""

    code: str
    table: str
    column: str
    rows: IntArray
    message: Callable[[int], str]


@dataclass(frozen=True, slots=True)
class TableFile:
    """The file a table was read from; `line` gives the line of a row counted from 1, if any."""

    path: Path
    line: Callable[[int], int | None]

    def place_da(self, row: int) -> str:
        """Return file, row and line as a reader looks for them."""
        if not row:
            return self.path.name
        line = self.line(row)
        return f"{self.path.name}, række {row}" + (f" (linje {line})" if line else "")


class UnusableTables(ExchangeError):
    """Tables that cannot be settled: every fault, with table, row and column.

    `findings` tells the first hundred and how many more; `files` says where each table stood.
    """

    def __init__(self, findings: Sequence[TableFinding], files: dict[str, TableFile]) -> None:
        self.findings = tuple(findings)
        self.files = files
        super().__init__("\n".join(self.sentences_da()))

    def sentences_da(self) -> list[str]:
        """Return each finding as a line with file, row, line and column."""
        return [sentence_da(finding, self.files) for finding in self.findings]


def sentence_da(finding: TableFinding, files: dict[str, TableFile]) -> str:
    """Return a finding as one line that says where."""
    file = files.get(finding.table)
    place = file.place_da(finding.row) if file else _place_da(finding)
    column = f", kolonnen {finding.column}" if finding.column else ""
    return f"{place}{column}: {finding.message}" if place else finding.message


def _place_da(finding: TableFinding) -> str:
    return f"{finding.table}, række {finding.row}" if finding.row else finding.table


def table_error(code: str, table: str, message: str, column: str = "") -> TableFinding:
    """Return an error about a table as a whole."""
    return TableFinding(f"tables.{code}", Severity.ERROR, table, 0, column, "", message)


def counted_da(count: int, one_da: str, many_da: str) -> str:
    """Return a number with its noun: "1 celle", "2 celler"."""
    return f"{count} {one_da if count == 1 else many_da}"


def findings_of(troubles: Iterable[Trouble]) -> list[TableFinding]:
    """Return the first hundred cells by table and row, then how many there are besides."""
    found, count = [], 0
    for trouble in troubles:
        count += len(trouble.rows)
        found += [(trouble, int(row)) for row in trouble.rows[:TOLD]]
    found.sort(key=lambda one: (_ORDER.get(one[0].table, -1), one[1], one[0].column))
    findings = [
        TableFinding(one.code, Severity.ERROR, one.table, row + 1, one.column, "", one.message(row))
        for one, row in found[:TOLD]
    ]
    if count > TOLD:
        cells = counted_da(count - TOLD, "celle", "celler")
        rest = f"Og {cells} mere, der ikke kan bruges."
        findings.append(table_error("more", "", rest))
    return findings


def require_columns(table: str, names: Sequence[str]) -> None:
    """Raise `UnusableTables` for the columns a file lacks and those it has more than once."""
    shown = quoted(", ".join(names), _LONGEST_HEADING)
    problems = [
        table_error("missing-column", table, f"Kolonnen mangler; filen har {shown}.", one)
        for one in COLUMNS[table]
        if one not in names
    ]
    problems += [
        table_error("repeated-column", table, "Kolonnen står flere gange.", one)
        for one in COLUMNS[table]
        if names.count(one) > 1
    ]
    if problems:
        raise UnusableTables(problems, {})
