"""What earlier years' accounts do to a tariff: due now, due later, dealt with, or overdue."""

from collections.abc import Sequence
from dataclasses import dataclass

from rammevaerk.engine.findings import Finding, Severity
from rammevaerk.engine.money import format_kroner
from rammevaerk.engine.tariffs.account import YearAccount
from rammevaerk.engine.tariffs.agreement import AgreementRules
from rammevaerk.engine.tariffs.cost_base import ComponentKind, CostKind, CostLine
from rammevaerk.engine.tariffs.deficit import MAY_BE_EARLIER, regulate_deficit
from rammevaerk.engine.tariffs.errors import TariffError
from rammevaerk.engine.tariffs.surplus import regulate_surplus
from rammevaerk.engine.trace import Step, Trace

_NOTHING = {(0, None, None), (0, 0, None), (0, None, 0)}  # a result of zero with no decision


@dataclass(frozen=True, slots=True)
class YearResult:
    """The accounts of an earlier year with what was decided about them.

    `equalised_ore` is what equalisation with other facilities took off the regulation (see
    `equalisation`); `regulated_ore` is what earlier tariffs have already regulated; `regulate_in`
    brings the regulation forward from the latest year.
    """

    account: YearAccount
    set_aside_ore: int | None = None
    added_ore: int | None = None
    equalised_ore: int = 0
    regulated_ore: int = 0
    regulate_in: int | None = None
    component: ComponentKind | None = None


@dataclass(frozen=True, slots=True)
class Regulation:
    """The lines that earlier results add to a tariff, with what must be decided first."""

    lines: tuple[CostLine, ...]
    findings: tuple[Finding, ...]
    trace: Trace


@dataclass(frozen=True, slots=True)
class _Due:
    """What one result must do to a tariff: from, and at the latest in, which year."""

    kind: CostKind
    label_da: str
    ore: int
    earliest: int
    latest: int
    trace: Trace


def regulate_results(
    results: Sequence[YearResult], rules: AgreementRules, tariff_year: int
) -> Regulation:
    """Return what results do to the tariff of `tariff_year`.

    `TariffError` for accounts of that year or later: they cannot be known when it is set. A
    surplus whose last tariff year has passed is an ERROR until what was regulated is stated.
    """
    lines: list[CostLine] = []
    findings: list[Finding] = []
    steps: list[Step] = []
    for number, result in enumerate(results, start=1):
        try:
            line, found, trace = _regulation(result, rules, tariff_year)
        except TariffError as error:
            raise TariffError(f"result[{number}].{error.field}", error.reason_da) from None
        steps += trace
        findings += found
        lines += [line] if line else []
    return Regulation(tuple(lines), tuple(findings), Trace(tuple(steps)))


def _regulation(
    result: YearResult, rules: AgreementRules, tariff_year: int
) -> tuple[CostLine | None, list[Finding], Trace]:
    account = result.account
    if account.year >= tariff_year:
        raise TariffError(
            "year",
            f"regnskabet for {account.year} findes ikke, når taksten for {tariff_year} sættes.",
        )
    decided = result.equalised_ore or result.regulated_ore
    if (account.surplus_ore, result.set_aside_ore, result.added_ore) in _NOTHING and not decided:
        return None, [], Trace()
    due = _surplus(result, rules) if account.surplus_ore >= 0 else _deficit(result, rules)
    left, trace = _left(result, due)
    year, late = _year(result, due, tariff_year)
    if not left or year > tariff_year:
        return None, [], trace
    if year < tariff_year:
        return None, [_overdue(due, left, year)], trace
    line = CostLine(due.label_da, due.kind, left, component=result.component)
    return line, [_late(due, left, tariff_year)] if late else [], trace


def _surplus(result: YearResult, rules: AgreementRules) -> _Due:
    if result.added_ore is not None:
        raise TariffError("added", "regnskabet viser ikke underskud, så intet lægges til taksten.")
    found = regulate_surplus(result.account, rules, result.set_aside_ore)
    year = result.account.year
    return _Due(
        CostKind.SURPLUS,
        f"Overskud {year}",
        found.regulated_ore,
        year + 1,
        found.latest_year,
        found.trace,
    )


def _deficit(result: YearResult, rules: AgreementRules) -> _Due:
    if result.set_aside_ore is not None:
        raise TariffError("set_aside", "regnskabet viser underskud, så intet kan hensættes.")
    if result.regulate_in is not None and rules.agreement not in MAY_BE_EARLIER:
        raise TariffError(
            "regulate_in", "kun et overskud kan efter denne aftale reguleres før tid."
        )
    found = regulate_deficit(result.account, rules, result.added_ore)
    label = f"Underskud {result.account.year}"
    first, last = found.earliest_year, found.tariff_year
    return _Due(CostKind.DEFICIT, label, found.added_ore, first, last, found.trace)


def _left(result: YearResult, due: _Due) -> tuple[int, Trace]:
    """What neither equalisation nor an earlier tariff has dealt with."""
    left, trace = due.ore, due.trace
    for field, ore, verb, text in (
        ("equalised", result.equalised_ore, "udlignes",
         "Udlignet i samme hovedmålgruppe hos driftsherren"),
        ("regulated", result.regulated_ore, "være reguleret",
         "Reguleret i tidligere takster, oplyst"),
    ):  # fmt: skip
        if not 0 <= ore <= left:
            raise TariffError(field, f"der kan højst {verb} {format_kroner(left)}")
        left -= ore
        if ore:
            trace = trace.then(Step(text, ore, "ore"))
    return left, trace


def _year(result: YearResult, due: _Due, tariff_year: int) -> tuple[int, bool]:
    """The tariff year, and whether a surplus is given back too late; a deficit never comes late."""
    wished = result.regulate_in
    if wished is None:
        return due.latest, False
    if _is_surplus(due) and due.latest < wished == tariff_year:
        return wished, True
    if not due.earliest <= wished <= due.latest:
        shown, verb = ("overskuddet", "nedsætte") if _is_surplus(due) else ("underskuddet", "hæve")
        raise TariffError(
            "regulate_in",
            f"{shown} skal {verb} en takst fra {due.earliest} til {due.latest}.",
        )
    return wished, False


def _is_surplus(due: _Due) -> bool:
    return due.kind is CostKind.SURPLUS


def _overdue(due: _Due, left: int, year: int) -> Finding:
    """A surplus must be paid back, so it stops the tariff; a deficit is the operator's to lose."""
    if _is_surplus(due):
        message = (
            f"Overskuddet skulle have nedsat taksten i {year}, og det er ikke oplyst, at det er "
            "sket. Skriv i regulated, hvor meget tidligere takster er sat ned med, eller sæt "
            "regulate_in til budgettets år, hvis denne takst skal sættes ned."
        )
        return _finding("overdue-surplus", Severity.ERROR, due, message, left)
    message = f"Underskuddet hørte til taksten for {year} og indgår derfor ikke i denne takst."
    return _finding("overdue-deficit", Severity.WARNING, due, message, left)


def _late(due: _Due, left: int, tariff_year: int) -> Finding:
    message = f"Reguleres i taksten for {tariff_year}, selv om det skulle være sket i {due.latest}."
    return _finding("late", Severity.WARNING, due, message, left)


def _finding(code: str, severity: Severity, due: _Due, message: str, left: int) -> Finding:
    return Finding(f"result.{code}", severity, due.label_da, message, format_kroner(left))
