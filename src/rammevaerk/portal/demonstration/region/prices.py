"""What the invented services cost from 2022 to 2027: yearly decisions, and some corrections."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from functools import cache
from typing import Any

from rammevaerk.engine.money import divide_half_up
from rammevaerk.engine.tariffs.price_index import chain
from rammevaerk.portal.demonstration.region.chance import dice_for
from rammevaerk.portal.demonstration.region.homes import REGION, Home
from rammevaerk.portal.demonstration.region.indices import ADDITION, ORIGINAL, invented_table
from rammevaerk.portal.demonstration.region.offers import Offer, offers
from rammevaerk.portal.demonstration.region.services import budgeted_occupancy, moment

Entry = dict[str, Any]
YEARS = range(2022, 2028)
NEXT_YEAR = 2027
SOCIAL_PSYCHIATRY = ("sindslidelse", "dobbeltdiagnose")
# The hourly price of 2025 is the region's own; those of other years are invented.
HOUR_ORE = {2024: 300_00, 2025: 308_00, 2026: 316_00, 2027: 324_00}
LEVELS = {"Niveau 1": 700, "Niveau 2": 900, "Niveau 3": 1_150, "Niveau 4": 1_500}
# Kroner a day in 2022 for each target group of a stay.
_BY_GROUP = {
    "udviklingshaemning": 1_640,
    "sindslidelse": 1_720,
    "autismespektrum": 2_380,
    "hjerneskade-erhvervet": 2_260,
    "multipel-funktionsnedsaettelse": 2_640,
    "dobbeltdiagnose": 2_080,
    "mobilitetsnedsaettelse": 1_850,
    "dom-til-anbringelse": 2_820,
}
# Thousandths: private operators cannot get their VAT back.
_BY_OWNERSHIP = {"municipal": 1_000, "regional": 1_230, "independent": 1_010, "private": 1_060}
# How an operator's prices move beside its index, in hundredths of a percent from 2022 on; the
# three that go above the cap are Herning, Syddjurs and Holstebro, which still owes a reduction.
_DRIFT = {
    "kommune-0657": 130,
    "kommune-0706": 170,
    "kommune-0661": -50,
    "kommune-0730": -140,
    "kommune-0751": -90,
    REGION: -60,
}
# Those who have not decided tariffs for 2027, though the time for it has passed.
_LATE = ("kommune-0665", "kommune-0741")
_OUT_OF_LINE = "bosted-0756-private-2"


@dataclass(frozen=True, slots=True)
class Line:
    """One price: component, label, unit, øre, and what it is shared by and assumes."""

    component: str
    unit: str
    ore: int
    label: str = ""
    days_basis: str = ""
    assumes_occupancy: bool = False


@cache
def index_to(year: int, with_addition: bool) -> Fraction:
    """The factor from the price level of 2022 to that of the year, by the engine."""
    factor = Fraction(1)
    if year == NEXT_YEAR:
        # No estimate for it is loaded; three percent are invented.
        return index_to(year - 1, with_addition) * Fraction(103, 100)
    for one in range(2023, year + 1):
        # Nothing was added before 2024.
        series = (ORIGINAL, ADDITION) if with_addition and one >= 2024 else (ORIGINAL,)
        factor *= chain(invented_table(), series, one - 1, one, date(2026, 11, 22)).factor
    return factor


def tariff_entries(
    found: Sequence[Home], basis: Mapping[str, int], reported: Collection[str] = ()
) -> list[Entry]:
    """The prices of all services, year by year, as the tariffs load them.

    ``basis`` is what a day's basis is from 2025 at the region's homes, by the home's key.
    Services in ``reported`` have their prices of 2027 from reports.
    """
    by_key = {home.key: home for home in found}
    rows = [
        row
        for home in found
        for offer in offers(home)
        for row in _versions(home, offer, by_key, reported)
    ]
    for row in rows:
        home_key, year = row["service"].partition("/")[0], row["valid_from"].year
        if row["component"] == "basis" and home_key in basis:
            row["amount_ore"] = _carried(basis[home_key], year)
    return [one for row in rows for one in _mended(row)]


def _carried(ore_2025: int, year: int) -> int:
    """The region's basis of 2025 on the price level of another year."""
    factor = index_to(year, with_addition=False) / index_to(2025, with_addition=False) * ore_2025
    return divide_half_up(factor.numerator, factor.denominator)


