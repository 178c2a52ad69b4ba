"""What a report holds, as text and as values: its prices and the budget they follow from."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rammevaerk.engine.money import format_kroner, parse_kroner
from rammevaerk.portal.tariffs.models import TariffReport
from rammevaerk.portal.tariffs.price_lines import PriceLine

# Ten digits in a row may look like a CPR number; amounts in kroner never do.
_FROM_HERE = 10**9


@dataclass(frozen=True, slots=True)
class Content:
    """The prices of a report, and the budget as the tables of a budget file have it."""

    lines: tuple[PriceLine, ...]
    budget: Mapping[str, Any] | None


def packed(lines: Sequence[PriceLine], budget: Mapping[str, Any] | None) -> str:
    """The one JSON text of a content; the same content gives the same text."""
    content = {"lines": [_packed_line(one) for one in lines], "budget": budget}
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def content_of(report: TariffReport) -> Content:
    """The content of a stored report."""
    stored = json.loads(report.content)
    return Content(tuple(_line(one) for one in stored["lines"]), stored["budget"])


def content_hash(content: str) -> str:
    """The fingerprint of a content that goes from one state to another."""
    return hashlib.sha256(content.encode()).hexdigest()


def _packed_line(line: PriceLine) -> dict[str, Any]:
    stored = line.as_dict()
    if line.amount_ore >= _FROM_HERE:
        stored["amount_ore"] = format_kroner(line.amount_ore)
    return stored


def _line(stored: Mapping[str, Any]) -> PriceLine:
    amount = stored["amount_ore"]
    return PriceLine(**{**stored, "amount_ore": _ore(amount)})


def _ore(amount: int | str) -> int:
    return parse_kroner(amount) if isinstance(amount, str) else amount
