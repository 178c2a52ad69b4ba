"""The register of organisations: from its data files into rows, again and again without change."""

import tomllib
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.models import (
    Cooperation,
    CooperationMember,
    Organisation,
    OrganisationName,
    OrganisationSuccession,
    RegionMembership,
)
from rammevaerk.portal.access.policy import Actor
from rammevaerk.portal.access.saving import Keeper

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


class _Clerk(Keeper):
    """Keeps the register of organisations in line with its entries."""

    def __init__(self, by: Actor, at: datetime) -> None:
        super().__init__(Action.ORGANISATION_MANAGE, by=by, at=at)

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


def _validity(entry: Entry) -> dict[str, date | None]:
    return {"valid_from": entry["valid_from"], "valid_to": entry.get("valid_to")}
