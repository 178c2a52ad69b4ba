"""Forms of who takes part."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from rammevaerk.portal.agreement.forms.parts import Choices
from rammevaerk.portal.common.forms import DayField, GuardedField, offer


class JoinForm(forms.Form):
    """An organisation takes part in an initiative."""

    organisation = forms.TypedChoiceField(label=_("Deltager"), coerce=int)
    valid_from = DayField(label=_("Deltager fra"), required=False)
    note = GuardedField(label=_("Bemærkning"), max_length=500, required=False)
    source = GuardedField(label=_("Kilde"), max_length=300, required=False)

    def __init__(self, organisations: Choices, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "organisation", organisations)


class CountForm(forms.Form):
    """How many took part in a period."""

    value = forms.IntegerField(label=_("Antal"), min_value=0, max_value=1_000_000)
    unit = GuardedField(
        label=_("Hvad tælles"), max_length=60, help_text=_("Fx «borgere» eller «børn og unge».")
    )
    period_from = DayField(label=_("Periode fra"))
    period_last = DayField(label=_("Periode til og med"))
    as_of = DayField(label=_("Opgjort pr."), required=False)
    source = GuardedField(label=_("Kilde"), max_length=300, required=False)

    def clean(self) -> None:
        first, last = self.cleaned_data.get("period_from"), self.cleaned_data.get("period_last")
        if first and last and last < first:
            self.add_error("period_last", _("Perioden slutter, før den begynder."))

    def period_to(self) -> date:
        """The first day after the period."""
        last: date = self.cleaned_data["period_last"]
        return last + timedelta(days=1)


class EndForm(forms.Form):
    """The last day of a participation."""

    last_day = DayField(label=_("Sidste dag"))
