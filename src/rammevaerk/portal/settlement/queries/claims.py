"""What was found last of help that nobody has billed."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_lazy

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import Actor, visible
from rammevaerk.portal.access.queries import names_on
from rammevaerk.portal.settlement.calculate.claims import (
    ELSEWHERE,
    FREE,
    IN_TIME,
    LATE,
    LATER,
    SOON,
    STAGES,
)
from rammevaerk.portal.settlement.models import ClaimWatch

STAGES_DA = {
    LATE: gettext_lazy("For sent: kan ikke kræves længere"),
    SOON: gettext_lazy("Mindre end en måned tilbage"),
    LATER: gettext_lazy("Mindre end tre måneder tilbage"),
    IN_TIME: gettext_lazy("I god tid"),
    FREE: gettext_lazy("Uden frist (privat sælger)"),
    ELSEWHERE: gettext_lazy("Ikke afregnet her"),
}
TAGS = {
    LATE: "error",
    SOON: "warning",
    LATER: "awaiting_decision",
    IN_TIME: "done",
    FREE: "plain",
    ELSEWHERE: "plain",
}


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """One payer's unbilled days with one operator at one stage."""

    operator: str
    payer: str
    stage: str
    days: int
    ore: int
    last_day: date | None
    placements: int

    @property
    def text(self) -> str:
        """The stage in words."""
        return str(STAGES_DA[self.stage])

    @property
    def tag(self) -> str:
        """The kind of its tag."""
        return TAGS[self.stage]


@dataclass(frozen=True, slots=True)
class ClaimPage:
    """The newest finished look, the sums by stage, and whether another is under way."""

    watch: ClaimWatch | None
    rows: list[ClaimRow]
    sums: list[tuple[str, int, int]]
    working: bool


def watches(actor: Actor) -> "list[ClaimWatch]":
    """The two newest looks that the actor may see."""
    rows = visible(ClaimWatch.objects.all(), actor, Action.SETTLEMENT_READ)
    return list(rows.order_by("-created_at", "-pk")[:2])


def claim_page(actor: Actor, *, on: date) -> ClaimPage:
    """What the claim watch shows."""
    found = watches(actor)
    done = next((one for one in found if one.done), None)
    rows = _rows(done, on) if done else []
    sums = [
        (stage, sum(one.days for one in own), sum(one.ore for one in own))
        for stage in STAGES
        if (own := [one for one in rows if one.stage == stage])
    ]
    return ClaimPage(done, rows, sums, bool(found) and not found[0].done)


def _rows(watch: ClaimWatch, on: date) -> list[ClaimRow]:
    ids = {row[side] for row in watch.rows for side in ("operator", "payer")}
    names = names_on(sorted(ids), on=on, short=True)
    return [
        ClaimRow(
            names.get(row["operator"], ""),
            names.get(row["payer"], ""),
            row["stage"],
            row["days"],
            row["ore"],
            date.fromisoformat(row["last_day"]) if row["last_day"] else None,
            row["placements"],
        )
        for row in watch.rows
    ]
