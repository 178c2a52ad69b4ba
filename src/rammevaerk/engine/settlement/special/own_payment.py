"""What a citizen pays for a stay in a crisis centre (§ 109) or a shelter (§ 110)."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from rammevaerk.engine.errors import UnfitCase
from rammevaerk.engine.parameter_types import whole
from rammevaerk.engine.parameters import Parameters
from rammevaerk.engine.periods import Period
from rammevaerk.engine.rule import Rule
from rammevaerk.engine.steps import days_by_rate, rate_steps, rate_total, step
from rammevaerk.engine.trace import Trace


class TemporaryStay(StrEnum):
    """The two kinds of stay with own payment; each has its rate as own_payment/…_rate."""

    CRISIS_CENTRE = "crisis_centre"
    SHELTER = "shelter"


@dataclass(frozen=True, slots=True)
class OwnPayment:
    """What a citizen pays for a period, collected by the municipality responsible."""

    amount_ore: int
    days: int
    trace: Trace


OWN_PAYMENT: Rule[[Period], tuple[date, ...]] = Rule("own_payment.days")


@OWN_PAYMENT.edition(date(2017, 11, 13), source="order-own-payment-2017")
def _every_day_from_the_start(period: Period) -> tuple[date, ...]:
    return tuple(period.start + timedelta(days=at) for at in range(period.days()))


def own_payment(
    stay: TemporaryStay, period: Period, parameters: Parameters, *, asked_on: date | None = None
) -> OwnPayment:
    """Price the payable days of a stay, each at the rate of its own day.

    The caller says which days are payable: the order counts from the start of the stay, but not
    whether the last day counts. `asked_on` is the day the payment is asked for; days after it are
    paid in advance, by mutual agreement and for at most 31 days (`UnfitCase` above).
    `NoRuleForDate` when a day has no published rate.
    """
    edition = OWN_PAYMENT.on(period.start)
    days = edition.calculate(period)
    steps = []
    if asked_on is not None:
        limit = parameters.on("own_payment/advance_days", asked_on)
        ahead = sum(1 for day in days if day >= asked_on)
        if ahead > whole(limit):
            raise UnfitCase(
                f"{ahead} dage opkræves forud, men højst {limit.text_da()} kan aftales."
            )
        steps.append(step("Dage, der betales forud", ahead, "days", edition, limit))
    rates = days_by_rate(parameters, f"own_payment/{stay}_rate", ((day, 1) for day in days))
    amount = rate_total(rates)
    steps += rate_steps(rates, "Døgn", edition)
    steps.append(step("Egenbetaling", amount, "ore", edition))
    return OwnPayment(amount, len(days), Trace(tuple(steps)))
