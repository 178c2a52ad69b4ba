"""Where the pages of contracts lie in the house."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from rammevaerk.portal.common.crumbs import Crumb, trail

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PDF = "application/pdf"
Step = tuple[str, str] | str


def contracts_trail(*steps: Step) -> list[Crumb]:
    """Overblik › Tilbud › Kontrakter › steps."""
    catalogue = (_("Tilbud"), reverse("catalogue:facilities"))
    if not steps:
        return trail(catalogue, _("Kontrakter"))
    return trail(catalogue, (_("Kontrakter"), reverse("placements:contracts")), *steps)


def contract_address(contract: Any) -> str:
    """The contract's own page."""
    return reverse("placements:contract", kwargs={"contract_id": contract.pk})


def version_address(version: Any) -> str:
    """The page of a version."""
    return reverse("placements:contract_version", kwargs={"contract_version_id": version.pk})


def contract_trail(contract: Any, *steps: Step) -> list[Crumb]:
    """… › Kontrakter › the contract › steps."""
    if not steps:
        return contracts_trail(contract.number)
    return contracts_trail((contract.number, contract_address(contract)), *steps)


def templates_trail(*steps: Step) -> list[Crumb]:
    """… › Kontrakter › Skabeloner › steps."""
    if not steps:
        return contracts_trail(_("Standardkontrakter"))
    return contracts_trail(
        (_("Standardkontrakter"), reverse("placements:contract_templates")), *steps
    )


def template_address(template: Any) -> str:
    """The template's own page."""
    return reverse("placements:contract_template", kwargs={"template_id": template.pk})


def attached(content: bytes, media_type: str, name: str) -> HttpResponse:
    """A file to be kept, under its name."""
    response = HttpResponse(content, content_type=media_type)
    response["Content-Disposition"] = content_disposition_header(True, name)
    return response
