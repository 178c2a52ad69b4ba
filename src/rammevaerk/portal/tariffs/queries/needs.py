"""What needs somebody: for the overview, and for the front page of the economy with deadlines."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rammevaerk.engine.date_words import date_text_da
from rammevaerk.engine.errors import NoRuleForDate
from rammevaerk.engine.parameters import Parameters, ParameterValue
from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import Actor, visible
from rammevaerk.portal.common.clock import day_of
from rammevaerk.portal.common.needs import Need
from rammevaerk.portal.tariffs.models import ReportState, TariffFile
from rammevaerk.portal.tariffs.queries.files import files_of
from rammevaerk.portal.tariffs.queries.reportable import (
    Reportable,
    next_year,
    reportable_services,
)
from rammevaerk.portal.tariffs.queries.reports import (
    OPEN,
    ReportRow,
    decided_lately,
    report_rows,
    seen_reports,
)

_DEADLINES = ("deadlines/budget_public", "deadlines/budget_private")
_MOST = 12
# How long before the last day for the budgets what is missing is said on the front page.
_SAID_BEFORE = timedelta(days=92)
_WAITING_FILES = (TariffFile.State.MAPPING, TariffFile.State.PROPOSED)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Reports that wait for one step; `more` are beyond those shown."""

    state: ReportState
    rows: tuple[ReportRow, ...]
    more: int


@dataclass(frozen=True, slots=True)
class Deadline:
    """A day by which budgets of a year must be in, and how far off it is."""

    rule: ParameterValue
    day: date
    year: int
    days_left: int

    @property
    def passed(self) -> bool:
        """Whether the day has gone by."""
        return self.days_left < 0


# Which step waits for whom: who may take it.
_STEPS = (
    (ReportState.DRAFT, Action.TARIFF_REPORT),
    (ReportState.REPORTED, Action.TARIFF_CHECK),
    (ReportState.CHECKED, Action.TARIFF_DECIDE),
    (ReportState.DECIDED, Action.TARIFF_PUBLISH),
)


def waiting(actor: Actor, *, on: date) -> list[Waiting]:
    """The reports whose next step the actor may take, by step; what is his own affair first."""
    found = []
    # Those who check may write drafts too, but do it for others.
    checks = actor.scope(Action.TARIFF_CHECK) is not None
    for state, action in (*_STEPS[1:], _STEPS[0]) if checks else _STEPS:
        if actor.scope(action) is None:
            continue
        rows = visible(seen_reports(actor), actor, action).filter(state=state)
        count = rows.count()
        if count:
            shown = report_rows(rows.order_by("valid_from", "changed_at", "id")[:_MOST], on=on)
            found.append(Waiting(state, tuple(shown), count - len(shown)))
    return found


def any_step(actor: Actor) -> bool:
    """Whether the actor takes any of the steps, so that something can wait for him."""
    return any(actor.scope(action) is not None for _state, action in _STEPS)


def deadlines(today: date) -> list[Deadline]:
    """The days by which the budgets of the coming year must be handed in, by the rules."""
    year = next_year(today)
    parameters = Parameters.load()
    found = []
    for key in _DEADLINES:
        try:
            rule = parameters.on(key, date(year - 1, 1, 1))
        except NoRuleForDate:
            continue
        month, day = (int(part) for part in str(rule.value).split("-"))
        due = date(year - 1, month, day)
        found.append(Deadline(rule, due, year, (due - today).days))
    return sorted(found, key=lambda one: one.day)


def lately(actor: Actor, *, on: date, at: datetime) -> list[ReportRow]:
    """What was decided last, for everybody who may read."""
    return report_rows(decided_lately(actor, at=at)[:_MOST], on=on)


def reporting(actor: Actor, *, on: date) -> list[Reportable]:
    """The services the actor reports on for the coming year, and how far each has come."""
    if actor.scope(Action.TARIFF_REPORT) is None:
        return []
    return reportable_services(actor, year=next_year(on))


