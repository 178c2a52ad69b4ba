"""Health-act services to residents of a "botilbud" since 1 July 2022: who bears the cost.

Treatment that is part of the stay is in the facility's tariff; for any other service the
municipality of residence pays and is repaid by the one the citizen lived in before.
"""

from dataclasses import dataclass
from datetime import date

from rammevaerk.engine.errors import UnfitCase
from rammevaerk.engine.findings import Finding, Severity
from rammevaerk.engine.parameters import Parameters
from rammevaerk.engine.rule import Rule
from rammevaerk.engine.steps import step
from rammevaerk.engine.trace import Trace


@dataclass(frozen=True, slots=True)
class HealthService:
    """One service: its cost, and whether it is treatment that is part of the stay."""

    day: date
    cost_ore: int
    part_of_stay: bool
    residence: str
    former_residence: str


@dataclass(frozen=True, slots=True)
class HealthServicePayment:
    """What is in the tariff, who pays first, and what is repaid and by whom."""

    in_tariff_ore: int
    paid_by: str
    repaid_ore: int
    repaid_by: str
    trace: Trace
    findings: tuple[Finding, ...]


BEARER: Rule[[bool], bool] = Rule("special.health_services")


@BEARER.edition(date(2022, 7, 1), source="agreement-2023-2024")
def _in_the_tariff(part_of_stay: bool) -> bool:
    return part_of_stay


def health_service_payment(service: HealthService, parameters: Parameters) -> HealthServicePayment:
    """Say who bears one service; `NoRuleForDate` before 1 July 2022, `UnfitCase` without names.

    The rule is known from the framework agreement's account of it, not from the law itself, and
    every result says so.
    """
    edition = BEARER.on(service.day)
    flag = parameters.on("special/health_services_in_tariff", service.day)
    if service.cost_ore < 0:
        raise UnfitCase("En sundhedsydelse kan ikke have en negativ udgift; krediter den i stedet.")
    if edition.calculate(service.part_of_stay):
        made = step("Indregnes i botilbuddets takst", service.cost_ore, "ore", edition, flag)
        return HealthServicePayment(service.cost_ore, "", 0, "", Trace((made,)), ())
    if not service.residence or not service.former_residence:
        raise UnfitCase("Både nuværende og tidligere opholdskommune skal være oplyst.")
    same = service.residence == service.former_residence
    repaid = 0 if same else service.cost_ore
    steps = (
        step(f"{service.residence} betaler ydelsen", service.cost_ore, "ore", edition, flag),
        step(f"{service.former_residence} dækker udgiften", repaid, "ore", edition, flag),
    )
    repaid_by = "" if same else service.former_residence
    findings = (_same(service),) if same else ()
    return HealthServicePayment(0, service.residence, repaid, repaid_by, Trace(steps), findings)


def _same(service: HealthService) -> Finding:
    return Finding(
        code="special.same-residence",
        severity=Severity.NOTE,
        place=f"Sundhedsydelse til borger i {service.residence}",
        message="Den nuværende og den tidligere opholdskommune er den samme; intet skal betales "
        "tilbage.",
        found=service.former_residence,
    )
