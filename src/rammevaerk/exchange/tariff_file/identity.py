"""Which price of which service a row of a takstfil is about."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from rammevaerk.exchange.quoting import quoted
from rammevaerk.exchange.tariff_file.cells import folded, nearest
from rammevaerk.exchange.tariff_file.columns import Row, parts_of_key, row_key
from rammevaerk.exchange.tariff_file.reading import ReadRow

_WHOLE = ("whole", "")


@dataclass(frozen=True, slots=True)
class Identity:
    """A price of a service from a day of the year; no component for the service alone."""

    service_key: str
    component: str
    label: str
    start: str

    @property
    def key(self) -> str:
        """The key of its row."""
        return row_key(self.service_key, self.component, self.label, self.start)


@dataclass(frozen=True, slots=True)
class ServiceFacts:
    """What must be known of a service to judge a row about it.

    `own` says that the sender may change it; `blocked` is why prices from a day (ISO) may not be
    changed now, by day.
    """

    key: str
    operator: str
    facility: str
    department: str
    name: str
    own: bool
    opens: date
    closes: date | None
    blocked: Mapping[str, str] = field(default_factory=dict)


class PriceBook:
    """The prices of a year as rows of the file, and the services they are for."""

    def __init__(
        self,
        year: int,
        rows: Sequence[Row],
        services: Mapping[str, ServiceFacts],
        words: Mapping[str, Sequence[str]],
    ) -> None:
        self.year = year
        self.rows = rows
        self.services = services
        self.words = words
        self._prices: dict[tuple[str, str, str], list[Row]] = defaultdict(list)
        self._parts: dict[str, list[tuple[str, str]]] = defaultdict(list)
        self._services: dict[str, Row] = {}
        self._names: dict[tuple[str, ...], list[str]] = defaultdict(list)
        for row in rows:
            self._services.setdefault(row["service_key"], row)
            if parts := parts_of_key(row["key"]):
                if parts[:3] not in self._prices:
                    self._parts[parts[0]].append(parts[1:3])
                self._prices[parts[:3]].append(row)
        for facts in services.values():
            for named in _names_of(facts):
                self._names[named].append(facts.key)

    @property
    def first_day(self) -> str:
        """The year's first day."""
        return f"{self.year}-01-01"

    def earliest(self, service_key: str) -> str:
        """The first day of the year that the service is there."""
        return max(self.first_day, self.services[service_key].opens.isoformat())

    def parts(self, service_key: str) -> list[tuple[str, str]]:
        """Return the components and labels that the service has prices of."""
        return self._parts.get(service_key, [])

    def before(self, identity: Identity) -> Row:
        """Return the row that holds on the identity's day, or one with the service alone."""
        rows = self._prices.get((identity.service_key, identity.component, identity.label), [])
        begun = [row for row in rows if _start(row) <= identity.start]
        if begun:
            return max(begun, key=_start)
        service = self._services.get(identity.service_key, {})
        kept = ("places", "covered", "operator", "facility", "department", "service")
        return {key: service[key] for key in kept if key in service}

    def by_names(self, names: Sequence[str]) -> list[str]:
        """Return the keys of the services of these names: facility, department, service."""
        given = tuple(folded(name) for name in names)
        return self._names.get(given, [])

    def all_names(self) -> list[str]:
        """Return the facilities' names."""
        return list(dict.fromkeys(facts.facility for facts in self.services.values()))


class Unnamed(Exception):
    """A row that names no price; `column` is where to mend it, the message a Danish sentence."""

    def __init__(self, column: str, text_da: str) -> None:
        self.column = column
        super().__init__(text_da)


