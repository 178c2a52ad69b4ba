"""The prices of a year as rows of the takstfil: what the actor may see, and no more."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from rammevaerk.engine.date_words import date_text_da
from rammevaerk.exchange.tariff_file.columns import row_key
from rammevaerk.exchange.tariff_file.identity import PriceBook, ServiceFacts
from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import Actor, visible
from rammevaerk.portal.catalogue.queries.services import ServiceRow, service_rows, services_of
from rammevaerk.portal.tariffs.models import Component, ReportState, Tariff, TariffReport
from rammevaerk.portal.tariffs.price_lines import PriceLine, line_of
from rammevaerk.portal.tariffs.queries.file_words import WORD_JOINT, words
from rammevaerk.portal.tariffs.report_content import content_of

Key = tuple[str, str]
_OPEN = (ReportState.DRAFT, ReportState.REPORTED, ReportState.CHECKED)
_ALWAYS = date(1, 1, 1)


@dataclass(frozen=True, slots=True)
class Spell:
    """A price from a day until a day, and where it comes from."""

    line: PriceLine
    valid_from: date
    valid_to: date | None
    state: str
    decision: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Sources:
    """The services of a year, and what their prices rest on."""

    year: int
    services: list[ServiceRow]
    tariffs: Mapping[int, list[Tariff]]
    reports: Mapping[int, list[TariffReport]]

    @property
    def first(self) -> date:
        return date(self.year, 1, 1)

    @property
    def end(self) -> date:
        return date(self.year + 1, 1, 1)


def sources_of(
    actor: Actor,
    year: int,
    cooperation_id: int,
    *,
    operator_id: int | None = None,
    service_ids: Collection[int] | None = None,
) -> Sources:
    """What the actor may see of the services that are there in the year; a few queries."""
    services = _services(actor, year, cooperation_id)
    prices = Q(service__facility__cooperation_id=cooperation_id)
    if operator_id is not None:
        services = services.filter(facility__operator_id=operator_id)
        prices &= Q(service__facility__operator_id=operator_id)
    if service_ids is not None:
        services = services.filter(pk__in=service_ids)
        prices &= Q(service_id__in=service_ids)
    end = date(year + 1, 1, 1)
    tariffs = visible(Tariff.objects.all(), actor, Action.TARIFF_READ).filter(
        prices, superseded_at__isnull=True, valid_from__lt=end
    )
    tariffs = tariffs.exclude(valid_to__lt=date(year, 1, 1)).order_by("valid_from", "id")
    reports = visible(TariffReport.objects.all(), actor, Action.TARIFF_READ).filter(
        prices, state__in=_OPEN, valid_from__lt=end
    )
    return Sources(
        year,
        _described(services, year),
        _by_service(tariffs),
        _by_service(reports.order_by("valid_from", "id")),
    )


def _services(actor: Actor, year: int, cooperation_id: int) -> Any:
    first, end = date(year, 1, 1), date(year + 1, 1, 1)
    still = Q(valid_to__isnull=True) | Q(valid_to__gt=first)
    there = Q(facility__valid_to__isnull=True) | Q(facility__valid_to__gt=first)
    return (
        services_of(actor, on=None)
        .filter(still, there, valid_from__lt=end, facility__cooperation_id=cooperation_id)
        .order_by("facility__name", "facility_id", "department__name", "name", "id")
    )


def _described(services: Iterable[Any], year: int) -> list[ServiceRow]:
    """As they are on the year's first day, or on their own first day in it."""
    found = list(services)
    order = {row.pk: at for at, row in enumerate(found)}
    first = date(year, 1, 1)

    def opens(row: Any) -> date:
        return max(first, row.valid_from)

    by_day = sorted(found, key=opens)
    rows = [
        row
        for day, some in groupby(by_day, key=opens)
        for row in service_rows(list(some), on=day, with_occupancy=True)
    ]
    return sorted(rows, key=lambda row: order[row.service.pk])


def _by_service(rows: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.service_id].append(row)
    return found


