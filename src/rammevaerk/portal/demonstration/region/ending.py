"""Days away and notices of the invented placements."""

from datetime import date, timedelta
from functools import cache
from typing import Any

from rammevaerk.engine.notice import AgreedNotice, NoticeForm, NoticeSide, notice_end
from rammevaerk.engine.parameters import Parameters
from rammevaerk.portal.demonstration.region.chance import drawn
from rammevaerk.portal.demonstration.region.occupants import Visit
from rammevaerk.portal.demonstration.region.services import TODAY, moment

Entry = dict[str, Any]
_FROM = date(2026, 2, 1)
_AWAY = 0.2
_LONG = 0.012
# Of those in a regional home some were in hospital the whole summer: longer than is paid in full.
_SUMMER = 0.03
_SUMMER_FROM, _SUMMER_TO = date(2026, 7, 20), date(2026, 9, 14)
_REASONS = {"holiday": 5, "home": 6, "hospital": 3, "other": 1}
_NOTICE = 0.013
_WHY = (
    "Flytter til egen bolig med støtte",
    "Flytter til et tilbud nærmere familien",
    "Har ikke længere behov for døgnstøtte",
    "Indsatsen svarer ikke længere til behovet",
)


def absence_entries(visit: Visit) -> list[Entry]:
    """When a citizen was away: few, some for long in hospital, and some away now."""
    if _away_all_summer(visit):
        return [_absence("hospital", _SUMMER_FROM, _SUMMER_TO)]
    dice = visit.dice("absence")
    if visit.offer.setting != "day_and_night" or dice.random() > _AWAY + _LONG:
        return []
    long = dice.random() < _LONG / _AWAY
    start = _FROM + timedelta(days=dice.randint(0, (TODAY - _FROM).days))
    end = start + timedelta(days=dice.randint(35, 70) if long else dice.randint(2, 13))
    left = visit.end.date() if visit.end else None
    if start <= visit.start.date() or (left is not None and end >= left):
        return []
    back = end if end <= TODAY else None
    return [_absence("hospital" if long else drawn(dice, _REASONS), start, back)]


def _away_all_summer(visit: Visit) -> bool:
    usual = visit.home.is_regional and visit.offer.setting == "day_and_night"
    there = visit.end is None and visit.start.date() < _SUMMER_FROM
    return usual and there and visit.dice("absence/summer").random() < _SUMMER


def _absence(reason: str, start: date, back: date | None) -> Entry:
    return {
        "reason": reason,
        "valid_from": start,
        "valid_to": back,
        "registered_at": moment(start, 12),
    }


@cache
def _parameters() -> Parameters:
    return Parameters.load()


def notice_entries(visit: Visit) -> list[Entry]:
    """Some who are there now have been given notice of; a few will leave these days."""
    dice = visit.dice("notice")
    setting = visit.offer.setting
    law = visit.offer.laws[0]
    if visit.end is not None or setting != "day_and_night" or dice.random() > _NOTICE:
        return []
    given = TODAY - timedelta(days=dice.randint(2, 58))
    if law in ("sel-109", "sel-110") or given <= visit.start.date():
        return []
    seller = dice.random() < 0.12
    agreed = AgreedNotice(NoticeForm.RUNNING_MONTH, 2, "Kontraktens vilkår om opsigelse")
    end = notice_end(
        given,
        NoticeSide.SELLER if seller else NoticeSide.BUYER,
        law,
        _parameters(),
        agreed=agreed if seller else None,
    )
    return [
        {
            "side": "seller" if seller else "buyer",
            "given_on": given,
            "reason": _WHY[-1] if seller else dice.choice(_WHY[:-1]),
            "rule": end.rule,
            "clause": end.clause,
            "ends_on": end.ends_on,
            "unverified": end.unverified,
            "registered_at": moment(given, 13),
        }
    ]
