"""The services somebody reports the tariffs of, and how far each has come for a year."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import Actor, visible
from rammevaerk.portal.access.queries import names_on
from rammevaerk.portal.catalogue.queries.services import services_of
from rammevaerk.portal.tariffs.models import ReportState, Tariff, TariffReport
from rammevaerk.portal.tariffs.queries.reports import OPEN, TAGS, seen_reports


@dataclass(frozen=True, slots=True)
class Reportable:
    """A service and its report of the year, None where there is none yet.

    `priced` says that prices of the year are decided, with or without a report here.
    """

    service: Any
    operator: str
    report: TariffReport | None
    priced: bool = False

    @property
    def tag(self) -> str:
        """How the report's state is shown."""
        return TAGS[ReportState(self.report.state)] if self.report else ""

    @property
    def missing(self) -> bool:
        """Whether nothing is known of the year yet: neither a report nor decided prices."""
        return self.report is None and not self.priced


def next_year(today: date) -> int:
    """The year whose tariffs are worked on now: the coming one."""
    return today.year + 1


def reportable_services(actor: Actor, *, year: int, text: str = "") -> list[Reportable]:
    """The services the actor may report on that are given in the year; what is missing first."""
    first = date(year, 1, 1)
    services = visible(services_of(actor, on=first), actor, Action.TARIFF_REPORT)
    reports = {
        row.service_id: row
        for row in seen_reports(actor)
        .filter(valid_from__year=year)
        .exclude(state=ReportState.WITHDRAWN)
        .order_by("valid_from", "id")
    }
    priced = set(
        visible(Tariff.objects.all(), actor, Action.TARIFF_READ)
        .filter(superseded_at__isnull=True, valid_from__year=year)
        .order_by()
        .values_list("service_id", flat=True)
    )
    wanted = text.casefold().strip()
    found = [
        service
        for service in services.order_by("facility__name", "name", "id")
        if wanted in f"{service.facility.name} {service.name}".casefold()
    ]
    names = names_on(list({_operator_id(one) for one in found}), on=first, short=True)
    rows = [
        Reportable(one, names[_operator_id(one)], reports.get(one.pk), one.pk in priced)
        for one in found
    ]
    return sorted(rows, key=lambda row: not row.missing)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far one operator has come with the tariffs of a year, in services."""

    operator_id: int
    operator: str
    services: int
    missing: int
    draft: int
    reported: int
    checked: int
    decided: int

    @property
    def done(self) -> bool:
        """Whether every service has decided prices."""
        return self.decided == self.services


def progress_of(rows: Iterable[Reportable]) -> list[Progress]:
    """How far each operator has come; the one who lacks most first."""
    counted: dict[tuple[int, str], Counter[str]] = defaultdict(Counter)
    for row in rows:
        counted[_operator_id(row.service), row.operator][_step_of(row)] += 1
    found = [
        Progress(
            operator_id=pk,
            operator=name,
            services=steps.total(),
            missing=steps["missing"],
            draft=steps[ReportState.DRAFT],
            reported=steps[ReportState.REPORTED],
            checked=steps[ReportState.CHECKED],
            decided=steps[ReportState.DECIDED],
        )
        for (pk, name), steps in counted.items()
    ]
    return sorted(found, key=lambda one: (-one.missing, -one.draft, one.operator.casefold()))


def _step_of(row: Reportable) -> str:
    if row.report is not None and row.report.state in OPEN:
        return str(row.report.state)
    return "missing" if row.missing else str(ReportState.DECIDED)


def _operator_id(service: Any) -> int:
    return int(service.facility.operator_id)
