"""The agreement, its editions, the chapters of the styringsaftale and the annexes."""

from datetime import date
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from rammevaerk.engine.periods import Period
from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import AccessPath
from rammevaerk.portal.common.fields import (
    GuardedCharField,
    GuardedSlugField,
    GuardedTextField,
    GuardedURLField,
    PartialDateField,
)


class Agreement(models.Model):
    """A cooperation's standing framework agreement, renewed edition by edition."""

    cooperation = models.ForeignKey("access.Cooperation", models.PROTECT, related_name="agreements")
    slug = GuardedSlugField(_("kort navn"), max_length=60, unique=True)
    title = GuardedCharField(_("titel"), max_length=200)

    access = AccessPath(read=Action.EDITION_READ, cooperation="cooperation_id")

    class Meta:
        verbose_name = _("rammeaftale")
        verbose_name_plural = _("rammeaftaler")
        ordering: ClassVar = ["slug"]

    def __str__(self) -> str:
        return self.title


class Edition(models.Model):
    """The agreement as it holds for a period, normally two years."""

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="editions")
    slug = GuardedSlugField(_("adresse"), max_length=80, unique=True)
    label = GuardedCharField(_("periode"), max_length=20)
    title = GuardedCharField(_("titel"), max_length=200)
    summary = GuardedTextField(_("resumé"), max_length=6000, blank=True)
    valid_from = models.DateField(_("gælder fra"))
    valid_to = models.DateField(_("gælder til"))
    approval_deadline = PartialDateField(_("frist for godkendelse"))
    deadline_source = GuardedCharField(_("fristens kilde"), max_length=300, blank=True)
    published_on = models.DateField(_("offentliggjort"), null=True, blank=True)
    dispatched_on = models.DateField(_("sendt til styrelsen"), null=True, blank=True)
    sources = GuardedTextField(_("kilder"), max_length=2000, blank=True)
    synthetic = models.BooleanField(_("opdigtede data"), default=False)

    access = AccessPath(read=Action.EDITION_READ, cooperation="agreement__cooperation_id")

    class Meta:
        verbose_name = _("udgave")
        verbose_name_plural = _("udgaver")
        ordering: ClassVar = ["agreement", "-valid_from"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(valid_to__gt=F("valid_from")), name="edition_period"
            ),
            models.UniqueConstraint(fields=["agreement", "label"], name="edition_label_once"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def period(self) -> Period:
        return Period(self.valid_from, self.valid_to)

    def began(self, today: date) -> date | None:
        """Today when the period has begun; None while its plan is still being made."""
        return today if self.valid_from <= today else None

    def shown_as_of(self, today: date) -> date:
        """The day whose names and members its pages show: today, or its last day once past."""
        return min(today, self.period.last)


class EditionParty(models.Model):
    """An organisation that is party to an edition."""

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="parties")
    organisation = models.ForeignKey("access.Organisation", models.PROTECT, related_name="+")

    access = AccessPath(
        read=Action.EDITION_READ,
        organisation="organisation_id",
        cooperation="edition__agreement__cooperation_id",
    )

    class Meta:
        verbose_name = _("aftalepart")
        verbose_name_plural = _("aftaleparter")
        ordering: ClassVar = ["edition", "organisation__key"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["edition", "organisation"], name="party_once"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} i {self.edition}"

    @property
    def audit_label(self) -> str:
        return f"{self.organisation.audit_label} i {self.edition}"


class Chapter(models.Model):
    """A chapter of an edition's styringsaftale, to which rules and clauses refer."""

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="chapters")
    number = GuardedCharField(_("nummer"), max_length=12)
    position = models.PositiveSmallIntegerField(_("rækkefølge"))
    title = GuardedCharField(_("titel"), max_length=200)
    summary = GuardedTextField(_("indhold"), max_length=2000, blank=True)
    source = GuardedCharField(_("kilde"), max_length=300, blank=True)

    access = AccessPath(read=Action.EDITION_READ, cooperation="edition__agreement__cooperation_id")

    class Meta:
        verbose_name = _("kapitel")
        verbose_name_plural = _("kapitler")
        ordering: ClassVar = ["edition", "position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["edition", "number"], name="chapter_number_once"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class Annex(models.Model):
    """An entry of an edition's annex register; its files are its versions."""

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="annexes")
    number = models.PositiveSmallIntegerField(_("nummer"))
    title = GuardedCharField(_("titel"), max_length=200)
    published_at = GuardedURLField(_("offentliggjort på"), max_length=500, blank=True)

    access = AccessPath(read=Action.EDITION_READ, cooperation="edition__agreement__cooperation_id")

    class Meta:
        verbose_name = _("bilag")
        verbose_name_plural = _("bilag")
        ordering: ClassVar = ["edition", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["edition", "number"], name="annex_number_once"),
        ]

    def __str__(self) -> str:
        return f"Bilag {self.number}: {self.title}"


class AnnexVersion(models.Model):
    """One file of an annex, as it was handed in. Never changed; a new file is a new version."""

    annex = models.ForeignKey(Annex, models.PROTECT, related_name="versions")
    version = models.PositiveSmallIntegerField(_("version"))
    name = GuardedCharField(_("filnavn"), max_length=150)
    media_type = models.CharField(_("filtype"), max_length=120)
    size = models.BigIntegerField(_("størrelse i byte"))
    sha256 = models.CharField(_("fingeraftryk"), max_length=64)
    uploaded_at = models.DateTimeField(_("lagt op"))
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("lagt op af"),
    )

    append_only = True
    access = AccessPath(
        read=Action.EDITION_READ, cooperation="annex__edition__agreement__cooperation_id"
    )

    class Meta:
        verbose_name = _("bilagsfil")
        verbose_name_plural = _("bilagsfiler")
        ordering: ClassVar = ["annex", "-version"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["annex", "version"], name="annex_version_once"),
        ]

    def __str__(self) -> str:
        return f"{self.annex}, version {self.version}"
