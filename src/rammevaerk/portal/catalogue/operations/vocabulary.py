"""The national lists of paragraphs and target groups: from data files into rows, without change."""

import tomllib
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import Actor, require_grant
from rammevaerk.portal.access.saving import Keeper
from rammevaerk.portal.catalogue.models import Paragraph, ParagraphSuccession, TargetGroup

DATA = Path(__file__).parents[1] / "data"
Entry = Mapping[str, Any]


def read_vocabulary(name: str) -> dict[str, Any]:
    """The entries of a data file: "paragraphs" or "target_groups"."""
    return tomllib.loads((DATA / f"{name}.toml").read_text(encoding="utf-8"))


@transaction.atomic
def load_vocabulary(*, by: Actor, at: datetime) -> int:
    """Bring paragraphs and target groups in line with the files; returns how many rows changed.

    Nothing is deleted: what has ended gets an end date in the data. Nobody's role gives the right
    to it; it is a command's, since the lists are the same for every cooperation.
    """
    require_grant(by, Action.VOCABULARY_MANAGE)
    keeper = Keeper(Action.VOCABULARY_MANAGE, by=by, at=at)
    content = read_vocabulary("paragraphs")
    paragraphs = {
        entry["key"]: keeper.keep(Paragraph, {"key": entry["key"]}, _held(entry))
        for entry in content["paragraph"]
    }
    for entry in content["succession"]:
        keeper.keep(
            ParagraphSuccession,
            {
                "predecessor": paragraphs[entry["predecessor"]],
                "successor": paragraphs[entry["successor"]],
            },
            {"on": entry["on"], "note": entry["note"]},
        )
    groups: dict[str, Any] = {}
    for entry in read_vocabulary("target_groups")["target_group"]:
        parent = groups[entry["parent"]] if "parent" in entry else None
        groups[entry["key"]] = keeper.keep(
            TargetGroup, {"key": entry["key"]}, {**_held(entry), "parent": parent}
        )
    return keeper.count


def _held(entry: Entry) -> dict[str, Any]:
    values = {name: value for name, value in entry.items() if name not in ("key", "parent")}
    return {"valid_to": None, **values}
