"""Arguments of commands: Danish words where argparse has English ones, and paths."""

import argparse
import re
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NoReturn

# What argparse says, and what we say instead; \1 and \2 are what it names.
_ERRORS_DA = (
    (r"the following arguments are required: (.+)", r"der mangler: \1"),
    (r"unrecognized arguments: (.+)", r"dette kendes ikke: \1"),
    (r"argument (.+): expected one argument", r"\1 skal have en værdi"),
    (r"argument (.+): expected at least one argument", r"\1 skal have mindst én værdi"),
    (r"argument (.+): expected (\d+) arguments?", r"\1 skal have \2 værdier"),
    (
        r"argument (.+): invalid choice: (.+) \(choose from (.+)\)",
        r"\1: \2 kendes ikke; vælg mellem \3",
    ),
    (r"argument (.+): ignored explicit argument (.+)", r"\1 har ingen værdi, så \2 er for meget"),
    (r"ambiguous option: (.+) could match (.+)", r"\1 kan være både \2; skriv hele navnet"),
    (r"argument (.+): not allowed with argument (.+)", r"\1 kan ikke stå sammen med \2"),
    (r"one of the arguments (.+) is required", r"en af disse skal stå der: \1"),
    (r"argument (.+): invalid \S+ value: (.+)", r"\1: \2 kan ikke bruges"),
    (r"argument (.+?): (.+)", r"\1: \2"),  # what a type of ours has said is Danish
)


class _Formatter(argparse.HelpFormatter):
    def add_usage(
        self,
        usage: str | None,
        actions: Iterable[argparse.Action],
        groups: Iterable[Any],
        prefix: str | None = None,
    ) -> None:
        super().add_usage(usage, actions, groups, "brug: " if prefix is None else prefix)


class DanishParser(argparse.ArgumentParser):
    """A parser whose help, usage and errors are in Danish; its commands are of the same kind."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **{"formatter_class": _Formatter, **named, "add_help": False})
        self._positionals.title = "argumenter"
        self._optionals.title = "valg"
        self.add_argument("-h", "--help", action="help", help="vis denne hjælp")

    def error(self, message: str) -> NoReturn:
        """Write the usage and what is wrong on stderr; leave with exit code 2."""
        self.exit(2, f"{self.format_usage()}{self.prog}: {_danish(message)}\n")

    def _print_message(self, message: str, file: Any = None) -> None:
        # argparse would pass over in silence that nothing came out.
        (file or sys.stderr).write(message)


def _danish(message: str) -> str:
    for pattern, text_da in _ERRORS_DA:
        found = re.fullmatch(pattern, message, re.DOTALL)
        if found:
            return found.expand(text_da)
    return message


def path(text: str) -> Path:
    """Read the path of a file or folder; an empty one would mean the folder one stands in."""
    if not text.strip():
        raise argparse.ArgumentTypeError("stien er tom")
    if "\0" in text:
        raise argparse.ArgumentTypeError("stien kan ikke bruges")
    return Path(text)
