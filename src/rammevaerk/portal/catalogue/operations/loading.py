"""Many facilities at once, with all that hangs on them: from another system's list, or a plan's."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.bulk import record_load, store_rows
from rammevaerk.portal.access.policy import Actor, authorise
from rammevaerk.portal.access.queries import organisation_ids
from rammevaerk.portal.catalogue.models import (
    Approval,
    Department,
    Facility,
    FacilitySuccession,
    FacilityUse,
    OccupancyFigure,
    Paragraph,
    PlaceCapacity,
    Service,
    ServiceParagraph,
    ServiceTargetGroup,
    TargetGroup,
    Vacancy,
)

Entry = Mapping[str, Any]


@transaction.atomic
def load_facilities(
    cooperation: Any, entries: Sequence[Entry], *, by: Actor, at: datetime
) -> dict[str, int]:
    """Store new facilities, all of them or none; returns how many rows of each kind there are.

    An entry has the columns of a facility, its ``operator``, ``reporter`` and ``municipality`` by
    the organisation's key, and lists of entries under ``department``, ``service``, ``approval``,
    ``use`` (``buyer`` by key) and ``origin`` (``predecessor`` by the facility's key). A service
    names its ``department`` and has lists under ``paragraph`` and ``target_group`` (by ``key``),
    ``capacity``, ``occupancy`` and ``vacancy``. ValidationError says what is wrong; the trail has
    one record with the counts and the fingerprint of the entries.
    """
    authorise(by, Action.FACILITY_MANAGE, cooperation)
    loaded = _Loading(cooperation, at).store(entries)
    return record_load(cooperation, Action.FACILITY_MANAGE, entries, loaded, by=by, at=at)


class _Loading:
    """One load: what keys mean, and the rows of each model in the order they are stored."""

    def __init__(self, cooperation: Any, at: datetime) -> None:
        self.cooperation, self.at = cooperation, at
        self.organisations = organisation_ids()
        self.paragraphs = dict(Paragraph.objects.values_list("key", "pk"))
        self.groups = dict(TargetGroup.objects.values_list("key", "pk"))
        self.loaded: dict[type[models.Model], Sequence[models.Model]] = {}

    def store(self, entries: Sequence[Entry]) -> dict[type[models.Model], Sequence[models.Model]]:
        facilities = [self._facility(entry) for entry in entries]
        self._keep(facilities)
        pairs = list(zip(facilities, entries, strict=True))
        departments = [
            Department(facility=facility, **one)
            for facility, entry in pairs
            for one in entry.get("department", ())
        ]
        self._keep(departments)
        self._services(pairs, {(one.facility_id, one.key): one for one in departments})
        self._keep([Approval(facility=f, **one) for f, e in pairs for one in e.get("approval", ())])
        self._keep([self._use(f, one) for f, e in pairs for one in e.get("use", ())])
        self._origins(pairs)
        return self.loaded

    def _keep(self, rows: Sequence[models.Model]) -> None:
        if rows:
            store_rows(rows)
            self.loaded[type(rows[0])] = rows

    def _facility(self, entry: Entry) -> Facility:
        nested = {"department", "service", "approval", "use", "origin"}
        keys = ("operator", "reporter", "municipality")
        values = {name: entry[name] for name in entry if name not in {*nested, *keys}}
        ids = {f"{name}_id": _found(self.organisations, entry[name]) for name in keys}
        return Facility(cooperation=self.cooperation, **values, **ids)

    def _services(
        self, pairs: list[tuple[Facility, Entry]], departments: dict[tuple[int, str], Department]
    ) -> None:
        entries = [(f, one) for f, entry in pairs for one in entry.get("service", ())]
        nested = {"department", "paragraph", "target_group", "capacity", "occupancy", "vacancy"}
        services = []
        for facility, entry in entries:
            values = {name: entry[name] for name in entry if name not in nested}
            inside = entry.get("department")
            if inside:
                values["department"] = _found(departments, (facility.pk, inside))
            services.append(Service(facility=facility, **values))
        self._keep(services)
        told = [(service, entry) for service, (_f, entry) in zip(services, entries, strict=True)]
        self._keep([
            ServiceParagraph(
                service=s, paragraph_id=_found(self.paragraphs, one["key"]), **_period(one)
            )
            for s, entry in told for one in entry.get("paragraph", ())
        ])  # fmt: skip
        self._keep([
            ServiceTargetGroup(
                service=s, target_group_id=_found(self.groups, one["key"]),
                is_main=one.get("is_main", False), **_period(one),
            )
            for s, entry in told for one in entry.get("target_group", ())
        ])  # fmt: skip
        for name, model in (
            ("capacity", PlaceCapacity), ("occupancy", OccupancyFigure), ("vacancy", Vacancy),
        ):  # fmt: skip
            self._keep([
                model(service=s, **{"registered_at": self.at, **one})
                for s, entry in told for one in entry.get(name, ())
            ])  # fmt: skip

    def _use(self, facility: Facility, entry: Entry) -> FacilityUse:
        values = {name: entry[name] for name in entry if name != "buyer"}
        buyer = _found(self.organisations, entry["buyer"])
        return FacilityUse(facility=facility, buyer_id=buyer, **values)

    def _origins(self, pairs: list[tuple[Facility, Entry]]) -> None:
        known = dict(Facility.objects.filter(cooperation=self.cooperation).values_list("key", "pk"))
        self._keep([
            FacilitySuccession(
                successor=facility, predecessor_id=_found(known, one["predecessor"]),
                **{name: one[name] for name in one if name != "predecessor"},
            )
            for facility, entry in pairs for one in entry.get("origin", ())
        ])  # fmt: skip


def _period(entry: Entry) -> dict[str, Any]:
    return {"valid_from": entry["valid_from"], "valid_to": entry.get("valid_to")}


def _found(known: Mapping[Any, Any], key: Any) -> Any:
    if key not in known:
        raise ValidationError(_("«%s» kendes ikke. Intet er gemt.") % (key,))
    return known[key]
