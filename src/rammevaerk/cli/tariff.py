"""``rammevaerk tariff``: one facility's tariff from its budget, every figure with its proof."""

import argparse
import json
import sys
from collections.abc import Sequence
from typing import Any

from rammevaerk.cli.arguments import path
from rammevaerk.cli.codes import DONE, FOUND, UNUSABLE
from rammevaerk.engine.date_words import date_text_da
from rammevaerk.engine.errors import NoRuleForDate
from rammevaerk.engine.findings import Finding, Severity
from rammevaerk.engine.money import format_kroner
from rammevaerk.engine.parameters import Parameters, packaged_sources
from rammevaerk.engine.tariffs.components import ComponentTariff
from rammevaerk.engine.tariffs.errors import TariffError
from rammevaerk.engine.tariffs.facility import FacilityTariff, TariffBudget, facility_tariff
from rammevaerk.engine.trace import Step
from rammevaerk.engine.units import value_text_da
from rammevaerk.exchange.system_reasons import reason_da
from rammevaerk.exchange.tariff_budget import engine_problem, read_budget
from rammevaerk.exchange.toml_tables import UnusableTable

_SEVERITIES_DA = {Severity.ERROR: "fejl", Severity.WARNING: "advarsel", Severity.NOTE: "bemærkning"}
_WIDEST_LABEL = 72
_MOST_BYTES = 5_000_000  # a budget is a page or two


