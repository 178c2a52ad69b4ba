"""Contracts written: begun, filled in, clause by clause, and sent for approval."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.http import Request
from rammevaerk.portal.access.policy import requires
from rammevaerk.portal.access.saving import RevisionConflict, fingerprint
from rammevaerk.portal.common.forms import DayField, carried_out, status_of
from rammevaerk.portal.placements.calculate.contract_text import (
    content_changes,
    fingerprint_of,
)
from rammevaerk.portal.placements.contract_fields import FIELDS, SECTIONS, TYPED, WORDS
from rammevaerk.portal.placements.forms.contracts import (
    ClauseForm,
    ContractBeginForm,
    ContractFieldsForm,
    SendForm,
    last_day_of,
)
from rammevaerk.portal.placements.models import Contract, ContractApproval, Placement
from rammevaerk.portal.placements.operations import contracts as operations
from rammevaerk.portal.placements.operations.contract_answers import answer_contract
from rammevaerk.portal.placements.operations.contract_rules import missing_fields
from rammevaerk.portal.placements.queries.contract_drafts import (
    draft_day,
    draft_end,
    drafted_clauses,
    drafted_content,
    drafted_fields,
    fields_of,
    standard_of,
)
from rammevaerk.portal.placements.queries.contract_paper import sections_of
from rammevaerk.portal.placements.queries.contract_record import deviations_of
from rammevaerk.portal.placements.queries.contracts import (
    contracts_of_placement,
    holding,
    sides_of,
    usable_templates,
)
from rammevaerk.portal.placements.views.contract_places import (
    contract_address,
    contract_trail,
    contracts_trail,
)

_WRITE = Action.CONTRACT_WRITE
_BOTH, _AUDIENCES = "both", ("adults", "children")
_CHANGED = (
    "En anden har ændret kontrakten eller indskrivningen, mens du så på den. Intet af dit er"
    " gemt. Se, hvad der står nu, og prøv igen."
)


def away_without_draft(request: Request, row: Contract) -> HttpResponse | None:
    """Back to the contract's page when nothing is being written."""
    if row.under_way == Contract.UnderWay.DRAFT:
        return None
    messages.warning(request, _("Der er ikke nogen kladde at skrive i."))
    return redirect(contract_address(row))


def _outdated(request: Request, row: Contract) -> HttpResponse:
    messages.warning(request, _(_CHANGED))
    return redirect(contract_address(row))


def _day_in(text: str) -> date | None:
    """The day that was typed, where it can be read: the standards offered are those of that day."""
    try:
        day: date | None = DayField(required=False).clean(text)
    except ValidationError:
        return None
    return day


@require_http_methods(["GET", "POST"])
@requires(_WRITE, Placement, "placement_id")
def contract_new(request: Request, placement: Placement) -> HttpResponse:
    service: Any = placement.service
    asked = _day_in(request.POST.get("valid_from", ""))
    begins = asked or placement.offered_from or placement.wanted_from
    audiences = _AUDIENCES if service.audience == _BOTH else (service.audience,)
    templates = usable_templates(service.facility.cooperation_id, begins, audiences)
    if not templates and not asked and begins < request.today:
        # Older than every standard: what is written now is on the standard of now, from today.
        begins = request.today
        templates = usable_templates(service.facility.cooperation_id, begins, audiences)
    form = ContractBeginForm(
        request.POST or None,
        templates=templates,
        initial={
            "valid_from": begins,
            "template": str(templates[0].pk) if templates else "eget",
        },
    )
    made: list[Contract] = []

    def begin() -> None:
        given = form.cleaned_data
        chosen = next((one for one in templates if str(one.pk) == given["template"]), None)
        made.append(
            operations.draft_contract(
                placement,
                chosen,
                valid_from=given["valid_from"],
                valid_to=form.valid_to(),
                outside_reason=given["outside_reason"],
                by=request.actor,
                at=request.at,
            )
        )

    if carried_out(form, begin):
        messages.success(request, _("Kladden er begyndt og fyldt ud fra indskrivningen."))
        return redirect("placements:contract_fields", contract_id=made[0].pk)
    context = {
        "crumbs": contracts_trail(_("Ny kontrakt")),
        "placement": placement,
        "form": form,
        "others": contracts_of_placement(request.actor, placement.pk),
    }
    return render(request, "placements/contract_new.html", context, status=status_of(form))


@require_http_methods(["GET", "POST"])
@requires(_WRITE, Contract, "contract_id")
def contract_fields(request: Request, row: Contract) -> HttpResponse:
    if (away := away_without_draft(request, row)) is not None:
        return away
    now = drafted_fields(row)
    usual = fields_of({**now, **_untyped(row, now)}, {})
    form = ContractFieldsForm(
        request.POST or None,
        addendum=row.draft["number"] > 0,
        initial={
            **{name: now.get(name, "") for name in TYPED},
            "valid_from": draft_day(row),
            "last_day": last_day_of(draft_end(row)),
            "summary": row.draft["summary"],
        },
    )

    def store() -> None:
        typed = {name: text for name, text in form.typed().items() if text != usual.get(name)}
        operations.write_fields(
            row,
            typed,
            valid_from=form.cleaned_data["valid_from"],
            valid_to=form.valid_to(),
            summary=form.cleaned_data.get("summary", ""),
            seen=request.POST.get("seen", ""),
            by=request.actor,
            at=request.at,
        )

    try:
        if carried_out(form, store):
            messages.success(request, _("Felterne er gemt."))
            return redirect(contract_address(row))
    except RevisionConflict:
        return _outdated(request, row)
    context = {
        "crumbs": contract_trail(row, _("Udfyld felter")),
        "row": row,
        "form": form,
        "seen": request.POST.get("seen") or fingerprint(row),
        "sections": [(section, _of_section(section, form, now)) for section in SECTIONS],
        "back": contract_address(row),
    }
    return render(request, "placements/contract_fields.html", context, status=status_of(form))


