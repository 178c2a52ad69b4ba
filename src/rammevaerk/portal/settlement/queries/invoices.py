"""Reads of invoices: the register with its sums, one invoice with all that hangs on it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import Actor, visible
from rammevaerk.portal.access.queries import names_on
from rammevaerk.portal.settlement.calculate.reconciliation import days_text_da
from rammevaerk.portal.settlement.models import (
    BillingJob,
    HandOver,
    Invoice,
    InvoiceDocument,
    InvoiceLine,
    LineStanding,
    SettlementRun,
    Statement,
)
from rammevaerk.portal.settlement.queries.standing import not_taken_back
from rammevaerk.portal.settlement.queries.statements import standing_text, with_last_said

_Outcome = InvoiceDocument.Outcome
_HANDED = HandOver.Outcome.HANDED_OVER

# What an invoice's e-invoice has come to, as the register filters and shows it.
STATES = ("handed_over", "valid", "failed", "invalid", "unvalidated", "none")


@dataclass(frozen=True, slots=True)
class InvoiceFilter:
    """What the register is narrowed to; an empty value narrows nothing."""

    text: str = ""
    kind: str = ""
    state: str = ""
    month: date | None = None
    operator_id: int | None = None
    payer_id: int | None = None
    run_id: int | None = None

    @property
    def narrows(self) -> bool:
        """Whether anything is chosen."""
        return self != InvoiceFilter()


@dataclass(frozen=True, slots=True)
class Sums:
    """How many invoices and credit notes, and what they come to in øre."""

    invoices: int = 0
    invoices_ore: int = 0
    credits: int = 0
    credits_ore: int = 0

    @property
    def count(self) -> int:
        """Both."""
        return self.invoices + self.credits

    @property
    def total_ore(self) -> int:
        """What is left to pay when credit notes are taken off."""
        return self.invoices_ore + self.credits_ore


@dataclass(frozen=True, slots=True)
class InvoiceRow:
    """A row of the register with the names its parties bear."""

    invoice: Invoice
    operator: str
    payer: str
    state: str


def seen_invoices(actor: Actor) -> "QuerySet[Invoice]":
    """The invoices the actor may read."""
    return visible(Invoice.objects.all(), actor, Action.INVOICE_READ)


def invoices_found(actor: Actor, wanted: InvoiceFilter) -> "QuerySet[Invoice]":
    """Those that fit, the newest first, each with `document_state`."""
    rows = with_state(seen_invoices(actor)).select_related("credits")
    if wanted.text:
        rows = rows.filter(_text(wanted.text))
    columns = {
        "kind": wanted.kind,
        "month": wanted.month,
        "operator_id": wanted.operator_id,
        "payer_id": wanted.payer_id,
        "run_id": wanted.run_id,
    }
    rows = rows.filter(**{name: value for name, value in columns.items() if value})
    if wanted.state in STATES:
        rows = rows.filter(_in_state(wanted.state))
    return rows.order_by("-issued_on", "operator_id", "-year", "-number")


def _text(text: str) -> Q:
    lines = InvoiceLine.objects.filter(invoice=OuterRef("pk"), reference__icontains=text)
    return Q(label__icontains=text) | Q(reference__icontains=text) | Q(Exists(lines))


def with_state(rows: "QuerySet[Invoice]") -> "QuerySet[Invoice]":
    """With what the newest e-invoice was judged, and whether one was taken or refused."""
    newest = InvoiceDocument.objects.filter(invoice=OuterRef("pk")).order_by("-made_at", "-pk")
    handed = HandOver.objects.filter(document__invoice=OuterRef("pk"))
    return rows.annotate(
        outcome=Subquery(newest.values("outcome")[:1]),
        handed=Exists(handed.filter(outcome=_HANDED)),
        tried=Exists(handed),
    )


def _in_state(state: str) -> Q:
    if state == "handed_over":
        return Q(handed=True)
    if state == "none":
        return Q(handed=False, outcome__isnull=True)
    if state in {"valid", "failed"}:
        return Q(handed=False, outcome=_Outcome.VALID, tried=state == "failed")
    return Q(handed=False, outcome=state)


def without_e_invoice(
    rows: "QuerySet[Invoice]", *, unvalidated: bool = False
) -> "QuerySet[Invoice]":
    """Those that have no e-invoice, or (`unvalidated`) one that no rules have judged."""
    wanted = _in_state("none")
    if unvalidated:
        wanted |= _in_state(_Outcome.UNVALIDATED)
    return with_state(rows).filter(wanted)


def state_of(invoice: Any) -> str:
    """One of STATES, for an invoice that `with_state` gave."""
    if invoice.handed:
        return "handed_over"
    if invoice.outcome is None:
        return "none"
    if invoice.outcome == _Outcome.VALID and invoice.tried:
        return "failed"
    return str(invoice.outcome)


def sums_of(rows: "QuerySet[Invoice]") -> Sums:
    """Figures over all that fit, not only those on the page."""
    found = rows.order_by().values("kind").annotate(n=Count("pk"), ore=Sum("total_ore"))
    by_kind = {one["kind"]: (one["n"], one["ore"]) for one in found}
    invoices = by_kind.get(Invoice.Kind.INVOICE, (0, 0))
    return Sums(*invoices, *by_kind.get(Invoice.Kind.CREDIT, (0, 0)))


def register_rows(rows: Iterable[Invoice], *, on: date) -> list[InvoiceRow]:
    """Rows with names."""
    found = list(rows)
    names = names_on([pk for one in found for pk in (one.operator_id, one.payer_id)], on=on)
    return [
        InvoiceRow(one, names[one.operator_id], names[one.payer_id], state_of(one)) for one in found
    ]


@dataclass(frozen=True, slots=True)
class Choices:
    """What the register's filters offer: months, operators and payers that have invoices."""

    months: list[date]
    operators: list[tuple[int, str]]
    payers: list[tuple[int, str]]


