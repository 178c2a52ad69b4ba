"""The lines of a run, how each stands, what the buyer said of it, and the buyer's own days."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import AccessPath
from rammevaerk.portal.common.fields import CivilMomentField, GuardedCharField, GuardedTextField
from rammevaerk.portal.common.validity import period_check
from rammevaerk.portal.settlement.models.runs import Statement, sent_or_own


def of_statement(read: Action, prefix: str) -> AccessPath:
    """As the statement it belongs to: the seller's side runs, the payer's side answers."""
    seller, payer = f"{prefix}reporter_id", f"{prefix}payer_id"
    return AccessPath(
        read=read,
        organisation=(seller, payer),
        cooperation=f"{prefix}run__cooperation_id",
        limit=sent_or_own(prefix),
        sides={
            Action.SETTLEMENT_RUN: (seller,),
            Action.INVOICE_ISSUE: (seller,),
            Action.SETTLEMENT_ANSWER: (payer,),
            Action.INVOICE_CONTROL: (payer,),
        },
    )


class LineKind(models.TextChoices):
    """What a line is for."""

    STAY = "stay", _("Ophold")
    NOTICE = "notice", _("Tomgangsdage")
    QUANTITY = "quantity", _("Efter mængde")
    SPECIAL = "special", _("Særlig betaling")


class SettlementLine(models.Model):
    """What one placement costs one payer in some days of a month. Never changed.

    A line that `reverses` another has its figures with the opposite sign.
    """

    statement = models.ForeignKey(Statement, models.PROTECT, related_name="lines")
    kind = models.CharField(_("art"), max_length=8, choices=LineKind.choices)
    # None for special payments that are for no citizen.
    placement = models.ForeignKey(
        "placements.Placement",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("indskrivning"),
    )
    service = models.ForeignKey(
        "catalogue.Service",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("ydelse"),
    )
    # The engine's key of the stay the line is for: «I-000123/1» is its first part.
    part = GuardedCharField(_("del"), max_length=60)
    # What it is for where the placement does not say it: «Ledsagelse, 7,25 timer».
    text = GuardedCharField(_("tekst"), max_length=200, blank=True)
    valid_from = models.DateField(_("fra og med"))
    valid_to = models.DateField(_("til"))
    days = models.IntegerField(_("døgn"))
    # Hundredths of the unit, for lines by quantity.
    quantity = models.IntegerField(_("mængde i hundrededele"), default=0)
    unit = models.CharField(_("enhed"), max_length=12, blank=True)
    unit_price_ore = models.BigIntegerField(_("enhedspris i øre"), default=0)
    basis_ore = models.BigIntegerField(_("basis i øre"), default=0)
    service_ore = models.BigIntegerField(_("ydelse i øre"), default=0)
    supplement_ore = models.BigIntegerField(_("tillæg i øre"), default=0)
    total_ore = models.BigIntegerField(_("i alt i øre"))
    # Once at a time: the reversing line's standing claims the line, see LineStanding.
    reverses = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="reversed_by"
    )
    # Why a line of an earlier month comes now.
    cause = GuardedCharField(_("årsag"), max_length=300, blank=True)
    unverified = models.BooleanField(_("med uefterprøvet regel"), default=False)

    append_only = True
    access = of_statement(Action.SETTLEMENT_READ, "statement__")

    class Meta:
        verbose_name = _("afregningslinje")
        verbose_name_plural = _("afregningslinjer")
        ordering: ClassVar = ["statement", "part", "valid_from", "id"]
        constraints: ClassVar = [
            period_check("settlement_line_period"),
            models.CheckConstraint(
                condition=Q(total_ore=F("basis_ore") + F("service_ore") + F("supplement_ore")),
                name="settlement_line_adds_up",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["placement", "valid_from"], name="line_placement_month"),
        ]

    def __str__(self) -> str:
        return f"{self.statement}: {self.part}"

    @property
    def month(self) -> str:
        """The month it is for, as «2026-03»; a line lies within one."""
        return f"{self.valid_from:%Y-%m}"


class LineStanding(models.Model):
    """How a line stands between the parties, and whose turn it is.

    Of the lines that hold, one bills a day of a part: the database refuses a day billed twice.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Kladde")
        OPEN = "open", _("Afventer køber")
        AGREED = "agreed", _("Aftalt")
        DISPUTED = "disputed", _("Bestridt")
        INVOICED = "invoiced", _("Faktureret")
        # Payer and seller are one authority: a cost, and nobody to send an invoice to.
        INTERNAL = "internal", _("Intern afregning")
        REPLACED = "replaced", _("Erstattet før fakturering")
        CREDITED = "credited", _("Krediteret")
        DISCARDED = "discarded", _("Kasseret med kørslen")

    line = models.OneToOneField(SettlementLine, models.PROTECT, related_name="standing")
    # What the days are billed as: placement and kind, «I-000123:stay». A reversal bills no day but
    # claims its line, «reverse:17», so that no other takes it back too.
    claim = models.CharField(  # noqa: DJ001 - null is never equal to null, and so never overlaps
        _("krav"), max_length=80, null=True, blank=True
    )
    valid_from = models.DateField(_("fra og med"))
    valid_to = models.DateField(_("til"))
    state = models.CharField(
        _("tilstand"), max_length=9, choices=State.choices, default=State.DRAFT
    )
    # Whose turn it is while the line waits, and by when.
    waits_for = models.ForeignKey(
        "access.Organisation", models.PROTECT, null=True, blank=True, related_name="+"
    )
    due_on = models.DateField(_("senest"), null=True, blank=True)
    # The run that replaced the line or took it back, as long as that run holds.
    taken_by = models.ForeignKey(
        "settlement.SettlementRun",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("rettet i kørsel"),
    )
    # Credited, replaced or discarded: the days are free to be billed again.
    released_at = models.DateTimeField(_("frigivet"), null=True, blank=True)

    no_overlap = ("claim",)
    no_overlap_while = "released_at"
    access = of_statement(Action.SETTLEMENT_READ, "line__statement__")

    class Meta:
        verbose_name = _("linjens stilling")
        verbose_name_plural = _("linjers stilling")
        ordering: ClassVar = ["line"]
        constraints: ClassVar = [period_check("line_standing_period")]
        indexes: ClassVar = [
            models.Index(fields=["claim"], name="line_standing_claim"),
            # Not by state alone: most lines have the same, and SQLite would look through them all.
            models.Index(fields=["waits_for", "state", "due_on"], name="line_standing_state"),
        ]

    def __str__(self) -> str:
        return f"{self.line}: {self.get_state_display()}"


