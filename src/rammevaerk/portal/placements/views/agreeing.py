"""What is agreed by date: payer, hours, price, supplements, deliveries and notice."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from rammevaerk.engine.notice import NoticeForm as NoticeKind
from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.http import Request
from rammevaerk.portal.access.policy import requires
from rammevaerk.portal.access.queries import living
from rammevaerk.portal.placements import operations
from rammevaerk.portal.placements.forms.periods import (
    DeliveryForm,
    EndForm,
    HoursForm,
    NoticeForm,
    PayerForm,
    PriceForm,
    SupplementForm,
)
from rammevaerk.portal.placements.models import (
    Notice,
    Placement,
    PlacementState,
    SupplementGrant,
)
from rammevaerk.portal.placements.operations.periods import KINDS
from rammevaerk.portal.placements.queries.contracts import agreed_notice
from rammevaerk.portal.placements.queries.payer_advice import payer_advice
from rammevaerk.portal.placements.queries.payment import payers_of
from rammevaerk.portal.placements.queries.words import choices_on, counted_on, supplements_on
from rammevaerk.portal.placements.views.asking import price_choices
from rammevaerk.portal.placements.views.places import Doing, click, do, placement_address
from rammevaerk.portal.tariffs.price_lines import text_of

AGREE, RUN = Action.PLACEMENT_AGREE, Action.PLACEMENT_RUN
_COME = (PlacementState.ADMITTED, PlacementState.DISCHARGED)
_ARRANGED = (PlacementState.ACCEPTED, *_COME)
_WANTED = (PlacementState.ENQUIRY, PlacementState.OFFERED, *_ARRANGED)
_STAYS = gettext_lazy(
    "Gælder fra den dag, du skriver, også bagud. Det, der gjaldt før, bliver stående i historikken,"
    " og det, der er afregnet, rettes i næste afregning."
)


@require_http_methods(["GET", "POST"])
@requires(AGREE, Placement, "placement_id")
def payer(request: Request, row: Placement) -> HttpResponse:
    stay = row.stays.filter(superseded_at__isnull=True).first()
    came = stay.valid_from.date() if stay else row.offered_from or row.wanted_from
    advice = payer_advice(row, came)
    form = PayerForm(
        request.POST or None,
        municipalities=living("municipality", on=request.today),
        initial={
            "payer_id": row.buyer_id,
            "acting_id": row.buyer_id,
            "ground": advice.ground or None,
            "valid_from": request.today,
        },
    )
    return do(
        request, row, form,
        lambda: operations.change_payer(row, form.cleaned_data, by=request.actor, at=request.at),
        Doing(
            gettext_lazy("Skift betaler"),
            gettext_lazy("Betaleren er skiftet."),
            explanation=_STAYS,
            part="betaler",
            states=_ARRANGED,
        ),
        advice=advice,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@requires(AGREE, Placement, "placement_id")
def hours(request: Request, row: Placement) -> HttpResponse:
    last = row.hours.filter(superseded_at__isnull=True).order_by("-valid_from").first()
    initial: dict[str, Any] = {"valid_from": request.today}
    if last is not None:
        initial |= {name: getattr(last, name) for name in KINDS}
    form = HoursForm(request.POST or None, initial=initial)

    def work() -> None:
        given = form.cleaned_data
        operations.set_hours(
            row, form.minutes(), valid_from=given["valid_from"], valid_to=given["valid_to"],
            reason=given["reason"], by=request.actor, at=request.at,
        )  # fmt: skip

    doing = Doing(
        gettext_lazy("Ændr timer"),
        gettext_lazy("Timerne er ændret."),
        explanation=_STAYS,
        part="timer",
        states=_WANTED,
    )
    return do(request, row, form, work, doing)


@require_http_methods(["GET", "POST"])
@requires(AGREE, Placement, "placement_id")
def price(request: Request, row: Placement) -> HttpResponse:
    prices = choices_on(request.actor, row.service_id, on=request.today)
    form = PriceForm(
        request.POST or None, prices=price_choices(prices), initial={"valid_from": request.today}
    )

    def work() -> None:
        given = form.cleaned_data
        operations.set_price(
            row, given["price"], valid_from=given["valid_from"], valid_to=given["valid_to"],
            by=request.actor, at=request.at,
        )  # fmt: skip

    doing = Doing(
        gettext_lazy("Vælg takst"),
        gettext_lazy("Taksten er valgt."),
        explanation=_STAYS,
        part="takst",
        states=_WANTED,
    )
    return do(request, row, form, work, doing)


@require_http_methods(["GET", "POST"])
@requires(AGREE, Placement, "placement_id")
def supplement(request: Request, row: Placement) -> HttpResponse:
    known = supplements_on(request.actor, row.service_id, on=request.today)
    form = SupplementForm(
        request.POST or None,
        supplements=[(one.label, f"{one.label}, {text_of(one)}") for one in known],
        initial={"valid_from": request.today},
    )
    return do(
        request, row, form,
        lambda: operations.grant_supplement(
            row, form.cleaned_data, by=request.actor, at=request.at
        ),
        Doing(
            gettext_lazy("Bevilg tillæg"),
            gettext_lazy("Tillægget er bevilget."),
            explanation=_STAYS,
            part="tillaeg",
            states=_ARRANGED,
        ),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@requires(AGREE, SupplementGrant, "supplement_id")
def supplement_end(request: Request, row: SupplementGrant) -> HttpResponse:
    form = EndForm(request.POST or None, initial={"valid_to": request.today})
    return do(
        request, row.placement, form,
        lambda: operations.end_supplement(
            row, valid_to=form.cleaned_data["valid_to"], by=request.actor, at=request.at
        ),
        Doing(
            gettext_lazy("Afslut tillæg"),
            gettext_lazy("Tillægget er afsluttet."),
            gettext_lazy("Afslut"),
            part="tillaeg",
        ),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@requires(RUN, Placement, "placement_id")
def delivery(request: Request, row: Placement) -> HttpResponse:
    known = counted_on(request.actor, row.service_id, on=request.today)
    form = DeliveryForm(
        request.POST or None,
        prices=price_choices(known),
        payers=payers_of(row, on=request.today),
        initial={"month": request.today.replace(day=1)},
    )
    return do(
        request, row, form,
        lambda: operations.deliver(row, form.cleaned_data, by=request.actor, at=request.at),
        Doing(
            gettext_lazy("Registrér leverance"),
            gettext_lazy("Leverancen er registreret."),
            part="leverancer",
            states=_COME,
        ),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@requires(AGREE, Placement, "placement_id")
def notice(request: Request, row: Placement) -> HttpResponse:
    initial: dict[str, Any] = {"given_on": request.today}
    if agreed := agreed_notice(request.actor, row.pk, request.today):
        number, months = agreed
        clause = _("%s, Opsigelse") % number
        initial |= {"form": NoticeKind.RUNNING_MONTH.value, "length": months, "clause": clause}
    form = NoticeForm(request.POST or None, initial=initial)
    return do(
        request, row, form,
        lambda: operations.give_notice(row, form.values(), by=request.actor, at=request.at),
        Doing(
            gettext_lazy("Opsig"),
            gettext_lazy("Opsigelsen er registreret."),
            gettext_lazy("Opsig"),
            gettext_lazy(
                "Varslet følger kontrakten, når den siger noget om det, og ellers styringsaftalen."
                " Der betales, indtil varslet er udløbet."
            ),
            part="opsigelse",
            states=_COME,
        ),
    )  # fmt: skip


@require_POST
@requires(AGREE, Notice, "notice_id")
def notice_withdraw(request: Request, row: Notice) -> HttpResponse:
    """The party that gave notice takes it back."""
    click(
        request,
        lambda: operations.withdraw_notice(row, by=request.actor, at=request.at),
        _("Opsigelsen er trukket tilbage."),
    )
    return redirect(placement_address(row.placement, "opsigelse"))
