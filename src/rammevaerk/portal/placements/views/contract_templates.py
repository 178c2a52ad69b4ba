"""Standard contracts: their versions, what was changed, and the use of them over time."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from rammevaerk.exchange.listing import ColumnKind, ListColumn, write_listing
from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.http import Request
from rammevaerk.portal.access.policy import decide, requires
from rammevaerk.portal.access.revising import revise
from rammevaerk.portal.access.saving import fingerprint
from rammevaerk.portal.common.charts import Axis, Chart, Line, lines
from rammevaerk.portal.common.forms import carried_out, status_of
from rammevaerk.portal.placements.contract_fields import FIELDS, WORDS
from rammevaerk.portal.placements.forms.contract_templates import (
    NewTemplateClauseForm,
    TemplateClauseForm,
    TemplateForm,
    TemplateVersionForm,
)
from rammevaerk.portal.placements.forms.contracts import ConfirmForm
from rammevaerk.portal.placements.models import ContractTemplate, TemplateClause
from rammevaerk.portal.placements.operations import contract_templates as operations
from rammevaerk.portal.placements.queries.contract_share import StandardUse, standard_use
from rammevaerk.portal.placements.queries.contract_templates import (
    changes_between,
    template_versions,
    templates_by_key,
)
from rammevaerk.portal.placements.views.contract_places import (
    XLSX,
    attached,
    contracts_trail,
    template_address,
    templates_trail,
)

_READ, _MANAGE = Action.TEMPLATE_READ, Action.TEMPLATE_MANAGE


@require_GET
@requires(_READ)
def contract_templates(request: Request) -> HttpResponse:
    manages = request.actor.scope(_MANAGE) is not None
    context = {
        "crumbs": templates_trail(),
        "groups": templates_by_key(request.actor, on=request.today, drafts=manages),
        "manages": manages,
    }
    return render(request, "placements/templates.html", context)


@require_GET
@requires(_READ, ContractTemplate, "template_id")
def contract_template(request: Request, row: ContractTemplate) -> HttpResponse:
    others = [one for one in template_versions(request.actor, row) if one.pk != row.pk]
    wanted = request.GET.get("sammenlign", "")
    usual = next((one for one in others if one.valid_from <= row.valid_from), None)
    compared = next((one for one in others if str(one.pk) == wanted), usual)
    manages = decide(request.actor, _MANAGE, row).allowed
    context = {
        "crumbs": templates_trail(f"{row.title} {row.version}"),
        "row": row,
        "clauses": list(row.clauses.order_by("position")),
        "others": others,
        "compared": compared,
        "changes": changes_between(compared, row) if compared else [],
        "manages": manages,
        "writes": manages and row.published_at is None,
    }
    return render(request, "placements/template.html", context)


@require_http_methods(["GET", "POST"])
@requires(_MANAGE, ContractTemplate, "template_id")
def contract_template_version(request: Request, row: ContractTemplate) -> HttpResponse:
    form = TemplateVersionForm(request.POST or None)
    made: list[ContractTemplate] = []
    if carried_out(
        form,
        lambda: made.append(
            operations.new_version(row, **form.cleaned_data, by=request.actor, at=request.at)
        ),
    ):
        messages.success(request, _("Den nye version er en kladde med de samme vilkår."))
        return redirect(template_address(made[0]))
    context = {
        "crumbs": templates_trail((str(row), template_address(row)), _("Ny version")),
        "heading": _("Ny version af %s") % row.title,
        "explanation": _("Den begynder med de samme vilkår. Kontrakter laves først på den, når den"
                         " er offentliggjort."),
        "form": form,
        "back": template_address(row),
    }  # fmt: skip
    return render(request, "plain_form.html", context, status=status_of(form))


@require_http_methods(["GET", "POST"])
@requires(_MANAGE, ContractTemplate, "template_id")
def contract_template_revise(request: Request, row: ContractTemplate) -> HttpResponse:
    place = {
        "crumbs": templates_trail((str(row), template_address(row)), _("Ret oplysninger")),
        "heading": _("Ret oplysninger om %s") % row,
        "back": template_address(row),
    }
    form = TemplateForm(request.POST or None)
    return revise(request, row, form, operations.revise_template, place)


@require_http_methods(["GET", "POST"])
@requires(_MANAGE, ContractTemplate, "template_id")
def contract_template_publish(request: Request, row: ContractTemplate) -> HttpResponse:
    return _confirmed(
        request, row, operations.publish_template,
        heading=_("Offentliggør %s") % row,
        explanation=_("Kontrakter kan laves på den fra dens dag, og den ændres ikke mere. Den"
                      " version, der gælder nu, bruges ikke fra samme dag."),
        button=_("Offentliggør"), done=_("Versionen er offentliggjort."),
        then=template_address(row),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@requires(_MANAGE, ContractTemplate, "template_id")
def contract_template_discard(request: Request, row: ContractTemplate) -> HttpResponse:
    return _confirmed(
        request, row, operations.discard_template,
        heading=_("Slet kladden %s") % row,
        explanation=_("Versionen er ikke offentliggjort og kan slettes med sine vilkår."),
        button=_("Slet"), done=_("Kladden er slettet."),
        then=reverse("placements:contract_templates"),
    )  # fmt: skip


def _confirmed(
    request: Request,
    row: Any,
    operation: Any,
    *,
    heading: str,
    explanation: str,
    button: str,
    done: str,
    then: str,
) -> HttpResponse:
    form = ConfirmForm(request.POST if request.method == "POST" else None, seen=fingerprint(row))
    template = row.template if isinstance(row, TemplateClause) else row
    if carried_out(form, lambda: operation(row, by=request.actor, at=request.at)):
        messages.success(request, done)
        return redirect(then)
    context = {
        "crumbs": templates_trail((str(template), template_address(template)), heading),
        "heading": heading,
        "explanation": explanation,
        "button": button,
        "form": form,
        "back": template_address(template),
    }
    return render(request, "plain_form.html", context, status=status_of(form))


@require_http_methods(["GET", "POST"])
@requires(_MANAGE, ContractTemplate, "template_id")
def contract_template_clause(request: Request, row: ContractTemplate) -> HttpResponse:
    form = NewTemplateClauseForm(request.POST or None)
    if carried_out(
        form,
        lambda: operations.add_clause(row, form.cleaned_data, by=request.actor, at=request.at),
    ):
        messages.success(request, _("Vilkåret er tilføjet sidst."))
        return redirect(template_address(row))
    context = {
        "crumbs": templates_trail((str(row), template_address(row)), _("Nyt vilkår")),
        "heading": _("Nyt vilkår i %s") % row,
        "form": form,
        "names": _names(),
        "back": template_address(row),
    }
    return render(request, "placements/template_clause.html", context, status=status_of(form))


@require_http_methods(["GET", "POST"])
@requires(_MANAGE, TemplateClause, "clause_id")
def template_clause_revise(request: Request, row: TemplateClause) -> HttpResponse:
    template: Any = row.template
    place = {
        "crumbs": templates_trail((str(template), template_address(template)), row.heading),
        "heading": _("Ret vilkåret «%s»") % row.heading,
        "explanation": _("Felter i krøllede parenteser udfyldes i hver kontrakt. De kan være: %s.")
        % ", ".join(f"{{{word}}}" for word, _label in _names()),
        "back": template_address(template),
    }
    form = TemplateClauseForm(request.POST or None)
    return revise(request, row, form, operations.revise_clause, place)


def _names() -> list[tuple[str, Any]]:
    return [(word, FIELDS[name].label) for word, name in WORDS.items()]


@require_POST
@requires(_MANAGE, TemplateClause, "clause_id")
def template_clause_move(request: Request, row: TemplateClause) -> HttpResponse:
    up = request.POST.get("retning") == "op"
    try:
        operations.move_clause(row, up=up, by=request.actor, at=request.at)
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
    return redirect(f"{template_address(row.template)}#vilkaar-{row.key}")


@require_http_methods(["GET", "POST"])
@requires(_MANAGE, TemplateClause, "clause_id")
def template_clause_remove(request: Request, row: TemplateClause) -> HttpResponse:
    return _confirmed(
        request, row, operations.remove_clause,
        heading=_("Fjern vilkåret «%s»") % row.heading,
        explanation=_("Det fjernes fra kladden; i de versioner, der er offentliggjort, står det."),
        button=_("Fjern"), done=_("Vilkåret er fjernet."),
        then=template_address(row.template),
    )  # fmt: skip


@require_GET
@requires(_READ)
def contract_share(request: Request) -> HttpResponse:
    """How much the standard is used: figures only, the same for everybody."""
    use = _use(request)
    context = {
        "crumbs": contracts_trail(_("Brugen af standarden")),
        "use": use,
        "chart": _chart(use),
        "reads": request.actor.scope(Action.CONTRACT_READ) is not None,
    }
    return render(request, "placements/contract_share.html", context)


def _use(request: Request) -> StandardUse:
    try:
        first = date.fromisoformat(request.GET.get("kvartal", ""))
    except ValueError:
        first = None
    return standard_use(request.actor, on=request.today, first=first)


def _chart(use: StandardUse) -> Chart:
    names = [one.name for one in use.quarters]
    series = [
        Line(
            str(name),
            tuple(one.percent for one in shares),
            tuple(_text(one.percent) for one in shares),
        )
        for name, shares in (
            (_("Nye"), [one.new for one in use.totals]),
            (_("Alle"), [one.held for one in use.totals]),
        )
    ]
    short = [name.replace(" kvartal", "") for name in names]
    axis = Axis(_("Andel på standarden (pct.)"))
    return lines(use.sentence, short, series, axis=axis, what=_("Kvartal"))


def _text(percent: int | None) -> str:
    return _("vises ikke") if percent is None else f"{percent} %"


_COLUMNS = (
    ListColumn("Kommune", width=30),
    ListColumn("Nye kontrakter", ColumnKind.WHOLE),
    ListColumn("Heraf på standarden", ColumnKind.WHOLE),
    ListColumn("Kontrakter ved udgangen", ColumnKind.WHOLE),
    ListColumn("Heraf på standarden", ColumnKind.WHOLE),
)


@require_GET
@requires(_READ)
def contract_share_workbook(request: Request) -> HttpResponse:
    use = _use(request)
    rows = [
        [one.name, *(_value(share, part) for share in (one.new, one.held) for part in (0, 1))]
        for one in (*use.buyers, use.total)
    ]
    about = [
        (_("Kvartal"), use.chosen.name),
        (_("Tomme felter"), _("Under %s kontrakter vises ikke, og heller ikke det, der kunne"
                              " afsløre dem.") % use.limit),
    ]  # fmt: skip
    content = write_listing(
        _("Brugen af standardkontrakten"), _COLUMNS, rows, about=about, at=request.at
    )
    return attached(content, XLSX, _("Standardkontrakter %s.xlsx") % use.chosen.name)


def _value(share: Any, part: int) -> int | None:
    found: int | None = (share.contracts, share.on_standard)[part]
    return found
