"""The worked examples of special payments and limits, as an official would read them."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
from special_calculations import CALCULATIONS, calculated

FOLDER = Path(__file__).parents[2] / "examples" / "settlement" / "special"
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
    number = name.partition("_")[0]
    if number.startswith("t") and number[1:].isdigit():
        assert example["title"].startswith(f"T{int(number[1:])} ")


@pytest.mark.parametrize(
    "name",
    [
        name
        for name in FILES
        if name not in {"t15_identifiers", "t14_published_shares", "t10_costly_cases_2022"}
    ],
)
def test_every_rule_is_also_asked_about_a_day_it_does_not_have(name: str) -> None:
    assert any("no_rule" in case["expected"] for case in FILES[name]["case"])


def test_cases_six_to_fifteen_and_every_calculation_are_shown() -> None:
    numbers = {int(name[1:3]) for name in FILES if name[1:3].isdigit()}
    assert numbers == set(range(6, 16))
    assert {example["calculation"] for example in FILES.values()} == set(CALCULATIONS)
