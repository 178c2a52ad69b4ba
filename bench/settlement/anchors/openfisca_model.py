"""The settlement as an OpenFisca model: a variable per day, summed to months.

OpenFisca knows one kind of person and groups of them, so a row of placements, absences or
supplements is a person, and stays, facilities, schedules and pairs of payer and operator are
groups. What it has no form for is said in docs/benchmarks.md.
"""

from datetime import date
from typing import Any

import numpy as np
from bench.settlement.generate import MINUTE_US, Data
from openfisca_core.entities import build_entity
from openfisca_core.periods import DateUnit, Period
from openfisca_core.simulations import Simulation, SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

from rammevaerk.engine.tables import OPEN, date_of

FAR = 10**6
# Prices by day and the columns of the tariffs they come from.
PRICES = {
    "basis_day": "basis_ore",
    "basis_over_day": "basis_over_cap_ore",
    "hour_day": "hour_ore",
}
FIRST = date(2024, 1, 1).toordinal()
STAY, ABSENCE, SUPPLEMENT = 0, 1, 2
ROLE = [{"key": "member"}]
ROW = build_entity("row", "rows", "A row of a table", is_person=True)
STAYS = build_entity("stay", "stays", "A stay with its children", roles=ROLE)
FACILITY = build_entity("facility", "facilities", "A facility", roles=ROLE)
SCHEDULE = build_entity("schedule", "schedules", "A facility's plan", roles=ROLE)
PAIR = build_entity("pair", "pairs", "A payer and an operator", roles=ROLE)


def _input(name: str, of: Any, unit: Any = DateUnit.ETERNITY) -> type[Variable]:
    return type(name, (Variable,), {"value_type": int, "entity": of, "definition_period": unit})


def _number(period: Period) -> int:
    """Days from the period's first one, which is 1 January 2024."""
    return period.start.date.toordinal() - FIRST


class present(Variable):  # noqa: N801 - OpenFisca's names of variables are those of the classes
    value_type, entity, definition_period = int, ROW, DateUnit.DAY

    def formula(row: Any, period: Period) -> Any:  # noqa: N805
        day = _number(period)
        inside = (row("first", period) <= day) & (day < row("last", period))
        return inside & (row("kind", period) == STAY)


class occupancy(Variable):  # noqa: N801
    value_type, entity, definition_period = int, FACILITY, DateUnit.DAY

    def formula(facility: Any, period: Period) -> Any:  # noqa: N805
        return facility.sum(facility.members("present", period))


class absent(Variable):  # noqa: N801
    value_type, entity, definition_period = int, STAYS, DateUnit.DAY

    def formula(stay: Any, period: Period) -> Any:  # noqa: N805
        day, row = _number(period), stay.members
        reduced = row("first", period) + row.facility("full_days", period) <= day
        return stay.any((row("kind", period) == ABSENCE) & reduced & (day < row("last", period)))


class extra(Variable):  # noqa: N801
    value_type, entity, definition_period = int, STAYS, DateUnit.DAY

    def formula(stay: Any, period: Period) -> Any:  # noqa: N805
        day, row = _number(period), stay.members
        inside = (row("first", period) <= day) & (day < row("last", period))
        own = stay.sum((row("kind", period) == SUPPLEMENT) * inside * row("ore_per_day", period))
        return own * stay.sum(row("present", period))


class basis(Variable):  # noqa: N801
    value_type, entity, definition_period = int, ROW, DateUnit.DAY

    def formula(row: Any, period: Period) -> Any:  # noqa: N805
        over = row.facility("occupancy", period) > row.facility("cap", period)
        price = np.where(
            over, row.schedule("basis_over_day", period), row.schedule("basis_day", period)
        )
        share = np.where(row.stay("absent", period), row.facility("basis_pct", period), 100)
        return row("present", period) * price * share


class hours(Variable):  # noqa: N801
    value_type, entity, definition_period = int, ROW, DateUnit.DAY

    def formula(row: Any, period: Period) -> Any:  # noqa: N805
        share = np.where(row.stay("absent", period), row.facility("service_pct", period), 100)
        return row("present", period) * row.schedule("hour_day", period) * share


