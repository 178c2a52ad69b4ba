"""Signs of irregularity that somebody looks into, and what came of it."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import AccessPath, Actor, Limit
from rammevaerk.portal.common.fields import GuardedCharField, GuardedTextField

_READ = Action.IRREGULARITY_READ


def not_of_own_facility(prefix: str = "") -> Limit:
    """Whoever runs a facility, or reports for it, sees no sign about it."""

    def limit(actor: Actor) -> Q:
        if actor.organisation_id is None:
            return Q()
        own = Q(**{f"{prefix}facility__operator_id": actor.organisation_id}) | Q(
            **{f"{prefix}facility__reporter_id": actor.organisation_id}
        )
        return ~own

    return limit


class SignSearch(models.Model):
    """A search for signs in a period: for a buyer among what it buys, or for a cooperation."""

    class State(models.TextChoices):
        WORKING = "working", _("I gang")
        DONE = "done", _("Færdig")
        FAILED = "failed", _("Gik i stå")

    # Exactly one of the two: whose own purchases, or all facilities of which cooperation.
    organisation = models.ForeignKey(
        "access.Organisation", models.PROTECT, null=True, blank=True, related_name="+"
    )
    cooperation = models.ForeignKey(
        "access.Cooperation", models.PROTECT, null=True, blank=True, related_name="+"
    )
    first = models.DateField(_("fra og med"))
    end = models.DateField(_("til"))
    state = models.CharField(
        _("tilstand"), max_length=7, choices=State.choices, default=State.WORKING
    )
    found = models.PositiveIntegerField(_("fundet"), default=0)
    failure = GuardedCharField(_("fejl"), max_length=500, blank=True)
    asked_at = models.DateTimeField(_("bestilt"))
    finished_at = models.DateTimeField(_("slut"), null=True, blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    # In which role: what is done in the background is done with that role's rights.
    assignment = models.ForeignKey(
        "access.RoleAssignment", models.PROTECT, null=True, blank=True, related_name="+"
    )

    audit_label = _("Søgning efter tegn på uregelmæssighed")
    access = AccessPath(read=_READ, organisation="organisation_id", cooperation="cooperation_id")

    class Meta:
        verbose_name = _("søgning efter tegn")
        verbose_name_plural = _("søgninger efter tegn")
        ordering: ClassVar = ["-asked_at", "-id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(organisation__isnull=True, cooperation__isnull=False)
                | Q(organisation__isnull=False, cooperation__isnull=True),
                name="sign_search_of_one",
            ),
            models.UniqueConstraint(
                fields=["organisation"],
                condition=Q(state="working", organisation__isnull=False),
                name="sign_search_one_at_a_time",
            ),
            models.UniqueConstraint(
                fields=["cooperation"],
                condition=Q(state="working", cooperation__isnull=False),
                name="sign_search_one_in_a_cooperation",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first:%Y-%m}"


class IrregularitySign(models.Model):
    """Something that people should look at; it says not that anything is wrong.

    What a buyer sees is of its own purchases and may name its placements. What the secretariat
    sees is of facilities, and neither names a citizen nor tells a count so small that it does.
    """

    class Kind(models.TextChoices):
        OCCUPANCY = "occupancy", _("Belægning over 100 %")
        PRICE = "price-jump", _("Spring i prisen")
        SUPPLEMENT = "supplement-share", _("Stor andel tillæg")
        HOURS = "hours", _("Timer ulig sammenlignelige ophold")
        DOUBLE = "double-charge", _("Betalt to gange")
        OVERLAP = "overlap", _("Betalt i to tilbud på samme tid")

    organisation = models.ForeignKey(
        "access.Organisation", models.PROTECT, null=True, blank=True, related_name="+"
    )
    cooperation = models.ForeignKey(
        "access.Cooperation", models.PROTECT, null=True, blank=True, related_name="+"
    )
    facility = models.ForeignKey(
        "catalogue.Facility", models.PROTECT, related_name="+", verbose_name=_("tilbud")
    )
    # Only on what a buyer sees.
    placement = models.ForeignKey(
        "placements.Placement",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("indskrivning"),
    )
    kind = models.CharField(_("tegn"), max_length=16, choices=Kind.choices)
    # Found again, it is the same sign: what it is about and when, «facility:7:2026-03».
    key = models.CharField(_("nøgle"), max_length=120)
    place = GuardedCharField(_("hvor"), max_length=300)
    found = GuardedCharField(_("tal"), max_length=300)
    expected = GuardedCharField(_("holdt op mod"), max_length=300)
    # JSON list of [label, text]: what it rests on.
    proof = models.JSONField(_("bevis"), default=list, blank=True)
    unverified = models.BooleanField(_("med uefterprøvet grænse"), default=True)
    found_at = models.DateTimeField(_("fundet første gang"))
    # Looked for again and not found: what it rested on has been corrected.
    gone_at = models.DateTimeField(_("ikke fundet igen"), null=True, blank=True)

    audit_label = _("Tegn på uregelmæssighed")
    access = AccessPath(
        read=_READ,
        organisation="organisation_id",
        cooperation="cooperation_id",
        limit=not_of_own_facility(),
    )

    class Meta:
        verbose_name = _("tegn på uregelmæssighed")
        verbose_name_plural = _("tegn på uregelmæssigheder")
        ordering: ClassVar = ["kind", "place", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(organisation__isnull=True, cooperation__isnull=False)
                | Q(organisation__isnull=False, cooperation__isnull=True),
                name="sign_of_one",
            ),
            models.CheckConstraint(
                condition=Q(placement__isnull=True) | Q(cooperation__isnull=True),
                name="sign_of_a_placement_is_the_buyers",
            ),
            models.UniqueConstraint(
                fields=["organisation", "kind", "key"],
                condition=Q(organisation__isnull=False),
                name="sign_once_for_a_buyer",
            ),
            models.UniqueConstraint(
                fields=["cooperation", "kind", "key"],
                condition=Q(cooperation__isnull=False),
                name="sign_once_in_a_cooperation",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.place}"


class SignFollowUp(models.Model):
    """What was done about a sign. Never changed; the newest holds."""

    class State(models.TextChoices):
        OPEN = "open", _("Åbent")
        EXPLAINED = "explained", _("Forklaret")
        TAKEN_UP = "taken_up", _("Taget op med Socialtilsynet")

    sign = models.ForeignKey(IrregularitySign, models.PROTECT, related_name="follow_ups")
    state = models.CharField(_("tilstand"), max_length=9, choices=State.choices)
    reason = GuardedTextField(_("begrundelse"), max_length=2000)
    on = models.DateField(_("dato"))
    by_label = GuardedCharField(_("af"), max_length=200)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField(_("tidspunkt"))

    append_only = True
    audit_label = _("Opfølgning på tegn på uregelmæssighed")
    access = AccessPath(
        read=_READ,
        organisation="sign__organisation_id",
        cooperation="sign__cooperation_id",
        limit=not_of_own_facility("sign__"),
    )

    class Meta:
        verbose_name = _("opfølgning på tegn")
        verbose_name_plural = _("opfølgninger på tegn")
        ordering: ClassVar = ["sign", "-at", "-id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(reason=""), name="follow_up_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.sign}: {self.get_state_display()}"
