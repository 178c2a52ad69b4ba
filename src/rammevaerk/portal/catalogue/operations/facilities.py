"""Making and correcting facilities, their departments and their approvals."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from rammevaerk.engine.date_words import date_text_da
from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import Actor, authorise, require_grant
from rammevaerk.portal.access.saving import lock_seen, store_changes, store_new
from rammevaerk.portal.catalogue.models import Approval, Department, Facility
from rammevaerk.portal.catalogue.operations.carrying import key_from
from rammevaerk.portal.catalogue.operations.rules import (
    require_holds,
    require_inside,
    require_numbers,
    require_period,
)

MANAGE = Action.FACILITY_MANAGE


@transaction.atomic
def add_facility(
    cooperation: Any, values: Mapping[str, Any], *, by: Actor, at: datetime
) -> Facility:
    """Put a facility in the catalogue; whoever keeps its rows must be somebody the actor may be.

    Without a `key` it gets one made of its name.
    """
    require_grant(by, MANAGE)
    row = Facility(cooperation=cooperation, **values)
    row.key = row.key or key_from(row.name, Facility.objects.values_list("key", flat=True))
    _require_facility(row)
    store_new(row, MANAGE, by=by, at=at)
    # Only of a stored row can it be asked; a refusal takes the row back with it.
    authorise(by, MANAGE, row)
    return row


@transaction.atomic
def revise_facility(
    facility: Facility,
    values: Mapping[str, Any],
    *,
    seen: str | None = None,
    by: Actor,
    at: datetime,
) -> bool:
    """Correct what is said of a facility; its operator and legal form never change."""
    if {"operator", "operator_id", "ownership", "cooperation"} & values.keys():
        raise ValidationError(
            _("Driftsherre og ejerform rettes ikke: registrér, at et nyt tilbud følger efter.")
        )
    row = lock_seen(facility, MANAGE, seen=seen, by=by)
    for name, value in values.items():
        setattr(row, name, value)
    _require_facility(row)
    require_holds(row, row.services.all(), _("Ydelsen"))
    require_holds(row, row.departments.all(), _("Afdelingen"))
    row.refresh_from_db()
    changed = store_changes(row, values, MANAGE, by=by, at=at)
    authorise(by, MANAGE, row)
    return changed


def _require_facility(row: Facility) -> None:
    require_period(row)
    require_numbers(row)
    if row.municipality.kind != "municipality":
        raise ValidationError({"municipality_id": _("Vælg den kommune, tilbuddet ligger i.")})


@transaction.atomic
def add_department(
    facility: Facility, values: Mapping[str, Any], *, by: Actor, at: datetime
) -> Department:
    """Add a department to a facility."""
    authorise(by, MANAGE, facility)
    row = Department(facility=facility, **values)
    row.key = row.key or key_from(row.name, facility.departments.values_list("key", flat=True))
    _require_department(row)
    return store_new(row, MANAGE, by=by, at=at)


@transaction.atomic
def revise_department(
    department: Department,
    values: Mapping[str, Any],
    *,
    seen: str | None = None,
    by: Actor,
    at: datetime,
) -> bool:
    """Correct a department, or say when it closed."""
    row = lock_seen(department, MANAGE, seen=seen, by=by)
    for name, value in values.items():
        setattr(row, name, value)
    _require_department(row)
    require_holds(row, row.services.all(), _("Ydelsen"))
    row.refresh_from_db()
    return store_changes(row, values, MANAGE, by=by, at=at)


def _require_department(row: Department) -> None:
    require_inside(row, row.facility, _("Tilbuddet"))
    require_numbers(row)


@transaction.atomic
def add_approval(
    facility: Facility, values: Mapping[str, Any], *, by: Actor, at: datetime
) -> Approval:
    """Record an approval; the one in force gives way to it from its first day."""
    authorise(by, MANAGE, facility)
    facility = Facility.objects.select_for_update().get(pk=facility.pk)
    row = Approval(facility=facility, **values)
    require_period(row)
    _end_before(facility, row.valid_from, by=by, at=at)
    _require_no_other(row)
    return store_new(row, MANAGE, by=by, at=at)


@transaction.atomic
def revise_approval(
    approval: Approval,
    values: Mapping[str, Any],
    *,
    seen: str | None = None,
    by: Actor,
    at: datetime,
) -> bool:
    """Correct an approval."""
    row = lock_seen(approval, MANAGE, seen=seen, by=by)
    for name, value in values.items():
        setattr(row, name, value)
    require_period(row)
    _require_no_other(row)
    row.refresh_from_db()
    return store_changes(row, values, MANAGE, by=by, at=at)


def _end_before(facility: Facility, day: date, *, by: Actor, at: datetime) -> None:
    for earlier in facility.approvals.filter(valid_from__lt=day):
        if earlier.valid_to is None or earlier.valid_to > day:
            store_changes(earlier, {"valid_to": day}, MANAGE, by=by, at=at)


def _require_no_other(row: Approval) -> None:
    for other in row.facility.approvals.exclude(pk=row.pk):
        begins_before_end = row.valid_to is None or other.valid_from < row.valid_to
        ends_after_begin = other.valid_to is None or other.valid_to > row.valid_from
        if begins_before_end and ends_after_begin:
            raise ValidationError(
                {
                    "valid_from": _("Der er allerede en godkendelse fra %s. Ret den i stedet.")
                    % date_text_da(other.valid_from)
                }
            )
