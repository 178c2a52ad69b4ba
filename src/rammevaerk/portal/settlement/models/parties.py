"""Where an organisation is billed and paid, by date."""

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from stdnum import ean

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import AccessPath
from rammevaerk.portal.common.fields import GuardedCharField, GuardedEmailField
from rammevaerk.portal.common.validity import period_check


def check_gln(value: str) -> None:
    """A location number (GLN, «EAN-nummer») has thirteen digits, the last a check digit."""
    if value and not (value.isdigit() and len(value) == 13 and ean.is_valid(value)):
        raise ValidationError(
            _t("«%s» er ikke et gyldigt EAN-nummer: det har 13 cifre, og det sidste er kontrol.")
            % value
        )


class BillingParty(models.Model):
    """How an organisation is billed and paid in a period: address, GLN, account, format.

    An organisation in a cooperation keeps its own. For one that is in none, such as a private
    operator, `keeper` is who does it instead.
    """

    class Format(models.TextChoices):
        OIOUBL = "oioubl", _("OIOUBL 2.1")
        PEPPOL = "peppol", _("Peppol BIS Billing 3")

    class Grouping(models.TextChoices):
        PAYER = "payer", _("én samlet regning")
        FACILITY = "facility", _("en regning for hvert tilbud")
        PLACEMENT = "placement", _("en regning for hver borger")

    organisation = models.ForeignKey(
        "access.Organisation", models.PROTECT, related_name="+", verbose_name=_("organisation")
    )
    keeper = models.ForeignKey(
        "access.Organisation", models.PROTECT, related_name="+", verbose_name=_("vedligeholdes af")
    )
    name = GuardedCharField(_("navn på regningen"), max_length=200)
    cvr = models.CharField(_("CVR-nummer"), max_length=8)
    gln = models.CharField(_("EAN-nummer"), max_length=13, blank=True, validators=[check_gln])
    street = GuardedCharField(_("adresse"), max_length=200)
    postal_code = models.CharField(_("postnummer"), max_length=4)
    city = GuardedCharField(_("by"), max_length=80)
    contact = GuardedCharField(_("kontakt"), max_length=120, blank=True)
    email = GuardedEmailField(_("e-mail"), max_length=200, blank=True)
    # Where it is paid: registration number and account.
    bank_registration = models.CharField(_("registreringsnummer"), max_length=4, blank=True)
    bank_account = models.CharField(_("kontonummer"), max_length=10, blank=True)
    format = models.CharField(
        _("e-regning som"), max_length=6, choices=Format.choices, default=Format.OIOUBL
    )
    grouping = models.CharField(
        _("samles"), max_length=9, choices=Grouping.choices, default=Grouping.PAYER
    )
    valid_from = models.DateField(_("gælder fra"))
    valid_to = models.DateField(_("gælder til"), null=True, blank=True)

    no_overlap = ("organisation_id",)
    access = AccessPath(
        read=Action.INVOICE_READ,
        organisation=("organisation_id", "keeper_id"),
        cooperation="keeper__cooperations__cooperation_id",
        many=True,
    )

    class Meta:
        verbose_name = _("faktureringsoplysninger")
        verbose_name_plural = _("faktureringsoplysninger")
        ordering: ClassVar = ["organisation", "valid_from"]
        constraints: ClassVar = [
            period_check("billing_party_period"),
            models.CheckConstraint(
                condition=Q(cvr__regex=r"^[0-9]{8}$"), name="billing_party_cvr_eight"
            ),
            models.CheckConstraint(
                condition=Q(gln="") | Q(gln__regex=r"^[0-9]{13}$"),
                name="billing_party_gln_thirteen",
            ),
            models.CheckConstraint(
                condition=Q(postal_code__regex=r"^[0-9]{4}$"), name="billing_party_postal_code"
            ),
            models.CheckConstraint(
                condition=Q(bank_registration="") | Q(bank_registration__regex=r"^[0-9]{4}$"),
                name="billing_party_registration",
            ),
            models.CheckConstraint(
                condition=Q(bank_account="") | Q(bank_account__regex=r"^[0-9]{1,10}$"),
                name="billing_party_account",
            ),
        ]

    def __str__(self) -> str:
        return self.name
