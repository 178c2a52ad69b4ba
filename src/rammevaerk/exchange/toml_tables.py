"""Reading a TOML file for people: every problem at once, each with its line and key, in Danish."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from typing import Any, TypeVar

from rammevaerk.engine.errors import UnreadableAmount
from rammevaerk.engine.money import parse_kroner
from rammevaerk.exchange.errors import ExchangeError
from rammevaerk.exchange.quoting import quoted

E = TypeVar("E", bound=Enum)

MOST_ORE = 10**15  # ten thousand billion kroner: more is a slip of the keyboard
_FIRST_DAY = date(1, 1, 1)
_HEADER = re.compile(r"\s*(\[\[?)\s*([^\[\]]+?)\s*\]")
_KEY = re.compile(r"""\s*["']?([^\s"'=.#]+)["']?\s*=""")
_DECIMAL = re.compile(r"([0-9]{1,9})(?:,([0-9]{1,9}))?")
_AT_END = "(at end of document)"
_AT_LINE = re.compile(r"\(at line ([0-9]+), column ([0-9]+)\)")
# What the reader of TOML says, and what we say instead.
_BROKEN_DA = (
    ("Expected '=' after a key", "efter en nøgle skal der stå et lighedstegn og en værdi."),
    (
        "Expected newline or end of document",
        "efter værdien står der mere på linjen. Tekst, også beløb og procent, skal stå i "
        "anførselstegn.",
    ),
    (
        "Invalid value",
        "værdien kan ikke læses. Tekst, også beløb og procent, skal stå i anførselstegn.",
    ),
    ("Invalid statement", "linjen er hverken en nøgle med en værdi eller en tabel i [ ]."),
    ("Invalid initial character for a key", "en nøgle kan ikke begynde sådan."),
    (r"Expected '\]\]?' at the end", "en tabels navn skal sluttes med ] eller ]]."),
    ("Cannot overwrite a value", "den samme nøgle eller tabel står to gange."),
    ("Duplicate inline table key", "den samme nøgle står to gange i { }."),
    ("Cannot declare", "den samme tabel står to gange."),
    ("Cannot (mutate|redefine) immutable", "en tabel i { } kan ikke få mere længere nede."),
    ("Unclosed array", "en liste mangler ] til sidst."),
    ("Unclosed inline table", "en tabel i { } mangler } til sidst."),
    ("Unterminated string|Expected [\"']+$", "en tekst mangler anførselstegnet til sidst."),
    (
        r"(Illegal|Found invalid) character '\\[nr]'",
        "en tekst mangler anførselstegnet til sidst på linjen.",
    ),
    ("(Illegal|Found invalid) character", "her står et tegn, der ikke må stå i filen."),
    ("Unescaped ", "en omvendt skråstreg i en tekst skal skrives to gange."),
    ("Escaped character is not a Unicode", "koden for et tegn i en tekst kan ikke bruges."),
    ("Invalid hex value", "koden for et tegn i en tekst kan ikke bruges."),
    ("Invalid date or datetime", "datoen findes ikke."),
    ("maximum recursion depth", "lister og tabeller står for dybt inde i hinanden."),
    ("Exceeds the limit", "et tal er for stort."),
    ("Expected", "her mangler noget, eller noget er for meget."),
)


class UnusableTable(ExchangeError):
    """A file from which nothing can be worked out; `problems` are whole lines of Danish."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


@dataclass(slots=True)
class Problems:
    """The problems of one file so far, and the lines on which its keys stand.

    `found` are whole sentences with file and line, `placed` the same as pairs of path and reason.
    """

    file: str
    lines: Mapping[str, int] = field(default_factory=dict)
    found: list[str] = field(default_factory=list)
    placed: list[tuple[str, str]] = field(default_factory=list)

    def add(self, path: str, reason_da: str) -> None:
        """Note a problem with the key at `path`, such as "cost[2].amount"."""
        self.placed.append((path, reason_da))
        line = self._line(path)
        at = f"{self.file}, linje {line}" if line else self.file
        self.found.append(f"{at}: {path}: {reason_da}" if path else f"{at}: {reason_da}")

    def refuse(self) -> None:
        """Raise all problems, if there are any."""
        if self.found:
            raise UnusableTable(tuple(self.found))

    def _line(self, path: str) -> int | None:
        while path:
            if path in self.lines:
                return self.lines[path]
            path = path.rpartition(".")[0]
        return None


