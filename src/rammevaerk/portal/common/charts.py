"""Charts drawn on the server: plain values in, inline SVG out, with the same figures as a table.

A chart is described as Vega-Lite, a plain dict, and drawn by `common/drawing.py`.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from rammevaerk.portal.common.drawing import FONT, drawn, picture, without_control_characters

# Each is at least 4.5:1 on white; the names say what they stand for on every page.
NOW = "#1d5a6c"
EARLIER = "#767676"
LESS = "#1d5a6c"
MORE = "#a04a00"
INK, QUIET, RULE = "#1a1a1a", "#595959", "#dcdcdc"
SERIES = ("#1d5a6c", "#a04a00", "#5b4a9c", "#595959", "#2c6b00", "#a1286a", "#14628f", "#6b4a1a")
SHAPES = ("circle", "square", "triangle-up", "diamond", "cross", "triangle-down")
DASHES = ([1, 0], [7, 3], [2, 3], [9, 3, 2, 3], [4, 4], [12, 3])
_WIDTH, _ROW, _HEIGHT = 560, 26, 280
_CONFIG = {
    "font": FONT,
    "background": "white",
    "view": {"stroke": None},
    "axis": {
        "aria": False,
        "labelColor": INK,
        "labelFontSize": 13,
        "labelLimit": 260,
        "titleColor": QUIET,
        "titleFontSize": 13,
        "titleFontWeight": "normal",
        "gridColor": RULE,
        "domainColor": "#8e8e8e",
        "tickColor": "#8e8e8e",
    },
    "text": {"fontSize": 13, "color": INK},
}


@dataclass(frozen=True, slots=True)
class Axis:
    """What is measured: "Ændring (mio. kr.)", whose figures are the values ÷ `divisor`."""

    title: str
    divisor: int = 1


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: what it is of, its value as a whole number, and the value as it is written."""

    label: str
    value: int
    text: str


