"""The form of a dispensation from the agreement's limits on occupancy."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from rammevaerk.portal.common.forms import DayField, GuardedField
from rammevaerk.portal.tariffs.forms.fields import BasisPointsField


class DispensationForm(forms.Form):
    """What a service may assume, or that it may no longer."""

    occupancy = BasisPointsField(
        label=_("Forudsat belægning"),
        required=False,
        help_text=_("Den procent, der er givet lov til, fx «85 %»."),
    )
    withdrawn = forms.BooleanField(label=_("Tag en tidligere dispensation tilbage"), required=False)
    first_year = forms.IntegerField(label=_("Første takstår"), min_value=2007, max_value=2100)
    last_year = forms.IntegerField(label=_("Sidste takstår"), min_value=2007, max_value=2100)
    decision = GuardedField(
        label=_("Beslutning"),
        max_length=300,
        help_text=_("Hvem der har besluttet det og hvor, fx «Styregruppen, punkt 4»."),
    )
    decided_on = DayField(label=_("Besluttet den"))

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if "occupancy" in self.errors:
            return values
        given, withdrawn = values.get("occupancy"), values.get("withdrawn")
        if given == 0 or (given is None and not withdrawn):
            self.add_error("occupancy", _("Skriv den procent, der er givet lov til."))
        elif given is not None and withdrawn:
            self.add_error("occupancy", _("Lad procenten stå tom, når du tager en tilbage."))
        return values
