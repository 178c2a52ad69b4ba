"""What a new report begins with: the last one's budget, or what the catalogue knows."""

from datetime import date
from typing import Any

from rammevaerk.portal.access.policy import Actor
from rammevaerk.portal.catalogue.queries.services import ServiceRow, service_rows
from rammevaerk.portal.tariffs.calculate.reports import work_out
from rammevaerk.portal.tariffs.forms.report_values import initial_of
from rammevaerk.portal.tariffs.forms.reports import MOST_ACTUAL
from rammevaerk.portal.tariffs.models import Component, DaysBasis, Unit
from rammevaerk.portal.tariffs.price_lines import line_of
from rammevaerk.portal.tariffs.queries.prices import tariffs_on
from rammevaerk.portal.tariffs.queries.reports import last_content
from rammevaerk.portal.tariffs.report_content import Content

# What a budget gives is reckoned anew, not stated.
_RECKONED = (Component.WHOLE, Component.BASIS, Component.SERVICE, Component.HOUR)
# Accounts of earlier years are said anew each year.
_OF_THE_YEAR = ("result", "reserve_use")


def beginning(actor: Actor, service: Any, day: date) -> dict[str, Any]:
    """What the editor shows before anybody has written."""
    known = service_rows([service], on=day, with_occupancy=True)[0]
    content = last_content(actor, service.pk, until=day)
    if content is None:
        held = tariffs_on(actor, on=day).filter(service_id=service.pk)
        content = Content(
            tuple(line_of(row) for row in held.exclude(component__in=_RECKONED)), None
        )
    derived = work_out(content.budget).lines if content.budget is not None else ()
    values = initial_of(content, derived={line.key for line in derived})
    kept = {name: value for name, value in values.items() if name not in _OF_THE_YEAR}
    return {**_usual(known), **kept, **_occupancies(known, day.year)}


def _usual(known: ServiceRow) -> dict[str, Any]:
    setting = known.service.setting
    day = setting == "day"
    return {
        "unit": Unit.DAY_ATTENDED if day else Unit.DAY,
        "days_basis": DaysBasis.OPENING_DAYS if day else DaysBasis.CALENDAR,
        "places": known.places or "",
        "rounding": "nearest_ore",
        "occupancy_kind": "short_stay" if setting == "short_stay" else "day_and_night",
    }


def _occupancies(known: ServiceRow, year: int) -> dict[str, Any]:
    found = {
        f"actual_{back}": known.occupancy.get((year - back, "actual"))
        for back in range(1, MOST_ACTUAL + 1)
    }
    found["occupancy_portal"] = known.occupancy.get((year - 1, "portal"))
    return {name: _percent(points) for name, points in found.items() if points is not None}


def _percent(points: int) -> str:
    whole, rest = divmod(points, 100)
    return f"{whole},{rest:02d}".rstrip("0").rstrip(",")
