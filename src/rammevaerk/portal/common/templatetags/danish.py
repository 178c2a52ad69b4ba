"""How templates write amounts, dates and shares in Danish, and draw the design system's parts."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django import template
from django.forms import BoundField
from django.http import QueryDict
from django.template.context import Context
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from rammevaerk.engine.date_words import date_text_da
from rammevaerk.engine.parameters import packaged_sources
from rammevaerk.engine.periods import PartialDate
from rammevaerk.portal.common.clock import day_of
from rammevaerk.portal.common.forms import mistakes_of

NOTHING = "–"
# A line that may hold this many characters gets a box that shows most of a sentence.
LONG_LINE = 150
SPRITE = "vendor/dkfds-11.2.0/img/all-svg-icons.svg"
_CONTROL_CLASS = {"select": "form-select", "checkbox": "form-checkbox", "radio": "form-radio"}

register = template.Library()


def _missing(value: Any) -> bool:
    return value is None or value == ""


def _whole(value: Any, filter_name: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"{filter_name} takes a whole number, not {value!r}")
    return value


def _danish(value: Decimal, decimals: int | None) -> str:
    """Dot between thousands, comma before decimals; None keeps the decimals there are."""
    if decimals is not None:
        value = value.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    if not value:
        value = abs(value)  # never "-0"
    return f"{value:,f}".translate(str.maketrans(",.", ".,"))


@register.filter
def kr(ore: int | None) -> str:
    """Whole øre as kroner: 123450 → "1.234,50 kr."; None → en dash. A float is a TypeError."""
    if _missing(ore):
        return NOTHING
    return f"{_danish(Decimal(_whole(ore, 'kr')).scaleb(-2), 2)} kr."


@register.filter
def kroner(ore: int | None) -> str:
    """As ``kr`` without the unit, for a column whose heading has it; None → en dash."""
    return kr(ore).removesuffix(" kr.")


@register.filter
def number(value: int | Decimal | None, decimals: int | None = None) -> str:
    """1234567 → "1.234.567", Decimal("1234.5") → "1.234,5"; None → en dash.

    With an argument the number is rounded half up to that many decimals. A float must have one,
    since its own decimals mean nothing.
    """
    if _missing(value):
        return NOTHING
    if isinstance(value, float):
        if decimals is None:
            raise TypeError(f"number needs to know how many decimals of {value!r} to show")
        value = Decimal(repr(value))
    if not isinstance(value, Decimal):
        value = Decimal(_whole(value, "number"))
    return _danish(value, decimals)


@register.filter
def pct(share: int | Decimal | None, decimals: int | None = None) -> str:
    """A share as percent: 550 basis points or Decimal("0.055") → "5,5 pct."; None → en dash.

    A whole number is basis points and a Decimal is the share itself, as everywhere in the
    engine. Without an argument no decimal is lost and no ending zero is shown.
    """
    if _missing(share):
        return NOTHING
    exact = share * 100 if isinstance(share, Decimal) else Decimal(_whole(share, "pct")) / 100
    if decimals is None:
        decimals = max(0, -int(exact.normalize().as_tuple().exponent))
    return f"{_danish(exact, decimals)} pct."


@register.filter
def dato(day: date | datetime | None) -> str:
    """The civil Danish day: "27. februar 2026"; None → en dash."""
    if not day:
        return NOTHING
    return date_text_da(day_of(day) if isinstance(day, datetime) else day)


@register.filter
def dato_tid(at: datetime | None) -> str:
    """Day and Danish clock: "27. februar 2026 kl. 13.05"; None → en dash."""
    if not at:
        return NOTHING
    local = timezone.localtime(at)
    return f"{date_text_da(local.date())} kl. {local:%H.%M}"


@register.filter
def partial(value: PartialDate | None) -> str:
    """A date as precise as it is known: "1. kvartal 2025"; None → en dash."""
    return value.text_da() if value else NOTHING


@register.filter
def kilde(key: str) -> str:
    """The title of a source of the rules, for its key; what is no key stands as it is."""
    known = packaged_sources().get(key)
    return known.title_da if known else key


@register.filter
def til_og_med(end: date | None) -> str:
    """The last day of a half-open period, from its end; "" when the period is open."""
    return date_text_da(end - timedelta(days=1)) if end else ""


@register.simple_tag
def icon(name: str) -> SafeString:
    """A picture from the design system's sprite; hidden from screen readers: write the text too."""
    return format_html(
        '<svg class="icon-svg" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        static(SPRITE),
        name,
    )


@register.simple_tag(takes_context=True)
def query(context: Context, **changes: Any) -> str:
    """This page's query string with parameters replaced; None or "" removes one."""
    request = getattr(context, "request", None)
    kept = request.GET.copy() if request else QueryDict(mutable=True)
    for name, value in changes.items():
        if value is None or value == "":
            kept.pop(name, None)
        else:
            kept[name] = str(value)
    return f"?{kept.urlencode()}"


@register.filter
def mistakes(field: BoundField) -> list[str]:
    """What is wrong with a field, as it is said at the field."""
    return mistakes_of(field)


@register.filter
def mistakes_named(field: BoundField) -> list[str]:
    """What is wrong with a field, as it is said away from it: with the field's name."""
    found = mistakes_of(field)
    name = str(field.label)
    return [text if f"«{name}»" in text else f"{name}: {text}" for text in found]


@register.simple_tag
def control(field: BoundField) -> SafeString:
    """A form field's input with the design system's class; label and errors: components/field."""
    widget = field.field.widget
    kind = getattr(widget, "input_type", "")
    wide = (getattr(field.field, "max_length", None) or 0) >= LONG_LINE
    classes = (
        _CONTROL_CLASS.get(kind, "form-input"),
        "form-input-wide" if wide and kind == "text" else "",
        widget.attrs.get("class", ""),
    )
    render: Callable[..., SafeString] = field.as_widget
    return render(attrs={"class": " ".join(filter(None, classes))})
