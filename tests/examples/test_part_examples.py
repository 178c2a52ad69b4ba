"""The worked examples of a settlement's parts, as an official would read them."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
from part_calculations import CALCULATIONS, calculated

FOLDER = Path(__file__).parents[2] / "examples" / "settlement" / "parts"
FILES = {
    path.stem: tomllib.loads(path.read_text(encoding="utf-8"))
    for path in sorted(FOLDER.glob("*.toml"))
}
CASES = [
    pytest.param(example["calculation"], case, id=f"{name}-{at}")
    for name, example in FILES.items()
    for at, case in enumerate(example["case"], start=1)
]


@pytest.mark.parametrize(("calculation", "case"), CASES)
def test_the_example_comes_out_as_written(calculation: str, case: dict[str, Any]) -> None:
    found = calculated(calculation, case["input"])
    assert {name: found.get(name) for name in case["expected"]} == case["expected"]


@pytest.mark.parametrize("name", FILES)
def test_an_example_says_what_it_shows_and_where_the_rule_stands(name: str) -> None:
    example = FILES[name]
    assert set(example) == {"title", "source", "calculation", "case"}
    assert all(set(case) == {"what", "input", "expected"} for case in example["case"])


def test_every_calculation_is_shown() -> None:
    assert {example["calculation"] for example in FILES.values()} == set(CALCULATIONS)
