"""Rows that would make a figure wrong stop the stays they concern, and no others."""

from collections.abc import Callable
from copy import deepcopy
from datetime import date, datetime
from typing import Any

import pytest

from rammevaerk.engine.errors import UnreadableDate
from rammevaerk.engine.findings import Severity
from rammevaerk.engine.settlement.explain import NoLine, explain
from rammevaerk.engine.settlement.inputs import SettlementTables
from rammevaerk.engine.settlement.months import Months
from rammevaerk.engine.settlement.settle import Settlement, settle
from rammevaerk.engine.table_findings import TOLD, stops_figures

Rows = dict[str, list[dict[str, Any]]]
MARCH = Months.parse("2025-03")


def facility(name: str, **more: Any) -> dict[str, Any]:
    return {
        "facility": name,
        "operator": "Viborg",
        "day_count": "calendar",
        "cap": 2,
        "absence_full_days": 7,
        "absence_basis_pct": 100,
        "absence_service_pct": 50,
        **more,
    }


def tariff(name: str, **more: Any) -> dict[str, Any]:
    return {
        "facility": name,
        "plan": "A",
        "valid_from": date(2025, 1, 1),
        "basis_ore": 200_000,
        "basis_over_cap_ore": 100_000,
        "hour_ore": 30_800,
        **more,
    }


def stay(name: str, where: str = "Lindely", **more: Any) -> dict[str, Any]:
    return {
        "placement": name,
        "facility": where,
        "payer": "Skive",
        "plan": "A",
        "minutes_per_week": 600,
        "start": datetime(2025, 3, 1),
        "end": datetime(2025, 3, 11),
        **more,
    }


def sound() -> Rows:
    return {
        "facilities": [facility("Lindely"), facility("Elmely")],
        "tariffs": [tariff("Lindely"), tariff("Elmely")],
        "placements": [stay("ene"), stay("to", start=datetime(2025, 3, 5)), stay("tre", "Elmely")],
        "absences": [{"placement": "ene", "from": date(2025, 3, 1), "to": date(2025, 3, 9)}],
        "supplements": [
            {"placement": "to", "from": date(2025, 3, 1), "to": None, "ore_per_day": 5_000}
        ],
    }


def settled(rows: Rows) -> Settlement:
    return settle(SettlementTables.from_rows(rows), MARCH)


def lines(found: Settlement) -> dict[str, int]:
    labels = found.domains["placement"].labels
    return {
        str(labels[code]): int(total)
        for code, total in zip(found.lines.placement, found.lines.total_ore, strict=True)
    }


def test_sound_tables_give_no_finding() -> None:
    found = settled(sound())
    assert found.findings == ()
    assert set(lines(found)) == {"ene", "to", "tre"}


def add(table: str, *rows: dict[str, Any]) -> Callable[[Rows], None]:
    return lambda tables: tables[table].extend(rows)


def change(table: str, at: int, **values: Any) -> Callable[[Rows], None]:
    return lambda tables: tables[table][at].update(values)


FAULTS: list[tuple[Callable[[Rows], None], str, str, int, str, set[str]]] = [
    (
        add("absences", {"placement": "ene", "from": date(2025, 3, 8), "to": date(2025, 3, 12)}),
        "settlement.overlapping-absences",
        "absences",
        2,
        "from",
        {"ene"},
    ),
    (
        change("absences", 0, to=date(2025, 2, 1)),
        "settlement.end-before-start",
        "absences",
        1,
        "to",
        {"ene"},
    ),
    (
        change("placements", 2, end=datetime(2025, 2, 1)),
        "settlement.end-before-start",
        "placements",
        3,
        "end",
        {"tre"},
    ),
    (
        change("placements", 1, facility="Ukendt"),
        "settlement.unknown-facility",
        "placements",
        2,
        "facility",
        {"to"},
    ),
    (
        change("placements", 1, plan="B"),
        "settlement.no-tariff",
        "placements",
        2,
        "plan",
        {"to"},
    ),
    (
        change("tariffs", 1, valid_from=date(2025, 3, 2)),
        "settlement.no-tariff",
        "placements",
        3,
        "plan",
        {"tre"},
    ),
    (
        change("placements", 0, minutes_per_week=10_081),
        "settlement.minutes",
        "placements",
        1,
        "minutes_per_week",
        {"ene"},
    ),
    (
        change("placements", 0, minutes_per_week=-1),
        "settlement.minutes",
        "placements",
        1,
        "minutes_per_week",
        {"ene"},
    ),
    (
        change("tariffs", 1, hour_ore=10**12),
        "settlement.rate",
        "tariffs",
        2,
        "hour_ore",
        {"tre"},
    ),
    (
        change("tariffs", 1, basis_over_cap_ore=-1),
        "settlement.rate",
        "tariffs",
        2,
        "basis_over_cap_ore",
        {"tre"},
    ),
    (
        add("tariffs", tariff("Elmely", hour_ore=1)),
        "settlement.duplicate-tariff",
        "tariffs",
        3,
        "valid_from",
        {"tre"},
    ),
    (
        add("facilities", facility("Elmely", cap=9)),
        "settlement.duplicate-facility",
        "facilities",
        2,
        "facility",
        {"tre"},
    ),
    (
        change("facilities", 1, absence_basis_pct=101),
        "settlement.facility-number",
        "facilities",
        2,
        "absence_basis_pct",
        {"tre"},
    ),
    (
        change("supplements", 0, ore_per_day=10**12),
        "settlement.rate",
        "supplements",
        1,
        "ore_per_day",
        {"to"},
    ),
    (
        add("placements", stay("tre", "Elmely", minutes_per_week=0)),
        "settlement.duplicate-placement",
        "placements",
        3,
        "placement",
        {"tre"},
    ),
]


