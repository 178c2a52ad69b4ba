"""The findings of a cooperation: filtered, with a way to each record, and as a workbook."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from rammevaerk.engine.findings import Severity
from rammevaerk.exchange.listing import ListColumn, write_listing
from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.http import Request
from rammevaerk.portal.access.policy import requires
from rammevaerk.portal.catalogue.queries.uses import is_synthetic
from rammevaerk.portal.common.crumbs import trail
from rammevaerk.portal.common.forms import row_id
from rammevaerk.portal.tariffs.calculate.findings import (
    OwnedFinding,
    findings_of,
    severities,
)
from rammevaerk.portal.tariffs.views.cap import XLSX, circle_of, nothing_here

SIDE = 25
SEVERITY_DA = {
    Severity.ERROR: _lazy("Fejl"),
    Severity.WARNING: _lazy("Advarsel"),
    Severity.NOTE: _lazy("Bemærkning"),
}
CODES_DA = {
    "approval.ended": _lazy("Godkendelse udløbet"),
    "approval.ending": _lazy("Godkendelse udløber snart"),
    "cap.exceeded": _lazy("Takstloft overskredet"),
    "cap.service": _lazy("Pris steget mere end loftet"),
    "deadline.budget": _lazy("Frist for budget overskredet"),
    "occupancy.above-hundred": _lazy("Belægning over hundrede procent"),
    "occupancy.above-maximum": _lazy("Belægning over grænsen"),
    "occupancy.above-recommended": _lazy("Belægning over det anbefalede"),
    "occupancy.deviation": _lazy("Belægning afviger fra det forudsatte"),
    "occupancy.differs": _lazy("Belægning afveg fra det forudsatte"),
    "occupancy.mean-unknown": _lazy("Belægningens gennemsnit er ukendt"),
    "occupancy.missing": _lazy("Forudsat belægning mangler"),
    "occupancy.needs-approval": _lazy("Belægning kræver dispensation"),
    "occupancy.no-rule": _lazy("Ingen grænse for belægning"),
    "occupancy.not-mean": _lazy("Belægning er ikke gennemsnittet"),
    "occupancy.portal-differs": _lazy("Tilbudsportalen viser anden belægning"),
    "places.missing": _lazy("Pladser mangler"),
    "price.calendar-days": _lazy("Dagtilbud pr. kalenderdag"),
    "price.missing": _lazy("Takst mangler"),
    "price.out-of-line": _lazy("Pris ved siden af sammenlignelige"),
    "price.unit": _lazy("Enhed passer ikke"),
}
_NEEDS_LEAVE = "occupancy.needs-approval"


@dataclass(frozen=True, slots=True)
class Shown:
    """A finding as components/findings.html takes it, with the operator."""

    severity: str
    place: str
    message: str
    found: str
    expected: str
    url: str
    operator: str
    label: str
    # The service whose occupancy needs leave, to somebody who may register it.
    dispense_id: int | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """What one filters by; an unknown value narrows nothing."""

    operator_id: int | None
    code: str
    severity: str

    def admits(self, one: OwnedFinding) -> bool:
        return (
            (self.operator_id is None or one.operator_id == self.operator_id)
            and self.code in ("", one.finding.code)
            and self.severity in ("", str(one.finding.severity))
        )


def _choice(request: Request) -> Choice:
    code, severity = request.GET.get("kode", ""), request.GET.get("alvor", "")
    return Choice(
        row_id(request.GET.get("driftsherre", "")),
        code if code in CODES_DA else "",
        severity if severity in list(Severity) else "",
    )


@require_GET
@requires(Action.TARIFF_READ)
def findings(request: Request) -> HttpResponse:
    circle, _all = circle_of(request)
    if circle is None:
        return nothing_here(request, _("Fund"))
    everything = findings_of(request.actor, circle, on=request.today)
    choice = _choice(request)
    may_check = request.actor.scope(Action.TARIFF_CHECK) is not None
    rows = [one for one in everything if choice.admits(one)]
    page = Paginator(rows, SIDE).get_page(request.GET.get("side"))
    own = [one for one in everything if one.operator_id == request.actor.organisation_id]
    context = {
        "crumbs": trail((_("Økonomi"), reverse("tariffs:overview")), _("Fund")),
        "circle": circle,
        "synthetic": is_synthetic(request.actor, circle.id),
        "page": page,
        "shown": [_shown(one, may_check=may_check) for one in page.object_list],
        "total": len(rows),
        "counts": _counted(severities(rows)),
        "own": len(own),
        "own_id": request.actor.organisation_id,
        "choice": choice,
        "operators": sorted(
            {(one.operator_id, one.operator) for one in everything if one.operator_id},
            key=lambda pair: pair[1].casefold(),
        ),
        "codes": _codes(everything),
        "severities": list(SEVERITY_DA.items()),
    }
    return render(request, "tariffs/findings.html", context)


def _counted(counts: dict[Severity, int]) -> str:
    """«3 fejl, 1 advarsel, 9 bemærkninger»; what there is none of is left out."""
    said = {
        Severity.ERROR: lambda n: ngettext("%s fejl", "%s fejl", n),
        Severity.WARNING: lambda n: ngettext("%s advarsel", "%s advarsler", n),
        Severity.NOTE: lambda n: ngettext("%s bemærkning", "%s bemærkninger", n),
    }
    return ", ".join(said[key](count) % count for key, count in counts.items() if count)


def _codes(found: Sequence[OwnedFinding]) -> list[tuple[str, str]]:
    used = {one.finding.code for one in found}
    named = [(code, str(CODES_DA.get(code, code))) for code in used]
    return sorted(named, key=lambda pair: pair[1].casefold())


def _shown(one: OwnedFinding, *, may_check: bool) -> Shown:
    finding = one.finding
    return Shown(
        str(finding.severity),
        finding.place,
        finding.message,
        finding.found,
        finding.expected,
        _address(one),
        one.operator,
        str(CODES_DA.get(finding.code, finding.code)),
        one.service_id if may_check and finding.code == _NEEDS_LEAVE else None,
    )


def _address(one: OwnedFinding) -> str:
    if one.facility_id is not None:
        return reverse("catalogue:facility", kwargs={"facility_id": one.facility_id})
    if one.finding.code.startswith("cap."):
        return reverse("tariffs:cap_operator", kwargs={"organisation_id": one.operator_id})
    return ""


@require_GET
@requires(Action.TARIFF_READ)
def findings_workbook(request: Request) -> HttpResponse:
    circle, _all = circle_of(request)
    if circle is None:
        return nothing_here(request, _("Fund"))
    choice = _choice(request)
    rows = [
        (
            one.operator,
            str(SEVERITY_DA[one.finding.severity]),
            str(CODES_DA.get(one.finding.code, one.finding.code)),
            one.finding.place,
            one.finding.message,
            one.finding.found,
            one.finding.expected,
        )
        for one in findings_of(request.actor, circle, on=request.today)
        if choice.admits(one)
    ]
    columns = [
        ListColumn(_("Driftsherre"), width=26),
        ListColumn(_("Alvor"), width=14),
        ListColumn(_("Fund"), width=32),
        ListColumn(_("Sted"), width=44),
        ListColumn(_("Hvad der er galt, og hvad man gør"), width=80),
        ListColumn(_("Står"), width=26),
        ListColumn(_("Forventet"), width=26),
    ]
    about = [
        (_("Samarbejde"), circle.name),
        (_("Opgjort"), f"{request.today:%d-%m-%Y}"),
        (_("Antal"), str(len(rows))),
    ]
    content = write_listing(_("Fund"), columns, rows, about=about, at=request.at)
    response = HttpResponse(content, content_type=XLSX)
    response["Content-Disposition"] = content_disposition_header(
        as_attachment=True, filename=f"fund-{circle.key}.xlsx"
    )
    return response
