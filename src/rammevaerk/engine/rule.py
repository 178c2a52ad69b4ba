"""Rules: a formula has one edition per structure the law has given it, each with its source."""

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Generic, ParamSpec, TypeVar

from rammevaerk.engine.errors import EmptyPeriod, NoRuleForDate, RuleError
from rammevaerk.engine.periods import Period

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Edition(Generic[P, R]):
    """One structure of a rule: the days it is in force, its source and its formula."""

    rule: str
    period: Period
    source: str
    calculate: Callable[P, R]


class Rule(Generic[P, R]):
    """A rule by name, with editions registered by decorator and found by date.

    A new edition is for a new structure only; a changed number is a new version of a parameter.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self._editions: list[Edition[P, R]] = []

    def edition(
        self, from_date: date, *, source: str, to_date: date | None = None
    ) -> Callable[[Callable[P, R]], Callable[P, R]]:
        """Register a function as the formula from `from_date` until the next edition.

        `to_date` says that the rule then ends. `RuleError` for a date already taken and an
        edition that overlaps another.
        """
        try:
            period = Period(from_date, to_date)
        except EmptyPeriod as error:
            raise RuleError(self.name, str(error)) from None
        self._refuse_overlap(period)

        def register(formula: Callable[P, R]) -> Callable[P, R]:
            self._editions.append(Edition(self.name, period, source, formula))
            self._editions.sort(key=_start)
            return formula

        return register

    def on(self, day: date) -> Edition[P, R]:
        """Return the edition in force on `day`; `NoRuleForDate` when there is none.

        `RuleError` when its source is not in sources.toml: nobody could look it up.
        """
        at = bisect_right(self._editions, day, key=_start) - 1
        if at < 0 or not self._editions[at].period.contains(day):
            raise NoRuleForDate(self.name, day)
        edition = self._editions[at]
        # Read when a rule is asked, not when it is imported: a settlement of columns asks none.
        from rammevaerk.engine.parameters import packaged_sources

        if edition.source not in packaged_sources():
            raise RuleError(self.name, f"source {edition.source} is not in sources.toml")
        return edition

    @property
    def editions(self) -> tuple[Edition[P, R], ...]:
        """All editions, the earliest first."""
        return tuple(self._editions)

    def _refuse_overlap(self, new: Period) -> None:
        for edition in self._editions:
            old = edition.period
            if old.start == new.start:
                raise RuleError(self.name, f"two editions from {new.start}")
            earlier, later = (old, new) if old.start < new.start else (new, old)
            # An edition without an end gives way to the next; a stated end must be true.
            if earlier.end is not None and earlier.end > later.start:
                raise RuleError(
                    self.name, f"the edition from {earlier.start} overlaps {later.start}"
                )


def _start(edition: Edition[P, R]) -> date:
    return edition.period.start
