"""Forms of settlement runs: what to settle, and which lines to see."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rammevaerk.portal.common.forms import DayField, GuardedField, offer
from rammevaerk.portal.settlement.calculate.reconciliation import month_text_da
from rammevaerk.portal.settlement.calculate.snapshot import after_month
from rammevaerk.portal.settlement.models import LineStanding
from rammevaerk.portal.settlement.models.lines import LineKind
from rammevaerk.portal.settlement.operations.looking_back import MOST_NEW

Pairs = Sequence[tuple[Any, str]]
_BEFORE, _AFTER = 26, 2


def month_choices(on: date) -> list[tuple[str, str]]:
    """The months one may settle, the newest first."""
    months = [after_month(on, step) for step in range(_AFTER, -_BEFORE, -1)]
    return [(f"{one:%Y-%m}", month_text_da(one)) for one in months]


def month_of_text(text: str) -> date:
    """«2026-03» as its first day; ValueError for anything else."""
    return date.fromisoformat(f"{text}-01")


class RunForm(forms.Form):
    """The month, for whom, the day of the claim, and what comes along for the first time."""

    samarbejde = forms.TypedChoiceField(
        label=gettext_lazy("Samarbejde"), coerce=int, empty_value=None, required=False
    )
    maaned = forms.TypedChoiceField(label=gettext_lazy("Måned"), coerce=month_of_text)
    driftsherre = forms.TypedChoiceField(
        label=gettext_lazy("Driftsherre"), coerce=int, empty_value=None, required=False
    )
    tilbud = forms.TypedChoiceField(
        label=gettext_lazy("Tilbud"), coerce=int, empty_value=None, required=False
    )
    krav = DayField(
        label=gettext_lazy("Krav rejses den"),
        help_text=gettext_lazy(
            "Fristen på 12 måneder regnes tilbage fra den dag. Fx «3. april 2026»."
        ),
    )
    nye = forms.IntegerField(
        label=gettext_lazy("Tag også tidligere måneder med, som ikke er afregnet her"),
        min_value=0,
        max_value=MOST_NEW,
        required=False,
        help_text=gettext_lazy(
            "Skriv hvor mange måneder, højst 12. De måneder, der er afregnet her, ses altid "
            "efter: det, der er rettet siden, krediteres og afregnes på ny."
        ),
        error_messages={
            name: gettext_lazy(
                "Skriv et helt antal måneder fra 0 til 12, eller lad feltet stå tomt."
            )
            for name in ("invalid", "min_value", "max_value")
        },
    )

    def __init__(
        self,
        *args: Any,
        on: date,
        cooperations: Pairs,
        operators: Pairs,
        facilities: Pairs,
        **more: Any,
    ) -> None:
        super().__init__(*args, **more)
        offer(self, "samarbejde", cooperations)
        if len(cooperations) < 2:
            del self.fields["samarbejde"]
        offer(self, "maaned", month_choices(on))
        offer(self, "driftsherre", [("", _("Alle")), *operators])
        offer(self, "tilbud", [("", _("Alle")), *facilities])
        if len(operators) < 2:
            del self.fields["driftsherre"]


class LineFilterForm(forms.Form):
    """What the lines of a run are narrowed by."""

    q = GuardedField(label=gettext_lazy("Søg i reference"), max_length=60, required=False)
    driftsherre = forms.TypedChoiceField(
        label=gettext_lazy("Driftsherre"), coerce=int, empty_value=None, required=False
    )
    betaler = forms.TypedChoiceField(
        label=gettext_lazy("Betalingskommune"), coerce=int, empty_value=None, required=False
    )
    tilstand = forms.ChoiceField(
        label=gettext_lazy("Tilstand"),
        required=False,
        choices=[("", gettext_lazy("Alle")), *LineStanding.State.choices],
    )
    art = forms.ChoiceField(
        label=gettext_lazy("Art"),
        required=False,
        choices=[("", gettext_lazy("Alle")), *LineKind.choices],
    )
    tidligere = forms.BooleanField(label=gettext_lazy("Kun tidligere måneder"), required=False)

    def __init__(self, *args: Any, operators: Pairs, payers: Pairs, **more: Any) -> None:
        super().__init__(*args, **more)
        offer(self, "driftsherre", [("", _("Alle")), *operators])
        offer(self, "betaler", [("", _("Alle")), *payers])


class DiscardForm(forms.Form):
    """Why a run is thrown away."""

    reason = GuardedField(label=gettext_lazy("Hvorfor"), max_length=300, required=False)
    seen = forms.CharField(widget=forms.HiddenInput, max_length=16, required=False)


class DayCountForm(forms.Form):
    """Which month, and of whose facilities."""

    maaned = forms.TypedChoiceField(label=gettext_lazy("Måned"), coerce=month_of_text)
    driftsherre = forms.TypedChoiceField(
        label=gettext_lazy("Driftsherre"), coerce=int, empty_value=None, required=False
    )
    tilbud = forms.TypedChoiceField(
        label=gettext_lazy("Tilbud"), coerce=int, empty_value=None, required=False
    )

    def __init__(
        self, *args: Any, on: date, operators: Pairs, facilities: Pairs, **more: Any
    ) -> None:
        super().__init__(*args, **more)
        offer(self, "maaned", month_choices(on))
        offer(self, "driftsherre", [("", _("Alle")), *operators])
        offer(self, "tilbud", [("", _("Alle")), *facilities])
