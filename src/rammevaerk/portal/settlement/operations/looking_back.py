"""How far back a run bills: to the first month settled here, and further only when asked."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from rammevaerk.portal.settlement.calculate.snapshot import after_month
from rammevaerk.portal.settlement.operations.run_requests import RunRequest, own_since, usual_back

MOST_NEW = 12


@dataclass(frozen=True, slots=True)
class LookingBack:
    """A request as far back as it should look, since when, and the months nobody settled here."""

    request: RunRequest
    since: date | None
    new: list[date]


def looking_back(request: RunRequest, *, more: int = 0) -> LookingBack:
    """Let a request look back to the first month settled here, and `more` months before that."""
    own = own_since(request)
    asked = replace(request, months_back=usual_back(own, request.month) + more)
    new = {
        after_month(first, -step) for first in _starts(request, own) for step in range(1, more + 1)
    }
    return LookingBack(asked, min(own.values(), default=None), sorted(new))


def _starts(request: RunRequest, own: Mapping[int, date]) -> set[date]:
    return {own.get(one.pk, request.month) for one in request.scope.services()}
