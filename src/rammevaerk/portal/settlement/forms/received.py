"""Forms of received invoices: the files, a verdict, and the filters of the register."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from rammevaerk.portal.common.forms import GuardedField, LimitedFileField
from rammevaerk.portal.settlement.models import ReceivedInvoice
from rammevaerk.portal.settlement.queries.received import ReceivedFilter


class SeveralFiles(forms.ClearableFileInput):
    """A choice of one or several files."""

    allow_multiple_selected = True


class SeveralFilesField(LimitedFileField):
    """One or several files; what is said of one that is too large is said once."""

    widget = SeveralFiles

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        given = data if isinstance(data, list | tuple) else [data] if data else []
        if not given:
            super().clean(None, initial)
        return [super(SeveralFilesField, self).clean(one, initial) for one in given]


class ReceivedFilesForm(forms.Form):
    """Invoices to be taken in."""

    invoices = SeveralFilesField(
        label=_("Filer"),
        help_text=_(
            "E-regninger (OIOUBL 2.1 eller Peppol, XML) eller Excel (xlsx). Højst 50 filer, hver "
            "på højst 20 MB. Der må ikke stå CPR-numre i dem."
        ),
    )

    def __init__(self, *args: Any, too_large: str = "", **more: Any) -> None:
        super().__init__(*args, **more)
        field = self.fields["invoices"]
        assert isinstance(field, LimitedFileField)  # noqa: S101 - ours, above
        field.too_large = too_large


class ApproveForm(forms.Form):
    """That an invoice may be paid."""

    note = GuardedField(
        label=_("Bemærkning"),
        max_length=2000,
        required=False,
        help_text=_("Fx hvorfor I godkender den, selv om der er en forskel."),
    )


class ObjectionForm(forms.Form):
    """Why an invoice is not paid as it is."""

    reason = GuardedField(
        label=_("Hvorfor kan I ikke godkende regningen?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Står øverst i teksten til sælger; forskellene følger efter."),
    )


def read_received_filter(given: Mapping[str, Any]) -> ReceivedFilter:
    """The register's filters from the address; what cannot be understood narrows nothing."""
    state = given.get("tilstand", "")
    return ReceivedFilter(
        text=given.get("q", "").strip()[:100],
        state=state if state in ReceivedInvoice.State.values else "",
        seller=given.get("saelger", "")[:200],
        month=read_month(given.get("maaned", "")),
    )


def read_month(text: str) -> date | None:
    """The first day of «2026-03»; None for anything else."""
    try:
        return date.fromisoformat(f"{text[:7]}-01") if text else None
    except ValueError:
        return None
