"""The tariffs in force on a day written as a tariff model (TOML), for the studio.

A facility is named by its key. Its plan is the level's name; where the facility gives several
services, the service's key and the level. What a model cannot hold is said, never left out in
silence.
"""

import json
from calendar import isleap
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _

from rammevaerk.engine.money import format_kroner
from rammevaerk.portal.tariffs.models import Component, Tariff, Unit

_PER = {Unit.DAY: "day", Unit.MONTH: "month", Unit.YEAR: "year"}


@dataclass(frozen=True, slots=True)
class PricedService:
    """A service with the tariffs that hold on the day."""

    facility: str
    service: str
    tariffs: Sequence[Tariff]


@dataclass(frozen=True, slots=True)
class WrittenModel:
    """A model as TOML, how many prices it holds, and what could not be written in it."""

    content: str
    prices: int
    left_out: tuple[str, ...]


@dataclass(slots=True)
class _Part:
    """The rows of one kind of pricing."""

    rates: list[str] = field(default_factory=list)
    hours: list[tuple[str, Tariff]] = field(default_factory=list)


@dataclass(slots=True)
class _Writing:
    several: frozenset[str]
    levels: _Part = field(default_factory=_Part)
    hourly: _Part = field(default_factory=_Part)
    plain: _Part = field(default_factory=_Part)
    supplements: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)

    def facility(self, services: Sequence[PricedService]) -> None:
        """One facility has one kind of pricing; a service of another kind is left out."""
        kinds = [self._kind(one) for one in services]
        chosen = next((kind for kind in kinds if kind), "")
        for one, kind in zip(services, kinds, strict=True):
            self._supplements(one)
            if kind and kind != chosen:
                self._say(one, _("tilbuddet har en anden slags takster"))
            elif kind:
                getattr(self, f"_{kind}")(one)

    def _kind(self, one: PricedService) -> str:
        there = {tariff.component for tariff in one.tariffs}
        if Component.WHOLE in there:
            return "levels_of"
        if Component.BASIS in there and Component.HOUR in there:
            return "hourly_of"
        if Component.BASIS in there and Component.SERVICE in there:
            return "sums_of"
        if there & {Component.BASIS, Component.GROUND}:
            return "plain_of"
        for tariff in one.tariffs:
            if tariff.component != Component.SUPPLEMENT:
                self._say(one, _("%s indgår ikke alene i en model") % _name(tariff))
        return ""

    def _levels_of(self, one: PricedService) -> None:
        for tariff in _of(one, Component.WHOLE):
            self._rate(self.levels, one, tariff, tariff.amount_ore, tariff.label)
        self._rest(one, {Component.WHOLE})

    def _sums_of(self, one: PricedService) -> None:
        """Basis and a service price for each level are together the whole tariff of the level."""
        basis = _of(one, Component.BASIS)[0]
        for tariff in _of(one, Component.SERVICE):
            if tariff.unit == basis.unit:
                amount = basis.amount_ore + tariff.amount_ore
                self._rate(self.levels, one, tariff, amount, tariff.label)
            else:
                self._say(one, _("%s har en anden enhed end basistaksten") % _name(tariff))
        self._rest(one, {Component.BASIS, Component.SERVICE})

    def _hourly_of(self, one: PricedService) -> None:
        for tariff in _of(one, Component.BASIS):
            self._rate(self.hourly, one, tariff, tariff.amount_ore, tariff.label)
        first, *more = _of(one, Component.HOUR)
        self.hourly.hours.append((one.facility, first))
        for tariff in more:
            self._say(one, _("%s: kun den første timepris bruges") % _name(tariff))
        self._rest(one, {Component.BASIS, Component.HOUR})

    def _plain_of(self, one: PricedService) -> None:
        wanted = {Component.BASIS, Component.GROUND}
        for tariff in one.tariffs:
            if tariff.component in wanted:
                self._rate(self.plain, one, tariff, tariff.amount_ore, tariff.label)
        self._rest(one, wanted)

    def _rate(
        self, part: _Part, one: PricedService, tariff: Tariff, amount: int, label: str
    ) -> None:
        if tariff.unit not in _PER:
            self._say(one, _("%s er ikke pr. døgn, måned eller år") % _name(tariff))
            return
        plan = label
        if one.facility in self.several:
            plan = f"{one.service}/{label}" if label else one.service
        plan_key = {"plan": plan} if plan else {}
        part.rates.append(
            _row(
                "rate",
                {
                    "facility": one.facility,
                    **plan_key,
                    "from": tariff.valid_from,
                    "rate": amount,
                    "per": _PER[Unit(tariff.unit)],
                },
            )
        )

    def _supplements(self, one: PricedService) -> None:
        for tariff in _of(one, Component.SUPPLEMENT):
            if tariff.unit not in _PER:
                self._say(one, _("%s er ikke pr. døgn, måned eller år") % _name(tariff))
                continue
            name = f"{one.facility}/{one.service}/{tariff.label}"
            values = {
                "supplement": name,
                "from": tariff.valid_from,
                "rate": tariff.amount_ore,
                "per": _PER[Unit(tariff.unit)],
            }
            self.supplements.append(_row("supplement", values))

    def _rest(self, one: PricedService, written: set[Component]) -> None:
        for tariff in one.tariffs:
            if tariff.component not in written | {Component.SUPPLEMENT}:
                self._say(one, _("%s er ikke med i modellen") % _name(tariff))

    def _say(self, one: PricedService, what: str) -> None:
        self.left_out.append(f"{one.facility}, {one.service}: {what}")


