"""A facility of its own with placements, for tests of settlement runs."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from rammevaerk.portal.access.models import Cooperation, Organisation
from rammevaerk.portal.access.policy import Actor
from rammevaerk.portal.catalogue.models import Facility, Paragraph, PlaceCapacity, Service
from rammevaerk.portal.placements.models import (
    Absence,
    Citizen,
    Hours,
    PayerPeriod,
    Placement,
    PriceChoice,
    SettlementTerms,
    Stay,
)
from rammevaerk.portal.settlement.models import LineStanding, SettlementLine, SettlementRun
from rammevaerk.portal.settlement.operations.run_requests import RunRequest
from rammevaerk.portal.settlement.operations.runs import start, work
from rammevaerk.portal.tariffs.models import Tariff

BEGAN = datetime(2025, 1, 2, 8, 0, tzinfo=UTC)
CLERK = Actor.system("Prøvekørsel")


@dataclass
class Home:
    """A home reported by one municipality, settled by calendar day at 1.000 kr."""

    key: str = "proevehjem"
    reporter: str = "egenby"
    ownership: str = "municipal"
    component: str = "whole"
    prices: dict[tuple[str, str, str], int] = field(
        default_factory=lambda: {("whole", "", "day"): 100_000}
    )
    places: int = 20
    terms: dict[str, Any] = field(default_factory=dict)
    priced_from: date = date(2024, 1, 1)

    def build(self) -> "Home":
        cooperation = Cooperation.objects.get(key="home")
        reporter = Organisation.objects.get(key=self.reporter)
        self.cooperation, self.organisation = cooperation, reporter
        self.facility = Facility.objects.create(
            cooperation=cooperation, operator=reporter, reporter=reporter, municipality=reporter,
            key=self.key, name=self.key.title(), ownership=self.ownership, kind="residential",
            valid_from=date(2019, 1, 1),
        )  # fmt: skip
        self.service = Service.objects.create(
            facility=self.facility, key="ophold", name="Ophold", setting="day_and_night",
            audience="adults", age_from=18, valid_from=date(2019, 1, 1),
        )  # fmt: skip
        PlaceCapacity.objects.create(
            service=self.service, places=self.places, covered=self.places,
            valid_from=date(2019, 1, 1), registered_at=BEGAN,
        )  # fmt: skip
        for (component, label, unit), ore in self.prices.items():
            Tariff.objects.create(
                service=self.service, component=component, label=label, unit=unit, amount_ore=ore,
                valid_from=self.priced_from, registered_at=BEGAN, decision="Byrådet",
            )  # fmt: skip
        terms = {
            "day_count": "calendar", "absence_full_days": 5, "absence_basis_pct": 100,
            "absence_service_pct": 50, "valid_from": date(2024, 1, 1), **self.terms,
        }  # fmt: skip
        SettlementTerms.objects.create(
            service=self.service, source="Prøve", registered_at=BEGAN, **terms
        )
        self.count = 0
        return self

    def admit(
        self,
        start: date | datetime,
        end: date | datetime | None = None,
        payer: str = "naboby",
        minutes: int = 600,
        label: str = "",
    ) -> Placement:
        """Somebody who comes at noon of the day and leaves at ten, unless the moment is said."""
        self.count += 1
        who = Organisation.objects.get(key=payer)
        came = _moment(start, time(12))
        citizen = Citizen.objects.create(
            cooperation=self.cooperation, keeper=who, pseudonym=f"{self.key}-{self.count}",
            birth_month=date(1990, 5, 1),
        )  # fmt: skip
        placement = Placement.objects.create(
            service=self.service, citizen=citizen, buyer=who,
            reference=f"{self.key[:12]}-{self.count:03}",
            paragraph=Paragraph.objects.get(key="sel-108"), state="admitted",
            wanted_from=came.date(), created_at=BEGAN,
        )  # fmt: skip
        held: dict[str, Any] = {"placement": placement, "registered_at": BEGAN}
        Stay.objects.create(
            **held, service=self.service, citizen=citizen, place=self.count, way="residence",
            valid_from=came, valid_to=_moment(end, time(10)) if end else None,
        )  # fmt: skip
        PayerPeriod.objects.create(
            **held, payer=who, acting=who, ground="rsl-9-1", valid_from=came.date()
        )
        Hours.objects.create(**held, citizen_minutes=minutes, valid_from=came.date())
        PriceChoice.objects.create(
            **held, component=self.component, label=label, valid_from=came.date()
        )
        return placement

    def absent(self, placement: Placement, start: date, end: date | None) -> Absence:
        return Absence.objects.create(
            placement=placement, reason="home", valid_from=start, valid_to=end, registered_at=BEGAN
        )

    def request(self, month: date, **more: Any) -> RunRequest:
        values = {"months_back": 12, "claimed_on": after(month) + timedelta(days=2), **more}
        return RunRequest(
            self.cooperation.pk, self.organisation.pk, month, facility_id=self.facility.pk, **values
        )

    def run(self, month: date, at: datetime | None = None, **more: Any) -> SettlementRun:
        """Begin a run and have it made."""
        when = at or noon(after(month))
        made = start(self.request(month, **more), by=CLERK, at=when)
        work(made.pk, at=when)
        made.refresh_from_db()
        return made


def _moment(day: date | datetime, at: time) -> datetime:
    return day if isinstance(day, datetime) else datetime.combine(day, at)


def after(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def noon(day: date) -> datetime:
    return datetime.combine(day, time(12), tzinfo=UTC)


def agree_all(run: SettlementRun) -> None:
    """As if the buyers had said yes to everything."""
    LineStanding.objects.filter(line__statement__run=run, state="open").update(
        state="agreed", waits_for=None, due_on=None
    )


def invoice_all(run: SettlementRun) -> None:
    """As if every agreed line had been invoiced, and what it takes back credited."""
    rows = LineStanding.objects.filter(line__statement__run=run, state__in=("open", "agreed"))
    for one in rows.select_related("line"):
        if one.line.reverses_id:
            LineStanding.objects.filter(line_id=one.line.reverses_id).update(state="credited")
        one.state, one.waits_for = "invoiced", None
        one.save()
    SettlementRun.objects.filter(pk=run.pk).update(state="invoiced")


def billed_ore(service: Service, placement: Placement | None = None) -> int:
    """Invoices less credits, with what the seller owes itself, from the lines that are booked."""
    rows = SettlementLine.objects.filter(
        service=service, standing__state__in=("invoiced", "credited", "internal")
    )
    if placement is not None:
        rows = rows.filter(placement=placement)
    return sum(rows.values_list("total_ore", flat=True))
