"""Loads who lives where in the invented region, on which terms and contracts, and who is billed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rammevaerk.portal.access.actions import Role
from rammevaerk.portal.access.policy import Actor
from rammevaerk.portal.access.queries import names_on, organisation_ids, organisations_by_key
from rammevaerk.portal.demonstration.region.asked import asked_entries
from rammevaerk.portal.demonstration.region.buying import shares_of
from rammevaerk.portal.demonstration.region.contracting import contract_entries
from rammevaerk.portal.demonstration.region.homes import Home, read, registered_numbers
from rammevaerk.portal.demonstration.region.moving import move_on
from rammevaerk.portal.demonstration.region.occupants import visits
from rammevaerk.portal.demonstration.region.placed import (
    Names,
    placement_entries,
    prices_by_service,
)
from rammevaerk.portal.demonstration.region.services import TODAY, moment
from rammevaerk.portal.demonstration.region.settled import load_settled
from rammevaerk.portal.demonstration.region.terms import party_entries, terms_entries
from rammevaerk.portal.placements.operations.contract_loading import load_contracts
from rammevaerk.portal.placements.operations.contract_templates import load_templates
from rammevaerk.portal.placements.operations.loading import load_placements, load_terms
from rammevaerk.portal.settlement.operations.parties import register_party

Entry = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Region:
    """A region as it was drawn: its facilities, and the entries that they were loaded from."""

    folder: Path
    found: Sequence[Home]
    facilities: Sequence[Entry]
    tariffs: Sequence[Entry]


def load_in_use(cooperation: Any, region: Region, **how: Any) -> None:
    """Load terms, billing details, placements, contracts and a settled past, in that order."""
    how["at"] = max(how["at"], moment(TODAY, 12))
    found = region.found
    load_terms(cooperation, terms_entries(found), **how)
    _load_parties(region.folder, found, **how)
    shares = {
        home.key: shares_of(home, entry["use"])
        for home, entry in zip(found, region.facilities, strict=True)
    }
    prices = prices_by_service(region.tariffs)
    known, made = Names(), visits(found)
    entries = placement_entries(made, shares, prices, known)
    move_on(entries)
    entries += asked_entries(found, shares, prices, known)
    load_placements(cooperation, entries, **how)
    load_templates(cooperation, **how)
    load_contracts(cooperation, contract_entries(made, entries), **how)
    weights = {one["municipality"]: one["weight"] for one in read(region.folder, "words")["place"]}
    load_settled(cooperation, weights, **how)


def _load_parties(folder: Path, found: Sequence[Home], **how: Any) -> None:
    """Each authority keeps its own details; a private operator's are kept where it works."""
    words = read(folder, "words")
    towns = {one["municipality"]: one["town"] for one in words["place"]}
    keepers: dict[str, str] = {home.operator: home.reporter for home in reversed(found)}
    towns |= {home.operator: home.town for home in reversed(found) if home.operator not in towns}
    numbers = registered_numbers(folder)
    wanted = sorted({*towns, *keepers, *(one["municipality"] for one in words["outside"])})
    rows, ids = organisations_by_key(wanted), organisation_ids()
    names = names_on([ids[key] for key in wanted], on=TODAY)
    told = [(key, names[ids[key]], numbers[key]) for key in wanted if key in numbers]
    for values in party_entries(told, towns):
        key: str = values.pop("organisation")
        register_party(rows[key], values, **{**how, "by": _keeper(keepers.get(key, key), ids, how)})


def _keeper(key: str, ids: Mapping[str, int], how: Mapping[str, Any]) -> Actor:
    """The tariff officer of the organisation, told of in the trail as all else here."""
    return Actor(
        label=how["by"].label, role=Role.TARIFF_OFFICER, organisation_id=ids[key],
        organisation_label=key,
    )  # fmt: skip
