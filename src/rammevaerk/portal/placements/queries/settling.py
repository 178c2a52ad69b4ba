"""Columns of all placements of some services in a period, for a settlement: few queries."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext as _

from rammevaerk.engine.settlement.segments import Held
from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import Actor, visible
from rammevaerk.portal.common.validity import in_force, known_at
from rammevaerk.portal.placements.models import (
    Absence,
    Contract,
    Delivery,
    Hours,
    PayerPeriod,
    Placement,
    PriceChoice,
    SettlementTerms,
    Stay,
    SupplementGrant,
)
from rammevaerk.portal.placements.queries.tails import StayRow, Tail, tails_of


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """How much of a price by the piece was delivered in a month, in hundredths."""

    placement_id: int
    month: date
    component: str
    label: str
    payer_id: int | None
    quantity: int


@dataclass(frozen=True, slots=True)
class TermsRow:
    """How a service is settled in some months."""

    pk: int
    hotel: bool
    rounding: str
    absence_full_days: int
    absence_basis_pct: int
    absence_service_pct: int
    over_cap_pct: int
    notice_basis_pct: int
    notice_service_pct: int
    unverified: bool


@dataclass(frozen=True, slots=True)
class SettlingRows:
    """What is held of the placements that have a stay, a tail or a delivery in the period.

    `references` gives a placement's reference and service; the others are by placement.
    """

    references: Mapping[int, tuple[str, int]]
    stays: Mapping[int, list[StayRow]]
    tails: Mapping[int, Tail]
    payers: Mapping[int, list[Held[int]]]
    hours: Mapping[int, list[Held[int]]]
    prices: Mapping[int, list[Held[tuple[str, str]]]]
    absences: Mapping[int, list[Held[None]]]
    supplements: Mapping[int, list[Held[str]]]
    deliveries: tuple[DeliveryRow, ...]


def settling_rows(
    service_ids: Collection[int],
    first: date,
    end: date,
    *,
    known: datetime | None = None,
    only: Any = None,
    whole: Collection[int] = (),
) -> SettlingRows:
    """Everything about stays at the services in [first, end), as believed now or known then.

    `only` (ids, or a query for them) leaves some placements; of the services in `whole` it leaves
    all.

    It asks nobody's leave: occupancy takes every stay of a service, whoever pays. The operation
    that settles has decided who may, and what each is shown is filtered by `visible`.
    """
    within = _Within(list(service_ids), first, end, known, only, list(whole))
    stays = _stays(within)
    deliveries = _deliveries(within)
    tails = tails_of(
        within.chosen & Q(placement__service_id__in=within.services), first, known=known
    )
    wanted = stays.keys() | tails.keys() | {one.placement_id for one in deliveries}
    references = Placement.objects.filter(service_id__in=within.services).values_list(
        "pk", "reference", "service_id"
    )
    return SettlingRows(
        references={pk: (name, service) for pk, name, service in references if pk in wanted},
        stays=stays,
        tails=tails,
        payers=_held(within.rows(PayerPeriod), "payer_id"),
        hours=_hours(within),
        prices={
            pk: [Held(one.start, one.end, one.value) for one in held]
            for pk, held in _held(within.rows(PriceChoice), "component", "label").items()
        },
        absences=_held(within.rows(Absence)),
        supplements=_held(within.rows(SupplementGrant), "label"),
        deliveries=deliveries,
    )


def terms_by_date(
    service_ids: Iterable[int], first: date, end: date, *, known: datetime | None = None
) -> dict[int, list[Held[TermsRow]]]:
    """The terms of each service in [first, end)."""
    rows = SettlementTerms.objects.filter(
        _reaching(first), known_at(known), service_id__in=list(service_ids), valid_from__lt=end
    ).order_by("service_id", "valid_from")
    found: dict[int, list[Held[TermsRow]]] = defaultdict(list)
    for row in rows.values_list(
        "service_id",
        "valid_from",
        "valid_to",
        "pk",
        "day_count",
        "rounding",
        "absence_full_days",
        "absence_basis_pct",
        "absence_service_pct",
        "over_cap_pct",
        "notice_basis_pct",
        "notice_service_pct",
        "unverified",
    ):
        terms = TermsRow(row[3], row[4] == "hotel", *row[5:])
        found[row[0]].append(Held(row[1], row[2], terms))
    return found


def services_paid_by(payer_id: int, first: date, end: date) -> set[int]:
    """The services where an organisation pays for somebody in [first, end)."""
    rows = PayerPeriod.objects.filter(
        _reaching(first), superseded_at__isnull=True, payer_id=payer_id, valid_from__lt=end
    )
    return set(rows.order_by().values_list("placement__service_id", flat=True).distinct())


def _reaching(first: date) -> Q:
    return Q(valid_to__isnull=True) | Q(valid_to__gt=first)


@dataclass(frozen=True, slots=True)
class _Within:
    services: list[int]
    first: date
    end: date
    known: datetime | None
    only: Any
    whole: list[int]

    @property
    def chosen(self) -> Q:
        """The placements that are asked for, of those of the services."""
        if self.only is None:
            return Q()
        return Q(placement_id__in=self.only) | Q(placement__service_id__in=self.whole)

    def rows(self, model: type[Model]) -> "QuerySet[Any]":
        return model._default_manager.filter(  # noqa: SLF001
            _reaching(self.first),
            known_at(self.known),
            self.chosen,
            placement__service_id__in=self.services,
            valid_from__lt=self.end,
        ).order_by("placement_id", "valid_from")


def _held(rows: "QuerySet[Any]", *columns: str) -> dict[int, list[Held[Any]]]:
    found: dict[int, list[Held[Any]]] = defaultdict(list)
    for placement, start, until, *values in rows.values_list(
        "placement_id", "valid_from", "valid_to", *columns
    ):
        value = tuple(values) if len(values) > 1 else values[0] if values else None
        found[placement].append(Held(start, until, value))
    return found


def _hours(within: _Within) -> dict[int, list[Held[int]]]:
    kinds = (
        "citizen_minutes",
        "organisation_minutes",
        "documentation_minutes",
        "absence_minutes",
    )
    return {
        placement: [Held(one.start, one.end, sum(one.value)) for one in held]
        for placement, held in _held(within.rows(Hours), *kinds).items()
    }


def _stays(within: _Within) -> dict[int, list[StayRow]]:
    rows = Stay.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=datetime.combine(within.first, time.min)),
        known_at(within.known),
        within.chosen,
        service_id__in=within.services,
        valid_from__lt=datetime.combine(within.end, time.min),
    ).order_by("placement_id", "valid_from")
    found: dict[int, list[StayRow]] = defaultdict(list)
    columns = "placement_id", "service_id", "valid_from", "valid_to"
    for placement, service, start, until in rows.values_list(*columns):
        if start is not None:
            found[placement].append(StayRow(placement, service, start, until))
    return found


def _deliveries(within: _Within) -> tuple[DeliveryRow, ...]:
    rows = Delivery.objects.filter(
        known_at(within.known),
        within.chosen,
        placement__service_id__in=within.services,
        month__gte=within.first,
        month__lt=within.end,
    ).order_by("placement_id", "month", "component", "label", "payer_id")
    return tuple(
        DeliveryRow(*row)
        for row in rows.values_list(
            "placement_id", "month", "component", "label", "payer_id", "quantity"
        )
    )


@dataclass(frozen=True, slots=True)
class Basis:
    """What a line rests on besides its prices: the terms in words, and the contract's number."""

    terms: str
    source: str
    unverified: bool
    contract: str


