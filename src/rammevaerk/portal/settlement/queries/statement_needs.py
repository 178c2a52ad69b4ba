"""What waits for somebody about statements: answers, and lines in dispute."""

from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rammevaerk.engine.date_words import date_text_da
from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import Actor
from rammevaerk.portal.common.needs import Need
from rammevaerk.portal.settlement.queries.statements import disputes_of, waiting_by_statement


def statement_needs(actor: Actor, *, on: date) -> list[Need]:
    """What waits for the actor: his statements to answer, and his lines in dispute."""
    return [
        one
        for one in (_statements(actor, on), _disputes(actor, on))
        if one is not None and actor.organisation_id is not None
    ]


def _statements(actor: Actor, on: date) -> Need | None:
    if actor.scope(Action.SETTLEMENT_ANSWER) is None:
        return None
    waiting = waiting_by_statement(actor)
    if not waiting:
        return None
    due = min((day for _count, day in waiting.values() if day), default=None)
    text = ngettext(
        "%(n)s opgørelse venter på jeres svar",
        "%(n)s opgørelser venter på jeres svar",
        len(waiting),
    )
    one = reverse("settlement:statement", kwargs={"statement_id": min(waiting)})
    many = f"{reverse('settlement:statements')}?mine=on"
    return _need(text % {"n": len(waiting)}, one if len(waiting) == 1 else many, due, on)


def _disputes(actor: Actor, on: date) -> Need | None:
    if actor.scope(Action.SETTLEMENT_RUN) is None:
        return None
    rows = disputes_of(actor)
    found = list(rows.values_list("line_id", "due_on"))
    if not found:
        return None
    due = min((day for _line, day in found if day), default=None)
    text = ngettext(
        "%(n)s bestridt linje venter på jeres svar",
        "%(n)s bestridte linjer venter på jeres svar",
        len(found),
    )
    one = reverse("settlement:line", kwargs={"line_id": found[0][0]})
    many = f"{reverse('settlement:disputes')}?mine=1"
    return _need(text % {"n": len(found)}, one if len(found) == 1 else many, due, on)


def _need(title: str, url: str, due: date | None, on: date) -> Need:
    late = due is not None and due < on
    words = _("Skulle være besvaret %s") if late else _("Frist %s")
    return Need(
        title=title,
        url=url,
        kind="late" if late else "awaiting_decision",
        mark=_("Overskredet") if late else _("Afventer svar"),
        note=words % date_text_da(due) if due else "",
    )
