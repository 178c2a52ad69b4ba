"""What the rule says of who pays for a placement, from what is known of it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from rammevaerk.engine.date_words import date_text_da
from rammevaerk.engine.errors import NoRuleForDate, UnfitCase
from rammevaerk.engine.payer import Dwelling, Move, Payers, payer_periods
from rammevaerk.portal.access.queries import names_on
from rammevaerk.portal.placements.calculate.ages import ages_on
from rammevaerk.portal.placements.calculate.shelters import is_self_referral
from rammevaerk.portal.placements.models import Placement

_ADULT = 18


@dataclass(frozen=True, slots=True)
class PayerAdvice:
    """What the rule gives, or why it cannot say; `ground` is the code of the provision."""

    text: str = ""
    ground: str = ""
    payers: Payers | None = None


def payer_advice(placement: Placement, day: date) -> PayerAdvice:
    """Who pays from the day the citizen comes, when the buyer is his municipality before.

    Rests on what is known here: where the facility lies, the provision, and that a municipality
    that asked for the place contributed to the stay.
    """
    service: Any = placement.service
    names = names_on([placement.buyer_id, service.facility.municipality_id], on=day)
    shelter = is_self_referral(placement.paragraph)
    move = Move(
        on=day,
        municipality=names[service.facility.municipality_id],
        dwelling=Dwelling.SHELTER if shelter else Dwelling.STAY,
        contributed=not placement.self_referred,
    )
    child = ages_on(placement.citizen.birth_month, day)[0] < _ADULT
    try:
        found = payer_periods(names[placement.buyer_id], day, [move], child=child)
    except UnfitCase as problem:
        return PayerAdvice(text=str(problem))
    except NoRuleForDate:
        return PayerAdvice(
            text=_("Reglen om, hvem der betaler, er ikke indlagt for den %s; vælg selv grundlaget.")
            % date_text_da(day)
        )
    span = found.spans[-1]
    return PayerAdvice(text=span.payer, ground=span.ground.value, payers=found)
