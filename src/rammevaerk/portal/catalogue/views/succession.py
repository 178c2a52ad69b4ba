"""Successions and closures: the list, one event and its correction, old keys looked up."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from rammevaerk.engine.date_words import date_text_da
from rammevaerk.exchange.listing import ColumnKind, ListColumn, write_listing
from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.http import Request
from rammevaerk.portal.access.policy import abilities, requires
from rammevaerk.portal.access.revising import revise
from rammevaerk.portal.access.saving import RevisionConflict, fingerprint
from rammevaerk.portal.catalogue import operations
from rammevaerk.portal.catalogue.chain_drawing import draw
from rammevaerk.portal.catalogue.forms.succession import (
    ClosureToldForm,
    ToldForm,
    UndoForm,
)
from rammevaerk.portal.catalogue.models import (
    CLOSURE,
    Facility,
    FacilityEvent,
    SuccessionKind,
)
from rammevaerk.portal.catalogue.operations.succession_plans import followed_rules
from rammevaerk.portal.catalogue.queries.succession import (
    DONE,
    PLANNED,
    UNDONE,
    Step,
    StepFilter,
    all_steps,
    chain_of,
    look_up,
    municipalities_of,
)
from rammevaerk.portal.catalogue.views.facilities import XLSX
from rammevaerk.portal.catalogue.views.places import catalogue_trail, facility_address
from rammevaerk.portal.common.crumbs import Crumb
from rammevaerk.portal.common.forms import carried_out, row_id, status_of

STATES = (
    ("", gettext_lazy("Ikke fortrudte")),
    (PLANNED, gettext_lazy("Planlagte")),
    (DONE, gettext_lazy("Gennemførte")),
    (UNDONE, gettext_lazy("Fortrudte")),
)
KINDS = [*SuccessionKind.choices, (CLOSURE, gettext_lazy("Lukning"))]


def successions_trail(*steps: tuple[str, str] | str) -> list[Crumb]:
    """… › Efterfølgelser og lukninger › steps."""
    here = _("Efterfølgelser og lukninger")
    if not steps:
        return catalogue_trail(here)
    return catalogue_trail((here, reverse("catalogue:successions")), *steps)


@require_GET
@requires(Action.FACILITY_READ)
def successions(request: Request) -> HttpResponse:
    steps = all_steps(request.actor, on=request.today)
    wanted = _filter(request)
    shown = [step for step in steps if wanted.admits(step)]
    context = {
        "crumbs": successions_trail(),
        "filter": wanted,
        "steps": shown,
        "planned": sum(1 for step in shown if step.planned),
        "kinds": KINDS,
        "states": STATES,
        "municipalities": municipalities_of(steps, on=request.today),
        "years": sorted({step.on.year for step in steps}, reverse=True),
        "synthetic": any(one.synthetic for step in shown for one in step.predecessors),
    }
    return render(request, "catalogue/successions.html", context)


def _filter(request: Request) -> StepFilter:
    asked = request.GET
    year = asked.get("aar", "")
    return StepFilter(
        text=asked.get("q", "").strip()[:100],
        kind=asked.get("art", "") if asked.get("art") in dict(KINDS) else "",
        state=asked.get("tilstand", "") if asked.get("tilstand") in dict(STATES) else "",
        municipality_id=row_id(asked.get("kommune", "")),
        year=int(year) if year.isascii() and year.isdigit() and len(year) == 4 else None,
    )


_COLUMNS = (
    ListColumn("Dato", ColumnKind.DAY, 18),
    ListColumn("Art", width=26),
    ListColumn("Tilstand", width=14),
    ListColumn("Fra", width=44),
    ListColumn("Nøgle fra", width=24),
    ListColumn("Til", width=44),
    ListColumn("Nøgle til", width=24),
    ListColumn("Kontrakter", width=30),
    ListColumn("Takster", width=34),
    ListColumn("Skal stå til rådighed for andre", width=16),
    ListColumn("Beslutning", width=50),
    ListColumn("Begrundelse", width=50),
)


@require_GET
@requires(Action.FACILITY_READ)
def successions_workbook(request: Request) -> HttpResponse:
    """Every row that the list shows with the same filters."""
    wanted = _filter(request)
    steps = [one for one in all_steps(request.actor, on=request.today) if wanted.admits(one)]
    about = [(_("Udtrukket"), date_text_da(request.today)), (_("Rækker"), str(len(steps)))]
    title = _("Efterfølgelser og lukninger")
    content = write_listing(
        title, _COLUMNS, [_cells(step) for step in steps], about=about, at=request.at
    )
    response = HttpResponse(content, content_type=XLSX)
    name = f"{title} {request.today.isoformat()}.xlsx"
    response["Content-Disposition"] = content_disposition_header(True, name)
    return response


def _cells(step: Step) -> list[Any]:
    before, after = step.predecessors, step.successors
    return [
        step.on,
        step.kind_da,
        step.tag[1],
        "; ".join(one.name for one in before) or step.title,
        "; ".join(one.key for one in before),
        "; ".join(one.name for one in after),
        "; ".join(one.key for one in after),
        step.contracts_da,
        step.tariffs_da,
        _("ja") if step.must_stay_available else "",
        step.decision,
        step.reason,
    ]


@require_GET
@requires(Action.FACILITY_READ, FacilityEvent, "event_id")
def facility_event(request: Request, event: FacilityEvent) -> HttpResponse:
    facility = event.closed or Facility.objects.filter(successions__event=event).first()
    chain = chain_of(facility, request.actor, on=request.today) if facility else None
    step = None
    if chain:
        step = next((one for one in chain.steps if one.event and one.event.pk == event.pk), None)
    context = {
        "crumbs": successions_trail(event.title),
        "event": event,
        "step": step,
        "chain": chain,
        "picture": draw(chain, today=request.today) if chain else "",
        "outcome": operations.outcome_of(event),
        "rules": followed_rules(event.kind, event.on),
        "planned": event.on > request.today and event.undone_at is None,
        "can": abilities(request.actor, event, Action.FACILITY_MANAGE),
        "synthetic": bool(facility and facility.synthetic),
    }
    return render(request, "catalogue/facility_event.html", context)


@require_http_methods(["GET", "POST"])
@requires(Action.FACILITY_MANAGE, FacilityEvent, "event_id")
def facility_event_undo(request: Request, event: FacilityEvent) -> HttpResponse:
    form = UndoForm(request.POST if request.method == "POST" else None)
    changed = False
    try:
        if carried_out(
            form,
            lambda: operations.undo_event(
                event,
                reason=form.cleaned_data["reason"],
                seen=form.cleaned_data["seen"] or None,
                by=request.actor,
                at=request.at,
            ),
        ):
            messages.success(request, _("Det planlagte er fortrudt, og alt er, som det var."))
            return redirect("catalogue:facility_event", event_id=event.pk)
    except RevisionConflict:
        changed = True
    here = reverse("catalogue:facility_event", kwargs={"event_id": event.pk})
    context = {
        "crumbs": successions_trail((event.title, here), _("Fortryd")),
        "event": event,
        "form": form,
        "seen": fingerprint(event),
        "changed": changed,
        "too_late": event.on <= request.today or event.undone_at is not None,
        "back": here,
    }
    status = 409 if changed else status_of(form)
    return render(request, "catalogue/facility_event_undo.html", context, status=status)


@require_http_methods(["GET", "POST"])
@requires(Action.FACILITY_MANAGE, FacilityEvent, "event_id")
def facility_event_revise(request: Request, event: FacilityEvent) -> HttpResponse:
    form_of = ClosureToldForm if event.kind == CLOSURE else ToldForm
    here = reverse("catalogue:facility_event", kwargs={"event_id": event.pk})
    place = {
        "crumbs": successions_trail((event.title, here), _("Ret")),
        "heading": _("Ret oplysninger: %s") % event.title,
        "back": here,
    }
    form = form_of(request.POST or None)
    return revise(request, event, form, operations.revise_event, place)


@require_GET
@requires(Action.FACILITY_READ)
def look_up_key(request: Request) -> HttpResponse:
    """From an old key or number to the facility that holds today, with the way shown."""
    text = request.GET.get("q", "").strip()[:100]
    ways = look_up(text, request.actor, on=request.today)
    only = ways[0] if len(ways) == 1 else None
    if only and not only.steps and only.found.open_on(request.today):
        return redirect(facility_address(only.found))
    context = {
        "crumbs": successions_trail(_("Slå et gammelt nummer op")),
        "text": text,
        "ways": ways,
    }
    return render(request, "catalogue/look_up.html", context)
