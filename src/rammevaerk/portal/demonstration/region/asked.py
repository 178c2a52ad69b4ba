"""Citizens who are waiting for a place in the invented region: asked for, offered, agreed."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from rammevaerk.portal.demonstration.region.buying import Shares
from rammevaerk.portal.demonstration.region.chance import dice_for, drawn
from rammevaerk.portal.demonstration.region.homes import Home
from rammevaerk.portal.demonstration.region.offers import Offer, offers
from rammevaerk.portal.demonstration.region.placed import Names, Prices, born
from rammevaerk.portal.demonstration.region.services import TODAY, moment

Entry = dict[str, Any]
_WAYS = {
    "enquiry": ("enquiry",),
    "offered": ("enquiry", "offered"),
    "accepted": ("enquiry", "offered", "accepted"),
    "declined": ("enquiry", "declined"),
    "withdrawn": ("enquiry", "offered", "withdrawn"),
}
_STATES = {"enquiry": 9, "offered": 6, "accepted": 5, "declined": 3, "withdrawn": 2}
_SHARE = 0.26
_NOTES = {
    "declined": "Tilbuddet har ikke plads til målgruppen i øjeblikket",
    "withdrawn": "Borgeren har valgt et andet tilbud",
}
# Where everybody who is shown the demonstration can find some.
_SURELY = ("bosted-0791-municipal-1", "bosted-0791-municipal-2", "bosted-0791-regional-1",
           "bosted-0751-regional-1", "bosted-0751-municipal-1")  # fmt: skip


def asked_entries(
    found: Sequence[Home], shares: Mapping[str, Shares], prices: Mapping[str, Prices], known: Names
) -> Iterator[Entry]:
    """Entries without a stay, for homes that are open."""
    for home in found:
        if home.closed or home.pattern != "home":
            continue
        surely = home.key in _SURELY
        if surely or home.dice("asked").random() < _SHARE:
            offer = offers(home)[0]
            states = list(_WAYS) if surely else [drawn(home.dice("asked/state"), _STATES)]
            told = shares[home.key], prices[f"{home.key}/{offer.key}"]
            for number, state in enumerate(states):
                yield _asked(home, offer, state, number, told, known)


def _asked(
    home: Home, offer: Offer, state: str, number: int, told: tuple[Shares, Prices], known: Names
) -> Entry:
    shares, prices = told
    dice = dice_for(home.key, "asked", str(number))
    way = _WAYS[state]
    asked = TODAY - timedelta(days=dice.randint(3, 40))
    wanted = max(asked, TODAY) + timedelta(days=dice.choice([0, 1, 2, 4, 8, 15, 24]))
    buyer = shares.most() if dice.random() < 0.5 else drawn(dice, shares.counts)
    entry: Entry = {
        "service": f"{home.key}/{offer.key}",
        "citizen": {
            "pseudonym": known.citizen(f"{home.key}/asked/{number}"),
            "birth_month": born(dice, offer.ages, (wanted, wanted)),
        },
        "buyer": buyer,
        "paragraph": offer.laws[0],
        "reference": known.reference(TODAY.year),
        "buyer_reference": f"Sag {dice.randint(10_000, 99_999)}",
        "state": state,
        "wanted_from": wanted,
        "need": "Søger plads med støtte døgnet rundt; uddybes ved besøg",
        "created_at": moment(asked),
        "synthetic": True,
        "steps": _steps(way, asked),
    }
    if "offered" in way:
        entry["offered_from"] = wanted
    if state == "accepted":
        entry |= _agreed(home, buyer, prices, wanted)
    return entry


def _agreed(home: Home, buyer: str, prices: Prices, wanted: date) -> Entry:
    now = moment(TODAY, 8)
    component, label = sorted(prices.changes[-1][1])[0]
    ground = "rsl-9-1" if buyer == home.municipality else "rsl-9-3"
    held = {"valid_from": wanted, "registered_at": now}
    found: Entry = {
        "payers": [{"payer": buyer, "ground": ground, **held}],
        "prices": [{"component": component, "label": label, **held}],
    }
    if prices.hours_from is not None:
        found["hours"] = [{
            "citizen_minutes": 960, "organisation_minutes": 75, "documentation_minutes": 90,
            "absence_minutes": 135, "reason": "Visitation", **held,
        }]  # fmt: skip
    return found


def _steps(way: tuple[str, ...], asked: date) -> list[Entry]:
    rows = []
    for at, (before, after) in enumerate(zip(("", *way), way, strict=False)):
        day = min(TODAY, asked + timedelta(days=at))
        rows.append({
            "from_state": before, "to_state": after, "on": day, "note": _NOTES.get(after, ""),
            "by_label": "Demonstrationsdata", "registered_at": moment(day, 9 + at),
        })  # fmt: skip
    return rows
