"""The items that wait for a meeting of a body, and handing one in."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.http import Request
from rammevaerk.portal.access.policy import abilities, requires
from rammevaerk.portal.common.forms import carried_out, status_of
from rammevaerk.portal.meetings import operations, queries
from rammevaerk.portal.meetings.forms.agenda import ItemForm
from rammevaerk.portal.meetings.models import AgendaItem, Body
from rammevaerk.portal.meetings.queries.names import short_name
from rammevaerk.portal.meetings.views.items import item_choices
from rammevaerk.portal.meetings.views.places import body_step, meetings_trail


@require_GET
@requires(Action.MEETING_READ, Body, "body_id")
def backlog(request: Request, row: Body) -> HttpResponse:
    name = short_name(row, on=request.today)
    items = queries.backlog_of(row, request.actor)
    submitters = queries.names_of_submitters(items, on=request.today)
    likely = queries.likely_sections(row, at=request.at)
    context = {
        "crumbs": meetings_trail(body_step(row, name), _("Venteliste")),
        "body": row,
        "body_name": name,
        "items": [
            (one, submitters.get(one.submitted_by_id or 0, ""), likely.get(one.purpose))
            for one in items
        ],
        "sections": queries.section_choices(row, at=request.at),
        "can": abilities(request.actor, row, Action.AGENDA_EDIT, Action.ITEM_SUBMIT),
    }
    return render(request, "meetings/backlog.html", context)


@require_http_methods(["GET", "POST"])
@requires(Action.ITEM_SUBMIT, Body, "body_id")
def item_submit(request: Request, row: Body) -> HttpResponse:
    """An item for the backlog; from the secretariat, or from a member of the body."""
    can = abilities(request.actor, row, Action.AGENDA_EDIT)
    choices: dict[str, Any] = item_choices(request, row.cooperation_id)
    if not can["agenda_edit"]:
        # Who else may see a closed item is for the secretariat to say.
        choices = {"cases": choices["cases"]}
    form = ItemForm(request.POST or None, **choices)
    made: list[AgendaItem] = []
    if carried_out(
        form,
        lambda: made.append(
            operations.add_item(
                row,
                form.values(),
                recommendation=form.recommendation(),
                readers=form.readers(),
                by=request.actor,
                at=request.at,
            )
        ),
    ):
        messages.success(request, _("Punktet er meldt ind og venter på et møde."))
        return redirect("meetings:item", item_id=made[0].pk)
    name = short_name(row, on=request.today)
    context = {
        "crumbs": meetings_trail(body_step(row, name), _("Meld et punkt ind")),
        "heading": _("Meld et punkt ind til %s") % name,
        "form": form,
        "back": reverse("meetings:backlog", kwargs={"body_id": row.pk}),
    }
    return render(request, "meetings/item_form.html", context, status=status_of(form))
