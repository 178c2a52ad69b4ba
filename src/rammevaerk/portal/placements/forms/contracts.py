"""The forms of a contract: begun, filled in, its clauses, sent, answered, changed, ended."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from rammevaerk.portal.common.forms import DayField, GuardedField, offer
from rammevaerk.portal.placements.contract_fields import (
    BILLING,
    MOST_NOTICE_MONTHS,
    MOST_PAYMENT_DAYS,
    MOST_TEXT,
    TYPED,
    ContractField,
    Entry,
)
from rammevaerk.portal.placements.queries.contract_register import STAGES, STANDARDS

_ALL = ("", _("Alle"))
_ONE_DAY = timedelta(days=1)
_NO_END = _("Lad feltet stå tomt, når kontrakten gælder, til den opsiges.")


def last_day_of(valid_to: date | None) -> date | None:
    """The last day of a period, from the first day after it."""
    return valid_to - _ONE_DAY if valid_to else None


class _Period(forms.Form):
    """A first day and perhaps a last one."""

    valid_from = DayField(label=_("Gælder fra"))
    last_day = DayField(label=_("Sidste dag"), required=False, help_text=_NO_END)

    def valid_to(self) -> date | None:
        """The first day after the period."""
        last: date | None = self.cleaned_data.get("last_day")
        return last + _ONE_DAY if last else None

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        first, last = values.get("valid_from"), values.get("last_day")
        if first and last and last < first:
            self.add_error("last_day", _("Den sidste dag ligger før den første."))
        return values


class ContractBeginForm(_Period):
    """On which standard a contract is made, or why on none."""

    template = forms.ChoiceField(
        label=_("Kontrakten laves på"),
        widget=forms.RadioSelect,
        error_messages={
            "invalid_choice": _(
                "Det, du valgte, gælder ikke fra den dag, du har skrevet. Vælg blandt dem, der"
                " gælder den dag."
            )
        },
    )
    outside_reason = GuardedField(
        label=_("Hvorfor uden for standarden"),
        max_length=500,
        required=False,
        help_text=_("Skal kun skrives, når kontrakten laves på parternes eget papir."),
    )
    field_order = ("valid_from", "last_day", "template", "outside_reason")

    def __init__(self, *args: Any, templates: Iterable[Any], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["valid_from"].help_text = _(
            "Fx «8. april 2025». Der kan vælges mellem de standarder, der gælder den dag."
        )
        choices = [(str(row.pk), f"{row.title}, version {row.version}") for row in templates]
        offer(
            self, "template", [*choices, ("eget", _("Parternes eget papir, uden for standarden"))]
        )


class ContractFieldsForm(_Period):
    """What the parties type; what the placement fills in stands beside it."""

    def __init__(self, *args: Any, addendum: bool, **more: Any) -> None:
        super().__init__(*args, **more)
        if addendum:
            self.fields["valid_from"].label = _("Tillægget gælder fra")
            self.fields["last_day"].label = _("Kontraktens sidste dag")
            self.fields["summary"] = GuardedField(
                label=_("Hvad tillægget handler om"),
                max_length=500,
                widget=forms.Textarea(attrs={"rows": 2}),
            )
        for name, field in TYPED.items():
            self.fields[name] = _form_field(field)

    def typed(self) -> dict[str, str]:
        """The fields that were typed, as text; those left as usual are not among them."""
        given = {name: str(self.cleaned_data.get(name) or "").strip() for name in TYPED}
        zero = {name for name in TYPED if self.cleaned_data.get(name) == 0}
        given |= dict.fromkeys(zero, "0")
        return {name: value for name, value in given.items() if value}


def _form_field(field: ContractField) -> forms.Field:
    common: dict[str, Any] = {"label": field.label, "required": False, "help_text": field.help}
    if field.entry is Entry.DAYS:
        return forms.IntegerField(min_value=1, max_value=MOST_PAYMENT_DAYS, **common)
    if field.entry is Entry.MONTHS:
        return forms.IntegerField(min_value=0, max_value=MOST_NOTICE_MONTHS, **common)
    if field.entry is Entry.BILLING:
        return forms.ChoiceField(choices=list(BILLING.items()), **common)
    if field.entry is Entry.EAN:
        return GuardedField(max_length=20, **common)
    if field.entry is Entry.LONG:
        return GuardedField(
            max_length=MOST_TEXT, widget=forms.Textarea(attrs={"rows": 5}), **common
        )
    return GuardedField(max_length=300, **common)


class ClauseForm(forms.Form):
    """A clause as the parties want it, and why it is not the standard's."""

    heading = GuardedField(label=_("Overskrift"), max_length=150)
    text = GuardedField(
        label=_("Tekst"),
        max_length=4_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 9}),
        help_text=_("Felter i krøllede parenteser, fx {betalingsfrist}, udfyldes af sig selv."),
    )
    reason = GuardedField(
        label=_("Hvorfor der afviges fra standarden"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Skal skrives, når teksten er en anden end standardens."),
    )

    def __init__(self, *args: Any, on_standard: bool, **more: Any) -> None:
        super().__init__(*args, **more)
        if not on_standard:
            del self.fields["reason"]


class SendForm(forms.Form):
    """The text that was shown is sent; whoever may approve for one side may do so at once."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)
    approve = forms.BooleanField(required=False, initial=True)

    def __init__(self, *args: Any, side: str, **more: Any) -> None:
        super().__init__(*args, **more)
        if side:
            self.fields["approve"].label = _("Godkend samtidig som %s") % side
        else:
            del self.fields["approve"]


class AnswerForm(forms.Form):
    """Yes, or no with a reason."""

    answer = forms.ChoiceField(
        label=_("Svar"),
        widget=forms.RadioSelect,
        choices=[("ja", _("Godkend")), ("nej", _("Afvis"))],
    )
    reason = GuardedField(
        label=_("Begrundelse"),
        max_length=1_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Skal skrives, når du afviser: hvad skal rettes?"),
    )

    def approved(self) -> bool:
        """Whether the answer is yes."""
        return bool(self.cleaned_data["answer"] == "ja")


class AddendumForm(forms.Form):
    """From when an addendum holds and what it is about."""

    valid_from = DayField(label=_("Gælder fra"))
    summary = GuardedField(
        label=_("Hvad tillægget handler om"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Fx «Flere timer om ugen» eller «Ny betalingskommune»."),
    )


class EndForm(forms.Form):
    """The last day of a contract and why it ends."""

    ends_on = DayField(label=_("Sidste dag"))
    ended_reason = GuardedField(label=_("Hvorfor den ophører"), max_length=300)

    def valid_to(self) -> date:
        """The first day that it does not hold."""
        last: date = self.cleaned_data["ends_on"]
        return last + _ONE_DAY


class ContractFilterForm(forms.Form):
    """The filters of the register, as they stand in the address."""

    q = forms.CharField(label=_("Søg"), max_length=100, required=False)
    tilstand = forms.ChoiceField(label=_("Tilstand"), choices=list(STAGES.items()), required=False)
    standard = forms.ChoiceField(
        label=_("Standard"), choices=list(STANDARDS.items()), required=False
    )
    koeber = forms.TypedChoiceField(label=_("Køber"), coerce=int, empty_value=None, required=False)
    tilbud = forms.TypedChoiceField(label=_("Tilbud"), coerce=int, empty_value=None, required=False)

    def __init__(
        self,
        *args: Any,
        buyers: list[tuple[int, str]],
        facilities: list[tuple[int, str]],
        **more: Any,
    ) -> None:
        super().__init__(*args, **more)
        offer(self, "koeber", [_ALL, *buyers])
        offer(self, "tilbud", [_ALL, *facilities])


class ConfirmForm(forms.Form):
    """Yes to what cannot be undone by going back; `seen` is what the person had before him."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, data: Any, *, seen: str) -> None:
        super().__init__(data, initial={"seen": seen})
        self.now = seen

    def clean_seen(self) -> str:
        if self.cleaned_data["seen"] != self.now:
            raise forms.ValidationError(
                _("Den er ændret, siden du åbnede siden. Åbn den igen, og se, hvad der er sket.")
            )
        return self.now
