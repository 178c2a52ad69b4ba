"""Meetings and their agendas: sections, items, annexes, reviews and what was sent out."""

import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from rammevaerk.portal.access.actions import Action, Role
from rammevaerk.portal.access.policy import AccessPath, Actor, Limit
from rammevaerk.portal.common.fields import GuardedCharField, GuardedTextField
from rammevaerk.portal.meetings.models.bodies import Body
from rammevaerk.portal.meetings.models.cases import Case, Consultation


def of_items(prefix: str = "") -> Limit:
    """The rows of items that the actor may see, by the path from the row to its item.

    The secretariat sees all. Others see an item from the day its agenda was sent out, and before
    that their own organisation's and, while a review goes on, the draft they were asked to read.
    A closed item is seen only by its own readers, once it has been sent out.
    """

    def limit(actor: Actor) -> Q:
        if actor.is_system or actor.role is Role.SECRETARIAT:
            return Q()
        organisation, person = actor.organisation_id or 0, actor.person_id or 0
        own = Q(**{f"{prefix}submitted_by_id": organisation})
        asked = Q(
            **{
                f"{prefix}meeting__state": Meeting.State.REVIEW,
                f"{prefix}meeting__reviews__person_id": person,
            }
        )
        reader = Q(**{f"{prefix}readers__organisation_id": organisation})
        reader |= Q(**{f"{prefix}readers__person_id": person})
        sent, closed = Q(**{f"{prefix}dispatched": True}), Q(**{f"{prefix}closed": True})
        return own | (~closed & (sent | asked)) | (closed & sent & reader)

    return limit


class Meeting(models.Model):
    """A body meets: when, where, and how far its agenda and minutes have come."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Kladde")
        REVIEW = "review", _("Til gennemlæsning")
        DISPATCHED = "dispatched", _("Udsendt")
        MINUTING = "minuting", _("Referat skrives")
        CLOSED = "closed", _("Referat til godkendelse")
        APPROVED = "approved", _("Referat godkendt")
        CANCELLED = "cancelled", _("Aflyst")

    body = models.ForeignKey(Body, models.PROTECT, related_name="meetings")
    series = GuardedCharField(_("mødeserie"), max_length=120, blank=True)
    starts_at = models.DateTimeField(_("begynder"))
    ends_at = models.DateTimeField(_("slutter"))
    place = GuardedCharField(_("sted"), max_length=200, blank=True)
    items_due = models.DateField(_("frist for punkter"), null=True, blank=True)
    state = models.CharField(
        _("tilstand"), max_length=10, choices=State.choices, default=State.DRAFT
    )
    note = GuardedTextField(_("bemærkning"), max_length=2000, blank=True)
    # For calendars: the same event all its life, and how many times it has been changed.
    uid = models.UUIDField(_("kalender-id"), default=uuid.uuid4, unique=True, editable=False)
    sequence = models.PositiveIntegerField(_("ændringsnummer"), default=0)
    changed_at = models.DateTimeField(_("ændret"))
    source = GuardedCharField(_("kilde"), max_length=300, blank=True)

    access = AccessPath(read=Action.MEETING_READ, cooperation="body__cooperation_id")

    class Meta:
        verbose_name = _("møde")
        verbose_name_plural = _("møder")
        ordering: ClassVar = ["starts_at", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="meeting_period"),
            models.UniqueConstraint(fields=["body", "starts_at"], name="meeting_once"),
        ]

    def __str__(self) -> str:
        return f"{self.body}, {self.starts_at:%Y-%m-%d}"

    @property
    def audit_label(self) -> str:
        return f"{self.body.audit_label}, {self.starts_at:%Y-%m-%d}"

    @property
    def sent_out(self) -> bool:
        return self.state not in {self.State.DRAFT, self.State.REVIEW}

    @property
    def over(self) -> bool:
        """Whether its minutes can no longer be written in."""
        return self.state in {self.State.CLOSED, self.State.APPROVED, self.State.CANCELLED}


class MeetingMove(models.Model):
    """A meeting was moved or called off, and why. Never changed."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="moves")
    was_at = models.DateTimeField(_("lå"))
    now_at = models.DateTimeField(_("ligger nu"), null=True, blank=True)
    reason = GuardedCharField(_("begrundelse"), max_length=500)
    registered_at = models.DateTimeField(_("registreret"))
    registered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    append_only = True
    access = AccessPath(read=Action.MEETING_READ, cooperation="meeting__body__cooperation_id")

    class Meta:
        verbose_name = _("flytning af møde")
        verbose_name_plural = _("flytninger af møder")
        ordering: ClassVar = ["meeting", "registered_at", "id"]

    def __str__(self) -> str:
        return f"{self.meeting}: {self.reason}"


