"""Surplus and deficit beyond the limit, equalised among an operator's facilities of one group."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from rammevaerk.engine.errors import NoRuleForDate
from rammevaerk.engine.money import split_by_weight
from rammevaerk.engine.rule import Rule
from rammevaerk.engine.steps import step
from rammevaerk.engine.tariffs.errors import TariffError
from rammevaerk.engine.trace import Trace


@dataclass(frozen=True, slots=True)
class FacilityExcess:
    """What a facility's result lies beyond the limit: a surplus positive, a deficit negative."""

    facility: str
    operator: str
    main_target_group: str
    excess_ore: int


@dataclass(frozen=True, slots=True)
class EqualisedExcess:
    """A facility's excess, what equalisation took away (or covered), and what is regulated.

    `excess_ore` + `equalised_ore` is `regulated_ore`.
    """

    of: FacilityExcess
    equalised_ore: int
    regulated_ore: int


@dataclass(frozen=True, slots=True)
class Equalisation:
    """All facilities in the order given, and how their groups came out."""

    facilities: tuple[EqualisedExcess, ...]
    trace: Trace


# excesses of one group in a fixed order: what is left of each
EqualisationRule = Rule[[tuple[int, ...]], list[int]]

MIDTJYLLAND: EqualisationRule = Rule("tariffs.equalisation.midtjylland")


@MIDTJYLLAND.edition(date(2010, 1, 1), source="region-surplus-2010")
def _(excesses: tuple[int, ...]) -> list[int]:
    """Surpluses cover deficits; the side with more gives up the same amount by size.

    That the larger side shares by size is our reading: the source only says that one equalises.
    """
    surplus = sum(one for one in excesses if one > 0)
    deficit = sum(-one for one in excesses if one < 0)
    met = min(surplus, deficit)
    if not met:
        return list(excesses)
    given = split_by_weight(met, [max(0, one) for one in excesses])
    covered = split_by_weight(met, [max(0, -one) for one in excesses])
    return [one - less + more for one, less, more in zip(excesses, given, covered, strict=True)]


EQUALISATION_RULES: Mapping[str, EqualisationRule] = MappingProxyType({"midtjylland": MIDTJYLLAND})


def equalise(results: Sequence[FacilityExcess], agreement: str, day: date) -> Equalisation:
    """Equalise within each operator and main target group by the agreement's rule on `day`.

    No group's sum changes, and no facility changes sign. Odd øre go by largest remainder in order
    of the facility's key, so the order given is irrelevant. `TariffError` for one facility twice.
    """
    keys = [(one.operator, one.facility) for one in results]
    if len(set(keys)) < len(keys):
        raise TariffError("facility", "samme tilbud står to gange.")
    rule = EQUALISATION_RULES.get(agreement)
    if rule is None:
        raise NoRuleForDate(
            f"tariffs.equalisation.{agreement}", day, "aftalen har ingen kendt regel om udligning"
        )
    edition = rule.on(day)
    left: dict[tuple[str, str], int] = {}
    trace = Trace()
    for (operator, group), members in _groups(results):
        ordered = sorted(members, key=lambda one: one.facility)
        rest = edition.calculate(tuple(one.excess_ore for one in ordered))
        left.update({(operator, one.facility): ore for one, ore in zip(ordered, rest, strict=True)})
        label = f"Til regulering efter udligning, {operator}, {group}"
        trace = trace.then(step(label, sum(rest), "ore", edition))
    return Equalisation(
        tuple(
            EqualisedExcess(
                one,
                left[one.operator, one.facility] - one.excess_ore,
                left[one.operator, one.facility],
            )
            for one in results
        ),
        trace,
    )


def _groups(
    results: Iterable[FacilityExcess],
) -> list[tuple[tuple[str, str], list[FacilityExcess]]]:
    groups: dict[tuple[str, str], list[FacilityExcess]] = {}
    for one in results:
        groups.setdefault((one.operator, one.main_target_group), []).append(one)
    return sorted(groups.items())
