"""Forms of the buyer's pages: a year's budget, and what a list of citizens is narrowed by."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from rammevaerk.portal.common.forms import GuardedField, offer
from rammevaerk.portal.tariffs.forms.fields import KronerField

_ALL = ("", _("Alle"))


class BudgetForm(forms.Form):
    """What is set aside for a year."""

    amount = KronerField(label=_("Budget (kr.)"), required=True)
    note = GuardedField(
        label=_("Bemærkning"),
        max_length=300,
        required=False,
        help_text=_("Fx hvornår budgettet er besluttet."),
    )


class YearForm(forms.Form):
    """Which year is looked at."""

    aar = forms.TypedChoiceField(label=_("År"), coerce=int, required=False, empty_value=None)

    def __init__(self, *args: Any, today: date, **more: Any) -> None:
        super().__init__(*args, **more)
        years = (today.year - 1, today.year, today.year + 1)
        offer(self, "aar", [(year, str(year)) for year in years])


class CitizenFilterForm(forms.Form):
    """The filters of the buyer's citizens."""

    q = forms.CharField(label=_("Borger eller tilbud"), max_length=60, required=False)
    vis = forms.ChoiceField(
        label=_("Vis"),
        choices=[
            _ALL,
            ("betaler", _("Dem, vi betaler for")),
            ("kontrakt", _("Uden gældende kontrakt")),
            ("maal", _("Med opfølgning over fristen")),
            ("slutter", _("Med slutdato")),
        ],
        required=False,
    )
