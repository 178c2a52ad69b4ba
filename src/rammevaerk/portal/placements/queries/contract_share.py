"""The use of the standard contract over time: figures for everybody, and no single contract."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from rammevaerk.portal.access.actions import Action, Scope
from rammevaerk.portal.access.policy import Actor
from rammevaerk.portal.access.queries import names_on
from rammevaerk.portal.common.clock import day_of
from rammevaerk.portal.common.small_counts import small_count_limit
from rammevaerk.portal.placements.calculate.contract_share import (
    HELD,
    NEW,
    TOTAL,
    AgreedContract,
    Quarter,
    Share,
    quarters_before,
    shares,
)
from rammevaerk.portal.placements.models import Contract

QUARTERS = 8


@dataclass(frozen=True, slots=True)
class BuyerShare:
    """A municipality in a quarter: new contracts, and those that held when it ended."""

    name: str
    new: Share
    held: Share


@dataclass(frozen=True, slots=True)
class StandardUse:
    """The use of the standard: the quarters, the total of each, and one quarter by municipality."""

    quarters: tuple[Quarter, ...]
    chosen: Quarter
    totals: tuple[BuyerShare, ...]
    buyers: tuple[BuyerShare, ...]
    limit: int
    limit_verified: bool
    synthetic: bool

    @property
    def total(self) -> BuyerShare:
        """All municipalities in the chosen quarter."""
        return self.totals[self.quarters.index(self.chosen)]

    @property
    def sentence(self) -> str:
        """What it comes to, in one sentence."""
        new, held = self.total.new.percent, self.total.held.percent
        name = self.chosen.name
        if held is None and new is None:
            return _("Der er for få kontrakter til at vise en andel for %s.") % name
        if new is None:
            return _(
                "Ved udgangen af %(quarter)s var %(held)s %% af kontrakterne på standarden."
            ) % {"quarter": name, "held": held}
        text = _("I %(quarter)s blev %(new)s %% af de nye kontrakter indgået på standarden") % {
            "quarter": name,
            "new": new,
        }
        if held is None:
            return f"{text}."
        return text + _("; ved kvartalets udgang gjaldt det %s %% af alle.") % held


def standard_use(actor: Actor, *, on: date, first: date | None = None) -> StandardUse:
    """The figures of the actor's cooperation, the last quarters that have ended.

    `first` is the first day of the quarter to show by municipality; the last one unless said. The
    same figures for everybody: what one party knows of its own contracts is in the register.
    """
    quarters = tuple(quarters_before(on, QUARTERS))
    chosen = next((one for one in quarters if one.first == first), quarters[-1])
    limit, verified = small_count_limit(on)
    rows = Contract.objects.filter(_circle(actor), agreed_at__isnull=False)
    values: list[Any] = list(
        rows.values_list(
            "placement__buyer_id", "template_id", "agreed_at", "valid_from", "valid_to"
        )
    )
    found = shares(
        [
            AgreedContract(str(buyer), template is not None, day_of(agreed), begins, ends)
            for buyer, template, agreed, begins, ends in values
        ],
        quarters,
        limit,
    )
    names = names_on([int(one) for one in {str(row[0]) for row in values}], on=on, short=True)
    buyers = [
        _share(found, str(pk), chosen, name)
        for pk, name in sorted(names.items(), key=lambda pair: pair[1].casefold())
    ]
    return StandardUse(
        quarters=quarters,
        chosen=chosen,
        totals=tuple(_share(found, TOTAL, one, _("Alle")) for one in quarters),
        buyers=tuple(buyers),
        limit=limit,
        limit_verified=verified,
        synthetic=rows.filter(placement__synthetic=True).exists(),
    )


def _circle(actor: Actor) -> Q:
    """Contracts of the actor's cooperation; whoever may see templates may see how they are used."""
    scope = actor.scope(Action.TEMPLATE_READ)
    if scope is Scope.EVERYWHERE:
        return Q()
    if scope is None:
        return Q(pk__in=[])
    return Q(placement__service__facility__cooperation_id__in=actor.cooperation_ids)


def _share(
    found: Mapping[tuple[str, str, date], Share], buyer: str, quarter: Quarter, name: str
) -> BuyerShare:
    none = Share(0, 0)
    pair: Any = [found.get((kind, buyer, quarter.first), none) for kind in (NEW, HELD)]
    return BuyerShare(name, *pair)
