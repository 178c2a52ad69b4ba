"""Opening cases and choosing their way through the bodies."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.html import escape
from django.utils.translation import gettext as _

from rammevaerk.engine.periods import PartialDate
from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import Actor, authorise
from rammevaerk.portal.access.saving import refuse_changed, store_changes, store_new
from rammevaerk.portal.common.clock import day_of
from rammevaerk.portal.meetings.models import AgendaItem, Body, Case, Consultation
from rammevaerk.portal.meetings.operations.items import add_item


@transaction.atomic
def open_case(cooperation: Any, values: Mapping[str, Any], *, by: Actor, at: datetime) -> Case:
    """Open a case with the year's next number: «2026-014»."""
    authorise(by, Action.CASE_MANAGE, cooperation)
    opened_on: date = values.get("opened_on") or day_of(at)
    # Two who open a case at once wait here for each other.
    type(cooperation).objects.select_for_update().get(pk=cooperation.pk)
    year = f"{opened_on.year}-"
    newest = (
        Case.objects.filter(cooperation=cooperation, number__startswith=year)
        .order_by("-number")
        .values_list("number", flat=True)
        .first()
    )
    serial = int(newest.removeprefix(year)) + 1 if newest else 1
    case = Case(
        cooperation=cooperation,
        number=f"{year}{serial:04d}",
        **{**values, "opened_on": opened_on},
    )
    return store_new(case, Action.CASE_MANAGE, by=by, at=at)


@transaction.atomic
def revise_case(
    case: Case, values: Mapping[str, Any], *, seen: str | None = None, by: Actor, at: datetime
) -> bool:
    """Change what is said of a case; ``seen`` is the fingerprint of the row as it was shown."""
    authorise(by, Action.CASE_MANAGE, case)
    case = Case.objects.select_for_update().get(pk=case.pk)
    refuse_changed(case, seen)
    return store_changes(case, values, Action.CASE_MANAGE, by=by, at=at)


@transaction.atomic
def consult(
    case: Case,
    body: Body,
    *,
    authoritative: bool,
    wanted: PartialDate | None = None,
    by: Actor,
    at: datetime,
) -> Consultation:
    """Send a case to a body, after those it already goes to: to decide, or to be heard."""
    authorise(by, Action.CASE_MANAGE, case)
    if body.cooperation_id != case.cooperation_id:
        raise ValidationError({"body": _("Forummet hører til et andet samarbejde.")})
    last = case.consultations.aggregate(last=Max("position"))["last"] or 0
    row = Consultation(
        case=case, body=body, position=last + 1, authoritative=authoritative, wanted=wanted
    )
    return store_new(row, Action.CASE_MANAGE, by=by, at=at)


@transaction.atomic
def close_case(case: Case, *, closed_on: date, outcome: str, by: Actor, at: datetime) -> bool:
    """Say how a case ended; once."""
    authorise(by, Action.CASE_MANAGE, case)
    case = Case.objects.select_for_update().get(pk=case.pk)
    if case.closed_on is not None:
        raise ValidationError(_("Sagen er allerede afsluttet."))
    if closed_on < case.opened_on:
        raise ValidationError({"closed_on": _("Dagen ligger, før sagen blev oprettet.")})
    values = {"closed_on": closed_on, "outcome": outcome}
    return store_changes(case, values, Action.CASE_MANAGE, by=by, at=at)


@transaction.atomic
def item_from_consultation(consultation: Consultation, *, by: Actor, at: datetime) -> AgendaItem:
    """Make the item by which a body handles a case, in the body's backlog."""
    authorise(by, Action.AGENDA_EDIT, consultation)
    case = consultation.case
    purpose = AgendaItem.Purpose.DECISION if consultation.authoritative else "discussion"
    values = {
        "title": case.title,
        "presentation": f"<p>{escape(case.summary)}</p>" if case.summary else "",
        "purpose": purpose,
        "case": case,
        "consultation": consultation,
        "submitted_by_id": case.owner_id,
        "closed": case.closed,
        "legal_ground": _("Se sagen") if case.closed else "",
    }
    return add_item(consultation.body, values, by=by, at=at)
