"""Invoices and credit notes: numbered without a gap, never changed, handed over with a receipt."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import AccessPath
from rammevaerk.portal.common.fields import GuardedCharField
from rammevaerk.portal.settlement.models.lines import SettlementLine
from rammevaerk.portal.settlement.models.runs import SettlementRun


def of_invoice(prefix: str = "") -> AccessPath:
    """The seller's side issues; the payer's side reads and controls."""
    seller, payer = f"{prefix}reporter_id", f"{prefix}payer_id"
    return AccessPath(
        read=Action.INVOICE_READ,
        organisation=(seller, payer),
        cooperation=f"{prefix}cooperation_id",
        sides={Action.INVOICE_ISSUE: (seller,), Action.INVOICE_CONTROL: (payer,)},
    )


class InvoiceSeries(models.Model):
    """The last number an operator has given in a year: locked while the next one is taken."""

    operator = models.ForeignKey(
        "access.Organisation", models.PROTECT, related_name="+", verbose_name=_("driftsherre")
    )
    year = models.PositiveSmallIntegerField(_("år"))
    last = models.PositiveIntegerField(_("sidste nummer"), default=0)

    access = AccessPath(read=Action.INVOICE_READ, organisation="operator_id")

    class Meta:
        verbose_name = _("nummerserie")
        verbose_name_plural = _("nummerserier")
        ordering: ClassVar = ["operator", "year"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["operator", "year"], name="invoice_series_once"),
        ]

    def __str__(self) -> str:
        return f"{self.operator}, {self.year}"


class Invoice(models.Model):
    """An invoice or a credit note from an operator to a payer. Never changed.

    `seller` and `buyer` are the parties as they were that day (JSON with the columns of
    BillingParty). `key` names what it bills: made again, it is found and not made twice.
    """

    class Kind(models.TextChoices):
        INVOICE = "invoice", _("Regning")
        CREDIT = "credit", _("Kreditnota")

    cooperation = models.ForeignKey("access.Cooperation", models.PROTECT, related_name="+")
    run = models.ForeignKey(
        SettlementRun, models.PROTECT, related_name="invoices", verbose_name=_("kørsel")
    )
    operator = models.ForeignKey(
        "access.Organisation", models.PROTECT, related_name="+", verbose_name=_("driftsherre")
    )
    reporter = models.ForeignKey(
        "access.Organisation", models.PROTECT, related_name="+", verbose_name=_("indberettes af")
    )
    payer = models.ForeignKey(
        "access.Organisation", models.PROTECT, related_name="+", verbose_name=_("betalingskommune")
    )
    kind = models.CharField(_("art"), max_length=7, choices=Kind.choices)
    year = models.PositiveSmallIntegerField(_("år"))
    number = models.PositiveIntegerField(_("løbenummer"))
    # As printed: "791-2026-000042".
    label = GuardedCharField(_("nummer"), max_length=30)
    month = models.DateField(_("måned"))
    issued_on = models.DateField(_("udstedt den"))
    due_on = models.DateField(_("betales senest"))
    seller = models.JSONField(_("sælger"))
    buyer = models.JSONField(_("køber"))
    reference = GuardedCharField(_("købers reference"), max_length=60, blank=True)
    # What a credit note takes back; the newest invoice it concerns where there are several.
    credits = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="credited_by"
    )
    total_ore = models.BigIntegerField(_("i alt i øre"))
    key = models.CharField(_("nøgle"), max_length=120, unique=True)
    sha256 = models.CharField(_("fingeraftryk"), max_length=64)
    issued_at = models.DateTimeField(_("udstedt"))
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    append_only = True
    access = of_invoice()

    class Meta:
        verbose_name = _("regning")
        verbose_name_plural = _("regninger")
        ordering: ClassVar = ["-issued_on", "operator", "-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["operator", "year", "number"], name="invoice_number_once"
            ),
            models.CheckConstraint(
                condition=Q(kind="invoice", total_ore__gte=0) | Q(kind="credit", total_ore__lte=0),
                name="invoice_sign",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["payer", "-issued_on"], name="invoice_payer_day"),
        ]

    def __str__(self) -> str:
        return self.label


class InvoiceLine(models.Model):
    """A settlement line on an invoice or credit note: each is billed once. Never changed."""

    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="lines")
    position = models.PositiveIntegerField(_("nr."))
    line = models.OneToOneField(SettlementLine, models.PROTECT, related_name="invoice_line")
    text = GuardedCharField(_("tekst"), max_length=300)
    # The placement's reference: a citizen is never named.
    reference = GuardedCharField(_("borgerens reference"), max_length=60, blank=True)
    amount_ore = models.BigIntegerField(_("beløb i øre"))

    append_only = True
    access = of_invoice("invoice__")

    class Meta:
        verbose_name = _("regningslinje")
        verbose_name_plural = _("regningslinjer")
        ordering: ClassVar = ["invoice", "position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["invoice", "position"], name="invoice_line_position"),
        ]

    def __str__(self) -> str:
        return f"{self.invoice}, {self.position}"


class InvoiceDocument(models.Model):
    """An invoice as a machine reads it, and by which rules it was validated. Never changed."""

    class Format(models.TextChoices):
        OIOUBL = "oioubl", _("OIOUBL 2.1")
        PEPPOL = "peppol", _("Peppol BIS Billing 3")

    class Outcome(models.TextChoices):
        VALID = "valid", _("Overholder reglerne")
        INVALID = "invalid", _("Overholder ikke reglerne")
        UNVALIDATED = "unvalidated", _("Ikke valideret: reglerne mangler")

    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="documents")
    format = models.CharField(_("format"), max_length=6, choices=Format.choices)
    content = models.BinaryField(_("indhold"))
    sha256 = models.CharField(_("fingeraftryk"), max_length=64)
    outcome = models.CharField(_("validering"), max_length=11, choices=Outcome.choices)
    # The files of rules with their hashes, as one; empty when there were none.
    rules_sha256 = models.CharField(_("reglernes fingeraftryk"), max_length=64, blank=True)
    rules_label = GuardedCharField(_("regler"), max_length=200, blank=True)
    # JSON list of {"id", "text", "place"}.
    problems = models.JSONField(_("fejl"), default=list, blank=True)
    made_at = models.DateTimeField(_("dannet"))

    append_only = True
    # The trail keeps its fingerprint.
    audit_exclude: ClassVar = {"content"}
    access = of_invoice("invoice__")

    class Meta:
        verbose_name = _("e-regning")
        verbose_name_plural = _("e-regninger")
        ordering: ClassVar = ["invoice", "-made_at", "-id"]

    def __str__(self) -> str:
        return f"{self.invoice}: {self.get_format_display()}"


class HandOver(models.Model):
    """One attempt to hand an e-invoice over, and what came of it. Never changed.

    Handed over means that the folder or the endpoint took it: not that the buyer has it.
    """

    class Channel(models.TextChoices):
        FOLDER = "folder", _("Mappe")
        HTTP = "http", _("Netadresse")

    class Outcome(models.TextChoices):
        HANDED_OVER = "handed_over", _("Afleveret")
        FAILED = "failed", _("Mislykkedes")

    document = models.ForeignKey(InvoiceDocument, models.PROTECT, related_name="hand_overs")
    attempt = models.PositiveSmallIntegerField(_("forsøg"))
    channel = models.CharField(_("kanal"), max_length=6, choices=Channel.choices)
    destination = GuardedCharField(_("sted"), max_length=300)
    outcome = models.CharField(_("udfald"), max_length=11, choices=Outcome.choices)
    receipt = GuardedCharField(_("kvittering"), max_length=500, blank=True)
    at = models.DateTimeField(_("tidspunkt"))

    append_only = True
    access = of_invoice("document__invoice__")

    class Meta:
        verbose_name = _("aflevering")
        verbose_name_plural = _("afleveringer")
        ordering: ClassVar = ["document", "attempt"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["document", "attempt"], name="hand_over_attempt"),
        ]

    def __str__(self) -> str:
        return f"{self.document}: {self.get_outcome_display()}"
