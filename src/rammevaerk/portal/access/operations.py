"""What people do with organisations, people and roles."""

from datetime import date, datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from rammevaerk.portal.access.actions import Action, Role
from rammevaerk.portal.access.audit import record, snapshot
from rammevaerk.portal.access.models import (
    CooperationMember,
    Organisation,
    Person,
    RoleAssignment,
)
from rammevaerk.portal.access.policy import Actor, authorise


def roles_open_to(organisation: Organisation) -> list[Role]:
    """The roles that can be given there: only a secretariat has secretaries, who act for all."""
    is_secretariat = CooperationMember.objects.filter(
        organisation=organisation, is_secretariat=True
    ).exists()
    return [role for role in Role if is_secretariat or role is not Role.SECRETARIAT]


@transaction.atomic
def add_person(
    organisation: Organisation,
    *,
    email: str,
    name: str,
    role: Role,
    valid_from: date,
    password: str | None = None,
    by: Actor,
    at: datetime,
) -> RoleAssignment:
    """Give somebody a role in an organisation; makes the person when the e-mail is new.

    Without a password the person cannot log in until one is set.
    """
    authorise(by, Action.PERSON_MANAGE, organisation)
    if role not in roles_open_to(organisation):
        raise ValidationError(_("Den rolle kan kun gives i et samarbejdes sekretariat."))
    person = Person.objects.filter(email__iexact=email).first()
    if person is None:
        person = Person(email=email.lower(), name=name)
        if password is None:
            person.set_unusable_password()
        else:
            validate_password(password, person)
            person.set_password(password)
        person.full_clean(exclude=["password"])
        person.save()
        record(by, Action.PERSON_MANAGE, person, at=at)
    if RoleAssignment.objects.filter(
        person=person, organisation=organisation, role=role, valid_to__isnull=True
    ).exists():
        raise ValidationError(_("%(name)s har allerede den rolle.") % {"name": person.name})
    assignment = RoleAssignment(
        person=person, organisation=organisation, role=role, valid_from=valid_from
    )
    assignment.full_clean()
    assignment.save()
    record(by, Action.PERSON_MANAGE, assignment, at=at)
    return assignment


@transaction.atomic
def end_role(assignment: RoleAssignment, *, last_day: date, by: Actor, at: datetime) -> None:
    """Let a role end after a day; the history stays."""
    authorise(by, Action.PERSON_MANAGE, assignment)
    assignment = RoleAssignment.objects.select_for_update().get(pk=assignment.pk)
    if assignment.valid_to is not None:
        raise ValidationError(_("Rollen er allerede afsluttet."))
    end = date.fromordinal(last_day.toordinal() + 1)
    if end <= assignment.valid_from:
        raise ValidationError(_("Rollen kan ikke slutte, før den begynder."))
    before = snapshot(assignment)
    assignment.valid_to = end
    assignment.save(update_fields=["valid_to"])
    record(by, Action.PERSON_MANAGE, assignment, at=at, before=before)


@transaction.atomic
def set_password(person: Person, password: str, *, by: Actor, at: datetime) -> None:
    """Give a person a new password; the trail tells that it happened, not what it is."""
    if by.person_id != person.pk:
        authorise(by, Action.PERSON_MANAGE, person)
        _refuse_foreign_person(person, by)
    validate_password(password, person)
    before = snapshot(person)
    person.set_password(password)
    person.save(update_fields=["password"])
    record(by, Action.PERSON_MANAGE, person, at=at, before=before, reason=_("Ny adgangskode"))


def _refuse_foreign_person(person: Person, by: Actor) -> None:
    # Whoever sets a password can log in as the person: it must not open other organisations.
    elsewhere = person.assignments.exclude(organisation_id=by.organisation_id or 0)
    if not by.is_system and elsewhere.exists():
        raise ValidationError(
            _("%(name)s har også roller i andre organisationer og må selv skifte adgangskode.")
            % {"name": person.name}
        )
