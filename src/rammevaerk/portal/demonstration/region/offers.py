"""What the invented facilities give, by the pattern of each: a home, a shelter, a school."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from rammevaerk.portal.demonstration.region.homes import Home

_ALSO = {
    "udviklingshaemning": "autismespektrum",
    "autismespektrum": "opmaerksomhedsforstyrrelse",
    "sindslidelse": "skizofreni",
    "hjerneskade-erhvervet": "mobilitetsnedsaettelse",
    "dobbeltdiagnose": "stofmisbrug",
    "dom-til-anbringelse": "kriminalitet",
}


@dataclass(frozen=True, slots=True)
class Offer:
    """One service as a pattern names it."""

    key: str
    name: str
    setting: str
    laws: tuple[str, ...]
    groups: tuple[str, ...]
    places: int
    audience: str = "adults"
    ages: tuple[int, int | None] = (18, None)
    department: str = ""


def offers(home: Home) -> list[Offer]:
    return _PATTERNS[home.pattern](home)


def houses_of(home: Home) -> list[tuple[str, str]]:
    if home.pattern == "secure":
        return [("sikret", "Sikret afdeling"), ("delvis-lukket", "Delvis lukket afdeling")]
    if home.pattern != "home" or home.places < 40:
        return []
    names = [("nord", "Huset mod nord"), ("syd", "Huset mod syd"), ("vest", "Huset mod vest")]
    return names[: 3 if home.places >= 80 else 2]


def _home(home: Home) -> list[Offer]:
    dice = home.dice("offers")
    groups = tuple(one for one in (home.group, _ALSO.get(home.group)) if one)
    housing = home.ownership == "municipal" and dice.random() < 0.35
    laws = ("abl-105", "sel-85") if housing else ("sel-108",)
    name = "Bolig med støtte" if housing else "Længerevarende ophold"
    extra: list[Offer] = []
    left = home.places
    if dice.random() < 0.4 and left >= 10:
        few = max(2, left // 5)
        left -= few
        extra.append(
            Offer("midlertidigt", "Midlertidigt ophold", "day_and_night", ("sel-107",), groups, few)
        )
    if home.ownership != "private" and dice.random() < 0.1:
        extra.append(Offer("aflastning", "Aflastning", "short_stay", ("sel-107",), groups, 3))
    if dice.random() < 0.05:
        young = Offer(
            "unge", "Ophold for unge", "day_and_night", ("bl-43-1-6", "bl-114", "sel-107"), groups,
            6, audience="both", ages=(16, 25),
        )  # fmt: skip
        extra.append(young)
    if home.ownership == "municipal" and dice.random() < 0.32:
        day = Offer(
            "dag", "Aktivitets- og samværstilbud", "day", ("sel-104",), groups, dice.randint(8, 24)
        )
        extra.append(day)
    return [*_in_houses(home, Offer("ophold", name, "day_and_night", laws, groups, left)), *extra]


def _in_houses(home: Home, offer: Offer) -> list[Offer]:
    """The stay of a large home, shared by its houses."""
    houses = houses_of(home)
    if not houses:
        return [offer]
    share, rest = divmod(offer.places, len(houses))
    return [
        replace(
            offer,
            key=f"{offer.key}-{key}",
            name=f"{offer.name}, {name.lower()}",
            places=share + (1 if at < rest else 0),
            department=key,
        )
        for at, (key, name) in enumerate(houses)
    ]


def _former(home: Home) -> list[Offer]:
    groups = (home.group,)
    return [
        Offer("ophold", "Længerevarende ophold", "day_and_night", ("sel-108",), groups, home.places)
    ]


def _secure(home: Home) -> list[Offer]:
    groups = ("kriminalitet", "udadreagerende")
    closed = home.places * 3 // 4
    common: dict[str, Any] = {"audience": "children", "ages": (12, 18)}
    law = ("bl-43-3",)
    return [
        Offer("sikret", "Sikret døgnplads", "day_and_night", law, groups, closed,
              department="sikret", **common),
        Offer("delvis-lukket", "Delvis lukket døgnplads", "day_and_night", law, groups,
              home.places - closed, department="delvis-lukket", **common),
        Offer("skole", "Intern skole", "day", ("fsl-20",), groups, home.places, **common),
    ]  # fmt: skip


def _childrens_house(home: Home) -> list[Offer]:
    laws = ("bl-125",)
    return [Offer("forloeb", "Forløb i børnehuset", "outpatient", laws, ("overgreb",), 0,
                  audience="children", ages=(0, 18))]  # fmt: skip


def _school_home(home: Home) -> list[Offer]:
    groups = ("autismespektrum", "opmaerksomhedsforstyrrelse", "skolevaegring")
    return [
        Offer("ophold", "Døgnophold", "day_and_night", ("bl-43-1-6", "bl-114"), groups, home.places,
              audience="children", ages=(8, 23)),
        Offer("skole", "Intern skole", "day", ("fsl-20",), groups, 14,
              audience="children", ages=(8, 18)),
    ]  # fmt: skip


def _child_home(home: Home) -> list[Offer]:
    groups = ("omsorgssvigt", "tilknytningsforstyrrelse")
    offers = [Offer("ophold", "Døgnophold", "day_and_night", ("bl-43-1-6",), groups, home.places,
                    audience="children", ages=(6, 18))]  # fmt: skip
    if home.places >= 14:
        offers.append(
            Offer("udslusning", "Udslusning og efterværn", "day_and_night",
                  ("bl-43-1-6", "bl-114", "sel-107"), groups, 4, audience="both", ages=(16, 23))
        )  # fmt: skip
    return offers


def _shelter(home: Home) -> list[Offer]:
    groups = ("hjemloeshed", "stofmisbrug", "alkoholmisbrug")
    return [
        Offer("ophold", "Midlertidigt ophold", "day_and_night", ("sel-110",), groups, home.places),
        Offer("akut", "Akutpladser", "short_stay", ("sel-110",), groups, 4),
    ]


def _crisis_centre(home: Home) -> list[Offer]:
    return [
        Offer(
            "ophold",
            "Ophold efter vold",
            "day_and_night",
            ("sel-109",),
            ("voldsudsat",),
            home.places,
        )
    ]


def _day(home: Home) -> list[Offer]:
    groups = ("udviklingshaemning", "autismespektrum", "hjerneskade-erhvervet")
    work = home.places // 2
    both = home.places - work
    return [
        Offer("vaerksted", "Beskyttet beskæftigelse", "day", ("sel-103",), groups, work),
        Offer("samvaer", "Aktivitets- og samværstilbud", "day", ("sel-104",), groups, both),
        Offer("stu", "Ungdomsuddannelse", "day", ("stu-1",), groups[:2], 12,
              audience="both", ages=(16, 25)),
    ]  # fmt: skip


def _treatment(home: Home) -> list[Offer]:
    drugs = ("stofmisbrug",)
    return [
        Offer("stof", "Ambulant stofbehandling", "outpatient", ("sel-101", "sul-142"), drugs,
              home.places),
        Offer("anonym", "Anonym stofbehandling", "outpatient", ("sel-101-a",), drugs, 0),
        Offer("alkohol", "Ambulant alkoholbehandling", "outpatient", ("sul-141",),
              ("alkoholmisbrug",), home.places),
        Offer("unge", "Stofbehandling af unge", "outpatient", ("bl-33",), drugs, 10,
              audience="both", ages=(15, 25)),
    ]  # fmt: skip


def _treatment_stay(home: Home) -> list[Offer]:
    groups = ("stofmisbrug", "alkoholmisbrug")
    return [
        Offer(
            "ophold", "Døgnbehandling", "day_and_night", ("sel-101", "sul-141"), groups, home.places
        )
    ]


def _school(home: Home) -> list[Offer]:
    groups = ("multipel-funktionsnedsaettelse", "hoerenedsaettelse", "synsnedsaettelse")
    return [
        Offer("skole", "Specialskole", "day", ("fsl-20",), groups, home.places,
              audience="children", ages=(6, 18)),
        Offer("stu", "Ungdomsuddannelse", "day", ("stu-1",), groups, 20,
              audience="both", ages=(16, 25)),
    ]  # fmt: skip


def _communication(home: Home) -> list[Offer]:
    groups = ("hoerenedsaettelse", "synsnedsaettelse", "sprogforstyrrelse")
    return [
        Offer("abonnement", "Rådgivning og udredning", "outpatient", ("lsv-1", "sel-112"), groups,
              0, audience="both", ages=(0, None)),
        Offer("undervisning", "Undervisningsforløb", "outpatient", ("lsv-1",), groups, 0),
    ]  # fmt: skip


_PATTERNS: Mapping[str, Callable[[Home], list[Offer]]] = {
    "home": _home,
    "former_home": _former,
    "secure": _secure,
    "childrens_house": _childrens_house,
    "school_home": _school_home,
    "child_home": _child_home,
    "shelter": _shelter,
    "crisis_centre": _crisis_centre,
    "day": _day,
    "treatment": _treatment,
    "treatment_stay": _treatment_stay,
    "school": _school,
    "communication": _communication,
}
