"""What an address of the catalogue asks for, and what of it cannot be read."""

import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _

from rammevaerk.portal.catalogue.queries.search import Wanted
from rammevaerk.portal.common.forms import DayField

CHOICES = (
    "paragraf", "maalgruppe", "kommune", "driftsherre", "ejerform", "art", "daekning", "form",
)  # fmt: skip
OTHERS = ("q", "alder", "overgang", "ledige", "omfattet", "pris_fra", "pris_til", "pr", "lukkede")
_OLDEST = 120
_EARLIEST, _LATEST_YEARS = date(2007, 1, 1), 10


@dataclass(frozen=True, slots=True)
class Asked:
    """The filters of an address; `problems` are Danish sentences about what was left out."""

    wanted: Wanted
    on: date
    on_text: str = ""
    with_closed: bool = False
    problems: list[str] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)

    @property
    def narrows(self) -> bool:
        """Whether anything but the day is asked for."""
        return self.wanted != Wanted(chosen=dict.fromkeys(CHOICES, ""))


def read_filters(query: QueryDict, *, today: date) -> Asked:
    """Read the address; what cannot be read narrows nothing and is said."""
    problems: list[str] = []
    on = as_of(query.get("pr", ""), today, problems)
    wanted = Wanted(
        text=query.get("q", "").strip()[:100],
        chosen={name: query.get(name, "")[:80] for name in CHOICES},
        age=_age(query.get("alder", ""), problems),
        only_across_18=query.get("overgang") == "1",
        only_free=query.get("ledige") == "1",
        covered=query.get("omfattet", "") if query.get("omfattet") in {"ja", "nej"} else "",
        price_from_ore=_kroner(query.get("pris_fra", ""), problems),
        price_to_ore=_kroner(query.get("pris_til", ""), problems),
    )
    return Asked(
        wanted=wanted,
        on=on,
        on_text=query.get("pr", "")[:60],
        with_closed=query.get("lukkede") == "1",
        problems=problems,
        texts={name: query.get(name, "")[:100] for name in OTHERS},
    )


def as_of(text: str, today: date, problems: list[str]) -> date:
    """The day of ``?pr=``, else today; what is wrong with it is added to the problems."""
    try:
        found: Any = DayField(required=False).clean(text.strip()[:60])
    except ValidationError as problem:
        problems += [f"{one} {_('Der vises, hvad der gælder i dag.')}" for one in problem.messages]
        return today
    latest = today + timedelta(days=366 * _LATEST_YEARS)
    if found is not None and not _EARLIEST <= found <= latest:
        problems.append(
            _("Vælg en dag mellem 2007 og ti år frem. Der vises, hvad der gælder i dag.")
        )
        return today
    return found or today


def _age(text: str, problems: list[str]) -> int | None:
    if not text.strip():
        return None
    if re.fullmatch("[0-9]{1,3}", text.strip()) and int(text) <= _OLDEST:
        return int(text)
    problems.append(_("Alderen «%s» kan ikke læses; skriv et tal mellem 0 og 120.") % text[:20])
    return None


def _kroner(text: str, problems: list[str]) -> int | None:
    """Whole kroner, with or without dots, as øre."""
    if not text.strip():
        return None
    digits = re.sub(r"[.\s]|kr", "", text.strip())
    if re.fullmatch("[0-9]{1,7}", digits):
        return int(digits) * 100
    problems.append(_("Prisen «%s» kan ikke læses; skriv hele kroner, fx 2.500.") % text[:20])
    return None