def choices_of(actor: Actor, *, on: date) -> Choices:
    """What the actor's invoices can be narrowed to."""
    rows = seen_invoices(actor).order_by()
    operators = set(rows.values_list("operator_id", flat=True).distinct())
    payers = set(rows.values_list("payer_id", flat=True).distinct())
    names = names_on(sorted(operators | payers), on=on, short=True)

    def named(ids: set[int]) -> list[tuple[int, str]]:
        return sorted(((pk, names[pk]) for pk in ids), key=lambda pair: pair[1].casefold())

    months = sorted(rows.values_list("month", flat=True).distinct(), reverse=True)
    return Choices(months, named(operators), named(payers))


@dataclass(frozen=True, slots=True)
class BilledLine:
    """A line of an invoice, how it stands now, and what took it back."""

    billed: InvoiceLine
    state: str
    state_label: str
    credited_by: Invoice | None

    @property
    def line(self) -> Any:
        """The settlement line."""
        return self.billed.line

    @property
    def period(self) -> str:
        """Its days: «1.-31. oktober 2026»."""
        return days_text_da(self.line.valid_from, self.line.valid_to)


def lines_of(invoice: Invoice, actor: Actor) -> "QuerySet[InvoiceLine]":
    """The invoice's lines that the actor may read, in order."""
    rows = visible(InvoiceLine.objects.filter(invoice=invoice), actor, Action.INVOICE_READ)
    return rows.select_related(
        "line__standing", "line__placement", "line__service__facility", "line__statement"
    ).order_by("position")


def billed_lines(rows: Iterable[InvoiceLine]) -> list[BilledLine]:
    """The lines of a page with their states and the credit notes that took them back."""
    found = list(rows)
    taken_back = InvoiceLine.objects.filter(line__reverses__in=[one.line_id for one in found])
    notes = {
        one.line.reverses_id: one.invoice for one in taken_back.select_related("line", "invoice")
    }
    return [
        BilledLine(
            one,
            one.line.standing.state,
            str(LineStanding.State(one.line.standing.state).label),
            notes.get(one.line_id),
        )
        for one in found
    ]


