"""Files of a study: workbook, Word document, a chart as a picture, a model's text."""

from typing import Literal

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from rammevaerk.engine.errors import AmountOverflow, UnpricedPlacements, UnusableModel
from rammevaerk.exchange.study_report import write_word, write_workbook
from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.http import Request
from rammevaerk.portal.access.policy import requires
from rammevaerk.portal.common.documents import DamagedDocument
from rammevaerk.portal.tariffs.forms.studies import read_levers
from rammevaerk.portal.tariffs.models import Study, TariffModel
from rammevaerk.portal.tariffs.queries.study_picture import StudyPicture, picture_of
from rammevaerk.portal.tariffs.study_charts import COST, chart_of_causes, charts_of
from rammevaerk.portal.tariffs.study_files import report_of
from rammevaerk.portal.tariffs.views.studies import prepared_of

Form = Literal["xlsx", "docx"]
_OFFICE = "application/vnd.openxmlformats-officedocument"
_MEDIA_TYPES: dict[Form, str] = {
    "xlsx": f"{_OFFICE}.spreadsheetml.sheet",
    "docx": f"{_OFFICE}.wordprocessingml.document",
}


@require_GET
@requires(Action.STUDY_READ, Study, "study_id")
def study_file(request: Request, row: Study, form: Form) -> HttpResponse:
    """The study at the levers of the address, as a file."""
    picture = _picture(request, row)
    if picture is None:
        return _nothing(request, row)
    report = report_of(picture, on=request.today, pictures=form == "docx")
    content = write_workbook(report) if form == "xlsx" else write_word(report)
    return _file(content, _MEDIA_TYPES[form], f"{row.name}.{form}")


@require_GET
@requires(Action.STUDY_READ, Study, "study_id")
def study_chart(request: Request, row: Study) -> HttpResponse:
    """One of the study's charts (`?tegning=`) as a picture."""
    picture = _picture(request, row)
    if picture is None:
        return _nothing(request, row)
    name = request.GET.get("tegning", "")
    charts = charts_of(picture, COST if name.endswith("_cost") else "")
    causes = chart_of_causes(picture) if name == "causes" else None
    chart = causes or charts.get(name) or charts["payer"]
    return _file(chart.png(), "image/png", f"{row.name}.png")


@require_GET
@requires(Action.STUDY_READ, TariffModel, "model_id")
def model_file(_request: Request, row: TariffModel) -> HttpResponse:
    return _file(row.content.encode(), "application/toml", f"{slugify(row.name) or 'model'}.toml")


def _nothing(request: Request, row: Study) -> HttpResponse:
    """Back to the study, which says why there is nothing."""
    messages.info(request, _("Der er ikke noget at hente: studiet kan ikke regnes."))
    return redirect("tariffs:study", study_id=row.pk)


def _picture(request: Request, row: Study) -> StudyPicture | None:
    """The study as its reader sees it; None when it cannot be worked out."""
    try:
        asked = read_levers(request.GET.dict(), prepared_of(row))
        return picture_of(
            row, request.actor, on=request.today, levers=asked.levers, neutral=asked.payer
        )
    except (UnusableModel, UnpricedPlacements, AmountOverflow, DamagedDocument):
        return None


def _file(content: bytes, media_type: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=media_type)
    response["Content-Disposition"] = content_disposition_header(True, name)
    return response
