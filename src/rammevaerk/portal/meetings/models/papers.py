"""What belongs to an agenda beside its words: annexes, reviews, and what was sent out."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from rammevaerk.portal.access.actions import Action, Role
from rammevaerk.portal.access.policy import AccessPath, Actor
from rammevaerk.portal.common.fields import GuardedCharField, GuardedTextField
from rammevaerk.portal.meetings.models.meetings import AgendaItem, Meeting, of_item, of_items


def _of_files(actor: Actor) -> Q:
    """A file is seen with its item, and by those who see no drafts once it has been sent out."""
    kept = Q(annex__removed=False)
    if actor.is_system or actor.role is Role.SECRETARIAT:
        return kept
    own = Q(annex__item__submitted_by_id=actor.organisation_id or 0)
    asked = Q(
        annex__item__meeting__state=Meeting.State.REVIEW,
        annex__item__meeting__reviews__person_id=actor.person_id or 0,
    )
    given = own | asked | Q(dispatches__isnull=False)
    return kept & given & of_items("annex__item__")(actor)


def _own_review(actor: Actor) -> Q:
    """What somebody remarks on a draft is between him and the secretariat."""
    if actor.is_system or actor.role is Role.SECRETARIAT:
        return Q()
    return Q(person_id=actor.person_id or 0)


class _Kept(models.Manager["ItemAnnex"]):
    """The annexes that have not been taken off their item."""

    def get_queryset(self) -> "models.QuerySet[ItemAnnex]":
        return super().get_queryset().filter(removed=False)


class ItemAnnex(models.Model):
    """An annex of an item; its number is its place in the whole meeting."""

    item = models.ForeignKey(AgendaItem, models.PROTECT, related_name="annexes")
    position = models.PositiveSmallIntegerField(_("rækkefølge"))
    title = GuardedCharField(_("titel"), max_length=200)
    # The number under which it was sent out; it keeps that while it stays on the agenda.
    sent_number = models.PositiveSmallIntegerField(_("udsendt som nr."), null=True, blank=True)
    # Its files can never be deleted, so an annex that is taken off keeps its row.
    removed = models.BooleanField(_("fjernet"), default=False)

    objects = _Kept()
    access = of_item()
    audit_sensitive: ClassVar = {"title": Action.MEETING_READ}

    class Meta:
        verbose_name = _("bilag til punkt")
        verbose_name_plural = _("bilag til punkter")
        ordering: ClassVar = ["item", "position"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["item", "position"],
                condition=Q(removed=False),
                name="item_annex_position_once",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def audit_label(self) -> str:
        return f"{self.item.audit_label}, bilag {self.pk}"


class ItemAnnexVersion(models.Model):
    """One file of an annex as it was handed in. Never changed; a new file is a new version."""

    annex = models.ForeignKey(ItemAnnex, models.PROTECT, related_name="versions")
    version = models.PositiveSmallIntegerField(_("version"))
    name = GuardedCharField(_("filnavn"), max_length=150)
    media_type = models.CharField(_("filtype"), max_length=120)
    size = models.BigIntegerField(_("størrelse i byte"))
    sha256 = models.CharField(_("fingeraftryk"), max_length=64)
    uploaded_at = models.DateTimeField(_("lagt op"))
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    append_only = True
    access = AccessPath(
        read=Action.MEETING_READ,
        organisation="annex__item__submitted_by_id",
        cooperation="annex__item__body__cooperation_id",
        limit=_of_files,
    )
    audit_sensitive: ClassVar = {"name": Action.MEETING_READ}

    class Meta:
        verbose_name = _("fil til punkt")
        verbose_name_plural = _("filer til punkter")
        ordering: ClassVar = ["annex", "-version"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["annex", "version"], name="item_annex_version_once"),
        ]

    def __str__(self) -> str:
        return f"{self.annex}, version {self.version}"

    @property
    def audit_label(self) -> str:
        return f"{self.annex.audit_label}, version {self.version}"


class Review(models.Model):
    """Somebody is asked to read the draft of an agenda before it is sent out."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="reviews")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("læser")
    )
    asked_at = models.DateTimeField(_("bedt om gennemlæsning"))
    answered_at = models.DateTimeField(_("svaret"), null=True, blank=True)
    comment = GuardedTextField(_("bemærkninger"), max_length=4000, blank=True)

    access = AccessPath(
        read=Action.MEETING_READ,
        cooperation="meeting__body__cooperation_id",
        limit=_own_review,
    )
    audit_sensitive: ClassVar = {"comment": Action.MEETING_READ}

    class Meta:
        verbose_name = _("gennemlæsning")
        verbose_name_plural = _("gennemlæsninger")
        ordering: ClassVar = ["meeting", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["meeting", "person"], name="review_once"),
        ]

    def __str__(self) -> str:
        return f"{self.meeting}: {self.person}"


class Dispatch(models.Model):
    """What was sent out, word for word: an agenda, a supplement to it, minutes. Never changed."""

    class Kind(models.TextChoices):
        AGENDA = "agenda", _("Dagsorden")
        SUPPLEMENT = "supplement", _("Tillægsdagsorden")
        MINUTES = "minutes", _("Referat")

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="dispatches")
    kind = models.CharField(_("art"), max_length=10, choices=Kind.choices)
    version = models.PositiveSmallIntegerField(_("version"))
    # The canonical JSON of the whole document; who may see what of it is asked item by item.
    content = models.TextField(_("indhold"))
    sha256 = models.CharField(_("fingeraftryk"), max_length=64)
    registered_at = models.DateTimeField(_("udsendt"))
    registered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    # The files that went with it, so that a file that never went out is not to be had.
    files = models.ManyToManyField(ItemAnnexVersion, related_name="dispatches", editable=False)

    append_only = True
    # The audit trail keeps its fingerprint; the words themselves may be a closed item's.
    audit_exclude: ClassVar = {"content"}
    access = AccessPath(read=Action.MEETING_READ, cooperation="meeting__body__cooperation_id")

    class Meta:
        verbose_name = _("udsendelse")
        verbose_name_plural = _("udsendelser")
        ordering: ClassVar = ["meeting", "kind", "version"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["meeting", "kind", "version"], name="dispatch_once"),
        ]

    # Its place among those that a reader sees something of, set by the queries: a version that is
    # all closed to him would be missed in the row of numbers.
    told: int | None = None

    @property
    def number(self) -> int:
        """What the version is called to whoever it was read for."""
        return self.told or self.version

    def __str__(self) -> str:
        return f"{self.meeting}, {self.get_kind_display()} {self.version}"
