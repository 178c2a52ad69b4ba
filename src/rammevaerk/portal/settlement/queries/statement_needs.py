"""What waits for somebody about statements: answers, and lines in dispute."""

from collections.abc import Collection
from dataclasses import replace
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rammevaerk.engine.date_words import date_text_da
from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import Actor
from rammevaerk.portal.common.needs import Need
from rammevaerk.portal.settlement.models import LineAnswer
from rammevaerk.portal.settlement.queries.statements import (
    disputes_of,
    newest_answers,
    waiting_by_statement,
)


def statement_needs(actor: Actor, *, on: date) -> list[Need]:
    """What waits for the actor: statements to answer, lines in dispute, placements to correct."""
    return [
        one
        for one in (_statements(actor, on), _disputes(actor, on), _to_correct(actor, on))
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
    by_line = dict(disputes_of(actor).values_list("line_id", "due_on"))
    right = _conceded(by_line)
    found = [pk for pk in by_line if pk not in right]
    if not found:
        return None
    due = min((day for pk in found if (day := by_line[pk])), default=None)
    text = ngettext(
        "%(n)s bestridt linje venter på jeres svar",
        "%(n)s bestridte linjer venter på jeres svar",
        len(found),
    )
    one = reverse("settlement:line", kwargs={"line_id": found[0]})
    many = f"{reverse('settlement:disputes')}?mine=1"
    return _need(text % {"n": len(found)}, one if len(found) == 1 else many, due, on)


def _conceded(line_ids: Collection[int]) -> set[int]:
    """Those of the disputed lines where the seller has said that the buyer is right."""
    conceded = LineAnswer.Verdict.CONCEDED
    return {pk for pk, said in newest_answers(line_ids).items() if said.verdict == conceded}


def _to_correct(actor: Actor, on: date) -> Need | None:
    """Lines where the buyer was found right: whoever runs the placements corrects them."""
    if actor.scope(Action.PLACEMENT_RUN) is None:
        return None
    due = dict(disputes_of(actor).values_list("line_id", "due_on"))
    found = sorted(_conceded(due))
    if not found:
        return None
    text = ngettext(
        "%(n)s linje, hvor køber har fået ret: ret indskrivningen",
        "%(n)s linjer, hvor køber har fået ret: ret indskrivningerne",
        len(found),
    )
    one = reverse("settlement:line", kwargs={"line_id": found[0]})
    many = f"{reverse('settlement:disputes')}?mine=1"
    first = min((day for pk in found if (day := due[pk])), default=None)
    need = _need(text % {"n": len(found)}, one if len(found) == 1 else many, first, on)
    # Nobody is to be answered: the seller's own side has something to put right.
    return need if need.kind == "late" else replace(need, kind="warning", mark=_("Ret"))


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
