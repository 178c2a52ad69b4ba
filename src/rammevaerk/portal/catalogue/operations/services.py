"""Making and correcting services, and saying under which law and for whom they are given."""

import hashlib
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import Actor, authorise
from rammevaerk.portal.access.saving import (
    fingerprint,
    lock_seen,
    store_changes,
    store_new,
    store_removal,
)
from rammevaerk.portal.catalogue.models import (
    Facility,
    Service,
    ServiceParagraph,
    ServiceTargetGroup,
)
from rammevaerk.portal.catalogue.operations.carrying import key_from
from rammevaerk.portal.catalogue.operations.rules import require_inside

MANAGE = Action.FACILITY_MANAGE
# The first age that is too old for anybody.
OLDEST = 121


@transaction.atomic
def add_service(
    facility: Facility, values: Mapping[str, Any], *, by: Actor, at: datetime
) -> Service:
    """Add a service to a facility."""
    authorise(by, MANAGE, facility)
    row = Service(facility=facility, **values)
    row.key = row.key or key_from(row.name, facility.services.values_list("key", flat=True))
    _require_service(row)
    return store_new(row, MANAGE, by=by, at=at)


@transaction.atomic
def revise_service(
    service: Service,
    values: Mapping[str, Any],
    *,
    seen: str | None = None,
    by: Actor,
    at: datetime,
) -> bool:
    """Correct a service, or say when it ceases."""
    row = lock_seen(service, MANAGE, seen=seen, by=by)
    for name, value in values.items():
        setattr(row, name, value)
    _require_service(row)
    row.refresh_from_db()
    return store_changes(row, values, MANAGE, by=by, at=at)


def _require_service(row: Service) -> None:
    if row.age_to is not None and row.age_to <= row.age_from:
        raise ValidationError({"age_to": _("Den øvre alder skal være højere end den nedre.")})
    if row.age_from >= OLDEST or (row.age_to or 0) > OLDEST:
        raise ValidationError({"age_from": _("Skriv aldre mellem 0 og 120 år.")})
    if row.department is None:
        require_inside(row, row.facility, _("Tilbuddet"))
        return
    if row.department.facility_id != row.facility_id:
        raise ValidationError({"department_id": _("Afdelingen hører til et andet tilbud.")})
    require_inside(row, row.department, _("Afdelingen"))


@transaction.atomic
def set_paragraphs(
    service: Service,
    paragraph_ids: Collection[int],
    *,
    on: date,
    seen: str | None = None,
    by: Actor,
    at: datetime,
) -> bool:
    """From the day the service is given under exactly these provisions; the past stays as it is.

    ``seen`` is what `seen_of` said when the choice was shown: refused when it has changed since.
    """
    wanted: dict[int, dict[str, Any]] = {pk: {} for pk in paragraph_ids}
    return _set(service, "paragraph_id", wanted, on=on, seen=seen, by=by, at=at)


@transaction.atomic
def set_target_groups(
    service: Service,
    target_group_ids: Collection[int],
    *,
    main_id: int | None,
    on: date,
    seen: str | None = None,
    by: Actor,
    at: datetime,
) -> bool:
    """From the day the service is for exactly these target groups, one of them the main one."""
    if main_id is not None and main_id not in target_group_ids:
        raise ValidationError({"main_id": _("Hovedmålgruppen skal være en af de valgte.")})
    wanted = {pk: {"is_main": pk == main_id} for pk in target_group_ids}
    return _set(service, "target_group_id", wanted, on=on, seen=seen, by=by, at=at)


def seen_of(service: Service, column: str) -> str:
    """The fingerprint of the service's rows of one kind: `paragraph_id` or `target_group_id`."""
    rows = _model(column).objects.filter(service=service).order_by("pk")
    return hashlib.sha256("".join(map(fingerprint, rows)).encode()).hexdigest()[:16]


def _model(column: str) -> Any:
    return ServiceParagraph if column == "paragraph_id" else ServiceTargetGroup


def _set(
    service: Service,
    column: str,
    wanted: Mapping[int, Mapping[str, Any]],
    *,
    on: date,
    seen: str | None,
    by: Actor,
    at: datetime,
) -> bool:
    """End the rows that are not wanted from the day, and begin those that are missing."""
    authorise(by, MANAGE, service)
    service = Service.objects.select_for_update().get(pk=service.pk)
    if on < service.valid_from or (service.valid_to is not None and on >= service.valid_to):
        raise ValidationError({"on": _("Dagen ligger uden for den tid, ydelsen gives.")})
    if seen is not None and seen != seen_of(service, column):
        raise ValidationError(
            _("En anden har ændret det samme imens. Åbn siden igen, og se, hvad der nu står.")
        )
    model = _model(column)
    kept, changed = set(), False
    for row in list(_later(model.objects.filter(service=service), on)):
        pk = getattr(row, column)
        same = pk in wanted and all(getattr(row, k) == v for k, v in wanted[pk].items())
        if same and row.valid_from <= on and row.valid_to is None:
            kept.add(pk)
            continue
        changed = True
        if row.valid_from < on:
            store_changes(row, {"valid_to": on}, MANAGE, by=by, at=at)
        else:
            store_removal(row, MANAGE, by=by, at=at)
    for pk in (pk for pk in wanted if pk not in kept):
        changed = True
        row = model(service=service, **{column: pk}, **wanted[pk], valid_from=on)
        store_new(row, MANAGE, by=by, at=at)
    return changed


def _later(rows: Any, on: date) -> Iterable[Any]:
    return (row for row in rows if row.valid_to is None or row.valid_to > on)
