"""Lines as a page shows them: the days of both, what a difference is worth, whose turn it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from rammevaerk.portal.access.queries import names_on
from rammevaerk.portal.access.saving import fingerprint
from rammevaerk.portal.settlement.calculate.effects import Effect
from rammevaerk.portal.settlement.calculate.reconciliation import (
    ComparedLine,
    Comparison,
    days_text_da,
)
from rammevaerk.portal.settlement.models import LineAnswer, LineStanding, SettlementLine, Statement
from rammevaerk.portal.settlement.queries.effects import effects_of
from rammevaerk.portal.settlement.queries.statements import TAGS, newest_answers, standing_text

_Verdict = LineAnswer.Verdict
_State = LineStanding.State


@dataclass(frozen=True, slots=True)
class LineRow:
    """One line with what the parties say of it."""

    line: Any
    comparison: Comparison | None
    effect: Effect | None
    said: LineAnswer | None
    owner: str
    overdue: bool
    seen: str

    @property
    def period(self) -> str:
        """Its days, which lie within one month: «1.-31. oktober 2026»."""
        return days_text_da(self.line.valid_from, self.line.valid_to)

    @property
    def state_text(self) -> str:
        """How it stands, in words that also tell what was said last."""
        return standing_text(self.line.standing.state, self.said.verdict if self.said else "")

    @property
    def tag(self) -> str:
        """The kind of its tag."""
        state = self.line.standing.state
        if state == _State.DISPUTED and self.said and self.said.verdict == _Verdict.CONCEDED:
            return "active"
        return TAGS[state]

    @property
    def may_be_agreed(self) -> bool:
        """Whether the buyer can say yes to it now."""
        return self.line.standing.state in (_State.OPEN, _State.DISPUTED)


def line_rows(
    statement: Statement,
    lines: Sequence[SettlementLine],
    compared: Mapping[int, Comparison],
    *,
    on: date,
) -> list[LineRow]:
    """Some lines of a statement with all that is said of them."""
    differing = [compared_line(one) for one in lines if _differs(compared.get(one.pk))]
    worth = effects_of(statement, differing) if differing else {}
    said = newest_answers([one.pk for one in lines])
    waits = {pk for one in lines if (pk := one.standing.waits_for_id) is not None}
    names = names_on(list(waits), on=on, short=True)
    return [
        LineRow(
            one,
            compared.get(one.pk),
            worth.get(one.pk),
            said.get(one.pk),
            names.get(one.standing.waits_for_id or 0, ""),
            one.standing.due_on is not None and one.standing.due_on < on,
            fingerprint(one.standing),
        )
        for one in lines
    ]


def compared_line(line: Any) -> ComparedLine:
    """A stored line as its days are compared."""
    return ComparedLine(
        line.pk, line.placement_id, line.service_id, line.valid_from, line.valid_to, line.days
    )


def _differs(one: Comparison | None) -> bool:
    return one is not None and bool(one.differences) and not one.paid_anyhow
