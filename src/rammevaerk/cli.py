"""The console command: engine and exchange work alone, everything else is the portal's."""

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path

from rammevaerk import __version__
from rammevaerk.engine.cpr import find_cpr
from rammevaerk.engine.errors import EngineError, NoRuleForDate, ParameterError, UnreadableDate
from rammevaerk.engine.parameter_files import Parameter, Version
from rammevaerk.engine.parameters import Parameters, plain
from rammevaerk.engine.periods import Precision, parse_partial_date_da
from rammevaerk.engine.units import value_text_da
from rammevaerk.exchange.errors import ExchangeError

PORTAL_SETTINGS = "rammevaerk.portal.settings"
_USE = 2  # exit code of a command that could not do its work
_TEXT_SUFFIXES = {".txt", ".md", ".tsv", ".json", ".toml", ".xml", ".html", ".log", ".py"}
_CONFIDENCE_DA = {"high": "høj", "medium": "middel", "low": "lav"}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0 done, 1 something found, 2 could not."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if not arguments or arguments[0] in {"help", "-h", "--help"}:
        return _help(arguments[1:])
    if arguments[0] in {*_COMMANDS, "--version"}:
        return _own_command(arguments)
    return _portal_command(arguments)


def _own_command(arguments: list[str]) -> int:
    try:
        options = _parser().parse_args(arguments)
    except SystemExit as done:  # argparse has written why
        return int(done.code or 0)
    try:
        run: Callable[[argparse.Namespace], int] = options.run
        return run(options)
    except EngineError as error:
        sys.stderr.write(f"{error}\n")
        return _USE


def _portal_command(arguments: list[str]) -> int:
    try:
        from django.core.management import execute_from_command_line
    except ModuleNotFoundError as missing:
        if missing.name != "django":
            raise
        sys.stderr.write(
            f"rammevaerk {arguments[0]}: kommandoen hører til portalen. Installér den med\n"
            '    pip install "rammevaerk[portal]"\n'
        )
        return _USE
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", PORTAL_SETTINGS)
    from django.db import OperationalError, ProgrammingError

    try:
        execute_from_command_line(["rammevaerk", *arguments])
    except (OperationalError, ProgrammingError) as error:
        sys.stderr.write(
            f"rammevaerk {arguments[0]}: databasen kan ikke bruges: {error}\n"
            "Er den oprettet? Kør rammevaerk migrate, eller se RAMMEVAERK_DATA_DIR.\n"
        )
        return _USE
    return 0


def _help(arguments: list[str]) -> int:
    if arguments and arguments[0] in _COMMANDS:
        return _own_command([arguments[0], "--help"])
    if arguments:
        return _portal_command(["help", *arguments])
    sys.stdout.write(_parser().format_help())
    sys.stdout.write("\nPortalens kommandoer:\n")
    sys.stdout.flush()
    code = _portal_command(["help", "--commands"])
    return 0 if code == _USE else code  # without the portal, the help is shorter, not wrong


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="rammevaerk", description="Rammeaftaler: beregning, kontrol og portal."
    )
    parser.add_argument(
        "--version", action="version", version=f"%(prog)s {__version__}", help="vis versionen"
    )
    commands = parser.add_subparsers(title="kommandoer uden database", metavar="")
    rules = commands.add_parser("rules", help="regler og parametre med kilde")
    _add_date(rules, default=None)
    rules.set_defaults(run=_list_rules)
    actions = rules.add_subparsers(metavar="")
    show = actions.add_parser("show", help="vis en parameter med alle versioner")
    show.add_argument("key", metavar="NØGLE")
    show.add_argument("--json", action="store_true", help="skriv JSON")
    _add_date(show, default=argparse.SUPPRESS)  # keeps a date given before "show"
    show.set_defaults(run=_show_rule)
    check = actions.add_parser("check", help="kontrollér alle regelfiler")
    check.add_argument("folder", nargs="?", type=Path, metavar="MAPPE")
    check.set_defaults(run=_check_rules)
    cpr = commands.add_parser("cpr", help="led efter CPR-numre i filer")
    cpr.add_argument("files", nargs="+", type=Path, metavar="FIL")
    cpr.set_defaults(run=_find_cpr)
    return parser


