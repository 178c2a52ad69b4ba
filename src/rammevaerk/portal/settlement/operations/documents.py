"""E-invoices: written from the stored rows, validated by the official rules, and kept."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from rammevaerk.engine.findings import Finding, Severity
from rammevaerk.exchange.invoice import paper as papers
from rammevaerk.exchange.invoice.oioubl import write_oioubl
from rammevaerk.exchange.invoice.paper import InvoicePaper, RefusedPaper
from rammevaerk.exchange.invoice.peppol import write_peppol
from rammevaerk.exchange.invoice.validation import Validation, validate
from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import Actor, authorise, visible
from rammevaerk.portal.access.saving import store_new
from rammevaerk.portal.settlement.models import (
    Invoice,
    InvoiceDocument,
    SettlementRun,
    Statement,
)
from rammevaerk.portal.settlement.operations.issuing import Tick
from rammevaerk.portal.settlement.queries.invoices import of_statement, without_e_invoice
from rammevaerk.portal.settlement.queries.papers import paper_of, paper_print

_ACTION = Action.INVOICE_ISSUE
Format = InvoiceDocument.Format
_WRITERS = {Format.OIOUBL: write_oioubl, Format.PEPPOL: write_peppol}
_LABEL = 200


def make_document(
    invoice: Invoice, format_name: str = "", *, by: Actor, at: datetime
) -> InvoiceDocument:
    """Write the e-invoice and validate it by the rules that are here; in the buyer's format.

    Written and judged as the newest one was, that one is returned. ValidationError when the
    stored invoice does not say what it said when it was issued, or cannot be written.
    """
    authorise(by, _ACTION, invoice)
    chosen = Format(format_name or str(invoice.buyer.get("format") or Format.OIOUBL))
    paper = sound_paper(invoice)
    try:
        content = _WRITERS[chosen](paper)
    except RefusedPaper as refusal:
        raise ValidationError(refusal.reason_da) from refusal
    judged = validate(content, papers.Format(chosen.value), rules_folder(chosen))
    return _stored(invoice, chosen, content, judged, by=by, at=at)


def sound_paper(invoice: Invoice) -> InvoicePaper:
    """The invoice as it was issued; ValidationError when its rows say something else now."""
    paper = paper_of(invoice)
    if paper_print(paper) != invoice.sha256:
        raise ValidationError(
            _("%s svarer ikke til det fingeraftryk, den fik ved udstedelsen. Sig til.")
            % invoice.label
        )
    return paper


def rules_folder(format_name: str) -> Path | None:
    """Where the installation says that the official rules of a format are; None when nowhere."""
    folders = {Format.OIOUBL: settings.OIOUBL_RULES, Format.PEPPOL: settings.PEPPOL_RULES}
    found: Path | None = folders[Format(format_name)]
    return found


@transaction.atomic
def _stored(
    invoice: Invoice,
    chosen: Format,
    content: bytes,
    judged: Validation,
    *,
    by: Actor,
    at: datetime,
) -> InvoiceDocument:
    # Two who make it at once wait for each other here, so that the second finds the first's.
    Invoice.objects.select_for_update(no_key=True).get(pk=invoice.pk)
    row = InvoiceDocument(
        invoice=invoice,
        format=chosen,
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
        outcome=InvoiceDocument.Outcome(str(judged.outcome)),
        rules_sha256=judged.rules_sha256,
        rules_label=judged.rules_label[:_LABEL],
        problems=[one.as_dict() for one in judged.problems],
        made_at=at,
    )
    newest = invoice.documents.first()
    same = ("format", "sha256", "outcome", "rules_sha256")
    if newest and all(getattr(newest, name) == getattr(row, name) for name in same):
        return newest
    return store_new(row, _ACTION, by=by, at=at)


def lacking(
    run: SettlementRun, by: Actor, statement: Statement | None = None
) -> "QuerySet[Invoice]":
    """The run's invoices without an e-invoice, or with one that rules laid in since can judge."""
    rows = visible(Invoice.objects.filter(run=run), by, _ACTION)
    if statement is not None:
        rows = rows.filter(pk__in=of_statement(statement))
    laid_in = bool(settings.OIOUBL_RULES or settings.PEPPOL_RULES)
    return without_e_invoice(rows, unvalidated=laid_in)


def make_documents(
    run: SettlementRun,
    *,
    statement: Statement | None = None,
    by: Actor,
    at: datetime,
    tick: Tick | None = None,
) -> list[Finding]:
    """Make the e-invoices that the run's invoices lack; what went wrong with which."""
    waiting = list(lacking(run, by, statement).order_by("operator_id", "number"))
    findings: list[Finding] = []
    for done, invoice in enumerate(waiting, start=1):
        try:
            newest = invoice.documents.first()
            chosen = newest.format if newest else ""
            document = make_document(invoice, chosen, by=by, at=at)
        except ValidationError as problem:
            findings.append(_finding(invoice, "document", " ".join(problem.messages)))
        else:
            findings += _judged(document)
        if tick:
            tick(done, len(waiting))
    return _told_once(findings)


def _judged(document: InvoiceDocument) -> list[Finding]:
    if document.outcome == InvoiceDocument.Outcome.VALID:
        return []
    if document.outcome == InvoiceDocument.Outcome.UNVALIDATED:
        text = _(
            "De er ikke valideret og kan ikke afleveres: de officielle regler er ikke lagt ind. "
            "Den, der driver systemet, lægger dem i en mappe."
        )
        place = _("E-regninger i %s") % document.get_format_display()
        return [Finding("invoice.unvalidated", Severity.WARNING, place, text)]
    first = document.problems[0]["text"] if document.problems else ""
    text = _("E-regningen overholder ikke de officielle regler: %s") % first
    return [_finding(document.invoice, "invalid", text)]


def _finding(invoice: Invoice, code: str, message: str) -> Finding:
    place = _("Regning %s") % invoice.label
    target = f"invoice:{invoice.pk}"
    return Finding(f"invoice.{code}", Severity.ERROR, place, message[:1000], target=target)


def _told_once(findings: Sequence[Finding]) -> list[Finding]:
    return list(dict.fromkeys(findings))
