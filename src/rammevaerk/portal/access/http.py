"""The request as our views get it: with the moment, the day, the actor and htmx."""

from datetime import date, datetime

from django.db.models import Model
from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from rammevaerk.portal.access.models import Person, RoleAssignment
from rammevaerk.portal.access.policy import Actor


class Request(HttpRequest):
    """What the middleware has put on every request; never made by hand."""

    at: datetime
    today: date
    held_roles: list[RoleAssignment]
    actor: Actor
    htmx: HtmxDetails
    user: Person
    target: Model
    upload_too_large: str
