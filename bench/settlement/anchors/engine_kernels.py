"""The engine itself, in the form of the anchors: whole, and from tables prepared beforehand."""

from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

import numpy as np
from bench.settlement.generate import Data, settlement_tables

from rammevaerk.engine.settlement.kernel import Amounts, Kernel, empty_amounts, price_blocks
from rammevaerk.engine.settlement.prepare import LineOrder, Prepared, prepare
from rammevaerk.engine.settlement.settle import Settlement, settle, settle_prepared

SUMS = ("days", "basis_ore", "service_ore", "supplement_ore", "total_ore")
HAS_NUMBA = find_spec("numba") is not None


def compiled() -> Kernel:
    """The kernel of the extra `fast`."""
    from rammevaerk.engine.settlement.compiled import price_compiled

    return price_compiled


def numpy() -> Kernel:
    """The kernel of the base install."""
    return price_blocks


def load(data: Data) -> Any:
    """What `whole` works on: the tables as they are read, in no order."""
    return settlement_tables(data), data.months


def load_prepared(data: Data) -> Prepared:
    """What `prepared` works on: checked, clipped and put facility by facility."""
    return prepare(settlement_tables(data), data.months)


def load_by_facility(data: Data) -> Prepared:
    """As `load_prepared`, for lines by facility."""
    return prepare(settlement_tables(data), data.months, line_order=LineOrder.FACILITY)


def load_with_room(data: Data) -> tuple[Prepared, Amounts]:
    """As `load_prepared`, with room for the output that has been written to before."""
    made = load_prepared(data)
    room = empty_amounts(made)
    settle_prepared(made, out=room)
    return made, room


def whole(kernel: Callable[[], Kernel], threads: int) -> Callable[[Any], Settlement]:
    """Everything from tables to lines and totals, checks and findings included."""
    return lambda native: settle(*native, kernel=kernel(), threads=threads)


def whole_by_facility(kernel: Callable[[], Kernel], threads: int) -> Callable[[Any], Settlement]:
    """As `whole`, with lines by facility."""
    return lambda native: settle(
        *native, kernel=kernel(), threads=threads, line_order=LineOrder.FACILITY
    )


def prepared(kernel: Callable[[], Kernel], threads: int) -> Callable[[Any], Settlement]:
    """Pricing alone, into fresh memory."""
    return lambda made: settle_prepared(made, kernel=kernel(), threads=threads)


def reused(kernel: Callable[[], Kernel], threads: int) -> Callable[[Any], Settlement]:
    """Pricing alone, into memory of an earlier run."""
    return lambda native: settle_prepared(
        native[0], kernel=kernel(), threads=threads, out=native[1]
    )


def load_fill(data: Data) -> list[np.ndarray]:
    """The columns of the lines, for writing once; new memory is touched here, not on the clock."""
    made = load_prepared(data)
    room = empty_amounts(made)
    keys = [np.zeros(made.line_count, np.int32), np.zeros(made.line_count, np.int16)]
    found = [*keys, room.days, room.basis, room.service, room.supplement, room.total]
    fill(found)
    return found


def fill(columns: list[np.ndarray]) -> None:
    """Write every byte of the lines once: no formulation can be faster on this machine."""
    for column in columns:
        column.fill(1)


def columns(made: Settlement) -> tuple[dict[str, Any], dict[str, Any]]:
    """Lines and totals as columns, with the keys themselves."""
    lines, totals = made.lines, made.totals
    return (
        {
            "placement": lines.placement + 1,
            "month": lines.month,
            **{name: getattr(lines, name) for name in SUMS},
        },
        {
            "payer": totals.payer + 1,
            "operator": totals.operator + 1,
            "month": totals.month,
            **{name: getattr(totals, name) for name in SUMS},
        },
    )
