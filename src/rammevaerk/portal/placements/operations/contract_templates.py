"""The standard contract in its versions: loaded, written, published; what is published stays."""

import tomllib
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from rammevaerk.engine.date_words import date_text_da
from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import Actor, authorise
from rammevaerk.portal.access.saving import (
    lock_seen,
    store_changes,
    store_new,
    store_removal,
)
from rammevaerk.portal.placements.calculate.contract_text import unknown_names
from rammevaerk.portal.placements.models import ContractTemplate, TemplateClause

DATA = Path(__file__).parents[1] / "data"
MANAGE = Action.TEMPLATE_MANAGE
MOST_CLAUSES = 60
_STEP = 10  # between positions, so that a clause can be put between two
Entry = Mapping[str, Any]


def read_standard() -> list[dict[str, Any]]:
    """The standard contracts of the data file: columns of a template, and its ``clauses``."""
    content = tomllib.loads((DATA / "standard_contract.toml").read_text(encoding="utf-8"))
    return [
        {
            **template,
            "clauses": [
                {name: one[name].strip() for name in ("key", "heading", "text")}
                for one in content["clause"]
                if template["key"] in one.get("only", [template["key"]])
            ],
        }
        for template in content["template"]
    ]


@transaction.atomic
def load_templates(
    cooperation: Any, entries: Sequence[Entry] | None = None, *, by: Actor, at: datetime
) -> int:
    """Store and publish standard contracts that are not there yet; returns how many.

    An entry has the columns of a template (`key`, `version`, `title`, `audience`,
    `inside_agreement`, `source`, `unverified`, `valid_from`, `valid_to`; `published_at` is `at`
    unless said) and ``clauses``: `key`, `heading` and `text`, in order. Without entries it is the
    four of `data/standard_contract.toml`. A version that is there is never changed.
    """
    authorise(by, MANAGE, cooperation)
    count = 0
    for entry in read_standard() if entries is None else entries:
        name = {"cooperation": cooperation, "key": entry["key"], "version": entry["version"]}
        if ContractTemplate.objects.filter(**name).exists():
            continue
        columns = {key: value for key, value in entry.items() if key != "clauses"}
        template = store_new(
            ContractTemplate(cooperation=cooperation, **{"published_at": at, **columns}),
            MANAGE, by=by, at=at,
        )  # fmt: skip
        for number, clause in enumerate(entry["clauses"], start=1):
            _require_known(clause["text"])
            row = TemplateClause(template=template, position=number * _STEP, **clause)
            store_new(row, MANAGE, by=by, at=at)
        count += 1
    return count


@transaction.atomic
def new_version(
    template: ContractTemplate, *, version: str, valid_from: date, by: Actor, at: datetime
) -> ContractTemplate:
    """A version to work on, with the clauses of the one that it follows."""
    authorise(by, MANAGE, template)
    if ContractTemplate.objects.filter(
        cooperation_id=template.cooperation_id, key=template.key, published_at__isnull=True
    ).exists():
        raise ValidationError(
            _("Der er allerede en ny version i kladde. Ret den, eller slet den først.")
        )
    made = store_new(
        ContractTemplate(
            cooperation_id=template.cooperation_id,
            key=template.key,
            version=version.strip(),
            title=template.title,
            audience=template.audience,
            inside_agreement=template.inside_agreement,
            source=template.source,
            unverified=template.unverified,
            valid_from=valid_from,
        ),
        MANAGE, by=by, at=at,
    )  # fmt: skip
    for one in template.clauses.order_by("position"):
        row = TemplateClause(
            template=made, position=one.position, key=one.key, heading=one.heading, text=one.text
        )
        store_new(row, MANAGE, by=by, at=at)
    return made


@transaction.atomic
def revise_template(
    template: ContractTemplate,
    values: Mapping[str, Any],
    *,
    seen: str | None = None,
    by: Actor,
    at: datetime,
) -> bool:
    """Change the title, source or days of a version that is not published."""
    stored = _unpublished(template, seen=seen, by=by)
    return store_changes(stored, values, MANAGE, by=by, at=at)


