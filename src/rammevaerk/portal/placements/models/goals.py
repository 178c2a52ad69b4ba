"""What a placement is to achieve, and how it goes (the guideline on effect and progression)."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.common.fields import GuardedCharField, GuardedTextField
from rammevaerk.portal.placements.models.placements import Placement, of_placement


class PlacementGoal(models.Model):
    """A goal of a placement, agreed on a day, until it is reached or given up."""

    class State(models.TextChoices):
        OPEN = "open", _("I gang")
        REACHED = "reached", _("Nået")
        GIVEN_UP = "given_up", _("Opgivet")

    placement = models.ForeignKey(Placement, models.PROTECT, related_name="goals")
    position = models.PositiveSmallIntegerField(_("nr."))
    text = GuardedTextField(_("mål"), max_length=600)
    area = GuardedCharField(_("tema"), max_length=80, blank=True)
    agreed_on = models.DateField(_("aftalt den"))
    follow_up_by = models.DateField(_("næste opfølgning senest"))
    state = models.CharField(_("tilstand"), max_length=8, choices=State.choices, default=State.OPEN)

    access = of_placement(Action.PLACEMENT_READ)

    class Meta:
        verbose_name = _("indsatsmål")
        verbose_name_plural = _("indsatsmål")
        ordering: ClassVar = ["placement", "position"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["placement", "position"], name="placement_goal_position_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.placement}: mål {self.position}"


class GoalFollowUp(models.Model):
    """How it goes with a goal on a day, from 1 (far from) to 5 (reached). Never changed."""

    goal = models.ForeignKey(PlacementGoal, models.PROTECT, related_name="follow_ups")
    on = models.DateField(_("dato"))
    progression = models.PositiveSmallIntegerField(_("progression 1-5"))
    note = GuardedTextField(_("vurdering"), max_length=1000, blank=True)
    by_label = GuardedCharField(_("af"), max_length=200)
    registered_at = models.DateTimeField(_("registreret"))

    append_only = True
    access = of_placement(Action.PLACEMENT_READ, prefix="goal__placement__")

    class Meta:
        verbose_name = _("opfølgning på mål")
        verbose_name_plural = _("opfølgninger på mål")
        ordering: ClassVar = ["goal", "-on", "-id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(progression__gte=1) & Q(progression__lte=5),
                name="goal_follow_up_progression",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.goal}: {self.progression}"
