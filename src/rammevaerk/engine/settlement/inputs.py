"""The five tables a settlement is made from, as columns of whole numbers.

Days are day numbers and moments microseconds on the civil axis (`engine.tables`); money is øre.
A column of keys holds codes into the domain of its kind.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np

from rammevaerk.engine.tables import (
    OPEN,
    Domain,
    IntArray,
    day_number,
    moment,
    shared_domain,
)

# The tables and their columns, in the order in which a file has them.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "facilities": (
        "facility",
        "operator",
        "day_count",
        "cap",
        "absence_full_days",
        "absence_basis_pct",
        "absence_service_pct",
    ),
    "tariffs": ("facility", "plan", "valid_from", "basis_ore", "basis_over_cap_ore", "hour_ore"),
    "placements": (
        "placement",
        "facility",
        "payer",
        "plan",
        "minutes_per_week",
        "start",
        "end",
    ),
    "absences": ("placement", "from", "to"),
    "supplements": ("placement", "from", "to", "ore_per_day"),
}
# Which columns hold the same kind of key.
KEYS: Mapping[str, tuple[str, ...]] = {
    "facility": ("facilities", "tariffs", "placements"),
    "operator": ("facilities",),
    "plan": ("tariffs", "placements"),
    "placement": ("placements", "absences", "supplements"),
    "payer": ("placements",),
}
CALENDAR, HOTEL = "calendar", "hotel"


@dataclass(frozen=True, slots=True)
class Facilities:
    """One row per facility; `hotel` is 1 where stays are counted in full 24 hours."""

    facility: IntArray
    operator: IntArray
    hotel: IntArray
    cap: IntArray
    absence_full_days: IntArray
    absence_basis_pct: IntArray
    absence_service_pct: IntArray


@dataclass(frozen=True, slots=True)
class Tariffs:
    """One row per version of the tariff of a facility's plan: øre per day and per hour."""

    facility: IntArray
    plan: IntArray
    valid_from: IntArray
    basis_ore: IntArray
    basis_over_cap_ore: IntArray
    hour_ore: IntArray


@dataclass(frozen=True, slots=True)
class Placements:
    """One row per stay; an `end` of `OPEN` is a stay that goes on."""

    placement: IntArray
    facility: IntArray
    payer: IntArray
    plan: IntArray
    minutes_per_week: IntArray
    start: IntArray
    end: IntArray


@dataclass(frozen=True, slots=True)
class Absences:
    """One row per absence, from a day until a day that is not part of it."""

    placement: IntArray
    start: IntArray
    end: IntArray


@dataclass(frozen=True, slots=True)
class Supplements:
    """One row per supplement: øre per day, from a day until a day that is not part of it."""

    placement: IntArray
    start: IntArray
    end: IntArray
    ore_per_day: IntArray


@dataclass(frozen=True, slots=True)
class SettlementTables:
    """The input of a settlement; `domains` gives the keys by kind: facility, operator, plan …"""

    facilities: Facilities
    tariffs: Tariffs
    placements: Placements
    absences: Absences
    supplements: Supplements
    domains: Mapping[str, Domain]

    @classmethod
    def from_rows(cls, rows: Mapping[str, Sequence[Mapping[str, Any]]]) -> "SettlementTables":
        """Make the tables from rows with Python's dates, date-times and whole numbers.

        The columns are those of `COLUMNS`; `day_count` is "calendar" or "hotel", and an end of
        None goes on. TypeError for a float or another stranger where a whole number belongs.
        """
        columns = {
            table: {name: [row[name] for row in rows.get(table, ())] for name in names}
            for table, names in COLUMNS.items()
        }
        domains: dict[str, Domain] = {}
        codes: dict[tuple[str, str], IntArray] = {}
        for key, tables in KEYS.items():
            domains[key], found = shared_domain([columns[table][key] for table in tables])
            codes |= {(table, key): column for table, column in zip(tables, found, strict=True)}
        numbers = {
            (table, name): codes[table, name] if (table, name) in codes else _numbers(name, values)
            for table, found in columns.items()
            for name, values in found.items()
        }
        return cls.from_numbers(numbers, domains)

    @classmethod
    def from_numbers(
        cls, numbers: Mapping[tuple[str, str], IntArray], domains: Mapping[str, Domain]
    ) -> "SettlementTables":
        """Put int64 columns, by table and name, in their places."""
        found = {
            table: [numbers[table, name] for name in names] for table, names in COLUMNS.items()
        }
        return cls(
            Facilities(*found["facilities"]),
            Tariffs(*found["tariffs"]),
            Placements(*found["placements"]),
            Absences(*found["absences"]),
            Supplements(*found["supplements"]),
            domains,
        )


def _numbers(name: str, values: Sequence[Any]) -> IntArray:
    return np.asarray([_number(name, value) for value in values], dtype=np.int64)


def _number(name: str, value: Any) -> int:
    if value is None and name in {"end", "to"}:
        return OPEN
    if name == "day_count":
        return (CALENDAR, HOTEL).index(value)
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return day_number(value)
    if type(value) is not int:
        raise TypeError(f"{name} is {value!r}, which is no whole number")
    return value