class AgendaSection(models.Model):
    """A part of an agenda; its kind says what its items are for."""

    class Kind(models.TextChoices):
        DECISION = "decision", _("Beslutningspunkter")
        ORIENTATION = "orientation", _("Orienteringspunkter")
        UPCOMING = "upcoming", _("Punkter til kommende møder")

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="sections")
    position = models.PositiveSmallIntegerField(_("rækkefølge"))
    kind = models.CharField(_("art"), max_length=12, choices=Kind.choices)
    title = GuardedCharField(_("overskrift"), max_length=120)

    access = AccessPath(read=Action.MEETING_READ, cooperation="meeting__body__cooperation_id")

    class Meta:
        verbose_name = _("dagsordensafsnit")
        verbose_name_plural = _("dagsordensafsnit")
        ordering: ClassVar = ["meeting", "position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["meeting", "position"], name="section_position_once"),
        ]

    def __str__(self) -> str:
        return self.title


# Closed items stand after the open ones of their section, in a series of numbers of their own:
# a gap among the open ones would tell those who may not see them that they are there.
CLOSED_FROM = 500


class AgendaItem(models.Model):
    """A matter on an agenda, or in a body's backlog while it has no meeting."""

    class Purpose(models.TextChoices):
        DECISION = "decision", _("Beslutning")
        DISCUSSION = "discussion", _("Drøftelse")
        ORIENTATION = "orientation", _("Orientering")
        WRITTEN = "written", _("Skriftlig orientering")

    class Standing(models.TextChoices):
        OBLIGATIONS = "obligations", _("Forpligtelser, der er forfaldne")
        MINUTES = "minutes", _("Godkendelse af referat")
        NEXT_MEETING = "next_meeting", _("Punkter til næste møde")
        OTHER = "other", _("Eventuelt")

    body = models.ForeignKey(Body, models.PROTECT, related_name="items")
    meeting = models.ForeignKey(
        Meeting, models.PROTECT, null=True, blank=True, related_name="items"
    )
    section = models.ForeignKey(
        AgendaSection, models.PROTECT, null=True, blank=True, related_name="items"
    )
    position = models.PositiveSmallIntegerField(_("rækkefølge"))
    case = models.ForeignKey(Case, models.PROTECT, null=True, blank=True, related_name="items")
    consultation = models.ForeignKey(
        Consultation, models.PROTECT, null=True, blank=True, related_name="items"
    )
    carried_from = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="carried_to"
    )
    submitted_by = models.ForeignKey(
        "access.Organisation", models.PROTECT, null=True, blank=True, related_name="+"
    )
    standing = models.CharField(
        _("fast punkt"), max_length=12, choices=Standing.choices, blank=True
    )
    title = GuardedCharField(_("titel"), max_length=300)
    purpose = models.CharField(_("formål"), max_length=11, choices=Purpose.choices)
    presenters = GuardedCharField(_("ved"), max_length=300, blank=True)
    presentation = GuardedTextField(_("sagsfremstilling"), max_length=60_000, blank=True)
    duration = models.PositiveSmallIntegerField(_("varighed i minutter"), null=True, blank=True)
    closed = models.BooleanField(_("lukket"), default=False)
    legal_ground = GuardedCharField(_("hjemmel til lukning"), max_length=200, blank=True)
    dispatched = models.BooleanField(_("udsendt"), default=False)
    # It has been sent out while it was closed, so it can never be opened: what was sent would open.
    sent_closed = models.BooleanField(_("udsendt som lukket"), default=False)

    access = AccessPath(
        read=Action.MEETING_READ,
        organisation="submitted_by_id",
        cooperation="body__cooperation_id",
        limit=of_items(),
    )
    # The trail is read by administrators too: it shows a closed item's words to its readers only.
    audit_sensitive: ClassVar = dict.fromkeys(
        ("title", "presenters", "presentation", "legal_ground"), Action.MEETING_READ
    )

    class Meta:
        verbose_name = _("dagsordenspunkt")
        verbose_name_plural = _("dagsordenspunkter")
        ordering: ClassVar = ["meeting", "section__position", "position", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["section", "position"], name="item_position_once"),
            models.CheckConstraint(
                condition=Q(closed=False) | ~Q(legal_ground=""), name="item_closed_has_ground"
            ),
            models.CheckConstraint(
                condition=Q(meeting__isnull=True, section__isnull=True)
                | Q(meeting__isnull=False, section__isnull=False),
                name="item_in_section_of_meeting",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def number(self) -> str:
        """Its number on the agenda, «1.2», or «1.L1» for a closed item; empty in the backlog."""
        if self.section is None:
            return ""
        place = f"L{self.position - CLOSED_FROM}" if self.apart else str(self.position)
        return f"{self.section.position}.{place}"

    @property
    def apart(self) -> bool:
        """Whether it is numbered among the closed items; one closed after it was sent is not."""
        return self.position > CLOSED_FROM

    @property
    def audit_label(self) -> str:
        # Never the title: the trail is read by those who may not know a closed item's.
        return f"{self.meeting or self.body}: punkt {self.pk}"


def of_item(**more: Any) -> AccessPath:
    """What a row of one item belongs to."""
    return AccessPath(
        read=Action.MEETING_READ,
        organisation="item__submitted_by_id",
        cooperation="item__body__cooperation_id",
        limit=of_items("item__"),
        **more,
    )


class RecommendationPoint(models.Model):
    """One thing the body is asked to do about an item."""

    class Verb(models.TextChoices):
        DISCUSS = "discuss", _("drøfter")
        APPROVE = "approve", _("godkender")
        DECIDE = "decide", _("beslutter")
        NOTE = "note", _("tager til efterretning")
        BE_INFORMED = "be_informed", _("orienteres om")
        INDICATE = "indicate", _("tilkendegiver")
        RECOMMEND = "recommend", _("anbefaler")
        APPOINT = "appoint", _("udpeger")

    item = models.ForeignKey(AgendaItem, models.PROTECT, related_name="recommendation")
    position = models.PositiveSmallIntegerField(_("rækkefølge"))
    verb = models.CharField(_("udsagnsord"), max_length=12, choices=Verb.choices)
    text = GuardedCharField(_("indstilling"), max_length=1000)

    access = of_item()
    audit_sensitive: ClassVar = {"text": Action.MEETING_READ}

    class Meta:
        verbose_name = _("indstillingspunkt")
        verbose_name_plural = _("indstillingspunkter")
        ordering: ClassVar = ["item", "position"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["item", "position"], name="recommendation_position_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_verb_display()} {self.text}"

    @property
    def audit_label(self) -> str:
        return f"{self.item.audit_label}, indstilling {self.position}"


class ItemReader(models.Model):
    """Who may see a closed item: an organisation, or one person."""

    item = models.ForeignKey(AgendaItem, models.PROTECT, related_name="readers")
    organisation = models.ForeignKey(
        "access.Organisation", models.PROTECT, null=True, blank=True, related_name="+"
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    access = of_item()
    audit_sensitive: ClassVar = dict.fromkeys(("organisation_id", "person_id"), Action.MEETING_READ)

    class Meta:
        verbose_name = _("læser af lukket punkt")
        verbose_name_plural = _("læsere af lukkede punkter")
        ordering: ClassVar = ["item", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(organisation__isnull=False, person__isnull=True)
                | Q(organisation__isnull=True, person__isnull=False),
                name="item_reader_one",
            ),
            models.UniqueConstraint(
                fields=["item", "organisation"], name="reader_organisation_once"
            ),
            models.UniqueConstraint(fields=["item", "person"], name="reader_person_once"),
        ]

    def __str__(self) -> str:
        return f"{self.item}: {self.organisation or self.person}"

    @property
    def audit_label(self) -> str:
        # Never who: that somebody is to see a closed item may tell what it is about.
        return f"{self.item.audit_label}, læser {self.pk}"
