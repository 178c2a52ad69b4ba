"""What a run says of placements whose contract has terms of its own on absence."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from rammevaerk.engine.date_words import date_text_da
from rammevaerk.engine.findings import Finding, Severity
from rammevaerk.portal.placements.queries.contract_terms import own_absence_terms
from rammevaerk.portal.placements.queries.settling import terms_by_date


def own_terms_findings(
    services: Mapping[int, Any], first: date, end: date, *, known: datetime | None = None
) -> Iterator[Finding]:
    """A warning for each placement that was away under a contract with terms of its own.

    A clause is written in words, so it is not settled by: the service's terms are, and people
    hold the line against what the parties agreed in writing. What the contract says is not told.
    """
    terms = terms_by_date(services.keys(), first, end, known=known)
    for one in own_absence_terms(terms, first, end, known=known):
        text = _(
            "Kontrakten %(number)s har sit eget vilkår om fravær (%(day)s). Linjen er regnet efter "
            "ydelsens vilkår: %(full)s døgn fuldt, derefter %(basis)s pct. af basis og %(service)s "
            "pct. af ydelsen. Hold den op mod kontrakten, før opgørelsen sendes: det, parterne har "
            "aftalt skriftligt, gælder."
        )
        told = text % {
            "number": one.contract,
            "day": date_text_da(one.day),
            "full": one.settled_by.absence_full_days,
            "basis": one.settled_by.absence_basis_pct,
            "service": one.settled_by.absence_service_pct,
        }
        yield Finding(
            "run.contract-absence",
            Severity.WARNING,
            f"{one.reference}, {services[one.service_id].facility}",
            told,
            target=f"placement:{one.reference}",
        )
