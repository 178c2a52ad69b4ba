"""Forms of obligations and input rounds."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from rammevaerk.engine.errors import UnreadableDate
from rammevaerk.engine.periods import PartialDate, parse_due_da
from rammevaerk.portal.common.forms import DayField, GuardedField, offer
from rammevaerk.portal.meetings.models import AgendaItem, InputRound, Obligation

Choices = Sequence[tuple[Any, str]]


class DueField(forms.CharField):
    """A time limit as it was said: «ultimo 2022», «primo december 2025», «1. maj 2026»."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 60)
        kwargs.setdefault(
            "help_text",
            _("Fx «1. maj 2026», «primo december 2025», «ultimo 2022» eller «1. kvartal 2026»."),
        )
        super().__init__(**kwargs)

    def clean(self, value: Any) -> tuple[PartialDate, str] | None:
        """The date as it is read, and the words when they are not the date itself."""
        text = " ".join(str(super().clean(value)).split())
        if not text:
            return None
        try:
            found = parse_due_da(text)
        except UnreadableDate as problem:
            raise ValidationError(problem.reason_da, code="date") from problem
        return found, "" if text.casefold() == found.text_da().casefold() else text


class ObligationForm(forms.Form):
    """What somebody has promised, and by when."""

    owner_id = forms.TypedChoiceField(
        label=_("Ansvarlig"), coerce=int, widget=forms.Select(attrs={"class": "long"})
    )
    owner_name = GuardedField(
        label=_("Ved"), max_length=200, required=False, help_text=_("Person eller afdeling.")
    )
    text = GuardedField(
        label=_("Forpligtelse"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )
    due = DueField(label=_("Frist"))
    check = forms.ChoiceField(
        label=_("Betingelse, som Rammeværk selv holder øje med"),
        required=False,
        widget=forms.Select(attrs={"class": "long"}),
        help_text=_("Når den er opfyldt, regnes forpligtelsen for opfyldt."),
    )
    condition_threshold = forms.IntegerField(
        label=_("Hvor mange der skal til"),
        min_value=1,
        max_value=100_000,
        required=False,
        help_text=_("Skal udfyldes, når der er valgt en betingelse."),
    )
    source = GuardedField(label=_("Kilde"), max_length=300, required=False)

    def __init__(self, *args: Any, organisations: Choices, checks: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "owner_id", [("", _("(vælg)")), *organisations])
        if checks:
            offer(self, "check", [("", _("(ingen: det meldes af den ansvarlige)")), *checks])
        else:
            del self.fields["check"], self.fields["condition_threshold"]

    def values(self) -> dict[str, Any]:
        """Column values."""
        cleaned = dict(self.cleaned_data)
        due, said = cleaned.pop("due")
        condition, _colon, target = cleaned.pop("check", "").partition(":")
        threshold = cleaned.pop("condition_threshold", None)
        return {
            **cleaned,
            "due": due,
            "due_said": said,
            "condition": condition,
            "condition_target": target,
            "condition_threshold": threshold if condition else None,
        }


def stored(row: Obligation) -> dict[str, Any]:
    """An obligation as the form's fields have it."""
    return {
        "owner_id": row.owner_id,
        "owner_name": row.owner_name,
        "text": row.text,
        "due": row.due_said or (row.due.text_da() if row.due else ""),
        "check": f"{row.condition}:{row.condition_target}" if row.condition else "",
        "condition_threshold": row.condition_threshold,
        "source": row.source,
    }


class MeetForm(forms.Form):
    """That an obligation is met."""

    met_on = DayField(label=_("Opfyldt"))
    note = GuardedField(
        label=_("Hvordan"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Fx hvor det kan ses, at det er gjort."),
    )


class RoundForm(forms.Form):
    """A round of input."""

    title = GuardedField(label=_("Titel"), max_length=200)
    question = GuardedField(
        label=_("Hvad I spørger om"), max_length=2000, widget=forms.Textarea(attrs={"rows": 5})
    )
    due = DueField(label=_("Frist"))

    def values(self) -> dict[str, Any]:
        """Column values; the last day of what was said is the day the round ends."""
        cleaned = dict(self.cleaned_data)
        due, said = cleaned.pop("due")
        whole = due.last != due.first
        words = said or (due.text_da() if whole else "")
        return {**cleaned, "due_on": due.last, "due_said": words}


def stored_round(row: InputRound, day_text: str) -> dict[str, Any]:
    return {"title": row.title, "question": row.question, "due": row.due_said or day_text}


class InputForm(forms.Form):
    """What an organisation would like taken up."""

    organisation = forms.TypedChoiceField(label=_("På vegne af"), coerce=int)
    text = GuardedField(
        label=_("Input"), max_length=6000, widget=forms.Textarea(attrs={"rows": 10})
    )

    def __init__(self, *args: Any, organisations: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "organisation", organisations)


class RoundItemForm(forms.Form):
    """An item made of the input of a round."""

    title = GuardedField(label=_("Titel på punktet"), max_length=300)
    purpose = forms.ChoiceField(label=_("Formål"), choices=AgendaItem.Purpose.choices)
    section = forms.TypedChoiceField(
        label=_("Placering"),
        coerce=int,
        required=False,
        empty_value=None,
        widget=forms.Select(attrs={"class": "long"}),
    )

    def __init__(self, *args: Any, sections: Sequence[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "section", [("", _("Ventelisten (uden møde)")), *sections])
