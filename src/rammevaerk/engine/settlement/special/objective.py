"""Objective financing: a total shared by a key such as children or inhabitants, to the øre."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from rammevaerk.engine.errors import ParameterError, UnfitCase
from rammevaerk.engine.money import split_by_weight
from rammevaerk.engine.parameters import Parameters
from rammevaerk.engine.rule import Rule
from rammevaerk.engine.steps import step
from rammevaerk.engine.trace import Trace


class Key(StrEnum):
    """What a total is shared by, in the words of the parameters objective/key_…."""

    POPULATION = "alle indbyggere"
    ADULTS = "voksne"
    CHILDREN = "børn og unge"


class Scheme(StrEnum):
    """What is financed objectively; each has its key as the parameter objective/key_…."""

    SECURE = "secure"
    KOFOEDSMINDE = "kofoedsminde"
    SUPERVISION = "supervision"


@dataclass(frozen=True, slots=True)
class ObjectiveShares:
    """What each pays, by the name or code the weights were given with; it adds up to the total."""

    total_ore: int
    shares_ore: Mapping[str, int]
    trace: Trace


SHARES: Rule[[int, Mapping[str, int]], dict[str, int]] = Rule("objective.shares")


@SHARES.edition(date(2022, 1, 1), source="order-financing-2022")
def _in_proportion(total_ore: int, weights: Mapping[str, int]) -> dict[str, int]:
    return share_by_weight(total_ore, weights)


def share_by_weight(total_ore: int, weights: Mapping[str, int]) -> dict[str, int]:
    """Share a total in proportion to weights by name, to the øre, whatever order they come in.

    The øre left over go to those who lost the most, ties to the lowest name. `UnfitCase` when
    nobody bears a part or a weight is negative.
    """
    names = sorted(weights)
    if any(weights[name] < 0 for name in names):
        raise UnfitCase("En fordelingsnøgle er negativ; indlæs antallet igen.")
    if not any(weights.values()):
        raise UnfitCase("Fordelingsnøglen er tom, så ingen kan bære beløbet.")
    parts = split_by_weight(total_ore, [weights[name] for name in names])
    return dict(zip(names, parts, strict=True))


def objective_shares(
    scheme: Scheme,
    total_ore: int,
    weights: Mapping[str, int],
    weights_are: Key,
    day: date,
    parameters: Parameters,
) -> ObjectiveShares:
    """Share what is financed objectively on `day` by the key the scheme has then.

    `UnfitCase` when the weights given are of another key, `NoRuleForDate` before the rule.
    """
    edition = SHARES.on(day)
    found = parameters.on(f"objective/key_{scheme}", day)
    if found.value not in set(Key):
        raise ParameterError((f"{found.key}: {found.value!r} is no key of distribution",))
    if found.value != weights_are:
        raise UnfitCase(f"{found.label_da} {found.value}, men nøglen er {weights_are}.")
    shares = edition.calculate(total_ore, weights)
    steps = (
        step("Beløb til fordeling", total_ore, "ore", edition),
        step("Sum af fordelingsnøglen", sum(weights.values()), "count", edition, found),
        step("Fordelt", shares, "ore", edition),
    )
    return ObjectiveShares(total_ore, shares, Trace(steps))
