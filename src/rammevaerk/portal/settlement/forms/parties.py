"""The form of how an organisation is billed and paid."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from rammevaerk.portal.common.forms import DayField, GuardedField, offer
from rammevaerk.portal.settlement.models import BillingParty

_DIGITS = {"inputmode": "numeric"}


class DigitsField(forms.CharField):
    """Digits of a fixed length; spaces between them are taken away. No CPR number is looked for."""

    def __init__(self, digits: int, *, least: int = 0, **more: Any) -> None:
        self.digits, self.least = digits, least or digits
        super().__init__(
            max_length=digits + 10, widget=forms.TextInput(attrs=dict(_DIGITS)), **more
        )

    def clean(self, value: Any) -> str:
        text = "".join(str(super().clean(value)).split())
        if text and not (text.isascii() and text.isdigit() and self._fits(text)):
            short = self.least < self.digits
            count = f"{self.least}-{self.digits}" if short else str(self.digits)
            raise forms.ValidationError(_("Skriv %s cifre.") % count)
        return text

    def _fits(self, text: str) -> bool:
        return self.least <= len(text) <= self.digits


class PartyForm(forms.Form):
    """Details that are corrected."""

    name = GuardedField(label=_("Navn på regningen"), max_length=200)
    cvr = DigitsField(8, label=_("CVR-nummer"))
    gln = DigitsField(
        13,
        label=_("EAN-nummer"),
        required=False,
        help_text=_("13 cifre. Uden det kan der ikke sendes regninger til organisationen."),
    )
    street = GuardedField(label=_("Adresse"), max_length=200)
    postal_code = DigitsField(4, label=_("Postnummer"))
    city = GuardedField(label=_("By"), max_length=80)
    contact = GuardedField(
        label=_("Kontakt"),
        max_length=120,
        required=False,
        help_text=_("Den person eller afdeling, som regninger skal påføres som reference."),
    )
    email = forms.EmailField(label=_("E-mail"), max_length=200, required=False)
    bank_registration = DigitsField(
        4,
        label=_("Registreringsnummer"),
        required=False,
        help_text=_("Konto er nødvendig for en driftsherre: der betales dertil."),
    )
    bank_account = DigitsField(10, least=1, label=_("Kontonummer"), required=False)
    format = forms.ChoiceField(
        label=_("E-regninger modtages som"), choices=BillingParty.Format.choices
    )
    grouping = forms.ChoiceField(
        label=_("Linjer samles som"), choices=BillingParty.Grouping.choices
    )


class NewPartyForm(PartyForm):
    """Details from a day on."""

    organisation = forms.ChoiceField(label=_("Organisation"))
    valid_from = DayField(label=_("Gælder fra"))
    field_order = ("organisation", "valid_from")

    def __init__(self, *args: Any, organisations: Sequence[tuple[Any, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        offer(self, "organisation", organisations)
