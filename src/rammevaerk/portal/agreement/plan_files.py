"""The action plan's files: Excel and Word out, Excel in again as a proposal to confirm.

Nothing is stored between the two steps: what was shown travels in the page, sealed to the person,
the edition and the state of the plan, and is refused when any of them is another.
"""

from collections.abc import Container
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, time
from typing import Any

from django.core import signing
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from rammevaerk.exchange.action_plan.difference import PlanDifference, compare
from rammevaerk.exchange.action_plan.rows import PlanRow, fingerprint
from rammevaerk.exchange.action_plan.word import write as write_word
from rammevaerk.exchange.action_plan.workbook import read, write
from rammevaerk.exchange.errors import RefusedFile, UnreadableFile
from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import Actor, authorise
from rammevaerk.portal.agreement.models import Edition, Status
from rammevaerk.portal.agreement.operations.plan_changes import Changes, PlanWriter
from rammevaerk.portal.agreement.plan_rows import plan_document
from rammevaerk.portal.agreement.queries import PlanView, plan_view
from rammevaerk.portal.common.clock import day_of
from rammevaerk.portal.common.documents import refuse_cpr_in_file

SALT = "agreement.plan-import"
HOURS_TO_CONFIRM = 2


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a file would change, and what stands in its way."""

    difference: PlanDifference
    problems: tuple[str, ...]
    notes: tuple[str, ...]
    changes: Changes
    plan_fingerprint: str

    @property
    def confirmable(self) -> bool:
        return bool(self.changes.cells or self.changes.rows) and not self.problems


def workbook(view: PlanView, shown: Container[int], *, at: datetime) -> bytes:
    """The initiatives with these ids as an Excel file that can be changed and read in again."""
    document = plan_document(view)
    rows = tuple(row for row in document.rows if int(row.initiative_id) in shown)
    return write(
        replace(document, rows=rows),
        statuses=[str(label) for label in Status.labels],
        forums=_forums(view.edition),
        exported_at=timezone.localtime(at),
    )


def word(view: PlanView) -> bytes:
    """The plan in the secretariat's three-column form."""
    return write_word(plan_document(view))


def propose(edition: Edition, content: bytes, name: str, *, by: Actor, today: date) -> Proposal:
    """Compare a file with the plan. BrokenWorkbook names cells; ValidationError the whole file."""
    authorise(by, Action.PLAN_EDIT, edition)
    document = plan_document(plan_view(edition, by, as_of=today))
    try:
        plan = read(
            content,
            statuses=[str(label) for label in Status.labels],
            forums=_forums(edition),
            name=name,
        )
        refuse_cpr_in_file(content, name)
    except (RefusedFile, UnreadableFile) as refusal:
        raise ValidationError(refusal.reason_da) from refusal
    if (plan.agreement, plan.edition) != (document.agreement, document.edition):
        raise ValidationError(
            _("Filen er hentet fra %(other)s, ikke fra %(this)s. Intet er gemt.")
            % {
                "other": f"{plan.agreement} {plan.edition}".strip() or _("et andet sted"),
                "this": f"{document.agreement} {document.edition}",
            }
        )
    difference = compare(document.rows, plan)
    changes = Changes(
        cells=tuple((one.initiative_id, one.column.key, one.after) for one in difference.changed),
        rows=tuple(asdict(one.row) for one in difference.new),
        places={int(one.initiative_id): one.row_number for one in difference.changed},
        new_places=tuple(one.row_number for one in difference.new),
    )
    writer = PlanWriter(edition, by=by, today=today)
    noon = timezone.make_aware(datetime.combine(today, time(12)))
    return Proposal(
        difference=difference,
        problems=(*_obstacles(difference), *writer.trial(changes, at=noon)),
        notes=tuple(writer.notes(changes)),
        changes=changes,
        plan_fingerprint=fingerprint(document.rows),
    )


def _forums(edition: Edition) -> list[str]:
    return [forum.name for forum in edition.agreement.forums.all()]


def _obstacles(difference: PlanDifference) -> list[str]:
    """What a person must mend in the file before it can be taken in."""
    found = [
        _("Række %(row)s: kolonnen «%(column)s» kan ikke ændres her; sæt den tilbage.")
        % {"row": one.row_number, "column": one.column.name_da}
        for one in difference.readonly
    ]
    found += [
        _("Række %(row)s: nøglen «%(key)s» findes ikke i planen.")
        % {"row": one.row_number, "key": one.row.initiative_id}
        for one in difference.unknown
    ]
    return found


def seal(proposal: Proposal, edition: Edition, actor: Actor) -> str:
    """The proposal as a text that only this installation can have made."""
    return signing.dumps(
        {
            "edition": edition.pk,
            "person": actor.person_id,
            "plan": proposal.plan_fingerprint,
            "cells": proposal.changes.cells,
            "rows": proposal.changes.rows,
        },
        salt=SALT,
        compress=True,
    )


@transaction.atomic
def apply(sealed: str, chosen: Container[str], edition: Edition, *, by: Actor, at: datetime) -> int:
    """Store what was chosen of a proposal, all of it or nothing; returns the number of changes.

    ``chosen`` names changed cells «felt-0», «felt-1» … and new rows «ny-0», «ny-1» … in the order
    they were shown.
    """
    authorise(by, Action.PLAN_EDIT, edition)
    content = _opened(sealed)
    # The edition's row is the queue: of two who confirm at once, the second sees the first.
    edition = Edition.objects.select_for_update().get(pk=edition.pk)
    today = day_of(at)
    if (content["edition"], content["person"]) != (edition.pk, by.person_id):
        raise ValidationError(_("Forslaget hører til en anden plan eller person."))
    rows: tuple[PlanRow, ...] = plan_document(plan_view(edition, by, as_of=today)).rows
    if content["plan"] != fingerprint(rows):
        raise ValidationError(
            _("Planen er ændret, siden du så forskellene. Læs filen ind igen. Intet er gemt.")
        )
    changes = Changes(
        cells=tuple(
            (pk, column, text)
            for n, (pk, column, text) in enumerate(content["cells"])
            if f"felt-{n}" in chosen
        ),
        rows=tuple(row for n, row in enumerate(content["rows"]) if f"ny-{n}" in chosen),
    )
    if not (changes.cells or changes.rows):
        raise ValidationError(_("Du valgte ingen ændringer. Intet er gemt."))
    return PlanWriter(edition, by=by, today=today).write(changes, at=at)


def _opened(sealed: str) -> dict[str, Any]:
    try:
        content: dict[str, Any] = signing.loads(sealed, salt=SALT, max_age=HOURS_TO_CONFIRM * 3600)
    except signing.SignatureExpired as expired:
        raise ValidationError(
            _("Forslaget er blevet for gammelt. Læs filen ind igen.")
        ) from expired
    except signing.BadSignature as bad:
        raise ValidationError(_("Forslaget kan ikke genkendes. Læs filen ind igen.")) from bad
    return content
