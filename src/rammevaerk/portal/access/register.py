"""The register of organisations: from its data files into rows, again and again without change."""

import tomllib
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db import models, transaction

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.audit import record, snapshot
from rammevaerk.portal.access.models import (
    Cooperation,
    CooperationMember,
    Organisation,
    OrganisationName,
    OrganisationSuccession,
    RegionMembership,
)
from rammevaerk.portal.access.policy import Actor

DATA = Path(__file__).parent / "data"
Entry = Mapping[str, Any]


def read_register(folder: Path = DATA) -> list[Entry]:
    """The entries of every organisations file in the folder."""
    entries: list[Entry] = []
    for path in sorted(folder.glob("organisations*.toml")):
        entries += tomllib.loads(path.read_text(encoding="utf-8"))["organisation"]
    return entries


@transaction.atomic
def load_organisations(entries: Iterable[Entry], *, by: Actor, at: datetime) -> int:
    """Bring the register in line with the entries; returns how many rows were new or changed.

    Nothing is deleted: what has ended gets an end date in the data.
    """
    entries = list(entries)
    clerk = _Clerk(by, at)
    rows = {entry["key"]: clerk.organisation(entry) for entry in entries}
    for entry in entries:
        row = rows[entry["key"]]
        for name in entry.get("name", ()):
            clerk.name(row, name)
        for region in entry.get("region", ()):
            clerk.region(row, rows[region["key"]], region)
        for origin in entry.get("predecessor", ()):
            clerk.succession(row, rows[origin["key"]], origin)
    return clerk.count


@transaction.atomic
def load_cooperation(entry: Entry, *, by: Actor, at: datetime) -> Cooperation:
    """Bring a cooperation and its members in line with the entry."""
    clerk = _Clerk(by, at)
    cooperation = clerk.keep(Cooperation, {"key": entry["key"]}, {"name": entry["name"]})
    keys = [member["organisation"] for member in entry["member"]]
    organisations = {row.key: row for row in Organisation.objects.filter(key__in=keys)}
    for member in entry["member"]:
        clerk.keep(
            CooperationMember,
            {
                "cooperation": cooperation,
                "organisation": organisations[member["organisation"]],
                "valid_from": member["valid_from"],
            },
            {
                "is_secretariat": member.get("is_secretariat", False),
                "valid_to": member.get("valid_to"),
            },
        )
    return cooperation


class _Clerk:
    """Keeps rows in line with entries and records each change."""

    def __init__(self, by: Actor, at: datetime) -> None:
        self.by, self.at, self.count = by, at, 0

    def organisation(self, entry: Entry) -> Organisation:
        return self.keep(
            Organisation,
            {"key": entry["key"]},
            {
                "kind": entry["kind"],
                "code": entry.get("code", ""),
                "cvr": entry.get("cvr", ""),
                **_validity(entry),
            },
        )

    def name(self, row: Organisation, entry: Entry) -> None:
        self.keep(
            OrganisationName,
            {
                "organisation": row,
                "kind": entry["kind"],
                "name": entry["name"],
                "valid_from": entry["valid_from"],
            },
            {
                "short": entry.get("short", ""),
                "valid_to": entry.get("valid_to"),
                "source": entry.get("source", ""),
                "date_unverified": entry.get("date_unverified", False),
            },
        )

    def region(self, row: Organisation, region: Organisation, entry: Entry) -> None:
        self.keep(
            RegionMembership,
            {"municipality": row, "region": region, "valid_from": entry["valid_from"]},
            {"valid_to": entry.get("valid_to")},
        )

    def succession(self, row: Organisation, origin: Organisation, entry: Entry) -> None:
        self.keep(
            OrganisationSuccession,
            {"predecessor": origin, "successor": row},
            {"on": entry["on"], "kind": entry["kind"]},
        )

    def keep(self, model: type[models.Model], key: Entry, values: Entry) -> Any:
        """The row with this key, made or changed to bear these values."""
        row = model._default_manager.filter(**key).first()  # noqa: SLF001
        before = snapshot(row) if row else None
        row = row or model(**key)
        for field, value in values.items():
            setattr(row, field, value)
        if before is not None and snapshot(row) == before:
            return row
        row.full_clean()
        row.save()
        record(self.by, Action.ORGANISATION_MANAGE, row, at=self.at, before=before)
        self.count += 1
        return row


def _validity(entry: Entry) -> dict[str, date | None]:
    return {"valid_from": entry["valid_from"], "valid_to": entry.get("valid_to")}
