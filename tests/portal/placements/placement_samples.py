"""Placements for tests: asked for by naboby, at egenby's facility with ten places."""

from datetime import UTC, date, datetime, time
from typing import Any

from world import World

from rammevaerk.portal.access.actions import Role
from rammevaerk.portal.access.models import Organisation
from rammevaerk.portal.access.policy import Actor
from rammevaerk.portal.catalogue.models import Paragraph, Service, ServiceParagraph
from rammevaerk.portal.placements import operations
from rammevaerk.portal.placements.models import Placement

NOW = datetime(2025, 6, 2, 9, 0, tzinfo=UTC)
TODAY = date(2025, 6, 2)
FROM = date(2025, 5, 1)


def moment(day: date, hour: int = 12, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute))


def service(key: str = "egenby") -> Any:
    return Service.objects.select_related("facility").get(facility__key=f"{key}-bosted")


def seller(world: World, key: str = "egenby") -> Actor:
    return world.actor(Role.PROVIDER, key)


def buyer(world: World, key: str = "naboby") -> Actor:
    return world.actor(Role.BUYER, key)


def asked(world: World, **values: Any) -> Placement:
    """An enquiry from naboby for an adult."""
    told = {
        "birth_month": date(1990, 5, 1),
        "paragraph_id": Paragraph.objects.get(key="sel-108").pk,
        "wanted_from": FROM,
        "need": "Støtte hele døgnet",
        **values,
    }
    return operations.enquire(service(), told, by=buyer(world), at=NOW)


def offered(world: World, **values: Any) -> Placement:
    told = {"offered_from": FROM, "price": ("whole", ""), "hours": {"citizen_minutes": 1200}}
    return operations.offer(asked(world), {**told, **values}, by=seller(world), at=NOW)


def agreed(world: World, **values: Any) -> Placement:
    told = {
        "payer_id": Organisation.objects.get(key="naboby").pk,
        "ground": "rsl-9-3",
        "evidence": "Visitation af 1. april",
        **values,
    }
    return operations.accept(offered(world), told, by=buyer(world), at=NOW)


def admitted(world: World, place: int = 7, day: date = FROM, hour: int = 12) -> Placement:
    return operations.admit(
        agreed(world), place=place, moment=moment(day, hour), by=seller(world), at=NOW
    )


def shelter(world: World) -> Any:
    """Egenby's service, given as a shelter too."""
    paragraph, _made = Paragraph.objects.get_or_create(
        key="sel-110",
        defaults={
            "law": "SEL", "number": "110", "position": 1100000, "title": "Forsorgshjem",
            "audience": "adults", "valid_from": date(1998, 7, 1),
        },
    )  # fmt: skip
    row = service()
    ServiceParagraph.objects.get_or_create(
        service=row, paragraph=paragraph, defaults={"valid_from": row.valid_from}
    )
    return row


def self_referred(world: World, place: int = 8, day: date = date(2025, 5, 28)) -> Placement:
    row = shelter(world)
    told = {
        "birth_month": date(1980, 1, 1),
        "buyer_id": Organisation.objects.get(key="naboby").pk,
        "paragraph_id": Paragraph.objects.get(key="sel-110").pk,
        "decided_on": day,
        "place": place,
        "moment": moment(day, 20),
        "ground": "rsl-9-1",
        "evidence": "Folkeregister",
    }
    return operations.admit_self_referred(row, told, by=seller(world), at=NOW)
