"""What happened to an invoice, newest first, for its timeline."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from rammevaerk.portal.settlement.models import HandOver, Invoice, InvoiceDocument


def happenings_of(
    invoice: Invoice, documents: Sequence[InvoiceDocument], hand_overs: Sequence[HandOver]
) -> list[dict[str, Any]]:
    """Entries of `components/timeline.html`: issued, written, handed over, taken back."""
    found = [(invoice.issued_at, {"title": _("Udstedt"), "who": _by(invoice)})]
    found += [(one.made_at, _written(one)) for one in reversed(documents)]
    found += [(one.at, _handed(one)) for one in reversed(hand_overs)]
    found += [(one.issued_at, _credited(one)) for one in invoice.credited_by.order_by("number")]
    found.sort(key=lambda pair: pair[0])
    # Of things done in the same moment, too, the last one stands first.
    return [{"day": at, **entry} for at, entry in reversed(found)]


def _by(invoice: Invoice) -> str:
    return invoice.issued_by.name if invoice.issued_by else ""


def _written(document: InvoiceDocument) -> dict[str, Any]:
    return {
        "title": _("E-regning dannet: %s") % document.get_format_display(),
        "text": document.get_outcome_display(),
        "source": document.rules_label,
    }


def _handed(attempt: HandOver) -> dict[str, Any]:
    return {
        "title": _("%(outcome)s, forsøg %(attempt)s")
        % {"outcome": attempt.get_outcome_display(), "attempt": attempt.attempt},
        "text": attempt.receipt if attempt.outcome == HandOver.Outcome.FAILED else "",
    }


def _credited(note: Invoice) -> dict[str, Any]:
    return {
        "title": _("Krediteret med %s") % note.label,
        "url": reverse("settlement:invoice", kwargs={"invoice_id": note.pk}),
        "who": _by(note),
    }
