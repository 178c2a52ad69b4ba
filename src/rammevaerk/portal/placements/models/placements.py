"""Citizens by pseudonym, their placements, and the steps each has gone through."""

from datetime import date
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import AccessPath
from rammevaerk.portal.common.fields import GuardedCharField, GuardedTextField

_SELLER = "service__facility__reporter_id"
_PAYERS = "payers__payer_id"
SELLS = (
    Action.CONTRACT_SELL,
    Action.PLACEMENT_RUN,
    Action.TERMS_MANAGE,
    Action.SETTLEMENT_RUN,
    Action.INVOICE_ISSUE,
)
BUYS = (
    Action.CONTRACT_BUY,
    Action.PLACEMENT_REQUEST,
    Action.SETTLEMENT_ANSWER,
    Action.INVOICE_CONTROL,
)


def of_placement(read: Action, prefix: str = "placement__") -> AccessPath:
    """Seen by the seller, the buyer and whoever pays; each acts on its own side."""
    seller, buyer = f"{prefix}{_SELLER}", f"{prefix}buyer_id"
    return AccessPath(
        read=read,
        organisation=(seller, buyer, f"{prefix}{_PAYERS}"),
        many=True,
        sides={
            **dict.fromkeys(SELLS, (seller,)),
            **dict.fromkeys(BUYS, (buyer,)),
            # Only the two that agree about it may change it; one who merely pays may not.
            Action.PLACEMENT_AGREE: (seller, buyer),
            Action.PLACEMENT_GOALS: (seller, buyer),
            Action.CONTRACT_WRITE: (seller, buyer),
        },
    )


class Citizen(models.Model):
    """Somebody placed, by a pseudonym and the month of birth; who it is, only the keeper knows."""

    cooperation = models.ForeignKey("access.Cooperation", models.PROTECT, related_name="+")
    keeper = models.ForeignKey(
        "access.Organisation", models.PROTECT, related_name="+", verbose_name=_("kender borgeren")
    )
    pseudonym = GuardedCharField(_("pseudonym"), max_length=20, unique=True)
    # The first day of the month: the day is not kept.
    birth_month = models.DateField(_("fødselsmåned"))

    access = AccessPath(
        read=Action.PLACEMENT_READ,
        organisation=(
            "keeper_id",
            f"placements__{_SELLER}",
            "placements__buyer_id",
            f"placements__{_PAYERS}",
        ),
        many=True,
        sides={Action.PLACEMENT_REQUEST: ("keeper_id",)},
    )

    class Meta:
        verbose_name = _("borger")
        verbose_name_plural = _("borgere")
        ordering: ClassVar = ["pseudonym"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(birth_month__day=1), name="citizen_birth_month_first"
            ),
        ]

    def __str__(self) -> str:
        return self.pseudonym

    def age_on(self, day: date) -> int:
        """Whole years at the end of the month of birth's anniversary month, at most one too few."""
        before = (day.month, day.day) < (self.birth_month.month, 1)
        return day.year - self.birth_month.year - before


class PlacementState(models.TextChoices):
    """How far a placement has come."""

    ENQUIRY = "enquiry", _("Forespurgt")
    OFFERED = "offered", _("Tilbudt")
    ACCEPTED = "accepted", _("Aftalt")
    ADMITTED = "admitted", _("Indskrevet")
    DISCHARGED = "discharged", _("Udskrevet")
    DECLINED = "declined", _("Afslået")
    WITHDRAWN = "withdrawn", _("Trukket tilbage")


class Placement(models.Model):
    """A citizen's use of a service, from the enquiry until everything about it is over."""

    service = models.ForeignKey(
        "catalogue.Service", models.PROTECT, related_name="+", verbose_name=_("ydelse")
    )
    citizen = models.ForeignKey(Citizen, models.PROTECT, related_name="placements")
    # The municipality that decides about the citizen now; who pays is said by date.
    buyer = models.ForeignKey(
        "access.Organisation", models.PROTECT, related_name="+", verbose_name=_("handlekommune")
    )
    reference = GuardedCharField(_("reference"), max_length=20, unique=True)
    # What the buyer calls the case in its own system; goes on the invoice.
    buyer_reference = GuardedCharField(_("købers reference"), max_length=60, blank=True)
    paragraph = models.ForeignKey(
        "catalogue.Paragraph", models.PROTECT, related_name="+", verbose_name=_("lovgrundlag")
    )
    state = models.CharField(
        _("tilstand"),
        max_length=10,
        choices=PlacementState.choices,
        default=PlacementState.ENQUIRY,
    )
    wanted_from = models.DateField(_("ønsket fra"))
    expected_to = models.DateField(_("forventet til"), null=True, blank=True)
    need = GuardedTextField(_("behov og ønsket indsats"), max_length=2000, blank=True)
    # What the provider said to the enquiry: from when there is a place.
    offered_from = models.DateField(_("tilbudt fra"), null=True, blank=True)
    # Shelters and crisis centres: the citizen came himself, and the leader decided.
    self_referred = models.BooleanField(_("selvmøder"), default=False)
    admission_decided_on = models.DateField(_("optagelse besluttet den"), null=True, blank=True)
    notify_by = models.DateField(_("underret handlekommunen senest"), null=True, blank=True)
    notified_on = models.DateField(_("handlekommunen underrettet den"), null=True, blank=True)
    # The placement that goes on as this one, when its facility went on as another.
    continues = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="continuations",
        verbose_name=_("fortsætter fra"),
    )
    created_at = models.DateTimeField(_("oprettet"))
    synthetic = models.BooleanField(_("opdigtede data"), default=False)

    access = of_placement(Action.PLACEMENT_READ, prefix="")

    class Meta:
        verbose_name = _("indskrivning")
        verbose_name_plural = _("indskrivninger")
        ordering: ClassVar = ["reference"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(notified_on__isnull=True) | Q(admission_decided_on__isnull=False),
                name="placement_notified_of_a_decision",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["service", "state"], name="placement_service_state"),
            models.Index(fields=["buyer", "state"], name="placement_buyer_state"),
        ]

    def __str__(self) -> str:
        return self.reference


class PlacementStep(models.Model):
    """A placement went from one state to another: who, when and why. Never changed."""

    placement = models.ForeignKey(Placement, models.PROTECT, related_name="steps")
    from_state = models.CharField(
        _("fra"), max_length=10, choices=PlacementState.choices, blank=True
    )
    to_state = models.CharField(_("til"), max_length=10, choices=PlacementState.choices)
    on = models.DateField(_("dato"))
    note = GuardedTextField(_("bemærkning"), max_length=1000, blank=True)
    by_label = GuardedCharField(_("af"), max_length=200)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    registered_at = models.DateTimeField(_("registreret"))

    append_only = True
    access = of_placement(Action.PLACEMENT_READ)

    class Meta:
        verbose_name = _("indskrivningens skridt")
        verbose_name_plural = _("indskrivningers skridt")
        ordering: ClassVar = ["placement", "registered_at", "id"]

    def __str__(self) -> str:
        return f"{self.placement}: {self.get_to_state_display()}"
