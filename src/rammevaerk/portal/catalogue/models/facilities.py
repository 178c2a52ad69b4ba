"""Facilities, their departments and services, what they offer under which law and for whom."""

from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import AccessPath
from rammevaerk.portal.catalogue.models.vocabulary import Audience, Paragraph, TargetGroup
from rammevaerk.portal.common.fields import (
    GuardedCharField,
    GuardedSlugField,
    GuardedTextField,
)
from rammevaerk.portal.common.validity import period_check


class Ownership(models.TextChoices):
    """Who runs it, as the catalogue and the tables of the agreement sort them."""

    MUNICIPAL = "municipal", _("Kommunalt")
    REGIONAL = "regional", _("Regionalt")
    INDEPENDENT = "independent", _("Selvejende")
    PRIVATE = "private", _("Privat")


class FacilityKind(models.TextChoices):
    """What sort of place it is, as people look for it."""

    RESIDENTIAL = "residential", _("Bosted")
    CHILD_RESIDENTIAL = "child_residential", _("Børne- og ungehjem")
    SECURE = "secure", _("Sikret institution")
    DAY = "day", _("Dagtilbud")
    SHELTER = "shelter", _("Forsorgshjem")
    CRISIS_CENTRE = "crisis_centre", _("Krisecenter")
    TREATMENT = "treatment", _("Behandlingstilbud")
    SCHOOL = "school", _("Undervisningstilbud")
    ADVICE = "advice", _("Rådgivning og hjælpemidler")


class Reach(models.TextChoices):
    """For whom in the country it is meant."""

    LOCAL = "local", _("Lokalt")
    REGIONAL = "regional", _("Regionsdækkende")
    SPECIALISED = "specialised", _("Lands- eller landsdelsdækkende")
    NATIONAL = "national", _("Landsdækkende")


