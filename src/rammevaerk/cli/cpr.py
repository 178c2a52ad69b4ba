"""``rammevaerk cpr``: where a file holds numbers of people."""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from rammevaerk.cli.arguments import path
from rammevaerk.cli.codes import UNUSABLE
from rammevaerk.engine.cpr import find_cpr
from rammevaerk.exchange.errors import ExchangeError
from rammevaerk.exchange.system_reasons import reason_da

_TEXT_SUFFIXES = {".txt", ".md", ".tsv", ".json", ".toml", ".xml", ".html", ".log", ".py"}


def add(cpr: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``cpr``."""
    cpr.add_argument("files", nargs="+", type=path, metavar="FIL")
    cpr.set_defaults(run=_find_cpr)


def _find_cpr(options: argparse.Namespace) -> int:
    code = 0
    for file in options.files:
        try:
            code = max(code, _find_cpr_in(file))
        except OSError as error:
            sys.stderr.write(f"{file}: kan ikke læses: {reason_da(error)}\n")
            code = UNUSABLE
        except ExchangeError as error:
            sys.stderr.write(f"{error}\n")
            code = UNUSABLE
    return code


def _find_cpr_in(file: Path) -> int:
    found = False
    for place, text in _texts(file):
        for match in find_cpr(text):
            found = True
            where = f"{place}, " if place else ""
            sys.stdout.write(
                f"{file}: {where}linje {match.line}, tegn {match.column}: {match.masked}\n"
            )
    return int(found)


def _texts(file: Path) -> Iterator[tuple[str, str]]:
    # Imported here: the readers of Office files and PDF are heavy, and most commands need none.
    from rammevaerk.exchange.filetype import decode_text
    from rammevaerk.exchange.plaintext import read_places

    if file.suffix.lower() in _TEXT_SUFFIXES:
        # As one piece: a number may be broken over two lines.
        yield "", decode_text(file.read_bytes())
        return
    for part in read_places(file.read_bytes(), file.name):
        yield part.place, part.text
