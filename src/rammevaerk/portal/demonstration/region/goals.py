"""What placements of the invented region are to achieve, and how it goes."""

from datetime import date, datetime, timedelta
from typing import Any

from rammevaerk.portal.demonstration.region.occupants import Visit
from rammevaerk.portal.demonstration.region.services import TODAY, moment

Entry = dict[str, Any]
_ADULT = (
    ("Praktiske opgaver", "Laver selv morgenmad og vasker tøj med højst én påmindelse om dagen"),
    ("Sociale relationer", "Deltager i en aktivitet uden for bostedet hver uge"),
    ("Psykisk helbred", "Bruger sin kriseplan, før det bliver nødvendigt at tilkalde hjælp"),
    ("Egenomsorg", "Passer selv sin personlige hygiejne på hverdage"),
    ("Kommunikation", "Siger til og fra med sit eget system af tegn"),
    ("Mobilitet", "Tager selv bussen til aktivitetstilbuddet"),
    ("Fysisk helbred", "Møder til alle aftalte kontroller hos læge og tandlæge"),
)
_CHILD = (
    ("Skole", "Er i skole mindst fire dage om ugen"),
    ("Familie", "Har trygt samvær med sin familie hver anden weekend"),
    ("Venskaber", "Har en fast aktivitet i fritiden sammen med jævnaldrende"),
    ("Trivsel", "Kan selv fortælle en voksen, når noget er svært"),
)
_STAYS = ("day_and_night", "day")
_SHARE = 0.3
_EVERY = 182
_NOTES = (
    "Længere fra målet end sidst; indsatsen drøftes med kommunen.",
    "Ingen fremgang endnu.",
    "Noget er lykkedes, men ikke hver gang.",
    "God fremgang siden sidst.",
    "Målet er nået og holdes ved lige.",
)


def goal_entries(visit: Visit) -> list[Entry]:
    """The goals of a visit that goes on; not everybody's have been written here."""
    dice = visit.dice("goals")
    if visit.end is not None or visit.offer.setting not in _STAYS or dice.random() > _SHARE:
        return []
    choices = _CHILD if visit.offer.audience == "children" else _ADULT
    chosen = dice.sample(choices, dice.choice([1, 1, 2, 2, 3]))
    agreed = max(visit.start.date() + timedelta(days=30), date(2025, 7, 1)) + timedelta(
        days=dice.randint(0, 120)
    )
    if agreed > TODAY:
        return []
    return [_goal(visit, number, one, agreed) for number, one in enumerate(chosen, start=1)]


def _goal(visit: Visit, number: int, words: tuple[str, str], agreed: date) -> Entry:
    dice = visit.dice(f"goal/{number}")
    area, text = words
    level, day = dice.randint(1, 3), agreed + timedelta(days=90)
    follow_ups: list[Entry] = []
    # A few are late.
    late = dice.random() < 0.06
    while day + timedelta(days=14) <= TODAY and level < len(_NOTES) and not (late and follow_ups):
        level = min(len(_NOTES), max(1, level + dice.choice([-1, 0, 0, 1, 1])))
        at = day + timedelta(days=dice.randint(-10, 10))
        follow_ups.append({
            "on": at, "progression": level, "note": _NOTES[level - 1],
            "by_label": "Pædagog (demo)", "registered_at": _noon(at),
        })  # fmt: skip
        day += timedelta(days=_EVERY)
    return {
        "position": number,
        "text": text,
        "area": area,
        "agreed_on": agreed,
        "follow_up_by": day,
        "state": "reached" if level == len(_NOTES) else "open",
        "follow_ups": follow_ups,
    }


def _noon(day: date) -> datetime:
    return moment(day, 12)
