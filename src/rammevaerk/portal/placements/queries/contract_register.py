"""The register of contracts: what it is asked for, and its rows; and what waits for a party."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from rammevaerk.portal.access.policy import Actor, visible
from rammevaerk.portal.access.queries import names_on
from rammevaerk.portal.common.needs import Need
from rammevaerk.portal.placements.models import Contract, ContractApproval, ContractVersion
from rammevaerk.portal.placements.queries.contracts import (
    SIDE_ACTIONS,
    Stage,
    addendum_stage,
    seen_contracts,
    stage_of,
)

CURRENT = "aktuelle"
STAGES = {
    CURRENT: gettext_lazy("Aktuelle"),
    "svar": gettext_lazy("Venter på mit svar"),
    "kladde": gettext_lazy("Kladder"),
    "godkendelse": gettext_lazy("Til godkendelse"),
    "gaelder": gettext_lazy("Gælder"),
    "ophoert": gettext_lazy("Ophørt"),
    "opgivet": gettext_lazy("Opgivet"),
    "alle": gettext_lazy("Alle"),
}
STANDARDS = {
    "": gettext_lazy("Alle"),
    "standard": gettext_lazy("På standarden"),
    "afvigelser": gettext_lazy("På standarden med afvigelser"),
    "udenfor": gettext_lazy("Uden for standarden"),
}
SORTS = {
    "nummer": ("number",),
    "tilbud": ("placement__service__facility__name", "number"),
    "fra": ("valid_from", "number"),
    "afvigelser": ("deviations", "number"),
}
# What is under way first, then what began last.
_USUAL = ("-under_way", "-valid_from", "number")


@dataclass(frozen=True, slots=True)
class ContractFilter:
    """What the register is narrowed to; "" and None narrow nothing."""

    stage: str = CURRENT
    standard: str = ""
    buyer_id: int | None = None
    facility_id: int | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class ContractRow:
    """A contract in the list. `deviations` is None outside the standard."""

    contract: Contract
    facility: str
    service: str
    buyer: str
    citizen: str
    stage: Stage
    addendum: Stage | None
    standard: str
    deviations: int | None
    synthetic: bool


def _with_deviations(rows: "QuerySet[Contract]") -> "QuerySet[Contract]":
    newest = ContractVersion.objects.filter(contract=OuterRef("pk")).order_by("-number", "-attempt")
    return rows.annotate(deviations=Subquery(newest.values("deviations")[:1]))


def contract_ids(actor: Actor, narrowed: ContractFilter, *, on: date, sort: str = "") -> list[int]:
    """The contracts that a filter leaves, in order."""
    rows = _with_deviations(seen_contracts(actor)).filter(_in_stage(actor, narrowed.stage, on))
    rows = rows.filter(_on_standard(narrowed.standard))
    if narrowed.buyer_id:
        rows = rows.filter(placement__buyer_id=narrowed.buyer_id)
    if narrowed.facility_id:
        rows = rows.filter(placement__service__facility_id=narrowed.facility_id)
    rows = rows.order_by(*_order(sort))
    if not narrowed.text.strip():
        return list(rows.values_list("pk", flat=True))
    # Folded here, since SQLite's own search knows no capitals beyond A to Z.
    wanted = narrowed.text.casefold().strip()
    texts = rows.values_list(
        "pk", "number", "placement__reference", "placement__service__facility__name",
        "placement__citizen__pseudonym", "placement__buyer_reference",
    )  # fmt: skip
    return [pk for pk, *words in texts if wanted in " ".join(words).casefold()]


def _order(sort: str) -> Sequence[Any]:
    key = sort.removeprefix("-")
    if key not in SORTS:
        return _USUAL
    names = SORTS[key]
    if not sort.startswith("-"):
        return names
    return [F(one).desc(nulls_last=True) for one in names]


def _in_stage(actor: Actor, stage: str, on: date) -> Q:
    over = Q(valid_to__isnull=False, valid_to__lte=on)
    agreed = Q(agreed_at__isnull=False)
    dropped = Q(agreed_at__isnull=True, under_way="")
    stages = {
        "kladde": Q(under_way=Contract.UnderWay.DRAFT),
        "godkendelse": Q(under_way=Contract.UnderWay.SENT),
        "gaelder": agreed & ~over & Q(valid_from__lte=on),
        "ophoert": agreed & over,
        "opgivet": dropped,
        "alle": Q(),
    }
    if stage == "svar":
        return Q(pk__in=unanswered(actor).values("pk"))
    return stages.get(stage, ~dropped & ~(agreed & over & Q(under_way="")))


def _on_standard(standard: str) -> Q:
    return {
        "standard": Q(template__isnull=False),
        "afvigelser": Q(template__isnull=False, deviations__gt=0),
        "udenfor": Q(template__isnull=True),
    }.get(standard, Q())


def unanswered(actor: Actor) -> "QuerySet[Contract]":
    """Contracts sent for approval where a side that the actor answers for has not answered."""
    found = Contract.objects.none()
    for side, action in SIDE_ACTIONS.items():
        newest = ContractVersion.objects.filter(contract=OuterRef("pk"))
        rows = visible(Contract.objects.all(), actor, action).filter(
            under_way=Contract.UnderWay.SENT
        )
        answer = ContractApproval.objects.filter(version_id=OuterRef("newest"), side=side)
        rows = rows.annotate(
            newest=Subquery(newest.order_by("-number", "-attempt").values("pk")[:1])
        ).filter(~Exists(answer))
        found = Contract.objects.filter(Q(pk__in=found.values("pk")) | Q(pk__in=rows.values("pk")))
    return found


def contract_rows(actor: Actor, ids: Sequence[int], *, on: date) -> list[ContractRow]:
    """What the list shows of these contracts, in their order."""
    rows = _with_deviations(seen_contracts(actor)).filter(pk__in=ids)
    found = {row.pk: row for row in rows}
    names = _buyers([row.placement.buyer_id for row in found.values()], on)
    return [_row(found[pk], names, on) for pk in ids if pk in found]


def _row(contract: Contract, names: dict[int, str], on: date) -> ContractRow:
    placement: Any = contract.placement
    deviations: int | None = getattr(contract, "deviations", None)
    return ContractRow(
        contract=contract,
        facility=placement.service.facility.name,
        service=placement.service.name,
        buyer=names.get(placement.buyer_id, ""),
        citizen=placement.citizen.pseudonym,
        stage=stage_of(contract, on),
        addendum=addendum_stage(contract),
        standard=str(contract.template) if contract.template else _("Uden for standarden"),
        deviations=deviations if contract.template_id else None,
        synthetic=placement.synthetic,
    )


def _buyers(ids: Collection[int], on: date) -> dict[int, str]:
    return names_on(list(set(ids)), on=on, short=True)


def choices_of(actor: Actor, *, on: date) -> dict[str, list[tuple[int, str]]]:
    """What the filters offer: the buyers and facilities of the contracts the actor sees."""
    rows = seen_contracts(actor).order_by()
    buyers = rows.values_list("placement__buyer_id", flat=True).distinct()
    facilities = rows.values_list(
        "placement__service__facility_id", "placement__service__facility__name"
    ).distinct()
    return {
        "buyers": _sorted(_buyers(list(buyers), on).items()),
        "facilities": _sorted(facilities),
    }


def _sorted(pairs: Iterable[tuple[int, str]]) -> list[tuple[int, str]]:
    return sorted(pairs, key=lambda pair: pair[1].casefold())


def contract_needs(actor: Actor) -> list[Need]:
    """What waits for the actor: contracts and addenda to be answered."""
    ids = list(unanswered(actor).order_by("number").values_list("pk", flat=True))
    if not ids:
        return []
    title = ngettext(
        "%s kontrakt eller tillæg venter på jeres svar",
        "%s kontrakter og tillæg venter på jeres svar",
        len(ids),
    )
    one = reverse("placements:contract", kwargs={"contract_id": ids[0]})
    many = f"{reverse('placements:contracts')}?tilstand=svar"
    return [
        Need(
            title=title % len(ids),
            url=many if ids[1:] else one,
            kind="awaiting_decision",
            mark=_("Til godkendelse"),
        )
    ]
