"""What a placement fills into a contract on a day: parties, law, goals, prices, hours, terms."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rammevaerk.engine.date_words import MONTHS_DA, date_text_da
from rammevaerk.engine.money import format_kroner
from rammevaerk.portal.access.policy import Actor
from rammevaerk.portal.access.queries import names_on
from rammevaerk.portal.placements.contract_fields import NO, YES
from rammevaerk.portal.placements.location_numbers import location_numbers
from rammevaerk.portal.placements.models import (
    Hours,
    PayerPeriod,
    Placement,
    PlacementGoal,
    PriceChoice,
    SettlementTerms,
    SupplementGrant,
)
from rammevaerk.portal.tariffs.price_lines import line_of, name_of
from rammevaerk.portal.tariffs.queries.prices import change_days, prices_by_service

_WHOLE, _BASIS, _SERVICE, _HOUR, _SUPPLEMENT = "whole", "basis", "service", "hour", "supplement"
_GROUND = "ground"
_RELATED = (
    "citizen",
    "paragraph",
    "buyer",
    "service__department",
    "service__facility__operator",
    "service__facility__reporter",
)
Facts = dict[str, str]
Rows = Mapping[int, list[Any]]


def with_related(rows: "QuerySet[Placement]") -> "QuerySet[Placement]":
    """Placements with everything that a contract tells of them."""
    return rows.select_related(*_RELATED)


def facts_of(
    placements: Sequence[Placement],
    actor: Actor,
    *,
    on: Mapping[int, date],
    ends: Mapping[int, date | None] | None = None,
) -> dict[int, Facts]:
    """What fills a contract for each placement on its day (`on`), as known now.

    `ends` is the first day after the contract where it has one. A number of queries that does not
    grow with the placements but with the different days; the placements must be seen rows.
    """
    ids = [row.pk for row in placements]
    held = _Held(ids, [row.service_id for row in placements], on)
    tariffs = _tariffs(placements, actor, on)
    names = _names(placements, held, on)
    numbers = {day: location_numbers(list(ids), on=day) for day, ids in names.items()}
    return {
        row.pk: {
            **_parties(row, held.one(PayerPeriod, row.pk), names[on[row.pk]], numbers[on[row.pk]]),
            **_case(row, on[row.pk], (ends or {}).get(row.pk)),
            **_goals(held.all(PlacementGoal, row.pk)),
            **_prices(row, held, tariffs[on[row.pk]].get(row.service_id, [])),
            **_hours(held.one(Hours, row.pk)),
            **_terms(held.terms(row.service_id, on[row.pk])),
        }
        for row in placements
    }


class _Held:
    """The dated rows of placements that hold on each one's day, read once for each model."""

    def __init__(
        self, ids: Sequence[int], service_ids: Iterable[int], on: Mapping[int, date]
    ) -> None:
        self._rows: dict[type[Model], Rows] = {}
        for model in (PayerPeriod, Hours, PriceChoice, SupplementGrant):
            rows: Any = model._default_manager.filter(  # noqa: SLF001 - four models of ours
                placement_id__in=ids, superseded_at__isnull=True
            )
            if model is PayerPeriod:
                rows = rows.select_related("payer", "acting")
            self._rows[model] = _grouped(row for row in rows if _holds(row, on[row.placement_id]))
        goals = PlacementGoal.objects.filter(placement_id__in=ids, state=PlacementGoal.State.OPEN)
        self._rows[PlacementGoal] = _grouped(goals.order_by("position"))
        self._terms = defaultdict(list)
        terms = SettlementTerms.objects.filter(
            service_id__in=set(service_ids), superseded_at__isnull=True
        )
        for row in terms:
            self._terms[row.service_id].append(row)

    def all(self, model: type[Model], placement_id: int) -> list[Any]:
        return self._rows[model].get(placement_id, [])

    def one(self, model: type[Model], placement_id: int) -> Any:
        return next(iter(self.all(model, placement_id)), None)

    def terms(self, service_id: int, day: date) -> SettlementTerms | None:
        return next((row for row in self._terms[service_id] if _holds(row, day)), None)


def _grouped(rows: Iterable[Any]) -> Rows:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.placement_id].append(row)
    return found


def _holds(row: Any, day: date) -> bool:
    return row.valid_from <= day and (row.valid_to is None or day < row.valid_to)


def _tariffs(
    placements: Sequence[Placement], actor: Actor, on: Mapping[int, date]
) -> dict[date, Mapping[int, list[Any]]]:
    # Days between which no price changes are read together: ten thousand begin on a thousand days.
    changes = change_days({row.service_id for row in placements})
    spans = {day: bisect_right(changes, day) for day in {on[row.pk] for row in placements}}
    services: dict[int, set[int]] = defaultdict(set)
    for row in placements:
        services[spans[on[row.pk]]].add(row.service_id)
    some_day = {span: day for day, span in spans.items()}
    prices = {
        span: prices_by_service(actor, ids, on=some_day[span]) for span, ids in services.items()
    }
    return {day: prices[span] for day, span in spans.items()}


def _names(
    placements: Sequence[Placement], held: _Held, on: Mapping[int, date]
) -> dict[date, dict[int, str]]:
    wanted: dict[date, set[int]] = defaultdict(set)
    for row in placements:
        service: Any = row.service
        period = held.one(PayerPeriod, row.pk)
        wanted[on[row.pk]] |= {service.facility.operator_id, row.buyer_id}
        if period is not None:
            wanted[on[row.pk]] |= {period.payer_id, period.acting_id}
    return {day: names_on(list(ids), on=day) for day, ids in wanted.items()}


