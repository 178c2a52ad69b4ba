"""Reports: written, handed in, checked, decided and published; each step by whom and on what."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from rammevaerk.engine.date_words import date_text_da
from rammevaerk.portal.access.actions import Action, Role
from rammevaerk.portal.access.policy import Actor, Decision, Refused, authorise
from rammevaerk.portal.access.policy import decide as decision_on
from rammevaerk.portal.access.saving import (
    lock_seen,
    refuse_changed,
    store_changes,
    store_new,
)
from rammevaerk.portal.tariffs.calculate.reports import work_out
from rammevaerk.portal.tariffs.models import ReportState, TariffReport, TariffReportStep
from rammevaerk.portal.tariffs.operations import prices
from rammevaerk.portal.tariffs.price_lines import PriceLine, name_of, problems_of
from rammevaerk.portal.tariffs.report_content import content_hash, content_of, packed

MOST_LINES = 500
_OPEN = (ReportState.DRAFT, ReportState.REPORTED, ReportState.CHECKED)
# From which state to which, and who may: one of the actions.
MOVES: Mapping[tuple[str, str], tuple[Action, ...]] = {
    (ReportState.DRAFT, ReportState.REPORTED): (Action.TARIFF_REPORT,),
    (ReportState.DRAFT, ReportState.WITHDRAWN): (Action.TARIFF_REPORT,),
    (ReportState.REPORTED, ReportState.CHECKED): (Action.TARIFF_CHECK,),
    (ReportState.REPORTED, ReportState.DRAFT): (Action.TARIFF_REPORT, Action.TARIFF_CHECK),
    (ReportState.REPORTED, ReportState.WITHDRAWN): (Action.TARIFF_REPORT,),
    (ReportState.CHECKED, ReportState.DECIDED): (Action.TARIFF_DECIDE,),
    (ReportState.CHECKED, ReportState.DRAFT): (Action.TARIFF_REPORT, Action.TARIFF_CHECK),
    (ReportState.CHECKED, ReportState.WITHDRAWN): (Action.TARIFF_REPORT,),
    (ReportState.DECIDED, ReportState.PUBLISHED): (Action.TARIFF_PUBLISH,),
}


@transaction.atomic
def save_draft(
    service: Any,
    *,
    valid_from: date,
    lines: Sequence[PriceLine],
    budget: Mapping[str, Any] | None,
    reason: str,
    by: Actor,
    at: datetime,
    seen: str | None = None,
) -> TariffReport:
    """Begin the report of a service's tariffs from a day, or write its open draft anew.

    ``service`` is a row of the catalogue that the actor may read. ``budget`` has the keys of a
    budget file, with days as ISO text; None where prices are stated directly. ValidationError at
    ``valid_from``, ``lines`` or ``reason``; RevisionConflict as in lock_seen.
    """
    authorise(by, Action.TARIFF_REPORT, service)
    _refuse_day(service, valid_from)
    _refuse_lines(lines)
    values = {"content": packed(lines, budget), "reason": reason, "changed_at": at}
    found = (
        TariffReport.objects.select_for_update()
        .filter(service_id=service.pk, valid_from=valid_from, state__in=_OPEN)
        .first()
    )
    if found is None:
        return _begin(service, valid_from, values, by=by, at=at)
    if found.state != ReportState.DRAFT:
        raise ValidationError({"valid_from": _already(found)})
    refuse_changed(found, seen)
    if (found.content, found.reason) != (values["content"], reason):
        store_changes(found, values, Action.TARIFF_REPORT, by=by, at=at)
    return found


def _begin(
    service: Any, valid_from: date, values: Mapping[str, Any], *, by: Actor, at: datetime
) -> TariffReport:
    report = TariffReport(service=service, valid_from=valid_from, created_at=at, **values)
    store_new(report, Action.TARIFF_REPORT, by=by, at=at)
    _record_step(report, Action.TARIFF_REPORT, by=by, at=at)
    return report


def _already(report: TariffReport) -> str:
    return _(
        "Taksterne fra %(day)s er allerede %(state)s. Før indberetningen tilbage til kladde, før"
        " de rettes."
    ) % {
        "day": date_text_da(report.valid_from),
        "state": report.get_state_display().lower(),
    }


def _refuse_day(service: Any, day: date) -> None:
    """A service has no price on a day when it, or its facility, is not there."""
    for row, what in ((service.facility, _("Tilbuddet")), (service, _("Ydelsen"))):
        text = ""
        if day < row.valid_from:
            text = _("%(what)s «%(name)s» begynder først %(day)s. Vælg den dag eller en senere.")
            text %= {"what": what, "name": row.name, "day": date_text_da(row.valid_from)}
        elif row.valid_to is not None and day >= row.valid_to:
            text = _("%(what)s «%(name)s» er lukket fra %(day)s. Vælg en tidligere dag.")
            text %= {"what": what, "name": row.name, "day": date_text_da(row.valid_to)}
        if text:
            raise ValidationError({"valid_from": text})


def _refuse_lines(lines: Sequence[PriceLine]) -> None:
    if len(lines) > MOST_LINES:
        text = _("Der er %(count)s priser; en ydelse kan højst have %(most)s.")
        raise ValidationError({"lines": text % {"count": len(lines), "most": MOST_LINES}})
    said = [
        f"{name_of(line)}: {problem}" for line in lines for problem in problems_of(line).values()
    ]
    keys = [line.key for line in lines]
    said += [
        _("%s står to gange. Giv dem hver sin betegnelse.") % name_of(line)
        for at, line in enumerate(lines)
        if line.key in keys[:at]
    ]
    if said:
        raise ValidationError({"lines": said})


@transaction.atomic
def move_on(
    report: TariffReport,
    state: str,
    *,
    decision: str = "",
    decided_on: date | None = None,
    note: str = "",
    seen: str | None = None,
    by: Actor,
    at: datetime,
) -> TariffReport:
    """Bring a report to its next state, or back to draft; returns it as it is then.

    ``decided`` needs a decision and its day, and makes the prices hold; back to draft and
    withdrawn need a note. ValidationError says what is missing, Refused who may.
    """
    action = _action(by, report, state)
    report = lock_seen(report, action, seen=seen, by=by)
    if (report.state, state) not in MOVES:
        raise ValidationError(_not_possible(report, state))
    _refuse_step(report, state, note, by=by)
    if state == ReportState.DECIDED:
        prices.decide(report, decision=decision, decided_on=decided_on, by=by, at=at)
    if state == ReportState.PUBLISHED:
        prices.publish(report, by=by, at=at)
    store_changes(report, {"state": state, "changed_at": at}, action, by=by, at=at)
    _record_step(
        report,
        action,
        {"decision": decision, "decided_on": decided_on, "note": note},
        by=by,
        at=at,
    )
    return report


def may_move(by: Actor, report: TariffReport) -> list[str]:
    """The states to which the actor may bring the report, as they are offered."""
    return [
        str(after)
        for (before, after), actions in MOVES.items()
        if before == report.state
        and any(decision_on(by, action, report).allowed for action in actions)
        and not (after == ReportState.CHECKED and _checks_own(report, by))
    ]


def _action(by: Actor, report: TariffReport, state: str) -> Action:
    """The action that lets the actor take the step; the first of them where none does."""
    actions = MOVES.get((report.state, state), (Action.TARIFF_REPORT,))
    allowed = (one for one in actions if decision_on(by, one, report).allowed)
    return next(allowed, actions[0])


def _not_possible(report: TariffReport, state: str) -> str:
    wanted = ReportState(state).label if state in ReportState.values else state[:20]
    return _("Indberetningen er «%(now)s» og kan ikke blive «%(wanted)s».") % {
        "now": report.get_state_display(),
        "wanted": wanted,
    }


def _refuse_step(report: TariffReport, state: str, note: str, *, by: Actor) -> None:
    if state in {ReportState.DRAFT, ReportState.WITHDRAWN} and not note.strip():
        raise ValidationError({"note": _("Skriv, hvorfor.")})
    if state == ReportState.REPORTED:
        _refuse_unfit(report)
    if state == ReportState.CHECKED and _checks_own(report, by):
        text = _("Den, der kontrollerer, må ikke være fra den organisation, der indberetter.")
        raise Refused(Decision(False, text))


def _checks_own(report: TariffReport, by: Actor) -> bool:
    service: Any = report.service
    own = by.organisation_id is not None and by.organisation_id == service.facility.reporter_id
    return own and by.role != Role.SECRETARIAT


def _refuse_unfit(report: TariffReport) -> None:
    if said := what_stops(report):
        raise ValidationError(said)


def what_stops(report: TariffReport) -> list[str]:
    """Why a draft cannot be reported: it has no price, the rules stop it, or it says no reason."""
    content = content_of(report)
    said = []
    if content.budget is not None:
        worked = work_out(content.budget)
        said += [f"{path}: {text}" if path else text for path, text in worked.problems.items()]
        said += [f"{one.place}: {one.message}" for one in worked.errors]
        if not said and not set(worked.lines) <= set(content.lines):
            said.append(
                _("Priserne følger ikke længere af budgettet. Åbn indberetningen, og gem den igen.")
            )
    if not content.lines and not said:
        said.append(_("Der er ingen priser. Skriv et budget eller en pris."))
    known = prices.known_of(report.service_id)
    if prices.needs_reason(content.lines, known, report.valid_from) and not report.reason.strip():
        said.append(_("Taksten ændres. Skriv begrundelsen, før den indberettes."))
    return said


def _record_step(
    report: TariffReport,
    action: Action,
    said: Mapping[str, Any] | None = None,
    *,
    by: Actor,
    at: datetime,
) -> None:
    step = TariffReportStep(
        report=report,
        state=report.state,
        at=at,
        by_id=by.person_id,
        by_label=by.label[:200],
        content_hash=content_hash(report.content),
        **(said or {}),
    )
    store_new(step, action, by=by, at=at)
