"""The state's refund in costly single cases (SEL § 176): gross, refund and net.

The refund is the payer's own matter: it never lowers a tariff. Children had thresholds of their
own until 2021.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from rammevaerk.engine.errors import ParameterError, UnfitCase
from rammevaerk.engine.parameter_types import portion, shares, wholes
from rammevaerk.engine.parameters import Parameters, ParameterValue
from rammevaerk.engine.rule import Rule
from rammevaerk.engine.steps import step
from rammevaerk.engine.trace import Trace


class CasePerson(StrEnum):
    """Whose thresholds a cost is held up against."""

    ADULT = "adult"
    CHILD = "child"


@dataclass(frozen=True, slots=True)
class PersonCost:
    """What help to one person cost in a year; siblings in one home share a `household`."""

    person: str
    cost_ore: int
    who: CasePerson
    household: str = ""


@dataclass(frozen=True, slots=True)
class CaseRefund:
    """One case (a person, or siblings summed): what it cost, what the state refunds, the rest."""

    persons: tuple[str, ...]
    gross_ore: int
    refund_ore: int
    trace: Trace

    @property
    def net_ore(self) -> int:
        """What the municipality bears itself."""
        return self.gross_ore - self.refund_ore


REFUND: Rule[[int, Sequence[int], Sequence[Decimal]], list[int]] = Rule("refund.costly_cases")


@REFUND.edition(date(2020, 1, 1), source="sel-176")
def _share_of_each_slice(
    cost_ore: int, thresholds: Sequence[int], of: Sequence[Decimal]
) -> list[int]:
    """Refund the part of the cost between each threshold and the next by that step's share."""
    above = [max(0, cost_ore - threshold) for threshold in thresholds]
    slices = [now - after for now, after in zip(above, [*above[1:], 0], strict=True)]
    return [portion(amount, rate) for amount, rate in zip(slices, of, strict=True)]


def costly_case_refunds(
    costs: Iterable[PersonCost], year: int, parameters: Parameters
) -> tuple[CaseRefund, ...]:
    """Return the refund of each case of a year, siblings of one household taken together.

    Each slice is rounded to the øre on its own, so the steps add up. The order of the costs is
    irrelevant. `NoRuleForDate` for a year whose thresholds are not known. `UnfitCase` for a
    negative cost and, while children's thresholds differ from adults', for a household that is
    not of children only and for a person who is both.
    """
    cases: dict[tuple[str, str], list[PersonCost]] = {}
    for cost in sorted(costs, key=_order):
        if cost.cost_ore < 0:
            raise UnfitCase(f"Udgiften til {cost.person} er negativ.")
        key = (cost.household, "") if cost.household else ("", cost.person)
        cases.setdefault(key, []).append(cost)
    return tuple(_case(people, year, parameters) for _, people in sorted(cases.items()))


def _order(cost: PersonCost) -> tuple[str, str, str, int]:
    return cost.person, cost.household, cost.who, cost.cost_ore


def _case(people: Sequence[PersonCost], year: int, parameters: Parameters) -> CaseRefund:
    day = date(year, 1, 1)
    edition = REFUND.on(day)
    thresholds = _thresholds(people, day, parameters)
    rates = parameters.on("refund/shares", day)
    limits, of = _steps_of(thresholds[0], rates)
    gross = sum(person.cost_ore for person in people)
    parts = edition.calculate(gross, limits, of)
    names = tuple(sorted({person.person for person in people}))
    summed = "Udgift i alt" if len(names) == 1 else "Søskendes udgifter lagt sammen"
    steps = [step(summed, gross, "ore", edition)]
    for at, part in enumerate(parts, start=1):
        steps.append(step(f"Refusion, {at}. trin", part, "ore", edition, *thresholds, rates))
    steps.append(step("Refusion i alt", sum(parts), "ore", edition))
    steps.append(step("Kommunens nettoudgift", gross - sum(parts), "ore", edition))
    return CaseRefund(names, gross, sum(parts), Trace(tuple(steps)))


_KEYS = {
    CasePerson.ADULT: "refund/thresholds",
    CasePerson.CHILD: "refund/thresholds_children",
}


def _thresholds(
    people: Sequence[PersonCost], day: date, parameters: Parameters
) -> tuple[ParameterValue, ...]:
    """Return the set of each kind of person in the case; more than one only when they agree."""
    kinds = sorted({person.who for person in people})
    used = tuple(parameters.on(_KEYS[kind], day) for kind in kinds)
    if kinds == [CasePerson.CHILD]:
        return used
    names = sorted({person.person for person in people})
    if len(names) > 1 and not _common(day, parameters):
        raise UnfitCase(
            "Før de fælles grænser kendes sammenlægning i et hjem kun for børn; opgør "
            f"{' og '.join(names)} hver for sig."
        )
    if len(kinds) > 1 and not _common(day, parameters):
        raise UnfitCase(
            f"{names[0]} er både barn og voksen, og grænserne er ikke de samme; opgør dem hver "
            "for sig."
        )
    return used


def _common(day: date, parameters: Parameters) -> bool:
    adults, children = (parameters.on(key, day).value for key in _KEYS.values())
    return adults == children


def _steps_of(
    thresholds: ParameterValue, rates: ParameterValue
) -> tuple[tuple[int, ...], tuple[Decimal, ...]]:
    limits, of = wholes(thresholds), shares(rates)
    if len(limits) != len(of) or list(limits) != sorted(limits):
        raise ParameterError((f"{thresholds.key} and {rates.key} do not belong together",))
    return limits, of


def refund_totals(cases: Iterable[CaseRefund]) -> Mapping[str, int]:
    """Return gross, refund and net of many cases; net is gross less refund."""
    every = list(cases)
    gross, refund = sum(one.gross_ore for one in every), sum(one.refund_ore for one in every)
    return {"gross_ore": gross, "refund_ore": refund, "net_ore": gross - refund}