def _parties(
    row: Placement,
    period: PayerPeriod | None,
    names: Mapping[int, str],
    numbers: Mapping[int, str],
) -> Facts:
    service: Any = row.service
    facility, department = service.facility, service.department
    buyer: Any = period.acting if period else row.buyer
    payer: Any = period.payer if period else row.buyer
    operator: Any = facility.operator
    return {
        "seller": names.get(operator.pk, ""),
        "seller_cvr": operator.cvr or facility.cvr,
        "facility": facility.name,
        "department": department.name if department else "",
        "address": (department.address if department else "") or facility.address,
        "p_number": (department.p_number if department else "") or facility.p_number,
        "portal_id": (department.portal_id if department else "") or facility.portal_id,
        "buyer": names.get(buyer.pk, ""),
        "buyer_cvr": buyer.cvr,
        "payer_same": YES if payer.pk == buyer.pk else NO,
        "payer": names.get(payer.pk, ""),
        "payer_cvr": payer.cvr,
        "payer_ean": numbers.get(payer.pk, ""),
    }


def _case(row: Placement, begins: date, ends: date | None) -> Facts:
    citizen: Any = row.citizen
    paragraph: Any = row.paragraph
    service: Any = row.service
    last = date_text_da(ends - timedelta(days=1)) if ends else _("den opsiges")
    expected = date_text_da(row.expected_to) if row.expected_to else _("ikke aftalt")
    born = citizen.birth_month
    return {
        "citizen": citizen.pseudonym,
        "birth_month": f"{MONTHS_DA[born.month - 1]} {born.year}",
        "paragraph": f"{paragraph}, {paragraph.title}",
        "buyer_reference": row.buyer_reference,
        "starts": date_text_da(begins),
        "ends": last,
        "expected_to": expected,
        "service": service.name,
    }


def _goals(goals: Iterable[PlacementGoal]) -> Facts:
    return {"goals": "\n".join(f"{at}. {row.text}" for at, row in enumerate(goals, start=1))}


def _prices(row: Placement, held: _Held, tariffs: Sequence[Any]) -> Facts:
    choice = held.one(PriceChoice, row.pk)
    price = _price(choice, tariffs)
    label = price.label if price else ""
    parts = []
    if price is not None and price.component == _BASIS:
        parts = [
            one
            for one in tariffs
            if one.component == _HOUR or (one.component == _SERVICE and one.label == label)
        ]
    grants = held.all(SupplementGrant, row.pk)
    return {
        "price": f"{name_of(line_of(price))} {format_kroner(price.amount_ore)}" if price else "",
        "price_unit": str(price.get_unit_display()) if price else "",
        "days_basis": str(price.get_days_basis_display()) if price and price.days_basis else "",
        "hour_price": "; ".join(_amount(one) for one in parts),
        "supplements": "\n".join(_supplement(one, tariffs) for one in grants) or _("ingen"),
    }


def _price(choice: PriceChoice | None, tariffs: Sequence[Any]) -> Any:
    """The chosen price; the only one of its kind where nothing is chosen."""
    if choice is not None:
        wanted = (choice.component, choice.label)
        return next((one for one in tariffs if (one.component, one.label) == wanted), None)
    found = [one for one in tariffs if one.component in (_WHOLE, _BASIS, _GROUND)]
    return found[0] if len(found) == 1 else None


def _amount(tariff: Any) -> str:
    return _("%(amount)s pr. %(unit)s") % {
        "amount": format_kroner(tariff.amount_ore),
        "unit": tariff.get_unit_display(),
    }


def _supplement(grant: SupplementGrant, tariffs: Sequence[Any]) -> str:
    same = [one for one in tariffs if (one.component, one.label) == (_SUPPLEMENT, grant.label)]
    text = f"{grant.label}: {_amount(same[0])}" if same else grant.label
    if grant.valid_to:
        text += _(" til og med %s") % date_text_da(grant.valid_to - timedelta(days=1))
    return text


def _hours(hours: Hours | None) -> Facts:
    kinds = {
        "hours_citizen": hours.citizen_minutes,
        "hours_organisation": hours.organisation_minutes,
        "hours_documentation": hours.documentation_minutes,
        "hours_absence": hours.absence_minutes,
        "hours_total": hours.minutes,
    } if hours else {}  # fmt: skip
    return {name: time_text(minutes) for name, minutes in kinds.items()}


def time_text(minutes: int) -> str:
    """Minutes a week as hours and minutes: "12 timer 30 minutter"."""
    hours, rest = divmod(minutes, 60)
    parts = [ngettext("%s time", "%s timer", hours) % hours] if hours or not rest else []
    if rest:
        parts.append(ngettext("%s minut", "%s minutter", rest) % rest)
    return " ".join(parts)


def _terms(terms: SettlementTerms | None) -> Facts:
    if terms is None:
        return {}
    absence = _(
        "de første %(days)s dage betales fuldt; derefter %(basis)s pct. af basistaksten og"
        " %(service)s pct. af ydelsen"
    ) % {
        "days": terms.absence_full_days,
        "basis": terms.absence_basis_pct,
        "service": terms.absence_service_pct,
    }
    return {
        "day_count": str(terms.get_day_count_display()),
        "absence": absence,
        "payment_days": str(terms.payment_days),
    }
