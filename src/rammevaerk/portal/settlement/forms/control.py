"""Filters of the control pages, from their addresses."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from rammevaerk.portal.settlement.calculate.control import CAUSES_DA
from rammevaerk.portal.settlement.forms.received import read_month


@dataclass(frozen=True, slots=True)
class ControlFilter:
    """What control is narrowed to; without `everything` only what differs is shown."""

    text: str = ""
    seller: str = ""
    cause: str = ""
    month: date | None = None
    everything: bool = False


def read_control_filter(given: Mapping[str, Any]) -> ControlFilter:
    """The filters; what cannot be understood narrows nothing."""
    cause = given.get("aarsag", "")
    return ControlFilter(
        text=given.get("q", "").strip()[:60],
        seller=given.get("saelger", "")[:200],
        cause=cause if cause in CAUSES_DA else "",
        month=read_month(given.get("maaned", "")),
        everything=given.get("vis", "") == "alt",
    )
