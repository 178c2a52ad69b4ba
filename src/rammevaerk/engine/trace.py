"""Traces: the steps behind a figure, each with its rule, parameters and source."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from rammevaerk.engine.parameters import ParameterValue, plain
from rammevaerk.engine.units import UnitSpec, Value, value_text_da


@dataclass(frozen=True, slots=True)
class Step:
    """One figure on the way: what it is, how large, and what it rests on.

    `rule` and `edition` (the day the edition took effect) are given when a formula made it,
    `source` when it was taken from somewhere, `parameters` are those the step used.
    """

    label_da: str
    value: Value
    unit: UnitSpec
    rule: str = ""
    edition: date | None = None
    parameters: tuple[ParameterValue, ...] = ()
    source: str = ""

    @property
    def unverified(self) -> bool:
        """Whether the step rests on a parameter nobody has checked against its source."""
        return any(not parameter.is_verified for parameter in self.parameters)

    def as_dict(self) -> dict[str, Any]:
        """Return plain values, ready for JSON."""
        return {
            "label_da": self.label_da,
            "value": plain(self.value),
            "unit": plain(self.unit),
            "text_da": value_text_da(self.value, self.unit),
            "rule": self.rule,
            "edition": plain(self.edition),
            "parameters": [parameter.as_dict() for parameter in self.parameters],
            "source": self.source,
            "unverified": self.unverified,
        }


@dataclass(frozen=True, slots=True)
class Trace:
    """Steps in the order they were taken; adding one gives a new trace."""

    steps: tuple[Step, ...] = ()

    def then(self, step: Step) -> "Trace":
        """Return the trace with one step more at its end."""
        return Trace((*self.steps, step))

    def __iter__(self) -> Iterator[Step]:
        return iter(self.steps)

    @property
    def unverified(self) -> bool:
        """Whether any step rests on an unverified parameter."""
        return any(step.unverified for step in self.steps)

    def as_dict(self) -> dict[str, Any]:
        """Return plain values, ready for JSON."""
        return {"unverified": self.unverified, "steps": [step.as_dict() for step in self.steps]}
