"""The studio keeps models, placements and studies; none of them changes, a new one follows."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from rammevaerk.engine.cpr import find_cpr
from rammevaerk.engine.errors import AmountOverflow, UnpricedPlacements, UnusableModel
from rammevaerk.engine.tariffs.models import PlacementRows, read_model
from rammevaerk.exchange.placement_files import packed, read_placement_files
from rammevaerk.exchange.placement_folder import UnusablePlacements
from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import Actor, authorise, require_grant, visible
from rammevaerk.portal.access.saving import store_new
from rammevaerk.portal.common import documents
from rammevaerk.portal.common.fields import CprFound
from rammevaerk.portal.tariffs.calculate.studies import prepare
from rammevaerk.portal.tariffs.models import PlacementSet, Study, TariffModel

# More problems than these help nobody.
MOST_TOLD = 30
_ACTION = Action.STUDY_MANAGE
_KEYS = ("placement", "facility", "operator", "payer", "target_group", "plan")
_TOML_PLACE = re.compile(r"(.*) \(at line (\d+), column (\d+)\)")
_TOML_END = " (at end of document)"
_ROW = re.compile(r": \[\[(\w+)\]\] nr\. (\d+)")


@transaction.atomic
def keep_model(
    cooperation: Any,
    organisation_id: int,
    name: str,
    content: str,
    *,
    note: str = "",
    synthetic: bool = False,
    by: Actor,
    at: datetime,
) -> TariffModel:
    """Keep a tariff model written as TOML.

    ValidationError at ``content`` with every problem and where it stands; at ``name``.
    """
    require_grant(by, _ACTION)
    row = TariffModel(
        cooperation=cooperation,
        organisation_id=organisation_id,
        name=name,
        note=note,
        content=content,
        synthetic=synthetic,
        created_at=at,
        created_by_id=by.person_id,
    )
    _refuse_model(content)
    return _kept(row, by=by, at=at)


@transaction.atomic
def keep_placements(
    cooperation: Any,
    organisation_id: int,
    name: str,
    files: Sequence[tuple[str, bytes]],
    *,
    note: str = "",
    synthetic: bool = False,
    by: Actor,
    at: datetime,
) -> PlacementSet:
    """Keep a set of placements handed in as files (see ``read_placement_files``).

    Only the columns that models are compared over are kept. ValidationError at ``files`` with
    every problem; CprFound when a key looks like a CPR number. Then nothing is kept.
    """
    require_grant(by, _ACTION)
    try:
        found = read_placement_files(files)
    except UnusablePlacements as refusal:
        raise ValidationError({"files": _told(refusal.problems)}) from refusal
    sides = [("placements", found.before)]
    if found.after is not None:
        sides.append(("placements_after", found.after))
    for table, rows in sides:
        _refuse_cpr(table, rows)
    row = PlacementSet(
        cooperation=cooperation,
        organisation_id=organisation_id,
        name=name,
        note=note,
        sha256=documents.keep(packed(found.before)),
        after_sha256=documents.keep(packed(found.after)) if found.after is not None else "",
        size=len(found.before.placement),
        synthetic=synthetic,
        created_at=at,
        created_by_id=by.person_id,
    )
    return _kept(row, by=by, at=at)


@transaction.atomic
def keep_study(
    cooperation: Any,
    organisation_id: int,
    name: str,
    *,
    before: TariffModel,
    after: TariffModel,
    placements: PlacementSet,
    note: str = "",
    by: Actor,
    at: datetime,
) -> Study:
    """Keep a study of two models over a set; all three must be the actor's to read.

    ValidationError when a placement has no price in one of the models, saying which.
    """
    require_grant(by, _ACTION)
    parts: tuple[TariffModel | PlacementSet, ...] = (before, after, placements)
    for part in parts:
        if not visible(type(part).objects.filter(pk=part.pk), by, Action.STUDY_READ):
            raise ValidationError(_("Modellerne og indskrivningerne skal være nogle, du kan se."))
        if part.cooperation_id != cooperation.pk:
            raise ValidationError(_("Modeller og indskrivninger skal høre til samme samarbejde."))
    _refuse_unpriced(before, after, placements)
    row = Study(
        cooperation=cooperation,
        organisation_id=organisation_id,
        name=name,
        note=note,
        before=before,
        after=after,
        placements=placements,
        synthetic=before.synthetic or after.synthetic or placements.synthetic,
        created_at=at,
        created_by_id=by.person_id,
    )
    return _kept(row, by=by, at=at)


def _kept(row: Any, *, by: Actor, at: datetime) -> Any:
    """Store a row where the actor may keep one; what he may not is undone."""
    made = store_new(row, _ACTION, by=by, at=at)
    authorise(by, _ACTION, made)
    return made


def _told(problems: Sequence[str]) -> list[str]:
    shown = list(problems[:MOST_TOLD])
    if len(problems) > MOST_TOLD:
        shown.append(_("Og %s fejl mere.") % (len(problems) - MOST_TOLD))
    return shown


def _refuse_model(content: str) -> None:
    try:
        read_model(content, _("Modellen"))
    except UnusableModel as refusal:
        said = [_with_line(one, content) for one in refusal.problems]
        raise ValidationError({"content": _told(said)}) from refusal


def _with_line(problem: str, content: str) -> str:
    """The problem with the line of the text it is about, where that can be told."""
    if found := _TOML_PLACE.fullmatch(problem):
        return _("%(said)s (linje %(line)s, tegn %(column)s)") % {
            "said": found[1],
            "line": found[2],
            "column": found[3],
        }
    if problem.endswith(_TOML_END):
        return problem.removesuffix(_TOML_END) + _(" (ved slutningen)")
    if found := _ROW.search(problem):
        heads = [
            at
            for at, line in enumerate(content.splitlines(), start=1)
            if line.strip().startswith(f"[[{found[1]}]]")
        ]
        if int(found[2]) <= len(heads):
            return _("%(said)s (linje %(line)s)") % {
                "said": problem,
                "line": heads[int(found[2]) - 1],
            }
    return problem


def _refuse_cpr(table: str, rows: PlacementRows) -> None:
    for column, row, text in _texts(rows):
        # Nine digits are a number that a spreadsheet has dropped the first zero of.
        shown = f"0{text}" if text.isdigit() and len(text) == 9 else text
        if matches := find_cpr(shown):
            where = _("%(table)s, række %(row)s, kolonnen %(column)s") % {
                "table": table,
                "row": row,
                "column": column,
            }
            raise ValidationError({"files": CprFound(matches, where=where)})


def _texts(rows: PlacementRows) -> Iterator[tuple[str, int, str]]:
    """Every different text, with the column and the first row it stands in."""
    columns = {name: getattr(rows, name) for name in _KEYS}
    columns["supplement"] = [code for _key, code, _days in rows.supplements]
    for name, texts in columns.items():
        first: dict[str, int] = {}
        for at, text in enumerate(texts, start=1):
            first.setdefault(text, at)
        yield from ((name, at, text) for text, at in first.items())


def _refuse_unpriced(before: TariffModel, after: TariffModel, placements: PlacementSet) -> None:
    try:
        prepare(before.content, after.content, placements.sha256, placements.after_sha256)
    except UnpricedPlacements as refusal:
        said = [f"{one.place}: {one.message} ({one.found})" for one in refusal.findings]
        raise ValidationError({"placements": _told(said)}) from refusal
    except UnusableModel as refusal:
        raise ValidationError({"after": _told(refusal.problems)}) from refusal
    except (AmountOverflow, documents.DamagedDocument) as refusal:
        text = _("De kan ikke regnes sammen: tallene er for store, eller filen er beskadiget.")
        raise ValidationError({"placements": text}) from refusal
