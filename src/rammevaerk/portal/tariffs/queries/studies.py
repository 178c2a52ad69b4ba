"""What the studio keeps, and what of a study its reader may see."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from django.db.models import QuerySet

from rammevaerk.engine.tariffs.comparison import GroupTable
from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import Actor, decide, visible
from rammevaerk.portal.access.queries import names_on, words_for
from rammevaerk.portal.common.small_counts import small_count_limit
from rammevaerk.portal.tariffs.calculate.small_cells import Key, protected
from rammevaerk.portal.tariffs.calculate.studies import Prepared, WhatIf
from rammevaerk.portal.tariffs.models import PlacementSet, Study, TariffModel

KeptT = TypeVar("KeptT", TariffModel, PlacementSet, Study)


@dataclass(frozen=True, slots=True)
class KeptRow:
    """Something the studio keeps, and who made it."""

    row: TariffModel | PlacementSet | Study
    organisation: str
    person: str


def models_of(actor: Actor) -> "QuerySet[TariffModel]":
    """The tariff models the actor may use."""
    # Their texts are long, and lists do not show them.
    return visible(TariffModel.objects.defer("content"), actor, Action.STUDY_READ)


def placements_of(actor: Actor) -> "QuerySet[PlacementSet]":
    """The sets of placements the actor may compare over."""
    return visible(PlacementSet.objects.all(), actor, Action.STUDY_READ)


def studies_of(actor: Actor) -> "QuerySet[Study]":
    """The studies the actor may read."""
    return visible(Study.objects.all(), actor, Action.STUDY_READ)


def kept(rows: "QuerySet[KeptT]", *, on: date) -> list[KeptRow]:
    """The rows with the names of those who made them, the newest first."""
    found = list(rows.select_related("created_by"))
    names = names_on(list({row.organisation_id for row in found}), on=on, short=True)
    return [
        KeptRow(row, names[row.organisation_id], row.created_by.name if row.created_by else "")
        for row in found
    ]


@dataclass(frozen=True, slots=True)
class Sight:
    """Which sums of a study are hidden from its reader; `limit` is 0 for who sees everything."""

    hidden: frozenset[Key]
    limit: int
    verified: bool

    def hides(self, kind: str, *labels: str) -> bool:
        """Whether a sum is hidden: ("payer", …), ("cell", payer, group) and the like."""
        return (kind, *labels) in self.hidden


def sight_of(study: Study, actor: Actor, prepared: Prepared, table: WhatIf, *, on: date) -> Sight:
    """What the actor may see of a study.

    Sums of fewer placements than the limit are for the payer itself and for those who may change
    the study; enough others are hidden that they cannot be worked out.
    """
    limit, verified = small_count_limit(on)
    if decide(actor, Action.STUDY_MANAGE, study).allowed:
        return Sight(frozenset(), 0, verified)
    own = words_for(actor.organisation_id, on=on) if actor.organisation_id else frozenset()
    counts, lines = _people(table), _payer_lines(table)
    operator_of = _operators(prepared)
    counts |= _counted("facility", prepared.found.by["facility"])
    counts |= _counted("operator", prepared.found.by["operator"])
    lines += _operator_lines(prepared, operator_of)
    known = {
        key
        for key in counts
        if key[0] in {"payer", "cell", "operator"} and key[1].casefold() in own
    }
    known |= {
        ("facility", facility)
        for facility, operator in operator_of.items()
        if operator.casefold() in own
    }
    return Sight(protected(counts, lines, limit, known), limit, verified)


def _counted(kind: str, table: GroupTable) -> dict[Key, int]:
    pairs = zip(table.labels, table.count.tolist(), strict=True)
    return {(kind, *label): count for label, count in pairs}


def _people(table: WhatIf) -> dict[Key, int]:
    return {
        **_counted("payer", table.payer),
        **_counted("target_group", table.target_group),
        **_counted("cell", table.both),
    }


def _payer_lines(table: WhatIf) -> list[list[Key]]:
    """Each payer is the sum of its target groups, each target group of its payers; so is all."""
    payers: dict[str, list[Key]] = {name: [("payer", name)] for (name,) in table.payer.labels}
    groups: dict[str, list[Key]] = {
        name: [("target_group", name)] for (name,) in table.target_group.labels
    }
    for payer, group in table.both.labels:
        payers[payer].append(("cell", payer, group))
        groups[group].append(("cell", payer, group))
    totals: list[list[Key]] = [
        [("payer", name) for name in payers],
        [("target_group", name) for name in groups],
    ]
    return [*payers.values(), *groups.values(), *totals]


def _operators(prepared: Prepared) -> dict[str, str]:
    """The operator of each facility, as the placements say."""
    found = prepared.found
    pairs = dict(zip(found.facility.codes.tolist(), found.operator.codes.tolist(), strict=True))
    return {
        found.facility.text(facility): found.operator.text(operator)
        for facility, operator in pairs.items()
    }


def _operator_lines(prepared: Prepared, operator_of: Mapping[str, str]) -> list[list[Key]]:
    lines: dict[str, list[Key]] = {
        name: [("operator", name)] for (name,) in prepared.found.by["operator"].labels
    }
    for (facility,) in prepared.found.by["facility"].labels:
        lines[operator_of[facility]].append(("facility", facility))
    return [*lines.values(), [("operator", name) for name in lines]]
