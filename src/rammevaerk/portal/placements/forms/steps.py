"""Forms of the steps of a placement: asking, offering, agreeing, admitting, leaving."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rammevaerk.engine.settlement.special.notification import DischargeCondition
from rammevaerk.portal.common.forms import DayField, GuardedField, offer
from rammevaerk.portal.placements.forms.fields import (
    ChoiceOfId,
    ClockField,
    MonthField,
    WeeklyHoursField,
)
from rammevaerk.portal.placements.models import PayerPeriod
from rammevaerk.portal.placements.operations.periods import KINDS

Choices = Sequence[tuple[Any, Any]]
NONE = ("", "–")


def text_area(label: Any, *, required: bool = False, length: int = 1000, **more: Any) -> Any:
    """Several lines written by a person."""
    box = forms.Textarea(attrs={"rows": 4, "maxlength": length})
    return GuardedField(label=label, required=required, max_length=length, widget=box, **more)


class ReasonForm(forms.Form):
    """Why: shown to the other party."""

    reason = text_area(gettext_lazy("Begrundelse"), required=True)


class EnquiryForm(forms.Form):
    """What a buyer asks for, for a citizen that it keeps or for a new one."""

    citizen = GuardedField(
        label=gettext_lazy("Borgerens pseudonym, hvis I har det"),
        required=False,
        max_length=20,
        help_text=gettext_lazy(
            "Fx «KRM-47-PXT». Lad feltet stå tomt for en borger, der er ny her; så får borgeren et"
            " pseudonym, og I noterer det i jeres eget system."
        ),
    )
    birth_month = MonthField(label=gettext_lazy("Fødselsmåned for en ny borger"), required=False)
    paragraph_id = ChoiceOfId(label=gettext_lazy("Lovgrundlag"))
    wanted_from = DayField(label=gettext_lazy("Ønsket fra"))
    expected_to = DayField(label=gettext_lazy("Forventet til"), required=False)
    need = text_area(
        gettext_lazy("Behov og ønsket indsats"),
        length=2000,
        help_text=gettext_lazy("Uden navn, CPR-nummer og andet, der fortæller, hvem borgeren er."),
    )
    buyer_reference = GuardedField(
        label=gettext_lazy("Jeres reference"),
        required=False,
        max_length=60,
        help_text=gettext_lazy("Jeres sagsnummer; det står på regningen."),
    )

    def __init__(self, *args: Any, paragraphs: Choices, **more: Any) -> None:
        super().__init__(*args, **more)
        offer(self, "paragraph_id", paragraphs)

    def clean(self) -> Any:
        given = super().clean() or {}
        if not (given.get("citizen") or given.get("birth_month") or self.errors):
            self.add_error("birth_month", _("Skriv fødselsmåneden, eller borgerens pseudonym."))
        return given


class HoursFields(forms.Form):
    """The four kinds of hours a week."""

    citizen_minutes = WeeklyHoursField(
        label=gettext_lazy("Borgertimer"),
        help_text=gettext_lazy("Timer om ugen med og om borgeren, fx «20:30»."),
    )
    organisation_minutes = WeeklyHoursField(label=gettext_lazy("Organisatoriske opgaver"))
    documentation_minutes = WeeklyHoursField(label=gettext_lazy("Dokumentation"))
    absence_minutes = WeeklyHoursField(label=gettext_lazy("Ferie og fravær"))

    def minutes(self) -> dict[str, int]:
        """The minutes by the columns of Hours."""
        return {name: self.cleaned_data.get(name) or 0 for name in KINDS}


def price_of(text: str) -> tuple[str, str] | None:
    """(component, label) of a choice; None when nothing is chosen."""
    component, found, label = text.partition(":")
    return (component, label) if found else None


class OfferForm(HoursFields):
    """From when there is a place, at which price and with how many hours."""

    offered_from = DayField(label=gettext_lazy("Der er plads fra"))
    price = forms.ChoiceField(
        label=gettext_lazy("Takst"),
        required=False,
        help_text=gettext_lazy("De takster, der er besluttet for ydelsen."),
    )
    note = text_area(gettext_lazy("Bemærkning til køberen"))

    field_order = ("offered_from", "price", *KINDS, "note")

    def __init__(self, *args: Any, prices: Choices, **more: Any) -> None:
        super().__init__(*args, **more)
        offer(self, "price", [NONE, *prices])

    def values(self) -> dict[str, Any]:
        """As the operation takes them."""
        minutes = self.minutes()
        return {
            "offered_from": self.cleaned_data["offered_from"],
            "note": self.cleaned_data["note"],
            "price": price_of(self.cleaned_data["price"]),
            "hours": minutes if any(minutes.values()) else None,
        }


class AcceptForm(forms.Form):
    """Yes to the offer: who pays and on which ground."""

    payer_id = ChoiceOfId(label=gettext_lazy("Betalingskommune"))
    ground = forms.ChoiceField(
        label=gettext_lazy("Grundlag for betalingen"),
        choices=PayerPeriod.Ground.choices,
        widget=forms.RadioSelect,
    )
    evidence = GuardedField(
        label=gettext_lazy("Dokumentation"),
        required=False,
        max_length=500,
        help_text=gettext_lazy("Fx afgørelsens dato, folkeregister eller aftale."),
    )
    buyer_reference = GuardedField(
        label=gettext_lazy("Jeres reference"), required=False, max_length=60
    )
    note = text_area(gettext_lazy("Bemærkning til sælgeren"))

    def __init__(self, *args: Any, payers: Choices, **more: Any) -> None:
        super().__init__(*args, **more)
        offer(self, "payer_id", payers)


class MomentForm(forms.Form):
    """A day and a time of day; `moment` is both together when the form is clean."""

    moment = DayField(label=gettext_lazy("Dag"))
    clock = ClockField(label=gettext_lazy("Klokkeslæt"), help_text=gettext_lazy("Fx «12.30»."))

    def clean(self) -> Any:
        given = super().clean() or {}
        joined(given, "moment", "clock")
        return given


def joined(given: dict[str, Any], day: str, clock: str) -> None:
    """Make the day the moment of its clock, where both could be read."""
    if given.get(day) is not None and given.get(clock) is not None:
        given[day] = datetime.combine(given[day], given[clock])


class PlaceFields(MomentForm):
    """Which place from which moment, and why where it is one too many."""

    place = ChoiceOfId(label=gettext_lazy("Plads"))
    over_reason = GuardedField(
        label=gettext_lazy("Begrundelse for overbelægning"),
        required=False,
        max_length=300,
        help_text=gettext_lazy("Skal kun skrives, når pladsen er ud over ydelsens pladstal."),
    )

    def __init__(self, *args: Any, places: Choices, **more: Any) -> None:
        super().__init__(*args, **more)
        offer(self, "place", [NONE, *places])


class AdmitForm(PlaceFields):
    """The citizen has come."""

    note = text_area(gettext_lazy("Bemærkning"))
    field_order = ("moment", "clock", "place", "over_reason", "note")


class MoveForm(PlaceFields):
    """The citizen gets another place."""

    field_order = ("moment", "clock", "place", "over_reason")


class SelfReferralForm(PlaceFields):
    """Somebody came by himself, and the leader admits him."""

    birth_month = MonthField(label=gettext_lazy("Fødselsmåned"))
    buyer_id = ChoiceOfId(
        label=gettext_lazy("Handlekommune"),
        help_text=gettext_lazy(
            "Hvor borgeren har bopæl eller sædvanligt opholder sig; den betaler."
        ),
    )
    paragraph_id = ChoiceOfId(label=gettext_lazy("Lovgrundlag"))
    decided_on = DayField(label=gettext_lazy("Lederen besluttede optagelsen den"))
    ground = forms.ChoiceField(
        label=gettext_lazy("Grundlag for betalingen"),
        choices=PayerPeriod.Ground.choices,
        widget=forms.RadioSelect,
    )
    evidence = GuardedField(label=gettext_lazy("Dokumentation"), required=False, max_length=500)
    need = text_area(gettext_lazy("Behov"), length=2000)
    field_order = (
        *("birth_month", "buyer_id", "paragraph_id", "decided_on", "moment", "clock"),
        *("place", "over_reason", "ground", "evidence", "need"),
    )

    def __init__(
        self, *args: Any, municipalities: Choices, paragraphs: Choices, **more: Any
    ) -> None:
        super().__init__(*args, **more)
        offer(self, "buyer_id", [NONE, *municipalities])
        offer(self, "paragraph_id", paragraphs)


class NotifyForm(forms.Form):
    """When the acting municipality was told."""

    on = DayField(label=gettext_lazy("Handlekommunen blev underrettet den"))


CONDITIONS: Mapping[DischargeCondition, Any] = {
    DischargeCondition.PLAN: gettext_lazy("Der er en handleplan eller helhedsorienteret plan"),
    DischargeCondition.HOME_OR_STAY_DECIDED: gettext_lazy(
        "Borgeren er anvist en bolig, eller der er truffet afgørelse om ophold (§§ 107-108)"
    ),
    DischargeCondition.SUPPORT_DECIDED: gettext_lazy("Der er truffet afgørelse om støtte"),
    DischargeCondition.LEASE_SIGNED: gettext_lazy(
        "Lejekontrakten er underskrevet, og borgeren kan flytte ind"
    ),
    DischargeCondition.STAY_CAN_BEGIN: gettext_lazy("Opholdet i botilbuddet kan begynde"),
}


class StopPaymentForm(forms.Form):
    """The municipality decides a discharge; every condition must be met."""

    on = DayField(label=gettext_lazy("Udskrives den"))
    met = forms.MultipleChoiceField(
        label=gettext_lazy("Betingelser i § 110, stk. 5"),
        choices=[(one.value, text) for one, text in CONDITIONS.items()],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    reason = text_area(gettext_lazy("Afgørelse"), required=True, length=500)

    def clean_met(self) -> set[DischargeCondition]:
        return {DischargeCondition(one) for one in self.cleaned_data["met"]}


class DischargeForm(MomentForm):
    """The citizen leaves, now or on a day to come."""

    reason = text_area(gettext_lazy("Bemærkning"))
    field_order = ("moment", "clock", "reason")


class CorrectStayForm(forms.Form):
    """When the citizen really came and left."""

    valid_from = DayField(label=gettext_lazy("Kom den"))
    from_clock = ClockField(label=gettext_lazy("Kom kl."))
    valid_to = DayField(label=gettext_lazy("Gik den"), required=False)
    to_clock = ClockField(label=gettext_lazy("Gik kl."), required=False)
    reason = GuardedField(label=gettext_lazy("Hvorfor det rettes"), max_length=300)

    def clean(self) -> Any:
        given = super().clean() or {}
        if (given.get("valid_to") is None) != (given.get("to_clock") is None) and not self.errors:
            raise ValidationError(_("Skriv både dag og klokkeslæt for, hvornår borgeren gik."))
        joined(given, "valid_from", "from_clock")
        joined(given, "valid_to", "to_clock")
        return given
