"""Half-open validity of rows, `[valid_from, valid_to)`, and when they were believed.

As filters and as a constraint.
"""

from datetime import date, datetime

from django.db.models import CheckConstraint, F, Q


def in_force(day: date, prefix: str = "") -> Q:
    """Rows whose validity holds the day; an empty end is open."""
    return Q(**{f"{prefix}valid_from__lte": day}) & (
        Q(**{f"{prefix}valid_to__isnull": True}) | Q(**{f"{prefix}valid_to__gt": day})
    )


def reaching(first: date, end: date) -> Q:
    """Rows whose validity holds something of [first, end); days, or moments for a moment's rows."""
    lasts = Q(valid_to__isnull=True) | Q(valid_to__gt=first)
    return lasts & Q(valid_from__lt=end)


def known_at(moment: datetime | None) -> Q:
    """Rows that were believed at the moment; None is now."""
    if moment is None:
        return Q(superseded_at__isnull=True)
    return Q(registered_at__lte=moment) & (
        Q(superseded_at__isnull=True) | Q(superseded_at__gt=moment)
    )


def told_since(moment: datetime) -> Q:
    """Rows that were registered or superseded after the moment."""
    return Q(registered_at__gt=moment) | Q(superseded_at__gt=moment)


def period_check(name: str) -> CheckConstraint:
    """The period is not empty; an empty end is open."""
    return CheckConstraint(
        condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")), name=name
    )
