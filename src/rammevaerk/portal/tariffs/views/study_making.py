"""Making what the studio keeps: models, sets of placements, studies."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.http import Request
from rammevaerk.portal.access.policy import requires
from rammevaerk.portal.access.queries import cooperations
from rammevaerk.portal.common.forms import carried_out, row_id, status_of
from rammevaerk.portal.tariffs import operations
from rammevaerk.portal.tariffs.calculate.model_from_tariffs import write_model
from rammevaerk.portal.tariffs.forms.studies import (
    FromTariffsForm,
    ModelForm,
    PlacementsForm,
    StudyForm,
)
from rammevaerk.portal.tariffs.queries import studies as queries
from rammevaerk.portal.tariffs.queries.priced_services import operators_priced, priced_services
from rammevaerk.portal.tariffs.views.studies import studies_trail


def _cooperations(request: Request) -> list[tuple[int, str]]:
    return [
        (row.pk, row.name)
        for row in cooperations(request.actor)
        if row.pk in request.actor.cooperation_ids
    ]


def _how(request: Request, form: BaseForm) -> dict[str, Any]:
    """Whose it is, what it is called, and who does it."""
    values = form.cleaned_data
    chosen = {row.pk: row for row in cooperations(request.actor)}
    return {
        "cooperation": chosen[values["cooperation"]],
        "organisation_id": request.actor.organisation_id,
        "name": values["name"],
        "note": values["note"],
        "by": request.actor,
        "at": request.at,
    }


def _page(
    request: Request,
    form: BaseForm,
    work: Callable[[], Any],
    words: dict[str, str],
    said: Callable[[Any], str] | None = None,
) -> HttpResponse:
    """The form alone on its page; when it is carried out, the page of what was made."""
    made: list[Any] = []
    if carried_out(form, lambda: made.append(work())):
        messages.success(request, said(made[0]) if said else words["done"])
        return redirect(words["goal"], made[0].pk)
    context = {
        "crumbs": studies_trail(words["heading"]),
        "form": form,
        "back": reverse("tariffs:studies"),
        **words,
    }
    return render(request, "plain_form.html", context, status=status_of(form))


@require_http_methods(["GET", "POST"])
@requires(Action.STUDY_MANAGE)
def model_new(request: Request) -> HttpResponse:
    """A model as text or file; `?fra=` begins with another model's text."""
    form = ModelForm(
        request.POST or None,
        request.FILES or None,
        cooperations=_cooperations(request),
        too_large=getattr(request, "upload_too_large", ""),
        initial=_begun_from(request),
    )
    return _page(
        request,
        form,
        lambda: operations.keep_model(content=form.cleaned_data["content"], **_how(request, form)),
        {
            "heading": _("Ny takstmodel"),
            "explanation": _(
                "En model gemmes, som den er, og ændres ikke siden; en rettet model er en ny."
                " Hvad der ikke kan bruges, bliver sagt med sted."
            ),
            "button": _("Gem modellen"),
            "done": _("Modellen er gemt."),
            "goal": "tariffs:tariff_model",
        },
    )


def _begun_from(request: Request) -> dict[str, str]:
    pk = row_id(request.GET.get("fra", ""))
    row = queries.models_of(request.actor).filter(pk=pk).first() if pk else None
    if row is None:
        return {}
    return {"name": _("%s, rettet") % row.name, "content": row.content}


@require_http_methods(["GET", "POST"])
@requires(Action.STUDY_MANAGE)
def model_from_tariffs(request: Request) -> HttpResponse:
    """A model of the tariffs that hold on a day."""
    form = FromTariffsForm(
        request.POST or None,
        cooperations=_cooperations(request),
        operators=operators_priced(request.actor, on=request.today),
        initial={"on": request.today},
    )
    left_out: list[str] = []

    def work() -> Any:
        values, how = form.cleaned_data, _how(request, form)
        services = priced_services(
            request.actor, on=values["on"], operator_id=values.get("operator") or None
        )
        written = write_model(values["name"], services, on=values["on"], share=values["share"])
        if not written.prices:
            text = _("Der er ingen takster den dag, som en model kan bygges af.")
            raise ValidationError({"on": text})
        left_out.extend(written.left_out)
        return operations.keep_model(content=written.content, **how)

    def said(_row: Any) -> str:
        text = _("Modellen er bygget af taksterne og gemt.")
        if not left_out:
            return text
        count = len(left_out)
        more = ngettext(
            "%(n)s takst kunne ikke komme med; den står nederst i modellen.",
            "%(n)s takster kunne ikke komme med; de står nederst i modellen.",
            count,
        )
        return f"{text} {more % {'n': count}}"

    return _page(
        request,
        form,
        work,
        {
            "heading": _("Takstmodel af de gældende takster"),
            "explanation": _(
                "Hvert tilbud kommer med, som dets takster er bygget: helhedstakster, basis og"
                " timer eller basis alene. Tilbuddet hedder i modellen det samme som sin nøgle."
            ),
            "button": _("Byg modellen"),
            "goal": "tariffs:tariff_model",
        },
        said,
    )


@require_http_methods(["GET", "POST"])
@requires(Action.STUDY_MANAGE)
def placements_new(request: Request) -> HttpResponse:
    form = PlacementsForm(
        request.POST or None,
        request.FILES or None,
        cooperations=_cooperations(request),
        too_large=getattr(request, "upload_too_large", ""),
    )
    return _page(
        request,
        form,
        lambda: operations.keep_placements(files=form.handed_in(), **_how(request, form)),
        {
            "heading": _("Nyt sæt af indskrivninger"),
            "explanation": _(
                "Indskrivninger er pseudonyme: hver har et nummer, der ikke er et personnummer."
                " Kun de nævnte kolonner gemmes; filen selv gemmes ikke."
            ),
            "button": _("Gem indskrivningerne"),
            "done": _("Indskrivningerne er gemt."),
            "goal": "tariffs:placement_set",
        },
    )


@require_http_methods(["GET", "POST"])
@requires(Action.STUDY_MANAGE)
def study_new(request: Request) -> HttpResponse:
    models, sets = queries.models_of(request.actor), queries.placements_of(request.actor)
    form = StudyForm(
        request.POST or None,
        cooperations=_cooperations(request),
        models=_named(queries.kept(models, on=request.today)),
        sets=_named(queries.kept(sets, on=request.today)),
    )

    def work() -> Any:
        values = form.cleaned_data
        return operations.keep_study(
            before=models.get(pk=values["before"]),
            after=models.get(pk=values["after"]),
            placements=sets.get(pk=values["placements"]),
            **_how(request, form),
        )

    return _page(
        request,
        form,
        work,
        {
            "heading": _("Nyt modelstudie"),
            "explanation": _("To modeller regnes på de samme indskrivninger."),
            "button": _("Gem studiet"),
            "done": _("Studiet er gemt."),
            "goal": "tariffs:study",
        },
    )


def _named(rows: list[queries.KeptRow]) -> list[tuple[int, str]]:
    return [(one.row.pk, f"{one.row.name} ({one.organisation})") for one in rows]