class Table:
    """One table of the file. A key that cannot be used is noted and stands in as a harmless value;
    whoever reads must call `Problems.refuse` before using any.
    """

    def __init__(self, values: Mapping[str, Any], problems: Problems, path: str = "") -> None:
        self._values = values
        self._problems = problems
        self._path = path
        self._read: set[str] = set()

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def problem(self, key: str, reason_da: str) -> None:
        """Note a problem with one of the table's keys."""
        self._problems.add(self._at(key), reason_da)

    @property
    def keys(self) -> list[str]:
        """The keys as they stand in the file."""
        return list(self._values)

    def items(self) -> Iterator[tuple[str, Any]]:
        """Yield every key with its value as it stands, judged by nobody."""
        yield from self._values.items()

    def done(self) -> None:
        """Note every key that nobody asked for."""
        for key in self._values:
            if key not in self._read:
                known = ", ".join(sorted(self._read))
                self.problem(key, f"nøglen kendes ikke. Her kan stå: {known}.")

    def text(self, key: str, default: str | None = None) -> str:
        """Return a text; `default` when the key is absent, and a problem when it has none."""
        value = self._take(key, required=default is None)
        if value is None:
            return default or ""
        if not isinstance(value, str) or not value.strip():
            self.problem(key, "skal være en tekst i anførselstegn.")
            return ""
        return value.strip()

    def amount(self, key: str) -> int:
        """Return a required amount in øre."""
        return self.maybe_amount(key, required=True) or 0

    def maybe_amount(self, key: str, *, required: bool = False) -> int | None:
        """Return an amount in øre: a whole number of øre, or text such as "8.000.000,00 kr."."""
        value = self._take(key, required=required)
        if value is None:
            return None
        if isinstance(value, str):
            try:
                value = parse_kroner(value)
            except UnreadableAmount as error:
                self.problem(key, f"{str(error).rstrip('.')}.")
                return 0
        elif type(value) is not int:
            self.problem(
                key,
                'skriv beløbet som hele øre (123450) eller tekst ("1.234,50 kr."), ikke som '
                f"{_named(value)}.",
            )
            return 0
        if not 0 <= value <= MOST_ORE:
            self.problem(key, "beløbet er negativt." if value < 0 else "beløbet er for stort.")
            return 0
        return value

    def whole(self, key: str, least: int, most: int) -> int:
        """Return a required whole number in a range."""
        found = self.maybe_whole(key, least, most, required=True)
        return least if found is None else found

    def maybe_whole(self, key: str, least: int, most: int, *, required: bool = False) -> int | None:
        """Return a whole number in a range, or None when the key is absent."""
        value = self._take(key, required=required)
        if value is None:
            return None
        if type(value) is not int:
            self.problem(key, f"skal være et helt tal, ikke {_named(value)}.")
            return None
        if not least <= value <= most:
            self.problem(key, f"skal ligge fra {least} til {most}.")
            return None
        return value

    def maybe_number(self, key: str) -> Fraction | None:
        """Return an exact number: a whole one, or text with a Danish comma ("7,5")."""
        value = self._take(key, required=False)
        if value is None:
            return None
        if type(value) is int and 0 <= value < 10**9:
            return Fraction(value)
        match = _DECIMAL.fullmatch(value.strip()) if isinstance(value, str) else None
        if match is None:
            self.problem(key, f'skal være et tal som 10 eller "7,5", ikke {_named(value)}.')
            return Fraction(1)
        return Fraction(f"{match[1]}.{match[2] or 0}")

    def share(self, key: str) -> Fraction:
        """Return a required share."""
        return self.maybe_share(key, required=True) or Fraction(0)

    def maybe_share(self, key: str, *, required: bool = False) -> Fraction | None:
        """Return a share written as "95 %" or "97,2 %"; a bare number would be ambiguous."""
        value = self._take(key, required=required)
        if value is None:
            return None
        found = read_share(value)
        if found is None:
            self.problem(key, f'skriv en procent som "95 %", ikke {_named(value)}.')
        return found

    def choice(self, key: str, choices: type[E]) -> E:
        """Return a required value of an enumeration."""
        first = next(iter(choices))
        return self.maybe_choice(key, choices, required=True) or first

    def maybe_choice(self, key: str, choices: type[E], *, required: bool = False) -> E | None:
        """Return a value of an enumeration, or None when the key is absent."""
        value = self._take(key, required=required)
        if value is None:
            return None
        for one in choices:
            if value == one.value:
                return one
        known = ", ".join(f'"{one.value}"' for one in choices)
        self.problem(key, f"{_named(value)} kendes ikke. Vælg mellem {known}.")
        return None

    def day(self, key: str) -> date:
        """Return a required date."""
        value = self._take(key, required=True)
        if type(value) is date:
            return value
        if value is not None:
            self.problem(key, "skal være en dato uden anførselstegn, som 2025-05-31.")
        return _FIRST_DAY

    def flag(self, key: str) -> bool:
        """Return a required yes or no."""
        value = self._take(key, required=True)
        if value is not None and not isinstance(value, bool):
            self.problem(key, "skal være true eller false.")
        return value is True

    def table(self, key: str) -> "Table | None":
        """Return a table inside this one, or None when it is absent."""
        value = self._take(key, required=False)
        if value is None:
            return None
        if not isinstance(value, dict):
            self.problem(key, f"skal være en tabel: [{key}].")
            return None
        return Table(value, self._problems, self._at(key))

    def tables(self, key: str) -> "Iterator[Table]":
        """Return the tables of a list in order: [[cost]] [[cost]] …"""
        value = self._take(key, required=False)
        if value is None:
            return
        if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
            self.problem(key, f"skal være en række tabeller: [[{key}]].")
            return
        for number, one in enumerate(value, start=1):
            yield Table(one, self._problems, f"{self._at(key)}[{number}]")

    def raw(self, key: str) -> Any:
        """Return a required value as it stands; the caller judges it."""
        return self._take(key, required=True)

    def _take(self, key: str, *, required: bool) -> Any:
        self._read.add(key)
        if key not in self._values and required:
            self.problem(key, "mangler.")
        return self._values.get(key)

    def _at(self, key: str) -> str:
        return f"{self._path}.{key}" if self._path else key


