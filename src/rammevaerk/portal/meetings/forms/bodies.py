"""Forms of bodies, seats, mandates and charters."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from rammevaerk.portal.common.forms import DayField, GuardedField, offer
from rammevaerk.portal.meetings.models import Body, Mandate, Seat

Choices = Sequence[tuple[Any, str]]
_NOBODY = ("", _("(ikke angivet)"))


class BodyFacts(forms.Form):
    """What is said of a body."""

    kind = forms.ChoiceField(label=_("Art"), choices=Body.Kind.choices)
    parent_id = forms.TypedChoiceField(
        label=_("Nedsat af"), coerce=int, required=False, empty_value=None
    )
    passes_on_to_id = forms.TypedChoiceField(
        label=_("Sender sager videre til"), coerce=int, required=False, empty_value=None
    )
    task = GuardedField(
        label=_("Opgave"), widget=forms.Textarea(attrs={"rows": 4}), max_length=4000, required=False
    )
    item_days = forms.IntegerField(
        label=_("Frist for punkter, dage før mødet"), min_value=0, max_value=120, required=False
    )
    approval_days = forms.IntegerField(
        label=_("Svarfrist for referat, dage efter udsendelsen"),
        min_value=1,
        max_value=120,
        required=False,
        initial=14,
        help_text=_(
            "Gør ingen indsigelse inden fristen, kan referatet markeres som godkendt. Tomt, når"
            " alle pladser skal godkende det."
        ),
    )
    term_months = forms.IntegerField(
        label=_("Valgperiode i måneder"), min_value=1, max_value=120, required=False
    )
    follows_edition = forms.BooleanField(
        label=_("Valgperioden følger rammeaftalens udgave"), required=False
    )
    source = GuardedField(label=_("Kilde"), max_length=300, required=False)

    def __init__(self, *args: Any, parents: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "parent_id", [("", _("(ingen)")), *parents])
        offer(self, "passes_on_to_id", [("", _("(ingen)")), *parents])


class NewBodyForm(BodyFacts):
    """An organisation of the register begins to meet here."""

    organisation_id = forms.TypedChoiceField(label=_("Organisation"), coerce=int)
    field_order = ("organisation_id", "kind")

    def __init__(self, *args: Any, organisations: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "organisation_id", [("", _("(vælg)")), *organisations])


class SeatForm(forms.Form):
    """A seat for an organisation."""

    organisation_id = forms.TypedChoiceField(label=_("Organisation"), coerce=int)
    function = forms.ChoiceField(label=_("Funktion"), choices=Seat.Function.choices)
    label = GuardedField(
        label=_("Betegnelse"),
        max_length=120,
        required=False,
        help_text=_("Når organisationen har flere pladser, fx «sundhedsfaglig»."),
    )
    valid_from = DayField(label=_("Gælder fra"))
    source = GuardedField(label=_("Kilde"), max_length=300, required=False)

    def __init__(self, *args: Any, organisations: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "organisation_id", [("", _("(vælg)")), *organisations])


class MandateForm(forms.Form):
    """Somebody is seated."""

    name = GuardedField(label=_("Navn"), max_length=200)
    title = GuardedField(label=_("Stilling"), max_length=200, required=False)
    kind = forms.ChoiceField(label=_("Art"), choices=Mandate.Kind.choices)
    person_id = forms.TypedChoiceField(
        label=_("Bruger i Rammeværk"),
        coerce=int,
        required=False,
        empty_value=None,
        help_text=_(
            "Når personen selv skal kunne godkende referater. Det kan læsere, analytikere og"
            " administratorer ikke."
        ),
    )
    valid_from = DayField(label=_("Fra"))
    last_day = DayField(
        label=_("Til og med"), required=False, help_text=_("Tomt, når ingen dag er aftalt.")
    )
    source = GuardedField(label=_("Kilde"), max_length=300, required=False)

    def __init__(self, *args: Any, people: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "person_id", [_NOBODY, *people])

    def clean(self) -> None:
        first, last = self.cleaned_data.get("valid_from"), self.cleaned_data.get("last_day")
        if first and last and last < first:
            self.add_error("last_day", _("Mandatet slutter, før det begynder."))

    def values(self) -> dict[str, Any]:
        """Column values, with the first day after the last."""
        cleaned = dict(self.cleaned_data)
        last: date | None = cleaned.pop("last_day")
        return {**cleaned, "valid_to": last + timedelta(days=1) if last else None}


class LastDayForm(forms.Form):
    """The last day of a mandate or a seat."""

    last_day = DayField(label=_("Sidste dag"))


class CharterForm(forms.Form):
    """A version of a body's charter."""

    text = GuardedField(
        label=_("Kommissorium"), widget=forms.Textarea(attrs={"rows": 14}), max_length=20_000
    )
    change = GuardedField(
        label=_("Hvad er ændret siden sidste version"), max_length=500, required=False
    )
    adopted_by = GuardedField(
        label=_("Vedtaget"),
        max_length=300,
        required=False,
        help_text=_("Fx «DASSOS 22. januar 2020, punkt 1.2»."),
    )
    valid_from = DayField(label=_("Gælder fra"))
