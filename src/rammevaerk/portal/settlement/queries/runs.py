"""Settlement runs as pages show them: lists, sums by payer, lines, and what a month was before."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rammevaerk.engine.date_words import date_text_da
from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.actions import Scope as Reach
from rammevaerk.portal.access.policy import Actor, visible
from rammevaerk.portal.access.queries import cooperations, names_on
from rammevaerk.portal.catalogue.queries.services import services_of
from rammevaerk.portal.common.templatetags.danish import dato_tid
from rammevaerk.portal.settlement.calculate.billing import Billing
from rammevaerk.portal.settlement.calculate.reconciliation import month_text_da
from rammevaerk.portal.settlement.calculate.snapshot import after_month, month_of
from rammevaerk.portal.settlement.models import (
    LineStanding,
    SettlementLine,
    SettlementRun,
    Statement,
)
from rammevaerk.portal.settlement.models.runs import RunState
from rammevaerk.portal.settlement.queries.settled_since import HELD

TAGS: Mapping[str, str] = {
    RunState.WORKING: "active",
    RunState.FAILED: "error",
    RunState.DRAFT: "draft",
    RunState.REVIEWED: "awaiting_decision",
    RunState.AGREED: "approved",
    RunState.INVOICED: "completed",
    RunState.DISCARDED: "dropped",
}
_GONE = (LineStanding.State.REPLACED, LineStanding.State.DISCARDED)


@dataclass(frozen=True, slots=True)
class RunRow:
    """One run in a list."""

    run: SettlementRun
    month: str
    owner: str
    about: str
    tag: str
    lines: int
    total_ore: int


def seen_runs(actor: Actor) -> "QuerySet[SettlementRun]":
    """The runs the actor may see."""
    return visible(SettlementRun.objects.all(), actor, Action.SETTLEMENT_READ)


def run_rows(runs: Sequence[SettlementRun], *, on: date) -> list[RunRow]:
    """What a list shows of runs, in their order."""
    ids = {one for run in runs for one in (run.owner_id, run.operator_id) if one is not None}
    names = names_on(sorted(ids), on=on, short=True)
    sums = {
        run: (lines, ore)
        for run, lines, ore in Statement.objects.filter(run__in=[run.pk for run in runs])
        .order_by()
        .values_list("run_id")
        .annotate(count=Sum("lines_count"), ore=Sum("total_ore"))
    }
    return [
        RunRow(
            run,
            month_text_da(run.month),
            names.get(run.owner_id, ""),
            about(run, names),
            TAGS[run.state],
            *sums.get(run.pk, (0, 0)),
        )
        for run in runs
    ]


def about(run: SettlementRun, names: Mapping[int, str]) -> str:
    """What a run covers, in words."""
    if run.facility is not None:
        return str(run.facility)
    if run.operator_id is not None:
        return names.get(run.operator_id, "")
    return _("hele samarbejdet") if run.joint else _("egne tilbud")


@dataclass(frozen=True, slots=True)
class PayerRow:
    """What one statement says one payer owes one operator, beside the month before.

    `reporter` is who acts for the operator, where that is another.
    """

    operator: str
    reporter: str
    payer: str
    lines: int
    days: int
    total_ore: int
    earlier_ore: int
    before_ore: int
    statement_id: int | None = None
    state: str = ""
    internal: bool = False

    @property
    def change_ore(self) -> int:
        """How much more the month itself comes to than the one before."""
        return self.total_ore - self.earlier_ore - self.before_ore


# Operator, reporter, payer: a statement of a run.
_Key = tuple[int, int, int]


def _key(row: Any) -> _Key:
    return row.operator_id, row.reporter_id, row.payer_id


def preview_rows(billing: Billing) -> list[PayerRow]:
    """A preview's sums, one for each statement that the run will make."""
    snapshot = billing.settled.snapshot
    own = snapshot.billed_from
    sums: defaultdict[_Key, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for one in billing.lines:
        line = one.line
        _add(sums[_key(line)], line.days, line.total_ore, line.first < own)
    for taken in billing.taken:
        if taken.by_a_line:
            facts = taken.standing.facts
            key = int(facts.operator), taken.standing.reporter_id, int(facts.payer)
            _add(sums[key], -facts.days, -facts.total_ore, facts.first < own)
    month = month_of(after_month(own, -1))
    before: defaultdict[_Key, int] = defaultdict(int)
    for line in billing.settled.lines:
        if line.month == month:
            before[_key(line)] += line.total_ore
    rows = [
        PayerRow(
            *_names(key, snapshot.names),
            lines,
            days,
            ore,
            earlier,
            before.get(key, 0),
            internal=key[0] == key[2],
        )
        for key, (lines, days, ore, earlier) in sums.items()
    ]
    return sorted(rows, key=_by_name)


def _add(own: list[int], days: int, ore: int, earlier: bool) -> None:
    own[0] += 1
    own[1] += days
    own[2] += ore
    own[3] += ore if earlier else 0


def _names(key: _Key, names: Mapping[int, str]) -> tuple[str, str, str]:
    operator, reporter, payer = key
    other = names.get(reporter, "") if reporter != operator else ""
    return names.get(operator, ""), other, names.get(payer, "")


def _by_name(row: PayerRow) -> tuple[str, str, str]:
    return row.operator.casefold(), row.payer.casefold(), row.reporter.casefold()


def statement_sums(run: SettlementRun, actor: Actor, *, on: date) -> list[PayerRow]:
    """A run's sums by statement, beside the month before."""
    statements = list(
        visible(Statement.objects.filter(run=run), actor, Action.SETTLEMENT_READ).order_by("pk")
    )
    names = names_on(sorted({pk for one in statements for pk in _key(one)}), on=on, short=True)
    earlier = _earlier(run)
    before = _before(run, statements)
    rows = [
        PayerRow(
            *_names(_key(one), names),
            one.lines_count,
            one.days,
            one.total_ore,
            earlier.get(one.pk, 0),
            before.get(_key(one), 0),
            one.pk,
            one.state,
            one.internal,
        )
        for one in statements
    ]
    return sorted(rows, key=_by_name)


def _earlier(run: SettlementRun) -> dict[int, int]:
    rows = (
        SettlementLine.objects.filter(statement__run=run, valid_from__lt=run.month)
        .exclude(standing__state__in=_GONE)
        .values("statement_id")
        .annotate(ore=Sum("total_ore"))
        .order_by()
    )
    return {row["statement_id"]: row["ore"] for row in rows}


def _before(run: SettlementRun, statements: Iterable[Statement]) -> dict[_Key, int]:
    """What the runs of the month before said the same parties owed for that month itself."""
    month = after_month(run.month, -1)
    earlier = SettlementRun.objects.filter(
        cooperation_id=run.cooperation_id, month=month, state__in=HELD
    )
    found: dict[_Key, int] = defaultdict(int)
    operators = {one.operator_id for one in statements}
    for other in earlier:
        late = _earlier(other)
        rows = Statement.objects.filter(run=other, operator_id__in=operators)
        for one in rows:
            found[_key(one)] += one.total_ore - late.get(one.pk, 0)
    return found


@dataclass(frozen=True, slots=True)
class LineFilter:
    """What the lines of a run are narrowed by; empty values do not narrow."""

    text: str = ""
    operator_id: int | None = None
    payer_id: int | None = None
    state: str = ""
    kind: str = ""
    earlier: bool = False


def run_lines(run: SettlementRun, actor: Actor, asked: LineFilter) -> "QuerySet[SettlementLine]":
    """The lines of a run that the actor may see, narrowed."""
    rows = visible(SettlementLine.objects.all(), actor, Action.SETTLEMENT_READ)
    rows = rows.filter(statement__run=run)
    for column, value in (
        ("statement__operator_id", asked.operator_id),
        ("statement__payer_id", asked.payer_id),
        ("standing__state", asked.state),
        ("kind", asked.kind),
    ):
        if value:
            rows = rows.filter(**{column: value})
    if asked.text:
        rows = rows.filter(Q(part__icontains=asked.text) | Q(text__icontains=asked.text))
    if asked.earlier:
        rows = rows.filter(valid_from__lt=run.month)
    # What is taken back stands before what comes instead.
    first = F("reverses_id").asc(nulls_last=True)
    return rows.order_by("statement_id", "part", "valid_from", first, "pk")


def with_sides(rows: "QuerySet[SettlementLine]") -> "QuerySet[SettlementLine]":
    """With what a list of lines shows of each."""
    return rows.select_related("statement", "standing", "service__facility", "reverses")


def state_counts(run: SettlementRun) -> dict[str, int]:
    """How many of a run's lines stand in each state."""
    rows = LineStanding.objects.filter(line__statement__run=run).order_by()
    return dict(rows.values_list("state").annotate(Count("pk")))


@dataclass(frozen=True, slots=True)
class Choices:
    """What a new run may be for: (id, name) of cooperations, operators and facilities."""

    cooperations: list[tuple[int, str]]
    operators: list[tuple[int, str]]
    facilities: list[tuple[int, str]]
    joint: bool


def choices_for(actor: Actor, *, on: date) -> Choices:
    """The cooperations, operators and facilities that the actor may settle."""
    joint = actor.scope(Action.SETTLEMENT_RUN) is not Reach.OWN
    services = services_of(actor, on=None).order_by()
    if not joint:
        services = services.filter(facility__reporter_id=actor.organisation_id)
    found = set(
        services.values_list("facility__operator_id", "facility_id", "facility__name").distinct()
    )
    names = names_on(sorted({row[0] for row in found}), on=on, short=True)
    return Choices(
        cooperations=[(one.pk, one.name) for one in cooperations(actor).order_by("name")],
        operators=sorted(names.items(), key=lambda pair: pair[1].casefold()),
        facilities=sorted({row[1:] for row in found}, key=lambda pair: pair[1].casefold()),
        joint=joint,
    )


def run_facts(run: SettlementRun, names: Mapping[int, str]) -> list[dict[str, Any]]:
    """What a run was made from and by, as facts."""
    back = ngettext("%s måned", "%s måneder", run.months_back) % run.months_back
    begun = dato_tid(run.created_at)
    who = run.created_by.name if run.created_by else ""
    facts = [
        {"label": _("Omfatter"), "value": about(run, names)},
        {"label": _("Køres af"), "value": names.get(run.owner_id, "")},
        {"label": _("Begyndt"), "value": ", ".join(filter(None, [begun, who]))},
        {
            "label": _("Krav rejst den"),
            "value": date_text_da(run.claimed_on),
            "note": _("de 12 måneder er regnet tilbage fra den dag"),
        },
        {
            "label": _("Ser efter ændringer i"),
            "value": back if run.months_back else _("ingen tidligere måneder"),
        },
    ]
    if run.rules_sha256:
        made = _("Rammeværk %(version)s, regelsæt %(rules)s") % {
            "version": run.engine_version,
            "rules": run.rules_sha256[:16],
        }
        facts.append({"label": _("Beregnet med"), "value": made})
    return facts
