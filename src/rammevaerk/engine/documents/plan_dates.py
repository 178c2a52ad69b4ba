"""Checks of a plan's milestones and statuses against each other and the day asked about."""

from collections.abc import Iterator
from datetime import date

from rammevaerk.engine.date_words import date_text_da
from rammevaerk.engine.documents.plan_content import (
    Plan,
    PlanInitiative,
    PlanMilestone,
    PlanStatus,
)
from rammevaerk.engine.findings import Finding, Severity
from rammevaerk.engine.periods import PartialDate, Precision

STALE_AFTER_MONTHS = 6


def passed_dates(plan: Plan, *, as_of: date) -> Iterator[Finding]:
    """plan.passed-date: an open milestone, not a start, whose planned unit has wholly passed."""
    for initiative, milestone, planned in _overdue(plan, as_of):
        if milestone.kind != "start":
            when = planned.text_da()
            yield Finding(
                code="plan.passed-date",
                severity=Severity.WARNING,
                place=initiative.milestone_place(milestone),
                message=f"«{milestone.title}» var planlagt til {when}, som er passeret. "
                f"{_status_since(initiative, planned, as_of)} Skriv, hvornår det skete, sæt en "
                "ny dato, eller lad milepælen bortfalde.",
                found=when,
                expected="dato for hvornår det skete, eller en ny planlagt dato",
                target=milestone.key,
            )


def _overdue(
    plan: Plan, as_of: date
) -> Iterator[tuple[PlanInitiative, PlanMilestone, PartialDate]]:
    for initiative in plan.in_order():
        status = initiative.status_on(as_of)
        if status is None or status.state != "closed":
            for milestone in initiative.milestones:
                is_open = milestone.reached is None and not milestone.dropped
                if is_open and milestone.planned and milestone.planned.passed(as_of):
                    yield initiative, milestone, milestone.planned


def _status_since(initiative: PlanInitiative, planned: PartialDate, as_of: date) -> str:
    status = initiative.status_on(as_of)
    if status is None:
        return "Initiativet har ingen status."
    if status.effective_on <= planned.last:
        since = date_text_da(status.effective_on)
        return (
            f"Der er ingen status efter {date_text_da(planned.last)}; den seneste er "
            f"«{status.label}» fra {since}."
        )
    return f"Status «{status.label}» er uændret siden {date_text_da(status.effective_on)}."


def starts(plan: Plan, *, as_of: date) -> Iterator[Finding]:
    """plan.not-started and plan.start-unrecorded: a start that has passed and is not recorded."""
    for initiative, milestone, planned in _overdue(plan, as_of):
        if milestone.kind == "start":
            status = initiative.status_on(as_of)
            if status is not None and status.state == "open_started":
                yield _start_unrecorded(initiative, milestone, planned, status)
            else:
                yield _not_started(initiative, milestone, planned, status)


def _not_started(
    initiative: PlanInitiative,
    milestone: PlanMilestone,
    planned: PartialDate,
    status: PlanStatus | None,
) -> Finding:
    when = planned.text_da()
    said = (
        f"men status er «{status.label}» ({date_text_da(status.effective_on)})"
        if status
        else "men der er ingen status på initiativet"
    )
    return Finding(
        code="plan.not-started",
        severity=Severity.WARNING,
        place=initiative.milestone_place(milestone),
        message=f"Opstart var planlagt til {when}, {said}. Skriv, hvornår arbejdet gik i gang, "
        "eller sæt en ny opstart.",
        found=status.label if status else "ingen status",
        expected=f"i gang fra {when}",
        target=milestone.key,
    )


def _start_unrecorded(
    initiative: PlanInitiative, milestone: PlanMilestone, planned: PartialDate, status: PlanStatus
) -> Finding:
    when = planned.text_da()
    return Finding(
        code="plan.start-unrecorded",
        severity=Severity.NOTE,
        place=initiative.milestone_place(milestone),
        message=f"Status er «{status.label}», men den faktiske opstart mangler (planlagt {when}). "
        "Skriv, hvornår arbejdet gik i gang.",
        found=when,
        expected="faktisk opstartsdato",
        target=milestone.key,
    )


def started_contradictions(plan: Plan, *, as_of: date) -> Iterator[Finding]:
    """plan.started-contradiction: started or completed, yet a status since then denies it."""
    for initiative in plan.in_order():
        status = initiative.status_on(as_of)
        if status is not None and status.state == "open_not_started":
            for milestone in initiative.milestones:
                begun = milestone.kind in {"start", "completion"} and not milestone.dropped
                if begun and milestone.reached and milestone.reached.last <= status.effective_on:
                    yield _contradiction(initiative, milestone, milestone.reached, status)


