"""Where the pages of settlement lie in the house."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from rammevaerk.portal.common.crumbs import Crumb, trail
from rammevaerk.portal.settlement.calculate.reconciliation import month_text_da

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Step = tuple[str, str] | str


def economy_trail(*steps: Step) -> list[Crumb]:
    """Overblik › Økonomi › steps."""
    return trail((_("Økonomi"), reverse("tariffs:overview")), *steps)


def statements_trail(*steps: Step) -> list[Crumb]:
    """… › Opgørelser › steps."""
    if not steps:
        return economy_trail(_("Opgørelser"))
    return economy_trail((_("Opgørelser"), reverse("settlement:statements")), *steps)


def buying_trail(*steps: Step) -> list[Crumb]:
    """… › Køb og kontrol › steps."""
    if not steps:
        return economy_trail(_("Køb og kontrol"))
    return economy_trail((_("Køb og kontrol"), reverse("settlement:buying")), *steps)


def invoices_trail(*steps: Step) -> list[Crumb]:
    """… › Regninger › steps."""
    if not steps:
        return economy_trail(_("Regninger"))
    return economy_trail((_("Regninger"), reverse("settlement:invoices")), *steps)


def statement_step(statement: Any, operator: str) -> tuple[str, str]:
    """A statement as a step of a trail."""
    name = f"{operator}, {month_text_da(statement.run.month)}"
    return name, reverse("settlement:statement", kwargs={"statement_id": statement.pk})


def attached(content: bytes, media_type: str, name: str) -> HttpResponse:
    """A file to be kept, under its name."""
    response = HttpResponse(content, content_type=media_type)
    response["Content-Disposition"] = content_disposition_header(True, name)
    return response
