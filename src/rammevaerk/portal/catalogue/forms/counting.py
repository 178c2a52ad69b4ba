"""The form for a published table of counts."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rammevaerk.portal.catalogue.models.facilities import FacilityKind
from rammevaerk.portal.catalogue.pasted_table import read_pasted
from rammevaerk.portal.common.forms import DayField, GuardedField


class PublishedTableForm(forms.Form):
    """What the table counts, of which day, where it stands, and its lines."""

    kind = forms.ChoiceField(label=gettext_lazy("Art"), choices=FacilityKind.choices)
    as_of = DayField(label=gettext_lazy("Opgjort pr."))
    source = GuardedField(
        label=gettext_lazy("Kilde"),
        max_length=300,
        help_text=gettext_lazy("Hvor tabellen står, fx mødet, dokumentet og tabellens nummer."),
    )
    table = GuardedField(
        label=gettext_lazy("Tabel"),
        max_length=20_000,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 22}),
        help_text=gettext_lazy(
            "Én linje for hver kommune og til sidst «I alt», med cellerne kommune, kommunale, "
            "regionale, private m.m. og i alt. Sæt dem ind fra et regneark, eller skil dem med "
            "semikolon. Skriv tallene, som de står; en streg er 0, en tom celle bliver stående "
            "som tom."
        ),
    )

    def __init__(self, *args: Any, keys: Mapping[str, str], latest: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.keys, self.latest = keys, latest

    def clean_as_of(self) -> date:
        day: date = self.cleaned_data["as_of"]
        if day > self.latest:
            raise ValidationError(_("Dagen ligger i fremtiden."))
        return day

    def clean_table(self) -> list[dict[str, Any]]:
        """The cells, ready to be loaded with what the other fields say."""
        return read_pasted(self.cleaned_data["table"], self.keys)

    def entries(self) -> list[dict[str, Any]]:
        """The cells as the operation takes them."""
        common = {name: self.cleaned_data[name] for name in ("kind", "as_of", "source")}
        return [{**common, **cell} for cell in self.cleaned_data["table"]]
