"""Annexes of items: putting files up, changing and removing them, and fetching them."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import BaseForm
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.http import Request
from rammevaerk.portal.access.policy import requires
from rammevaerk.portal.access.revising import revise
from rammevaerk.portal.common import documents
from rammevaerk.portal.common.forms import status_of
from rammevaerk.portal.meetings import operations
from rammevaerk.portal.meetings.forms.agenda import AnnexFileForm, AnnexForm, AnnexTitleForm
from rammevaerk.portal.meetings.models import AgendaItem, ItemAnnex, ItemAnnexVersion
from rammevaerk.portal.meetings.views.items import told
from rammevaerk.portal.meetings.views.places import item_trail


@require_http_methods(["GET", "POST"])
@requires(Action.AGENDA_EDIT, AgendaItem, "item_id")
def annex_new(request: Request, row: AgendaItem) -> HttpResponse:
    form = AnnexForm(
        request.POST or None,
        request.FILES or None,
        too_large=getattr(request, "upload_too_large", ""),
    )

    def work() -> None:
        file = form.cleaned_data["file"]
        operations.add_annex(
            row,
            form.cleaned_data["title"],
            file.read(),
            file.name,
            by=request.actor,
            at=request.at,
        )

    if _taken(form, work):
        messages.success(request, _("Bilaget er lagt op."))
        return redirect("meetings:item", item_id=row.pk)
    return _file_form(request, row, form, _("Nyt bilag"))


@require_http_methods(["GET", "POST"])
@requires(Action.AGENDA_EDIT, ItemAnnex, "item_annex_id")
def annex_replace(request: Request, row: ItemAnnex) -> HttpResponse:
    form = AnnexFileForm(
        request.POST or None,
        request.FILES or None,
        too_large=getattr(request, "upload_too_large", ""),
    )

    def work() -> None:
        file = form.cleaned_data["file"]
        operations.replace_annex_file(row, file.read(), file.name, by=request.actor, at=request.at)

    if _taken(form, work):
        messages.success(request, _("Den nye fil er lagt op."))
        return redirect("meetings:item", item_id=row.item_id)
    return _file_form(request, row.item, form, _("Ny fil til «%s»") % row.title)


def _taken(form: BaseForm, work: Callable[[], object]) -> bool:
    """Take the file in; what is wrong with it is shown at its field."""
    if not form.is_valid():
        return False
    try:
        work()
    except ValidationError as problem:
        form.add_error(None if hasattr(problem, "error_dict") else "file", problem)
        return False
    return True


def _file_form(request: Request, row: AgendaItem, form: BaseForm, heading: str) -> HttpResponse:
    context = {
        "crumbs": item_trail(row, row.number or _("Punkt"), heading),
        "heading": heading,
        "explanation": _(
            "Filen læses igennem, før den gemmes: den skal være af den slags, den siger, og må ikke"
            " indeholde personnumre. En ny fil bliver en ny version."
        ),
        "form": form,
        "back": reverse("meetings:item", kwargs={"item_id": row.pk}),
        "button": _("Læg op"),
    }
    return render(request, "plain_form.html", context, status=status_of(form))


@require_http_methods(["GET", "POST"])
@requires(Action.AGENDA_EDIT, ItemAnnex, "item_annex_id")
def annex_rename(request: Request, row: ItemAnnex) -> HttpResponse:
    def operation(annex: ItemAnnex, values: dict[str, str], **how: Any) -> bool:
        return operations.rename_annex(annex, values["title"], **how)

    return revise(
        request,
        row,
        AnnexTitleForm(request.POST or None),
        operation,
        {
            "crumbs": item_trail(row.item, row.item.number or _("Punkt"), _("Ret bilagets titel")),
            "heading": _("Ret bilagets titel"),
            "back": reverse("meetings:item", kwargs={"item_id": row.item_id}),
        },
    )


@require_POST
@requires(Action.AGENDA_EDIT, ItemAnnex, "item_annex_id")
def annex_change(request: Request, row: ItemAnnex) -> HttpResponse:
    """Up, down or away; from the item's own page."""
    how: dict[str, Any] = {"by": request.actor, "at": request.at}
    work = {
        "op": lambda: operations.shift_annex(row, -1, **how),
        "ned": lambda: operations.shift_annex(row, 1, **how),
        "fjern": lambda: operations.remove_annex(row, **how),
    }.get(request.POST.get("handling", ""))
    if work and told(request, work) and request.POST["handling"] == "fjern":
        messages.success(request, _("Bilaget er taget af punktet."))
    return redirect("meetings:item", item_id=row.item_id)


@require_GET
@requires(Action.MEETING_READ, ItemAnnexVersion, "item_version_id")
def annex_file(request: Request, row: ItemAnnexVersion) -> HttpResponse:
    try:
        content = documents.fetch(row.sha256)
    except documents.DamagedDocument as damage:
        raise Http404(_("Filen findes ikke længere, eller den er beskadiget.")) from damage
    response = HttpResponse(content, content_type=row.media_type)
    response["Content-Disposition"] = content_disposition_header(True, row.name)
    return response
