"""What a column of the five tables may hold, and how that is said in Danish."""

from collections.abc import Mapping
from enum import Enum

from rammevaerk.engine.settlement.inputs import COLUMNS, KEYS


class Kind(Enum):
    """What the cells of a column are."""

    KEY = "en nøgle (tekst eller helt tal)"
    NUMBER = "et helt tal"
    ORE = "et helt antal øre"
    DAY = "en dato, fx 2025-03-01"
    MOMENT = "en dato med klokkeslæt, fx 2025-03-01T20:00"
    DAY_COUNT = "calendar eller hotel"


_DAYS = frozenset({"valid_from", "from", "to"})
_MOMENTS = frozenset({"start", "end"})
# An end that is not known yet; nothing else may be left out.
MAY_BE_EMPTY = frozenset({"end", "to"})


def kind_of(column: str) -> Kind:
    """Return what a column holds."""
    if column in KEYS:
        return Kind.KEY
    if column == "day_count":
        return Kind.DAY_COUNT
    if column in _DAYS:
        return Kind.DAY
    if column in _MOMENTS:
        return Kind.MOMENT
    return Kind.ORE if "ore" in column.split("_") else Kind.NUMBER


KINDS: Mapping[str, Mapping[str, Kind]] = {
    table: {column: kind_of(column) for column in columns} for table, columns in COLUMNS.items()
}
