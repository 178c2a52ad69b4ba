"""All peers in turn in one process on the same data: `python -m bench.settlement.rounds SIZE`.

Writes JSON: seconds by peer and round, lines, and what a correction of one facility takes.
"""

import argparse
import gc
import json
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from bench.settlement import peers as everybody
from bench.settlement.anchors import engine_kernels as engine
from bench.settlement.compare import check_same
from bench.settlement.generate import PERIOD, Data, generate

from rammevaerk.engine.settlement.kernel import empty_amounts
from rammevaerk.engine.settlement.settle import settle_prepared

MOST_TOGETHER = 1_000_000  # stays


def timed(run: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds on the clock, and the result."""
    gc.collect()
    begun = time.perf_counter()
    found = run()
    return time.perf_counter() - begun, found


def measure(data: Data, rounds: int, only: list[str], *, reload: bool) -> dict[str, Any]:
    """Check that everybody gives the same øre, then let them run in turn.

    With `reload` a peer holds its input only while it is its turn, and loads it untimed.
    """
    chosen = [peer for peer in everybody.peers(data.size) if not only or peer.key in only]
    expected = engine.columns(engine.whole(engine.numpy, 1)(engine.load(data)))
    lines = len(expected[0]["month"])
    seconds: dict[str, list[float]] = {}
    natives: dict[str, Any] = {}
    for peer in chosen:
        native = peer.load(data)
        took, made = timed(lambda peer=peer, native=native: peer.settle(native))
        if peer.columns is not None:
            check_same(peer.label, peer.columns(made), expected)
        say(f"{data.size}: {peer.key}: the same øre; {took:.3f} s the first time")
        # One that runs only once is not asked again: this run counts.
        seconds[peer.key] = [took] if peer.rounds == 1 else []
        if not reload:
            natives[peer.key] = native
        del made, native
    del expected
    for nth in range(rounds):
        for peer in chosen:
            if peer.rounds > max(nth, 1):
                native = peer.load(data) if reload else natives[peer.key]
                took, made = timed(lambda peer=peer, native=native: peer.settle(native))
                seconds[peer.key].append(took)
                del made, native
        say(f"{data.size}: round {nth + 1} of {rounds}")
    natives.clear()
    return {
        "size": data.size,
        "months": data.months.count,
        "lines": lines,
        "reloaded": reload,
        "seconds": seconds,
        "correction": correct(data),
    }


def correct(data: Data) -> dict[str, Any]:
    """Settle single facilities anew, and all; the lines must be those of the whole run."""
    made = engine.load_prepared(data)
    whole = empty_amounts(made)
    settle_prepared(made, out=whole)
    stays = np.diff(made.stay_start)
    by_size = np.argsort(stays, kind="stable")
    found: dict[str, Any] = {"facilities": len(stays)}
    kernels = {"numpy": engine.numpy()}
    if engine.HAS_NUMBA:
        kernels["fast"] = engine.compiled()
    for name, kernel in kernels.items():
        everything = [
            timed(lambda k=kernel: k(made, 0, len(stays), False, again(whole)))[0] for _ in range(3)
        ]
        found[name] = {"all": sorted(everything)[1]}
        for which, place in (("median", len(by_size) // 2), ("largest", -1)):
            facility = int(by_size[place])
            alone = empty_amounts(made)
            took = sorted(
                timed(lambda k=kernel, f=facility, a=alone: k(made, f, f + 1, False, a))[0]
                for _ in range(7)
            )[3]
            lines = _places(made, facility)
            for column in ("days", "basis", "service", "supplement", "total"):
                if not np.array_equal(getattr(alone, column)[lines], getattr(whole, column)[lines]):
                    raise AssertionError(f"facility {facility} differs alone in {column}")
            found[name][which] = took
            found[f"{which}_lines"] = len(lines)
    return found


def again(amounts: Any) -> Any:
    """The same room, with sums to add to."""
    amounts.cube.fill(0)
    return amounts


def _places(made: Any, facility: int) -> np.ndarray:
    own = slice(int(made.stay_start[facility]), int(made.stay_start[facility + 1]))
    start, count = made.stays.line_start[own], made.stays.lines[own]
    begins = np.cumsum(count) - count
    return np.repeat(start - begins, count) + np.arange(int(count.sum()))


def say(text: str) -> None:
    """Tell how far the work is."""
    sys.stderr.write(f"  {text}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("size", type=int)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--period", default=PERIOD)
    parser.add_argument("--only", default="", help="keys of peers, with commas between")
    parser.add_argument("--reload", action="store_true", help="inputs are held one at a time")
    options = parser.parse_args()
    wanted = [key for key in options.only.split(",") if key]
    tables = generate(options.size, options.period)
    # The inputs of everybody together would not fit beside one that works.
    one_at_a_time = options.reload or options.size > MOST_TOGETHER
    result = measure(tables, options.rounds, wanted, reload=one_at_a_time)
    json.dump(result, sys.stdout)
