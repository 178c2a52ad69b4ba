"""The audit trail as a page, whole or of one thing: what narrows it, and its rows."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse, QueryDict
from django.shortcuts import render

from rammevaerk.portal.access import queries
from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.http import Request
from rammevaerk.portal.access.models import AuditRecord
from rammevaerk.portal.access.narration import Line, line_of
from rammevaerk.portal.common.forms import DayField

ROWS_PER_PAGE = 50
LIST = "access/audit_list.html"


@dataclass(frozen=True, slots=True)
class TrailFilter:
    """What the address narrows the trail to; ``problems`` tells of days that cannot be read."""

    text: str
    person: str
    action: str
    target: str
    first: date | None
    last: date | None
    problems: list[str]

    @property
    def narrows(self) -> bool:
        return any((self.text, self.person, self.action, self.target, self.first, self.last))

    def of(self, records: "QuerySet[AuditRecord]") -> "QuerySet[AuditRecord]":
        return queries.narrowed(
            records,
            text=self.text,
            person=self.person,
            action=self.action,
            target=self.target,
            first=self.first,
            last=self.last,
        )


def read_filter(query: QueryDict) -> TrailFilter:
    """The filter in an address. A day that cannot be read narrows nothing."""
    problems: list[str] = []
    return TrailFilter(
        text=query.get("q", "").strip()[:100],
        person=query.get("person", "").strip()[:100],
        action=query.get("handling", ""),
        target=query.get("maal", ""),
        first=_day(query.get("fra", ""), problems),
        last=_day(query.get("til", ""), problems),
        problems=problems,
    )


def _day(text: str, problems: list[str]) -> date | None:
    try:
        day: date | None = DayField(required=False).clean(text.strip())
    except ValidationError as problem:
        problems += problem.messages
        return None
    return day


def show_trail(
    request: Request, records: "QuerySet[AuditRecord]", template: str = LIST, **more: Any
) -> HttpResponse:
    """The page of the records, newest first; ``template`` extends the list of the whole trail."""
    narrowed = read_filter(request.GET)
    page = Paginator(narrowed.of(records), ROWS_PER_PAGE).get_page(request.GET.get("side"))
    context = {
        "page": page,
        "lines": [line_of(entry) for entry in page],
        "actions": Action.choices,
        "filter": narrowed,
        "only": _newest_of(narrowed.target, records) if narrowed.target else None,
        **more,
    }
    return render(request, f"{LIST}#rows" if request.htmx else template, context)


def _newest_of(target: str, records: "QuerySet[AuditRecord]") -> Line | None:
    """The newest record of the thing that the page is narrowed to, for what it is called."""
    entry = queries.narrowed(records, target=target).first()
    return line_of(entry) if entry else None
