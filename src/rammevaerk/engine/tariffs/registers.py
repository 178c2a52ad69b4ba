"""Registers that come with the program: estimates of price indices, and caps point by point."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any

from rammevaerk.engine.errors import ParameterError
from rammevaerk.engine.parameter_files import CONFIDENCE, Source
from rammevaerk.engine.parameters import packaged_sources
from rammevaerk.engine.tariffs.price_index import IndexEstimate, IndexTable

INDEX_FILE, CAPS_FILE = "price_index.toml", "tariff_caps.toml"
_HUNDRED = 100


@dataclass(frozen=True, slots=True)
class IndexSeries:
    """A series of estimates: the name that choices use, its publisher, what must be known."""

    key: str
    name_da: str
    source: Source
    note_da: str = ""


@dataclass(frozen=True, slots=True)
class KnownEstimate:
    """An estimate with its source in words and whether it was read at its publisher."""

    estimate: IndexEstimate
    source_da: str
    is_verified: bool

    @property
    def growth(self) -> Decimal:
        """The growth as a decimal share, for showing."""
        share = self.estimate.growth
        return Decimal(share.numerator) / Decimal(share.denominator)


@dataclass(frozen=True, slots=True)
class IndexRegister:
    """All series and their estimates."""

    series: tuple[IndexSeries, ...]
    estimates: tuple[KnownEstimate, ...]

    @property
    def table(self) -> IndexTable:
        """The estimates as the chain needs them."""
        return IndexTable(tuple(one.estimate for one in self.estimates))

    def unverified(self, series: tuple[str, ...], first: int, last: int, known_on: date) -> bool:
        """Whether an estimate used for these series and years was not read at its publisher."""
        used: dict[tuple[str, int], KnownEstimate] = {}
        for one in self.estimates:
            of = one.estimate
            if of.series in series and first <= of.year <= last and of.published <= known_on:
                before = used.get((of.series, of.year))
                if before is None or before.estimate.published < of.published:
                    used[of.series, of.year] = one
        return any(not one.is_verified for one in used.values())

    def with_registered(self, registered: Iterable[KnownEstimate]) -> "IndexRegister":
        """Add what people registered; one for the same series, year and day takes its place."""
        known = {_identity(one): one for one in self.estimates}
        known |= {_identity(one): one for one in registered}
        return IndexRegister(self.series, tuple(known[key] for key in sorted(known)))


def _identity(one: KnownEstimate) -> tuple[str, int, date]:
    return one.estimate.series, one.estimate.year, one.estimate.published


@dataclass(frozen=True, slots=True)
class CapPoint:
    """One point of a cap in our own words, and the parameters that hold its figures."""

    number: int
    title_da: str
    text_da: str
    parameters: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CapAgreement:
    """A cap as it was agreed, for the years it covers.

    `base_year` is the one used where neither the agreement nor a person names another.
    """

    agreement: str
    title_da: str
    first_year: int
    last_year: int
    base_year: int
    source: Source
    verified: date | None
    points: tuple[CapPoint, ...]


@cache
def packaged_indices() -> IndexRegister:
    """The price indices that come with the program; `ParameterError` when the file is unsound."""
    return read_indices(_folder() / INDEX_FILE, packaged_sources())


@cache
def packaged_caps() -> tuple[CapAgreement, ...]:
    """The caps that come with the program; `ParameterError` when the file is unsound."""
    return read_caps(_folder() / CAPS_FILE, packaged_sources())


def _folder() -> Traversable:
    return resources.files("rammevaerk") / "registers"


def read_indices(file: Traversable, sources: Mapping[str, Source]) -> IndexRegister:
    """Read series and estimates; `ParameterError` names the entry that is wrong."""
    table = _read(file)
    series = tuple(
        IndexSeries(
            one["key"],
            one["name_da"],
            _source(one, sources, f"{INDEX_FILE}: {one['key']}"),
            one.get("note_da", ""),
        )
        for one in table.get("series", [])
    )
    known = {one.key for one in series}
    estimates = []
    for one in table.get("estimate", []):
        place = f"{INDEX_FILE}: {one.get('series')} {one.get('year')}"
        if one.get("series") not in known:
            raise ParameterError((f"{place}: there is no such series",))
        if _trust(one, place)[0] is None:
            # What nobody has read is registered by people, who say where it is from.
            raise ParameterError((f"{place}: an estimate that was not read cannot stand here",))
        source = _source(one, sources, place)
        estimate = IndexEstimate(
            one["series"], one["year"], _share(one["growth"], place), one["published"], source.key
        )
        estimates.append(KnownEstimate(estimate, source.title_da, is_verified=True))
    return IndexRegister(series, tuple(estimates))


def read_caps(file: Traversable, sources: Mapping[str, Source]) -> tuple[CapAgreement, ...]:
    """Read the caps; `ParameterError` names the one that is wrong."""
    found = []
    for one in _read(file).get("cap", []):
        place = f"{CAPS_FILE}: {one.get('title_da')}"
        verified, _unverified = _trust(one, place)
        points = tuple(
            CapPoint(p["number"], p["title_da"], p["text_da"], tuple(p.get("parameters", ())))
            for p in one.get("point", [])
        )
        found.append(
            CapAgreement(
                one["agreement"], one["title_da"], one["first_year"], one["last_year"],
                one["base_year"],
                _source(one, sources, place), verified, points,
            )
        )  # fmt: skip
    return tuple(found)


def _read(file: Traversable) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ParameterError((f"{file.name}: cannot be read: {error}",)) from None


def _trust(entry: Mapping[str, Any], place: str) -> tuple[date | None, str]:
    verified, unverified = entry.get("verified"), entry.get("unverified", "")
    if (verified is None) == (unverified not in CONFIDENCE):
        raise ParameterError((f"{place}: either verified or unverified must be given",))
    return verified, unverified


def _source(entry: Mapping[str, Any], sources: Mapping[str, Source], place: str) -> Source:
    if entry.get("source") not in sources:
        raise ParameterError((f"{place}: source {entry.get('source')} is unknown",))
    return sources[entry["source"]]


def _share(text: object, place: str) -> Fraction:
    """Read "3,5 %"; never a float."""
    digits = str(text).removesuffix("%").strip().replace(",", ".")
    try:
        return Fraction(Decimal(digits)) / _HUNDRED
    except ArithmeticError:
        raise ParameterError((f"{place}: growth {text!r} is no percentage",)) from None
