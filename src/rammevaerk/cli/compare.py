"""``rammevaerk compare``: two tariff models over the same placements, and what makes it neutral."""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rammevaerk.cli.arguments import path
from rammevaerk.cli.codes import DONE, FOUND, UNUSABLE
from rammevaerk.cli.compare_text import comparison_da, finding_da, neutral_da, zero_sum_da
from rammevaerk.engine.errors import NoNeutralRate, UnpricedPlacements, UnusableModel
from rammevaerk.engine.findings import Finding
from rammevaerk.engine.tariffs.causes import Cause, causes
from rammevaerk.engine.tariffs.comparison import Comparison, Identity, compare
from rammevaerk.engine.tariffs.models import (
    Model,
    Placements,
    placement_pair,
    placements_of,
    read_model,
)
from rammevaerk.engine.tariffs.zero_sum import (
    Neutral,
    ZeroSum,
    compensated,
    effects,
    least_money_moved,
    solve_basis,
    solve_basis_by_group,
    solve_hour,
)
from rammevaerk.exchange.errors import ExchangeError
from rammevaerk.exchange.placement_folder import read_placement_folder
from rammevaerk.exchange.system_reasons import reason_da

# The column that a placement without a price is looked up by.
_COLUMN = {
    "model.no-facility": "facility",
    "model.no-rate": "plan",
    "model.no-key": "payer",
}
_METHODS = {"money": least_money_moved, "compensated": compensated}


