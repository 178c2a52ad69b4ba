"""The citizen comes, gets another place, leaves; and what was registered wrongly is corrected."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.http import Request
from rammevaerk.portal.access.policy import requires
from rammevaerk.portal.access.queries import living
from rammevaerk.portal.catalogue.views.places import facility_trail
from rammevaerk.portal.common.forms import carried_out, status_of
from rammevaerk.portal.placements import operations
from rammevaerk.portal.placements.calculate.moments import civil
from rammevaerk.portal.placements.calculate.shelters import is_self_referral
from rammevaerk.portal.placements.forms.steps import (
    AdmitForm,
    CorrectStayForm,
    DischargeForm,
    MoveForm,
    NotifyForm,
    ReasonForm,
    SelfReferralForm,
    StopPaymentForm,
)
from rammevaerk.portal.placements.models import PayerPeriod, Placement, PlacementState, Stay
from rammevaerk.portal.placements.queries.places import places_in, planned_end
from rammevaerk.portal.placements.queries.record import notification_of
from rammevaerk.portal.placements.queries.words import described
from rammevaerk.portal.placements.views.places import Doing, click, do, placement_address

RUN, REQUEST = Action.PLACEMENT_RUN, Action.PLACEMENT_REQUEST


def place_choices(service: Any, moment: datetime) -> list[tuple[Any, Any]]:
    """Places as a form offers them: free now, beyond the number, taken now."""
    found = places_in(service, moment)
    taken = [
        (place, _("Plads %(place)s: %(who)s") % {"place": place, "who": stay.citizen.pseudonym})
        for place, stay in sorted(found.taken.items())
    ]
    groups = [
        (_("Ledige nu"), [(one, _("Plads %s") % one) for one in found.free]),
        (_("Overbelægning"), [(one, _("Plads %s") % one) for one in found.beyond]),
        (_("Optaget nu"), taken),
    ]
    return [group for group in groups if group[1]]


@require_http_methods(["GET", "POST"])
@requires(RUN, Placement, "placement_id")
def admit(request: Request, row: Placement) -> HttpResponse:
    now = civil(request.at)
    form = AdmitForm(
        request.POST or None,
        places=place_choices(row.service, now),
        initial={"moment": request.today, "clock": now.time()},
    )

    def work() -> None:
        given = {
            name: form.cleaned_data[name] for name in ("place", "moment", "over_reason", "note")
        }
        operations.admit(row, **given, by=request.actor, at=request.at)

    doing = Doing(
        gettext_lazy("Indskriv borgeren"),
        gettext_lazy("Borgeren er indskrevet."),
        gettext_lazy("Indskriv"),
        gettext_lazy("Skriv, hvornår borgeren kom, og vælg en plads."),
        states=(PlacementState.ACCEPTED,),
    )
    return do(request, row, form, work, doing)


@require_http_methods(["GET", "POST"])
@requires(RUN, "catalogue.Service", "service_id")
def self_referral_new(request: Request, service: Any) -> HttpResponse:
    """The leader admits one who came by himself."""
    now = civil(request.at)
    about = described(service, on=request.today)
    law = [one for one in about.paragraphs if is_self_referral(one)]
    form = SelfReferralForm(
        request.POST or None,
        places=place_choices(service, now),
        municipalities=living("municipality", on=request.today),
        paragraphs=[(one.pk, f"{one}: {one.title}") for one in law],
        initial={
            "moment": request.today,
            "clock": now.time(),
            "decided_on": request.today,
            "ground": PayerPeriod.Ground.RESIDENCE,
        },
    )
    made: list[Placement] = []

    def work() -> None:
        made.append(
            operations.admit_self_referred(
                service, form.cleaned_data, by=request.actor, at=request.at
            )
        )

    if carried_out(form, work):
        messages.success(
            request, _("Borgeren er optaget. Underret handlekommunen inden fristens udløb.")
        )
        return redirect(placement_address(made[0]))
    context = {
        "crumbs": facility_trail(service.facility, _("Optag ved egen henvendelse")),
        "heading": _("Optag ved egen henvendelse: %s") % service.facility.name,
        "service": service,
        "law": law,
        "form": form,
        "back": reverse("catalogue:facility", kwargs={"facility_id": service.facility_id}),
    }
    return render(request, "placements/self_referral.html", context, status=status_of(form))


@require_http_methods(["GET", "POST"])
@requires(RUN, Placement, "placement_id")
def notified(request: Request, row: Placement) -> HttpResponse:
    form = NotifyForm(request.POST or None, initial={"on": request.today})
    return do(
        request, row, form,
        lambda: operations.notify(
            row, on=form.cleaned_data["on"], by=request.actor, at=request.at
        ),
        Doing(
            gettext_lazy("Handlekommunen er underrettet"),
            gettext_lazy("Underretningen er registreret."),
            gettext_lazy("Gem"),
        ),
        notification=notification_of(row, on=request.today),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@requires(RUN, Placement, "placement_id")
def move(request: Request, row: Placement) -> HttpResponse:
    now = civil(request.at)
    form = MoveForm(
        request.POST or None,
        places=place_choices(row.service, now),
        initial={"moment": request.today, "clock": now.time()},
    )

    def work() -> None:
        given = {name: form.cleaned_data[name] for name in ("place", "moment", "over_reason")}
        operations.move(row, **given, by=request.actor, at=request.at)

    doing = Doing(
        gettext_lazy("Flyt til en anden plads"),
        gettext_lazy("Borgeren har fået en anden plads."),
        gettext_lazy("Flyt"),
        part="ophold",
        states=(PlacementState.ADMITTED,),
    )
    return do(request, row, form, work, doing)


@require_http_methods(["GET", "POST"])
@requires(RUN, Stay, "stay_id")
def stay_correct(request: Request, row: Stay) -> HttpResponse:
    initial: dict[str, Any] = {
        "valid_from": row.valid_from.date(),
        "from_clock": row.valid_from.time(),
    }
    if row.valid_to is not None:
        initial |= {"valid_to": row.valid_to.date(), "to_clock": row.valid_to.time()}
    form = CorrectStayForm(request.POST or None, initial=initial)

    def work() -> None:
        given = {name: form.cleaned_data[name] for name in ("valid_from", "valid_to", "reason")}
        operations.correct_stay(row, **given, by=request.actor, at=request.at)

    doing = Doing(
        gettext_lazy("Ret opholdet"),
        gettext_lazy("Opholdet er rettet. Det, der er afregnet, rettes i næste afregning."),
        gettext_lazy("Gem rettelsen"),
        gettext_lazy("Det, man troede før, bliver stående i historikken."),
        part="ophold",
        states=(PlacementState.ADMITTED, PlacementState.DISCHARGED),
    )
    return do(request, row.placement, form, work, doing)


@require_http_methods(["GET", "POST"])
@requires(RUN, Placement, "placement_id")
def discharge(request: Request, row: Placement) -> HttpResponse:
    planned = planned_end(row)
    moment = planned or civil(request.at)
    form = DischargeForm(
        request.POST or None, initial={"moment": moment.date(), "clock": moment.time()}
    )

    def work() -> None:
        given = form.cleaned_data
        operations.discharge(
            row, moment=given["moment"], reason=given["reason"], by=request.actor, at=request.at
        )

    doing = Doing(
        gettext_lazy("Udskriv borgeren"),
        gettext_lazy("Udskrivningen er registreret."),
        gettext_lazy("Udskriv"),
        gettext_lazy(
            "Fravær, timer, takst og betaler slutter med opholdet, eller når en opsigelse udløber."
            " Et tidspunkt i fremtiden er en planlagt udskrivning; pladsen er så ledig derfra."
        )
        if planned is None
        else gettext_lazy(
            "Tidspunktet er det, der er planlagt. Bekræft det, når borgeren er gået, eller skriv,"
            " hvornår borgeren gik i stedet."
        ),
        states=(PlacementState.ADMITTED,),
    )
    return do(request, row, form, work, doing)


@require_POST
@requires(RUN, Placement, "placement_id")
def unplan(request: Request, row: Placement) -> HttpResponse:
    """The planned discharge is not to be."""
    click(
        request,
        lambda: operations.unplan(row, by=request.actor, at=request.at),
        _("Planen om udskrivning er taget tilbage."),
    )
    return redirect(placement_address(row))


@require_http_methods(["GET", "POST"])
@requires(RUN, Placement, "placement_id")
def reopen(request: Request, row: Placement) -> HttpResponse:
    form = ReasonForm(request.POST or None)
    return do(
        request, row, form,
        lambda: operations.reopen(
            row, reason=form.cleaned_data["reason"], by=request.actor, at=request.at
        ),
        Doing(
            gettext_lazy("Genåbn indskrivningen"),
            gettext_lazy("Udskrivningen er taget tilbage."),
            gettext_lazy("Genåbn"),
            gettext_lazy(
                "Opholdet fortsætter, som om borgeren ikke var udskrevet. Det kan kun lade sig"
                " gøre, når pladsen stadig er ledig."
            ),
            states=(PlacementState.DISCHARGED,),
        ),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@requires(REQUEST, Placement, "placement_id")
def payment_stop(request: Request, row: Placement) -> HttpResponse:
    form = StopPaymentForm(request.POST or None, initial={"on": request.today})

    def work() -> None:
        given = form.cleaned_data
        operations.stop_payment(
            row, on=given["on"], met=given["met"], reason=given["reason"],
            by=request.actor, at=request.at,
        )  # fmt: skip

    doing = Doing(
        gettext_lazy("Afgør udskrivning efter § 110, stk. 5"),
        gettext_lazy("Afgørelsen er registreret."),
        gettext_lazy("Registrér afgørelsen"),
        gettext_lazy(
            "Lederen af boformen bestemmer, hvornår opholdet slutter. Kommunen kan kun afgøre en"
            " udskrivning og holde op med at betale, når alle betingelser er opfyldt."
        ),
        part="opsigelse",
        states=(PlacementState.ADMITTED,),
    )
    return do(request, row, form, work, doing)
