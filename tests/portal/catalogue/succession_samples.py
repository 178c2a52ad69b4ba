"""Plans of successions over the small world, for the tests of what follows of them."""

from dataclasses import replace
from datetime import date
from typing import Any

from world import AT, World

from rammevaerk.portal.access.actions import Role
from rammevaerk.portal.access.models import Organisation
from rammevaerk.portal.catalogue.models import (
    Facility,
    FacilityEvent,
    PlaceCapacity,
    Service,
    SuccessionKind,
)
from rammevaerk.portal.catalogue.operations import ClosurePlan, NewFacility, SuccessionPlan

DAY = date(2026, 1, 1)


def by(world: World, role: Role = Role.SECRETARIAT, key: str = "sekretariatet") -> dict[str, Any]:
    return {"by": world.actor(role, key), "at": AT}


def organisation(key: str) -> Organisation:
    return Organisation.objects.get(key=key)


def facility(key: str = "egenby") -> Facility:
    return Facility.objects.get(key=f"{key}-bosted")


def service(home: Facility) -> Service:
    return Service.objects.get(facility=home, key="ophold")


def legal_form(**changes: Any) -> SuccessionPlan:
    """A self-governing facility becomes the municipality's own."""
    home = facility()
    Facility.objects.filter(pk=home.pk).update(ownership="independent")
    plan = SuccessionPlan(
        SuccessionKind.LEGAL_FORM,
        DAY,
        (facility(),),
        (NewFacility("Ny skole og botilbud", ownership="municipal"),),
        decision="Bestyrelsen 1. september og byrådet 16. september 2025",
        reason="Skolen bliver kommunal.",
    )
    return replace(plan, **changes)


def takeover(**changes: Any) -> SuccessionPlan:
    plan = SuccessionPlan(
        SuccessionKind.TAKEOVER,
        DAY,
        (facility(),),
        (
            NewFacility(
                "Overtaget bosted", operator_id=organisation("naboby").pk, ownership="municipal"
            ),
        ),
        decision="Byrådet",
        reason="Overtagelse",
    )
    return replace(plan, **changes)


def merger(**changes: Any) -> SuccessionPlan:
    plan = SuccessionPlan(
        SuccessionKind.MERGER,
        DAY,
        (facility(), facility("naboby")),
        (NewFacility("Det samlede bosted"),),
        decision="Byrådene",
        reason="Sammenlægning",
    )
    return replace(plan, **changes)


def split(*parts: Any, **changes: Any) -> SuccessionPlan:
    plan = SuccessionPlan(
        SuccessionKind.SPLIT,
        DAY,
        (facility(),),
        (NewFacility("Nordhuset"), NewFacility("Sydhuset")),
        decision="Byrådet",
        reason="Deling",
        shares=parts,
    )
    return replace(plan, **changes)


def closure(**changes: Any) -> ClosurePlan:
    plan = ClosurePlan(
        facility(),
        DAY,
        decision="Byrådet",
        reason="For få borgere",
        presented_to="DASSOS",
        residents_told_on=date(2025, 6, 1),
    )
    return replace(plan, **changes)


def places(home: Facility, day: date) -> int:
    rows = PlaceCapacity.objects.filter(
        service__facility=home, superseded_at__isnull=True, valid_from__lte=day
    ).exclude(valid_to__lte=day)
    return sum(row.places for row in rows)


def successors(event: FacilityEvent) -> list[Facility]:
    return list(Facility.objects.filter(origins__event=event).distinct().order_by("pk"))
