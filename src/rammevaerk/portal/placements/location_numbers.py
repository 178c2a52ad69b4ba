"""Where a municipality's bills go, as the app of settlement says it: it lies above and is asked.

`settlement` registers its answer when it is loaded; without it the number is typed.
"""

from collections.abc import Callable, Collection, Mapping
from datetime import date

# The location number (GLN, «EAN-nummer») of organisations on a day, by organisation.
LocationNumbers = Callable[[Collection[int], date], Mapping[int, str]]

_sources: list[LocationNumbers] = []


def register(numbers: LocationNumbers) -> None:
    """Say who knows the numbers; the last one to say so is asked."""
    _sources[:] = [numbers]


def location_numbers(organisation_ids: Collection[int], *, on: date) -> Mapping[int, str]:
    """The number of each organisation that has one on the day."""
    return _sources[0](organisation_ids, on) if _sources else {}
