"""Contracts follow a placement that goes on at another seller: novated, or written anew."""

from datetime import date, datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import Actor
from rammevaerk.portal.access.saving import store_changes, store_new
from rammevaerk.portal.catalogue.following import Passage
from rammevaerk.portal.placements.calculate.contract_text import (
    content_of,
    deviations_in,
    fingerprint_of,
)
from rammevaerk.portal.placements.models import (
    Contract,
    ContractApproval,
    ContractTemplate,
    ContractVersion,
    Placement,
)
from rammevaerk.portal.placements.queries.contract_drafts import fields_of, standard_of
from rammevaerk.portal.placements.queries.contract_facts import facts_of, with_related
from rammevaerk.portal.placements.queries.contracts import holding

MANAGE = Action.FACILITY_MANAGE
NOVATE = "novate"
_SYSTEM = Actor.system("Efterfølgelse")
Done = dict[str, Any]


def end_contracts(old: Placement, on: date, reason: str, *, by: Actor, at: datetime) -> list[Done]:
    """Let the placement's contracts hold no longer than to the day; drafts are given up."""
    return [{**_ended(row, on, reason, by=by, at=at), "how": "ended"} for row in _lasting(old, on)]


def continue_contracts(
    old: Placement, new: Placement, passage: Passage, *, by: Actor, at: datetime
) -> list[Done]:
    """The contracts end with the old seller; with the new they are novated or written anew.

    What is not agreed moves along as a draft.
    """
    done = []
    for row in _lasting(old, passage.on):
        if row.agreed_at is None or row.valid_from >= passage.on:
            done.append(_moved(row, new, by=by, at=at))
            continue
        held = holding(row, passage.on)
        reason = _("Fortsætter hos efterfølgeren som %s.") % f"K-{new.reference}"
        if held is not None and passage.contracts == NOVATE:
            before = _ended(row, passage.on, reason, by=by, at=at)
            _novated(row, held, new, passage.on, before["valid_to"], by=by, at=at)
            done.append({**before, "how": "novated"})
            continue
        reason = _("Opsagt ved efterfølgelsen; indgås på ny som %s.") % f"K-{new.reference}"
        before = _ended(row, passage.on, reason, by=by, at=at)
        _reissued(row, held, new, passage.on, before["valid_to"], by=by, at=at)
        done.append({**before, "how": "reissued"})
    return done


def _lasting(old: Placement, on: date) -> list[Contract]:
    lasts = Q(valid_to__isnull=True) | Q(valid_to__gt=on)
    live = Q(agreed_at__isnull=False) | ~Q(under_way="")
    rows = Contract.objects.select_for_update(of=("self",)).filter(lasts, live, placement=old)
    return list(rows.select_related("template").order_by("pk"))


def _ended(row: Contract, on: date, reason: str, *, by: Actor, at: datetime) -> Done:
    """End it, and say what it was before."""
    before = {
        "id": row.pk,
        "placement": row.placement_id,
        "valid_to": row.valid_to.isoformat() if row.valid_to else None,
        "ended_reason": row.ended_reason,
        "under_way": row.under_way,
        "draft": row.draft,
    }
    values: dict[str, Any] = {"under_way": "", "draft": None}
    if row.valid_from < on:
        values |= {"valid_to": on, "ended_reason": reason}
    store_changes(row, values, MANAGE, by=by, at=at)
    return before


def _moved(row: Contract, new: Placement, *, by: Actor, at: datetime) -> Done:
    before = {
        "id": row.pk,
        "placement": row.placement_id,
        "under_way": row.under_way,
        "how": "moved",
    }
    # What one of them said was said to another seller.
    under_way = Contract.UnderWay.DRAFT if row.under_way else ""
    values = {"placement_id": new.pk, "under_way": under_way}
    store_changes(row, values, MANAGE, by=by, at=at)
    return before


