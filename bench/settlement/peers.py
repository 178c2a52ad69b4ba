"""Everybody who is measured: how each takes its input, settles, and hands out its columns."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from typing import Any

from bench.settlement.anchors import engine_kernels as engine
from bench.settlement.generate import Data

THREADS = os.cpu_count() or 1
PLENTY = 100_000_000


@dataclass(frozen=True, slots=True)
class Peer:
    """One formulation; `most` is the largest number of stays it is asked to settle.

    `columns` is None for `fill`, which has no result. `rounds` is how often a slow one runs.
    """

    key: str
    label: str
    load: Callable[[Data], Any]
    settle: Callable[[Any], Any]
    columns: Callable[[Any], Any] | None
    most: int = PLENTY
    rounds: int = 100


def _anchor(
    key: str, label: str, module: str, most: int, rounds: int = 100, settle: str = "settle"
) -> Peer:
    """Import an anchor's packages only when it is used."""

    def call(name: str, given: Any) -> Any:
        return getattr(import_module(f"bench.settlement.anchors.{module}"), name)(given)

    return Peer(
        key, label, partial(call, "load"), partial(call, settle), partial(call, "columns"), most,
        rounds,
    )  # fmt: skip


def _engine(key: str, label: str, load: Callable[[Data], Any], run: Callable[[Any], Any]) -> Peer:
    return Peer(key, label, load, run, engine.columns)


ANCHORS = (
    _anchor("naive", "naive script: days, datetime, Decimal", "naive", 10_000, 1),
    _anchor("openfisca", "OpenFisca: a variable per day", "openfisca_model", 10_000, 1),
    _anchor("pure", "careful pure Python", "pure", 60_000, 3),
    _anchor("pandas", "pandas, segments", "pandas_segments", 600_000, 3),
    _anchor("duckdb", "DuckDB, fused", "duckdb_fused", PLENTY),
    _anchor("polars", "Polars, fused, streaming", "polars_fused", PLENTY, settle="settle_fused"),
    _anchor(
        "polars_gathered", "Polars, cumulative prices gathered", "polars_fused", PLENTY,
        settle="settle_gathered",
    ),
)  # fmt: skip
# The fastest of these is what the engine is compared with.
FASTEST_OF = ("duckdb", "polars", "polars_gathered")

NUMPY = (
    _engine(
        "numpy", "engine, `settle`: checks and all", engine.load, engine.whole(engine.numpy, 1),
    ),
    _engine(
        "numpy_prepared", "engine, `settle_prepared`", engine.load_prepared,
        engine.prepared(engine.numpy, 1),
    ),
    _engine(
        "numpy_threads", f"engine, `settle_prepared`, {THREADS} threads", engine.load_prepared,
        engine.prepared(engine.numpy, THREADS),
    ),
    _engine(
        "numpy_by_facility", "engine, `settle_prepared`, lines by facility",
        engine.load_by_facility, engine.prepared(engine.numpy, 1),
    ),
    _engine(
        "numpy_reused", "engine, `settle_prepared` into used memory", engine.load_with_room,
        engine.reused(engine.numpy, 1),
    ),
)  # fmt: skip
COMPILED = (
    _engine(
        "fast", "engine with Numba, `settle`: checks and all", engine.load,
        engine.whole(engine.compiled, THREADS),
    ),
    _engine(
        "fast_prepared", "engine with Numba, `settle_prepared`", engine.load_prepared,
        engine.prepared(engine.compiled, THREADS),
    ),
    _engine(
        "fast_whole_by_facility", "engine with Numba, `settle`, lines by facility", engine.load,
        engine.whole_by_facility(engine.compiled, THREADS),
    ),
    _engine(
        "fast_by_facility", "engine with Numba, `settle_prepared`, lines by facility",
        engine.load_by_facility, engine.prepared(engine.compiled, THREADS),
    ),
    _engine(
        "fast_reused", "engine with Numba, `settle_prepared` into used memory",
        engine.load_with_room, engine.reused(engine.compiled, THREADS),
    ),
)  # fmt: skip
FILL = Peer("fill", "writing the lines once (`fill`)", engine.load_fill, engine.fill, None)


def peers(size: int) -> list[Peer]:
    """Everybody who can settle so many stays here."""
    found = (*ANCHORS, *NUMPY, *(COMPILED if engine.HAS_NUMBA else ()), FILL)
    return [peer for peer in found if size <= peer.most]


def peer_of(key: str) -> Peer:
    """Find a peer by its key."""
    return next(peer for peer in (*ANCHORS, *NUMPY, *COMPILED, FILL) if peer.key == key)
