"""What was measured, as tables in Markdown and as the page docs/benchmarks.md."""

import os
import platform
from collections.abc import Iterable, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from statistics import median
from typing import Any

from bench.settlement.peers import ANCHORS, COMPILED, FASTEST_OF, FILL, NUMPY

PACKAGES = ("numpy", "numba", "pyarrow", "duckdb", "polars", "pandas", "openfisca-core")
LABELS = {peer.key: peer.label for peer in (*ANCHORS, *NUMPY, *COMPILED, FILL)}
TEXT = Path(__file__).with_name("benchmarks.md.in")


def page(found: dict[str, Any]) -> str:
    """The whole page: the text around the tables stands in benchmarks.md.in beside this module."""
    text = TEXT.read_text(encoding="utf-8")
    return text.replace("{{about}}", about(found)).replace("{{tables}}", tables(found).strip())


def about(found: dict[str, Any]) -> str:
    """Machine, date and versions."""
    versions = [f"{name} {_version(name)}" for name in PACKAGES]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    lines = [
        f"- Measured {found['date']}. {found['note']}".rstrip(),
        f"- {os.cpu_count()} cores of {_processor()}, {memory:.0f} GiB, {platform.system()}.",
        f"- Python {platform.python_version()}, {', '.join(versions)}.",
    ]
    return "\n".join(lines)


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "(not installed)"


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or "an unnamed processor"


def tables(found: dict[str, Any]) -> str:
    """All tables."""
    parts = [_size(one) for one in found["rounds"]]
    parts += [_scaling(found), _memory(found["memory"]), _corrections(found["rounds"])]
    parts += [_processes(found["processes"]), *_what_if(found.get("what_if", {}))]
    parts.append(_engines(found.get("engines", {})))
    return "\n\n".join(part for part in parts if part) + "\n"


def _size(one: dict[str, Any], title: str = "") -> str:
    seconds, lines = one["seconds"], one["lines"]
    rounds = max(len(taken) for taken in seconds.values())
    title = title or f"{one['size']:,} stays, {one['months']} months: {lines:,} lines"
    rows = [
        [
            LABELS[key],
            _seconds(median(taken)),
            f"{lines / median(taken) / 1e6:.3g}" if key != FILL.key else "",
            _ratio(_fastest(seconds), taken),
            _ratio(taken, seconds[FILL.key], low=False),
        ]
        for key, taken in seconds.items()
        if taken
    ]
    heads = ["", "seconds", "M lines/s", "faster of DuckDB, Polars ÷ this", "÷ `fill`"]
    how = f"Median (least-most) of up to {rounds} rounds in turn"
    if one.get("reloaded"):
        how += ", each with its input loaded off the clock for its turn"
    return f"### {title}\n\n{how}.\n\n" + _table(heads, rows)


def _fastest(seconds: dict[str, list[float]]) -> list[float]:
    """Seconds of the faster of DuckDB and Polars: the one with the least median."""
    return min((seconds[key] for key in FASTEST_OF if key in seconds), key=median)


def _ratio(taken: Sequence[float], other: Sequence[float], *, low: bool = True) -> str:
    """The ratio round by round: its median, least and most."""
    ratios = [a / b for a, b in zip(taken, other, strict=False)]
    if len(ratios) < 2:
        return _short(ratios[0])
    span = f" ({_short(min(ratios))}-{_short(max(ratios))})" if low else ""
    return f"{_short(median(ratios))}{span}"


def _short(number: float) -> str:
    return f"{number:,.0f}" if number >= 100 else f"{number:.2g}"


def _seconds(number: float) -> str:
    return f"{number:.3g}" if number >= 0.01 else f"{number:.4f}"


def _scaling(found: dict[str, Any]) -> str:
    runs = [*found["rounds"], *([found["decade"]] if "decade" in found else [])]
    if len(runs) < 2:
        return ""
    keys = [key for key in LABELS if sum(bool(run["seconds"].get(key)) for run in runs) > 1]
    rows = [
        [
            LABELS[key],
            *(
                f"{run['lines'] / median(run['seconds'][key]) / 1e6:.3g}"
                if run["seconds"].get(key)
                else ""
                for run in runs
            ),
        ]
        for key in keys
    ]
    heads = ["M lines/s", *(f"{run['size']:,} × {run['months']}" for run in runs)]
    return "### From small to large\n\n" + _table(heads, rows)


