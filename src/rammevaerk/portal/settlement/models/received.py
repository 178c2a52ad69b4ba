"""Invoices a buyer has received from others, and what its control of a month came to."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import AccessPath
from rammevaerk.portal.common.fields import GuardedCharField, GuardedJSONField, GuardedTextField
from rammevaerk.portal.common.validity import period_check


def _of_buyer(prefix: str = "") -> AccessPath:
    return AccessPath(read=Action.INVOICE_CONTROL, organisation=f"{prefix}payer_id")


class ReceivedInvoice(models.Model):
    """An invoice or credit note the buyer was sent, read from a file, to be controlled."""

    class State(models.TextChoices):
        OPEN = "open", _("Skal kontrolleres")
        APPROVED = "approved", _("Godkendt til betaling")
        OBJECTED = "objected", _("Der er gjort indsigelse")

    payer = models.ForeignKey(
        "access.Organisation", models.PROTECT, related_name="+", verbose_name=_("betalingskommune")
    )
    seller_cvr = models.CharField(_("sælgers CVR-nummer"), max_length=8, blank=True)
    seller_name = GuardedCharField(_("sælger"), max_length=200)
    # Found by the CVR number; None for a seller the register does not know.
    seller = models.ForeignKey(
        "access.Organisation", models.PROTECT, null=True, blank=True, related_name="+"
    )
    label = GuardedCharField(_("nummer"), max_length=60)
    credit = models.BooleanField(_("kreditnota"), default=False)
    issued_on = models.DateField(_("udstedt den"))
    due_on = models.DateField(_("betales senest"), null=True, blank=True)
    # The number of the invoice that a credit note takes back, as it says it.
    credits = GuardedCharField(_("krediterer"), max_length=60, blank=True)
    # With its sign: a credit note is negative.
    total_ore = models.BigIntegerField(_("i alt i øre"))
    # JSON list of what is odd about it, as Danish sentences.
    remarks = GuardedJSONField(_("bemærkninger"), default=list, blank=True)
    file_name = GuardedCharField(_("fil"), max_length=150)
    sha256 = models.CharField(_("fingeraftryk"), max_length=64)
    format = models.CharField(_("format"), max_length=10)
    state = models.CharField(_("tilstand"), max_length=8, choices=State.choices, default=State.OPEN)
    verdict = GuardedTextField(_("begrundelse"), max_length=2000, blank=True)
    decided_at = models.DateTimeField(_("afgjort"), null=True, blank=True)
    decided_by_label = GuardedCharField(_("afgjort af"), max_length=200, blank=True)
    received_at = models.DateTimeField(_("modtaget"))
    received_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    access = _of_buyer()

    class Meta:
        verbose_name = _("modtaget regning")
        verbose_name_plural = _("modtagne regninger")
        ordering: ClassVar = ["-issued_on", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["payer", "seller_cvr", "label"], name="received_invoice_once"
            ),
            models.CheckConstraint(
                condition=~Q(state="objected") | ~Q(verdict=""), name="objection_has_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return self.label


class ReceivedLine(models.Model):
    """One line of a received invoice, as it stood there and as it was understood."""

    invoice = models.ForeignKey(ReceivedInvoice, models.PROTECT, related_name="lines")
    position = models.PositiveIntegerField(_("nr."))
    text = GuardedCharField(_("tekst"), max_length=500, blank=True)
    reference = GuardedCharField(_("borgerens reference"), max_length=60, blank=True)
    # Found by the reference; None where it names no placement of this payer.
    placement = models.ForeignKey(
        "placements.Placement", models.PROTECT, null=True, blank=True, related_name="+"
    )
    valid_from = models.DateField(_("fra og med"), null=True, blank=True)
    valid_to = models.DateField(_("til"), null=True, blank=True)
    # Hundredths: 27 days is 2700.
    quantity = models.BigIntegerField(_("mængde i hundrededele"), default=0)
    unit = GuardedCharField(_("enhed"), max_length=40, blank=True)
    amount_ore = models.BigIntegerField(_("beløb i øre"))

    access = _of_buyer("invoice__")

    class Meta:
        verbose_name = _("linje på modtaget regning")
        verbose_name_plural = _("linjer på modtagne regninger")
        ordering: ClassVar = ["invoice", "position"]
        constraints: ClassVar = [
            period_check("received_line_period"),
            models.UniqueConstraint(fields=["invoice", "position"], name="received_line_position"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["valid_from", "valid_to"], name="received_line_days"),
        ]

    def __str__(self) -> str:
        return f"{self.invoice}, {self.position}"


class ControlMonth(models.Model):
    """What a payer should be charged for a month, what it was, and why they differ.

    Calculated again whenever it is asked for: the newest calculation is all there is. `sellers` is
    JSON, a summary by seller; `content` is what each placement was expected and charged.
    """

    class State(models.TextChoices):
        WORKING = "working", _("Beregnes")
        DONE = "done", _("Beregnet")
        FAILED = "failed", _("Kunne ikke beregnes")

    payer = models.ForeignKey(
        "access.Organisation", models.PROTECT, related_name="+", verbose_name=_("betalingskommune")
    )
    month = models.DateField(_("måned"))
    state = models.CharField(
        _("tilstand"), max_length=7, choices=State.choices, default=State.WORKING
    )
    failure = GuardedCharField(_("fejl"), max_length=500, blank=True)
    expected_ore = models.BigIntegerField(_("ventet i øre"), default=0)
    charged_ore = models.BigIntegerField(_("opkrævet i øre"), default=0)
    sellers = GuardedJSONField(_("sælgere"), default=list, blank=True)
    # JSON, compressed: see `calculate/control.py`.
    content = models.BinaryField(_("indhold"), default=bytes, blank=True)
    sha256 = models.CharField(_("fingeraftryk"), max_length=64, blank=True)
    asked_at = models.DateTimeField(_("bestilt"))
    calculated_at = models.DateTimeField(_("beregnet"), null=True, blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    # In which role: what is done in the background is done with that role's rights.
    assignment = models.ForeignKey(
        "access.RoleAssignment", models.PROTECT, null=True, blank=True, related_name="+"
    )

    # Its fingerprint stands for it.
    audit_exclude: ClassVar = {"content"}
    access = _of_buyer()

    class Meta:
        verbose_name = _("kontrol af en måned")
        verbose_name_plural = _("kontroller af måneder")
        ordering: ClassVar = ["payer", "-month"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["payer", "month"], name="control_month_once"),
            models.CheckConstraint(condition=Q(month__day=1), name="control_month_first"),
        ]

    def __str__(self) -> str:
        return f"{self.payer}, {self.month:%Y-%m}"
