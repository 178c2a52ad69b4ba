"""Tariff models as data, and what placements cost by them."""

from rammevaerk.engine.tariffs.models.content import (
    FixedSum,
    Kind,
    Model,
    Part,
    Per,
    PriceIndex,
    Rate,
    SumPer,
    SupplementRate,
    at_index,
)
from rammevaerk.engine.tariffs.models.placements import (
    Coded,
    PlacementRows,
    Placements,
    SupplementDays,
    placement_pair,
    placements_of,
)
from rammevaerk.engine.tariffs.models.pricing import (
    Contribution,
    Prices,
    general_hour,
    hours_in_force,
    price,
)
from rammevaerk.engine.tariffs.models.reading import model_of, read_model

__all__ = [
    "Coded",
    "Contribution",
    "FixedSum",
    "Kind",
    "Model",
    "Part",
    "Per",
    "PlacementRows",
    "Placements",
    "PriceIndex",
    "Prices",
    "Rate",
    "SumPer",
    "SupplementDays",
    "SupplementRate",
    "at_index",
    "general_hour",
    "hours_in_force",
    "model_of",
    "placement_pair",
    "placements_of",
    "price",
    "read_model",
]
