"""Forms of meetings, their items and annexes, reviews and sendings."""

import re
from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rammevaerk.portal.common.forms import DayField, GuardedField, LimitedFileField, offer
from rammevaerk.portal.meetings.models import AgendaItem, RecommendationPoint
from rammevaerk.portal.meetings.rich_text import as_html, as_written

Choices = Sequence[tuple[Any, Any]]
_LONG = forms.TextInput(attrs={"class": "long"})
NOTHING = ("", _("(ikke angivet)"))
POINTS_MORE, POINTS_MOST = 3, 20


class ClockField(forms.CharField):
    """A time of the day: «9», «9.30», «kl. 13:00»."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=12, help_text=_("Fx «9.00» eller «13.30»."), **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return f"{value:%H.%M}" if isinstance(value, time) else value

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        found = re.fullmatch(r"(?:kl\.?\s*)?(\d{1,2})(?:[.:]?(\d{2}))?", text.strip().casefold())
        if not found or int(found[1]) > 23 or int(found[2] or 0) > 59:
            raise ValidationError(_("«%(text)s» er ikke et klokkeslæt."), params={"text": text})
        return time(int(found[1]), int(found[2] or 0))


class RichTextField(GuardedField):
    """A presentation: plain text in paragraphs, or simple HTML; cleaned when it is stored."""

    widget = forms.Textarea

    def prepare_value(self, value: Any) -> Any:
        return as_written(value) if isinstance(value, str) else value

    def clean(self, value: Any) -> str:
        return as_html(super().clean(value))


class _TimesForm(forms.Form):
    """When and where."""

    day = DayField(label=_("Dag"))
    starts = ClockField(label=_("Begynder kl."))
    ends = ClockField(label=_("Slutter kl."))
    place = GuardedField(label=_("Sted"), max_length=200, required=False)
    items_due = DayField(label=_("Frist for punkter"), required=False)

    def clean(self) -> None:
        starts, ends = self.cleaned_data.get("starts"), self.cleaned_data.get("ends")
        if starts and ends and ends <= starts:
            self.add_error("ends", _("Mødet slutter, før det begynder."))

    def times(self) -> dict[str, datetime]:
        """Both ends as moments of Danish time."""
        return {
            "starts_at": _moment(self.cleaned_data["day"], self.cleaned_data["starts"]),
            "ends_at": _moment(self.cleaned_data["day"], self.cleaned_data["ends"]),
        }

    def add_error(self, field: str | None, error: Any) -> None:
        # The operations speak of columns; the form asks for the day and the clock.
        super().add_error({"starts_at": "day", "ends_at": "ends"}.get(field or "", field), error)


def _moment(day: date, at: time) -> datetime:
    return timezone.make_aware(datetime.combine(day, at))


class MeetingForm(_TimesForm):
    """A meeting to be planned."""

    series = GuardedField(
        label=_("Mødeserie"),
        max_length=120,
        required=False,
        help_text=_("Fx «Ordinære møder 2026»."),
    )
    note = GuardedField(
        label=_("Bemærkning"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        required=False,
        help_text=_("Kan læses af alle i samarbejdet."),
    )

    def __init__(self, *args: Any, rule: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["items_due"].help_text = rule

    def values(self) -> dict[str, Any]:
        """Column values of the meeting."""
        names = ("series", "place", "items_due", "note")
        return {**self.times(), **{name: self.cleaned_data[name] for name in names}}


class MoveForm(_TimesForm):
    """Another time, with the reason."""

    reason = GuardedField(
        label=_("Begrundelse"), max_length=500, widget=_LONG, help_text=_("Står i mødets historik.")
    )


class MeetingFactsForm(forms.Form):
    """What may be corrected of a meeting without moving it; the fields are its columns."""

    series = GuardedField(label=_("Mødeserie"), max_length=120, required=False)
    place = GuardedField(label=_("Sted"), max_length=200, required=False)
    items_due = DayField(label=_("Frist for punkter"), required=False)
    note = GuardedField(
        label=_("Bemærkning"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        required=False,
    )


class ReasonForm(forms.Form):
    """Why a meeting is called off."""

    reason = GuardedField(label=_("Begrundelse"), max_length=500, widget=_LONG)


class ItemForm(forms.Form):
    """An item: what it is about, what the body is asked to do, and who may see it."""

    title = GuardedField(label=_("Titel"), max_length=300, widget=_LONG)
    section = forms.TypedChoiceField(label=_("Afsnit"), coerce=int)
    purpose = forms.ChoiceField(label=_("Formål"), choices=AgendaItem.Purpose.choices)
    presenters = GuardedField(
        label=_("Ved"), max_length=300, required=False, help_text=_("Hvem fremlægger punktet?")
    )
    duration = forms.IntegerField(label=_("Varighed"), min_value=1, max_value=600, required=False)
    case_id = forms.TypedChoiceField(
        label=_("Sag"),
        coerce=int,
        required=False,
        empty_value=None,
        widget=forms.Select(attrs={"class": "long"}),
    )
    presentation = RichTextField(
        label=_("Sagsfremstilling"),
        widget=forms.Textarea(attrs={"rows": 14}),
        max_length=60_000,
        required=False,
        help_text=_(
            "Almindelig tekst med en tom linje mellem afsnit; linjer med «- » foran bliver en"
            " liste. Simpel HTML med overskrifter, tabeller og links kan også bruges. Andet tages"
            " ud. Ingen personnumre."
        ),
    )
    closed = forms.BooleanField(label=_("Lukket punkt"), required=False)
    legal_ground = GuardedField(
        label=_("Hjemmel til lukning"),
        max_length=200,
        required=False,
        help_text=_("Fx «forvaltningslovens § 27, stk. 1». Skal udfyldes, når punktet er lukket."),
    )
    organisations = forms.TypedMultipleChoiceField(
        label=_("Organisationer, der må se det lukkede punkt"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    people = forms.TypedMultipleChoiceField(
        label=_("Personer, der må se det lukkede punkt"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(
        self,
        *args: Any,
        cases: Choices,
        sections: Choices = (),
        organisations: Choices = (),
        people: Choices = (),
        points: int = 0,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "case_id", [NOTHING, *cases])
        offer(self, "section", sections)
        offer(self, "organisations", organisations)
        offer(self, "people", people)
        if not sections:
            del self.fields["section"]
        if not organisations:
            del self.fields["organisations"], self.fields["people"]
        self.points = min(max(points + POINTS_MORE, self._sent_points()), POINTS_MOST)
        for n in range(1, self.points + 1):
            self.fields[f"verb_{n}"] = forms.ChoiceField(
                label=_("Indstilling %s: at forummet") % n,
                choices=[NOTHING, *RecommendationPoint.Verb.choices],
                required=False,
            )
            self.fields[f"text_{n}"] = GuardedField(
                label=_("Hvad"), max_length=1000, required=False, widget=_LONG
            )

    def _sent_points(self) -> int:
        names = [re.fullmatch(r"verb_(\d{1,2})", name) for name in self.data]
        return max([int(found[1]) for found in names if found], default=0)

    def point_fields(self) -> list[tuple[Any, Any]]:
        """For the template: each row of the recommendation."""
        return [(self[f"verb_{n}"], self[f"text_{n}"]) for n in range(1, self.points + 1)]

    def clean(self) -> None:
        for n in range(1, self.points + 1):
            verb, text = self.cleaned_data.get(f"verb_{n}"), self.cleaned_data.get(f"text_{n}")
            if text and not verb:
                self.add_error(f"verb_{n}", _("Vælg, hvad forummet skal."))
            elif verb and not text and f"text_{n}" not in self.errors:
                self.add_error(f"text_{n}", _("Skriv, hvad der indstilles."))
        if self.cleaned_data.get("closed") and not self.cleaned_data.get("legal_ground"):
            self.add_error("legal_ground", _("Skriv, med hvilken hjemmel punktet er lukket."))

    def values(self) -> dict[str, Any]:
        """Column values of the item."""
        names = ("title", "purpose", "presenters", "duration", "case_id", "presentation", "closed")
        found = {name: self.cleaned_data[name] for name in names}
        ground = self.cleaned_data["legal_ground"] if found["closed"] else ""
        return {**found, "legal_ground": ground}

    def recommendation(self) -> list[tuple[str, str]]:
        rows = range(1, self.points + 1)
        pairs = [(self.cleaned_data[f"verb_{n}"], self.cleaned_data[f"text_{n}"]) for n in rows]
        return [pair for pair in pairs if pair[0]]

    def readers(self) -> tuple[list[int], list[int]] | None:
        """The organisations and the people; None where the form does not ask."""
        if "organisations" not in self.fields:
            return None
        return self.cleaned_data["organisations"], self.cleaned_data["people"]


class PlaceForm(forms.Form):
    """A section of one of the body's meetings, or the backlog."""

    section = forms.TypedChoiceField(
        label=_("Møde og afsnit"), coerce=int, widget=forms.Select(attrs={"class": "long"})
    )

    def __init__(self, *args: Any, sections: Choices, backlog: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        waiting = [(0, _("Ventelisten (uden møde)"))] if backlog else []
        offer(self, "section", [("", _("(vælg)")), *sections, *waiting])


class AnnexForm(forms.Form):
    """An annex with its file."""

    title = GuardedField(label=_("Bilagets titel"), max_length=200, widget=_LONG)

    def __init__(self, *args: Any, too_large: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"] = _file_field(too_large)


class AnnexFileForm(forms.Form):
    """A new file in place of the one there is."""

    def __init__(self, *args: Any, too_large: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"] = _file_field(too_large)


def _file_field(too_large: str) -> LimitedFileField:
    return LimitedFileField(
        too_large=too_large,
        label=_("Fil"),
        max_length=255,
        help_text=_("PDF, Word, Excel, PowerPoint, OpenDocument eller CSV; højst 20 MB."),
    )


class AnnexTitleForm(forms.Form):
    """Another title."""

    title = GuardedField(label=_("Bilagets titel"), max_length=200, widget=_LONG)


class ReviewersForm(forms.Form):
    """Who is asked to read the draft."""

    people = forms.TypedMultipleChoiceField(
        label=_("Læsere"),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Kun de valgte ser kladden. De ser ikke lukkede punkter."),
    )

    def __init__(self, *args: Any, people: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "people", people)


class ReviewAnswerForm(forms.Form):
    """What a reader thinks."""

    comment = GuardedField(
        label=_("Bemærkninger"),
        widget=forms.Textarea(attrs={"rows": 8}),
        max_length=4000,
        required=False,
        help_text=_("Tomt, når du ingen bemærkninger har. Kun sekretariatet ser dem."),
    )
    answered = forms.BooleanField(label=_("Jeg har læst kladden"))


class DispatchForm(forms.Form):
    """Confirmation that exactly what is shown is to go out."""

    seen = forms.CharField(max_length=64, widget=forms.HiddenInput)
    despite = forms.BooleanField(label=_("Udsend, selv om kontrollen finder fejl"))

    def __init__(self, *args: Any, errors: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not errors:
            del self.fields["despite"]