def _contradiction(
    initiative: PlanInitiative, milestone: PlanMilestone, reached: PartialDate, status: PlanStatus
) -> Finding:
    since = date_text_da(status.effective_on)
    return Finding(
        code="plan.started-contradiction",
        severity=Severity.ERROR,
        place=initiative.milestone_place(milestone),
        message=f"«{milestone.title}» er noteret som nået {reached.text_da()}, men status fra "
        f"{since} er «{status.label}». Ret datoen, eller giv initiativet en ny status.",
        found=status.label,
        expected=f"i gang siden {reached.text_da()}",
        target=milestone.key,
    )


def missing_statuses(plan: Plan, *, as_of: date) -> Iterator[Finding]:
    """plan.no-status: no status in an edition whose period has begun."""
    if plan.period is None or as_of < plan.period.start:
        return
    for initiative in plan.in_order():
        if initiative.status_on(as_of) is None:
            yield Finding(
                code="plan.no-status",
                severity=Severity.WARNING,
                place=initiative.place,
                message="Initiativet har ingen status, og aftaleperioden begyndte "
                f"{date_text_da(plan.period.start)}. Skriv en status.",
                found="ingen status",
                expected="mindst én status",
                target=initiative.key,
            )


def stale_statuses(
    plan: Plan, *, as_of: date, after_months: int = STALE_AFTER_MONTHS
) -> Iterator[Finding]:
    """plan.stale-status: the last status of an open initiative is older than `after_months`.

    An initiative that waits for a planned start not yet passed is left in peace.
    """
    for initiative in plan.in_order():
        status = initiative.status_on(as_of)
        if status is None or status.state == "closed" or _waits(initiative, status, as_of):
            continue
        if months_after(status.effective_on, after_months) < as_of:
            since = date_text_da(status.effective_on)
            yield Finding(
                code="plan.stale-status",
                severity=Severity.NOTE,
                place=f"{initiative.place}, status",
                message=f"Den seneste status, «{status.label}», er fra {since} og dermed mere "
                f"end {after_months} måneder gammel. Bekræft den, eller skriv en ny.",
                found=since,
                expected=f"en status fra de seneste {after_months} måneder",
                target=initiative.key,
            )


def _waits(initiative: PlanInitiative, status: PlanStatus, as_of: date) -> bool:
    return status.state == "open_not_started" and any(
        milestone.kind == "start"
        and not milestone.dropped
        and milestone.planned is not None
        and not milestone.planned.passed(as_of)
        for milestone in initiative.milestones
    )


def months_after(day: date, months: int) -> date:
    """Return the same day `months` later, or the last day of a month that is too short."""
    index = day.year * 12 + day.month - 1 + months
    month = PartialDate(date(index // 12, index % 12 + 1, 1), Precision.MONTH)
    return date(month.first.year, month.first.month, min(day.day, month.last.day))


def reached_too_early(plan: Plan, *, as_of: date) -> Iterator[Finding]:
    """plan.reached-before-known: recorded as reached on a date that has not come yet."""
    for initiative in plan.in_order():
        for milestone in initiative.milestones:
            if milestone.reached is not None and milestone.reached.first > as_of:
                when = milestone.reached.text_da()
                yield Finding(
                    code="plan.reached-before-known",
                    severity=Severity.ERROR,
                    place=initiative.milestone_place(milestone),
                    message=f"«{milestone.title}» er noteret som nået {when}, som ligger efter "
                    f"{date_text_da(as_of)}. Ret datoen, eller skriv den som planlagt.",
                    found=when,
                    expected=f"senest {date_text_da(as_of)}",
                    target=milestone.key,
                )


def milestone_order(plan: Plan) -> Iterator[Finding]:
    """plan.milestone-order: completed before any start, as planned or as reached.

    Only what is certain: the whole unit of the completion lies before the first day of every
    start.
    """
    for initiative in plan.in_order():
        kept = [milestone for milestone in initiative.milestones if not milestone.dropped]
        for done in kept:
            if done.kind == "completion":
                planned = [m.planned for m in kept if m.kind == "start" and m.planned]
                reached = [m.reached for m in kept if m.kind == "start" and m.reached]
                if _before_all(done.planned, planned):
                    yield _wrong_order(initiative, done, done.planned, planned, "planlagt")
                if _before_all(done.reached, reached):
                    yield _wrong_order(initiative, done, done.reached, reached, "nået")


def _before_all(done: PartialDate | None, begun: list[PartialDate]) -> bool:
    return done is not None and bool(begun) and done.last < min(start.first for start in begun)


def _wrong_order(
    initiative: PlanInitiative,
    milestone: PlanMilestone,
    done: PartialDate | None,
    begun: list[PartialDate],
    how: str,
) -> Finding:
    start = min(begun, key=lambda when: when.first).text_da()
    when = done.text_da() if done else ""
    return Finding(
        code="plan.milestone-order",
        severity=Severity.ERROR,
        place=initiative.milestone_place(milestone),
        message=f"«{milestone.title}» er {how} {when}, altså før opstarten {start}. "
        "Ret den ene af de to datoer.",
        found=when,
        expected=f"tidligst {start}",
        target=milestone.key,
    )
