"""Successions and closures of the demonstration: Struer as it was decided, and invented plans."""

from datetime import date, datetime

from rammevaerk.portal.access.policy import Actor
from rammevaerk.portal.access.queries import organisation_ids
from rammevaerk.portal.catalogue.operations import (
    ClosurePlan,
    NewFacility,
    SuccessionPlan,
    close_facility,
    document_succession,
    succeed,
)
from rammevaerk.portal.catalogue.queries.succession import facility_by_key, undocumented_links

STRUER = "struer-skole-og-behandlingshjem"
TAKEN_OVER, CLOSING = "skolen-sletten", "bosted-0756-private-2"
AARHUS = "kommune-0751"


def load_successions(*, by: Actor, at: datetime) -> None:
    """Put the decisions behind the chain in Struer, and plan a take-over and a closure."""
    if links := undocumented_links(STRUER, by):
        why = "Kommunen besluttede selv takster for 2026, inden tilbuddet skiftede (opdigtet)."
        document_succession(links, deviation=why, by=by, at=at)
    _take_over(by=by, at=at)
    _close(by=by, at=at)


def _take_over(*, by: Actor, at: datetime) -> None:
    school = facility_by_key(TAKEN_OVER, by)
    if school is None:
        return
    ids = organisation_ids()
    succeed(
        SuccessionPlan(
            "takeover",
            date(2027, 8, 1),
            (school,),
            (
                NewFacility(
                    "Aarhus Kommunes skole Hejresletten",
                    operator_id=ids[AARHUS],
                    reporter_id=ids[AARHUS],
                    ownership="municipal",
                    key="skolen-hejresletten",
                ),
            ),
            decision="Byrådet 16. september og regionsrådet 30. september 2026 (opdigtet)",
            reason="Skolen ligger ved siden af kommunens egen og skal drives sammen med den.",
            buyers_told_on=date(2026, 10, 5),
        ),
        by=by,
        at=at,
    )


def _close(*, by: Actor, at: datetime) -> None:
    home = facility_by_key(CLOSING, by)
    if home is None:
        return
    close_facility(
        ClosurePlan(
            home,
            date(2027, 4, 1),
            decision="Bestyrelsen 28. september 2026 (opdigtet)",
            reason="Huset kan ikke bygges om til de krav, der stilles fra 2027.",
            presented_to="DASSOS",
            presented_on=date(2026, 10, 30),
            residents_told_on=date(2026, 11, 16),
            end_what_remains=True,
        ),
        by=by,
        at=at,
    )
