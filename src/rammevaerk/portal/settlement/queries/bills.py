"""What is ready to be invoiced: the preview, which is also what is issued."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, QuerySet, Sum
from django.utils.translation import gettext as _

from rammevaerk.engine.findings import Finding, Severity
from rammevaerk.engine.parameters import Parameters
from rammevaerk.exchange.cleaning import on_one_line
from rammevaerk.exchange.invoice.paper import RefusedPaper, refuse_unfit
from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import Actor, visible
from rammevaerk.portal.access.queries import names_on
from rammevaerk.portal.common.validity import in_force
from rammevaerk.portal.placements.queries.payment import payment_days
from rammevaerk.portal.settlement.models import (
    BillingParty,
    Invoice,
    InvoiceLine,
    LineStanding,
    SettlementLine,
    SettlementRun,
    Statement,
)
from rammevaerk.portal.settlement.queries.papers import paper_from, party_content

_TEXT, _REFERENCE = 300, 60
Grouping = BillingParty.Grouping


@dataclass(frozen=True, slots=True)
class Bill:
    """What becomes one invoice or credit note: all of it but its number.

    `invoice` and `lines` are rows that are not stored. `problem` is why it cannot be issued.
    """

    statement: Statement
    operator: str
    payer: str
    grouped: str
    invoice: Invoice
    lines: tuple[InvoiceLine, ...]
    problem: Finding | None = None

    @property
    def line_ids(self) -> list[int]:
        """The settlement lines it bills."""
        return [one.line_id for one in self.lines]

    @property
    def reversed_ids(self) -> list[int]:
        """The settlement lines that those take back."""
        return [pk for one in self.lines if (pk := one.line.reverses_id) is not None]


def ready_statements(
    run: SettlementRun, actor: Actor, statement: Statement | None = None
) -> "QuerySet[Statement]":
    """The statements of the run that the actor may invoice; of one of them only that one."""
    rows = visible(Statement.objects.filter(run=run), actor, Action.INVOICE_ISSUE)
    return rows.filter(pk=statement.pk) if statement else rows


def bills(statements: "QuerySet[Statement]", *, day: date) -> list[Bill]:
    """Every invoice and credit note that the agreed lines give when issued on the day.

    In the order in which they get their numbers: by operator and payer, invoices first.
    """
    held = _agreed(statements)
    found = list(
        statements.filter(pk__in={one.statement_id for one in held})
        .select_related("run", "operator")
        .order_by("operator_id", "payer_id", "reporter_id", "pk")
    )
    parties = _parties({pk for one in found for pk in (one.operator_id, one.payer_id)}, day)
    names = names_on(
        sorted({pk for one in found for pk in (one.operator_id, one.payer_id)}), on=day, short=True
    )
    days = payment_days({one.service_id for one in held if one.service_id}, on=day)
    most = int(str(Parameters.load().on("settlement/payment_days_max_public", day).value))
    by_statement: dict[int, list[SettlementLine]] = defaultdict(list)
    for line in held:
        by_statement[line.statement_id].append(line)
    made = _Maker(day, parties, names, days, most)
    return [bill for one in found for bill in made.of(one, by_statement[one.pk])]


@dataclass(frozen=True, slots=True)
class Internal:
    """What the statements hold that is never invoiced: lines and øre."""

    lines: int
    total_ore: int


def internal_of(statements: "QuerySet[Statement]") -> Internal:
    """What sellers owe themselves: seen as a cost, and left out of every bill."""
    rows = LineStanding.objects.filter(
        line__statement__in=statements.order_by().values("pk"), state=LineStanding.State.INTERNAL
    )
    found = rows.aggregate(lines=Count("pk"), ore=Sum("line__total_ore"))
    return Internal(found["lines"], found["ore"] or 0)


def print_of(planned: Iterable[Bill]) -> str:
    """What tells one set of bills from another: which lines each has, and whether it can go out."""
    said = "".join(f"{one.invoice.key} {one.problem is None}\n" for one in planned)
    return hashlib.sha256(said.encode()).hexdigest()


def _agreed(statements: "QuerySet[Statement]") -> list[SettlementLine]:
    rows = SettlementLine.objects.filter(
        statement__in=statements.order_by().values("pk"),
        standing__state=LineStanding.State.AGREED,
    ).select_related("service__facility", "placement", "reverses__invoice_line__invoice")
    return list(rows.order_by("statement_id", "placement__reference", "valid_from", "part", "pk"))


def _parties(ids: Iterable[int], day: date) -> dict[int, BillingParty]:
    rows = BillingParty.objects.filter(in_force(day), organisation_id__in=set(ids))
    return {one.organisation_id: one for one in rows}


@dataclass(frozen=True, slots=True)
class _Maker:
    """What the bills of a day are made from."""

    day: date
    parties: dict[int, BillingParty]
    names: dict[int, str]
    days: dict[int, int]
    most: int

    def of(self, statement: Statement, lines: Sequence[SettlementLine]) -> Iterable[Bill]:
        """The statement's invoices, group by group, and then its credit notes."""
        grouping = _grouping(self.parties.get(statement.payer_id))
        groups: dict[tuple[Any, ...], list[SettlementLine]] = defaultdict(list)
        for line in lines:
            groups[_group(line, grouping)].append(line)
        for key in sorted(groups):
            yield self._bill(statement, key, groups[key])

    def _bill(
        self, statement: Statement, key: tuple[Any, ...], lines: Sequence[SettlementLine]
    ) -> Bill:
        reversing, _order, grouped, _id = key
        credited = _credited(lines[0]) if reversing else None
        total = sum(one.total_ore for one in lines)
        kind = Invoice.Kind.CREDIT if total < 0 or (reversing and not total) else None
        seller, buyer = (self.parties.get(pk) for pk in (statement.operator_id, statement.payer_id))
        invoice = Invoice(
            cooperation_id=statement.run.cooperation_id,
            run=statement.run,
            operator_id=statement.operator_id,
            reporter_id=statement.reporter_id,
            payer_id=statement.payer_id,
            kind=kind or Invoice.Kind.INVOICE,
            year=self.day.year,
            label=number_of_year(
                statement.operator.code, seller.cvr if seller else "", self.day.year
            ),
            month=statement.run.month,
            issued_on=self.day,
            due_on=self.day + timedelta(days=self._days(lines)),
            seller=party_content(seller) if seller else {},
            buyer=party_content(buyer) if buyer else {},
            reference=_reference(lines, buyer),
            credits=credited,
            total_ore=total,
            key=_key(statement, lines),
        )
        billed = invoice_lines(lines)
        names = self.names[statement.operator_id], self.names[statement.payer_id]
        bill = Bill(statement, *names, grouped, invoice, billed)
        return replace(bill, problem=_problem(bill, seller, buyer))

    def _days(self, lines: Iterable[SettlementLine]) -> int:
        # One invoice has one day to be paid on: where terms differ, the longest holds.
        agreed = [self.days[one.service_id] for one in lines if one.service_id in self.days]
        return min(max(agreed, default=self.most), self.most)


