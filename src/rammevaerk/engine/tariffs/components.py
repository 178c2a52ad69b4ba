"""A tariff as the sum of its components: every øre of the rounded total has its place."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from rammevaerk.engine.money import format_kroner
from rammevaerk.engine.rule import Edition, Rule
from rammevaerk.engine.steps import step
from rammevaerk.engine.tariffs.cost_base import ComponentKind
from rammevaerk.engine.tariffs.errors import TariffError
from rammevaerk.engine.tariffs.rounding import (
    ROUNDINGS_DA,
    Rounding,
    allot,
    exact_kroner_da,
    round_amount,
    step_of,
)
from rammevaerk.engine.trace import Step, Trace


@dataclass(frozen=True, slots=True)
class ExactComponent:
    """A component before rounding."""

    kind: ComponentKind
    label_da: str
    exact_ore: Fraction


@dataclass(frozen=True, slots=True)
class Component:
    """A component of a rounded tariff.

    `alone_ore` is what rounding it by itself would give; `moved_ore` is what it got more or less
    so that the components add up.
    """

    kind: ComponentKind
    label_da: str
    exact_ore: Fraction
    ore: int
    alone_ore: int

    @property
    def moved_ore(self) -> int:
        """The øre moved here (or away) for the sum's sake."""
        return self.ore - self.alone_ore


@dataclass(frozen=True, slots=True)
class ComponentTariff:
    """A rounded total and its components, which sum to it exactly."""

    total_ore: int
    components: tuple[Component, ...]
    rounding: Rounding
    trace: Trace


# exact components, total, step: the components in whole steps
COMPONENTS: Rule[[Sequence[Fraction], int, int], list[int]] = Rule("tariffs.components")


# The division in basis and service is of the financial agreement for 2020; that the øre left over
# go by largest remainder is our reading, for no source says how.
@COMPONENTS.edition(date(2020, 1, 1), source="sjaelland-tariffs-2023-2024")
def _(exact: Sequence[Fraction], total: int, step: int) -> list[int]:
    """Components that sum to the published total."""
    return allot(exact, total, step)


def split_tariff(parts: Sequence[ExactComponent], rounding: Rounding, day: date) -> ComponentTariff:
    """Round the total of the components, then each of them so that they sum to it.

    The total is the exact sum rounded once. The components are allotted by largest remainder, and
    where one thereby differs from its own rounding, the trace says by how much.
    """
    if not parts:
        raise TariffError("component", "taksten har ingen dele.")
    total = round_amount(sum((part.exact_ore for part in parts), Fraction(0)), rounding)
    edition = COMPONENTS.on(day)
    amounts = edition.calculate([part.exact_ore for part in parts], total, step_of(rounding))
    components = tuple(
        Component(
            part.kind, part.label_da, part.exact_ore, ore, round_amount(part.exact_ore, rounding)
        )
        for part, ore in zip(parts, amounts, strict=True)
    )
    return ComponentTariff(
        total, components, rounding, _trace(components, total, rounding, edition)
    )


def _trace(
    components: Sequence[Component],
    total: int,
    rounding: Rounding,
    edition: Edition[[Sequence[Fraction], int, int], list[int]],
) -> Trace:
    steps: list[Step] = []
    for one in components:
        label = one.label_da[:1].upper() + one.label_da[1:]
        if one.exact_ore != one.ore:
            steps.append(Step(f"{label} før afrunding", exact_kroner_da(one.exact_ore), "text"))
        steps.append(Step(f"{label}, afrundet {ROUNDINGS_DA[rounding]}", one.ore, "ore"))
        if one.moved_ore:
            why = f"Heraf flyttet til {one.label_da}, for at delene giver summen"
            steps.append(Step(why, one.moved_ore, "ore"))
    alone = sum(one.alone_ore for one in components)
    if alone != total:
        text = f"{format_kroner(alone)}, altså {format_kroner(alone - total)} fra summen"
        steps.append(Step("Delene afrundet hver for sig ville give", text, "text"))
    steps.append(step("Dele i alt", total, "ore", edition))
    return Trace(tuple(steps))
