"""A report's budget worked out by the engine: its prices, its proof, and what stops it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from rammevaerk.engine.date_words import date_text_da
from rammevaerk.engine.errors import NoRuleForDate, UnknownParameter
from rammevaerk.engine.findings import Finding, Severity
from rammevaerk.engine.parameters import Parameters, ParameterValue, packaged_sources
from rammevaerk.engine.tariffs.components import ComponentTariff
from rammevaerk.engine.tariffs.cost_base import ComponentKind
from rammevaerk.engine.tariffs.day_rate import PriceUnit
from rammevaerk.engine.tariffs.errors import TariffError
from rammevaerk.engine.tariffs.facility import FacilityTariff, TariffBudget, facility_tariff
from rammevaerk.engine.tariffs.hours import HourRate, hour_rate_on
from rammevaerk.engine.trace import Trace
from rammevaerk.engine.units import value_text_da
from rammevaerk.exchange.tariff_budget import budget_from
from rammevaerk.exchange.toml_tables import Problems, Table
from rammevaerk.portal.tariffs.models import Component, Unit
from rammevaerk.portal.tariffs.price_lines import PriceLine

_BASIS_POINTS = 10_000


@dataclass(frozen=True, slots=True)
class Worked:
    """What a budget gives. `problems` is what cannot be read or used, by path: "cost[2].amount"."""

    tariff: FacilityTariff | None = None
    budget: TariffBudget | None = None
    lines: tuple[PriceLine, ...] = ()
    problems: Mapping[str, str] = field(default_factory=dict)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What the agreement's rules say of it."""
        return self.tariff.findings if self.tariff else ()

    @property
    def errors(self) -> list[Finding]:
        """The findings that stop it."""
        return [one for one in self.findings if one.severity is Severity.ERROR]

    @property
    def unverified(self) -> list[ParameterValue]:
        """The numbers it rests on that nobody has checked against their source."""
        steps = self.tariff.trace if self.tariff else ()
        used = {one.key: one for step in steps for one in step.parameters if not one.is_verified}
        return [used[key] for key in sorted(used)]


def work_out(budget: Mapping[str, Any]) -> Worked:
    """The prices that a budget gives, by the one function that ``rammevaerk tariff`` calls.

    ``budget`` has the keys of a budget file, with days as ISO text. Nothing is raised for what
    people may write: it stands in ``problems``.
    """
    parameters = Parameters.load()
    problems = Problems("")
    read = budget_from(Table(_with_days(budget), problems), parameters)
    if problems.placed:
        return Worked(problems=_first_of_each(problems))
    try:
        found = facility_tariff(read, parameters)
        lines = lines_of(read, found, parameters) if found.usable else ()
    except TariffError as error:
        return Worked(budget=read, problems={error.field: error.reason_da})
    except (NoRuleForDate, UnknownParameter) as error:
        return Worked(budget=read, problems={"": _missing(error)})
    return Worked(found, read, lines)


def lines_of(
    budget: TariffBudget, found: FacilityTariff, parameters: Parameters
) -> tuple[PriceLine, ...]:
    """The prices of a usable tariff: the whole or its parts, the levels, the hour, supplements."""
    if found.price is None:
        return ()
    made = [_line(budget, kind, ore) for kind, ore in _main(budget, found)]
    for label, level in found.levels.items():
        made.append(_line(budget, Component.SERVICE, _service_ore(level), label))
    if budget.levels:
        made.append(PriceLine(Component.HOUR, Unit.HOUR, _hour_rate(budget, parameters).ore))
    made += [
        PriceLine(Component.SUPPLEMENT, one.unit.value, one.ore, label)
        for label, one in found.supplements.items()
    ]
    return tuple(made)


def _with_days(budget: Mapping[str, Any]) -> dict[str, Any]:
    """JSON has no days; the reader wants one where a dispensation was decided."""
    occupancy = budget.get("occupancy")
    given = occupancy.get("dispensation") if isinstance(occupancy, Mapping) else None
    if not isinstance(given, Mapping) or not isinstance(given.get("decided"), str):
        return dict(budget)
    try:
        decided: Any = date.fromisoformat(given["decided"])
    except ValueError:
        decided = given["decided"]
    dispensation = {**given, "decided": decided}
    return {**budget, "occupancy": {**occupancy, "dispensation": dispensation}}  # type: ignore[dict-item]


