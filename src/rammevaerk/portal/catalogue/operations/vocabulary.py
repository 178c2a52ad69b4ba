"""The national lists of paragraphs and target groups: from data files into rows, without change."""

import tomllib
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import models, transaction

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.audit import record, snapshot
from rammevaerk.portal.access.policy import Actor, require_grant
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
    keeper = _Keeper(by, at)
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


class _Keeper:
    """Keeps rows in line with entries and records each change."""

    def __init__(self, by: Actor, at: datetime) -> None:
        self.by, self.at, self.count = by, at, 0

    def keep(self, model: type[models.Model], key: Entry, values: Entry) -> Any:
        row = model._default_manager.filter(**key).first()  # noqa: SLF001
        before = snapshot(row) if row else None
        row = row or model(**key)
        for field, value in values.items():
            setattr(row, field, value)
        if before is not None and snapshot(row) == before:
            return row
        row.full_clean()
        row.save()
        record(self.by, Action.VOCABULARY_MANAGE, row, at=self.at, before=before)
        self.count += 1
        return row
