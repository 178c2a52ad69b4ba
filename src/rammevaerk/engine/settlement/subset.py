"""The part of the tables that one facility needs: the smallest that can be settled alone.

Occupancy ties the stays of a facility together, so nothing less than a whole facility will do.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, TypeVar

import numpy as np

from rammevaerk.engine.settlement.checks import Mask
from rammevaerk.engine.settlement.inputs import SettlementTables
from rammevaerk.engine.tables import IntArray

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Subset:
    """Some rows of the tables, and which rows of the whole they are, by table."""

    tables: SettlementTables
    rows: Mapping[str, IntArray]


def of_facility(tables: SettlementTables, facility: int) -> Subset:
    """Return the rows of one facility (by its code); settled, they give the full run's lines.

    The domains are kept, so that codes mean the same.
    """
    placements = tables.placements
    own = np.zeros(len(tables.domains["placement"]), bool)
    own[placements.placement[placements.facility == facility]] = True
    masks: dict[str, Mask] = {
        "facilities": tables.facilities.facility == facility,
        "tariffs": tables.tariffs.facility == facility,
        # A key that stands twice, perhaps in another facility, is no less ambiguous alone.
        "placements": own[placements.placement],
        "absences": own[tables.absences.placement],
        "supplements": own[tables.supplements.placement],
    }
    return Subset(
        SettlementTables(
            _taken(tables.facilities, masks["facilities"]),
            _taken(tables.tariffs, masks["tariffs"]),
            _taken(placements, masks["placements"]),
            _taken(tables.absences, masks["absences"]),
            _taken(tables.supplements, masks["supplements"]),
            tables.domains,
        ),
        {name: np.flatnonzero(mask) for name, mask in masks.items()},
    )


def _taken(table: T, rows: Mask) -> T:
    columns: dict[str, Any] = {
        field.name: getattr(table, field.name)[rows]
        for field in fields(table)  # type: ignore[arg-type]
    }
    return type(table)(**columns)