def _first_of_each(problems: Problems) -> dict[str, str]:
    found: dict[str, str] = {}
    for path, reason in problems.placed:
        found.setdefault(path, reason)
    return found


def _missing(error: NoRuleForDate | UnknownParameter) -> str:
    if isinstance(error, UnknownParameter):
        return _("Reglerne har ikke tallet «%s». Intet er regnet ud, og intet er gættet.") % (
            error.key
        )
    note = f" ({error.note.rstrip('.')})" if error.note else ""
    return _("Der er ingen regel %(key)s den %(day)s%(note)s. Intet er gættet.") % {
        "key": error.key,
        "day": date_text_da(error.day),
        "note": note,
    }


def _main(budget: TariffBudget, found: FacilityTariff) -> list[tuple[Component, int]]:
    assert found.price is not None  # noqa: S101 - asked by the caller
    if found.components:
        return [(_COMPONENTS[one.kind], one.ore) for one in found.components.components]
    if budget.levels:
        return [(Component.BASIS, found.price.ore)]
    if found.price.unit in _OF_UNITS:
        return [(_OF_UNITS[found.price.unit], found.price.ore)]
    kinds = {line.component for line in budget.lines}
    only = kinds.pop() if len(kinds) == 1 else None
    return [(_COMPONENTS[only] if only else Component.WHOLE, found.price.ore)]


# A price per hour or year is a part of its own, whatever it covers.
_OF_UNITS = {PriceUnit.HOUR: Component.HOUR, PriceUnit.YEAR: Component.SUBSCRIPTION}
_COMPONENTS = {
    ComponentKind.BASIS: Component.BASIS,
    ComponentKind.SERVICE: Component.SERVICE,
    ComponentKind.SUPPLEMENT: Component.SUPPLEMENT,
}


def _line(budget: TariffBudget, component: Component, ore: int, label: str = "") -> PriceLine:
    basis = budget.volume.days_basis
    assumed = budget.occupancy.budgeted if budget.occupancy else None
    return PriceLine(
        component=component.value,
        unit=budget.volume.unit.value,
        amount_ore=ore,
        label=label,
        days_basis=basis.value if basis else "",
        occupancy=_basis_points(assumed),
    )


def _basis_points(share: Fraction | None) -> int | None:
    if share is None:
        return None
    points = share * _BASIS_POINTS
    if points.denominator > 1:
        reason = _("Skriv den forudsatte belægning med højst to decimaler.")
        raise TariffError("occupancy.budgeted", reason)
    return int(points)


def _service_ore(level: ComponentTariff) -> int:
    return next(one.ore for one in level.components if one.kind is ComponentKind.SERVICE)


def _hour_rate(budget: TariffBudget, parameters: Parameters) -> HourRate:
    rate = budget.hour_rate
    if isinstance(rate, str):
        return hour_rate_on(parameters, rate, budget.day)
    assert rate is not None  # noqa: S101 - the engine refuses levels without a rate
    return rate


@dataclass(frozen=True, slots=True)
class ProofStep:
    """One step of a proof as a page shows it."""

    label: str
    text: str
    is_figure: bool
    rule: str
    edition: date | None
    source: str
    parameters: tuple[ParameterValue, ...]


def proof_of(trace: Trace) -> list[ProofStep]:
    """Every step behind a tariff: the figure, its rule and edition, the source, the numbers."""
    sources = packaged_sources()
    rows = []
    for step in trace:
        text = value_text_da(step.value, step.unit)
        known = sources.get(step.source)
        rows.append(
            ProofStep(
                label=step.label_da,
                text=text,
                is_figure=step.unit != "text" or text.lstrip("-")[:1].isdigit(),
                rule=step.rule,
                edition=step.edition,
                source=known.title_da if known else step.source,
                parameters=step.parameters,
            )
        )
    return rows