class LineAnswer(models.Model):
    """A party agreed to a line or disputed it, naming the day. Never changed; the newest holds."""

    class Verdict(models.TextChoices):
        AGREED = "agreed", _("Aftalt")
        DISPUTED = "disputed", _("Bestridt")
        UPHELD = "upheld", _("Fastholdt af sælger")
        CONCEDED = "conceded", _("Sælger retter")

    line = models.ForeignKey(SettlementLine, models.PROTECT, related_name="answers")
    verdict = models.CharField(_("svar"), max_length=8, choices=Verdict.choices)
    # The day in dispute, and why: «3. maj: udskrivningsdagen».
    day = models.DateField(_("dag"), null=True, blank=True)
    reason = GuardedTextField(_("begrundelse"), max_length=1000, blank=True)
    by_label = GuardedCharField(_("af"), max_length=200)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField(_("tidspunkt"))

    append_only = True
    access = of_statement(Action.SETTLEMENT_READ, "line__statement__")

    class Meta:
        verbose_name = _("svar på linje")
        verbose_name_plural = _("svar på linjer")
        ordering: ClassVar = ["line", "at", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(verdict="disputed") | ~Q(reason=""), name="dispute_has_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line}: {self.get_verdict_display()}"


class BuyerRecord(models.Model):
    """When the buyer says a citizen came and left, from its own system: beside the seller's days.

    `absences` is JSON: [["2026-03-01", "2026-03-05"], …], from a day to the day back.
    """

    payer = models.ForeignKey(
        "access.Organisation", models.PROTECT, related_name="+", verbose_name=_("betalingskommune")
    )
    placement = models.ForeignKey(
        "placements.Placement", models.PROTECT, related_name="+", verbose_name=_("indskrivning")
    )
    valid_from = CivilMomentField(_("kom"))
    valid_to = CivilMomentField(_("gik"), null=True, blank=True)
    absences = models.JSONField(_("fravær"), default=list, blank=True)
    source = GuardedCharField(_("kilde"), max_length=200, blank=True)
    registered_at = models.DateTimeField(_("registreret"))
    superseded_at = models.DateTimeField(_("afløst"), null=True, blank=True)

    no_overlap = ("payer_id", "placement_id")
    no_overlap_while = "superseded_at"
    access = AccessPath(
        read=Action.SETTLEMENT_READ,
        organisation=("payer_id", "placement__service__facility__reporter_id"),
        cooperation="placement__service__facility__cooperation_id",
        sides={Action.SETTLEMENT_ANSWER: ("payer_id",)},
    )

    class Meta:
        verbose_name = _("købers registrering")
        verbose_name_plural = _("købers registreringer")
        ordering: ClassVar = ["placement", "valid_from", "registered_at"]
        constraints: ClassVar = [period_check("buyer_record_period")]

    def __str__(self) -> str:
        return f"{self.placement}"
