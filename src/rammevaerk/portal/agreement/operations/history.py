"""Saying where an initiative stands: a new entry each time, never an overwritten one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from rammevaerk.engine.periods import PartialDate
from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import Actor, authorise
from rammevaerk.portal.access.saving import store_new
from rammevaerk.portal.agreement.models import (
    Initiative,
    Milestone,
    MilestoneDate,
    Status,
    StatusEntry,
)
from rammevaerk.portal.common.clock import day_of


class StatusConflict(Exception):
    """Somebody else has entered a status since the person began to write; carries it."""

    def __init__(self, newer: StatusEntry) -> None:
        self.newer = newer
        super().__init__(str(newer))


@dataclass(frozen=True, slots=True)
class MilestoneChange:
    """What a status update says of one milestone: reached on, moved to, or dropped."""

    milestone_id: int
    state: str
    on: PartialDate | None = None
    reopen: bool = False


@transaction.atomic
def update_status(
    initiative: Initiative,
    *,
    status: Status,
    text: str,
    effective_on: date,
    source: str = "",
    milestones: Sequence[MilestoneChange] = (),
    latest_seen: int | None = None,
    by: Actor,
    at: datetime,
) -> StatusEntry:
    """Enter a status as of a day, and what it says of the initiative's milestones.

    ``latest_seen`` is the id of the newest entry the person had before him (0 for none): when
    another has come since, StatusConflict is raised and nothing is stored. None skips the check.
    """
    authorise(by, Action.STATUS_UPDATE, initiative)
    # The lock on the initiative puts two writers in a queue; the second one sees the first.
    initiative = Initiative.objects.select_for_update().get(pk=initiative.pk)
    _refuse_newer(initiative, latest_seen)
    _refuse_future(effective_on, at)
    entry = StatusEntry(
        initiative=initiative,
        status=status,
        text=text,
        effective_on=effective_on,
        source=source,
        registered_at=at,
        registered_by_id=by.person_id,
    )
    store_new(entry, Action.STATUS_UPDATE, by=by, at=at)
    own = {row.pk: row for row in initiative.milestones.all()}
    for change in milestones:
        if change.milestone_id not in own:
            raise ValidationError(_("Milepælen hører ikke til initiativet."))
        date_milestone(
            own[change.milestone_id],
            state=change.state,
            on=change.on,
            reopen=change.reopen,
            effective_on=effective_on,
            source=source,
            by=by,
            at=at,
        )
    return entry


def _refuse_newer(initiative: Initiative, latest_seen: int | None) -> None:
    if latest_seen is None:
        return
    newest = initiative.statuses.order_by("-id").first()
    if newest and newest.pk != latest_seen:
        raise StatusConflict(newest)


def _refuse_future(effective_on: date, at: datetime) -> None:
    if effective_on > day_of(at):
        raise ValidationError(
            {"effective_on": _("En status kan ikke gælde pr. en dag, der ikke er kommet endnu.")}
        )


@transaction.atomic
def add_milestone(
    initiative: Initiative,
    *,
    kind: str,
    title: str,
    planned: PartialDate | None,
    body_id: int | None = None,
    effective_on: date | None = None,
    source: str = "",
    by: Actor,
    at: datetime,
) -> Milestone:
    """Add something that is expected of the initiative, and when."""
    authorise(by, Action.STATUS_UPDATE, initiative)
    last = initiative.milestones.aggregate(last=Max("position"))["last"] or 0
    milestone = Milestone(
        initiative=initiative, kind=kind, title=title, position=last + 1, body_id=body_id
    )
    refuse_second_start(milestone, kind)
    store_new(milestone, Action.STATUS_UPDATE, by=by, at=at)
    if planned is not None:
        date_milestone(
            milestone,
            state=MilestoneDate.State.PLANNED,
            on=planned,
            effective_on=effective_on,
            source=source,
            by=by,
            at=at,
        )
    return milestone


def refuse_second_start(milestone: Milestone, kind: str) -> None:
    """An initiative starts once; ``kind`` is what the milestone is to be."""
    others = milestone.initiative.milestones.exclude(pk=milestone.pk)
    if kind == Milestone.Kind.START and others.filter(kind=kind).exists():
        raise ValidationError({"kind": _("Initiativet har allerede en opstart.")})


@transaction.atomic
def date_milestone(
    milestone: Milestone,
    *,
    state: str,
    on: PartialDate | None,
    effective_on: date | None,
    source: str = "",
    reopen: bool = False,
    by: Actor,
    at: datetime,
) -> MilestoneDate:
    """Say what is now known of a milestone's date. What has been reached lies in the past.

    One that is reached or dropped is expected again only with ``reopen``.
    """
    authorise(by, Action.STATUS_UPDATE, milestone)
    if (state == MilestoneDate.State.DROPPED) != (on is None):
        raise ValidationError(_("En milepæl, der ikke er bortfaldet, skal have en dato."))
    if state == MilestoneDate.State.REACHED and on is not None and on.first > day_of(at):
        raise ValidationError(
            _("«%(title)s» kan ikke være nået %(on)s, som ikke er kommet endnu.")
            % {"title": milestone.title, "on": on.text_da()}
        )
    if state == MilestoneDate.State.PLANNED and not reopen:
        _refuse_closed(milestone)
    row = MilestoneDate(
        milestone=milestone,
        state=state,
        on=on,
        effective_on=effective_on,
        source=source,
        registered_at=at,
        registered_by_id=by.person_id,
    )
    return store_new(row, Action.STATUS_UPDATE, by=by, at=at)


def _refuse_closed(milestone: Milestone) -> None:
    known = milestone.dates_in_order()
    if known and known[-1].state != MilestoneDate.State.PLANNED:
        raise ValidationError(
            _("«%s» er nået eller bortfaldet. Vælg «Alligevel ventet» under Opdater status.")
            % milestone.title
        )
