"""What organisations are called on a day."""

from collections.abc import Iterable
from datetime import date

from rammevaerk.portal.access.queries import names_on
from rammevaerk.portal.meetings.models import Body


def short_name(body: Body, *, on: date) -> str:
    """What a body is called for short on the day: «DASSOS»."""
    return names_on([body.organisation_id], on=on, short=True)[body.organisation_id]


def short_names(bodies: Iterable[Body], *, on: date) -> dict[int, str]:
    """What bodies are called for short on the day, by the id of their organisation."""
    return names_on(sorted({body.organisation_id for body in bodies}), on=on, short=True)


def names_of(ids: Iterable[int | None], *, on: date) -> dict[int, str]:
    """The organisations' names on the day; ids may repeat or be missing."""
    return names_on(sorted({pk for pk in ids if pk is not None}), on=on)
