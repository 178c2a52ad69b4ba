"""Services in time: by which terms and places they are settled, and at which prices."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from rammevaerk.engine.settlement.inputs import CALENDAR, HOTEL, SettlementTables
from rammevaerk.engine.settlement.segments import Held
from rammevaerk.portal.catalogue.queries.settling import SettledService, places_by_date
from rammevaerk.portal.placements.queries.settling import (
    TermsRow,
    terms_by_date,
)
from rammevaerk.portal.settlement.calculate.plans import (
    Plan,
    Rates,
    as_plans,
    rates_of,
    spans,
    value_on,
)
from rammevaerk.portal.tariffs.queries.settling import ServicePrices, prices_by_date

_MANY_PLACES = 1_000_000
_NORMAL_PCT = 100
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Epoch:
    """Days in which a service is settled by the same terms and, where it matters, places."""

    start: date
    end: date
    facility: str
    terms: TermsRow | None
    cap: int

    def after(self, rates: Sequence[Held[Rates]]) -> "tuple[Epoch, list[Held[Rates]]]":
        """The same days for those who have left, and what they pay while the notice runs.

        A facility of its own in the engine: nobody is there, so nobody takes up a place.
        """
        if self.terms is None:
            return self, list(rates)
        pct = self.terms.notice_basis_pct, self.terms.notice_service_pct
        return (
            replace(
                self,
                facility=f"{self.facility}, opsigelse",
                terms=replace(self.terms, hotel=False),
                cap=_MANY_PLACES,
            ),
            [Held(one.start, one.end, one.value.after(*pct)) for one in rates],
        )


@dataclass(frozen=True, slots=True)
class Choice:
    """A service's price as chosen: by version, and as plans."""

    rates: list[Held[Rates]]
    plans: list[Held[Plan]]


@dataclass(slots=True)
class ServiceInTime:
    """A service with its epochs and prices."""

    row: SettledService
    prices: ServicePrices
    epochs: list[Epoch]
    first: date
    end: date
    choices: dict[tuple[str, str], Choice] = field(default_factory=dict)

    def choice(self, component: str, label: str) -> Choice:
        found = self.choices.get((component, label))
        if found is None:
            rates = rates_of(component, label, self.prices, self.first, self.end)
            found = Choice(rates, as_plans(rates))
            self.choices[component, label] = found
        return found

    def epoch(self, day: date) -> Epoch:
        day = min(max(day, self.first), self.end - _DAY)
        return next(one for one in self.epochs if one.start <= day < one.end)

    @property
    def dear(self) -> bool:
        """Whether days with too many have a price of their own."""
        return any(one.terms and one.terms.over_cap_pct != _NORMAL_PCT for one in self.epochs)

    @property
    def ways(self) -> list[bool]:
        """Whether full 24 hours are counted; both, the earliest first, where the terms change."""
        return list(dict.fromkeys(one.terms.hotel for one in self.epochs if one.terms))


def services_in_time(
    services: dict[int, SettledService],
    first: date,
    end: date,
    known: datetime | None,
    hotel: bool | None,
) -> dict[int, ServiceInTime]:
    terms = terms_by_date(services, first, end, known=known)
    if hotel is not None:
        terms = {
            pk: [Held(one.start, one.end, replace(one.value, hotel=hotel)) for one in held]
            for pk, held in terms.items()
        }
    places = places_by_date(services, first, end, known=known)
    prices = prices_by_date(services, first, end, known=known)
    return {
        pk: ServiceInTime(
            row,
            prices.get(pk, {}),
            _epochs(row.key, terms.get(pk, []), places.get(pk, []), first, end),
            first,
            end,
        )
        for pk, row in services.items()
    }


def _epochs(
    key: str, terms: list[Held[TermsRow]], places: list[Held[int]], first: date, end: date
) -> list[Epoch]:
    # Places only change a price where there is one for days with too many.
    dear = any(one.value.over_cap_pct != _NORMAL_PCT for one in terms)
    held: list[Held[Any]] = [*terms, *(places if dear else [])]
    made = []
    for number, (start, until) in enumerate(spans(held, first, end), start=1):
        now = value_on(terms, start)
        cap = value_on(places, start)
        name = key if number == 1 else f"{key} fra {start.isoformat()}"
        made.append(Epoch(start, until, name, now, _MANY_PLACES if cap is None else cap))
    return made


# Of a facility and plan that some stay has: its epoch, the versions of its price, its service.
Used = tuple[Epoch, list[Held[Rates]], int]


def engine_tables(
    used: Sequence[tuple[tuple[str, str], Used]],
    services: Mapping[int, ServiceInTime],
    rows: Mapping[str, Sequence[Mapping[str, Any]]],
) -> SettlementTables:
    """The engine's tables: a facility for each epoch in use, and the plans that its stays have."""
    facilities: dict[str, dict[str, Any]] = {}
    tariffs: list[dict[str, Any]] = []
    for (facility, plan), (epoch, rates, service_id) in used:
        terms = epoch.terms
        if terms is None:
            continue
        facilities[facility] = {
            "facility": facility,
            "operator": services[service_id].row.operator_id,
            "day_count": HOTEL if terms.hotel else CALENDAR,
            "cap": epoch.cap,
            "absence_full_days": terms.absence_full_days,
            "absence_basis_pct": terms.absence_basis_pct,
            "absence_service_pct": terms.absence_service_pct,
        }
        tariffs += [
            {
                "facility": facility,
                "plan": plan,
                "valid_from": one.start,
                "basis_ore": one.value.basis_ore,
                "basis_over_cap_ore": one.value.over_cap(terms.over_cap_pct),
                "hour_ore": one.value.hour_ore,
            }
            for one in rates
            if one.value.plan.key == plan
        ]
    return SettlementTables.from_rows(
        {"facilities": list(facilities.values()), "tariffs": tariffs, **rows}
    )