def lines_of(home: Home, offer: Offer, year: int) -> list[Line]:
    """The prices of a service in a year."""
    return _SHAPES[home.pattern](home, offer, year)


def _versions(
    home: Home, offer: Offer, by_key: Mapping[str, Home], reported: Collection[str]
) -> Iterator[Entry]:
    open_yet = home.reporter in _LATE or f"{home.key}/{offer.key}" in reported
    last = NEXT_YEAR - 1 if open_yet else NEXT_YEAR
    for year in range(YEARS[0], last + 1):
        start = max(date(year, 1, 1), home.opened)
        end = date(year + 1, 1, 1) if year < last else home.closed
        if home.closed and end:
            end = min(end, home.closed)
        if start.year > year or (end and end <= start):
            continue
        first = year == YEARS[0] or start == home.opened
        decided = date(year - 1, 11, 18 if year < NEXT_YEAR else 12)
        carried = _carried_on(home, offer, year, by_key)
        for line in carried or lines_of(home, offer, year):
            yield {
                "service": f"{home.key}/{offer.key}",
                "component": line.component,
                "label": line.label,
                "unit": line.unit,
                "days_basis": line.days_basis,
                "amount_ore": line.ore,
                "occupancy": budgeted_occupancy(home, offer) if line.assumes_occupancy else None,
                "valid_from": start,
                "valid_to": end,
                "registered_at": moment(decided + timedelta(days=3)),
                "decided_on": decided,
                "decision": _decision(home, year),
                "reason": _reason(home, year, first=first, carried=bool(carried)),
                # What is for 2027 is published in December.
                "published_at": moment(date(year - 1, 12, 1)) if year < NEXT_YEAR else None,
            }


def _decision(home: Home, year: int) -> str:
    who = {"regional": "Regionsrådets", "municipal": "Byrådets"}.get(home.ownership)
    return f"{who} budget {year}" if who else f"Driftsherrens budget {year}, aftalt med kommunen"


def _carried_on(home: Home, offer: Offer, year: int, by_key: Mapping[str, Home]) -> list[Line]:
    """The predecessor's prices, where they go on until new ones are decided for a year."""
    goes_on = [one for one in home.origins if one["tariffs"] == "continue"]
    if not goes_on or year != home.opened.year or not offer.key.startswith("ophold"):
        return []
    before = by_key[goes_on[0]["predecessor"]]
    return lines_of(before, offers(before)[0], year)


def _reason(home: Home, year: int, *, first: bool, carried: bool) -> str:
    if first:
        return "Fortsætter fra forgængeren" if carried else "Første takst"
    if home.is_regional and year == restructured_from(home):
        return "Ny takstmodel: basistakst og timer i stedet for niveauer"
    return f"Pris- og lønregulering til {year}"


def restructured_from(home: Home) -> int | None:
    """The first year of basis and hours at a regional home; None where levels stay."""
    if not home.is_regional or home.pattern != "home":
        return None
    return 2024 if home.group in SOCIAL_PSYCHIATRY else 2025


def _kroner(home: Home, about: str, krone_2022: int, year: int, *, spread: int = 120) -> int:
    """A price in øre: the level of 2022, this service's own place in it, index and drift."""
    own = 1_000 + home.dice(f"price/{about}").randint(-spread, spread)
    level = krone_2022 * _BY_OWNERSHIP[home.ownership] * own
    if home.key == _OUT_OF_LINE:
        level *= 2
    factor = Fraction(level, 1_000_000) * index_to(year, with_addition=_with_addition(home))
    if year > YEARS[0]:
        factor *= 1 + Fraction(_drift(home, about, year), 10_000)
    return divide_half_up(factor.numerator, factor.denominator) * 100


def _with_addition(home: Home) -> bool:
    return home.reporter != REGION


def _drift(home: Home, about: str, year: int) -> int:
    reporter = home.reporter
    usual = _DRIFT.get(reporter, -dice_for("drift", reporter).randint(55, 130))
    of_year = dice_for("drift", reporter, str(year)).randint(-12, 12)
    return usual + of_year + home.dice(f"drift/{about}").randint(-25, 25)


