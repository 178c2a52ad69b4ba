"""Settlement terms: which services have them, one service's versions, and new ones."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.http import Request
from rammevaerk.portal.access.policy import decide, requires
from rammevaerk.portal.catalogue.views.places import catalogue_trail
from rammevaerk.portal.common.forms import carried_out, status_of
from rammevaerk.portal.placements import operations
from rammevaerk.portal.placements.forms.terms import TermsForm
from rammevaerk.portal.placements.queries.terms import terms_of, terms_register

_SERVICE = "catalogue.Service"
_ON_A_PAGE = 50


def _trail(*steps: Any) -> Any:
    return catalogue_trail((_("Afregningsvilkår"), reverse("placements:terms")), *steps)


@require_GET
@requires(Action.TARIFF_READ)
def terms(request: Request) -> HttpResponse:
    text = request.GET.get("q", "")[:100]
    missing = request.GET.get("mangler") == "ja"
    rows = terms_register(request.actor, on=request.today, text=text, missing=missing)
    page = Paginator(rows, _ON_A_PAGE).get_page(request.GET.get("side"))
    context = {
        "crumbs": catalogue_trail(_("Afregningsvilkår")),
        "page": page,
        "rows": page.object_list,
        "count": len(rows),
        "without": sum(1 for one in rows if one.terms is None),
        "q": text,
        "missing": missing,
        "synthetic": any(one.service.facility.synthetic for one in page.object_list),
    }
    return render(request, "placements/terms.html", context)


@require_GET
@requires(Action.TARIFF_READ, _SERVICE, "service_id")
def service_terms(request: Request, service: Any) -> HttpResponse:
    rows = list(terms_of(request.actor, service.pk))
    context = {
        "crumbs": _trail(f"{service.facility.name}, {service.name}"),
        "service": service,
        "rows": rows,
        "now": next(
            (
                one
                for one in rows
                if one.superseded_at is None
                and one.valid_from <= request.today
                and (one.valid_to is None or request.today < one.valid_to)
            ),
            None,
        ),
        "may_manage": decide(request.actor, Action.TERMS_MANAGE, service).allowed,
    }
    return render(request, "placements/service_terms.html", context)


@require_http_methods(["GET", "POST"])
@requires(Action.TERMS_MANAGE, _SERVICE, "service_id")
def terms_new(request: Request, service: Any) -> HttpResponse:
    last = terms_of(request.actor, service.pk).filter(superseded_at__isnull=True).first()
    initial: dict[str, Any] = {"valid_from": request.today.replace(day=1)}
    if last is not None:
        initial = {
            name: getattr(last, name) for name in TermsForm.base_fields if name != "valid_from"
        } | initial
    form = TermsForm(request.POST or None, initial=initial)
    back = reverse("placements:service_terms", kwargs={"service_id": service.pk})
    if carried_out(
        form,
        lambda: operations.set_terms(service, form.cleaned_data, by=request.actor, at=request.at),
    ):
        messages.success(request, _("Vilkårene er fastsat."))
        return redirect(back)
    context = {
        "crumbs": _trail((f"{service.facility.name}, {service.name}", back), _("Nye vilkår")),
        "heading": _("Afregningsvilkår: %(facility)s, %(service)s")
        % {"facility": service.facility.name, "service": service.name},
        "explanation": _(
            "Vilkårene gælder fra den første i måneden og indtil det næste, der er fastsat. Det,"
            " der gjaldt før, bliver stående."
        ),
        "form": form,
        "back": back,
    }
    return render(request, "plain_form.html", context, status=status_of(form))
