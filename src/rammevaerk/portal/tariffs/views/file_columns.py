"""A takstfil with other headings than ours: which column is which, and what its words mean."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from rammevaerk.exchange.errors import ExchangeError
from rammevaerk.exchange.tariff_file.cells import folded, nearest
from rammevaerk.exchange.tariff_file.grid import HEAD_ROWS, TariffWorkbook, headings
from rammevaerk.exchange.tariff_file.mapping import (
    ColumnMap,
    Place,
    guessed,
    likely_place,
    unknown_words,
)
from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.http import Request
from rammevaerk.portal.access.policy import requires
from rammevaerk.portal.common.documents import DamagedDocument, fetch
from rammevaerk.portal.common.forms import carried_out, row_id, status_of
from rammevaerk.portal.tariffs.file_maps import content_of_map
from rammevaerk.portal.tariffs.forms.files import ColumnsForm, WordsForm
from rammevaerk.portal.tariffs.models import TariffFile
from rammevaerk.portal.tariffs.operations import files as operations
from rammevaerk.portal.tariffs.queries.file_words import choices
from rammevaerk.portal.tariffs.views.files import file_trail

_SHOWN_CELLS = 6
_SAMPLE = 3
# What people call the units and parts, beside our own words.
_USUAL: dict[str, dict[str, str]] = {
    "unit": {
        "døgn": "day",
        "pr. døgn": "day",
        "dag": "day_attended",
        "pr. dag": "day_attended",
        "fremmøde": "day_attended",
        "md.": "month",
        "måned": "month",
        "time": "hour",
        "timer": "hour",
        "stk": "piece",
        "stk.": "piece",
        "kilometer": "km",
        "årligt": "year",
    },
    "days_basis": {"365": "fixed_365", "366": "calendar", "365/366": "calendar"},
    "component": {
        "takst": "whole",
        "hel": "whole",
        "basis": "basis",
        "ydelse": "service",
        "tillæg": "supplement",
        "time": "hour",
    },
}


@require_http_methods(["GET", "POST"])
@requires(Action.TARIFF_REPORT, TariffFile, "file_id")
def file_columns(request: Request, row: TariffFile) -> HttpResponse:
    """Two steps: the columns, then the words that are not ours; the second only where needed."""
    try:
        book = TariffWorkbook(fetch(row.sha256), row.name)
        place = _place(request, book)
    except (DamagedDocument, ExchangeError):
        messages.error(request, _("Filen kan ikke læses mere. Læg den op igen."))
        return redirect("tariffs:file", file_id=row.pk)
    if place is None:
        messages.error(request, _("Filen har ingen rækker med indhold."))
        return redirect("tariffs:file", file_id=row.pk)
    return _columns_page(request, row, book, place)


def _place(request: Request, book: TariffWorkbook) -> Place | None:
    """The sheet and heading row that were chosen; else the likeliest."""
    data = request.POST or request.GET
    sheet, number = data.get("ark", ""), row_id(data.get("raekke", ""))
    if sheet in book.sheet_names and number:
        return Place(sheet, min(number, HEAD_ROWS * 10))
    likely = likely_place(book)
    if sheet in book.sheet_names and likely and likely.sheet != sheet:
        rows = sorted(book.head(sheet).rows)
        return Place(sheet, rows[0]) if rows else likely
    return likely


def _columns_page(
    request: Request, row: TariffFile, book: TariffWorkbook, place: Place
) -> HttpResponse:
    head = book.head(place.sheet)
    texts = list(dict.fromkeys(headings(head, place.row).values()))
    found = {f"kol_{key}": text for key, text in guessed(texts).items()}
    form = ColumnsForm(
        request.POST or None,
        headings=texts,
        initial={"name": row.name.rpartition(".")[0][:100] or row.name[:100], **found},
    )
    words: WordsForm | None = None
    if request.POST and form.is_valid():
        columns = form.columns(form.cleaned_data)
        chosen = ColumnMap(place.sheet, place.row, columns)
        words = _words_form(request, book, chosen)
        if _keep(request, row, form, words, chosen):
            return redirect("tariffs:file", file_id=row.pk)
    context: dict[str, Any] = {
        "crumbs": file_trail(row.name, _("Kolonner")),
        "file": row,
        "form": form,
        "words": words,
        "place": place,
        "sheets": [name for name in book.sheet_names if name],
        "head": [
            (number, [cell.text[:60] for _at, cell in sorted(cells.items())][:_SHOWN_CELLS])
            for number, cells in sorted(head.rows.items())[: place.row + _SAMPLE + 8][:15]
        ],
        "sure": set(found),
    }
    status = status_of(form)
    return render(request, "tariffs/file_columns.html", context, status=status)


def _words_form(request: Request, book: TariffWorkbook, chosen: ColumnMap) -> WordsForm:
    unknown = unknown_words(book.table(chosen.sheet), chosen, choices())
    guesses = {
        (key, word): _guess(key, word) for key, (words, _more) in unknown.items() for word in words
    }
    given = request.POST if request.POST.get("trin") == "ord" else None
    return WordsForm(given, unknown=unknown, choices=choices(), guesses=guesses)


def _guess(key: str, word: str) -> str:
    usual = _USUAL.get(key, {}).get(folded(word), "")
    if usual:
        return usual
    labels = {label: value for value, label in choices().get(key, [])}
    near = nearest(word, list(labels))
    return labels[near[0]] if near else ""


def _keep(
    request: Request, row: TariffFile, form: ColumnsForm, words: WordsForm, chosen: ColumnMap
) -> bool:
    """Keep the map once there is no word left to ask about."""
    if words.fields and not (words.is_bound and words.is_valid()):
        return False
    translated = words.translated(chosen) if words.fields else {}
    kept = content_of_map(replace(chosen, words=translated))
    name = form.cleaned_data["name"]
    return carried_out(
        form,
        lambda: operations.use_columns(row, name, kept, by=request.actor, at=request.at),
    )
