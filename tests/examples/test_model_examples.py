"""The worked examples of tariff models in examples/models give what they say, to the øre."""

import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from rammevaerk.engine.money import parse_kroner
from rammevaerk.engine.tariffs.causes import causes
from rammevaerk.engine.tariffs.comparison import Comparison, compare
from rammevaerk.engine.tariffs.models import Model, Placements, model_of, placement_pair
from rammevaerk.engine.tariffs.zero_sum import (
    Candidate,
    ZeroSum,
    effects,
    solve_basis,
    solve_hour,
)
from rammevaerk.exchange.placement_folder import read_placement_folder

EXAMPLES = Path(__file__).parents[2] / "examples" / "models"
FILES = sorted(EXAMPLES.glob("*.toml"))
TABLES = ("placements", "supplements", "placements_after", "supplements_after")


class Case:
    """An example, compared."""

    def __init__(self, file: Path, folder: Path) -> None:
        table: dict[str, Any] = tomllib.loads(file.read_text("utf-8"), parse_float=Decimal)
        assert set(table) == {"title", "source", "input", "expected"}
        given, self.expected = table["input"], table["expected"]
        assert set(given) <= {"before", "after", *TABLES}
        for name in TABLES:
            if name in given:
                (folder / f"{name}.csv").write_text(given[name].strip() + "\n", "utf-8")
        rows = read_placement_folder(folder)
        pair = placement_pair(rows.before, rows.after or rows.before)
        self.models: tuple[Model, Model] = (
            model_of(given["before"], "before"),
            model_of(given["after"], "after"),
        )
        self.placements: tuple[Placements, Placements] = pair
        self.found: Comparison = compare(*self.models, *pair)

    def solved(self) -> ZeroSum:
        solve = {"hour": solve_hour, "basis": solve_basis}[self.expected["zero_sum"]["lever"]]
        return solve(effects(self.found, self.models[1], self.placements[1]))


@pytest.fixture(params=FILES, ids=lambda file: file.stem)
def case(request: pytest.FixtureRequest, tmp_path: Path) -> Case:
    return Case(request.param, tmp_path)


def ore(table: dict[str, str]) -> dict[str, int]:
    return {name: parse_kroner(amount) for name, amount in table.items()}


def test_there_are_examples_of_every_kind_of_model() -> None:
    text = "".join(file.read_text("utf-8") for file in FILES)
    for kind in (
        "levels",
        "basis_hours",
        "standard_percent",
        "main_supplements",
        "subscription",
        "objective_basic",
    ):
        assert f'kind = "{kind}"' in text


def test_the_totals_are_as_expected_and_every_identity_reads_zero(case: Case) -> None:
    expected = tuple(parse_kroner(case.expected[name]) for name in ("before", "after", "change"))
    assert case.found.total == expected
    assert [one for one in case.found.identities if one.difference] == []


def test_the_changes_by_row_and_group_are_as_expected(case: Case) -> None:
    assert set(case.expected) <= {
        *("before", "after", "change", "placements", "causes", "zero_sum"),
        *("payer", "operator"),
    }
    if "placements" in case.expected:
        rows = {str(row["placement"]): row["change_ore"] for row in case.found.rows()}
        assert rows == ore(case.expected["placements"])
    for name in {"payer", "operator"} & set(case.expected):
        table = case.found.by[name]
        changes = {
            label[0]: int(ore) for label, ore in zip(table.labels, table.change, strict=True)
        }
        assert changes == ore(case.expected[name])


def test_the_causes_are_as_expected_and_add_up(case: Case) -> None:
    parts = causes(*case.models, *case.placements)
    assert sum(part.ore for part in parts) == case.found.total[2]
    if "causes" in case.expected:
        assert {part.code: part.ore for part in parts} == ore(case.expected["causes"])


def test_the_zero_sum_is_as_expected(case: Case) -> None:
    if "zero_sum" not in case.expected:
        return
    expected, solved = case.expected["zero_sum"], case.solved()
    best = Candidate(parse_kroner(expected["rate"]), parse_kroner(expected["residual"]))
    assert solved.best == best
    for name in {"below", "above"} & set(expected):
        assert getattr(solved, name) == Candidate(**ore(expected[name]))
    if "allocation" in expected:
        assert dict(solved.allocation) == ore(expected["allocation"])
    assert solved.best.residual + sum(solved.allocation.values()) == 0
