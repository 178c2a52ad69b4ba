"""What holds of a placement by date, as known from a moment until something else was known.

The truth of any moment is a query over these rows: nothing is changed, a newer row supersedes.
"""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.common.fields import CivilMomentField, GuardedCharField
from rammevaerk.portal.common.validity import period_check
from rammevaerk.portal.placements.models.placements import Citizen, Placement, of_placement

MOST_MINUTES = 168 * 60  # a week


class Stay(models.Model):
    """A citizen has a certain place from a moment until he leaves it.

    One citizen has a place at a time, and of what one can only have one of (somewhere to live, a
    short stay), one at a time: the database refuses the second, whoever writes.
    """

    class Way(models.TextChoices):
        RESIDENCE = "residence", _("bopæl")
        SHORT = "short", _("midlertidigt ophold")

    placement = models.ForeignKey(Placement, models.PROTECT, related_name="stays")
    service = models.ForeignKey(
        "catalogue.Service", models.PROTECT, related_name="+", verbose_name=_("ydelse")
    )
    citizen = models.ForeignKey(Citizen, models.PROTECT, related_name="+")
    place = models.PositiveSmallIntegerField(_("plads nr."))
    # Null for day offers: of those one may have several.
    way = models.CharField(  # noqa: DJ001 - null is never equal to null, and so never overlaps
        _("måde"), max_length=9, choices=Way.choices, null=True, blank=True
    )
    valid_from = CivilMomentField(_("kom"))
    valid_to = CivilMomentField(_("gik"), null=True, blank=True)
    reason = GuardedCharField(_("begrundelse"), max_length=300, blank=True)
    registered_at = models.DateTimeField(_("registreret"))
    superseded_at = models.DateTimeField(_("afløst"), null=True, blank=True)

    no_overlap = ("service_id", "place")
    no_overlap_also = (("citizen_id", "way"), ("placement_id",))
    no_overlap_while = "superseded_at"
    access = of_placement(Action.PLACEMENT_READ)

    class Meta:
        verbose_name = _("ophold")
        verbose_name_plural = _("ophold")
        ordering: ClassVar = ["placement", "valid_from", "registered_at"]
        constraints: ClassVar = [
            period_check("stay_period"),
            models.CheckConstraint(condition=Q(place__gte=1), name="stay_place_from_one"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["service", "place"], name="stay_place"),
            models.Index(fields=["valid_from", "valid_to"], name="stay_moment"),
        ]

    def __str__(self) -> str:
        return f"{self.placement}: plads {self.place}"


class PayerPeriod(models.Model):
    """Who pays and who decides for a placement in a period, and on which ground."""

    class Ground(models.TextChoices):
        RESIDENCE = "rsl-9-1", _("RSL § 9, stk. 1: bopæl eller sædvanligt ophold")
        CONTRIBUTED = "rsl-9-3", _("RSL § 9, stk. 3: har medvirket til opholdet")
        CONTINUED = "rsl-9-4", _("RSL § 9, stk. 4: fortsat under ophold og derefter")
        VETERANS = "rsl-9-5", _("RSL § 9, stk. 5-6: bestemte boformer uden medvirken")
        CHILD = "rsl-9-a", _("RSL § 9 a: børn og unge")
        AGREED = "agreed", _("Aftalt mellem kommunerne")

    placement = models.ForeignKey(Placement, models.PROTECT, related_name="payers")
    payer = models.ForeignKey(
        "access.Organisation", models.PROTECT, related_name="+", verbose_name=_("betalingskommune")
    )
    acting = models.ForeignKey(
        "access.Organisation", models.PROTECT, related_name="+", verbose_name=_("handlekommune")
    )
    ground = models.CharField(_("grundlag"), max_length=8, choices=Ground.choices)
    evidence = GuardedCharField(_("dokumentation"), max_length=500, blank=True)
    valid_from = models.DateField(_("gælder fra"))
    valid_to = models.DateField(_("gælder til"), null=True, blank=True)
    registered_at = models.DateTimeField(_("registreret"))
    superseded_at = models.DateTimeField(_("afløst"), null=True, blank=True)

    no_overlap = ("placement_id",)
    no_overlap_while = "superseded_at"
    access = of_placement(Action.PLACEMENT_READ)

    class Meta:
        verbose_name = _("betalingsperiode")
        verbose_name_plural = _("betalingsperioder")
        ordering: ClassVar = ["placement", "valid_from", "registered_at"]
        constraints: ClassVar = [period_check("payer_period_period")]

    def __str__(self) -> str:
        return f"{self.placement}: {self.get_ground_display()}"


