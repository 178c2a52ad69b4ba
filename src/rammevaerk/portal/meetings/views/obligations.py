"""Obligations: the register, a new one, one's own page, and that it is met."""

import json
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.http import Request
from rammevaerk.portal.access.policy import abilities, requires
from rammevaerk.portal.access.queries import trail_of
from rammevaerk.portal.common.conflicts import texts_side_by_side
from rammevaerk.portal.common.forms import carried_out, row_id, show_problem, status_of
from rammevaerk.portal.meetings import conditions, operations
from rammevaerk.portal.meetings.forms.minutes import DoForm
from rammevaerk.portal.meetings.forms.obligations import MeetForm, ObligationForm, stored
from rammevaerk.portal.meetings.models import AgendaItem, Body, Meeting, Obligation
from rammevaerk.portal.meetings.queries.choices import known_bodies, organisation_choices
from rammevaerk.portal.meetings.queries.names import short_name
from rammevaerk.portal.meetings.queries.obligations import (
    STATES,
    ObligationFilter,
    obligation_view,
)
from rammevaerk.portal.meetings.queries.obligations import obligations as found_obligations
from rammevaerk.portal.meetings.views.minutes import meeting_name
from rammevaerk.portal.meetings.views.places import Step, meeting_trail, meetings_trail

_STATE_WORDS = {
    "open": _("Åbne"),
    "due": _("Overskredne"),
    "met": _("Opfyldte"),
    "all": _("Alle"),
}


def _trail(*steps: Step) -> Any:
    page = (_("Forpligtelser"), reverse("meetings:obligations"))
    return meetings_trail(*((page, *steps) if steps else (_("Forpligtelser"),)))


def _address(row: Obligation) -> str:
    return reverse("meetings:obligation", kwargs={"obligation_id": row.pk})


@require_GET
@requires(Action.OBLIGATION_READ)
def obligations(request: Request) -> HttpResponse:
    get = request.GET.get
    body = get("forum", "")
    narrowed = ObligationFilter(
        state=get("tilstand", "open") if get("tilstand", "open") in STATES else "open",
        mine=get("mine", "") == "1",
        body_id=row_id(body),
        text=get("q", "")[:100],
    )
    rows = found_obligations(request.actor, narrowed, on=request.today)
    context = {
        "crumbs": _trail(),
        "rows": rows,
        "late": sum(1 for view in rows if view.late),
        "filter": narrowed,
        "states": [(key, str(_STATE_WORDS[key])) for key in STATES],
        "bodies": known_bodies(request.actor, on=request.today),
        "manages": request.actor.scope(Action.OBLIGATION_MANAGE) is not None,
    }
    return render(request, "meetings/obligations.html", context)


@require_GET
@requires(Action.OBLIGATION_READ, Obligation, "obligation_id")
def obligation(request: Request, row: Obligation) -> HttpResponse:
    view = obligation_view(row, on=request.today)
    can = abilities(request.actor, row, Action.OBLIGATION_MANAGE, Action.OBLIGATION_MEET)
    context = {
        "crumbs": _trail(_("Forpligtelse")),
        "view": view,
        "row": row,
        "condition": conditions.label_of(row.condition) if row.condition else "",
        "can": can,
        "trail": [
            {
                "what": _done(one.action, one.before),
                "at": one.at,
                "who": one.actor_label,
            }
            for one in trail_of([Obligation.objects.filter(pk=row.pk)], request.actor)[:10]
        ],
    }
    return render(request, "meetings/obligation.html", context)


def _done(action: str, before: str) -> str:
    if not before:
        return _("Oprettet")
    if action == Action.OBLIGATION_MEET:
        return _("Meldt opfyldt")
    was_met = json.loads(before).get("met_on") is not None
    return _("Genåbnet") if was_met else _("Rettet")


@require_http_methods(["GET", "POST"])
@requires(Action.OBLIGATION_MANAGE, Body, "body_id")
def obligation_new(request: Request, body: Body) -> HttpResponse:
    return _new(request, body, None)


@require_http_methods(["GET", "POST"])
@requires(Action.OBLIGATION_MANAGE, AgendaItem, "item_id")
def obligation_of_item(request: Request, item: AgendaItem) -> HttpResponse:
    return _new(request, item.body, item)


def _new(request: Request, body: Body, item: AgendaItem | None) -> HttpResponse:
    form = _form(request, body, request.POST if request.method == "POST" else None)
    made: list[Obligation] = []
    if carried_out(
        form,
        lambda: made.append(
            operations.add_obligation(
                body, form.values(), item=item, by=request.actor, at=request.at
            )
        ),
    ):
        messages.success(request, _("Forpligtelsen er oprettet."))
        return redirect(_back(item) if item is not None else _address(made[0]))
    heading = _("Ny forpligtelse: %s") % short_name(body, on=request.today)
    if item is not None:
        heading = _("Ny forpligtelse fra punkt %s") % (item.number or item.title)
    back = _back(item) if item is not None else reverse("meetings:obligations")
    return _page(request, form, heading, back, button=_("Opret forpligtelsen"))


def _form(request: Request, body: Body, posted: Any, **more: Any) -> ObligationForm:
    return ObligationForm(
        posted,
        organisations=organisation_choices(body.cooperation_id, on=request.today),
        checks=conditions.offered(request.actor),
        **more,
    )


