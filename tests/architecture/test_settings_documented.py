"""docs/settings.md and the settings say the same: every variable, with its default."""

import ast
import re
from functools import cache

import pytest
from work_tree import DOCS, SOURCE, shown, source_files, syntax, table_rows

PREFIX = "RAMMEVAERK_"
PAGE = DOCS / "settings.md"


@cache
def read_calls() -> dict[str, ast.Call]:
    """Every variable that some module asks ``environment`` for, with the call."""
    calls = {}
    for path in source_files():
        if path == SOURCE / "portal" / "environment.py":
            continue
        for node in ast.walk(syntax(path)):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "").startswith("env_"):
                assert isinstance(node.args[0], ast.Constant), f"{shown(path)}: name not plain"
                calls[PREFIX + node.args[0].value] = node
    return calls


def variables() -> set[str]:
    calls = read_calls()
    files = {f"{name}_FILE" for name, call in calls.items() if call.func.id == "env_secret"}
    return set(calls) | files


def documented() -> dict[str, str]:
    """Variable → default, from the tables of the page."""
    return {row[0].strip("`"): row[1].strip("`") for row in table_rows(PAGE) if PREFIX in row[0]}


def test_every_variable_that_is_read_is_documented_and_the_other_way_round() -> None:
    assert len(variables()) > 8
    assert set(documented()) == variables()
    mentioned = set(re.findall(rf"{PREFIX}[A-Z_]+", PAGE.read_text(encoding="utf-8")))
    assert mentioned == variables()


def with_plain_default() -> list[tuple[str, object]]:
    return [
        (name, call.args[1].value)
        for name, call in read_calls().items()
        if len(call.args) > 1 and isinstance(call.args[1], ast.Constant)
    ]


@pytest.mark.parametrize(("name", "default"), with_plain_default())
def test_the_documented_default_is_the_real_one(name: str, default: object) -> None:
    text = str(default).lower() if isinstance(default, bool) else str(default)
    assert documented()[name] == text


def test_only_one_module_reads_the_environment() -> None:
    readers = [
        shown(path)
        for path in source_files()
        if re.search(r"environ\.get|environ\[|getenv", path.read_text(encoding="utf-8"))
    ]
    assert readers == ["src/rammevaerk/portal/environment.py"]
