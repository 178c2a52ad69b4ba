"""What the template filters and tags write."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django import forms
from django.template import Context, RequestContext, Template
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from rammevaerk.engine.periods import parse_partial_date_da
from rammevaerk.portal.common.templatetags import danish


@pytest.mark.parametrize(
    ("ore", "text"),
    [
        (123450, "1.234,50 kr."),
        (0, "0,00 kr."),
        (5, "0,05 kr."),
        (-5, "-0,05 kr."),
        (-123_456_789, "-1.234.567,89 kr."),
        (None, "–"),
        ("", "–"),
    ],
)
def test_ore_are_written_as_kroner(ore: int | None, text: str) -> None:
    assert danish.kr(ore) == text


@pytest.mark.parametrize("value", [12.5, Decimal("12.5"), True, "12"])
def test_an_amount_that_is_not_whole_ore_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        danish.kr(value)


@given(st.integers(min_value=-(2**63), max_value=2**63 - 1))
def test_an_amount_can_be_read_back_to_the_ore(ore: int) -> None:
    written = danish.kr(ore).removesuffix(" kr.")
    assert int(written.replace(".", "").replace(",", "")) == ore
    assert written[-3] == ","


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (1234567, None, "1.234.567"),
        (999, None, "999"),
        (1000, 1, "1.000,0"),
        (Decimal("1234.50"), None, "1.234,50"),
        (Decimal("0.125"), 2, "0,13"),
        (Decimal("-0.001"), 2, "0,00"),
        (2.675, 2, "2,68"),
        (Decimal("1E+3"), None, "1.000"),
        (None, None, "–"),
    ],
)
def test_numbers_have_dots_and_a_comma(value: object, decimals: int | None, text: str) -> None:
    assert danish.number(value, decimals) == text


def test_a_float_without_decimals_is_refused() -> None:
    with pytest.raises(TypeError):
        danish.number(0.1)


@pytest.mark.parametrize(
    ("share", "decimals", "text"),
    [
        (550, None, "5,5 pct."),
        (Decimal("0.055"), None, "5,5 pct."),
        (10_000, None, "100 pct."),
        (1, None, "0,01 pct."),
        (Decimal("1"), None, "100 pct."),
        (Decimal(1) / Decimal(3), 1, "33,3 pct."),
        (0, None, "0 pct."),
        (-25, None, "-0,25 pct."),
        (None, None, "–"),
    ],
)
def test_shares_are_written_in_percent(share: object, decimals: int | None, text: str) -> None:
    assert danish.pct(share, decimals) == text


def test_a_share_that_is_a_float_is_refused() -> None:
    with pytest.raises(TypeError):
        danish.pct(0.055)


def test_days_and_moments_are_written_as_danes_write_them() -> None:
    assert danish.dato(date(2026, 2, 27)) == "27. februar 2026"
    assert danish.dato(None) == "–"
    assert danish.dato_tid(datetime(2026, 2, 27, 12, 5, tzinfo=UTC)) == "27. februar 2026 kl. 13.05"
    assert danish.dato_tid(None) == "–"


def test_a_moment_belongs_to_the_danish_day() -> None:
    just_after_midnight = datetime(2026, 6, 30, 22, 30, tzinfo=UTC)
    assert danish.dato(just_after_midnight) == "1. juli 2026"
    assert danish.dato_tid(just_after_midnight) == "1. juli 2026 kl. 00.30"


def test_a_partial_date_keeps_its_precision() -> None:
    assert danish.partial(parse_partial_date_da("Q1 2025")) == "1. kvartal 2025"
    assert danish.partial(None) == "–"


def test_a_half_open_end_is_shown_as_its_last_day() -> None:
    assert danish.til_og_med(date(2027, 1, 1)) == "31. december 2026"
    assert danish.til_og_med(date(2024, 3, 1)) == "29. februar 2024"
    assert danish.til_og_med(None) == ""


def test_an_icon_is_hidden_from_screen_readers_and_its_name_is_escaped() -> None:
    drawn = Template("{% load danish %}{% icon name %}").render(Context({"name": 'a"><b'}))
    assert 'aria-hidden="true"' in drawn
    assert "<b" not in drawn


@pytest.mark.parametrize(
    ("tag", "text"),
    [
        ("{% query side=2 %}", "?status=i_gang&amp;side=2"),
        ("{% query side=1234 %}", "?status=i_gang&amp;side=1234"),
        ("{% query side=None status='' %}", "?"),
        ("{% query q='æ&ø' %}", "?status=i_gang&amp;side=7&amp;q=%C3%A6%26%C3%B8"),
    ],
)
def test_query_replaces_parameters_and_keeps_the_rest(tag: str, text: str) -> None:
    request = RequestFactory().get("/", {"status": "i_gang", "side": "7"})
    assert Template("{% load danish %}" + tag).render(RequestContext(request)) == text


class Sample(forms.Form):
    place = forms.ChoiceField(choices=[("a", "A")])
    title = forms.CharField(help_text="Højst 20 tegn.", widget=forms.TextInput({"class": "wide"}))
    agreed = forms.BooleanField()


@pytest.mark.parametrize(
    ("name", "classes"),
    [("place", "form-select"), ("title", "form-input wide"), ("agreed", "form-checkbox")],
)
def test_an_input_gets_the_class_of_its_kind_and_keeps_its_own(name: str, classes: str) -> None:
    assert f'class="{classes}"' in danish.control(Sample()[name])


def test_an_input_with_an_error_points_at_its_help_and_its_error() -> None:
    drawn = danish.control(Sample({})["title"])
    assert 'aria-describedby="id_title_helptext id_title_error"' in drawn
    assert 'aria-invalid="true"' in drawn
