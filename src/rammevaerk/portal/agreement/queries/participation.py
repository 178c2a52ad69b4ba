"""Who takes part in what, with how many, and what of it others may see."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import Actor, visible
from rammevaerk.portal.access.queries import names_on
from rammevaerk.portal.agreement.models import (
    Edition,
    Initiative,
    Participation,
    ParticipationCount,
)
from rammevaerk.portal.agreement.queries.plan import takes_part
from rammevaerk.portal.common.small_counts import small_count_limit


@dataclass(frozen=True, slots=True)
class CountView:
    """A count as the actor may see it: the figure, or that it is small."""

    row: ParticipationCount
    shown: str
    hidden: bool


@dataclass(frozen=True, slots=True)
class ParticipationView:
    """One organisation's participation in one initiative."""

    row: Participation
    name: str
    active: bool
    counts: tuple[CountView, ...]
    may_report: bool


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """One organisation across the initiatives; a cell is None where it takes no part."""

    organisation_id: int
    key: str
    name: str
    cells: tuple[ParticipationView | None, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Matrix:
    """Organisations as rows, initiatives as columns."""

    initiatives: tuple[Initiative, ...]
    rows: tuple[MatrixRow, ...]
    totals: tuple[int, ...]
    threshold: int
    threshold_verified: bool


def participation_matrix(edition: Edition, actor: Actor, *, as_of: date, today: date) -> Matrix:
    """Every party across every initiative that has participants."""
    rows = visible(
        Participation.objects.filter(initiative__edition=edition), actor, Action.PLAN_READ
    )
    views = [view for view in _participation_views(rows, actor, as_of, today) if view.active]
    cells = {(view.row.organisation_id, view.row.initiative_id): view for view in views}
    initiatives = sorted(
        {view.row.initiative for view in views},
        key=lambda row: (row.goal.area.number, row.position),
    )
    organisations = {
        p.organisation_id: p.organisation for p in edition.parties.select_related("organisation")
    }
    organisations |= {view.row.organisation_id: view.row.organisation for view in views}
    names = names_on(list(organisations), on=as_of, short=True)
    matrix_rows = [
        _row(pk, organisation.key, names[pk], [cells.get((pk, i.pk)) for i in initiatives])
        for pk, organisation in organisations.items()
    ]
    limit = small_count_limit(today)
    return Matrix(
        initiatives=tuple(initiatives),
        rows=tuple(sorted(matrix_rows, key=lambda row: row.name)),
        totals=tuple(
            sum(1 for row in matrix_rows if row.cells[n]) for n in range(len(initiatives))
        ),
        threshold=limit[0],
        threshold_verified=limit[1],
    )


def _row(pk: int, key: str, name: str, cells: list[ParticipationView | None]) -> MatrixRow:
    return MatrixRow(pk, key, name, tuple(cells), sum(1 for cell in cells if cell))


def participations_of(
    initiative: Initiative, actor: Actor, *, as_of: date, today: date
) -> list[ParticipationView]:
    """The participations of one initiative, by name."""
    rows = visible(Participation.objects.filter(initiative=initiative), actor, Action.PLAN_READ)
    return sorted(_participation_views(rows, actor, as_of, today), key=lambda view: view.name)


def _participation_views(
    rows: "QuerySet[Participation]", actor: Actor, as_of: date, today: date
) -> list[ParticipationView]:
    found = list(
        rows.select_related("organisation", "initiative__goal__area").prefetch_related("counts")
    )
    names = names_on([row.organisation_id for row in found], on=as_of, short=True)
    reportable = set(
        visible(
            Participation.objects.filter(pk__in=[row.pk for row in found]),
            actor,
            Action.PARTICIPATION_REPORT,
        ).values_list("pk", flat=True)
    )
    limit, _verified = small_count_limit(today)
    return [
        ParticipationView(
            row=row,
            name=names[row.organisation_id],
            active=takes_part(row, as_of),
            counts=tuple(
                _count(count, limit, own=row.pk in reportable)
                for count in newest_counts(row.counts.all(), as_of)
            ),
            may_report=row.pk in reportable,
        )
        for row in found
    ]


def newest_counts(rows: Iterable[ParticipationCount], as_of: date) -> list[ParticipationCount]:
    """Of the counts known on the day, the last report for each thing counted and period."""
    known = [row for row in rows if row.as_of is None or row.as_of <= as_of]
    known.sort(key=lambda row: (row.registered_at, row.pk))
    newest = {
        (row.participation_id, row.unit.casefold(), row.period_from, row.period_to): row
        for row in known
    }
    return sorted(newest.values(), key=lambda row: (row.unit, -row.period_to.toordinal()))


def _count(row: ParticipationCount, limit: int, *, own: bool) -> CountView:
    # Being in such an initiative is sensitive in itself: a handful of people in one municipality
    # is shown only to those who report it.
    hidden = not own and 0 < row.value < limit
    return CountView(row, f"færre end {limit}" if hidden else str(row.value), hidden)


def participation_without_count(edition: Edition, actor: Actor, *, on: date) -> list[Participation]:
    """The actor's own participations for which nobody has reported how many."""
    rows = Participation.objects.filter(
        initiative__edition=edition,
        organisation_id=actor.organisation_id or 0,
        counts__isnull=True,
    ).select_related("initiative")
    rows = visible(rows, actor, Action.PARTICIPATION_REPORT)
    return [row for row in rows if takes_part(row, on)]
