"""Forms of what the cap is judged by."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from rammevaerk.engine.tariffs.registers import packaged_indices
from rammevaerk.portal.common.forms import DayField, GuardedField, offer
from rammevaerk.portal.tariffs.forms.fields import BasisPointsField, KronerField

Choices = Sequence[tuple[Any, str]]


class IndexForm(forms.Form):
    """An operator chooses its index from a day."""

    operator = forms.TypedChoiceField(label=_("Driftsherre"), coerce=int)
    series = forms.MultipleChoiceField(
        label=_("Indeksserier"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Flere serier ganges på hinanden."),
    )
    valid_from = DayField(
        label=_("Gælder fra"),
        help_text=_("Fx «1. januar 2025». Det valg, der gælder 1. januar, styrer hele året."),
    )
    reason = GuardedField(label=_("Begrundelse"), max_length=500)
    decision = GuardedField(label=_("Beslutning"), max_length=300)

    def __init__(self, operators: Choices, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "operator", operators)
        offer(self, "series", [(one.key, one.name_da) for one in packaged_indices().series])


class EstimateForm(forms.Form):
    """What a series was said to grow in a year, and where that was published."""

    series = forms.ChoiceField(label=_("Indeksserie"))
    year = forms.IntegerField(label=_("År"), min_value=2007, max_value=2100)
    growth = BasisPointsField(
        label=_("Vækst fra året før"), signed=True, help_text=_("Fx «3,4 %»; et fald med minus.")
    )
    published_on = DayField(
        label=_("Offentliggjort"),
        help_text=_("Dagen hos udgiveren. Et skøn fra en senere dag afløser dette."),
    )
    source = GuardedField(
        label=_("Kilde"), max_length=300, help_text=_("Fx titel og side, eller adressen på siden.")
    )
    is_verified = forms.BooleanField(
        label=_("Jeg har læst tallet hos udgiveren"),
        required=False,
        help_text=_("Ellers mærkes alt, der bygger på det, som ikke efterprøvet."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "series", [(one.key, one.name_da) for one in packaged_indices().series])


class SupplementForm(forms.Form):
    """What a quarter brought in supplements and in all."""

    operator = forms.TypedChoiceField(label=_("Driftsherre"), coerce=int)
    year = forms.IntegerField(label=_("År"), min_value=2007, max_value=2100)
    quarter = forms.TypedChoiceField(
        label=_("Kvartal"), coerce=int, choices=[(n, f"{n}. kvartal") for n in (1, 2, 3, 4)]
    )
    supplements = KronerField(
        required=True,
        label=_("Indtægt fra tillægstakster"),
        help_text=_("Kroner, fx «125.000,00»."),
    )
    turnover = KronerField(
        required=True,
        label=_("Omsætning i alt"),
        help_text=_("Alle takstindtægter i kvartalet, tillæggene medregnet."),
    )
    citizens = forms.IntegerField(
        label=_("Borgere med tillæg"), min_value=0, max_value=1_000_000, required=False
    )

    def __init__(self, operators: Choices, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "operator", operators)


class UnmetForm(forms.Form):
    """What an operator lacks of an earlier cap."""

    operator = forms.TypedChoiceField(label=_("Driftsherre"), coerce=int)
    year = forms.IntegerField(
        label=_("Den forrige aftales sidste år"), min_value=2007, max_value=2100,
        help_text=_("Andelen er af niveauet i det år, som derfor også skal være basisåret."),
    )  # fmt: skip
    share = BasisPointsField(label=_("Mangler"), help_text=_("Fx «1,25 %»."))
    source = GuardedField(label=_("Kilde"), max_length=300)

    def __init__(self, operators: Choices, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "operator", operators)


def previous_quarter(today: date) -> tuple[int, int]:
    """The last quarter that is over."""
    at = 4 * today.year + (today.month - 1) // 3 - 1
    return at // 4, at % 4 + 1
