"""Loads the invented region, through the operations that load much at once."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rammevaerk.portal.access.queries import names_on, organisation_ids
from rammevaerk.portal.access.register import load_organisations
from rammevaerk.portal.catalogue.operations import load_facilities, load_published_counts
from rammevaerk.portal.catalogue.operations.vocabulary import read_vocabulary
from rammevaerk.portal.demonstration.region.economy import load_cap_figures, supplement_entries
from rammevaerk.portal.demonstration.region.facilities import facility_entries
from rammevaerk.portal.demonstration.region.homes import (
    REGION,
    homes,
    operator_entries,
    read,
)
from rammevaerk.portal.demonstration.region.in_use import Region
from rammevaerk.portal.demonstration.region.prices import tariff_entries
from rammevaerk.portal.demonstration.region.published import published_entries
from rammevaerk.portal.demonstration.region.reports import load_reports, reported_services
from rammevaerk.portal.demonstration.region.services import TODAY, moment
from rammevaerk.portal.demonstration.region.studio import Change, Names
from rammevaerk.portal.demonstration.region.successions import load_successions
from rammevaerk.portal.tariffs.operations.loading import load_supplements, load_tariffs
from rammevaerk.portal.tariffs.operations.studies import keep_model, keep_placements, keep_study


def load_region(folder: Path, cooperation: Any, **how: Any) -> Region | None:
    """Load a cooperation's facilities and prices; one without such a folder has none.

    Returns what was drawn, for those who live there. ``how`` is who loads (``by``) and when
    (``at``). What is told of the region reaches to a day in November 2026; loaded before it, it is
    as if it were loaded on that day.
    """
    if not folder.is_dir():
        return None
    how["at"] = max(how["at"], moment(TODAY, 12))
    load_organisations(operator_entries(folder), **how)
    found = homes(folder)
    ids = organisation_ids()
    facilities = facility_entries(folder, found)
    load_facilities(cooperation, facilities, **how)
    load_published_counts(cooperation, published_entries(folder), **how)
    change = Change(found, _names(folder, ids))
    tariffs = tariff_entries(found, change.basis, reported_services(found))
    load_tariffs(cooperation, tariffs, **how)
    load_reports(found, **how)
    load_cap_figures(cooperation, found, ids, **how)
    load_supplements(cooperation, supplement_entries(found), **how)
    _studio(cooperation, change, ids[REGION], **how)
    load_successions(**how)
    return Region(folder, found, facilities, tariffs)


def _names(folder: Path, ids: Mapping[str, int]) -> Names:
    words = read(folder, "words")
    names = names_on(list(ids.values()), on=TODAY, short=True)
    weights = {
        names[ids[one["municipality"]]]: one["weight"]
        for kind in ("place", "outside")
        for one in words[kind]
    }
    groups = {one["key"]: one["name"] for one in read_vocabulary("target_groups")["target_group"]}
    return Names(weights, groups, names[ids[REGION]])


def _studio(cooperation: Any, change: Change, region_id: int, **how: Any) -> None:
    """The two models, the placements and the study that compares them."""
    kept: dict[str, Any] = {"synthetic": True, **how}
    invented = "Opdigtede takster; kun faldet i alt og timeprisen er fra dagsordenen."
    models = [
        keep_model(cooperation, region_id, name, content, note=invented, **kept)
        for name, content in (
            ("Niveauer, 31. december 2024", change.before()),
            ("Basistakst og timer, 1. januar 2025", change.after()),
        )
    ]
    placements = keep_placements(
        cooperation,
        region_id,
        "Indskrivninger på regionens bosteder",
        [("placements.csv", change.as_csv())],
        note="Opdigtede indskrivninger med pseudonymer, én for hver døgnplads.",
        **kept,
    )
    keep_study(
        cooperation,
        region_id,
        "Ny takstmodel på regionens bosteder",
        before=models[0],
        after=models[1],
        placements=placements,
        note="Koster før og koster efter for de samme indskrivninger i et helt år.",
        **how,
    )
