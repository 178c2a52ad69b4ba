"""Days as arguments of a command, written as Danes write them."""

import argparse
from datetime import date

from rammevaerk.engine.errors import UnreadableDate
from rammevaerk.engine.periods import Precision, parse_partial_date_da


def add_date(parser: argparse.ArgumentParser, default: str | None) -> None:
    parser.add_argument(
        "--on", type=_day, default=default, metavar="DATO", help="dato for opslaget (i dag)"
    )


def _day(text: str) -> date:
    try:
        found = parse_partial_date_da(text)
    except UnreadableDate as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    if found.precision is not Precision.DAY:
        raise argparse.ArgumentTypeError(f"«{text}» er ikke en bestemt dag")
    return found.first


def asked_day(options: argparse.Namespace) -> date:
    day: date | None = options.on
    return day or date.today()  # noqa: DTZ011 (the civil date of the person at the keyboard)