def _add_date(parser: argparse.ArgumentParser, default: str | None) -> None:
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


def _asked_day(options: argparse.Namespace) -> date:
    day: date | None = options.on
    return day or date.today()  # noqa: DTZ011 (the civil date of the person at the keyboard)


def _list_rules(options: argparse.Namespace) -> int:
    parameters, day = Parameters.load(), _asked_day(options)
    rows = [("nøgle", "betegnelse", "værdi", "efterprøvet")]
    for parameter in parameters:
        try:
            found = parameters.on(parameter.key, day)
        except NoRuleForDate:
            rows.append((parameter.key, parameter.label_da, "ingen regel på dagen", ""))
        else:
            sure = _sure_da(found.verified, found.unverified)
            rows.append((parameter.key, parameter.label_da, found.text_da(), sure))
    _write_table(rows)
    return 0


def _write_table(rows: Sequence[tuple[str, ...]]) -> None:
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        sys.stdout.write("  ".join(cells).rstrip() + "\n")


def _sure_da(verified: date | None, unverified: str) -> str:
    return verified.isoformat() if verified else f"nej (tillid: {_CONFIDENCE_DA[unverified]})"


def _show_rule(options: argparse.Namespace) -> int:
    parameters, day = Parameters.load(), _asked_day(options)
    parameter = parameters.get(options.key)
    try:
        value = parameters.on(parameter.key, day)
    except NoRuleForDate as error:
        value, problem = None, str(error)
    if options.json:
        versions = [_version_dict(version) for version in parameter.versions]
        shown = {"on": day.isoformat(), "found": value and value.as_dict(), "versions": versions}
        sys.stdout.write(json.dumps(shown, ensure_ascii=False, indent=2) + "\n")
    else:
        found = value.text_da() if value else problem
        sys.stdout.write(f"{parameter.key}: {parameter.label_da}\n{day}: {found}\n")
        _write_versions(parameters, parameter)
    return 0 if value else 1


def _version_dict(version: Version) -> dict[str, object]:
    return {
        "from": plain(version.period.start),
        "to": plain(version.period.end),
        "value": plain(version.value),
        "source": version.source,
        "decided": plain(version.decided),
        "verified": plain(version.verified),
        "unverified": version.unverified,
        "note": version.note,
    }


def _write_versions(parameters: Parameters, parameter: Parameter) -> None:
    for version in parameter.versions:
        source = parameters.sources[version.source]
        value = version.value
        text = "ingen regel" if value is None else value_text_da(value, parameter.unit)
        end = f"til {version.period.end} (ikke medregnet)" if version.period.end else "og frem"
        sys.stdout.write(
            f"\nfra {version.period.start} {end}: {text}\n"
            f"  kilde: {source.title_da} ({source.reference})\n"
            f"  efterprøvet: {_sure_da(version.verified, version.unverified)}\n"
        )
        for line in (source.url, version.note):
            if line:
                sys.stdout.write(f"  {line}\n")


def _check_rules(options: argparse.Namespace) -> int:
    try:
        parameters = Parameters.load(options.folder)
    except ParameterError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    count = len(parameters.by_key)
    sys.stdout.write(
        f"{count} parametre og {len(parameters.sources)} kilder er i orden.\n"
        f"regelsættets aftryk: {parameters.rules_hash()}\n"
    )
    return 0


def _find_cpr(options: argparse.Namespace) -> int:
    code = 0
    for file in options.files:
        try:
            code = max(code, _find_cpr_in(file))
        except OSError as error:
            sys.stderr.write(f"{file}: kan ikke læses: {error.strerror}\n")
            code = _USE
        except ExchangeError as error:
            sys.stderr.write(f"{error}\n")
            code = _USE
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


_COMMANDS = ("rules", "cpr")
