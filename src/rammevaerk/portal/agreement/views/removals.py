"""Taking something out again: a page that asks, and what it answers when it cannot be done."""

from collections.abc import Callable, Sequence

from django.contrib import messages
from django.db.models import Model
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.http import Request
from rammevaerk.portal.access.policy import requires
from rammevaerk.portal.access.revising import Place
from rammevaerk.portal.agreement import operations
from rammevaerk.portal.agreement.forms import RemovalForm
from rammevaerk.portal.agreement.models import Initiative
from rammevaerk.portal.agreement.views.places import initiative_place
from rammevaerk.portal.common.forms import carried_out, status_of


def remove(
    request: Request,
    row: Model,
    operation: Callable[..., None],
    place: Place,
    obstacles: Sequence[str] = (),
) -> HttpResponse:
    """Ask, and take the row out when the answer is yes and it is still the one that was shown.

    ``operation`` is called as unlink is. ``place`` also holds ``explanation``, ``button``,
    ``done`` and ``after``, the address to go on to; ``obstacles`` are shown in place of the button.
    """
    form = RemovalForm(request.POST or None)
    changed = False
    try:
        if carried_out(
            form,
            lambda: operation(row, seen=form.cleaned_data["seen"], by=request.actor, at=request.at),
        ):
            messages.success(request, place["done"])
            return redirect(place["after"])
    except operations.RevisionConflict:
        changed = True
    context = {
        **place,
        "form": form,
        "seen": operations.fingerprint(row),
        "obstacles": obstacles,
        "changed": changed,
    }
    status = 409 if changed else status_of(form)
    return render(request, "agreement/remove_form.html", context, status=status)


@require_http_methods(["GET", "POST"])
@requires(Action.PLAN_EDIT, Initiative, "initiative_id")
def initiative_remove(request: Request, row: Initiative) -> HttpResponse:
    place = initiative_place(row, _("Tag ud af planen"), _("Tag %s ud af planen") % row)
    place |= {
        "explanation": _(
            "Et initiativ tages kun ud, når det er kommet ind i planen ved en fejl. Det forsvinder"
            " fra alle sider; revisionssporet husker det."
        ),
        "refused": _("Initiativet bliver i planen, for der er allerede sagt noget om det"),
        "instead": _(
            "Er det opgivet eller færdigt, så giv det status «Stoppet» eller «Afsluttet». Så står"
            " historikken endnu."
        ),
        "button": _("Tag ud af planen"),
        "done": _("%s er taget ud af planen.") % row,
        "after": reverse("agreement:plan", kwargs={"edition": row.edition.slug}),
    }
    return remove(
        request, row, operations.remove_initiative, place, operations.initiative_obstacles(row)
    )
