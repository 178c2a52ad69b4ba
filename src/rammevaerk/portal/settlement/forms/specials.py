"""Forms of special payments, by kind: what each rule asks for."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rammevaerk.engine.settlement.special.objective import Key, Scheme
from rammevaerk.portal.common.forms import DayField, GuardedField, offer
from rammevaerk.portal.settlement.calculate.snapshot import after_month
from rammevaerk.portal.settlement.forms.runs import month_choices, month_of_text
from rammevaerk.portal.settlement.models import SpecialKind
from rammevaerk.portal.tariffs.forms.fields import KronerField

Pairs = Sequence[tuple[Any, str]]
_MOST = 10_000_000
_SCHEMES = {
    Scheme.SECURE: gettext_lazy("Sikrede institutioner"),
    Scheme.KOFOEDSMINDE: gettext_lazy("Kofoedsminde"),
    Scheme.SUPERVISION: gettext_lazy("Socialtilsyn"),
}
# Whose share is by a key: every municipality gets a field.
SHARED = (SpecialKind.UNUSED_PLACES, SpecialKind.OBJECTIVE)


class SpecialForm(forms.Form):
    """What all kinds have: the month, who is paid, and what it is called."""

    maaned = forms.TypedChoiceField(label=gettext_lazy("Måned"), coerce=month_of_text)
    operator = forms.TypedChoiceField(label=gettext_lazy("Modtager"), coerce=int)
    label = GuardedField(
        label=gettext_lazy("Betegnelse"),
        max_length=80,
        help_text=gettext_lazy("Står på opgørelsen. Skriv pseudonym eller plads, aldrig navn."),
    )

    def __init__(
        self, *args: Any, kind: str, on: date, parties: Pairs, own: Pairs, **more: Any
    ) -> None:
        super().__init__(*args, **more)
        self.kind = kind
        offer(self, "maaned", month_choices(on))
        self.fields["maaned"].initial = f"{after_month(on, -1):%Y-%m}"
        offer(self, "operator", own)
        if len(own) == 1:
            self.fields["operator"].widget = forms.HiddenInput()
            self.fields["operator"].initial = own[0][0]
        self.parties = parties
        if kind in SHARED:
            self._shares()
        else:
            self.fields["payer"] = forms.TypedChoiceField(
                label=_("Tidligere opholdskommune, som dækker udgiften")
                if kind == SpecialKind.HEALTH_SERVICE
                else _("Betalingskommune"),
                coerce=int,
                choices=parties,
            )
        self.fields |= _fields_of(kind)

    def _shares(self) -> None:
        for pk, name in self.parties:
            self.fields[f"w_{pk}"] = forms.IntegerField(
                label=name, min_value=0, max_value=_MOST, required=False
            )

    @property
    def plain_fields(self) -> list[Any]:
        """Every field but the municipalities' counts."""
        return [one for one in self if not one.name.startswith("w_")]

    @property
    def share_fields(self) -> list[Any]:
        """The municipalities' counts."""
        return [one for one in self if one.name.startswith("w_")]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if self.kind in SHARED and not self.errors and not _weights(values):
            self.add_error(None, _("Skriv mindst én kommunes antal at fordele efter."))
        return values

    def data_of(self) -> dict[str, Any]:
        """What the engine's rule asks for, as JSON."""
        return _DATA[self.kind](self.cleaned_data)


def _fields_of(kind: str) -> dict[str, forms.Field]:
    if kind == SpecialKind.USED_PLACE:
        return {
            "place": GuardedField(label=_("Plads"), max_length=60),
            "start": DayField(label=_("Indlagt den")),
            "end": DayField(label=_("Udskrevet den"), required=False),
        }
    if kind == SpecialKind.UNUSED_PLACES:
        return {
            "created": _count(_("Oprettede pladser")),
            "remarked": _count(_("Ommærkede pladser")),
        }
    if kind in {SpecialKind.DISCHARGED_SOMATIC, SpecialKind.DISCHARGED_PSYCHIATRIC}:
        return {
            "bed_days": _count(_("Sengedage som færdigbehandlet"), most=366),
            "first_day": DayField(label=_("Færdigbehandlet fra")),
            "price_level": _count(_("Prisniveau (år)"), most=2100),
        }
    if kind == SpecialKind.OBJECTIVE:
        return {
            "scheme": forms.ChoiceField(label=_("Ordning"), choices=list(_SCHEMES.items())),
            "key": forms.ChoiceField(
                label=_("Antallene nedenfor er"), choices=[(one.value, one.value) for one in Key]
            ),
            "total": KronerField(label=_("Beløb til fordeling for måneden (kr.)"), required=True),
        }
    return {
        "day": DayField(label=_("Ydelsen givet den")),
        "cost": KronerField(label=_("Udgift (kr.)"), required=True),
    }


def _count(label: str, most: int = 10_000) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=0, max_value=most)


def _weights(values: Mapping[str, Any]) -> dict[str, int]:
    return {
        name.removeprefix("w_"): count
        for name, count in values.items()
        if name.startswith("w_") and count
    }


def _discharged(given: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "bed_days": given["bed_days"],
        "first_day": given["first_day"].isoformat(),
        "price_level": given["price_level"],
    }


_DATA: Mapping[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
    SpecialKind.USED_PLACE: lambda given: {
        "place": given["place"],
        "start": given["start"].isoformat(),
        "end": given["end"].isoformat() if given["end"] else None,
    },
    SpecialKind.UNUSED_PLACES: lambda given: {
        "created": given["created"],
        "remarked": given["remarked"],
        "weights": _weights(given),
    },
    SpecialKind.DISCHARGED_SOMATIC: _discharged,
    SpecialKind.DISCHARGED_PSYCHIATRIC: _discharged,
    SpecialKind.OBJECTIVE: lambda given: {
        "scheme": given["scheme"],
        "key": given["key"],
        "total_ore": given["total"],
        "weights": _weights(given),
    },
    SpecialKind.HEALTH_SERVICE: lambda given: {
        "day": given["day"].isoformat(),
        "cost_ore": given["cost"],
    },
}
