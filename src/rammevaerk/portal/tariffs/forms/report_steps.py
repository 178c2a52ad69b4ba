"""What one says when a report goes on: a decision and its day, or why it goes back."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from rammevaerk.portal.common.forms import DayField, GuardedField


def _note(**more: Any) -> GuardedField:
    return GuardedField(max_length=2000, widget=forms.Textarea(attrs={"rows": 3}), **more)


class StepForm(forms.Form):
    """A step with nothing that must be said."""

    # Always sent by the page; what comes without it was pressed by nobody.
    seen = forms.CharField(
        widget=forms.HiddenInput,
        max_length=16,
        error_messages={"required": _("Genindlæs siden, og prøv igen.")},
    )
    note = _note(label=_("Bemærkning"), required=False)


class BackForm(StepForm):
    """A step back says why."""

    note = _note(label=_("Hvorfor?"))


class DecisionForm(StepForm):
    """A decision: by whom it was made, and on which day."""

    decision = GuardedField(
        label=_("Beslutning"),
        max_length=300,
        help_text=_("Hvem har besluttet det, og hvor står det? Fx «Byrådet, punkt 7»."),
    )
    decided_on = DayField(label=_("Besluttet den"))
    field_order = ("seen", "decision", "decided_on", "note")
