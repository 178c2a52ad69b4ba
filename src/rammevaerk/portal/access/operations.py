"""What people do with organisations, people and roles."""

from datetime import date, datetime, timedelta

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
    not_over,
)
from rammevaerk.portal.access.policy import Actor, authorise
from rammevaerk.portal.access.throttle import forget_failures
from rammevaerk.portal.common.clock import day_of
from rammevaerk.portal.common.validity import in_force


def roles_open_to(organisation: Organisation, *, on: date) -> list[Role]:
    """The roles that can be given on the day: only a secretariat has secretaries."""
    is_secretariat = CooperationMember.objects.filter(
        in_force(on), organisation=organisation, is_secretariat=True
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
    hashed: str = "",
    by: Actor,
    at: datetime,
) -> RoleAssignment:
    """Give somebody a role in an organisation; makes the person when the e-mail is new.

    Without a password the person cannot log in until one is set. A password is only for a new
    person: nobody's password is changed by giving him a role. ``hashed`` is what was made of the
    password before, where many people have the same: to hash it takes a fifth of a second.
    """
    authorise(by, Action.PERSON_MANAGE, organisation)
    if role not in roles_open_to(organisation, on=day_of(at)):
        raise ValidationError(_("Den rolle kan kun gives i et samarbejdes sekretariat."))
    person = Person.objects.filter(email__iexact=email).first()
    if person is None:
        person = _new_person(email, name, password, hashed, by=by, at=at)
    else:
        _refuse_known_person(person, organisation, password)
    if RoleAssignment.objects.filter(
        person=person,
        organisation=organisation,
        role=role,
        valid_to__isnull=True,
        withdrawn_at__isnull=True,
    ).exists():
        raise ValidationError(_("%(name)s har allerede den rolle.") % {"name": person.name})
    assignment = RoleAssignment(
        person=person, organisation=organisation, role=role, valid_from=valid_from
    )
    assignment.full_clean()
    assignment.save()
    record(by, Action.PERSON_MANAGE, assignment, at=at)
    return assignment


def _new_person(
    email: str, name: str, password: str | None, hashed: str, *, by: Actor, at: datetime
) -> Person:
    person = Person(email=email.lower(), name=name)
    if password is None:
        person.set_unusable_password()
    else:
        validate_password(password, person)
        if hashed:
            person.password = hashed
        else:
            person.set_password(password)
        person.password_set_by_other = not by.is_system
    person.full_clean(exclude=["password"])
    person.save()
    record(by, Action.PERSON_MANAGE, person, at=at)
    return person


def _refuse_known_person(person: Person, organisation: Organisation, password: str | None) -> None:
    # Whoever chose the password could else log in as the person and use the new role.
    elsewhere = person.assignments.exclude(organisation=organisation)
    if person.password_set_by_other and elsewhere.exists():
        raise ValidationError(
            _(
                "%(name)s har ikke selv valgt sin adgangskode endnu; bed personen logge ind og"
                " skifte den, før rollen gives."
            )
            % {"name": person.name}
        )
    if password is not None:
        raise ValidationError(
            _("%(name)s findes i forvejen og beholder sin adgangskode; lad feltet være tomt.")
            % {"name": person.name}
        )


@transaction.atomic
def end_role(assignment: RoleAssignment, *, last_day: date, by: Actor, at: datetime) -> None:
    """Let a role end after a day, or move an end that has not come yet; the history stays.

    A role that is stopped before its first day, on the day it begins or earlier, is withdrawn:
    it then counts on no day.
    """
    authorise(by, Action.PERSON_MANAGE, assignment)
    assignment = RoleAssignment.objects.select_for_update().get(pk=assignment.pk)
    today = day_of(at)
    if assignment.withdrawn_at or (assignment.valid_to and assignment.valid_to <= today):
        raise ValidationError(_("Rollen er allerede afsluttet."))
    if last_day == date.max:
        raise ValidationError(_("Dagen ligger for langt ude i fremtiden."))
    end = last_day + timedelta(days=1)
    before = snapshot(assignment)
    if end > assignment.valid_from:
        assignment.valid_to = end
    elif end >= today:
        assignment.withdrawn_at = at
    else:
        raise ValidationError(_("Rollen kan ikke slutte, før den begynder."))
    assignment.save(update_fields=["valid_to", "withdrawn_at"])
    record(by, Action.PERSON_MANAGE, assignment, at=at, before=before)


@transaction.atomic
def set_password(person: Person, password: str, *, by: Actor, at: datetime) -> None:
    """Give a person a new password; the trail tells that it happened, not what it is.

    One that another person chose must be changed before it opens anything.
    """
    own = by.person_id == person.pk
    if not own:
        authorise(by, Action.PERSON_MANAGE, person)
        _refuse_foreign_person(person, by, on=day_of(at))
    elif person.password_set_by_other and person.check_password(password):
        raise ValidationError(_("Vælg en anden adgangskode end den, du har fået."))
    validate_password(password, person)
    before = snapshot(person)
    person.set_password(password)
    person.password_set_by_other = not (own or by.is_system)
    person.save(update_fields=["password", "password_set_by_other"])
    record(by, Action.PERSON_MANAGE, person, at=at, before=before, reason=_("Ny adgangskode"))
    if not own:
        transaction.on_commit(lambda: forget_failures(person.email))


def _refuse_foreign_person(person: Person, by: Actor, *, on: date) -> None:
    # Whoever sets a password can log in as the person: it must not open other organisations.
    elsewhere = person.assignments.filter(not_over(on)).exclude(
        organisation_id=by.organisation_id or 0
    )
    if not by.is_system and elsewhere.exists():
        raise ValidationError(
            _("%(name)s har også roller i andre organisationer og må selv skifte adgangskode.")
            % {"name": person.name}
        )