def write_model(
    name: str, services: Iterable[PricedService], *, on: date, share: str = "0 %"
) -> WrittenModel:
    """Write the tariffs of services as one model with a part for each kind of pricing.

    `share` is how much of a whole tariff is buildings and management, which no tariff says. The
    hourly rate is one for all where all facilities have the same.
    """
    by_facility: dict[str, list[PricedService]] = defaultdict(list)
    for one in services:
        by_facility[one.facility].append(one)
    several = frozenset(key for key, some in by_facility.items() if len(some) > 1)
    writing = _Writing(several)
    for some in by_facility.values():
        writing.facility(some)
    parts = _parts(writing, on, share)
    head = {"name": name, "on": on, "days_basis": 366 if isleap(on.year) else 365}
    lines = [*(f"{key} = {_value(value)}" for key, value in head.items()), ""]
    # TOML takes the rows below a [[part]] as its own, so supplements come before the first.
    lines += [*writing.supplements, *parts]
    if writing.left_out:
        lines += [
            "",
            f"# {_('Ikke med i modellen:')}",
            *(f"# {_one_line(one)}" for one in writing.left_out),
        ]
    count = sum(len(part.rates) for part in (writing.levels, writing.hourly, writing.plain))
    return WrittenModel("\n".join(lines), count, tuple(writing.left_out))


def _one_line(text: str) -> str:
    """As a comment may hold it: a line break would end the comment."""
    return " ".join(text.split())


def _parts(writing: _Writing, on: date, share: str) -> list[str]:
    made = []
    if writing.levels.rates:
        shares = _row("part.share", {"from": date(on.year, 1, 1), "percent": share})
        made += _part("levels", [shares, *writing.levels.rates])
    if writing.hourly.rates:
        made += _part("basis_hours", [*_hours(writing.hourly.hours), *writing.hourly.rates])
    if writing.plain.rates:
        made += _part("main_supplements", writing.plain.rates)
    return made


def _part(kind: str, rows: Sequence[str]) -> list[str]:
    return [
        f'[[part]]\nkind = "{kind}"\n',
        *(row.replace("[[rate]]", "[[part.rate]]") for row in rows),
    ]


def _hours(hours: Sequence[tuple[str, Tariff]]) -> list[str]:
    """One rate for all where it is the same, so that a study can move it."""
    amounts = {tariff.amount_ore for _facility, tariff in hours}
    if len(amounts) == 1:
        start = min(tariff.valid_from for _facility, tariff in hours)
        return [_row("part.hour", {"from": start, "rate": amounts.pop()})]
    first = dict(reversed(hours))
    return [
        _row(
            "part.hour",
            {"facility": facility, "from": tariff.valid_from, "rate": tariff.amount_ore},
        )
        for facility, tariff in first.items()
    ]


def _of(one: PricedService, component: Component) -> list[Tariff]:
    return [tariff for tariff in one.tariffs if tariff.component == component]


def _name(tariff: Tariff) -> str:
    label = f" «{tariff.label}»" if tariff.label else ""
    amount = format_kroner(tariff.amount_ore)
    return f"{tariff.get_component_display()}{label} ({amount} pr. {tariff.get_unit_display()})"


def _row(table: str, values: Mapping[str, object]) -> str:
    lines = [f"[[{table}]]", *(f"{key} = {_value(value)}" for key, value in values.items())]
    return "\n".join(lines) + "\n"


def _value(value: object) -> str:
    """A TOML value; a JSON string is one of TOML's too."""
    if isinstance(value, date):
        return value.isoformat()
    return json.dumps(value, ensure_ascii=False)
