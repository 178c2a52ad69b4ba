"""The acting municipality of a placement is the one whose period has begun: moved on the day."""

from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import Actor
from rammevaerk.portal.access.saving import store_changes
from rammevaerk.portal.common.clock import day_of
from rammevaerk.portal.common.validity import in_force
from rammevaerk.portal.placements import tasks
from rammevaerk.portal.placements.models import PayerPeriod, Placement

_ACTION = Action.PLACEMENT_AGREE
# The day has come for everybody, also where a clock is a little off.
_MARGIN = timedelta(minutes=5)


def follow_on(day: date) -> None:
    """Have acting municipalities moved on a day to come."""
    task = tasks.follow_acting
    # A queue that does everything at once, as in tests, has no later.
    if task.get_backend().supports_defer:
        when = timezone.make_aware(datetime.combine(day, time.min)) + _MARGIN
        transaction.on_commit(lambda: task.using(run_after=when).enqueue())


def follow_acting(*, at: datetime) -> int:
    """Let whoever acts today by what is agreed be the buyer; returns how many were moved.

    May be done at any time and again: what is right already is left alone. A placement without a
    period today keeps the one who acted last.
    """
    today = day_of(at)
    held = PayerPeriod.objects.filter(
        in_force(today), superseded_at__isnull=True, placement=OuterRef("pk")
    )
    rows = Placement.objects.filter(Exists(held.exclude(acting=OuterRef("buyer"))))
    moved = 0
    for pk in rows.order_by("pk").values_list("pk", flat=True):
        moved += _move(pk, today, at)
    return moved


@transaction.atomic
def _move(placement_id: int, today: date, at: datetime) -> int:
    row = Placement.objects.select_for_update().get(pk=placement_id)
    now = row.payers.filter(in_force(today), superseded_at__isnull=True).first()
    if now is None or now.acting_id == row.buyer_id:
        return 0
    by = Actor.system(_("Skift af handlekommune"))
    store_changes(row, {"buyer_id": now.acting_id}, _ACTION, by=by, at=at)
    return 1
