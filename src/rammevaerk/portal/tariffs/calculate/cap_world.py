"""Everything the caps of a cooperation are judged by, read for some years in few queries."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from rammevaerk.engine.parameters import Parameters
from rammevaerk.engine.tariffs.agreement import AgreementRules
from rammevaerk.engine.tariffs.basket import YearOfPlace, mean_opening_days
from rammevaerk.engine.tariffs.price_index import IndexTable
from rammevaerk.engine.tariffs.registers import (
    CapAgreement,
    IndexRegister,
    packaged_caps,
    packaged_indices,
)
from rammevaerk.portal.access.policy import Actor
from rammevaerk.portal.access.queries import names_on
from rammevaerk.portal.catalogue.queries.facts import (
    ServiceFact,
    SuccessionFact,
    places_in_years,
    service_facts,
    succession_facts,
)
from rammevaerk.portal.tariffs import models
from rammevaerk.portal.tariffs.queries.cap import (
    Circle,
    Prices,
    Quarter,
    index_choices,
    prices_of_years,
    quarters,
    unmet_reductions,
)
from rammevaerk.portal.tariffs.queries.indices import index_register

# Private operators are no party to the agreement between municipalities and region.
_NO_PARTY = "private"
# The opening days in price lists are known from this day; they only weigh, in every year alike.
_SEEN = date(2024, 1, 1)


@dataclass(frozen=True, slots=True)
class CapWorld:
    """Everything a cooperation's caps are judged by, for some years, read in few queries."""

    circle: Circle
    years: tuple[int, ...]
    known_on: date
    services: Mapping[int, list[ServiceFact]]
    prices: Prices
    places: Mapping[tuple[int, int], int]
    origins: Mapping[int, list[SuccessionFact]]
    successors: Mapping[int, list[SuccessionFact]]
    names: Mapping[int, str]
    choices: Mapping[int, list[models.IndexChoice]]
    unmet: Mapping[int, list[models.UnmetReduction]]
    quarters: Mapping[tuple[int, int], list[Quarter]]
    rules: AgreementRules
    year_of_place: YearOfPlace
    indices: IndexRegister
    table: IndexTable

    @property
    def operator_ids(self) -> list[int]:
        """Those who answer for facilities, by name."""
        return sorted(self.services, key=lambda pk: self.names.get(pk, "").casefold())


def series_text(series: str) -> str:
    """The series of a choice as people call them: "KL's pris- og lønskøn, Trepartstillæg"."""
    return ", ".join(series_name(key) for key in series_keys(series))


def series_name(key: str) -> str:
    return next((one.name_da for one in packaged_indices().series if one.key == key), key)


def series_named(text: str) -> str:
    """The text with the series by their names where it has their keys."""
    for one in packaged_indices().series:
        text = re.sub(rf"\b{re.escape(one.key)}\b", one.name_da, text)
    return text


def series_keys(series: str) -> tuple[str, ...]:
    return tuple(key.strip() for key in series.split(",") if key.strip())


def cap_of(cooperation_key: str, year: int) -> CapAgreement | None:
    """The cap that covers the year; None when none is known."""
    return next(
        (
            one
            for one in packaged_caps()
            if one.agreement == cooperation_key and one.first_year <= year <= one.last_year
        ),
        None,
    )


def base_year_for(cooperation_key: str, year: int) -> int:
    """The year that prices are held against: the cap's, the last cap's, or the year before."""
    caps = [
        one
        for one in packaged_caps()
        if one.agreement == cooperation_key and one.first_year <= year
    ]
    return caps[-1].base_year if caps else year - 1


def usual_year(cooperation_key: str, today: date) -> int:
    """The year one sees first: the last one with a known cap, and never one to come."""
    known = [one.last_year for one in packaged_caps() if one.agreement == cooperation_key]
    return min(max(known, default=today.year), today.year)


def load_world(
    actor: Actor,
    circle: Circle,
    years: Collection[int],
    *,
    today: date,
    operator_id: int | None = None,
    known: Sequence[ServiceFact] | None = None,
    places: Mapping[tuple[int, int], int] | None = None,
) -> CapWorld:
    """Read what is needed of the years; with an operator only his services.

    ``known`` and ``places`` are the services and their places where they have been read already.
    """
    wanted = tuple(sorted(set(years)))
    if known is None:
        known = service_facts(actor, cooperation_id=circle.id, reporter_id=operator_id)
    facts = [one for one in known if one.ownership != _NO_PARTY]
    successions = succession_facts(actor)
    services: dict[int, list[ServiceFact]] = defaultdict(list)
    for fact in facts:
        services[fact.reporter_id].append(fact)
    parameters = Parameters.load()
    indices = index_register(actor, circle.id)
    day = date(wanted[-1], 12, 31)
    only = None if operator_id is None else [one.id for one in facts]
    return CapWorld(
        circle=circle,
        years=wanted,
        known_on=today,
        services=services,
        prices=prices_of_years(actor, circle.id, wanted, service_ids=only),
        places=places_in_years(actor, wanted) if places is None else places,
        origins=_by(successions, "successor_id"),
        successors=_by(successions, "predecessor_id"),
        names=names_on([*services, *([operator_id] if operator_id else [])], on=day, short=True),
        choices=index_choices(actor, circle.id, operator_id=operator_id),
        unmet=unmet_reductions(actor, circle.id),
        quarters=quarters(actor, circle.id, years=wanted, operator_id=operator_id),
        rules=AgreementRules(circle.key, parameters),
        year_of_place=mean_opening_days(parameters.on("tariffs/opening_days", max(day, _SEEN))),
        indices=indices,
        table=indices.table,
    )


def _by(rows: Iterable[SuccessionFact], name: str) -> dict[int, list[SuccessionFact]]:
    found: dict[int, list[SuccessionFact]] = defaultdict(list)
    for row in rows:
        found[getattr(row, name)].append(row)
    return found
