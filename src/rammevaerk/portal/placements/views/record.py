"""A placement's page: what it is, what comes next, what holds by date, and how it went."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from rammevaerk.engine.errors import UnreadableDate
from rammevaerk.engine.periods import Precision, parse_partial_date_da
from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.http import Request
from rammevaerk.portal.access.policy import abilities, requires
from rammevaerk.portal.common.clock import beginning_of
from rammevaerk.portal.placements.calculate.ages import ages_on
from rammevaerk.portal.placements.calculate.moments import civil
from rammevaerk.portal.placements.calculate.shelters import is_self_referral
from rammevaerk.portal.placements.forms.fields import hours_text
from rammevaerk.portal.placements.forms.goals import PROGRESSION
from rammevaerk.portal.placements.models import Placement, PlacementState
from rammevaerk.portal.placements.operations.contracts import WITH_CONTRACT
from rammevaerk.portal.placements.queries.contracts import contracts_of_placement, stage_of
from rammevaerk.portal.placements.queries.record import (
    PlacementRecord,
    price_text,
    record_of,
    timeline,
    warnings_of,
)
from rammevaerk.portal.placements.queries.register import TAGS
from rammevaerk.portal.placements.views.places import placement_name, placement_trail

_WAY = (
    PlacementState.ENQUIRY,
    PlacementState.OFFERED,
    PlacementState.ACCEPTED,
    PlacementState.ADMITTED,
    PlacementState.DISCHARGED,
)
_STOPPED = (PlacementState.DECLINED, PlacementState.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class Move:
    """A step that may be taken now."""

    url: str
    label: Any
    primary: bool = True


_MOVES: dict[str, tuple[tuple[str, Move], ...]] = {
    PlacementState.ENQUIRY: (
        ("placement_run", Move("placements:offer", gettext_lazy("Tilbyd en plads"))),
        ("placement_run", Move("placements:decline", gettext_lazy("Afslå"), primary=False)),
        ("placement_request", Move("placements:withdraw", gettext_lazy("Træk tilbage"), False)),
    ),
    PlacementState.OFFERED: (
        ("placement_request", Move("placements:accept", gettext_lazy("Sig ja til pladsen"))),
        ("placement_run", Move("placements:offer", gettext_lazy("Ret tilbuddet"), False)),
        ("placement_run", Move("placements:decline", gettext_lazy("Afslå"), False)),
        ("placement_request", Move("placements:withdraw", gettext_lazy("Træk tilbage"), False)),
    ),
    PlacementState.ACCEPTED: (
        ("placement_run", Move("placements:admit", gettext_lazy("Indskriv borgeren"))),
        ("placement_request", Move("placements:withdraw", gettext_lazy("Træk tilbage"), False)),
    ),
    PlacementState.ADMITTED: (
        ("placement_run", Move("placements:absence_new", gettext_lazy("Registrér fravær"))),
        ("placement_run", Move("placements:discharge", gettext_lazy("Udskriv"), False)),
        ("placement_run", Move("placements:move", gettext_lazy("Flyt til en anden plads"), False)),
        ("placement_agree", Move("placements:notice", gettext_lazy("Opsig"), False)),
    ),
    PlacementState.DISCHARGED: (
        ("placement_run", Move("placements:reopen", gettext_lazy("Genåbn"), False)),
    ),
}


@require_GET
@requires(Action.PLACEMENT_READ, Placement, "placement_id")
def placement(request: Request, row: Placement) -> HttpResponse:
    known, problem = _known(request)
    record = record_of(row, on=request.today, known=known)
    can = abilities(
        request.actor, row, Action.PLACEMENT_RUN, Action.PLACEMENT_REQUEST,
        Action.PLACEMENT_AGREE, Action.PLACEMENT_GOALS, Action.CONTRACT_READ, Action.CONTRACT_WRITE,
    )  # fmt: skip
    youngest, oldest = ages_on(record.placement.citizen.birth_month, request.today)
    context = {
        "crumbs": placement_trail(record.placement),
        "name": placement_name(record.placement),
        "row": record.placement,
        "record": record,
        "tag": TAGS[PlacementState(row.state)],
        "way": list(_way(record)),
        "moves": _moves(record, can),
        "can": can,
        "age": str(oldest) if youngest == oldest else f"{youngest}-{oldest}",
        "keeps": record.placement.citizen.keeper_id == request.actor.organisation_id,
        "now": _now(record, request),
        "hours": [(one, hours_text(one.minutes), _kinds(one)) for one in record.hours.rows],
        "prices": [(one, price_text(one)) for one in record.prices.rows],
        "payers": [_paid(one, record) for one in record.payers.rows],
        "contracts": [
            (one, stage_of(one, request.today))
            for one in contracts_of_placement(request.actor, row.pk)
        ],
        "may_have_contract": row.state in WITH_CONTRACT,
        "deliveries": [
            (
                one,
                f"{one.quantity // 100},{one.quantity % 100:02}",
                record.names.get(one.payer_id, ""),
            )
            for one in record.deliveries.rows
        ],
        "goals": [_goal(one, request) for one in record.goals],
        "history": list(_history(record)),
        "entries": timeline(record),
        "warnings": [] if known else warnings_of(record, on=request.today),
        "known": known,
        "known_text": request.GET.get("kendt", "")[:60],
        "problem": problem,
        "today": request.today,
        "shelter": is_self_referral(record.placement.paragraph),
    }
    return render(request, "placements/placement.html", context)


def _known(request: Request) -> tuple[datetime | None, str]:
    """The end of the day whose knowledge is asked for; None for now."""
    text = request.GET.get("kendt", "")[:60].strip()
    if not text:
        return None, ""
    try:
        found = parse_partial_date_da(text)
    except UnreadableDate as problem:
        return None, problem.reason_da
    if found.precision is not Precision.DAY:
        return None, _("Skriv dag, måned og år.")
    return beginning_of(found.first + timedelta(days=1)), ""


def _way(record: PlacementRecord) -> Iterator[dict[str, Any]]:
    """The steps of a placement, with the day each was taken."""
    state = PlacementState(record.placement.state)
    taken = {one.to_state: one for one in record.steps}
    at = _WAY.index(state) if state in _WAY else 0
    for number, one in enumerate(_WAY):
        yield {
            "label": one.label,
            "step": taken.get(one) if number <= at else None,
            "done": number <= at,
            "current": number == at,
        }


def _moves(record: PlacementRecord, can: dict[str, bool]) -> list[Move]:
    row = record.placement
    moves = [move for right, move in _MOVES.get(row.state, ()) if can[right]]
    if is_self_referral(row.paragraph) and can["placement_request"] and not can["placement_run"]:
        stop = Move("placements:payment_stop", gettext_lazy("Afgør udskrivning (stk. 5)"), False)
        moves = [stop if one.url == "placements:notice" else one for one in moves]
    if record.notice is not None:
        moves = [one for one in moves if one.url != "placements:notice"]
    if row.notify_by is not None and row.notified_on is None and can["placement_run"]:
        moves.insert(0, Move("placements:notified", gettext_lazy("Registrér underretning")))
    return moves


def _now(record: PlacementRecord, request: Request) -> dict[str, Any]:
    """What holds today, for the summary."""
    hours = record.on(record.hours, request.today)
    price = record.on(record.prices, request.today)
    payer = record.on(record.payers, request.today)
    stay = record.stays.last
    planned = stay is not None and stay.valid_to is not None and stay.valid_to > civil(request.at)
    return {
        "stay": stay,
        "planned": planned,
        "absence": record.on(record.absences, request.today),
        "hours": hours_text(hours.minutes) if hours else "",
        "price": price_text(price) if price else "",
        "payer": record.names[payer.payer_id] if payer else "",
        "ground": payer.get_ground_display() if payer else "",
    }


def _kinds(row: Any) -> str:
    """The four kinds in words, those that are not nothing."""
    told = (
        (_("borgertimer"), row.citizen_minutes),
        (_("organisatoriske opgaver"), row.organisation_minutes),
        (_("dokumentation"), row.documentation_minutes),
        (_("ferie og fravær"), row.absence_minutes),
    )
    return ", ".join(f"{name} {hours_text(minutes)}" for name, minutes in told if minutes)


def _paid(row: Any, record: PlacementRecord) -> dict[str, Any]:
    return {
        "row": row,
        "payer": record.names[row.payer_id],
        "acting": record.names[row.acting_id],
    }


def _goal(row: Any, request: Request) -> dict[str, Any]:
    told = list(row.follow_ups.all())
    words = dict(PROGRESSION)
    return {
        "row": row,
        "follow_ups": [(one, words[one.progression]) for one in told],
        "last": told[0].progression if told else None,
        "late": row.state == "open" and row.follow_up_by < request.today,
        "tag": {"open": "active", "reached": "reached"}.get(row.state, "stopped"),
    }


def _history(record: PlacementRecord) -> Iterator[dict[str, Any]]:
    """What was believed before of each kind, and when it was superseded."""
    kinds = (
        (_("Ophold"), record.stays, lambda one: _("Plads %s") % one.place),
        (_("Betaler"), record.payers, lambda one: record.names[one.payer_id]),
        (_("Timer"), record.hours, lambda one: hours_text(one.minutes)),
        (_("Takst"), record.prices, price_text),
        (_("Tillæg"), record.supplements, lambda one: one.label),
        (_("Fravær"), record.absences, lambda one: str(one.get_reason_display())),
    )
    for name, versions, text in kinds:
        for one in versions.earlier:
            yield {"kind": name, "text": text(one), "row": one, "moment": name == _("Ophold")}