class Facility(models.Model):
    """A place where an operator gives help, from the day it opens to the day it closes.

    Its operator and its legal form never change: a facility that gets another is followed by a
    new one (`FacilitySuccession`), as its approval and contracts are.
    """

    cooperation = models.ForeignKey("access.Cooperation", models.PROTECT, related_name="+")
    operator = models.ForeignKey(
        "access.Organisation", models.PROTECT, related_name="+", verbose_name=_("driftsherre")
    )
    # Who keeps its rows: the operator, or the authority that has an agreement with it.
    reporter = models.ForeignKey(
        "access.Organisation", models.PROTECT, related_name="+", verbose_name=_("indberettes af")
    )
    municipality = models.ForeignKey(
        "access.Organisation", models.PROTECT, related_name="+", verbose_name=_("beliggende i")
    )
    key = GuardedSlugField(_("nøgle"), max_length=60, unique=True)
    name = GuardedCharField(_("navn"), max_length=150)
    ownership = models.CharField(_("ejerform"), max_length=12, choices=Ownership.choices)
    kind = models.CharField(_("art"), max_length=18, choices=FacilityKind.choices)
    reach = models.CharField(
        _("dækning"), max_length=12, choices=Reach.choices, default=Reach.LOCAL
    )
    address = GuardedCharField(_("adresse"), max_length=200, blank=True)
    phone = GuardedCharField(_("telefon"), max_length=20, blank=True)
    cvr = models.CharField(_("CVR-nummer"), max_length=8, blank=True)
    p_number = models.CharField(_("P-nummer"), max_length=10, blank=True)
    portal_id = models.CharField(_("nummer på Tilbudsportalen"), max_length=12, blank=True)
    description = GuardedTextField(_("beskrivelse"), max_length=4000, blank=True)
    valid_from = models.DateField(_("åbnet"))
    valid_to = models.DateField(_("lukket"), null=True, blank=True)
    closing_reason = GuardedCharField(_("grund til lukning"), max_length=300, blank=True)
    synthetic = models.BooleanField(_("opdigtede data"), default=False)

    access = AccessPath(
        read=Action.FACILITY_READ, organisation="reporter_id", cooperation="cooperation_id"
    )

    class Meta:
        verbose_name = _("tilbud")
        verbose_name_plural = _("tilbud")
        ordering: ClassVar = ["name", "id"]
        constraints: ClassVar = [
            period_check("facility_period"),
            models.CheckConstraint(
                condition=Q(cvr="") | Q(cvr__regex=r"^[0-9]{8}$"), name="facility_cvr_eight"
            ),
            models.CheckConstraint(
                condition=Q(p_number="") | Q(p_number__regex=r"^[0-9]{10}$"),
                name="facility_p_number_ten",
            ),
            models.CheckConstraint(
                condition=Q(portal_id="") | Q(portal_id__regex=r"^[0-9]{1,8}$"),
                name="facility_portal_id_digits",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["cooperation", "municipality"], name="facility_municipality"),
            models.Index(fields=["cooperation", "operator"], name="facility_operator"),
        ]

    def __str__(self) -> str:
        return self.name

    def open_on(self, day: date) -> bool:
        """Whether it exists on the day."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


class Department(models.Model):
    """A part of a facility with an address, a P-number or an approval of its own."""

    facility = models.ForeignKey(Facility, models.PROTECT, related_name="departments")
    key = GuardedSlugField(_("nøgle"), max_length=60)
    name = GuardedCharField(_("navn"), max_length=150)
    address = GuardedCharField(_("adresse"), max_length=200, blank=True)
    p_number = models.CharField(_("P-nummer"), max_length=10, blank=True)
    portal_id = models.CharField(_("nummer på Tilbudsportalen"), max_length=12, blank=True)
    secure = models.BooleanField(_("sikret afdeling"), default=False)
    valid_from = models.DateField(_("åbnet"))
    valid_to = models.DateField(_("lukket"), null=True, blank=True)

    access = AccessPath(
        read=Action.FACILITY_READ,
        organisation="facility__reporter_id",
        cooperation="facility__cooperation_id",
    )

    class Meta:
        verbose_name = _("afdeling")
        verbose_name_plural = _("afdelinger")
        ordering: ClassVar = ["facility", "name", "id"]
        constraints: ClassVar = [
            period_check("department_period"),
            models.UniqueConstraint(fields=["facility", "key"], name="department_key_once"),
            models.CheckConstraint(
                condition=Q(p_number="") | Q(p_number__regex=r"^[0-9]{10}$"),
                name="department_p_number_ten",
            ),
            models.CheckConstraint(
                condition=Q(portal_id="") | Q(portal_id__regex=r"^[0-9]{1,8}$"),
                name="department_portal_id_digits",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Service(models.Model):
    """Something a facility gives and prices: a stay, a day offer, a course, advice."""

    class Setting(models.TextChoices):
        DAY_AND_NIGHT = "day_and_night", _("Døgn")
        SHORT_STAY = "short_stay", _("Midlertidigt ophold og aflastning")
        DAY = "day", _("Dag")
        OUTPATIENT = "outpatient", _("Ambulant")

    facility = models.ForeignKey(Facility, models.PROTECT, related_name="services")
    # A small facility has none.
    department = models.ForeignKey(
        Department,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="services",
        verbose_name=_("afdeling"),
    )
    key = GuardedSlugField(_("nøgle"), max_length=60)
    name = GuardedCharField(_("navn"), max_length=150)
    setting = models.CharField(_("form"), max_length=14, choices=Setting.choices)
    audience = models.CharField(_("for"), max_length=8, choices=Audience.choices)
    age_from = models.PositiveSmallIntegerField(_("fra alder"))
    # The first age that is too old: 18 means up to the 18th birthday; empty means no limit.
    age_to = models.PositiveSmallIntegerField(_("til alder"), null=True, blank=True)
    valid_from = models.DateField(_("gives fra"))
    valid_to = models.DateField(_("gives til"), null=True, blank=True)

    access = AccessPath(
        read=Action.FACILITY_READ,
        organisation="facility__reporter_id",
        cooperation="facility__cooperation_id",
    )

    class Meta:
        verbose_name = _("ydelse")
        verbose_name_plural = _("ydelser")
        ordering: ClassVar = ["facility", "name", "id"]
        constraints: ClassVar = [
            period_check("service_period"),
            models.UniqueConstraint(fields=["facility", "key"], name="service_key_once"),
            models.CheckConstraint(
                condition=Q(age_to__isnull=True) | Q(age_to__gt=F("age_from")), name="service_ages"
            ),
            models.CheckConstraint(
                condition=Q(age_from__lte=120) & (Q(age_to__isnull=True) | Q(age_to__lte=121)),
                name="service_ages_of_people",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def audit_label(self) -> str:
        return f"{self.facility}: {self.name}"


class ServiceParagraph(models.Model):
    """A service is given under a provision in a period."""

    service = models.ForeignKey(Service, models.PROTECT, related_name="paragraphs")
    paragraph = models.ForeignKey(
        Paragraph, models.PROTECT, related_name="services", verbose_name=_("paragraf")
    )
    valid_from = models.DateField(_("gælder fra"))
    valid_to = models.DateField(_("gælder til"), null=True, blank=True)

    no_overlap = ("service_id", "paragraph_id")
    access = AccessPath(
        read=Action.FACILITY_READ,
        organisation="service__facility__reporter_id",
        cooperation="service__facility__cooperation_id",
    )

    class Meta:
        verbose_name = _("lovgrundlag")
        verbose_name_plural = _("lovgrundlag")
        ordering: ClassVar = ["service", "paragraph__position", "valid_from"]
        constraints: ClassVar = [period_check("service_paragraph_period")]

    def __str__(self) -> str:
        return f"{self.service}: {self.paragraph}"


class ServiceTargetGroup(models.Model):
    """A service is for a target group in a period."""

    service = models.ForeignKey(Service, models.PROTECT, related_name="target_groups")
    target_group = models.ForeignKey(
        TargetGroup, models.PROTECT, related_name="services", verbose_name=_("målgruppe")
    )
    is_main = models.BooleanField(_("hovedmålgruppe"), default=False)
    valid_from = models.DateField(_("gælder fra"))
    valid_to = models.DateField(_("gælder til"), null=True, blank=True)

    no_overlap = ("service_id", "target_group_id")
    access = AccessPath(
        read=Action.FACILITY_READ,
        organisation="service__facility__reporter_id",
        cooperation="service__facility__cooperation_id",
    )

    class Meta:
        verbose_name = _("ydelsens målgruppe")
        verbose_name_plural = _("ydelsers målgrupper")
        ordering: ClassVar = ["service", "-is_main", "target_group__position", "valid_from"]
        constraints: ClassVar = [period_check("service_target_group_period")]

    def __str__(self) -> str:
        return f"{self.service}: {self.target_group}"


class Approval(models.Model):
    """What the supervising authority has approved, and until when."""

    class Status(models.TextChoices):
        APPROVED = "approved", _("Godkendt")
        CONDITIONS = "conditions", _("Godkendt på vilkår")
        SHARPENED = "sharpened", _("Skærpet tilsyn")
        PENDING = "pending", _("Under behandling")
        WITHDRAWN = "withdrawn", _("Tilbagekaldt")

    facility = models.ForeignKey(Facility, models.PROTECT, related_name="approvals")
    status = models.CharField(_("status"), max_length=10, choices=Status.choices)
    authority = GuardedCharField(_("myndighed"), max_length=120)
    places = models.PositiveIntegerField(_("godkendte pladser"), null=True, blank=True)
    terms = GuardedTextField(_("vilkår"), max_length=2000, blank=True)
    decision = GuardedCharField(_("afgørelse"), max_length=200, blank=True)
    valid_from = models.DateField(_("gælder fra"))
    valid_to = models.DateField(_("gælder til"), null=True, blank=True)

    no_overlap = ("facility_id",)
    access = AccessPath(
        read=Action.FACILITY_READ,
        organisation="facility__reporter_id",
        cooperation="facility__cooperation_id",
    )

    class Meta:
        verbose_name = _("godkendelse")
        verbose_name_plural = _("godkendelser")
        ordering: ClassVar = ["facility", "-valid_from"]
        constraints: ClassVar = [period_check("approval_period")]

    def __str__(self) -> str:
        return f"{self.facility}: {self.get_status_display()}"
