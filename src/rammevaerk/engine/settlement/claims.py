"""The limit for claiming payment from another municipality: 12 months after the help was given."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from rammevaerk.engine.date_words import date_text_da
from rammevaerk.engine.deadlines import months_later
from rammevaerk.engine.errors import UnfitCase
from rammevaerk.engine.findings import Finding, Severity
from rammevaerk.engine.operators import OperatorKind
from rammevaerk.engine.parameter_types import whole, wholes
from rammevaerk.engine.parameters import Parameters
from rammevaerk.engine.rule import Rule
from rammevaerk.engine.steps import step
from rammevaerk.engine.trace import Step, Trace


class ClaimState(StrEnum):
    """How a claim stands to its limit."""

    NO_LIMIT = "no_limit"
    IN_TIME = "in_time"
    WARNED = "warned"
    TOO_LATE = "too_late"


@dataclass(frozen=True, slots=True)
class Claim:
    """How a claim for help given on one day stands; `last_day` is None for a private seller."""

    state: ClaimState
    last_day: date | None
    trace: Trace
    findings: tuple[Finding, ...]


LIMIT: Rule[[date, int], date] = Rule("settlement.claim_limit")


@LIMIT.edition(date(2024, 1, 1), source="sel-174")
def _same_day_of_the_month(given: date, months: int) -> date:
    return months_later(given, months)


def claim_made(given: date, made: date, seller: OperatorKind, parameters: Parameters) -> Claim:
    """Judge a claim made on `made` for help given on `given`; the last day is in time.

    Only municipal and regional sellers are bound: a private seller's claim has no limit here, and
    by our reading neither has one with an operating agreement (the trace says so).
    `NoRuleForDate` for help given before the rule is known, `UnfitCase` for a claim made before
    the help was given.
    """
    if made < given:
        raise UnfitCase(
            f"Kravet er rejst {date_text_da(made)}, før hjælpen blev ydet {date_text_da(given)}."
        )
    return _judge(given, made, seller, parameters, waiting=False)


def claim_waiting(given: date, on: date, seller: OperatorKind, parameters: Parameters) -> Claim:
    """Judge help not yet claimed on the day `on`: warned about as the limit comes closer.

    The months of the warnings are the parameter settlement/claim_warning_months.
    """
    return _judge(given, on, seller, parameters, waiting=True)


def _judge(
    given: date, day: date, seller: OperatorKind, parameters: Parameters, *, waiting: bool
) -> Claim:
    if not seller.public:
        free = Step(_NOT_BOUND_DA[seller], True, "flag", source="sel-174")
        return Claim(ClaimState.NO_LIMIT, None, Trace((free,)), ())
    edition = LIMIT.on(given)
    months = parameters.on("settlement/claim_limit_months", given)
    last = edition.calculate(given, whole(months))
    steps = [
        step("Hjælpen ydet", given, "date", edition),
        step("Sidste dag for kravet", last, "date", edition, months),
    ]
    if day > last:
        too_late = _LOST_DA if waiting else _TOO_LATE_DA
        late = _finding("too-late", Severity.ERROR, too_late, given, last)
        return Claim(ClaimState.TOO_LATE, last, Trace(tuple(steps)), (late,))
    if not waiting:
        return Claim(ClaimState.IN_TIME, last, Trace(tuple(steps)), ())
    warnings = parameters.on("settlement/claim_warning_months", given)
    passed = [after for after in wholes(warnings) if day >= months_later(given, after)]
    if not passed:
        return Claim(ClaimState.IN_TIME, last, Trace(tuple(steps)), ())
    steps.append(step("Måneder, der er gået", max(passed), "months", edition, warnings))
    severity = Severity.WARNING if max(passed) == max(wholes(warnings)) else Severity.NOTE
    message = f"Hjælpen er ikke opkrævet {max(passed)} måneder efter; rejs kravet før fristen."
    found = _finding("near", severity, message, given, last)
    return Claim(ClaimState.WARNED, last, Trace(tuple(steps)), (found,))


_NOT_BOUND_DA = {
    OperatorKind.PRIVATE: "Fristen gælder ikke private sælgere",
    OperatorKind.PRIVATE_WITH_AGREEMENT: (
        "Fristen gælder ikke private sælgere; at det også er private med driftsaftale, er vores "
        "læsning"
    ),
}
_TOO_LATE_DA = "Kravet er rejst for sent og kan ikke gøres gældende mod den anden myndighed."
_LOST_DA = "Fristen er overskredet, og kravet kan ikke længere rejses mod den anden myndighed."


def _finding(code: str, severity: Severity, message: str, given: date, last: date) -> Finding:
    return Finding(
        code=f"settlement.claim-{code}",
        severity=severity,
        place=f"Hjælp ydet {date_text_da(given)}",
        message=message,
        expected=f"krav senest {date_text_da(last)}",
    )