def basis_of(
    actor: Actor,
    service_id: int,
    placement_id: int | None,
    day: date,
    *,
    known: datetime | None = None,
) -> Basis | None:
    """The terms of a service on a day, with the placement's contract where the actor may see it."""
    terms = visible(SettlementTerms.objects.all(), actor, Action.TARIFF_READ).filter(
        in_force(day), known_at(known), service_id=service_id
    )
    row = terms.order_by("-registered_at").first()
    if row is None:
        return None
    contracts = visible(Contract.objects.all(), actor, Action.CONTRACT_READ).filter(
        in_force(day), placement_id=placement_id or 0
    )
    number = contracts.order_by("-valid_from").values_list("number", flat=True).first()
    text = _(
        "%(count)s; fravær: %(full)s døgn med fuld betaling, derefter %(basis)s pct. af basis og "
        "%(service)s pct. af ydelsen; basis ved overbelægning: %(over)s pct.; tomgangsdage: "
        "%(left)s pct. af basis og %(left_service)s pct. af ydelsen"
    )
    return Basis(
        text
        % {
            "count": row.get_day_count_display(),
            "full": row.absence_full_days,
            "basis": row.absence_basis_pct,
            "service": row.absence_service_pct,
            "over": row.over_cap_pct,
            "left": row.notice_basis_pct,
            "left_service": row.notice_service_pct,
        },
        row.source,
        row.unverified,
        number or "",
    )
