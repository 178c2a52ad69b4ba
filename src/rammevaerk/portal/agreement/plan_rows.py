"""The action plan as the neutral table that its files hold."""

from rammevaerk.engine.date_words import date_text_da
from rammevaerk.engine.periods import PartialDate
from rammevaerk.exchange.action_plan.rows import PlanDocument, PlanRow
from rammevaerk.portal.access.queries import names_on, secretariat_of
from rammevaerk.portal.agreement.queries import InitiativeView, PlanView


def plan_document(view: PlanView) -> PlanDocument:
    """The plan as it was read, ready to be written as Excel or Word."""
    edition, as_of = view.edition, view.as_of
    responsible = [one.row.responsible_id for one in view.initiatives if one.row.responsible_id]
    names = names_on(responsible, on=as_of)
    keeper = secretariat_of(edition.agreement.cooperation_id, on=as_of)
    return PlanDocument(
        title=f"Handlingsplan {edition.title}",
        agreement=edition.agreement.title,
        edition=edition.label,
        as_of=as_of,
        organisation=names_on([keeper], on=as_of)[keeper] if keeper else "",
        rows=tuple(_row(one, names) for one in view.initiatives),
    )


def _row(view: InitiativeView, names: dict[int, str]) -> PlanRow:
    row, status = view.row, view.status
    step = view.next_after_start
    return PlanRow(
        initiative_id=str(row.pk),
        area=row.goal.area.title,
        goal=row.goal.text,
        forum=row.forum.name,
        number=row.number,
        parent_number=row.parent.number if row.parent else "",
        title=row.title,
        description=row.description,
        responsible=names.get(row.responsible_id or 0, ""),
        planned_start=_text(view.start.planned if view.start else None),
        actual_start=_text(view.start.reached if view.start else None),
        next_step=step.row.title if step else "",
        next_step_due=_text(step.planned if step else None),
        status=status.get_status_display() if status else "",
        status_text=status.text if status else "",
        status_date=date_text_da(status.effective_on) if status else "",
    )


def _text(day: PartialDate | None) -> str:
    return day.text_da() if day else ""
