"""Taking an invoice back whole: reversing lines and a credit note that refers to it, at once."""

from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.audit import prints_of, record
from rammevaerk.portal.access.bulk import store_rows
from rammevaerk.portal.access.policy import Actor, authorise
from rammevaerk.portal.common.clock import day_of
from rammevaerk.portal.settlement.models import (
    Invoice,
    LineStanding,
    SettlementLine,
    Statement,
)
from rammevaerk.portal.settlement.operations.issuing import (
    lock_run,
    locked_standings,
    store_bill,
)
from rammevaerk.portal.settlement.operations.reversing import reversing_line
from rammevaerk.portal.settlement.queries.bills import invoice_lines, number_of_year
from rammevaerk.portal.settlement.queries.standing import not_taken_back

_ACTION = Action.INVOICE_ISSUE
_CAUSE = 300


@transaction.atomic
def credit_invoice(invoice: Invoice, *, reason: str, by: Actor, at: datetime) -> Invoice:
    """Take back what of an invoice has not been taken back yet; returns the credit note.

    The days are free to be settled again. ValidationError when nothing is left to take back, and
    for a credit note.
    """
    authorise(by, _ACTION, invoice)
    reason = " ".join(reason.split())
    if not reason:
        raise ValidationError({"reason": _("Skriv, hvorfor regningen krediteres.")})
    if invoice.kind != Invoice.Kind.INVOICE:
        raise ValidationError(_("En kreditnota krediteres ikke. Kør måneden igen i stedet."))
    lock_run(invoice.run_id)
    lines = list(_lines(invoice))
    if not lines:
        raise ValidationError(_already(invoice))
    taken_back = locked_standings([one.pk for one in lines])
    reversing = [reversing_line(one, one.statement, reason) for one in lines]
    store_rows(reversing)
    standings = [
        LineStanding(
            line=one, claim=f"reverse:{one.reverses_id}", valid_from=one.valid_from,
            valid_to=one.valid_to, state=LineStanding.State.AGREED,
        )
        for one in reversing
    ]  # fmt: skip
    store_rows(standings)
    note = _credit_note(invoice, reversing, at)
    store_bill(
        note, invoice_lines(reversing), standings, taken_back, by=by, at=at, reason=reason[:_CAUSE]
    )
    _record_lines(invoice, note, reversing, by=by, at=at)
    return note


def _lines(invoice: Invoice) -> "list[SettlementLine]":
    """What the invoice bills and nothing has reversed, in its order."""
    rows = SettlementLine.objects.filter(
        not_taken_back(), invoice_line__invoice=invoice
    ).select_related("service__facility", "placement", "statement")
    return list(rows.order_by("invoice_line__position"))


def _already(invoice: Invoice) -> str:
    notes = list(invoice.credited_by.order_by("number"))
    if not notes:
        return _("Alle regningens linjer er allerede ved at blive rettet i en senere kørsel.")
    return _("Regningen er allerede krediteret: %s.") % ", ".join(
        _("kreditnota %(label)s af %(by)s")
        % {"label": one.label, "by": one.issued_by or _("systemet")}
        for one in notes
    )


def _credit_note(invoice: Invoice, reversing: Sequence[SettlementLine], at: datetime) -> Invoice:
    day = day_of(at)
    return Invoice(
        cooperation_id=invoice.cooperation_id,
        run_id=invoice.run_id,
        operator_id=invoice.operator_id,
        reporter_id=invoice.reporter_id,
        payer_id=invoice.payer_id,
        kind=Invoice.Kind.CREDIT,
        year=day.year,
        label=number_of_year(invoice.operator.code, invoice.seller["cvr"], day.year),
        month=invoice.month,
        issued_on=day,
        due_on=day + (invoice.due_on - invoice.issued_on),
        # The parties as they were: it is that invoice which is taken back.
        seller=invoice.seller,
        buyer=invoice.buyer,
        reference=invoice.reference,
        credits=invoice,
        total_ore=sum(one.total_ore for one in reversing),
        key=f"credit/{invoice.pk}/{reversing[0].reverses_id}",
    )


def _record_lines(
    invoice: Invoice,
    note: Invoice,
    reversing: Sequence[SettlementLine],
    *,
    by: Actor,
    at: datetime,
) -> None:
    """Add the lines to their statements' figures, with a line in the trail that answers for all."""
    changed: dict[int, list[SettlementLine]] = {}
    for one in reversing:
        changed.setdefault(one.statement_id, []).append(one)
    for pk, lines in changed.items():
        Statement.objects.filter(pk=pk).update(
            lines_count=F("lines_count") + len(lines),
            days=F("days") + sum(one.days for one in lines),
            total_ore=F("total_ore") + sum(one.total_ore for one in lines),
        )
    statements = list(Statement.objects.filter(pk__in=changed))
    record(
        by,
        _ACTION,
        invoice,
        at=at,
        reason=_("Krediteret med %s") % note.label,
        loaded={
            "settlement.settlementline": prints_of(reversing),
            "settlement.statement": prints_of(statements),
        },
    )
