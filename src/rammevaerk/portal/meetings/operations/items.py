"""Items: into the backlog, onto an agenda, changed, and on to the next meeting."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max, Q, QuerySet
from django.utils.translation import gettext as _

from rammevaerk.portal.access.actions import Action, Role
from rammevaerk.portal.access.audit import canonical, record, snapshot
from rammevaerk.portal.access.policy import Actor, authorise
from rammevaerk.portal.access.saving import RevisionConflict, store_changes, store_new
from rammevaerk.portal.common.clock import day_of
from rammevaerk.portal.meetings.agenda_content import sent_so_far
from rammevaerk.portal.meetings.models import (
    CLOSED_FROM,
    AgendaItem,
    AgendaSection,
    Body,
    Consultation,
    Meeting,
    RecommendationPoint,
)
from rammevaerk.portal.meetings.operations.readers import set_readers
from rammevaerk.portal.meetings.rich_text import clean_html

# What somebody writes in an item, as against where it stands and how far it has come.
WRITTEN = (
    "title",
    "purpose",
    "presenters",
    "presentation",
    "duration",
    "case_id",
    "closed",
    "legal_ground",
)
Readers = tuple[Sequence[int], Sequence[int]]


@transaction.atomic
def add_item(
    body: Body,
    values: Mapping[str, Any],
    *,
    section: AgendaSection | None = None,
    recommendation: Sequence[tuple[str, str]] = (),
    readers: Readers | None = None,
    by: Actor,
    at: datetime,
) -> AgendaItem:
    """Add an item last in a section of a meeting, or to the body's backlog without one.

    ``recommendation`` is (verb, text) for each point the body is asked to take a stand on;
    ``readers`` the organisations and the people who may see the item when it is closed.
    """
    authorise(by, Action.ITEM_SUBMIT, body)
    given = {**values, "presentation": clean_html(values.get("presentation", ""))}
    if section is not None:
        authorise(by, Action.AGENDA_EDIT, section)
        section = _fresh(section)
        _refuse_foreign(section, body)
        refuse_over(section.meeting)
    elif not (by.is_system or by.role is Role.SECRETARIAT):
        _refuse_stranger(by, body, at)
        given["submitted_by_id"] = by.organisation_id
    refuse_unfounded(given)
    _link_consultation(given, body)
    item = AgendaItem(
        body=body,
        meeting=section.meeting if section else None,
        section=section,
        position=_next_position(body, section, closed=given.get("closed", False)),
        **given,
    )
    store_new(item, Action.ITEM_SUBMIT, by=by, at=at)
    set_recommendation(item, recommendation, by=by, at=at)
    if readers is not None:
        set_readers(item, *readers, by=by, at=at)
    return item


def _link_consultation(values: dict[str, Any], body: Body) -> None:
    """Let an item that is about a case be the body's handling of it."""
    if {"consultation", "consultation_id"} & values.keys() or "case_id" not in values:
        return
    found = Consultation.objects.filter(case_id=values["case_id"], body=body)
    values["consultation_id"] = found.values_list("pk", flat=True).first()


def _refuse_stranger(by: Actor, body: Body, at: datetime) -> None:
    if not any(
        seat.organisation_id == by.organisation_id and seat.holds(day_of(at))
        for seat in body.seats.all()
    ):
        raise ValidationError(
            _("%s har ikke plads i forummet og kan ikke melde punkter ind til det.")
            % by.organisation_label
        )


def _fresh(section: AgendaSection) -> AgendaSection:
    """The section with its meeting as it is now: it may have been sent out in the meantime."""
    return AgendaSection.objects.select_related("meeting").get(pk=section.pk)


def _refuse_foreign(section: AgendaSection, body: Body) -> None:
    if section.meeting.body_id != body.pk:
        raise ValidationError(_("Afsnittet hører til et andet forums møde."))


def refuse_over(meeting: Meeting | None) -> None:
    """Raise ValidationError when the agenda of the meeting can no longer be changed."""
    if meeting is not None and meeting.over:
        raise ValidationError(
            _("Mødet er «%s»; dagsordenen kan ikke ændres.") % meeting.get_state_display()
        )


def refuse_decided(item: AgendaItem) -> None:
    """Raise ValidationError when the body has decided on the item."""
    if item.decisions.exists():
        raise ValidationError(_("Punktet er besluttet og kan ikke ændres."))


def refuse_unfounded(values: Mapping[str, Any]) -> None:
    """Raise ValidationError for a closed item without its legal ground."""
    if values.get("closed") and not values.get("legal_ground", "").strip():
        raise ValidationError({"legal_ground": _("Skriv, med hvilken hjemmel punktet er lukket.")})


