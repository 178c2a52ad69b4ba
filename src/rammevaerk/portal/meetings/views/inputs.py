"""Input rounds: the list, opening one, giving input, who is missing, and the item it becomes."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from rammevaerk.engine.date_words import date_text_da
from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.http import Request
from rammevaerk.portal.access.policy import abilities, requires
from rammevaerk.portal.common.conflicts import texts_side_by_side
from rammevaerk.portal.common.forms import carried_out, row_id, status_of
from rammevaerk.portal.meetings import operations
from rammevaerk.portal.meetings.forms.obligations import (
    InputForm,
    RoundForm,
    RoundItemForm,
    stored_round,
)
from rammevaerk.portal.meetings.models import AgendaItem, AgendaSection, Body, InputRound
from rammevaerk.portal.meetings.queries.agenda import section_choices
from rammevaerk.portal.meetings.queries.choices import known_bodies
from rammevaerk.portal.meetings.queries.inputs import (
    asked_choices,
    input_of,
    inputs_of,
    missing_in,
    rounds,
    views_of_rounds,
)
from rammevaerk.portal.meetings.queries.names import short_name
from rammevaerk.portal.meetings.views.places import Step, meetings_trail


def _trail(*steps: Step) -> Any:
    page = (_("Inputrunder"), reverse("meetings:input_rounds"))
    return meetings_trail(*((page, *steps) if steps else (_("Inputrunder"),)))


def _address(row: InputRound) -> str:
    return reverse("meetings:input_round", kwargs={"round_id": row.pk})


@require_GET
@requires(Action.MEETING_READ)
def input_rounds(request: Request) -> HttpResponse:
    opens = request.actor.scope(Action.AGENDA_EDIT) is not None
    context = {
        "crumbs": _trail(),
        "rows": rounds(request.actor, on=request.today),
        "bodies": known_bodies(request.actor, on=request.today) if opens else [],
    }
    return render(request, "meetings/input_rounds.html", context)


@require_GET
@requires(Action.MEETING_READ, InputRound, "round_id")
def input_round(request: Request, row: InputRound) -> HttpResponse:
    """The question; what oneself has given; for the secretariat, everything and who is missing."""
    can = abilities(request.actor, row, Action.AGENDA_EDIT, Action.INPUT_GIVE)
    keeps = can["agenda_edit"]
    own = request.actor.organisation_id or 0
    is_asked = own in dict(asked_choices(row))
    view = views_of_rounds([row], on=request.today)[0]
    context = {
        "crumbs": _trail(row.title),
        "view": view,
        "row": row,
        "own": input_of(row, own),
        "is_asked": is_asked,
        "may_give": can["input_give"] and (keeps or (is_asked and view.open)),
        "inputs": inputs_of(row) if keeps else [],
        "missing": missing_in(row) if keeps else [],
        "can": can,
    }
    return render(request, "meetings/input_round.html", context)


@require_http_methods(["GET", "POST"])
@requires(Action.AGENDA_EDIT, Body, "body_id")
def input_round_new(request: Request, body: Body) -> HttpResponse:
    form = RoundForm(request.POST if request.method == "POST" else None)
    made: list[InputRound] = []
    if carried_out(
        form,
        lambda: made.append(
            operations.open_round(body, form.values(), by=request.actor, at=request.at)
        ),
    ):
        messages.success(request, _("Inputrunden er åbnet."))
        return redirect(_address(made[0]))
    context = {
        "crumbs": _trail(_("Ny inputrunde")),
        "heading": _("Ny inputrunde: %s") % short_name(body, on=request.today),
        "explanation": _(
            "Medlemmernes organisationer kan give og ændre deres input til og med fristen."
        ),
        "form": form,
        "button": _("Åbn runden"),
        "back": reverse("meetings:input_rounds"),
    }
    return render(request, "plain_form.html", context, status=status_of(form))


@require_http_methods(["GET", "POST"])
@requires(Action.AGENDA_EDIT, InputRound, "round_id")
def input_round_revise(request: Request, row: InputRound) -> HttpResponse:
    kept = stored_round(row, date_text_da(row.due_on))
    form = RoundForm(request.POST if request.method == "POST" else None, initial=kept)
    context: dict[str, Any] = {
        "crumbs": _trail((row.title, _address(row)), _("Rediger")),
        "heading": _("Rediger inputrunden"),
        "form": form,
        "back": _address(row),
        "seen": request.POST.get("seen") or operations.fingerprint(row),
    }
    try:
        if carried_out(
            form,
            lambda: operations.revise_round(
                row, form.values(), seen=context["seen"], by=request.actor, at=request.at
            ),
        ):
            messages.success(request, _("Ændringerne er gemt."))
            return redirect(_address(row))
    except operations.RevisionConflict as conflict:
        newest: Any = conflict.row
        form.cleaned_data["due"] = form.data.get("due", "")
        kept = stored_round(newest, date_text_da(newest.due_on))
        context |= {
            "conflict": texts_side_by_side(form, kept),
            "seen": operations.fingerprint(newest),
        }
        return render(request, "revise_form.html", context, status=409)
    return render(request, "revise_form.html", context, status=status_of(form))


@require_http_methods(["GET", "POST"])
@requires(Action.INPUT_GIVE, InputRound, "round_id")
def input_give(request: Request, row: InputRound) -> HttpResponse:
    """Give or change input: one's own, or as the secretariat anybody's."""
    keeps = abilities(request.actor, row, Action.AGENDA_EDIT)["agenda_edit"]
    choices = asked_choices(row)
    if not keeps:
        choices = [pair for pair in choices if pair[0] == request.actor.organisation_id]
    posted = request.POST if request.method == "POST" else None
    wanted = (posted or request.GET).get("organisation", "")
    chosen = row_id(wanted) or (choices[0][0] if choices else 0)
    stored = input_of(row, chosen) if chosen in dict(choices) else None
    form = InputForm(
        posted,
        organisations=choices,
        initial={"organisation": chosen, "text": stored.text if stored else ""},
    )
    seen = operations.fingerprint(stored) if stored else operations.NOTHING_GIVEN
    context: dict[str, Any] = {
        "crumbs": _trail((row.title, _address(row)), _("Giv input")),
        "heading": _("Input til %s") % row.title,
        "explanation": row.question,
        "form": form,
        "back": _address(row),
        "seen": request.POST.get("seen") or seen,
    }
    try:
        if carried_out(form, lambda: _give(request, row, form, context["seen"])):
            messages.success(request, _("Jeres input er gemt."))
            return redirect(_address(row))
    except operations.RevisionConflict as conflict:
        newest: Any = conflict.row
        context |= {
            "conflict": texts_side_by_side(form, {"text": newest.text}),
            "seen": operations.fingerprint(newest),
        }
        return render(request, "revise_form.html", context, status=409)
    return render(request, "revise_form.html", context, status=status_of(form))


def _give(request: Request, row: InputRound, form: InputForm, seen: str) -> None:
    operations.give_input(
        row,
        form.cleaned_data["organisation"],
        form.cleaned_data["text"],
        seen=seen,
        by=request.actor,
        at=request.at,
    )


@require_http_methods(["GET", "POST"])
@requires(Action.AGENDA_EDIT, InputRound, "round_id")
def input_round_item(request: Request, row: InputRound) -> HttpResponse:
    """Make an item of what was given."""
    form = RoundItemForm(
        request.POST if request.method == "POST" else None,
        sections=section_choices(row.body, at=request.at),
        initial={"title": row.title, "purpose": AgendaItem.Purpose.DISCUSSION},
    )
    made: list[AgendaItem] = []
    if carried_out(form, lambda: made.append(_make(request, row, form))):
        messages.success(request, _("Punktet er oprettet af det input, der er kommet."))
        return redirect("meetings:item", item_id=made[0].pk)
    context = {
        "crumbs": _trail((row.title, _address(row)), _("Lav et punkt")),
        "heading": _("Lav et punkt af inputtet"),
        "explanation": _(
            "Alle medlemmernes input kommer til at stå i sagsfremstillingen, som kan rettes, før"
            " dagsordenen sendes ud."
        ),
        "form": form,
        "button": _("Lav punktet"),
        "back": _address(row),
    }
    return render(request, "plain_form.html", context, status=status_of(form))


def _make(request: Request, row: InputRound, form: RoundItemForm) -> AgendaItem:
    cleaned = form.cleaned_data
    section = None
    if cleaned["section"]:
        section = AgendaSection.objects.get(pk=cleaned["section"])
    return operations.item_from_round(
        row,
        {"title": cleaned["title"], "purpose": cleaned["purpose"]},
        section=section,
        by=request.actor,
        at=request.at,
    )
