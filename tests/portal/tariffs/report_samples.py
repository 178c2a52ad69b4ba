"""Reports for the tests: a budget, a price, and those who bring a report on its way."""

from copy import deepcopy
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.test import Client
from django.urls import reverse
from world import World

from rammevaerk.portal.access.actions import Role
from rammevaerk.portal.access.policy import Actor
from rammevaerk.portal.catalogue.models import Service
from rammevaerk.portal.tariffs import operations
from rammevaerk.portal.tariffs.forms.budget_rows import ROWS
from rammevaerk.portal.tariffs.models import TariffReport
from rammevaerk.portal.tariffs.price_lines import PriceLine

NOW = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)
NEXT_YEAR = date(2027, 1, 1)
BUDGET: dict[str, Any] = {
    "facility": "Hjemlig bosted",
    "operator": "Egenby",
    "agreement": "midtjylland",
    "year": 2027,
    "unit": "day",
    "days_basis": "calendar",
    "places": 10,
    "rounding": "nearest_ore",
    "occupancy": {"kind": "day_and_night", "budgeted": "96 %"},
    "cost": [
        {"label": "Løn", "kind": "direct", "amount": "7.000.000,00 kr."},
        {"label": "Overhead", "kind": "overhead", "share_of_direct": "6 %"},
    ],
}
# 7,000,000 and 6 % of it, on 10 places of 365 days, 96 % full.
DAY_ORE = 211_758


def budget(**changes: Any) -> dict[str, Any]:
    return {**deepcopy(BUDGET), **changes}


def whole(kroner: int = 2_500, **more: Any) -> PriceLine:
    return PriceLine("whole", "day", 100 * kroner, days_basis="calendar", occupancy=9_600, **more)


def officer(world: World, organisation: str = "egenby") -> Actor:
    return world.actor(Role.TARIFF_OFFICER, organisation)


def secretariat(world: World) -> Actor:
    return world.actor(Role.SECRETARIAT, "sekretariatet")


def draft(world: World, *lines: PriceLine, **more: Any) -> TariffReport:
    given: dict[str, Any] = {
        "valid_from": NEXT_YEAR,
        "budget": None,
        "reason": "Budget 2027",
        "by": officer(world),
        "at": NOW,
    }
    service = more.pop("service", None) or world.first(Service)
    return operations.save_draft(service, lines=lines or (whole(),), **{**given, **more})


def reported(world: World, *lines: PriceLine, **more: Any) -> TariffReport:
    row = draft(world, *lines, **more)
    return operations.move_on(row, "reported", by=officer(world), at=more.get("at", NOW))


def checked(world: World, *lines: PriceLine, **more: Any) -> TariffReport:
    row = reported(world, *lines, **more)
    return operations.move_on(row, "checked", by=secretariat(world), at=more.get("at", NOW))


def decided(world: World, *lines: PriceLine, **more: Any) -> TariffReport:
    at = more.get("at", NOW)
    row = checked(world, *lines, **more)
    return operations.move_on(
        row,
        "decided",
        decision="Byrådet, punkt 7",
        decided_on=at.date() - timedelta(days=3),
        by=officer(world),
        at=at,
    )


def client(world: World, role: Role = Role.TARIFF_OFFICER, key: str = "egenby") -> Client:
    return world.client(role, key)


def posted(do: str = "gem", **more: str) -> dict[str, str]:
    """What the editor sends: the budget of the samples."""
    fields = {
        "do": do,
        "seen": "",
        "valid_from": "1. januar 2027",
        "agreement": "midtjylland",
        "unit": "day",
        "days_basis": "calendar",
        "places": "10",
        "rounding": "nearest_ore",
        "occupancy_kind": "day_and_night",
        "occupancy_budgeted": "96",
        "reason": "Budget 2027",
        "cost-0-label": "Løn",
        "cost-0-kind": "direct",
        "cost-0-amount": "7.000.000,00",
        "cost-1-label": "Overhead",
        "cost-1-kind": "overhead",
        "cost-1-share_of_direct": "6",
    }
    rows = {f"{name}-TOTAL_FORMS": "4" for name in ROWS}
    rows |= {f"{name}-INITIAL_FORMS": "0" for name in ROWS}
    return {**fields, **rows, **more}


def new(world: World) -> str:
    return reverse("tariffs:report_new", kwargs={"service_id": world.first(Service).pk})


def address(name: str, row: TariffReport) -> str:
    return reverse(f"tariffs:{name}", kwargs={"report_id": row.pk})


def last_report(world: World) -> TariffReport:
    return TariffReport.objects.get(service=world.first(Service), valid_from=NEXT_YEAR)
