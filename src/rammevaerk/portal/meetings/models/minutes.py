"""Minutes: who was there, what was decided, and who approved what was written."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from rammevaerk.portal.access.actions import Action, Role
from rammevaerk.portal.access.policy import AccessPath, Actor
from rammevaerk.portal.common.fields import GuardedCharField, GuardedTextField
from rammevaerk.portal.meetings.models.bodies import Body, Seat
from rammevaerk.portal.meetings.models.meetings import AgendaItem, Meeting, of_items
from rammevaerk.portal.meetings.models.papers import Dispatch

# The states in which others than the secretariat may read what was decided.
READABLE = (Meeting.State.CLOSED, Meeting.State.APPROVED)


def _written(actor: Actor) -> Q:
    """Minutes are the secretariat's own until they are closed."""
    if actor.is_system or actor.role is Role.SECRETARIAT:
        return Q()
    return of_items("item__")(actor) & Q(item__meeting__state__in=READABLE)


def _attended(actor: Actor) -> Q:
    if actor.is_system or actor.role is Role.SECRETARIAT:
        return Q()
    return Q(meeting__state__in=READABLE)


def _own_answer(actor: Actor) -> Q:
    """What a seat remarks is between it and the secretariat."""
    if actor.is_system or actor.role is Role.SECRETARIAT:
        return Q()
    own = Q(seat__organisation_id=actor.organisation_id or 0)
    return own | Q(registered_by_id=actor.person_id or 0)


def _item_label(item: AgendaItem) -> str:
    """What the audit trail calls a row of an item; never its title, which may be a closed one's."""
    meeting = item.meeting.audit_label if item.meeting else item.body.audit_label
    return f"{meeting}, punkt-id {item.pk}"


class Attendance(models.Model):
    """Whether somebody was at a meeting, and who came in his place."""

    class State(models.TextChoices):
        PRESENT = "present", _("Til stede")
        ABSENT = "absent", _("Afbud")
        SUBSTITUTE = "substitute", _("Stedfortræder")

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="attendances")
    seat = models.ForeignKey(Seat, models.PROTECT, null=True, blank=True, related_name="+")
    name = GuardedCharField(_("navn"), max_length=200)
    organisation = models.ForeignKey(
        "access.Organisation", models.PROTECT, null=True, blank=True, related_name="+"
    )
    state = models.CharField(_("fremmøde"), max_length=10, choices=State.choices)
    substitute = GuardedCharField(_("stedfortræder"), max_length=200, blank=True)

    access = AccessPath(
        read=Action.MEETING_READ,
        cooperation="meeting__body__cooperation_id",
        limit=_attended,
    )

    class Meta:
        verbose_name = _("fremmøde")
        verbose_name_plural = _("fremmøder")
        ordering: ClassVar = ["meeting", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["meeting", "seat"], name="attendance_seat_once"),
            models.CheckConstraint(
                condition=~Q(state="substitute") | ~Q(substitute=""),
                name="attendance_substitute_named",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ItemAttendance(models.Model):
    """What differs for one item: came later, left, was replaced, or had a conflict of interest."""

    class State(models.TextChoices):
        ABSENT = "absent", _("Ikke til stede")
        SUBSTITUTE = "substitute", _("Stedfortræder")
        CONFLICT = "conflict", _("Inhabil")

    item = models.ForeignKey(AgendaItem, models.PROTECT, related_name="attendances")
    attendance = models.ForeignKey(Attendance, models.PROTECT, related_name="exceptions")
    state = models.CharField(_("fremmøde"), max_length=10, choices=State.choices)
    note = GuardedCharField(_("bemærkning"), max_length=300, blank=True)

    audit_sensitive: ClassVar = {"note": Action.MEETING_READ}
    access = AccessPath(
        read=Action.MEETING_READ, cooperation="item__body__cooperation_id", limit=_written
    )

    class Meta:
        verbose_name = _("fremmøde ved punkt")
        verbose_name_plural = _("fremmøder ved punkter")
        ordering: ClassVar = ["item", "attendance"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["item", "attendance"], name="item_attendance_once"),
        ]

    def __str__(self) -> str:
        return f"{self.attendance}: {self.get_state_display()}"

    @property
    def audit_label(self) -> str:
        return _item_label(self.item)


class DecisionKind(models.TextChoices):
    """What became of an item."""

    ADOPTED = "adopted", _("Godkendt")
    AMENDED = "amended", _("Godkendt med ændringer")
    REJECTED = "rejected", _("Afvist")
    POSTPONED = "postponed", _("Udsat")
    NOTED = "noted", _("Taget til efterretning")
    WITHDRAWN = "withdrawn", _("Udgået")


