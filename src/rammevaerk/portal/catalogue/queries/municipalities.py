"""The catalogue by municipality: the figures of the map and of the table beside it."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from rammevaerk.portal.access.policy import Actor
from rammevaerk.portal.access.queries import cooperations, members_on, names_on
from rammevaerk.portal.catalogue.queries.search import Found

_OUTLINES = Path(__file__).parents[1] / "data" / "municipality_outlines.json"
_CLASSES = 5
_MARGIN = 30
# In the unit of the outlines, 100 m.
_LINE = 38
# left, top, right, bottom
_Box = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Figures:
    """What lies in a municipality; `free` is None when nobody has reported."""

    organisation_id: int
    code: str
    name: str
    facilities: int
    places: int
    covered: int
    free: int | None


@dataclass(frozen=True, slots=True)
class Shape:
    """A municipality on the map: its outline as an SVG path, and where its figure is written."""

    figures: Figures | None
    path: str
    x: int
    y: int
    level: int
    value: int | None

    @property
    def figure_y(self) -> int:
        """Where the figure is written: under the name."""
        return self.y + _LINE


@dataclass(frozen=True, slots=True)
class Level:
    """One class of the legend, from its least to its greatest figure."""

    number: int
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class RegionMap:
    """The shapes within a view box, the legend, and the municipalities that have no outline."""

    view_box: str
    shapes: tuple[Shape, ...]
    levels: tuple[Level, ...]


def figures_by_municipality(rows: Iterable[Found], actor: Actor, *, on: date) -> list[Figures]:
    """One line for each municipality that takes part, and for each other that has something."""
    codes = {
        member.organisation_id: member.organisation.code
        for cooperation in cooperations(actor)
        for member in members_on(cooperation.pk, on=on)
        if member.organisation.kind == "municipality"
    }
    found: dict[int, list[Found]] = {pk: [] for pk in codes}
    for row in rows:
        codes.setdefault(row.place.municipality_id, row.place.municipality_code)
        found.setdefault(row.place.municipality_id, []).append(row)
    names = names_on(list(found), on=on, short=True)
    lines = [
        Figures(
            organisation_id=pk,
            code=codes[pk],
            name=names.get(pk, ""),
            facilities=len(held),
            places=sum(one.places for one in held),
            covered=sum(one.covered for one in held),
            free=_free(held),
        )
        for pk, held in found.items()
    ]
    return sorted(lines, key=lambda line: line.name.casefold())


def _free(rows: Sequence[Found]) -> int | None:
    said = [row.free for row in rows if row.free is not None]
    return sum(said) if said else None


def region_map(figures: Sequence[Figures], shown: str) -> RegionMap | None:
    """Draw the municipalities by one of their figures; None when none has an outline.

    `shown` is the name of an attribute of Figures. Neighbours inside the picture are drawn too,
    without a figure.
    """
    outlines = _outlines()
    drawn = [one for one in figures if one.code in outlines]
    if not drawn:
        return None
    levels = _levels([getattr(one, shown) for one in drawn])
    box = _around([outlines[one.code].box for one in drawn])
    own = {one.code for one in drawn}
    around = [
        _shape(None, outline, 0, None)
        for code, outline in outlines.items()
        if code not in own and _meets(outline.box, box)
    ]
    shapes = [
        _shape(one, outlines[one.code], _level_of(value, levels), value)
        for one, value in ((one, getattr(one, shown)) for one in drawn)
    ]
    left, top, right, bottom = box
    return RegionMap(
        f"{left} {top} {right - left} {bottom - top}", (*around, *shapes), tuple(levels)
    )


@dataclass(frozen=True, slots=True)
class _Outline:
    """A municipality's outline as it is drawn, and the box it fills."""

    path: str
    x: int
    y: int
    box: _Box


@cache
def _outlines() -> Mapping[str, _Outline]:
    """The outlines by the municipality's code, read once."""
    content = json.loads(_OUTLINES.read_text(encoding="utf-8"))
    return {code: _outline(one) for code, one in content["municipalities"].items()}


def _outline(entry: Any) -> _Outline:
    paths, xs, ys = [], [], []
    for ring in entry["rings"]:
        points = list(zip(ring[::2], ring[1::2], strict=True))
        paths.append("M" + "L".join(f"{x} {y}" for x, y in points) + "Z")
        xs += ring[::2]
        ys += ring[1::2]
    x, y = entry["label"]
    return _Outline("".join(paths), x, y, (min(xs), min(ys), max(xs), max(ys)))


def _around(boxes: Sequence[_Box]) -> _Box:
    return (
        min(box[0] for box in boxes) - _MARGIN,
        min(box[1] for box in boxes) - _MARGIN,
        max(box[2] for box in boxes) + _MARGIN,
        max(box[3] for box in boxes) + _MARGIN,
    )


def _meets(one: _Box, other: _Box) -> bool:
    return one[0] < other[2] and one[2] > other[0] and one[1] < other[3] and one[3] > other[1]


def _shape(figures: Figures | None, outline: _Outline, level: int, value: int | None) -> Shape:
    return Shape(figures, outline.path, outline.x, outline.y, level, value)


def _levels(values: Sequence[int | None]) -> list[Level]:
    """Up to five classes with about as many municipalities in each; zero is a class of its own."""
    known = sorted(value for value in values if value)
    if not known:
        return []
    count = min(_CLASSES, len(set(known)))
    bounds = sorted({known[(at * len(known)) // count] for at in range(count)})
    levels = []
    for at, low in enumerate(bounds):
        inside = [
            one for one in known if one >= low and (at + 1 == len(bounds) or one < bounds[at + 1])
        ]
        levels.append(Level(at + 1, low, inside[-1]))
    return levels


def _level_of(value: int | None, levels: Sequence[Level]) -> int:
    return next((one.number for one in levels if value and one.low <= value <= one.high), 0)
