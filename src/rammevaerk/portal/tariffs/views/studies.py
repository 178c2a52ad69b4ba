"""The model studio: what is kept, and a study with its levers."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET
from django_htmx.http import push_url

from rammevaerk.engine.errors import AmountOverflow, UnpricedPlacements, UnusableModel
from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.http import Request
from rammevaerk.portal.access.policy import decide, requires
from rammevaerk.portal.common.crumbs import Crumb, trail
from rammevaerk.portal.common.documents import DamagedDocument
from rammevaerk.portal.tariffs.calculate.studies import prepare
from rammevaerk.portal.tariffs.forms.studies import TABLES, Asked, read_levers
from rammevaerk.portal.tariffs.models import PlacementSet, Study, TariffModel
from rammevaerk.portal.tariffs.queries import studies as queries
from rammevaerk.portal.tariffs.queries.study_picture import StudyPicture, amount_da, picture_of
from rammevaerk.portal.tariffs.study_charts import chart_of_causes, charts_of, signed_da

_CANNOT = (UnusableModel, UnpricedPlacements, AmountOverflow, DamagedDocument)
_TABLE_WORDS = {
    "cost": gettext_lazy("Før og efter som billede"),
    "cell": gettext_lazy("Betaler × målgruppe"),
    "facility": gettext_lazy("Tilbud"),
    "operator": gettext_lazy("Driftsherrer"),
}


def studies_trail(*steps: tuple[str, str] | str) -> list[Crumb]:
    """Overblik › Økonomi › Modelstudier › steps."""
    economy = (_("Økonomi"), reverse("tariffs:overview"))
    if not steps:
        return trail(economy, _("Modelstudier"))
    return trail(economy, (_("Modelstudier"), reverse("tariffs:studies")), *steps)


@require_GET
@requires(Action.STUDY_READ)
def studies(request: Request) -> HttpResponse:
    context = {
        "crumbs": studies_trail(),
        "studies": queries.kept(queries.studies_of(request.actor), on=request.today),
        "models": queries.kept(queries.models_of(request.actor), on=request.today),
        "sets": queries.kept(queries.placements_of(request.actor), on=request.today),
        "manages": request.actor.scope(Action.STUDY_MANAGE) is not None,
    }
    return render(request, "tariffs/studies.html", context)


@require_GET
@requires(Action.STUDY_READ, TariffModel, "model_id")
def tariff_model(request: Request, row: TariffModel) -> HttpResponse:
    context = {
        "crumbs": studies_trail(row.name),
        "row": row,
        "made": queries.kept(TariffModel.objects.filter(pk=row.pk), on=request.today)[0],
        "manages": request.actor.scope(Action.STUDY_MANAGE) is not None,
    }
    return render(request, "tariffs/tariff_model.html", context)


@require_GET
@requires(Action.STUDY_READ, PlacementSet, "set_id")
def placement_set(request: Request, row: PlacementSet) -> HttpResponse:
    context = {
        "crumbs": studies_trail(row.name),
        "row": row,
        "made": queries.kept(PlacementSet.objects.filter(pk=row.pk), on=request.today)[0],
    }
    return render(request, "tariffs/placement_set.html", context)


@require_GET
@requires(Action.STUDY_READ, Study, "study_id")
def study(request: Request, row: Study) -> HttpResponse:
    """A study at the levers of the address; a moved lever ends at an address of its own."""
    try:
        prepared = prepared_of(row)
    except _CANNOT as refusal:
        return _cannot(request, row, refusal)
    asked = read_levers(request.GET.dict(), prepared)
    here = reverse("tariffs:study", args=[row.pk]) + _question(asked)
    if not (asked.settled or asked.refused or request.htmx):
        return redirect(here)
    picture = picture_of(
        row, request.actor, on=request.today, levers=asked.levers, neutral=asked.payer
    )
    context = {
        "crumbs": studies_trail(row.name),
        "row": row,
        "picture": picture,
        "asked": asked,
        "figures": _figures(picture),
        "question": _question(asked),
        "charts": charts_of(picture, asked.table),
        "cause_chart": chart_of_causes(picture),
        "payers": [
            payer for payer in prepared.moved.payers if not picture.sight.hides("payer", payer)
        ],
        "findings": _findings(picture),
        "more_tables": [(key, str(_TABLE_WORDS[key]), _question(asked, vis=key)) for key in TABLES],
        "more_table": picture.tables.get(asked.table),
        "identities_hold": all(one.difference == 0 for one in picture.identities),
        "shares": picture.shares("hour"),
        "zero": _zero_links(picture, asked),
        "manages": decide(request.actor, Action.STUDY_MANAGE, row).allowed,
    }
    template = "tariffs/study.html#studio" if request.htmx else "tariffs/study.html"
    answer = render(request, template, context, status=422 if asked.refused else 200)
    return answer if asked.refused or not request.htmx else push_url(answer, here)


def prepared_of(row: Study) -> Any:
    """The study's comparison, kept or worked out; errors as `prepare`."""
    return prepare(
        row.before.content,
        row.after.content,
        row.placements.sha256,
        row.placements.after_sha256,
    )


def _figures(picture: StudyPicture) -> list[tuple[str, str, int]]:
    """Before, after and change: as one says them, and to the øre."""
    before, after, change = picture.total
    return [
        (_("Før"), amount_da(before), before),
        (_("Efter"), amount_da(after), after),
        (_("Ændring"), signed_da(change), change),
    ]


def _question(asked: Asked, **other: str) -> str:
    query = {name: value for name, value in {**asked.query, **other}.items() if value}
    return f"?{urlencode(query)}" if query else ""


def _zero_links(picture: StudyPicture, asked: Asked) -> dict[str, str]:
    """The addresses at which each lever alone makes the change zero."""
    links = {}
    if picture.solved.hour is not None:
        links["hour"] = _question(asked, timepris=str(picture.solved.hour.best.rate), basis="")
    if picture.solved.basis is not None:
        links["basis"] = _question(asked, basis=str(picture.solved.basis.best.rate))
    if picture.solved.neutral is not None:
        neutral = picture.solved.neutral
        links["neutral"] = _question(
            asked, timepris=str(neutral.hour), basis=str(neutral.basis_change)
        )
    return links


def _findings(picture: StudyPicture) -> list[dict[str, str]]:
    return [{**one.as_dict(), "url": ""} for one in picture.prepared.found.findings]


def _cannot(request: Request, row: Study, refusal: Exception) -> HttpResponse:
    """A study that cannot be worked out says why, and can still be found."""
    context = {
        "crumbs": studies_trail(row.name),
        "row": row,
        "problems": problems_of(refusal),
    }
    return render(request, "tariffs/study_stopped.html", context)


def problems_of(refusal: Exception) -> list[str]:
    """Why models and placements cannot be worked out, in Danish."""
    if isinstance(refusal, UnusableModel):
        return list(refusal.problems)
    if isinstance(refusal, UnpricedPlacements):
        return [f"{one.place}: {one.message}" for one in refusal.findings]
    if isinstance(refusal, DamagedDocument):
        return [_("Filen med indskrivninger findes ikke længere, eller den er beskadiget.")]
    return [_("Beløbene er så store, at de ikke kan lægges sammen.")]
