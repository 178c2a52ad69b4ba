"""What somebody has promised: it comes back on the agenda until it is met."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from rammevaerk.portal.access.actions import Action, Role
from rammevaerk.portal.access.policy import AccessPath, Actor
from rammevaerk.portal.common.fields import GuardedCharField, GuardedTextField, PartialDateField
from rammevaerk.portal.meetings.models.bodies import Body
from rammevaerk.portal.meetings.models.meetings import AgendaItem, of_items
from rammevaerk.portal.meetings.models.minutes import READABLE


def _of_source(actor: Actor) -> models.Q:
    """What came from a closed item is as closed as the item, and waits for the minutes."""
    if actor.is_system or actor.role is Role.SECRETARIAT:
        return models.Q()
    written = models.Q(item__meeting__state__in=READABLE)
    return models.Q(item__isnull=True) | of_items("item__")(actor) & written


class Obligation(models.Model):
    """An owner is to have done something by a time; open until it is met."""

    body = models.ForeignKey(Body, models.PROTECT, related_name="obligations")
    item = models.ForeignKey(
        AgendaItem, models.PROTECT, null=True, blank=True, related_name="obligations"
    )
    owner = models.ForeignKey(
        "access.Organisation", models.PROTECT, related_name="+", verbose_name=_("ansvarlig")
    )
    owner_name = GuardedCharField(_("ved"), max_length=200, blank=True)
    text = GuardedTextField(_("forpligtelse"), max_length=1000)
    due = PartialDateField(_("frist"))
    # As it was said: «ultimo 2022» is read as December 2022.
    due_said = GuardedCharField(_("fristens ordlyd"), max_length=60, blank=True)
    # What a machine can check, from the registry of conditions; empty when a person must say.
    condition = models.SlugField(_("betingelse"), max_length=40, blank=True)
    condition_target = GuardedCharField(_("betingelsens genstand"), max_length=80, blank=True)
    condition_threshold = models.PositiveIntegerField(
        _("betingelsens tærskel"), null=True, blank=True
    )
    agreed_on = models.DateField(_("aftalt"))
    met_on = models.DateField(_("opfyldt"), null=True, blank=True)
    met_note = GuardedTextField(_("hvordan"), max_length=1000, blank=True)
    source = GuardedCharField(_("kilde"), max_length=300, blank=True)

    # The audit trail shows its words only to those who may see the obligation.
    audit_sensitive: ClassVar = dict.fromkeys(
        ("text", "due", "due_said", "owner_name", "met_note"), Action.OBLIGATION_READ
    )
    access = AccessPath(
        read=Action.OBLIGATION_READ,
        organisation="owner_id",
        cooperation="body__cooperation_id",
        limit=_of_source,
    )

    class Meta:
        verbose_name = _("forpligtelse")
        verbose_name_plural = _("forpligtelser")
        ordering: ClassVar = ["due", "id"]

    def __str__(self) -> str:
        return self.text

    @property
    def audit_label(self) -> str:
        return f"{self.body.audit_label}, forpligtelse-id {self.pk}"


class InputRound(models.Model):
    """Members are asked for input to a body's agenda by a day."""

    body = models.ForeignKey(Body, models.PROTECT, related_name="input_rounds")
    title = GuardedCharField(_("titel"), max_length=200)
    question = GuardedTextField(_("hvad der spørges om"), max_length=2000)
    opens_on = models.DateField(_("åbner"))
    due_on = models.DateField(_("frist"))
    due_said = GuardedCharField(_("fristens ordlyd"), max_length=60, blank=True)

    access = AccessPath(read=Action.MEETING_READ, cooperation="body__cooperation_id")

    class Meta:
        verbose_name = _("inputrunde")
        verbose_name_plural = _("inputrunder")
        ordering: ClassVar = ["-due_on", "id"]

    def __str__(self) -> str:
        return self.title


def _own_input(actor: Actor) -> models.Q:
    """An organisation sees its own input; the secretariat sees all."""
    if actor.is_system or actor.role is Role.SECRETARIAT:
        return models.Q()
    return models.Q(organisation_id=actor.organisation_id or 0)


class Input(models.Model):
    """What one organisation would like taken up."""

    round = models.ForeignKey(InputRound, models.PROTECT, related_name="inputs")
    organisation = models.ForeignKey("access.Organisation", models.PROTECT, related_name="+")
    text = GuardedTextField(_("input"), max_length=6000)
    given_at = models.DateTimeField(_("afgivet"))
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    access = AccessPath(
        read=Action.MEETING_READ,
        organisation="organisation_id",
        cooperation="round__body__cooperation_id",
        limit=_own_input,
    )

    audit_sensitive: ClassVar = {"text": Action.MEETING_READ}

    class Meta:
        verbose_name = _("input")
        verbose_name_plural = _("input")
        ordering: ClassVar = ["round", "organisation__key"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["round", "organisation"], name="input_once"),
        ]

    def __str__(self) -> str:
        return f"{self.round}: {self.organisation}"

    @property
    def audit_label(self) -> str:
        return f"{self.round}: {self.organisation.audit_label}"


class CalendarFeed(models.Model):
    """A private address from which a person's calendar fetches meetings, until it is revoked."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("person")
    )
    # The role in which the person reads; when it ends, the address answers nobody.
    assignment = models.ForeignKey("access.RoleAssignment", models.PROTECT, related_name="+")
    # Empty: all the bodies the person may see.
    body = models.ForeignKey(Body, models.PROTECT, null=True, blank=True, related_name="+")
    # Only the fingerprint of the address is kept, as with a password.
    token_sha256 = models.CharField(_("adressens fingeraftryk"), max_length=64, unique=True)
    created_at = models.DateTimeField(_("oprettet"))
    revoked_at = models.DateTimeField(_("tilbagekaldt"), null=True, blank=True)

    audit_exclude: ClassVar = {"token_sha256"}
    # Nobody's list shows it but its owner's own page.
    access = AccessPath(
        read=Action.MEETING_READ,
        organisation="assignment__organisation_id",
        limit=lambda actor: models.Q(person_id=actor.person_id or 0),
    )

    class Meta:
        verbose_name = _("kalenderadresse")
        verbose_name_plural = _("kalenderadresser")
        ordering: ClassVar = ["person", "id"]

    def __str__(self) -> str:
        return f"{self.person}: {self.body or 'alle'}"
