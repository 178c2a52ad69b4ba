"""The whole catalogue on a day as plain values, in a fixed number of queries: what is searched."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, Max, OuterRef, Q, QuerySet, Subquery

from rammevaerk.engine.coverage import Coverage, OperatorKind, Use, coverage, is_covered
from rammevaerk.engine.errors import NoRuleForDate
from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import Actor, visible
from rammevaerk.portal.access.queries import names_on
from rammevaerk.portal.catalogue.models import (
    Facility,
    FacilityUse,
    PlaceCapacity,
    Service,
    ServiceParagraph,
    ServiceTargetGroup,
    Vacancy,
)
from rammevaerk.portal.catalogue.prices import DayPrice, day_prices
from rammevaerk.portal.catalogue.queries.words import Words, words
from rammevaerk.portal.common.validity import in_force

ADULT = 18


@dataclass(frozen=True, slots=True)
class Place:
    """A facility as the register shows it.

    `covered` is None where no rule is known of the day; `covered_reason` says why.
    """

    pk: int
    key: str
    name: str
    address: str
    portal_id: str
    ownership: str
    kind: str
    reach: str
    operator_id: int
    municipality_id: int
    municipality_code: str
    valid_to: date | None
    synthetic: bool
    covered: bool | None
    covered_reason: str


@dataclass(frozen=True, slots=True)
class Offer:
    """A service on the day; `free` is None when no vacancy has been reported."""

    pk: int
    facility_id: int
    name: str
    setting: str
    age_from: int
    age_to: int | None
    paragraphs: frozenset[int]
    target_groups: frozenset[int]
    main_group: int | None
    places: int
    covered: int
    free: int | None
    price: DayPrice | None

    @property
    def crosses_18(self) -> bool:
        """Whether somebody can stay in it across the 18th birthday."""
        return self.age_from < ADULT and (self.age_to is None or self.age_to > ADULT)

    def admits(self, age: int) -> bool:
        """Whether it is for somebody of the age."""
        return self.age_from <= age and (self.age_to is None or age < self.age_to)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Facilities by id, their services, the vocabulary and the names of organisations."""

    on: date
    places: Mapping[int, Place]
    offers: Sequence[Offer]
    words: Words
    names: Mapping[int, str]


def catalogue_on(actor: Actor, *, on: date, with_closed: bool = False) -> Catalogue:
    """What the actor may see of the day; closed facilities too, with what they last were."""
    facilities = visible(Facility.objects.all(), actor, Action.FACILITY_READ)
    facilities = facilities.filter(_begun_or_in_force(on, with_closed))
    places = _places(facilities, actor, on)
    offers = _offers(actor, places, on, with_closed)
    ids = {place.operator_id for place in places.values()}
    ids |= {place.municipality_id for place in places.values()}
    return Catalogue(on, places, offers, words(actor), names_on(list(ids), on=on, short=True))


def _begun_or_in_force(on: date, with_closed: bool) -> Q:
    return Q(valid_from__lte=on) if with_closed else in_force(on)


def _places(facilities: "QuerySet[Facility]", actor: Actor, on: date) -> dict[int, Place]:
    buyers = _buyers(actor, on)
    rows = facilities.order_by("name", "id").values_list(
        "pk", "key", "name", "address", "portal_id", "ownership", "kind", "reach", "operator_id",
        "municipality_id", "municipality__code", "valid_to", "synthetic",
    )  # fmt: skip
    places = {}
    for row in rows:
        pk, ownership, operator, municipality = row[0], row[5], row[8], row[9]
        own = own_authority(operator, municipality, ownership)
        year, used_by = buyers.get(pk, (None, set()))
        others = len(used_by - {own}) if used_by else None
        places[pk] = Place(*row, *_covered(ownership, others, year, on))
    return places


def _buyers(actor: Actor, on: date) -> dict[int, tuple[int, set[int]]]:
    """Who used each facility in the latest year with figures: no other year counts."""
    rows = visible(FacilityUse.objects.all(), actor, Action.FACILITY_READ).filter(
        year__lte=on.year, citizens__gt=0
    )
    latest = dict(rows.order_by().values_list("facility_id").annotate(Max("year")))
    found: dict[int, tuple[int, set[int]]] = {pk: (year, set()) for pk, year in latest.items()}
    rows = rows.filter(year__in=set(latest.values())).order_by()
    for facility, buyer, year in rows.values_list("facility_id", "buyer_id", "year"):
        if year == latest[facility]:
            found[facility][1].add(buyer)
    return found


def _covered(
    ownership: str, others: int | None, year: int | None, on: date
) -> tuple[bool | None, str]:
    try:
        return is_covered(OperatorKind(ownership), others, year, on=on)
    except NoRuleForDate:
        return None, ""


def own_authority(operator_id: int, municipality_id: int, ownership: str) -> int:
    """Whose own use does not count: the operator, or where it lies when nobody public runs it."""
    return operator_id if ownership in {"municipal", "regional"} else municipality_id


def coverage_of(ownership: str, own: int, uses: Sequence[Use], *, on: date) -> Coverage | None:
    """R1 on the day; None before the first agreement whose rule is known."""
    try:
        return coverage(OperatorKind(ownership), own, uses, on=on)
    except NoRuleForDate:
        return None


def _offers(actor: Actor, places: Mapping[int, Place], on: date, with_closed: bool) -> list[Offer]:
    latest = Vacancy.objects.filter(service=OuterRef("pk"), as_of__lte=on).order_by(
        "-as_of", "-registered_at", "-id"
    )
    services = visible(Service.objects.all(), actor, Action.FACILITY_READ)
    services = services.filter(_begun_or_in_force(on, with_closed))
    rows = services.annotate(free=Subquery(latest.values("free")[:1])).order_by("name", "pk")
    paragraphs = _by_service(actor, ServiceParagraph.objects.all(), on, "paragraph_id")
    groups = _by_service(actor, ServiceTargetGroup.objects.all(), on, "target_group_id", "is_main")
    current = PlaceCapacity.objects.filter(superseded_at__isnull=True)
    capacity = _by_service(actor, current, on, "places", "covered")
    prices = day_prices(actor, on=on)
    made = []
    for pk, facility, name, setting, youngest, oldest, until, free in rows.values_list(
        "pk", "facility_id", "name", "setting", "age_from", "age_to", "valid_to", "free"
    ):
        if facility not in places:
            continue
        given = until is None or on < until
        size, covered = capacity[pk][0] if given and pk in capacity else (0, 0)
        main = [group for group, is_main in groups[pk] if is_main]
        made.append(
            Offer(
                pk, facility, name, setting, youngest, oldest,
                paragraphs=frozenset(one for (one,) in paragraphs[pk]),
                target_groups=frozenset(group for group, _main in groups[pk]),
                main_group=main[0] if main else None,
                places=size,
                covered=covered,
                free=free if given else None,
                price=prices.get(pk),
            )
        )  # fmt: skip
    return made


def _by_service(
    actor: Actor, rows: "QuerySet[Any]", on: date, *columns: str
) -> dict[int, list[tuple[Any, ...]]]:
    """The columns of the rows that hold on the day, by service."""
    found: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    seen = visible(rows, actor, Action.FACILITY_READ)
    # What a service that has ended was given under last still describes it.
    held = in_force(on) | Q(valid_to__lte=on, valid_to=F("service__valid_to"))
    values: Iterable[Any] = seen.filter(held).order_by().values_list("service_id", *columns)
    for service, *rest in values:
        found[service].append(tuple(rest))
    return found
