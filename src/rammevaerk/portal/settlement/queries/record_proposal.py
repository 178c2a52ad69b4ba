"""What a file of a buyer's own days would change, before anything is kept."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from rammevaerk.engine.cpr import find_cpr
from rammevaerk.engine.date_words import date_text_da
from rammevaerk.exchange.buyer_days import ReadStay, read_buyer_days
from rammevaerk.exchange.errors import RefusedFile, UnreadableFile
from rammevaerk.exchange.file_names import safe_name
from rammevaerk.exchange.quoting import quoted
from rammevaerk.portal.common.documents import refuse_cpr_in_file
from rammevaerk.portal.common.fields import refuse_cpr
from rammevaerk.portal.settlement.calculate.buyer_claims import (
    Claim,
    claim_of,
    moment_text_da,
    overlap,
    overlapping,
    problem_of,
)
from rammevaerk.portal.settlement.calculate.reconciliation import Comparison
from rammevaerk.portal.settlement.models import SettlementLine, Statement
from rammevaerk.portal.settlement.queries.line_rows import compared_line
from rammevaerk.portal.settlement.queries.reconciliation import (
    Moments,
    compare_with,
    comparisons,
    moments_of,
    records_of,
)


class Change(StrEnum):
    """What a row of the file does."""

    FAULT = "fault"
    CHANGED = "changed"
    NEW = "new"
    SAME = "same"


@dataclass(frozen=True, slots=True)
class ProposedRow:
    """A row of the file with what stands now and what would stand."""

    number: int
    name: str
    change: Change
    before: str
    after: str
    problems: tuple[str, ...]
    claim: Claim | None


@dataclass(frozen=True, slots=True)
class Proposal:
    """Every row of a file; the claims of those that can be kept."""

    rows: tuple[ProposedRow, ...]

    @property
    def claims(self) -> list[Claim]:
        """What would be kept."""
        wanted = (Change.NEW, Change.CHANGED)
        return [one.claim for one in self.rows if one.claim and one.change in wanted]

    def counts(self) -> dict[str, int]:
        """How many rows do what."""
        found = dict.fromkeys((str(one) for one in Change), 0)
        for one in self.rows:
            found[one.change] += 1
        return found


def propose(statement: Statement, content: bytes, name: str, *, today: date) -> Proposal:
    """Read a file and hold it against what the statement's buyer has registered already.

    ValidationError in Danish for a file that cannot be used or that holds a CPR number; a row
    that cannot be used is told of, and the others go on.
    """
    refuse_cpr(safe_name(name), where=_("filnavnet"))
    try:
        stays = read_buyer_days(content, name)
        refuse_cpr_in_file(content, name)
    except (RefusedFile, UnreadableFile) as refusal:
        raise ValidationError(refusal.reason_da, code="file") from refusal
    known = _Known(statement)
    found = [(one, *known.claim(one, today)) for one in stays]
    by_placement: dict[int, list[Claim]] = defaultdict(list)
    for _stay, claim, problems in found:
        if claim is not None and not problems:
            by_placement[claim.placement_id].append(claim)
    clashing = overlapping(by_placement)
    held = records_of(statement.payer_id, set(by_placement))
    return Proposal(
        tuple(_row(stay, claim, problems, held, clashing) for stay, claim, problems in found)
    )


def _row(
    stay: ReadStay,
    claim: Claim | None,
    problems: Sequence[str],
    held: Mapping[int, Sequence[Any]],
    clashing: set[int],
) -> ProposedRow:
    name = _shown(stay.reference or stay.case)
    if claim is not None and claim.placement_id in clashing and not problems:
        problems = [_("To ophold for den samme borger i filen overlapper.")]
    if claim is None or problems:
        return ProposedRow(stay.row, name, Change.FAULT, "", "", tuple(problems), None)
    own = [claim_of(row) for row in held.get(claim.placement_id, ())]
    if claim in own:
        return ProposedRow(stay.row, name, Change.SAME, "", claim_text(claim), (), claim)
    replaced = [one for one in own if overlap(one, claim)]
    before = "; ".join(claim_text(one) for one in replaced)
    change = Change.CHANGED if replaced else Change.NEW
    return ProposedRow(stay.row, name, change, before, claim_text(claim), (), claim)


def _shown(text: str) -> str:
    return quoted(text, 40).strip("«»") if find_cpr(text) else text[:40]


def claim_text(claim: Claim) -> str:
    """A stay in words: «1. marts 2026 kl. 14.30 – 4. marts 2026 kl. 9.00, fravær …»."""
    end = moment_text_da(claim.end) if claim.end else _("er der stadig")
    text = f"{moment_text_da(claim.start)} – {end}"
    for first, back in claim.absences:
        until = date_text_da(back) if back else _("er væk endnu")
        text += _("; fravær %(first)s – %(back)s") % {"first": date_text_da(first), "back": until}
    return text


class _Known:
    """The citizens on statements to a buyer, by our reference and by its own case number."""

    def __init__(self, statement: Statement) -> None:
        rows = (
            SettlementLine.objects.filter(
                statement__payer_id=statement.payer_id, placement__isnull=False
            )
            .exclude(statement__state=Statement.State.DRAFT)
            .order_by()
            .values_list("placement_id", "placement__reference", "placement__buyer_reference")
            .distinct()
        )
        self.by_reference: dict[str, int] = {}
        self.by_case: dict[str, set[int]] = defaultdict(set)
        for pk, reference, case in rows:
            self.by_reference[reference.casefold()] = pk
            if case:
                self.by_case[case.casefold()].add(pk)

    def claim(self, stay: ReadStay, today: date) -> tuple[Claim | None, list[str]]:
        """What a row says, and what is wrong with it."""
        problems = list(stay.problems)
        placement = self._placement(stay, problems)
        if placement is None or stay.start is None:
            return None, problems
        claim = Claim(placement, stay.start, stay.end, stay.absences)
        if not problems and (problem := problem_of(claim, today=today)):
            problems.append(problem)
        return claim, problems

    def _placement(self, stay: ReadStay, problems: list[str]) -> int | None:
        if stay.reference:
            found = self.by_reference.get(stay.reference.casefold())
            if found is None:
                problems.append(
                    _("Referencen %s står ikke på nogen opgørelse til jer.")
                    % quoted(stay.reference, 30)
                )
            return found
        several = self.by_case.get(stay.case.casefold(), set())
        if len(several) == 1:
            return next(iter(several))
        if not stay.case:
            problems.append(_("Der mangler en reference."))
        elif several:
            problems.append(
                _("Sagsnummeret %s står på flere indskrivninger. Brug referencen.")
                % quoted(stay.case, 30)
            )
        else:
            problems.append(
                _("Sagsnummeret %s står ikke på nogen opgørelse til jer.") % quoted(stay.case, 30)
            )
        return None


@dataclass(frozen=True, slots=True)
class Consequence:
    """How a statement's lines would compare: how many differ before and after.

    `touched` of them are of the claims' placements; `lines` are the first of those.
    """

    before: int
    after: int
    touched: int
    lines: tuple[tuple[Any, Comparison], ...]


_TOLD = 50


def consequence_of(statement: Statement, claims: Sequence[Claim]) -> Consequence:
    """What claims, were they kept, would make of the statement's lines of their placements."""
    by_placement: dict[int, list[Claim]] = defaultdict(list)
    for one in claims:
        by_placement[one.placement_id].append(one)
    rows = SettlementLine.objects.filter(
        statement=statement, kind="stay", reverses__isnull=True, placement__isnull=False
    ).select_related("placement")
    lines = [one for one in rows.order_by("part") if one.placement_id in by_placement]
    stored = moments_of(statement.payer_id, set(by_placement))
    own: dict[int, Moments] = {
        pk: [
            *(
                moment
                for moment in stored.get(pk, ())
                if not any(overlap(Claim(pk, moment[0], moment[1]), one) for one in several)
            ),
            *((one.start, one.end, one.columns()["absences"]) for one in several),
        ]
        for pk, several in by_placement.items()
    }
    before = comparisons(statement)
    after = compare_with(statement, [compared_line(one) for one in lines], own)
    differing = [(one, after[one.pk]) for one in lines if after[one.pk].differences]
    untouched = sum(1 for pk, one in before.items() if one.differences and pk not in after)
    return Consequence(
        sum(1 for one in before.values() if one.differences),
        untouched + len(differing),
        len(differing),
        tuple(differing[:_TOLD]),
    )
