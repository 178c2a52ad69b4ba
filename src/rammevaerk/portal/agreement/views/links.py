"""Connections to earlier editions: what an area or an initiative continues."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.http import Request
from rammevaerk.portal.access.policy import requires
from rammevaerk.portal.access.revising import Place
from rammevaerk.portal.agreement import operations, queries
from rammevaerk.portal.agreement.forms import LinkForm
from rammevaerk.portal.agreement.models import (
    AreaSuccession,
    DevelopmentArea,
    Initiative,
    InitiativeSuccession,
)
from rammevaerk.portal.agreement.views.places import edition_place, initiative_place
from rammevaerk.portal.agreement.views.removals import remove
from rammevaerk.portal.common.forms import carried_out, status_of


@require_http_methods(["GET", "POST"])
@requires(Action.PLAN_EDIT, DevelopmentArea, "area_id")
def area_links(request: Request, area: DevelopmentArea) -> HttpResponse:
    form = LinkForm(queries.earlier_areas(area, request.actor), request.POST or None)
    if carried_out(
        form,
        lambda: operations.link_areas(
            DevelopmentArea.objects.get(pk=form.cleaned_data["predecessor"]),
            area,
            by=request.actor,
            at=request.at,
        ),
    ):
        messages.success(request, _("Forbindelsen er gemt."))
        return redirect("agreement:area_links", area_id=area.pk)
    place = edition_place(
        area.edition, _("Forbindelser"), _("Hvad %s fører videre") % area.title, f"area-{area.pk}"
    )
    return _links(request, place, form, area.origins.all(), "agreement:area_unlink")


@require_http_methods(["GET", "POST"])
@requires(Action.PLAN_EDIT, Initiative, "initiative_id")
def initiative_links(request: Request, row: Initiative) -> HttpResponse:
    form = LinkForm(queries.earlier_initiatives(row, request.actor), request.POST or None)
    if carried_out(
        form,
        lambda: operations.link_initiatives(
            Initiative.objects.get(pk=form.cleaned_data["predecessor"]),
            row,
            by=request.actor,
            at=request.at,
        ),
    ):
        messages.success(request, _("Forbindelsen er gemt."))
        return redirect("agreement:initiative_links", initiative_id=row.pk)
    place = initiative_place(row, _("Forbindelser"), _("Hvad %s fører videre") % row)
    return _links(request, place, form, row.origins.all(), "agreement:initiative_unlink")


def _links(
    request: Request, place: Place, form: LinkForm, links: Any, removal: str
) -> HttpResponse:
    links = links.select_related("predecessor__edition").order_by(
        "-predecessor__edition__valid_from", "id"
    )
    context = {
        **place,
        "form": form,
        "links": [(link.predecessor, reverse(removal, args=[link.pk])) for link in links],
    }
    return render(request, "agreement/links.html", context, status=status_of(form))


@require_http_methods(["GET", "POST"])
@requires(Action.PLAN_EDIT, AreaSuccession, "area_link_id")
def area_unlink(request: Request, link: AreaSuccession) -> HttpResponse:
    area = link.successor
    place = edition_place(area.edition, _("Fjern forbindelse"), _("Fjern forbindelse"))
    place["back"] = reverse("agreement:area_links", kwargs={"area_id": area.pk})
    return _unlink(request, link, place)


@require_http_methods(["GET", "POST"])
@requires(Action.PLAN_EDIT, InitiativeSuccession, "initiative_link_id")
def initiative_unlink(request: Request, link: InitiativeSuccession) -> HttpResponse:
    row = link.successor
    place = initiative_place(row, _("Fjern forbindelse"), _("Fjern forbindelse"))
    place["back"] = reverse("agreement:initiative_links", kwargs={"initiative_id": row.pk})
    return _unlink(request, link, place)


def _unlink(
    request: Request, link: AreaSuccession | InitiativeSuccession, place: Place
) -> HttpResponse:
    earlier = link.predecessor
    place |= {
        "explanation": _("«%(later)s» fører derefter ikke «%(earlier)s» (%(edition)s) videre.")
        % {"later": link.successor, "earlier": earlier, "edition": earlier.edition.label},
        "button": _("Fjern forbindelsen"),
        "done": _("Forbindelsen er fjernet."),
        "after": place["back"],
    }
    return remove(request, link, operations.unlink, place)
