"""Contracts of the invented placements: more and more on the standard, some with deviations."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from random import Random
from typing import Any

from rammevaerk.portal.demonstration.region.chance import dice_for
from rammevaerk.portal.demonstration.region.occupants import Visit
from rammevaerk.portal.demonstration.region.services import TODAY, moment, only_own

Entry = dict[str, Any]
_STANDARD_SINCE = {"voksne": date(2023, 10, 1), "boern": date(2024, 1, 1)}
_VERSION = "2.0"
_RENEWED = [date(year, month, 1) for year in range(2023, 2026) for month in (1, 4, 7, 10)]
# Hundredths of those made in the first quarter that are on the standard, and more each quarter.
_FIRST_SHARE, _MORE = 22, 7
_MOST_SHARE = 94
_DEVIATES, _ADDENDUM = 0.07, 0.06
_WAITS = 24
# How many have one: most, not all. An older agreement in a letter or a mail is no contract here.
_NEW_SHARE, _OLD_SHARE, _DAY_SHARE = 0.92, 0.82, 0.6
_DEVIATION = {
    "opsigelse": {
        "heading": "Opsigelse",
        "text": "Hver part kan opsige kontrakten skriftligt med tre måneder til den første.",
        "reason": "Boligen er bygget om til borgeren, og et længere varsel er aftalt.",
    }
}
_OUTSIDE = "Parterne har brugt tilbuddets egen kontrakt, som de plejer (opdigtet)"
_OUTSIDE_CLAUSES = {
    "aftale": {
        "heading": "Aftale om ophold",
        "text": "{køber} køber {ydelse} på {tilbud} for {borger} til {takst} pr. {enhed}.",
        "reason": "",
    },
    "betaling": {
        "heading": "Betaling",
        "text": "Der betales {afregning}. {betaler} betaler regningen inden {betalingsfrist} dage.",
        "reason": "",
    },
}


def contract_entries(made: Sequence[Visit], placements: Iterable[Entry]) -> list[Entry]:
    """A contract for most of those who came since 2023, and some of those who came before."""
    by_key = {(one.service, one.place, one.start): one for one in made}
    # Those of one day together: what holds on the day is then read once.
    return sorted(_contracts(by_key, placements), key=lambda one: one["valid_from"])


def _contracts(
    by_key: Mapping[tuple[str, int, Any], Visit], placements: Iterable[Entry]
) -> Iterator[Entry]:
    waiting = 0
    for entry in placements:
        for stay in entry.get("stays", ())[:1]:
            visit = by_key[entry["service"], stay["place"], stay["valid_from"]]
            dice = visit.dice("contract")
            if not _has_one(visit, dice):
                continue
            newest = (TODAY - visit.start.date()).days < 60 and visit.end is None
            open_yet = newest and waiting < _WAITS and dice.random() < 0.3
            waiting += open_yet
            yield _contract(visit, entry, dice, signed=not open_yet)


def _has_one(visit: Visit, dice: Random) -> bool:
    came = visit.start.date()
    # Who comes by himself, goes to school or is treated as an outpatient, comes without one.
    without = visit.offer.laws[0] in ("sel-109", "sel-110", "fsl-20", "stu-1")
    if without or visit.offer.setting == "outpatient":
        return False
    share = _NEW_SHARE if came >= date(2023, 1, 1) else _OLD_SHARE
    if visit.offer.setting == "day":
        share = _DAY_SHARE
    return visit.end is None and dice.random() < share


def _contract(visit: Visit, entry: Entry, dice: Random, *, signed: bool) -> Entry:
    began = visit.start.date()
    if began < _RENEWED[0]:
        # Who was there before has had a new contract since, some in each quarter.
        began = dice.choice(_RENEWED)
    template = _template(visit, began, dice)
    first: Entry = {
        "sent_at": moment(began, 9),
        "sent_by": "Myndighed (demo)",
        "approvals": _approvals(began) if signed else _approvals(began)[: dice.randint(0, 1)],
    }
    if template is None:
        first["clauses"] = _OUTSIDE_CLAUSES
    elif dice.random() < _DEVIATES:
        first["clauses"] = _DEVIATION
    versions = [first]
    hours = [one for one in entry.get("hours", ()) if one["valid_from"] > began]
    if signed and hours:
        versions.append(_addendum(hours[0]["valid_from"], "Ændrede timer efter opfølgning"))
    elif signed and dice.random() < _ADDENDUM:
        since = began + timedelta(days=dice.randint(90, 400))
        if since <= TODAY:
            versions.append(_addendum(since, "Nyt kontaktpunkt og ny opfølgning"))
    return {
        "placement": entry["reference"],
        "template": template,
        "outside_reason": "" if template else _OUTSIDE,
        "valid_from": began,
        "created_at": moment(began, 8),
        "versions": versions,
    }


def _template(visit: Visit, began: date, dice: Random) -> tuple[str, str] | None:
    audience = "boern" if visit.offer.audience == "children" else "voksne"
    if began < _STANDARD_SINCE[audience]:
        return None
    quarters = (began.year - 2023) * 4 + (began.month - 1) // 3 - 3
    # Some municipalities are ahead of others.
    ahead = dice_for("standard", visit.home.reporter).randint(-14, 14)
    if dice.randrange(100) >= min(_MOST_SHARE, _FIRST_SHARE + ahead + _MORE * quarters):
        return None
    inside = visit.home.ownership != "private" and not only_own(visit.home)
    return f"{audience}-{'inden' if inside else 'uden'}-for", _VERSION


def _approvals(day: date) -> list[Entry]:
    return [
        {"side": "buyer", "by_label": "Myndighed (demo)", "at": moment(day, 10)},
        {"side": "seller", "by_label": "Driftsherre (demo)", "at": moment(day, 14)},
    ]


def _addendum(day: date, summary: str) -> Entry:
    return {
        "valid_from": day,
        "summary": summary,
        "sent_at": moment(day, 9),
        "sent_by": "Myndighed (demo)",
        "approvals": _approvals(day),
    }
