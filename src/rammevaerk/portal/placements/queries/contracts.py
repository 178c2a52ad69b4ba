"""Contracts as their pages show them: how far they are, what holds on a day, what is to be done."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import Actor, visible
from rammevaerk.portal.placements.models import (
    Contract,
    ContractApproval,
    ContractTemplate,
    ContractVersion,
)

READ = Action.CONTRACT_READ
SIDE_ACTIONS = {
    ContractApproval.Side.BUYER: Action.CONTRACT_BUY,
    ContractApproval.Side.SELLER: Action.CONTRACT_SELL,
}
_BOTH = 2
# The standard's clause of notice.
_NOTICE = "opsigelse"
_APPROVED = Count("approvals", filter=Q(approvals__approved=True))


@dataclass(frozen=True, slots=True)
class Stage:
    """How far a contract is, for its tag: a kind of components/tag.html and a word."""

    kind: str
    text: str


def seen_contracts(actor: Actor) -> "QuerySet[Contract]":
    """The contracts the actor is a party to."""
    rows = visible(Contract.objects.all(), actor, READ)
    return rows.select_related(
        "template", "placement__service__facility", "placement__citizen", "placement__buyer"
    )


def versions_of(contract: Contract, actor: Actor) -> list[ContractVersion]:
    """Every version that was sent, in order, with its answers."""
    rows = visible(ContractVersion.objects.filter(contract=contract), actor, READ)
    return list(rows.order_by("number", "attempt").prefetch_related("approvals"))


def agreed_versions(rows: "QuerySet[ContractVersion]") -> "QuerySet[ContractVersion]":
    """Those that both parties have approved."""
    return rows.annotate(approved=_APPROVED).filter(approved=_BOTH)


def holding(contract: Contract, on: date) -> ContractVersion | None:
    """What is agreed and holds on the day: the contract or its latest addendum by then.

    None before the contract begins, after it has ended, and while it is not agreed.
    """
    if contract.agreed_at is None or not _lasts(contract, on):
        return None
    rows = ContractVersion.objects.filter(contract=contract, valid_from__lte=on)
    return agreed_versions(rows).order_by("valid_from", "number").last()


def held_before(version: ContractVersion) -> ContractVersion | None:
    """What is agreed for the version's first day without it: what an addendum changes."""
    rows = ContractVersion.objects.filter(
        contract_id=version.contract_id,
        number__lt=version.number,
        valid_from__lte=version.valid_from,
    )
    return agreed_versions(rows).order_by("valid_from", "number").last()


def current_version(contract: Contract) -> ContractVersion | None:
    """The one that was sent last, with its answers."""
    rows = ContractVersion.objects.filter(contract=contract).prefetch_related("approvals")
    return rows.order_by("number", "attempt").last()


def answers_of(version: ContractVersion) -> dict[str, ContractApproval]:
    """What each side has said, by side."""
    return {one.side: one for one in version.approvals.all()}


def is_agreed(version: ContractVersion) -> bool:
    """Whether both have approved."""
    return sum(one.approved for one in version.approvals.all()) == _BOTH


def stage_of(contract: Contract, on: date) -> Stage:
    """The contract itself; what is under way on top of it is said by `addendum_stage`."""
    if contract.agreed_at is None:
        stages = {
            Contract.UnderWay.DRAFT: Stage("draft", _("Kladde")),
            Contract.UnderWay.SENT: Stage("awaiting_decision", _("Til godkendelse")),
        }
        under_way: Any = contract.under_way
        return stages.get(under_way, Stage("dropped", _("Opgivet")))
    if contract.valid_from > on:
        return Stage("planned", _("Indgået"))
    if not _lasts(contract, on):
        return Stage("stopped", _("Ophørt"))
    return Stage("approved", _("Gælder"))


def addendum_stage(contract: Contract) -> Stage | None:
    """The addendum that is being made, if one is."""
    if contract.agreed_at is None or not contract.under_way:
        return None
    if contract.under_way == Contract.UnderWay.DRAFT:
        return Stage("draft", _("Tillæg i kladde"))
    return Stage("awaiting_decision", _("Tillæg til godkendelse"))


def _lasts(contract: Contract, on: date) -> bool:
    return contract.valid_from <= on and (contract.valid_to is None or on < contract.valid_to)


def sides_of(actor: Actor, contract: Contract) -> list[str]:
    """The sides the actor may answer for."""
    rows = Contract.objects.filter(pk=contract.pk)
    return [side for side, action in SIDE_ACTIONS.items() if visible(rows, actor, action).exists()]


def contracts_of_placement(actor: Actor, placement_id: int) -> list[Contract]:
    """The contracts of a placement, the latest first."""
    rows = seen_contracts(actor).filter(placement_id=placement_id)
    return list(rows.order_by("-created_at", "-id"))


def agreed_notice(actor: Actor, placement_id: int, on: date) -> tuple[str, int] | None:
    """The contract's number and its months after the running one, where the standard's words hold.

    None without a contract on a standard that holds on the day, or where the parties wrote a clause
    of notice of their own.
    """
    for contract in contracts_of_placement(actor, placement_id):
        version = holding(contract, on) if contract.template_id else None
        if version is None:
            continue
        own = any(one["key"] == _NOTICE and one["deviates"] for one in version.content["clauses"])
        months = version.content["fields"].get("notice_months", "")
        return (contract.number, int(months)) if months.isdecimal() and not own else None
    return None


def usable_templates(
    cooperation_id: int, on: date, audiences: Iterable[str]
) -> Sequence[ContractTemplate]:
    """The published templates that contracts from the day are made on."""
    rows = ContractTemplate.objects.filter(
        cooperation_id=cooperation_id,
        published_at__isnull=False,
        valid_from__lte=on,
        audience__in=list(audiences),
    ).exclude(valid_to__lte=on)
    return list(rows.order_by("-inside_agreement", "title"))
