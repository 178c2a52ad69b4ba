"""When a term ends: asked of whoever knows the editions, since they stand above this app."""

from collections.abc import Callable
from datetime import date

# (cooperation id, day) → the last day of the term in force, or None.
TermSource = Callable[[int, date], date | None]
_sources: list[TermSource] = []


def register(source: TermSource) -> None:
    """Let an app that knows the editions say when terms end; called from AppConfig.ready."""
    _sources.append(source)


def last_day_of_term(cooperation_id: int, on: date) -> date | None:
    """The last day of the cooperation's term on the day; None when nobody knows one."""
    found = (source(cooperation_id, on) for source in _sources)
    return next((day for day in found if day is not None), None)
