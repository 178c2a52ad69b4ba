"""Many placements and terms at once, with all that hangs on them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.bulk import record_load, store_rows
from rammevaerk.portal.access.policy import Actor, authorise
from rammevaerk.portal.access.queries import organisation_ids
from rammevaerk.portal.catalogue.queries.services import services_of
from rammevaerk.portal.catalogue.queries.words import words
from rammevaerk.portal.placements.calculate.ways import way_of
from rammevaerk.portal.placements.models import (
    Absence,
    Citizen,
    Delivery,
    GoalFollowUp,
    Hours,
    Notice,
    PayerPeriod,
    Placement,
    PlacementGoal,
    PlacementStep,
    PriceChoice,
    SettlementTerms,
    Stay,
    SupplementGrant,
)

Entry = Mapping[str, Any]
Loaded = dict[type[models.Model], Sequence[models.Model]]
# What hangs on a placement with nothing but its own columns.
_PLAIN: dict[str, type[models.Model]] = {
    "hours": Hours,
    "prices": PriceChoice,
    "absences": Absence,
    "supplements": SupplementGrant,
    "deliveries": Delivery,
    "notices": Notice,
}
_NESTED = {"service", "citizen", "buyer", "paragraph", "stays", "payers", "goals", "steps", *_PLAIN}


@transaction.atomic
def load_placements(
    cooperation: Any, entries: Sequence[Entry], *, by: Actor, at: datetime
) -> dict[str, int]:
    """Store new placements, all of them or none; returns how many rows of each kind there are.

    An entry has the columns of a placement (`reference`, `state`, `wanted_from`, …; `created_at`
    is `at` unless said) and

    - ``service``: "facility/service" by their keys; ``buyer``: the organisation's key;
      ``paragraph``: its key
    - ``citizen``: {``pseudonym``, ``birth_month``, ``keeper`` (an organisation's key; the buyer
      unless said)}; the same pseudonym again is the same citizen
    - ``stays``: the columns of a stay (``place``, ``valid_from``, ``valid_to`` as moments without a
      zone, ``reason``); ``way`` follows from the service unless said
    - ``payers``: ``payer`` and ``acting`` (the payer unless said) by key, ``ground``, period
    - ``hours``, ``prices``, ``absences``, ``supplements``, ``deliveries``, ``notices``: columns
    - ``goals``: columns, with the columns of follow-ups under ``follow_ups``
    - ``steps``: ``from_state``, ``to_state``, ``on``, ``note``

    `registered_at` is `at`, and `by_label` the actor's, unless an entry says otherwise; rows with
    `superseded_at` tell what was believed before. ValidationError says what is wrong. The trail
    has one record with the counts and the fingerprint of every row.
    """
    authorise(by, Action.PLACEMENT_RUN, cooperation)
    loaded = _Loading(cooperation, by, at).store(entries)
    return record_load(cooperation, Action.PLACEMENT_RUN, entries, loaded, by=by, at=at)


@transaction.atomic
def load_terms(
    cooperation: Any, entries: Sequence[Entry], *, by: Actor, at: datetime
) -> dict[str, int]:
    """Store settlement terms, all or none: the columns, and ``service`` as "facility/service"."""
    authorise(by, Action.TERMS_MANAGE, cooperation)
    services = _services(cooperation, by)
    rows = [
        SettlementTerms(
            service_id=_found(services, entry["service"])[0],
            **{"registered_at": at, **_columns(entry, {"service"})},
        )
        for entry in entries
    ]
    store_rows(rows)
    return record_load(
        cooperation, Action.TERMS_MANAGE, entries, {SettlementTerms: rows}, by=by, at=at
    )


class _Loading:
    """One load: what keys mean, and the rows of each model in the order they are stored."""

    def __init__(self, cooperation: Any, by: Actor, at: datetime) -> None:
        self.cooperation, self.by, self.at = cooperation, by, at
        self.organisations = organisation_ids()
        self.paragraphs = {row.key: pk for pk, row in words(by).paragraphs.items()}
        self.services = _services(cooperation, by)
        self.loaded: Loaded = {}

    def store(self, entries: Sequence[Entry]) -> Loaded:
        citizens = self._citizens(entries)
        placements = [self._placement(entry, citizens) for entry in entries]
        self._keep(placements)
        pairs = list(zip(placements, entries, strict=True))
        self._keep([
            self._stay(placement, entry, one)
            for placement, entry in pairs for one in entry.get("stays", ())
        ])  # fmt: skip
        self._keep([self._payer(p, one) for p, entry in pairs for one in entry.get("payers", ())])
        for name, model in _PLAIN.items():
            self._keep([
                model(placement=p, **{"registered_at": self.at, **self._row(one)})
                for p, entry in pairs for one in entry.get(name, ())
            ])  # fmt: skip
        self._goals(pairs)
        told = {"by_label": self.by.label, "registered_at": self.at}
        self._keep([
            PlacementStep(placement=p, **{**told, **one})
            for p, entry in pairs for one in entry.get("steps", ())
        ])  # fmt: skip
        return self.loaded

    def _keep(self, rows: Sequence[models.Model]) -> None:
        if rows:
            store_rows(rows)
            self.loaded[type(rows[0])] = rows

    def _citizens(self, entries: Iterable[Entry]) -> dict[str, Citizen]:
        told = {entry["citizen"]["pseudonym"]: entry for entry in reversed(list(entries))}
        known = {
            row.pseudonym: row
            for row in Citizen.objects.filter(cooperation=self.cooperation).iterator()
            if row.pseudonym in told
        }
        new = [
            Citizen(
                cooperation=self.cooperation,
                keeper_id=self._organisation(entry["citizen"].get("keeper", entry["buyer"])),
                pseudonym=name,
                birth_month=entry["citizen"]["birth_month"],
            )
            for name, entry in told.items()
            if name not in known
        ]
        self._keep(new)
        return known | {row.pseudonym: row for row in new}

    def _placement(self, entry: Entry, citizens: Mapping[str, Citizen]) -> Placement:
        return Placement(
            service_id=_found(self.services, entry["service"])[0],
            citizen=citizens[entry["citizen"]["pseudonym"]],
            buyer_id=self._organisation(entry["buyer"]),
            paragraph_id=_found(self.paragraphs, entry["paragraph"]),
            **{"created_at": self.at, **_columns(entry, _NESTED)},
        )

    def _stay(self, placement: Placement, entry: Entry, one: Entry) -> Stay:
        way = way_of(_found(self.services, entry["service"])[1])
        return Stay(
            placement=placement,
            service_id=placement.service_id,
            citizen_id=placement.citizen_id,
            **{"way": way, "registered_at": self.at, **one},
        )

    def _payer(self, placement: Placement, one: Entry) -> PayerPeriod:
        return PayerPeriod(
            placement=placement,
            payer_id=self._organisation(one["payer"]),
            acting_id=self._organisation(one.get("acting", one["payer"])),
            **{"registered_at": self.at, **_columns(one, {"payer", "acting"})},
        )

    def _row(self, one: Entry) -> Entry:
        """The columns of a row; a delivery may name its payer by key."""
        if "payer" not in one:
            return one
        return {**_columns(one, {"payer"}), "payer_id": self._organisation(one["payer"])}

    def _goals(self, pairs: Sequence[tuple[Placement, Entry]]) -> None:
        told = [(p, one) for p, entry in pairs for one in entry.get("goals", ())]
        goals = [PlacementGoal(placement=p, **_columns(one, {"follow_ups"})) for p, one in told]
        self._keep(goals)
        said = {"by_label": self.by.label, "registered_at": self.at}
        self._keep([
            GoalFollowUp(goal=goal, **{**said, **follow_up})
            for goal, (_p, one) in zip(goals, told, strict=True)
            for follow_up in one.get("follow_ups", ())
        ])  # fmt: skip

    def _organisation(self, key: str) -> int:
        return int(_found(self.organisations, key))


def _services(cooperation: Any, by: Actor) -> dict[str, tuple[int, str]]:
    rows = services_of(by, on=None).filter(facility__cooperation=cooperation)
    found = rows.values_list("facility__key", "key", "pk", "setting")
    return {f"{facility}/{service}": (pk, setting) for facility, service, pk, setting in found}


def _columns(entry: Entry, without: Iterable[str]) -> dict[str, Any]:
    left = set(without)
    return {name: entry[name] for name in entry if name not in left}


def _found(known: Mapping[str, Any], key: str) -> Any:
    if key not in known:
        raise ValidationError(_("«%s» kendes ikke. Intet er gemt.") % key)
    return known[key]
