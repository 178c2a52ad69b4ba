"""The line that takes an invoiced one back."""

from rammevaerk.portal.settlement.models import SettlementLine, Statement

_CAUSE = 300


def reversing_line(line: SettlementLine, statement: Statement, cause: str) -> SettlementLine:
    """The line with the opposite sign on the statement, not stored; refers back to the line."""
    return SettlementLine(
        statement=statement,
        kind=line.kind,
        placement_id=line.placement_id,
        service_id=line.service_id,
        part=line.part,
        text=line.text,
        valid_from=line.valid_from,
        valid_to=line.valid_to,
        days=-line.days,
        quantity=-line.quantity,
        unit=line.unit,
        unit_price_ore=line.unit_price_ore,
        basis_ore=-line.basis_ore,
        service_ore=-line.service_ore,
        supplement_ore=-line.supplement_ore,
        total_ore=-line.total_ore,
        reverses=line,
        cause=cause[:_CAUSE],
        unverified=line.unverified,
    )
