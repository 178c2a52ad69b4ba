"""The chosen rows of one service of a takstfil, stored as drafts and places."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from rammevaerk.exchange.tariff_file.columns import PLACE_CELLS
from rammevaerk.exchange.tariff_file.identity import Identity, PriceBook
from rammevaerk.portal.access.policy import Actor
from rammevaerk.portal.catalogue.operations.places import set_capacity
from rammevaerk.portal.tariffs.file_proposal import line_from, seen_of
from rammevaerk.portal.tariffs.models import ReportState, TariffFile, TariffFileRow, TariffReport
from rammevaerk.portal.tariffs.operations.reports import save_draft
from rammevaerk.portal.tariffs.price_lines import PriceLine
from rammevaerk.portal.tariffs.queries.file_rows import book_of, rows_of, sources_of, spells

_Kind = TariffFileRow.Kind
_Outcome = TariffFileRow.Outcome
_LONGEST_NOTE, _LONGEST_REASON, _LONGEST_PLACES_REASON = 1000, 500, 300


def store_service(file: TariffFile, service_id: int, *, by: Actor, at: datetime) -> int:
    """Store what is chosen of a service and mark its rows; returns how many rows are done with.

    Rows whose price is another than the one that was shown are refused; the others of the service
    are stored all together or, when something stands in their way, not at all.
    """
    waiting = TariffFileRow.objects.select_for_update().filter(
        file=file, service_id=service_id, chosen=True, outcome=""
    )
    rows = list(waiting.order_by("number", "id"))
    sources = sources_of(by, file.year, file.cooperation_id, service_ids=[service_id])
    if not sources.services:
        text = _("Ydelsen er ikke længere i tilbudsviften, eller du kan ikke se den mere.")
        return _mark(rows, _Outcome.REFUSED, text)
    book = book_of(sources, rows_of(sources), by)
    fresh, overtaken = _told_apart(rows, book)
    _mark(
        overtaken,
        _Outcome.REFUSED,
        _("Rækken er ændret af andre, siden du så forskellen. Læs filen ind igen."),
    )
    try:
        with transaction.atomic():
            _write(_Service(file, sources.services[0].service, by, at), fresh, book)
    except (ValidationError, PermissionDenied) as problem:
        _mark(fresh, _Outcome.REFUSED, _reason(problem))
    else:
        _mark(fresh, _Outcome.STORED, "")
    return len(rows)


def _told_apart(
    rows: Sequence[TariffFileRow], book: PriceBook
) -> tuple[list[TariffFileRow], list[TariffFileRow]]:
    fresh: list[TariffFileRow] = []
    overtaken: list[TariffFileRow] = []
    for row in rows:
        content = json.loads(row.content)
        stands = book.before(_identity(content))
        (fresh if seen_of(stands) == content["seen"] else overtaken).append(row)
    return fresh, overtaken


def _identity(content: Mapping[str, Any]) -> Identity:
    names = ("service", "component", "label", "start")
    return Identity(*(content[name] for name in names))


def _mark(rows: Sequence[TariffFileRow], outcome: str, note: str) -> int:
    for row in rows:
        row.outcome, row.note = outcome, note[:_LONGEST_NOTE]
    TariffFileRow.objects.bulk_update(rows, ["outcome", "note"], batch_size=200)
    return len(rows)


def _reason(problem: Exception) -> str:
    if isinstance(problem, ValidationError):
        return " ".join(dict.fromkeys(problem.messages))
    return str(problem)


class _Service:
    """One service of a file, and who stores it when."""

    def __init__(self, file: TariffFile, row: Any, by: Actor, at: datetime) -> None:
        self.file = file
        self.row = row
        self.how: dict[str, Any] = {"by": by, "at": at}
        self.by = by

    def lines_on(self, day: date) -> dict[tuple[str, str], PriceLine]:
        """The prices that hold on the day, with what is reported for it."""
        year = self.file.year
        sources = sources_of(self.by, year, self.file.cooperation_id, service_ids=[self.row.pk])
        pk = self.row.pk
        held = spells(
            sources.tariffs.get(pk, []),
            sources.reports.get(pk, []),
            day,
            day + timedelta(days=1),
        )
        return {one.line.key: one.line for one in held}

    def draft_reason(self, day: date) -> str:
        """The reason that an open draft from the day has."""
        draft = TariffReport.objects.filter(
            service_id=self.row.pk, valid_from=day, state=ReportState.DRAFT
        ).first()
        return draft.reason if draft else ""


def _write(service: _Service, rows: Sequence[TariffFileRow], book: PriceBook) -> None:
    # A service opens for one writer at a time; its own row is the queue.
    type(service.row)._default_manager.select_for_update().get(pk=service.row.pk)  # noqa: SLF001
    by_day: dict[date, list[tuple[TariffFileRow, dict[str, Any]]]] = defaultdict(list)
    for row in rows:
        content = json.loads(row.content)
        day = row.ends_on if row.kind == _Kind.GONE and row.ends_on else None
        by_day[day or date.fromisoformat(content["start"])].append((row, content))
    facts = next(iter(book.services.values()))
    # The earliest first: a later day builds on what holds from an earlier one.
    for day in sorted(by_day):
        contents = by_day[day]
        if any(_changes_price(row, content) for row, content in contents):
            if reason := facts.blocked.get(day.isoformat()):
                raise ValidationError(reason)
            _write_prices(service, day, contents)
        _write_places(service, day, contents)


def _changes_price(row: TariffFileRow, content: Mapping[str, Any]) -> bool:
    columns = {cell[0] for cell in content["cells"]}
    return row.kind == _Kind.GONE or bool(columns - set(PLACE_CELLS) - {"reason"})


def _write_prices(
    service: _Service, day: date, contents: Sequence[tuple[TariffFileRow, Mapping[str, Any]]]
) -> None:
    lines = service.lines_on(day)
    for row, content in contents:
        key = content["component"], content["label"]
        if row.kind == _Kind.GONE:
            lines.pop(key, None)
        elif _changes_price(row, content):
            lines[key] = line_from({**content["after"], "component": key[0], "label": key[1]})
    if not lines:
        raise ValidationError(
            _("Ydelsen ville stå uden priser. Luk ydelsen under tilbuddet i stedet.")
        )
    reason = _joined(_reasons(contents))[:_LONGEST_REASON] or service.draft_reason(day)
    save_draft(
        service.row,
        valid_from=day,
        lines=list(lines.values()),
        budget=None,
        reason=reason,
        **service.how,
    )


def _write_places(
    service: _Service, day: date, contents: Sequence[tuple[TariffFileRow, Mapping[str, Any]]]
) -> None:
    moved = [
        content
        for _row, content in contents
        if {cell[0] for cell in content["cells"]} & set(PLACE_CELLS)
    ]
    if moved:
        after = moved[0]["after"]
        set_capacity(
            service.row,
            places=int(after.get("places") or 0),
            covered=int(after.get("covered") or 0),
            valid_from=day,
            reason=_joined(_reasons(contents))[:_LONGEST_PLACES_REASON],
            **service.how,
        )


def _reasons(
    contents: Sequence[tuple[TariffFileRow, Mapping[str, Any]]],
) -> Iterator[str]:
    for _row, content in contents:
        if reason := content["after"].get("reason", ""):
            yield reason


def _joined(reasons: Iterator[str]) -> str:
    return "; ".join(dict.fromkeys(reasons))
