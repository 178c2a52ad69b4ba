"""Refund after discharge from a shelter (SEL § 176 a): a clock that starts once."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from rammevaerk.engine.deadlines import months_later, years_later
from rammevaerk.engine.errors import UnfitCase
from rammevaerk.engine.parameter_types import portion, share, whole
from rammevaerk.engine.parameters import Parameters
from rammevaerk.engine.periods import Period
from rammevaerk.engine.rule import Rule
from rammevaerk.engine.steps import step
from rammevaerk.engine.trace import Trace


@dataclass(frozen=True, slots=True)
class AftercareClock:
    """The periods in which support (§ 85 a) and a stay (§ 107) are refunded."""

    first_discharge: date
    support: Period
    housing_window: Period
    housing_months: int
    trace: Trace

    def housing(self, moved_in: date) -> Period | None:
        """Return the days of one unbroken stay that are refunded, or None when there are none.

        The months run from the day of moving in and end with the window. How several stays share
        the months, the rule does not say. `UnfitCase` for a day before the first discharge.
        """
        if moved_in < self.first_discharge:
            raise UnfitCase("Opholdet begynder før den første udskrivning fra forsorgshjemmet.")
        stay = Period(moved_in, months_later(moved_in, self.housing_months))
        return stay.intersection(self.housing_window)


CLOCK: Rule[[Iterable[date]], date] = Rule("refund.aftercare_clock")


@CLOCK.edition(date(2024, 1, 1), source="sel-176a")
def _first(discharges: Iterable[date]) -> date:
    return min(discharges)


def aftercare_clock(discharges: Iterable[date], parameters: Parameters) -> AftercareClock:
    """Return the clock that the first discharge started; later ones do not start it again.

    `UnfitCase` without a discharge, `NoRuleForDate` when the first is before the rule.
    """
    days = sorted(discharges)
    if not days:
        raise UnfitCase("Uden en udskrivning er der ingen periode med refusion.")
    edition = CLOCK.on(days[0])
    first = edition.calculate(days)
    years = parameters.on("refund/aftercare_support_years", first)
    months = parameters.on("refund/aftercare_housing_months", first)
    window = parameters.on("refund/aftercare_housing_window_years", first)
    support = Period(first, years_later(first, whole(years)))
    housing = Period(first, years_later(first, whole(window)))
    steps = (
        step("Første udskrivning", first, "date", edition),
        step("Refusion af støtte til og med", support.last, "date", edition, years),
        step(
            "Refusion af ophold inden for tiden til og med", housing.last, "date", edition, window
        ),
        step("Refusion af ophold i højst", whole(months), "months", edition, months),
    )
    return AftercareClock(first, support, housing, whole(months), Trace(steps))


@dataclass(frozen=True, slots=True)
class AftercareRefund:
    """What support cost inside the clock, what the state refunds and the rest."""

    gross_ore: int
    refund_ore: int
    trace: Trace

    @property
    def net_ore(self) -> int:
        """What the municipality bears itself."""
        return self.gross_ore - self.refund_ore


def support_refund(
    costs: Iterable[tuple[date, int]], clock: AftercareClock, parameters: Parameters
) -> AftercareRefund:
    """Refund the support given inside the clock; costs are (day given, øre).

    Support outside the clock is part of the gross, but not refunded.
    """
    edition = CLOCK.on(clock.first_discharge)
    of = parameters.on("refund/aftercare_share", clock.first_discharge)
    every = list(costs)
    gross = sum(cost for _, cost in every)
    inside = sum(cost for day, cost in every if clock.support.contains(day))
    refund = portion(inside, share(of))
    steps = (
        *clock.trace.steps,
        step("Støtte i alt", gross, "ore", edition),
        step("Heraf inden for tiden", inside, "ore", edition),
        step("Refusion", refund, "ore", edition, of),
        step("Kommunens nettoudgift", gross - refund, "ore", edition),
    )
    return AftercareRefund(gross, refund, Trace(steps))
