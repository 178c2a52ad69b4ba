"""Taking out of the plan an initiative that came into it by mistake."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import Actor
from rammevaerk.portal.access.saving import lock_seen, store_removal
from rammevaerk.portal.agreement.models import Initiative, MilestoneDate


@transaction.atomic
def remove_initiative(
    initiative: Initiative, *, seen: str | None = None, by: Actor, at: datetime
) -> None:
    """Delete an initiative of which nothing has been said, with its undated milestones.

    ``seen`` as in lock_seen. What has a history keeps it: ValidationError says what it is.
    """
    initiative = lock_seen(initiative, Action.PLAN_EDIT, seen=seen, by=by)
    if found := initiative_obstacles(initiative):
        raise ValidationError(found)
    for milestone in initiative.milestones.all():
        store_removal(milestone, Action.PLAN_EDIT, by=by, at=at)
    store_removal(initiative, Action.PLAN_EDIT, by=by, at=at)


def initiative_obstacles(initiative: Initiative) -> list[str]:
    """What has been said of the initiative, so that it cannot be taken out; in Danish."""
    dates = MilestoneDate.objects.filter(milestone__initiative=initiative)
    said = [
        (initiative.statuses.exists(), _("Det har en status.")),
        (dates.exists(), _("Det har milepæle med datoer.")),
        (initiative.participations.exists(), _("Det har eller har haft deltagere.")),
        (initiative.children.exists(), _("Det har delinitiativer.")),
        (initiative.origins.exists(), _("Det fører et tidligere initiativ videre.")),
        (initiative.successions.exists(), _("Det er ført videre i en senere udgave.")),
    ]
    return [text for stands, text in said if stands]
