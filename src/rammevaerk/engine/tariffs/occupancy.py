"""The occupancy a tariff assumes: the mean it follows from, the band it must keep, dispensation."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from fractions import Fraction

from rammevaerk.engine.date_words import date_text_da
from rammevaerk.engine.findings import Finding, Severity, sort_findings
from rammevaerk.engine.parameters import ParameterValue
from rammevaerk.engine.rule import Rule
from rammevaerk.engine.steps import step
from rammevaerk.engine.tariffs.agreement import AgreementRules, as_share
from rammevaerk.engine.tariffs.errors import TariffError
from rammevaerk.engine.tariffs.rounding import fraction_text_da, share_text_da
from rammevaerk.engine.trace import Step, Trace

_PLACE = "Forudsat belægning"


class OccupancyKind(StrEnum):
    """Which band a facility falls under."""

    DAY_AND_NIGHT = "day_and_night"
    SHORT_STAY = "short_stay"


class OccupancyVerdict(StrEnum):
    """What an agreement's rule says of an assumed occupancy."""

    ACCEPTED = "accepted"
    NEEDS_APPROVAL = "needs_approval"
    APPROVED = "approved"
    REJECTED = "rejected"
    UNCHECKED = "unchecked"


@dataclass(frozen=True, slots=True)
class Dispensation:
    """Leave to assume one occupancy outside the band, with the decision that gave it.

    `years` are the tariff years the decision names. When it names none, it holds only for the
    tariff year after the one in which it was made: tariffs are approved the year before.
    """

    occupancy: Fraction
    decision: str
    decided: date
    years: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if not self.decision.strip():
            raise TariffError(
                "dispensation.decision", "en dispensation skal henvise til beslutning."
            )

    def holds_for(self, year: int) -> bool:
        """Whether it was given for the tariffs of `year`, and not after that year was over."""
        if self.years:
            return year in self.years and self.decided.year <= year
        return self.decided.year + 1 == year

    def years_da(self) -> str:
        """Which tariff years it holds for."""
        return ", ".join(str(one) for one in self.years or (self.decided.year + 1,))


@dataclass(frozen=True, slots=True)
class Occupancy:
    """The three figures that are easily mixed up, each in a field of its own.

    `budgeted` is what the tariff assumes and must be published, `actual` what accounts show by
    year, `portal` what Tilbudsportalen shows.
    """

    budgeted: Fraction | None
    kind: OccupancyKind
    actual: Mapping[int, Fraction] = field(default_factory=dict)
    portal: Fraction | None = None
    dispensation: Dispensation | None = None


@dataclass(frozen=True, slots=True)
class OccupancyJudgement:
    """The verdict, the mean where the agreement has one, and what to mend."""

    verdict: OccupancyVerdict
    mean: Fraction | None
    findings: tuple[Finding, ...]
    trace: Trace


OCCUPANCY_MEAN: Rule[[tuple[Fraction, ...]], Fraction] = Rule("tariffs.occupancy_mean")


@OCCUPANCY_MEAN.edition(date(2013, 1, 1), source="nordjylland-occupancy")
def _(actual: tuple[Fraction, ...]) -> Fraction:
    """The mean of the years' actual occupancy; not rounded, for no rule says how."""
    return sum(actual, Fraction(0)) / len(actual)


def mean_occupancy(
    actual: Mapping[int, Fraction], rules: AgreementRules, year: int
) -> tuple[Fraction, Trace]:
    """Return the mean that the agreement builds the tariff of `year` on.

    `TariffError` names the year whose occupancy is missing or zero; `UnknownParameter` or
    `NoRuleForDate` when the agreement has no such rule.
    """
    day = date(year, 1, 1)
    back = rules.on("occupancy_years_back", day)
    edition = OCCUPANCY_MEAN.on(day)
    years = [year - int(str(one)) for one in _as_tuple(back)]
    figures = tuple(_actual(actual, one) for one in years)
    mean = edition.calculate(figures)
    steps = [
        Step(f"Faktisk belægning {one}", share_text_da(figure), "text")
        for one, figure in zip(years, figures, strict=True)
    ]
    steps.append(step("Gennemsnit", share_text_da(mean), "text", edition, back))
    return mean, Trace(tuple(steps))


def _as_tuple(parameter: ParameterValue) -> tuple[object, ...]:
    return parameter.value if isinstance(parameter.value, tuple) else (parameter.value,)


def _actual(actual: Mapping[int, Fraction], year: int) -> Fraction:
    figure = actual.get(year)
    if figure is None or figure <= 0:
        problem = "mangler" if figure is None else "er ikke over nul"
        raise TariffError(f"occupancy.actual.{year}", f"den faktiske belægning i {year} {problem}.")
    return figure


def judge_occupancy(occupancy: Occupancy, rules: AgreementRules, year: int) -> OccupancyJudgement:
    """Hold an assumed occupancy against the agreement's rule for the tariffs of `year`.

    `TariffError` when it is missing or not above zero. Outside the band an ERROR stops the figure
    until there is a dispensation for that very percentage and year; above the maximum nothing
    helps.
    """
    budgeted = occupancy.budgeted
    if budgeted is None or budgeted <= 0:
        problem = "mangler" if budgeted is None else "er ikke over nul"
        raise TariffError(
            "occupancy.budgeted", f"den forudsatte belægning {problem}; den skal offentliggøres."
        )
    day = date(year, 1, 1)
    verdict, findings, steps = _band(budgeted, occupancy, rules, day)
    mean, mean_findings, trace = _mean(budgeted, occupancy, rules, year)
    findings += mean_findings + _differences(budgeted, occupancy, rules, year)
    return OccupancyJudgement(
        verdict, mean, tuple(sort_findings(findings)), Trace((*trace, *steps))
    )


