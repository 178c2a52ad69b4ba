"""When a facility's budget is to be reported to the supervision authority, and approved by."""

from dataclasses import dataclass
from datetime import date

from rammevaerk.engine.date_words import date_text_da
from rammevaerk.engine.deadlines import day_of_year
from rammevaerk.engine.findings import Finding, Severity
from rammevaerk.engine.operators import OperatorKind
from rammevaerk.engine.parameters import Parameters
from rammevaerk.engine.rule import Rule
from rammevaerk.engine.steps import step
from rammevaerk.engine.trace import Trace


@dataclass(frozen=True, slots=True)
class BudgetReport:
    """How one budget stands: its deadline, whether it came in time, when approval is due.

    `approved_by` is None for a budget that came after the last deadline: the order sets no day.
    """

    deadline: date
    on_time: bool
    approved_by: date | None
    trace: Trace
    findings: tuple[Finding, ...]


DEADLINE: Rule[[OperatorKind], str] = Rule("deadlines.budget")


@DEADLINE.edition(date(2022, 1, 1), source="order-social-supervision-2022")
def _private_first(kind: OperatorKind) -> str:
    return "budget_private" if kind is OperatorKind.PRIVATE else "budget_public"


def budget_report(
    year: int, kind: OperatorKind, reported: date, parameters: Parameters
) -> BudgetReport:
    """Judge a budget for `year` reported on `reported`.

    Private facilities have the earlier deadline; public ones, and private ones with an operating
    agreement, the later. Approval is due on 1 January when the budget came by the earlier one and
    on 1 April when by the later, unless there are special circumstances. `NoRuleForDate` for a
    year whose deadlines are not known.
    """
    known = date(year - 1, 1, 1)
    edition = DEADLINE.on(known)
    own = parameters.on(f"deadlines/{edition.calculate(kind)}", known)
    first = parameters.on("deadlines/budget_private", known)
    last = parameters.on("deadlines/budget_public", known)
    deadline = day_of_year(own, year - 1)
    steps = [step("Frist for budgettet", deadline, "date", edition, own)]
    approved_by = None
    for limit, approval in ((first, "early"), (last, "late")):
        if reported <= day_of_year(limit, year - 1):
            due = parameters.on(f"deadlines/budget_approval_{approval}", known)
            approved_by = day_of_year(due, year)
            steps.append(step("Godkendes senest", approved_by, "date", edition, limit, due))
            break
    on_time = reported <= deadline
    findings = () if on_time else (_late(year, reported, deadline),)
    return BudgetReport(deadline, on_time, approved_by, Trace(tuple(steps)), findings)


def _late(year: int, reported: date, deadline: date) -> Finding:
    return Finding(
        code="deadlines.budget-late",
        severity=Severity.ERROR,
        place=f"Budget for {year}",
        message="Budgettet er indberettet efter fristen.",
        found=date_text_da(reported),
        expected=f"senest {date_text_da(deadline)}",
    )
