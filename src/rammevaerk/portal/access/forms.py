"""Forms of log-in, people and roles."""

from datetime import date
from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from rammevaerk.engine.cpr import find_cpr
from rammevaerk.portal.access.actions import Role
from rammevaerk.portal.access.models import Organisation, Person
from rammevaerk.portal.access.operations import roles_open_to
from rammevaerk.portal.common.forms import DayField, GuardedField, offer

LONGEST_EMAIL = 200


class LogInForm(AuthenticationForm):
    """E-mail and password. The answer never tells which of the two was wrong."""

    error_messages = {  # noqa: RUF012 - Django's own attribute
        "invalid_login": _("E-mail og adgangskode passer ikke sammen. Prøv igen."),
        "inactive": _("E-mail og adgangskode passer ikke sammen. Prøv igen."),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("E-mail")
        self.fields["password"].label = _("Adgangskode")

    def clean_username(self) -> str:
        """One address in one form, so that capitals do not give a guesser five tries more.

        What is no address goes no further: failures are kept with the name that was tried, and
        that must be neither a CPR number nor a password typed in the wrong field.
        """
        username = str(self.cleaned_data["username"]).lower()
        try:
            validate_email(username)
        except ValidationError:
            raise self.get_invalid_login_error() from None
        if len(username) > LONGEST_EMAIL or find_cpr(username):
            raise self.get_invalid_login_error()
        return username


class PersonForm(forms.Form):
    """Somebody who is to have a role in an organisation."""

    name = GuardedField(label=_("Navn"), max_length=120)
    email = forms.EmailField(label=_("E-mail"), max_length=LONGEST_EMAIL)
    role = forms.ChoiceField(label=_("Rolle"))
    valid_from = DayField(label=_("Gælder fra"))
    password = forms.CharField(
        label=_("Første adgangskode"),
        required=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_(
            "Mindst 12 tegn. Udfyldes kun for en person, der ikke findes i forvejen;"
            " personen skal skifte den ved første log ind."
        ),
    )

    def __init__(self, organisation: Organisation, on: date, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        roles = [(role.value, role.label) for role in roles_open_to(organisation, on=on)]
        offer(self, "role", [("", _("Vælg en rolle")), *roles])

    def clean_role(self) -> Role:
        return Role(self.cleaned_data["role"])


class EndRoleForm(forms.Form):
    """The last day of a role."""

    last_day = DayField(
        label=_("Sidste dag"),
        help_text=_(
            "Fx «8. april 2025». Skal rollen stoppe nu, er den sidste dag dagen før i dag."
        ),
    )


class NewPasswordForm(forms.Form):
    """A password that an administrator gives somebody who has forgotten his own."""

    new = forms.CharField(
        label=_("Ny adgangskode"),
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("Mindst 12 tegn. Personen skal skifte den ved næste log ind."),
    )


class PasswordForm(forms.Form):
    """A new password, twice."""

    current = forms.CharField(
        label=_("Nuværende adgangskode"),
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    new = forms.CharField(
        label=_("Ny adgangskode"),
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("Mindst 12 tegn."),
    )
    repeated = forms.CharField(
        label=_("Gentag den nye adgangskode"),
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, person: Person, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person

    def clean_current(self) -> str:
        if not self.person.check_password(self.cleaned_data["current"]):
            raise forms.ValidationError(_("Den nuværende adgangskode er ikke rigtig."))
        return str(self.cleaned_data["current"])

    def clean(self) -> None:
        if self.cleaned_data.get("new") != self.cleaned_data.get("repeated"):
            self.add_error("repeated", _("De to nye adgangskoder er ikke ens."))
