"""The price indices of a cooperation: the few that come with the program and what is registered."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from rammevaerk.engine.tariffs import price_index
from rammevaerk.engine.tariffs.registers import (
    IndexRegister,
    IndexSeries,
    KnownEstimate,
    packaged_indices,
)
from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import Actor, visible
from rammevaerk.portal.tariffs.models import IndexEstimate

_POINTS = 10_000


def index_register(actor: Actor, cooperation_id: int) -> IndexRegister:
    """All series with every estimate; of two from the same day the last one registered."""
    return packaged_indices().with_registered(
        KnownEstimate(
            price_index.IndexEstimate(
                row.series, row.year, Fraction(row.growth_points, _POINTS), row.published_on,
                row.source,
            ),
            row.source,
            row.is_verified,
        )
        for row in _rows(actor, cooperation_id)
    )  # fmt: skip


def _rows(actor: Actor, cooperation_id: int) -> list[IndexEstimate]:
    rows = visible(IndexEstimate.objects.all(), actor, Action.TARIFF_READ)
    return list(rows.filter(cooperation_id=cooperation_id).order_by("registered_at", "id"))


@dataclass(frozen=True, slots=True)
class EstimateRow:
    """An estimate as the page lists it; `state` is "holds", "revised" or "corrected"."""

    year: int
    growth: Decimal
    published: date
    source: str
    is_verified: bool
    state: str
    registered_at: datetime | None = None
    registered_by: str = ""


@dataclass(frozen=True, slots=True)
class SeriesRows:
    """A series with its estimates, the newest year first, and the years between without any."""

    series: IndexSeries
    estimates: tuple[EstimateRow, ...]
    missing: tuple[int, ...]


def series_rows(actor: Actor, cooperation_id: int) -> list[SeriesRows]:
    """Every series with every estimate, revised and corrected ones too."""
    register = index_register(actor, cooperation_id)
    rows = _rows(actor, cooperation_id)
    newest = {(row.series, row.year, row.published_on): row.pk for row in rows}
    last: dict[tuple[str, int], date] = {}
    for one in register.estimates:
        key = one.estimate.series, one.estimate.year
        last[key] = max(last.get(key, date.min), one.estimate.published)
    found: dict[str, list[EstimateRow]] = {one.key: [] for one in register.series}
    for row in rows:
        revised = row.published_on < last[row.series, row.year]
        corrected = newest[row.series, row.year, row.published_on] != row.pk
        found[row.series].append(
            EstimateRow(
                row.year,
                Decimal(row.growth_points) / _POINTS,
                row.published_on,
                row.source,
                row.is_verified,
                "corrected" if corrected else "revised" if revised else "holds",
                row.registered_at,
                row.registered_by,
            )
        )
    for known in packaged_indices().estimates:
        of = known.estimate
        corrected = (of.series, of.year, of.published) in newest
        revised = of.published < last[of.series, of.year]
        state = "corrected" if corrected else "revised" if revised else "holds"
        found[of.series].append(
            EstimateRow(
                of.year, known.growth, of.published, known.source_da, known.is_verified, state
            )
        )
    return [SeriesRows(one, _ordered(found[one.key]), _gaps(found[one.key]))
            for one in register.series]  # fmt: skip


def _ordered(rows: list[EstimateRow]) -> tuple[EstimateRow, ...]:
    """The newest year first, and of a year what holds before what it revised."""
    old = ("holds", "revised", "corrected")
    return tuple(
        sorted(rows, key=lambda one: (-one.year, old.index(one.state), -one.published.toordinal()))
    )


def _gaps(rows: list[EstimateRow]) -> tuple[int, ...]:
    years = {one.year for one in rows}
    return (
        tuple(year for year in range(min(years), max(years)) if year not in years) if years else ()
    )
