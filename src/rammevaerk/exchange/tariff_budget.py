"""One facility's budget as a readable TOML file, read into what the engine works on."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from rammevaerk.engine.parameter_files import Source
from rammevaerk.engine.parameters import Parameters, ParameterValue
from rammevaerk.engine.periods import Period
from rammevaerk.engine.tariffs.account import YearAccount
from rammevaerk.engine.tariffs.agreement import known_agreements
from rammevaerk.engine.tariffs.cost_base import ComponentKind, CostKind, CostLine, overhead_line
from rammevaerk.engine.tariffs.day_rate import DaysBasis, PriceUnit, Volume
from rammevaerk.engine.tariffs.errors import TariffError
from rammevaerk.engine.tariffs.facility import (
    ServiceLevel,
    SupplementPrice,
    TariffBudget,
)
from rammevaerk.engine.tariffs.hours import HourRate, ServiceHours
from rammevaerk.engine.tariffs.occupancy import Dispensation, Occupancy, OccupancyKind
from rammevaerk.engine.tariffs.regulation import YearResult
from rammevaerk.engine.tariffs.reserve import ReserveUse
from rammevaerk.engine.tariffs.rounding import Rounding
from rammevaerk.engine.units import Value
from rammevaerk.exchange.toml_tables import Problems, Table, read_share, read_toml

_YEARS = (1900, 2199)
_MOST_PLACES = 100_000
_MOST_OCCUPANCY = 2
_MOST_MINUTES = 100_000  # a week of ten people round the clock
_MOST_YEARS = 50
# What a file may state of its agreement where the rules do not have it, and in which unit.
_STATED = {
    "occupancy_minimum": "share",
    "occupancy_maximum": "share",
    "occupancy_recommended_maximum": "share",
    "occupancy_deviation": "points",
    "occupancy_years_back": "years",
    "surplus_limit": "share",
    "surplus_lag": "years",
    "surplus_years": "years",
    "deficit_limit": "share",
    "deficit_lag": "years",
}
_STATED_DA = {
    "occupancy_minimum": "laveste belægning",
    "occupancy_maximum": "højeste belægning",
    "occupancy_recommended_maximum": "anbefalet højeste belægning",
    "occupancy_deviation": "afvigelse i belægning, der indberettes",
    "occupancy_years_back": "år bag belægningens gennemsnit",
    "surplus_limit": "grænse for overskud",
    "surplus_lag": "år til regulering af overskud",
    "surplus_years": "år til brug af hensat overskud",
    "deficit_limit": "grænse for underskud",
    "deficit_lag": "år til regulering af underskud",
}
_HOUR_RATES = ("tariffs/hour_rate",)
# The lines that regulation adds are worked out from [[result]], never written.
_WRITTEN_KINDS = [kind for kind in CostKind if kind not in {CostKind.SURPLUS, CostKind.DEFICIT}]


def read_budget(content: bytes, file: str, parameters: Parameters) -> tuple[TariffBudget, Problems]:
    """Read a budget; `UnusableTable` names every line and key that cannot be used.

    The problems, empty by then, come along so that what the engine objects to can be placed too.
    """
    table, problems = read_toml(content, file)
    budget = budget_from(table, parameters)
    problems.refuse()
    return budget, problems


def budget_from(table: Table, parameters: Parameters) -> TariffBudget:
    """Read a budget from a table; the caller refuses the problems."""
    agreement = table.text("agreement")
    known = known_agreements(parameters)
    if agreement and agreement not in known:
        table.problem("agreement", f"aftalen kendes ikke. Vælg mellem {', '.join(known)}.")
    operator = table.text("operator")
    budget = TariffBudget(
        facility=table.text("facility"),
        operator=operator,
        agreement=agreement,
        year=table.whole("year", *_YEARS),
        rounding=table.choice("rounding", Rounding),
        volume=_volume(table),
        occupancy=occupancy_from(table),
        lines=_lines(table),
        results=tuple(_result(one) for one in table.tables("result")),
        reserve_uses=tuple(_reserve_use(one, operator) for one in table.tables("reserve_use")),
        supplements=tuple(_supplement(one) for one in table.tables("supplement")),
        levels=tuple(_level(one) for one in table.tables("hours")),
        hour_rate=_hour_rate(table),
        stated=dict(_stated(one, agreement) for one in table.tables("stated")),
    )
    table.done()
    return budget


def _volume(table: Table) -> Volume:
    places = table.maybe_number("places")
    if places is not None and places > _MOST_PLACES:
        table.problem("places", f"der kan højst være {_MOST_PLACES} pladser.")
    return Volume(
        unit=table.choice("unit", PriceUnit),
        places=places,
        days_basis=table.maybe_choice("days_basis", DaysBasis),
        opening_days=table.maybe_whole("opening_days", 1, 366),
        quantity=table.maybe_number("quantity"),
    )


def occupancy_from(table: Table) -> Occupancy | None:
    """Read the occupancy of a table that has one; the caller refuses the problems."""
    inner = table.table("occupancy")
    if inner is None:
        return None
    occupancy = Occupancy(
        budgeted=inner.maybe_share("budgeted"),
        kind=inner.choice("kind", OccupancyKind),
        actual=_actual(inner),
        portal=inner.maybe_share("portal"),
    )
    if occupancy.budgeted is not None and occupancy.budgeted > _MOST_OCCUPANCY:
        inner.problem("budgeted", "belægningen er over 200 %; er der sat et komma forkert?")
    if given := inner.table("dispensation"):
        share, decision = given.share("occupancy"), given.text("decision")
        decided = given.day("decided")
        years = _years(given)
        given.done()
        if decision:
            dispensation = Dispensation(share, decision, decided, years)
            occupancy = replace(occupancy, dispensation=dispensation)
    inner.done()
    return occupancy


def _years(dispensation: Table) -> tuple[int, ...]:
    """The tariff years a dispensation names; none when it names none."""
    if "years" not in dispensation:
        return ()
    value = dispensation.raw("years")
    years = value if isinstance(value, list) else []
    if years and all(type(year) is int and _YEARS[0] <= year <= _YEARS[1] for year in years):
        return tuple(years)
    dispensation.problem("years", "skal være takstårene, som [2025, 2026].")
    return ()


def _actual(occupancy: Table) -> Mapping[int, Fraction]:
    years = occupancy.table("actual")
    found: dict[int, Fraction] = {}
    for key in years.keys if years else ():
        if not (key.isascii() and key.isdigit() and len(key) == len("2025")):
            occupancy.problem(f"actual.{key}", "skal være et årstal, som 2024.")
        elif years:
            found[int(key)] = years.share(key)
    return found


def _lines(table: Table) -> tuple[CostLine, ...]:
    lines: list[CostLine] = []
    shares: list[tuple[Table, str, ComponentKind | None]] = []
    for one in table.tables("cost"):
        label = one.text("label")
        kind = one.choice("kind", CostKind)
        component = one.maybe_choice("component", ComponentKind)
        if kind not in _WRITTEN_KINDS:
            one.problem("kind", "efterregulering regnes ud af [[result]] og skrives ikke her.")
        if component is ComponentKind.SUPPLEMENT:
            one.problem("component", "et tillæg skrives som [[supplement]].")
        if "share_of_direct" in one:
            shares.append((one, label, component))
            if kind is not CostKind.OVERHEAD or "amount" in one:
                one.problem("share_of_direct", "hører til overhead uden beløb.")
                one.maybe_amount("amount")
            continue
        vat = one.maybe_amount("vat") or 0
        amount = one.amount("amount")
        if vat > amount:
            one.problem("vat", "momsen er større end beløbet.")
        lines.append(CostLine(label, kind, amount, vat, component, one.text("source", "")))
        one.done()
    for one, label, component in shares:
        share, source = one.share("share_of_direct"), one.text("source", "")
        if share > 1:
            one.problem("share_of_direct", "er over 100 %; er der sat et komma forkert?")
        lines.append(overhead_line(label, share, tuple(lines), component, source))
        one.done()
    return tuple(lines)


def _result(one: Table) -> YearResult:
    year = one.whole("year", *_YEARS)
    base, income, costs = one.amount("tariff_base"), one.amount("income"), one.amount("costs")
    if "tariff_base" in one and base == 0:
        one.problem("tariff_base", "takstberegningsgrundlaget er ikke over nul.")
    result = YearResult(
        # The stand-in is never used: a base of zero has been noted as a problem.
        account=YearAccount(year, base or 1, income, costs),
        set_aside_ore=one.maybe_amount("set_aside"),
        added_ore=one.maybe_amount("added"),
        equalised_ore=one.maybe_amount("equalised") or 0,
        regulated_ore=one.maybe_amount("regulated") or 0,
        regulate_in=one.maybe_whole("regulate_in", *_YEARS),
        component=one.maybe_choice("component", ComponentKind),
    )
    one.done()
    return result


def _reserve_use(one: Table, operator: str) -> ReserveUse:
    use = ReserveUse(
        operator=one.text("operator", operator),
        facility=one.text("facility"),
        covered=one.flag("covered"),
        year=one.whole("year", *_YEARS),
        ore=one.amount("amount"),
    )
    one.done()
    return use


def _supplement(one: Table) -> SupplementPrice:
    supplement = SupplementPrice(
        label_da=one.text("label"),
        unit=one.choice("unit", PriceUnit),
        price_ore=one.maybe_amount("price"),
        cost_ore=one.maybe_amount("cost"),
        quantity=one.maybe_number("quantity"),
    )
    shared = supplement.cost_ore is not None and bool(supplement.quantity)
    if (supplement.price_ore is not None) == shared:
        one.problem("label", "et tillæg har enten price eller både cost og quantity (over nul).")
    one.done()
    return supplement


def _level(one: Table) -> ServiceLevel:
    label = one.text("label")
    hours = ServiceHours(
        citizen=one.whole("citizen", 0, _MOST_MINUTES),
        organisation=one.whole("organisation", 0, _MOST_MINUTES),
        documentation=one.whole("documentation", 0, _MOST_MINUTES),
        holiday_absence=one.whole("holiday_absence", 0, _MOST_MINUTES),
    )
    one.done()
    return ServiceLevel(label, hours)


def _hour_rate(table: Table) -> HourRate | str | None:
    inner = table.table("hour_rate")
    if inner is None:
        return None
    if "parameter" in inner:
        key = inner.text("parameter")
        if key not in _HOUR_RATES:
            inner.problem("parameter", f"kendes ikke. Vælg mellem {', '.join(_HOUR_RATES)}.")
        inner.done()
        return key
    rate = HourRate(
        ore=inner.amount("amount"),
        wage_level=inner.whole("wage_level", *_YEARS),
        source=inner.text("source"),
    )
    inner.done()
    return rate


def _stated(one: Table, agreement: str) -> tuple[str, ParameterValue]:
    """A number of the agreement that the file's author vouches for; always unverified."""
    name, source = one.text("name"), one.text("source")
    unit = _STATED.get(name, "text")
    if name and unit == "text":
        one.problem("name", f"kan ikke oplyses her. Vælg mellem {', '.join(sorted(_STATED))}.")
    value = _stated_value(one, unit)
    one.done()
    return name, ParameterValue(
        key=f"tariffs/{agreement}/{name}",
        label_da=f"Oplyst: {_STATED_DA.get(name, name)}",
        layer="agreement",
        unit=unit,
        value=value,
        period=Period(date(_YEARS[0], 1, 1), None),
        source=Source(key="stated", title_da=source, kind="statement", reference=source),
        decided=None,
        verified=None,
        unverified="low",
        note="Oplyst i budgetfilen; ikke holdt op mod kilden.",
    )


def _stated_value(one: Table, unit: str) -> Value:
    value = one.raw("value")
    if unit == "years":
        years = value if isinstance(value, list) else [value]
        if years and all(type(year) is int and 0 < year <= _MOST_YEARS for year in years):
            return tuple(years) if isinstance(value, list) else years[0]
        one.problem("value", f"skal være et antal år fra 1 til {_MOST_YEARS}.")
        return 1
    share = read_share(value)
    if share is None:
        if unit != "text" and "value" in one:
            one.problem("value", 'skal skrives som "5 %".')
        return Decimal(0)
    return Decimal(share.numerator) / Decimal(share.denominator)


def engine_problem(problems: Problems, error: TariffError) -> str:
    """Return what the engine objected to, with the file and line of the field it names."""
    before = len(problems.found)
    problems.add(error.field, error.reason_da)
    return problems.found[before]
