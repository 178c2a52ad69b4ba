"""From settled months to signs of irregularity: a buyer's own, or a cooperation's."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from rammevaerk.engine.date_words import date_text_da
from rammevaerk.engine.money import format_kroner
from rammevaerk.engine.parameters import Parameters
from rammevaerk.engine.settlement.irregularities import (
    GrantedHours,
    OccupancyMonth,
    PaidDays,
    PaidSum,
    PriceStep,
    Sign,
    hours_unlike,
    occupancy_over,
    paid_twice,
    price_jumps,
    supplement_heavy,
)
from rammevaerk.engine.settlement.segments import Held
from rammevaerk.portal.catalogue.queries.settling import SettledService
from rammevaerk.portal.placements.queries.controlling import GrantedTo, PaidPlacement
from rammevaerk.portal.settlement.calculate.charges import Charge, counts_of
from rammevaerk.portal.settlement.calculate.snapshot import after_month
from rammevaerk.portal.settlement.calculate.truth import TrueLine
from rammevaerk.portal.tariffs.queries.settling import ServicePrices

Proof = list[list[str]]


@dataclass(frozen=True, slots=True)
class FoundSign:
    """A sign as it is to be stored; `key` names what it is about, so that it is known again."""

    kind: str
    key: str
    facility_id: int
    place: str
    found: str
    expected: str
    proof: Proof
    placement_id: int | None = None
    unverified: bool = True


@dataclass(frozen=True, slots=True)
class Evidence:
    """What signs are looked for in: the months [first, end) as settled, and what goes with them.

    `payer_id` is the buyer whose own purchases it is about, None for a whole cooperation. `limit`
    is the least number of people that a figure may be of. `growth` is the price development from
    one year to another, None where it is not known. `charges` are a buyer's, for double ones.
    """

    first: date
    end: date
    payer_id: int | None
    limit: int
    services: Mapping[int, SettledService]
    lines: Sequence[TrueLine]
    capacity: Mapping[int, list[Held[int]]]
    prices: Mapping[int, ServicePrices]
    granted: Sequence[GrantedTo]
    groups: Mapping[int, str]
    places: Mapping[int, PaidPlacement]
    residents: Collection[int]
    growth: Callable[[int, int], Fraction | None]
    charges: Sequence[Charge] = ()
    parameters: Parameters = field(default_factory=Parameters.load)

    @property
    def own(self) -> list[TrueLine]:
        """The lines the signs are about: the buyer's, or everybody's."""
        return [line for line in self.lines if self.payer_id in {None, line.payer_id}]

    def facility_of(self, line: TrueLine) -> int | None:
        """The facility of a line; None for what has none."""
        service = self.services.get(line.service_id) if line.service_id is not None else None
        return service.facility_id if service else None

    def with_few(self) -> set[int]:
        """The facilities whose figures are of so few besides the buyer's that they tell."""
        others: defaultdict[int, set[int]] = defaultdict(set)
        for line in self.lines:
            facility = self.facility_of(line)
            if facility is not None and line.placement_id and line.payer_id != self.payer_id:
                others[facility].add(line.placement_id)
        return {facility for facility, people in others.items() if len(people) < self.limit}


def signs_in(evidence: Evidence) -> list[FoundSign]:
    """Every sign; those of single placements only for the buyer, else counted by facility."""
    few = evidence.with_few()
    found = [
        *_occupancy(evidence, few),
        *_prices(evidence),
        *_supplements(evidence, few),
        *_hours(evidence),
        *_twice(evidence),
    ]
    unique = {(one.kind, one.key): one for one in found}
    return [unique[key] for key in sorted(unique)]


def _found(
    evidence: Evidence, sign: Sign, key: str, facility_id: int, proof: Proof, *, few: bool = False
) -> FoundSign:
    finding = sign.finding
    rests = [
        [str(parameter.label_da), parameter.text_da()]
        for step in sign.trace
        for parameter in step.parameters
    ]
    figure, place = finding.found, finding.place
    if few:
        figure = _("Over grænsen. Tallet vises ikke: det er for færre end %s borgere.") % (
            evidence.limit
        )
        proof = []
    return FoundSign(
        finding.code.removeprefix("irregularity."),
        key[:120],
        facility_id,
        place[:300],
        figure[:300],
        finding.expected[:300],
        [*proof, *[list(one) for one in dict.fromkeys(map(tuple, rests))]],
        unverified=sign.trace.unverified,
    )


def _names(evidence: Evidence) -> dict[int, str]:
    return {one.facility_id: one.facility for one in evidence.services.values()}


def _days_counted(line: TrueLine) -> bool:
    by_period = line.kind == "quantity" and counts_of(line.unit) == "period"
    return line.kind == "stay" or (by_period and not line.supplement_ore)


