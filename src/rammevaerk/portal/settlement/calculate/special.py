"""Special payments of a month: what was registered, priced by the engine, shared to the øre."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from rammevaerk.engine.date_words import date_text_da
from rammevaerk.engine.errors import EngineError, NoRuleForDate
from rammevaerk.engine.findings import Finding, Severity
from rammevaerk.engine.parameters import Parameters
from rammevaerk.engine.periods import Period
from rammevaerk.engine.settlement.special.discharged import (
    discharged_psychiatric,
    discharged_somatic,
)
from rammevaerk.engine.settlement.special.health_services import (
    HealthService,
    health_service_payment,
)
from rammevaerk.engine.settlement.special.objective import Key, Scheme, objective_shares
from rammevaerk.engine.settlement.special.special_places import (
    PlaceStay,
    unused_place_payment,
    unused_places,
    used_place_payment,
)
from rammevaerk.engine.trace import Trace
from rammevaerk.portal.common.validity import known_at
from rammevaerk.portal.settlement.calculate.scope import Scope
from rammevaerk.portal.settlement.calculate.snapshot import SpecialRow, after_month
from rammevaerk.portal.settlement.models.specials import SpecialKind, SpecialPayment


@dataclass(frozen=True, slots=True)
class SpecialAmount:
    """What one payer owes by a special rule, and why."""

    row: SpecialRow
    payer_id: int
    days: int
    amount_ore: int
    trace: Trace


def special_rows(
    scope: Scope, first: date, end: date, *, known: datetime | None = None
) -> tuple[SpecialRow, ...]:
    """What is registered of special payments in a scope's months; none in a narrower one.

    They are at no service: a payer's services leave them, some placements or a facility do not.
    """
    narrower = scope.service_ids is not None and scope.payer_id is None
    if narrower or scope.facility_id is not None or scope.placement_ids is not None:
        return ()
    rows = SpecialPayment.objects.filter(
        known_at(known), cooperation_id=scope.cooperation_id, month__gte=first, month__lt=end
    )
    if scope.reporter_id is not None:
        rows = rows.filter(reporter_id=scope.reporter_id)
    if scope.operator_id is not None:
        rows = rows.filter(operator_id=scope.operator_id)
    return tuple(special_row(row) for row in rows.order_by("month", "pk"))


def special_row(row: SpecialPayment) -> SpecialRow:
    """A stored special payment as a value."""
    return SpecialRow(
        row.pk,
        row.kind,
        row.operator_id,
        row.reporter_id,
        row.payer_id,
        row.month,
        row.label,
        row.data,
    )


def special_amounts(
    rows: Sequence[SpecialRow],
) -> tuple[list[SpecialAmount], list[Finding]]:
    """Price every row; one that no rule fits is a finding and costs nobody anything."""
    parameters = Parameters.load()
    found: list[SpecialAmount] = []
    findings: list[Finding] = []
    for row in rows:
        try:
            amounts, told = _RULES[row.kind](row, rows, parameters)
        except (EngineError, KeyError, ValueError, TypeError) as problem:
            findings.append(
                Finding(
                    "run.special-unfit",
                    Severity.ERROR,
                    _place(row),
                    f"Betalingen kan ikke beregnes og er ikke med: {_why(problem)}",
                    target=f"special:{row.pk}",
                )
            )
            continue
        found += [one for one in amounts if one.amount_ore]
        findings += told
    return found, findings


def _why(problem: Exception) -> str:
    """In words: the key of a rate says nothing to a reader."""
    if not isinstance(problem, NoRuleForDate):
        return str(problem)
    text = f"der kendes ingen sats eller regel, som gælder den {date_text_da(problem.day)}."
    return f"{text} {problem.note}".rstrip()


def _place(row: SpecialRow) -> str:
    return f"{SpecialKind(row.kind).label}: {row.label}"


_Made = tuple[Iterable[SpecialAmount], Iterable[Finding]]


def _month(row: SpecialRow) -> Period:
    return Period(row.month, after_month(row.month))


def _stay(row: SpecialRow) -> PlaceStay:
    end = row.data.get("end")
    return PlaceStay(
        str(row.data["place"]),
        date.fromisoformat(row.data["start"]),
        date.fromisoformat(end) if end else None,
    )


def _payer(row: SpecialRow) -> int:
    if row.payer_id is None:
        raise ValueError("betalingskommunen mangler.")
    return row.payer_id


def _used(row: SpecialRow, _rows: Sequence[SpecialRow], parameters: Parameters) -> _Made:
    made = used_place_payment(_stay(row), _month(row), parameters)
    return [SpecialAmount(row, _payer(row), len(made.days), made.amount_ore, made.trace)], ()


def _unused(row: SpecialRow, rows: Sequence[SpecialRow], parameters: Parameters) -> _Made:
    stays = [
        _stay(one)
        for one in rows
        if one.kind == SpecialKind.USED_PLACE
        and (one.operator_id, one.month) == (row.operator_id, row.month)
    ]
    days = unused_places(
        stays, int(row.data["created"]), int(row.data["remarked"]), _month(row), parameters
    )
    paid = unused_place_payment(days.days, row.data["weights"], parameters)
    trace = Trace((*days.trace, *paid.trace))
    return _shared(row, paid.shares_ore, trace), days.findings


def _shared(row: SpecialRow, shares: Mapping[str, int], trace: Trace) -> Iterator[SpecialAmount]:
    for payer, ore in sorted(shares.items()):
        yield SpecialAmount(row, int(payer), 0, ore, trace)


def _somatic(row: SpecialRow, _rows: Sequence[SpecialRow], parameters: Parameters) -> _Made:
    days = int(row.data["bed_days"])
    made = discharged_somatic(
        days, date.fromisoformat(row.data["first_day"]), int(row.data["price_level"]), parameters
    )
    # The state's part is collected by the state, not by the region.
    return [SpecialAmount(row, _payer(row), days, made.region_ore, made.trace)], made.findings


def _psychiatric(row: SpecialRow, _rows: Sequence[SpecialRow], parameters: Parameters) -> _Made:
    days = int(row.data["bed_days"])
    made = discharged_psychiatric(
        days, date.fromisoformat(row.data["first_day"]), int(row.data["price_level"]), parameters
    )
    return [SpecialAmount(row, _payer(row), days, made.total_ore, made.trace)], made.findings


def _objective(row: SpecialRow, _rows: Sequence[SpecialRow], parameters: Parameters) -> _Made:
    made = objective_shares(
        Scheme(row.data["scheme"]),
        int(row.data["total_ore"]),
        row.data["weights"],
        Key(row.data["key"]),
        row.month,
        parameters,
    )
    return _shared(row, made.shares_ore, made.trace), ()


def _health(row: SpecialRow, _rows: Sequence[SpecialRow], parameters: Parameters) -> _Made:
    """The operator is where the citizen lives and has paid; the former municipality repays."""
    service = HealthService(
        date.fromisoformat(row.data["day"]),
        int(row.data["cost_ore"]),
        False,
        str(row.operator_id),
        str(_payer(row)),
    )
    made = health_service_payment(service, parameters)
    return [SpecialAmount(row, _payer(row), 0, made.repaid_ore, made.trace)], made.findings


_RULES: Mapping[str, Callable[[SpecialRow, Sequence[SpecialRow], Parameters], _Made]] = {
    SpecialKind.USED_PLACE: _used,
    SpecialKind.UNUSED_PLACES: _unused,
    SpecialKind.DISCHARGED_SOMATIC: _somatic,
    SpecialKind.DISCHARGED_PSYCHIATRIC: _psychiatric,
    SpecialKind.OBJECTIVE: _objective,
    SpecialKind.HEALTH_SERVICE: _health,
}
