"""Reading and checking the parameter files: one TOML file per parameter, dated versions."""

import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from importlib.resources.abc import Traversable
from itertools import pairwise
from types import MappingProxyType
from typing import Any

from rammevaerk.engine.errors import ParameterError
from rammevaerk.engine.periods import Period
from rammevaerk.engine.units import UnitSpec, Value, misfits, unknown_units

SOURCES_FILE = "sources.toml"
# On what a parameter rests, as `rules show` and docs/generated/rules.md say it.
LAYERS_DA: Mapping[str, str] = MappingProxyType(
    {
        "law": "lov eller bekendtgørelse",
        "national": "national aftale eller vejledning",
        "agreement": "rammeaftalen",
        "contract": "den enkelte kontrakt",
        "authority": "regionens eller myndighedens egen pris",
        "statement": "hvad et dokument oplyser; ikke aftalt",
        "project": "projektets eget valg",
    }
)
CONFIDENCE = ("high", "medium", "low")
SOURCE_KINDS = ("act", "order", "agreement", "minutes", "guidance", "bill", "statement", "web")


@dataclass(frozen=True, slots=True)
class Source:
    """Where a rule comes from: an act, an order, an agreement, minutes or a page."""

    key: str
    title_da: str
    kind: str
    reference: str
    url: str = ""
    date: "date | None" = None  # quoted: in the class body the name is this field
    note_da: str = ""


