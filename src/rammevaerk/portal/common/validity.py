"""Half-open validity of rows, `[valid_from, valid_to)`: as a filter and as a constraint."""

from datetime import date

from django.db.models import CheckConstraint, F, Q


def in_force(day: date, prefix: str = "") -> Q:
    """Rows whose validity holds the day; an empty end is open."""
    return Q(**{f"{prefix}valid_from__lte": day}) & (
        Q(**{f"{prefix}valid_to__isnull": True}) | Q(**{f"{prefix}valid_to__gt": day})
    )


def period_check(name: str) -> CheckConstraint:
    """The period is not empty; an empty end is open."""
    return CheckConstraint(
        condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")), name=name
    )
