"""Who is party to an edition: the list, one more, one less."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.http import Request
from rammevaerk.portal.access.policy import requires
from rammevaerk.portal.access.queries import names_on
from rammevaerk.portal.access.revising import Place
from rammevaerk.portal.agreement import operations, queries
from rammevaerk.portal.agreement.forms import PartyForm
from rammevaerk.portal.agreement.models import Edition, EditionParty
from rammevaerk.portal.agreement.views.places import edition_place, edition_trail
from rammevaerk.portal.agreement.views.removals import remove
from rammevaerk.portal.common.forms import carried_out, status_of


@require_http_methods(["GET", "POST"])
@requires(Action.EDITION_MANAGE, Edition, "edition", field="slug")
def parties(request: Request, edition: Edition) -> HttpResponse:
    form = PartyForm(
        queries.possible_parties(edition, request.actor, on=request.today), request.POST or None
    )
    if carried_out(
        form,
        lambda: operations.add_party(
            edition, form.cleaned_data["organisation"], by=request.actor, at=request.at
        ),
    ):
        messages.success(request, _("Aftaleparten er tilføjet."))
        return redirect("agreement:parties", edition=edition.slug)
    context = {
        **edition_place(
            edition, _("Aftaleparter"), _("Aftaleparter i %s") % edition.title, "parter"
        ),
        "parties": queries.parties_of(edition, on=request.today),
        "form": form,
    }
    return render(request, "agreement/parties.html", context, status=status_of(form))


@require_http_methods(["GET", "POST"])
@requires(Action.EDITION_MANAGE, EditionParty, "party_id")
def party_remove(request: Request, party: EditionParty) -> HttpResponse:
    edition = party.edition
    name = names_on([party.organisation_id], on=request.today)[party.organisation_id]
    here = reverse("agreement:parties", kwargs={"edition": edition.slug})
    heading = _("Fjern %s som aftalepart") % name
    steps = (_("Aftaleparter"), here), _("Fjern aftalepart")
    place: Place = {
        "crumbs": edition_trail(edition, *steps),
        "edition": edition,
        "heading": heading,
        "back": here,
        "explanation": _("%(name)s er derefter ikke part i %(edition)s.")
        % {"name": name, "edition": edition.title},
        "refused": _("%s kan ikke fjernes, for den er med i handlingsplanen") % name,
        "instead": _("Ret initiativerne først, hvis det er en fejl."),
        "button": _("Fjern aftaleparten"),
        "done": _("%s er ikke længere aftalepart.") % name,
        "after": here,
    }
    return remove(request, party, operations.remove_party, place, operations.party_obstacles(party))
