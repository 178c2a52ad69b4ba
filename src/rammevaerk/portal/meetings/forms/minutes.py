"""Forms of minutes, decisions and approvals."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from rammevaerk.portal.common.forms import GuardedField, offer
from rammevaerk.portal.meetings.models import Attendance, DecisionKind, ItemAttendance

Choices = Sequence[tuple[Any, str]]


class DoForm(forms.Form):
    """A button that does one thing: it says which, so that an empty form does nothing."""

    do = forms.ChoiceField(label=_("Handling"), widget=forms.HiddenInput)

    def __init__(self, *args: Any, actions: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "do", [(one, one) for one in actions])


class MinuteForm(DoForm):
    """What is said of an item, and what became of it when it is decided."""

    text = GuardedField(
        label=_("Referat"),
        max_length=20_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    kind = forms.ChoiceField(
        label=_("Beslutning"),
        choices=DecisionKind.choices,
        required=False,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, actions=("save", "decide"), **kwargs)

    def clean(self) -> None:
        if self.cleaned_data.get("do") == "decide" and not self.cleaned_data.get("kind"):
            self.add_error("kind", _("Vælg, hvad der blev besluttet."))


class RevisionForm(forms.Form):
    """A decision as it should have been written, and why."""

    kind = forms.ChoiceField(label=_("Beslutning"), choices=DecisionKind.choices)
    text = GuardedField(
        label=_("Referat"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 8})
    )
    reason = GuardedField(
        label=_("Begrundelse"),
        max_length=500,
        help_text=_("Står i historikken sammen med det, der stod før."),
    )


class ExceptionForm(forms.Form):
    """Somebody's presence at one item, when it differs."""

    attendance = forms.TypedChoiceField(label=_("Deltager"), coerce=int)
    state = forms.ChoiceField(label=_("Ved punktet"), choices=ItemAttendance.State.choices)
    note = GuardedField(
        label=_("Bemærkning"),
        max_length=300,
        required=False,
        help_text=_("Stedfortræderens navn, eller hvad der ellers skal stå."),
    )

    def __init__(self, *args: Any, people: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "attendance", [("", _("(vælg)")), *people])


class AttendanceForm(forms.Form):
    """Who came: one row for each seat, and for each guest."""

    def __init__(self, *args: Any, rows: Sequence[Attendance], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = rows
        for row in rows:
            self.fields[f"state_{row.pk}"] = forms.ChoiceField(
                label=_("%s: fremmøde") % row.name,
                choices=Attendance.State.choices,
                initial=row.state,
                # A row that has come since the form was shown is not in what was sent.
                required=False,
            )
            self.fields[f"substitute_{row.pk}"] = GuardedField(
                label=_("%s: stedfortræder") % row.name,
                max_length=200,
                required=False,
                initial=row.substitute,
            )

    def lines(self) -> list[dict[str, Any]]:
        """For the table: the row with its two bound fields."""
        return [
            {
                "row": row,
                "state": self[f"state_{row.pk}"],
                "substitute": self[f"substitute_{row.pk}"],
            }
            for row in self.rows
        ]

    def changes(self) -> dict[int, tuple[str, str]]:
        """State and substitute by the row's id, for the rows that were sent."""
        cleaned = self.cleaned_data
        return {
            row.pk: (cleaned[f"state_{row.pk}"], cleaned[f"substitute_{row.pk}"])
            for row in self.rows
            if cleaned[f"state_{row.pk}"]
        }


class GuestForm(forms.Form):
    """Somebody who came without a seat."""

    name = GuardedField(
        label=_("Gæst"), max_length=200, help_text=_("Navn, stilling og organisation.")
    )


class AnswerForm(forms.Form):
    """A member's answer to the minutes."""

    seat = forms.TypedChoiceField(label=_("På vegne af"), coerce=int)
    answer = forms.ChoiceField(
        label=_("Svar"),
        choices=[("approve", _("Jeg godkender referatet")), ("object", _("Referatet skal rettes"))],
        widget=forms.RadioSelect,
    )
    remark = GuardedField(
        label=_("Bemærkning"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Skal udfyldes, når referatet skal rettes. Kun sekretariatet ser den."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, seats: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "seat", seats)