def _next_position(body: Body, section: AgendaSection | None, *, closed: bool = False) -> int:
    if section is None:
        waiting = body.items.filter(meeting=None)
        return (waiting.aggregate(last=Max("position"))["last"] or 0) + 1
    first = CLOSED_FROM if closed else 0
    last = _series(section, apart=closed).aggregate(last=Max("position"))["last"] or first
    # A number that has been sent out is not given to another item.
    sent = sent_so_far(section.meeting).last_positions
    return max(last, first + sent.get((section.position, closed), 0)) + 1


def _series(section: AgendaSection, *, apart: bool) -> "QuerySet[AgendaItem]":
    """The items of a section that are numbered together, in their order."""
    here = Q(position__gt=CLOSED_FROM)
    return section.items.filter(here if apart else ~here).order_by("position")


def _close_gaps(section: AgendaSection, *, by: Actor, at: datetime) -> None:
    """Number the items of a section on from the last that was sent out.

    A gap among numbers that nobody was sent would tell of an item that may not be seen.
    """
    sent = sent_so_far(section.meeting)
    for apart in (False, True):
        rows = [row for row in _series(section, apart=apart) if not sent.knows(row)]
        last = sent.last_positions.get((section.position, apart), 0)
        first = last + 1 + (CLOSED_FROM if apart else 0)
        put_in_order(rows, range(first, first + len(rows)), by=by, at=at)


def set_recommendation(
    item: AgendaItem, points: Sequence[tuple[str, str]], *, by: Actor, at: datetime
) -> bool:
    """Bring an item's recommendation to these points; says whether anything changed."""
    stored = list(item.recommendation.order_by("position"))
    if [(row.verb, row.text) for row in stored] == list(points):
        return False
    for row in stored:
        record(by, Action.AGENDA_EDIT, row, at=at, before=snapshot(row), removed=True)
        row.delete()
    for position, (verb, text) in enumerate(points, start=1):
        row = RecommendationPoint(item=item, position=position, verb=verb, text=text)
        store_new(row, Action.AGENDA_EDIT, by=by, at=at)
    return True


def written(item: AgendaItem) -> dict[str, Any]:
    """What somebody has written in an item, with its recommendation and its readers."""
    return {
        **{name: getattr(item, name) for name in WRITTEN},
        "recommendation": list(
            item.recommendation.order_by("position").values_list("verb", "text")
        ),
        "organisations": sorted(
            pk for pk in item.readers.values_list("organisation_id", flat=True) if pk
        ),
        "people": sorted(pk for pk in item.readers.values_list("person_id", flat=True) if pk),
    }


def item_fingerprint(item: AgendaItem) -> str:
    """What the form of an item remembers; moving the item about does not change it."""
    return hashlib.sha256(canonical(written(item)).encode()).hexdigest()[:16]


@transaction.atomic
def revise_item(
    item: AgendaItem,
    values: Mapping[str, Any],
    *,
    recommendation: Sequence[tuple[str, str]] | None = None,
    readers: Readers | None = None,
    seen: str | None = None,
    by: Actor,
    at: datetime,
) -> bool:
    """Change an item that has not been decided; ``seen`` is its ``item_fingerprint`` as shown."""
    authorise(by, Action.AGENDA_EDIT, item)
    item = AgendaItem.objects.select_for_update().get(pk=item.pk)
    if seen is not None and seen != item_fingerprint(item):
        raise RevisionConflict(item)
    refuse_over(item.meeting)
    refuse_decided(item)
    given = dict(values)
    if "presentation" in given:
        given["presentation"] = clean_html(given["presentation"])
    refuse_unfounded({"closed": item.closed, "legal_ground": item.legal_ground, **given})
    if item.sent_closed and not given.get("closed", True):
        raise ValidationError(
            {
                "closed": _(
                    "Punktet er udsendt som lukket og kan ikke åbnes, for så blev det udsendte"
                    " også åbnet. Skriv et nyt, åbent punkt i stedet."
                )
            }
        )
    if given.get("case_id", item.case_id) != item.case_id:
        _link_consultation(given, item.body)
    section = item.section
    changes_series = section is not None and given.get("closed") == (not item.apart)
    if changes_series and section is not None and not sent_so_far(section.meeting).knows(item):
        given["position"] = _next_position(item.body, section, closed=given["closed"])
    changed = store_changes(item, given, Action.AGENDA_EDIT, by=by, at=at)
    if "position" in given and section is not None:
        _close_gaps(section, by=by, at=at)
    if recommendation is not None:
        changed = set_recommendation(item, recommendation, by=by, at=at) or changed
    if readers is not None:
        changed = set_readers(item, *readers, by=by, at=at) or changed
    return changed


