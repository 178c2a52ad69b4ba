"""The register of known bodies: their names, their short forms and when they were abolished."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any

from rammevaerk.engine.errors import ParameterError
from rammevaerk.engine.parameter_files import SOURCES_FILE, read_sources

BODIES_FILE = "bodies.toml"

_TEXTS = {"names", "short", "rivals"}
_KEYS = _TEXTS | {"parent", "abolished_on", "source", "note_da"}


@dataclass(frozen=True, slots=True)
class Body:
    """One body: `names` are full names, `short` are forms that may stand beside a name.

    `rivals` are short forms that should not be mixed in one document. `parent` is the key of
    the body it belongs to: a short form such as "FU" means it only where the parent is named.
    From `abolished_on` on it holds no meeting. `source` is a key of the sources of the rules.
    """

    key: str
    names: tuple[str, ...]
    short: tuple[str, ...] = ()
    rivals: tuple[str, ...] = ()
    parent: str = ""
    abolished_on: date | None = None
    source: str = ""
    note_da: str = ""


@dataclass(frozen=True, slots=True)
class Register:
    """The bodies known beforehand; a document is also checked when none is known."""

    bodies: tuple[Body, ...] = ()

    def parent_of(self, body: Body) -> Body | None:
        """Return the body that `body` belongs to, if the register has it."""
        return next((other for other in self.bodies if other.key == body.parent), None)


@cache
def packaged_register() -> Register:
    """Return the register that comes with the program; `ParameterError` when it is unsound."""
    package = resources.files("rammevaerk")
    return read_register(package / "registers" / BODIES_FILE, package / "rules")


def read_register(file: Traversable, rules: Traversable) -> Register:
    """Read a register; `rules` is the folder of its sources. `ParameterError` has every problem."""
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ParameterError((f"{BODIES_FILE}: cannot be read: {error}",)) from None
    sources = read_sources(rules)
    problems = [
        problem for key, entry in table.items() for problem in _problems(key, entry, sources, table)
    ]
    if problems:
        raise ParameterError(tuple(problems))
    return Register(tuple(_body(key, entry) for key, entry in table.items()))


def _problems(
    key: str, entry: object, sources: Mapping[str, object], table: Mapping[str, object]
) -> list[str]:
    place = f"{BODIES_FILE}: {key}"
    if not isinstance(entry, dict):
        return [f"{place}: a body is a table"]
    found = [f"{place}: {name} is no known key" for name in entry if name not in _KEYS]
    found += [
        f"{place}: {name} must be a list of texts"
        for name in sorted(_TEXTS & set(entry))
        if not isinstance(entry[name], list) or not all(isinstance(v, str) for v in entry[name])
    ]
    if not entry.get("names"):
        found.append(f"{place}: names is missing")
    if entry.get("source") not in sources:
        found.append(f"{place}: source {entry.get('source')} is not in {SOURCES_FILE}")
    if "abolished_on" in entry and type(entry["abolished_on"]) is not date:
        found.append(f"{place}: abolished_on must be a date")
    if entry.get("parent", key) not in table:
        found.append(f"{place}: parent {entry['parent']} is no body")
    return found


def _body(key: str, entry: Mapping[str, Any]) -> Body:
    texts = {name: tuple(entry.get(name, ())) for name in _TEXTS}
    return Body(
        key=key,
        parent=entry.get("parent", ""),
        abolished_on=entry.get("abolished_on"),
        source=entry["source"],
        note_da=entry.get("note_da", ""),
        **texts,
    )
