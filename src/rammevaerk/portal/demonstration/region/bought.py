"""What buyers of the invented region do: budgets for the year, control of a month, signs."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db.models import Sum

from rammevaerk.portal.access.policy import Actor
from rammevaerk.portal.demonstration.region.chance import dice_for
from rammevaerk.portal.demonstration.region.received import Sent
from rammevaerk.portal.demonstration.region.services import TODAY
from rammevaerk.portal.settlement.operations import control, irregularities
from rammevaerk.portal.settlement.operations.budgets import register_budget
from rammevaerk.portal.settlement.operations.received import take_in_invoices

_NOTE = "Opdigtet til demonstrationen"
_MONTHS, _ROUND_ORE = 12, 100_000_00


def load_budgets(run: Any, payer_ids: Collection[int], **how: Any) -> None:
    """What each has set aside for the year: twelve of the run's month, a little more or less."""
    owed = run.statements.filter(payer_id__in=payer_ids).order_by("payer_id")
    for key, payer_id, ore in owed.values_list("payer__key", "payer_id").annotate(
        ore=Sum("total_ore")
    ):
        year = ore * _MONTHS * dice_for("budget", key).randint(96, 106) // 100
        rounded = year // _ROUND_ORE * _ROUND_ORE
        register_budget(payer_id, TODAY.year, rounded, note=_NOTE, **how)


def load_received(run: Any, buyer: Actor, *, at: datetime) -> None:
    """Take in what sellers sent the buyer from outside, and control the run's month with it."""
    take_in_invoices(Sent(run, buyer.organisation_id or 0).files(), by=buyer, at=at)
    asked = control.ask_control([run.month], by=buyer, at=at)
    control.work([one.pk for one in asked], at=at)


def search(by: Actor, *, at: datetime) -> None:
    """Look for signs of irregularity, as somebody who may follow up on them."""
    irregularities.work(irregularities.ask_search(by=by, at=at).pk, at=at)
