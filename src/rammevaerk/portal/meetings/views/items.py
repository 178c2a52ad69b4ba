"""Items: their page, writing and changing them, moving them about and taking them on."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.http import Request
from rammevaerk.portal.access.policy import abilities, requires
from rammevaerk.portal.common.conflicts import texts_side_by_side
from rammevaerk.portal.common.forms import carried_out, status_of
from rammevaerk.portal.meetings import operations, queries
from rammevaerk.portal.meetings.calculate import agenda_findings
from rammevaerk.portal.meetings.forms.agenda import ItemForm, PlaceForm
from rammevaerk.portal.meetings.models import AgendaItem, AgendaSection, Meeting
from rammevaerk.portal.meetings.models.minutes import READABLE
from rammevaerk.portal.meetings.queries.choices import cooperation_people, organisation_choices
from rammevaerk.portal.meetings.views.places import item_trail, meeting_trail


@require_GET
@requires(Action.MEETING_READ, AgendaItem, "item_id")
def item(request: Request, row: AgendaItem) -> HttpResponse:
    view = queries.item_view(row, request.actor)
    if view is None:
        raise Http404
    can = abilities(request.actor, row, Action.AGENDA_EDIT)
    decided = row.decisions.exists()
    changeable = can["agenda_edit"] and not decided and not (row.meeting and row.meeting.over)
    context = {
        "crumbs": item_trail(row, view.content["number"] or _("Punkt")),
        "item": row,
        "view": view,
        "meeting": row.meeting,
        "minuted": row.meeting is not None and row.meeting.state in READABLE,
        "body_name": queries.meeting_short_name(row.meeting) if row.meeting else "",
        "changeable": changeable,
        "readers": queries.readers_of(row, on=request.today) if can["agenda_edit"] else None,
        "findings": item_findings(request, row) if changeable else None,
        "carried_from": _earlier(request, row),
        "can": can,
    }
    return render(request, "meetings/item.html", context)


def _earlier(request: Request, row: AgendaItem) -> AgendaItem | None:
    """The item this one continues, when the person may see that one too."""
    if row.carried_from_id is None:
        return None
    return queries.visible_items(request.actor).filter(pk=row.carried_from_id).first()


def item_findings(request: Request, row: AgendaItem) -> list[dict[str, Any]]:
    """What the check of the whole agenda finds in this item."""
    if row.meeting is None:
        return []
    agenda = queries.agenda_of(row.meeting, request.actor)
    name = queries.meeting_body_name(row.meeting)
    found = agenda_findings(row.meeting, name, agenda)
    return [one for one in found if one["item_id"] == row.pk]


@require_http_methods(["GET", "POST"])
@requires(Action.AGENDA_EDIT, Meeting, "meeting_id")
def item_new(request: Request, row: Meeting) -> HttpResponse:
    sections = [(one.pk, one.title) for one in row.sections.order_by("position")]
    form = ItemForm(
        request.POST or None,
        sections=sections,
        **item_choices(request, row.body.cooperation_id),
    )
    made: list[AgendaItem] = []
    if carried_out(
        form,
        lambda: made.append(
            operations.add_item(
                row.body,
                form.values(),
                section=AgendaSection.objects.get(
                    pk=form.cleaned_data["section"], meeting_id=row.pk
                ),
                recommendation=form.recommendation(),
                readers=form.readers(),
                by=request.actor,
                at=request.at,
            )
        ),
    ):
        messages.success(request, _("Punktet er gemt."))
        return redirect("meetings:item", item_id=made[0].pk)
    context = {
        "crumbs": meeting_trail(row, _("Nyt punkt")),
        "heading": _("Nyt punkt"),
        "form": form,
        "back": reverse("meetings:meeting", kwargs={"meeting_id": row.pk}),
    }
    return render(request, "meetings/item_form.html", context, status=status_of(form))


def item_choices(request: Request, cooperation_id: int) -> dict[str, Any]:
    """What the form of an item offers to those who may close one."""
    return {
        "cases": queries.case_choices(cooperation_id, request.actor),
        "organisations": organisation_choices(cooperation_id, on=request.today),
        "people": cooperation_people(cooperation_id, on=request.today),
    }


@require_http_methods(["GET", "POST"])
@requires(Action.AGENDA_EDIT, AgendaItem, "item_id")
def item_revise(request: Request, row: AgendaItem) -> HttpResponse:
    stored = operations.written(row)
    form = ItemForm(
        request.POST or None,
        points=len(stored["recommendation"]),
        initial=_initial(stored),
        **_choices_with_its_case(request, row),
    )
    seen = request.POST.get("seen") or operations.item_fingerprint(row)
    context: dict[str, Any] = {
        "crumbs": item_trail(row, row.number or _("Punkt"), _("Rediger")),
        "heading": _("Rediger punkt %s") % row.number if row.number else _("Rediger punkt"),
        "form": form,
        "seen": seen,
        "back": reverse("meetings:item", kwargs={"item_id": row.pk}),
    }
    try:
        if carried_out(
            form,
            lambda: operations.revise_item(
                row,
                form.values(),
                recommendation=form.recommendation(),
                readers=form.readers(),
                seen=seen,
                by=request.actor,
                at=request.at,
            ),
        ):
            messages.success(request, _("Punktet er gemt."))
            return redirect("meetings:item", item_id=row.pk)
    except operations.RevisionConflict:
        context["conflict"] = _side_by_side(form, stored)
        context["seen"] = operations.item_fingerprint(row)
        return render(request, "meetings/item_form.html", context, status=409)
    context["findings"] = item_findings(request, row)
    return render(request, "meetings/item_form.html", context, status=status_of(form))


def _choices_with_its_case(request: Request, row: AgendaItem) -> dict[str, Any]:
    choices = item_choices(request, row.body.cooperation_id)
    if row.case and row.case.pk not in dict(choices["cases"]):
        choices["cases"] = [(row.case.pk, str(row.case)), *choices["cases"]]
    return choices


def _initial(stored: dict[str, Any]) -> dict[str, Any]:
    points = {
        f"{part}_{n}": value
        for n, point in enumerate(stored["recommendation"], start=1)
        for part, value in zip(("verb", "text"), point, strict=True)
    }
    return {**stored, **points}


def _side_by_side(form: ItemForm, stored: dict[str, Any]) -> list[dict[str, Any]]:
    """As the other conflict pages; the readers, of which there may be several, by their names."""
    many = ("organisations", "people")
    empty = {name: "" for name in form.fields if name.startswith(("verb_", "text_"))}
    plain = {**empty, **{k: v for k, v in _initial(stored).items() if k not in many}}
    rows = texts_side_by_side(form, plain)
    for name in many:
        now, mine = (
            _names(form, name, keys) for keys in (stored[name], form.cleaned_data.get(name, []))
        )
        label = form.fields[name].label
        rows.append({"name": label, "before": now, "after": mine, "changed": now != mine})
    return [one for one in rows if one["changed"] or one["before"]]


def _names(form: ItemForm, name: str, keys: Any) -> str:
    choices: Any = form.fields[name].choices  # type: ignore[attr-defined]
    return ", ".join(str(label) for key, label in choices if key in set(keys))


@require_http_methods(["GET", "POST"])
@requires(Action.AGENDA_EDIT, AgendaItem, "item_id")
def item_place(request: Request, row: AgendaItem) -> HttpResponse:
    """To another section, another meeting of the body, or the backlog."""
    form = PlaceForm(
        request.POST or None,
        sections=queries.section_choices(row.body, at=request.at),
        backlog=row.meeting_id is not None,
    )
    if carried_out(form, lambda: _place(request, row, form.cleaned_data["section"])):
        messages.success(request, _placed(row, form))
        if request.POST.get("fra") == "venteliste":
            return redirect("meetings:backlog", body_id=row.body_id)
        return redirect("meetings:item", item_id=row.pk)
    return _item_form(
        request,
        row,
        form,
        _("Flyt punkt"),
        _("Et punkt, der er udsendt, forsvinder for læserne, når det tages af dagsordenen.")
        if row.dispatched
        else "",
        _("Flyt punktet"),
    )


def _placed(row: AgendaItem, form: PlaceForm) -> str:
    choices: Any = form.fields["section"].choices  # type: ignore[attr-defined]
    place = dict(choices)[form.cleaned_data["section"]]
    return _("«%(title)s» er flyttet til «%(place)s».") % {"title": row.title, "place": place}


def _place(request: Request, row: AgendaItem, section_id: int) -> None:
    operations.place_item(row, _section(row, section_id), by=request.actor, at=request.at)


def _section(row: AgendaItem, section_id: int) -> AgendaSection | None:
    if not section_id:
        return None
    return AgendaSection.objects.get(pk=section_id, meeting__body_id=row.body_id)


@require_POST
@requires(Action.AGENDA_EDIT, AgendaItem, "item_id")
def item_shift(request: Request, row: AgendaItem) -> HttpResponse:
    """One place up or down; from the agenda's own page."""
    steps = {"op": -1, "ned": 1}.get(request.POST.get("retning", ""))
    if steps is not None:
        told(request, lambda: operations.shift_item(row, steps, by=request.actor, at=request.at))
    if row.meeting_id is None:
        return redirect("meetings:item", item_id=row.pk)
    address = reverse("meetings:meeting", kwargs={"meeting_id": row.meeting_id})
    return redirect(f"{address}#punkt-{row.pk}")


