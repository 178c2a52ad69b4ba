"""Standard contracts as their pages show them."""

from datetime import date
from itertools import groupby
from typing import Any

from django.db.models import Count, QuerySet

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import Actor, visible
from rammevaerk.portal.placements.calculate.contract_text import clause_changes
from rammevaerk.portal.placements.models import ContractTemplate


def _seen(actor: Actor) -> "QuerySet[ContractTemplate]":
    return visible(ContractTemplate.objects.all(), actor, Action.TEMPLATE_READ)


def templates_by_key(actor: Actor, *, on: date, drafts: bool) -> list[list[dict[str, Any]]]:
    """The standard contracts, each with its versions, the newest first.

    `drafts` also shows what is not published.
    """
    rows = _seen(actor).annotate(count=Count("clauses"))
    if not drafts:
        rows = rows.filter(published_at__isnull=False)
    ordered = rows.order_by("audience", "-inside_agreement", "key", "-valid_from")
    return [
        [{"row": row, "tag": _tag(row, on)} for row in group]
        for _key, group in groupby(ordered, key=lambda row: row.key)
    ]


def _tag(row: ContractTemplate, on: date) -> str:
    if row.published_at is None:
        return "draft"
    if row.valid_to is not None and row.valid_to <= on:
        return "stopped"
    return "planned" if row.valid_from > on else "approved"


def template_versions(actor: Actor, template: ContractTemplate) -> list[ContractTemplate]:
    """The versions of one standard contract, the newest first."""
    rows = _seen(actor).filter(cooperation_id=template.cooperation_id, key=template.key)
    return list(rows.order_by("-valid_from", "-pk"))


def changes_between(before: ContractTemplate, after: ContractTemplate) -> list[dict[str, Any]]:
    """The clauses that differ, for components/difference.html."""
    values = [
        list(one.clauses.order_by("position").values("key", "heading", "text"))
        for one in (before, after)
    ]
    return clause_changes(*values)
