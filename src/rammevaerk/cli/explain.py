"""``rammevaerk explain``: every step behind one line of a settlement."""

import argparse
import json
import sys

from rammevaerk.cli.codes import DONE, FOUND, UNUSABLE
from rammevaerk.cli.tables import add_tables, read_or_say_why, write_findings
from rammevaerk.engine.money import format_kroner
from rammevaerk.engine.parameters import packaged_sources
from rammevaerk.engine.settlement.explain import Explanation, NoLine, explain
from rammevaerk.engine.settlement.months import Months, parse_month
from rammevaerk.engine.settlement.settle import Rounding
from rammevaerk.engine.tables import is_whole
from rammevaerk.engine.trace import Step
from rammevaerk.engine.units import value_text_da
from rammevaerk.exchange.tables.reading import ReadTables


def add(command: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``explain``."""
    add_tables(command)
    command.add_argument("placement", metavar="OPHOLD", help="nøglen, som den står i tabellen")
    command.add_argument("month", metavar="MÅNED", help="fx 2025-03")
    command.add_argument(
        "--period",
        metavar="PERIODE",
        help="den periode, der er afregnet: 2025-01..2026-12",
    )
    command.add_argument("--json", action="store_true", help="skriv JSON")
    command.set_defaults(run=_explain)


def _explain(options: argparse.Namespace) -> int:
    parse_month(options.month)
    period = Months.parse(options.period) if options.period else None
    read = read_or_say_why(options.folder)
    if read is None:
        return UNUSABLE
    write_findings(read.findings, read.files)
    try:
        found = explain(
            read.tables,
            _key(options.placement, read),
            options.month,
            rounding=Rounding(options.rounding),
            period=period,
        )
    except NoLine as error:
        sys.stderr.write(f"{error}\n")
        return FOUND
    if options.json:
        sys.stdout.write(json.dumps(found.as_dict(), ensure_ascii=False, indent=2) + "\n")
    else:
        _write_explanation(found)
    return DONE


def _key(text: str, read: ReadTables) -> int | str:
    """Return a key as the tables have it: a whole number where all of them are."""
    whole = read.tables.domains["placement"].labels.dtype.kind in "iu"
    return int(text) if whole and is_whole(text) else text


def _write_explanation(found: Explanation) -> None:
    sys.stdout.write(f"Ophold {found.placement}, {found.month}: {format_kroner(found.total_ore)}\n")
    for step in found.trace:
        sys.stdout.write(f"\n{step.label_da}: {value_text_da(step.value, step.unit)}\n")
        because = _because_da(step)
        if because:
            sys.stdout.write(f"  {because}\n")


def _because_da(step: Step) -> str:
    rule = f"regel {step.rule} fra {step.edition}" if step.rule else ""
    known = packaged_sources().get(step.source)
    source = f"kilde: {known.title_da if known else step.source}" if step.source else ""
    return ", ".join(part for part in (rule, source) if part)
