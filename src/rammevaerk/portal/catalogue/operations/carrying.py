"""Carrying what a facility has over to those that follow: departments, services, places."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Model, Q
from django.utils.text import slugify

from rammevaerk.engine.money import split_by_weight
from rammevaerk.portal.access.two_times import holding_from, twin
from rammevaerk.portal.catalogue.following import Moved
from rammevaerk.portal.catalogue.models import (
    Approval,
    Department,
    Facility,
    PlaceCapacity,
    Service,
    ServiceParagraph,
    ServiceTargetGroup,
)
from rammevaerk.portal.catalogue.operations.effects import Effects
from rammevaerk.portal.catalogue.operations.succession_plans import Share, places_on

KEY_LENGTH = 60
_LETTERS = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa", "Æ": "ae", "Ø": "oe", "Å": "aa"})


def key_from(name: str, taken: Iterable[str]) -> str:
    """A word for an address made of a name, with a number when it is taken."""
    word = slugify(name.translate(_LETTERS))[: KEY_LENGTH - 4] or "tilbud"
    used = set(taken)
    found, number = word, 2
    while found in used:
        found, number = f"{word}-{number}", number + 1
    return found


@dataclass
class Carrier:
    """Carries services over from a day, and remembers what it moved where."""

    on: date
    successors: Sequence[Facility]
    effects: Effects
    reason: str
    moved: list[Moved] = field(default_factory=list)
    places: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    covered: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    dropped: list[str] = field(default_factory=list)
    _departments: dict[tuple[int, int], Department] = field(default_factory=dict)
    _joined: dict[int, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))

    def carry(self, services: Sequence[Service], shares: Iterable[Share]) -> None:
        """Carry every service by its shares; one without a share ends."""
        by_service: dict[int, list[Share]] = defaultdict(list)
        for share in shares:
            by_service[share.service_id].append(share)
        held = places_on([one.pk for one in services], self.on)
        for service in services:
            self._carry_one(service, by_service[service.pk], held.get(service.pk))
        for into_id, (places, covered) in self._joined.items():
            self._add_places(into_id, places, covered)

    def close(self, facilities: Iterable[Facility], closing_reason: str) -> None:
        """Let the facilities and all they have end on the day."""
        for facility in facilities:
            for part in (Department, ServiceParagraph, ServiceTargetGroup, Service, Approval):
                self._end_all(part, facility)
            own = PlaceCapacity.objects.filter(service__facility=facility)
            self.effects.end(own, self.on)
            values = {"valid_to": self.on, "closing_reason": closing_reason[:300]}
            self.effects.change(facility, values)

    def _end_all(self, model: type[Model], facility: Facility) -> None:
        path = "facility" if model in (Service, Department, Approval) else "service__facility"
        rows = model._default_manager.filter(  # noqa: SLF001
            Q(valid_to__isnull=True) | Q(valid_to__gt=self.on),
            **{path: facility, "valid_from__lt": self.on},
        )
        for row in rows:
            self.effects.change(row, {"valid_to": self.on})

    def _carry_one(
        self, service: Service, shares: Sequence[Share], held: PlaceCapacity | None
    ) -> None:
        if not shares:
            self.moved.append(Moved(service.pk, None))
            return
        if service.valid_from >= self.on:
            self._hand_over(service, shares[0].part)
            return
        total = held.places if held else 0
        counts = [total if one.places is None else one.places for one in shares]
        covered = self._covered(held, counts)
        for share, places, under in zip(shares, counts, covered, strict=True):
            self.places[share.part] += places
            self.covered[share.part] += under
            if share.into_id is not None:
                self._joined[share.into_id][0] += places
                self._joined[share.into_id][1] += under
                self.moved.append(Moved(service.pk, share.into_id, joined=True, as_it_was=False))
                continue
            whole = places == total and len(shares) == 1
            new = self._new_service(service, share.part)
            self._new_places(service, new, None if whole else (places, under))
            self.moved.append(Moved(service.pk, new.pk, as_it_was=whole))
        if len(shares) > 1 or shares[0].into_id is not None:
            self._drop_later(service)

    def _covered(self, held: PlaceCapacity | None, counts: Sequence[int]) -> list[int]:
        if held is None or not any(counts):
            return [0 for _one in counts]
        return split_by_weight(held.covered, counts)

    def _hand_over(self, service: Service, part: int) -> None:
        """A service that has not begun goes as it is: nothing of it is history yet."""
        home = self.successors[part]
        department = service.department
        keys = Service.objects.filter(facility=home).values_list("key", flat=True)
        values = {
            "facility_id": home.pk,
            "department_id": self._department(department, part).pk if department else None,
            "key": key_from(service.key, keys),
        }
        self.effects.change(service, values)

    def _new_service(self, service: Service, part: int) -> Service:
        home = self.successors[part]
        department = self._department(service.department, part) if service.department else None
        new = self.effects.make(
            twin(
                service,
                facility_id=home.pk,
                department_id=department.pk if department else None,
                key=key_from(service.key, home.services.values_list("key", flat=True)),
                valid_from=self.on,
            )
        )
        for model in (ServiceParagraph, ServiceTargetGroup):
            rows: Any = model._default_manager.filter(service=service)  # noqa: SLF001
            for row in rows.exclude(valid_to__lte=self.on):
                begins = max(row.valid_from, self.on)
                self.effects.make(twin(row, service_id=new.pk, valid_from=begins))
        return new

    def _department(self, old: Department, part: int) -> Department:
        if (old.pk, part) not in self._departments:
            home = self.successors[part]
            new = twin(
                old,
                facility_id=home.pk,
                key=key_from(old.key, home.departments.values_list("key", flat=True)),
                # The number on Tilbudsportalen is the approved facility's; the new gets its own.
                portal_id="",
                valid_from=max(old.valid_from, self.on),
            )
            self._departments[old.pk, part] = self.effects.make(new)
        return self._departments[old.pk, part]

    def _new_places(self, old: Service, new: Service, given: tuple[int, int] | None) -> None:
        if given is not None:
            places, covered = given
            self._state(new.pk, places, covered, self.on, new.valid_to)
            return
        for row in old.capacities.filter(holding_from(self.on)):
            self._state(new.pk, row.places, row.covered, max(row.valid_from, self.on), row.valid_to)

    def _state(
        self, service_id: int, places: int, covered: int, begins: date, ends: date | None
    ) -> None:
        self.effects.make(
            PlaceCapacity(
                service_id=service_id,
                places=places,
                covered=covered,
                valid_from=begins,
                valid_to=ends,
                reason=self.reason[:300],
                registered_at=self.effects.at,
            )
        )

    def _add_places(self, into_id: int, places: int, covered: int) -> None:
        """The places come on top of what the service has, in all the time ahead."""
        rows = PlaceCapacity.objects.filter(holding_from(self.on), service_id=into_id)
        before = list(rows)
        self.effects.end(PlaceCapacity.objects.filter(service_id=into_id), self.on)
        more = {"registered_at": self.effects.at, "reason": self.reason[:300]}
        for row in before:
            self.effects.say(
                twin(
                    row,
                    places=row.places + places,
                    covered=row.covered + covered,
                    valid_from=max(row.valid_from, self.on),
                    **more,
                )
            )
        if not before:
            self.effects.say(
                PlaceCapacity(
                    service_id=into_id,
                    places=places,
                    covered=covered,
                    valid_from=self.on,
                    **more,
                )
            )

    def _drop_later(self, service: Service) -> None:
        later = service.capacities.filter(superseded_at__isnull=True, valid_from__gt=self.on)
        self.dropped += [f"{service}: {row.places}" for row in later]
