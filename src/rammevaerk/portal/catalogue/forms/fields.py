"""Fields of the catalogue: numbers as they are written, last days, shares in percent."""

import re
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from rammevaerk.portal.common.forms import DayField
from rammevaerk.portal.common.templatetags.danish import number


class DigitsField(forms.CharField):
    """A number that names something; spaces and dots between the digits are left out."""

    def clean(self, value: Any) -> str:
        return re.sub(r"[\s.\-]", "", str(super().clean(value)))


class LastDayField(DayField):
    """The last day of a period; as a value the day after, where the period ends."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        kwargs.setdefault("help_text", _("Lad feltet stå tomt, når der ingen slutdag er."))
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        shown = value - timedelta(days=1) if isinstance(value, date) else value
        return super().prepare_value(shown)

    def clean(self, value: Any) -> Any:
        last = super().clean(value)
        if last == date.max:
            raise ValidationError(_("Vælg en tidligere dag."))
        return None if last is None else last + timedelta(days=1)


class PercentField(forms.CharField):
    """A share in percent with up to two decimals; as a value whole hundredths of a percent."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=10, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return number(Decimal(value).scaleb(-2)) if isinstance(value, int) else value

    def clean(self, value: Any) -> int | None:
        text = str(super().clean(value)).replace("%", "").strip()
        if not text:
            return None
        try:
            points = Decimal(text.replace(",", ".")) * 100
        except InvalidOperation:
            points = Decimal("NaN")
        if not points.is_finite() or points != points.to_integral_value() or points < 0:
            raise ValidationError(_("Skriv en procent med højst to decimaler, fx 97,5."))
        return int(min(points, Decimal(10**6)))
