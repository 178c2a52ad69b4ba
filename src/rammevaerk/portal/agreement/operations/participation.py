"""Reporting who takes part in an initiative, and how many."""

from datetime import date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from rammevaerk.engine.periods import Period
from rammevaerk.portal.access.actions import Action, Scope
from rammevaerk.portal.access.policy import Actor, authorise
from rammevaerk.portal.access.saving import store_changes, store_new
from rammevaerk.portal.agreement.models import Initiative, Participation, ParticipationCount
from rammevaerk.portal.common.clock import day_of


@transaction.atomic
def join_initiative(
    initiative: Initiative,
    organisation_id: int,
    *,
    valid_from: date | None,
    valid_to: date | None = None,
    note: str = "",
    source: str = "",
    by: Actor,
    at: datetime,
) -> Participation:
    """Say that an organisation takes part. The row decides who may say so: see the policy."""
    # An initiative that is being taken out waits, or is gone and refuses this.
    if not Initiative.objects.select_for_update().filter(pk=initiative.pk).exists():
        raise ValidationError(_("Initiativet er taget ud af planen imens."))
    participation = Participation(
        initiative=initiative,
        organisation_id=organisation_id,
        valid_from=valid_from,
        valid_to=valid_to,
        note=note,
        source=source,
    )
    _refuse_foreign(initiative, organisation_id, by)
    _refuse_overlap(participation)
    stored = store_new(participation, Action.PARTICIPATION_REPORT, by=by, at=at)
    # Only a stored row can be decided on; a refusal here takes the row back with it.
    authorise(by, Action.PARTICIPATION_REPORT, stored)
    return stored


def _refuse_foreign(initiative: Initiative, organisation_id: int, by: Actor) -> None:
    authorise(by, Action.PLAN_READ, initiative)
    if by.scope(Action.PARTICIPATION_REPORT) is not Scope.OWN:
        return
    if organisation_id != by.organisation_id:
        raise ValidationError(_("Du kan kun indberette for din egen organisation."))


def _refuse_overlap(wanted: Participation) -> None:
    others = Participation.objects.filter(
        initiative=wanted.initiative, organisation_id=wanted.organisation_id
    )
    period = _period(wanted)
    if any(_period(other).overlaps(period) for other in others):
        raise ValidationError(_("Organisationen deltager allerede i den periode."))


def _period(row: Participation) -> Period:
    return Period(row.valid_from or date(1900, 1, 1), row.valid_to)


@transaction.atomic
def end_participation(
    participation: Participation, *, last_day: date, by: Actor, at: datetime
) -> None:
    """Let a participation end after a day; what was counted stays."""
    authorise(by, Action.PARTICIPATION_REPORT, participation)
    participation = Participation.objects.select_for_update().get(pk=participation.pk)
    if participation.valid_to is not None:
        raise ValidationError(_("Deltagelsen er allerede afsluttet."))
    if participation.valid_from and last_day < participation.valid_from:
        raise ValidationError({"last_day": _("Deltagelsen kan ikke slutte, før den begynder.")})
    values = {"valid_to": last_day + timedelta(days=1)}
    store_changes(participation, values, Action.PARTICIPATION_REPORT, by=by, at=at)


@transaction.atomic
def report_count(
    participation: Participation,
    *,
    value: int,
    unit: str,
    period_from: date,
    period_to: date,
    as_of: date | None,
    source: str = "",
    by: Actor,
    at: datetime,
) -> ParticipationCount:
    """Report how many took part in a period; a newer report follows, nothing is overwritten."""
    authorise(by, Action.PARTICIPATION_REPORT, participation)
    if as_of is not None and as_of > day_of(at):
        raise ValidationError({"as_of": _("Et antal kan ikke være opgjort ude i fremtiden.")})
    count = ParticipationCount(
        participation=participation,
        value=value,
        unit=unit,
        period_from=period_from,
        period_to=period_to,
        as_of=as_of,
        source=source,
        registered_at=at,
        registered_by_id=by.person_id,
    )
    return store_new(count, Action.PARTICIPATION_REPORT, by=by, at=at)
