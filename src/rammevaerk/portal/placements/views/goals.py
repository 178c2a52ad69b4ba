"""Goals and how it goes with them: on the placement, and over all facilities."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.http import Request
from rammevaerk.portal.access.policy import requires
from rammevaerk.portal.access.revising import revise
from rammevaerk.portal.placements import operations
from rammevaerk.portal.placements.forms.goals import (
    PROGRESSION,
    FollowUpForm,
    GoalForm,
    GoalRevisionForm,
)
from rammevaerk.portal.placements.models import Placement, PlacementGoal
from rammevaerk.portal.placements.queries.progression import goals_by_facility, goals_due
from rammevaerk.portal.placements.views.places import (
    Doing,
    do,
    placement_address,
    placement_trail,
    placements_trail,
)

GOALS = Action.PLACEMENT_GOALS
_MOST = 30
_POINTS = 10_000


@require_GET
@requires(Action.PLACEMENT_READ)
def goals(request: Request) -> HttpResponse:
    """How many placements have goals that are followed up, and how it goes."""
    rows = goals_by_facility(request.actor, on=request.today)
    placements = sum(one.placements for one in rows)
    followed = sum(one.followed for one in rows)
    totals = [sum(one.progression[at] for one in rows) for at in range(len(PROGRESSION))]
    due = goals_due(request.actor, on=request.today)
    oldest = list(due[:_MOST])
    context = {
        "crumbs": placements_trail(_("Mål og progression")),
        "rows": rows,
        "placements": placements,
        "followed": followed,
        "with_goals": sum(one.with_goals for one in rows),
        "share": _POINTS * followed // placements if placements else None,
        "steps": [
            (label, total) for (_value, label), total in zip(PROGRESSION, totals, strict=True)
        ],
        "due": oldest,
        "synthetic": any(one.synthetic for one in rows),
        "due_count": due.count(),
        "today": request.today,
    }
    return render(request, "placements/goals.html", context)


@require_http_methods(["GET", "POST"])
@requires(GOALS, Placement, "placement_id")
def goal_new(request: Request, row: Placement) -> HttpResponse:
    form = GoalForm(request.POST or None, initial={"agreed_on": request.today})
    return do(
        request, row, form,
        lambda: operations.set_goal(row, form.cleaned_data, by=request.actor, at=request.at),
        Doing(gettext_lazy("Nyt mål"), gettext_lazy("Målet er aftalt."), part="maal"),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@requires(GOALS, PlacementGoal, "goal_id")
def goal_revise(request: Request, row: PlacementGoal) -> HttpResponse:
    heading = _("Ret mål %s") % row.position
    place: dict[str, Any] = {
        "crumbs": placement_trail(row.placement, heading),
        "heading": heading,
        "back": placement_address(row.placement, "maal"),
    }
    return revise(
        request, row, GoalRevisionForm(request.POST or None), operations.revise_goal, place
    )


@require_http_methods(["GET", "POST"])
@requires(GOALS, PlacementGoal, "goal_id")
def goal_follow_up(request: Request, row: PlacementGoal) -> HttpResponse:
    form = FollowUpForm(request.POST or None, initial={"on": request.today})
    return do(
        request, row.placement, form,
        lambda: operations.follow_up(row, **form.values(), by=request.actor, at=request.at),
        Doing(
            _("Følg op på mål %s") % row.position,
            gettext_lazy("Opfølgningen er gemt."),
            explanation=row.text,
            part="maal",
        ),
    )  # fmt: skip
