"""Fields of placements: hours and minutes a week, a month, a clock, a quantity."""

import re
from datetime import date, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rammevaerk.engine.periods import PartialDate, Precision
from rammevaerk.portal.common.forms import GuardedField, PartialDateFormField
from rammevaerk.portal.placements.operations.periods import MOST_HOURS

_HOURS = re.compile(
    r"(?P<sign>[-−]?)(?P<hours>[0-9]{1,5})"
    r"(?:(?::|\.| ?t(?:imer|\.)? ?(?:og )?)(?P<minutes>[0-9]{1,2})(?: ?min(?:utter|\.)?)?"
    r"|,(?P<part>[0-9]{1,2})(?: ?t(?:imer|\.)?)?| ?t(?:imer|\.)?)?"
)
_CLOCK = re.compile(r"(?:kl\.? ?)?([0-9]{1,2})(?:[.:]([0-9]{2}))?")
_QUANTITY = re.compile(r"([0-9]{1,3}(?:\.[0-9]{3})*|[0-9]{1,6})(?:,([0-9]{1,2}))?")
_HOUR = 60


def hours_text(minutes: int) -> str:
    """«20:30», hours and minutes a week."""
    return f"{minutes // _HOUR}:{minutes % _HOUR:02}"


class WeeklyHoursField(GuardedField):
    """Hours a week: «20», «20:30», «20,5» or «20 t. 30 min.»; minutes inside."""

    def __init__(self, **more: Any) -> None:
        super().__init__(**{"max_length": 24, "required": False, **more})

    def prepare_value(self, value: Any) -> Any:
        return hours_text(value) if isinstance(value, int) else value

    def clean(self, value: Any) -> Any:
        text = super().clean(value).strip().lower()
        if not text:
            return 0
        found = _HOURS.fullmatch(text)
        minutes = int(found["minutes"] or 0) if found else 0
        if found is None or minutes >= _HOUR:
            raise ValidationError(
                _("«%s» er intet timetal. Skriv timer og minutter, fx 20:30, eller 20,5.") % text
            )
        if found["sign"] and (int(found["hours"]) or minutes or found["part"]):
            raise ValidationError(
                _("%s er under nul. Der kan ikke gives færre end 0 timer.") % text
            )
        if found["part"]:
            hundredths = int(found["part"].ljust(2, "0"))
            minutes = (hundredths * _HOUR + 50) // 100
        total = int(found["hours"]) * _HOUR + minutes
        if total > MOST_HOURS * _HOUR:
            raise ValidationError(
                _(
                    "%(given)s timer om ugen er flere end de %(most)s, som to medarbejdere døgnet"
                    " rundt kan give. Er der tastet forkert?"
                )
                % {"given": found["hours"], "most": MOST_HOURS}
            )
        return total


class MonthField(PartialDateFormField):
    """A month: «maj 1990» or «2026-05»; its first day inside."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", gettext_lazy("Fx «maj 1990»."))
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, date):
            value = PartialDate(value.replace(day=1), Precision.MONTH)
        return super().prepare_value(value)

    def clean(self, value: Any) -> Any:
        found = super().clean(value)
        if found is None:
            return None
        if found.precision is not Precision.MONTH:
            raise ValidationError(
                _("«%s» er ingen måned; skriv måned og år og ingen dag.") % found.text_da()
            )
        return found.first


class ClockField(GuardedField):
    """A time of day: «8», «8.30», «20:00»; midnight begins the day."""

    def __init__(self, **more: Any) -> None:
        super().__init__(**{"max_length": 12, **more})

    def prepare_value(self, value: Any) -> Any:
        return f"{value:%H.%M}" if isinstance(value, time) else value

    def clean(self, value: Any) -> Any:
        text = super().clean(value).strip().lower()
        if not text:
            return None
        found = _CLOCK.fullmatch(text)
        hour, minute = (int(found[1]), int(found[2] or 0)) if found else (24, 0)
        if hour > 23 or minute >= _HOUR:
            raise ValidationError(_("«%s» er intet klokkeslæt. Skriv fx 8.30 eller 20.00.") % text)
        return time(hour, minute)


class QuantityField(GuardedField):
    """An amount with at most two decimals: «7,25»; hundredths inside."""

    def __init__(self, **more: Any) -> None:
        super().__init__(**{"max_length": 14, **more})

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, int):
            return value
        return f"{value // 100},{value % 100:02}"

    def clean(self, value: Any) -> Any:
        text = super().clean(value).strip()
        found = _QUANTITY.fullmatch(text)
        if found is None:
            raise ValidationError(
                _("«%s» er ingen mængde. Skriv et tal fra 0 med højst to decimaler, fx 7,25.")
                % text
            )
        return int(found[1].replace(".", "")) * 100 + int((found[2] or "").ljust(2, "0"))


class ChoiceOfId(forms.TypedChoiceField):
    """One of some rows by id; None when nothing is chosen."""

    def __init__(self, **more: Any) -> None:
        super().__init__(coerce=int, empty_value=None, **more)
