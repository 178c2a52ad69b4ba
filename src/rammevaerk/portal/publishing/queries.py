"""The overview: what needs this person in this role, a few figures, and what is new."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rammevaerk.engine.date_words import date_text_da
from rammevaerk.portal.access.actions import Action, Role
from rammevaerk.portal.access.policy import Actor
from rammevaerk.portal.access.queries import roles_ending
from rammevaerk.portal.agreement.queries import (
    InitiativeView,
    PlanView,
    current_edition,
    latest_statuses,
    participation_without_count,
    plan_view,
)
from rammevaerk.portal.catalogue.queries.needs import catalogue_needs, places_free
from rammevaerk.portal.common.needs import Need
from rammevaerk.portal.meetings.queries.needs import meeting_needs
from rammevaerk.portal.placements.queries.contract_register import contract_needs
from rammevaerk.portal.placements.queries.needs import placement_needs
from rammevaerk.portal.settlement.queries.control_needs import control_needs
from rammevaerk.portal.settlement.queries.invoice_needs import invoice_needs
from rammevaerk.portal.settlement.queries.run_needs import run_needs
from rammevaerk.portal.settlement.queries.statement_needs import statement_needs
from rammevaerk.portal.tariffs.queries.needs import open_reports, tariff_needs

NEEDS_SHOWN = 8
_PRESSING = {"late": 0, "warning": 1}
NEWS_SHOWN = 6
ROLES_END_WITHIN = timedelta(days=30)
STATUS_GROWS_OLD_AFTER = timedelta(days=182)
TREND_OVER = timedelta(days=91)


@dataclass(frozen=True, slots=True)
class Figure:
    """One number with what it counts and where to see it."""

    value: int
    label: str
    url: str
    trend: str = ""


@dataclass(slots=True)
class Overview:
    """The home page of one person in one role."""

    edition: Any = None
    needs: list[Need] = field(default_factory=list)
    more_needs: int = 0
    figures: list[Figure] = field(default_factory=list)
    news: list[dict[str, Any]] = field(default_factory=list)


def overview(actor: Actor, *, today: date) -> Overview:
    """What the home page shows; empty for somebody without a role."""
    if actor.role is None:
        return Overview()
    edition = current_edition(actor, on=today)
    needs = [
        *_role_needs(actor, today),
        *meeting_needs(actor, on=today),
        *tariff_needs(actor, on=today),
        *catalogue_needs(actor, on=today),
        *placement_needs(actor, on=today),
        *contract_needs(actor),
        *run_needs(actor, on=today),
        *statement_needs(actor, on=today),
        *invoice_needs(actor, on=today),
        *control_needs(actor, on=today),
    ]
    page = Overview(edition=edition)
    if edition is not None:
        plan = plan_view(edition, actor, as_of=today)
        needs += _plan_needs(plan, actor)
        then = plan_view(edition, actor, as_of=today - TREND_OVER)
        page.figures = _figures(plan, then, actor)
        page.news = latest_statuses(edition, actor, on=today, count=NEWS_SHOWN)
        if actor.scope(Action.PARTICIPATION_REPORT) is not None:
            needs += _count_needs(edition, actor, today)
    page.figures += _tariff_figures(actor, today)
    # What is late comes first, then what is getting late; else in the order of the apps.
    needs.sort(key=lambda need: _PRESSING.get(need.kind, len(_PRESSING)))
    page.needs, page.more_needs = needs[:NEEDS_SHOWN], max(0, len(needs) - NEEDS_SHOWN)
    return page


def _role_needs(actor: Actor, today: date) -> Iterator[Need]:
    """What an administrator must see to: roles that run out."""
    if actor.role is not Role.ADMINISTRATOR:
        return
    for row, last_day in roles_ending(actor, after=today, before=today + ROLES_END_WITHIN):
        yield Need(
            title=_("Rollen som %(role)s for %(name)s slutter")
            % {"name": row.person.name, "role": row.get_role_display().lower()},
            url=reverse("access:organisation_detail", kwargs={"key": row.organisation.key}),
            kind="warning",
            mark=date_text_da(last_day),
        )


def _tariff_figures(actor: Actor, today: date) -> Iterator[Figure]:
    """Free places and open reports; nothing where no places were ever reported."""
    free = places_free(actor, on=today)
    if free is None:
        return
    url = f"{reverse('catalogue:facilities')}?ledige=1"
    yield Figure(free, ngettext("ledig plads", "ledige pladser", free), url)
    reports = open_reports(actor)
    yield Figure(
        reports,
        ngettext("åben takstindberetning", "åbne takstindberetninger", reports),
        reverse("tariffs:reports"),
    )


def _plan_needs(plan: PlanView, actor: Actor) -> Iterator[Need]:
    """Overdue initiatives: all of them for those who keep the plan, else one's own."""
    keeps_plan = actor.scope(Action.PLAN_EDIT) is not None
    for view in plan.late_first():
        if view.overdue and (keeps_plan or view.row.responsible_id == actor.organisation_id):
            yield _overdue(view)


