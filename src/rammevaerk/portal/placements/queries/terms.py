"""Settlement terms by service: what holds, what held, and what was believed."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import Actor, visible
from rammevaerk.portal.catalogue.queries.services import services_of
from rammevaerk.portal.common.validity import in_force
from rammevaerk.portal.placements.models import SettlementTerms


@dataclass(frozen=True, slots=True)
class ServiceTerms:
    """A service and the terms that hold on the day; None where none are set."""

    service: Any
    terms: SettlementTerms | None


def terms_register(
    actor: Actor, *, on: date, text: str = "", missing: bool = False
) -> list[ServiceTerms]:
    """The services given on the day with their terms, by facility; those without first."""
    rows = visible(SettlementTerms.objects.all(), actor, Action.TARIFF_READ)
    held = {row.service_id: row for row in rows.filter(in_force(on), superseded_at__isnull=True)}
    wanted = text.casefold().strip()
    found = [
        ServiceTerms(one, held.get(one.pk))
        for one in services_of(actor, on=on).order_by("facility__name", "name", "pk")
        if wanted in f"{one.facility.name} {one.name}".casefold()
    ]
    if missing:
        return [one for one in found if one.terms is None]
    return sorted(found, key=lambda one: one.terms is not None)


def terms_of(actor: Actor, service_id: int) -> "QuerySet[SettlementTerms]":
    """Every row of a service, also what is no longer believed; the latest first."""
    rows = visible(SettlementTerms.objects.filter(service_id=service_id), actor, Action.TARIFF_READ)
    return rows.order_by("-valid_from", "-registered_at", "-pk")
