"""Steps of a trace made by an edition of a rule, and rates that change within a stay."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from rammevaerk.engine.parameter_types import whole
from rammevaerk.engine.parameters import Parameters, ParameterValue
from rammevaerk.engine.rule import Edition
from rammevaerk.engine.trace import Step
from rammevaerk.engine.units import UnitSpec, Value


def step(
    label_da: str,
    value: Value,
    unit: UnitSpec,
    edition: Edition[Any, Any],
    *parameters: ParameterValue,
) -> Step:
    """Return one figure with the edition that made it and the parameters it rests on."""
    return Step(
        label_da=label_da,
        value=value,
        unit=unit,
        rule=edition.rule,
        edition=edition.period.start,
        parameters=parameters,
        source=edition.source,
    )


def days_by_rate(
    parameters: Parameters, key: str, days: Iterable[tuple[date, int]]
) -> list[tuple[ParameterValue, int]]:
    """Count (day, number) pairs per version of a rate, in date order.

    `NoRuleForDate` for the first day without a rate; a day with the number 0 needs none.
    """
    counts: dict[date, tuple[ParameterValue, int]] = {}
    for day, number in sorted(days):
        if not number:
            continue
        rate = parameters.on(key, day)
        counted = counts.get(rate.period.start, (rate, 0))[1]
        counts[rate.period.start] = (rate, counted + number)
    return list(counts.values())


def rate_steps(
    rates: Iterable[tuple[ParameterValue, int]], noun_da: str, edition: Edition[Any, Any]
) -> list[Step]:
    """Return one step per version of a rate: the number of days times it, in øre."""
    return [
        step(f"{noun_da}: {count} × {rate.text_da()}", count * whole(rate), "ore", edition, rate)
        for rate, count in rates
    ]


def rate_total(rates: Iterable[tuple[ParameterValue, int]]) -> int:
    """Return what the counted days cost together, in øre."""
    return sum(count * whole(rate) for rate, count in rates)
