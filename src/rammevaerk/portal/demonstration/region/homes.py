"""Which facilities the invented region has: name, place, operator and size."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import cycle
from pathlib import Path
from random import Random
from typing import Any

from rammevaerk.portal.access.register import read_register
from rammevaerk.portal.demonstration.region.chance import dice_for, drawn

Entry = Mapping[str, Any]
REGION = "region-1082"
_ADULT_GROUPS = {
    "udviklingshaemning": 30,
    "sindslidelse": 24,
    "autismespektrum": 20,
    "hjerneskade-erhvervet": 8,
    "multipel-funktionsnedsaettelse": 6,
    "dobbeltdiagnose": 6,
    "mobilitetsnedsaettelse": 4,
    "dom-til-anbringelse": 2,
}
_PREFIXES = {"Bostedet": 4, "Botilbuddet": 4, "Bofællesskabet": 3, "Boligerne": 1}
# Smallest, most usual and largest number of places.
_SIZES = {
    "municipal": (7, 10, 50),
    "regional": (30, 64, 124),
    "independent": (8, 12, 30),
    "private": (5, 8, 20),
}
# More than a hundred places: those with a development plan.
_LARGE = {("kommune-0746", "municipal", 1): 128, ("kommune-0791", "regional", 1): 152}


@dataclass(frozen=True, slots=True)
class Home:
    """One facility as it is drawn: what it gives and costs follows from this and its key."""

    key: str
    name: str
    kind: str
    pattern: str
    ownership: str
    operator: str
    municipality: str
    group: str
    places: int
    opened: date
    town: str
    closed: date | None = None
    reach: str = "local"
    description: str = ""
    closing_reason: str = ""
    origins: tuple[Entry, ...] = field(default_factory=tuple)

    @property
    def reporter(self) -> str:
        """The authority that keeps its rows: its own, or that of the municipality it lies in."""
        public = self.ownership in ("municipal", "regional")
        return self.operator if public else self.municipality

    @property
    def is_regional(self) -> bool:
        return self.ownership == "regional"

    def dice(self, about: str) -> Random:
        return dice_for(self.key, about)


def read(folder: Path, name: str) -> dict[str, Any]:
    """A data file of the facilities folder."""
    return tomllib.loads((folder / f"{name}.toml").read_text(encoding="utf-8"))


def registered_numbers(folder: Path) -> dict[str, str]:
    """The CVR numbers of the register of organisations, with those of invented operators."""
    numbers = {one["key"]: one["cvr"] for one in read_register() if one.get("cvr")}
    return numbers | {one["key"]: one["cvr"] for one in operator_entries(folder)}


def operator_entries(folder: Path) -> list[Entry]:
    """The invented operators as entries of the register of organisations."""
    return [
        {
            "key": one["key"],
            "kind": "operator",
            "cvr": one["cvr"],
            "valid_from": date(2007, 1, 1),
            "name": [
                {
                    "name": one["name"],
                    "short": one["short"],
                    "kind": "official",
                    "valid_from": date(2007, 1, 1),
                    "source": "Opdigtet til demonstrationen, også CVR-nummeret",
                }
            ],
        }
        for one in read(folder, "operators")["operator"]
    ]


def homes(folder: Path) -> list[Home]:
    """Every facility, those that are no more first."""
    return _Drawing(folder).all()


class _Drawing:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        words = read(folder, "words")
        self.names = self._names(words)
        self.towns = {one["municipality"]: one["town"] for one in words["place"]}
        operators = read(folder, "operators")["operator"]
        self.operators = {
            form: cycle([one["key"] for one in operators if one["form"] == form])
            for form in ("private", "independent")
        }
        self.chains = read(folder, "chains")["chain"]

    def _names(self, words: Entry) -> Iterator[str]:
        names = [first + second for first in words["first"] for second in words["second"]]
        dice_for("names").shuffle(names)
        return iter(names)

    def all(self) -> list[Home]:
        chained = [self._chained(one, at) for at, one in enumerate(self.chains, start=1)]
        living = [
            self._residential(row["municipality"], form, at)
            for row in read(self.folder, "residential")["row"]
            for form in ("municipal", "regional", "private")
            for at in range(1, row[form] + 1)
        ]
        others = [self._other(one) for one in read(self.folder, "others")["facility"]]
        return [*chained, *living, *others]

    def _operator(self, ownership: str, municipality: str) -> str:
        if ownership == "regional":
            return REGION
        return municipality if ownership == "municipal" else next(self.operators[ownership])

    def _chained(self, entry: Entry, at: int) -> Home:
        key = f"tidligere-{at}"
        return Home(
            key=key,
            name=entry["name"],
            kind="residential",
            pattern="former_home",
            ownership=entry["ownership"],
            operator=self._operator(entry["ownership"], entry["municipality"]),
            municipality=entry["municipality"],
            group=drawn(dice_for(key), _ADULT_GROUPS),
            places=entry["places"],
            opened=date(2009, 1, 1),
            closed=entry["on"],
            town=self.towns[entry["municipality"]],
            closing_reason=entry["closing_reason"],
        )

    def _residential(self, municipality: str, form: str, at: int) -> Home:
        key = f"bosted-{municipality.removeprefix('kommune-')}-{form}-{at}"
        dice = dice_for(key)
        # What the table calls private holds independent institutions and foundations too.
        ownership = "independent" if form == "private" and dice.random() < 0.3 else form
        origins = self._origins(municipality, form, at)
        smallest, usual, largest = _SIZES[ownership]
        places = round(dice.triangular(smallest, largest, usual))
        return Home(
            key=key,
            name=f"{drawn(dice, _PREFIXES)} {next(self.names)}",
            kind="residential",
            pattern="home",
            ownership=ownership,
            operator=self._operator(ownership, municipality),
            municipality=municipality,
            group=drawn(dice, _ADULT_GROUPS),
            places=_LARGE.get((municipality, form, at), places),
            opened=origins[0]["on"] if origins else date(dice.randint(2007, 2021), 1, 1),
            town=self.towns[municipality],
            reach="specialised" if form == "regional" and dice.random() < 0.15 else "local",
            description=self._described(municipality, form),
            origins=origins,
        )

    def _origins(self, municipality: str, form: str, at: int) -> tuple[Entry, ...]:
        told = ("on", "kind", "contracts", "tariffs", "must_stay_available", "decision", "reason")
        return tuple(
            {
                "predecessor": f"tidligere-{number}",
                **{name: one[name] for name in told if name in one},
            }
            for number, one in enumerate(self.chains, start=1)
            if [municipality, form, at] in one["into"]
        )

    def _described(self, municipality: str, form: str) -> str:
        if (municipality, form) != ("kommune-0766", "private"):
            return "Et opdigtet tilbud: navn, pladser og priser findes ikke i virkeligheden."
        told = [f"{one['text']} {one['note']}" for one in self._hypotheses()]
        return "Et opdigtet tilbud. Antallet af private bosteder her er regnet ud: " + " ".join(
            told
        )

    def _hypotheses(self) -> list[Entry]:
        found: list[Entry] = read(self.folder, "residential")["hypothesis"]
        return found

    def _other(self, entry: Entry) -> Home:
        ownership, municipality = entry["ownership"], entry["municipality"]
        opened = date(dice_for(entry["key"]).randint(2007, 2019), 1, 1)
        return Home(
            key=entry["key"],
            name=entry["name"],
            kind=entry["kind"],
            pattern=entry["pattern"],
            ownership=ownership,
            operator=entry.get("operator") or self._operator(ownership, municipality),
            municipality=municipality,
            group="",
            places=entry["places"],
            opened=entry.get("valid_from", opened),
            closed=entry.get("valid_to"),
            town=self.towns[municipality],
            reach=entry.get("reach", "local"),
            description=entry.get("description", "Et opdigtet tilbud."),
            closing_reason=entry.get("closing_reason", ""),
            origins=tuple(entry.get("origin", ())),
        )
