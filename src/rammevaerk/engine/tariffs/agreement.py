"""The numbers of one agreement: packaged as parameters, or stated by whoever works with it."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction

from rammevaerk.engine.errors import NoRuleForDate, UnknownParameter
from rammevaerk.engine.parameters import Parameters, ParameterValue
from rammevaerk.engine.tariffs.errors import TariffError

_ROOM = "tariffs"


def known_agreements(parameters: Parameters) -> list[str]:
    """Return the agreements that have numbers of their own: the folders below tariffs/."""
    parts = (parameter.key.split("/") for parameter in parameters)
    return sorted({part[1] for part in parts if part[0] == _ROOM and len(part) == 3})


@dataclass(frozen=True, slots=True)
class AgreementRules:
    """What one agreement has fixed for tariffs; never another agreement's numbers.

    `stated` holds values that are not packaged (or not verified), each with the source that its
    author gave. They may not contradict a verified value.
    """

    agreement: str
    parameters: Parameters
    stated: Mapping[str, ParameterValue] = field(default_factory=dict)
    # What was found: many services are held against the same few rules.
    _found: dict[tuple[str, date], ParameterValue | None] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def on(self, name: str, day: date) -> ParameterValue:
        """Return the agreement's number on `day`.

        `UnknownParameter` when the agreement has none, `NoRuleForDate` when it has none then.
        """
        key = f"{_ROOM}/{self.agreement}/{name}"
        stated = self.stated.get(name)
        if stated is None or not stated.period.contains(day):
            return self.parameters.on(key, day)
        packaged = self._packaged(key, day)
        if packaged and packaged.is_verified and packaged.value != stated.value:
            raise TariffError(
                name, f"{key} er efterprøvet ({packaged.text_da()}) og kan ikke ændres her."
            )
        return stated

    def find(self, name: str, day: date) -> ParameterValue | None:
        """Return the agreement's number on `day`, or None when it has no such rule."""
        try:
            return self._found[name, day]
        except KeyError:
            pass
        found = None
        with suppress(UnknownParameter, NoRuleForDate):
            found = self.on(name, day)
        self._found[name, day] = found
        return found

    def _packaged(self, key: str, day: date) -> ParameterValue | None:
        try:
            return self.parameters.on(key, day)
        except (UnknownParameter, NoRuleForDate):
            return None


def as_share(parameter: ParameterValue, name: str = "") -> Fraction:
    """Return a share as an exact fraction; `name` picks one out of a table of shares."""
    value = parameter.value
    if name and isinstance(value, Mapping):
        value = value[name]
    if not isinstance(value, Decimal):
        raise TariffError(parameter.key, "parameteren er ikke en andel.")
    return Fraction(value)