def read_share(value: object) -> Fraction | None:
    """Return "97,2 %" as an exact share; None for anything else."""
    if not isinstance(value, str) or not value.strip().endswith("%"):
        return None
    match = _DECIMAL.fullmatch(value.strip()[:-1].strip())
    return Fraction(f"{match[1]}.{match[2] or 0}") / 100 if match else None


def read_toml(content: bytes, file: str) -> tuple[Table, Problems]:
    """Read a file; `UnusableTable` says where when it is no UTF-8 TOML."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise UnusableTable(
            (f"{file}, linje {line}: filen er ikke i UTF-8. Gem den som UTF-8, og prøv igen.",)
        ) from None
    try:
        values = tomllib.loads(text, parse_float=Decimal)
    except (ValueError, RecursionError, ArithmeticError) as error:
        raise UnusableTable((_broken(file, text, str(error)),)) from None
    problems = Problems(file, key_lines(text))
    return Table(values, problems), problems


def _broken(file: str, text: str, message: str) -> str:
    place = file
    if at := _AT_LINE.search(message):
        place = f"{file}, linje {at[1]}, tegn {at[2]}"
    elif _AT_END in message:
        place = f"{file}, linje {max(1, len(text.splitlines()))}"
    said = _AT_LINE.sub("", message).replace(_AT_END, "").strip()
    return f"{place}: filen er ikke gyldig TOML: {_said_da(said)}"


def _said_da(said: str) -> str:
    for pattern, text_da in _BROKEN_DA:
        if re.match(pattern, said):
            return text_da
    return f"læseren siger på engelsk: {quoted(said, 120)}"


def key_lines(text: str) -> dict[str, int]:
    """Return on which line each key and table stands, the items of a list numbered from 1.

    Good enough to point: a key inside a text of several lines may be taken for a real one.
    """
    lines: dict[str, int] = {}
    counts: dict[str, int] = {}
    prefix = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if header := _HEADER.match(line):
            name = ".".join(part.strip().strip("\"'") for part in header[2].split("."))
            if header[1] == "[[":
                counts[name] = counts.get(name, 0) + 1
                name = f"{name}[{counts[name]}]"
            prefix = f"{name}."
            lines.setdefault(name, number)
        elif key := _KEY.match(line):
            lines.setdefault(prefix + key[1], number)
    return lines


def _named(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return "et tal med decimalpunktum"
    if isinstance(value, int) and abs(value) >= 10**18:
        return "et kæmpetal"
    if isinstance(value, str | int):
        return f"«{str(value)[:40]}»"
    return "den slags værdi"