def _novated(
    row: Contract,
    held: ContractVersion,
    new: Placement,
    on: date,
    ends: str | None,
    *,
    by: Actor,
    at: datetime,
) -> None:
    valid_to = date.fromisoformat(ends) if ends else None
    contract = store_new(
        Contract(
            placement=new, number=f"K-{new.reference}", template=row.template,
            outside_reason=row.outside_reason, valid_from=on, valid_to=valid_to,
            # It is no new contract: the same goes on.
            agreed_at=row.agreed_at, created_at=at,
        ),
        MANAGE, by=by, at=at,
    )  # fmt: skip
    placement = with_related(Placement.objects.all()).get(pk=new.pk)
    facts = facts_of([placement], _SYSTEM, on={new.pk: on}, ends={new.pk: valid_to})[new.pk]
    written = held.content.get("written") or {"fields": {}, "clauses": {}}
    summary = _("Fortsætter %s med efterfølgeren som part.") % row.number
    content = content_of(
        fields_of(facts, written["fields"]),
        standard_of(row.template),
        {**written, "summary": summary, "valid_to": ends},
    )
    version = store_new(
        ContractVersion(
            contract=contract, number=0, valid_from=on, content=content,
            deviations=deviations_in(content),
            sha256=fingerprint_of(contract.number, 0, on, content),
            sent_at=at, sent_by_label=by.label[:200],
        ),
        MANAGE, by=by, at=at,
    )  # fmt: skip
    for side in ContractApproval.Side:
        store_new(
            ContractApproval(
                version=version, side=side, approved=True, at=at,
                by_label=_("Følger af efterfølgelsen"),
                reason=_("Kontrakten fortsætter uden ny godkendelse, som det er besluttet."),
            ),
            MANAGE, by=by, at=at,
        )  # fmt: skip


def _reissued(
    row: Contract,
    held: ContractVersion | None,
    new: Placement,
    on: date,
    ends: str | None,
    *,
    by: Actor,
    at: datetime,
) -> None:
    written = (held.content.get("written") if held else None) or {}
    template = _usable(row.template, on)
    reason = row.outside_reason
    if template is None and not reason:
        reason = _("Standardkontrakten bruges ikke længere.")
    draft = {
        "number": 0,
        "valid_from": on.isoformat(),
        "valid_to": ends,
        "fields": written.get("fields", {}),
        "clauses": written.get("clauses", {}),
        "summary": "",
    }
    contract = Contract(
        placement=new, number=f"K-{new.reference}", template=template, outside_reason=reason,
        valid_from=on, valid_to=date.fromisoformat(ends) if ends else None,
        under_way=Contract.UnderWay.DRAFT, draft=draft, created_at=at,
    )  # fmt: skip
    store_new(contract, MANAGE, by=by, at=at)


def _usable(template: ContractTemplate | None, on: date) -> ContractTemplate | None:
    """The version of the same standard that contracts are made on from the day."""
    if template is None:
        return None
    rows = ContractTemplate.objects.filter(
        cooperation_id=template.cooperation_id,
        key=template.key,
        published_at__isnull=False,
        valid_from__lte=on,
    )
    return rows.exclude(valid_to__lte=on).order_by("-valid_from").first()


def void_contracts(new: Placement, *, by: Actor, at: datetime) -> None:
    """What was made for a placement that never began is given up."""
    for row in new.contracts.exclude(agreed_at__isnull=True, under_way=""):
        values = {"agreed_at": None, "under_way": "", "draft": None}
        store_changes(row, values, MANAGE, by=by, at=at)


def restore_contracts(done: list[Done], *, by: Actor, at: datetime) -> None:
    """Let the contracts be as they were."""
    for one in done:
        row = Contract.objects.select_for_update().get(pk=one["id"])
        values = {"placement_id": one["placement"], "under_way": one["under_way"]}
        if one["how"] == "moved":
            back = {"draft": row.draft} if row.draft else {"under_way": ""}
            store_changes(row, {**values, **back}, MANAGE, by=by, at=at)
            continue
        ends = one["valid_to"]
        values |= {
            "valid_to": date.fromisoformat(ends) if ends else None,
            "ended_reason": one["ended_reason"],
            "draft": one["draft"],
        }
        store_changes(row, values, MANAGE, by=by, at=at)