def documents_of(invoice: Invoice, actor: Actor) -> list[InvoiceDocument]:
    """The e-invoices, the newest first, without their bytes."""
    rows = visible(InvoiceDocument.objects.filter(invoice=invoice), actor, Action.INVOICE_READ)
    return list(rows.defer("content").order_by("-made_at", "-pk"))


def hand_overs_of(invoice: Invoice, actor: Actor) -> list[HandOver]:
    """Every attempt to hand the invoice over, the newest first."""
    rows = visible(HandOver.objects.filter(document__invoice=invoice), actor, Action.INVOICE_READ)
    return list(rows.select_related("document").order_by("-at", "-pk"))


def left_to_credit(invoice: Invoice) -> int:
    """What of an invoice nothing has taken back yet, in øre."""
    rows = InvoiceLine.objects.filter(not_taken_back("line_id"), invoice=invoice)
    return rows.aggregate(ore=Sum("amount_ore"))["ore"] or 0


def of_statement(statement: Statement) -> "QuerySet[Any]":
    """The ids of the invoices that bill lines of the statement."""
    rows = InvoiceLine.objects.filter(line__statement=statement).order_by()
    return rows.values("invoice_id")


def to_hand_over(
    actor: Actor,
    run: SettlementRun | None = None,
    *,
    invoice: Invoice | None = None,
    statement: Statement | None = None,
) -> "QuerySet[InvoiceDocument]":
    """The valid e-invoices, each its invoice's newest, of which none was taken yet."""
    rows = visible(InvoiceDocument.objects.all(), actor, Action.INVOICE_ISSUE)
    if run is not None:
        rows = rows.filter(invoice__run=run)
    if invoice is not None:
        rows = rows.filter(invoice=invoice)
    if statement is not None:
        rows = rows.filter(invoice_id__in=of_statement(statement))
    newest = InvoiceDocument.objects.filter(invoice=OuterRef("invoice_id"))
    taken = HandOver.objects.filter(document__invoice=OuterRef("invoice_id"), outcome=_HANDED)
    return (
        rows.annotate(newest=Subquery(newest.order_by("-made_at", "-pk").values("pk")[:1]))
        .filter(~Exists(taken), pk=F("newest"), outcome=_Outcome.VALID)
        .select_related("invoice")
    )


def newest_job(run: SettlementRun, actor: Actor) -> BillingJob | None:
    """The last work with the run's invoices that the actor may see."""
    rows = visible(BillingJob.objects.filter(run=run), actor, Action.INVOICE_ISSUE)
    return rows.order_by("-started_at", "-pk").first()


@dataclass(frozen=True, slots=True)
class Waiting:
    """Lines of a run that cannot be invoiced yet: how they stand, whose turn it is, from when."""

    state: str
    state_label: str
    waits_for: str
    due_on: date | None
    lines: int
    total_ore: int


def waiting_lines(statements: "QuerySet[Statement]", *, on: date) -> list[Waiting]:
    """What of the statements waits, by state and by whom it waits for, the first due first."""
    waiting = (LineStanding.State.OPEN, LineStanding.State.DISPUTED, LineStanding.State.DRAFT)
    rows = LineStanding.objects.filter(
        line__statement__in=statements.order_by().values("pk"), state__in=waiting
    )
    found = list(
        with_last_said(rows)
        .order_by()
        .values("state", "said", "waits_for_id", "due_on")
        .annotate(lines=Count("pk"), ore=Sum("line__total_ore"))
    )
    names = names_on([one["waits_for_id"] for one in found if one["waits_for_id"]], on=on)
    made = [
        Waiting(
            one["state"],
            standing_text(one["state"], one["said"]),
            names.get(one["waits_for_id"], ""),
            one["due_on"],
            one["lines"],
            one["ore"],
        )
        for one in found
    ]
    return sorted(made, key=lambda one: (one.due_on or date.max, one.state, one.waits_for))
