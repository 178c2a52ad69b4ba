"""Organisations by date, people and roles, and the audit trail."""

from datetime import date
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from stdnum.dk import cvr as cvr_numbers

from rammevaerk.portal.access.actions import Action, Role
from rammevaerk.portal.access.policy import AccessPath
from rammevaerk.portal.common.fields import (
    GuardedCharField,
    GuardedEmailField,
    GuardedTextField,
)
from rammevaerk.portal.common.validity import in_force, period_check


def held_on(day: date) -> Q:
    """Role assignments that count on the day: in force, and not withdrawn."""
    return in_force(day) & Q(withdrawn_at__isnull=True)


def not_over(day: date) -> Q:
    """Role assignments in force on the day or still to begin, and not withdrawn."""
    open_or_later = Q(valid_to__isnull=True) | Q(valid_to__gt=day)
    return open_or_later & Q(withdrawn_at__isnull=True)


def check_cvr(value: str) -> None:
    """A CVR number has eight digits and a weighted sum that eleven divides."""
    if value and not (cvr_numbers.is_valid(value) and value.isdigit()):
        raise ValidationError(_("«%(value)s» er ikke et gyldigt CVR-nummer.") % {"value": value})


class Organisation(models.Model):
    """An authority, body, association or operator, from its first day to its last."""

    class Kind(models.TextChoices):
        MUNICIPALITY = "municipality", _("Kommune")
        REGION = "region", _("Region")
        STATE_AGENCY = "state_agency", _("Statslig myndighed")
        JOINT_SECRETARIAT = "joint_secretariat", _("Fælles sekretariat")
        JOINT_BODY = "joint_body", _("Fælles organ")
        ASSOCIATION = "association", _("Forening")
        OPERATOR = "operator", _("Driftsherre")

    key = models.SlugField(_("nøgle"), max_length=60, unique=True)
    kind = models.CharField(_("art"), max_length=20, choices=Kind.choices)
    # Text, since codes begin with a zero: "0791".
    code = models.CharField(_("myndighedskode"), max_length=4, blank=True)
    cvr = models.CharField(_("CVR-nummer"), max_length=8, blank=True, validators=[check_cvr])
    valid_from = models.DateField(_("gælder fra"))
    valid_to = models.DateField(_("ophørt"), null=True, blank=True)

    access = AccessPath(read=Action.ORGANISATION_READ, organisation="id")

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisationer")
        ordering: ClassVar = ["key"]
        constraints: ClassVar = [
            period_check("organisation_period"),
            models.CheckConstraint(
                condition=Q(code="") | Q(code__regex=r"^[0-9]{4}$"), name="organisation_code_four"
            ),
            models.UniqueConstraint(
                fields=["code"], condition=~Q(code=""), name="organisation_code_once"
            ),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def audit_label(self) -> str:
        """The newest official name; asks the database, so it is for single rows."""
        official = self.names.filter(kind=OrganisationName.Kind.OFFICIAL)
        newest = official.order_by("-valid_from").first()
        return newest.name if newest else self.key


class OrganisationName(models.Model):
    """A name an organisation goes by in a period: official, abbreviation or alias."""

    class Kind(models.TextChoices):
        OFFICIAL = "official", _("Officielt navn")
        ABBREVIATION = "abbreviation", _("Forkortelse")
        ALIAS = "alias", _("Kaldes også")

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="names")
    kind = models.CharField(_("art"), max_length=12, choices=Kind.choices)
    name = GuardedCharField(_("navn"), max_length=200)
    short = GuardedCharField(_("kort navn"), max_length=60, blank=True)
    valid_from = models.DateField(_("gælder fra"))
    valid_to = models.DateField(_("gælder til"), null=True, blank=True)
    source = GuardedCharField(_("kilde"), max_length=300, blank=True)
    date_unverified = models.BooleanField(_("dato ikke efterprøvet"), default=False)

    access = AccessPath(read=Action.ORGANISATION_READ, organisation="organisation_id")

    class Meta:
        verbose_name = _("organisationsnavn")
        verbose_name_plural = _("organisationsnavne")
        ordering: ClassVar = ["valid_from", "id"]
        constraints: ClassVar = [
            period_check("organisation_name_period"),
            models.UniqueConstraint(
                fields=["organisation"],
                condition=Q(kind="official", valid_to__isnull=True),
                name="organisation_name_one_open_official",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class OrganisationSuccession(models.Model):
    """One organisation takes over from another on a day."""

    class Kind(models.TextChoices):
        MERGER = "merger", _("Sammenlægning")
        SPLIT = "split", _("Deling")
        TAKEOVER = "takeover", _("Overtagelse")

    predecessor = models.ForeignKey(
        Organisation, models.PROTECT, related_name="successions", verbose_name=_("forgænger")
    )
    successor = models.ForeignKey(
        Organisation, models.PROTECT, related_name="origins", verbose_name=_("efterfølger")
    )
    on = models.DateField(_("dato"))
    kind = models.CharField(_("art"), max_length=10, choices=Kind.choices)

    access = AccessPath(read=Action.ORGANISATION_READ, organisation="successor_id")

    class Meta:
        verbose_name = _("efterfølgelse")
        verbose_name_plural = _("efterfølgelser")
        ordering: ClassVar = ["on", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["predecessor", "successor"], name="organisation_succession_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.predecessor} → {self.successor}"


class RegionMembership(models.Model):
    """The region in which a municipality lies, by date."""

    municipality = models.ForeignKey(
        Organisation, models.PROTECT, related_name="regions", verbose_name=_("kommune")
    )
    region = models.ForeignKey(
        Organisation, models.PROTECT, related_name="municipalities", verbose_name=_("region")
    )
    valid_from = models.DateField(_("gælder fra"))
    valid_to = models.DateField(_("gælder til"), null=True, blank=True)

    access = AccessPath(read=Action.ORGANISATION_READ, organisation="municipality_id")

    class Meta:
        verbose_name = _("regionstilhørsforhold")
        verbose_name_plural = _("regionstilhørsforhold")
        ordering: ClassVar = ["valid_from", "id"]
        constraints: ClassVar = [
            period_check("region_membership_period"),
            models.UniqueConstraint(
                fields=["municipality"],
                condition=Q(valid_to__isnull=True),
                name="region_membership_one_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.municipality} i {self.region}"

    @property
    def audit_label(self) -> str:
        return f"{self.municipality.audit_label} i {self.region.audit_label}"


class Cooperation(models.Model):
    """The circle of authorities that share a framework agreement."""

    key = models.SlugField(_("nøgle"), max_length=60, unique=True)
    name = GuardedCharField(_("navn"), max_length=200)

    access = AccessPath(read=Action.EDITION_READ, cooperation="id")

    class Meta:
        verbose_name = _("samarbejde")
        verbose_name_plural = _("samarbejder")
        ordering: ClassVar = ["key"]

    def __str__(self) -> str:
        return self.name


class CooperationMember(models.Model):
    """An organisation's membership of a cooperation in a period."""

    cooperation = models.ForeignKey(Cooperation, models.PROTECT, related_name="members")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="cooperations")
    is_secretariat = models.BooleanField(_("sekretariat"), default=False)
    valid_from = models.DateField(_("gælder fra"))
    valid_to = models.DateField(_("gælder til"), null=True, blank=True)

    access = AccessPath(read=Action.EDITION_READ, cooperation="cooperation_id")

    class Meta:
        verbose_name = _("medlem af samarbejde")
        verbose_name_plural = _("medlemmer af samarbejde")
        ordering: ClassVar = ["cooperation", "organisation", "valid_from"]
        constraints: ClassVar = [
            period_check("cooperation_member_period"),
            models.UniqueConstraint(
                fields=["cooperation", "organisation"],
                condition=Q(valid_to__isnull=True),
                name="cooperation_member_one_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} i {self.cooperation}"

    @property
    def audit_label(self) -> str:
        return f"{self.organisation.audit_label} i {self.cooperation}"


class PersonManager(BaseUserManager["Person"]):
    def get_by_natural_key(self, username: str | None) -> "Person":
        return self.get(email__iexact=username)


class Person(AbstractBaseUser):
    """Somebody who logs in. There is no standing superuser."""

    email = GuardedEmailField(_("e-mail"), max_length=200, unique=True)
    name = GuardedCharField(_("navn"), max_length=120)
    is_active = models.BooleanField(_("aktiv"), default=True)
    # Somebody else knows the password: until it is changed, it opens nothing but that change.
    password_set_by_other = models.BooleanField(_("adgangskode valgt af en anden"), default=False)

    USERNAME_FIELD = "email"
    objects = PersonManager()
    access = AccessPath(
        read=Action.PERSON_READ,
        organisation="assignments__organisation_id",
        cooperation="assignments__organisation__cooperations__cooperation_id",
        many=True,
    )
    audit_exclude: ClassVar = {"password", "last_login"}

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("personer")
        ordering: ClassVar = ["name", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(Lower("email"), name="person_email_once"),
        ]

    def __str__(self) -> str:
        return self.name


class RoleAssignment(models.Model):
    """A person's role in an organisation in a period."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="assignments")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="assignments")
    role = models.CharField(_("rolle"), max_length=20, choices=Role.choices)
    valid_from = models.DateField(_("gælder fra"))
    valid_to = models.DateField(_("gælder til"), null=True, blank=True)
    # Given by mistake and stopped before its first day was over: it counts on no day.
    withdrawn_at = models.DateTimeField(_("trukket tilbage"), null=True, blank=True)

    access = AccessPath(
        read=Action.PERSON_READ,
        organisation="organisation_id",
        cooperation="organisation__cooperations__cooperation_id",
        many=True,
    )

    class Meta:
        verbose_name = _("rolle")
        verbose_name_plural = _("roller")
        ordering: ClassVar = ["organisation", "role", "person"]
        constraints: ClassVar = [
            period_check("role_assignment_period"),
            models.UniqueConstraint(
                fields=["person", "organisation", "role"],
                condition=Q(valid_to__isnull=True, withdrawn_at__isnull=True),
                name="role_assignment_one_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.get_role_display()}"

    @property
    def audit_label(self) -> str:
        return f"{self.person}: {self.get_role_display()}, {self.organisation.audit_label}"


class AuditRecord(models.Model):
    """What was done, chained to what was done before. Never changed; see ``audit``."""

    sequence = models.BigIntegerField(_("løbenummer"), primary_key=True)
    at = models.DateTimeField(_("tidspunkt"))
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    actor_label = models.CharField(_("udført af"), max_length=200)
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    cooperation = models.ForeignKey(Cooperation, models.PROTECT, null=True, related_name="+")
    role = models.CharField(_("rolle"), max_length=20, blank=True)
    action = models.CharField(_("handling"), max_length=60)
    target_type = models.CharField(_("slags"), max_length=60)
    target_id = models.CharField(_("nummer"), max_length=60)
    target_label = models.CharField(_("genstand"), max_length=300)
    before = models.TextField(_("før"))
    after = models.TextField(_("efter"))
    reason = GuardedTextField(_("begrundelse"), max_length=1000, blank=True)
    previous_hash = models.CharField(_("forrige segl"), max_length=64)
    hash = models.CharField(_("segl"), max_length=64)

    append_only = True
    access = AccessPath(
        read=Action.AUDIT_READ, organisation="organisation_id", cooperation="cooperation_id"
    )

    class Meta:
        verbose_name = _("spor")
        verbose_name_plural = _("revisionsspor")
        ordering: ClassVar = ["-sequence"]
        indexes: ClassVar = [
            models.Index(fields=["target_type", "target_id"], name="audit_target"),
            models.Index(fields=["organisation", "-sequence"], name="audit_organisation"),
            models.Index(fields=["cooperation", "-sequence"], name="audit_cooperation"),
        ]

    def __str__(self) -> str:
        return f"{self.sequence}: {self.action} {self.target_label}"

    @property
    def action_label(self) -> str:
        return str(dict(Action.choices).get(self.action, self.action))

    @property
    def role_label(self) -> str:
        return str(dict(Role.choices).get(self.role, self.role))


class AuditHead(models.Model):
    """The end of the chain: one row, so that a removed tail shows."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    sequence = models.BigIntegerField(_("løbenummer"))
    hash = models.CharField(_("segl"), max_length=64)

    access = AccessPath(read=Action.AUDIT_READ)

    class Meta:
        verbose_name = _("sporets ende")
        verbose_name_plural = _("sporets ende")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(id=1), name="audit_head_single"),
        ]

    def __str__(self) -> str:
        return f"{self.sequence}"