@dataclass(frozen=True, slots=True)
class Pair:
    """Two values of the same thing, such as before and after, each as it is written."""

    label: str
    values: tuple[int, int]
    texts: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Line:
    """A series: one value per place on the x axis, None where there is none."""

    name: str
    values: tuple[int | None, ...]
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawn chart with its sentence and the same figures as a table (first cell: row's head)."""

    title: str
    svg: SafeString
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def png(self) -> bytes:
        """The chart as a picture for a document; twice the size on screen."""
        return picture(self.svg)


def money_axis(what: str, values: Sequence[int]) -> Axis:
    """An axis in kroner, thousands or millions, whichever keeps the figures short; from øre."""
    largest = max((abs(value) for value in values), default=0)
    for unit, divisor in ((_("mio. kr."), 100_000_000), (_("1.000 kr."), 100_000)):
        if largest >= 2 * divisor:
            return Axis(f"{what} ({unit})", divisor)
    return Axis(f"{what} ({_('kr.')})", 100)


def bars(
    title: str, points: Sequence[Bar], *, axis: Axis, what: str, ordered: bool = True
) -> Chart:
    """Horizontal bars from a zero line, the greatest first unless `ordered` is false.

    `what` heads the column of labels. Above zero and below differ by side and sign, not only by
    colour.
    """
    shown = sorted(points, key=lambda bar: -bar.value) if ordered else list(points)
    values = [
        {"at": at, "value": bar.value, "text": bar.text, "said": f"{bar.label}: {bar.text}"}
        for at, bar in enumerate(shown)
    ]
    rows = _rows_axis([bar.label for bar in shown])
    length = _length([bar.value for bar in shown], axis)
    bar = _mark(
        "bar",
        {
            "y": rows,
            "x": length,
            "color": {
                "condition": {"test": "datum.value > 0", "value": MORE},
                "value": LESS,
            },
            "description": {"field": "said"},
        },
        height=17,
    )
    words = [_beside(rows, length, positive=True), _beside(rows, length, positive=False)]
    spec = _spec(values, [_zero(), bar, *words], height=_ROW * len(shown))
    table = tuple((bar.label, bar.text) for bar in shown)
    return _chart(title, spec, (what, axis.title), table)


def pairs(
    title: str, points: Sequence[Pair], *, names: tuple[str, str], axis: Axis, what: str
) -> Chart:
    """Two bars for each label: the first an outline, the second filled; in the order given."""
    values = [
        {
            "at": at,
            "value": pair.values[side],
            "side": str(side),
            "text": pair.texts[side],
            "said": f"{pair.label}, {names[side]}: {pair.texts[side]}",
        }
        for at, pair in enumerate(points)
        for side in (0, 1)
    ]
    rows = _rows_axis([pair.label for pair in points])
    key = _("{title} · omrids: {first}, udfyldt: {second}").format(
        title=axis.title, first=names[0], second=names[1]
    )
    length = _length([value for pair in points for value in pair.values], Axis(key, axis.divisor))
    offset = {"field": "side", "type": "nominal", "scale": {"paddingInner": 0.15}}
    common = {"y": rows, "x": length, "yOffset": offset}
    bar = _mark(
        "bar",
        {
            **common,
            "fill": _either("datum.side === '0'", "white", NOW),
            "stroke": _either("datum.side === '0'", EARLIER, NOW),
            "description": {"field": "said"},
        },
        strokeWidth=1.5,
    )
    words = _mark(
        "text",
        {**common, "text": {"field": "text"}},
        align="left",
        dx=6,
        fontSize=12,
        aria=False,
    )
    spec = _spec(values, [_zero(), bar, words], height=(_ROW + 14) * len(points))
    table = tuple((pair.label, *pair.texts) for pair in points)
    return _chart(title, spec, (what, *names), table)


def lines(
    title: str, places: Sequence[str], series: Sequence[Line], *, axis: Axis, what: str
) -> Chart:
    """Series over years (`places`), told apart by dash, shape and a name at the end of each.

    `what` heads the column of years. The axis begins at zero unless that would flatten every line.
    """
    values, ends = [], []
    low, high = _domain([value for line in series for value in line.values if value is not None])
    for at, line in enumerate(series):
        of_line = [
            {"at": place, "value": value, "text": text, "said": f"{line.name}, {name}: {text}"}
            for place, (name, value, text) in enumerate(
                zip(places, line.values, line.texts, strict=True)
            )
        ]
        # A place without a value breaks the line: nothing is drawn that nobody has said.
        values += [{**point, "line": str(at)} for point in of_line]
        known = [point for point in of_line if point["value"] is not None]
        if known:
            ends.append({**known[-1], "name": line.name, "line": str(at)})
    _apart(ends, (high - low) * 16 // _HEIGHT or 1, high)
    x = {
        "field": "at",
        "type": "ordinal",
        "scale": {"domain": list(range(len(places))), "type": "point", "padding": 0.15},
        "axis": {
            "title": None,
            "labelAngle": 0,
            "labelExpr": f"{json.dumps(_clean_all(places))}[datum.value]",
        },
    }
    y = {
        "field": "value",
        "type": "quantitative",
        "scale": {"domain": [low, high], "nice": False, "zero": False},
        "axis": {"title": axis.title, "tickCount": 6, "labelExpr": _figure(axis)},
    }
    layers = [
        _mark(
            "line",
            {
                "x": x,
                "y": y,
                "color": _by_line(SERIES, len(series)),
                "strokeDash": _by_line(DASHES, len(series)),
            },
            strokeWidth=2.5,
            aria=False,
        ),
        _mark(
            "point",
            {
                "x": x,
                "y": y,
                "color": _by_line(SERIES, len(series)),
                "shape": _by_line(SHAPES, len(series)),
                "description": {"field": "said"},
            },
            filled=True,
            opacity=1,
            size=70,
        ),
        {
            **_mark(
                "text",
                {
                    "x": x,
                    "y": {**y, "field": "label_at"},
                    "text": {"field": "name"},
                    "color": _by_line(SERIES, len(series)),
                },
                align="left",
                dx=10,
                aria=False,
            ),
            "data": {"values": _clean_rows(ends)},
        },
    ]
    spec = _spec(values, layers, height=_HEIGHT)
    table = tuple((place, *(line.texts[at] for line in series)) for at, place in enumerate(places))
    return _chart(title, spec, (what, *(line.name for line in series)), table)


def _either(test: str, value: str, other: str) -> dict[str, Any]:
    return {"condition": {"test": test, "value": value}, "value": other}


def _by_line(signs: Sequence[Any], count: int) -> dict[str, Any]:
    """The same sign for the same line in every layer."""
    return {
        "field": "line",
        "type": "nominal",
        "legend": None,
        "scale": {
            "domain": [str(at) for at in range(count)],
            "range": [signs[at % len(signs)] for at in range(count)],
        },
    }


def _domain(values: Sequence[int]) -> tuple[int, int]:
    """From zero, or from near the smallest where all lie close together far from zero."""
    if not values:
        return 0, 1
    low, high = min(values), max(values)
    room = (high - low) // 10 or abs(high) // 10 or 1
    if low >= 0 and (high - low) * 3 > high:
        return 0, high + room
    return low - room, high + room


def _apart(ends: list[dict[str, Any]], gap: int, high: int) -> None:
    """Move the names at the ends of lines so that none is written across another."""
    rising = sorted(ends, key=lambda end: int(end["value"]))
    places: list[int] = []
    for end in rising:
        places.append(max(int(end["value"]), places[-1] + gap if places else int(end["value"])))
    above = high + gap
    for end, place in zip(reversed(rising), reversed(places), strict=True):
        above = min(place, above - gap)
        end["label_at"] = above


def _figure(axis: Axis) -> str:
    return f"format(datum.value / {axis.divisor}, ',.3~f')"


def _rows_axis(labels: Sequence[str]) -> dict[str, Any]:
    """One row per label; two things with the same name are still two rows."""
    return {
        "field": "at",
        "type": "ordinal",
        "scale": {"domain": list(range(len(labels)))},
        "axis": {
            "title": None,
            "ticks": False,
            "domain": False,
            "labelPadding": 10,
            "labelExpr": f"{json.dumps(_clean_all(labels))}[datum.value]",
        },
    }


def _length(values: Sequence[int], axis: Axis) -> dict[str, Any]:
    """A scale with room for the words at the ends of the bars."""
    low, high = min([0, *values]), max([0, *values])
    room = (high - low) // 4 or 1
    domain = [low - room if low < 0 else 0, high + room if high > 0 or not low else 0]
    return {
        "field": "value",
        "type": "quantitative",
        "scale": {"domain": domain, "nice": False},
        "axis": {
            "title": axis.title,
            "tickCount": 5,
            "labelExpr": _figure(axis),
            "labelOverlap": True,
        },
    }


def _mark(kind: str, encoding: dict[str, Any], **settings: Any) -> dict[str, Any]:
    return {"mark": {"type": kind, **settings}, "encoding": encoding}


def _beside(rows: Any, length: Any, *, positive: bool) -> dict[str, Any]:
    """The written values outside the ends of the bars on one side of zero."""
    test = "datum.value > 0" if positive else "datum.value <= 0"
    side = {"align": "left", "dx": 6} if positive else {"align": "right", "dx": -6}
    words = _mark("text", {"y": rows, "x": length, "text": {"field": "text"}}, aria=False, **side)
    return {**words, "transform": [{"filter": test}]}


def _zero() -> dict[str, Any]:
    return {
        "data": {"values": [{"zero": 0}]},
        **_mark(
            "rule",
            {"x": {"field": "zero", "type": "quantitative"}},
            color=INK,
            strokeWidth=1,
            aria=False,
        ),
    }


def _clean_all(texts: Sequence[str]) -> list[str]:
    return [without_control_characters(text) for text in texts]


def _clean_rows(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {
            key: without_control_characters(value) if isinstance(value, str) else value
            for key, value in row.items()
        }
        for row in rows
    ]


def _spec(
    values: Sequence[dict[str, Any]], layers: Sequence[dict[str, Any]], *, height: int
) -> dict[str, Any]:
    return {
        "width": _WIDTH,
        "height": max(height, _ROW),
        "padding": 6,
        "config": _CONFIG,
        "data": {"values": _clean_rows(values)},
        "layer": list(layers),
    }


def _chart(
    title: str, spec: dict[str, Any], headings: tuple[str, ...], rows: Sequence[tuple[str, ...]]
) -> Chart:
    return Chart(title, drawn(without_control_characters(title), spec), headings, tuple(rows))
