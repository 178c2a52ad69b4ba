"""``rammevaerk settle``: from a folder of tables to a folder of lines, totals and findings."""

import argparse
import os
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from rammevaerk.cli.arguments import path
from rammevaerk.cli.codes import DONE, FOUND, UNUSABLE
from rammevaerk.cli.tables import add_tables, read_or_say_why, write_findings
from rammevaerk.engine.errors import EngineError
from rammevaerk.engine.money import format_kroner
from rammevaerk.engine.settlement.kernel import Kernel, price_blocks
from rammevaerk.engine.settlement.months import Months
from rammevaerk.engine.settlement.settle import Rounding, Settlement, settle
from rammevaerk.engine.table_findings import TableFinding, stops_figures
from rammevaerk.exchange.system_reasons import reason_da
from rammevaerk.exchange.tables.reading import ReadTables
from rammevaerk.exchange.tables.writing import FORMATS, write_settlement

# Loading the compiled kernel takes as long as NumPy needs for about so many stays times months.
_WORTH_COMPILING = 60_000_000
# Below this, threads cost more than they gain.
_WORTH_THREADS = 100_000
_QUIET_SECONDS = 1.0
_SEVERITIES_DA = {
    "error": ("fejl", "fejl"),
    "warning": ("advarsel", "advarsler"),
    "note": ("bemærkning", "bemærkninger"),
}


class NoCompiledKernel(EngineError):
    """The compiled kernel was asked for, and the extra it needs is not installed."""

    def __init__(self) -> None:
        super().__init__('Den kompilerede kerne kræver: pip install "rammevaerk[fast]"')


def add(command: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``settle``."""
    add_tables(command)
    command.add_argument(
        "--period",
        required=True,
        metavar="PERIODE",
        help="måneder, begge medregnet: 2025-01..2026-12",
    )
    command.add_argument(
        "--out", required=True, type=path, metavar="MAPPE", help="hvor resultatet skrives"
    )
    command.add_argument(
        "--format", choices=FORMATS, help="filtype (som den, opholdene står i, hvis intet er sagt)"
    )
    command.add_argument(
        "--kernel",
        choices=("auto", "numpy", "compiled"),
        default="auto",
        help="beregningskerne; resultatet er det samme",
    )
    command.add_argument(
        "--engine",
        choices=("local", "spark"),
        default="local",
        help="hvor det regnes; spark fordeler tilbuddene på en klynge (kræver rammevaerk[spark])",
    )
    command.add_argument("--progress", action="store_true", help="vis altid, hvor langt det er")
    command.set_defaults(run=_settle)


def _settle(options: argparse.Namespace) -> int:
    months = Months.parse(options.period)
    progress = _Progress(always=options.progress)
    progress.say("Læser tabellerne")
    read = read_or_say_why(options.folder)
    if read is None:
        return UNUSABLE
    made = _made(options, read, months, progress)
    findings = [*read.findings, *made.findings]
    progress.say("Skriver resultatet")
    form = options.format or read.files["placements"].path.suffix.lower().lstrip(".")
    try:
        paths = write_settlement(made, findings, options.out, form)
    except OSError as error:
        # What is in the way is named; the names of files that are not done mean nothing to anyone.
        place = error.filename if isinstance(error, IsADirectoryError) else options.out
        sys.stderr.write(f"{place}: kan ikke skrives: {reason_da(error)}\n")
        return UNUSABLE
    progress.end()
    write_findings(findings, read.files)
    _write_summary(made, findings, paths)
    return FOUND if stops_figures(findings) else DONE


def _made(
    options: argparse.Namespace, read: ReadTables, months: Months, progress: "_Progress"
) -> Settlement:
    rounding = Rounding(options.rounding)
    if options.engine == "spark":
        return _on_spark(options, read, months, rounding)
    return settle(
        read.tables,
        months,
        rounding=rounding,
        kernel=_kernel(options.kernel, read, months),
        threads=_threads(read),
        progress=progress.share if progress.shown else None,
    )


def _on_spark(
    options: argparse.Namespace, read: ReadTables, months: Months, rounding: Rounding
) -> Settlement:
    from rammevaerk.exchange.spark import settle_on_spark
    from rammevaerk.exchange.tables.scratch import folder_for_a_while, remove_left_behind

    # Beside the result: what all machines of a cluster can read must be where they can see it.
    beside = options.out.resolve().parent
    beside.mkdir(parents=True, exist_ok=True)
    remove_left_behind(beside)
    with folder_for_a_while(beside) as work:
        compiled = options.kernel == "compiled"
        return settle_on_spark(read.tables, months, work=work, rounding=rounding, compiled=compiled)


def _kernel(asked: str, read: ReadTables, months: Months) -> Kernel:
    work = len(read.tables.placements.placement) * months.count
    if asked == "numpy" or (asked == "auto" and work < _WORTH_COMPILING):
        return price_blocks
    try:
        from rammevaerk.engine.settlement.compiled import price_compiled
    except ModuleNotFoundError as missing:
        if missing.name != "numba":
            raise
        if asked == "auto":
            return price_blocks
        raise NoCompiledKernel from missing
    return price_compiled


def _threads(read: ReadTables) -> int:
    few = len(read.tables.placements.placement) < _WORTH_THREADS
    return 1 if few else min(os.cpu_count() or 1, 8)


def _write_summary(
    made: Settlement, findings: Sequence[TableFinding], paths: Sequence[Path]
) -> None:
    count = f"{len(made.lines):,}".replace(",", ".")
    count += " linje" if len(made.lines) == 1 else " linjer"
    total = format_kroner(int(made.totals.total_ore.sum()))
    rounding = "pr. linje" if made.rounding is Rounding.LINE else "af døgnprisen"
    sys.stdout.write(
        f"{count} for {made.months}, i alt {total} (afrunding {rounding})\n"
        f"Skrevet: {', '.join(str(path) for path in paths)}\n"
    )
    codes = Counter((str(finding.severity), finding.code) for finding in findings)
    for (severity, code), number in sorted(codes.items()):
        name = _SEVERITIES_DA[severity][number != 1]
        sys.stdout.write(f"  {number:>5} {name}: {code}\n")


class _Progress:
    """Where the work has come to, on stderr: for somebody who watches, once it takes long."""

    def __init__(self, *, always: bool) -> None:
        self.shown = always or sys.stderr.isatty()
        self._from = time.monotonic() + (0 if always else _QUIET_SECONDS)
        self._line = False

    def say(self, text: str) -> None:
        if self.shown and time.monotonic() >= self._from:
            sys.stderr.write(f"\r\x1b[K{text} …" if sys.stderr.isatty() else f"{text} …\n")
            self._line = sys.stderr.isatty()
            sys.stderr.flush()

    def share(self, done: float) -> None:
        self.say(f"Afregner: {done:.0%}")

    def end(self) -> None:
        if self._line:
            sys.stderr.write("\r\x1b[K")
