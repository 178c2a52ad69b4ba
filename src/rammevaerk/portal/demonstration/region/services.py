"""What the invented facilities give: services with law, target group, age, places and occupancy."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from rammevaerk.portal.demonstration.region.homes import Home
from rammevaerk.portal.demonstration.region.offers import Offer, houses_of, offers

Entry = dict[str, Any]
CHILDREN_S_ACT = date(2024, 1, 1)
KNOWN_FROM = date(2021, 12, 1)
TODAY = date(2026, 11, 22)
_YEARS = range(2022, 2027)
_CHANGES = [date(year, month, 1) for year in range(2023, 2027) for month in (1, 7)]
# What help under the old act became; see catalogue/data/paragraphs.toml.
_OLD = {
    "bl-43-1-6": "sel-66-1-6",
    "bl-43-3": "sel-66-1-6",
    "bl-114": "sel-76",
    "bl-125": "sel-50-a",
}
_BEGAN = {
    "sel-66-1-6": date(2011, 1, 1),
    "sel-50-a": date(2013, 10, 1),
    "sel-101-a": date(2015, 1, 1),
}
# Facilities that only their own municipality uses are not covered by the agreement.
_ONLY_OWN = 0.14


def moment(day: date, hour: int = 9) -> datetime:
    """A moment of a day, for what was registered on it."""
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def only_own(home: Home) -> bool:
    """Whether nobody but the operator's own municipality uses it."""
    usual = home.pattern == "home" and home.ownership == "municipal" and not home.origins
    return usual and home.dice("coverage").random() < _ONLY_OWN


def departments(home: Home) -> list[Entry]:
    """The houses of a large home, with P-numbers of their own."""
    return [
        {
            "key": key,
            "name": name,
            "address": address(home, number=at * 10 + 3),
            "p_number": p_number(home, key),
            "secure": home.pattern == "secure",
            "valid_from": home.opened,
            "valid_to": home.closed,
        }
        for at, (key, name) in enumerate(houses_of(home), start=1)
    ]


def address(home: Home, number: int = 1) -> str:
    return f"Opdigtet Allé {number + home.dice('address').randint(1, 80)}, {home.town}"


def p_number(home: Home, key: str = "") -> str:
    """Ten digits as a P-number has, from a series that is not given out."""
    return f"99{home.dice(f'p-number/{key}').randint(0, 99_999_999):08d}"


def services(home: Home) -> list[Entry]:
    """The entries of a facility's services."""
    return [_service(home, offer) for offer in offers(home)]


def _service(home: Home, offer: Offer) -> Entry:
    began = max(home.opened, _BEGAN["sel-66-1-6"] if offer.audience != "adults" else home.opened)
    entry: Entry = {
        "key": offer.key,
        "name": offer.name,
        "setting": offer.setting,
        "audience": offer.audience,
        "age_from": offer.ages[0],
        "age_to": offer.ages[1],
        "valid_from": began,
        "valid_to": home.closed,
        "paragraph": [one for law in offer.laws for one in _law(law, began, home.closed)],
        "target_group": [
            {"key": group, "is_main": at == 0, "valid_from": began, "valid_to": home.closed}
            for at, group in enumerate(offer.groups)
        ],
        "capacity": _capacities(home, offer, began),
        "occupancy": _occupancies(home, offer),
        "vacancy": _vacancies(home, offer),
    }
    if offer.department:
        entry["department"] = offer.department
    return entry


def _law(key: str, began: date, closed: date | None) -> list[Entry]:
    """The provision while it holds, and the one that stood for it before the children's act."""
    if not key.startswith("bl-"):
        return [{"key": key, "valid_from": max(began, _BEGAN.get(key, began)), "valid_to": closed}]
    rows: list[Entry] = []
    old = _OLD.get(key)
    if old and began < CHILDREN_S_ACT:
        since = max(began, _BEGAN.get(old, began))
        rows.append({"key": old, "valid_from": since, "valid_to": CHILDREN_S_ACT})
    rows.append({"key": key, "valid_from": max(began, CHILDREN_S_ACT), "valid_to": closed})
    return rows