def _band(
    budgeted: Fraction, occupancy: Occupancy, rules: AgreementRules, day: date
) -> tuple[OccupancyVerdict, list[Finding], list[Step]]:
    lowest = rules.find("occupancy_minimum", day)
    highest = rules.find("occupancy_maximum", day)
    if lowest is None or highest is None:
        found = [_unknown_rule(rules, day)]
        if budgeted > 1:  # no rule forbids it here, but it is hardly meant
            message = "Belægningen er over hundrede procent."
            found.append(_finding("above-hundred", Severity.WARNING, message, budgeted))
        return OccupancyVerdict.UNCHECKED, found, []
    least, most = as_share(lowest, occupancy.kind), as_share(highest, occupancy.kind)
    text = f"{share_text_da(least)} til {share_text_da(most)}"
    steps = [Step("Tilladt belægning", text, "text", parameters=(lowest, highest))]
    if budgeted > most:
        message = "Belægningen er over det højeste, aftalen tillader."
        rejected = _finding("above-maximum", Severity.ERROR, message, budgeted, most)
        return OccupancyVerdict.REJECTED, [rejected], steps
    if budgeted < least:
        verdict, found, more = _below(budgeted, least, occupancy.dispensation, day.year)
        return verdict, found, steps + more
    return OccupancyVerdict.ACCEPTED, _recommended(budgeted, rules, day, steps), steps


def _below(
    budgeted: Fraction, least: Fraction, dispensation: Dispensation | None, year: int
) -> tuple[OccupancyVerdict, list[Finding], list[Step]]:
    if dispensation and dispensation.occupancy == budgeted and dispensation.holds_for(year):
        text = f"{dispensation.decision}, {date_text_da(dispensation.decided)}"
        step = Step("Dispensation", text, "text", source=dispensation.decision)
        return OccupancyVerdict.APPROVED, [], [step]
    message = (
        "Belægningen er under det laveste, aftalen tillader, og kræver den administrative "
        "styregruppes godkendelse. Anfør dispensationen med henvisning til beslutningen."
    )
    if dispensation:
        message += (
            f" Den anførte gælder {share_text_da(dispensation.occupancy)} i takståret "
            f"{dispensation.years_da()} og er besluttet {date_text_da(dispensation.decided)}."
        )
    needed = _finding("needs-approval", Severity.ERROR, message, budgeted, least)
    return OccupancyVerdict.NEEDS_APPROVAL, [needed], []


def _recommended(
    budgeted: Fraction, rules: AgreementRules, day: date, steps: list[Step]
) -> list[Finding]:
    recommended = rules.find("occupancy_recommended_maximum", day)
    if recommended is None:
        return []
    most = as_share(recommended)
    steps.append(Step("Anbefalet højst", share_text_da(most), "text", parameters=(recommended,)))
    if budgeted <= most:
        return []
    message = "Belægningen er over det anbefalede højeste."
    return [_finding("above-recommended", Severity.WARNING, message, budgeted, most)]


def _mean(
    budgeted: Fraction, occupancy: Occupancy, rules: AgreementRules, year: int
) -> tuple[Fraction | None, list[Finding], Trace]:
    """The mean is the rule's figure; what is assumed instead is told, not corrected."""
    if rules.find("occupancy_years_back", date(year, 1, 1)) is None:
        return None, [], Trace()
    if not occupancy.actual:
        message = "De foregående års faktiske belægning er ikke oplyst, så gennemsnittet er ukendt."
        return None, [_finding("mean-unknown", Severity.WARNING, message, budgeted)], Trace()
    mean, trace = mean_occupancy(occupancy.actual, rules, year)
    if mean == budgeted:
        return mean, [], trace
    message = "Belægningen er ikke gennemsnittet af de år, aftalen bygger på."
    return mean, [_finding("not-mean", Severity.WARNING, message, budgeted, mean)], trace


def _differences(
    budgeted: Fraction, occupancy: Occupancy, rules: AgreementRules, year: int
) -> list[Finding]:
    found = []
    if occupancy.portal is not None and occupancy.portal != budgeted:
        message = "Tilbudsportalen viser en anden belægning end den, taksten forudsætter."
        found.append(
            _finding("portal-differs", Severity.WARNING, message, occupancy.portal, budgeted)
        )
    actual = occupancy.actual.get(year)
    limit = rules.find("occupancy_deviation", date(year, 1, 1))
    if actual is None or limit is None:
        return found
    points = abs(actual - budgeted)
    if points >= as_share(limit):
        message = (
            f"Den faktiske belægning i {year} afviger {fraction_text_da(100 * points, 4)} "
            f"procentpoint fra den forudsatte; fra {limit.text_da()} skal det indberettes."
        )
        found.append(_finding("deviation", Severity.WARNING, message, actual, budgeted))
    return found


def _unknown_rule(rules: AgreementRules, day: date) -> Finding:
    return Finding(
        code="occupancy.no-rule",
        severity=Severity.NOTE,
        place=_PLACE,
        message=(
            f"Rammeaftalens grænser for belægning kendes ikke for {day.year}, "
            "så belægningen er ikke kontrolleret."
        ),
    )


def _finding(
    code: str,
    severity: Severity,
    message: str,
    found: Fraction,
    expected: Fraction | None = None,
) -> Finding:
    return Finding(
        code=f"occupancy.{code}",
        severity=severity,
        place=_PLACE,
        message=message,
        found=share_text_da(found),
        expected="" if expected is None else share_text_da(expected),
    )
