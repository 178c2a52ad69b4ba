"""The form of settlement terms."""

from django import forms
from django.utils.translation import gettext_lazy

from rammevaerk.portal.common.forms import GuardedField
from rammevaerk.portal.placements.forms.fields import MonthField
from rammevaerk.portal.placements.models.terms import DayCount, Rounding

_WHOLE = {"invalid": gettext_lazy("Skriv et helt tal.")}


class TermsForm(forms.Form):
    """How a service is settled from a month."""

    valid_from = MonthField(
        label=gettext_lazy("Gælder fra"), help_text=gettext_lazy("Fx «januar 2027».")
    )
    day_count = forms.ChoiceField(
        label=gettext_lazy("Døgnprincip"),
        choices=DayCount.choices,
        widget=forms.RadioSelect,
        help_text=gettext_lazy(
            "Kalenderdøgn: hver dag, borgeren har været der, også den sidste. Hoteldøgn: hvert helt"
            " døgn på 24 timer."
        ),
    )
    rounding = forms.ChoiceField(label=gettext_lazy("Afrunding"), choices=Rounding.choices)
    absence_full_days = forms.IntegerField(
        label=gettext_lazy("Fraværsdage med fuld betaling"),
        min_value=0, max_value=3660, error_messages=_WHOLE,
    )  # fmt: skip
    absence_basis_pct = forms.IntegerField(
        label=gettext_lazy("Derefter af basistaksten (pct.)"),
        min_value=0, max_value=100, error_messages=_WHOLE,
    )  # fmt: skip
    absence_service_pct = forms.IntegerField(
        label=gettext_lazy("Derefter af ydelsen (pct.)"),
        min_value=0, max_value=100, error_messages=_WHOLE,
    )  # fmt: skip
    over_cap_pct = forms.IntegerField(
        label=gettext_lazy("Basistakst ved overbelægning (pct.)"),
        min_value=0, max_value=500, initial=100, error_messages=_WHOLE,
        help_text=gettext_lazy("På dage med flere ophold end pladser. 100 er uændret takst."),
    )  # fmt: skip
    notice_basis_pct = forms.IntegerField(
        label=gettext_lazy("Tomgangsdage: af basistaksten (pct.)"),
        min_value=0, max_value=100, initial=100, error_messages=_WHOLE,
        help_text=gettext_lazy(
            "Døgn fra borgeren er flyttet, til varslet er udløbet. Normalt fortsætter den fulde"
            " takst."
        ),
    )  # fmt: skip
    notice_service_pct = forms.IntegerField(
        label=gettext_lazy("Tomgangsdage: af ydelsen (pct.)"),
        min_value=0, max_value=100, initial=100, error_messages=_WHOLE,
    )  # fmt: skip
    payment_days = forms.IntegerField(
        label=gettext_lazy("Betalingsfrist (dage)"),
        min_value=1, max_value=30, initial=30, error_messages=_WHOLE,
        help_text=gettext_lazy("Offentlige købere må højst aftale 30 dage."),
    )  # fmt: skip
    source = GuardedField(
        label=gettext_lazy("Grundlag"),
        max_length=300,
        help_text=gettext_lazy("Hvor vilkårene er aftalt eller besluttet."),
    )