def tariff_needs(actor: Actor, *, on: date) -> list[Need]:
    """One line for each step that waits, and for what is missing; files to confirm by name."""
    return [*_files(actor), *_steps(actor), *_missing(actor, on)]


def open_reports(actor: Actor) -> int:
    """How many reports the actor sees that are not decided."""
    return seen_reports(actor).filter(state__in=OPEN).count()


def _files(actor: Actor) -> Iterator[Need]:
    """The files of the actor's own organisation that wait for him."""
    if actor.scope(Action.TARIFF_REPORT) is None or actor.organisation_id is None:
        return
    rows = files_of(actor).filter(organisation_id=actor.organisation_id, state__in=_WAITING_FILES)
    for row in rows.order_by("uploaded_at", "id")[:_MOST]:
        yield Need(
            title=_("Takstfilen «%s»") % row.name,
            url=reverse("tariffs:file", kwargs={"file_id": row.pk}),
            kind="awaiting_decision",
            mark=str(row.get_state_display()),
            note=_("Indlæst %s") % date_text_da(day_of(row.uploaded_at)),
        )


def _steps(actor: Actor) -> Iterator[Need]:
    checks = actor.scope(Action.TARIFF_CHECK) is not None
    for state, action in _STEPS:
        # Those who check leave the drafts to those who write them.
        if actor.scope(action) is None or (checks and state == ReportState.DRAFT):
            continue
        rows = visible(seen_reports(actor), actor, action).filter(state=state)
        found = list(rows.order_by("valid_from", "changed_at", "id").values_list("pk", flat=True))
        if found:
            yield _step(state, found)


def _step(state: ReportState, found: Sequence[int]) -> Need:
    count = len(found)
    words = {
        ReportState.DRAFT: (
            ngettext(
                "%(n)s kladde til takster skal indberettes",
                "%(n)s kladder til takster skal indberettes",
                count,
            ),
            _("Kladde"),
        ),
        ReportState.REPORTED: (
            ngettext(
                "%(n)s takstindberetning skal kontrolleres",
                "%(n)s takstindberetninger skal kontrolleres",
                count,
            ),
            _("Til kontrol"),
        ),
        ReportState.CHECKED: (
            ngettext(
                "%(n)s kontrolleret takstindberetning venter på beslutning",
                "%(n)s kontrollerede takstindberetninger venter på beslutning",
                count,
            ),
            _("Til beslutning"),
        ),
        ReportState.DECIDED: (
            ngettext(
                "%(n)s besluttet takstindberetning skal offentliggøres",
                "%(n)s besluttede takstindberetninger skal offentliggøres",
                count,
            ),
            _("Til offentliggørelse"),
        ),
    }
    text, mark = words[state]
    one = reverse("tariffs:report", kwargs={"report_id": found[0]})
    many = f"{reverse('tariffs:reports')}?{urlencode({'tilstand': str(state)})}"
    return Need(
        title=text % {"n": count},
        url=one if count == 1 else many,
        kind="draft" if state == ReportState.DRAFT else "awaiting_decision",
        mark=mark,
    )


def _missing(actor: Actor, on: date) -> Iterator[Need]:
    """What is missing for the coming year, from some time before the last day for it."""
    due = max(deadlines(on), key=lambda one: one.day, default=None)
    if due is None or due.day - on > _SAID_BEFORE:
        return
    count = sum(1 for one in reporting(actor, on=on) if one.missing)
    if not count:
        return
    text = ngettext(
        "%(n)s ydelse mangler takst for %(year)s", "%(n)s ydelser mangler takst for %(year)s", count
    )
    yield Need(
        title=text % {"n": count, "year": due.year},
        url=reverse("tariffs:report_choose"),
        kind="late" if due.passed else "not_started",
        mark=_("Overskredet") if due.passed else _("Mangler"),
        note=_("Budgettet skulle være inde %s") % date_text_da(due.day)
        if due.passed
        else _("Frist %s") % date_text_da(due.day),
    )
