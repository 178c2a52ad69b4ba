"""How many places a service has, how full they are and how many are free, as reported."""

from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from rammevaerk.engine.date_words import date_text_da
from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import Actor, authorise
from rammevaerk.portal.access.saving import store_changes, store_new
from rammevaerk.portal.catalogue.models import OccupancyFigure, PlaceCapacity, Service, Vacancy
from rammevaerk.portal.common.clock import day_of

REPORT = Action.PLACES_REPORT
MOST_PLACES = 10_000
# A unit may be overbooked, but a figure beyond this is a slip of the keyboard.
FULLEST = 20_000


@transaction.atomic
def set_capacity(
    service: Service,
    *,
    places: int,
    covered: int,
    valid_from: date,
    reason: str = "",
    by: Actor,
    at: datetime,
) -> PlaceCapacity:
    """The service has these places from the day until the next day that something is said of.

    What was believed until now stays, superseded. Returns the row that holds the day; when it
    says the same already, nothing is stored.
    """
    authorise(by, REPORT, service)
    service = Service.objects.select_for_update().get(pk=service.pk)
    _require_capacity(service, places, covered, valid_from)
    rows = list(service.capacities.filter(superseded_at__isnull=True).order_by("valid_from"))
    held = next((row for row in rows if _holds(row, valid_from)), None)
    # Who waited for another's figure was told of the places after that one.
    at = max([at, *(row.registered_at for row in rows)])
    if held is not None and (held.places, held.covered) == (places, covered):
        return held
    following = [row.valid_from for row in rows if row.valid_from > valid_from]
    until = held.valid_to if held is not None else min(following, default=service.valid_to)
    if held is not None:
        store_changes(held, {"superseded_at": at}, REPORT, by=by, at=at)
        if held.valid_from < valid_from:
            _store_shortened(held, valid_from, by=by, at=at)
    row = PlaceCapacity(
        service=service,
        places=places,
        covered=covered,
        valid_from=valid_from,
        valid_to=until,
        reason=reason,
        registered_at=at,
    )
    return store_new(row, REPORT, by=by, at=at, reason=reason)


def _store_shortened(held: PlaceCapacity, end: date, *, by: Actor, at: datetime) -> None:
    """What is still believed of the time before the new version."""
    before = PlaceCapacity(
        service_id=held.service_id,
        places=held.places,
        covered=held.covered,
        valid_from=held.valid_from,
        valid_to=end,
        reason=held.reason,
        registered_at=at,
    )
    store_new(before, REPORT, by=by, at=at)


def _holds(row: PlaceCapacity, day: date) -> bool:
    return row.valid_from <= day and (row.valid_to is None or day < row.valid_to)


def _require_capacity(service: Service, places: int, covered: int, valid_from: date) -> None:
    if not 0 <= places <= MOST_PLACES:
        raise ValidationError({"places": _("Skriv et antal pladser mellem 0 og 10.000.")})
    if not 0 <= covered <= places:
        raise ValidationError(
            {"covered": _("Der kan ikke være flere omfattede pladser end pladser.")}
        )
    _require_given(service, valid_from, "valid_from")


def _require_given(service: Service, day: date, field: str) -> None:
    if day < service.valid_from:
        raise ValidationError(
            {field: _("Ydelsen gives først fra %s.") % date_text_da(service.valid_from)}
        )
    if service.valid_to is not None and day >= service.valid_to:
        last = service.valid_to - timedelta(days=1)
        raise ValidationError({field: _("Ydelsen gives kun til og med %s.") % date_text_da(last)})


@transaction.atomic
def report_vacancy(
    service: Service, *, free: int, waiting: int = 0, as_of: date, by: Actor, at: datetime
) -> Vacancy:
    """Say how many places were free, and how many people waited, on a day that has come."""
    authorise(by, REPORT, service)
    _require_given(service, as_of, "as_of")
    if as_of > day_of(at):
        raise ValidationError({"as_of": _("Ledighed opgøres pr. en dag, der har været.")})
    held = [row for row in service.capacities.filter(superseded_at=None) if _holds(row, as_of)]
    most = held[0].places if held else 0
    if not 0 <= free <= most:
        raise ValidationError(
            {
                "free": _(
                    "Ydelsen har %(most)s pladser den dag, så der kan højst være så mange"
                    " ledige. Ret pladstallet først, hvis det er ændret."
                )
                % {"most": most}
            }
        )
    row = Vacancy(
        service=service,
        free=free,
        waiting=waiting,
        as_of=as_of,
        registered_at=at,
        registered_by_id=by.person_id,
    )
    return store_new(row, REPORT, by=by, at=at)


@transaction.atomic
def report_occupancy(
    service: Service,
    *,
    year: int,
    kind: str,
    basis_points: int,
    source: str = "",
    by: Actor,
    at: datetime,
) -> OccupancyFigure:
    """Say how full a service was, or is assumed to be, in a year; a newer figure follows."""
    authorise(by, REPORT, service)
    end: Any = service.valid_to
    if year < service.valid_from.year or (end is not None and year > end.year):
        raise ValidationError({"year": _("Ydelsen gives ikke i %s.") % year})
    if kind == OccupancyFigure.Kind.ACTUAL and year > day_of(at).year:
        raise ValidationError(
            {"year": _("Faktisk belægning kendes først, når året er gået i gang.")}
        )
    if not 0 <= basis_points <= FULLEST:
        raise ValidationError({"basis_points": _("Skriv en belægning mellem 0 og 200 %.")})
    row = OccupancyFigure(
        service=service,
        year=year,
        kind=kind,
        basis_points=basis_points,
        source=source,
        registered_at=at,
    )
    return store_new(row, REPORT, by=by, at=at)
