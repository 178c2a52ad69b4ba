"""Where the pages of tariffs and reports lie in the house."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from rammevaerk.portal.common.crumbs import Crumb, trail
from rammevaerk.portal.tariffs.models import TariffReport

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Step = tuple[str, str] | str


def economy_trail(*steps: Step) -> list[Crumb]:
    """Overblik › Økonomi › steps."""
    return trail((_("Økonomi"), reverse("tariffs:overview")), *steps)


def prices_trail(*steps: Step) -> list[Crumb]:
    """… › Takster › steps."""
    return economy_trail((_("Takster"), reverse("tariffs:prices")), *steps)


def reports_trail(*steps: Step) -> list[Crumb]:
    """… › Indberetninger › steps."""
    return economy_trail((_("Indberetninger"), reverse("tariffs:reports")), *steps)


def report_address(report: TariffReport) -> str:
    """The report's own page."""
    return reverse("tariffs:report", kwargs={"report_id": report.pk})


def report_name(report: TariffReport) -> str:
    """Facility and service, and the year when the tariffs are those of a year."""
    service: Any = report.service
    return f"{service.facility.name}, {service.name}"


def attached(content: bytes, media_type: str, name: str) -> HttpResponse:
    """A file to be kept, under its name."""
    response = HttpResponse(content, content_type=media_type)
    response["Content-Disposition"] = content_disposition_header(True, name)
    return response
