"""Reading a document in: the file, what was read of it, and the draft meeting it becomes."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.http import Request
from rammevaerk.portal.access.policy import decide, requires
from rammevaerk.portal.common.clock import day_of
from rammevaerk.portal.common.forms import carried_out, status_of
from rammevaerk.portal.meetings import operations, queries, reading
from rammevaerk.portal.meetings.forms.reading import DocumentForm, ReadingForm
from rammevaerk.portal.meetings.models import Body, Meeting
from rammevaerk.portal.meetings.queries.names import short_name
from rammevaerk.portal.meetings.reading_content import Reading
from rammevaerk.portal.meetings.views.places import body_step, meetings_trail

# So many changed numbers are named; the rest are counted.
SHOWN_NUMBERS = 6


@require_GET
@requires(Action.AGENDA_EDIT)
def read_choose(request: Request) -> HttpResponse:
    """Which body the document is of."""
    rows = queries.bodies(request.actor, on=request.today)
    context = {
        "crumbs": meetings_trail(_("Læs et dokument ind")),
        "rows": [
            one for one in rows if decide(request.actor, Action.AGENDA_EDIT, one.body).allowed
        ],
    }
    return render(request, "meetings/read_choose.html", context)


@require_http_methods(["GET", "POST"])
@requires(Action.AGENDA_EDIT, Body, "body_id")
def read_document(request: Request, row: Body) -> HttpResponse:
    """Take a file and show what was read of it. Nothing is stored here."""
    sent = request.method == "POST"
    form = DocumentForm(
        request.POST if sent else None,
        request.FILES if sent else None,
        too_large=getattr(request, "upload_too_large", ""),
    )
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            found = reading.propose(row, file.read(), file.name, by=request.actor)
            operations.refuse_known(row, found)
        except ValidationError as problem:
            form.add_error("file", problem)
        else:
            proposal = ReadingForm(reading=found, rule="", initial=_initial(row, found))
            sealed = reading.seal(found, row, request.actor)
            return _proposal(request, row, proposal, sealed)
    context = {**_place(request, row), "form": form}
    return render(request, "meetings/read.html", context, status=status_of(form))


def _place(request: Request, row: Body) -> dict[str, Any]:
    name = short_name(row, on=request.today)
    return {
        "crumbs": meetings_trail(body_step(row, name), _("Læs et dokument ind")),
        "body": row,
        "body_name": name,
    }


def _initial(row: Body, found: Reading) -> dict[str, Any]:
    """The meeting as the document has it; the hours of a planned draft where it says none."""
    initial = {"day": found.day, "starts": found.starts, "ends": found.ends, "place": found.place}
    planned = _planned(row, found)
    if planned is None:
        return initial
    starts, ends = timezone.localtime(planned.starts_at), timezone.localtime(planned.ends_at)
    if found.starts is None or found.starts == starts.time():
        initial |= {"starts": starts.time(), "ends": ends.time(), "place": planned.place}
    return initial


def _planned(row: Body, found: Reading) -> Meeting | None:
    """The one draft without items that the body has on the document's day."""
    if found.day is None:
        return None
    drafts = row.meetings.filter(state=Meeting.State.DRAFT, items=None)
    same = [one for one in drafts if day_of(one.starts_at) == found.day]
    return same[0] if len(same) == 1 else None


def _proposal(request: Request, row: Body, form: ReadingForm, sealed: str) -> HttpResponse:
    found = form.reading
    planned = _planned(row, found)
    context = {
        **_place(request, row),
        "form": form,
        "reading": found,
        "sealed": sealed,
        "planned": planned,
        # Asked for where there is such a meeting, and where the form was refused for it.
        "ask_fill": planned is not None or bool(form["fill"].errors or form["fill"].value()),
        "closed": sum(1 for one in found.items if one.closed),
        "unmatched": sum(1 for one in found.items for point in one.points if not point[2]),
    }
    return render(request, "meetings/read_proposal.html", context, status=status_of(form))


@require_POST
@requires(Action.AGENDA_EDIT, Body, "body_id")
def read_confirm(request: Request, row: Body) -> HttpResponse:
    """Store the draft meeting, with what was corrected, all of it or nothing."""
    sealed = request.POST.get("sealed", "")
    try:
        found = reading.opened(sealed, row, request.actor)
    except ValidationError as problem:
        for text in problem.messages:
            messages.error(request, text)
        return redirect("meetings:read_document", body_id=row.pk)
    form = ReadingForm(request.POST, reading=found, rule="")
    made: list[operations.TakenIn] = []
    if not carried_out(
        form,
        lambda: made.append(
            operations.take_in_document(
                row,
                found,
                form.values(),
                form.corrections(),
                fill=form.cleaned_data["fill"],
                by=request.actor,
                at=request.at,
            )
        ),
    ):
        return _proposal(request, row, form, sealed)
    _tell(request, made[0], form)
    return redirect("meetings:meeting", meeting_id=made[0].meeting.pk)


def _tell(request: Request, made: operations.TakenIn, form: ReadingForm) -> None:
    text = ngettext(
        "Dokumentet er læst ind: %s punkt ligger som kladde, som kun sekretariatet ser.",
        "Dokumentet er læst ind: %s punkter ligger som kladde, som kun sekretariatet ser.",
        made.items,
    )
    messages.success(request, text % made.items)
    if made.annexes:
        text = ngettext(
            "%s bilag er skrevet op uden fil (eftersendes). Læg filen op under punktet.",
            "%s bilag er skrevet op uden fil (eftersendes). Læg filerne op under punkterne.",
            made.annexes,
        )
        messages.warning(request, text % made.annexes)
    if made.renumbered:
        messages.warning(request, _renumbered(made.renumbered))
    opened = [one.item.number for one in form.corrections() if one.item.closed and not one.closed]
    if opened:
        messages.warning(
            request,
            _("Lukket i dokumentet, men gemt som åbent: %s.") % ", ".join(opened),
        )


def _renumbered(pairs: list[tuple[str, str]]) -> str:
    shown = ", ".join(f"{was} → {now}" for was, now in pairs[:SHOWN_NUMBERS])
    more = len(pairs) - SHOWN_NUMBERS
    if more > 0:
        shown += _(" og %s til") % more
    return (
        _("Nogle punkter har fået et andet nummer end i dokumentet: %s. Se efter henvisninger.")
        % shown
    )
