"""Pages of log-in, organisations, people and the audit trail."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout, update_session_auth_hash
from django.contrib.auth.views import LoginView
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from rammevaerk.portal.access import operations, queries
from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.forms import (
    EndRoleForm,
    LogInForm,
    NewPasswordForm,
    PasswordForm,
    PersonForm,
)
from rammevaerk.portal.access.http import Request
from rammevaerk.portal.access.middleware import ASSIGNMENT_KEY
from rammevaerk.portal.access.models import AuditRecord, Organisation, RoleAssignment
from rammevaerk.portal.access.narration import account_of
from rammevaerk.portal.access.policy import abilities, for_any_member, public, requires
from rammevaerk.portal.access.throttle import note_unusable, slowed_down, too_many_failures
from rammevaerk.portal.access.trails import show_trail
from rammevaerk.portal.common.crumbs import trail
from rammevaerk.portal.common.forms import carried_out, show_problem, status_of


class LogIn(LoginView):
    """Log-in by e-mail and password, slowed down for those who guess."""

    template_name = "access/log_in.html"
    request: Request
    authentication_form = LogInForm
    redirect_authenticated_user = True

    @method_decorator(sensitive_post_parameters("password"))
    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        username = request.POST.get("username", "").replace("\x00", "")
        if request.method == "POST" and too_many_failures(request, username, at=request.at):
            return slowed_down(request)
        return super().dispatch(request, *args, **kwargs)

    def form_invalid(self, form: Any) -> HttpResponse:
        if "username" not in form.cleaned_data and self.request.POST.get("username"):
            note_unusable(self.request)
        return super().form_invalid(form)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        if settings.DEMONSTRATION:
            context["demonstration_people"] = queries.demonstration_people(on=self.request.today)
            context["demonstration_password"] = settings.DEMONSTRATION_PASSWORD
        return context


log_in = public(LogIn.as_view())


@require_POST
@for_any_member
def log_out(request: Request) -> HttpResponse:
    logout(request)
    messages.success(request, _("Du er logget ud."))
    return redirect("access:log_in")


@require_POST
@for_any_member
def switch_assignment(request: Request) -> HttpResponse:
    """Act in another of one's own roles; a role that is not one's own changes nothing."""
    own = {str(row.pk) for row in queries.assignments_of(request.user.pk, on=request.today)}
    if (chosen := request.POST.get("assignment", "")) in own:
        request.session[ASSIGNMENT_KEY] = int(chosen)
    return redirect("publishing:home")


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
@for_any_member
def password_change(request: Request) -> HttpResponse:
    form = PasswordForm(request.user, request.POST or None)
    if carried_out(
        form,
        lambda: operations.set_password(
            request.user, form.cleaned_data["new"], by=request.actor, at=request.at
        ),
    ):
        update_session_auth_hash(request, request.user)
        messages.success(request, _("Din adgangskode er skiftet."))
        return redirect("publishing:home")
    context = {"crumbs": trail(_("Skift adgangskode")), "form": form}
    return render(request, "access/password_form.html", context, status=status_of(form))


@require_GET
@requires(Action.ORGANISATION_READ)
def organisation_list(request: Request) -> HttpResponse:
    page = queries.organisation_register(
        request.actor,
        on=request.today,
        kind=request.GET.get("art", ""),
        text=request.GET.get("q", ""),
    )
    context = {
        "crumbs": trail(_("Organisationer")),
        "register": page,
        "kinds": Organisation.Kind.choices,
        "kind": request.GET.get("art", ""),
        "text": request.GET.get("q", ""),
    }
    template = "access/organisation_list.html"
    return render(request, f"{template}#rows" if request.htmx else template, context)


@require_GET
@requires(Action.ORGANISATION_READ, Organisation, "key", field="key")
def organisation_detail(request: Request, organisation: Organisation) -> HttpResponse:
    facts = queries.organisation_facts(organisation, request.actor, on=request.today)
    context = {
        "crumbs": trail(_register(), facts["name"]),
        "organisation": organisation,
        "facts": facts,
        "people": queries.people_of(organisation, request.actor),
        "can": abilities(request.actor, organisation, Action.PERSON_MANAGE),
    }
    return render(request, "access/organisation_detail.html", context)


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
@requires(Action.PERSON_MANAGE, Organisation, "key", field="key")
def person_add(request: Request, organisation: Organisation) -> HttpResponse:
    initial = {"valid_from": request.today}
    form = PersonForm(organisation, request.today, request.POST or None, initial=initial)
    if form.is_valid():
        values = {**form.cleaned_data, "password": form.cleaned_data["password"] or None}
        try:
            added = operations.add_person(organisation, **values, by=request.actor, at=request.at)
        except ValidationError as problem:
            show_problem(form, problem)
        else:
            messages.success(request, _("%s har fået rollen.") % added.person.name)
            return redirect("access:organisation_detail", key=organisation.key)
    name = queries.organisation_label(organisation, on=request.today)
    context = {
        "crumbs": trail(_register(), _page_of(organisation, name), _("Ny rolle")),
        "organisation": organisation,
        "name": name,
        "form": form,
    }
    return render(request, "access/person_form.html", context, status=status_of(form))


@require_http_methods(["GET", "POST"])
@requires(Action.PERSON_MANAGE, RoleAssignment, "assignment_id")
def role_end(request: Request, assignment: RoleAssignment) -> HttpResponse:
    form = EndRoleForm(request.POST or None, initial={"last_day": request.today})
    if carried_out(
        form,
        lambda: operations.end_role(
            assignment, last_day=form.cleaned_data["last_day"], by=request.actor, at=request.at
        ),
    ):
        messages.success(request, _("Rollen er afsluttet; historikken står endnu."))
        return redirect("access:organisation_detail", key=assignment.organisation.key)
    name = queries.organisation_label(assignment.organisation, on=request.today)
    context = {
        "crumbs": trail(_register(), _page_of(assignment.organisation, name), _("Afslut rolle")),
        "assignment": assignment,
        "name": name,
        "form": form,
    }
    return render(request, "access/role_end.html", context, status=status_of(form))


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
@requires(Action.PERSON_MANAGE, RoleAssignment, "assignment_id")
def person_password(request: Request, assignment: RoleAssignment) -> HttpResponse:
    form = NewPasswordForm(request.POST or None)
    if carried_out(
        form,
        lambda: operations.set_password(
            assignment.person, form.cleaned_data["new"], by=request.actor, at=request.at
        ),
    ):
        messages.success(request, _("Adgangskoden er skiftet; giv den til personen selv."))
        return redirect("access:organisation_detail", key=assignment.organisation.key)
    name = queries.organisation_label(assignment.organisation, on=request.today)
    context = {
        "crumbs": trail(_register(), _page_of(assignment.organisation, name), _("Ny adgangskode")),
        "assignment": assignment,
        "form": form,
    }
    return render(request, "access/person_password.html", context, status=status_of(form))


@require_GET
@requires(Action.AUDIT_READ)
def audit_list(request: Request) -> HttpResponse:
    return show_trail(
        request,
        queries.audit_trail(request.actor),
        crumbs=trail(_("Revisionsspor")),
        head=queries.audit_head(),
    )


@require_GET
@requires(Action.AUDIT_READ, AuditRecord, "sequence")
def audit_detail(request: Request, entry: AuditRecord) -> HttpResponse:
    place = trail((_("Revisionsspor"), reverse("access:audit")), _("Nr. %s") % entry.sequence)
    context = {"crumbs": place, "entry": entry, "account": account_of(entry, request.actor)}
    return render(request, "access/audit_detail.html", context)


def _register() -> tuple[str, str]:
    return _("Organisationer"), reverse("access:organisations")


def _page_of(organisation: Organisation, name: str) -> tuple[str, str]:
    return name, reverse("access:organisation_detail", kwargs={"key": organisation.key})
