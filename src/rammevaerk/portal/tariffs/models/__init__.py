"""Rows of tariffs, by concept; a module knows only those before it.

reports (what is being worked out and reported) → prices (what was decided) → cap (index, arrears,
supplements) → dispensations → files (takstfil in and out) → studies (tariff models compared).
"""

from rammevaerk.portal.tariffs.models.cap import (
    IndexChoice,
    IndexEstimate,
    SupplementTurnover,
    UnmetReduction,
)
from rammevaerk.portal.tariffs.models.dispensations import OccupancyDispensation
from rammevaerk.portal.tariffs.models.files import ColumnMapping, TariffFile, TariffFileRow
from rammevaerk.portal.tariffs.models.prices import Component, DaysBasis, Tariff, Unit
from rammevaerk.portal.tariffs.models.reports import (
    ReportState,
    TariffReport,
    TariffReportStep,
)
from rammevaerk.portal.tariffs.models.studies import PlacementSet, Study, TariffModel

__all__ = [
    "ColumnMapping",
    "Component",
    "DaysBasis",
    "IndexChoice",
    "IndexEstimate",
    "OccupancyDispensation",
    "PlacementSet",
    "ReportState",
    "Study",
    "SupplementTurnover",
    "Tariff",
    "TariffFile",
    "TariffFileRow",
    "TariffModel",
    "TariffReport",
    "TariffReportStep",
    "Unit",
    "UnmetReduction",
]
