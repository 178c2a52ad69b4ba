"""Forms of signs of irregularity: what is done about one, and the filters of the list."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from rammevaerk.portal.common.forms import DayField, GuardedField
from rammevaerk.portal.settlement.models import IrregularitySign, SignFollowUp
from rammevaerk.portal.settlement.queries.irregularities import SignFilter


class FollowUpForm(forms.Form):
    """What was done about a sign."""

    state = forms.ChoiceField(
        label=_("Hvad er der sket?"),
        choices=[
            (SignFollowUp.State.EXPLAINED, _("Det er forklaret")),
            (SignFollowUp.State.TAKEN_UP, _("Det er taget op med Socialtilsynet")),
            (SignFollowUp.State.OPEN, _("Det er åbent igen")),
        ],
        widget=forms.RadioSelect,
    )
    on = DayField(label=_("Dato"), help_text=_("Den dag, det skete, fx «8. april 2025»."))
    reason = GuardedField(
        label=_("Begrundelse"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Hvad I fandt ud af, eller hvad I har aftalt. Ingen navne eller CPR-numre."),
    )


def read_sign_filter(given: Mapping[str, Any]) -> SignFilter:
    """The filters from the address; what cannot be understood narrows nothing."""
    kind, state = given.get("tegn", ""), given.get("tilstand", "")
    return SignFilter(
        text=given.get("q", "").strip()[:100],
        kind=kind if kind in IrregularitySign.Kind.values else "",
        state=state if state in SignFollowUp.State.values else "",
        gone=given.get("vis", "") == "alle",
    )
