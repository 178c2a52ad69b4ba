"""The worked examples in examples/settlement give what they say, line by line and to the øre."""

import csv
import tomllib
from pathlib import Path
from typing import Any

import pytest

from rammevaerk.engine.money import parse_kroner
from rammevaerk.engine.settlement.explain import explain
from rammevaerk.engine.settlement.inputs import COLUMNS
from rammevaerk.engine.settlement.months import Months
from rammevaerk.engine.settlement.settle import Rounding, Settlement, settle
from rammevaerk.exchange.tables.reading import ReadTables, read_tables

EXAMPLES = Path(__file__).parents[2] / "examples" / "settlement"
FILES = sorted(EXAMPLES.glob("*.toml"))
AMOUNTS = ("basis", "service", "supplement", "total")
Row = tuple[int | str, ...]


class Case:
    """An example, settled from files as `rammevaerk settle` does it."""

    def __init__(self, file: Path, folder: Path) -> None:
        table: dict[str, Any] = tomllib.loads(file.read_text("utf-8"))
        assert set(table) == {"title", "source", "input", "expected"}
        given, self.expected = table["input"], table["expected"]
        assert set(given) <= {"period", "rounding", *COLUMNS}
        assert {"lines"} <= set(self.expected) <= {"lines", "totals", "findings"}
        for name, columns in COLUMNS.items():
            text = given.get(name, ";".join(columns)).strip() + "\n"
            (folder / f"{name}.csv").write_text(text, "utf-8")
        self.rounding = Rounding(given["rounding"])
        self.read: ReadTables = read_tables(folder)
        self.found: Settlement = settle(
            self.read.tables, Months.parse(given["period"]), rounding=self.rounding
        )


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(text.strip().splitlines(), delimiter=";"))


def expected_rows(text: str, keys: tuple[str, ...]) -> list[Row]:
    return [
        (
            *(row[key] for key in keys),
            int(row["days"]),
            *(parse_kroner(row[name]) for name in AMOUNTS),
        )
        for row in rows_of(text)
    ]


def found_rows(case: Case, table: str, keys: tuple[str, ...]) -> list[Row]:
    data = getattr(case.found, table)
    months = case.found.months

    def label(key: str, at: int) -> str:
        code = int(getattr(data, key)[at])
        return months.name(code) if key == "month" else str(case.found.domains[key].label(code))

    return [
        (
            *(label(key, at) for key in keys),
            int(data.days[at]),
            *(int(getattr(data, f"{name}_ore")[at]) for name in AMOUNTS),
        )
        for at in range(len(data))
    ]


@pytest.fixture(params=FILES, ids=lambda file: file.stem)
def case(request: pytest.FixtureRequest, tmp_path: Path) -> Case:
    return Case(request.param, tmp_path)


def test_there_are_examples() -> None:
    assert len(FILES) >= 20


def test_the_lines_are_the_expected(case: Case) -> None:
    keys = ("placement", "month")
    assert found_rows(case, "lines", keys) == expected_rows(case.expected["lines"], keys)


def test_the_totals_are_the_expected_and_the_sums_of_the_lines(case: Case) -> None:
    keys = ("payer", "operator", "month")
    totals = found_rows(case, "totals", keys)
    if "totals" in case.expected:
        assert totals == expected_rows(case.expected["totals"], keys)
    lines = expected_rows(case.expected["lines"], ("placement", "month"))
    for at in range(1, 6):
        assert sum(int(row[-at]) for row in totals) == sum(int(row[-at]) for row in lines)


def test_what_is_found_is_the_expected(case: Case) -> None:
    found = [finding.code for finding in case.found.findings]
    assert found == case.expected.get("findings", [])


def test_the_explanation_gives_the_same_figures(case: Case) -> None:
    keys = ("placement", "month")
    for placement, month, *figures in expected_rows(case.expected["lines"], keys):
        whole = case.read.tables.domains["placement"].labels.dtype.kind in "iu"
        told = explain(
            case.read.tables,
            int(placement) if whole else str(placement),
            str(month),
            rounding=case.rounding,
        )
        assert figures == [
            told.days,
            told.basis_ore,
            told.service_ore,
            told.supplement_ore,
            told.total_ore,
        ]
