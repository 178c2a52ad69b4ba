"""Forms of editions, their chapters, annexes and files."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from rammevaerk.portal.agreement.forms.parts import Grouped, text_area
from rammevaerk.portal.common.forms import (
    DayField,
    GuardedField,
    LimitedFileField,
    PartialDateFormField,
    offer,
)


class EditionForm(forms.Form):
    """The facts and texts of an edition."""

    title = GuardedField(label=_("Titel"), max_length=200)
    summary = GuardedField(label=_("Resumé"), widget=text_area(8), max_length=6000, required=False)
    approval_deadline = PartialDateFormField(label=_("Frist for godkendelse"), required=False)
    deadline_source = GuardedField(label=_("Fristens kilde"), max_length=300, required=False)
    published_on = DayField(label=_("Offentliggjort"), required=False)
    dispatched_on = DayField(label=_("Sendt til Social- og Boligstyrelsen"), required=False)
    sources = GuardedField(label=_("Kilder"), widget=text_area(3), max_length=2000, required=False)


class NewEditionForm(EditionForm):
    """A new edition, with its period."""

    label = forms.RegexField(
        label=_("Periode"),
        regex=r"^[0-9]{4}-[0-9]{2}$",
        help_text=_("Som på forsiden, fx «2027-28»."),
        error_messages={"invalid": _("Skriv perioden som «2027-28».")},
    )
    valid_from = DayField(label=_("Gælder fra"))
    last_day = DayField(label=_("Gælder til og med"))
    field_order = ("title", "label", "valid_from", "last_day")

    def clean(self) -> None:
        first, last = self.cleaned_data.get("valid_from"), self.cleaned_data.get("last_day")
        if first and last and last < first:
            self.add_error("last_day", _("Perioden slutter, før den begynder."))

    def values(self) -> dict[str, Any]:
        cleaned = dict(self.cleaned_data)
        valid_to = cleaned.pop("last_day") + timedelta(days=1)
        return {**cleaned, "valid_to": valid_to}


class AgreementForm(forms.Form):
    """A cooperation's framework agreement."""

    title = GuardedField(label=_("Titel"), max_length=200)
    slug = forms.SlugField(
        label=_("Kort navn"),
        max_length=60,
        help_text=_("Til adressen; små bogstaver og bindestreger, fx «midtjylland»."),
    )


class ChapterForm(forms.Form):
    """A chapter of the styringsaftale."""

    number = forms.CharField(label=_("Nummer"), max_length=12)
    title = GuardedField(label=_("Titel"), max_length=200)
    summary = GuardedField(label=_("Indhold"), widget=text_area(3), max_length=2000, required=False)
    source = GuardedField(label=_("Kilde"), max_length=300, required=False)


class AnnexForm(forms.Form):
    """An entry of the annex register."""

    number = forms.IntegerField(label=_("Nummer"), min_value=1, max_value=999)
    title = GuardedField(label=_("Titel"), max_length=200)
    published_at = forms.URLField(
        label=_("Offentliggjort på"),
        max_length=500,
        required=False,
        assume_scheme="https",
        help_text=_("Adresse på hjemmesiden, hvis bilaget ligger der."),
    )


class FileForm(forms.Form):
    """One uploaded file."""

    def __init__(self, *args: Any, too_large: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"] = LimitedFileField(
            too_large=too_large,
            label=_("Fil"),
            max_length=255,
            help_text=_("PDF, Word, Excel, PowerPoint, OpenDocument eller CSV; højst 20 MB."),
        )


class PlanFileForm(FileForm):
    """The Excel file of the plan, with the changes somebody made in it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].label = _("Excel-fil med handlingsplanen")
        self.fields["file"].help_text = _(
            "Brug den fil, som «Hent som Excel» giver. Højst 20 MB. Du ser ændringerne, før noget"
            " gemmes."
        )


class PartyForm(forms.Form):
    """An organisation that is to be party to an edition."""

    organisation = forms.TypedChoiceField(label=_("Ny aftalepart"), coerce=int)

    def __init__(self, organisations: Grouped, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "organisation", [("", _("Vælg")), *organisations])
