"""One initiative: its record, its status, its milestones and its participants."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.http import Request
from rammevaerk.portal.access.policy import abilities, requires
from rammevaerk.portal.agreement import operations, queries
from rammevaerk.portal.agreement.forms import (
    InitiativeForm,
    MilestoneForm,
    StatusForm,
)
from rammevaerk.portal.agreement.models import Edition, Initiative
from rammevaerk.portal.agreement.views.places import edition_trail, initiative_trail
from rammevaerk.portal.common.forms import carried_out, show_problem, status_of


@require_GET
@requires(Action.PLAN_READ, Initiative, "initiative_id")
def initiative(request: Request, row: Initiative) -> HttpResponse:
    context = {
        "crumbs": initiative_trail(row),
        "edition": row.edition,
        "view": queries.initiative_view(row, as_of=request.today),
        "timeline": queries.timeline_of(row),
        "lineage": queries.lineage_of(row, request.actor),
        "participations": queries.participations_of(
            row,
            request.actor,
            as_of=row.edition.shown_as_of(request.today),
            today=request.today,
        ),
        "has_trail": request.actor.scope(Action.AUDIT_READ) is not None,
        "may_join": bool(queries.may_report_for(row, request.actor, on=request.today)),
        "can": abilities(request.actor, row, Action.STATUS_UPDATE, Action.PLAN_EDIT),
    }
    return render(request, "agreement/initiative.html", context)


@require_http_methods(["GET", "POST"])
@requires(Action.STATUS_UPDATE, Initiative, "initiative_id")
def status_update(request: Request, row: Initiative) -> HttpResponse:
    view = queries.initiative_view(row, as_of=request.today)
    newest = queries.newest_status(row)
    form = StatusForm(
        view.milestones,
        request.POST or None,
        initial={
            "status": view.status.status if view.status else None,
            "effective_on": request.today,
            "latest_seen": newest.pk if newest else 0,
        },
    )
    context: dict[str, Any] = {
        "crumbs": initiative_trail(row, _("Opdater status")),
        "edition": row.edition,
        "view": view,
        "form": form,
    }
    if form.is_valid():
        try:
            operations.update_status(
                row,
                status=form.cleaned_data["status"],
                text=form.cleaned_data["text"],
                effective_on=form.cleaned_data["effective_on"],
                source=form.cleaned_data["source"],
                milestones=form.milestone_changes(),
                latest_seen=form.cleaned_data["latest_seen"],
                by=request.actor,
                at=request.at,
            )
        except operations.StatusConflict as conflict:
            context["conflict"] = conflict.newer
            # Both texts are on the page now: sending again means that both are wanted.
            form.data = {**request.POST.dict(), "latest_seen": str(conflict.newer.pk)}
            return render(request, "agreement/status_form.html", context, status=409)
        except ValidationError as problem:
            show_problem(form, problem)
        else:
            messages.success(request, _("Status er gemt."))
            return redirect("agreement:initiative", initiative_id=row.pk)
    return render(request, "agreement/status_form.html", context, status=status_of(form))


@require_http_methods(["GET", "POST"])
@requires(Action.STATUS_UPDATE, Initiative, "initiative_id")
def milestone_new(request: Request, row: Initiative) -> HttpResponse:
    form = MilestoneForm(request.POST or None)
    if carried_out(
        form,
        lambda: operations.add_milestone(
            row,
            **form.cleaned_data,
            effective_on=request.today,
            by=request.actor,
            at=request.at,
        ),
    ):
        messages.success(request, _("Milepælen er gemt."))
        return redirect("agreement:initiative", initiative_id=row.pk)
    context = {
        "crumbs": initiative_trail(row, _("Ny milepæl")),
        "edition": row.edition,
        "initiative": row,
        "form": form,
    }
    return render(request, "agreement/milestone_form.html", context, status=status_of(form))


@require_http_methods(["GET", "POST"])
@requires(Action.PLAN_EDIT, Edition, "edition", field="slug")
def initiative_new(request: Request, edition: Edition) -> HttpResponse:
    choices = queries.initiative_choices(edition, on=request.today)
    form = InitiativeForm(
        request.POST or None, initial={"known_from": edition.began(request.today)}, **choices
    )
    if form.is_valid():
        goal, parent = queries.goal_and_parent(
            edition, form.cleaned_data["goal"], form.cleaned_data["parent"]
        )
        try:
            row = operations.add_initiative(
                goal, {**form.values(), "parent": parent}, by=request.actor, at=request.at
            )
        except ValidationError as problem:
            show_problem(form, problem)
        else:
            messages.success(request, _("Initiativet er oprettet."))
            return redirect("agreement:initiative", initiative_id=row.pk)
    context = {
        "crumbs": edition_trail(edition, _("Nyt initiativ")),
        "edition": edition,
        "form": form,
    }
    return render(request, "agreement/initiative_form.html", context, status=status_of(form))