def _memory(found: dict[str, Any]) -> str:
    parts = []
    for size, peers in found.items():
        rows = [
            [LABELS[key], f"{one['before_mb']:,.0f}", f"{one['added_mb']:,.0f}"]
            for key, one in peers.items()
        ]
        heads = ["", "MB before, input included", "MB more at the most"]
        parts.append(f"### Memory, {int(size):,} stays\n\n" + _table(heads, rows))
    return "\n\n".join(parts)


def _corrections(rounds: list[dict[str, Any]]) -> str:
    rows = []
    for one in rounds:
        made = one["correction"]
        for kernel in ("numpy", "fast"):
            if kernel in made:
                times = made[kernel]
                rows.append(
                    [
                        f"{one['size']:,}, {'Numba' if kernel == 'fast' else 'NumPy'}",
                        f"{made['facilities']:,}",
                        f"{times['median'] * 1e3:.2f} ms ({made['median_lines']:,} lines)",
                        f"{times['all'] / times['median']:,.0f}",
                        f"{times['largest'] * 1e3:.2f} ms ({made['largest_lines']:,} lines)",
                        f"{times['all'] / times['largest']:,.0f}",
                    ]
                )
    heads = ["stays", "facilities", "median facility", "all ÷ this", "largest", "all ÷ this"]
    return "### One facility settled anew, line for line as in the whole run\n\n" + _table(
        heads, rows
    )


def _processes(found: dict[str, dict[str, list[float]]]) -> str:
    rows = [
        [
            f"{int(size):,}",
            *(f"{median(taken):.2f} s" for taken in seconds.values()),
            _ratio(seconds["rammevaerk"], seconds["duckdb"]),
            _ratio(seconds["rammevaerk"], seconds["polars"]),
        ]
        for size, seconds in found.items()
        if "rammevaerk" in seconds
    ]
    heads = [
        "stays", "`rammevaerk settle`", "DuckDB script", "Polars script", "÷ DuckDB", "÷ Polars",
    ]  # fmt: skip
    title = "### Whole processes, Parquet in and Parquet out\n\n"
    return title + _table(heads, rows) if rows else ""


def _what_if(found: dict[str, dict[str, float]]) -> list[str]:
    """A changed hourly rate, and the rate that changes nothing in all."""
    if not found:
        return []
    table = [
        [
            f"{int(size):,}",
            *_against(one, "vectorised re-pricing, table", "what-if table"),
            *_against(one, "vectorised re-pricing, table", "what-if table, prepared")[1:],
        ]
        for size, one in found.items()
    ]
    heads = [
        "placements", "every one anew, NumPy", "on the counts", "anew ÷ this",
        "on counts laid out by rate", "anew ÷ this",
    ]  # fmt: skip
    rates = [
        [
            f"{int(size):,}",
            *_against(one, "zero-sum vectorised", "zero-sum on statistic"),
            f"{one['zero-sum naive'] / one['zero-sum on statistic']:,.0f}"
            if "zero-sum naive" in one
            else "",
            *_against(one, "zero-sum vectorised", "zero-sum, rest shared by payer")[1:],
        ]
        for size, one in found.items()
    ]
    rate_heads = [
        "placements", "halving, NumPy", "on the counts", "NumPy ÷ this", "naive script ÷ this",
        "with the rest shared by payer", "NumPy ÷ this",
    ]  # fmt: skip
    return [
        "### What another hourly rate costs, by payer and target group\n\n" + _table(heads, table),
        "### The hourly rate that costs nothing in all\n\n" + _table(rate_heads, rates),
    ]


def _engines(found: dict[str, Any]) -> str:
    """A pool against one process, and the kernel on Spark against Spark's own SQL."""
    rows = []
    for kind in ("pool", "spark"):
        seconds: dict[str, list[float]] = found.get(kind, {})
        slowest = max(seconds.values(), key=median, default=[])
        for name, taken in seconds.items():
            first = f"{taken[0]:.2f} s" if kind == "spark" else ""
            warm = taken[1:] if kind == "spark" else taken
            ratio = _ratio(slowest[-len(warm) :], warm)
            rows.append([name, first, f"{median(warm):.2f} s", ratio])
    heads = ["", "first time", "warm", "slower of the pair ÷ this"]
    return f"### In buckets, {found['size']:,} stays\n\n{_table(heads, rows)}" if rows else ""


def _against(seconds: dict[str, float], slow: str, fast: str) -> tuple[str, str, str]:
    """Both in milliseconds, and how many times faster the second is."""
    ratio = f"{seconds[slow] / seconds[fast]:,.0f}"
    return f"{seconds[slow] * 1e3:.3g} ms", f"{seconds[fast] * 1e3:.3g} ms", ratio


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heads, ["---", *(["---:"] * (len(heads) - 1))], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
