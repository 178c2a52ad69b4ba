"""Handing e-invoices over, once each: every attempt a row, with the receipt or what went wrong."""

import fcntl
import logging
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from rammevaerk.engine.cpr import find_cpr
from rammevaerk.engine.findings import Finding, Severity
from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import Actor, authorise
from rammevaerk.portal.access.saving import store_new
from rammevaerk.portal.settlement import tasks
from rammevaerk.portal.settlement.channels import Channel, NotTaken, configured
from rammevaerk.portal.settlement.models import (
    HandOver,
    Invoice,
    InvoiceDocument,
)
from rammevaerk.portal.settlement.operations.issuing import Tick

_ACTION = Action.INVOICE_ISSUE
_Outcome = HandOver.Outcome
# How long it waits before the next attempt; after the last it is left to people.
PAUSES = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=6),
    timedelta(hours=24),
)
_RECEIPT, _DESTINATION = 500, 300
_log = logging.getLogger(__name__)


def hand_over_document(document: InvoiceDocument, *, by: Actor, at: datetime) -> HandOver:
    """Hand one e-invoice over to where the installation says; returns the attempt.

    When it is not taken, another attempt is queued after a pause that grows. ValidationError when
    it may not be handed over: not validated, not by the rules, not the newest, or already taken.
    """
    authorise(by, _ACTION, document)
    channel = _channel()
    with _held(document.invoice_id):
        refuse_unready(document)
        try:
            receipt, outcome = channel.give(file_name(document), bytes(document.content)), True
        except NotTaken as refusal:
            receipt, outcome = refusal.reason_da, False
        return _attempted(document, channel, receipt, outcome, by=by, at=at)


@contextmanager
def _held(invoice_id: int) -> Iterator[None]:
    """Let one worker at a time send an invoice; the next waits, and sees what became of it.

    No row is locked meanwhile: sending may take a minute, and others must be able to write. A
    worker that is killed lets go.
    """
    if connection.vendor == "postgresql":
        key = "hashtextextended('settlement.handover', %s)"
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT pg_advisory_lock({key})", [invoice_id])
            try:
                yield
            finally:
                cursor.execute(f"SELECT pg_advisory_unlock({key})", [invoice_id])
        return
    # A database in a file is used from one machine.
    with (settings.DATA_DIR / "hand-over.lock").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _channel() -> Channel:
    found = configured()
    if found is None:
        raise ValidationError(
            _(
                "Der er ikke valgt et sted, hvor e-regninger afleveres. Hent filerne her, eller "
                "bed den, der driver systemet, om at vælge en mappe eller en netadresse."
            )
        )
    return found


def refuse_unready(document: InvoiceDocument) -> None:
    """ValidationError that says why the e-invoice may not be handed over."""
    if document.outcome == InvoiceDocument.Outcome.UNVALIDATED:
        raise ValidationError(
            _(
                "E-regningen er ikke valideret, fordi de officielle regler ikke er lagt ind. Den "
                "afleveres ikke, før den er valideret."
            )
        )
    if document.outcome != InvoiceDocument.Outcome.VALID:
        raise ValidationError(
            _("E-regningen overholder ikke de officielle regler og afleveres derfor ikke.")
        )
    if document.invoice.documents.first() != document:
        raise ValidationError(_("Der er dannet en nyere e-regning. Aflever den i stedet."))
    if taken := _taken(document):
        raise ValidationError(_("Regningen er allerede afleveret: %s") % taken.receipt)


def _taken(document: InvoiceDocument) -> HandOver | None:
    rows = HandOver.objects.filter(document__invoice_id=document.invoice_id)
    return rows.filter(outcome=_Outcome.HANDED_OVER).order_by("at").first()


def file_name(document: InvoiceDocument) -> str:
    """What the file is called: the number and the format, which are never another's."""
    number = re.sub("[^0-9A-Za-z._-]", "_", document.invoice.label).lstrip(".")
    return f"{number}.{document.format}.xml"


@transaction.atomic
def _attempted(
    document: InvoiceDocument,
    channel: Channel,
    receipt: str,
    taken: bool,
    *,
    by: Actor,
    at: datetime,
) -> HandOver:
    Invoice.objects.select_for_update(no_key=True).get(pk=document.invoice_id)
    if taken and (before := _taken(document)):
        # Another handed the same bytes over meanwhile; the receiver knows them by their key.
        return before
    attempt = HandOver.objects.filter(document=document).count() + 1
    row = HandOver(
        document=document,
        attempt=attempt,
        channel=channel.kind,
        destination=_shown(channel.destination, _DESTINATION),
        outcome=_Outcome.HANDED_OVER if taken else _Outcome.FAILED,
        receipt=_shown(receipt, _RECEIPT),
        at=at,
    )
    store_new(row, _ACTION, by=by, at=at)
    if not taken and attempt <= len(PAUSES):
        _queue_again(document.pk, at + PAUSES[attempt - 1])
    return row


def _shown(text: str, most: int) -> str:
    """Text from outside as it may be kept."""
    short = "".join(sign for sign in text if sign.isprintable())[:most]
    return _("(udeladt: ligner et CPR-nummer)") if find_cpr(short) else short


def _queue_again(document_id: int, when: datetime) -> None:
    task = tasks.hand_over_again
    # A queue that does everything at once, as in tests, has no later.
    if task.get_backend().supports_defer:
        task.using(run_after=when).enqueue(document_id)


def try_again(document_id: int, *, at: datetime) -> None:
    """The next attempt of one that was not taken, unless it needs none any more."""
    document = InvoiceDocument.objects.select_related("invoice").get(pk=document_id)
    try:
        hand_over_document(document, by=Actor.system(_("Aflevering af e-regninger")), at=at)
    except ValidationError as problem:
        _log.info("e-invoice %s is not tried again: %s", document.pk, " ".join(problem.messages))


def hand_over_ready(
    waiting: "QuerySet[InvoiceDocument]", *, by: Actor, at: datetime, tick: Tick | None = None
) -> list[Finding]:
    """Hand over what `to_hand_over` gives; returns what was not taken, and why."""
    documents = list(waiting.order_by("invoice__operator_id", "pk"))
    findings: list[Finding] = []
    for done, document in enumerate(documents, start=1):
        try:
            row = hand_over_document(document, by=by, at=at)
        except ValidationError as problem:
            findings.append(_finding(document, " ".join(problem.messages)))
        else:
            if row.outcome == _Outcome.FAILED:
                findings.append(_finding(document, row.receipt))
        if tick:
            tick(done, len(documents))
    return findings


def _finding(document: InvoiceDocument, message: str) -> Finding:
    place = _("Regning %s") % document.invoice.label
    target = f"invoice:{document.invoice_id}"
    return Finding("invoice.not-taken", Severity.WARNING, place, message, target=target)


def next_attempt(attempts: Sequence[HandOver]) -> datetime | None:
    """When an e-invoice is tried again by itself; None when it was taken or is left to people."""
    if not attempts:
        return None
    last = max(attempts, key=lambda one: one.attempt)
    if last.outcome == _Outcome.HANDED_OVER or last.attempt > len(PAUSES):
        return None
    return last.at + PAUSES[last.attempt - 1]
