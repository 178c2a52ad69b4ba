"""Looking for help that nobody has billed: in the background, since it settles fourteen months."""

from dataclasses import replace
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from rammevaerk.engine.errors import EngineError
from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import Actor
from rammevaerk.portal.access.saving import store_changes, store_new
from rammevaerk.portal.common.clock import day_of
from rammevaerk.portal.settlement import tasks
from rammevaerk.portal.settlement.calculate.claims import MONTHS_SEEN, unbilled
from rammevaerk.portal.settlement.calculate.snapshot import after_month
from rammevaerk.portal.settlement.models import ClaimWatch
from rammevaerk.portal.settlement.operations.run_requests import (
    RunRequest,
    billed_since,
    check_request,
    snapshot_for,
)

_ACTION = Action.SETTLEMENT_RUN
_TRAIL = Actor.system("Eftersyn af krav")


@transaction.atomic
def start_watch(
    cooperation_id: int, owner_id: int, *, joint: bool, by: Actor, at: datetime
) -> ClaimWatch:
    """Begin to look; the page shows what was found before until it is done."""
    row = ClaimWatch(
        cooperation_id=cooperation_id,
        owner_id=owner_id,
        joint=joint,
        on=day_of(at),
        created_at=at,
        created_by_id=by.person_id,
    )
    try:
        check_request(_request(row), by=by)
    except ValidationError as problem:
        raise ValidationError(_("Du har ingen tilbud at se efter krav for.")) from problem
    store_new(row, _ACTION, by=by, at=at)
    transaction.on_commit(lambda: tasks.watch_claims.enqueue(row.pk))
    return row


def _request(row: ClaimWatch) -> RunRequest:
    month = after_month(row.on, -1)
    return RunRequest(
        row.cooperation_id, row.owner_id, month, row.on, MONTHS_SEEN - 1, joint=row.joint
    )


def watch(watch_id: int, *, at: datetime) -> None:
    """Look for what is not billed. May be begun again at any time."""
    row = ClaimWatch.objects.get(pk=watch_id)
    if row.done:
        return
    values: dict[str, object] = {"done": True}
    try:
        request = _request(row)
        made = replace(snapshot_for(request), since=billed_since(request, new=0))
        found = unbilled(made, row.on)
    except EngineError as problem:
        values["failure"] = str(problem)[:500]
    else:
        values["rows"] = [one.as_dict() for one in found]
    with transaction.atomic():
        stored = ClaimWatch.objects.select_for_update().get(pk=row.pk)
        if not stored.done:
            store_changes(stored, values, _ACTION, by=_TRAIL, at=at)
