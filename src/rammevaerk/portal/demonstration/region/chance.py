"""What looks like chance: drawn from a fixed seed and the key of what it is about."""

import random
from collections.abc import Mapping

_SEED = "rammevaerk-2026"


def dice_for(*about: str) -> random.Random:
    """Dice that fall the same way whenever they are thrown about the same thing."""
    return random.Random("/".join((_SEED, *about)))  # noqa: S311


def drawn(dice: random.Random, weights: Mapping[str, int]) -> str:
    """One of the keys, as often as its weight says."""
    return dice.choices(list(weights), list(weights.values()))[0]
