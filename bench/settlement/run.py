"""Measures the engine against its peers: `python -m bench.settlement.run [SIZE …] [--write FILE]`.

Each size has a process of its own, in which all take turns on the same data.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

from bench.settlement import processes, report
from bench.settlement.peers import peers

DEFAULT = [10_000, 60_000, 600_000]
LARGE = 600_000
LONG_PERIOD = "2016-01..2025-12"
MEMORY = ("duckdb", "polars", "polars_gathered", "pandas", "numpy", "numpy_prepared")
FAST_MEMORY = ("fast", "fast_prepared", "fast_by_facility")
# Who takes part where a round is long.
LONG = (
    "duckdb,polars,polars_gathered,numpy,numpy_prepared,fast,fast_prepared,fast_whole_by_facility,"
    "fast_by_facility,fill"
)
WHAT_IF = (60_000, 600_000, 5_000_000)
COLD_ROUNDS = {10_000: 9, 600_000: 5}


def main() -> None:
    """Measure, print, and write the page when asked."""
    options = _options()
    sizes = options.sizes or DEFAULT
    found: dict[str, Any] = {"date": date.today().isoformat(), "note": options.note}  # noqa: DTZ011
    found["rounds"] = [
        _child("settlement.rounds", str(size), *_rounds(size, options)) for size in sizes
    ]
    if options.decade:
        found["decade"] = _child(
            "settlement.rounds", str(LARGE), "--rounds", "3", "--period", LONG_PERIOD, "--only",
            LONG,
        )  # fmt: skip
    found["memory"] = {str(size): _memory(size) for size in sizes if size >= min(LARGE, max(sizes))}
    changed = [str(size) for size in WHAT_IF if size <= max(sizes)]
    found["what_if"] = _child("what_if", "--json", *changed) if changed else {}
    if options.engines:
        found["engines"] = _child("engines", str(LARGE))
    found["processes"] = {}
    for size in (size for size in sizes if size in COLD_ROUNDS):
        say(f"{size}: whole processes")
        with tempfile.TemporaryDirectory() as folder:
            rounds = options.rounds or COLD_ROUNDS[size]
            found["processes"][str(size)] = processes.measure(size, rounds, Path(folder))
    if options.keep:
        options.keep.write_text(json.dumps(found, indent=1), encoding="utf-8")
    sys.stdout.write(report.tables(found))
    if options.write:
        options.write.write_text(report.page(found), encoding="utf-8")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", nargs="*", type=int, help="numbers of stays")
    parser.add_argument("--rounds", type=int, help="rounds of every size")
    parser.add_argument("--decade", action="store_true", help="ten years as well")
    parser.add_argument("--engines", action="store_true", help="a pool of processes and Spark too")
    parser.add_argument("--write", type=Path, help="the page to write")
    parser.add_argument("--keep", type=Path, help="a JSON file for what was measured")
    parser.add_argument("--note", default="", help="a sentence about the machine at the time")
    return parser.parse_args()


def _rounds(size: int, options: argparse.Namespace) -> list[str]:
    usual = 15 if size < 60_000 else 9 if size < LARGE else 5 if size == LARGE else 2
    rounds = ["--rounds", str(options.rounds or usual)]
    return [*rounds, "--only", LONG] if size > LARGE else rounds


def _memory(size: int) -> dict[str, Any]:
    able = {peer.key for peer in peers(size)}
    chosen = [key for key in (*MEMORY, *FAST_MEMORY) if key in able]
    return {key: _child("settlement.memory", key, str(size)) for key in chosen}


def _child(module: str, *arguments: str) -> Any:
    say(f"{module} {' '.join(arguments)}")
    command = [sys.executable, "-m", f"bench.{module}", *arguments]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)  # noqa: S603
    return json.loads(done.stdout)


def say(text: str) -> None:
    """Tell how far the work is."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    main()
