"""Consistency of agendas and minutes: one rule per function, none of them repairs anything."""

from collections.abc import Callable, Iterable

from rammevaerk.engine.documents.consistency.abolition import meetings_after_abolition
from rammevaerk.engine.documents.consistency.annexes import annex_numbers, annex_references
from rammevaerk.engine.documents.consistency.body_names import (
    body_aliases,
    body_spellings,
    counterparts,
)
from rammevaerk.engine.documents.consistency.dates import (
    differing_years,
    impossible_days,
    weekdays,
    years,
)
from rammevaerk.engine.documents.consistency.decisions import (
    only_orientation,
    orientation_that_decides,
    recommendation_openings,
)
from rammevaerk.engine.documents.consistency.fillings import fillings
from rammevaerk.engine.documents.consistency.funding import money_without_status
from rammevaerk.engine.documents.consistency.item_references import item_references
from rammevaerk.engine.documents.consistency.numbering import lost_numbers, number_order
from rammevaerk.engine.documents.consistency.people import name_spellings
from rammevaerk.engine.documents.consistency.register import Body, Register, packaged_register
from rammevaerk.engine.documents.consistency.schedules import (
    event_days,
    hours_and_places,
    next_meetings,
)
from rammevaerk.engine.documents.consistency.spans import spans
from rammevaerk.engine.documents.consistency.tables import tables
from rammevaerk.engine.documents.meeting import MeetingDocument
from rammevaerk.engine.documents.meeting_findings import DocumentFinding, in_reading_order

__all__ = ["RULES", "Body", "Register", "Rule", "check", "packaged_register"]

Rule = Callable[[MeetingDocument, Register], Iterable[DocumentFinding]]

RULES: tuple[Rule, ...] = (
    item_references,
    annex_references,
    annex_numbers,
    lost_numbers,
    number_order,
    impossible_days,
    weekdays,
    years,
    differing_years,
    hours_and_places,
    event_days,
    next_meetings,
    spans,
    only_orientation,
    orientation_that_decides,
    recommendation_openings,
    name_spellings,
    body_spellings,
    body_aliases,
    counterparts,
    meetings_after_abolition,
    tables,
    money_without_status,
    fillings,
)


def check(document: MeetingDocument, register: Register) -> list[DocumentFinding]:
    """Apply every rule and return the findings in reading order."""
    return in_reading_order(finding for rule in RULES for finding in rule(document, register))
