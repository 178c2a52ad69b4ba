"""What a cooperation's facilities and tariffs show that somebody should look at."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cache

from rammevaerk.engine.findings import Finding, Severity, sort_findings
from rammevaerk.engine.parameters import Parameters
from rammevaerk.engine.tariffs.agreement import AgreementRules, known_agreements
from rammevaerk.engine.tariffs.basket import mean_opening_days, year_price
from rammevaerk.engine.tariffs.checks import (
    CheckedService,
    ComparablePrice,
    FacilityApproval,
    PriceBounds,
    ReportingOperator,
    approval_findings,
    cap_findings,
    deadline_findings,
    missing_findings,
    price_findings,
    unit_findings,
)
from rammevaerk.engine.tariffs.occupancy import Dispensation, Occupancy, OccupancyKind
from rammevaerk.engine.tariffs.occupancy_checks import CheckedOccupancy, occupancy_findings
from rammevaerk.portal.access.policy import Actor
from rammevaerk.portal.access.queries import names_on
from rammevaerk.portal.catalogue.queries.facts import (
    ServiceFact,
    last_approvals,
    main_groups_and_paragraphs,
    occupancy_figures,
    places_in_years,
    service_facts,
)
from rammevaerk.portal.tariffs.calculate.cap import stand
from rammevaerk.portal.tariffs.calculate.cap_world import base_year_for, load_world, usual_year
from rammevaerk.portal.tariffs.models.prices import Unit
from rammevaerk.portal.tariffs.queries.cap import Circle, circles
from rammevaerk.portal.tariffs.queries.dispensations import dispensations_in
from rammevaerk.portal.tariffs.queries.findings import (
    CurrentPrices,
    current_prices,
    services_reported_for,
)

_POINTS = 10_000
_UNITS_DA = {str(key): str(label) for key, label in Unit.choices}
_BY_OCCUPANCY = frozenset({"day", "day_attended", "month"})
# Whose practice it is to tell of an actual occupancy far from the assumed one.
_DEVIATIONS = "syddanmark"
_ROWS_KNOWN_FROM = date(2024, 1, 1)  # the first day of tariffs/opening_days


@dataclass(frozen=True, slots=True)
class OwnedFinding:
    """A finding with the operator it is for; 0 when it is for nobody in particular."""

    finding: Finding
    operator_id: int
    operator: str
    facility_id: int | None = None
    service_id: int | None = None
    # What names the service in files; of a finding about a facility, one of its services'.
    file_key: str = ""


@dataclass(frozen=True, slots=True)
class _Rows:
    """What all the checks read: the services of all times, and those given on the day."""

    known: list[ServiceFact]
    services: list[ServiceFact]
    prices: Mapping[int, CurrentPrices]
    places: Mapping[tuple[int, int], int]
    occupancy: Mapping[int, Mapping[tuple[int, str], int]]
    dispensations: Mapping[int, Dispensation]


def findings_of(actor: Actor, circle: Circle, *, on: date) -> list[OwnedFinding]:
    """Every finding of the cooperation as the actor may see it: his own first, gravest first."""
    known = service_facts(actor, cooperation_id=circle.id)
    years = _cap_years(circle, on)
    rows = _Rows(
        known=known,
        services=[one for one in known if one.given_on(on)],
        prices=current_prices(actor, circle.id, on=on),
        places=places_in_years(actor, {on.year, *years}),
        occupancy=occupancy_figures(actor, range(on.year - 3, on.year + 1)),
        dispensations=dispensations_in(actor, circle.id, on.year),
    )
    names = names_on(list({one.reporter_id for one in rows.services}), on=on, short=True)
    found = [
        *_of_services(actor, rows, on),
        *_occupancy(rows, circle, on),
        *_deadlines(actor, circle, rows, names, on),
        *_approvals(actor, on),
        *_cap(actor, circle, rows, on),
    ]
    return _owned(found, rows.services, names, actor)


def findings_for_file(
    actor: Actor, *, on: date, organisation_id: int | None = None
) -> list[Finding]:
    """The findings for the sheet of a takstfil; with an organisation only its own."""
    owned = [one for circle in circles(actor) for one in findings_of(actor, circle, on=on)]
    return sort_findings(
        one.finding
        for one in owned
        if organisation_id is None or one.operator_id == organisation_id
    )


def file_finder(
    actor: Actor, cooperation_id: int, year: int, rows: Sequence[Mapping[str, str]]
) -> list[Finding]:
    """The findings of the year's first day about what is in a takstfil, for its sheet.

    What the file tells of itself (a missing price, an odd unit) is left to it.
    """
    circle = next((one for one in circles(actor) if one.id == cooperation_id), None)
    if circle is None or not rows:
        return []
    services = {row["service_key"] for row in rows}
    facilities = {key.partition("/")[0] for key in services}
    owned = findings_of(actor, circle, on=date(year, 1, 1))
    operators = {one.operator_id for one in owned if one.file_key.partition("/")[0] in facilities}
    return [
        one.finding
        for one in owned
        if one.finding.code not in _TOLD_BY_FILES
        and _concerns(one, services, facilities, operators)
    ]


_TOLD_BY_FILES = frozenset({"price.missing", "price.unit", "occupancy.missing"})


def _concerns(
    one: OwnedFinding, services: set[str], facilities: set[str], operators: set[int]
) -> bool:
    if one.service_id is not None:
        return one.file_key in services
    if one.facility_id is not None:
        return one.file_key.partition("/")[0] in facilities
    return one.operator_id in operators or not one.operator_id


def _of_services(actor: Actor, rows: _Rows, on: date) -> list[Finding]:
    parameters = Parameters.load()
    checked = [
        CheckedService(
            target=f"service:{one.id}",
            place=_place(one),
            setting=one.setting,
            kind=one.kind,
            units=tuple(
                (part.component, part.unit)
                for part in _parts(rows, one)
                if part.component != "supplement"
            ),
            places=rows.places.get((one.id, on.year)),
        )
        for one in rows.services
    ]
    bounds = PriceBounds.of(
        parameters.on("findings/comparable_minimum", on),
        parameters.on("findings/price_distance", on),
        parameters.on("findings/price_share", on),
    )
    return [
        *missing_findings(checked),
        *unit_findings(checked, parameters.on("findings/price_units", on), _UNITS_DA),
        *price_findings(_comparable(actor, rows, on), bounds),
    ]


def _place(one: ServiceFact) -> str:
    return f"{one.facility}, {one.name}"


def _parts(rows: _Rows, one: ServiceFact) -> tuple:
    prices = rows.prices.get(one.id)
    return prices.parts if prices else ()


def _comparable(actor: Actor, rows: _Rows, on: date) -> Iterable[ComparablePrice]:
    groups, paragraphs = main_groups_and_paragraphs(actor, on=on)
    opening = Parameters.load().on("tariffs/opening_days", max(on, _ROWS_KNOWN_FROM))
    year = mean_opening_days(opening)
    settings = {"day_and_night": "døgn", "short_stay": "kort ophold", "day": "dag"}
    for one in rows.services:
        ore = year_price(_parts(rows, one), year)
        if ore and one.setting in settings and one.id in groups and one.id in paragraphs:
            law = ", ".join(paragraphs[one.id])
            group = (settings[one.setting], law, groups[one.id].lower())
            yield ComparablePrice(f"service:{one.id}", _place(one), group, ore)


def _occupancy(rows: _Rows, circle: Circle, on: date) -> list[Finding]:
    parameters = Parameters.load()
    checked = [
        _checked(one, rows, on)
        for one in rows.services
        if any(part.unit in _BY_OCCUPANCY for part in _parts(rows, one))
    ]
    neighbours = [
        AgreementRules(key, parameters) for key in known_agreements(parameters) if key != circle.key
    ]
    return occupancy_findings(
        checked,
        AgreementRules(circle.key, parameters),
        neighbours,
        AgreementRules(_DEVIATIONS, parameters),
        on.year,
    )


def _checked(one: ServiceFact, rows: _Rows, on: date) -> CheckedOccupancy:
    figures = {key: _share(points) for key, points in rows.occupancy.get(one.id, {}).items()}
    prices = rows.prices.get(one.id)
    stated = prices.occupancy if prices else None
    budgeted = _share(stated) if stated else figures.get((on.year, "budgeted"))
    short = one.setting == "short_stay"
    both = [year for year, kind in figures if kind == "actual" and (year, "budgeted") in figures]
    last = max(both, default=None)
    return CheckedOccupancy(
        target=f"service:{one.id}",
        place=_place(one),
        setting=one.setting,
        occupancy=Occupancy(
            budgeted=budgeted,
            kind=OccupancyKind.SHORT_STAY if short else OccupancyKind.DAY_AND_NIGHT,
            actual={year: value for (year, kind), value in figures.items() if kind == "actual"},
            portal=figures.get((on.year, "portal")),
            dispensation=rows.dispensations.get(one.id),
        ),
        deviation_year=last,
        assumed_then=figures.get((last, "budgeted")) if last else None,
    )


@cache
def _share(points: int) -> Fraction:
    """Hundredths of a percent as a share; the same few hundred stand at many services."""
    return Fraction(points, _POINTS)


def _deadlines(
    actor: Actor, circle: Circle, rows: _Rows, names: Mapping[int, str], on: date
) -> list[Finding]:
    """For the coming year once its deadline has passed; before that for the running one."""
    parameters = Parameters.load()
    found: list[Finding] = []
    for year in (on.year, on.year + 1):
        reported = services_reported_for(actor, circle.id, year)
        services = [one for one in rows.known if one.given_on(date(year, 1, 1))]
        asked = date(year - 1, 1, 1)
        found += deadline_findings(
            _reporting(services, reported, names),
            year,
            on,
            parameters.on("deadlines/budget_public", asked),
            parameters.on("deadlines/budget_private", asked),
        )
    return found


def _reporting(
    services: Iterable[ServiceFact], reported: set[int], names: Mapping[int, str]
) -> list[ReportingOperator]:
    facilities: dict[tuple[int, bool], dict[int, tuple[str, bool]]] = defaultdict(dict)
    for one in services:
        whose = facilities[one.reporter_id, one.ownership == "private"]
        _name, before = whose.get(one.facility_id, ("", False))
        whose[one.facility_id] = (one.facility, before or one.id in reported)
    return [
        ReportingOperator(
            f"operator:{operator_id}",
            names.get(operator_id, ""),
            private,
            len(each),
            tuple(sorted(name for name, has in each.values() if not has)),
        )
        for (operator_id, private), each in facilities.items()
    ]


def _approvals(actor: Actor, on: date) -> list[Finding]:
    facts = [
        FacilityApproval(f"facility:{one.facility_id}", one.facility, one.authority, one.until)
        for one in last_approvals(actor, on=on)
    ]
    return approval_findings(facts, on, Parameters.load().on("findings/approval_days", on))


def _cap_years(circle: Circle, on: date) -> tuple[int, int]:
    """The base year, and the year whose tariffs are held against it."""
    year = usual_year(circle.key, on)
    return base_year_for(circle.key, year), year


def _cap(actor: Actor, circle: Circle, rows: _Rows, on: date) -> list[Finding]:
    _base, year = years = _cap_years(circle, on)
    world = load_world(actor, circle, years, today=on, known=rows.known, places=rows.places)
    found = []
    for operator_id in world.operator_ids:
        standing = stand(world, operator_id, year)
        if standing.agreed and standing.outcome:
            found += cap_findings(standing.outcome, standing.name, f"operator:{operator_id}")
    return found


def _owned(
    found: Iterable[Finding],
    services: Iterable[ServiceFact],
    names: Mapping[int, str],
    actor: Actor,
) -> list[OwnedFinding]:
    by_service = {one.id: one for one in services}
    by_facility = {one.facility_id: one for one in by_service.values()}
    owned = []
    for finding in sort_findings(found):
        kind, _colon, text = finding.target.partition(":")
        key = int(text) if text else 0
        fact = {"service": by_service, "facility": by_facility}.get(kind, {}).get(key)
        operator_id = fact.reporter_id if fact else (key if kind == "operator" else 0)
        owned.append(
            OwnedFinding(
                finding,
                operator_id,
                names.get(operator_id, ""),
                fact.facility_id if fact else None,
                key if kind == "service" else None,
                fact.file_key if fact else "",
            )
        )
    return sorted(owned, key=lambda one: one.operator_id != actor.organisation_id)


def severities(found: Iterable[OwnedFinding]) -> dict[Severity, int]:
    """How many of each severity, the gravest first."""
    rows = list(found)
    return {each: sum(1 for one in rows if one.finding.severity is each) for each in Severity}
