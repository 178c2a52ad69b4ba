"""One facility's budget turned into its tariff, with the whole trace and what must be mended."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction

from rammevaerk.engine.findings import Finding, Severity, sort_findings
from rammevaerk.engine.parameters import Parameters, ParameterValue
from rammevaerk.engine.steps import step
from rammevaerk.engine.tariffs.agreement import AgreementRules
from rammevaerk.engine.tariffs.components import ComponentTariff, ExactComponent, split_tariff
from rammevaerk.engine.tariffs.cost_base import (
    COMPONENTS_DA,
    ComponentKind,
    CostBase,
    CostLine,
    cost_base,
    negative_components,
)
from rammevaerk.engine.tariffs.day_rate import (
    DAY_RATE,
    DaysBasis,
    Price,
    PriceUnit,
    Volume,
    exact_rate,
    priced,
)
from rammevaerk.engine.tariffs.errors import TariffError
from rammevaerk.engine.tariffs.hours import (
    HourRate,
    ServiceHours,
    hour_rate_on,
    service_per_day,
)
from rammevaerk.engine.tariffs.occupancy import Occupancy, judge_occupancy
from rammevaerk.engine.tariffs.regulation import YearResult, regulate_results
from rammevaerk.engine.tariffs.reserve import Reserve, ReserveUse, use_reserve
from rammevaerk.engine.tariffs.rounding import Rounding, exact_kroner_da, fraction_text_da
from rammevaerk.engine.trace import Step, Trace


@dataclass(frozen=True, slots=True)
class SupplementPrice:
    """A supplement: a fixed price per unit, or a cost shared by a stated quantity."""

    label_da: str
    unit: PriceUnit
    price_ore: int | None = None
    cost_ore: int | None = None
    quantity: Fraction | None = None


@dataclass(frozen=True, slots=True)
class ServiceLevel:
    """A level of service, named, in hours."""

    label_da: str
    hours: ServiceHours


@dataclass(frozen=True, slots=True)
class TariffBudget:
    """All that one facility's tariff rests on; `volume` has no occupancy of its own.

    `hour_rate` is stated, or the key of the parameter that holds it: whose price it is, is never
    assumed.
    """

    facility: str
    operator: str
    agreement: str
    year: int
    rounding: Rounding
    volume: Volume
    occupancy: Occupancy | None
    lines: tuple[CostLine, ...]
    results: tuple[YearResult, ...] = ()
    reserve_uses: tuple[ReserveUse, ...] = ()
    supplements: tuple[SupplementPrice, ...] = ()
    levels: tuple[ServiceLevel, ...] = ()
    hour_rate: HourRate | str | None = None
    stated: Mapping[str, ParameterValue] = field(default_factory=dict)

    @property
    def day(self) -> date:
        """The day on which the rules of the tariff year are looked up."""
        return date(self.year, 1, 1)


@dataclass(frozen=True, slots=True)
class FacilityTariff:
    """The outcome. With an ERROR among the findings there are no prices at all."""

    price: Price | None
    components: ComponentTariff | None
    levels: Mapping[str, ComponentTariff]
    supplements: Mapping[str, Price]
    findings: tuple[Finding, ...]
    trace: Trace

    @property
    def usable(self) -> bool:
        """Whether nothing stops the figures."""
        return self.price is not None


def facility_tariff(budget: TariffBudget, parameters: Parameters) -> FacilityTariff:
    """Work out the tariff of a facility for a year.

    Findings say what an agreement's rules object to; `TariffError` names the field of input from
    which nothing follows; `NoRuleForDate` and `UnknownParameter` say which number is missing.
    """
    _refuse_twice("result", "year", [str(one.account.year) for one in budget.results])
    _refuse_twice("supplement", "label", [one.label_da for one in budget.supplements])
    _refuse_twice("hours", "label", [one.label_da for one in budget.levels])
    rules = AgreementRules(budget.agreement, parameters, budget.stated)
    occupancy_trace, findings = _judged(budget, rules)
    regulation = regulate_results(budget.results, rules, budget.year)
    reserve_findings, reserve_trace = _reserves(budget, rules)
    findings += [*regulation.findings, *reserve_findings]
    base = cost_base((*budget.lines, *regulation.lines), budget.day)
    findings += negative_components(base)
    overhead = _overhead_target(rules, budget.day)
    trace = Trace((*regulation.trace, *reserve_trace, *base.trace, *overhead, *occupancy_trace))
    prices = _Prices(budget, parameters, base)
    findings += prices.findings
    # The prices are worked out even then, so that an unusable field is found at the first go.
    if any(one.severity is Severity.ERROR for one in findings):
        return FacilityTariff(None, None, {}, {}, tuple(sort_findings(findings)), trace)
    return FacilityTariff(
        prices.price,
        prices.components,
        prices.levels,
        prices.supplements,
        tuple(sort_findings(findings)),
        Trace((*trace, *prices.trace)),
    )


def _refuse_twice(table: str, key: str, names: Sequence[str]) -> None:
    for number, name in enumerate(names, start=1):
        if name in names[: number - 1]:
            raise TariffError(f"{table}[{number}].{key}", f"«{name}» står to gange.")


class _Prices:
    """The prices that a cost base gives, with the steps in the order they were taken."""

    def __init__(self, budget: TariffBudget, parameters: Parameters, base: CostBase) -> None:
        self.findings: list[Finding] = []
        self.components: ComponentTariff | None = None
        self._budget = budget
        self._volume = replace(
            budget.volume, occupancy=budget.occupancy.budgeted if budget.occupancy else None
        )
        exact, trace = exact_rate(base.net_ore, self._volume, budget.year)
        self.price = priced(exact, self._volume.unit, budget.rounding, trace)
        steps = list(self.price.trace)
        if len(base.by_component) > 1:
            self.components = self._split(base)
            steps += self.components.trace
        self.levels: dict[str, ComponentTariff] = {}
        if budget.levels:
            steps += self._price_levels(parameters, base)
        self.supplements: dict[str, Price] = {}
        for one in budget.supplements:
            self.supplements[one.label_da] = found = _supplement(one, budget)
            steps += found.trace
        self.trace = Trace(tuple(steps))

    def _split(self, base: CostBase) -> ComponentTariff:
        year = self._budget.year
        parts = [
            ExactComponent(kind, COMPONENTS_DA[kind], exact_rate(net, self._volume, year)[0])
            for kind, net in base.by_component.items()
        ]
        return split_tariff(parts, self._budget.rounding, self._budget.day)

    def _hour_rate(self, parameters: Parameters) -> HourRate:
        rate = self._budget.hour_rate
        if rate is None:
            raise TariffError("hour_rate", "der er timer, men ingen timepris.")
        if isinstance(rate, str):
            return hour_rate_on(parameters, rate, self._budget.day)
        return rate

    def _price_levels(self, parameters: Parameters, base: CostBase) -> list[Step]:
        if ComponentKind.SERVICE in base.by_component:
            raise TariffError("hours", "ydelsen kommer enten fra omkostninger eller timer.")
        if (self._volume.unit, self._volume.days_basis) not in {
            (PriceUnit.DAY, DaysBasis.CALENDAR),
            (PriceUnit.DAY, DaysBasis.FIXED_365),
        }:
            raise TariffError("hours", "timer om ugen giver kun en ydelse pr. kalenderdøgn.")
        rate = self._hour_rate(parameters)
        if rate.wage_level != self._budget.year:
            self.findings.append(_wage_level(rate, self._budget.year))
        steps: list[Step] = []
        for level in self._budget.levels:
            part = service_per_day(level.hours, rate, self._budget.day)
            # The basis is published by itself, so its rounded price is what the service adds to.
            basis = Fraction(self.price.ore)
            found = split_tariff(
                [
                    ExactComponent(ComponentKind.BASIS, "basistakst", basis),
                    ExactComponent(ComponentKind.SERVICE, "ydelse", part.exact_ore),
                ],
                self._budget.rounding,
                self._budget.day,
            )
            self.levels[level.label_da] = found
            steps += [Step("Niveau", level.label_da, "text"), *part.trace, *found.trace]
        return steps


def _overhead_target(rules: AgreementRules, day: date) -> list[Step]:
    """What the agreement aims at on average, shown beside; it binds no single facility."""
    target = rules.find("overhead_share", day)
    if target is None:
        return []
    return [Step("Aftalens mål for overhead", target.text_da(), "text", parameters=(target,))]


def _judged(budget: TariffBudget, rules: AgreementRules) -> tuple[Trace, list[Finding]]:
    if budget.occupancy is None:
        return Trace(), []
    judged = judge_occupancy(budget.occupancy, rules, budget.year)
    return judged.trace, list(judged.findings)


def _reserves(budget: TariffBudget, rules: AgreementRules) -> tuple[list[Finding], Trace]:
    reserves: Sequence[Reserve] = [
        Reserve(budget.operator, one.account.year, one.set_aside_ore)
        for one in budget.results
        if one.set_aside_ore
    ]
    findings: list[Finding] = []
    steps: list[Step] = []
    for number, use in enumerate(budget.reserve_uses, start=1):
        try:
            outcome = use_reserve(reserves, use, rules)
        except TariffError as error:
            raise TariffError(f"reserve_use[{number}]", error.reason_da) from None
        reserves = outcome.reserves
        findings += [one for one in outcome.findings if one not in findings]
        steps += outcome.trace
    return findings, Trace(tuple(steps))


def _supplement(one: SupplementPrice, budget: TariffBudget) -> Price:
    label = f"Tillæg: {one.label_da}"
    if one.price_ore is not None:
        exact = Fraction(one.price_ore)
        trace = Trace((Step(f"{label}, fastsat", one.price_ore, "ore"),))
        return Price(one.price_ore, one.unit, exact, Rounding.NEAREST_ORE, trace)
    if one.cost_ore is None or not one.quantity:
        raise TariffError("supplement", f"«{one.label_da}» har hverken pris eller mængde.")
    edition = DAY_RATE.on(budget.day)
    exact = edition.calculate(one.cost_ore, one.quantity)
    trace = Trace(
        (
            Step(f"{label}, omkostning", one.cost_ore, "ore"),
            Step(f"{label}, ventet mængde", fraction_text_da(one.quantity), "text"),
            step(f"{label} før afrunding", exact_kroner_da(exact), "text", edition),
        )
    )
    return priced(exact, one.unit, budget.rounding, trace)


def _wage_level(rate: HourRate, year: int) -> Finding:
    return Finding(
        code="hours.wage-level",
        severity=Severity.WARNING,
        place="Timepris",
        message=f"Timeprisen er i {rate.wage_level}-lønniveau, men taksten er for {year}.",
        found=str(rate.wage_level),
        expected=str(year),
    )