@transaction.atomic
def place_item(item: AgendaItem, section: AgendaSection | None, *, by: Actor, at: datetime) -> bool:
    """Put an item last in a section of its body's meeting, or back into the backlog.

    An item that has been sent out is seen as it was until the supplement goes out; one that
    leaves the agenda is no longer seen by those who see no drafts.
    """
    authorise(by, Action.AGENDA_EDIT, item)
    item = AgendaItem.objects.select_for_update().get(pk=item.pk)
    if section is not None and section.pk == item.section_id:
        return False
    refuse_over(item.meeting)
    refuse_decided(item)
    _refuse_begun(item, section)
    if section is not None:
        section = _fresh(section)
        _refuse_foreign(section, item.body)
        refuse_over(section.meeting)
    left = item.section
    stays = section is not None and section.meeting_id == item.meeting_id
    values = {
        "meeting_id": section.meeting_id if section else None,
        "section_id": section.pk if section else None,
        "position": _next_position(item.body, section, closed=item.closed),
        "dispatched": item.dispatched and stays,
    }
    if not stays:
        _forget_numbers(item, by=by, at=at)
    changed = store_changes(item, values, Action.AGENDA_EDIT, by=by, at=at)
    if left is not None:
        _close_gaps(left, by=by, at=at)
    return changed


def _refuse_begun(item: AgendaItem, section: AgendaSection | None) -> None:
    """What was sent out, and whose meeting is being minuted, leaves it by a decision only."""
    leaves = section is None or section.meeting_id != item.meeting_id
    minuting = item.meeting is not None and item.meeting.state == Meeting.State.MINUTING
    if leaves and minuting and item.dispatched:
        raise ValidationError(
            _(
                "Mødet er i gang. Beslut, at punktet er udsat eller udgået; så står det i"
                " referatet, og et udsat punkt kommer på ventelisten."
            )
        )


def _forget_numbers(item: AgendaItem, *, by: Actor, at: datetime) -> None:
    for annex in item.annexes.exclude(sent_number=None):
        store_changes(annex, {"sent_number": None}, Action.AGENDA_EDIT, by=by, at=at)


def return_to_backlog(items: Sequence[AgendaItem], *, by: Actor, at: datetime) -> None:
    """Put the items of a meeting that is called off back among those that wait."""
    for item in items:
        _forget_numbers(item, by=by, at=at)
        values = {
            "meeting_id": None,
            "section_id": None,
            "position": _next_position(item.body, None),
            "dispatched": False,
        }
        store_changes(item, values, Action.AGENDA_EDIT, by=by, at=at)


@transaction.atomic
def shift_item(item: AgendaItem, steps: int, *, by: Actor, at: datetime) -> bool:
    """Move an item up (negative) or down (positive) within its section."""
    authorise(by, Action.AGENDA_EDIT, item)
    if item.section is None or item.meeting is None:
        raise ValidationError(_("Punktet står ikke på en dagsorden."))
    refuse_over(Meeting.objects.select_for_update().get(pk=item.meeting.pk))
    rows = list(_series(item.section, apart=item.apart))
    place = next(n for n, row in enumerate(rows) if row.pk == item.pk)
    wanted = min(max(place + steps, 0), len(rows) - 1)
    if wanted == place:
        return False
    if any(row.dispatched for row in rows[min(place, wanted) : max(place, wanted) + 1]):
        raise ValidationError(
            _("Punkter, der er udsendt, beholder deres nummer. Nye punkter står efter dem.")
        )
    for row in rows[min(place, wanted) : max(place, wanted) + 1]:
        refuse_decided(row)
    positions = [row.position for row in rows]
    rows.insert(wanted, rows.pop(place))
    put_in_order(rows, positions, by=by, at=at)
    return True


def put_in_order(rows: Sequence[Any], positions: Sequence[int], *, by: Actor, at: datetime) -> None:
    """Give rows of one parent these positions; two may never hold the same, so they step aside."""
    moved = [(n, row) for n, row in zip(positions, rows, strict=True) if row.position != n]
    if not moved:
        return
    beyond = max([*positions, *(row.position for row in rows)])
    before = {row.pk: snapshot(row) for _n, row in moved}
    manager = type(rows[0])._default_manager  # noqa: SLF001
    for n, row in moved:
        manager.filter(pk=row.pk).update(position=beyond + n)
    for n, row in moved:
        row.position = n
        row.save(update_fields=["position"])
        record(by, Action.AGENDA_EDIT, row, at=at, before=before[row.pk])
