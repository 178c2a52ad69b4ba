"""The findings on an action plan: one function per rule, and all of them together."""

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import chain

from rammevaerk.engine.documents import plan_dates, plan_texts
from rammevaerk.engine.documents.plan_content import (
    MilestoneKind,
    Plan,
    PlanFigure,
    PlanInitiative,
    PlanMilestone,
    PlanStatus,
    PlanText,
    StatusState,
)
from rammevaerk.engine.findings import Finding, Severity, sort_findings

__all__ = [
    "MilestoneKind",
    "Plan",
    "PlanFigure",
    "PlanInitiative",
    "PlanMilestone",
    "PlanStatus",
    "PlanText",
    "StatusState",
    "find",
    "identical_figures",
]

# Below this, two equal counts are too likely to be chance to ask about.
SMALLEST_STRIKING_VALUE = 10


def find(
    plan: Plan,
    *,
    as_of: date,
    abbreviations: Mapping[str, str],
    stale_after_months: int = plan_dates.STALE_AFTER_MONTHS,
) -> list[Finding]:
    """Return every finding on `plan` as of a day, the gravest first.

    The plan is what was known on `as_of`: its statuses those in force, its milestones reached
    only as far as was recorded by then. `abbreviations` are short to long names that the
    reader may be given as a proposal. The order of initiatives, figures and statuses given is
    irrelevant. Rules: docs/algorithms/plan_findings.md.
    """
    return sort_findings(
        chain(
            plan_dates.passed_dates(plan, as_of=as_of),
            plan_dates.starts(plan, as_of=as_of),
            plan_dates.started_contradictions(plan, as_of=as_of),
            plan_dates.missing_statuses(plan, as_of=as_of),
            plan_dates.stale_statuses(plan, as_of=as_of, after_months=stale_after_months),
            plan_dates.reached_too_early(plan, as_of=as_of),
            plan_dates.milestone_order(plan),
            plan_texts.text_dates(plan, as_of=as_of),
            plan_texts.placeholders(plan, as_of=as_of),
            plan_texts.abbreviations(plan, as_of=as_of, known=abbreviations),
            plan_texts.month_spelling(plan, as_of=as_of),
            identical_figures(plan),
        )
    )


def identical_figures(plan: Plan) -> Iterator[Finding]:
    """plan.identical-figures: one organisation has one count for two subjects at one time."""
    alike: dict[tuple[str, str, int], list[PlanFigure]] = {}
    for figure in sorted(plan.figures, key=lambda one: (one.period.start, one.key)):
        if figure.value >= SMALLEST_STRIKING_VALUE:
            unit = " ".join(figure.unit.casefold().split())
            alike.setdefault((figure.organisation, unit, figure.value), []).append(figure)
    for figures in alike.values():
        for group in _overlapping(figures):
            if len({figure.subject for figure in group}) > 1:
                yield _identical(group)


def _overlapping(figures: list[PlanFigure]) -> Iterator[list[PlanFigure]]:
    """Divide figures, sorted by start, into groups whose periods hang together."""
    group: list[PlanFigure] = []
    for figure in figures:
        if group and not any(figure.period.overlaps(other.period) for other in group):
            yield group
            group = []
        group.append(figure)
    yield group


def _identical(group: list[PlanFigure]) -> Finding:
    first = group[0]
    count = f"{first.value} {first.unit}"
    subjects = list(dict.fromkeys(f"«{figure.subject}»" for figure in group))
    listed = ", ".join(subjects[:-1]) + f" og {subjects[-1]}"
    return Finding(
        code="plan.identical-figures",
        severity=Severity.WARNING,
        place=first.place,
        message=f"{count} fra {first.organisation} står ved {listed} for samme tid. Er det de "
        "samme, så tæl dem kun ét sted; er det ikke, så skriv kilden ved hvert tal.",
        found="; ".join(f"{count} ({figure.place})" for figure in group),
        expected="ét tal pr. emne, med kilde",
        target=first.key,
    )
