"""Payment for patients ready for discharge: somatic by the Act, psychiatric as minutes state it.

The two are separate rules with parameters of their own; neither is ever used for the other.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from rammevaerk.engine.errors import ParameterError, UnfitCase
from rammevaerk.engine.findings import Finding, Severity
from rammevaerk.engine.parameter_types import whole, wholes
from rammevaerk.engine.parameters import Parameters, ParameterValue
from rammevaerk.engine.rule import Edition, Rule
from rammevaerk.engine.steps import step
from rammevaerk.engine.trace import Step, Trace


@dataclass(frozen=True, slots=True)
class SomaticDischarge:
    """What a municipality pays to the region and, on top, to the state."""

    region_ore: int
    state_ore: int
    trace: Trace
    findings: tuple[Finding, ...]

    @property
    def total_ore(self) -> int:
        """Region's and state's part together."""
        return self.region_ore + self.state_ore


@dataclass(frozen=True, slots=True)
class PsychiatricDischarge:
    """What a municipality pays; the minutes know of one amount only."""

    total_ore: int
    trace: Trace
    findings: tuple[Finding, ...]


SOMATIC: Rule[[int, Sequence[int]], list[int]] = Rule("special.discharged_somatic")
PSYCHIATRIC: Rule[[int, Sequence[int]], list[int]] = Rule("special.discharged_psychiatric")


@SOMATIC.edition(date(2017, 1, 1), source="sul-238")
@PSYCHIATRIC.edition(date(2020, 11, 23), source="dassos-2020-11-23")
def _days_per_band(bed_days: int, from_days: Sequence[int]) -> list[int]:
    """Count the bed days in each band; a band starts at its day and ends before the next."""
    reached = [max(0, bed_days - first + 1) for first in from_days]
    return [now - after for now, after in zip(reached, [*reached[1:], 0], strict=True)]


def discharged_somatic(
    bed_days: int, first_day: date, price_level: int, parameters: Parameters
) -> SomaticDischarge:
    """Price bed days in a somatic ward from the day the patient was ready for discharge.

    The region's part is the same every bed day; the state's rises by the number of the day.
    `price_level` is the year of the rates. `NoRuleForDate` before 2017 and for a price level whose
    rates are not known, `UnfitCase` for less than one bed day.
    """
    edition = SOMATIC.on(first_day)
    _require_days(bed_days)
    level = date(price_level, 1, 1)
    region = parameters.on("special/discharged_somatic_region", level)
    from_days = parameters.on("special/discharged_somatic_state_from", first_day)
    rates = parameters.on("special/discharged_somatic_state", level)
    region_ore = bed_days * whole(region)
    steps = [
        step(f"Regionens del: {bed_days} sengedage", region_ore, "ore", edition, region),
        *_band_steps("Statens del", bed_days, from_days, rates, edition),
    ]
    state_ore = _band_total(bed_days, from_days, rates, edition)
    steps.append(step("I alt", region_ore + state_ore, "ore", edition))
    findings = _level_findings(first_day, price_level)
    return SomaticDischarge(region_ore, state_ore, Trace(tuple(steps)), findings)


def discharged_psychiatric(
    bed_days: int, first_day: date, price_level: int, parameters: Parameters
) -> PsychiatricDischarge:
    """Price bed days in a psychiatric ward as the minutes of 23 November 2020 state it.

    Nothing for the first six bed days. Errors as for `discharged_somatic`.
    """
    edition = PSYCHIATRIC.on(first_day)
    _require_days(bed_days)
    from_days = parameters.on("special/discharged_psychiatric_from", first_day)
    rates = parameters.on("special/discharged_psychiatric", date(price_level, 1, 1))
    total = _band_total(bed_days, from_days, rates, edition)
    steps = [
        *_band_steps("Betaling", bed_days, from_days, rates, edition),
        step("I alt", total, "ore", edition),
    ]
    return PsychiatricDischarge(total, Trace(tuple(steps)), _level_findings(first_day, price_level))


_Bands = Edition[[int, Sequence[int]], list[int]]


def _bands(
    bed_days: int, from_days: ParameterValue, rates: ParameterValue, edition: _Bands
) -> list[tuple[int, int, int]]:
    """Return (first day, number of days, rate) for each band."""
    firsts, amounts = wholes(from_days), wholes(rates)
    if len(firsts) != len(amounts) or list(firsts) != sorted(set(firsts)):
        raise ParameterError((f"{from_days.key} and {rates.key} do not belong together",))
    return list(zip(firsts, edition.calculate(bed_days, firsts), amounts, strict=True))


def _band_total(
    bed_days: int, from_days: ParameterValue, rates: ParameterValue, edition: _Bands
) -> int:
    return sum(days * rate for _, days, rate in _bands(bed_days, from_days, rates, edition))


def _band_steps(
    what_da: str, bed_days: int, from_days: ParameterValue, rates: ParameterValue, edition: _Bands
) -> list[Step]:
    # Bands without a day are shown too: that nothing is paid rests on the same parameters.
    return [
        step(
            f"{what_da} fra {first}. sengedag: {days} sengedage",
            days * rate,
            "ore",
            edition,
            from_days,
            rates,
        )
        for first, days, rate in _bands(bed_days, from_days, rates, edition)
    ]


def _require_days(bed_days: int) -> None:
    if bed_days < 1:
        raise UnfitCase(f"{bed_days} sengedage kan ikke opgøres; der skal være mindst én.")


def _level_findings(first_day: date, price_level: int) -> tuple[Finding, ...]:
    if first_day.year == price_level:
        return ()
    return (
        Finding(
            code="special.other-price-level",
            severity=Severity.WARNING,
            place="Betaling for færdigbehandlede",
            message=f"Beløbet er i {price_level}-niveau, ikke i opholdets. Satsen for opholdets år "
            "skal indlæses, før beløbet kan opkræves.",
            found=f"{price_level}-niveau",
            expected=f"{first_day.year}-niveau",
        ),
    )
