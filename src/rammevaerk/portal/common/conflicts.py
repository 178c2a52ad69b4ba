"""Two people edit one row: the second sees what the first wrote beside what he wrote himself."""

from collections.abc import Mapping
from datetime import date, time
from typing import Any

from django.forms import BaseForm, ChoiceField
from django.utils.translation import gettext as _

from rammevaerk.engine.date_words import date_text_da
from rammevaerk.engine.periods import PartialDate


def texts_side_by_side(form: BaseForm, stored: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What stands now and what was written, field by field, for components/difference.html."""
    return [
        {
            "name": field.label,
            "before": (now := _shown(form, name, stored[name])),
            "after": (written := _shown(form, name, form.cleaned_data.get(name))),
            "changed": now != written,
        }
        for name, field in form.fields.items()
        if name in stored
    ]


def _shown(form: BaseForm, name: str, value: Any) -> str:
    field = form.fields[name]
    if isinstance(field, ChoiceField):
        choices: Any = field.choices
        return str(dict(choices).get(value, _("(ikke angivet)")))
    if isinstance(value, PartialDate):
        return value.text_da()
    if isinstance(value, date):
        return date_text_da(value)
    if isinstance(value, time):
        return f"{value:%H.%M}"
    return "" if value is None else str(value)
