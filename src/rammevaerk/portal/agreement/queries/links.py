"""What an area or an initiative may be said to continue."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import Actor, visible
from rammevaerk.portal.agreement.models import DevelopmentArea, Edition, Initiative

Grouped = list[tuple[str, list[tuple[int, str]]]]


def earlier_areas(area: DevelopmentArea, actor: Actor) -> Grouped:
    """The areas of earlier editions that the area does not follow yet, by edition, newest first."""
    rows = DevelopmentArea.objects.exclude(successions__successor=area)
    rows = visible(rows, actor, Action.PLAN_READ).order_by("-edition__valid_from", "number")
    return _by_edition(rows, area.edition, lambda one: f"{one.number}. {one.title}")


def earlier_initiatives(row: Initiative, actor: Actor) -> Grouped:
    """The initiatives of earlier editions that it does not follow yet, as earlier_areas."""
    rows = Initiative.objects.exclude(successions__successor=row)
    rows = visible(rows, actor, Action.PLAN_READ).order_by(
        "-edition__valid_from", "goal__area__number", "position", "id"
    )
    return _by_edition(rows, row.edition, str)


def _by_edition(rows: "QuerySet[Any]", edition: Edition, label: Callable[[Any], str]) -> Grouped:
    earlier = rows.filter(
        edition__agreement=edition.agreement_id, edition__valid_from__lt=edition.valid_from
    )
    groups: dict[str, list[tuple[int, str]]] = {}
    for one in earlier.select_related("edition"):
        groups.setdefault(one.edition.title, []).append((one.pk, label(one)))
    return list(groups.items())
