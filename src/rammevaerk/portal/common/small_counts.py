"""The least number of people that everybody may see, by the rules of the day."""

from datetime import date

from rammevaerk.engine.parameters import Parameters


def small_count_limit(on: date) -> tuple[int, bool]:
    """The least count that everybody may see, and whether the rule is verified."""
    found = Parameters.load().on("privacy/small_count", on)
    return int(str(found.value)), found.is_verified