@dataclass(frozen=True, slots=True)
class Version:
    """The value of a parameter in one period; a value of None says that there was no rule.

    Exactly one of `verified` (the day the value was last found to agree with its source as the
    project's notes quote it, see docs/algorithms/parameters.md) and
    `unverified` (how much trust it has: high, medium or low) is given.
    """

    period: Period
    value: Value | None
    source: str
    decided: date | None
    verified: date | None
    unverified: str
    note: str


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter with all its versions in date order."""

    key: str
    label_da: str
    description_da: str
    unit: UnitSpec
    layer: str
    versions: tuple[Version, ...]


_Check = Callable[[Any], bool]


def _text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _day(value: object) -> bool:
    return type(value) is date  # a date with a time of day is no civil date


def _unit(value: object) -> bool:
    return not unknown_units(value)


def _tables(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(v, dict) for v in value)


# name: (required, what it must be, check)
_FILE_KEYS: dict[str, tuple[bool, str, _Check]] = {
    "label_da": (True, "text", _text),
    "unit": (True, "a known unit or a table of them", _unit),
    "layer": (True, f"one of {', '.join(LAYERS_DA)}", lambda value: value in LAYERS_DA),
    "description_da": (False, "text", _text),
    "version": (
        True,
        "at least one [[version]]",
        _tables,
    ),
}
_VERSION_KEYS: dict[str, tuple[bool, str, _Check]] = {
    "from": (True, "a date", _day),
    "to": (False, "a date", _day),
    "value": (False, "", lambda _: True),  # checked against the unit
    "source": (True, "text", _text),
    "decided": (False, "a date", _day),
    "verified": (False, "a date", _day),
    "unverified": (
        False,
        f"one of {', '.join(CONFIDENCE)}",
        lambda value: value in CONFIDENCE,
    ),
    "note": (False, "text", _text),
}
_SOURCE_KEYS: dict[str, tuple[bool, str, _Check]] = {
    "title_da": (True, "text", _text),
    "kind": (True, f"one of {', '.join(SOURCE_KINDS)}", lambda value: value in SOURCE_KINDS),
    "reference": (True, "text", _text),
    "url": (False, "an https or http address", lambda value: str(value).startswith("http")),
    "date": (False, "a date", _day),
    "note_da": (False, "text", _text),
}


def read_sources(folder: Traversable) -> Mapping[str, Source]:
    """Read sources.toml; `ParameterError` with every problem when it cannot be used."""
    problems: list[str] = []
    table = _read_toml(folder / SOURCES_FILE, SOURCES_FILE, problems)
    sources: dict[str, Source] = {}
    for key, entry in table.items():
        place = f"{SOURCES_FILE}: {key}"
        if not isinstance(entry, dict):
            problems.append(f"{place}: a source is a table")
        elif not (found := _key_problems(entry, _SOURCE_KEYS, place)):
            sources[key] = Source(key=key, **entry)
        else:
            problems += found
    if problems:
        raise ParameterError(tuple(problems))
    return MappingProxyType(sources)


def read_parameters(folder: Traversable, sources: Mapping[str, Source]) -> Mapping[str, Parameter]:
    """Read every parameter file below `folder`; `ParameterError` with every problem in all."""
    problems: list[str] = []
    parameters: dict[str, Parameter] = {}
    for path, file in _toml_files(folder):
        if path == SOURCES_FILE:
            continue
        table = _read_toml(file, path, problems)
        found = _parameter_problems(path, table, sources) if table else []
        if "/" not in path:
            found.append(f"{path}: a parameter lies in a folder")
        if table and not found:
            key = path.removesuffix(".toml")
            parameters[key] = _build(key, table)
        problems += found
    if problems:
        raise ParameterError(tuple(problems))
    return MappingProxyType(parameters)


def _toml_files(folder: Traversable, prefix: str = "") -> Iterator[tuple[str, Traversable]]:
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir():
            yield from _toml_files(entry, f"{prefix}{entry.name}/")
        elif entry.name.endswith(".toml"):
            yield prefix + entry.name, entry


def _read_toml(file: Traversable, path: str, problems: list[str]) -> dict[str, Any]:
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8"), parse_float=Decimal)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        problems.append(f"{path}: cannot be read: {error}")
        return {}
    if not table:
        problems.append(f"{path}: is empty")
    return table


def _key_problems(
    table: Mapping[str, Any], keys: dict[str, tuple[bool, str, _Check]], place: str
) -> list[str]:
    problems = [
        f"{place}: {name} is missing" for name in keys if keys[name][0] and name not in table
    ]
    for name, value in table.items():
        if name not in keys:
            problems.append(f"{place}: {name} is no known key")
        elif not keys[name][2](value):
            problems.append(f"{place}: {name} must be {keys[name][1]}, not {value!r}")
    return problems


def _parameter_problems(
    path: str, table: dict[str, Any], sources: Mapping[str, Source]
) -> list[str]:
    problems = _key_problems(table, _FILE_KEYS, path)
    if problems:
        return problems
    versions = table["version"]
    for at, version in enumerate(versions, start=1):
        problems += _version_problems(f"{path}: version {at}", version, table["unit"], sources)
    if problems:
        return problems
    for at, (earlier, later) in enumerate(pairwise(versions), start=2):
        place = f"{path}: version {at}"
        if later["from"] <= earlier["from"]:
            problems.append(f"{place}: from {later['from']} is out of date order")
        elif "to" in earlier and earlier["to"] > later["from"]:
            problems.append(f"{place}: from {later['from']} overlaps version {at - 1}")
    return problems


def _version_problems(
    place: str, version: dict[str, Any], unit: UnitSpec, sources: Mapping[str, Source]
) -> list[str]:
    problems = _key_problems(version, _VERSION_KEYS, place)
    if problems:
        return problems
    if version["source"] not in sources:
        problems.append(f"{place}: source {version['source']} is not in {SOURCES_FILE}")
    if ("verified" in version) == ("unverified" in version):
        problems.append(f"{place}: give exactly one of verified and unverified")
    if "to" in version and version["to"] <= version["from"]:
        problems.append(f"{place}: to {version['to']} is not after from {version['from']}")
    if "value" in version:
        problems += [f"{place}: {problem}" for problem in misfits(version["value"], unit)]
    elif "note" not in version:
        problems.append(f"{place}: without a value, note must say why there is no rule")
    return problems


def _build(key: str, table: dict[str, Any]) -> Parameter:
    starts = [version["from"] for version in table["version"]]
    unit = table["unit"]
    return Parameter(
        key=key,
        label_da=table["label_da"],
        description_da=table.get("description_da", ""),
        unit=MappingProxyType(unit) if isinstance(unit, dict) else unit,
        layer=table["layer"],
        versions=tuple(
            _build_version(version, next_start)
            for version, next_start in zip(table["version"], [*starts[1:], None], strict=True)
        ),
    )


def _build_version(version: dict[str, Any], next_start: date | None) -> Version:
    return Version(
        period=Period(version["from"], version.get("to", next_start)),
        value=_frozen(version["value"]) if "value" in version else None,
        source=version["source"],
        decided=version.get("decided"),
        verified=version.get("verified"),
        unverified=version.get("unverified", ""),
        note=version.get("note", ""),
    )


def _frozen(value: Any) -> Value:
    if isinstance(value, list):
        return tuple(_frozen(item) for item in value)
    if isinstance(value, dict):
        return MappingProxyType({name: _frozen(item) for name, item in value.items()})
    scalar: Value = value
    return scalar
