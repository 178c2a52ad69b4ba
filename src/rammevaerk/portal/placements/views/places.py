"""Where the pages of placements lie in the house, and the page of one thing to do."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from rammevaerk.portal.access.http import Request
from rammevaerk.portal.catalogue.views.places import catalogue_trail
from rammevaerk.portal.common.crumbs import Crumb
from rammevaerk.portal.common.forms import carried_out, status_of
from rammevaerk.portal.placements.models import Placement, PlacementState
from rammevaerk.portal.placements.operations.steps import not_so_far, print_of, unless_changed

Step = tuple[str, str] | str


def placements_trail(*steps: Step) -> list[Crumb]:
    """Overblik › Tilbud › Indskrivninger › steps."""
    if not steps:
        return catalogue_trail(_("Indskrivninger"))
    return catalogue_trail((_("Indskrivninger"), reverse("placements:placements")), *steps)


def placement_address(placement: Placement, part: str = "") -> str:
    """The placement's own page, at a part of it."""
    url = reverse("placements:placement", kwargs={"placement_id": placement.pk})
    return f"{url}#{part}" if part else url


def placement_name(placement: Placement) -> str:
    """The citizen's pseudonym and the reference."""
    return f"{placement.citizen.pseudonym} · {placement.reference}"


def placement_trail(placement: Placement, *steps: Step) -> list[Crumb]:
    """… › the placement › steps."""
    if not steps:
        return placements_trail(placement_name(placement))
    return placements_trail((placement_name(placement), placement_address(placement)), *steps)


@dataclass(frozen=True, slots=True)
class Doing:
    """What the page of one thing to do says: heading, explanation, the button, and what was done.

    `part` is where on the placement's page it is shown afterwards; `states` are those in which it
    can be done (none is any): in others there is no form to fill in.
    """

    heading: Any
    done: Any
    button: Any = ""
    explanation: Any = ""
    part: str = ""
    template: str = "placements/do.html"
    states: tuple[PlacementState, ...] = ()


def do(
    request: Request,
    placement: Placement,
    form: forms.Form,
    work: Callable[[], object],
    doing: Doing,
    **more: Any,
) -> HttpResponse:
    """Show the form on its page, or carry it out and go to the placement."""
    back = placement_address(placement, doing.part)
    if request.method == "GET" and doing.states and placement.state not in doing.states:
        messages.warning(request, not_so_far(placement))
        return redirect(back)
    seen = request.POST.get("seen", "")
    if carried_out(form, lambda: unless_changed(placement, seen, work)):
        messages.success(request, str(doing.done))
        return redirect(back)
    context = {
        "crumbs": placement_trail(placement, str(doing.heading)),
        "heading": doing.heading,
        "explanation": doing.explanation,
        "button": doing.button,
        "form": form,
        "back": back,
        "placement": placement,
        "remembered": print_of(Placement.objects.get(pk=placement.pk)),
        **more,
    }
    return render(request, doing.template, context, status=status_of(form))


def click(request: Request, work: Callable[[], object], done: str) -> None:
    """Carry out what is done by a button named «do», and say what came of it."""
    if not request.POST.get("do"):
        messages.error(request, _("Intet er gjort: brug knappen på siden."))
        return
    try:
        work()
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
    else:
        messages.success(request, done)
