"""Reads of what has been decided, for the operations and for both sides of a meeting."""

from rammevaerk.portal.meetings.models import AgendaItem, Decision, Meeting


def newest_decision(item: AgendaItem) -> Decision | None:
    return item.decisions.order_by("-revision").first()


def agenda_order(meeting: Meeting) -> list[AgendaItem]:
    """A meeting's items as they come, every one of them: only for whoever writes the minutes."""
    rows = meeting.items.select_related("section", "case", "consultation", "submitted_by")
    return list(rows.order_by("section__position", "position", "id"))


def undecided_items(meeting: Meeting) -> list[AgendaItem]:
    """The items that keep a meeting from being closed, in the agenda's order."""
    decided = set(Decision.objects.filter(item__meeting=meeting).values_list("item_id", flat=True))
    return [item for item in agenda_order(meeting) if item.pk not in decided]