def _untyped(row: Contract, now: dict[str, str]) -> dict[str, str]:
    """What fields would be without what was typed."""
    bare = Contract(
        placement_id=row.placement_id, valid_to=row.valid_to, draft={**row.draft, "fields": {}}
    )
    fields = drafted_fields(bare) if row.draft["fields"] else now
    return {name: fields.get(name, "") for name in TYPED}


def _of_section(section: Any, form: forms.Form, now: dict[str, str]) -> dict[str, Any]:
    return {
        "filled": [
            {"label": one.label, "value": now.get(one.name, "")}
            for one in section.fields
            if one.name not in TYPED
        ],
        "typed": [form[one.name] for one in section.fields if one.name in TYPED],
    }


@require_GET
@requires(_WRITE, Contract, "contract_id")
def contract_clauses(request: Request, row: Contract) -> HttpResponse:
    if (away := away_without_draft(request, row)) is not None:
        return away
    standard = {one.key for one in standard_of(row.template)}
    content = drafted_content(row)
    context = {
        "crumbs": contract_trail(row, _("Ret vilkår")),
        "row": row,
        "seen": fingerprint(row),
        "clauses": [
            {
                **one,
                "changed": one["key"] in row.draft["clauses"],
                "own": one["key"] not in standard,
                "query": urlencode({"vilkaar": one["key"]}),
            }
            for one in content["clauses"]
        ],
        "back": contract_address(row),
    }
    return render(request, "placements/contract_clauses.html", context)


@require_http_methods(["GET", "POST"])
@requires(_WRITE, Contract, "contract_id")
def contract_clause(request: Request, row: Contract) -> HttpResponse:
    """One clause, named by `vilkaar`; without it a new one of the parties' own."""
    if (away := away_without_draft(request, row)) is not None:
        return away
    key = request.GET.get("vilkaar", "")[:60]
    clause = next((one for one in drafted_clauses(row) if one.key == key), None)
    if key and clause is None:
        raise Http404
    initial = (
        {"heading": clause.heading, "text": clause.text, "reason": clause.reason} if clause else {}
    )
    form = ClauseForm(
        request.POST or None, on_standard=row.template_id is not None, initial=initial
    )

    def store() -> None:
        given = form.cleaned_data
        operations.write_clause(
            row,
            key,
            heading=given["heading"],
            text=given["text"],
            reason=given.get("reason", ""),
            seen=request.POST.get("seen", ""),
            by=request.actor,
            at=request.at,
        )

    try:
        if carried_out(form, store):
            messages.success(request, _("Vilkåret er gemt."))
            return redirect("placements:contract_clauses", contract_id=row.pk)
    except RevisionConflict:
        return _outdated(request, row)
    usual = next((one for one in standard_of(row.template) if one.key == key), None)
    context = {
        "crumbs": contract_trail(row, _("Ret vilkår")),
        "row": row,
        "form": form,
        "seen": request.POST.get("seen") or fingerprint(row),
        "clause": clause,
        "usual": usual,
        "names": [(word, FIELDS[name].label) for word, name in WORDS.items()],
    }
    return render(request, "placements/contract_clause.html", context, status=status_of(form))


@require_http_methods(["GET", "POST"])
@requires(_WRITE, Contract, "contract_id")
def contract_send(request: Request, row: Contract) -> HttpResponse:
    """What will be sent, exactly; and then it is."""
    if (away := away_without_draft(request, row)) is not None:
        return away
    content = drafted_content(row)
    number, begins = row.draft["number"], draft_day(row)
    sides = sides_of(request.actor, row)
    side = sides[0] if len(sides) == 1 else ""
    name = str(ContractApproval.Side(side).label).lower() if side else ""
    seen = fingerprint_of(row.number, number, begins, content)
    form = SendForm(request.POST or None, side=name, initial={"seen": seen, "approve": True})

    def send() -> None:
        version = operations.send_contract(
            row, seen=form.cleaned_data["seen"], by=request.actor, at=request.at
        )
        if side and form.cleaned_data.get("approve"):
            answer_contract(version, side, approved=True, by=request.actor, at=request.at)

    try:
        if carried_out(form, send):
            name = _("Tillægget") if number else _("Kontrakten")
            messages.success(request, _("%s er sendt til godkendelse.") % name)
            return redirect(contract_address(row))
    except RevisionConflict:
        messages.warning(request, _(_CHANGED))
        return redirect("placements:contract_send", contract_id=row.pk)
    held = holding(row, begins) if number else None
    context = {
        "crumbs": contract_trail(row, _("Gennemse og send")),
        "row": row,
        "form": form,
        "number": number,
        "begins": begins,
        "ends": last_day_of(draft_end(row)),
        "missing": missing_fields(content) if row.template_id else [],
        "sections": sections_of(content["fields"]),
        "clauses": content["clauses"],
        "summary": content["summary"],
        "deviations": deviations_of(row, content) if row.template_id else [],
        "changes": content_changes(held.content, content) if held else [],
        "back": contract_address(row),
    }
    return render(request, "placements/contract_send.html", context, status=status_of(form))
