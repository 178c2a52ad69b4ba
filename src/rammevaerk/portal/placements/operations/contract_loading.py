"""Many contracts at once, with their versions and approvals: from another system, or a plan's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.bulk import record_load, store_rows
from rammevaerk.portal.access.policy import Actor, authorise
from rammevaerk.portal.placements.calculate.contract_text import (
    StandardClause,
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
from rammevaerk.portal.placements.queries.contract_facts import Facts, facts_of, with_related

Entry = Mapping[str, Any]
_BOTH = 2
_AT_ONCE = 2_000
_COLUMNS = ("valid_from", "valid_to", "ended_reason", "outside_reason")


@transaction.atomic
def load_contracts(
    cooperation: Any, entries: Sequence[Entry], *, by: Actor, at: datetime
) -> dict[str, int]:
    """Store contracts of placements that are there, all or none; returns how many of what.

    An entry has

    - ``placement``: its reference; ``template``: (key, version), or None for a contract outside
      the standard, which needs ``outside_reason``
    - ``valid_from``, and where it has ended or will ``valid_to`` and ``ended_reason``;
      ``number`` is "K-" and the reference unless said; ``created_at`` is when the first version was
      sent unless said
    - ``versions``: the contract and then its addenda in order, each with ``valid_from`` (the
      contract's own unless said), ``summary``, ``fields`` (what is typed: see
      `contract_fields.TYPED`), ``clauses`` ({key: {"heading", "text", "reason"}}: what deviates
      from the standard, and all clauses outside it), ``sent_at``, ``sent_by`` and ``approvals``:
      ``side`` ("buyer" or "seller"), ``by_label``, ``at``, and for a refusal ``approved`` False
      with a ``reason``. Fields and clauses go on in an addendum unless said anew.

    What the placement fills in (parties, law, price, hours, goals, terms) is read from it as it
    is on the version's first day. A contract without versions is a draft; a last version without
    both approvals is under way, and a refused one is a draft again.
    """
    authorise(by, Action.CONTRACT_WRITE, cooperation)
    loading = _Loading(cooperation, by, at)
    # Those that begin together are filled together: prices and names are read by the day.
    ordered = sorted(entries, key=lambda entry: entry["valid_from"])
    for start in range(0, len(ordered), _AT_ONCE):
        loading.take(ordered[start : start + _AT_ONCE])
    loading.store()
    loaded: dict[type[Model], Sequence[Model]] = {
        Contract: loading.contracts,
        ContractVersion: loading.versions,
        ContractApproval: loading.approvals,
    }
    return record_load(cooperation, Action.CONTRACT_WRITE, entries, loaded, by=by, at=at)


@dataclass
class _Loading:
    """One load: the rows of each kind in the order they are stored."""

    cooperation: Any
    by: Actor
    at: datetime
    contracts: list[Contract] = field(default_factory=list)
    versions: list[ContractVersion] = field(default_factory=list)
    approvals: list[ContractApproval] = field(default_factory=list)

    def __post_init__(self) -> None:
        rows = ContractTemplate.objects.filter(
            cooperation=self.cooperation, published_at__isnull=False
        )
        self._templates = {(row.key, row.version): row for row in rows}
        self._standards: dict[int, list[StandardClause]] = {}

    def take(self, entries: Sequence[Entry]) -> None:
        """Make the rows of some entries; nothing is stored yet."""
        placements = self._placements(entries)
        depth = max((len(entry.get("versions", ())) for entry in entries), default=0)
        facts = [self._facts(entries, placements, number) for number in range(depth)]
        for entry in entries:
            placement = placements[entry["placement"]]
            self._take_one(entry, placement, [one.get(placement.pk, {}) for one in facts])

    def store(self) -> None:
        """Store everything; each row points to one that was stored before it."""
        for rows in (self.contracts, self.versions, self.approvals):
            store_rows(rows)

    def _placements(self, entries: Sequence[Entry]) -> dict[str, Placement]:
        wanted = [entry["placement"] for entry in entries]
        rows = with_related(Placement.objects.all()).filter(
            service__facility__cooperation=self.cooperation, reference__in=wanted
        )
        found = {row.reference: row for row in rows}
        for reference in wanted:
            if reference not in found:
                raise ValidationError(_("«%s» kendes ikke. Intet er gemt.") % reference)
        return found

    def _facts(
        self, entries: Sequence[Entry], placements: Mapping[str, Placement], number: int
    ) -> dict[int, Facts]:
        on: dict[int, date] = {}
        ends: dict[int, date | None] = {}
        for entry in entries:
            versions = entry.get("versions", ())
            if number < len(versions):
                pk = placements[entry["placement"]].pk
                on[pk] = versions[number].get("valid_from", entry["valid_from"])
                # An end that came later did not stand in what was signed.
                ends[pk] = None if entry.get("ended_reason") else entry.get("valid_to")
        chosen = [row for row in placements.values() if row.pk in on]
        return facts_of(chosen, self.by, on=on, ends=ends)

    def _take_one(self, entry: Entry, placement: Placement, facts: Sequence[Facts]) -> None:
        template = self._template(entry.get("template"))
        contract = Contract(
            placement=placement,
            template=template,
            number=entry.get("number", f"K-{placement.reference}"),
            created_at=entry.get("created_at", self._begun(entry)),
            **{name: entry[name] for name in _COLUMNS if name in entry},
        )
        self.contracts.append(contract)
        written: dict[str, Any] = {"fields": {}, "clauses": {}, "summary": ""}
        versions = entry.get("versions", ())
        for number, one in enumerate(versions):
            written = {**written, "summary": ""} | {
                name: one[name] for name in ("fields", "clauses", "summary") if name in one
            }
            fields = fields_of(facts[number], written["fields"])
            content = content_of(fields, self._standard(template), written)
            self._take_version(contract, number, one, content)
        _under_way(contract, versions, written, self.at)

    def _begun(self, entry: Entry) -> datetime:
        """A draft was there before it was sent."""
        sent = [one["sent_at"] for one in entry.get("versions", ()) if "sent_at" in one]
        return min([*sent, self.at])

    def _take_version(
        self, contract: Contract, number: int, entry: Entry, content: dict[str, Any]
    ) -> None:
        begins = entry.get("valid_from", contract.valid_from)
        version = ContractVersion(
            contract=contract,
            number=number,
            valid_from=begins,
            content=content,
            deviations=deviations_in(content),
            sha256=fingerprint_of(contract.number, number, begins, content),
            sent_at=entry.get("sent_at", self.at),
            sent_by_label=entry.get("sent_by", self.by.label),
        )
        self.versions.append(version)
        for one in entry.get("approvals", ()):
            told = {"approved": True, "at": self.at, **one}
            self.approvals.append(ContractApproval(version=version, **told))

    def _template(self, name: Any) -> ContractTemplate | None:
        if not name:
            return None
        if tuple(name) not in self._templates:
            raise ValidationError(_("«%s» kendes ikke. Intet er gemt.") % " ".join(name))
        return self._templates[tuple(name)]

    def _standard(self, template: ContractTemplate | None) -> list[StandardClause]:
        if template is None:
            return []
        if template.pk not in self._standards:
            self._standards[template.pk] = standard_of(template)
        return self._standards[template.pk]


def _under_way(
    contract: Contract, versions: Sequence[Entry], written: Mapping[str, Any], at: datetime
) -> None:
    """Say how far the contract has come: agreed when, and what is still being made."""
    answered = [list(one.get("approvals", ())) for one in versions]
    if answered and _agreed(answered[0]):
        contract.agreed_at = max(one.get("at", at) for one in answered[0])
    if answered and _agreed(answered[-1]):
        return
    refused = not versions or any(not one.get("approved", True) for one in answered[-1])
    contract.under_way = Contract.UnderWay.DRAFT if refused else Contract.UnderWay.SENT
    begins = versions[-1].get("valid_from", contract.valid_from) if versions else None
    contract.draft = {
        "number": max(len(versions) - 1, 0),
        "valid_from": (begins or contract.valid_from).isoformat(),
        **written,
    }


def _agreed(approvals: Sequence[Entry]) -> bool:
    return len(approvals) == _BOTH and all(one.get("approved", True) for one in approvals)
