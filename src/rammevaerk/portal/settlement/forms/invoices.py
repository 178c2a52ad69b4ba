"""Forms of invoices: why one is credited, and the filters of the register."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from rammevaerk.portal.common.forms import GuardedField, row_id
from rammevaerk.portal.settlement.models import Invoice, InvoiceDocument
from rammevaerk.portal.settlement.queries.invoices import STATES, InvoiceFilter


class CreditForm(forms.Form):
    """Why an invoice is taken back."""

    reason = GuardedField(
        label=_("Hvorfor krediteres regningen?"),
        max_length=200,
        help_text=_("Køber ser begrundelsen på kreditnotaens linjer."),
    )


class DocumentForm(forms.Form):
    """Which format an e-invoice is made in."""

    format = forms.ChoiceField(label=_("Format"), choices=InvoiceDocument.Format.choices)


def read_filter(given: Mapping[str, Any]) -> InvoiceFilter:
    """The register's filters from the address; what cannot be understood narrows nothing."""
    kind, state = given.get("art", ""), given.get("tilstand", "")
    return InvoiceFilter(
        text=given.get("q", "").strip()[:100],
        kind=kind if kind in Invoice.Kind.values else "",
        state=state if state in STATES else "",
        month=_month(given.get("maaned", "")),
        operator_id=row_id(given.get("driftsherre", "")),
        payer_id=row_id(given.get("betaler", "")),
        run_id=row_id(given.get("koersel", "")),
    )


def _month(text: str) -> date | None:
    try:
        return date.fromisoformat(f"{text[:7]}-01") if text else None
    except ValueError:
        return None