@pytest.mark.parametrize(("fault", "code", "table", "row", "column", "stopped"), FAULTS)
def test_a_fault_is_named_by_table_row_and_column_and_stops_only_what_it_touches(
    fault: Callable[[Rows], None], code: str, table: str, row: int, column: str, stopped: set[str]
) -> None:
    before = lines(settled(sound()))
    rows = sound()
    fault(rows)
    found = settled(rows)
    told = [one for one in found.findings if one.code == code]
    assert (told[0].table, told[0].row, told[0].column) == (table, row, column)
    assert told[0].severity is Severity.ERROR
    assert stops_figures(found.findings)
    assert lines(found) == {name: ore for name, ore in before.items() if name not in stopped}


@pytest.mark.parametrize("table", ["absences", "supplements"])
def test_a_row_about_an_unknown_stay_is_told_and_changes_nothing(table: str) -> None:
    rows = sound()
    stranger = {"from": date(2025, 3, 1), "to": date(2025, 3, 2), "ore_per_day": 1}
    rows[table].append({"placement": "fire", **stranger})
    found = settled(rows)
    assert [one.code for one in found.findings] == ["settlement.unknown-placement"]
    assert lines(found) == lines(settled(sound()))


def test_a_stopped_stay_still_takes_its_days_in_the_facility() -> None:
    rows = sound()
    rows["facilities"][0]["cap"] = 1
    over_cap = lines(settled(rows))["to"]
    rows["placements"][0]["minutes_per_week"] = -1
    assert lines(settled(rows)) == {"to": over_cap, "tre": lines(settled(sound()))["tre"]}


def test_stays_whose_price_hangs_on_a_row_that_may_not_count_are_stopped_too() -> None:
    rows = sound()
    rows["facilities"][0]["cap"] = 1
    rows["placements"][1]["end"] = datetime(2025, 3, 4)  # before it begins
    found = settled(rows)
    assert {one.code for one in found.findings} == {
        "settlement.end-before-start",
        "settlement.unsure-occupancy",
    }
    assert set(lines(found)) == {"tre"}


def test_a_tariff_is_never_taken_from_before_its_first_day() -> None:
    rows = sound()
    rows["tariffs"] = [tariff("Lindely", valid_from=date(2025, 3, 5)), rows["tariffs"][1]]
    found = settled(rows)
    (told,) = found.findings
    assert "2025-03-01" in told.message
    assert set(lines(found)) == {"to", "tre"}  # «to» begins on 5 March


def test_many_faults_of_one_kind_are_told_a_hundred_times_and_then_counted() -> None:
    rows = sound()
    rows["placements"] += [stay(f"x{n}", "Ukendt") for n in range(TOLD + 20)]
    found = settled(rows)
    assert len(found.findings) == TOLD + 1
    assert "20" in found.findings[-1].message


@pytest.mark.parametrize("empty", ["facilities", "tariffs", "placements", "absences"])
def test_an_empty_table_gives_no_figure_it_cannot_stand_by(empty: str) -> None:
    rows = deepcopy(sound())
    rows[empty] = []
    found = settled(rows)
    if empty in {"facilities", "tariffs"}:
        assert lines(found) == {}
        assert stops_figures(found.findings)
    if empty == "placements":
        assert lines(found) == {}
    if empty == "absences":
        assert found.findings == ()


