"""Signs of irregularity: the list, one with its proof, and what is done about it."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from rammevaerk.exchange.listing import ColumnKind, ListColumn, write_listing
from rammevaerk.portal.access.actions import Action, Scope
from rammevaerk.portal.access.http import Request
from rammevaerk.portal.access.policy import decide, requires
from rammevaerk.portal.common.forms import carried_out, status_of
from rammevaerk.portal.settlement.forms.irregularities import FollowUpForm, read_sign_filter
from rammevaerk.portal.settlement.models import IrregularitySign, SignFollowUp
from rammevaerk.portal.settlement.operations import irregularities as operations
from rammevaerk.portal.settlement.queries import irregularities as queries
from rammevaerk.portal.settlement.views.places import XLSX, attached, economy_trail

_ON_A_PAGE = 50
_MOST_ROWS = 10_000


def _trail(*steps: tuple[str, str] | str) -> Any:
    here: tuple[str, str] | str = _("Uregelmæssigheder")
    if steps:
        here = (_("Uregelmæssigheder"), reverse("settlement:signs"))
    return economy_trail(here, *steps)


def _own(request: Request) -> bool:
    """Whether it is a buyer that looks, at its own purchases."""
    return request.actor.scope(Action.IRREGULARITY_READ) is Scope.OWN


@require_GET
@requires(Action.IRREGULARITY_READ)
def signs(request: Request) -> HttpResponse:
    wanted = read_sign_filter(request.GET)
    found = queries.signs_found(request.actor, wanted)
    page = Paginator(found, _ON_A_PAGE).get_page(request.GET.get("side"))
    context = {
        "crumbs": _trail(),
        "filter": wanted,
        "kinds": IrregularitySign.Kind.choices,
        "states": SignFollowUp.State.choices,
        "open": queries.open_by_kind(request.actor),
        "page": page,
        "rows": queries.states_of(page),
        "count": page.paginator.count,
        "search": queries.newest_search(request.actor),
        "own": _own(request),
        "synthetic": any(one.facility.synthetic for one in page),
        "may_manage": request.actor.scope(Action.IRREGULARITY_MANAGE) is not None,
    }
    return render(request, "settlement/irregularities.html", context)


_COLUMNS = (
    ListColumn("Tegn", width=30),
    ListColumn("Tilbud", width=34),
    ListColumn("Hvor", width=44),
    ListColumn("Tal", width=40),
    ListColumn("Holdt op mod", width=44),
    ListColumn("Hvad det siger", width=50),
    ListColumn("Det kan også skyldes", width=60),
    ListColumn("Bevis", width=60),
    ListColumn("Tilstand", width=26),
    ListColumn("Dato", ColumnKind.DAY, 18),
    ListColumn("Begrundelse", width=50),
)


@require_GET
@requires(Action.IRREGULARITY_READ)
def signs_workbook(request: Request) -> HttpResponse:
    """The signs as they are narrowed, for the dialogue with Socialtilsynet."""
    found = queries.signs_found(request.actor, read_sign_filter(request.GET))[:_MOST_ROWS]
    rows = [
        [
            one.get_kind_display(),
            one.facility.name,
            one.place,
            one.found,
            one.expected,
            str(queries.MEANING_DA[one.kind]),
            "; ".join(map(str, queries.ALSO_DA[one.kind])),
            "; ".join(f"{label}: {text}" for label, text in one.proof),
            words,
            one.stood_on,
            one.stood_reason or "",
        ]
        for one, words, _kind in queries.states_of(found)
    ]
    about = [
        (
            _("Om arket"),
            _("Et tegn siger, at nogen bør se efter; det siger ikke, at noget er galt."),
        ),
        (_("Grænser"), _("Grænserne er systemets egne og ikke fastsat af en myndighed.")),
    ]
    content = write_listing(
        _("Tegn på uregelmæssighed"), _COLUMNS, rows, about=about, at=request.at
    )
    return attached(content, XLSX, "Tegn på uregelmæssighed.xlsx")


@require_POST
@requires(Action.IRREGULARITY_MANAGE)
def signs_search(request: Request) -> HttpResponse:
    """Have the last year looked through."""
    if request.POST.get("hvad") != "seneste":
        return redirect("settlement:signs")
    operations.ask_search(by=request.actor, at=request.at)
    messages.success(
        request, _("Søgningen er sat i gang. Genindlæs siden om lidt for at se, hvad der kom ud.")
    )
    return redirect("settlement:signs")


@require_GET
@requires(Action.IRREGULARITY_READ, IrregularitySign, "sign_id")
def sign(request: Request, row: IrregularitySign) -> HttpResponse:
    """One sign: figure, comparison, explanation, proof, and what was done about it."""
    done = queries.follow_ups_of(row, request.actor)
    stands = done[0].state if done else SignFollowUp.State.OPEN.value
    tags = {"open": "awaiting_decision", "explained": "done", "taken_up": "warning"}
    context = {
        "crumbs": _trail(row.get_kind_display()),
        "sign": row,
        "state": SignFollowUp.State(stands).label,
        "tag": tags[stands],
        "meaning": queries.MEANING_DA[IrregularitySign.Kind(row.kind)],
        "also": queries.ALSO_DA[IrregularitySign.Kind(row.kind)],
        "follow_ups": done,
        "may_manage": decide(request.actor, Action.IRREGULARITY_MANAGE, row).allowed,
        "synthetic": row.facility.synthetic,
    }
    return render(request, "settlement/irregularity.html", context)


@require_http_methods(["GET", "POST"])
@requires(Action.IRREGULARITY_MANAGE, IrregularitySign, "sign_id")
def sign_follow_up(request: Request, row: IrregularitySign) -> HttpResponse:
    form = FollowUpForm(request.POST or None, initial={"on": request.today})

    def store() -> None:
        said = form.cleaned_data
        operations.follow_up(
            row,
            said["state"],
            reason=said["reason"],
            on=said["on"],
            by=request.actor,
            at=request.at,
        )

    address = reverse("settlement:sign", kwargs={"sign_id": row.pk})
    if request.method == "POST" and carried_out(form, store):
        messages.success(request, _("Opfølgningen er gemt."))
        return redirect(address)
    context = {
        "crumbs": _trail((row.get_kind_display(), address), _("Følg op")),
        "sign": row,
        "form": form,
        "back": address,
    }
    return render(
        request, "settlement/irregularity_follow_up.html", context, status=status_of(form)
    )
