"""The forms of a standard contract and its clauses."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from rammevaerk.portal.common.forms import DayField, GuardedField
from rammevaerk.portal.placements.calculate.contract_text import unknown_names


class TemplateVersionForm(forms.Form):
    """A new version of a standard contract."""

    version = GuardedField(label=_("Version"), max_length=20, help_text=_("Fx «2.1»."))
    valid_from = DayField(label=_("Bruges fra"))


class TemplateForm(TemplateVersionForm):
    """What a version that is not published is called and rests on."""

    title = GuardedField(label=_("Titel"), max_length=150)
    source = GuardedField(label=_("Kilde"), max_length=300, required=False)
    unverified = forms.BooleanField(
        label=_("Ordlyden er ikke efterprøvet"),
        required=False,
        help_text=_("Sæt kryds, når teksten ikke er sammenholdt med den offentliggjorte kontrakt."),
    )
    field_order = ("title", "version", "valid_from", "source", "unverified")


class TemplateClauseForm(forms.Form):
    """A clause of a standard contract."""

    heading = GuardedField(label=_("Overskrift"), max_length=150)
    text = GuardedField(
        label=_("Tekst"), max_length=4_000, widget=forms.Textarea(attrs={"rows": 9})
    )

    def clean_text(self) -> Any:
        text = self.cleaned_data["text"]
        if unknown := unknown_names(text):
            raise ValidationError(
                _t("Feltet {%s} kendes ikke. Vælg et af felterne på listen.") % unknown[0]
            )
        return text


class NewTemplateClauseForm(TemplateClauseForm):
    """A clause to come, with the word that contracts know it by."""

    key = forms.SlugField(
        label=_("Nøgle"),
        max_length=60,
        help_text=_("Små bogstaver og bindestreger, fx «persondata». Den følger vilkåret."),
    )
    field_order = ("heading", "key", "text")
