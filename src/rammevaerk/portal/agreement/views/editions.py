"""Editions: the list, the page of one, its chapters and its annexes."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import BaseForm
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.http import Request
from rammevaerk.portal.access.policy import abilities, requires
from rammevaerk.portal.agreement import operations, queries
from rammevaerk.portal.agreement.calculate import findings_of
from rammevaerk.portal.agreement.forms import (
    AgreementForm,
    AnnexForm,
    AreaForm,
    ChapterForm,
    FileForm,
    ForumForm,
    GoalForm,
    NewEditionForm,
)
from rammevaerk.portal.agreement.models import (
    Agreement,
    Annex,
    AnnexVersion,
    DevelopmentArea,
    Edition,
)
from rammevaerk.portal.agreement.views.places import edition_trail
from rammevaerk.portal.common import documents
from rammevaerk.portal.common.crumbs import trail
from rammevaerk.portal.common.forms import carried_out, show_problem, status_of


@require_GET
@requires(Action.EDITION_READ)
def edition_list(request: Request) -> HttpResponse:
    context = {
        "crumbs": trail(_("Rammeaftaler")),
        "unagreed": queries.cooperations_without_agreement(request.actor),
        "agreements": queries.agreements_with_editions(request.actor, on=request.today),
    }
    return render(request, "agreement/edition_list.html", context)


@require_GET
@requires(Action.EDITION_READ, Edition, "edition", field="slug")
def edition_detail(request: Request, edition: Edition) -> HttpResponse:
    plan = queries.plan_view(edition, request.actor, as_of=request.today)
    context = {
        "crumbs": edition_trail(edition),
        "edition": edition,
        "plan": plan,
        "areas": queries.area_summaries(plan),
        "findings": findings_of(plan, request.actor),
        "parties": queries.party_names(edition, on=request.today),
        "chapters": edition.chapters.all(),
        "annexes": queries.annex_register(edition),
        "can": abilities(request.actor, edition, Action.EDITION_MANAGE, Action.PLAN_EDIT),
    }
    return render(request, "agreement/edition_detail.html", context)


@require_http_methods(["GET", "POST"])
@requires(Action.EDITION_MANAGE, "access.Cooperation", "cooperation", field="key")
def agreement_new(request: Request, cooperation: Any) -> HttpResponse:
    form = AgreementForm(request.POST or None)
    if carried_out(
        form,
        lambda: operations.create_agreement(
            cooperation, **form.cleaned_data, by=request.actor, at=request.at
        ),
    ):
        return redirect("agreement:editions")
    heading = _("Ny rammeaftale: %s") % cooperation.name
    return _agreement_form(request, form, heading)


@require_http_methods(["GET", "POST"])
@requires(Action.PLAN_EDIT, Agreement, "agreement", field="slug")
def forum_new(request: Request, agreement: Agreement) -> HttpResponse:
    form = ForumForm(request.POST or None)
    if carried_out(
        form,
        lambda: operations.add_forum(agreement, form.cleaned_data, by=request.actor, at=request.at),
    ):
        return redirect("agreement:editions")
    return _agreement_form(request, form, _("Nyt forum: %s") % agreement.title)


def _agreement_form(request: Request, form: BaseForm, heading: str) -> HttpResponse:
    context = {
        "crumbs": trail((_("Rammeaftaler"), reverse("agreement:editions")), heading),
        "form": form,
        "heading": heading,
    }
    return render(request, "agreement/part_form.html", context, status=status_of(form))


@require_http_methods(["GET", "POST"])
@requires(Action.EDITION_MANAGE, Agreement, "agreement", field="slug")
def edition_new(request: Request, agreement: Agreement) -> HttpResponse:
    form = NewEditionForm(request.POST or None)
    if form.is_valid():
        try:
            edition = operations.create_edition(
                agreement,
                form.values(),
                party_ids=queries.party_ids(agreement, on=form.cleaned_data["valid_from"]),
                by=request.actor,
                at=request.at,
            )
        except ValidationError as problem:
            show_problem(form, problem)
        else:
            messages.success(request, _("%s er oprettet.") % edition.title)
            return redirect("agreement:edition", edition=edition.slug)
    return _agreement_form(request, form, _("Ny udgave"))


@require_http_methods(["GET", "POST"])
@requires(Action.PLAN_EDIT, Edition, "edition", field="slug")
def area_new(request: Request, edition: Edition) -> HttpResponse:
    form = AreaForm(request.POST or None)
    if carried_out(
        form,
        lambda: operations.add_area(edition, form.cleaned_data, by=request.actor, at=request.at),
    ):
        return redirect("agreement:edition", edition=edition.slug)
    return _part_form(request, edition, form, _("Nyt udviklingsområde"))


@require_http_methods(["GET", "POST"])
@requires(Action.PLAN_EDIT, DevelopmentArea, "area_id")
def goal_new(request: Request, area: DevelopmentArea) -> HttpResponse:
    form = GoalForm(request.POST or None)
    if carried_out(
        form,
        lambda: operations.add_goal(
            area, form.cleaned_data["text"], by=request.actor, at=request.at
        ),
    ):
        return redirect("agreement:edition", edition=area.edition.slug)
    return _part_form(request, area.edition, form, _("Ny målsætning: %s") % area.title)


@require_http_methods(["GET", "POST"])
@requires(Action.EDITION_MANAGE, Edition, "edition", field="slug")
def chapter_new(request: Request, edition: Edition) -> HttpResponse:
    form = ChapterForm(request.POST or None)
    if carried_out(
        form,
        lambda: operations.add_chapter(edition, form.cleaned_data, by=request.actor, at=request.at),
    ):
        return redirect("agreement:edition", edition=edition.slug)
    return _part_form(request, edition, form, _("Nyt kapitel i styringsaftalen"))


@require_http_methods(["GET", "POST"])
@requires(Action.EDITION_MANAGE, Edition, "edition", field="slug")
def annex_new(request: Request, edition: Edition) -> HttpResponse:
    form = AnnexForm(request.POST or None)
    if carried_out(
        form,
        lambda: operations.add_annex(edition, form.cleaned_data, by=request.actor, at=request.at),
    ):
        return redirect("agreement:edition", edition=edition.slug)
    return _part_form(request, edition, form, _("Nyt bilag"))


def _part_form(request: Request, edition: Edition, form: BaseForm, heading: str) -> HttpResponse:
    context = {
        "crumbs": edition_trail(edition, heading),
        "edition": edition,
        "form": form,
        "heading": heading,
    }
    return render(request, "agreement/part_form.html", context, status=status_of(form))


@require_http_methods(["GET", "POST"])
@requires(Action.EDITION_MANAGE, Annex, "annex_id")
def annex_file_new(request: Request, annex: Annex) -> HttpResponse:
    form = FileForm(
        request.POST or None,
        request.FILES or None,
        too_large=getattr(request, "upload_too_large", ""),
    )
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            operations.upload_annex_file(
                annex, file.read(), file.name, by=request.actor, at=request.at
            )
        except ValidationError as problem:
            form.add_error("file", problem)
        else:
            messages.success(request, _("Filen er lagt op."))
            return redirect("agreement:edition", edition=annex.edition.slug)
    context = {
        "crumbs": edition_trail(annex.edition, _("Læg fil op")),
        "annex": annex,
        "edition": annex.edition,
        "form": form,
    }
    return render(request, "agreement/annex_file_form.html", context, status=status_of(form))


@require_GET
@requires(Action.EDITION_READ, AnnexVersion, "version_id")
def annex_file(request: Request, version: AnnexVersion) -> HttpResponse:
    try:
        content = documents.fetch(version.sha256)
    except documents.DamagedDocument as damage:
        raise Http404(_("Filen findes ikke længere, eller den er beskadiget.")) from damage
    response = HttpResponse(content, content_type=version.media_type)
    response["Content-Disposition"] = content_disposition_header(True, version.name)
    return response
