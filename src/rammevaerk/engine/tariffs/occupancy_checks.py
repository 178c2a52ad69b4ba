"""Assumed occupancy over many services: the agreement's rule, the neighbours', the outcome."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from rammevaerk.engine.findings import Finding, Severity
from rammevaerk.engine.tariffs.agreement import AgreementRules, as_share
from rammevaerk.engine.tariffs.errors import TariffError
from rammevaerk.engine.tariffs.occupancy import Occupancy, OccupancyKind, judge_occupancy
from rammevaerk.engine.tariffs.rounding import fraction_text_da, share_text_da


@dataclass(frozen=True, slots=True)
class CheckedOccupancy:
    """The occupancy figures of a service; those of years with both assumed and actual last."""

    target: str
    place: str
    setting: str
    occupancy: Occupancy
    deviation_year: int | None = None
    assumed_then: Fraction | None = None


def occupancy_findings(
    services: Iterable[CheckedOccupancy],
    rules: AgreementRules,
    neighbours: Sequence[AgreementRules],
    deviations: AgreementRules,
    year: int,
) -> list[Finding]:
    """Assumed occupancy held against the agreement's own rule.

    Where it has none, that is said once, with what the neighbours' bands would say for
    orientation. `deviations` is the agreement whose practice tells from how many points actual
    occupancy is told; when it is another's, the finding says so and is a note.
    """
    rows = list(services)
    found: list[Finding] = []
    unchecked = False
    for one in rows:
        try:
            judged = judge_occupancy(one.occupancy, rules, year)
        except TariffError:
            message = "Den forudsatte belægning mangler; den skal offentliggøres med taksten."
            found.append(
                Finding(
                    "occupancy.missing", Severity.WARNING, one.place, message, target=one.target
                )
            )
            continue
        for finding in judged.findings:
            if finding.code == "occupancy.no-rule":
                unchecked = True
            else:
                found.append(replace(finding, place=one.place, target=one.target))
    if unchecked:
        found.append(_orientation(rows, rules, neighbours, year))
    own = deviations.agreement == rules.agreement
    return found + [each for one in rows for each in _deviation(one, deviations, own=own)]


def _orientation(
    rows: Sequence[CheckedOccupancy],
    rules: AgreementRules,
    neighbours: Sequence[AgreementRules],
    year: int,
) -> Finding:
    """One note for all: no band is known here, and what the neighbours' would have said."""
    told = []
    for other in neighbours:
        outside = _outside(rows, other, year)
        if outside is not None:
            told.append(outside)
    text = " ".join(told) or "Ingen af de aftaler, vi kender, har en."
    return Finding(
        "occupancy.no-rule",
        Severity.NOTE,
        f"Forudsat belægning {year}",
        f"Aftalen for {rules.agreement.capitalize()} har ingen kendt grænse for den forudsatte "
        f"belægning, så den er ikke kontrolleret. Til orientering: {text}",
    )


def _outside(rows: Sequence[CheckedOccupancy], other: AgreementRules, year: int) -> str | None:
    day = date(year, 1, 1)
    lowest, highest = other.find("occupancy_minimum", day), other.find("occupancy_maximum", day)
    if lowest is None or highest is None:
        return None
    most = as_share(highest)
    least = {kind: as_share(lowest, kind) for kind in OccupancyKind}
    assumed = [(one.occupancy.kind, one.occupancy.budgeted) for one in rows]
    stated = [(kind, value) for kind, value in assumed if value is not None]
    outside = sum(1 for kind, value in stated if not least[kind] <= value <= most)
    sure = "" if lowest.is_verified and highest.is_verified else " (ikke efterprøvet for året)"
    day_and_night, short = (share_text_da(least[kind]) for kind in OccupancyKind)
    return (
        f"{other.agreement.capitalize()} tillader {day_and_night} til {share_text_da(most)}, "
        f"korte ophold fra {short}{sure}; {outside} af {len(stated)} ydelser her ligger uden for."
    )


def _deviation(one: CheckedOccupancy, rules: AgreementRules, *, own: bool) -> list[Finding]:
    if one.deviation_year is None or one.assumed_then is None:
        return []
    actual = one.occupancy.actual.get(one.deviation_year)
    limit = rules.find("occupancy_deviation", date(one.deviation_year, 1, 1))
    if actual is None or limit is None:
        return []
    points = abs(actual - one.assumed_then)
    if points < as_share(limit):
        return []
    whose = (
        "" if own else
        f" Grænsen på {limit.text_da()} er praksis i {rules.agreement.capitalize()}, ikke her."
    )  # fmt: skip
    return [
        Finding(
            "occupancy.differs",
            Severity.NOTE,
            one.place,
            f"Den faktiske belægning i {one.deviation_year} afveg "
            f"{fraction_text_da(100 * points, 2)} procentpoint fra den forudsatte.{whose}",
            share_text_da(actual),
            share_text_da(one.assumed_then),
            one.target,
        )
    ]
