"""How stays of the invented region are settled, and where its parties are billed."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from rammevaerk.portal.demonstration.region.homes import Home
from rammevaerk.portal.demonstration.region.offers import Offer, offers
from rammevaerk.portal.demonstration.region.services import moment

Entry = dict[str, Any]
_SINCE = date(2022, 1, 1)
_SOURCE = "Opdigtet til demonstrationen; styringsaftalens vilkår er ikke læst"
# Full days of absence, then percent of the basis and of the service.
_ABSENCE = {"sel-110": (7, 100, 0), "sel-109": (14, 100, 0), "sel-107": (28, 100, 50)}
_USUAL, _CHILDREN, _DAY = (30, 100, 75), (60, 100, 100), (15, 100, 0)


def terms_entries(found: Sequence[Home]) -> list[Entry]:
    """The terms of every service, from its first whole month."""
    return [_terms(home, offer) for home in found for offer in offers(home)]


def _terms(home: Home, offer: Offer) -> Entry:
    began = max(_SINCE, home.opened)
    if began.day > 1:
        began = date(began.year + began.month // 12, began.month % 12 + 1, 1)
    full, basis, service = _absence(offer)
    return {
        "service": f"{home.key}/{offer.key}",
        # Where people come and go by night, a day is twenty-four hours from when he came.
        "day_count": "hotel" if offer.laws[0] == "sel-110" else "calendar",
        "rounding": "line",
        "absence_full_days": full,
        "absence_basis_pct": basis,
        "absence_service_pct": service,
        "over_cap_pct": 75 if home.is_regional and offer.setting == "day_and_night" else 100,
        "payment_days": 30,
        "valid_from": began,
        "valid_to": home.closed if home.closed and home.closed.day == 1 else None,
        "source": _SOURCE,
        "unverified": True,
        "registered_at": moment(max(date(2021, 12, 15), began)),
    }


def _absence(offer: Offer) -> tuple[int, int, int]:
    if offer.setting == "day":
        return _DAY
    if offer.audience == "children":
        return _CHILDREN
    return _ABSENCE.get(offer.laws[0], _USUAL)


# 5790 is the series of Danish locations; what follows is invented, all but the check digit.
_SERIES = "579000"
_MOST = 999_999
# Most want one invoice from each operator; three want them apart.
_GROUPING = {"kommune-0741": "placement", "kommune-0727": "facility", "kommune-0665": "facility"}


def gln_of(number: int) -> str:
    """An invented location number with its right check digit."""
    twelve = f"{_SERIES}{number % (_MOST + 1):06d}"
    odd_even = (1, 3)
    total = sum(int(digit) * odd_even[at % 2] for at, digit in enumerate(twelve))
    return f"{twelve}{-total % 10}"


def party_entries(
    organisations: Iterable[tuple[str, str, str]], towns: dict[str, str]
) -> list[Entry]:
    """How each is billed and paid; `organisations` are key, name and CVR number.

    The CVR numbers of authorities are real, so that an e-invoice has the right shape. The rest is
    invented: addresses, GLNs and accounts are nobody's.
    """
    return [
        _party(number, *one, towns.get(one[0], "9999 Opdigtet By"))
        for number, one in enumerate(sorted(organisations), start=1)
    ]


def _party(number: int, key: str, name: str, cvr: str, town: str) -> Entry:
    postal_code, _space, city = town.partition(" ")
    public = key.startswith(("kommune-", "region-"))
    return {
        "organisation": key,
        "name": name,
        "cvr": cvr,
        "gln": gln_of(800_000 + number * 7) if public else "",
        "street": f"Opdigtet Allé {number}",
        "postal_code": postal_code,
        "city": city,
        "contact": "Økonomi (opdigtet EAN-nummer og konto)",
        "email": f"regning.{key.removeprefix('kommune-')}@demo.example",
        "bank_registration": f"{9_900 + number % 100:04d}",
        "bank_account": f"{number * 7_919:010d}",
        "format": "peppol" if number % 5 == 0 else "oioubl",
        "grouping": _GROUPING.get(key, "payer"),
        "valid_from": date(2024, 1, 1),
    }
