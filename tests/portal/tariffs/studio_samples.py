"""A small region for the studio: two models, placements of three payers, some of them few."""

from typing import Any

from rammevaerk.portal.access.policy import Actor
from rammevaerk.portal.access.queries import organisation_id
from rammevaerk.portal.tariffs import operations
from rammevaerk.portal.tariffs.models import Study, TariffModel

LEVELS = """
name = "Niveauer"
kind = "levels"
on = 2024-12-31
days_basis = 365
per = "day"
share = [{ from = 2024-01-01, percent = "45 %" }]

[price_index]
name = "gammelt"
factor = "1,00"

[[rate]]
plan = "lav"
from = 2024-01-01
rate = "1.600,00"

[[rate]]
plan = "høj"
from = 2024-01-01
rate = "4.800,00"
"""
HOURS = """
name = "Basis og timer"
kind = "basis_hours"
on = 2025-01-01
days_basis = 365
per = "day"
hour = [{ from = 2025-01-01, parameter = "tariffs/hour_rate" }]

[price_index]
name = "nyt"
factor = "1,02"

[[rate]]
from = 2025-01-01
rate = "1.433,77"
"""
HEAD = "placement;facility;operator;payer;target_group;plan;minutes_per_week;days"
# How many placements of each payer and target group; egenby and naboby are members.
PEOPLE = {
    ("Egenby", "Autisme"): 7,
    ("Egenby", "Hjerneskade"): 2,
    ("Egenby", "Misbrug"): 6,
    ("Naboby", "Autisme"): 9,
    ("Naboby", "Hjerneskade"): 8,
    ("Naboby", "Misbrug"): 5,
    ("Fjernvig", "Autisme"): 12,
    ("Fjernvig", "Hjerneskade"): 6,
    ("Fjernvig", "Misbrug"): 3,
}


def placements_csv(people: dict[tuple[str, str], int] | None = None) -> str:
    lines = [HEAD]
    for (payer, group), count in (people or PEOPLE).items():
        for at in range(count):
            plan, minutes = ("høj", 3_600 + 7 * at) if at % 3 else ("lav", 1_200 + 11 * at)
            facility, operator = ("Elme", "Egenby") if at % 2 else ("Birk", "Regionen")
            key = f"P{len(lines):03}"
            cells = (key, facility, operator, payer, group, plan, minutes, 365)
            lines.append(";".join(str(cell) for cell in cells))
    return "\n".join(lines) + "\n"


def keep(world: Any, by: Actor, at: Any, key: str = "sekretariatet") -> dict[str, Any]:
    """Both models and the placements, kept for an organisation of the home side."""
    whose = {
        "cooperation": world.first(TariffModel).cooperation,
        "organisation_id": organisation_id(key),
        "by": by,
        "at": at,
    }
    files = [("placements.csv", placements_csv().encode())]
    return {
        "before": operations.keep_model(name="Niveauer", content=LEVELS, **whose),
        "after": operations.keep_model(name="Timer", content=HOURS, **whose),
        "placements": operations.keep_placements(name="Alle", files=files, **whose),
        "whose": whose,
    }


def kept_study(world: Any, by: Actor, at: Any, key: str = "sekretariatet") -> Study:
    made = keep(world, by, at, key)
    whose = made.pop("whose")
    return operations.keep_study(name="Fra niveauer til timer", **made, **whose)