def _back(item: AgendaItem) -> str:
    if item.meeting is not None and item.meeting.state == "minuting":
        return reverse("meetings:minutes_item", kwargs={"item_id": item.pk})
    return reverse("meetings:item", kwargs={"item_id": item.pk})


def _page(
    request: Request,
    form: BaseForm,
    heading: str,
    back: str,
    *,
    explanation: str = "",
    button: str = "",
) -> HttpResponse:
    context = {
        "crumbs": _trail(heading),
        "form": form,
        "heading": heading,
        "back": back,
        "explanation": explanation,
        "button": button,
    }
    return render(request, "plain_form.html", context, status=status_of(form))


@require_http_methods(["GET", "POST"])
@requires(Action.OBLIGATION_MANAGE, Obligation, "obligation_id")
def obligation_revise(request: Request, row: Obligation) -> HttpResponse:
    form = _form(
        request,
        row.body,
        request.POST if request.method == "POST" else None,
        initial=stored(row),
    )
    context: dict[str, Any] = {
        "crumbs": _trail((_("Forpligtelse"), _address(row)), _("Rediger")),
        "heading": _("Rediger forpligtelsen"),
        "form": form,
        "back": _address(row),
        "seen": request.POST.get("seen") or operations.fingerprint(row),
    }
    try:
        if carried_out(
            form,
            lambda: operations.revise_obligation(
                row, form.values(), seen=context["seen"], by=request.actor, at=request.at
            ),
        ):
            messages.success(request, _("Ændringerne er gemt."))
            return redirect(_address(row))
    except operations.RevisionConflict as conflict:
        newest: Any = conflict.row
        context["conflict"] = _side_by_side(form, newest)
        context["seen"] = operations.fingerprint(newest)
        return render(request, "revise_form.html", context, status=409)
    return render(request, "revise_form.html", context, status=status_of(form))


def _side_by_side(form: ObligationForm, row: Obligation) -> list[dict[str, Any]]:
    # The time limit is compared as it was written.
    form.cleaned_data["due"] = form.data.get("due", "")
    return texts_side_by_side(form, stored(row))


@require_http_methods(["GET", "POST"])
@requires(Action.AGENDA_EDIT, Meeting, "meeting_id")
def standing_items(request: Request, meeting: Meeting) -> HttpResponse:
    """Bring the standing items of an agenda up to date: due obligations, the next meeting."""
    form = DoForm(request.POST if request.method == "POST" else None, actions=["fill"])
    back = reverse("meetings:meeting", kwargs={"meeting_id": meeting.pk})
    changed: list[int] = []
    if carried_out(
        form,
        lambda: changed.append(
            operations.fill_standing_items(meeting, by=request.actor, at=request.at)
        ),
    ):
        done = _("De faste punkter er bragt ajour.") if changed[0] else _("Der var intet nyt.")
        messages.success(request, done)
        return redirect(back)
    context = {
        "crumbs": meeting_trail(meeting, _("Faste punkter")),
        "heading": _("Bring de faste punkter ajour: %s") % meeting_name(meeting),
        "explanation": _(
            "Forfaldne forpligtelser, referater til godkendelse, næste møde og de punkter, der"
            " ventes, skrives ind på ny. Det, du selv har skrevet under en overskrift i punktet,"
            " bliver stående."
        ),
        "form": form,
        "do": "fill",
        "button": _("Bring ajour"),
        "back": back,
    }
    return render(request, "meetings/minutes_confirm.html", context, status=status_of(form))


@require_http_methods(["GET", "POST"])
@requires(Action.OBLIGATION_MEET, Obligation, "obligation_id")
def obligation_meet(request: Request, row: Obligation) -> HttpResponse:
    form = MeetForm(
        request.POST if request.method == "POST" else None, initial={"met_on": request.today}
    )
    if carried_out(
        form,
        lambda: operations.meet_obligation(
            row, **form.cleaned_data, by=request.actor, at=request.at
        ),
    ):
        messages.success(request, _("Forpligtelsen er meldt opfyldt."))
        return redirect(_address(row))
    heading, button = _("Meld forpligtelsen opfyldt"), _("Meld opfyldt")
    return _page(request, form, heading, _address(row), explanation=row.text, button=button)


@require_http_methods(["GET", "POST"])
@requires(Action.OBLIGATION_MANAGE, Obligation, "obligation_id")
def obligation_reopen(request: Request, row: Obligation) -> HttpResponse:
    form = DoForm(request.POST if request.method == "POST" else None, actions=["reopen"])
    if form.is_valid():
        try:
            operations.reopen_obligation(row, by=request.actor, at=request.at)
        except ValidationError as problem:
            show_problem(form, problem)
        else:
            messages.success(request, _("Forpligtelsen er åben igen."))
            return redirect(_address(row))
    context = {
        "crumbs": _trail((_("Forpligtelse"), _address(row)), _("Genåbn")),
        "heading": _("Genåbn forpligtelsen"),
        "explanation": row.text,
        "form": form,
        "do": "reopen",
        "button": _("Genåbn"),
        "back": _address(row),
    }
    return render(request, "meetings/minutes_confirm.html", context, status=status_of(form))
