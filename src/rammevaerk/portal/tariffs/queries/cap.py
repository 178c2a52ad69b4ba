"""What the cap is judged by: prices of years, index choices, arrears and supplements."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from rammevaerk.engine.tariffs.basket import PricePart
from rammevaerk.portal.access.actions import Action, Scope
from rammevaerk.portal.access.policy import Actor, visible
from rammevaerk.portal.access.queries import cooperations, members_on, names_on
from rammevaerk.portal.catalogue.queries.facts import overlapping
from rammevaerk.portal.tariffs.models import (
    IndexChoice,
    SupplementTurnover,
    Tariff,
    UnmetReduction,
)
from rammevaerk.portal.tariffs.models.prices import Component

Parts = tuple[PricePart, ...]


@dataclass(frozen=True, slots=True)
class Circle:
    """A cooperation as a calculation needs it; its key names its agreement's rules."""

    id: int
    key: str
    name: str


def circles(actor: Actor) -> list[Circle]:
    """The cooperations whose tariffs the actor may see."""
    if actor.scope(Action.TARIFF_READ) is None:
        return []
    return [Circle(row.pk, row.key, row.name) for row in cooperations(actor)]


_COMPONENTS = {str(key): str(label) for key, label in Component.choices}


@dataclass(frozen=True, slots=True)
class Prices:
    """The prices by (service, year), those of the first day of the year; and what changed in it."""

    parts: dict[tuple[int, int], Parts]
    changed: dict[tuple[int, int], int]


def prices_of_years(
    actor: Actor,
    cooperation_id: int,
    years: Collection[int],
    *,
    service_ids: Collection[int] | None = None,
) -> Prices:
    """Every price of the years in one query; a service that opens in a year has its first one.

    Supplements are left out: they are outside of every basket.
    """
    rows = visible(Tariff.objects.all(), actor, Action.TARIFF_READ).filter(
        overlapping(years),
        service__facility__cooperation_id=cooperation_id,
        superseded_at__isnull=True,
    )
    rows = rows.exclude(component=Component.SUPPLEMENT)
    if service_ids is not None:
        rows = rows.filter(service_id__in=service_ids)
    values = rows.order_by("service_id", "component", "label", "-valid_from").values_list(
        "service_id", "component", "label", "unit", "amount_ore", "valid_from", "valid_to"
    )
    first: dict[tuple[int, int], dict[tuple[str, str], PricePart]] = defaultdict(dict)
    changed: dict[tuple[int, int], int] = defaultdict(int)
    wanted = sorted(set(years))
    for service_id, component, label, unit, ore, start, end in values:
        part = price_part(component, label, unit, ore)
        last = _last_year(end, wanted[-1])
        for year in wanted:
            if start.year <= year <= last:
                parts = first[service_id, year]
                if (component, label) in parts:
                    changed[service_id, year] += 1
                # The latest comes first, so the price of the first day stands at last.
                parts[component, label] = part
    return Prices({key: tuple(parts.values()) for key, parts in first.items()}, changed)


def _last_year(end: date | None, last: int) -> int:
    """The last year with a day before `end`, which does not count itself."""
    if end is None:
        return last
    return end.year - 1 if (end.month, end.day) == (1, 1) else end.year


def price_part(component: str, label: str, unit: str, ore: int) -> PricePart:
    """One price as the engine takes it, named as people call it."""
    name = _COMPONENTS.get(component, component)
    if label:
        name = f"{name} {label}"
    return PricePart(component, name, unit, ore, label)


@dataclass(frozen=True, slots=True)
class Quarter:
    """The newest figure of a quarter, with those it followed, newest first."""

    row: SupplementTurnover
    earlier: tuple[SupplementTurnover, ...] = ()

    @property
    def share_points(self) -> int | None:
        """Supplements as hundredths of a percent of the turnover, rounded half up."""
        if not self.row.turnover_ore:
            return None
        return (20_000 * self.row.supplements_ore + self.row.turnover_ore) // (
            2 * self.row.turnover_ore
        )


def quarters(
    actor: Actor,
    cooperation_id: int,
    *,
    years: Collection[int],
    operator_id: int | None = None,
) -> dict[tuple[int, int], list[Quarter]]:
    """The quarters of supplements by (operator, year), in order."""
    rows = visible(SupplementTurnover.objects.all(), actor, Action.TARIFF_READ).filter(
        cooperation_id=cooperation_id, year__in=years
    )
    if operator_id is not None:
        rows = rows.filter(operator_id=operator_id)
    versions: dict[tuple[int, int, int], list[SupplementTurnover]] = defaultdict(list)
    for row in rows.order_by("quarter", "-registered_at", "-id"):
        versions[row.operator_id, row.year, row.quarter].append(row)
    found: dict[tuple[int, int], list[Quarter]] = defaultdict(list)
    for (operator, year, _quarter), each in sorted(versions.items()):
        found[operator, year].append(Quarter(each[0], tuple(each[1:])))
    return found


def index_choices(
    actor: Actor, cooperation_id: int, *, operator_id: int | None = None
) -> dict[int, list[IndexChoice]]:
    """The choices of index by operator, in order of time."""
    rows = visible(IndexChoice.objects.all(), actor, Action.TARIFF_READ).filter(
        cooperation_id=cooperation_id
    )
    if operator_id is not None:
        rows = rows.filter(operator_id=operator_id)
    return _by_operator(rows.order_by("operator_id", "valid_from"))


def _by_operator(rows: Iterable[IndexChoice]) -> dict[int, list[IndexChoice]]:
    found: dict[int, list[IndexChoice]] = defaultdict(list)
    for row in rows:
        found[row.operator_id].append(row)
    return found


def unmet_reductions(actor: Actor, cooperation_id: int) -> dict[int, list[UnmetReduction]]:
    """What operators lack of earlier caps, newest first."""
    rows = visible(UnmetReduction.objects.all(), actor, Action.TARIFF_READ)
    found: dict[int, list[UnmetReduction]] = defaultdict(list)
    for row in rows.filter(cooperation_id=cooperation_id).order_by("operator_id", "-year"):
        found[row.operator_id].append(row)
    return found


def operators_one_may(
    actor: Actor, action: Action, cooperation_id: int, *, on: date
) -> list[tuple[int, str]]:
    """The members of the cooperation that the actor may do the action for, by name."""
    members = members_on(cooperation_id, on=on)
    ids = [row.organisation_id for row in members if not row.is_secretariat]
    if actor.scope(action) is Scope.OWN:
        ids = [pk for pk in ids if pk == actor.organisation_id]
    return sorted(names_on(ids, on=on).items(), key=lambda pair: pair[1].casefold())
