"""Where a contract says something else about absence than the terms a service is settled by."""

import re
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q

from rammevaerk.engine.settlement.segments import Held
from rammevaerk.portal.common.validity import known_at, reaching
from rammevaerk.portal.placements.models import Absence, ContractVersion
from rammevaerk.portal.placements.queries.contracts import agreed_versions
from rammevaerk.portal.placements.queries.settling import TermsRow

# The standard's clause about absence, and the word by which another is known to be about it.
_CLAUSE, _WORD = "fravaer", "fravær"
_BATCH = 5_000


@dataclass(frozen=True, slots=True)
class OwnTerms:
    """A placement that was away on a day on which its contract says something of its own."""

    reference: str
    service_id: int
    contract: str
    day: date
    settled_by: TermsRow


def own_absence_terms(
    terms: Mapping[int, Sequence[Held[TermsRow]]],
    first: date,
    end: date,
    *,
    known: datetime | None = None,
) -> list[OwnTerms]:
    """Placements with absence in [first, end) whose agreed contract does not follow the terms.

    `terms` are by service. One for each placement, its first such day. It asks nobody's leave:
    whoever settles shows that the contract says something else, and never what.
    """
    away = _away(terms.keys(), first, end, known)
    versions = _versions(away.keys(), end, known)
    found = []
    for pk, (reference, service_id, days) in away.items():
        for day in days:
            version = _holding(versions.get(pk, []), day)
            settled = _on(terms[service_id], day)
            if version is not None and settled is not None and _differs(version, settled):
                number = version.contract.number
                found.append(OwnTerms(reference, service_id, number, day, settled))
                break
    return found


def _away(
    service_ids: Collection[int], first: date, end: date, known: datetime | None
) -> dict[int, tuple[str, int, list[date]]]:
    """The placements with absence: reference, service and the first day of each absence."""
    rows = Absence.objects.filter(
        reaching(first, end), known_at(known), placement__service_id__in=list(service_ids)
    ).order_by("placement_id", "valid_from")
    found: dict[int, tuple[str, int, list[date]]] = {}
    columns = "placement_id", "placement__reference", "placement__service_id", "valid_from"
    for pk, reference, service_id, begins in rows.values_list(*columns):
        found.setdefault(pk, (reference, service_id, []))[2].append(max(begins, first))
    return found


def _versions(
    placement_ids: Collection[int], end: date, known: datetime | None
) -> dict[int, list[ContractVersion]]:
    """The agreed versions of their contracts that begin before the day, in order."""
    agreed = Q(contract__agreed_at__isnull=False)
    if known is not None:
        agreed &= Q(contract__agreed_at__lte=known, sent_at__lte=known)
    wanted, found = sorted(placement_ids), defaultdict(list)
    for at in range(0, len(wanted), _BATCH):
        rows = ContractVersion.objects.filter(
            agreed, contract__placement_id__in=wanted[at : at + _BATCH], valid_from__lt=end
        ).select_related("contract")
        for row in agreed_versions(rows).order_by("valid_from", "number"):
            found[row.contract.placement_id].append(row)
    return found


def _holding(versions: Sequence[ContractVersion], day: date) -> ContractVersion | None:
    held: ContractVersion | None = None
    for one in versions:
        contract: Any = one.contract
        lasts = contract.valid_to is None or day < contract.valid_to
        if one.valid_from <= day and lasts:
            held = one
    return held


def _on(held: Sequence[Held[TermsRow]], day: date) -> TermsRow | None:
    return next(
        (one.value for one in held if one.start <= day and (one.end is None or day < one.end)),
        None,
    )


def _differs(version: ContractVersion, terms: TermsRow) -> bool:
    """Whether its clause on absence is the parties' own, or was filled from other terms."""
    content: Mapping[str, Any] = version.content
    own_paper = version.contract.template_id is None
    about = [
        one
        for one in content["clauses"]
        if one["key"] == _CLAUSE or _WORD in one["heading"].casefold()
    ]
    if any(own_paper or one["deviates"] for one in about):
        return True
    # The figures that were filled in: full days, then per cent of basis and of service.
    said = [int(one) for one in re.findall(r"\d+", content["fields"].get("absence", ""))]
    settled = [terms.absence_full_days, terms.absence_basis_pct, terms.absence_service_pct]
    return bool(about and said) and said != settled
