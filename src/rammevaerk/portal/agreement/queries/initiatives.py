"""What the record of one initiative shows beside itself, and what its forms offer to choose."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from rammevaerk.portal.access.actions import Action, Scope
from rammevaerk.portal.access.policy import Actor, visible
from rammevaerk.portal.access.queries import names_on
from rammevaerk.portal.agreement.models import (
    DevelopmentArea,
    Edition,
    Goal,
    Initiative,
    MilestoneDate,
    Participation,
    StatusEntry,
)
from rammevaerk.portal.agreement.queries.plan import PlanView


def timeline_of(row: Initiative) -> list[dict[str, Any]]:
    """Everything that has been said of the initiative, the newest first; the plan's own last."""
    statuses = row.statuses.select_related("registered_by")
    dates = MilestoneDate.objects.filter(milestone__initiative=row).select_related(
        "milestone", "registered_by"
    )
    said = [(_moment(one), _status_entry(one)) for one in statuses]
    said += [(_moment(one), _milestone_entry(one)) for one in dates]
    return [entry for _when, entry in sorted(said, key=lambda pair: pair[0], reverse=True)]


def _moment(row: StatusEntry | MilestoneDate) -> tuple[date, datetime, int]:
    return row.effective_on or date.min, row.registered_at, row.pk


def _status_entry(row: StatusEntry) -> dict[str, Any]:
    return {
        "day": row.effective_on,
        "kind": row.status,
        "title": row.get_status_display(),
        "text": row.text,
        **_origin(row),
    }


def _milestone_entry(row: MilestoneDate) -> dict[str, Any]:
    when = f" {row.on.text_da()}" if row.on else ""
    return {
        "day": row.effective_on or _("Planen"),
        "title": f"{row.milestone.title}: {row.get_state_display().lower()}{when}",
        **_origin(row),
    }


def _origin(row: StatusEntry | MilestoneDate) -> dict[str, str]:
    who = row.registered_by.name if row.registered_by else ""
    return {"who": who, "source": row.source}


@dataclass(frozen=True, slots=True)
class Lineage:
    """Where an initiative comes from and where it went, edition by edition."""

    earlier: list[Initiative]
    later: list[Initiative]
    areas: list[DevelopmentArea]


def lineage_of(row: Initiative, actor: Actor) -> Lineage:
    """The initiatives before and after it, and the chain of its development area, oldest first."""
    rows = visible(Initiative.objects.select_related("edition"), actor, Action.PLAN_READ)
    return Lineage(
        earlier=list(rows.filter(successions__successor=row)),
        later=list(rows.filter(origins__predecessor=row)),
        areas=area_chain(row.goal.area, actor),
    )


def area_chain(area: DevelopmentArea, actor: Actor) -> list[DevelopmentArea]:
    """The area with all it follows and all that follows it, oldest edition first."""
    rows = visible(
        DevelopmentArea.objects.filter(edition__agreement=area.edition.agreement)
        .select_related("edition")
        .prefetch_related("origins", "successions"),
        actor,
        Action.PLAN_READ,
    )
    by_id = {one.pk: one for one in rows}
    found = _follow(area.pk, by_id, "origins", "predecessor_id")
    found |= _follow(area.pk, by_id, "successions", "successor_id")
    return sorted((by_id[pk] for pk in found), key=lambda one: (one.edition.valid_from, one.number))


def _follow(start: int, by_id: dict[int, DevelopmentArea], relation: str, end: str) -> set[int]:
    found, waiting = set(), [start]
    while waiting:
        pk = waiting.pop()
        if pk not in found and pk in by_id:
            found.add(pk)
            waiting += [getattr(link, end) for link in getattr(by_id[pk], relation).all()]
    return found


def newest_status(row: Initiative) -> StatusEntry | None:
    """The entry that was registered last, whatever day it speaks of."""
    return row.statuses.order_by("-id").first()


def may_report_for(row: Initiative, actor: Actor, *, on: date) -> list[tuple[int, str]]:
    """The parties whose participation the actor may report, without those that take part."""
    scope = actor.scope(Action.PARTICIPATION_REPORT)
    if scope is None:
        return []
    taken = set(
        row.participations.filter(valid_to__isnull=True).values_list("organisation_id", flat=True)
    )
    parties = row.edition.parties.values_list("organisation_id", flat=True)
    wanted = [pk for pk in parties if pk not in taken]
    if scope is Scope.OWN:
        wanted = [pk for pk in wanted if pk == actor.organisation_id]
    return _named(wanted, on)


def _named(organisation_ids: list[int], on: date) -> list[tuple[int, str]]:
    names = names_on(organisation_ids, on=on)
    return sorted(((pk, names[pk]) for pk in organisation_ids), key=lambda pair: pair[1])


def initiative_choices(edition: Edition, *, on: date) -> dict[str, list[tuple[int, str]]]:
    """What the form of an initiative offers."""
    goals = Goal.objects.filter(area__edition=edition).select_related("area")
    return {
        "goals": [(row.pk, f"{row.area.number}. {row.area.title}: {row.text}") for row in goals],
        "parents": [(row.pk, str(row)) for row in edition.initiatives.filter(parent__isnull=True)],
        "forums": [(row.pk, row.name) for row in edition.agreement.forums.all()],
        "organisations": _named(
            list(edition.parties.values_list("organisation_id", flat=True)), on
        ),
    }


def goal_and_parent(
    edition: Edition, goal_id: int, parent_id: int | None
) -> tuple[Goal, Initiative | None]:
    """The rows behind what was chosen in the form."""
    goal = Goal.objects.get(pk=goal_id, area__edition=edition)
    parent = edition.initiatives.filter(pk=parent_id).first() if parent_id else None
    return goal, parent


def participant_name(row: Participation, *, on: date) -> str:
    return names_on([row.organisation_id], on=on)[row.organisation_id]


def area_summaries(plan: PlanView) -> list[dict[str, Any]]:
    """Per development area: how many initiatives, how many overdue, and what it continues."""
    return [
        {
            "area": area,
            "goals": list(area.goals.all()),
            "initiatives": sum(1 for one in plan.top if one.row.goal.area_id == area.pk),
            "overdue": sum(
                1 for one in plan.initiatives if one.row.goal.area_id == area.pk and one.overdue
            ),
            "origins": [link.predecessor for link in area.origins.all()],
        }
        for area in plan.areas
    ]


def latest_statuses(
    edition: Edition, actor: Actor, *, on: date, count: int
) -> list[dict[str, Any]]:
    """The newest statuses of the edition's plan as entries of a timeline."""
    rows = visible(
        StatusEntry.objects.filter(initiative__edition=edition, effective_on__lte=on),
        actor,
        Action.PLAN_READ,
    )
    rows = rows.select_related("initiative", "registered_by")
    return [
        {
            "day": row.effective_on,
            "title": str(row.initiative),
            "url": reverse("agreement:initiative", kwargs={"initiative_id": row.initiative_id}),
            "text": f"{row.get_status_display()}. {row.text}".strip(),
            **_origin(row),
        }
        for row in rows.order_by("-effective_on", "-registered_at", "-id")[:count]
    ]
