"""What a tariff must cover: a line per cost in whole øre ex VAT, with overhead to be seen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from rammevaerk.engine.findings import Finding, Severity
from rammevaerk.engine.money import divide_half_up, format_kroner
from rammevaerk.engine.rule import Rule
from rammevaerk.engine.steps import step
from rammevaerk.engine.tariffs.errors import TariffError
from rammevaerk.engine.tariffs.rounding import share_text_da
from rammevaerk.engine.trace import Step, Trace


class CostKind(StrEnum):
    """What a line of the budget is; the last three are not costs of the year."""

    DIRECT = "direct"
    INDIRECT = "indirect"
    OVERHEAD = "overhead"
    DEPRECIATION = "depreciation"
    INTEREST = "interest"
    PENSION = "pension"
    OTHER_INCOME = "other_income"
    SURPLUS = "surplus"
    DEFICIT = "deficit"


KINDS_DA = {
    CostKind.DIRECT: "direkte omkostning",
    CostKind.INDIRECT: "indirekte omkostning",
    CostKind.OVERHEAD: "overhead",
    CostKind.DEPRECIATION: "afskrivning",
    CostKind.INTEREST: "forrentning",
    CostKind.PENSION: "tjenestemandspension",
    CostKind.OTHER_INCOME: "andre indtægter",
    CostKind.SURPLUS: "efterregulering af overskud",
    CostKind.DEFICIT: "efterregulering af underskud",
}
_SIGNS = {CostKind.OTHER_INCOME: -1, CostKind.SURPLUS: -1}
_REGULATIONS = (CostKind.SURPLUS, CostKind.DEFICIT)


class ComponentKind(StrEnum):
    """A part of a tariff with a price of its own."""

    BASIS = "basis"
    SERVICE = "service"
    SUPPLEMENT = "supplement"


COMPONENTS_DA = {
    ComponentKind.BASIS: "basistakst",
    ComponentKind.SERVICE: "ydelsestakst",
    ComponentKind.SUPPLEMENT: "tillæg",
}


@dataclass(frozen=True, slots=True)
class CostLine:
    """One line of the budget; `ore` is never negative, its kind says which way it counts.

    `vat_ore` is VAT inside `ore` that the operator gets back and the tariff therefore leaves out.
    """

    label_da: str
    kind: CostKind
    ore: int
    vat_ore: int = 0
    component: ComponentKind | None = None
    source: str = ""

    @property
    def ex_vat_ore(self) -> int:
        """The amount without VAT."""
        return self.ore - self.vat_ore

    @property
    def signed_ore(self) -> int:
        """What the line adds to the tariff; income and repaid surplus take away."""
        return _SIGNS.get(self.kind, 1) * self.ex_vat_ore


@dataclass(frozen=True, slots=True)
class CostBase:
    """The lines summed up.

    `costs_ore` are all costs, `tariff_base_ore` (takstberegningsgrundlaget) the costs less other
    income, `net_ore` what the tariff must bring in once surplus and deficit are regulated.
    `by_component` splits `net_ore` when the lines have components, else it is empty.
    """

    lines: tuple[CostLine, ...]
    costs_ore: int
    tariff_base_ore: int
    net_ore: int
    by_component: Mapping[ComponentKind, int]
    trace: Trace


# The order on financing from 2016 is the first whose § 2, all long-term costs, is known.
COST_BASE: Rule[[int, int, int, int], int] = Rule("tariffs.cost_base")


@COST_BASE.edition(date(2017, 1, 1), source="sel-174")
def _(costs: int, other_income: int, surplus: int, deficit: int) -> int:
    """All budgeted costs less other income, less repaid surplus, plus deficit carried over."""
    return costs - other_income - surplus + deficit


def cost_base(lines: Sequence[CostLine], day: date) -> CostBase:
    """Sum the lines of a budget by the rule in force on `day`.

    `TariffError` for no lines, a negative amount, VAT beyond its line, components on some lines
    only, and a net that is not positive.
    """
    _check(lines)
    edition = COST_BASE.on(day)
    costs = _sum(lines, *(kind for kind in CostKind if kind not in {*_SIGNS, CostKind.DEFICIT}))
    income = _sum(lines, CostKind.OTHER_INCOME)
    surplus, deficit = _sum(lines, CostKind.SURPLUS), _sum(lines, CostKind.DEFICIT)
    net = edition.calculate(costs, income, surplus, deficit)
    if net <= 0:
        raise TariffError("cost", "omkostningerne er ikke større end det, der trækkes fra.")
    steps = [_line_step(line) for line in lines]
    steps.append(Step("Omkostninger i alt", costs, "ore"))
    steps += _overhead_steps(lines)
    steps.append(Step("Takstberegningsgrundlag", costs - income, "ore"))
    steps.append(step("Dækkes af taksten", net, "ore", edition))
    return CostBase(
        tuple(lines), costs, costs - income, net, _by_component(lines), Trace(tuple(steps))
    )


def negative_components(base: CostBase) -> list[Finding]:
    """Return an ERROR for each component that would get a price below zero."""
    return [
        Finding(
            code="component.negative",
            severity=Severity.ERROR,
            place=f"Taksten, {COMPONENTS_DA[kind]}",
            message=(
                f"Det, der trækkes fra, er større end omkostningerne i delen "
                f"«{COMPONENTS_DA[kind]}», så delen får en negativ pris. Læg fradraget på den del, "
                "det hører til."
            ),
            found=format_kroner(net),
        )
        for kind, net in base.by_component.items()
        if net < 0
    ]


def overhead_line(
    label_da: str,
    share: Fraction,
    lines: Sequence[CostLine],
    component: ComponentKind | None = None,
    source: str = "",
) -> CostLine:
    """Return overhead as a share of the direct costs among `lines`, rounded half up once."""
    exact = share * _sum(lines, CostKind.DIRECT)
    ore = divide_half_up(exact.numerator, exact.denominator)
    label = f"{label_da}, {share_text_da(share)} af direkte omkostninger"
    return CostLine(label, CostKind.OVERHEAD, ore, component=component, source=source)


def _check(lines: Sequence[CostLine]) -> None:
    if not lines:
        raise TariffError("cost", "der er ingen omkostninger.")
    for line in lines:
        if line.ore < 0:
            raise TariffError(
                "cost.amount",
                f"«{line.label_da}» er negativ. Alle beløb skrives positivt; slagsen siger, "
                "om de trækkes fra.",
            )
        if not 0 <= line.vat_ore <= line.ore:
            raise TariffError("cost.vat", f"momsen på «{line.label_da}» kan ikke være i beløbet.")
    with_component = [line for line in lines if line.component]
    if with_component and len(with_component) < len(lines):
        bare = next(line for line in lines if not line.component)
        raise TariffError(
            "cost.component",
            f"«{bare.label_da}» hører ikke til nogen del af taksten, men andre linjer gør.",
        )


def _sum(lines: Sequence[CostLine], *kinds: CostKind) -> int:
    return sum(line.ex_vat_ore for line in lines if line.kind in kinds)


def _by_component(lines: Sequence[CostLine]) -> dict[ComponentKind, int]:
    present = [kind for kind in ComponentKind if any(line.component is kind for line in lines)]
    return {
        kind: sum(line.signed_ore for line in lines if line.component is kind) for kind in present
    }


def _line_step(line: CostLine) -> Step:
    parts = [KINDS_DA[line.kind]]
    if line.component:
        parts.append(COMPONENTS_DA[line.component])
    if line.vat_ore:
        parts.append("uden moms")
    return Step(f"{line.label_da} ({', '.join(parts)})", line.signed_ore, "ore", source=line.source)


def _overhead_steps(lines: Sequence[CostLine]) -> list[Step]:
    """Overhead is contested, so it is always a figure of its own beside the direct costs."""
    overhead, direct = _sum(lines, CostKind.OVERHEAD), _sum(lines, CostKind.DIRECT)
    steps = [Step("Heraf overhead", overhead, "ore")]
    if direct:
        share = share_text_da(Fraction(overhead, direct))
        steps.append(Step("Overhead i forhold til direkte omkostninger", share, "text"))
    return steps