def _grouping(buyer: BillingParty | None) -> str:
    return buyer.grouping if buyer else Grouping.PAYER


def _group(line: SettlementLine, grouping: str) -> tuple[Any, ...]:
    """(reversing, order, label, id): equal for lines that stand on one invoice."""
    if line.reverses_id is not None:
        taken_back = _credited(line)
        return (True, taken_back.label, "", taken_back.pk) if taken_back else (True, "", "", 0)
    if grouping == Grouping.PLACEMENT and line.placement:
        return (False, line.placement.reference, line.placement.reference, line.placement_id)
    if grouping != Grouping.PAYER and line.service:
        facility = line.service.facility
        return (False, facility.name, facility.name, facility.pk)
    return (False, "", "", 0)


def _credited(line: SettlementLine) -> Invoice | None:
    reversed_line = line.reverses
    billed = getattr(reversed_line, "invoice_line", None) if reversed_line else None
    return billed.invoice if billed else None


def number_of_year(code: str, cvr: str, year: int) -> str:
    """What an operator's numbers of a year begin with: its authority code, else its CVR number."""
    # Eight digits, a dash and a year could be read as a CPR number; with a dot they cannot.
    return f"{code.lstrip('0')}-{year}" if code else f"{cvr}.{year}"


def _reference(lines: Sequence[SettlementLine], buyer: BillingParty | None) -> str:
    """The buyer's own of the case where it is one citizen's; else whom it is for."""
    placements = {one.placement_id: one.placement for one in lines}
    if len(placements) == 1 and (only := lines[0].placement):
        return on_one_line(only.buyer_reference or only.reference)[:_REFERENCE]
    return on_one_line(buyer.contact if buyer else "")[:_REFERENCE]


def _key(statement: Statement, lines: Sequence[SettlementLine]) -> str:
    ids = ",".join(str(one.pk) for one in sorted(lines, key=lambda one: one.pk))
    return f"{statement.pk}/{hashlib.sha256(ids.encode()).hexdigest()}"


def invoice_lines(lines: Sequence[SettlementLine]) -> tuple[InvoiceLine, ...]:
    """Settlement lines as they stand on an invoice, not stored."""
    return tuple(_line(at, one) for at, one in enumerate(lines, start=1))


def _line(position: int, line: SettlementLine) -> InvoiceLine:
    placement = line.placement
    return InvoiceLine(
        position=position,
        line=line,
        text=_text(line),
        reference=placement.reference if placement else "",
        amount_ore=line.total_ore,
    )


def _text(line: SettlementLine) -> str:
    """What a line is for: «Ophold, Skovly, Botilbud»; a citizen is never named."""
    what = [line.text or _("Ophold")]
    if line.service:
        what += [line.service.facility.name, line.service.name]
    text = ", ".join(what)
    if line.reverses_id is not None:
        text = _("Tilbageført: %s") % text
    if line.cause:
        text = f"{text} ({line.cause})"
    if line.placement and line.placement.buyer_reference:
        text = _("%(text)s. Jeres reference: %(case)s") % {
            "text": text,
            "case": line.placement.buyer_reference,
        }
    return on_one_line(text)[:_TEXT].rstrip()


def _problem(bill: Bill, seller: BillingParty | None, buyer: BillingParty | None) -> Finding | None:
    for code, party, who in (
        ("seller", seller, bill.operator),
        ("buyer", buyer, bill.payer),
    ):
        if party is None:
            text = _("%s har ingen faktureringsoplysninger, der gælder den dag. Registrér dem.")
            return _finding(bill, f"no-{code}", text % who)
    if bill.invoice.total_ore < 0 and bill.invoice.credits is None:
        text = _("Linjerne giver tilsammen et negativt beløb uden en regning, det kan trækkes fra.")
        return _finding(bill, "negative", text)
    try:
        refuse_unfit(paper_from(bill.invoice, bill.lines))
    except RefusedPaper as refusal:
        return _finding(bill, "unfit", refusal.reason_da)
    return None


def _finding(bill: Bill, code: str, message: str) -> Finding:
    place = " · ".join(filter(None, (f"{bill.operator} → {bill.payer}", bill.grouped)))
    return Finding(
        f"invoice.{code}", Severity.ERROR, place, message, target=f"statement:{bill.statement.pk}"
    )