@transaction.atomic
def add_clause(
    template: ContractTemplate, values: Mapping[str, str], *, by: Actor, at: datetime
) -> TemplateClause:
    """Put a clause at the end: `key`, `heading`, `text`."""
    stored = _unpublished(template, seen=None, by=by)
    _require_known(values["text"])
    positions = list(stored.clauses.order_by("position").values_list("position", flat=True))
    if len(positions) >= MOST_CLAUSES:
        raise ValidationError(_("Der kan højst være %s vilkår.") % MOST_CLAUSES)
    position = (positions[-1] if positions else 0) + _STEP
    row = TemplateClause(template=stored, position=position, **values)
    return store_new(row, MANAGE, by=by, at=at)


@transaction.atomic
def revise_clause(
    clause: TemplateClause,
    values: Mapping[str, Any],
    *,
    seen: str | None = None,
    by: Actor,
    at: datetime,
) -> bool:
    """Change the heading or the text of a clause of a version that is not published."""
    _unpublished(clause.template, seen=None, by=by)
    stored = lock_seen(clause, MANAGE, seen=seen, by=by)
    _require_known(values["text"])
    return store_changes(stored, values, MANAGE, by=by, at=at)


@transaction.atomic
def remove_clause(clause: TemplateClause, *, by: Actor, at: datetime) -> None:
    """Take a clause out of a version that is not published."""
    _unpublished(clause.template, seen=None, by=by)
    store_removal(clause, MANAGE, by=by, at=at)


@transaction.atomic
def move_clause(clause: TemplateClause, *, up: bool, by: Actor, at: datetime) -> bool:
    """Let a clause change place with the one before or after it; says whether there was one."""
    template = _unpublished(clause.template, seen=None, by=by)
    rows = list(template.clauses.select_for_update().order_by("position"))
    place = next((at_ for at_, row in enumerate(rows) if row.pk == clause.pk), None)
    if place is None:
        raise ValidationError(_("Vilkåret er taget ud imens."))
    other = place - 1 if up else place + 1
    if not 0 <= other < len(rows):
        return False
    one, two = rows[place], rows[other]
    first, second = one.position, two.position
    # A place that is free for a moment: positions are unique.
    store_changes(one, {"position": rows[-1].position + _STEP}, MANAGE, by=by, at=at)
    store_changes(two, {"position": first}, MANAGE, by=by, at=at)
    store_changes(one, {"position": second}, MANAGE, by=by, at=at)
    return True


@transaction.atomic
def publish_template(
    template: ContractTemplate, *, seen: str | None = None, by: Actor, at: datetime
) -> ContractTemplate:
    """Let contracts be made on the version from its day; the one before it ends on that day."""
    stored = _unpublished(template, seen=seen, by=by)
    if not stored.clauses.exists():
        raise ValidationError(_("Der er ingen vilkår endnu. Skriv dem, før den offentliggøres."))
    before = ContractTemplate.objects.select_for_update().filter(
        cooperation_id=stored.cooperation_id,
        key=stored.key,
        published_at__isnull=False,
        valid_to__isnull=True,
    )
    for one in before:
        if one.valid_from >= stored.valid_from:
            raise ValidationError(
                {
                    "valid_from": _("Version %(version)s bruges fra %(day)s. Vælg en senere dag.")
                    % {"version": one.version, "day": date_text_da(one.valid_from)}
                }
            )
        store_changes(one, {"valid_to": stored.valid_from}, MANAGE, by=by, at=at)
    store_changes(stored, {"published_at": at}, MANAGE, by=by, at=at)
    return stored


@transaction.atomic
def discard_template(template: ContractTemplate, *, by: Actor, at: datetime) -> None:
    """Delete a version that was never published."""
    stored = _unpublished(template, seen=None, by=by)
    for clause in stored.clauses.all():
        store_removal(clause, MANAGE, by=by, at=at)
    store_removal(stored, MANAGE, by=by, at=at)


def _unpublished(template: ContractTemplate, *, seen: str | None, by: Actor) -> ContractTemplate:
    stored = lock_seen(template, MANAGE, seen=seen, by=by)
    if stored.published_at is not None:
        raise ValidationError(
            _("Version %s er offentliggjort og ændres ikke. Lav en ny version.") % stored.version
        )
    return stored


def _require_known(text: str) -> None:
    if unknown := unknown_names(text):
        raise ValidationError(
            {
                "text": _("Feltet {%s} kendes ikke. Vælg et af felterne på listen.") % unknown[0],
            }
        )
