"""What the price indices are said to grow in the demonstration: every figure is invented."""

from datetime import date
from fractions import Fraction
from typing import Any

from rammevaerk.engine.tariffs.price_index import IndexEstimate, IndexTable
from rammevaerk.portal.tariffs.operations.estimates import register_estimate

ORIGINAL, ADDITION = "kl-pris-og-loen", "trepart"
SOURCE = "Opdigtet til demonstrationen; det er ikke udgiverens tal"
# Series, year, hundredths of a percent, and the year whose 30 June it is said to be from; one
# year has a revision.
_INVENTED = (
    (ORIGINAL, 2020, 200, 2019),
    (ORIGINAL, 2021, 150, 2020),
    (ORIGINAL, 2022, 200, 2021),
    (ORIGINAL, 2023, 270, 2021),
    (ORIGINAL, 2023, 300, 2022),
    (ORIGINAL, 2024, 350, 2023),
    (ORIGINAL, 2025, 300, 2024),
    (ORIGINAL, 2026, 300, 2025),
    (ADDITION, 2024, 50, 2024),
    (ADDITION, 2025, 50, 2024),
    (ADDITION, 2026, 50, 2024),
)


def invented_table() -> IndexTable:
    """The invented estimates, for inventing prices by them."""
    return IndexTable(
        tuple(
            IndexEstimate(series, year, Fraction(points, 10_000), date(told, 6, 30), SOURCE)
            for series, year, points, told in _INVENTED
        )
    )


def load_estimates(cooperation: Any, **how: Any) -> None:
    """Register them through the operation that people use."""
    for series, year, points, told in _INVENTED:
        register_estimate(
            cooperation.pk,
            series,
            year=year,
            growth_points=points,
            published_on=date(told, 6, 30),
            source=SOURCE,
            is_verified=False,
            **how,
        )
