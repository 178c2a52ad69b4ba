"""What the report says, as plain values: texts in Danish, amounts in whole øre."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class BasketRow:
    """A price in the basket: a year of one place in the base year and in year N."""

    facility: str
    service: str
    places: str
    base_ore: int
    now_ore: int
    change: str


@dataclass(frozen=True, slots=True)
class OutsideRow:
    """Something outside the basket, with its status and the reason."""

    facility: str
    service: str
    status: str
    reason: str


@dataclass(frozen=True, slots=True)
class QuarterRow:
    """Supplements of a quarter; `corrected` counts the earlier figures it followed."""

    quarter: int
    supplements_ore: int
    turnover_ore: int
    share: str
    citizens: str
    registered: str
    corrected: int = 0


@dataclass(frozen=True, slots=True)
class DevelopmentRow:
    """How the average price of a place went; a note where it cannot be said."""

    before_ore: int | None = None
    after_ore: int | None = None
    price_ore: int | None = None
    structure_ore: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class StepRow:
    """One step of the proof: what, how much, where from, and whether it was checked."""

    label: str
    value: str
    source: str
    unverified: bool = False


@dataclass(frozen=True, slots=True)
class OperatorPart:
    """One operator: the verdict with its reasons, and everything behind it."""

    name: str
    verdict: str
    level: str
    allowed: str
    excess_ore: int | None
    index: str
    reasons: tuple[str, ...]
    basket: tuple[BasketRow, ...]
    outside: tuple[OutsideRow, ...]
    quarters: tuple[QuarterRow, ...]
    development: DevelopmentRow
    steps: tuple[StepRow, ...]
    supplement_share: str = ""


@dataclass(frozen=True, slots=True)
class CapReport:
    """The whole report; `points` are the agreement's own, `sources` what it all rests on."""

    title: str
    author: str
    as_of: date
    year: int
    base_year: int
    quarter: int
    lead: tuple[str, ...]
    points: tuple[tuple[str, str], ...]
    operators: tuple[OperatorPart, ...]
    sources: tuple[str, ...]
    unverified: tuple[str, ...]
