"""The history of a facility: what began, ended and changed, newest first."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import Actor, visible
from rammevaerk.portal.access.queries import trail_of
from rammevaerk.portal.catalogue.facility_parts import Happening, happenings
from rammevaerk.portal.catalogue.models import (
    Approval,
    Department,
    Facility,
    OccupancyFigure,
    PlaceCapacity,
    Service,
    ServiceParagraph,
    ServiceTargetGroup,
    Vacancy,
)


def history_of(facility: Facility, actor: Actor) -> list[Happening]:
    """Openings, capacity, approvals, law and what other subjects add."""
    found = [
        *_facility(facility),
        *_parts(_rows(Department, actor, facility=facility), _("Afdelingen")),
        *_parts(_rows(Service, actor, facility=facility), _("Ydelsen")),
        *_capacities(_rows(PlaceCapacity, actor, service__facility=facility)),
        *_approvals(_rows(Approval, actor, facility=facility)),
        *_paragraphs(facility, _rows(ServiceParagraph, actor, service__facility=facility)),
        *happenings(facility, actor),
    ]
    return sorted(found, key=lambda one: one.day, reverse=True)


def trail_of_facility(facility: Facility, actor: Actor) -> "QuerySet[Any]":
    """What was done to the facility and to everything that hangs on it."""
    own: Any = {"service__facility": facility}
    parts: list[Any] = [Facility.objects.filter(pk=facility.pk)]
    parts += [model.objects.filter(facility=facility) for model in (Department, Service, Approval)]
    parts += [
        model.objects.filter(**own)
        for model in (
            ServiceParagraph,
            ServiceTargetGroup,
            PlaceCapacity,
            OccupancyFigure,
            Vacancy,
        )
    ]
    return trail_of(parts, actor)


def _rows(model: Any, actor: Actor, **where: Any) -> Any:
    rows = visible(model.objects.all(), actor, Action.FACILITY_READ).filter(**where)
    return rows.select_related("service") if "service__facility" in where else rows


def _facility(row: Facility) -> Iterator[Happening]:
    yield Happening(row.valid_from, _("Tilbuddet åbnede"))
    if row.valid_to:
        yield Happening(row.valid_to, _("Tilbuddet lukkede"), text=row.closing_reason)


def _parts(rows: Iterable[Any], what: str) -> Iterator[Happening]:
    for row in rows:
        yield Happening(
            row.valid_from, _("%(what)s «%(row)s» begyndte") % {"what": what, "row": row}
        )
        if row.valid_to:
            yield Happening(
                row.valid_to, _("%(what)s «%(row)s» ophørte") % {"what": what, "row": row}
            )


def _capacities(rows: Any) -> Iterator[Happening]:
    before: dict[int, int] = {}
    for row in rows.filter(superseded_at=None).order_by("service_id", "valid_from"):
        was = before.get(row.service_id)
        before[row.service_id] = row.places
        if was == row.places:
            continue
        change = {"service": row.service, "places": row.places, "was": was}
        title = (
            _("%(service)s: %(places)s pladser") % change
            if was is None
            else _("%(service)s: fra %(was)s til %(places)s pladser") % change
        )
        yield Happening(row.valid_from, title, text=row.reason)


def _approvals(rows: Iterable[Approval]) -> Iterator[Happening]:
    for row in rows:
        yield Happening(
            row.valid_from,
            _("Tilsynet: %s") % str(row.get_status_display()).lower(),
            text=row.terms,
            who=row.authority,
            source=row.decision,
        )


def _paragraphs(facility: Facility, rows: Any) -> Iterator[Happening]:
    """Only what changed after the service began: what it began with is no change."""
    for row in rows.select_related("service", "paragraph"):
        change = {"service": row.service, "paragraph": row.paragraph}
        if row.valid_from > row.service.valid_from:
            yield Happening(row.valid_from, _("%(service)s gives efter %(paragraph)s") % change)
        ends: date | None = row.valid_to
        if ends and ends not in (row.service.valid_to, facility.valid_to):
            yield Happening(ends, _("%(service)s gives ikke længere efter %(paragraph)s") % change)
