"""Meeting mode: one item at a time, its words, its decision, and who was not there for it."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.http import Request
from rammevaerk.portal.access.policy import abilities, requires
from rammevaerk.portal.common.clock import day_of
from rammevaerk.portal.common.conflicts import texts_side_by_side
from rammevaerk.portal.common.forms import carried_out, row_id, status_of
from rammevaerk.portal.meetings import operations
from rammevaerk.portal.meetings.forms.minutes import ExceptionForm, MinuteForm, RevisionForm
from rammevaerk.portal.meetings.models import AgendaItem, DecisionKind, Meeting, MinuteText
from rammevaerk.portal.meetings.queries.agenda import item_view
from rammevaerk.portal.meetings.queries.decisions import newest_decision
from rammevaerk.portal.meetings.queries.minutes import (
    attendances,
    neighbours,
    revisions_of,
    written_items,
)
from rammevaerk.portal.meetings.queries.names import short_name
from rammevaerk.portal.meetings.queries.obligations import obligations_of_item
from rammevaerk.portal.meetings.queries.phrases import phrase, phrases_for, usual_phrase
from rammevaerk.portal.meetings.views.minutes import meeting_name, minutes_trail, minutes_url


@require_http_methods(["GET", "POST"])
@requires(Action.MINUTES_WRITE, AgendaItem, "item_id")
def minutes_item(request: Request, item: AgendaItem) -> HttpResponse:
    """One item of a meeting that is being minuted; the button says what was asked for."""
    meeting = item.meeting
    if meeting is None or meeting.state != Meeting.State.MINUTING:
        messages.info(request, _("Der skrives ikke referat af punktet nu."))
        return redirect("meetings:item", item_id=item.pk)
    do = request.POST.get("do", "")
    if do == "except" or do.startswith("drop:"):
        return _presence(request, item, meeting, do)
    stored = MinuteText.objects.filter(item=item).first()
    form = MinuteForm(
        _sent(request, item, meeting) if request.method == "POST" else None,
        initial={"text": stored.text if stored else ""},
    )
    if do.startswith("phrase:"):
        return _show(request, item, meeting, _with_phrase(request, item, meeting, do))
    seen = request.POST.get("seen") or operations.mark_of(item)
    return _write(request, item, meeting, form, seen)


def _sent(request: Request, item: AgendaItem, meeting: Meeting) -> QueryDict:
    """What was sent; where the usual words need an end, they are put in the field to be ended."""
    sent = request.POST.copy()
    if sent.get("do") == "decide" and not sent.get("text", "").strip():
        usual = usual_phrase(item, sent.get("kind", ""), _body_name(meeting))
        sent["text"] = usual if usual.endswith(":") else ""
    return sent


def _write(
    request: Request, item: AgendaItem, meeting: Meeting, form: MinuteForm, seen: str
) -> HttpResponse:
    more: dict[str, Any] = {"seen": seen}
    try:
        if carried_out(form, lambda: _store(request, item, form, seen)):
            return _onwards(request, item, meeting, form.cleaned_data["do"])
    except operations.RevisionConflict as conflict:
        newest: Any = conflict.row
        more["conflict"] = texts_side_by_side(form, {"text": newest.text})
        more["seen"] = operations.fingerprint(newest)
        return _show(request, item, meeting, form, status=409, **more)
    return _show(request, item, meeting, form, status=status_of(form), **more)


def _store(request: Request, item: AgendaItem, form: MinuteForm, seen: str) -> None:
    how: dict[str, Any] = {"seen": seen, "by": request.actor, "at": request.at}
    text = form.cleaned_data["text"]
    if form.cleaned_data["do"] == "decide":
        operations.decide(item, form.cleaned_data["kind"], text, **how)
    else:
        operations.write_minute(item, text, **how)


def _onwards(request: Request, item: AgendaItem, meeting: Meeting, do: str) -> HttpResponse:
    if do == "save":
        messages.success(request, _("Udkastet er gemt."))
        return redirect("meetings:minutes_item", item_id=item.pk)
    messages.success(request, _("Punkt %s er besluttet.") % item.number)
    following = neighbours(item, written_items(meeting)).next_undecided
    if following is None:
        return redirect(minutes_url(meeting))
    return redirect("meetings:minutes_item", item_id=following.pk)


def _with_phrase(request: Request, item: AgendaItem, meeting: Meeting, do: str) -> MinuteForm:
    """The form as it was sent, with a standard phrase put after what stands there."""
    chosen = phrase(do.partition(":")[2])
    text = request.POST.get("text", "").rstrip()
    kind = request.POST.get("kind", "")
    if chosen is not None:
        text = f"{text}\n{chosen.said_by(_body_name(meeting))}".strip()
        kind = chosen.kind
    return MinuteForm(initial={"text": text, "kind": kind})


def _body_name(meeting: Meeting) -> str:
    return short_name(meeting.body, on=day_of(meeting.starts_at))


def _show(
    request: Request,
    item: AgendaItem,
    meeting: Meeting,
    form: MinuteForm,
    *,
    status: int = 200,
    presence: ExceptionForm | None = None,
    **more: Any,
) -> HttpResponse:
    name = _body_name(meeting)
    rows = written_items(meeting)
    chosen = form["kind"].value() or ""
    context = {
        "crumbs": minutes_trail(meeting, item.number),
        "meeting": meeting,
        "name": meeting_name(meeting),
        "item": item,
        "view": item_view(item, request.actor),
        "rows": rows,
        "around": neighbours(item, rows),
        "form": form,
        "kinds": [
            {
                "value": value,
                "label": label,
                "usual": usual_phrase(item, value, name),
                "chosen": value == chosen,
            }
            for value, label in DecisionKind.choices
        ],
        "phrases": [(one.key, one.said_by(name)) for one in phrases_for(item)],
        "revisions": revisions_of(item, request.actor),
        "exceptions": item.attendances.select_related("attendance"),
        "presence": presence or _presence_form(None, meeting),
        "obligations": obligations_of_item(item.pk, request.actor, on=request.today),
        "can": abilities(request.actor, item, Action.OBLIGATION_MANAGE),
        "seen": request.POST.get("seen") or operations.mark_of(item),
        "unsaved": status != 200 or request.method == "POST",
        **more,
    }
    return render(request, "meetings/minutes_item.html", context, status=status)


def _presence_form(posted: Any, meeting: Meeting) -> ExceptionForm:
    return ExceptionForm(posted, people=[(row.pk, row.name) for row in attendances(meeting)])


def _presence(request: Request, item: AgendaItem, meeting: Meeting, do: str) -> HttpResponse:
    """Enter or take back that somebody was not there for the item."""
    here = redirect("meetings:minutes_item", item_id=item.pk)
    if do.startswith("drop:"):
        key = do.partition(":")[2]
        try:
            operations.drop_exception(item, row_id(key) or 0, by=request.actor, at=request.at)
        except ValidationError as problem:
            messages.error(request, " ".join(problem.messages))
        return here
    presence = _presence_form(request.POST, meeting)
    if carried_out(presence, lambda: _except(request, item, presence)):
        return here
    stored = MinuteText.objects.filter(item=item).first()
    form = MinuteForm(initial={"text": stored.text if stored else ""})
    return _show(
        request,
        item,
        meeting,
        form,
        status=status_of(presence),
        presence=presence,
        seen=operations.mark_of(item),
    )


def _except(request: Request, item: AgendaItem, presence: ExceptionForm) -> None:
    cleaned = presence.cleaned_data
    operations.except_from_item(
        item,
        cleaned["attendance"],
        state=cleaned["state"],
        note=cleaned["note"],
        by=request.actor,
        at=request.at,
    )


@require_http_methods(["GET", "POST"])
@requires(Action.MINUTES_WRITE, AgendaItem, "item_id")
def decision_revise(request: Request, item: AgendaItem) -> HttpResponse:
    """Correct a decision, with the reason; what stood before is kept beside it."""
    last = newest_decision(item)
    meeting = item.meeting
    if last is None or meeting is None:
        messages.info(request, _("Punktet er ikke besluttet endnu."))
        return redirect("meetings:item", item_id=item.pk)
    form = RevisionForm(
        request.POST if request.method == "POST" else None,
        initial={"kind": last.kind, "text": last.text},
    )
    written = request.POST.get("seen", "")
    named = row_id(written)
    seen = last.revision if named is None else named
    context: dict[str, Any] = {
        "crumbs": minutes_trail(meeting, _("Ret punkt %s") % item.number),
        "heading": _("Ret beslutningen på punkt %s") % item.number,
        "explanation": _explanation(meeting),
        "form": form,
        "back": reverse("meetings:minutes_item", kwargs={"item_id": item.pk})
        if meeting.state == Meeting.State.MINUTING
        else minutes_url(meeting),
        "seen": seen,
    }
    try:
        if carried_out(
            form,
            lambda: operations.revise_decision(
                item, **form.cleaned_data, seen=seen, by=request.actor, at=request.at
            ),
        ):
            messages.success(request, _("Rettelsen er gemt med sin begrundelse."))
            return redirect(context["back"])
    except operations.RevisionConflict as conflict:
        newest: Any = conflict.row
        stored = {"kind": newest.kind, "text": newest.text}
        context |= {"conflict": texts_side_by_side(form, stored), "seen": newest.revision}
        return render(request, "revise_form.html", context, status=409)
    return render(request, "revise_form.html", context, status=status_of(form))


def _explanation(meeting: Meeting) -> str:
    if meeting.state == Meeting.State.CLOSED:
        return _(
            "Referatet er sendt ud. Rettelsen giver en ny udskrift og en ny version af referatet,"
            " som medlemmerne skal godkende."
        )
    if meeting.state == Meeting.State.APPROVED:
        return _("Referatet er godkendt og kan ikke rettes.")
    return _("Det, der stod før, bliver stående i historikken sammen med begrundelsen.")
