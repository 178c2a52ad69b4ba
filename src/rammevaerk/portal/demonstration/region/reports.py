"""Tariffs for 2027 on their way: drafts, reports, checks and decisions at some operators."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from rammevaerk.engine.money import divide_half_up, format_kroner
from rammevaerk.portal.access.policy import Actor
from rammevaerk.portal.catalogue.queries.services import services_of
from rammevaerk.portal.demonstration.region.homes import REGION, Home
from rammevaerk.portal.demonstration.region.offers import Offer, offers
from rammevaerk.portal.demonstration.region.prices import Line, lines_of
from rammevaerk.portal.demonstration.region.services import budgeted_occupancy, moment
from rammevaerk.portal.tariffs import operations
from rammevaerk.portal.tariffs.calculate.reports import work_out
from rammevaerk.portal.tariffs.price_lines import PriceLine

Entry = dict[str, Any]
_YEAR, _FROM = 2027, date(2027, 1, 1)
# How many homes of an operator have begun, and how far they have come, over and over.
_BEGUN_AT = {"kommune-0791": 9, "kommune-0751": 9, REGION: 8, "kommune-0730": 3, "kommune-0779": 3}
_HOW_FAR = (
    "published",
    "decided",
    "checked",
    "reported",
    "draft",
    "reported",
    "checked",
    "withdrawn",
)
# What these assume lies outside the band that their own budgets state.
_OUTSIDE_BAND = ("bosted-0791-municipal-4", "bosted-0751-municipal-9")
_PATH = ("reported", "checked", "decided", "published")
_DAYS = {
    "reported": date(2026, 10, 5),
    "checked": date(2026, 10, 26),
    "decided": date(2026, 11, 12),
    "published": date(2026, 11, 19),
    "withdrawn": date(2026, 10, 8),
}
_HOUR_2027 = 324_00
# Parts of the direct costs, in thousandths; the rest of the total is overhead.
_COSTS = (
    ("Løn til ledelse, nat og fast bemanding", "direct", 413, "basis"),
    ("Løn til støtte i hverdagen", "direct", 382, "service"),
    ("Ejendom og servicefunktioner", "direct", 92, "basis"),
    ("Kost, aktiviteter og kørsel", "direct", 58, "service"),
    ("Tjenestemandspension", "pension", 12, "basis"),
    ("Afskrivning på inventar", "depreciation", 18, "basis"),
    ("Forrentning", "interest", 5, "basis"),
)


@dataclass(frozen=True, slots=True)
class _Begun:
    home: Home
    offer: Offer
    state: str

    @property
    def key(self) -> str:
        return f"{self.home.key}/{self.offer.key}"


def load_reports(found: Sequence[Home], *, by: Actor, **_how: Any) -> None:
    """Write the reports and bring each as far as it has come, step by step and day by day."""
    rows = services_of(by, on=_FROM)
    begun = list(_begun(found))
    wanted = {one.key for one in begun}
    services = {key: row for row in rows if (key := f"{row.facility.key}/{row.key}") in wanted}
    for at, one in enumerate(begun):
        _report(services[one.key], one, at, by=by)


def reported_services(found: Sequence[Home]) -> set[str]:
    """The services whose tariffs for 2027 are reported here, as "facility/service"."""
    return {one.key for one in _begun(found)}


def _begun(found: Sequence[Home]) -> Iterator[_Begun]:
    for operator, most in _BEGUN_AT.items():
        own = [
            home for home in found
            if home.operator == operator and home.pattern == "home" and not home.closed
        ]  # fmt: skip
        for at, home in enumerate(own[:most]):
            state = "draft" if home.key in _OUTSIDE_BAND else _HOW_FAR[at % len(_HOW_FAR)]
            yield _Begun(home, offers(home)[0], state)


def _report(service: Any, one: _Begun, at: int, *, by: Actor) -> None:
    begun = moment(date(2026, 9, 14) + timedelta(days=at % 9), 10)
    before = lines_of(one.home, one.offer, _YEAR - 1)
    budget = _budget(one, before)
    lines = list(work_out(budget).lines)
    if any(line.component == "hour" and not line.label for line in before):
        lines.append(PriceLine("hour", "hour", _HOUR_2027))
    report = operations.save_draft(
        service,
        valid_from=_FROM,
        lines=lines,
        budget=budget,
        reason="Pris- og lønregulering til 2027 og budgettet for pladserne",
        by=by,
        at=begun,
    )
    if one.state == "withdrawn":
        note = "Tilbuddet får en ny normering; indberetningen skrives om."
        operations.move_on(report, "withdrawn", note=note, by=by, at=moment(_DAYS["withdrawn"]))
        return
    for state in _PATH[: _PATH.index(one.state) + 1] if one.state in _PATH else ():
        report = operations.move_on(
            report, state, **_said(one, state), by=by, at=moment(_DAYS[state])
        )


def _said(one: _Begun, state: str) -> Entry:
    if state == "checked":
        return {"note": "Gennemgået sammen med budgettet; ingen bemærkninger."}
    if state != "decided":
        return {}
    who = "Regionsrådets" if one.home.is_regional else "Byrådets"
    return {"decision": f"{who} budget 2027", "decided_on": date(2026, 11, 11)}


def _budget(one: _Begun, before: Sequence[Line]) -> Entry:
    """A budget whose tariff is about three percent above that of the year before."""
    points = budgeted_occupancy(one.home, one.offer)
    daily = [
        line
        for line in before
        if line.component in ("whole", "basis", "service") and line.unit == "day"
    ]
    parts = {line.component for line in daily}
    ore = sum(line.ore for line in daily) * 1_031 // 1_000
    # What the places cost in all; the engine works out the tariff again from the lines.
    total = ore * one.offer.places * 365 * points // 10_000
    budget: Entry = {
        "facility": one.home.name,
        "operator": "Region Midtjylland" if one.home.is_regional else "Kommunen",
        "agreement": "midtjylland",
        "year": _YEAR,
        "unit": "day",
        "days_basis": "calendar",
        "places": one.offer.places,
        "rounding": "nearest_krone",
        "occupancy": _occupancy(one, points),
        "cost": _costs(total, parts),
        "supplement": [
            {
                "label": line.label,
                "unit": line.unit,
                "price": format_kroner(line.ore * 1_030 // 1_000),
            }
            for line in before
            if line.component == "supplement"
        ],
    }
    if one.home.key in _OUTSIDE_BAND:
        source = "Driftsherrens læsning af styringsaftalen (opdigtet)"
        budget["stated"] = [
            {"name": "occupancy_minimum", "value": "95 %", "source": source},
            {"name": "occupancy_maximum", "value": "100 %", "source": source},
        ]
    return budget


def _occupancy(one: _Begun, points: int) -> Entry:
    dice = one.home.dice("actual/2027")
    return {
        "kind": "day_and_night",
        "budgeted": _percent(points),
        "portal": _percent(points),
        "actual": {str(year): _percent(points + dice.randint(-180, 150)) for year in (2024, 2025)},
    }


def _costs(total: int, parts: set[str]) -> list[Entry]:
    """The lines of the costs; all of one part unless the tariff is in two."""
    rows: list[Entry] = []
    for label, kind, share, part in _COSTS:
        amount = divide_half_up(total * share, 1_000) // 100_000 * 100_000
        rows.append({"label": label, "kind": kind, "amount": format_kroner(amount)})
        if component := _component(parts, part):
            rows[-1]["component"] = component
    # Three thousandths are what the residents pay for their food.
    income: Entry = {"label": "Beboernes betaling for kost", "kind": "other_income",
                     "amount": format_kroner(total * 3 // 1_000 // 100_000 * 100_000)}  # fmt: skip
    overhead: Entry = {"label": "Andel af central administration", "kind": "overhead",
                       "share_of_direct": "2,5 %"}  # fmt: skip
    for row in (income, overhead):
        if component := _component(parts, "basis"):
            row["component"] = component
    return [*rows, income, overhead]


def _component(parts: set[str], usual: str) -> str:
    if parts == {"basis"}:
        return "basis"
    return usual if parts == {"basis", "service"} else ""


def _percent(points: int) -> str:
    return f"{points // 100},{points % 100:02d} %"
