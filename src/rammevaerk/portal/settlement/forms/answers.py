"""Forms of what the parties say of a line, and of what a list of statements is narrowed by."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rammevaerk.engine.date_words import date_text_da
from rammevaerk.portal.common.forms import GuardedField, offer
from rammevaerk.portal.settlement.models import LineStanding, Statement

_ALL = ("", gettext_lazy("Alle"))
LONGEST_REASON = 1000


def reason_field(label: Any, **more: Any) -> GuardedField:
    """A reason of some lines, without a CPR number."""
    return GuardedField(
        label=label, max_length=LONGEST_REASON, widget=forms.Textarea(attrs={"rows": 4}), **more
    )


class DisputeForm(forms.Form):
    """Which day the buyer objects to, and why."""

    day = forms.TypedChoiceField(
        label=gettext_lazy("Dag"),
        coerce=date.fromisoformat,
        empty_value=None,
        required=False,
    )
    reason = reason_field(
        gettext_lazy("Hvorfor"),
        help_text=gettext_lazy("Skriv, hvad I mener, der er rigtigt. Skriv ingen CPR-numre."),
    )

    def __init__(self, *args: Any, days: Sequence[date], **more: Any) -> None:
        super().__init__(*args, **more)
        offer(
            self,
            "day",
            [
                ("", _("Ikke en bestemt dag")),
                *((one.isoformat(), date_text_da(one)) for one in days),
            ],
        )


class UpholdForm(forms.Form):
    """Why the seller stands by its line."""

    reason = reason_field(gettext_lazy("Hvorfor linjen er rigtig"))


class ConcedeForm(forms.Form):
    """What the seller will mend."""

    reason = reason_field(gettext_lazy("Hvad I retter"), required=False)


class StatementFilterForm(forms.Form):
    """The filters of a list of statements, as they stand in the address."""

    maaned = forms.TypedChoiceField(
        label=gettext_lazy("Måned"), coerce=date.fromisoformat, empty_value=None, required=False
    )
    driftsherre = forms.TypedChoiceField(
        label=gettext_lazy("Driftsherre"), coerce=int, empty_value=None, required=False
    )
    betaler = forms.TypedChoiceField(
        label=gettext_lazy("Betalingskommune"), coerce=int, empty_value=None, required=False
    )
    tilstand = forms.ChoiceField(
        label=gettext_lazy("Tilstand"), choices=[_ALL, *Statement.State.choices], required=False
    )
    mine = forms.BooleanField(label=gettext_lazy("Kun dem, der venter på mig"), required=False)

    def __init__(
        self,
        *args: Any,
        months: Sequence[tuple[str, str]],
        operators: Sequence[tuple[int, str]],
        payers: Sequence[tuple[int, str]],
        **more: Any,
    ) -> None:
        super().__init__(*args, **more)
        offer(self, "maaned", [_ALL, *months])
        offer(self, "driftsherre", [_ALL, *operators])
        offer(self, "betaler", [_ALL, *payers])


class LineFilterForm(forms.Form):
    """The filters of a statement's lines."""

    q = forms.CharField(label=gettext_lazy("Borger eller tilbud"), max_length=60, required=False)
    vis = forms.ChoiceField(
        label=gettext_lazy("Vis"),
        choices=[
            _ALL,
            ("forskelle", gettext_lazy("Med forskelle")),
            ("rettelser", gettext_lazy("Rettelser af tidligere måneder")),
            *(
                (value, label)
                for value, label in LineStanding.State.choices
                if value not in (LineStanding.State.DRAFT, LineStanding.State.DISCARDED)
            ),
        ],
        required=False,
    )