def spells(
    tariffs: Collection[Tariff], reports: Collection[TariffReport], first: date, end: date
) -> list[Spell]:
    """The prices of one service in [first, end): open reports laid over what is decided.

    A report has all its service's prices from its day; where both begin the same day, it is the
    report that is meant. What begins later comes first.
    """
    lines = {row.pk: {one.key: one for one in content_of(row).lines} for row in reports}
    days = {first, *(row.valid_from for row in tariffs), *(row.valid_from for row in reports)}
    days |= {row.valid_to for row in tariffs if row.valid_to}
    cuts = sorted(day for day in days if first <= day < end)
    found: dict[Key, list[Spell]] = defaultdict(list)
    for day, until in zip(cuts, [*cuts[1:], end], strict=True):
        for spell in _on(day, tariffs, reports, lines):
            known = found[spell.line.key]
            same = known and known[-1].valid_to == day and _same_source(known[-1], spell)
            begun = known.pop().valid_from if same else spell.valid_from
            known.append(_spell_until(spell, begun, until, end))
    return [spell for key in sorted(found, key=_part_order) for spell in found[key]]


def _on(
    day: date,
    tariffs: Collection[Tariff],
    reports: Collection[TariffReport],
    lines: Mapping[int, Mapping[Key, PriceLine]],
) -> Iterable[Spell]:
    report = max(
        (row for row in reports if row.valid_from <= day),
        key=lambda row: row.valid_from,
        default=None,
    )
    since = report.valid_from if report else _ALWAYS
    later = [
        row
        for row in tariffs
        if since < row.valid_from <= day and (row.valid_to is None or day < row.valid_to)
    ]
    decided = {(row.component, row.label): row for row in later}
    for key, line in (lines[report.pk] if report else {}).items():
        if key not in decided and report is not None:
            state = report.get_state_display()
            yield Spell(line, report.valid_from, None, state, reason=report.reason)
    for row in decided.values():
        state = _("Offentliggjort") if row.published_at else _("Besluttet")
        yield Spell(line_of(row), row.valid_from, row.valid_to, state, row.decision, row.reason)


def _same_source(one: Spell, other: Spell) -> bool:
    return (one.line, one.state, one.decision) == (other.line, other.state, other.decision)


def _spell_until(spell: Spell, begun: date, until: date, end: date) -> Spell:
    last = until if until < end else spell.valid_to
    return Spell(spell.line, begun, last, spell.state, spell.decision, spell.reason)


def _part_order(key: Key) -> tuple[int, str]:
    order = Component.values
    return (order.index(key[0]) if key[0] in order else len(order)), key[1]


def rows_of(sources: Sources) -> list[dict[str, str]]:
    """The rows of the file: a row per price, and one for each service that lacks its price."""
    return [row for service in sources.services for row in _service_rows(sources, service)]


def _service_rows(sources: Sources, service: ServiceRow) -> list[dict[str, str]]:
    pk = service.service.pk
    tariffs, reports = sources.tariffs.get(pk, []), sources.reports.get(pk, [])
    described = describe(service, sources.year)
    last = {
        (row.component, row.label): row
        for row in tariffs
        if row.valid_from < sources.first
        and (row.valid_to is None or row.valid_to >= sources.first)
    }
    now = spells(tariffs, reports, sources.first, sources.end)
    made = [_priced(described, spell, last, sources) for spell in now]
    if not made:
        made = [_lacking(described, line_of(row), row, sources) for row in last.values()]
    return made or [{**described, "key": "", "state": _("Mangler takst")}]


def _priced(
    described: Mapping[str, str], spell: Spell, last: Mapping[Key, Tariff], sources: Sources
) -> dict[str, str]:
    before = last.get(spell.line.key)
    start = max(spell.valid_from, sources.first)
    until = spell.valid_to - timedelta(days=1) if spell.valid_to else None
    return {
        **described,
        **line_values(spell.line),
        "amount_before": kroner(before.amount_ore) if before else "",
        "reason": spell.reason,
        "valid_from": spell.valid_from.isoformat(),
        "valid_to": until.isoformat() if until else "",
        "state": str(spell.state),
        "decision": spell.decision,
        "key": row_key(described["service_key"], *spell.line.key, start.isoformat()),
    }


def _lacking(
    described: Mapping[str, str], line: PriceLine, row: Tariff, sources: Sources
) -> dict[str, str]:
    """Last year's price that nothing follows: everything stands but the amount."""
    return {
        **described,
        **line_values(line),
        "amount": "",
        "amount_before": kroner(row.amount_ore),
        "state": _("Mangler takst"),
        "key": row_key(described["service_key"], *line.key, sources.first.isoformat()),
    }


