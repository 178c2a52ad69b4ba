"""All that is known of one placement, as believed now or at an earlier moment."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from rammevaerk.engine.date_words import date_text_da
from rammevaerk.engine.errors import NoRuleForDate
from rammevaerk.engine.findings import Finding
from rammevaerk.engine.parameters import Parameters
from rammevaerk.engine.settlement.special.notification import Notification, shelter_notice
from rammevaerk.portal.access.queries import names_on
from rammevaerk.portal.placements.models import (
    Absence,
    Delivery,
    Hours,
    Notice,
    PayerPeriod,
    Placement,
    PlacementGoal,
    PlacementStep,
    PriceChoice,
    Stay,
    SupplementGrant,
)
from rammevaerk.portal.placements.queries.words import described
from rammevaerk.portal.tariffs.price_lines import PriceLine, name_of


@dataclass(frozen=True, slots=True)
class Versions:
    """Rows of one kind: those believed at the moment, and those that no longer were."""

    rows: list[Any] = field(default_factory=list)
    earlier: list[Any] = field(default_factory=list)

    @property
    def last(self) -> Any:
        """The row that holds last; None when there is none."""
        return self.rows[-1] if self.rows else None


@dataclass(frozen=True, slots=True)
class PlacementRecord:
    """A placement with what holds of it by date, and the names of those it concerns."""

    placement: Placement
    names: dict[int, str]
    operator: str
    department: str
    stays: Versions
    payers: Versions
    hours: Versions
    prices: Versions
    absences: Versions
    supplements: Versions
    deliveries: Versions
    notices: list[Notice]
    goals: list[PlacementGoal]
    steps: list[PlacementStep]
    notification: Notification | None

    @property
    def buyer(self) -> str:
        return self.names[self.placement.buyer_id]

    @property
    def notice(self) -> Notice | None:
        """The notice in force."""
        return next((one for one in self.notices if one.withdrawn_at is None), None)

    def on(self, versions: Versions, day: date) -> Any:
        """The row of a kind that holds on the day."""
        held = (
            one
            for one in versions.rows
            if one.valid_from <= day and (one.valid_to is None or day < one.valid_to)
        )
        return next(held, None)


def record_of(placement: Placement, *, on: date, known: datetime | None = None) -> PlacementRecord:
    """What is known of the placement; the actor must be one who may see it."""
    row = (
        Placement.objects.select_related("service__facility", "citizen", "paragraph")
        .get(pk=placement.pk)
    )  # fmt: skip
    kinds = {
        name: _versions(model, row, known)
        for name, model in (
            ("stays", Stay), ("payers", PayerPeriod), ("hours", Hours), ("prices", PriceChoice),
            ("absences", Absence), ("supplements", SupplementGrant),
        )
    }  # fmt: skip
    payers = [*kinds["payers"].rows, *kinds["payers"].earlier]
    service: Any = row.service
    ids = {row.buyer_id, service.facility.reporter_id, row.citizen.keeper_id}
    ids |= {pk for one in payers for pk in (one.payer_id, one.acting_id)}
    about = described(service, on=on)
    return PlacementRecord(
        placement=row,
        names=names_on(list(ids), on=on, short=True),
        operator=about.operator,
        department=about.department,
        deliveries=_versions(Delivery, row, known, "month"),
        notices=list(row.notices.order_by("-given_on", "-id")),
        goals=list(row.goals.prefetch_related("follow_ups")),
        steps=list(row.steps.order_by("registered_at", "id")),
        notification=notification_of(row, on=on),
        **kinds,
    )


def _versions(
    model: Any, row: Placement, known: datetime | None, order: str = "valid_from"
) -> Versions:
    rows = list(model.objects.filter(placement=row).order_by(order, "registered_at", "id"))
    told = [one for one in rows if known is None or one.registered_at <= known]
    return Versions(
        [one for one in told if _believed(one, known)],
        [one for one in told if not _believed(one, known)],
    )


def _believed(row: Any, known: datetime | None) -> bool:
    end: datetime | None = row.superseded_at
    return end is None or (known is not None and end > known)


def notification_of(row: Placement, *, on: date) -> Notification | None:
    """The limit for telling the acting municipality, and what is wrong; None without one."""
    if row.admission_decided_on is None:
        return None
    try:
        return shelter_notice(
            row.admission_decided_on, Parameters.load(), given=row.notified_on, on=on
        )
    except NoRuleForDate:
        return None


def price_text(row: PriceChoice) -> str:
    """«Helhedstakst «Niveau 2»»."""
    return name_of(PriceLine(row.component, unit="", amount_ore=0, label=row.label))


def timeline(record: PlacementRecord) -> list[dict[str, Any]]:
    """What happened, newest first: steps, and what was agreed or ended by date."""
    entries: list[tuple[date, int, dict[str, Any]]] = []
    for at, one in enumerate(record.steps):
        title = _(str(one.get_to_state_display()))
        entries.append((one.on, at, {"title": title, "text": one.note, "who": one.by_label}))
    for payer in record.payers.rows[1:]:
        name = record.names[payer.payer_id]
        said = {"title": _("%s betaler") % name, "text": payer.evidence}
        entries.append((payer.valid_from, 0, said))
    for hours in record.hours.rows[1:]:
        said = {"title": _("Timerne er ændret"), "text": hours.reason}
        entries.append((hours.valid_from, 0, said))
    for notice in record.notices:
        text = _("Udløber %s.") % date_text_da(notice.ends_on)
        title = _("Opsagt: %s") % notice.get_side_display().lower()
        if notice.withdrawn_at:
            text = _("Trukket tilbage.")
        entries.append((notice.given_on, 0, {"title": title, "text": text}))
    entries.sort(key=lambda one: (one[0], one[1]), reverse=True)
    return [{"day": day, **said} for day, _at, said in entries]


def warnings_of(record: PlacementRecord, *, on: date) -> list[str]:
    """What is missing before the stay can be settled, and what is late, as Danish sentences."""
    said = [_told(one) for one in (record.notification.findings if record.notification else ())]
    row = record.placement
    if row.state != "admitted":
        return said
    for versions, text in (
        (record.payers, _("Der er ingen betaler for dagen i dag, så opholdet kan ikke afregnes.")),
        (record.prices, _("Der er ikke valgt en takst, så opholdet kan ikke afregnes.")),
    ):
        if record.on(versions, on) is None:
            said.append(text)
    late = [one for one in record.goals if one.state == "open" and one.follow_up_by < on]
    if late:
        said.append(_("Der er mål, som skulle være fulgt op."))
    return said


def _told(finding: Finding) -> str:
    return f"{finding.message} {finding.expected[:1].upper()}{finding.expected[1:]}."