def add(command: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``compare``."""
    command.add_argument("before", type=path, metavar="MODEL_A.toml", help="modellen før")
    command.add_argument("after", type=path, metavar="MODEL_B.toml", help="modellen efter")
    command.add_argument(
        "--placements",
        type=path,
        required=True,
        metavar="MAPPE",
        help="mappe med tabellen placements (og evt. supplements, placements_after)",
    )
    command.add_argument(
        "--zero-sum",
        choices=("hour", "basis"),
        help="find den timepris (hour) eller basistakst (basis), der gør ændringen nul",
    )
    command.add_argument(
        "--by-group",
        action="store_true",
        help="med --zero-sum basis: én basis for hver gruppe i modellens facility_groups",
    )
    command.add_argument(
        "--neutral",
        metavar="BETALER",
        help="find den mindste ændring, der holder betaleren neutral",
    )
    command.add_argument(
        "--minimise",
        choices=tuple(_METHODS),
        default="money",
        help="med --neutral: flyt færrest kroner (money), eller hold den samlede ændring på nul "
        "med basis (compensated)",
    )
    command.add_argument("--json", action="store_true", help="skriv JSON, også hver indskrivning")
    command.set_defaults(run=_compare)


@dataclass(frozen=True, slots=True)
class _Case:
    """What is compared."""

    before: Model
    after: Model
    placements: Placements
    met: Placements | None
    places: Mapping[str, str]

    def solve(self, options: argparse.Namespace, found: Comparison) -> dict[str, ZeroSum]:
        """The zero-sum asked for, by group of facilities or under the empty name."""
        met = self.met or self.placements
        if not options.zero_sum:
            return {}
        if options.zero_sum == "basis" and options.by_group:
            return solve_basis_by_group(found, self.after, met, self.after.facility_groups or {})
        solve = solve_hour if options.zero_sum == "hour" else solve_basis
        return {"": solve(effects(found, self.after, met))}

    def neutral(self, options: argparse.Namespace, found: Comparison) -> Neutral | None:
        """The smallest change that keeps the named payer neutral."""
        if not options.neutral:
            return None
        moved = effects(found, self.after, self.met or self.placements)
        return _METHODS[options.minimise](moved, options.neutral)


def _compare(options: argparse.Namespace) -> int:
    if options.by_group and options.zero_sum != "basis":
        sys.stderr.write("--by-group hører til --zero-sum basis.\n")
        return UNUSABLE
    case = _read(options)
    if case is None:
        return UNUSABLE
    if options.by_group and not case.after.facility_groups:
        sys.stderr.write(f"{options.after.name}: facility_groups mangler.\n")
        return UNUSABLE
    try:
        found = compare(case.before, case.after, case.placements, case.met)
        parts = causes(case.before, case.after, case.placements, case.met)
    except UnpricedPlacements as missing:
        _say_findings(missing.findings, case)
        if options.json:
            _write({"findings": [finding.as_dict() for finding in missing.findings]})
        return FOUND
    _say_findings(found.findings, case)
    problems: list[str] = []
    solved: dict[str, ZeroSum] = {}
    neutral: Neutral | None = None
    try:
        solved = case.solve(options, found)
        neutral = case.neutral(options, found)
    except NoNeutralRate as error:
        problems.append(error.reason_da)
    if options.json:
        _write_json(found, parts, solved, neutral, problems)
    else:
        sys.stdout.write(comparison_da(found, parts, _all_identities(found, parts, solved)))
        sys.stdout.write(zero_sum_da(solved) + neutral_da(neutral))
    for problem in problems:
        sys.stderr.write(f"{problem}\n")
    return FOUND if problems or not found.holds else DONE


def _read(options: argparse.Namespace) -> _Case | None:
    """Read both models and the folder; None when one cannot be used, and then it is said why."""
    models: list[Model] = []
    said: list[str] = []
    for file in (options.before, options.after):
        try:
            models.append(read_model(file.read_text(encoding="utf-8-sig"), file.name))
        except OSError as error:
            said.append(f"{file}: kan ikke læses: {reason_da(error)}")
        except UnicodeDecodeError:
            said.append(f"{file}: er ikke tekst i UTF-8")
        except UnusableModel as error:
            said += error.problems
    try:
        folder = read_placement_folder(options.placements)
    except ExchangeError as error:
        said.append(str(error))
    if said:
        sys.stderr.write("\n".join(said) + "\n")
        return None
    for note in folder.notes:
        sys.stderr.write(f"{note}\n")
    before, after = placements_of(folder.before), None
    if folder.after is not None:
        before, after = placement_pair(folder.before, folder.after)
    return _Case(models[0], models[1], before, after, folder.places)


def _all_identities(
    found: Comparison, parts: tuple[Cause, ...], solved: dict[str, ZeroSum]
) -> tuple[Identity, ...]:
    change = found.total[2]
    identities = [
        *found.identities,
        Identity("årsagerne = ændringen i alt", sum(part.ore for part in parts), change),
    ]
    for name, one in solved.items():
        shown = f"nul-sum {name}: rest + fordelt".replace(" :", ":")
        identities.append(Identity(shown, one.best.residual + sum(one.allocation.values()), 0))
    return tuple(identities)


def _say_findings(findings: Sequence[Finding], case: _Case) -> None:
    """Write findings on stderr; what is about a placement begins with its file, row and column."""
    for finding in findings:
        key = finding.target.removeprefix("placement:")
        place = case.places.get(key) if key != finding.target else None
        where = f"{place}, kolonnen {_COLUMN.get(finding.code, 'placement')}: " if place else ""
        sys.stderr.write(f"{where}{finding_da(finding)}\n")


def _write(shown: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(shown, ensure_ascii=False, indent=2) + "\n")


def _write_json(
    found: Comparison,
    parts: tuple[Cause, ...],
    solved: dict[str, ZeroSum],
    neutral: Neutral | None,
    problems: list[str],
) -> None:
    before, after, change = found.total
    shown = {
        "before": found.names[0],
        "after": found.names[1],
        "hour_rates": [one.as_dict() for one in found.hours],
        "total": {"before_ore": before, "after_ore": after, "change_ore": change},
        "causes": [part.as_dict() for part in parts],
        "zero_sum": [{"group": name, **one.as_dict()} for name, one in solved.items()],
        "neutral": neutral and neutral.as_dict(),
        "problems": problems,
        **{f"by_{name}": table.as_rows([name]) for name, table in found.by.items()},
        "by_payer_and_target_group": found.by_payer_and_group.as_rows(["payer", "target_group"]),
        "placements": found.rows(),
        "identities": [one.as_dict() for one in _all_identities(found, parts, solved)],
        "findings": [finding.as_dict() for finding in found.findings],
    }
    _write(shown)
