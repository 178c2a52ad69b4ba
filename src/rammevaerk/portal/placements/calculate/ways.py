"""Which stays exclude each other: what one lives in, what one visits, and what one goes to."""

from rammevaerk.portal.placements.models import Stay

# By the service's setting; of those that are not here one may have several at a time.
_WAYS = {"day_and_night": Stay.Way.RESIDENCE, "short_stay": Stay.Way.SHORT}


def way_of(setting: str) -> str | None:
    """The way of staying at a service of the setting; None where several may be had."""
    return _WAYS.get(setting)
