"""The lines that bill days now, as a run compares them with the truth."""

from collections.abc import Collection
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from rammevaerk.engine.settlement.corrections import LineFacts
from rammevaerk.portal.settlement.calculate.scope import Scope
from rammevaerk.portal.settlement.calculate.snapshot import Standing, month_of
from rammevaerk.portal.settlement.models import LineStanding, SettlementLine

_COLUMNS = (
    "line_id",
    "claim",
    "state",
    "line__kind",
    "line__placement_id",
    "line__service_id",
    "line__statement__reporter_id",
    "line__part",
    "valid_from",
    "valid_to",
    "line__statement__payer_id",
    "line__statement__operator_id",
    "line__days",
    "line__basis_ore",
    "line__service_ore",
    "line__supplement_ore",
    "line__quantity",
)


def standing_rows(
    scope: Scope, service_ids: Collection[int], first: date, end: date
) -> "QuerySet[LineStanding]":
    """The standings that bill days of a scope's services, or special payments, in [first, end)."""
    about = Q(line__service_id__in=list(service_ids))
    if scope.facility_id is None and scope.service_ids is None:
        special = Q(
            line__service__isnull=True,
            line__statement__run__cooperation_id=scope.cooperation_id,
        )
        if scope.reporter_id is not None:
            special &= Q(line__statement__reporter_id=scope.reporter_id)
        if scope.operator_id is not None:
            special &= Q(line__statement__operator_id=scope.operator_id)
        about |= special
    return LineStanding.objects.filter(
        about,
        released_at__isnull=True,
        claim__isnull=False,
        line__reverses__isnull=True,
        valid_from__gte=first,
        valid_from__lt=end,
    )


def standing_lines(
    scope: Scope, service_ids: Collection[int], first: date, end: date
) -> list[Standing]:
    """The same as values, in a steady order."""
    rows = standing_rows(scope, service_ids, first, end).order_by("line_id")
    return [_standing(*row) for row in rows.values_list(*_COLUMNS).iterator(chunk_size=5000)]


def _standing(
    line_id: int,
    claim: str,
    state: str,
    kind: str,
    placement: int | None,
    service: int | None,
    reporter: int,
    part: str,
    first: date,
    end: date,
    *rest: Any,
) -> Standing:
    payer, operator, days, basis, service_ore, supplement, quantity = rest
    facts = LineFacts(
        claim,
        month_of(first),
        part,
        first,
        end,
        payer,
        operator,
        days,
        basis,
        service_ore,
        supplement,
        quantity,
        line_id,
    )
    return Standing(line_id, facts, kind, placement, service, reporter, state)


def not_taken_back(line: str = "pk") -> Any:
    """Lines that no line reverses, but for reversals that were discarded with their run.

    `line` is the path from the row asked about to the line.
    """
    reversing = SettlementLine.objects.filter(reverses=OuterRef(line))
    return ~Exists(reversing.exclude(standing__state=LineStanding.State.DISCARDED))
