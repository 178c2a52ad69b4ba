"""The standard contract in its versions, and the contracts made on it."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import AccessPath
from rammevaerk.portal.common.fields import (
    GuardedCharField,
    GuardedJSONField,
    GuardedSlugField,
    GuardedTextField,
)
from rammevaerk.portal.common.validity import period_check
from rammevaerk.portal.placements.contract_fields import REGISTER_NUMBERS
from rammevaerk.portal.placements.models.placements import Placement, of_placement


class ContractJSONField(GuardedJSONField):
    """What a contract says: texts, and numbers from the register of facilities."""

    not_asked = REGISTER_NUMBERS


class ContractTemplate(models.Model):
    """A version of a standard contract: for whom, inside or outside the agreement, and from when.

    Its clauses may be edited until it is published; then a new version follows it.
    """

    class Audience(models.TextChoices):
        CHILDREN = "children", _("Børn og unge")
        ADULTS = "adults", _("Voksne")

    cooperation = models.ForeignKey("access.Cooperation", models.PROTECT, related_name="+")
    key = GuardedSlugField(_("nøgle"), max_length=60)
    version = GuardedCharField(_("version"), max_length=20)
    title = GuardedCharField(_("titel"), max_length=150)
    audience = models.CharField(_("for"), max_length=8, choices=Audience.choices)
    inside_agreement = models.BooleanField(_("inden for rammeaftalen"), default=True)
    source = GuardedCharField(_("kilde"), max_length=300, blank=True)
    unverified = models.BooleanField(_("ikke efterprøvet"), default=False)
    valid_from = models.DateField(_("bruges fra"))
    valid_to = models.DateField(_("bruges til"), null=True, blank=True)
    published_at = models.DateTimeField(_("offentliggjort"), null=True, blank=True)

    access = AccessPath(read=Action.TEMPLATE_READ, cooperation="cooperation_id")

    class Meta:
        verbose_name = _("kontraktskabelon")
        verbose_name_plural = _("kontraktskabeloner")
        ordering: ClassVar = ["cooperation", "key", "-valid_from"]
        constraints: ClassVar = [
            period_check("contract_template_period"),
            models.UniqueConstraint(
                fields=["cooperation", "key", "version"], name="contract_template_version_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.version}"


class TemplateClause(models.Model):
    """One clause of a template: a heading, a text with fields in it, and whether it may be left.

    A field stands as its word in braces, ``{betalingsfrist}``; its value comes from the placement
    or is typed.
    """

    template = models.ForeignKey(ContractTemplate, models.PROTECT, related_name="clauses")
    position = models.PositiveSmallIntegerField(_("nr."))
    key = GuardedSlugField(_("nøgle"), max_length=60)
    heading = GuardedCharField(_("overskrift"), max_length=150)
    text = GuardedTextField(_("tekst"), max_length=4000)

    access = AccessPath(read=Action.TEMPLATE_READ, cooperation="template__cooperation_id")

    class Meta:
        verbose_name = _("standardvilkår")
        verbose_name_plural = _("standardvilkår")
        ordering: ClassVar = ["template", "position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["template", "key"], name="template_clause_key_once"),
            models.UniqueConstraint(
                fields=["template", "position"], name="template_clause_position_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.template}: {self.heading}"


class Contract(models.Model):
    """Buyer and seller agree on one placement, on a standard contract or outside it.

    `agreed_at` is when both had approved it. `under_way` is the step of what is being made: the
    contract itself until it is agreed, an addendum afterwards; "" when nothing is.
    """

    class UnderWay(models.TextChoices):
        DRAFT = "draft", _("Kladde")
        SENT = "sent", _("Til godkendelse")

    placement = models.ForeignKey(Placement, models.PROTECT, related_name="contracts")
    number = GuardedCharField(_("kontraktnummer"), max_length=30, unique=True)
    # None for a contract on the parties' own paper.
    template = models.ForeignKey(
        ContractTemplate,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="contracts",
        verbose_name=_("kontraktskabelon"),
    )
    outside_reason = GuardedCharField(_("hvorfor uden for standarden"), max_length=500, blank=True)
    # What is being written and not yet agreed. JSON: {"number": 0 or the addendum's, "valid_from",
    # "valid_to", "fields": {what was typed}, "clauses": {key: {"heading", "text", "reason"}},
    # "summary"}.
    draft = ContractJSONField(_("kladde"), null=True, blank=True)
    under_way = models.CharField(
        _("under udarbejdelse"), max_length=5, choices=UnderWay.choices, blank=True
    )
    agreed_at = models.DateTimeField(_("indgået"), null=True, blank=True)
    valid_from = models.DateField(_("gælder fra"))
    valid_to = models.DateField(_("gælder til"), null=True, blank=True)
    ended_reason = GuardedCharField(_("grund til ophør"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("oprettet"))

    access = of_placement(Action.CONTRACT_READ)

    class Meta:
        verbose_name = _("kontrakt")
        verbose_name_plural = _("kontrakter")
        ordering: ClassVar = ["number"]
        indexes: ClassVar = [models.Index(fields=["under_way"], name="contract_under_way")]
        constraints: ClassVar = [
            period_check("contract_period"),
            models.CheckConstraint(
                condition=Q(template__isnull=False) | ~Q(outside_reason=""),
                name="contract_outside_has_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class ContractVersion(models.Model):
    """A contract's text as sent for approval, or an addendum to it. Never changed.

    `content` is JSON: {"fields": {name: value}, "clauses": [{"key", "heading", "text",
    "deviates", "reason"}], "summary": "…", "written": as in a draft};
    `sha256` is of the canonical form of the content with the contract's number, the addendum's and
    the day it holds from.
    """

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="versions")
    # 0 is the contract, 1 the first addendum.
    number = models.PositiveSmallIntegerField(_("tillæg nr."))
    attempt = models.PositiveSmallIntegerField(_("udkast nr."), default=1)
    valid_from = models.DateField(_("gælder fra"))
    content = ContractJSONField(_("indhold"))
    deviations = models.PositiveSmallIntegerField(_("afvigelser fra standarden"), default=0)
    sha256 = models.CharField(_("fingeraftryk"), max_length=64)
    sent_at = models.DateTimeField(_("sendt til godkendelse"))
    sent_by_label = GuardedCharField(_("sendt af"), max_length=200)

    append_only = True
    access = of_placement(Action.CONTRACT_READ, prefix="contract__placement__")

    class Meta:
        verbose_name = _("kontraktversion")
        verbose_name_plural = _("kontraktversioner")
        ordering: ClassVar = ["contract", "number", "attempt"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["contract", "number", "attempt"], name="contract_version_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contract}, tillæg {self.number}" if self.number else f"{self.contract}"


class ContractApproval(models.Model):
    """One party has said yes or no to a version of a contract. Never changed."""

    class Side(models.TextChoices):
        BUYER = "buyer", _("Køber")
        SELLER = "seller", _("Sælger")

    version = models.ForeignKey(ContractVersion, models.PROTECT, related_name="approvals")
    side = models.CharField(_("part"), max_length=6, choices=Side.choices)
    approved = models.BooleanField(_("godkendt"))
    reason = GuardedTextField(_("begrundelse"), max_length=1000, blank=True)
    by_label = GuardedCharField(_("af"), max_length=200)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField(_("tidspunkt"))

    append_only = True
    access = of_placement(Action.CONTRACT_READ, prefix="version__contract__placement__")

    class Meta:
        verbose_name = _("kontraktgodkendelse")
        verbose_name_plural = _("kontraktgodkendelser")
        ordering: ClassVar = ["version", "at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["version", "side"], name="contract_approval_once"),
            models.CheckConstraint(
                condition=Q(approved=True) | ~Q(reason=""), name="contract_refusal_has_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version}: {self.get_side_display()}"
