"""Forms of the takstfil: what to fetch, what to hand in, which column is which."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rammevaerk.exchange.tariff_file.cells import folded
from rammevaerk.exchange.tariff_file.columns import BY_KEY
from rammevaerk.exchange.tariff_file.mapping import MAPPABLE, ColumnMap, lacking
from rammevaerk.portal.common.forms import (
    DayField,
    GuardedField,
    LimitedFileField,
    offer,
)

_MOST_WORD = 100


def years_about(today: date) -> list[tuple[int, str]]:
    """The years that are offered: from the year before last to the next."""
    return [(year, str(year)) for year in range(today.year + 1, today.year - 3, -1)]


def likely_year(today: date) -> int:
    """From August on it is next year's tariffs that people work on."""
    return today.year + (today.month >= 8)


class FetchForm(forms.Form):
    """Which prices to fetch, and as what."""

    aar = forms.TypedChoiceField(label=gettext_lazy("År"), coerce=int)
    samarbejde = forms.TypedChoiceField(
        label=gettext_lazy("Region"), coerce=int, required=False, empty_value=None
    )
    driftsherre = forms.TypedChoiceField(
        label=gettext_lazy("Driftsherre"), coerce=int, required=False, empty_value=None
    )
    form = forms.ChoiceField(
        label=gettext_lazy("Filtype"),
        choices=[("xlsx", gettext_lazy("Excel (xlsx)")), ("csv", gettext_lazy("CSV"))],
        required=False,
    )

    def __init__(
        self,
        *args: Any,
        today: date,
        regions: Sequence[tuple[int, str]],
        operators: Sequence[tuple[int, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "aar", years_about(today))
        offer(self, "driftsherre", [("", _("Alle")), *operators])
        offer(self, "samarbejde", regions)
        if len(regions) < 2:
            del self.fields["samarbejde"]


class HandInForm(forms.Form):
    """A takstfil to be read."""

    year = forms.TypedChoiceField(label=gettext_lazy("Takstår"), coerce=int)
    region = forms.TypedChoiceField(label=gettext_lazy("Region"), coerce=int)
    file = LimitedFileField(
        label=gettext_lazy("Fil"),
        help_text=gettext_lazy("Excel (xlsx) eller CSV, højst 20 MB og 20.000 rækker."),
    )

    def __init__(
        self,
        *args: Any,
        too_large: str = "",
        today: date,
        regions: Sequence[tuple[int, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "year", years_about(today))
        offer(self, "region", regions)
        if len(regions) == 1:
            self.fields["region"].widget = forms.HiddenInput()
            self.fields["region"].initial = regions[0][0]
        field = self.fields["file"]
        assert isinstance(field, LimitedFileField)  # noqa: S101 - ours, above
        field.too_large = too_large


class ConfirmForm(forms.Form):
    """The day that the chosen prices which are not in the file end."""

    ends_on = DayField(
        label=gettext_lazy("De valgte priser, der mangler i filen, udgår fra"), required=False
    )


class ColumnsForm(forms.Form):
    """Which of the file's headings each of our columns is."""

    name = GuardedField(
        label=gettext_lazy("Navn på oversættelsen"),
        max_length=100,
        help_text=gettext_lazy("Den bruges selv næste gang, når overskrifterne er de samme."),
    )

    def __init__(self, *args: Any, headings: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        options = [("", _("(findes ikke i filen)")), *((one, one) for one in headings)]
        for column in MAPPABLE:
            self.fields[f"kol_{column.key}"] = forms.ChoiceField(
                label=column.name_da,
                choices=options,
                required=False,
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        columns = self.columns(cleaned)
        if missing := lacking(columns):
            raise ValidationError(
                [_("Vælg en kolonne for %s.") % alternatives for alternatives in missing]
            )
        twice = {one for one in columns.values() if list(columns.values()).count(one) > 1}
        for key, heading in columns.items():
            if heading in twice:
                self.add_error(f"kol_{key}", _("«%s» er valgt to gange.") % heading[:60])
        return cleaned

    def columns(self, cleaned: dict[str, Any]) -> dict[str, str]:
        """Our columns by the headings chosen."""
        chosen = {column.key: cleaned.get(f"kol_{column.key}", "") for column in MAPPABLE}
        return {key: heading for key, heading in chosen.items() if heading}


class WordsForm(forms.Form):
    """What the sender's own words mean in ours."""

    def __init__(
        self,
        *args: Any,
        unknown: dict[str, tuple[list[str], int]],
        choices: dict[str, list[tuple[str, str]]],
        guesses: dict[tuple[str, str], str],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.places: dict[str, tuple[str, str]] = {}
        for key, (words, _more) in unknown.items():
            for at, word in enumerate(words):
                name = f"ord_{key}_{at}"
                self.places[name] = (key, word)
                self.fields[name] = forms.ChoiceField(
                    label=f"{BY_KEY[key].name_da}: «{word[:_MOST_WORD]}»",
                    choices=[("", _("(ikke oversat)")), *choices.get(key, [])],
                    required=False,
                    initial=guesses.get((key, word), ""),
                )

    def translated(self, before: ColumnMap) -> dict[str, dict[str, str]]:
        """The words as they are kept, with those that were known already."""
        words = {key: dict(one) for key, one in before.words.items()}
        for name, (key, word) in self.places.items():
            if meant := self.cleaned_data.get(name):
                words.setdefault(key, {})[folded(word)] = meant
        return words
