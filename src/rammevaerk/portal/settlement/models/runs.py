"""A settlement run, the input it was made from, and what it says to each buyer."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from rammevaerk.portal.access.actions import Action, Scope
from rammevaerk.portal.access.policy import AccessPath, Actor, Limit
from rammevaerk.portal.common.fields import GuardedCharField


class RunState(models.TextChoices):
    """How far a run has come."""

    WORKING = "working", _("Beregnes")
    FAILED = "failed", _("Kunne ikke beregnes")
    DRAFT = "draft", _("Kladde")
    REVIEWED = "reviewed", _("Gennemgået og sendt til køberne")
    AGREED = "agreed", _("Aftalt")
    INVOICED = "invoiced", _("Faktureret")
    DISCARDED = "discarded", _("Kasseret")


class SettlementRun(models.Model):
    """A month settled for an operator, a facility or everybody: the figures never change.

    A run that was wrong is discarded while nobody has been billed; after that a later run corrects.
    """

    cooperation = models.ForeignKey("access.Cooperation", models.PROTECT, related_name="+")
    # Who makes it: the organisation that reports for the facilities, or the joint secretariat.
    owner = models.ForeignKey(
        "access.Organisation", models.PROTECT, related_name="+", verbose_name=_("køres af")
    )
    # A joint run is of the whole cooperation; otherwise of the facilities the owner reports for.
    joint = models.BooleanField(_("for hele samarbejdet"), default=False)
    # None is every operator the owner may run for.
    operator = models.ForeignKey(
        "access.Organisation",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("driftsherre"),
    )
    facility = models.ForeignKey(
        "catalogue.Facility",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("tilbud"),
    )
    number = models.PositiveIntegerField(_("kørsel nr."))
    month = models.DateField(_("måned"))
    # The day on which claims are made: the twelve months are counted back from it.
    claimed_on = models.DateField(_("krav rejst den"))
    # How many earlier months are looked through for what has changed since.
    months_back = models.PositiveSmallIntegerField(_("måneder tilbage"), default=12)
    state = models.CharField(
        _("tilstand"), max_length=9, choices=RunState.choices, default=RunState.WORKING
    )
    failure = GuardedCharField(_("fejl"), max_length=1000, blank=True)
    done = models.PositiveIntegerField(_("gjort"), default=0)
    total = models.PositiveIntegerField(_("i alt"), default=0)
    step = GuardedCharField(_("i gang med"), max_length=120, blank=True)
    engine_version = models.CharField(_("beregnerens version"), max_length=20, blank=True)
    rules_sha256 = models.CharField(_("regelsættets fingeraftryk"), max_length=64, blank=True)
    result_sha256 = models.CharField(_("resultatets fingeraftryk"), max_length=64, blank=True)
    # JSON list of the engine's findings, as dicts.
    findings = models.JSONField(_("fund"), default=list, blank=True)
    created_at = models.DateTimeField(_("oprettet"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    # In which role: what is done in the background is done with that role's rights.
    assignment = models.ForeignKey(
        "access.RoleAssignment", models.PROTECT, null=True, blank=True, related_name="+"
    )

    audit_exclude: ClassVar = {"done", "total", "step"}
    access = AccessPath(
        read=Action.SETTLEMENT_READ, organisation="owner_id", cooperation="cooperation_id"
    )

    class Meta:
        verbose_name = _("afregningskørsel")
        verbose_name_plural = _("afregningskørsler")
        ordering: ClassVar = ["-month", "-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["owner", "number"], name="run_number_once"),
            models.CheckConstraint(condition=Q(month__day=1), name="run_month_first"),
            models.CheckConstraint(condition=Q(months_back__lte=24), name="run_months_back"),
        ]

    def __str__(self) -> str:
        return f"Kørsel {self.number}, {self.month:%Y-%m}"


_OF_RUN = AccessPath(
    read=Action.SETTLEMENT_READ, organisation="run__owner_id", cooperation="run__cooperation_id"
)


class RunSnapshot(models.Model):
    """The tables a run was made from, zipped Parquet: it can be made again at any time."""

    run = models.OneToOneField(SettlementRun, models.PROTECT, related_name="snapshot")
    content = models.BinaryField(_("indhold"))
    sha256 = models.CharField(_("fingeraftryk"), max_length=64)
    rows = models.PositiveIntegerField(_("rækker"))
    stored_at = models.DateTimeField(_("gemt"))

    append_only = True
    # Its fingerprint stands for it.
    audit_exclude: ClassVar = {"content"}
    access = _OF_RUN

    class Meta:
        verbose_name = _("kørslens grundlag")
        verbose_name_plural = _("kørslers grundlag")

    def __str__(self) -> str:
        return f"{self.run}"


def sent_or_own(prefix: str = "") -> Limit:
    """A payer sees a statement from the day it is sent; the seller's side sees drafts too."""

    def limit(actor: Actor) -> Q:
        if actor.scope(Action.SETTLEMENT_READ) is not Scope.OWN:
            return Q()
        own = Q(**{f"{prefix}reporter_id": actor.organisation_id})
        return own | ~Q(**{f"{prefix}state": Statement.State.DRAFT})

    return limit


class Statement(models.Model):
    """What a run says one buyer owes one operator: what buyer and seller agree about."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Kladde")
        OPEN = "open", _("Afventer køber")
        ANSWERED = "answered", _("Besvaret")
        INVOICED = "invoiced", _("Faktureret")
        # Payer and seller are one authority: answered by itself, and never invoiced.
        INTERNAL = "internal", _("Intern afregning")

    run = models.ForeignKey(SettlementRun, models.PROTECT, related_name="statements")
    operator = models.ForeignKey(
        "access.Organisation", models.PROTECT, related_name="+", verbose_name=_("driftsherre")
    )
    # Who acts for the operator: itself, or the authority that reports for it.
    reporter = models.ForeignKey(
        "access.Organisation", models.PROTECT, related_name="+", verbose_name=_("indberettes af")
    )
    payer = models.ForeignKey(
        "access.Organisation", models.PROTECT, related_name="+", verbose_name=_("betalingskommune")
    )
    state = models.CharField(
        _("tilstand"), max_length=8, choices=State.choices, default=State.DRAFT
    )
    lines_count = models.PositiveIntegerField(_("linjer"), default=0)
    days = models.IntegerField(_("døgn"), default=0)
    total_ore = models.BigIntegerField(_("i alt i øre"), default=0)
    answer_by = models.DateField(_("svar senest"), null=True, blank=True)
    answered_at = models.DateTimeField(_("besvaret"), null=True, blank=True)

    access = AccessPath(
        read=Action.SETTLEMENT_READ,
        organisation=("reporter_id", "payer_id"),
        cooperation="run__cooperation_id",
        limit=sent_or_own(),
        sides={
            Action.SETTLEMENT_RUN: ("reporter_id",),
            Action.INVOICE_ISSUE: ("reporter_id",),
            Action.SETTLEMENT_ANSWER: ("payer_id",),
            Action.INVOICE_CONTROL: ("payer_id",),
        },
    )

    class Meta:
        verbose_name = _("opgørelse")
        verbose_name_plural = _("opgørelser")
        ordering: ClassVar = ["run", "operator", "payer"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["run", "operator", "reporter", "payer"], name="statement_once"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["payer", "state"], name="statement_payer_state"),
        ]

    def __str__(self) -> str:
        return f"{self.run}: {self.operator} → {self.payer}"

    @property
    def internal(self) -> bool:
        """Whether the payer is the operator itself: a cost, and nobody to invoice.

        Who merely reports for an operator owes it as others do.
        """
        return self.payer_id == self.operator_id