HARMLESS: list[tuple[Callable[[Rows], None], str, str, int]] = [
    (
        add("absences", {"placement": "to", "from": date(2025, 3, 6), "to": date(2025, 3, 6)}),
        "settlement.no-days",
        "absences",
        2,
    ),
    (
        add("absences", {"placement": "to", "from": date(2025, 3, 1), "to": date(2025, 3, 5)}),
        "settlement.outside-stay",
        "absences",
        2,
    ),
    (
        add("tariffs", tariff("Birkely")),
        "settlement.unused-tariff",
        "tariffs",
        3,
    ),
    (
        add("tariffs", *[tariff("Elmely", valid_from=date(2020, 1, 1)) for _ in range(2)]),
        "settlement.duplicate-tariff",
        "tariffs",
        4,
    ),
    (
        add("tariffs", tariff("Elmely", valid_from=date(2020, 1, 1), hour_ore=10**12)),
        "settlement.rate",
        "tariffs",
        3,
    ),
    (
        add(
            "absences",
            {"placement": "to", "from": date(2020, 3, 1), "to": date(2020, 3, 9)},
            {"placement": "to", "from": date(2020, 3, 8), "to": date(2020, 3, 12)},
        ),
        "settlement.overlapping-absences",
        "absences",
        3,
    ),
]


@pytest.mark.parametrize(("oddity", "code", "table", "row"), HARMLESS)
def test_what_changes_no_figure_only_warns(
    oddity: Callable[[Rows], None], code: str, table: str, row: int
) -> None:
    rows = sound()
    oddity(rows)
    found = settled(rows)
    (told,) = [one for one in found.findings if one.code == code]
    assert (told.table, told.row, told.severity) == (table, row, Severity.WARNING)
    assert not stops_figures(found.findings)
    assert lines(found) == lines(settled(sound()))


def test_a_supplement_that_stands_twice_is_paid_twice_and_told() -> None:
    rows = sound()
    rows["supplements"] *= 2
    found = settled(rows)
    assert [one.code for one in found.findings] == ["settlement.repeated-supplement"]
    assert int(found.lines.supplement_ore.sum()) == 2 * 6 * 5_000  # 5-10 March


def test_a_stay_that_ends_as_it_begins_is_told() -> None:
    rows = sound()
    rows["placements"].append(stay("nul", end=datetime(2025, 3, 1)))
    found = settled(rows)
    assert [one.code for one in found.findings] == ["settlement.empty-stay"]
    assert "nul" not in lines(found)


def test_an_unsure_row_stops_nobody_where_the_price_is_the_same_over_the_cap() -> None:
    rows = sound()
    rows["facilities"][0]["cap"] = 1
    rows["placements"][1]["end"] = datetime(2025, 3, 4)  # before it begins
    rows["tariffs"][0]["basis_over_cap_ore"] = rows["tariffs"][0]["basis_ore"]
    assert set(lines(settled(rows))) == {"ene", "tre"}


def test_an_unsure_row_is_named_with_the_day() -> None:
    rows = sound()
    rows["facilities"][0]["cap"] = 1
    rows["placements"][1]["end"] = datetime(2025, 3, 4)
    (told,) = [one for one in settled(rows).findings if one.code == "settlement.unsure-occupancy"]
    assert "2025-03-01" in told.message
    assert "«to»" in told.message


@pytest.mark.parametrize(
    "text", ["2025-03..", "..2025-03", "2025-04..2025-03", "2025-13", "1899-12"]
)
def test_a_period_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(UnreadableDate):
        Months.parse(text)


def test_what_stops_a_stay_in_the_period_stops_its_explanation() -> None:
    rows = sound()
    rows["placements"][0]["end"] = datetime(2025, 5, 1)
    rows["tariffs"][0]["valid_from"] = date(2025, 3, 5)
    tables = SettlementTables.from_rows(rows)
    assert explain(tables, "ene", "2025-04").days == 30
    with pytest.raises(NoLine, match="den første version gælder fra 2025-03-05"):
        explain(tables, "ene", "2025-04", period=Months.parse("2025-03..2025-04"))


def test_a_month_after_the_stay_says_when_the_stay_was() -> None:
    with pytest.raises(NoLine, match="til 2025-03-11 00:00; ingen betalte døgn i 2025-04"):
        explain(SettlementTables.from_rows(sound()), "tre", "2025-04")


def test_an_absence_is_told_by_its_last_day_and_not_by_the_day_of_return() -> None:
    rows = sound()
    own = {"placement": "ene", "from": date(2025, 3, 2), "to": date(2025, 3, 9)}
    rows["absences"] = [own]
    steps = explain(SettlementTables.from_rows(rows), "ene", "2025-03").trace.steps
    told = [one.label_da for one in steps if one.label_da.startswith("Fravær")]
    assert told == ["Fravær fra 2. marts 2025 til og med 8. marts 2025, døgn efter de første 7"]