def line_values(line: PriceLine) -> dict[str, str]:
    """A price as the file's canonical text."""
    return {
        "component": line.component,
        "label": line.label,
        "unit": line.unit,
        "days_basis": line.days_basis,
        "amount": kroner(line.amount_ore),
        "occupancy": hundredths(line.occupancy),
    }


def describe(service: ServiceRow, year: int) -> dict[str, str]:
    """What a service is, as the file's canonical text; its price cells are empty."""
    row, facility = service.service, service.facility
    department = row.department
    p_number = (department.p_number if department else "") or facility.p_number
    actual = {back: service.occupancy.get((year - back, "actual")) for back in (1, 2)}
    return {
        "operator": service.operator,
        "ownership": facility.ownership,
        "facility": facility.name,
        "department": service.department,
        "service": row.name,
        "setting": row.setting,
        "component": "",
        "label": "",
        "unit": "",
        "days_basis": "",
        "amount": "",
        "amount_before": "",
        "places": str(service.places),
        "covered": str(service.covered),
        "occupancy": "",
        "occupancy_1": hundredths(actual[1]),
        "occupancy_2": hundredths(actual[2]),
        "reason": "",
        "valid_from": "",
        "valid_to": "",
        "state": "",
        "decision": "",
        "note": "",
        "paragraphs": WORD_JOINT.join(str(one) for one in service.paragraphs),
        "main_group": str(service.main_target_group or ""),
        "groups": WORD_JOINT.join(str(one) for one in service.target_groups),
        "audience": row.audience,
        "ages": _ages(row.age_from, row.age_to),
        "municipality": service.municipality,
        "cvr": facility.cvr,
        "p_number": p_number,
        "portal_id": (department.portal_id if department else "") or facility.portal_id,
        "service_key": service.key,
    }


def _ages(first: int, end: int | None) -> str:
    if end is None:
        return _("fra %s år") % first
    return _("%(first)s-%(last)s år") % {"first": first, "last": end - 1}


def kroner(ore: int) -> str:
    """Øre as the file's canonical text: "1234.50"."""
    return f"{ore // 100}.{ore % 100:02}"


def hundredths(points: int | None) -> str:
    """Hundredths of a percent as the file's canonical text: "97.50"; empty for none."""
    return "" if points is None else f"{points // 100}.{points % 100:02}"


def book_of(sources: Sources, rows: list[dict[str, str]], actor: Actor) -> PriceBook:
    """The rows with what must be known to judge changes to them."""
    services = [one.service for one in sources.services]
    mine = set(
        visible(_same_model(services), actor, Action.TARIFF_REPORT).values_list("pk", flat=True)
        if services
        else ()
    )
    facts = {one.key: _facts(one, one.service.pk in mine, sources) for one in sources.services}
    return PriceBook(sources.year, rows, facts, words())


def _same_model(services: list[Any]) -> "QuerySet[Any]":
    return type(services[0])._default_manager.all()  # noqa: SLF001


def _facts(service: ServiceRow, own: bool, sources: Sources) -> ServiceFacts:
    row, facility = service.service, service.facility
    ends = [end for end in (row.valid_to, facility.valid_to) if end is not None]
    return ServiceFacts(
        key=service.key,
        operator=service.operator,
        facility=facility.name,
        department=service.department,
        name=row.name,
        own=own,
        opens=max(row.valid_from, facility.valid_from),
        closes=min(ends, default=None),
        blocked={
            report.valid_from.isoformat(): reason
            for report in sources.reports.get(row.pk, [])
            if (reason := _why_blocked(report))
        },
    )


def _why_blocked(report: TariffReport) -> str:
    day = date_text_da(report.valid_from)
    if report.state != ReportState.DRAFT:
        state = report.get_state_display().lower()
        return _(
            "Taksterne fra %(day)s er allerede %(state)s. Før indberetningen tilbage til kladde,"
            " før de rettes."
        ) % {"day": day, "state": state}
    if content_of(report).budget is not None:
        return (
            _("Taksterne fra %s er regnet ud fra et budget. Ret budgettet i kladden i stedet.")
            % day
        )
    return ""
