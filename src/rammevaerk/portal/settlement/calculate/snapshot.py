"""Everything a settlement is made from, as values: what is stored, and settled again at any time.

From a snapshot alone, without a database, the same lines come out years later.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from rammevaerk.engine.findings import Finding
from rammevaerk.engine.settlement.corrections import LineFacts
from rammevaerk.engine.settlement.inputs import SettlementTables
from rammevaerk.engine.settlement.months import Months

NO_SERVICE = 0


@dataclass(frozen=True, slots=True)
class SnapshotService:
    """A service in the snapshot, and who sells there; `public` sellers' claims have a limit."""

    pk: int
    key: str
    name: str
    facility: str
    facility_id: int
    operator_id: int
    reporter_id: int
    ownership: str


@dataclass(frozen=True, slots=True)
class Part:
    """What the portal knows of a row of the engine's placements: a part of a stay.

    `left` says that the citizen has left, and that the notice has not run out.
    """

    key: str
    reference: str
    placement_id: int
    service_id: int
    rounding: str
    unverified: bool
    left: bool


@dataclass(frozen=True, slots=True)
class QuantityRow:
    """An amount of something with a price of its own, in days [first, end) of one month.

    `basis` says how it is priced: "piece" by `quantity` in hundredths, "month" and "year" by the
    days out of the month's. `left` as of a part.
    """

    placement_id: int
    reference: str
    service_id: int
    payer_id: int
    component: str
    label: str
    unit: str
    price_ore: int
    first: date
    end: date
    basis: str
    quantity: int
    left: bool = False


@dataclass(frozen=True, slots=True)
class SpecialRow:
    """A special payment as registered; `data` is what its engine function takes, as JSON."""

    pk: int
    kind: str
    operator_id: int
    reporter_id: int
    payer_id: int | None
    month: date
    label: str
    data: Mapping[str, Any]

    def organisations(self) -> set[int]:
        """Everybody it names."""
        named = {self.operator_id, self.reporter_id, *map(int, self.data.get("weights", {}))}
        return named | ({self.payer_id} if self.payer_id is not None else set())


@dataclass(frozen=True, slots=True)
class Standing:
    """A line that bills days now: its facts, and whether an invoice has it."""

    line_id: int
    facts: LineFacts
    kind: str
    placement_id: int | None
    service_id: int | None
    reporter_id: int
    state: str


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The input of a settlement of some months, the earliest first.

    `months` is what is settled; `billed_from` the first of those that a run bills by itself, the
    ones before it are looked through for changes. `since` is the first month that may be billed, by
    service (`NO_SERVICE` for what is for none); what is not in it has no such limit. `names` are
    the organisations'.
    """

    months: Months
    billed_from: date
    claimed_on: date
    tables: SettlementTables
    parts: tuple[Part, ...]
    services: Mapping[int, SnapshotService]
    quantities: tuple[QuantityRow, ...]
    special: tuple[SpecialRow, ...]
    standing: tuple[Standing, ...]
    findings: tuple[Finding, ...]
    names: Mapping[int, str] = field(default_factory=dict)
    since: Mapping[int, date] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        """How many rows it holds."""
        tables = self.tables
        return (
            len(tables.facilities.facility)
            + len(tables.tariffs.facility)
            + len(tables.placements.placement)
            + len(tables.absences.placement)
            + len(tables.supplements.placement)
            + len(self.quantities)
            + len(self.special)
            + len(self.standing)
        )


@lru_cache(maxsize=4096)
def month_of(day: date) -> str:
    """The month of a day as «2026-03»; asked for every line, several times."""
    return f"{day:%Y-%m}"


def first_of(month: str) -> date:
    """The first day of «2026-03»."""
    return date(int(month[:4]), int(month[5:7]), 1)


def after_month(day: date, months: int = 1) -> date:
    """The first day of the month that comes so many months after the day's; also before."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, 1)


def months_from(first: date, count: int) -> Months:
    """So many months from the month of the day."""
    return Months(first.year * 12 + first.month - 1, count)