def _stay(home: Home, offer: Offer, year: int) -> list[Line]:
    if offer.setting == "day":
        price = _kroner(home, offer.key, 430, year, spread=200)
        return [
            Line("whole", "day_attended", price, days_basis="opening_days", assumes_occupancy=True)
        ]
    base = _BY_GROUP[home.group]
    if offer.key == "unge":
        base = 2_600
    elif offer.laws[0] == "abl-105":
        base = base * 7 // 10
    elif offer.key == "aflastning":
        base = base * 11 // 10
    day: dict[str, Any] = {"days_basis": "calendar", "assumes_occupancy": True}
    about = offer.key
    if home.is_regional and offer.setting == "day_and_night":
        return _regional(home, year)
    if home.ownership == "municipal" and home.dice("structure").random() < 0.25:
        basis = _kroner(home, f"{about}/basis", base * 55 // 100, year)
        service = _kroner(home, f"{about}/service", base * 45 // 100, year)
        return [
            Line("basis", "day", basis, **day),
            Line("service", "day", service, **day),
            *_extras(home, year),
        ]
    return [Line("whole", "day", _kroner(home, about, base, year), **day), *_extras(home, year)]


def _extras(home: Home, year: int) -> list[Line]:
    chance = home.dice("extras").random()
    lines = []
    if chance < 0.35:
        lines.append(
            Line(
                "supplement", "hour", _kroner(home, "extra", 372, year, spread=60), "Ekstra støtte"
            )
        )
    if chance < 0.12:
        lines.append(
            Line("supplement", "hour", _kroner(home, "escort", 398, year, spread=60), "Ledsagelse")
        )
        lines.append(Line("supplement", "km", 3_73 + 9 * (year - 2022), "Kørsel"))
    return lines


def level_ore(home: Home, level: str, year: int) -> int:
    """The whole tariff of a level at a regional home, had levels gone on to that year."""
    return _kroner(home, "level", _BY_GROUP[home.group] * LEVELS[level] // 1_000, year)


def _regional(home: Home, year: int) -> list[Line]:
    day: dict[str, Any] = {"days_basis": "calendar", "assumes_occupancy": True}
    changed = restructured_from(home)
    if changed is None or year < changed:
        return [
            Line("whole", "day", level_ore(home, level, year), level, **day) for level in LEVELS
        ]
    # What the basis is follows from the change of model; see studio.py.
    basis = level_ore(home, "Niveau 2", year) * 46 // 100
    return [
        Line("basis", "day", basis, **day),
        Line("hour", "hour", HOUR_ORE[year]),
        *_extras(home, year),
    ]


def _secure(home: Home, offer: Offer, year: int) -> list[Line]:
    if offer.setting == "day":
        # By the calendar day, though a school is no stay: that is how such lists are printed.
        return [Line("whole", "day", _kroner(home, "school", 480, year), days_basis="fixed_365")]
    ground = 5_500 if offer.key == "sikret" else 4_700
    return [
        Line("objective", "day", _kroner(home, "objective", 3_300, year), "", "calendar"),
        Line("ground", "day", _kroner(home, offer.key, ground, year), "", "calendar", True),
        Line("supplement", "hour", _kroner(home, "extra", 340, year, spread=10), "Ekstra støtte"),
        Line("supplement", "hour", _kroner(home, "escort", 360, year, spread=10), "Ledsagelse"),
        Line("supplement", "km", 9_39 + 12 * (year - 2025), "Transport"),
    ]  # fmt: skip


def _course(krone: int, unit: str = "course") -> Callable[[Home, Offer, int], list[Line]]:
    def shape(home: Home, offer: Offer, year: int) -> list[Line]:
        return [Line("whole", unit, _kroner(home, offer.key, krone, year, spread=30))]

    return shape


def _by_day(prices: Mapping[str, int]) -> Callable[[Home, Offer, int], list[Line]]:
    """A price per day for each service of the pattern; a day service per day attended."""

    def shape(home: Home, offer: Offer, year: int) -> list[Line]:
        price = _kroner(home, offer.key, prices[offer.key], year)
        if offer.key == "stu":
            return [Line("whole", "month", price)]
        unit, basis = (
            ("day_attended", "opening_days") if offer.setting == "day" else ("day", "calendar")
        )
        return [Line("whole", unit, price, days_basis=basis, assumes_occupancy=True)]

    return shape


def _crisis_centre(home: Home, offer: Offer, year: int) -> list[Line]:
    stay = _by_day({"ophold": 1_580})(home, offer, year)
    return [
        *stay,
        Line(
            "supplement", "day", _kroner(home, "child", 610, year), "Medfølgende barn", "calendar"
        ),
    ]


def _treatment(home: Home, offer: Offer, year: int) -> list[Line]:
    unit, price = {
        "stof": ("month", 3_900),
        "anonym": ("piece", 840),
        "alkohol": ("course", 9_600),
        "unge": ("month", 4_700),
    }[offer.key]
    return _course(price, unit)(home, offer, year)


def _school(home: Home, offer: Offer, year: int) -> list[Line]:
    if offer.key == "stu":
        return [Line("whole", "month", _kroner(home, "stu", 25_900, year, spread=30))]
    steps = {"Let støtte": 890, "Nogen støtte": 1_080, "Meget støtte": 1_590}
    return [
        Line("whole", "day", _kroner(home, label, krone, year, spread=30), label, "fixed_365", True)
        for label, krone in steps.items()
    ]


def _communication(home: Home, offer: Offer, year: int) -> list[Line]:
    if offer.key == "undervisning":
        return _course(7_900)(home, offer, year)
    price = _kroner(home, "subscription", 28, year, spread=10)
    return [Line("subscription", "year", price, "pr. indbygger")]


_SHAPES: Mapping[str, Callable[[Home, Offer, int], list[Line]]] = {
    "home": _stay,
    "former_home": _stay,
    "secure": _secure,
    "childrens_house": _course(26_400),
    "school_home": _by_day({"ophold": 3_150, "skole": 1_040}),
    "child_home": _by_day({"ophold": 2_950, "udslusning": 1_780}),
    "shelter": _by_day({"ophold": 1_290, "akut": 1_120}),
    "crisis_centre": _crisis_centre,
    "day": _by_day({"vaerksted": 320, "samvaer": 410, "stu": 19_800}),
    "treatment": _treatment,
    "treatment_stay": _by_day({"ophold": 2_240}),
    "school": _school,
    "communication": _communication,
}
# Prices of 2025 that were registered wrong and put right in February, and prices that changed in
# the middle of 2026, by the facility they stand at.
_WRONG = ("bosted-0791-municipal-2", "vaerkstederne-kajen", "bosted-0740-municipal-5")
_CHANGED = ("bosted-0751-municipal-3", "bosted-0671-municipal-2")


def _mended(row: Entry) -> Iterable[Entry]:
    """The row as it was, or the row, what superseded it, and what it became."""
    facility, year = row["service"].partition("/")[0], row["valid_from"].year
    if row["component"] == "supplement":
        return [row]
    if facility in _WRONG and year == 2025:
        return _corrected(row)
    if facility in _CHANGED and year == 2026:
        return _changed(row)
    if facility in _CHANGED and year > 2026:
        return [row | {"amount_ore": _dearer(row["amount_ore"])}]
    return [row]


def _corrected(row: Entry) -> list[Entry]:
    mended = moment(date(2025, 2, 14))
    wrong = row | {"amount_ore": row["amount_ore"] * 104 // 100, "superseded_at": mended}
    reason = "Rettet: central administration var lagt til to gange"
    return [wrong, row | {"registered_at": mended, "reason": reason, "published_at": mended}]


def _changed(row: Entry) -> list[Entry]:
    day, told = date(2026, 7, 1), moment(date(2026, 6, 10))
    later = row | {
        "amount_ore": _dearer(row["amount_ore"]),
        "valid_from": day,
        "registered_at": told,
        "decided_on": date(2026, 6, 3),
        "decision": "Byrådet 3. juni 2026 (opdigtet)",
        "reason": "Ny normering om natten efter aftale med køberne",
        "published_at": told,
    }
    return [row | {"superseded_at": told}, row | {"valid_to": day, "registered_at": told}, later]


def _dearer(ore: int) -> int:
    """Six percent more, in whole kroner."""
    return ore * 106 // 100 // 100 * 100
