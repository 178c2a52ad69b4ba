"""Facilities for tests of the register, made through the operations that people use."""

from datetime import date
from typing import Any

from world import HOW, World

from rammevaerk.portal.access.models import Cooperation, Organisation
from rammevaerk.portal.catalogue import operations
from rammevaerk.portal.catalogue.models import Facility, Paragraph, Service, TargetGroup

OPENED = date(2020, 1, 1)


def facility(world: World, name: str, **more: Any) -> Facility:
    """A municipal facility of egenby, unless something else is said."""
    own = Organisation.objects.get(key="egenby")
    values: dict[str, Any] = {
        "operator": own, "reporter": own, "municipality": own, "ownership": "municipal",
        "kind": "residential", "name": name, "valid_from": OPENED, **more,
    }  # fmt: skip
    return operations.add_facility(Cooperation.objects.get(key="home"), values, **HOW)


def service(
    row: Facility, name: str, *, paragraph: str = "", group: str = "", places: int = 0, **more: Any
) -> Service:
    """A service for adults with its law, group and places."""
    values: dict[str, Any] = {
        "name": name, "setting": "day_and_night", "audience": "adults", "age_from": 18,
        "valid_from": OPENED, **more,
    }  # fmt: skip
    made = operations.add_service(row, values, **HOW)
    if paragraph:
        ids = [Paragraph.objects.get(key=paragraph).pk]
        operations.set_paragraphs(made, ids, on=OPENED, **HOW)
    if group:
        pk = TargetGroup.objects.get(key=group).pk
        operations.set_target_groups(made, [pk], main_id=pk, on=OPENED, **HOW)
    if places:
        operations.set_capacity(made, places=places, covered=places, valid_from=OPENED, **HOW)
    return made


def bosted(key: str = "egenby") -> Facility:
    """The facility that the world has for a member."""
    return Facility.objects.get(key=f"{key}-bosted")
