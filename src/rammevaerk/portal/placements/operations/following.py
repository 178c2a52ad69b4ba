"""Placements and what is agreed of them follow a facility that goes on as another, or closes.

A placement belongs to one service, and so to one seller: it ends on the day, and another that
`continues` it begins at the successor. The old seller keeps what was his, the new gets the rest.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Max, Min, Model, Q
from django.utils.translation import gettext as _

from rammevaerk.engine.date_words import date_text_da
from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import Actor
from rammevaerk.portal.access.saving import store_changes, store_new, store_removal
from rammevaerk.portal.access.two_times import end_rows, restore_rows, twin
from rammevaerk.portal.catalogue.following import Followed, Passage
from rammevaerk.portal.catalogue.queries.services import services_of
from rammevaerk.portal.common.clock import day_of
from rammevaerk.portal.placements.models import (
    Absence,
    Hours,
    Notice,
    PayerPeriod,
    Placement,
    PlacementGoal,
    PlacementState,
    PriceChoice,
    SettlementTerms,
    Stay,
    SupplementGrant,
)
from rammevaerk.portal.placements.models.terms import DayCount
from rammevaerk.portal.placements.operations.asking import new_placement
from rammevaerk.portal.placements.operations.following_contracts import (
    continue_contracts,
    end_contracts,
    restore_contracts,
    void_contracts,
)
from rammevaerk.portal.placements.operations.following_texts import outcome_text
from rammevaerk.portal.placements.operations.steps import first_step, take_step
from rammevaerk.portal.placements.queries.words import places_of

MANAGE = Action.FACILITY_MANAGE
_DATED: tuple[type[Model], ...] = (PayerPeriod, Hours, PriceChoice, SupplementGrant, Absence)
_OPEN = (PlacementState.ENQUIRY, PlacementState.OFFERED, PlacementState.ACCEPTED)
_SYSTEM = Actor.system("Efterfølgelse")
Effects = dict[str, Any]


class PlacementFollower:
    """Stays, what is agreed by date, terms and contracts go on at the successor."""

    name = "placements"

    @property
    def subject(self) -> str:
        return _("Indskrivninger og kontrakter")

    def remaining(self, service_ids: Collection[int], on: date) -> list[str]:
        """Enquiries, agreed stays and stays that begin on the day or later."""
        rows = _to_come(service_ids, on).select_related("service")
        return [
            _("indskrivning %(reference)s ved %(service)s fra %(day)s")
            % {
                "reference": row.reference,
                "service": row.service,
                "day": date_text_da(_begins(row)),
            }
            for row in rows
        ]

    def follow(self, passage: Passage, *, by: Actor, at: datetime) -> Followed:
        """End or carry over every stay that reaches the day, and what hangs on it."""
        return _Following(passage, by, at).follow()

    def undo(self, effects: Any, *, by: Actor, at: datetime) -> None:
        """Let the old placements go on; those at the successor are withdrawn."""
        on = date.fromisoformat(effects["on"])
        restore_contracts(effects["contracts"], by=by, at=at)
        for new_id, service_id, state in effects["continued"]:
            new = Placement.objects.select_for_update().get(pk=new_id)
            if new.state != state:
                raise ValidationError(
                    _("Det kan ikke fortrydes: indskrivning %s er ændret siden.") % new.reference
                )
            void(new, _("Efterfølgelsen er fortrudt."), by=by, at=at)
            for stay in new.stays.all():
                store_removal(stay, MANAGE, by=by, at=at)
            # Nothing may be left at the successor, which goes too.
            store_changes(new, {"service_id": service_id}, MANAGE, by=by, at=at)
        for label, moment, ended in effects["ended"]:
            begins: Any = datetime.fromisoformat(moment) if label == "Stay" else on
            restore_rows(_BY_NAME[label], ended, begins, MANAGE, by=by, at=at)
        for pk in effects["terms_made"]:
            for terms in SettlementTerms.objects.filter(pk=pk):
                store_removal(terms, MANAGE, by=by, at=at)
        terms_on = date.fromisoformat(effects["terms_on"])
        restore_rows(SettlementTerms, effects["terms_ended"], terms_on, MANAGE, by=by, at=at)
        for pk, service_id in effects["moved"]:
            row = Placement.objects.get(pk=pk)
            store_changes(row, {"service_id": service_id}, MANAGE, by=by, at=at)
        for pk, state in effects["withdrawn"]:
            row = Placement.objects.get(pk=pk)
            note = _("Det, der lukkede eller flyttede ydelsen, er fortrudt.")
            take_step(row, PlacementState(state), MANAGE, on=day_of(at), note=note, by=by, at=at)


_ALL_DATED: tuple[type[Model], ...] = (*_DATED, Stay)
_BY_NAME: Mapping[str, type[Model]] = {one.__name__: one for one in _ALL_DATED}


def _begins(row: Placement) -> date:
    return row.offered_from or row.wanted_from


def _open_at(service_ids: Collection[int]) -> Any:
    rows = Placement.objects.filter(service_id__in=service_ids, state__in=_OPEN)
    return rows.order_by("reference")


def _to_come(service_ids: Collection[int], on: date) -> Any:
    ahead = Q(offered_from__gte=on) | Q(offered_from__isnull=True, wanted_from__gte=on)
    return _open_at(service_ids).filter(ahead)


def void(new: Placement, note: str, *, by: Actor, at: datetime) -> None:
    """Take away a continuation that has not begun: nothing of it is believed any longer."""
    for model in _ALL_DATED:
        rows: Any = model._default_manager.filter(placement=new)  # noqa: SLF001
        for row in rows.filter(superseded_at__isnull=True):
            store_changes(row, {"superseded_at": at}, MANAGE, by=by, at=at)
    void_contracts(new, by=by, at=at)
    take_step(new, PlacementState.WITHDRAWN, MANAGE, on=day_of(at), note=note, by=by, at=at)


def drop_continuations(old: Placement, moment: datetime, *, by: Actor, at: datetime) -> None:
    """The citizen leaves at a moment before his placement was to go on elsewhere."""
    for new in old.continuations.filter(state=PlacementState.ADMITTED):
        begins = new.stays.filter(superseded_at__isnull=True).aggregate(Min("valid_from"))
        first = begins["valid_from__min"]
        if first is not None and first > moment:
            void(new, _("Borgeren er udskrevet før."), by=by, at=at)


@dataclass
class _Following:
    """One passage: what was done is gathered, so that it can be undone."""

    passage: Passage
    by: Actor
    at: datetime
    effects: Effects = field(default_factory=dict)
    _taken: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))

    def follow(self) -> Followed:
        on = self.passage.on
        self.effects = {
            "on": on.isoformat(), "terms_on": _month_after(on).isoformat(), "continued": [],
            "ended": [], "moved": [], "withdrawn": [], "terms_made": [], "terms_ended": [],
            "contracts": [],
        }  # fmt: skip
        targets = self._targets()
        going, ending = 0, 0
        for service_id in self.passage.service_ids:
            chosen = targets.get(service_id, [])
            self._terms(service_id)
            self._open(service_id, chosen)
            for old in self._staying(service_id):
                if chosen:
                    self._carry(old, self._choose(old, chosen))
                    going += 1
                else:
                    self._end(old)
                    ending += 1
        return Followed(outcome_text(self.effects, going, ending), self.effects)

    def _targets(self) -> dict[int, list[Any]]:
        """The services that each goes on at, with what is left of their places."""
        ids = {one.successor_service_id for one in self.passage.moved if one.successor_service_id}
        rows = services_of(_SYSTEM, on=None).filter(pk__in=ids)
        services: dict[Any, Any] = {row.pk: row for row in rows}
        found: dict[int, list[Any]] = defaultdict(list)
        for one in self.passage.moved:
            if one.successor_service_id is not None:
                found[one.service_id].append(services[one.successor_service_id])
        for pk in services:
            start = datetime.combine(self.passage.on, time.min)
            held = Stay.objects.filter(
                Q(valid_to__isnull=True) | Q(valid_to__gt=start),
                service_id=pk, superseded_at__isnull=True,
            )  # fmt: skip
            self._taken[pk] = set(held.values_list("place", flat=True))
        return found

    def _staying(self, service_id: int) -> list[Placement]:
        """Those whose stay reaches beyond the day, by their places."""
        start = datetime.combine(self.passage.on, time.min)
        rows = Placement.objects.filter(
            Q(stays__valid_to__isnull=True) | Q(stays__valid_to__gt=start),
            stays__superseded_at__isnull=True, service_id=service_id,
        )  # fmt: skip
        ids = rows.annotate(place=Max("stays__place")).order_by("place").values_list("pk")
        order = {pk: at for at, (pk,) in enumerate(ids)}
        found = Placement.objects.select_for_update().filter(pk__in=order)
        return sorted(found, key=lambda row: order[row.pk])

    def _choose(self, old: Placement, services: list[Any]) -> Any:
        """Where one of several parts has a place left, the first such; else the last."""
        for service in services[:-1]:
            if len(self._taken[service.pk]) < places_of(service, on=self.passage.on):
                return service
        return services[-1]

    def _place(self, wanted: int, service: Any) -> int:
        """The same number where it is free; else the first that is."""
        taken = self._taken[service.pk]
        place = wanted
        if place in taken or place > places_of(service, on=self.passage.on):
            place = next(one for one in range(1, len(taken) + 2) if one not in taken)
        taken.add(place)
        return place

    def _carry(self, old: Placement, service: Any) -> None:
        on = self.passage.on
        note = _("Fortsætter fra %(reference)s ved %(facility)s") % {
            "reference": old.reference,
            "facility": old.service.facility,
        }
        new = new_placement(
            service,
            old.citizen,
            {
                **{name: getattr(old, name) for name in _KEPT},
                "state": old.state,
                "continues_id": old.pk,
            },
            MANAGE,
            by=self.by,
            at=self.at,
        )
        first_step(new, MANAGE, on=on, note=note, by=self.by, at=self.at)
        for stay in self._cut(old):
            begins = max(stay.valid_from, self._moment(stay))
            store_new(
                twin(
                    stay, placement_id=new.pk, service_id=service.pk,
                    place=self._place(stay.place, service), valid_from=begins,
                    registered_at=self.at, superseded_at=None,
                ),
                MANAGE, by=self.by, at=self.at,
            )  # fmt: skip
        self._carry_dated(old, new)
        self._carry_goals(old, new)
        self.effects["continued"].append((new.pk, old.service_id, new.state))
        self._leave(old, note=_("Fortsætter som %s.") % new.reference)
        self.effects["contracts"] += continue_contracts(
            old, new, self.passage, by=self.by, at=self.at
        )

    def _moment(self, stay: Stay) -> datetime:
        """When the old stay ends: a hotel day belongs to the one who has its first hour."""
        terms = SettlementTerms.objects.filter(
            Q(valid_to__isnull=True) | Q(valid_to__gte=self.passage.on),
            service_id=stay.service_id, valid_from__lte=self.passage.on,
        )  # fmt: skip
        hotel = terms.filter(day_count=DayCount.HOTEL).exists()
        clock = stay.valid_from.time() if hotel else time.min
        return datetime.combine(self.passage.on, clock)

    def _cut(self, old: Placement) -> list[Stay]:
        """End the stays on the day; returns them as they were."""
        found = []
        start = datetime.combine(self.passage.on, time.min)
        rows = old.stays.filter(
            Q(valid_to__isnull=True) | Q(valid_to__gt=start), superseded_at__isnull=True
        )
        for stay in list(rows):
            moment: Any = self._moment(stay)
            ended = end_rows(old.stays.filter(pk=stay.pk), moment, MANAGE, by=self.by, at=self.at)
            if ended:
                found.append(stay)
                self.effects["ended"].append(("Stay", moment.isoformat(), ended))
        return found

    def _carry_dated(self, old: Placement, new: Placement | None) -> None:
        on = self.passage.on
        for model in _DATED:
            rows: Any = model._default_manager.filter(placement=old)  # noqa: SLF001
            ended = end_rows(rows, on, MANAGE, by=self.by, at=self.at)
            self.effects["ended"].append((model.__name__, on.isoformat(), ended))
            if new is None:
                continue
            for pk, _kept in ended:
                row: Any = model._default_manager.get(pk=pk)  # noqa: SLF001
                begins = max(row.valid_from, on)
                again = twin(
                    row, placement_id=new.pk, valid_from=begins, registered_at=self.at,
                    superseded_at=None,
                )  # fmt: skip
                store_new(again, MANAGE, by=self.by, at=self.at)

    def _carry_goals(self, old: Placement, new: Placement) -> None:
        goals = old.goals.filter(state=PlacementGoal.State.OPEN)
        notices = Notice.objects.filter(placement=old, withdrawn_at__isnull=True)
        for row in (*goals, *notices):
            store_new(twin(row, placement_id=new.pk), MANAGE, by=self.by, at=self.at)

    def _end(self, old: Placement) -> None:
        self._cut(old)
        self._carry_dated(old, None)
        self._leave(old, note=_("Ydelsen ophører."))
        self.effects["contracts"] += end_contracts(
            old, self.passage.on, _("Ydelsen ophører."), by=self.by, at=self.at
        )

    def _leave(self, old: Placement, *, note: str) -> None:
        """Discharged when the day has come; until then the end of the stay is what is planned."""
        on = self.passage.on
        if on <= day_of(self.at) and old.state == PlacementState.ADMITTED:
            discharged = PlacementState.DISCHARGED
            take_step(old, discharged, MANAGE, on=on, note=note, by=self.by, at=self.at)

    def _open(self, service_id: int, services: list[Any]) -> None:
        """What has not begun goes to the successor as it is, or is withdrawn."""
        on = self.passage.on
        # Once the day has come, what was asked for before it can no longer begin at the old one.
        come = on <= day_of(self.at)
        rows = _open_at([service_id]) if come else _to_come([service_id], on)
        for row in rows.select_for_update():
            if services:
                self.effects["moved"].append((row.pk, row.service_id))
                values = {"service_id": services[0].pk}
                store_changes(row, values, MANAGE, by=self.by, at=self.at)
                continue
            self.effects["withdrawn"].append((row.pk, row.state))
            take_step(
                row, PlacementState.WITHDRAWN, MANAGE, on=day_of(self.at),
                note=_("Ydelsen ophører."), by=self.by, at=self.at,
            )  # fmt: skip

    def _terms(self, service_id: int) -> None:
        """Terms hold for whole months: the old to the end of the month, the new from its start."""
        end, start = _month_after(self.passage.on), self.passage.on.replace(day=1)
        rows = SettlementTerms.objects.filter(service_id=service_id)
        ended = end_rows(rows, end, MANAGE, by=self.by, at=self.at)
        self.effects["terms_ended"] += ended
        same = [
            one.successor_service_id
            for one in self.passage.moved
            if one.service_id == service_id and one.successor_service_id and not one.joined
        ]
        for pk, _kept in ended:
            old = SettlementTerms.objects.get(pk=pk)
            for target in same:
                again = twin(
                    old, service_id=target, valid_from=max(old.valid_from, start),
                    registered_at=self.at, superseded_at=None,
                )  # fmt: skip
                made = store_new(again, MANAGE, by=self.by, at=self.at)
                self.effects["terms_made"].append(made.pk)


def _month_after(day: date) -> date:
    """The first of a month on the day or next after it."""
    if day.day == 1:
        return day
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


_KEPT = (
    "buyer_id",
    "buyer_reference",
    "paragraph_id",
    "wanted_from",
    "expected_to",
    "need",
    "offered_from",
    "self_referred",
    "admission_decided_on",
    "notify_by",
    "notified_on",
)
