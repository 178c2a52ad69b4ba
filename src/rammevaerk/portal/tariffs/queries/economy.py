"""Reads the economy of a cooperation, and keeps what was worked out until something changes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from rammevaerk.engine.parameters import Parameters
from rammevaerk.engine.tariffs.basket import mean_opening_days
from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import Actor
from rammevaerk.portal.access.queries import last_change
from rammevaerk.portal.catalogue.queries.facts import (
    occupancy_figures,
    places_in_years,
    service_facts,
)
from rammevaerk.portal.catalogue.queries.uses import citizens_in_years
from rammevaerk.portal.tariffs.calculate.economy import Economy, Facts, work_out
from rammevaerk.portal.tariffs.queries.cap import prices_of_years, quarters
from rammevaerk.portal.tariffs.queries.indices import index_register

YEARS = 5
KEPT = 8
SERIES = ("kl-pris-og-loen",)
# Everything that is worked on comes from an operation on one of these.
_ACTIONS = (
    Action.FACILITY_MANAGE,
    Action.PLACES_REPORT,
    Action.TARIFF_REPORT,
    Action.TARIFF_CHECK,
    Action.TARIFF_DECIDE,
    Action.TARIFF_PUBLISH,
)
_SEEN = date(2024, 1, 1)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What the economy follows from: whose, which years, as known when, and the last change.

    The reader is not part of it: these rows are read by cooperation, and the reach of the two
    rights is.
    """

    cooperation_id: int
    years: tuple[int, ...]
    today: date
    version: str
    reach: tuple[object, ...]
    actor: Actor = field(compare=False)


def economy_of(actor: Actor, cooperation_id: int, *, on: date) -> Economy:
    """The economy of the last five years with tariffs, up to the year of the day."""
    years = tuple(range(on.year - YEARS + 1, on.year + 1))
    reach = tuple(actor.scope(action) for action in (Action.FACILITY_READ, Action.TARIFF_READ))
    version = last_change(cooperation_id, _ACTIONS)
    circles = cooperation_id in actor.cooperation_ids or actor.is_system
    return _worked_out(_Asked(cooperation_id, years, on, version, (*reach, circles), actor))


@lru_cache(maxsize=KEPT)
def _worked_out(asked: _Asked) -> Economy:
    parameters = Parameters.load()
    opening_days = parameters.on("tariffs/opening_days", max(asked.today, _SEEN))
    return work_out(
        _read(asked),
        asked.years,
        mean_opening_days(opening_days),
        index_register(asked.actor, asked.cooperation_id),
        SERIES,
        known_on=asked.today,
    )


def _read(asked: _Asked) -> Facts:
    actor, years = asked.actor, asked.years
    return Facts(
        services=service_facts(actor, cooperation_id=asked.cooperation_id),
        prices=prices_of_years(actor, asked.cooperation_id, years).parts,
        places=places_in_years(actor, years),
        occupancy=occupancy_figures(actor, years),
        citizens=citizens_in_years(actor, asked.cooperation_id, years),
        supplements=_supplements(asked),
    )


def _supplements(asked: _Asked) -> Mapping[tuple[int, int], tuple[int, int]]:
    """Supplements and turnover by operator and year, the quarters reported added up."""
    found = quarters(asked.actor, asked.cooperation_id, years=asked.years)
    return {
        key: (
            sum(one.row.supplements_ore for one in each),
            sum(one.row.turnover_ore for one in each),
        )
        for key, each in found.items()
    }
