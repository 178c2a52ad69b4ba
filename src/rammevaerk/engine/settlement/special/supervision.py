"""The yearly fee of a social supervision authority by number of places; never part of a tariff."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from rammevaerk.engine.errors import ParameterError, UnfitCase
from rammevaerk.engine.parameter_types import whole, wholes
from rammevaerk.engine.parameters import Parameters
from rammevaerk.engine.rule import Rule
from rammevaerk.engine.steps import step
from rammevaerk.engine.trace import Trace


@dataclass(frozen=True, slots=True)
class SupervisionFee:
    """The fee of one facility for one year."""

    fee_ore: int
    places: int
    trace: Trace


PLACES: Rule[[int, int], int] = Rule("supervision.treatment_places")
FEE: Rule[[int, Sequence[int], Sequence[int]], int] = Rule("supervision.fee")


@PLACES.edition(date(2018, 1, 1), source="supervision-south-treatment")
def _started_tens(citizens: int, per_place: int) -> int:
    # Whole places: the source does not say what becomes of a part; a started place counts.
    return -(-citizens // per_place)


@FEE.edition(date(2023, 1, 1), source="supervision-east-fees")
def _fee_of_the_band(places: int, firsts: Sequence[int], amounts: Sequence[int]) -> int:
    reached = [amount for first, amount in zip(firsts, amounts, strict=True) if first <= places]
    return reached[-1]


def treatment_places(citizens: int, year: int, parameters: Parameters) -> int:
    """Return the places that citizens expected in a year count as, in the fee only."""
    day = date(year, 1, 1)
    per_place = parameters.on("supervision/treatment_citizens_per_place", day)
    return PLACES.on(day).calculate(citizens, whole(per_place))


def supervision_fee(places: int, year: int, parameters: Parameters) -> SupervisionFee:
    """Return the fee of Socialtilsyn Øst (each authority has its own) for a number of places.

    `NoRuleForDate` for a year without a published fee, `UnfitCase` for a negative number.
    """
    if places < 0:
        raise UnfitCase(f"{places} pladser kan der ikke føres tilsyn med.")
    day = date(year, 1, 1)
    edition = FEE.on(day)
    fees = parameters.on("supervision/fee", day)
    limits = parameters.on("supervision/fee_from_places", day)
    amounts, firsts = wholes(fees), wholes(limits)
    if len(amounts) != len(firsts) or firsts[0] != 0:
        raise ParameterError((f"{fees.key} and {limits.key} do not belong together",))
    fee = edition.calculate(places, firsts, amounts)
    made = step(f"Tilsynstakst for {places} pladser", fee, "ore_per_year", edition, fees, limits)
    return SupervisionFee(fee, places, Trace((made,)))