def name_row(book: PriceBook, row: ReadRow) -> Identity:
    """Return which price the row is; `Unnamed` with what to do when it does not say."""
    written = row.values.get("key", "")
    if not written:
        return _of_new(book, row)
    parts = parts_of_key(written)
    if parts is None:
        raise Unnamed("key", f"Nøglen {quoted(written)} er ikke en nøgle. Hent filen igen.")
    service_key, component, label, start = parts
    if not _is_day(start):
        raise Unnamed("key", f"Nøglen {quoted(written)} er ikke en nøgle. Hent filen igen.")
    if start[:4] != f"{book.year}":
        raise Unnamed(
            "key",
            f"Rækken er fra takstfilen for {quoted(start[:4])}, ikke {book.year}. Hent filen for "
            f"{book.year}, eller vælg det andet år.",
        )
    if service_key not in book.services:
        raise Unnamed("key", f"Ydelsen {quoted(service_key)} findes ikke i {book.year}.")
    for column, stated in (
        ("service_key", service_key),
        ("component", component),
        ("label", label),
    ):
        if row.values.get(column, stated) != stated:
            raise Unnamed(
                column,
                "Det kan ikke ændres i en række, der står der. Sæt det tilbage, og skriv den nye "
                "pris i en ny række uden nøgle og aftryk.",
            )
    return Identity(service_key, component, label, _first_day(book, row, service_key, start))


def _of_new(book: PriceBook, row: ReadRow) -> Identity:
    service_key = row.values.get("service_key", "") or _found_by_names(book, row)
    if service_key not in book.services:
        near = nearest(service_key, list(book.services))
        hint = f" Mente du «{near[0]}»?" if near else ""
        raise Unnamed(
            "service_key",
            f"Ydelsen {quoted(service_key)} findes ikke i {book.year}.{hint} En ny ydelse oprettes "
            "under tilbuddet.",
        )
    component, label = row.values.get("component", ""), row.values.get("label", "")
    empty = not (component or label or row.values.get("amount"))
    if empty:
        return Identity(service_key, "", "", book.earliest(service_key))
    if not component:
        component, label = _only_part(book, row, service_key, label)
    return Identity(service_key, component, label, _first_day(book, row, service_key, ""))


def _only_part(book: PriceBook, row: ReadRow, service_key: str, label: str) -> tuple[str, str]:
    """A foreign file may not say which part; it need not where there is one of that name."""
    fitting = [part for part in book.parts(service_key) if not label or part[1] == label]
    if len(fitting) == 1:
        return fitting[0]
    if not label and "component" not in row.values:
        return _WHOLE
    raise Unnamed("component", "Takstdel mangler. Vælg den fra listen.")


def _found_by_names(book: PriceBook, row: ReadRow) -> str:
    get = row.values.get
    names = [get("facility", ""), get("department", ""), get("service", "")]
    if not names[0]:
        raise Unnamed(
            "service_key", "Rækken siger ikke, hvilken ydelse prisen er for. Skriv Ydelsesnøgle."
        )
    found = book.by_names(names)
    if len(found) == 1:
        return found[0]
    if found:
        raise Unnamed(
            "service",
            "Flere ydelser passer. Skriv Ydelsesnøgle, så det er klart, hvilken der menes.",
        )
    near = nearest(names[0], book.all_names())
    hint = f" Mente du {quoted(near[0])}?" if near and near[0] != names[0] else ""
    shown = ", ".join(name for name in names if name)
    raise Unnamed(
        "service" if near and near[0] == names[0] else "facility",
        f"Tilbuddet eller ydelsen {quoted(shown)} findes ikke i {book.year}.{hint}",
    )


def _names_of(facts: ServiceFacts) -> set[tuple[str, ...]]:
    """A service is named with its department or without; a facility alone may be enough."""
    facility, department = folded(facts.facility), folded(facts.department)
    name = folded(facts.name)
    return {
        (facility, department, name),
        (facility, "", name),
        (facility, department, ""),
        (facility, "", ""),
    }


def _first_day(book: PriceBook, row: ReadRow, service_key: str, start: str) -> str:
    """The day a row's price is from: as written, and at the earliest the year's first day."""
    written = row.values.get("valid_from", "")
    return max(book.first_day, written) if written else start or book.earliest(service_key)


def _start(row: Row) -> str:
    parts = parts_of_key(row["key"])
    return parts[3] if parts else ""


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
