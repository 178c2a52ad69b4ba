"""Notice to end a placement: who gave it, and until when it is paid for by the engine's rule."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from rammevaerk.engine.date_words import date_text_da
from rammevaerk.engine.errors import NoRuleForDate, UnfitCase
from rammevaerk.engine.notice import AgreedNotice, NoticeEnd, NoticeForm, NoticeSide, notice_end
from rammevaerk.engine.parameters import Parameters
from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import Actor, authorise, decide
from rammevaerk.portal.access.saving import store_changes, store_new
from rammevaerk.portal.common.clock import day_of
from rammevaerk.portal.placements.calculate.shelters import is_self_referral
from rammevaerk.portal.placements.models import Notice, Placement, PlacementState
from rammevaerk.portal.placements.operations.stays import current_stay, end_anew, paid_until
from rammevaerk.portal.placements.operations.steps import locked

AGREE, RUN = Action.PLACEMENT_AGREE, Action.PLACEMENT_RUN


def side_of(placement: Placement, by: Actor) -> Notice.Side:
    """On whose behalf the actor gives notice."""
    seller = decide(by, RUN, placement).allowed
    return Notice.Side.SELLER if seller else Notice.Side.BUYER


def end_of_notice(
    placement: Placement, side: str, given_on: date, agreed: Mapping[str, Any] | None = None
) -> NoticeEnd:
    """When a notice given on the day runs out, by the contract's own words or the agreement's.

    `agreed`: ``form``, ``length``, ``clause`` of the contract. ValidationError where neither says.
    """
    own = None
    try:
        if agreed is not None:
            own = AgreedNotice(NoticeForm(agreed["form"]), agreed["length"], agreed["clause"])
        key = placement.paragraph.key
        return notice_end(given_on, NoticeSide(side), key, Parameters.load(), agreed=own)
    except NoRuleForDate as problem:
        raise ValidationError(
            _(
                "Styringsaftalens varsel for det kendes ikke. Skriv det varsel, som kontrakten har,"
                " og punktet, det står i."
            )
        ) from problem
    except UnfitCase as problem:
        raise ValidationError({"length": str(problem)}) from problem


@transaction.atomic
def give_notice(
    placement: Placement, values: Mapping[str, Any], *, by: Actor, at: datetime
) -> Notice:
    """Give notice of the placement, or tell of a death; it runs out by the rule.

    `values`: ``given_on``, ``reason``, ``death`` and perhaps ``agreed`` (see `end_of_notice`). A
    buyer gives none of a stay under §§ 109-110, where the leader decides: see `stop_payment`.
    """
    row = locked(placement, AGREE, PlacementState.ADMITTED, PlacementState.DISCHARGED, by=by)
    side = Notice.Side.DEATH if values.get("death") else side_of(row, by)
    if side == Notice.Side.BUYER and is_self_referral(row.paragraph):
        raise ValidationError(
            _(
                "Lederen bestemmer, hvornår opholdet efter § %s slutter. Kommunen kan kun afgøre en"
                " udskrivning, når betingelserne i § 110, stk. 5, er opfyldt."
            )
            % row.paragraph.number
        )
    given: date = values["given_on"]
    _require_possible(row, given, at)
    end = end_of_notice(row, side, given, values.get("agreed"))
    before = _ended_on(row)
    notice = Notice(
        placement=row,
        side=side,
        given_on=given,
        reason=values.get("reason", ""),
        rule=end.rule,
        clause=end.clause,
        ends_on=end.ends_on,
        unverified=end.unverified,
        registered_at=at,
    )
    store_new(notice, AGREE, by=by, at=at, reason=notice.reason)
    _end_as_paid(row, before, by=by, at=at)
    return notice


@transaction.atomic
def withdraw_notice(notice: Notice, *, by: Actor, at: datetime) -> Notice:
    """The notice is taken back by the party that gave it."""
    row = locked(notice.placement, AGREE, by=by)
    stored = Notice.objects.select_for_update(of=("self",)).get(pk=notice.pk)
    if stored.withdrawn_at is not None:
        raise ValidationError(_("Opsigelsen er trukket tilbage i forvejen."))
    seller = stored.side != Notice.Side.BUYER
    authorise(by, RUN if seller else Action.PLACEMENT_REQUEST, row)
    before = _ended_on(row)
    store_changes(stored, {"withdrawn_at": at}, AGREE, by=by, at=at)
    _end_as_paid(row, before, by=by, at=at)
    return stored


def _ended_on(row: Placement) -> date | None:
    """The day on which a discharge let payer, hours and price end; None of one still there."""
    if row.state != PlacementState.DISCHARGED or row.continuations.exists():
        return None
    left = current_stay(row).valid_to
    return paid_until(row, left) if left is not None else None


def _end_as_paid(row: Placement, before: date | None, *, by: Actor, at: datetime) -> None:
    """Payer, hours and price follow a notice given or withdrawn after the citizen had left."""
    now = _ended_on(row)
    if before is not None and now is not None:
        end_anew(row, before, now, by=by, at=at)


def _require_possible(row: Placement, given: date, at: datetime) -> None:
    if given > day_of(at):
        raise ValidationError({"given_on": _("Dagen er ikke kommet endnu.")})
    first = row.stays.filter(superseded_at__isnull=True).order_by("valid_from").first()
    if first is not None and given < first.valid_from.date():
        raise ValidationError(
            {"given_on": _("Borgeren kom først den %s.") % date_text_da(first.valid_from.date())}
        )
    if row.notices.filter(withdrawn_at__isnull=True).exists():
        raise ValidationError(
            _("Indskrivningen er sagt op i forvejen. Træk den opsigelse tilbage først.")
        )
