"""What a payer's control and the search for signs need to know of placements: few queries."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db.models import F, Q, QuerySet

from rammevaerk.portal.common.validity import reaching, told_since
from rammevaerk.portal.placements.models import (
    Absence,
    Delivery,
    Hours,
    Notice,
    PayerPeriod,
    Placement,
    PriceChoice,
    SettlementTerms,
    Stay,
    SupplementGrant,
)

# Fewer names in a question than a database takes.
_BATCH = 5_000
_DATED = (PayerPeriod, Hours, PriceChoice, Absence, SupplementGrant)


@dataclass(frozen=True, slots=True)
class PaidPlacement:
    """A placement, its citizen by id, and where it is."""

    pk: int
    reference: str
    citizen_id: int
    service_id: int
    service: str
    facility_id: int
    facility: str
    operator_id: int
    reporter_id: int


_COLUMNS = (
    "pk",
    "reference",
    "citizen_id",
    "service_id",
    "service__name",
    "service__facility_id",
    "service__facility__name",
    "service__facility__operator_id",
    "service__facility__reporter_id",
)


def placements_paid_by(payer_id: int, also: Collection[int] = ()) -> dict[int, PaidPlacement]:
    """The placements an organisation pays for at some time, and others by their ids.

    It asks nobody's leave: whoever asks controls for that payer.
    """
    paid = PayerPeriod.objects.filter(payer_id=payer_id, superseded_at__isnull=True).order_by()
    own = Placement.objects.filter(pk__in=paid.values("placement_id"))
    return _found(own) | placements_of(also)


def paid_references(payer_id: int, references: Collection[str]) -> dict[str, PaidPlacement]:
    """Those of the references that are placements the organisation pays for at some time."""
    wanted = list(references)
    found: dict[str, PaidPlacement] = {}
    paid = PayerPeriod.objects.filter(payer_id=payer_id, superseded_at__isnull=True).order_by()
    for first in range(0, len(wanted), _BATCH):
        rows = Placement.objects.filter(
            pk__in=paid.values("placement_id"), reference__in=wanted[first : first + _BATCH]
        )
        found |= {one.reference: one for one in _found(rows).values()}
    return found


def placements_of(ids: Collection[int]) -> dict[int, PaidPlacement]:
    """Placements by their ids; it asks nobody's leave."""
    wanted, found = sorted(ids), dict[int, PaidPlacement]()
    for first in range(0, len(wanted), _BATCH):
        found |= _found(Placement.objects.filter(pk__in=wanted[first : first + _BATCH]))
    return found


def _found(rows: "QuerySet[Placement]") -> dict[int, PaidPlacement]:
    return {row[0]: PaidPlacement(*row) for row in rows.order_by().values_list(*_COLUMNS)}


def placements_changed_since(payer_id: int, first: date, end: date, moment: datetime) -> bool:
    """Whether anything about the days [first, end) of what a payer pays for was told since.

    Where days with too many have a price of their own, that is everybody's stay at the service.
    """
    since = told_since(moment)
    own = PayerPeriod.objects.filter(payer_id=payer_id).order_by()
    placements = own.values("placement_id")
    dear = SettlementTerms.objects.exclude(over_cap_pct=100).filter(
        service_id__in=own.values("placement__service_id")
    )
    midnight = datetime.combine(first, time.min), datetime.combine(end, time.min)
    stays = Stay.objects.filter(since, reaching(*midnight))
    of_stays = Q(placement_id__in=placements) | Q(service_id__in=dear.values("service_id"))
    delivered = Delivery.objects.filter(since, month__gte=first, month__lt=end)
    told = Q(registered_at__gt=moment) | Q(withdrawn_at__gt=moment)
    notices = Notice.objects.filter(told, ends_on__gt=first, given_on__lt=end)
    return (
        stays.filter(of_stays).exists()
        or delivered.filter(placement_id__in=placements).exists()
        or notices.filter(placement_id__in=placements).exists()
        or any(
            model._default_manager.filter(  # noqa: SLF001 - five models of ours
                since, reaching(first, end), placement_id__in=placements
            ).exists()
            for model in _DATED
        )
    )


def terms_changed_since(
    service_ids: Collection[int], first: date, end: date, moment: datetime
) -> bool:
    """Whether terms of the services in [first, end) were registered or superseded since."""
    rows = SettlementTerms.objects.filter(told_since(moment), reaching(first, end))
    return rows.filter(service_id__in=list(service_ids)).exists()


@dataclass(frozen=True, slots=True)
class GrantedTo:
    """The minutes a week of a stay that lasts on a day, who pays, and what it is like."""

    placement: PaidPlacement
    payer_id: int
    paragraph: str
    facility_kind: str
    setting: str
    minutes: int


def granted_on(cooperation_ids: Collection[int], on: date) -> list[GrantedTo]:
    """Every stay on the day at a cooperation's facilities: a comparison takes everybody's.

    It asks nobody's leave; whoever asks shows only what its reader may see.
    """
    holds = Q(valid_to__isnull=True) | Q(valid_to__gt=on)
    meant = {"superseded_at__isnull": True, "valid_from__lte": on}
    payers = dict(
        PayerPeriod.objects.filter(holds, **meant)
        .order_by()
        .values_list("placement_id", "payer_id")
    )
    rows = Hours.objects.filter(
        holds,
        **meant,
        placement__state="admitted",
        placement__service__facility__cooperation_id__in=list(cooperation_ids),
    ).order_by("placement_id")
    minutes = (
        F("citizen_minutes")
        + F("organisation_minutes")
        + F("documentation_minutes")
        + F("absence_minutes")
    )
    columns = (
        *(f"placement__{name}" for name in _COLUMNS),
        "placement__paragraph__law",
        "placement__paragraph__number",
        "placement__service__facility__kind",
        "placement__service__setting",
    )
    count = len(_COLUMNS)
    return [
        GrantedTo(
            PaidPlacement(*row[:count]),
            payers[row[0]],
            f"{row[count]} § {row[count + 1]}",
            *row[count + 2 :],
        )
        for row in rows.annotate(granted=minutes).values_list(*columns, "granted")
        if row[0] in payers
    ]


def residents(placement_ids: Collection[int]) -> set[int]:
    """Those of the placements where somebody lives, not the day offers one may have beside."""
    wanted, found = sorted(placement_ids), set[int]()
    for first in range(0, len(wanted), _BATCH):
        rows = Stay.objects.filter(
            placement_id__in=wanted[first : first + _BATCH],
            superseded_at__isnull=True,
            way__isnull=False,
        )
        found |= set(rows.order_by().values_list("placement_id", flat=True))
    return found
