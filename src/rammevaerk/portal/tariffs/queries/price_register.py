"""The register of tariffs: what held on a day as known at a moment, beside the year before."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet

from rammevaerk.engine.money import divide_half_up
from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import Actor, visible
from rammevaerk.portal.access.queries import names_on
from rammevaerk.portal.catalogue.queries.services import ServiceRow, service_rows
from rammevaerk.portal.common.validity import in_force
from rammevaerk.portal.tariffs.models import Component, Tariff
from rammevaerk.portal.tariffs.queries.prices import tariffs_on

_POINTS = 10_000


@dataclass(frozen=True, slots=True)
class PriceFilter:
    """What the register is narrowed to; "" and None narrow nothing.

    `paragraphs` are the ids of the provisions that answer to the one asked for.
    """

    text: str = ""
    operator_id: int | None = None
    paragraphs: frozenset[int] | None = None
    component: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class PriceRow:
    """A tariff with the one that held a year before."""

    tariff: Tariff
    service: Any
    operator: str
    before: Tariff | None

    @property
    def comparable(self) -> bool:
        """Whether the price a year before is of the same unit and days."""
        old = self.before
        return old is not None and (old.unit, old.days_basis) == (
            self.tariff.unit,
            self.tariff.days_basis,
        )

    @property
    def change(self) -> int | None:
        """The change since the year before in basis points; None where there is none to tell."""
        if self.before is None or not self.comparable:
            return None
        return change_of(self.tariff.amount_ore, self.before.amount_ore)


def year_before(day: date) -> date:
    """The same day a year before; the 28th of February for the leap day."""
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)


@dataclass(frozen=True, slots=True)
class Listed:
    """A tariff as the register sorts it; light, for there are thousands."""

    tariff_id: int
    service_id: int
    facility_id: int
    facility: str
    service: str
    operator: str
    part: tuple[int, str]
    ore: int
    valid_from: date
    before: int | None
    change: int | None


def price_register(
    actor: Actor,
    narrowed: PriceFilter,
    *,
    on: date,
    known: datetime | None,
    sort: str = "tilbud",
) -> list[Listed]:
    """The tariffs that hold on the day and that the filter leaves, in the order asked for."""
    rows = _narrowed(tariffs_on(actor, on=on, known=known), narrowed, on).order_by()
    light = list(rows.values_list(*_LIGHT))
    past = tariffs_on(actor, on=year_before(on), known=known).order_by()
    earlier = {
        (service, part, label): (ore, unit, days)
        for service, part, label, ore, unit, days in past.values_list(*_PAST)
    }
    names = names_on(list({row[_OPERATOR] for row in light}), on=on, short=True)
    made = [_listed(row, earlier.get(row[1:4]), names) for row in light]
    wanted = narrowed.text.casefold().strip()
    return _sorted([row for row in made if not wanted or wanted in _words(row)], sort)


_PAST = ("service_id", "component", "label", "amount_ore", "unit", "days_basis")
_LIGHT = (
    "pk",
    *_PAST,
    "valid_from",
    "service__name",
    "service__facility_id",
    "service__facility__name",
    "service__facility__operator_id",
)
_OPERATOR = len(_LIGHT) - 1


def _narrowed(rows: "QuerySet[Tariff]", narrowed: PriceFilter, on: date) -> "QuerySet[Tariff]":
    if narrowed.operator_id:
        rows = rows.filter(service__facility__operator_id=narrowed.operator_id)
    if narrowed.component:
        rows = rows.filter(component=narrowed.component)
    if narrowed.unit:
        rows = rows.filter(unit=narrowed.unit)
    if narrowed.paragraphs is not None:
        under = Q(service__paragraphs__paragraph_id__in=narrowed.paragraphs)
        rows = rows.filter(under & in_force(on, "service__paragraphs__")).distinct()
    return rows


def _listed(row: Any, before: Any, names: Mapping[int, str]) -> Listed:
    pk, service_id, part, label, ore, unit, days, valid_from, service, facility_id, name, of = row
    same = before is not None and before[1:] == (unit, days)
    return Listed(
        tariff_id=pk,
        service_id=service_id,
        facility_id=facility_id,
        facility=name,
        service=service,
        operator=names[of],
        part=(_PARTS[part], label),
        ore=ore,
        valid_from=valid_from,
        before=before[0] if before is not None else None,
        change=change_of(ore, before[0]) if same else None,
    )


_PARTS = {value: at for at, value in enumerate(Component.values)}


def change_of(ore: int, before: int) -> int | None:
    """How much more than before, in basis points; None of what was nothing."""
    return divide_half_up((ore - before) * _POINTS, before) if before else None


def price_rows(
    actor: Actor, listed: Sequence[Listed], *, on: date, known: datetime | None
) -> list[PriceRow]:
    """The tariffs of a list whole, in its order, each with the year before."""
    ids = [row.tariff_id for row in listed]
    found: dict[int, Tariff] = {}
    seen = tariffs_on(actor, on=on, known=known).select_related("service__facility")
    for at in range(0, len(ids), _AT_A_TIME):
        found |= {row.pk: row for row in seen.filter(pk__in=ids[at : at + _AT_A_TIME])}
    rows = [found[pk] for pk in ids if pk in found]
    return with_year_before(actor, rows, on=on, known=known)


# As many ids as a database takes in one question.
_AT_A_TIME = 500


def with_year_before(
    actor: Actor, rows: Sequence[Tariff], *, on: date, known: datetime | None
) -> list[PriceRow]:
    """The tariffs with what held a year before, as known at the same moment."""
    past = tariffs_on(actor, on=year_before(on), known=known).order_by()
    wanted = {row.service_id for row in rows}
    if len(wanted) <= _AT_A_TIME:
        past = past.filter(service_id__in=wanted)
    earlier = {(row.service_id, row.component, row.label): row for row in past}
    services: dict[int, Any] = {row.pk: row.service for row in rows}
    names = names_on(
        list({one.facility.operator_id for one in services.values()}), on=on, short=True
    )
    return [
        PriceRow(
            tariff=row,
            service=services[row.pk],
            operator=names[services[row.pk].facility.operator_id],
            before=earlier.get((row.service_id, row.component, row.label)),
        )
        for row in rows
    ]


def _words(row: Listed) -> str:
    return " ".join((row.facility, row.service, row.operator, row.part[1])).casefold()


def _sorted(rows: list[Listed], sort: str) -> list[Listed]:
    key = sort.removeprefix("-")
    standing = sorted(rows, key=_place)
    figure = _FIGURES.get(key)
    if figure is None:
        return standing[::-1] if sort.startswith("-") else standing
    # Rows without a figure stand last in either order.
    known = [row for row in standing if figure(row) is not None]
    rest = [row for row in standing if figure(row) is None]
    return sorted(known, key=figure, reverse=sort.startswith("-")) + rest


def _place(row: Listed) -> tuple[Any, ...]:
    return row.facility.casefold(), row.facility_id, row.service.casefold(), row.part


_FIGURES: dict[str, Callable[[Listed], Any]] = {
    "driftsherre": lambda row: row.operator.casefold(),
    "del": lambda row: row.part,
    "takst": lambda row: row.ore,
    "foer": lambda row: row.before,
    "aendring": lambda row: row.change,
    "fra": lambda row: row.valid_from,
}
SORTS = ("tilbud", *_FIGURES)


def tariffs_of(actor: Actor, service_id: int) -> list[Tariff]:
    """Every row of a service, also what is no longer believed; the latest registered first."""
    rows = visible(Tariff.objects.filter(service_id=service_id), actor, Action.TARIFF_READ)
    return list(rows.select_related("report").order_by("-registered_at", "-valid_from", "-id"))


def year_series(
    rows: Sequence[Tariff],
) -> tuple[list[int], dict[tuple[str, str], list[Tariff | None]]]:
    """Years, and for each part the tariff that holds at the end of each as believed now."""
    believed = [row for row in rows if row.superseded_at is None]
    if not believed:
        return [], {}
    last = max(row.valid_from.year for row in believed)
    years = list(range(max(min(row.valid_from.year for row in believed), last - 9), last + 1))
    keys = sorted({(row.component, row.label) for row in believed}, key=_part)
    return years, {key: [_held(believed, key, year) for year in years] for key in keys}


def _held(rows: Sequence[Tariff], key: tuple[str, str], year: int) -> Tariff | None:
    day = date(year, 12, 31)
    return next(
        (
            row
            for row in rows
            if (row.component, row.label) == key
            and row.valid_from <= day
            and (row.valid_to is None or row.valid_to > day)
        ),
        None,
    )


def _part(key: tuple[str, str]) -> tuple[int, str]:
    return _PARTS[key[0]], key[1]


def service_row(service: Any, *, on: date) -> ServiceRow:
    """What describes the service on the day."""
    return service_rows([service], on=on)[0]
