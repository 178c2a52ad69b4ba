"""``rammevaerk read`` and ``rammevaerk check``: agendas and minutes, and what is wrong in them."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from rammevaerk.cli.arguments import path
from rammevaerk.cli.codes import UNUSABLE
from rammevaerk.engine.date_words import date_text_da
from rammevaerk.engine.documents.consistency import check, packaged_register
from rammevaerk.engine.documents.meeting import Item, Kind, MeetingDocument
from rammevaerk.engine.documents.meeting_findings import DocumentFinding
from rammevaerk.engine.findings import Severity
from rammevaerk.exchange.errors import ExchangeError
from rammevaerk.exchange.system_reasons import reason_da

_KINDS_DA = {
    Kind.AGENDA: "dagsorden",
    Kind.MINUTES: "referat",
    Kind.ACTION_PLAN: "handlingsplan",
    Kind.AGREEMENT: "aftale",
    Kind.NOTE: "notat",
    Kind.UNKNOWN: "ukendt slags dokument",
}
_SEVERITIES_DA = {Severity.ERROR: "fejl", Severity.WARNING: "advarsel", Severity.NOTE: "bemærkning"}


def add_read(read: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``read``."""
    read.add_argument("file", type=path, metavar="FIL")
    read.add_argument("--json", action="store_true", help="skriv JSON")
    read.set_defaults(run=_read_document)


def add_check(check: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``check``."""
    check.epilog = "Med --deploy, --tag, --fail-level eller --database kontrolleres portalen selv."
    check.add_argument("file", type=path, metavar="FIL")
    check.add_argument("--json", action="store_true", help="skriv JSON")
    check.set_defaults(run=_check_document)


def _read_document(options: argparse.Namespace) -> int:
    document = _document(options.file)
    if document is None:
        return UNUSABLE
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
        sys.stderr.write(f"{file}: kan ikke læses: {reason_da(error)}\n")
    except ExchangeError as error:
        sys.stderr.write(f"{error}\n")
    return None


def _check_document(options: argparse.Namespace) -> int:
    document = _document(options.file)
    if document is None:
        return UNUSABLE
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
        count = f"{len(table.rows)} {'række' if len(table.rows) == 1 else 'rækker'}"
        sys.stdout.write(f"\nTabel på linje {table.line}{title} ({count})\n")
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
