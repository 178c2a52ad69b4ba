"""Rows of a plan → the engine's checks → findings with an address."""

from datetime import date

from rammevaerk.engine.documents.plan import find
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
from rammevaerk.engine.findings import Finding
from rammevaerk.engine.periods import Period
from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import Actor, visible
from rammevaerk.portal.access.queries import abbreviations_on, names_on
from rammevaerk.portal.agreement.models import (
    Edition,
    Milestone,
    ParticipationCount,
    Status,
    StatusEntry,
)
from rammevaerk.portal.agreement.queries import (
    InitiativeView,
    MilestoneView,
    PlanView,
    newest_counts,
    plan_view,
)

MILESTONE_KINDS: dict[str, MilestoneKind] = {
    Milestone.Kind.START: "start",
    Milestone.Kind.DECISION: "decision",
    Milestone.Kind.DELIVERY: "delivery",
    Milestone.Kind.COMPLETION: "completion",
}


def plan_findings(edition: Edition, actor: Actor, *, as_of: date) -> list[Finding]:
    """What the edition's plan, as it stood on the day, has to mend; worst first."""
    view = plan_view(edition, actor, as_of=as_of)
    return findings_of(view, actor)


def findings_of(view: PlanView, actor: Actor) -> list[Finding]:
    """The findings of a plan that has been read already."""
    plan = Plan(
        title=view.edition.title,
        initiatives=tuple(_initiative(one) for one in view.initiatives),
        figures=tuple(_figures(view, actor)),
        texts=tuple(_texts(view)),
        period=view.edition.period,
    )
    return find(plan, as_of=view.as_of, abbreviations=abbreviations_on(view.as_of))


def _initiative(view: InitiativeView) -> PlanInitiative:
    row = view.row
    key = f"initiative:{row.pk}"
    place = f"Initiativ {row.number} {row.title}"
    texts = [PlanText(f"{key}:description", f"{place}, beskrivelse", row.description)]
    return PlanInitiative(
        key=key,
        number=row.number,
        title=row.title,
        milestones=tuple(_milestone(one) for one in view.milestones),
        status=_status(view.status) if view.status else None,
        texts=tuple(text for text in texts if text.text),
    )


def _milestone(view: MilestoneView) -> PlanMilestone:
    return PlanMilestone(
        key=f"milestone:{view.row.pk}",
        title=view.row.title,
        kind=MILESTONE_KINDS[view.row.kind],
        planned=view.planned,
        reached=view.reached,
        dropped=view.dropped,
    )


def _status(entry: StatusEntry) -> PlanStatus:
    status = Status(entry.status)
    return PlanStatus(
        code=status.value,
        label=str(status.label),
        effective_on=entry.effective_on,
        text=entry.text,
        state=_state(status),
    )


def _state(status: Status) -> StatusState:
    if status.closed:
        return "closed"
    return "open_not_started" if status.not_started else "open_started"


def _texts(view: PlanView) -> list[PlanText]:
    texts = [PlanText("edition", "Resumé", view.edition.summary)]
    for area in view.areas:
        place = f"Udviklingsområde {area.number} {area.title}"
        texts.append(PlanText(f"area:{area.pk}", place, f"{area.title}\n{area.description}"))
        texts += [
            PlanText(f"goal:{goal.pk}", f"{place}, målsætning {goal.position}", goal.text)
            for goal in area.goals.all()
        ]
    return [text for text in texts if text.text.strip()]


def _figures(view: PlanView, actor: Actor) -> list[PlanFigure]:
    """The counts the actor reports himself: findings may not tell what the matrix hides."""
    rows = ParticipationCount.objects.filter(
        participation__initiative__edition=view.edition
    ).select_related("participation__initiative", "participation")
    rows = visible(rows, actor, Action.PARTICIPATION_REPORT)
    names = names_on([row.participation.organisation_id for row in rows], on=view.as_of)
    return [
        PlanFigure(
            key=f"count:{row.pk}",
            place=f"Initiativ {row.participation.initiative}",
            organisation=names[row.participation.organisation_id],
            subject=str(row.participation.initiative),
            value=row.value,
            unit=row.unit,
            period=Period(row.period_from, row.period_to),
        )
        for row in newest_counts(rows, view.as_of)
    ]
