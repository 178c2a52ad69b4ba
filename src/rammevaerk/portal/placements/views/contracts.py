"""Contracts read: the register, one contract, one version, and both on paper."""

from datetime import timedelta
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from rammevaerk.engine.date_words import date_text_da
from rammevaerk.exchange.contract.pdf import write_pdf
from rammevaerk.exchange.contract.word import write_word
from rammevaerk.exchange.listing import ColumnKind, ListColumn, write_listing
from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.http import Request
from rammevaerk.portal.access.policy import decide, requires
from rammevaerk.portal.placements.calculate.contract_text import content_changes
from rammevaerk.portal.placements.forms.contracts import ContractFilterForm
from rammevaerk.portal.placements.models import Contract, ContractVersion
from rammevaerk.portal.placements.operations.contract_rules import missing_fields
from rammevaerk.portal.placements.queries.contract_drafts import draft_day, drafted_content
from rammevaerk.portal.placements.queries.contract_paper import (
    name_of_version,
    paper_of,
    sections_of,
    state_of,
)
from rammevaerk.portal.placements.queries.contract_record import (
    deviations_of,
    next_of,
    timeline_of,
)
from rammevaerk.portal.placements.queries.contract_register import (
    CURRENT,
    SORTS,
    STAGES,
    STANDARDS,
    ContractFilter,
    ContractRow,
    choices_of,
    contract_ids,
    contract_rows,
)
from rammevaerk.portal.placements.queries.contracts import (
    addendum_stage,
    answers_of,
    current_version,
    held_before,
    holding,
    is_agreed,
    stage_of,
    versions_of,
)
from rammevaerk.portal.placements.views.contract_places import (
    DOCX,
    PDF,
    XLSX,
    attached,
    contract_trail,
    contracts_trail,
)

_ON_A_PAGE = 50
_READ = Action.CONTRACT_READ


def _asked(request: Request) -> tuple[ContractFilterForm, ContractFilter, str, list[int]]:
    """The filter of the address and what it leaves; one that cannot be read narrows less."""
    data = request.GET.copy()
    data.setdefault("tilstand", CURRENT)
    form = ContractFilterForm(data, **choices_of(request.actor, on=request.today))
    form.is_valid()
    given = form.cleaned_data
    narrowed = ContractFilter(
        stage=given.get("tilstand") or CURRENT,
        standard=given.get("standard", ""),
        buyer_id=given.get("koeber"),
        facility_id=given.get("tilbud"),
        text=given.get("q", ""),
    )
    sort = request.GET.get("sorter", "")
    sort = sort if sort.removeprefix("-") in SORTS else ""
    ids = contract_ids(request.actor, narrowed, on=request.today, sort=sort)
    return form, narrowed, sort, ids


@require_GET
@requires(Action.TEMPLATE_READ)
def contracts(request: Request) -> HttpResponse:
    """The contracts one is a party to; others go to how the standard is used."""
    if request.actor.scope(_READ) is None:
        return redirect("placements:contract_share")
    form, narrowed, sort, ids = _asked(request)
    page = Paginator(ids, _ON_A_PAGE).get_page(request.GET.get("side"))
    rows = contract_rows(request.actor, list(page.object_list), on=request.today)
    context = {
        "crumbs": contracts_trail(),
        "form": form,
        "page": page,
        "rows": rows,
        "count": len(ids),
        "sort": sort,
        "all_shown": narrowed == ContractFilter(),
        "synthetic": any(row.synthetic for row in rows),
    }
    return render(request, "placements/contracts.html", context, status=422 if form.errors else 200)


_COLUMNS = (
    ListColumn("Kontrakt", width=22),
    ListColumn("Tilbud", width=34),
    ListColumn("Ydelse", width=26),
    ListColumn("Køber", width=22),
    ListColumn("Borger", width=14),
    ListColumn("Tilstand", width=16),
    ListColumn("Tillæg på vej", width=22),
    ListColumn("Grundlag", width=44),
    ListColumn("Afvigelser", ColumnKind.WHOLE, 12),
    ListColumn("Gælder fra", ColumnKind.DAY),
    ListColumn("Sidste dag", ColumnKind.DAY),
)


