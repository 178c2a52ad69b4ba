"""Why a settlement line is what it is: the engine's steps, the prices, the terms, the contract."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from rammevaerk.engine.date_words import date_text_da
from rammevaerk.engine.errors import EngineError
from rammevaerk.engine.settlement.explain import explain
from rammevaerk.engine.settlement.quantities import month_parts, quantity_amount, year_parts
from rammevaerk.engine.settlement.settle import Rounding
from rammevaerk.engine.trace import Step, Trace
from rammevaerk.portal.access.policy import Actor
from rammevaerk.portal.placements.queries.settling import Basis, basis_of
from rammevaerk.portal.settlement.calculate.billing import cut_tables
from rammevaerk.portal.settlement.calculate.plans import BY_DAY
from rammevaerk.portal.settlement.calculate.snapshot import QuantityRow, Snapshot
from rammevaerk.portal.settlement.calculate.special import special_amounts
from rammevaerk.portal.settlement.calculate.storing import unpacked, unpacked_part
from rammevaerk.portal.settlement.models import RunSnapshot, SettlementLine
from rammevaerk.portal.settlement.models.lines import LineKind
from rammevaerk.portal.tariffs.calculate.reports import ProofStep, proof_of
from rammevaerk.portal.tariffs.queries.settling import DecidedPrice, decisions_behind

_TABLES_DA = {
    "placements": "ophold",
    "tariffs": "takster",
    "facilities": "tilbud",
    "absences": "fravær",
    "supplements": "tillæg",
}
_LABELS_DA = {
    "Service": "Ydelse",
    "I alt: basis, service og tillæg": "I alt: basis, ydelse og tillæg",
}
_MOMENT = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2}) ([0-9]{2}):([0-9]{2})")


def _moment_da(found: re.Match[str]) -> str:
    day = date_text_da(date.fromisoformat(found[1]))
    return day if found[2] + found[3] == "0000" else f"{day} kl. {found[2]}.{found[3]}"


@dataclass(frozen=True, slots=True)
class Proof:
    """The steps of a line; `reversed` is the line it takes back, whose figures it turns."""

    line: Any
    reversed: Any
    steps: list[ProofStep]
    problem: str
    prices: list[DecidedPrice]
    basis: Basis | None
    total_ore: int


def proof_of_line(line: SettlementLine, actor: Actor) -> Proof:
    """Recompute a line from its run's stored snapshot, with every step.

    A reversing line is proved by the line that it takes back.
    """
    shown = line.reverses or line
    stored = RunSnapshot.objects.filter(run_id=shown.statement.run_id).first()
    problem, trace, total = "", Trace(), 0
    if stored is None:
        problem = "Kørslen har intet gemt grundlag."
    else:
        try:
            trace, total = _trace(shown, bytes(stored.content))
        except (EngineError, KeyError, ValueError) as fault:
            problem = f"Linjen kan ikke regnes efter: {fault}"
    known = stored.stored_at if stored else None
    prices: list[DecidedPrice] = []
    basis = None
    if shown.service_id is not None:
        prices = decisions_behind(
            actor, shown.service_id, shown.valid_from, shown.valid_to, known=known
        )
        basis = basis_of(actor, shown.service_id, shown.placement_id, shown.valid_from, known=known)
    reversed_line = line.reverses if line.reverses_id else None
    return Proof(shown, reversed_line, proof_of(trace), problem, _used(shown, prices), basis, total)


def _used(line: SettlementLine, prices: Sequence[DecidedPrice]) -> list[DecidedPrice]:
    """The prices that this line can have been made of."""
    found = []
    for price in prices:
        supplement = price.component == "supplement"
        if supplement and not line.supplement_ore:
            continue
        if line.kind == LineKind.QUANTITY and price.name and line.unit_price_ore:
            named = not price.label or price.label in line.text
            if not named or supplement != bool(line.supplement_ore):
                continue
        if price.component in {"objective", "subscription"}:
            continue
        found.append(price)
    return found


def _trace(line: SettlementLine, content: bytes) -> tuple[Trace, int]:
    if line.kind in (LineKind.STAY, LineKind.NOTICE):
        return _stay(line, content)
    snapshot = unpacked(content)
    if line.kind == LineKind.QUANTITY:
        return _quantity(line, snapshot)
    amounts, _findings = special_amounts(snapshot.special)
    for one in amounts:
        if f"S-{one.row.pk}" == line.part and one.payer_id == line.statement.payer_id:
            return one.trace, one.amount_ore
    raise KeyError(line.part)


def _stay(line: SettlementLine, content: bytes) -> tuple[Trace, int]:
    tables, rounding, plan = unpacked_part(content, line.part)
    how = Rounding(rounding)
    found = explain(tables, line.part, line.month, rounding=how)
    if found.days != line.days:
        # The days before the limit for claims were cut away.
        cut = cut_tables(tables, line.valid_from)
        found = explain(cut, line.part, line.month, rounding=how)
    return Trace(tuple(_worded(found.trace, plan))), found.total_ore


def _worded(trace: Trace, plan: str) -> Iterator[Step]:
    """The engine's steps in the portal's words."""
    by_day = plan.startswith(BY_DAY)
    for step in trace:
        label = _LABELS_DA.get(step.label_da, step.label_da)
        made = replace(step, label_da=label, source=_source_da(step.source))
        if made.unit == "text" and isinstance(made.value, str):
            made = replace(made, value=_MOMENT.sub(_moment_da, made.value))
        if by_day and made.label_da.startswith("Bevilget tid"):
            continue
        if by_day and made.unit == "ore_per_hour":
            label = made.label_da.removesuffix(": time") + ": ydelse"
            made = replace(made, label_da=label, unit="ore_per_day")
        if by_day:
            made = replace(made, label_da=made.label_da.replace("timepris", "ydelsespris"))
        yield made


def _source_da(source: str) -> str:
    table, comma, row = source.partition(",")
    if comma and table in _TABLES_DA:
        return f"kørslens grundlag, {_TABLES_DA[table]},{row}"
    return source


def _quantity(line: SettlementLine, snapshot: Snapshot) -> tuple[Trace, int]:
    for row in snapshot.quantities:
        mine = (
            row.placement_id == line.placement_id
            and row.first == line.valid_from
            and row.price_ore == line.unit_price_ore
            and row.unit == line.unit
            and row.payer_id == line.statement.payer_id
            and (not row.label or line.text.startswith(row.label))
        )
        if mine:
            return _priced(row, snapshot)
    raise KeyError(line.text)


def _priced(row: QuantityRow, snapshot: Snapshot) -> tuple[Trace, int]:
    if row.basis == "piece":
        made = quantity_amount(row.quantity, row.price_ore, row.first)
        return made.trace, made.ore
    same = [
        one
        for one in snapshot.quantities
        if (one.placement_id, one.component, one.label, one.price_ore)
        == (row.placement_id, row.component, row.label, row.price_ore)
        and (one.first.year, one.first.month) == (row.first.year, row.first.month)
    ]
    same.sort(key=lambda one: one.first)
    price, before = row.price_ore, Trace()
    if row.basis == "year":
        monthly = year_parts(price, [1] * 12, row.first.year)[row.first.month - 1]
        price, before = monthly.ore, monthly.trace
    days = [(one.end - one.first).days for one in same]
    made = month_parts(price, days, row.first)[same.index(row)]
    return Trace((*before, *made.trace)), made.ore
