"""What signs of irregularity are looked for in: settled months with all that goes with them."""

from collections.abc import Callable
from datetime import date, timedelta
from fractions import Fraction

from django.utils.translation import gettext as _

from rammevaerk.engine.tariffs.errors import TariffError
from rammevaerk.engine.tariffs.price_index import chain
from rammevaerk.portal.access.policy import Actor
from rammevaerk.portal.access.queries import cooperations
from rammevaerk.portal.catalogue.queries.facts import main_groups_and_paragraphs
from rammevaerk.portal.catalogue.queries.settling import SettledService, places_by_date
from rammevaerk.portal.common.small_counts import small_count_limit
from rammevaerk.portal.placements.queries.controlling import (
    granted_on,
    placements_of,
    residents,
)
from rammevaerk.portal.placements.queries.settling import services_paid_by
from rammevaerk.portal.settlement.calculate.charges import Charge
from rammevaerk.portal.settlement.calculate.irregularities import Evidence
from rammevaerk.portal.settlement.calculate.scope import Scope
from rammevaerk.portal.settlement.calculate.snapshot import after_month, months_from
from rammevaerk.portal.settlement.calculate.truth import TrueLine, settle_scope
from rammevaerk.portal.settlement.queries.charges import charges_by_month
from rammevaerk.portal.tariffs.queries.indices import index_register
from rammevaerk.portal.tariffs.queries.settling import prices_by_date

_SERIES = ("kl-pris-og-loen",)
_DAY = timedelta(days=1)


def evidence_for(
    first: date, end: date, *, payer_id: int | None = None, cooperation_id: int | None = None
) -> Evidence:
    """The months [first, end) of a payer's facilities everywhere, or of one cooperation's.

    It asks nobody's leave: the operation that searches has decided who may.
    """
    circles = (
        [cooperation_id]
        if cooperation_id is not None
        else list(cooperations(Actor.system(_("Søgning"))).values_list("pk", flat=True))
    )
    services: dict[int, SettledService] = {}
    lines: list[TrueLine] = []
    for circle in circles:
        wanted = _services(circle, payer_id, first, end)
        services |= {one.pk: one for one in wanted}
        if wanted:
            count = (end.year - first.year) * 12 + end.month - first.month
            scope = Scope(circle, service_ids={one.pk for one in wanted})
            lines += settle_scope(scope, months_from(first, count)).lines
    own = {
        line.placement_id
        for line in lines
        if line.placement_id is not None and payer_id in {None, line.payer_id}
    }
    charges = _charges(payer_id, first, end)
    system = Actor.system(_("Søgning"))
    charged = {one.placement_id for one in charges if one.placement_id is not None}
    return Evidence(
        first=first,
        end=end,
        payer_id=payer_id,
        limit=small_count_limit(end)[0],
        services=services,
        lines=lines,
        capacity=places_by_date(services.keys(), first, end),
        prices=prices_by_date(services.keys(), first - _DAY, end),
        granted=granted_on(circles, end - _DAY),
        groups=main_groups_and_paragraphs(system, on=end - _DAY)[0],
        places=placements_of(own | charged),
        residents=residents(own),
        growth=_growth(circles[0] if circles else 0, end),
        charges=charges,
    )


def _services(circle: int, payer_id: int | None, first: date, end: date) -> list[SettledService]:
    """All services of the facilities that the payer uses; all there are for a cooperation."""
    found = Scope(circle).services()
    if payer_id is None:
        return found
    paid = services_paid_by(payer_id, first, end)
    facilities = {one.facility_id for one in found if one.pk in paid}
    return [one for one in found if one.facility_id in facilities]


def _charges(payer_id: int | None, first: date, end: date) -> list[Charge]:
    if payer_id is None:
        return []
    months, month = [], first
    while month < end:
        months.append(month)
        month = after_month(month)
    return [one for own in charges_by_month(payer_id, months).values() for one in own]


def _growth(circle: int, on: date) -> Callable[[int, int], Fraction | None]:
    """The development of prices by KL's estimate; None where no estimate is registered."""
    register = index_register(Actor.system(_("Søgning")), circle)
    table = register.table
    known: dict[tuple[int, int], Fraction | None] = {}

    def growth(before: int, after: int) -> Fraction | None:
        if before == after:
            return Fraction(0)
        if (before, after) not in known:
            try:
                known[before, after] = chain(table, _SERIES, before, after, on).factor - 1
            except TariffError:
                known[before, after] = None
        return known[before, after]

    return growth
