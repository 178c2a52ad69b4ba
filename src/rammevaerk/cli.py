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
from rammevaerk.engine.documents.consistency import check, packaged_register
from rammevaerk.engine.documents.meeting import Item, Kind, MeetingDocument
from rammevaerk.engine.documents.meeting_findings import DocumentFinding
from rammevaerk.engine.errors import EngineError, NoRuleForDate, ParameterError, UnreadableDate
from rammevaerk.engine.findings import Severity
from rammevaerk.engine.parameter_files import Parameter, Version
from rammevaerk.engine.parameters import Parameters, plain
from rammevaerk.engine.periods import Precision, date_text_da, parse_partial_date_da
from rammevaerk.engine.units import value_text_da
from rammevaerk.exchange.errors import ExchangeError

PORTAL_SETTINGS = "rammevaerk.portal.settings"
_USE = 2  # exit code of a command that could not do its work
_TEXT_SUFFIXES = {".txt", ".md", ".tsv", ".json", ".toml", ".xml", ".html", ".log", ".py"}
_KINDS_DA = {
    Kind.AGENDA: "dagsorden",
    Kind.MINUTES: "referat",
    Kind.ACTION_PLAN: "handlingsplan",
    Kind.AGREEMENT: "aftale",
    Kind.NOTE: "notat",
    Kind.UNKNOWN: "ukendt slags dokument",
}
_SEVERITIES_DA = {Severity.ERROR: "fejl", Severity.WARNING: "advarsel", Severity.NOTE: "bemærkning"}
_CONFIDENCE_DA = {"high": "høj", "medium": "middel", "low": "lav"}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0 done, 1 something found, 2 could not."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if not arguments or arguments[0] in {"help", "-h", "--help"}:
        return _help(arguments[1:])
    if arguments[0] in {*_COMMANDS, "--version"} and not _is_portal_check(arguments):
        return _own_command(arguments)
    return _portal_command(arguments)


def _is_portal_check(arguments: Sequence[str]) -> bool:
    """Say whether "check" is the portal's own command of that name: `rammevaerk check --deploy`."""
    flags = {argument.partition("=")[0] for argument in arguments[1:]}
    return arguments[0] == "check" and not _PORTAL_CHECK.isdisjoint(flags)


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
    read = commands.add_parser("read", help="læs en dagsorden eller et referat (txt, docx, pdf)")
    read.add_argument("file", type=Path, metavar="FIL")
    read.add_argument("--json", action="store_true", help="skriv JSON")
    read.set_defaults(run=_read_document)
    check = commands.add_parser(
        "check",
        help="kontrollér en dagsorden eller et referat",
        epilog="Med --deploy, --tag, --fail-level eller --database kontrolleres portalen selv.",
    )
    check.add_argument("file", type=Path, metavar="FIL")
    check.add_argument("--json", action="store_true", help="skriv JSON")
    check.set_defaults(run=_check_document)
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


def _read_document(options: argparse.Namespace) -> int:
    document = _document(options.file)
    if document is None:
        return _USE
    if options.json:
        sys.stdout.write(json.dumps(document.as_dict(), ensure_ascii=False, indent=2) + "\n")
    else:
        _write_document(document)
    return 0


def _document(file: Path) -> MeetingDocument | None:
    """Read a document; None when it cannot be, and then it has been said why."""
    from rammevaerk.exchange.meeting_documents import read  # as heavy as the readers of `_texts`

    try:
        return read(file.read_bytes(), file.name)
    except OSError as error:
        sys.stderr.write(f"{file}: kan ikke læses: {error.strerror}\n")
    except ExchangeError as error:
        sys.stderr.write(f"{error}\n")
    return None


def _check_document(options: argparse.Namespace) -> int:
    document = _document(options.file)
    if document is None:
        return _USE
    findings = check(document, packaged_register())
    if options.json:
        shown = {"findings": [found.as_dict() for found in findings]}
        sys.stdout.write(json.dumps(shown, ensure_ascii=False, indent=2) + "\n")
    else:
        _write_findings(findings)
    return int(bool(findings))


def _write_findings(findings: Sequence[DocumentFinding]) -> None:
    for found in findings:
        place = f"linje {found.line}" + (f", punkt {found.item}" if found.item else "")
        sys.stdout.write(f"{place}: {_SEVERITIES_DA[found.severity]} ({found.code})\n")
        sys.stdout.write(f"  {found.message}\n")
        if found.expected:
            sys.stdout.write(f"  står: {found.found}\n  følger: {found.expected}\n")
    count = len(findings)
    sys.stdout.write(f"{count or 'Ingen'} fund\n")


def _write_document(document: MeetingDocument) -> None:
    day = date_text_da(document.day) if document.day else "uden dato"
    facts = [_KINDS_DA[document.kind], document.body or "uden forum", day, document.place]
    sys.stdout.write(", ".join(fact for fact in facts if fact) + "\n")
    for label, people in (("Deltagere", document.participants), ("Afbud", document.absent)):
        if people:
            sys.stdout.write(f"{label}: {'; '.join(people)}\n")
    for section in document.sections:
        sys.stdout.write(f"\n{section.title or 'Punkter'}\n")
        for item in section.items:
            _write_item(item)
    for table in document.tables:
        title = f": {table.title}" if table.title else ""
        sys.stdout.write(f"\nTabel på linje {table.line}{title} ({len(table.rows)} rækker)\n")
    if document.unsure:
        sys.stdout.write("\nIkke sikkert:\n")
    for doubt in document.unsure:
        sys.stdout.write(f"  linje {doubt.line}: {doubt.what}\n")


def _write_item(item: Item) -> None:
    closed = " (lukket)" if item.closed else ""
    sys.stdout.write(f"  {item.number} {item.title}{closed} (linje {item.line})\n")
    if item.presenters:
        sys.stdout.write(f"      Ved {', '.join(item.presenters)}\n")
    for point in item.recommendation:
        sys.stdout.write(f"      Indstilling: {point}\n")
    for annex in item.annexes:
        number = f"Bilag {annex.number}" if annex.number else "Bilag"
        sys.stdout.write(f"      {number}: {annex.title}\n")
    if item.decision:
        sys.stdout.write(f"      Beslutning: {item.decision.splitlines()[0]}\n")


_COMMANDS = ("rules", "cpr", "read", "check")
# What makes "check" the portal's own command of that name: rammevaerk check --deploy
_PORTAL_CHECK = frozenset({"--deploy", "--tag", "-t", "--list-tags", "--fail-level", "--database"})