@require_GET
@requires(_READ)
def contracts_workbook(request: Request) -> HttpResponse:
    """What the register shows, all pages of it."""
    _form, narrowed, _sort, ids = _asked(request)
    rows = contract_rows(request.actor, ids, on=request.today)
    about = [
        (_("Pr."), date_text_da(request.today)),
        (_("Tilstand"), str(STAGES[narrowed.stage])),
        (_("Standard"), str(STANDARDS[narrowed.standard])),
        *([(_("Søgt efter"), narrowed.text)] if narrowed.text else []),
        (_("Rækker"), str(len(rows))),
    ]
    content = write_listing(
        _("Kontrakter"), _COLUMNS, [_cells(row) for row in rows], about=about, at=request.at
    )
    return attached(content, XLSX, _("Kontrakter %s.xlsx") % request.today.isoformat())


def _cells(row: ContractRow) -> list[Any]:
    ends = row.contract.valid_to
    return [
        row.contract.number,
        row.facility,
        row.service,
        row.buyer,
        row.citizen,
        row.stage.text,
        row.addendum.text if row.addendum else "",
        row.standard,
        row.deviations,
        row.contract.valid_from,
        ends - timedelta(days=1) if ends else None,
    ]


@require_GET
@requires(_READ, Contract, "contract_id")
def contract(request: Request, row: Contract) -> HttpResponse:
    version = current_version(row)
    held = holding(row, request.today) or holding(row, row.valid_from)
    drafted = drafted_content(row) if row.under_way == Contract.UnderWay.DRAFT else None
    shown = drafted or (held.content if held else version.content if version else None)
    writes = decide(request.actor, Action.CONTRACT_WRITE, row).allowed
    missing = missing_fields(drafted) if drafted and row.template_id else []
    versions = versions_of(row, request.actor)
    context = {
        "crumbs": contract_trail(row),
        "row": row,
        "placement": row.placement,
        "stage": stage_of(row, request.today),
        "addendum": addendum_stage(row),
        "next": next_of(
            row, version, request.actor, writes=writes, missing=missing, on=request.today
        ),
        "draft": drafted,
        "draft_number": row.draft["number"] if row.draft else 0,
        "draft_day": draft_day(row) if row.draft else None,
        "held": held if held and not (drafted and not row.draft["number"]) else None,
        "last_day": row.valid_to - timedelta(days=1) if row.valid_to else None,
        "sections": sections_of(shown["fields"]) if shown else [],
        "clauses": shown["clauses"] if shown else [],
        "deviations": deviations_of(row, shown) if shown and row.template_id else [],
        "changes": content_changes(held.content, drafted)
        if held and drafted and row.draft["number"]
        else [],
        "versions": [(name_of_version(one), state_of(one), one) for one in versions],
        "timeline": timeline_of(row, versions),
    }
    return render(request, "placements/contract.html", context)


@require_GET
@requires(_READ, ContractVersion, "contract_version_id")
def contract_version(request: Request, row: ContractVersion) -> HttpResponse:
    parent: Any = row.contract
    name = name_of_version(row)
    before = held_before(row) if row.number else None
    context = {
        "crumbs": contract_trail(parent, name),
        "row": row,
        "parent": parent,
        "name": name,
        "state": state_of(row),
        "agreed": is_agreed(row),
        "answers": answers_of(row),
        "changes": content_changes(before.content, row.content) if before else [],
        "deviations": deviations_of(parent, row.content) if parent.template_id else [],
        "paper": paper_of(row),
    }
    return render(request, "placements/contract_version.html", context)


@require_GET
@requires(_READ, ContractVersion, "contract_version_id")
def contract_word(request: Request, row: ContractVersion) -> HttpResponse:
    return attached(write_word(paper_of(row)), DOCX, _file_name(row, "docx"))


@require_GET
@requires(_READ, ContractVersion, "contract_version_id")
def contract_pdf(request: Request, row: ContractVersion) -> HttpResponse:
    return attached(write_pdf(paper_of(row)), PDF, _file_name(row, "pdf"))


def _file_name(row: ContractVersion, kind: str) -> str:
    return f"{row.contract} {name_of_version(row)}.{kind}"
