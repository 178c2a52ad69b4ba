"""Which facilities the agreement covers (R1), and how much of one is bought by others."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from rammevaerk.engine.rule import Rule
from rammevaerk.engine.steps import step
from rammevaerk.engine.trace import Step, Trace


class OperatorKind(StrEnum):
    """Who runs a facility, as far as coverage asks."""

    MUNICIPAL = "municipal"
    REGIONAL = "regional"
    INDEPENDENT = "independent"
    PRIVATE = "private"


@dataclass(frozen=True, slots=True)
class Use:
    """How many citizens an authority had at a facility in a year."""

    buyer: int
    year: int
    citizens: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """Whether the agreement covers a facility, with the reason in Danish.

    `others` is how many authorities other than the operator's own used it in `year`, the latest
    year with figures; `bought_by_others` their share of the citizens. None where nothing is known.
    """

    covered: bool
    reason: str
    year: int | None
    others: int
    bought_by_others: Fraction | None
    trace: Trace


# kind of operator, authorities other than its own (None: not known): covered, and why
COVERAGE: Rule[[OperatorKind, int | None, int | None], tuple[bool, str]] = Rule("coverage")


@COVERAGE.edition(date(2023, 1, 1), source="agreement-2023-2024")
def _(kind: OperatorKind, others: int | None, year: int | None) -> tuple[bool, str]:
    """Every regional facility; a municipal one when others than the operator's own use it."""
    if kind is OperatorKind.REGIONAL:
        return True, "regionalt tilbud: altid omfattet"
    if kind is OperatorKind.PRIVATE:
        return False, "privat tilbud: ikke omfattet"
    if others is None:
        return False, "det er ikke oplyst, hvem der bruger tilbuddet"
    if not others:
        return False, f"kun brugt af driftsherrens egen kommune i {year}"
    noun = "kommune" if others == 1 else "kommuner"
    return True, f"brugt af {others} {'anden' if others == 1 else 'andre'} {noun} i {year}"


def is_covered(
    kind: OperatorKind, others: int | None, year: int | None, *, on: date
) -> tuple[bool, str]:
    """Whether a facility is covered on a day, and why: `coverage` without its trace.

    `others` is how many authorities other than the operator's own used it in `year`, None when
    nobody has said. For lists of many facilities.
    """
    return COVERAGE.on(on).calculate(kind, others, year)


def coverage(kind: OperatorKind, operator: int, uses: Sequence[Use], *, on: date) -> Coverage:
    """Judge a facility on a day by the latest year with figures up to the day's own.

    `operator` is the authority whose own use does not count. `NoRuleForDate` before the first
    agreement whose rule is known.
    """
    known = [use for use in uses if use.year <= on.year and use.citizens > 0]
    year = max((use.year for use in known), default=None)
    latest = [use for use in known if use.year == year]
    buyers = {use.buyer for use in latest if use.buyer != operator}
    others = len(buyers) if latest else None
    edition = COVERAGE.on(on)
    covered, reason = edition.calculate(kind, others, year)
    steps: list[Step] = []
    total = sum(use.citizens for use in latest)
    bought = sum(use.citizens for use in latest if use.buyer != operator)
    if total:
        counted = f"{bought} af {total}"
        steps.append(Step(f"Borgere fra andre myndigheder i {year}", counted, "text"))
    steps.append(step("Omfattet af rammeaftalen", reason, "text", edition))
    share = Fraction(bought, total) if total else None
    return Coverage(covered, reason, year, len(buyers), share, Trace(tuple(steps)))
