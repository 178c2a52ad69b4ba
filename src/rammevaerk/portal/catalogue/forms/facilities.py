"""Forms of facilities, departments and approvals."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from rammevaerk.portal.catalogue.forms.fields import DigitsField, LastDayField
from rammevaerk.portal.catalogue.models import Approval
from rammevaerk.portal.catalogue.models.facilities import FacilityKind, Ownership, Reach
from rammevaerk.portal.common.forms import DayField, GuardedField, offer

Choices = Sequence[tuple[Any, str]]


class FacilityForm(forms.Form):
    """What is said of a facility and may be corrected."""

    name = GuardedField(label=_("Navn"), max_length=150)
    kind = forms.ChoiceField(label=_("Art"), choices=FacilityKind.choices)
    reach = forms.ChoiceField(label=_("Dækning"), choices=Reach.choices)
    municipality_id = forms.TypedChoiceField(label=_("Beliggende i"), coerce=int)
    address = GuardedField(label=_("Adresse"), max_length=200, required=False)
    phone = GuardedField(label=_("Telefon"), max_length=20, required=False)
    cvr = DigitsField(label=_("CVR-nummer"), max_length=20, required=False)
    p_number = DigitsField(label=_("P-nummer"), max_length=20, required=False)
    portal_id = DigitsField(label=_("Nummer på Tilbudsportalen"), max_length=20, required=False)
    description = GuardedField(
        label=_("Beskrivelse"),
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=4000,
        required=False,
    )
    valid_from = DayField(label=_("Åbnet"))

    def __init__(self, *args: Any, municipalities: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "municipality_id", [("", _("(vælg)")), *municipalities])


class NewFacilityForm(FacilityForm):
    """A facility that is put in the catalogue: also who runs it, which never changes."""

    operator_id = forms.TypedChoiceField(
        label=_("Driftsherre"),
        coerce=int,
        help_text=_("Kan ikke ændres: et tilbud, der skifter driftsherre, følges af et nyt."),
    )
    ownership = forms.ChoiceField(label=_("Ejerform"), choices=Ownership.choices)
    reporter_id = forms.TypedChoiceField(
        label=_("Indberettes af"),
        coerce=int,
        help_text=_("Driftsherren selv, eller den myndighed, der har aftale med den."),
    )
    field_order = ("name", "operator_id", "ownership", "reporter_id")

    def __init__(self, *args: Any, operators: Choices, reporters: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "operator_id", [("", _("(vælg)")), *operators])
        offer(self, "reporter_id", reporters)


class DepartmentForm(forms.Form):
    """A part of a facility with an address or a number of its own."""

    name = GuardedField(label=_("Navn"), max_length=150)
    address = GuardedField(label=_("Adresse"), max_length=200, required=False)
    p_number = DigitsField(label=_("P-nummer"), max_length=20, required=False)
    portal_id = DigitsField(label=_("Nummer på Tilbudsportalen"), max_length=20, required=False)
    secure = forms.BooleanField(label=_("Sikret afdeling"), required=False)
    valid_from = DayField(label=_("Åbnet"))
    valid_to = LastDayField(label=_("Til og med"))


class ApprovalForm(forms.Form):
    """What the supervising authority has approved."""

    status = forms.ChoiceField(label=_("Status"), choices=Approval.Status.choices)
    authority = GuardedField(label=_("Myndighed"), max_length=120)
    places = forms.IntegerField(
        label=_("Godkendte pladser"), min_value=0, max_value=10_000, required=False
    )
    terms = GuardedField(
        label=_("Vilkår"), widget=forms.Textarea(attrs={"rows": 3}), max_length=2000, required=False
    )
    decision = GuardedField(label=_("Afgørelse"), max_length=200, required=False)
    valid_from = DayField(label=_("Gælder fra"))
    valid_to = LastDayField(label=_("Til og med"))