def _monthly(stay: Any, name: str, period: Period) -> np.ndarray:
    """Add the days up in int64: the variables themselves are 32 bits."""
    found = np.zeros(stay.count, np.int64)
    for day in period.get_subperiods(DateUnit.DAY):
        found += np.asarray(stay.sum(stay.members(name, day))).astype(np.int64)
    return found


class days(Variable):  # noqa: N801
    value_type, entity, definition_period = int, STAYS, DateUnit.MONTH

    def formula(stay: Any, period: Period) -> Any:  # noqa: N805
        return _monthly(stay, "present", period)


class basis_ore(Variable):  # noqa: N801
    value_type, entity, definition_period = int, STAYS, DateUnit.MONTH

    def formula(stay: Any, period: Period) -> Any:  # noqa: N805
        return (_monthly(stay, "basis", period) + 50) // 100


class service_ore(Variable):  # noqa: N801
    value_type, entity, definition_period = int, STAYS, DateUnit.MONTH

    def formula(stay: Any, period: Period) -> Any:  # noqa: N805
        minutes = stay.sum(stay.members("minutes", period)).astype(np.int64)
        return (minutes * _monthly(stay, "hours", period) + 21_000) // 42_000


class supplement_ore(Variable):  # noqa: N801
    value_type, entity, definition_period = int, STAYS, DateUnit.MONTH

    def formula(stay: Any, period: Period) -> Any:  # noqa: N805
        return sum(stay("extra", day) for day in period.get_subperiods(DateUnit.DAY))


class total_ore(Variable):  # noqa: N801
    value_type, entity, definition_period = int, STAYS, DateUnit.MONTH

    def formula(stay: Any, period: Period) -> Any:  # noqa: N805
        parts = ("basis_ore", "service_ore", "supplement_ore")
        return sum(stay(name, period) for name in parts)


SUMS = ("days", "basis_ore", "service_ore", "supplement_ore", "total_ore")


def _of_pair(name: str) -> type[Variable]:
    """The sum of a line's amount over the stays of a pair."""

    def formula(pair: Any, period: Period) -> Any:
        row = pair.members
        return pair.sum((row("kind", period) == STAY) * row.stay(name, period))

    about = {"value_type": int, "entity": PAIR, "definition_period": DateUnit.MONTH}
    return type(f"pair_{name}", (Variable,), {**about, "formula": formula})


def _system() -> TaxBenefitSystem:
    system = TaxBenefitSystem([ROW, STAYS, FACILITY, SCHEDULE, PAIR])
    inputs = [_input(name, ROW) for name in ("kind", "first", "last", "ore_per_day", "minutes")]
    inputs += [_input(name, FACILITY) for name in ("cap", "full_days", "basis_pct", "service_pct")]
    inputs += [_input(name, SCHEDULE, DateUnit.DAY) for name in PRICES]
    formulas = (
        present, occupancy, absent, extra, basis, hours, days, basis_ore, service_ore,
        supplement_ore, total_ore,
    )  # fmt: skip
    system.add_variables(*inputs, *formulas, *(_of_pair(name) for name in SUMS))
    return system


def load(data: Data) -> dict[str, Any]:
    """Rows with the places of their groups; OpenFisca wants a row in every group there is."""
    tables = data.tables
    stays, facilities, tariffs = (tables[name] for name in ("placements", "facilities", "tariffs"))
    children = [tables[name] for name in ("absences", "supplements")]
    owner = np.concatenate([stays["placement"] - 1, *(one["placement"] - 1 for one in children)])
    operator = facilities["operator"][stays["facility"] - 1]
    pairs, pair = np.unique(np.stack((stays["payer"], operator)), axis=1, return_inverse=True)
    used, facility = np.unique(stays["facility"], return_inverse=True)
    schedules, schedule = np.unique(stays["facility"] * 1024 + stays["plan"], return_inverse=True)
    first, last = _days(data, facilities["day_count"][stays["facility"] - 1])
    none = np.zeros(len(children[0]["from"]), np.int64)
    ends = [np.minimum(one["to"], data.first_day + FAR) - data.first_day for one in children]
    return {
        "data": data,
        "groups": {
            "stay": owner, "facility": facility[owner], "schedule": schedule[owner],
            "pair": pair.ravel()[owner],
        },
        "pairs": pairs,
        "inputs": {
            "kind": np.repeat([STAY, ABSENCE, SUPPLEMENT], [data.size, *map(len, ends)]),
            "first": np.concatenate([first, *(one["from"] - data.first_day for one in children)]),
            "last": np.concatenate([last, *ends]),
            "minutes": np.concatenate(
                [stays["minutes_per_week"], none, 0 * children[1]["from"]]
            ),
            "ore_per_day": np.concatenate([0 * first, none, children[1]["ore_per_day"]]),
            "cap": facilities["cap"][used - 1],
            "full_days": facilities["absence_full_days"][used - 1],
            "basis_pct": facilities["absence_basis_pct"][used - 1],
            "service_pct": facilities["absence_service_pct"][used - 1],
        },
        "prices": _prices(tariffs, schedules, data),
    }  # fmt: skip


