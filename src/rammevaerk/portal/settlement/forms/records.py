"""Forms of a buyer's own days: one stay typed, or a list in a file."""

import re
from datetime import date, datetime, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rammevaerk.portal.common.forms import DayField, GuardedField, LimitedFileField
from rammevaerk.portal.settlement.calculate.buyer_claims import MOST_ABSENCES, Claim

_CLOCK = re.compile(r"(?:kl\.? ?)?([0-9]{1,2})[:.]([0-9]{2})", re.I)
_EMPTY_ROWS = 2


class ClockField(forms.CharField):
    """A time of day: «14.30» or «14:30»."""

    def __init__(self, **more: Any) -> None:
        super().__init__(**{"max_length": 10, "required": False, **more})

    def prepare_value(self, value: Any) -> Any:
        return f"{value:%H.%M}" if isinstance(value, time) else value

    def clean(self, value: Any) -> Any:
        text = super().clean(value).strip()
        if not text:
            return None
        found = _CLOCK.fullmatch(text)
        if not found or int(found[1]) > 23 or int(found[2]) > 59:
            raise ValidationError(_("«%s» er intet klokkeslæt. Skriv fx 14.30.") % text)
        return time(int(found[1]), int(found[2]))


class StayForm(forms.Form):
    """When a citizen came and left, and was away, as the buyer has it."""

    came = DayField(label=gettext_lazy("Kom den"))
    came_at = ClockField(label=gettext_lazy("Kom kl."), required=True)
    left = DayField(
        label=gettext_lazy("Gik den"),
        required=False,
        help_text=gettext_lazy("Tom, mens borgeren er der."),
    )
    left_at = ClockField(label=gettext_lazy("Gik kl."))
    source = GuardedField(
        label=gettext_lazy("Hvor I har det fra"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Fx fagsystemet eller en mail fra borgerens rådgiver."),
    )

    def __init__(self, *args: Any, absences: int = 0, **more: Any) -> None:
        super().__init__(*args, **more)
        self.rows = min(absences + _EMPTY_ROWS, MOST_ABSENCES)
        for at in range(self.rows):
            self.fields[f"away_{at}"] = DayField(
                label=_("Fravær %s fra") % (at + 1), required=False, help_text=""
            )
            self.fields[f"back_{at}"] = DayField(
                label=_("Fravær %s: tilbage den") % (at + 1), required=False, help_text=""
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("left") and not cleaned.get("left_at") and "left_at" not in self.errors:
            self.add_error("left_at", _("Skriv, hvad klokken var."))
        if cleaned.get("left_at") and not cleaned.get("left") and "left" not in self.errors:
            self.add_error("left", _("Skriv, hvilken dag det var."))
        for at in range(self.rows):
            if cleaned.get(f"back_{at}") and not cleaned.get(f"away_{at}"):
                self.add_error(f"away_{at}", _("Skriv, hvornår fraværet begynder."))
        return cleaned

    def claim(self, placement_id: int) -> Claim:
        """What the form says."""
        said = self.cleaned_data
        left = said["left"]
        return Claim(
            placement_id,
            datetime.combine(said["came"], said["came_at"]),
            datetime.combine(left, said["left_at"]) if left else None,
            tuple(
                (said[f"away_{at}"], said[f"back_{at}"])
                for at in range(self.rows)
                if said[f"away_{at}"]
            ),
        )


def initial_of(claim: Claim | None) -> dict[str, Any]:
    """A claim as the form shows it."""
    if claim is None:
        return {}
    found: dict[str, Any] = {
        "came": claim.start.date(),
        "came_at": claim.start.time(),
        "left": claim.end.date() if claim.end else None,
        "left_at": claim.end.time() if claim.end else None,
    }
    pairs: list[tuple[date, date | None]] = list(claim.absences)
    for at, (first, back) in enumerate(pairs):
        found |= {f"away_{at}": first, f"back_{at}": back}
    return found


class RecordFileForm(forms.Form):
    """A list of stays to be read."""

    file = LimitedFileField(
        label=gettext_lazy("Fil"),
        help_text=gettext_lazy("Excel (xlsx) eller CSV, højst 20 MB og 20.000 rækker."),
    )

    def __init__(self, *args: Any, too_large: str = "", **more: Any) -> None:
        super().__init__(*args, **more)
        field = self.fields["file"]
        assert isinstance(field, LimitedFileField)  # noqa: S101 - ours, above
        field.too_large = too_large