class Hours(models.Model):
    """The minutes a week a citizen is granted, of four kinds, in a period."""

    placement = models.ForeignKey(Placement, models.PROTECT, related_name="hours")
    citizen_minutes = models.PositiveIntegerField(_("borgertimer i minutter"))
    organisation_minutes = models.PositiveIntegerField(
        _("organisatoriske opgaver i minutter"), default=0
    )
    documentation_minutes = models.PositiveIntegerField(_("dokumentation i minutter"), default=0)
    absence_minutes = models.PositiveIntegerField(_("ferie og fravær i minutter"), default=0)
    valid_from = models.DateField(_("gælder fra"))
    valid_to = models.DateField(_("gælder til"), null=True, blank=True)
    reason = GuardedCharField(_("begrundelse"), max_length=300, blank=True)
    registered_at = models.DateTimeField(_("registreret"))
    superseded_at = models.DateTimeField(_("afløst"), null=True, blank=True)

    no_overlap = ("placement_id",)
    no_overlap_while = "superseded_at"
    access = of_placement(Action.PLACEMENT_READ)

    class Meta:
        verbose_name = _("visiterede timer")
        verbose_name_plural = _("visiterede timer")
        ordering: ClassVar = ["placement", "valid_from", "registered_at"]
        constraints: ClassVar = [
            period_check("hours_period"),
            # More than every hour of every day, with two at his side, is a slip of the pen.
            models.CheckConstraint(
                condition=Q(
                    citizen_minutes__lte=2 * MOST_MINUTES
                    - F("organisation_minutes")
                    - F("documentation_minutes")
                    - F("absence_minutes")
                ),
                name="hours_of_a_week",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.placement}: {self.minutes} min."

    @property
    def minutes(self) -> int:
        """All four kinds: what the service is priced by."""
        return (
            self.citizen_minutes
            + self.organisation_minutes
            + self.documentation_minutes
            + self.absence_minutes
        )


class PriceChoice(models.Model):
    """Which of the service's prices a placement is settled by in a period.

    `label` is the level's name where the service has levels; `component` the tariff's: a whole
    price (by day, month, course …), basis with service or hours, or the basic price of a secure
    unit, whose other part all municipalities pay together.
    """

    placement = models.ForeignKey(Placement, models.PROTECT, related_name="prices")
    component = models.CharField(_("takstdel"), max_length=12)
    label = GuardedCharField(_("betegnelse"), max_length=80, blank=True)
    valid_from = models.DateField(_("gælder fra"))
    valid_to = models.DateField(_("gælder til"), null=True, blank=True)
    registered_at = models.DateTimeField(_("registreret"))
    superseded_at = models.DateTimeField(_("afløst"), null=True, blank=True)

    no_overlap = ("placement_id",)
    no_overlap_while = "superseded_at"
    access = of_placement(Action.PLACEMENT_READ)

    class Meta:
        verbose_name = _("aftalt takst")
        verbose_name_plural = _("aftalte takster")
        ordering: ClassVar = ["placement", "valid_from", "registered_at"]
        constraints: ClassVar = [
            period_check("price_choice_period"),
            models.CheckConstraint(
                condition=Q(component__in=["whole", "basis", "ground"]),
                name="price_choice_component",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.placement}: {self.component} {self.label}".rstrip()


class Absence(models.Model):
    """A citizen is away from his place from a day until the day he is back."""

    class Reason(models.TextChoices):
        HOLIDAY = "holiday", _("Ferie")
        HOME = "home", _("Hjemmebesøg")
        HOSPITAL = "hospital", _("Hospital")
        UNKNOWN = "unknown", _("Ukendt opholdssted")
        OTHER = "other", _("Andet")

    placement = models.ForeignKey(Placement, models.PROTECT, related_name="absences")
    reason = models.CharField(_("årsag"), max_length=8, choices=Reason.choices)
    note = GuardedCharField(_("bemærkning"), max_length=300, blank=True)
    valid_from = models.DateField(_("fra og med"))
    valid_to = models.DateField(_("tilbage den"), null=True, blank=True)
    registered_at = models.DateTimeField(_("registreret"))
    superseded_at = models.DateTimeField(_("afløst"), null=True, blank=True)

    no_overlap = ("placement_id",)
    no_overlap_while = "superseded_at"
    access = of_placement(Action.PLACEMENT_READ)

    class Meta:
        verbose_name = _("fravær")
        verbose_name_plural = _("fravær")
        ordering: ClassVar = ["placement", "valid_from", "registered_at"]
        constraints: ClassVar = [period_check("absence_period")]

    def __str__(self) -> str:
        return f"{self.placement}: {self.get_reason_display()}"


class SupplementGrant(models.Model):
    """A supplement agreed for a placement in a period, at the price of the tariff of that name."""

    placement = models.ForeignKey(Placement, models.PROTECT, related_name="supplements")
    label = GuardedCharField(_("tillægstakst"), max_length=80)
    valid_from = models.DateField(_("gælder fra"))
    valid_to = models.DateField(_("gælder til"), null=True, blank=True)
    reason = GuardedCharField(_("begrundelse"), max_length=300, blank=True)
    registered_at = models.DateTimeField(_("registreret"))
    superseded_at = models.DateTimeField(_("afløst"), null=True, blank=True)

    no_overlap = ("placement_id", "label")
    no_overlap_while = "superseded_at"
    access = of_placement(Action.PLACEMENT_READ)

    class Meta:
        verbose_name = _("bevilget tillæg")
        verbose_name_plural = _("bevilgede tillæg")
        ordering: ClassVar = ["placement", "label", "valid_from", "registered_at"]
        constraints: ClassVar = [period_check("supplement_grant_period")]

    def __str__(self) -> str:
        return f"{self.placement}: {self.label}"


class Delivery(models.Model):
    """How much of what is priced by the piece a placement had in a month: hours, km, days there."""

    placement = models.ForeignKey(Placement, models.PROTECT, related_name="deliveries")
    month = models.DateField(_("måned"))
    component = models.CharField(_("takstdel"), max_length=12)
    label = GuardedCharField(_("betegnelse"), max_length=80, blank=True)
    # Whose days it was given on; None where one pays for the whole month.
    payer = models.ForeignKey(
        "access.Organisation",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("betalingskommune"),
    )
    # Hundredths: 7,25 hours is 725.
    quantity = models.PositiveIntegerField(_("mængde i hundrededele"))
    note = GuardedCharField(_("bemærkning"), max_length=300, blank=True)
    registered_at = models.DateTimeField(_("registreret"))
    superseded_at = models.DateTimeField(_("afløst"), null=True, blank=True)

    access = of_placement(Action.PLACEMENT_READ)

    class Meta:
        verbose_name = _("leverance")
        verbose_name_plural = _("leverancer")
        ordering: ClassVar = ["placement", "month", "component", "label", "registered_at"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(month__day=1), name="delivery_month_first"),
            models.CheckConstraint(
                condition=Q(component__in=["whole", "supplement"]), name="delivery_component"
            ),
            models.CheckConstraint(condition=Q(quantity__lte=10_000_000), name="delivery_limit"),
            models.UniqueConstraint(
                fields=["placement", "month", "component", "label"],
                condition=Q(superseded_at__isnull=True, payer__isnull=True),
                name="delivery_once_a_month",
            ),
            models.UniqueConstraint(
                fields=["placement", "month", "component", "label", "payer"],
                condition=Q(superseded_at__isnull=True),
                name="delivery_once_a_payer",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.placement}, {self.month:%Y-%m}: {self.component} {self.label}".rstrip()
