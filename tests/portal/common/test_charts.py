"""Charts are pictures that our pages may hold, and that can be read without seeing them."""

import re
from collections.abc import Callable

import pytest
from lxml import etree

from rammevaerk.portal.common.charts import (
    LESS,
    MORE,
    NOW,
    SERIES,
    Axis,
    Bar,
    Chart,
    Line,
    Pair,
    bars,
    lines,
    money_axis,
    pairs,
)
from rammevaerk.portal.common.drawing import KEYBOARD_MARKS

SVG = "{http://www.w3.org/2000/svg}"
KR = Axis("Ændring (kr.)", 100)
NASTY = "Å <script>alert(1)</script> & \"'\x07"


def three_bars() -> Chart:
    return bars(
        "Aarhus betaler mindre",
        [
            Bar("Aarhus", -90_00, "-90,00 kr."),
            Bar("Samsø", 0, "0,00 kr."),
            Bar("Viborg", 120_50, "120,50 kr."),
        ],
        axis=KR,
        what="Kommune",
    )


def two_pairs() -> Chart:
    return pairs(
        "Før og efter",
        [Pair("Viborg", (1, 2), ("0,01 kr.", "0,02 kr.")), Pair(NASTY, (3, 0), ("3", "0"))],
        names=("Før", "Efter"),
        axis=KR,
        what="Kommune",
    )


def two_lines() -> Chart:
    return lines(
        "Over tre år",
        ["2023", "2024", "2025"],
        [
            Line("Kommunal", (100, None, 300), ("1 kr.", "–", "3 kr.")),
            Line("Regional", (110, 200, 299), ("1,10 kr.", "2 kr.", "2,99 kr.")),
        ],
        axis=KR,
        what="År",
    )


def read(chart: Chart) -> etree._Element:
    return etree.fromstring(str(chart.svg))


def names(chart: Chart) -> list[str]:
    return [mark.get("aria-label", "") for mark in read(chart).iter() if mark.get("aria-label")]


@pytest.mark.parametrize("drawn", [three_bars, two_pairs, two_lines])
def test_a_chart_is_svg_with_a_title_that_a_strict_page_may_hold(
    drawn: Callable[[], Chart],
) -> None:
    chart = drawn()
    root = read(chart)
    assert root.tag == f"{SVG}svg"
    assert root[0].tag == f"{SVG}title"
    assert root[0].text == chart.title
    assert root.get("viewBox")
    assert root.get("width") is None
    assert root.get("height") is None
    for element in root.iter():
        assert element.tag not in {f"{SVG}style", f"{SVG}script", f"{SVG}image", f"{SVG}a"}
        assert "style" not in element.attrib
        assert not any(name.startswith("on") or name.endswith("href") for name in element.attrib)


@pytest.mark.parametrize("drawn", [three_bars, two_pairs, two_lines])
def test_the_same_values_give_the_same_bytes(drawn: Callable[[], Chart]) -> None:
    from django.core.cache import cache

    first = drawn().svg
    cache.clear()
    assert drawn().svg == first


def test_bars_are_sorted_and_stand_on_their_own_side_of_zero() -> None:
    chart = three_bars()
    assert [row[0] for row in chart.rows] == ["Viborg", "Samsø", "Aarhus"]
    marks = {mark.get("aria-label"): mark for mark in read(chart).iter() if mark.get("tabindex")}
    assert list(marks) == ["Viborg: 120,50 kr.", "Samsø: 0,00 kr.", "Aarhus: -90,00 kr."]
    assert marks["Viborg: 120,50 kr."].get("fill") == MORE
    assert marks["Aarhus: -90,00 kr."].get("fill") == LESS


def test_two_things_of_the_same_name_are_two_bars() -> None:
    chart = bars("To ens", [Bar("Elme", 1, "1"), Bar("Elme", 2, "2")], axis=KR, what="Tilbud")
    assert names(chart) == ["Elme: 2", "Elme: 1"]


def test_each_mark_says_its_words_to_pointer_and_screen_reader() -> None:
    chart = two_lines()
    assert names(chart) == [
        "Kommunal, 2023: 1 kr.",
        "Kommunal, 2025: 3 kr.",
        "Regional, 2023: 1,10 kr.",
        "Regional, 2024: 2 kr.",
        "Regional, 2025: 2,99 kr.",
    ]
    for mark in read(chart).iter():
        if mark.get("aria-label"):
            assert mark.findtext(f"{SVG}title") == mark.get("aria-label")
            assert mark.get("role") == "img"


def test_a_year_without_a_value_breaks_the_line() -> None:
    drawn = [
        element.get("d")
        for element in read(two_lines()).iter(f"{SVG}path")
        if element.get("stroke") == SERIES[0] and not element.get("aria-label")
    ]
    assert drawn
    assert all("L" not in (path or "") for path in drawn)


def test_names_at_the_ends_of_lines_do_not_cover_each_other() -> None:
    heights = [
        float(found[1])
        for text in read(two_lines()).iter(f"{SVG}text")
        if text.text in {"Kommunal", "Regional"}
        and (found := re.search(r",([\d.]+)\)", text.get("transform", "")))
    ]
    assert len(heights) == 2
    assert abs(heights[0] - heights[1]) >= 15


def test_with_very_many_marks_the_picture_is_one_thing() -> None:
    many = [Bar(f"Tilbud {at}", at, f"{at}") for at in range(KEYBOARD_MARKS + 1)]
    root = read(bars("Mange", many, axis=KR, what="Tilbud"))
    assert root.get("role") == "img"
    assert not [mark for mark in root.iter() if mark.get("tabindex")]
    few = read(three_bars())
    assert few.get("role") == "graphics-document"


def test_hostile_names_stay_words() -> None:
    chart = two_pairs()
    assert "<script" not in chart.svg
    assert "Å <script>alert(1)</script> & \"'" in "".join(read(chart).itertext())


def test_figures_on_the_axis_are_danish() -> None:
    chart = bars("Stort", [Bar("A", 250_000_00, "x")], axis=KR, what="K")
    words = [text.text for text in read(chart).iter(f"{SVG}text")]
    assert "100.000" in words


@pytest.mark.parametrize(
    ("largest", "expected"),
    [
        (199_999_99, Axis("Udgift (1.000 kr.)", 100_000)),
        (200_000_000, Axis("Udgift (mio. kr.)", 100_000_000)),
        (199_999, Axis("Udgift (kr.)", 100)),
        (0, Axis("Udgift (kr.)", 100)),
    ],
)
def test_an_axis_of_money_is_as_coarse_as_its_figures(largest: int, expected: Axis) -> None:
    assert money_axis("Udgift", [-largest, 0]) == expected


@pytest.mark.parametrize("empty", [True, False])
def test_a_chart_of_nothing_or_of_zeros_is_still_a_chart(empty: bool) -> None:
    points = [] if empty else [Bar("A", 0, "0")]
    assert len(names(bars("Intet", points, axis=KR, what="K"))) == len(points)
    series = [] if empty else [Line("A", (None,), ("–",))]
    assert names(lines("Intet", ["2024"], series, axis=KR, what="År")) == []


def test_the_picture_for_a_document_is_a_png() -> None:
    assert three_bars().png().startswith(b"\x89PNG")


@pytest.mark.parametrize("colour", [*SERIES, LESS, MORE, NOW])
def test_every_colour_can_be_told_from_the_paper(colour: str) -> None:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    light = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    assert 1.05 / (light + 0.05) >= 4.5
