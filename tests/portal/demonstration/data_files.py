"""Reads the data files of organisations and of the demonstration for the tests of them."""

import tomllib
from collections import Counter
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[3]
PORTAL = ROOT / "src" / "rammevaerk" / "portal"
DATA = PORTAL / "demonstration" / "data"
SEEDS = ROOT.parent / "shared" / "seeds"

ORGANISATIONS = PORTAL / "access" / "data" / "organisations.toml"
COOPERATIONS = sorted(DATA.glob("*/cooperation.toml"))
EDITIONS = sorted(DATA.glob("*/editions/*.toml"))
MEETINGS = sorted(DATA.glob("*/meetings/*.toml"))
FACILITIES = sorted(DATA.glob("*/facilities/*.toml"))
VOCABULARIES = sorted((PORTAL / "catalogue" / "data").glob("*.toml"))
FILES = [ORGANISATIONS, *COOPERATIONS, *EDITIONS, *MEETINGS, *FACILITIES, *VOCABULARIES]

Row = dict[str, Any]


def name_of(path: Path) -> str:
    return "-".join(path.with_suffix("").parts[-2:])


def each(paths: list[Path]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("path", paths, ids=name_of)


@cache
def read(path: Path) -> Row:
    return tomllib.loads(path.read_text(encoding="utf-8"))


@cache
def organisations() -> dict[str, Row]:
    return {row["key"]: row for row in read(ORGANISATIONS)["organisation"]}


def existing(kind: str, on: date) -> list[Row]:
    return [row for row in organisations().values() if row["kind"] == kind and holds(row, on)]


def holds(row: Row, on: date) -> bool:
    return bool(row["valid_from"] <= on < row.get("valid_to", date.max))


def region_of(row: Row, on: date) -> list[str]:
    return [stay["key"] for stay in row["region"] if holds(stay, on)]


def overlap(one: Row, other: Row) -> bool:
    latest_start = max(one["valid_from"], other["valid_from"])
    return bool(latest_start < min(one.get("valid_to", date.max), other.get("valid_to", date.max)))


def areas(edition: Row) -> list[Row]:
    return list(edition["area"])


def goals(edition: Row) -> list[Row]:
    return [goal for area in areas(edition) for goal in area["goal"]]


def main_initiatives(edition: Row) -> list[Row]:
    return [row for goal in goals(edition) for row in goal.get("initiative", [])]


def initiatives(edition: Row) -> list[Row]:
    """Initiatives and their sub-initiatives."""
    return [each for row in main_initiatives(edition) for each in (row, *row.get("sub", []))]


def initiative(label: str, key: str) -> Row:
    edition = read(DATA / "midtjylland" / "editions" / f"{label}.toml")
    return next(row for row in initiatives(edition) if row["key"] == key)


def participations(label: str, key: str) -> dict[str, list[int]]:
    """The counts of one initiative by organisation."""
    edition = read(DATA / "midtjylland" / "editions" / f"{label}.toml")
    rows = [row for row in edition["participation"] if row["initiative"] == key]
    return {row["organisation"]: [n["value"] for n in row.get("count", [])] for row in rows}


def every_value(tree: Any, key: str = "") -> Iterator[tuple[str, Any]]:
    """Every leaf of a TOML document with the key it stands under."""
    if isinstance(tree, dict):
        for name, value in tree.items():
            yield from every_value(value, name)
    elif isinstance(tree, list):
        for value in tree:
            yield from every_value(value, key)
    else:
        yield key, tree


def assert_unique(keys: list[str]) -> None:
    assert [key for key, times in Counter(keys).items() if times > 1] == []
