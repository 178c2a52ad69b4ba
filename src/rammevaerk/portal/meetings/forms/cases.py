"""Forms of cases and their way."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from rammevaerk.portal.common.forms import DayField, GuardedField, PartialDateFormField, offer

Choices = Sequence[tuple[Any, str]]


class CaseForm(forms.Form):
    """What a case is about and whose it is."""

    title = GuardedField(label=_("Titel"), max_length=300)
    summary = GuardedField(
        label=_("Resumé"), widget=forms.Textarea(attrs={"rows": 6}), max_length=6000, required=False
    )
    owner_id = forms.TypedChoiceField(label=_("Sagsejer"), coerce=int)
    closed = forms.BooleanField(
        label=_("Lukket sag: kun sagsejeren, sekretariatet og de lukkede punkters læsere ser den"),
        required=False,
    )

    def __init__(self, *args: Any, organisations: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "owner_id", [("", _("(vælg)")), *organisations])


class CloseCaseForm(forms.Form):
    """How a case ended."""

    closed_on = DayField(label=_("Afsluttet"))
    outcome = GuardedField(
        label=_("Udfald"), widget=forms.Textarea(attrs={"rows": 4}), max_length=2000
    )


class ConsultationForm(forms.Form):
    """A body is to handle the case."""

    body = forms.TypedChoiceField(label=_("Forum"), coerce=int)
    role = forms.ChoiceField(
        label=_("Forummet"),
        choices=[("heard", _("høres")), ("decides", _("træffer afgørelsen"))],
    )
    wanted = PartialDateFormField(label=_("Ønskes behandlet"), required=False)

    def __init__(self, *args: Any, bodies: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "body", [("", _("(vælg)")), *bodies])