def add(tariff: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``tariff``."""
    tariff.add_argument("file", type=path, metavar="FIL.toml")
    tariff.add_argument("--json", action="store_true", help="skriv JSON")
    tariff.set_defaults(run=_tariff)


def _tariff(options: argparse.Namespace) -> int:
    parameters = Parameters.load()
    name = str(options.file)
    try:
        content = options.file.read_bytes()
    except OSError as error:
        return _refuse(f"{name}: kan ikke læses: {reason_da(error)}")
    if len(content) > _MOST_BYTES:
        return _refuse(f"{name}: filen er for stor til at være et budget.")
    try:
        budget, problems = read_budget(content, name, parameters)
    except UnusableTable as error:
        return _refuse(str(error))
    try:
        found = facility_tariff(budget, parameters)
    except TariffError as error:
        return _refuse(engine_problem(problems, error))
    except NoRuleForDate as error:
        return _no_rule(budget, error, as_json=options.json)
    if options.json:
        _write_json(_as_dict(budget, found))
    else:
        _write(budget, found)
    return DONE if found.usable else FOUND


def _refuse(message: str) -> int:
    sys.stderr.write(f"{message}\n")
    return UNUSABLE


def _no_rule(budget: TariffBudget, error: NoRuleForDate, *, as_json: bool) -> int:
    """A number that law or agreement does not give stops the tariff; nothing is guessed."""
    note = f" ({error.note.rstrip('.')})" if error.note else ""
    message = f"Der er ingen regel {error.key} den {date_text_da(error.day)}{note}."
    finding = Finding("tariff.no-rule", Severity.ERROR, error.key, message)
    if as_json:
        _write_json({**_head(budget), "usable": False, "findings": [finding.as_dict()]})
    else:
        _write_findings([finding])
    return FOUND


def _head(budget: TariffBudget) -> dict[str, Any]:
    return {
        "facility": budget.facility,
        "operator": budget.operator,
        "agreement": budget.agreement,
        "year": budget.year,
    }


def _as_dict(budget: TariffBudget, found: FacilityTariff) -> dict[str, Any]:
    price = found.price
    return {
        **_head(budget),
        "usable": found.usable,
        "price": price
        and {
            "ore": price.ore,
            "unit": price.unit.value,
            "exact_ore": str(price.exact_ore),
            "rounding": price.rounding.value,
            "text_da": price.text_da(),
        },
        "components": found.components and _components(found.components),
        "levels": {name: _components(level) for name, level in found.levels.items()},
        "supplements": {
            name: {"ore": one.ore, "unit": one.unit.value, "text_da": one.text_da()}
            for name, one in found.supplements.items()
        },
        "findings": [one.as_dict() for one in found.findings],
        "trace": found.trace.as_dict(),
    }


def _components(tariff: ComponentTariff) -> dict[str, Any]:
    return {
        "total_ore": tariff.total_ore,
        "components": [
            {
                "kind": one.kind.value,
                "ore": one.ore,
                "exact_ore": str(one.exact_ore),
                "moved_ore": one.moved_ore,
            }
            for one in tariff.components
        ],
    }


def _write_json(shown: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(shown, ensure_ascii=False, indent=2) + "\n")


def _write(budget: TariffBudget, found: FacilityTariff) -> None:
    sys.stdout.write(
        f"{budget.facility}, {budget.operator}: takst {budget.year} efter aftalen "
        f"«{budget.agreement}»\n\n"
    )
    _write_steps(tuple(found.trace))
    _write_prices(found)
    _write_findings(found.findings)
    doubtful = sorted({p.key for step in found.trace for p in step.parameters if not p.is_verified})
    if doubtful:
        sys.stdout.write(f"\nHviler på tal, der ikke er efterprøvet: {', '.join(doubtful)}\n")


def _write_steps(steps: Sequence[Step]) -> None:
    rows = [(step, value_text_da(step.value, step.unit)) for step in steps]
    figures = [text for step, text in rows if _is_figure(step, text)]
    left = min(_WIDEST_LABEL, max((len(step.label_da) for step, _ in rows), default=0))
    right = max((len(text) for text in figures), default=0)
    for step, text in rows:
        shown = text.rjust(right) if _is_figure(step, text) else text
        label = step.label_da
        if len(label) > left:  # a long label has its figure on the next line
            sys.stdout.write(f"{label}\n")
            label = ""
        sys.stdout.write(f"{label.ljust(left)}  {shown}\n")
        for line in _proof(step):
            sys.stdout.write(f"    {line}\n")


def _is_figure(step: Step, text: str) -> bool:
    return step.unit != "text" or text[:1].isdigit() or (text[:1] == "-" and text[1:2].isdigit())


def _proof(step: Step) -> list[str]:
    lines = []
    if step.rule and step.edition:
        lines.append(f"regel {step.rule}, udgave fra {step.edition}: {_source_da(step.source)}")
    elif step.source:
        lines.append(f"kilde: {_source_da(step.source)}")
    for one in step.parameters:
        sure = f"efterprøvet {one.verified}" if one.is_verified else "ikke efterprøvet"
        lines.append(
            f"{one.key} = {one.text_da()} fra {one.period.start}, {sure}: {one.source.title_da}"
        )
    return lines


def _source_da(source: str) -> str:
    """The title of a registered source; what a budget names itself stands as it is."""
    known = packaged_sources().get(source)
    return known.title_da if known else source


def _write_prices(found: FacilityTariff) -> None:
    if found.price is None:
        sys.stdout.write("\nIngen takst: noget skal rettes først.\n")
        return
    rows = [("Basistakst" if found.levels else "Takst", found.price.text_da())]
    if found.components:
        rows += [
            (f"  heraf {one.label_da}", format_kroner(one.ore))
            for one in found.components.components
        ]
    rows += [
        (name, f"{format_kroner(one.total_ore)} pr. døgn") for name, one in found.levels.items()
    ]
    rows += [(f"Tillæg: {name}", one.text_da()) for name, one in found.supplements.items()]
    left = max(len(label) for label, _ in rows)
    # Amounts are aligned by their øre; the unit follows.
    right = max(len(text.partition(" kr.")[0]) for _, text in rows)
    sys.stdout.write("\n")
    for label, text in rows:
        amount, _, unit = text.partition(" kr.")
        sys.stdout.write(f"{label.ljust(left)}  {amount.rjust(right)} kr.{unit}\n")


def _write_findings(findings: Sequence[Finding]) -> None:
    for one in findings:
        sys.stdout.write(f"\n{_SEVERITIES_DA[one.severity]}: {one.place} ({one.code})\n")
        sys.stdout.write(f"  {one.message}\n")
        if one.expected:
            sys.stdout.write(f"  står: {one.found}; følger: {one.expected}\n")
