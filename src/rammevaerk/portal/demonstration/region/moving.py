"""Citizens of the invented region who moved on: from one home to another, with the same buyer."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

Entry = dict[str, Any]
# Adults in homes: of those any is old enough for the next home.
_LAWS = ("sel-107", "sel-108", "abl-105")
_SERVICES = ("ophold", "midlertidigt")
_MOVED_SINCE = datetime(2025, 1, 1)  # noqa: DTZ001 - a civil moment
_LONGEST_BETWEEN = timedelta(days=90)
# Of those who came after another had left elsewhere, one in so many is the same citizen.
_SAME = 3


def move_on(entries: Iterable[Entry]) -> None:
    """Let some who came to a home be citizens that had left another not long before."""
    stays = [one for one in entries if one.get("stays") and _of_adults(one)]
    known = Counter(one["citizen"]["pseudonym"] for one in stays)
    left: dict[str, list[Entry]] = defaultdict(list)
    came = [one for one in stays if one["stays"][0]["valid_from"] >= _MOVED_SINCE]
    for one in sorted(stays, key=lambda one: (one["stays"][0]["valid_from"], one["reference"])):
        if one["stays"][0]["valid_to"] is not None and known[one["citizen"]["pseudonym"]] == 1:
            left[one["buyer"]].append(one)
    for at, one in enumerate(came):
        if at % _SAME or known[one["citizen"]["pseudonym"]] > 1:
            continue
        before = next((two for two in left[one["buyer"]] if _follows(one, two)), None)
        if before is not None:
            left[one["buyer"]].remove(before)
            one["citizen"] = before["citizen"]
            # Who has moved on may not be given a third place beside the second.
            left[one["buyer"]] = [two for two in left[one["buyer"]] if two is not one]


def _of_adults(one: Entry) -> bool:
    key = one["service"].partition("/")[2]
    return one["paragraph"] in _LAWS and key.startswith(_SERVICES)


def _follows(one: Entry, before: Entry) -> bool:
    between = one["stays"][0]["valid_from"] - before["stays"][0]["valid_to"]
    elsewhere = one["service"].partition("/")[0] != before["service"].partition("/")[0]
    return elsewhere and timedelta(0) < between <= _LONGEST_BETWEEN