def _overdue(view: InitiativeView) -> Need:
    when, late = min(
        ((one.planned, one) for one in view.milestones if one.planned and one.late),
        key=lambda pair: pair[0].last,
    )
    return Need(
        title=str(view.row),
        url=reverse("agreement:initiative", kwargs={"initiative_id": view.row.pk}),
        kind="late",
        mark=_("Overskredet"),
        note=_("%(step)s var ventet %(when)s") % {"step": late.row.title, "when": when.text_da()},
    )


def _count_needs(edition: Any, actor: Actor, today: date) -> Iterator[Need]:
    """Participations that nobody has counted: only for those who report their own."""
    if actor.scope(Action.PLAN_EDIT) is not None:
        return
    for row in participation_without_count(edition, actor, on=today):
        yield Need(
            title=str(row.initiative),
            url=reverse("agreement:count_new", kwargs={"participation_id": row.pk}),
            kind="info",
            mark=_("Antal mangler"),
            note=_("Hvor mange er med fra jer?"),
        )


def _figures(plan: PlanView, then: PlanView, actor: Actor) -> list[Figure]:
    url = reverse("agreement:plan", kwargs={"edition": plan.edition.slug})
    views = plan.initiatives
    overdue, overdue_then = (sum(1 for one in p.initiatives if one.overdue) for p in (plan, then))
    old, old_then = (sum(1 for one in p.initiatives if _old(one)) for p in (plan, then))
    mine = sum(1 for one in views if actor.organisation_id in one.participants)
    key = _my_key(plan, actor)
    figures = [
        Figure(len(views), ngettext("initiativ i planen", "initiativer i planen", len(views)), url),
        Figure(
            overdue,
            ngettext("overskredet", "overskredne", overdue),
            f"{url}?overskredet=1",
            _trend(overdue, overdue_then, then.as_of),
        ),
        Figure(
            old,
            _("uden ny status i et halvt år"),
            reverse("agreement:plan_findings", kwargs={"edition": plan.edition.slug}),
            _trend(old, old_then, then.as_of),
        ),
    ]
    if key:
        figures.append(Figure(mine, _("initiativer, I deltager i"), f"{url}?kommune={key}"))
    return figures


def _trend(now: int, then: int, day: date) -> str:
    """How a figure has moved, in words."""
    if now == then:
        return _("som %s") % date_text_da(day)
    text = _("%(n)s flere end %(day)s") if now > then else _("%(n)s færre end %(day)s")
    return text % {"n": abs(now - then), "day": date_text_da(day)}


def _old(view: InitiativeView) -> bool:
    limit = view.as_of - STATUS_GROWS_OLD_AFTER
    return not view.closed and (view.status is None or view.status.effective_on < limit)


def _my_key(plan: PlanView, actor: Actor) -> str:
    """The key of the actor's organisation when it is a party to the edition."""
    party = plan.edition.parties.filter(organisation_id=actor.organisation_id or 0)
    return str(party.values_list("organisation__key", flat=True).first() or "")
