"""The console command: engine and exchange work alone, everything else is the portal's.

Each command lives in a module of its own, imported when it is asked for: a settlement does not
wait for the readers of Word files.
"""

import argparse
import atexit
import gc
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from importlib import import_module
from typing import TextIO

from rammevaerk import __version__
from rammevaerk.cli.arguments import DanishParser
from rammevaerk.cli.codes import UNUSABLE
from rammevaerk.engine.errors import EngineError

# What would only delay a short command: threads for products of matrices, which nothing here makes,
# and a search for reference cycles when the process is over anyway.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
atexit.register(gc.freeze)

# 128 and the number of the signal, as a shell has it.
_READER_GONE, _STOPPED = 141, 130
_NOT_WRITTEN_DA = "Svaret kan ikke skrives (filer, der er skrevet, bliver stående)"

PORTAL_SETTINGS = "rammevaerk.portal.settings"
# The command, what it does, its module and the function there that declares its arguments.
_COMMANDS = {
    "settle": ("afregn en mappe med tabeller, øre for øre", "settle", "add"),
    "explain": ("vis hvert skridt bag en linje i en afregning", "explain", "add"),
    "rules": ("regler og parametre med kilde", "rules", "add"),
    "tariff": ("beregn et tilbuds takst af dets budget", "tariff", "add"),
    "cpr": ("led efter CPR-numre i filer", "cpr", "add"),
    "read": ("læs en dagsorden eller et referat (txt, docx, pdf)", "documents", "add_read"),
    "check": ("kontrollér en dagsorden eller et referat", "documents", "add_check"),
    "compare": ("sammenlign to takstmodeller på de samme indskrivninger", "compare", "add"),
}
# What makes "check" the portal's own command of that name: rammevaerk check --deploy
_PORTAL_CHECK = frozenset({"--deploy", "--tag", "-t", "--list-tags", "--fail-level", "--database"})


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0 done, 1 something found, 2 could not."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if not arguments or arguments[0] in {"help", "-h", "--help"}:
        return _heard(lambda: _help(arguments[1:]))
    if arguments[0] in {*_COMMANDS, "--version"} and not _is_portal_check(arguments):
        return _heard(lambda: _own_command(arguments))
    return _portal_command(arguments)


def _heard(run: Callable[[], int]) -> int:
    """Run a command of ours, and see to it that what it writes comes out.

    Nothing begins where there is nowhere to write. A reader who has gone, as `head` does, ends the
    command quietly, with the code that such an end has in a shell; so does a key that stops it.
    """
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 (open to the end)
    if sys.stdout is None:
        sys.stderr.write("Svaret kan ikke skrives: standard ud er lukket.\n")
        return UNUSABLE
    try:
        code = run()
        sys.stdout.flush()
        sys.stderr.flush()
    except BrokenPipeError:
        _silence()
        return _READER_GONE
    except KeyboardInterrupt:
        _silence()
        return _STOPPED
    except OSError as error:
        return _not_heard(error)
    return code


def _not_heard(error: OSError) -> int:
    """Say what the system would not do; a command has told of its own files by then."""
    from rammevaerk.exchange.system_reasons import reason_da

    what = f"{error.filename}: kan ikke bruges" if error.filename else _NOT_WRITTEN_DA
    _silence(sys.stdout)
    with suppress(OSError):
        sys.stderr.write(f"{what}: {reason_da(error)}.\n")
        sys.stderr.flush()
        return UNUSABLE
    _silence(sys.stderr)
    return UNUSABLE


def _silence(*streams: TextIO) -> None:
    """Let go of what has not come out: Python would try again when it closes down, and complain."""
    for stream in streams or (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):  # a stream that is no file is not tried again
            number = stream.fileno()
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, number)
            os.close(nowhere)


def _is_portal_check(arguments: Sequence[str]) -> bool:
    """Say whether "check" is the portal's own command of that name: `rammevaerk check --deploy`."""
    flags = {argument.partition("=")[0] for argument in arguments[1:]}
    return arguments[0] == "check" and not _PORTAL_CHECK.isdisjoint(flags)


def _own_command(arguments: list[str]) -> int:
    try:
        options = _parser(arguments[0]).parse_args(arguments)
    except SystemExit as done:  # argparse has written why
        return int(done.code or 0)
    try:
        run: Callable[[argparse.Namespace], int] = options.run
        return run(options)
    except EngineError as error:
        sys.stderr.write(f"{error}\n")
        return UNUSABLE


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
        return UNUSABLE
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", PORTAL_SETTINGS)
    from django.db import OperationalError, ProgrammingError

    try:
        execute_from_command_line(["rammevaerk", *arguments])
    except (OperationalError, ProgrammingError) as error:
        sys.stderr.write(
            f"rammevaerk {arguments[0]}: databasen kan ikke bruges: {error}\n"
            "Er den oprettet? Kør rammevaerk migrate, eller se RAMMEVAERK_DATA_DIR.\n"
        )
        return UNUSABLE
    return 0


def _help(arguments: list[str]) -> int:
    if arguments and arguments[0] in _COMMANDS:
        return _own_command([arguments[0], "--help"])
    if arguments:
        return _portal_command(["help", *arguments])
    sys.stdout.write(_parser("").format_help())
    sys.stdout.write("\nPortalens kommandoer:\n")
    sys.stdout.flush()
    code = _portal_command(["help", "--commands"])
    return 0 if code == UNUSABLE else code  # without the portal, the help is shorter, not wrong


def _parser(asked: str) -> DanishParser:
    """Every command by name and help; the arguments of the one asked for."""
    parser = DanishParser(
        prog="rammevaerk", description="Rammeaftaler: beregning, kontrol og portal."
    )
    parser.add_argument(
        "--version", action="version", version=f"%(prog)s {__version__}", help="vis versionen"
    )
    commands = parser.add_subparsers(title="kommandoer uden database", metavar="")
    for name, (text, module, declare) in _COMMANDS.items():
        command = commands.add_parser(name, help=text)
        if name == asked:
            getattr(import_module(f"rammevaerk.cli.{module}"), declare)(command)
    return parser
