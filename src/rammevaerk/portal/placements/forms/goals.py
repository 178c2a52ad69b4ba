"""Forms of goals and how it goes with them."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from rammevaerk.portal.common.forms import DayField, GuardedField
from rammevaerk.portal.placements.forms.steps import text_area
from rammevaerk.portal.placements.models import PlacementGoal

PROGRESSION = [
    (1, gettext_lazy("1 – langt fra målet")),
    (2, gettext_lazy("2 – lidt på vej")),
    (3, gettext_lazy("3 – halvvejs")),
    (4, gettext_lazy("4 – næsten nået")),
    (5, gettext_lazy("5 – nået")),
]


class GoalForm(forms.Form):
    """A goal as it is agreed."""

    text = text_area(
        gettext_lazy("Mål"),
        required=True,
        length=600,
        help_text=gettext_lazy("Hvad borgeren skal kunne, så det kan ses, om det er nået."),
    )
    area = GuardedField(
        label=gettext_lazy("Tema"),
        required=False,
        max_length=80,
        help_text=gettext_lazy("Fx «Praktiske opgaver i hjemmet» eller «Samfundsliv»."),
    )
    agreed_on = DayField(label=gettext_lazy("Aftalt den"))
    follow_up_by = DayField(label=gettext_lazy("Første opfølgning senest"))


class GoalRevisionForm(forms.Form):
    """A goal's words, next follow-up and state."""

    text = text_area(gettext_lazy("Mål"), required=True, length=600)
    area = GuardedField(label=gettext_lazy("Tema"), required=False, max_length=80)
    follow_up_by = DayField(label=gettext_lazy("Næste opfølgning senest"))
    state = forms.ChoiceField(label=gettext_lazy("Tilstand"), choices=PlacementGoal.State.choices)


class FollowUpForm(forms.Form):
    """How it goes with a goal."""

    on = DayField(label=gettext_lazy("Dato"))
    progression = forms.TypedChoiceField(
        label=gettext_lazy("Hvordan går det?"),
        coerce=int,
        choices=PROGRESSION,
        widget=forms.RadioSelect,
    )
    note = text_area(gettext_lazy("Vurdering"))
    next_by = DayField(
        label=gettext_lazy("Næste opfølgning senest"),
        required=False,
        help_text=gettext_lazy("Skal ikke skrives, når målet er nået."),
    )

    def values(self) -> dict[str, Any]:
        """As the operation takes them."""
        return dict(self.cleaned_data)