def _days(data: Data, hotel: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Payable days of stays, counted from the period's first day."""
    stays = data.tables["placements"]
    start = stays["start"] // MINUTE_US - data.first_day * 1440
    goes_on = stays["end"] == OPEN
    end = np.where(goes_on, FAR * 1440, stays["end"] // MINUTE_US - data.first_day * 1440)
    first = start // 1440
    last = np.where(hotel == 1, first + (end - start) // 1440, -(-end // 1440))
    return first, last


def _prices(tariffs: Any, schedules: np.ndarray, data: Data) -> dict[str, np.ndarray]:
    """Prices by schedule and day: OpenFisca's dated parameters have no keys of a table."""
    found = {name: np.zeros((len(schedules), data.days), np.int64) for name in PRICES}
    keys = tariffs["facility"] * 1024 + tariffs["plan"]
    place = dict(zip(schedules.tolist(), range(len(schedules)), strict=True))
    for row in np.argsort(tariffs["valid_from"], kind="stable").tolist():
        at = place.get(int(keys[row]))
        if at is not None:
            for name, column in PRICES.items():
                begin = max(0, int(tariffs["valid_from"][row]) - data.first_day)
                found[name][at, begin:] = tariffs[column][row]
    return found


def settle(native: dict[str, Any]) -> tuple[Simulation, dict[str, Any]]:
    """Build the simulation and ask for every line and total."""
    simulation = _simulation(native)
    for month in native["data"].months.names():
        for name in SUMS:
            simulation.calculate(name, month)
            simulation.calculate(f"pair_{name}", month)
    return simulation, native


def _simulation(native: dict[str, Any]) -> Simulation:
    system, builder = _system(), SimulationBuilder()
    builder.create_entities(system)
    count = len(native["inputs"]["kind"])
    builder.declare_person_entity("row", np.arange(count))
    for name, owner in native["groups"].items():
        group = builder.declare_entity(name, np.arange(int(owner.max()) + 1))
        builder.join_with_persons(group, owner, np.repeat("member", count))
    simulation = builder.build(system)
    for name, values in native["inputs"].items():
        simulation.set_input(name, "ETERNITY", values)
    first = native["data"].first_day
    for name, prices in native["prices"].items():
        for day in range(native["data"].days):
            simulation.set_input(name, date_of(first + day).isoformat(), prices[:, day])
    return simulation


def columns(made: tuple[Simulation, dict[str, Any]]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Lines and totals as columns; what has no day is no line."""
    simulation, native = made
    months = native["data"].months.names()
    stays = _table(simulation, months, "")
    totals = _table(simulation, months, "pair_")
    payer, operator = native["pairs"]
    return (
        {"placement": stays.pop("at") + 1, **stays},
        {"payer": payer[totals["at"]], "operator": operator[totals.pop("at")], **totals},
    )


def _table(simulation: Simulation, months: list[str], prefix: str) -> dict[str, np.ndarray]:
    sums = {
        name: np.stack([simulation.calculate(prefix + name, month) for month in months])
        for name in SUMS
    }
    month, at = np.nonzero(sums["days"])
    return {"month": month, "at": at, **{name: sums[name][month, at] for name in SUMS}}
