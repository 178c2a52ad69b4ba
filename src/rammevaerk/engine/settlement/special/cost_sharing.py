"""A common cost shared by those who join, with a floor under the whole (family planning).

The budget is for all parties. When only some join, the budget is their part of it by population,
but never below the floor (a share of the full budget); those who joined share it by population.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from rammevaerk.engine.errors import UnfitCase
from rammevaerk.engine.findings import Finding, Severity
from rammevaerk.engine.money import divide_half_up, format_kroner
from rammevaerk.engine.parameter_types import portion, share, whole
from rammevaerk.engine.parameters import Parameters
from rammevaerk.engine.rule import Rule
from rammevaerk.engine.settlement.special.objective import share_by_weight
from rammevaerk.engine.steps import step
from rammevaerk.engine.trace import Trace


@dataclass(frozen=True, slots=True)
class SharedCost:
    """What those who joined pay; the shares add up to the budget, which is at least the floor."""

    budget_ore: int
    floor_ore: int
    shares_ore: Mapping[str, int]
    trace: Trace
    findings: tuple[Finding, ...]


BUDGET: Rule[[int, int, int, int], int] = Rule("cost_sharing.budget")


@BUDGET.edition(date(2020, 11, 23), source="dassos-2020-11-23")
def _joined_part_above_floor(full_ore: int, floor_ore: int, joined: int, everyone: int) -> int:
    """Return the part of the full budget that those who joined stand for, but not below the floor.

    The minutes say that those who join pay a given amount and that half is the least; that the
    amount follows population is the reading chosen here (docs/algorithms/special_payments.md).
    """
    return max(divide_half_up(full_ore * joined, everyone), floor_ore)


def family_planning_shares(
    populations: Mapping[str, int], joined: Iterable[str], day: date, parameters: Parameters
) -> SharedCost:
    """Share a year of the family planning service by population among those who joined.

    `populations` are all parties. `UnfitCase` when nobody joined or somebody who joined is no
    party, `NoRuleForDate` before the proposal.
    """
    edition = BUDGET.on(day)
    names = sorted(set(joined))
    unknown = [name for name in names if name not in populations]
    if unknown:
        raise UnfitCase(f"Folketallet mangler for {', '.join(unknown)}.")
    if not names:
        raise UnfitCase("Ingen har tilsluttet sig, så der er ikke nogen at dele udgiften mellem.")
    budget = parameters.on("cost_sharing/family_planning_budget", day)
    least = parameters.on("cost_sharing/family_planning_floor_share", day)
    weights = {name: populations[name] for name in names}
    everyone, inside = sum(populations.values()), sum(weights.values())
    floor = portion(whole(budget), share(least))
    if inside <= 0 or min(populations.values()) < 0:
        raise UnfitCase("Folketallet skal være positivt for dem, der er med.")
    amount = edition.calculate(whole(budget), floor, inside, everyone)
    shares = share_by_weight(amount, weights)
    steps = (
        step("Budget, når alle er med", whole(budget), "ore_per_year", edition, budget),
        step("Mindstebudget", floor, "ore_per_year", edition, budget, least),
        step("Indbyggere hos dem, der er med", inside, "count", edition),
        step("Indbyggere i alt", everyone, "count", edition),
        step("Budget til deling", amount, "ore_per_year", edition),
        step("Fordelt efter folketal", shares, "ore", edition),
    )
    part = divide_half_up(whole(budget) * inside, everyone)
    findings = (_floor_applies(part, floor),) if part < floor else ()
    return SharedCost(amount, floor, shares, Trace(steps), findings)


def _floor_applies(part_ore: int, floor_ore: int) -> Finding:
    return Finding(
        code="cost-sharing.floor-applies",
        severity=Severity.NOTE,
        place="Familieplanlægning, budget",
        message="Så få er med, at mindstebudgettet gælder; hver betaler mere, end folketallet "
        "ellers ville give.",
        found=format_kroner(part_ore),
        expected=format_kroner(floor_ore),
    )
