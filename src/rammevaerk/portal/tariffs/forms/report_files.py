"""A budget handed in as a file."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from rammevaerk.portal.common.forms import DayField, GuardedField, LimitedFileField


class BudgetFileForm(forms.Form):
    """The file, and for when it is."""

    valid_from = DayField(label=_("Gælder fra"))
    reason = GuardedField(label=_("Begrundelse"), max_length=500, required=False)
    file = forms.FileField()

    def __init__(self, *args: Any, too_large: str = "", **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["file"] = LimitedFileField(
            too_large=too_large,
            label=_("Budgetfil"),
            help_text=_("Den udfyldte skabelon (xlsx), eller et takstbudget som tekstfil (toml)."),
        )
