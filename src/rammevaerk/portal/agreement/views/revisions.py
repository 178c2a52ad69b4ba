"""Correcting what stands: one page for everything that can be revised, safe against two at once."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.http import Request
from rammevaerk.portal.access.policy import requires
from rammevaerk.portal.access.revising import revise
from rammevaerk.portal.agreement import operations, queries
from rammevaerk.portal.agreement.forms import (
    AnnexForm,
    ChapterForm,
    EditionForm,
    GoalForm,
    ReviseAreaForm,
    ReviseForumForm,
    ReviseInitiativeForm,
    ReviseMilestoneForm,
)
from rammevaerk.portal.agreement.models import (
    Annex,
    Chapter,
    DevelopmentArea,
    Edition,
    Goal,
    Initiative,
    Milestone,
    OwnerForum,
)
from rammevaerk.portal.agreement.views.places import (
    agreements_place,
    edition_place,
    initiative_place,
)


@require_http_methods(["GET", "POST"])
@requires(Action.EDITION_MANAGE, Edition, "edition", field="slug")
def edition_revise(request: Request, edition: Edition) -> HttpResponse:
    place = edition_place(edition, _("Rediger"), _("Rediger %s") % edition.title)
    form = EditionForm(request.POST or None)
    return revise(request, edition, form, operations.revise_edition, place)


@require_http_methods(["GET", "POST"])
@requires(Action.EDITION_MANAGE, Chapter, "chapter_id")
def chapter_revise(request: Request, chapter: Chapter) -> HttpResponse:
    heading = _("Rediger kapitel %s") % chapter
    place = edition_place(chapter.edition, _("Rediger"), heading, "kapitler")
    form = ChapterForm(request.POST or None)
    return revise(request, chapter, form, operations.revise_chapter, place)


@require_http_methods(["GET", "POST"])
@requires(Action.EDITION_MANAGE, Annex, "annex_id")
def annex_revise(request: Request, annex: Annex) -> HttpResponse:
    heading = _("Rediger bilag %(number)s: %(title)s") % {
        "number": annex.number,
        "title": annex.title,
    }
    place = edition_place(annex.edition, _("Rediger"), heading, "bilag")
    form = AnnexForm(request.POST or None)
    return revise(request, annex, form, operations.revise_annex, place)


@require_http_methods(["GET", "POST"])
@requires(Action.PLAN_EDIT, DevelopmentArea, "area_id")
def area_revise(request: Request, area: DevelopmentArea) -> HttpResponse:
    heading = _("Rediger udviklingsområdet %s") % area.title
    place = edition_place(area.edition, _("Rediger"), heading, f"area-{area.pk}")
    form = ReviseAreaForm(request.POST or None)
    return revise(request, area, form, operations.revise_area, place)


@require_http_methods(["GET", "POST"])
@requires(Action.PLAN_EDIT, Goal, "goal_id")
def goal_revise(request: Request, goal: Goal) -> HttpResponse:
    area = goal.area
    heading = _("Rediger målsætning i %s") % area.title
    place = edition_place(area.edition, _("Rediger"), heading, f"area-{area.pk}")
    form = GoalForm(request.POST or None)
    return revise(request, goal, form, operations.revise_goal, place)


@require_http_methods(["GET", "POST"])
@requires(Action.PLAN_EDIT, OwnerForum, "forum_id")
def forum_revise(request: Request, forum: OwnerForum) -> HttpResponse:
    """A forum serves all editions; ``?udgave=`` says from whose plan somebody came."""
    heading = _("Rediger forummet %s") % forum.name
    edition = forum.agreement.editions.filter(slug=request.GET.get("udgave", "")).first()
    place = agreements_place(_("Rediger"), heading)
    if edition is not None:
        place = edition_place(edition, _("Rediger"), heading)
        place["back"] = reverse("agreement:plan", kwargs={"edition": edition.slug})
    form = ReviseForumForm(request.POST or None)
    return revise(request, forum, form, operations.revise_forum, place)


@require_http_methods(["GET", "POST"])
@requires(Action.STATUS_UPDATE, Milestone, "milestone_id")
def milestone_revise(request: Request, milestone: Milestone) -> HttpResponse:
    heading = _("Rediger milepælen %s") % milestone.title
    place = initiative_place(milestone.initiative, _("Rediger"), heading)
    place["explanation"] = _(
        "Her rettes, hvad milepælen er. Datoerne står i historikken og kan ikke rettes; en ny dato"
        " skrives under Opdater status."
    )
    return revise(
        request,
        milestone,
        ReviseMilestoneForm(request.POST or None),
        operations.revise_milestone,
        place,
    )


@require_http_methods(["GET", "POST"])
@requires(Action.PLAN_EDIT, Initiative, "initiative_id")
def initiative_revise(request: Request, row: Initiative) -> HttpResponse:
    choices = queries.initiative_choices(row.edition, on=request.today)
    form = ReviseInitiativeForm(
        request.POST or None, forums=choices["forums"], organisations=choices["organisations"]
    )
    place = initiative_place(row, _("Rediger"), _("Rediger %s") % row)
    columns = {"forum": "forum_id", "responsible": "responsible_id"}
    return revise(request, row, form, operations.revise_initiative, place, columns)
