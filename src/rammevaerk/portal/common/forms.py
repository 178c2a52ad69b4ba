"""Form fields that read what Danish officials write, and say in Danish what is wrong."""

import re
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from rammevaerk.engine.date_words import date_text_da
from rammevaerk.engine.errors import UnreadableDate
from rammevaerk.engine.periods import PartialDate, Precision, parse_partial_date_da
from rammevaerk.portal.common.fields import refuse_cpr


class GuardedField(forms.CharField):
    """Text that may hold no CPR number."""

    def clean(self, value: Any) -> str:
        text = str(super().clean(value)).replace("\r\n", "\n")
        refuse_cpr(text)
        return text


class PartialDateFormField(forms.CharField):
    """A date as precise as it is known: «20. september 2024», «1. kvartal 2025», «2027»."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 60)
        kwargs.setdefault(
            "help_text",
            _("Fx «20. september 2024», «januar 2025», «1. kvartal 2025» eller «2027»."),
        )
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        return value.text_da() if isinstance(value, PartialDate) else value

    def clean(self, value: Any) -> PartialDate | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            return parse_partial_date_da(text)
        except UnreadableDate as problem:
            raise ValidationError(problem.reason_da, code="date") from problem


class DayField(PartialDateFormField):
    """One civil day: «8. april 2025» or «08-04-2025»."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", _("Fx «8. april 2025» eller «08-04-2025»."))
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        return date_text_da(value) if isinstance(value, date) else super().prepare_value(value)

    def clean(self, value: Any) -> Any:
        found = super().clean(value)
        if found is None:
            return None
        if found.precision is not Precision.DAY:
            raise ValidationError(
                _("«%(text)s» er ikke en bestemt dag; skriv dag, måned og år."),
                params={"text": found.text_da()},
            )
        return found.first


def mistakes_of(field: forms.BoundField) -> list[str]:
    """What is wrong with a field, in words; one left empty is named, and what to do is said."""
    return [
        _plainly(field, error) or str(text)
        for error in field.errors.as_data()
        for text in error.messages
    ]


_LIMITS = {
    "max_value": (MaxValueValidator.message, _("Skriv højst %s.")),
    "min_value": (MinValueValidator.message, _("Skriv mindst %s.")),
}


def _plainly(field: forms.BoundField, error: ValidationError) -> str:
    """Django's own words of an empty field and of a limit, as an official would say them."""
    if _is_djangos_required(error):
        return _left_empty(field)
    usual, plain = _LIMITS.get(error.code or "", ("", ""))
    if plain and str(error.message) == str(usual):
        return str(plain) % (error.params or {})["limit_value"]
    return ""


def _is_djangos_required(error: ValidationError) -> bool:
    return error.code == "required" and (
        str(error.message) == str(forms.Field.default_error_messages["required"])
    )


def _left_empty(field: forms.BoundField) -> str:
    kind = field.field
    if isinstance(kind, forms.FileField):
        text = _("Vælg en fil i «%s».")
    elif isinstance(kind, forms.BooleanField):
        text = _("Sæt kryds ved «%s».")
    elif isinstance(kind, forms.ChoiceField):
        text = _("Vælg i «%s».")
    elif isinstance(kind, DayField):
        text = _("Skriv en dag i «%s», fx «8. april 2025».")
    else:
        text = _("Udfyld «%s».")
    return text % field.label


class LimitedFileField(forms.FileField):
    """A file; says so when the upload was cut off because it was too large."""

    def __init__(self, *, too_large: str = "", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.too_large = too_large

    def clean(self, data: Any, initial: Any = None) -> Any:
        if self.too_large:
            raise ValidationError(
                _(
                    "Filen «%(name)s» er større end 20 MB og er ikke taget imod. Gør den mindre,"
                    " eller del den op. Intet er gemt."
                ),
                params={"name": self.too_large[:80]},
            )
        return super().clean(data, initial)


def row_id(text: str) -> int | None:
    """The id that an address or a hidden field names; None for anything that cannot be one."""
    return int(text) if re.fullmatch("[0-9]{1,18}", text) else None


def offer(form: forms.BaseForm, name: str, choices: Sequence[tuple[Any, Any]]) -> None:
    """Set what a choice field offers; known only when the form is made."""
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)  # noqa: S101 - a slip of ours, not input
    field.choices = choices


def show_problem(form: forms.BaseForm, problem: ValidationError) -> None:
    """Put an operation's refusal at the fields it speaks of; the rest above the form."""
    if not hasattr(problem, "error_dict"):
        form.add_error(None, problem)
        return
    for name, errors in problem.error_dict.items():
        form.add_error(name if name in form.fields else None, errors)


def carried_out(form: forms.BaseForm, work: Callable[[], object]) -> bool:
    """Do the work when the form can be used; says whether it was done.

    An operation's refusal is shown in the form, at the fields it speaks of.
    """
    if not form.is_valid():
        return False
    try:
        work()
    except ValidationError as problem:
        show_problem(form, problem)
        return False
    return True


def status_of(form: forms.BaseForm) -> int:
    """The HTTP status of a page with this form: 422 when what was sent cannot be used."""
    return 422 if form.is_bound and form.errors else 200
