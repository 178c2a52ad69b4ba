"""Work with a run's invoices in the background: how far it is, and what came of it."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import AccessPath
from rammevaerk.portal.common.fields import GuardedCharField
from rammevaerk.portal.settlement.models.invoices import Invoice
from rammevaerk.portal.settlement.models.runs import SettlementRun, Statement


class BillingJob(models.Model):
    """Invoices being issued, written as e-invoices or handed over, one job at a time for a run.

    `day` stands on the invoices: work that is stopped and taken up again gives the same ones.
    """

    class Kind(models.TextChoices):
        ISSUE = "issue", _("Udstedelse")
        DOCUMENTS = "documents", _("Validering")
        HAND_OVER = "hand_over", _("Aflevering")

    class State(models.TextChoices):
        WORKING = "working", _("I gang")
        DONE = "done", _("Færdig")
        FAILED = "failed", _("Gik i stå")

    run = models.ForeignKey(SettlementRun, models.PROTECT, related_name="jobs")
    # None is every statement of the run that the person may invoice.
    statement = models.ForeignKey(
        Statement, models.PROTECT, null=True, blank=True, related_name="+"
    )
    # The one that is handed over; None is every one that is ready.
    invoice = models.ForeignKey(Invoice, models.PROTECT, null=True, blank=True, related_name="+")
    kind = models.CharField(_("art"), max_length=9, choices=Kind.choices)
    state = models.CharField(
        _("tilstand"), max_length=7, choices=State.choices, default=State.WORKING
    )
    day = models.DateField(_("dag på regningerne"))
    done = models.PositiveIntegerField(_("gjort"), default=0)
    total = models.PositiveIntegerField(_("i alt"), default=0)
    step = GuardedCharField(_("i gang med"), max_length=120, blank=True)
    failure = GuardedCharField(_("fejl"), max_length=1000, blank=True)
    # JSON list of findings, as dicts.
    findings = models.JSONField(_("fund"), default=list, blank=True)
    started_at = models.DateTimeField(_("begyndt"))
    finished_at = models.DateTimeField(_("slut"), null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    # In which role: what is done in the background is done with that role's rights.
    assignment = models.ForeignKey(
        "access.RoleAssignment", models.PROTECT, null=True, blank=True, related_name="+"
    )

    audit_exclude: ClassVar = {"done", "total", "step"}
    access = AccessPath(
        read=Action.INVOICE_ISSUE,
        organisation=("run__owner_id", "statement__reporter_id", "invoice__reporter_id"),
        cooperation="run__cooperation_id",
    )

    class Meta:
        verbose_name = _("arbejde med regninger")
        verbose_name_plural = _("arbejder med regninger")
        ordering: ClassVar = ["-started_at", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["run"], condition=Q(state="working"), name="billing_job_one_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.run}: {self.get_kind_display()}"