def _occupancy(evidence: Evidence, few: Collection[int]) -> Iterator[FoundSign]:
    names = _names(evidence)
    paid: Counter[tuple[int, date]] = Counter()
    by_service: Counter[tuple[int, date, int]] = Counter()
    for line in evidence.lines:
        facility = evidence.facility_of(line)
        if facility is None or line.service_id is None or not _days_counted(line):
            continue
        month = line.first.replace(day=1)
        paid[facility, month] += line.days
        by_service[facility, month, line.service_id] += line.days
    counted = {service for _facility, _month, service in by_service}
    for (facility, month), days in sorted(paid.items()):
        services = [
            pk
            for pk in counted
            if evidence.services[pk].facility_id == facility and pk in evidence.capacity
        ]
        places = sum(_place_days(evidence.capacity[pk], month) for pk in services)
        case = OccupancyMonth(str(facility), names[facility], month, places, days)
        for sign in occupancy_over([case], evidence.parameters):
            proof = [
                [
                    evidence.services[pk].name,
                    _("%(days)s betalte døgn; %(places)s døgn i de godkendte pladser")
                    % {
                        "days": by_service[facility, month, pk],
                        "places": _place_days(evidence.capacity[pk], month),
                    },
                ]
                for pk in sorted(services)
            ]
            key = f"{facility}:{month:%Y-%m}"
            yield _found(evidence, sign, key, facility, proof, few=facility in few)


def _place_days(held: Iterable[Held[int]], month: date) -> int:
    end = after_month(month)
    return sum(
        max((min(one.end or end, end) - max(one.start, month)).days, 0) * one.value for one in held
    )


def _prices(evidence: Evidence) -> Iterator[FoundSign]:
    for service_id, prices in sorted(evidence.prices.items()):
        service = evidence.services.get(service_id)
        if service is None:
            continue
        for (component, label), versions in sorted(prices.items()):
            for before, after in pairwise(versions):
                if before.value.unit != after.value.unit or not (
                    evidence.first <= after.start < evidence.end
                ):
                    continue
                growth = evidence.growth(before.start.year, after.start.year)
                name = ", ".join(text for text in (service.facility, service.name, label) if text)
                case = PriceStep(
                    str(service_id), name, after.start, before.value.ore, after.value.ore,
                    growth or Fraction(0),
                )  # fmt: skip
                for sign in price_jumps([case], evidence.parameters):
                    key = f"{service_id}:{component}:{label[:50]}:{after.start}"
                    yield _found(
                        evidence, sign, key, service.facility_id,
                        _price_proof(before, after, growth),
                    )  # fmt: skip


def _price_proof(before: Any, after: Any, growth: Fraction | None) -> Proof:
    rows = [
        [_("Pris fra %s") % date_text_da(one.start), format_kroner(one.value.ore)]
        for one in (before, after)
    ]
    if growth is None:
        rows.append(
            [_("Pris- og lønudvikling"), _("Ikke registreret for årene; regnet som 0 procent.")]
        )
    return rows


def _supplements(evidence: Evidence, few: Collection[int]) -> Iterator[FoundSign]:
    names = _names(evidence)
    total: Counter[int] = Counter()
    extra: Counter[int] = Counter()
    for line in evidence.own:
        facility = evidence.facility_of(line)
        if facility is not None:
            total[facility] += line.total_ore
            extra[facility] += line.supplement_ore
    for facility in sorted(total):
        case = PaidSum(
            str(facility), names[facility], evidence.first, total[facility], extra[facility]
        )
        hidden = evidence.payer_id is None and facility in few
        for sign in supplement_heavy([case], evidence.parameters):
            last = evidence.end - timedelta(days=1)
            proof = [
                [
                    _("Betalt %(first)s til og med %(last)s")
                    % {"first": date_text_da(evidence.first), "last": date_text_da(last)},
                    format_kroner(total[facility]),
                ],
                [_("Heraf tillæg"), format_kroner(extra[facility])],
            ]
            key = f"{facility}:{evidence.first:%Y-%m}"
            yield _found(evidence, sign, key, facility, proof, few=hidden)


def _hours(evidence: Evidence) -> Iterator[FoundSign]:
    granted = {str(one.placement.pk): one for one in evidence.granted}
    stays = [
        GrantedHours(
            pk,
            f"{one.placement.reference}, {one.placement.facility}",
            _alike(one, evidence.groups),
            one.minutes,
        )
        for pk, one in granted.items()
    ]
    on = evidence.end - timedelta(days=1)
    signs = hours_unlike(stays, on, evidence.parameters)
    if evidence.payer_id is None:
        yield from _counted(
            evidence,
            "hours",
            [(granted[one.finding.target].placement, one) for one in signs],
            _("%s ophold med timer langt fra sammenlignelige ophold"),
        )
        return
    for sign in signs:
        one = granted[sign.finding.target]
        if one.payer_id != evidence.payer_id:
            continue
        proof = [[_("Sammenlignet med"), _alike(one, evidence.groups).replace("/", ", ")]]
        made = _found(evidence, sign, sign.finding.target, one.placement.facility_id, proof)
        yield replace(made, placement_id=one.placement.pk)


