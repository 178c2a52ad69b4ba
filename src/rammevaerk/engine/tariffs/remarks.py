"""What must be known beside a comparison: days and sums that do not fit, where hours come from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from rammevaerk.engine.findings import Finding, Severity
from rammevaerk.engine.money import format_kroner
from rammevaerk.engine.parameters import ParameterValue
from rammevaerk.engine.tariffs.models import (
    FixedSum,
    Model,
    Placements,
    SumPer,
    hours_in_force,
)

_CALENDAR = range(365, 367)
_STATED_DA = "angivet i modellen"


@dataclass(frozen=True, slots=True)
class HourSource:
    """An hourly rate that a model prices by, and the rule it is taken from, if any.

    `start` is the day the model uses it from; an empty facility or plan means all of them.
    """

    model: str
    facility: str
    plan: str
    start: date
    ore: int
    parameter: ParameterValue | None

    @property
    def source_da(self) -> str:
        """The rule, its version and title, and whether it was checked; or that it is stated."""
        rule = self.parameter
        if rule is None:
            return _STATED_DA
        sure = f"efterprøvet {rule.verified}" if rule.is_verified else "ikke efterprøvet"
        return f"{rule.key}, version fra {rule.period.start}, {rule.source.title_da}, {sure}"

    def text_da(self) -> str:
        """Return one line of text."""
        what = ", ".join(["timepris", *filter(None, (self.facility, self.plan))])
        return f"«{self.model}», {what}: {format_kroner(self.ore)} ({self.source_da})"

    def as_dict(self) -> dict[str, object]:
        """Return plain values, ready for JSON."""
        rule = self.parameter
        return {
            "model": self.model,
            "facility": self.facility,
            "plan": self.plan,
            "from": self.start.isoformat(),
            "ore": self.ore,
            "source_da": self.source_da,
            "rule": rule
            and {
                "key": rule.key,
                "value": rule.text_da(),
                "version_from": rule.period.start.isoformat(),
                "source": rule.source.title_da,
                "verified": rule.verified and rule.verified.isoformat(),
            },
        }


def hour_sources(models: Sequence[Model]) -> tuple[HourSource, ...]:
    """Return every hourly rate in force in the models, in their order, with its source."""
    return tuple(
        HourSource(model.name, rate.facility, rate.plan, rate.start, rate.ore, rate.parameter)
        for model in models
        for rate in hours_in_force(model)
    )


def remarks(
    before: Model, after: Model, placements: Placements, met: Placements
) -> tuple[Finding, ...]:
    """Return what does not stop a comparison but must be seen beside its figures."""
    found = []
    if before.days_basis != after.days_basis:
        message = (
            f"Et helt år har {before.days_basis} dage i «{before.name}» og {after.days_basis} i "
            f"«{after.name}». Begge er regnet på de dage, der står i tabellen over indskrivninger."
        )
        found.append(_warning("models.days-basis", "Modellerne", message))
    for model, rows in ((before, placements), (after, met)):
        found += _sums(model, rows) + _unverified(model)
    if {one.per for model in (before, after) for one in _in_force(model)} == set(SumPer):
        message = (
            "Nogle beløb er for et helt år, andre for perioden; de kan kun sammenlignes, når "
            "perioden er et helt år."
        )
        found.append(_warning("models.sum-period", "Modellerne", message))
    return tuple(found)


def _in_force(model: Model) -> list[FixedSum]:
    return [one for part in model.parts for one in part.sums if one.start <= model.on]


def _sums(model: Model, placements: Placements) -> list[Finding]:
    """A sum per year beside days that are not a year's: it is never cut down to them."""
    yearly = [one for one in _in_force(model) if one.per is SumPer.YEAR]
    longest = int(placements.days.max(initial=0))
    basis = model.days_basis
    # A fixed 365 beside a leap year's 366 days, or the other way round, is still a full year.
    if not yearly or longest == basis or (longest in _CALENDAR and basis in _CALENDAR):
        return []
    names = ", ".join(sorted({f"«{one.name}»" for one in yearly}))
    message = (
        f"{names} er for et helt år ({basis} dage) og er regnet med fuldt ud, men den længste "
        f"indskrivning har {longest} dage. Er perioden ikke et helt år, så skriv beløbet for "
        'perioden og per = "period".'
    )
    return [_warning("models.sum-period", f"Model «{model.name}»", message)]


def _unverified(model: Model) -> list[Finding]:
    return [
        _warning(
            "models.unverified",
            f"Model «{model.name}»",
            f"{parameter.label_da} ({parameter.text_da()}) er ikke efterprøvet mod kilden.",
        )
        for parameter in model.parameters
        if not parameter.is_verified
    ]


def _warning(code: str, place: str, message: str) -> Finding:
    return Finding(code, Severity.WARNING, place, message)
