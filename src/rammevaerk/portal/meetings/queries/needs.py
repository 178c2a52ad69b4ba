"""What waits for a person in the meetings, for the overview: «Til dig»."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from rammevaerk.engine.date_words import date_text_da
from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import Actor, visible
from rammevaerk.portal.common.clock import day_of
from rammevaerk.portal.common.needs import Need
from rammevaerk.portal.meetings.models import Meeting
from rammevaerk.portal.meetings.queries.approvals import awaiting_answer, progress
from rammevaerk.portal.meetings.queries.inputs import awaiting_input
from rammevaerk.portal.meetings.queries.minutes import returned_to
from rammevaerk.portal.meetings.queries.minutes_versions import newest_seen
from rammevaerk.portal.meetings.queries.names import short_name
from rammevaerk.portal.meetings.queries.obligations import ObligationFilter, obligations

# Minutes older than this are settled by a meeting, not from the overview.
_ANSWERED_WITHIN = timedelta(days=183)


def meeting_needs(actor: Actor, *, on: date) -> list[Need]:
    """Late obligations, minutes to answer or see to, input to give, and excerpts come back."""
    return [
        *_late_obligations(actor, on),
        *_minutes_to_answer(actor, on),
        *_minutes_to_see_to(actor, on),
        *_input_to_give(actor, on),
        *_excerpts(actor, on),
    ]


def _late_obligations(actor: Actor, on: date) -> Iterator[Need]:
    """All of them for those who keep the register, else one's own organisation's."""
    keeps = actor.scope(Action.OBLIGATION_MANAGE) is not None
    if not keeps and actor.scope(Action.OBLIGATION_MEET) is None:
        return
    for view in obligations(actor, ObligationFilter(state="due", mine=not keeps), on=on):
        yield Need(
            title=view.row.text,
            url=reverse("meetings:obligation", kwargs={"obligation_id": view.row.pk}),
            kind="late",
            mark=_("Overskredet"),
            note=_("%(who)s, frist %(due)s") % {"who": view.owner, "due": view.due_text},
        )


def _minutes_to_answer(actor: Actor, on: date) -> Iterator[Need]:
    since = timezone.make_aware(datetime.combine(on - _ANSWERED_WITHIN, time.min))
    for meeting in awaiting_answer(actor, since=since):
        yield Need(
            title=_("Referat af %s") % _name(meeting),
            url=reverse("meetings:approval_answer", kwargs={"meeting_id": meeting.pk}),
            kind="planned",
            mark=_("Til godkendelse"),
            note=progress(meeting, on=on, read=newest_seen(meeting, actor)).text,
        )


def _minutes_to_see_to(actor: Actor, on: date) -> Iterator[Need]:
    if actor.scope(Action.MINUTES_WRITE) is None:
        return
    states = [Meeting.State.MINUTING, Meeting.State.CLOSED]
    rows = visible(Meeting.objects.filter(state__in=states), actor, Action.MINUTES_WRITE)
    for meeting in rows.select_related("body__organisation").order_by("starts_at"):
        if meeting.state == Meeting.State.MINUTING:
            yield Need(
                title=_("Referat af %s") % _name(meeting),
                url=reverse("meetings:minutes", kwargs={"meeting_id": meeting.pk}),
                kind="draft",
                mark=_("Skrives"),
            )
            continue
        standing = progress(meeting, on=on)
        if standing.objections or standing.ground:
            yield Need(
                title=_("Referat af %s") % _name(meeting),
                url=reverse("meetings:approval", kwargs={"meeting_id": meeting.pk}),
                kind="warning" if standing.objections else "planned",
                mark=_("Indsigelser: %s") % standing.objections
                if standing.objections
                else _("Kan godkendes"),
                note=standing.ground,
            )


def _input_to_give(actor: Actor, on: date) -> Iterator[Need]:
    for row in awaiting_input(actor, on=on):
        yield Need(
            title=row.title,
            url=reverse("meetings:input_round", kwargs={"round_id": row.pk}),
            kind="info",
            mark=_("Giv input"),
            note=_("Frist %s") % date_text_da(row.due_on),
        )


def _excerpts(actor: Actor, on: date) -> Iterator[Need]:
    for row in returned_to(actor, on=on):
        yield Need(
            title=_("%(number)s: %(title)s")
            % {"number": row.number, "title": row.item.case.title if row.item.case else ""},
            url=reverse("meetings:excerpt", kwargs={"excerpt_id": row.pk}),
            kind="info",
            mark=_("Behandlet"),
            note=str(row.decision.get_kind_display()),
        )


def _name(meeting: Meeting) -> str:
    day = day_of(meeting.starts_at)
    return f"{short_name(meeting.body, on=day)} {date_text_da(day)}"
