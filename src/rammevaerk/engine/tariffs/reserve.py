"""A surplus set aside: ring-fenced to the operator's covered facilities, used before it expires."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from rammevaerk.engine.findings import Finding, Severity
from rammevaerk.engine.money import format_kroner
from rammevaerk.engine.parameter_types import whole
from rammevaerk.engine.rule import Rule
from rammevaerk.engine.steps import step
from rammevaerk.engine.tariffs.agreement import AgreementRules
from rammevaerk.engine.tariffs.errors import TariffError
from rammevaerk.engine.trace import Step, Trace


@dataclass(frozen=True, slots=True)
class Reserve:
    """What is left of the surplus an operator set aside for the accounts of `year`."""

    operator: str
    year: int
    left_ore: int


@dataclass(frozen=True, slots=True)
class ReserveUse:
    """A wish to spend from an operator's reserves on one facility in `year`."""

    operator: str
    facility: str
    covered: bool
    year: int
    ore: int


@dataclass(frozen=True, slots=True)
class ReserveOutcome:
    """Whether a use was accepted, the reserves afterwards, and why not."""

    accepted: bool
    reserves: tuple[Reserve, ...]
    findings: tuple[Finding, ...]
    trace: Trace


# first and last year in which a reserve of the year may be used
RESERVE_YEARS: Rule[[int, int], tuple[int, int]] = Rule("tariffs.surplus_reserve")


@RESERVE_YEARS.edition(date(2018, 1, 1), source="nordjylland-surplus")
def _(year: int, years: int) -> tuple[int, int]:
    """From the year after the accounts, for as many years as the agreement gives."""
    return year + 1, year + years


def use_reserve(
    reserves: Sequence[Reserve], use: ReserveUse, rules: AgreementRules
) -> ReserveOutcome:
    """Spend from reserves, the oldest first, or say why it may not be.

    A use is accepted whole or not at all. It is refused for a facility outside the agreement, for
    another operator's reserve, and when what has not expired does not suffice. What has expired
    is no longer a reserve: it is told apart, as a WARNING.
    """
    if use.ore <= 0:
        raise TariffError("use.amount", "beløbet, der skal bruges, er ikke over nul.")
    steps = [Step(f"Ønske om brug i {use.year} ({use.facility})", use.ore, "ore")]
    usable = [_usable(reserve, use, rules, steps) for reserve in reserves]
    problem = _problem(reserves, usable, use)
    lapsed = [one for one in reserves if _lapsed(one, use, rules)]
    warnings = _lapsed_findings(lapsed)
    if problem:
        steps.append(Step("Afvist", problem.message, "text"))
        return ReserveOutcome(False, tuple(reserves), (problem, *warnings), Trace(tuple(steps)))
    wanted = use.ore
    after = list(reserves)
    for at in sorted(range(len(after)), key=lambda at: after[at].year):
        taken = min(wanted, usable[at])
        wanted -= taken
        after[at] = replace(after[at], left_ore=after[at].left_ore - taken)
        if taken:
            steps.append(Step(f"Taget af overskuddet fra {after[at].year}", taken, "ore"))
    left = sum(one.left_ore for one in after if one.operator == use.operator)
    gone = sum(one.left_ore for one in lapsed)  # nothing was taken of these
    steps.append(Step("Rest af hensættelser", left - gone, "ore"))
    if gone:
        steps.append(Step("Bortfaldet ubrugt", gone, "ore"))
    return ReserveOutcome(True, tuple(after), warnings, Trace(tuple(steps)))


def _years(reserve: Reserve, rules: AgreementRules) -> tuple[int, int]:
    day = date(reserve.year, 1, 1)
    years = whole(rules.on("surplus_years", day))
    return RESERVE_YEARS.on(day).calculate(reserve.year, years)


def _lapsed(reserve: Reserve, use: ReserveUse, rules: AgreementRules) -> bool:
    if reserve.operator != use.operator or not reserve.left_ore:
        return False
    return use.year > _years(reserve, rules)[1]


def _lapsed_findings(lapsed: Sequence[Reserve]) -> tuple[Finding, ...]:
    return tuple(
        Finding(
            code="reserve.lapsed",
            severity=Severity.WARNING,
            place=f"Hensat overskud fra {one.year}, {one.operator}",
            message=(
                "Så meget er bortfaldet ubrugt: fristen for at bruge det er udløbet. Er det brugt "
                "før fristen, mangler brugen her."
            ),
            found=format_kroner(one.left_ore),
        )
        for one in lapsed
    )


def _usable(reserve: Reserve, use: ReserveUse, rules: AgreementRules, steps: list[Step]) -> int:
    if reserve.operator != use.operator:
        return 0
    day = date(reserve.year, 1, 1)
    edition, years = RESERVE_YEARS.on(day), rules.on("surplus_years", day)
    first, last = edition.calculate(reserve.year, whole(years))
    steps.append(
        step(
            f"Hensat af overskuddet fra {reserve.year}, kan bruges {first}-{last}",
            reserve.left_ore,
            "ore",
            edition,
            years,
        )
    )
    return reserve.left_ore if first <= use.year <= last else 0


def _problem(reserves: Sequence[Reserve], usable: Sequence[int], use: ReserveUse) -> Finding | None:
    if not use.covered:
        return _finding(
            "not-covered",
            use,
            "Et hensat overskud kan ikke bruges på et tilbud uden for aftalen.",
        )
    own = sum(one.left_ore for one in reserves if one.operator == use.operator)
    if own == 0:
        return _finding("no-reserve", use, "Driftsherren har intet hensat.")
    available = sum(usable)
    if available >= use.ore:
        return None
    if own >= use.ore:
        return _finding(
            "expired",
            use,
            f"Det, der er hensat, må ikke bruges i {use.year}: fristen er udløbet eller ikke "
            "begyndt.",
            available,
        )
    return _finding("too-little", use, "Der er ikke hensat så meget.", available)


def _finding(code: str, use: ReserveUse, message: str, available: int | None = None) -> Finding:
    return Finding(
        code=f"reserve.{code}",
        severity=Severity.ERROR,
        place=f"Brug af hensat overskud, {use.facility}",
        message=message,
        found=format_kroner(use.ore),
        expected="" if available is None else f"højst {format_kroner(available)}",
    )
