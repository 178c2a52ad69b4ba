"""Writing contracts and addenda: begun, typed, sent for approval, taken back, given up, ended."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from rammevaerk.engine.date_words import date_text_da
from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import Actor, authorise
from rammevaerk.portal.access.saving import RevisionConflict, lock_seen, store_changes, store_new
from rammevaerk.portal.common.fields import refuse_cpr
from rammevaerk.portal.placements.calculate.contract_text import (
    deviations_in,
    fingerprint_of,
    unknown_names,
)
from rammevaerk.portal.placements.models import (
    Contract,
    ContractTemplate,
    ContractVersion,
    Placement,
    PlacementState,
)
from rammevaerk.portal.placements.operations.contract_rules import (
    refuse_incomplete,
    refuse_template,
    refuse_typed,
)
from rammevaerk.portal.placements.queries.contract_drafts import (
    draft_day,
    drafted_content,
    standard_of,
)
from rammevaerk.portal.placements.queries.contracts import agreed_versions, holding

WRITE = Action.CONTRACT_WRITE
MOST_OWN_CLAUSES = 40
# A placement may have a contract from when a place is offered.
WITH_CONTRACT = (
    PlacementState.OFFERED,
    PlacementState.ACCEPTED,
    PlacementState.ADMITTED,
)


def label_of(actor: Actor) -> str:
    """Who did it, as a contract says it: name, role and organisation."""
    role = str(actor.role.label) if actor.role else ""
    return ", ".join(one for one in (actor.label, role, actor.organisation_label) if one)[:200]


@transaction.atomic
def draft_contract(
    placement: Placement,
    template: ContractTemplate | None,
    *,
    valid_from: date,
    valid_to: date | None = None,
    outside_reason: str = "",
    by: Actor,
    at: datetime,
) -> Contract:
    """Begin a contract on a standard, or with None outside it, which needs a reason."""
    authorise(by, WRITE, placement)
    stored = Placement.objects.select_for_update().get(pk=placement.pk)
    if stored.state not in WITH_CONTRACT:
        raise ValidationError(
            _("Der laves kontrakt, når der er tilbudt en plads. Indskrivningen er %s.")
            % str(stored.get_state_display()).lower()
        )
    if template is None and not outside_reason.strip():
        raise ValidationError(
            {"outside_reason": _("Skriv, hvorfor kontrakten ikke bruger standarden.")}
        )
    if template is not None:
        refuse_template(template, stored, valid_from)
    others = list(stored.contracts.select_for_update())
    _refuse_other(others, valid_from, valid_to)
    number = f"K-{stored.reference}"
    if others:
        number += f"-{len(others) + 1}"
    contract = Contract(
        placement=stored,
        number=number,
        template=template,
        outside_reason=outside_reason.strip() if template is None else "",
        valid_from=valid_from,
        valid_to=valid_to,
        under_way=Contract.UnderWay.DRAFT,
        draft=_begun(0, valid_from, valid_to),
        created_at=at,
    )
    return store_new(contract, WRITE, by=by, at=at)


def _begun(
    number: int, valid_from: date, valid_to: date | None, written: Mapping[str, Any] | None = None
) -> Any:
    kept = written or {}
    return {
        "number": number,
        "valid_from": valid_from.isoformat(),
        "valid_to": _iso(valid_to),
        "fields": dict(kept.get("fields", {})),
        "clauses": dict(kept.get("clauses", {})),
        "summary": "",
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _refuse_other(others: list[Contract], valid_from: date, valid_to: date | None) -> None:
    for one in others:
        if one.agreed_at is None and one.under_way:
            raise ValidationError(
                _("Kontrakt %s er allerede på vej. Gør den færdig, eller opgiv den.") % one.number
            )
        lasts = one.valid_to is None or one.valid_to > valid_from
        begins = valid_to is None or one.valid_from < valid_to
        if one.agreed_at is not None and lasts and begins:
            raise ValidationError(
                _("Kontrakt %s gælder i perioden. Lav et tillæg til den, eller lad den ophøre.")
                % one.number
            )


@transaction.atomic
def write_fields(
    contract: Contract,
    typed: Mapping[str, str],
    *,
    valid_from: date,
    valid_to: date | None = None,
    summary: str = "",
    seen: str | None = None,
    by: Actor,
    at: datetime,
) -> bool:
    """Keep what the parties type: fields, the days and, of an addendum, what it is about.

    An addendum may agree on another end; the contract gets it when both have approved.
    """
    stored = _draft_of(contract, seen=seen, by=by)
    refuse_typed(typed)
    refuse_cpr(summary)
    draft = {**stored.draft, "fields": dict(typed), "valid_from": valid_from.isoformat()}
    draft |= {"summary": summary.strip(), "valid_to": _iso(valid_to)}
    values: dict[str, Any] = {"draft": draft}
    if valid_to is not None and valid_to <= valid_from:
        raise ValidationError({"valid_to": _("Slutdagen skal ligge efter startdagen.")})
    others = Contract.objects.filter(placement_id=stored.placement_id).exclude(pk=stored.pk)
    _refuse_other(list(others), stored.valid_from if draft["number"] else valid_from, valid_to)
    if draft["number"] == 0:
        if stored.template is not None:
            refuse_template(stored.template, stored.placement, valid_from)
        values |= {"valid_from": valid_from, "valid_to": valid_to}
    else:
        _refuse_outside(stored, valid_from)
    return store_changes(stored, values, WRITE, by=by, at=at)


@transaction.atomic
def write_clause(
    contract: Contract,
    key: str,
    *,
    heading: str,
    text: str,
    reason: str,
    seen: str | None = None,
    by: Actor,
    at: datetime,
) -> str:
    """Write a clause otherwise than the standard, with a reason, or one of the parties' own.

    An empty key is a new clause; an empty text leaves the standard's clause out. The standard's
    own text puts it back. Returns the clause's key.
    """
    stored = _draft_of(contract, seen=seen, by=by)
    for part in (heading, text, reason):
        refuse_cpr(part)
    standard = {one.key: one for one in standard_of(stored.template)}
    own = dict(stored.draft["clauses"])
    usual = standard.get(key)
    if unknown := unknown_names(text):
        raise ValidationError({"text": _("Feltet {%s} kendes ikke.") % unknown[0]})
    if usual is None and not text.strip():
        raise ValidationError({"text": _("Skriv vilkåret, eller fjern det.")})
    same = usual is not None and text.strip() == usual.text.strip()
    if same and heading.strip() in ("", usual.heading if usual else ""):
        own.pop(key, None)
    else:
        if stored.template_id is not None and not same and not reason.strip():
            raise ValidationError(
                {"reason": _("Skriv, hvorfor kontrakten afviger fra standarden her.")}
            )
        key = key or _new_key(heading, {*own, *standard})
        if key not in own and len(own) >= MOST_OWN_CLAUSES:
            raise ValidationError(_("Der kan højst være %s egne vilkår.") % MOST_OWN_CLAUSES)
        own[key] = {"heading": heading.strip(), "text": text.strip(), "reason": reason.strip()}
    store_changes(stored, {"draft": {**stored.draft, "clauses": own}}, WRITE, by=by, at=at)
    return key


@transaction.atomic
def drop_clause(
    contract: Contract, key: str, *, seen: str | None = None, by: Actor, at: datetime
) -> bool:
    """Take the parties' own wording away: the standard's stands again, an own clause is gone."""
    stored = _draft_of(contract, seen=seen, by=by)
    own = {name: one for name, one in stored.draft["clauses"].items() if name != key}
    draft = {**stored.draft, "clauses": own}
    return store_changes(stored, {"draft": draft}, WRITE, by=by, at=at)


def _new_key(heading: str, taken: set[str]) -> str:
    base = f"eget-{slugify(heading)}"[:50].rstrip("-")
    key, number = base, 2
    while key in taken:
        key, number = f"{base}-{number}", number + 1
    return key


@transaction.atomic
def send_contract(contract: Contract, *, seen: str, by: Actor, at: datetime) -> ContractVersion:
    """Freeze the draft and send it to both parties for approval.

    ``seen`` is the fingerprint of the text that was shown: RevisionConflict when the draft or what
    the placement fills into it has changed since.
    """
    stored = _draft_of(contract, seen=None, by=by)
    content = drafted_content(stored)
    number, begins = stored.draft["number"], draft_day(stored)
    digest = fingerprint_of(stored.number, number, begins, content)
    if digest != seen:
        raise RevisionConflict(stored)
    refuse_incomplete(content, own_paper=stored.template_id is None)
    before = stored.versions.filter(number=number).order_by("attempt").last()
    if before is not None and before.sha256 == digest:
        raise ValidationError(
            _("Det er ordret det, der blev sendt tilbage. Ret det, før det sendes igen.")
            if before.approvals.filter(approved=False).exists()
            else _("Teksten er uændret, siden den blev taget tilbage. Ret den først.")
        )
    version = ContractVersion(
        contract=stored,
        number=number,
        attempt=before.attempt + 1 if before else 1,
        valid_from=begins,
        content=content,
        deviations=deviations_in(content),
        sha256=digest,
        sent_at=at,
        sent_by_label=label_of(by),
    )
    store_new(version, WRITE, by=by, at=at)
    store_changes(stored, {"under_way": Contract.UnderWay.SENT}, WRITE, by=by, at=at)
    return version


@transaction.atomic
def recall_contract(contract: Contract, *, by: Actor, at: datetime) -> Contract:
    """Take back what was sent, before both have approved it, to write it otherwise."""
    stored = lock_seen(contract, WRITE, seen=None, by=by)
    if stored.under_way != Contract.UnderWay.SENT:
        raise ValidationError(_("Der er ikke noget til godkendelse, der kan tages tilbage."))
    store_changes(stored, {"under_way": Contract.UnderWay.DRAFT}, WRITE, by=by, at=at)
    return stored


@transaction.atomic
def drop_draft(contract: Contract, *, by: Actor, at: datetime) -> Contract:
    """Give up what is being written: the contract itself, or the addendum to it."""
    stored = _draft_of(contract, seen=None, by=by)
    store_changes(stored, {"under_way": "", "draft": None}, WRITE, by=by, at=at)
    return stored


@transaction.atomic
def begin_addendum(
    contract: Contract, *, valid_from: date, summary: str, by: Actor, at: datetime
) -> Contract:
    """Begin an addendum that holds from a day; it starts from what is agreed for that day."""
    stored = lock_seen(contract, WRITE, seen=None, by=by)
    if stored.agreed_at is None:
        raise ValidationError(
            _("Kontrakten er ikke indgået endnu. Ret kladden; et tillæg kommer efter kontrakten.")
        )
    if stored.under_way:
        raise ValidationError(_("Der er allerede et tillæg på vej."))
    refuse_cpr(summary)
    _refuse_outside(stored, valid_from)
    held = holding(stored, valid_from)
    last = agreed_versions(stored.versions.all()).order_by("number").last()
    number = last.number + 1 if last else 1
    written = held.content.get("written") if held else None
    draft = _begun(number, valid_from, stored.valid_to, written)
    draft["summary"] = summary.strip()
    values = {"under_way": Contract.UnderWay.DRAFT, "draft": draft}
    store_changes(stored, values, WRITE, by=by, at=at)
    return stored


def _refuse_outside(contract: Contract, valid_from: date) -> None:
    if valid_from < contract.valid_from:
        raise ValidationError(
            {
                "valid_from": _("Kontrakten gælder først fra %s; et tillæg kan ikke gælde før.")
                % date_text_da(contract.valid_from)
            }
        )
    if contract.valid_to is not None and valid_from >= contract.valid_to:
        raise ValidationError({"valid_from": _("Kontrakten er ophørt den dag.")})


def _draft_of(contract: Contract, *, seen: str | None, by: Actor) -> Contract:
    stored = lock_seen(contract, WRITE, seen=seen, by=by)
    if stored.under_way == Contract.UnderWay.SENT:
        raise ValidationError(_("Teksten er til godkendelse. Tag den tilbage for at rette den."))
    if stored.under_way != Contract.UnderWay.DRAFT:
        raise ValidationError(
            _("Kontrakten er indgået og ændres ikke. Lav et tillæg.")
            if stored.agreed_at
            else _("Kontrakten er opgivet.")
        )
    return stored
