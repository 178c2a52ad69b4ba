"""A settled past for the invented region: September is invoiced, October lies with the buyers."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from rammevaerk.portal.access.actions import Role
from rammevaerk.portal.access.policy import Actor
from rammevaerk.portal.access.queries import organisation_ids, secretariat_of
from rammevaerk.portal.demonstration.region.bought import load_budgets, load_received, search
from rammevaerk.portal.demonstration.region.chance import dice_for
from rammevaerk.portal.demonstration.region.handed_over import load_documents
from rammevaerk.portal.demonstration.region.services import TODAY
from rammevaerk.portal.demonstration.region.special import load_special
from rammevaerk.portal.settlement.calculate.billing import bill
from rammevaerk.portal.settlement.calculate.buyer_claims import Claim
from rammevaerk.portal.settlement.operations.answers import (
    agree_statements,
    concede,
    dispute,
    uphold,
)
from rammevaerk.portal.settlement.operations.issuing import issue_agreed
from rammevaerk.portal.settlement.operations.records import keep_claims
from rammevaerk.portal.settlement.operations.run_requests import RunRequest, snapshot_for
from rammevaerk.portal.settlement.operations.run_storing import store_billing
from rammevaerk.portal.settlement.operations.runs import review, start

_INVOICED, _OPEN = date(2026, 9, 1), date(2026, 10, 1)
_DAY = timedelta(days=1)
_SOURCE = "Køberens fagsystem (opdigtet)"
# Whom most is shown of.
_BUYER = "kommune-0791"
# Buyers that have answered what they agree about, and how many in a hundred lines they know of.
_ANSWERED = ("kommune-0751", "kommune-0730", "kommune-0657", "kommune-0706", "kommune-0740")
_DIFFERS = 30
_MOST_DISPUTED, _LOOKED_AT, _WHOLE = 14, 4, 31
_RIGHT = "I har ret: borgeren var ikke her den dag. Vi retter indskrivningen (opdigtet)"
_HOLDS = "Vores vagtrapport siger, at borgeren var her den dag (opdigtet)"


def load_settled(cooperation: Any, weights: Mapping[str, int], **how: Any) -> None:
    """Run both months for everybody, as the joint secretariat does, and what buyers do then.

    `weights` are the sizes of the cooperation's municipalities by key.
    """
    owner_id = secretariat_of(cooperation.pk, on=TODAY)
    if owner_id is None:
        return
    ids = organisation_ids()
    load_special(cooperation.pk, (_INVOICED, _OPEN), weights, ids, **how)
    first = _run(cooperation.pk, owner_id, _INVOICED, **how)
    agree_statements(first, list(first.statements.values_list("pk", flat=True)), **how)
    issue_agreed(first, day=date(2026, 10, 19), **how)
    second = _run(cooperation.pk, owner_id, _OPEN, **how)
    _disagree(second, **how)
    _answer(second, **how)
    answered = second.statements.filter(payer__key__in=_ANSWERED)
    agree_statements(second, list(answered.values_list("pk", flat=True)), **how)
    load_documents(first, _BUYER, **how)
    load_budgets(first, [ids[key] for key in weights], **how)
    at = how["at"]
    buyer = Actor(
        label=how["by"].label, role=Role.BUYER, organisation_id=ids[_BUYER],
        organisation_label=_BUYER, cooperation_ids=frozenset({cooperation.pk}),
    )  # fmt: skip
    load_received(first, buyer, at=at)
    # The secretariat's own search, of every facility, takes twice as long: it is a press away.
    search(buyer, at=at)


def _run(cooperation_id: int, owner_id: int, month: date, **how: Any) -> Any:
    request = RunRequest(
        cooperation_id, owner_id, month, (month + 34 * _DAY).replace(day=4),
        joint=True,
    )  # fmt: skip
    run = start(request, **how)
    store_billing(run, bill(snapshot_for(request)), **how)
    run.refresh_from_db()
    review(run, **how)
    return run


def _disagree(run: Any, *, by: Any, at: datetime) -> None:
    """Some buyers have other days than the seller, and have objected to a few lines for it."""
    objected = 0
    # What a seller owes itself is answered already.
    rows = run.statements.exclude(state="internal").select_related("payer").order_by("pk")
    for statement in sorted(rows, key=lambda one: one.payer.key != _BUYER):
        claims: dict[int, Claim] = {}
        stays = statement.lines.filter(kind="stay").select_related("placement")
        for line in stays.order_by("pk"):
            dice = dice_for("differs", line.placement.reference)
            # The buyer of whom most is shown has looked at some who came or left.
            shown = statement.payer.key == _BUYER and len(claims) < _LOOKED_AT
            looked = shown and line.days < _WHOLE
            if (dice.randrange(_DIFFERS) and not looked) or line.placement_id in claims:
                continue
            claim, day, why = _as_the_buyer_has_it(line)
            claims[line.placement_id] = claim
            if day is not None and objected < _MOST_DISPUTED:
                dispute(line, day=day, reason=why, by=by, at=at)
                objected += 1
        if claims:
            keep_claims(statement, list(claims.values()), source=_SOURCE, by=by, at=at)


def _answer(run: Any, **how: Any) -> None:
    """Sellers have given right to one and stand by another; the rest wait for them."""
    disputed = {"standing__state": "disputed"}
    rows = run.statements.filter(lines__standing__state="disputed").select_related("payer")
    statements = sorted(rows.distinct(), key=lambda one: (one.payer.key != _BUYER, one.pk))
    lines = [one for two in statements for one in two.lines.filter(**disputed).order_by("pk")]
    for line in lines[:1]:
        concede(line, reason=_RIGHT, **how)
    # At least one is left to wait.
    for line in lines[2:][-1:]:
        uphold(line, reason=_HOLDS, **how)


def _as_the_buyer_has_it(line: Any) -> tuple[Claim, date | None, str]:
    """The buyer's days of a placement, and the day about which it differs; None where it agrees."""
    stay = line.placement.stays.filter(superseded_at__isnull=True).order_by("valid_from").last()
    absences = tuple(
        (one.valid_from, one.valid_to)
        for one in line.placement.absences.filter(superseded_at__isnull=True)
    )
    start, end = stay.valid_from, stay.valid_to
    if end is not None and line.valid_from <= end.date() < _OPEN + 31 * _DAY:
        told = end - _DAY
        if told > start:
            why = "Udskrivningsdagen: borgeren flyttede dagen før ifølge vores journal"
            return Claim(line.placement_id, start, told, absences), end.date(), why
    if start.date() >= _OPEN:
        day, later = start.date(), start + _DAY
        if end is None or later < end:
            why = "Ankomstdagen: vi har først bevilget opholdet fra dagen efter"
            return Claim(line.placement_id, later, end, absences), day, why
    return Claim(line.placement_id, start, end, absences), None, ""
