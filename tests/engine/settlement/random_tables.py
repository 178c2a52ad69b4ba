"""Random tables of a settlement, with the cases that go wrong: midnights, tiny caps, long stays."""

from datetime import date, datetime, timedelta
from random import Random
from typing import Any

Row = dict[str, Any]
EDGES = (timedelta(0), timedelta(hours=12), timedelta(microseconds=1), -timedelta(microseconds=1))


def random_tables(seed: int, *, facilities: int = 4, placements: int = 30) -> dict[str, list[Row]]:
    """Rows of all five tables around the years 2024 to 2026, valid and without a day unpriced."""
    dice = Random(seed)
    tables: dict[str, list[Row]] = {
        "facilities": [_facility(dice, n) for n in range(facilities)],
        "tariffs": [],
        "placements": [],
        "absences": [],
        "supplements": [],
    }
    for n in range(facilities):
        for plan in range(dice.randint(1, 3)):
            tables["tariffs"] += _versions(dice, f"F{n}", f"plan {plan}")
    plans = {row["facility"]: [] for row in tables["tariffs"]}
    for row in tables["tariffs"]:
        plans[row["facility"]].append(row["plan"])
    for n in range(placements):
        facility = f"F{dice.randrange(facilities)}"
        stay = _stay(dice, n, facility, dice.choice(plans[facility]))
        tables["placements"].append(stay)
        tables["absences"] += _absences(dice, stay)
        tables["supplements"] += _supplements(dice, stay)
    for rows in tables.values():
        dice.shuffle(rows)
    return tables


def _facility(dice: Random, n: int) -> Row:
    return {
        "facility": f"F{n}",
        "operator": f"O{n % 3}",
        "day_count": dice.choice(["calendar", "hotel"]),
        "cap": dice.choice([0, 1, 3, 5, 1000]),
        "absence_full_days": dice.choice([0, 1, 7, 14, 40]),
        "absence_basis_pct": dice.choice([0, 33, 50, 80, 100]),
        "absence_service_pct": dice.choice([0, 33, 50, 100]),
    }


def _versions(dice: Random, facility: str, plan: str) -> list[Row]:
    starts = {date(2015, 1, 1)} | {
        date(2023, 6, 1) + timedelta(days=dice.randint(0, 1200)) for _ in range(dice.randint(0, 5))
    }
    return [
        {
            "facility": facility,
            "plan": plan,
            "valid_from": start,
            "basis_ore": dice.randint(0, 400_000),
            "basis_over_cap_ore": dice.randint(0, 400_000),
            "hour_ore": dice.choice([30_800, dice.randint(0, 60_000)]),
        }
        # A set's own order changes with every process.
        for start in sorted(starts)
    ]


def _moment(dice: Random) -> datetime:
    day = datetime(2023, 11, 1) + timedelta(days=dice.randint(0, 1100))
    if dice.random() < 0.5:
        return day + dice.choice(EDGES)
    return day + timedelta(minutes=dice.randrange(1440))


def _stay(dice: Random, n: int, facility: str, plan: str) -> Row:
    start = _moment(dice)
    length = dice.choice(
        [timedelta(hours=dice.randint(0, 80)), timedelta(days=dice.randint(0, 700))]
    )
    end = None if dice.random() < 0.2 else start + length + dice.choice(EDGES[:3])
    return {
        "placement": f"P{n:04d}",
        "facility": facility,
        "payer": f"K{dice.randrange(5)}",
        "plan": plan,
        "minutes_per_week": dice.choice([0, 10_080, dice.randint(1, 3000)]),
        "start": start,
        "end": end,
    }


def _absences(dice: Random, stay: Row) -> list[Row]:
    found, at = [], stay["start"].date() - timedelta(days=5)
    for _ in range(dice.choice([0, 0, 1, 2, 4])):
        at += timedelta(days=dice.randint(0, 60))
        last = at + timedelta(days=dice.choice([0, 1, 3, 30, 90]))
        found.append({"placement": stay["placement"], "from": at, "to": last})
        at = last
    if found and dice.random() < 0.2:
        found[-1]["to"] = None
    return found


def _supplements(dice: Random, stay: Row) -> list[Row]:
    first = stay["start"].date()
    return [
        {
            "placement": stay["placement"],
            "from": first + timedelta(days=dice.randint(-10, 100)),
            "to": first + timedelta(days=dice.randint(100, 400)) if dice.random() < 0.8 else None,
            "ore_per_day": dice.randint(-500, 90_000),
        }
        for _ in range(dice.choice([0, 0, 1, 3]))
    ]
