"""``rammevaerk rules``: the parameters with their values, sources and versions."""

import argparse
import json
import sys
from collections.abc import Sequence
from datetime import date

from rammevaerk.cli.arguments import path
from rammevaerk.cli.days import add_date, asked_day
from rammevaerk.engine.errors import NoRuleForDate, ParameterError
from rammevaerk.engine.parameter_files import LAYERS_DA, Parameter, Version
from rammevaerk.engine.parameters import Parameters, plain
from rammevaerk.engine.units import value_text_da

_ROOMS_DA = {
    "agreement": "RAMMEAFTALEN",
    "contract": "KONTRAKTER",
    "cost_sharing": "FÆLLES UDGIFTER",
    "deadlines": "FRISTER",
    "objective": "OBJEKTIV FINANSIERING",
    "own_payment": "EGENBETALING",
    "privacy": "DATABESKYTTELSE",
    "refund": "STATENS REFUSION",
    "regulation": "REGULERING",
    "settlement": "AFREGNING",
    "special": "SÆRLIGE BETALINGER",
    "supervision": "SOCIALTILSYN",
    "tariffs": "TAKSTER",
}
_CONFIDENCE_DA = {"high": "høj", "medium": "middel", "low": "lav"}


def add(rules: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``rules``, ``rules show`` and ``rules check``."""
    add_date(rules, default=None)
    rules.set_defaults(run=_list_rules)
    actions = rules.add_subparsers(metavar="")
    show = actions.add_parser("show", help="vis en parameter med alle versioner")
    show.add_argument("key", metavar="NØGLE")
    show.add_argument("--json", action="store_true", help="skriv JSON")
    add_date(show, default=argparse.SUPPRESS)  # keeps a date given before "show"
    show.set_defaults(run=_show_rule)
    check = actions.add_parser("check", help="kontrollér alle regelfiler")
    check.add_argument("folder", nargs="?", type=path, metavar="MAPPE")
    check.set_defaults(run=_check_rules)


def _list_rules(options: argparse.Namespace) -> int:
    parameters, day = Parameters.load(), asked_day(options)
    rooms: dict[str, list[tuple[str, ...]]] = {}
    for parameter in parameters:
        room = parameter.key.partition("/")[0]
        rooms.setdefault(room, []).append(_row(parameters, parameter, day))
    for at, (room, rows) in enumerate(sorted(rooms.items())):
        if at:
            sys.stdout.write("\n")
        heading = (_ROOMS_DA.get(room, room.upper()), "betegnelse", "værdi", "efterprøvet")
        _write_table([heading, *rows])
    return 0


def _row(parameters: Parameters, parameter: Parameter, day: date) -> tuple[str, ...]:
    try:
        found = parameters.on(parameter.key, day)
    except NoRuleForDate:
        return (parameter.key, parameter.label_da, "ingen regel på dagen", "")
    sure = _sure_da(found.verified, found.unverified)
    return (parameter.key, parameter.label_da, found.text_da(), sure)


def _write_table(rows: Sequence[tuple[str, ...]]) -> None:
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        sys.stdout.write("  ".join(cells).rstrip() + "\n")


def _sure_da(verified: date | None, unverified: str) -> str:
    return verified.isoformat() if verified else f"nej (tillid: {_CONFIDENCE_DA[unverified]})"


def _show_rule(options: argparse.Namespace) -> int:
    parameters, day = Parameters.load(), asked_day(options)
    parameter = parameters.get(options.key)
    try:
        value = parameters.on(parameter.key, day)
    except NoRuleForDate as error:
        value, problem = None, str(error)
    if options.json:
        versions = [_version_dict(version) for version in parameter.versions]
        shown = {
            "key": parameter.key,
            "label_da": parameter.label_da,
            "description_da": parameter.description_da,
            "layer": parameter.layer,
            "on": day.isoformat(),
            "found": value and value.as_dict(),
            "versions": versions,
        }
        sys.stdout.write(json.dumps(shown, ensure_ascii=False, indent=2) + "\n")
    else:
        found = value.text_da() if value else problem
        sys.stdout.write(f"{parameter.key}: {parameter.label_da}\n")
        if parameter.description_da:
            sys.stdout.write(f"{parameter.description_da}\n")
        sys.stdout.write(f"bygger på: {LAYERS_DA[parameter.layer]}\n{day}: {found}\n")
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
    count, sources = len(parameters.by_key), len(parameters.sources)
    sys.stdout.write(
        f"{count} {'parameter' if count == 1 else 'parametre'} og "
        f"{sources} {'kilde' if sources == 1 else 'kilder'} er i orden.\n"
        f"regelsættets aftryk: {parameters.rules_hash()}\n"
    )
    return 0