def _alike(one: GrantedTo, groups: Mapping[int, str]) -> str:
    group = groups.get(one.placement.service_id, _("uden målgruppe"))
    kinds = {"day_and_night": _("døgnophold"), "day": _("dagtilbud")}
    return f"{kinds.get(one.setting, one.setting)}/{one.paragraph}/{group}"


def _twice(evidence: Evidence) -> Iterator[FoundSign]:
    on = evidence.end - timedelta(days=1)
    stays = list(_stays(evidence))
    by_reference = {one.reference: one for one in evidence.places.values()}
    signs = [
        one
        for one in paid_twice(stays, on, evidence.parameters)
        if one.finding.code == "irregularity.overlap"
    ]
    charged = [
        one
        for one in paid_twice(_net_days(evidence), on, evidence.parameters)
        if one.finding.code == "irregularity.double-charge"
    ]
    if evidence.payer_id is None:
        yield from _counted(
            evidence,
            "overlap",
            [(by_reference[one.finding.target], one) for one in signs],
            _("%s borgere, der er betalt for i et andet tilbud på samme tid"),
        )
        return
    for sign in (*signs, *charged):
        place = by_reference[sign.finding.target]
        since = sign.finding.found.rpartition(" fra ")[2]
        pair = f"{sign.finding.place}|{since}"
        key = f"{place.pk}:{hashlib.sha256(pair.encode()).hexdigest()[:16]}"
        made = _found(evidence, sign, key, place.facility_id, [])
        yield replace(made, placement_id=place.pk)


def _stays(evidence: Evidence) -> Iterator[PaidDays]:
    """The days somebody lives at a place and is paid for, months joined."""
    by_placement: defaultdict[int, list[tuple[date, date]]] = defaultdict(list)
    for line in evidence.own:
        if line.kind == "stay" and line.placement_id in evidence.residents:
            by_placement[line.placement_id or 0].append((line.first, line.end))
    for pk, periods in by_placement.items():
        place = evidence.places[pk]
        for first, end in _joined(periods):
            yield _paid(place, first, end)


def _joined(periods: Iterable[tuple[date, date]]) -> Iterator[tuple[date, date]]:
    last: tuple[date, date] | None = None
    for first, end in sorted(periods):
        if last is not None and first <= last[1]:
            last = last[0], max(last[1], end)
            continue
        if last is not None:
            yield last
        last = first, end
    if last is not None:
        yield last


def _net_days(evidence: Evidence) -> Iterator[PaidDays]:
    """What was charged for days, without what a credit note has taken back exactly."""
    rows: Counter[tuple[int, date, date, int]] = Counter()
    for one in evidence.charges:
        if (
            one.placement_id in evidence.places
            and one.first is not None
            and one.end is not None
            and one.counts in {"day", "period"}
            and one.amount_ore
        ):
            turn = 1 if one.amount_ore > 0 else -1
            rows[one.placement_id or 0, one.first, one.end, abs(one.amount_ore)] += turn
    for (pk, first, end, _ore), count in sorted(rows.items()):
        for _at in range(count):
            yield _paid(evidence.places[pk], first, end)


def _paid(place: PaidPlacement, first: date, end: date) -> PaidDays:
    return PaidDays(place.reference, str(place.citizen_id), place.facility, first, end)


def _counted(
    evidence: Evidence, kind: str, signs: Iterable[tuple[PaidPlacement, Sign]], text: str
) -> Iterator[FoundSign]:
    """Signs of single citizens as a count by facility; a small one is not told."""
    by_facility: defaultdict[int, list[tuple[PaidPlacement, Sign]]] = defaultdict(list)
    for place, sign in signs:
        by_facility[place.facility_id].append((place, sign))
    for facility, own in sorted(by_facility.items()):
        count = len({place.pk for place, _sign in own})
        shown = str(count) if count >= evidence.limit else _("Færre end %s") % evidence.limit
        rests = [
            (str(parameter.label_da), parameter.text_da())
            for _place, sign in own
            for step in sign.trace
            for parameter in step.parameters
        ]
        yield FoundSign(
            kind,
            f"{facility}:{evidence.end - timedelta(days=1):%Y-%m}",
            facility,
            own[0][0].facility[:300],
            (text % shown)[:300],
            _("ingen"),
            [list(one) for one in dict.fromkeys(rests)],
            unverified=any(sign.trace.unverified for _place, sign in own),
        )
