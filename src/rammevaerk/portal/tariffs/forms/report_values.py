"""What the editor of a report shows: a stored content, or what somebody has typed so far."""

import re
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from rammevaerk.portal.tariffs.forms.budget_rows import MOST_ROWS, NAMES, ROWS
from rammevaerk.portal.tariffs.forms.reports import GROWS, MOST_ACTUAL, ReportForm
from rammevaerk.portal.tariffs.price_lines import PriceLine
from rammevaerk.portal.tariffs.report_content import Content


def initial_of(content: Content, *, derived: set[tuple[str, str]]) -> dict[str, Any]:
    """What the editor shows of a stored content; `derived` are the prices the budget gives."""
    budget = content.budget or {}
    occupancy = budget.get("occupancy", {})
    given = occupancy.get("dispensation", {})
    rate = budget.get("hour_rate", {})
    year = int(budget.get("year", 0))
    values: dict[str, Any] = {name: budget[name] for name in _PLAIN if name in budget}
    values |= {name: _shown(budget[name]) for name in ROWS if name in budget}
    values |= {
        "occupancy_kind": occupancy.get("kind"),
        "occupancy_budgeted": occupancy.get("budgeted"),
        "occupancy_portal": occupancy.get("portal"),
        "dispensation_occupancy": given.get("occupancy"),
        "dispensation_decision": given.get("decision"),
        "dispensation_years": given.get("years"),
        "hour_rate_known": "parameter" in rate,
        "hour_rate_amount": _without_unit(rate.get("amount")),
        "hour_rate_wage_level": rate.get("wage_level"),
        "hour_rate_source": rate.get("source"),
    }
    if given.get("decided"):
        values["dispensation_decided"] = date.fromisoformat(given["decided"])
    for back in range(1, MOST_ACTUAL + 1):
        values[f"actual_{back}"] = occupancy.get("actual", {}).get(str(year - back))
    values["price"] = [_price(one) for one in content.lines if one.key not in derived]
    return {name: value for name, value in values.items() if value is not None}


_PLAIN = ("agreement", "unit", "days_basis", "opening_days", "places", "quantity", "rounding")


def _shown(rows: Any) -> list[dict[str, Any]]:
    return [{name: _without_unit(value) for name, value in row.items()} for row in rows]


def _without_unit(value: Any) -> Any:
    return value.removesuffix(" kr.") if isinstance(value, str) else value


def _price(line: PriceLine) -> dict[str, Any]:
    points = line.occupancy
    return {
        **line.as_dict(),
        "amount": line.amount_ore,
        "occupancy": None if points is None else f"{points // 100},{points % 100:02d}",
    }


def typed(posted: Any, *, more: str) -> dict[str, Any]:
    """What was posted, as it was written and not judged, with room for more rows of a kind."""
    values: dict[str, Any] = {
        name: posted[name] for name in ReportForm.base_fields if name in posted
    }
    for name, kind in ROWS.items():
        total = posted.get(f"{name}-TOTAL_FORMS", "0")
        count = min(int(total), MOST_ROWS) if re.fullmatch("[0-9]{1,4}", total) else 0
        values[name] = [
            {field: posted.get(f"{name}-{at}-{field}", "") for field in kind.form.base_fields}
            for at in range(count)
        ]
    # The others have their empty rows among what was posted.
    return values | {GROWS: more}


def named(path: str) -> str:
    """What a key of a budget is called on the page: "cost[2].amount" is «Omkostning 2, Beløb»."""
    table, _dot, key = path.partition(".")
    found = re.fullmatch(r"([a-z_]+)\[(\d+)\]", table)
    if found and found[1] in ROWS:
        field = ROWS[found[1]].form.base_fields.get(key)
        return f"{NAMES[found[1]]} {found[2]}, {field.label if field else key}"
    for name in (path, path.replace("occupancy.", "occupancy_"), path.replace(".", "_")):
        if name in ReportForm.base_fields:
            return str(ReportForm.base_fields[name].label)
    return _("Belægning %s") % path.rpartition(".")[2] if table == "occupancy" else path
