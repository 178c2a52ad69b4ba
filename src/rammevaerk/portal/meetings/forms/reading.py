"""Forms for reading a document in: the file, and what was read of it, to correct and confirm."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from rammevaerk.portal.common.forms import GuardedField, LimitedFileField
from rammevaerk.portal.meetings.forms.agenda import MeetingForm
from rammevaerk.portal.meetings.models import AgendaSection
from rammevaerk.portal.meetings.operations.reading import Correction
from rammevaerk.portal.meetings.reading_content import Reading, ReadItem


class DocumentForm(forms.Form):
    """An agenda or minutes as a file."""

    def __init__(self, *args: Any, too_large: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"] = LimitedFileField(
            too_large=too_large,
            label=_("Dagsorden eller referat"),
            max_length=255,
            help_text=_(
                "Tekst (txt), Word (docx) eller PDF med tekst; højst 20 MB. Du ser, hvad der er"
                " læst, og kan rette det, før noget gemmes."
            ),
        )


class ReadingForm(MeetingForm):
    """The meeting and the items that were read, with the essentials to correct."""

    fill = forms.BooleanField(
        label=_("Læg punkterne på det møde, der allerede er planlagt på tidspunktet"),
        required=False,
        help_text=_("Mødets tid, sted og frist bliver stående, som de er planlagt."),
    )

    def __init__(self, *args: Any, reading: Reading, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reading = reading
        for at, item in enumerate(reading.items):
            self._add_item(at, item)

    def _add_item(self, at: int, item: ReadItem) -> None:
        # The number stands in the label for the summary of errors; the page shows it once.
        here = {"n": item.number}
        self.fields[f"take_{at}"] = forms.BooleanField(
            label=_("Tag punkt %(n)s med") % here, required=False, initial=not item.problem
        )
        self.fields[f"title_{at}"] = GuardedField(
            label=_("Titel på punkt %(n)s") % here,
            max_length=300,
            required=False,
            initial=item.title,
            widget=forms.TextInput(attrs={"class": "long"}),
        )
        self.fields[f"section_{at}"] = forms.ChoiceField(
            label=_("Afsnit for punkt %(n)s") % here,
            choices=AgendaSection.Kind.choices,
            initial=item.kind,
        )
        self.fields[f"closed_{at}"] = forms.BooleanField(
            label=_("Punkt %(n)s er lukket") % here, required=False, initial=item.closed
        )
        self.fields[f"ground_{at}"] = GuardedField(
            label=_("Hjemmel til at lukke punkt %(n)s") % here,
            max_length=200,
            required=False,
            help_text=_(
                "Fx «forvaltningslovens § 27, stk. 1». Skal udfyldes, når punktet er lukket."
            ),
        )

    def clean(self) -> None:
        super().clean()
        for at, item in enumerate(self.reading.items):
            if self.cleaned_data.get(f"take_{at}"):
                self._check_item(at, item)

    def _check_item(self, at: int, item: ReadItem) -> None:
        told = self.cleaned_data
        if item.problem:
            self.add_error(f"take_{at}", item.problem)
        if not told.get(f"title_{at}") and f"title_{at}" not in self.errors:
            self.add_error(f"title_{at}", _("Punkt %s mangler en titel.") % item.number)
        grounded = told.get(f"ground_{at}") or f"ground_{at}" in self.errors
        if told.get(f"closed_{at}") and not grounded:
            self.add_error(f"ground_{at}", _("Skriv, med hvilken hjemmel punktet er lukket."))

    def sections(self) -> Iterator[tuple[str, list[tuple[ReadItem, dict[str, BoundField]]]]]:
        """For the template: the items by heading, each with its fields by name."""
        for heading, items in self.reading.headings:
            yield heading, [(item, self._bound(at)) for at, item in items]

    def _bound(self, at: int) -> dict[str, BoundField]:
        return {
            name: self[f"{name}_{at}"] for name in ("take", "title", "section", "closed", "ground")
        }

    def corrections(self) -> list[Correction]:
        """The items that are to be taken in, as the person left them."""
        told = self.cleaned_data
        return [
            Correction(
                item=item,
                title=told[f"title_{at}"],
                kind=told[f"section_{at}"],
                closed=told[f"closed_{at}"],
                legal_ground=told[f"ground_{at}"],
            )
            for at, item in enumerate(self.reading.items)
            if told[f"take_{at}"]
        ]
