"""What of placements waits for somebody: for the overview."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from rammevaerk.engine.date_words import date_text_da
from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import Actor, visible
from rammevaerk.portal.common.needs import Need
from rammevaerk.portal.placements.models import Notice, Placement, PlacementState
from rammevaerk.portal.placements.queries.day import unnotified
from rammevaerk.portal.placements.queries.progression import goals_due

RUN, REQUEST = Action.PLACEMENT_RUN, Action.PLACEMENT_REQUEST
_MOST = 4
_SOON = timedelta(days=30)


def placement_needs(actor: Actor, *, on: date) -> list[Need]:
    """Enquiries and offers to answer, notifications, notices that run out, follow-ups due."""
    needs: list[Need] = []
    if actor.scope(RUN) is not None:
        needs += _notifications(actor, on)
        asked = _in_state(actor, RUN, PlacementState.ENQUIRY)
        needs += _few(asked, _enquiry, _("forespørgsler venter på svar"), "enquiry")
    if actor.scope(REQUEST) is not None:
        given = _in_state(actor, REQUEST, PlacementState.OFFERED)
        needs += _few(given, _offer, _("tilbud om plads venter på svar"), "offered")
    if actor.scope(Action.PLACEMENT_AGREE) is not None:
        needs += _notices(actor, on)
    if actor.scope(Action.PLACEMENT_GOALS) is not None:
        needs += _goals(actor, on)
    return needs


def _in_state(actor: Actor, action: Action, state: PlacementState) -> "QuerySet[Placement]":
    rows = visible(Placement.objects.filter(state=state), actor, action)
    return rows.select_related("service__facility", "citizen").order_by("wanted_from", "reference")


def _few(
    rows: "QuerySet[Placement]", one: Callable[[Any], Need], what: str, state: str
) -> list[Need]:
    """The first few, and one line for the rest."""
    found = list(rows[: _MOST + 1])
    needs = [one(row) for row in found[:_MOST]]
    if len(found) > _MOST:
        more = rows.count() - _MOST
        url = f"{reverse('placements:placements')}?tilstand={state}"
        needs.append(Need(_("%(n)s %(what)s mere") % {"n": more, "what": what}, url, "info", ""))
    return needs


def _address(row: Placement) -> str:
    return reverse("placements:placement", kwargs={"placement_id": row.pk})


def _where(row: Placement) -> str:
    service: Any = row.service
    return f"{service.facility.name}, {service.name}"


def _enquiry(row: Placement) -> Need:
    return Need(
        title=_("Forespørgsel: %s") % row.citizen.pseudonym,
        url=_address(row),
        kind="awaiting_decision",
        mark=_("Svar køberen"),
        note=_("%(where)s, ønsket fra %(day)s")
        % {"where": _where(row), "day": date_text_da(row.wanted_from)},
    )


def _offer(row: Placement) -> Need:
    return Need(
        title=_("Tilbud om plads: %s") % row.citizen.pseudonym,
        url=_address(row),
        kind="awaiting_decision",
        mark=_("Svar sælgeren"),
        note=_("%(where)s fra %(day)s")
        % {"where": _where(row), "day": date_text_da(row.offered_from or row.wanted_from)},
    )


def _notifications(actor: Actor, on: date) -> list[Need]:
    return [
        Need(
            title=_("Underret handlekommunen om %s") % row.citizen.pseudonym,
            url=_address(row),
            kind="late" if row.notify_by and row.notify_by < on else "warning",
            mark=_("Overskredet") if row.notify_by and row.notify_by < on else _("Frist"),
            note=_("Senest %s") % date_text_da(row.notify_by) if row.notify_by else "",
        )
        for row in unnotified(actor)[:_MOST]
    ]


def _notices(actor: Actor, on: date) -> list[Need]:
    rows = visible(Notice.objects.all(), actor, Action.PLACEMENT_AGREE).filter(
        withdrawn_at__isnull=True,
        ends_on__lte=on + _SOON,
        placement__state=PlacementState.ADMITTED,
    )
    rows = rows.select_related("placement__citizen", "placement__service__facility")
    return [
        Need(
            title=_("Opsigelsen udløber: %s") % one.placement.citizen.pseudonym,
            url=_address(one.placement),
            kind="late" if one.ends_on <= on else "warning",
            mark=_("Udløbet") if one.ends_on <= on else _("Snart"),
            note=_("Sidste betalte dag er %s") % date_text_da(one.ends_on - timedelta(days=1)),
        )
        for one in rows.order_by("ends_on", "pk")[:_MOST]
    ]


def _goals(actor: Actor, on: date) -> list[Need]:
    count = goals_due(actor, on=on).count()
    if not count:
        return []
    text = _("1 mål skal følges op") if count == 1 else _("%s mål skal følges op") % count
    return [Need(text, reverse("placements:goals"), "warning", _("Opfølgning"))]