def _capacities(home: Home, offer: Offer, began: date) -> list[Entry]:
    dice = home.dice(f"capacity/{offer.key}")

    def row(places: int, start: date, end: date | None, reason: str = "") -> Entry:
        return {
            "places": places,
            "covered": 0 if home.ownership == "private" or only_own(home) else places,
            "valid_from": start,
            "valid_to": end,
            "reason": reason,
            "registered_at": moment(max(KNOWN_FROM, start - timedelta(days=45))),
        }

    places = offer.places
    if home.key == "bosted-0779-municipal-3" and offer.key == "ophold":
        return _corrected(row, places, began)
    change = dice.choice(_CHANGES)
    if home.closed or places < 8 or change <= began or dice.random() > 0.24:
        return [row(places, began, home.closed)]
    before = places - dice.choice([-3, -2, 2, 2, 3, 4])
    reason = "Udvidet efter aftale med køberne" if before < places else "Nedlagt, da de stod tomme"
    return [row(before, began, change), row(places, change, None, reason)]


def _corrected(row: Callable[..., Entry], places: int, began: date) -> list[Entry]:
    """Two places too many were told for 2025, and mended in March."""
    new_year, mended = date(2025, 1, 1), moment(date(2025, 3, 10))
    wrong = row(places + 2, new_year, None, "Udvidet med to pladser") | {"superseded_at": mended}
    right = row(places, new_year, None, "Rettet: de to nye pladser var en ombygning af to gamle")
    return [row(places, began, new_year), wrong, right | {"registered_at": mended}]


def _occupancies(home: Home, offer: Offer) -> list[Entry]:
    if offer.setting == "outpatient" or not offer.places:
        return []
    dice = home.dice(f"occupancy/{offer.key}")
    usual = budgeted_occupancy(home, offer)
    rows: list[Entry] = []
    for year in _YEARS:
        first = date(year, 1, 1)
        if home.opened > first or (home.closed and home.closed <= first):
            continue
        told = moment(first - timedelta(days=60))
        rows.append(_figure(year, "budgeted", usual, told, f"Budget {year}"))
        if year <= 2025:
            actual = usual + dice.randint(-260, 200)
            if year == 2025 and offer.key.startswith("ophold"):
                actual += _FAR_OFF.get(home.key, 0)
            closed = moment(date(year + 1, 3, 15))
            rows.append(_figure(year, "actual", actual, closed, f"Regnskab {year}"))
        if year >= 2025:
            shown = usual if dice.random() < 0.95 else usual - 100
            rows.append(_figure(year, "portal", shown, told, "Tilbudsportalen (opdigtet)"))
    return rows


def _figure(year: int, kind: str, points: int, told: datetime, source: str) -> Entry:
    return {
        "year": year,
        "kind": kind,
        "basis_points": points,
        "registered_at": told,
        "source": source,
    }


def budgeted_occupancy(home: Home, offer: Offer) -> int:
    """What the tariff assumes, in hundredths of a percent: the same every year."""
    dice = home.dice(f"budgeted/{offer.key}")
    lowest, highest, step = (
        (9_200, 9_700, 50) if offer.setting == "short_stay" else (9_500, 9_850, 25)
    )
    usual = dice.randrange(lowest, highest, step)
    return _OUTSIDE.get(home.key, usual) if offer.key.startswith("ophold") else usual


# What the tariff assumes of these lies outside any band that we know of.
_OUTSIDE = {
    "bosted-0791-municipal-4": 9_300,
    "bosted-0751-municipal-9": 9_250,
    "bosted-0657-private-3": 8_800,
    "bosted-0730-municipal-5": 10_150,
    "bosted-0740-municipal-7": 9_400,
}


# Which were much emptier in 2025 than their tariffs assumed, in hundredths of a percent.
_FAR_OFF = {
    "bosted-0615-municipal-2": -720,
    "bosted-0710-municipal-6": -810,
    "bosted-0760-private-2": -1_150,
    "bosted-0791-regional-3": -640,
}


def _vacancies(home: Home, offer: Offer) -> list[Entry]:
    if home.closed or offer.setting == "outpatient" or not offer.places:
        return []
    dice = home.dice(f"vacancy/{offer.key}")
    rows = []
    for day in (date(2026, 9, 1), date(2026, 11, 2)):
        free = min(offer.places, dice.choices([0, 1, 2, 3, 5], [50, 25, 13, 8, 4])[0])
        waiting = dice.randint(0, 4) if not free else 0
        rows.append(
            {"free": free, "waiting": waiting, "as_of": day, "registered_at": moment(day, 10)}
        )
    return rows