class Decision(models.Model):
    """What the body decided on an item. Never changed; a revision follows, with its reason."""

    item = models.ForeignKey(AgendaItem, models.PROTECT, related_name="decisions")
    revision = models.PositiveSmallIntegerField(_("revision"))
    kind = models.CharField(_("beslutning"), max_length=10, choices=DecisionKind.choices)
    text = GuardedTextField(_("referat"), max_length=20_000, blank=True)
    reason = GuardedCharField(_("begrundelse for ændring"), max_length=500, blank=True)
    registered_at = models.DateTimeField(_("registreret"))
    registered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    append_only = True
    # The audit trail shows its words only to those who may read the item.
    audit_sensitive: ClassVar = dict.fromkeys(("kind", "text", "reason"), Action.MEETING_READ)
    access = AccessPath(
        read=Action.MEETING_READ, cooperation="item__body__cooperation_id", limit=_written
    )

    class Meta:
        verbose_name = _("beslutning")
        verbose_name_plural = _("beslutninger")
        ordering: ClassVar = ["item", "-revision"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["item", "revision"], name="decision_revision_once"),
        ]

    def __str__(self) -> str:
        return f"{self.item}: {self.get_kind_display()}"

    @property
    def audit_label(self) -> str:
        return f"{_item_label(self.item)}, beslutning {self.revision}"


class MinuteText(models.Model):
    """The minutes of an item while they are being written; locked once the item is decided."""

    item = models.OneToOneField(AgendaItem, models.PROTECT, related_name="minute")
    text = GuardedTextField(_("referat"), max_length=20_000, blank=True)
    locked = models.BooleanField(_("låst"), default=False)

    audit_sensitive: ClassVar = {"text": Action.MINUTES_WRITE}
    access = AccessPath(
        read=Action.MINUTES_WRITE, cooperation="item__body__cooperation_id", limit=_written
    )

    class Meta:
        verbose_name = _("referattekst")
        verbose_name_plural = _("referattekster")
        ordering: ClassVar = ["item"]

    def __str__(self) -> str:
        return str(self.item)

    @property
    def audit_label(self) -> str:
        return _item_label(self.item)


class Excerpt(models.Model):
    """One decision with its number, as it went back to the case. Never changed.

    Decisions of closed items have a series of their own: a gap in the open one would tell those
    who may not see them that they are there.
    """

    body = models.ForeignKey(Body, models.PROTECT, related_name="excerpts")
    item = models.ForeignKey(AgendaItem, models.PROTECT, related_name="excerpts")
    decision = models.OneToOneField(Decision, models.PROTECT, related_name="excerpt")
    year = models.PositiveSmallIntegerField(_("år"))
    closed = models.BooleanField(_("lukket"), default=False)
    serial = models.PositiveSmallIntegerField(_("løbenummer"))
    # As it is quoted, with what the body was called: «DASSOS 2026-003».
    number = GuardedCharField(_("nummer"), max_length=80)
    # The canonical JSON of what is in it.
    content = models.TextField(_("indhold"))
    sha256 = models.CharField(_("fingeraftryk"), max_length=64)
    registered_at = models.DateTimeField(_("udfærdiget"))

    append_only = True
    audit_exclude: ClassVar = {"content"}
    access = AccessPath(
        read=Action.MEETING_READ, cooperation="item__body__cooperation_id", limit=_written
    )

    class Meta:
        verbose_name = _("protokoludskrift")
        verbose_name_plural = _("protokoludskrifter")
        ordering: ClassVar = ["body", "year", "closed", "serial"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["body", "year", "closed", "serial"], name="excerpt_number_once"
            ),
        ]

    def __str__(self) -> str:
        return self.number


class Approval(models.Model):
    """A member approved the minutes, or said what was wrong with them. Never changed."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="approvals")
    # The very words that were read: a correction makes new minutes, which are read anew.
    dispatch = models.ForeignKey(Dispatch, models.PROTECT, related_name="+")
    seat = models.ForeignKey(Seat, models.PROTECT, related_name="+")
    approves = models.BooleanField(_("godkender"))
    remark = GuardedTextField(_("bemærkning"), max_length=2000, blank=True)
    registered_at = models.DateTimeField(_("registreret"))
    registered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    append_only = True
    # An objection may quote a closed item.
    audit_sensitive: ClassVar = {"remark": Action.MEETING_READ}
    access = AccessPath(
        read=Action.MEETING_READ,
        organisation="seat__organisation_id",
        cooperation="meeting__body__cooperation_id",
        limit=_own_answer,
    )

    class Meta:
        verbose_name = _("godkendelse af referat")
        verbose_name_plural = _("godkendelser af referat")
        ordering: ClassVar = ["meeting", "registered_at", "id"]

    def __str__(self) -> str:
        return f"{self.meeting}: {self.seat}"


class FinalMinutes(models.Model):
    """The minutes of a meeting were approved for good. Never changed, and neither are they."""

    meeting = models.OneToOneField(Meeting, models.PROTECT, related_name="final")
    dispatch = models.ForeignKey(Dispatch, models.PROTECT, related_name="+")
    # The standing item by which a later meeting approved them; empty when nobody objected.
    by_item = models.ForeignKey(
        AgendaItem, models.PROTECT, null=True, blank=True, related_name="approved_minutes"
    )
    source = GuardedCharField(_("hvordan"), max_length=300)
    registered_at = models.DateTimeField(_("registreret"))
    registered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    append_only = True
    access = AccessPath(read=Action.MEETING_READ, cooperation="meeting__body__cooperation_id")

    class Meta:
        verbose_name = _("endeligt referat")
        verbose_name_plural = _("endelige referater")
        ordering: ClassVar = ["meeting"]

    def __str__(self) -> str:
        return str(self.meeting)