def told(request: Request, work: Callable[[], object]) -> bool:
    """Do what a lone button asks; an operation's refusal is shown as a message."""
    try:
        work()
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
        return False
    return True


@require_http_methods(["GET", "POST"])
@requires(Action.AGENDA_EDIT, AgendaItem, "item_id")
def item_carry(request: Request, row: AgendaItem) -> HttpResponse:
    form = PlaceForm(
        request.POST or None,
        sections=queries.section_choices(row.body, at=request.at, without=row.meeting_id),
        backlog=True,
    )
    made: list[AgendaItem] = []
    if carried_out(
        form,
        lambda: made.append(
            operations.carry_item(
                row,
                _section(row, form.cleaned_data["section"]),
                by=request.actor,
                at=request.at,
            )
        ),
    ):
        messages.success(request, _("Punktet er ført videre. Dette er det nye punkt."))
        return redirect("meetings:item", item_id=made[0].pk)
    explanation = _(
        "Punktets tekst, indstilling og bilag følger med til det nye punkt. Beslutningen bliver"
        " på det gamle."
    )
    return _item_form(
        request, row, form, _("Før punkt videre"), explanation, _("Før punktet videre")
    )


def _item_form(
    request: Request, row: AgendaItem, form: Any, heading: str, explanation: str, button: str
) -> HttpResponse:
    context = {
        "crumbs": item_trail(row, row.number or _("Punkt"), heading),
        "heading": f"{heading}: {row.title}",
        "explanation": explanation,
        "form": form,
        "button": button,
        "back": reverse("meetings:item", kwargs={"item_id": row.pk}),
    }
    return render(request, "plain_form.html", context, status=status_of(form))
