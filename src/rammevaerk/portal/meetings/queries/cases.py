"""Reads of cases and of their way through the bodies."""

from dataclasses import dataclass
from datetime import date

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import Actor, visible
from rammevaerk.portal.access.queries import names_on
from rammevaerk.portal.meetings.models import AgendaItem, Case, Consultation, Decision


@dataclass(frozen=True, slots=True)
class Step:
    """One body's handling of a case: the item at its meeting, and what was decided."""

    consultation: Consultation
    body_name: str
    item: AgendaItem | None
    decision: Decision | None

    @property
    def done(self) -> bool:
        return self.decision is not None and self.decision.kind != "postponed"


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One line of the register of cases."""

    case: Case
    owner: str
    steps: tuple[Step, ...]

    @property
    def next_step(self) -> Step | None:
        return next((step for step in self.steps if not step.done), None)


def cases(actor: Actor, *, on: date, text: str = "", open_only: bool = False) -> list[CaseRow]:
    """The cases the actor may see, the newest first."""
    rows = visible(Case.objects.all(), actor, Action.CASE_READ)
    if open_only:
        rows = rows.filter(closed_on=None)
    found = [
        case
        for case in rows.order_by("-number")
        if text.casefold() in f"{case.number} {case.title} {case.summary}".casefold()
    ]
    return case_rows(found, actor, on=on)


def case_rows(found: list[Case], actor: Actor, *, on: date) -> list[CaseRow]:
    """Cases with their steps, from a fixed number of queries."""
    ids = [case.pk for case in found]
    consultations = list(
        Consultation.objects.filter(case_id__in=ids).select_related("body").order_by("position")
    )
    items = visible(
        AgendaItem.objects.filter(consultation_id__in=[one.pk for one in consultations]),
        actor,
        Action.MEETING_READ,
    ).select_related("meeting")
    newest: dict[int, AgendaItem] = {}
    for item in items.order_by("meeting__starts_at", "id"):
        newest[item.consultation_id or 0] = item
    decided = _decisions(list(newest.values()), actor)
    wanted = [case.owner_id for case in found] + [one.body.organisation_id for one in consultations]
    names = names_on(wanted, on=on, short=True)
    steps: dict[int, list[Step]] = {}
    for one in consultations:
        found_item = newest.get(one.pk)
        step = Step(
            consultation=one,
            body_name=names[one.body.organisation_id],
            item=found_item,
            decision=decided.get(found_item.pk) if found_item else None,
        )
        steps.setdefault(one.case_id, []).append(step)
    return [CaseRow(case, names[case.owner_id], tuple(steps.get(case.pk, ()))) for case in found]


def _decisions(items: list[AgendaItem], actor: Actor) -> dict[int, Decision]:
    rows = visible(
        Decision.objects.filter(item_id__in=[item.pk for item in items]),
        actor,
        Action.MEETING_READ,
    ).select_related("excerpt")
    newest: dict[int, Decision] = {}
    for row in rows.order_by("item", "revision"):
        newest[row.item_id] = row
    return newest
