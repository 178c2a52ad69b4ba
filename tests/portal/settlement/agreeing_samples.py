"""A run that has been sent to its buyers, for tests of how parties agree about it."""

from datetime import UTC, date, datetime
from typing import Any

from run_samples import CLERK, Home, noon
from world import World

from rammevaerk.portal.access.actions import Role
from rammevaerk.portal.access.policy import Actor
from rammevaerk.portal.settlement.calculate.buyer_claims import Claim
from rammevaerk.portal.settlement.models import LineStanding, SettlementLine, Statement
from rammevaerk.portal.settlement.operations.records import keep_claims
from rammevaerk.portal.settlement.operations.runs import review

MAY = date(2025, 5, 1)
AT = datetime(2025, 6, 2, 9, 0, tzinfo=UTC)
State = LineStanding.State


def civil(day: int, hour: int = 12, month: int = 5) -> datetime:
    return datetime.combine(date(2025, month, day), datetime.min.time()).replace(hour=hour)


class Agreement:
    """Egenby's home in May 2025 with citizens that Naboby pays for, sent to Naboby."""

    def __init__(self, citizens: int = 3, **home: Any) -> None:
        self.home = Home(**home).build()
        self.placements = [self.home.admit(MAY, date(2025, 5, 29)) for _ in range(citizens)]

    def sent(self, **more: Any) -> "Agreement":
        self.run = self.home.run(MAY, months_back=0, **more)
        assert self.run.state == "draft", self.run.failure or self.run.findings
        review(self.run, by=CLERK, at=noon(date(2025, 6, 2)))
        self.run.refresh_from_db()
        self.statement = Statement.objects.select_related("run").get(run=self.run)
        return self

    def line(self, at: int = 0) -> SettlementLine:
        return SettlementLine.objects.get(
            statement=self.statement, placement=self.placements[at], reverses=None
        )

    def standing(self, at: int = 0) -> LineStanding:
        return LineStanding.objects.get(line=self.line(at))

    def buyer_says(
        self, at: int, end: datetime | None, start: datetime | None = None, **more: Any
    ) -> int:
        claim = Claim(self.placements[at].pk, start or civil(1), end, **more)
        return keep_claims(self.statement, [claim], source="fagsystem", by=CLERK, at=AT)

    def states(self) -> list[str]:
        rows = LineStanding.objects.filter(line__statement=self.statement).order_by("line_id")
        return list(rows.values_list("state", flat=True))


def buyer(world: World) -> Actor:
    return world.actor(Role.BUYER, "naboby")


def seller(world: World) -> Actor:
    return world.actor(Role.TARIFF_OFFICER, "egenby")
