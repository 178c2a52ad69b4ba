"""The papers of a meeting to fetch: Word, PDF, and a zip with the annexes."""

from typing import Literal

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.http import Request
from rammevaerk.portal.access.policy import requires
from rammevaerk.portal.meetings import papers, queries
from rammevaerk.portal.meetings.models import Dispatch, Meeting

Form = Literal["docx", "pdf", "zip"]
_MEDIA_TYPES: dict[Form, str] = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "zip": "application/zip",
}


@require_GET
@requires(Action.MEETING_READ, Dispatch, "dispatch_id")
def version_file(request: Request, row: Dispatch, form: Form) -> HttpResponse:
    told = queries.version_for(row, request.actor)
    if told is None:
        raise Http404
    paper = papers.version_paper(told, request.actor, public=_is_public(request))
    return _answer(request, paper, form, reverse("meetings:version", args=[row.pk]))


@require_GET
@requires(Action.MEETING_READ, Meeting, "meeting_id")
def agenda_file(request: Request, row: Meeting, form: Form) -> HttpResponse:
    paper = papers.agenda_paper(row, request.actor, public=_is_public(request))
    return _answer(request, paper, form, reverse("meetings:meeting", args=[row.pk]))


@require_GET
@requires(Action.MEETING_READ, Meeting, "meeting_id")
def minutes_file(request: Request, row: Meeting, form: Form) -> HttpResponse:
    paper = papers.minutes_paper(row, request.actor, public=_is_public(request))
    return _answer(request, paper, form, reverse("meetings:minutes", args=[row.pk]))


def _is_public(request: Request) -> bool:
    """Whether the edition without closed items is asked for."""
    return request.GET.get("offentlig") == "1"


def _answer(request: Request, paper: papers.Paper | None, form: Form, page: str) -> HttpResponse:
    """The file, or back to the page with a word on why there is none."""
    if paper is None:
        text = _("Der er ikke noget at hente: intet er udsendt, som kan vises i den udgave.")
        messages.info(request, text)
        return redirect(page)
    try:
        content = _content(request, paper, form)
    except papers.DamagedAnnex as damage:
        text = _("%s Zip-filen er derfor ikke lavet. Bed sekretariatet lægge bilaget op igen.")
        messages.error(request, text % damage)
        return redirect(page)
    response = HttpResponse(content, content_type=_MEDIA_TYPES[form])
    response["Content-Disposition"] = content_disposition_header(True, f"{paper.name}.{form}")
    return response


def _content(request: Request, paper: papers.Paper, form: Form) -> bytes:
    if form == "zip":
        return papers.as_zip(paper, request.actor)
    return papers.as_word(paper) if form == "docx" else papers.as_pdf(paper)
