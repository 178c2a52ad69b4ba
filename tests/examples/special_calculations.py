"""From the input of an example to plain values: one function per kind of calculation."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from stdnum.dk import cvr

from rammevaerk.engine.budgets import budget_report
from rammevaerk.engine.errors import NoRuleForDate, UnfitCase
from rammevaerk.engine.findings import Finding
from rammevaerk.engine.money import divide_half_up, format_kroner, parse_kroner
from rammevaerk.engine.operators import OperatorKind
from rammevaerk.engine.parameters import Parameters
from rammevaerk.engine.periods import Period
from rammevaerk.engine.settlement.claims import claim_made, claim_waiting
from rammevaerk.engine.settlement.special.aftercare import aftercare_clock, support_refund
from rammevaerk.engine.settlement.special.cost_sharing import family_planning_shares
from rammevaerk.engine.settlement.special.discharged import (
    discharged_psychiatric,
    discharged_somatic,
)
from rammevaerk.engine.settlement.special.health_services import (
    HealthService,
    health_service_payment,
)
from rammevaerk.engine.settlement.special.notification import (
    DischargeCondition,
    shelter_notice,
    shelter_payer,
)
from rammevaerk.engine.settlement.special.objective import Key, Scheme, objective_shares
from rammevaerk.engine.settlement.special.own_payment import TemporaryStay, own_payment
from rammevaerk.engine.settlement.special.published_shares import (
    PublishedRow,
    Repair,
    check_published_shares,
)
from rammevaerk.engine.settlement.special.refund import (
    CasePerson,
    PersonCost,
    costly_case_refunds,
    refund_totals,
)
from rammevaerk.engine.settlement.special.special_places import (
    PlaceStay,
    unused_place_payment,
    unused_places,
    used_place_payment,
)
from rammevaerk.engine.settlement.special.supervision import supervision_fee, treatment_places

Table = Mapping[str, Any]
Plain = dict[str, Any]
RULES = Parameters.load()
_DAY = timedelta(days=1)


def calculated(name: str, given: Table) -> Plain:
    """Run one calculation; a day without a rule and a refusal are answers like any other."""
    try:
        return CALCULATIONS[name](given)
    except NoRuleForDate as error:
        return {"no_rule": error.key}
    except UnfitCase as error:
        return {"refused": error.reason_da}


def _kroner(amounts: Mapping[str, int]) -> dict[str, str]:
    return {name: format_kroner(ore) for name, ore in amounts.items()}


def _seen(findings: tuple[Finding, ...]) -> Plain:
    return {
        "findings": [found.code for found in findings],
        "severity": [str(found.severity) for found in findings],
    }


def _claim(given: Table) -> Plain:
    seller = OperatorKind(given["seller"])
    if "made" in given:
        claim = claim_made(given["given"], given["made"], seller, RULES)
    else:
        claim = claim_waiting(given["given"], given["waiting_on"], seller, RULES)
    return {"state": str(claim.state), "last_day": claim.last_day, **_seen(claim.findings)}


def _place_stay(given: Table) -> Plain:
    away = tuple(Period(start, end) for start, end in given.get("elsewhere", []))
    stay = PlaceStay("Plads 1", given["start"], given["end"], away)
    used = used_place_payment(stay, Period(given["start"], given["end"] + _DAY), RULES)
    return {"days": list(used.days), "amount": format_kroner(used.amount_ore)}


def _unused_places(given: Table) -> Plain:
    day = given["day"]
    stays = [PlaceStay(f"Plads {at}", day, day + _DAY) for at in range(given["used"])]
    period = Period(day, day + _DAY)
    counted = unused_places(stays, given["created"], given["remarked"], period, RULES)
    found: Plain = {"unused": counted.place_days, **_seen(counted.findings)}
    try:
        paid = unused_place_payment(counted.days, given["population"], RULES)
    except NoRuleForDate as error:
        return found | {"no_rule": error.key}
    return found | {
        "amount": format_kroner(paid.amount_ore),
        "shares": _kroner(paid.shares_ore),
        "unverified": paid.trace.unverified,
    }


def _somatic(given: Table) -> Plain:
    found = discharged_somatic(**given, parameters=RULES)
    return {
        "region": format_kroner(found.region_ore),
        "state": format_kroner(found.state_ore),
        "total": format_kroner(found.total_ore),
        **_seen(found.findings),
    }


def _psychiatric(given: Table) -> Plain:
    found = discharged_psychiatric(**given, parameters=RULES)
    return {"total": format_kroner(found.total_ore), "unverified": found.trace.unverified}


def _costly_case(given: Table) -> Plain:
    home = given.get("household", "")
    who = CasePerson(given["who"])
    costs = [
        PersonCost(name, parse_kroner(cost), who, home) for name, cost in given["costs"].items()
    ]
    cases = costly_case_refunds(costs, given["year"], RULES)
    totals = refund_totals(cases)
    return {
        "gross": format_kroner(totals["gross_ore"]),
        "refund": format_kroner(totals["refund_ore"]),
        "net": format_kroner(totals["net_ore"]),
        "unverified": any(case.trace.unverified for case in cases),
    }


def _notice(given: Table) -> Plain:
    found = shelter_notice(given["admitted"], RULES, given=given.get("given"), on=given.get("on"))
    return {"deadline": found.deadline, "warn_by": found.warn_by, **_seen(found.findings)}


def _payer(given: Table) -> Plain:
    met = [DischargeCondition(name) for name in given.get("met", [])]
    found = shelter_payer(
        given["acting_municipality"], given["day"], stopped=given.get("stopped", False), met=met
    )
    return {
        "payer": found.payer,
        "stop_is_effective": found.stop_is_effective,
        **_seen(found.findings),
    }


def _aftercare(given: Table) -> Plain:
    clock = aftercare_clock(given["discharges"], RULES)
    found: Plain = {
        "support_until": clock.support.last,
        "housing_from": clock.housing_window.start,
        "housing_until": clock.housing_window.last,
        "housing_months": clock.housing_months,
    }
    if "support" in given:
        costs = [(day, parse_kroner(cost)) for day, cost in given["support"]]
        refund = support_refund(costs, clock, RULES)
        found["gross"] = format_kroner(refund.gross_ore)
        found["refund"] = format_kroner(refund.refund_ore)
        found["net"] = format_kroner(refund.net_ore)
    if "moved_in" in given:
        days = clock.housing(given["moved_in"])
        found["housing_refunded"] = days is not None
        if days:
            found |= {"refunded_from": days.start, "refunded_until": days.last}
    return found


def _published(given: Table) -> Plain:
    rows = [
        PublishedRow(name, count, parse_kroner(amount), Decimal(str(percent)))
        for name, count, percent, amount in given["rows"]
    ]
    checked = check_published_shares(rows)
    found: Plain = {
        "total": format_kroner(sum(row.amount_ore for row in rows)),
        "children": sum(row.count for row in rows),
        "wrong": [row.name for row in checked.wrong],
        **_seen(checked.findings),
    }
    if checked.rate is None:
        return found
    rate = divide_half_up(10 * checked.rate.numerator, checked.rate.denominator)
    likeliest, other = checked.repairs[0]
    more = likeliest.row.count - checked.wrong[0].count
    return found | {
        "rate_per_child": f"{rate // 1000},{rate % 1000:03d}",
        "likeliest_repair": _repair(likeliest),
        "other_repair": _repair(other),
        "children_after_repair": found["children"] + more,
    }


def _repair(repair: Repair) -> Plain:
    row = repair.row
    return {"name": row.name, "children": row.count, "amount": format_kroner(row.amount_ore)}


def _objective(given: Table) -> Plain:
    found = objective_shares(
        Scheme(given["scheme"]),
        parse_kroner(given["total"]),
        given["weights"],
        Key(given["key"]),
        given["day"],
        RULES,
    )
    return {"shares": _kroner(found.shares_ore), "unverified": found.trace.unverified}


def _supervision(given: Table) -> Plain:
    year = given["year"]
    places = given.get("places")
    if places is None:
        places = treatment_places(given["citizens"], year, RULES)
    found = supervision_fee(places, year, RULES)
    return {"places": found.places, "fee": format_kroner(found.fee_ore)}


def _budget(given: Table) -> Plain:
    operator = OperatorKind(given["operator"])
    found = budget_report(given["year"], operator, given["reported"], RULES)
    return {
        "on_time": found.on_time,
        "deadline": found.deadline,
        "approved_by": found.approved_by or "",
        **_seen(found.findings),
    }


def _cost_sharing(given: Table) -> Plain:
    found = family_planning_shares(given["population"], given["joined"], given["day"], RULES)
    return {
        "budget": format_kroner(found.budget_ore),
        "shares": _kroner(found.shares_ore),
        "unverified": found.trace.unverified,
        **_seen(found.findings),
    }


def _own_payment(given: Table) -> Plain:
    period = Period(given["from"], given["to"])
    asked: date | None = given.get("asked_on")
    found = own_payment(TemporaryStay(given["stay"]), period, RULES, asked_on=asked)
    return {"days": found.days, "amount": format_kroner(found.amount_ore)}


def _health_service(given: Table) -> Plain:
    service = HealthService(
        given["day"],
        parse_kroner(given["cost"]),
        given["part_of_stay"],
        given["residence"],
        given["former"],
    )
    found = health_service_payment(service, RULES)
    return {
        "in_tariff": format_kroner(found.in_tariff_ore),
        "paid_by": found.paid_by,
        "repaid": format_kroner(found.repaid_ore),
        "repaid_by": found.repaid_by,
        "unverified": found.trace.unverified,
        **_seen(found.findings),
    }


CALCULATIONS: Mapping[str, Callable[[Table], Plain]] = {
    "aftercare": _aftercare,
    "budget": _budget,
    "claim": _claim,
    "cost_sharing": _cost_sharing,
    "costly_case": _costly_case,
    "cvr": lambda given: {"valid": cvr.is_valid(given["number"])},
    "discharged_psychiatric": _psychiatric,
    "discharged_somatic": _somatic,
    "health_service": _health_service,
    "notice": _notice,
    "objective_shares": _objective,
    "own_payment": _own_payment,
    "place_stay": _place_stay,
    "published_shares": _published,
    "shelter_payer": _payer,
    "supervision_fee": _supervision,
    "unused_places": _unused_places,
}
