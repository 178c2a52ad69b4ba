"""Who pays for a placement, and within how many days what is settled for a service."""

from collections.abc import Collection
from datetime import date

from rammevaerk.portal.access.queries import names_on
from rammevaerk.portal.common.validity import in_force
from rammevaerk.portal.placements.models import PayerPeriod, Placement, SettlementTerms


def payment_days(service_ids: Collection[int], *, on: date) -> dict[int, int]:
    """The days to pay within by service, by the terms believed now of that day."""
    rows = SettlementTerms.objects.filter(
        in_force(on), service_id__in=set(service_ids), superseded_at__isnull=True
    )
    return dict(rows.values_list("service_id", "payment_days"))


def payers_of(placement: Placement, *, on: date) -> list[tuple[int, str]]:
    """Everybody who pays or has paid for the placement as believed now, by name."""
    rows = PayerPeriod.objects.filter(placement=placement, superseded_at__isnull=True)
    names = names_on(list(set(rows.values_list("payer_id", flat=True))), on=on, short=True)
    return sorted(names.items(), key=lambda pair: pair[1].casefold())
