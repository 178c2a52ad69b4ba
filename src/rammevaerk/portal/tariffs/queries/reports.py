"""Reports as their pages show them: whose they are, how far, and what they change."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import Actor, visible
from rammevaerk.portal.access.queries import names_on
from rammevaerk.portal.tariffs.models import ReportState, Tariff, TariffReport, TariffReportStep
from rammevaerk.portal.tariffs.price_lines import PriceLine, in_order, line_of, name_of, text_of
from rammevaerk.portal.tariffs.queries.prices import tariffs_on
from rammevaerk.portal.tariffs.report_content import Content, content_of

OPEN = (ReportState.DRAFT, ReportState.REPORTED, ReportState.CHECKED)
WAY = (*OPEN, ReportState.DECIDED, ReportState.PUBLISHED)
TAGS = {
    ReportState.DRAFT: "draft",
    ReportState.REPORTED: "active",
    ReportState.CHECKED: "awaiting_decision",
    ReportState.DECIDED: "approved",
    ReportState.PUBLISHED: "done",
    ReportState.WITHDRAWN: "dropped",
}


@dataclass(frozen=True, slots=True)
class ReportFilter:
    """What a list of reports is narrowed to; "" and None narrow nothing."""

    states: Collection[str] = ()
    year: int | None = None
    text: str = ""
    operator_id: int | None = None


@dataclass(frozen=True, slots=True)
class ReportRow:
    """A report in a list."""

    report: TariffReport
    facility: str
    service: str
    operator: str
    tag: str
    synthetic: bool = False

    @property
    def name(self) -> str:
        """Facility and service in one."""
        return f"{self.facility}, {self.service}"


def seen_reports(actor: Actor) -> "QuerySet[TariffReport]":
    """The reports the actor may see, with their services."""
    rows = visible(TariffReport.objects.all(), actor, Action.TARIFF_READ)
    return rows.select_related("service__facility")


def report_rows(rows: Iterable[TariffReport], *, on: date, text: str = "") -> list[ReportRow]:
    """What a list shows of these reports; the text is found in facility, service and operator."""
    found = list(rows)
    services: dict[int, Any] = {row.pk: row.service for row in found}
    names = names_on(
        list({one.facility.operator_id for one in services.values()}), on=on, short=True
    )
    made = [
        ReportRow(
            report=row,
            facility=services[row.pk].facility.name,
            service=services[row.pk].name,
            operator=names[services[row.pk].facility.operator_id],
            tag=TAGS[ReportState(row.state)],
            synthetic=services[row.pk].facility.synthetic,
        )
        for row in found
    ]
    wanted = text.casefold().strip()
    return [one for one in made if wanted in f"{one.name} {one.operator}".casefold()]


def reports_found(actor: Actor, narrowed: ReportFilter, *, on: date) -> list[ReportRow]:
    """The reports that a filter leaves, the latest changed first."""
    rows = seen_reports(actor)
    if narrowed.states:
        rows = rows.filter(state__in=narrowed.states)
    if narrowed.year:
        rows = rows.filter(valid_from__year=narrowed.year)
    if narrowed.operator_id:
        rows = rows.filter(service__facility__operator_id=narrowed.operator_id)
    return report_rows(rows.order_by("-changed_at", "-id"), on=on, text=narrowed.text)


def steps_of(report: TariffReport, actor: Actor) -> list[TariffReportStep]:
    """The steps the report has taken, the first first."""
    rows = visible(TariffReportStep.objects.filter(report=report), actor, Action.TARIFF_READ)
    return list(rows.order_by("at", "id"))


def way_of(report: TariffReport, steps: Sequence[TariffReportStep]) -> list[dict[str, Any]]:
    """The states from draft to published, each with when it was reached, for the indicator."""
    states = [str(one) for one in WAY]
    withdrawn = report.state == ReportState.WITHDRAWN
    reached = -1 if withdrawn else states.index(report.state)
    last = {step.state: step for step in steps}
    return [
        {
            "label": ReportState(state).label,
            "done": at <= reached,
            "current": at == reached,
            "step": last.get(state) if at <= reached else None,
        }
        for at, state in enumerate(states)
    ]


def held_before(report: TariffReport, actor: Actor) -> list[Tariff]:
    """The tariffs that held on the report's day before it was decided; as known then."""
    steps = TariffReportStep.objects.filter(report=report, state=ReportState.DECIDED)
    decided = steps.order_by("at").values_list("at", flat=True).first()
    known = decided - timedelta(microseconds=1) if decided else None
    rows = tariffs_on(actor, on=report.valid_from, known=known)
    return list(rows.filter(service_id=report.service_id))


def changes(before: Iterable[PriceLine], after: Iterable[PriceLine]) -> list[dict[str, Any]]:
    """Each price before and after, for components/difference.html."""
    old = {line.key: line for line in before}
    new = {line.key: line for line in after}
    both = {**old, **new}
    return [
        {
            "name": name_of(line),
            "before": text_of(old[key]) if key in old else "",
            "after": text_of(new[key]) if key in new else _("ophører"),
            "changed": old.get(key) != new.get(key),
        }
        for key, line in sorted(both.items(), key=lambda pair: in_order(pair[1]))
    ]


def changes_of(report: TariffReport, actor: Actor) -> list[dict[str, Any]]:
    """What the report changes of what held; nothing while it has no prices."""
    lines = content_of(report).lines
    if not lines:
        return []
    return changes([line_of(row) for row in held_before(report, actor)], lines)


def last_content(actor: Actor, service_id: int, *, until: date) -> Content | None:
    """What the service's last report for the day or earlier held; None when it has none."""
    rows = seen_reports(actor).filter(service_id=service_id, valid_from__lte=until)
    last = rows.exclude(state=ReportState.WITHDRAWN).order_by("-valid_from", "-id").first()
    return content_of(last) if last else None


def reports_of_service(actor: Actor, service_id: int) -> list[TariffReport]:
    """The reports of a service, the latest first."""
    rows = seen_reports(actor).filter(service_id=service_id)
    return list(rows.order_by("-valid_from", "-id"))


def content_rows(
    before: Content, after: Content, named: Callable[[str], str]
) -> list[dict[str, Any]]:
    """What stands and what was written, for two who edited one draft; `named` reads a path."""
    old, new = dict(_flat(before.budget or {})), dict(_flat(after.budget or {}))
    keys = list(dict.fromkeys([*old, *new]))
    rows = [
        {
            "name": named(key),
            "before": old.get(key, ""),
            "after": new.get(key, ""),
            "changed": True,
        }
        for key in keys
        if old.get(key) != new.get(key)
    ]
    return [*changes(before.lines, after.lines), *rows]


def _flat(value: Any, path: str = "") -> Iterable[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _flat(item, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list) and value and isinstance(value[0], Mapping):
        for number, item in enumerate(value, start=1):
            yield from _flat(item, f"{path}[{number}]")
    else:
        yield path, str(value)


def decided_lately(actor: Actor, *, at: datetime) -> "QuerySet[TariffReport]":
    """Reports decided or published in the last year, the latest first."""
    rows = seen_reports(actor).filter(state__in=(ReportState.DECIDED, ReportState.PUBLISHED))
    return rows.filter(changed_at__gte=at - timedelta(days=365)).order_by("-changed_at", "-id")
