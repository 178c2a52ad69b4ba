"""Asking for a place, offering or declining it, saying yes or withdrawing."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.http import Request
from rammevaerk.portal.access.policy import requires, visible
from rammevaerk.portal.access.queries import living
from rammevaerk.portal.catalogue.views.places import facility_trail
from rammevaerk.portal.common.forms import carried_out, status_of
from rammevaerk.portal.placements import operations
from rammevaerk.portal.placements.calculate.moments import civil
from rammevaerk.portal.placements.forms.fields import hours_text
from rammevaerk.portal.placements.forms.steps import (
    AcceptForm,
    EnquiryForm,
    OfferForm,
    ReasonForm,
)
from rammevaerk.portal.placements.models import Citizen, Placement, PlacementState
from rammevaerk.portal.placements.queries.payer_advice import payer_advice
from rammevaerk.portal.placements.queries.places import places_taken
from rammevaerk.portal.placements.queries.words import choices_on, described
from rammevaerk.portal.placements.views.places import Doing, do, placement_address
from rammevaerk.portal.tariffs.price_lines import PriceLine, name_of, text_of

REQUEST, RUN = Action.PLACEMENT_REQUEST, Action.PLACEMENT_RUN


def price_choices(lines: list[PriceLine]) -> list[tuple[str, str]]:
    """Prices as a form offers them."""
    return [(f"{one.component}:{one.label}", f"{name_of(one)}, {text_of(one)}") for one in lines]


@require_http_methods(["GET", "POST"])
@requires(REQUEST, "catalogue.Service", "service_id", row_action=Action.FACILITY_READ)
def enquiry_new(request: Request, service: Any) -> HttpResponse:
    """A buyer asks for a place."""
    about = described(service, on=max(request.today, service.valid_from))
    form = EnquiryForm(
        request.POST or None,
        paragraphs=[(one.pk, f"{one}: {one.title}") for one in about.paragraphs],
        initial={"wanted_from": request.today},
    )
    made: list[Placement] = []

    def work() -> None:
        given = {**form.cleaned_data, "citizen": _citizen(request, form.cleaned_data["citizen"])}
        made.append(operations.enquire(service, given, by=request.actor, at=request.at))

    if carried_out(form, work):
        text = _("Forespørgslen er sendt. Borgerens pseudonym er %s; notér det hos jer.")
        messages.success(request, text % made[0].citizen.pseudonym)
        return redirect(placement_address(made[0]))
    context = {
        "crumbs": facility_trail(service.facility, _("Forespørg om en plads")),
        "service": service,
        "about": about,
        "taken": places_taken([service.pk], civil(request.at)).get(service.pk, 0),
        "prices": [(name_of(one), text_of(one)) for one in _prices(request, service)],
        "form": form,
        "back": reverse("catalogue:facility", kwargs={"facility_id": service.facility_id}),
    }
    return render(request, "placements/enquiry.html", context, status=status_of(form))


def _prices(request: Request, service: Any) -> list[PriceLine]:
    return choices_on(request.actor, service.pk, on=request.today)


def _citizen(request: Request, text: str) -> Citizen | None:
    name = text.strip().upper()
    if not name:
        return None
    row = visible(Citizen.objects.all(), request.actor, REQUEST).filter(pseudonym=name).first()
    if row is None:
        raise ValidationError(
            {
                "citizen": _(
                    "I har ingen borger med det pseudonym. Se efter, om det er skrevet rigtigt,"
                    " eller lad feltet stå tomt, og skriv fødselsmåneden."
                )
            }
        )
    return row


@require_http_methods(["GET", "POST"])
@requires(RUN, Placement, "placement_id")
def offer(request: Request, row: Placement) -> HttpResponse:
    day = max(row.wanted_from, request.today)
    prices = choices_on(request.actor, row.service_id, on=day)
    initial: dict[str, Any] = {"offered_from": row.offered_from or row.wanted_from}
    if len(prices) == 1:
        initial["price"] = f"{prices[0].component}:{prices[0].label}"
    form = OfferForm(request.POST or None, prices=price_choices(prices), initial=initial)
    return do(
        request, row, form,
        lambda: operations.offer(row, form.values(), by=request.actor, at=request.at),
        Doing(
            gettext_lazy("Tilbyd en plads"),
            gettext_lazy("Pladsen er tilbudt. Køberen kan nu sige ja."),
            gettext_lazy("Send tilbuddet"),
            gettext_lazy("Skriv, fra hvornår der er plads, og hvad den koster. Timer er om ugen."),
            states=(PlacementState.ENQUIRY, PlacementState.OFFERED),
        ),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@requires(RUN, Placement, "placement_id")
def decline(request: Request, row: Placement) -> HttpResponse:
    form = ReasonForm(request.POST or None)
    return do(
        request, row, form,
        lambda: operations.decline(
            row, reason=form.cleaned_data["reason"], by=request.actor, at=request.at
        ),
        Doing(
            gettext_lazy("Afslå forespørgslen"),
            gettext_lazy("Forespørgslen er afslået."),
            gettext_lazy("Afslå"),
            gettext_lazy("Køberen ser begrundelsen."),
            states=(PlacementState.ENQUIRY, PlacementState.OFFERED),
        ),
    )  # fmt: skip


def _offered(request: Request, row: Placement, day: date) -> dict[str, Any]:
    """What the buyer says yes to: the day, the price with its amount, the hours, the note."""
    known = {
        (one.component, one.label): one for one in choices_on(request.actor, row.service_id, on=day)
    }
    chosen = row.prices.filter(superseded_at__isnull=True).order_by("valid_from")
    prices = [(one.component, one.label) for one in chosen]
    hours = row.hours.filter(superseded_at__isnull=True).order_by("-valid_from").first()
    told = row.steps.filter(to_state=PlacementState.OFFERED).order_by("-id").first()
    return {
        "from": day,
        "prices": [f"{name_of(one)}: {text_of(one)}" for one in map(known.get, prices) if one],
        "hours": hours_text(hours.minutes) if hours else "",
        "note": told.note if told else "",
    }


@require_http_methods(["GET", "POST"])
@requires(REQUEST, Placement, "placement_id")
def accept(request: Request, row: Placement) -> HttpResponse:
    day = row.offered_from or row.wanted_from
    advice = payer_advice(row, day)
    form = AcceptForm(
        request.POST or None,
        payers=living("municipality", on=day),
        initial={
            "payer_id": row.buyer_id,
            "ground": advice.ground or None,
            "buyer_reference": row.buyer_reference,
        },
    )
    return do(
        request, row, form,
        lambda: operations.accept(row, form.cleaned_data, by=request.actor, at=request.at),
        Doing(
            gettext_lazy("Sig ja til pladsen"),
            gettext_lazy("Pladsen er aftalt. Sælgeren indskriver borgeren, når borgeren kommer."),
            gettext_lazy("Sig ja"),
            states=(PlacementState.OFFERED,),
        ),
        advice=advice,
        offered=_offered(request, row, day),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@requires(REQUEST, Placement, "placement_id")
def withdraw(request: Request, row: Placement) -> HttpResponse:
    form = ReasonForm(request.POST or None)
    return do(
        request, row, form,
        lambda: operations.withdraw(
            row, reason=form.cleaned_data["reason"], by=request.actor, at=request.at
        ),
        Doing(
            gettext_lazy("Træk forespørgslen tilbage"),
            gettext_lazy("Forespørgslen er trukket tilbage."),
            gettext_lazy("Træk tilbage"),
            gettext_lazy("Kan gøres, indtil borgeren er indskrevet. Sælgeren ser begrundelsen."),
            states=(PlacementState.ENQUIRY, PlacementState.OFFERED, PlacementState.ACCEPTED),
        ),
    )  # fmt: skip
