"""Reading a tariff model from TOML; every problem is told with its row and key."""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from rammevaerk.engine.errors import NoRuleForDate, UnknownParameter, UnusableModel
from rammevaerk.engine.parameters import Parameters, ParameterValue
from rammevaerk.engine.tariffs.models import values
from rammevaerk.engine.tariffs.models.content import (
    FULL_BASIS_POINTS,
    LARGEST_HOUR,
    LARGEST_RATE,
    LARGEST_SUM,
    FixedSum,
    Kind,
    Model,
    Part,
    Per,
    PriceIndex,
    Rate,
    SumPer,
    SupplementRate,
)

T = TypeVar("T")
_ABSENT = object()
_LONGEST_BASIS = 366
_PART_KEYS = frozenset({"kind", "rate", "hour", "share", "adjustment", "sum"})
_MODEL_KEYS = frozenset(
    {
        "name",
        "on",
        "days_basis",
        "per",
        "price_index",
        "supplements_included",
        "supplement",
        "keys",
        "facility_groups",
        "part",
    }
)
# The tables each kind must have; it may have no others.
_TABLES = {
    Kind.LEVELS: {"rate", "share"},
    Kind.BASIS_HOURS: {"rate", "hour"},
    Kind.STANDARD_PERCENT: {"rate", "adjustment"},
    Kind.MAIN_SUPPLEMENTS: {"rate"},
    Kind.SUBSCRIPTION: {"sum"},
    Kind.OBJECTIVE: {"rate", "sum"},
}


def read_model(text: str, file: str, parameters: Parameters | None = None) -> Model:
    """Read a model; `UnusableModel` with every problem, each beginning with the file's name.

    `parameters` are the rules an hourly rate may refer to by key, the packaged ones by default.
    """
    try:
        table = tomllib.loads(text, parse_float=Decimal)
    except (ValueError, ArithmeticError, RecursionError) as error:
        # Besides TOML's own error: 1e9999999999999, a number of 5,000 digits, lists in lists.
        raise UnusableModel((f"{file}: er ikke gyldig TOML: {error}",)) from None
    return model_of(table, file, parameters)


def model_of(table: Mapping[str, Any], place: str, parameters: Parameters | None = None) -> Model:
    """Make a model of a table already read; `UnusableModel` lines begin with `place`."""
    reading = _Reading(place, parameters)
    model = reading.model(dict(table))
    if reading.problems or model is None:
        raise UnusableModel(tuple(reading.problems))
    return model


@dataclass(slots=True)
class _Reading:
    """Collects problems while it reads, so that all are told at once."""

    file: str
    rules: Parameters | None
    problems: list[str] = field(default_factory=list)
    used: list[ParameterValue] = field(default_factory=list)
    on: date = date.min
    per: object = _ABSENT

    def model(self, table: dict[str, Any]) -> Model | None:
        self._unknown(table, "", _MODEL_KEYS | (set() if "part" in table else _PART_KEYS))
        name = self._get(table, "", "name", values.text)
        on = self._get(table, "", "on", values.day)
        basis = self._get(
            table, "", "days_basis", lambda value: values.whole(value, 1, _LONGEST_BASIS)
        )
        if name is None or on is None or basis is None:
            return None
        self.on, self.per = on, table.get("per", _ABSENT)
        keys = self._get(table, "", "keys", self._keys, {})
        parts = self._parts(table, keys or {})
        included = self._get(table, "", "supplements_included", values.flag, False)
        return Model(
            name=name,
            on=on,
            days_basis=basis,
            parts=tuple(parts),
            supplements=tuple(self._supplements(table)),
            supplements_included=bool(included),
            keys=keys,
            price_index=self._get(table, "", "price_index", self._index, None),
            facility_groups=self._get(table, "", "facility_groups", _groups, None),
            parameters=tuple(self.used),
        )

    def _parts(self, table: dict[str, Any], keys: Mapping[str, object]) -> list[Part]:
        entries = self._rows(table, "", "part") if "part" in table else [("", table)]
        parts = [self._part(entry, place, keys) for place, entry in entries]
        owners: dict[str, int] = {}
        for at, part in enumerate(parts):
            for facility in part.facilities:
                if owners.setdefault(facility, at) != at:
                    shown = f"tilbuddet {facility}" if facility else "alle øvrige tilbud"
                    self._say("part", f"{shown} har priser i to dele; det må kun stå i én")
        if sum(any(not one.facility and not one.plan for one in part.hours) for part in parts) > 1:
            self._say("hour", "kun én del må have en timepris for alle tilbud")
        return parts

    def _part(self, table: dict[str, Any], place: str, keys: Mapping[str, object]) -> Part:
        if place:
            self._unknown(table, place, _PART_KEYS)
        kind = self._get(table, place, "kind", _one_of(Kind))
        if kind is None:
            return Part(Kind.LEVELS)
        for name in sorted(_TABLES[kind] - set(table)):
            self._say(f"{place}{name}", f"mangler: en model af slagen {kind} har [[{name}]]")
        for name in sorted((_PART_KEYS - {"kind"}) & set(table) - _TABLES[kind]):
            self._say(f"{place}{name}", f"hører ikke til en model af slagen {kind}")
        return Part(
            kind=kind,
            rates=self._dated(table, place, "rate", self._rate),
            hours=self._dated(table, place, "hour", self._hour),
            percents=self._dated(table, place, "share", self._share)
            + self._dated(table, place, "adjustment", self._percent),
            sums=self._sums(table, place, keys),
        )

    def _dated(
        self,
        table: dict[str, Any],
        place: str,
        name: str,
        read: Callable[[dict[str, Any], str, str, str, date], Rate | None],
    ) -> tuple[Rate, ...]:
        found: dict[tuple[str, str, date], Rate] = {}
        for where, row in self._rows(table, place, name):
            facility = self._get(row, where, "facility", values.text, "")
            plan = self._get(row, where, "plan", values.text, "")
            start = self._get(row, where, "from", values.day)
            if facility is None or plan is None or start is None:
                continue
            rate = read(row, where, facility, plan, start)
            if (facility, plan, start) in found:
                self._say(where, "samme tilbud, plan og dato står to gange")
            if rate is not None:
                found[facility, plan, start] = rate
        return tuple(found.values())

    def _rate(
        self, row: dict[str, Any], where: str, facility: str, plan: str, start: date
    ) -> Rate | None:
        self._unknown(row, where, {"facility", "plan", "from", "rate", "per"})
        amount = self._get(row, where, "rate", lambda value: values.ore(value, LARGEST_RATE))
        per = self._per(row, where)
        return None if amount is None or per is None else Rate(facility, plan, start, amount, per)

    def _hour(
        self, row: dict[str, Any], where: str, facility: str, plan: str, start: date
    ) -> Rate | None:
        self._unknown(row, where, {"facility", "plan", "from", "rate", "parameter"})
        if ("rate" in row) == ("parameter" in row):
            self._say(where, "giv enten rate eller parameter")
            return None
        if "rate" in row:
            amount = self._get(row, where, "rate", _hour_ore)
            return None if amount is None else Rate(facility, plan, start, amount)
        found = self._get(row, where, "parameter", self._parameter)
        if found is None:
            return None
        return Rate(facility, plan, start, _hour_ore(found.value), parameter=found)

    def _parameter(self, value: object) -> ParameterValue:
        """The hourly rate from the rules, on the day the model is read."""
        self.rules = self.rules or Parameters.load()
        try:
            found = self.rules.on(values.text(value), self.on)
        except UnknownParameter as error:
            raise values.Unfit(f"{error.key} er ingen parameter i reglerne") from None
        except NoRuleForDate as error:
            raise values.Unfit(f"{error.key} har ingen værdi den {error.day}") from None
        if found.unit != "ore_per_hour":
            raise values.Unfit(f"{found.key} er ikke en timepris")
        _hour_ore(found.value)
        self.used.append(found)
        return found

    def _share(
        self, row: dict[str, Any], where: str, facility: str, plan: str, start: date
    ) -> Rate | None:
        rate = self._percent(row, where, facility, plan, start)
        if rate is not None and not 0 <= rate.ore <= FULL_BASIS_POINTS:
            self._say(f"{where}percent", "en andel ligger fra 0 % til 100 %")
        return rate

    def _percent(
        self, row: dict[str, Any], where: str, facility: str, plan: str, start: date
    ) -> Rate | None:
        self._unknown(row, where, {"facility", "plan", "from", "percent"})
        found = self._get(row, where, "percent", values.basis_points)
        if found is not None and found < -FULL_BASIS_POINTS:
            self._say(f"{where}percent", "en takst kan højst sættes 100 % ned")
        return None if found is None else Rate(facility, plan, start, found)

    def _supplements(self, table: dict[str, Any]) -> list[SupplementRate]:
        found: dict[tuple[str, date], SupplementRate] = {}
        for where, row in self._rows(table, "", "supplement"):
            self._unknown(row, where, {"supplement", "from", "rate", "per"})
            name = self._get(row, where, "supplement", values.text)
            start = self._get(row, where, "from", values.day)
            amount = self._get(row, where, "rate", lambda value: values.ore(value, LARGEST_RATE))
            per = self._per(row, where)
            if name is None or start is None or amount is None or per is None:
                continue
            if (name, start) in found:
                self._say(where, "samme tillæg og dato står to gange")
            found[name, start] = SupplementRate(name, start, amount, per)
        return list(found.values())

    def _sums(
        self, table: dict[str, Any], place: str, keys: Mapping[str, object]
    ) -> tuple[FixedSum, ...]:
        texts = ("name", "facility", "operator", "target_group", "key")
        found: dict[tuple[str, str, date], FixedSum] = {}
        for where, row in self._rows(table, place, "sum"):
            self._unknown(row, where, {*texts, "from", "amount", "per"})
            named = {name: self._get(row, where, name, values.text) for name in texts}
            start = self._get(row, where, "from", values.day)
            amount = self._get(row, where, "amount", lambda value: values.ore(value, LARGEST_SUM))
            per = self._get(row, where, "per", _one_of(SumPer))
            if named["key"] is not None and named["key"] not in keys:
                self._say(f"{where}key", f"nøglen «{named['key']}» står ikke i [keys]")
            given = {name: text for name, text in named.items() if text is not None}
            if start is None or amount is None or per is None or len(given) < len(texts):
                continue
            if (given["name"], given["facility"], start) in found:
                self._say(where, "samme navn, tilbud og dato står to gange")
            found[given["name"], given["facility"], start] = FixedSum(
                start=start, ore=amount, per=per, **given
            )
        return tuple(found.values())

    def _per(self, row: dict[str, Any], where: str) -> Per | None:
        if "per" in row or self.per is _ABSENT:
            return self._get(row, where, "per", _one_of(Per))
        return self._get({"per": self.per}, "", "per", _one_of(Per))

    def _index(self, value: object) -> PriceIndex:
        table = value if isinstance(value, dict) else {}
        if set(table) != {"name", "factor"}:
            raise values.Unfit("skal have name og factor")
        return PriceIndex(values.text(table["name"]), values.factor(table["factor"]))

    def _keys(self, value: object) -> Mapping[str, Mapping[str, int]]:
        if not isinstance(value, dict):
            raise values.Unfit("er ikke en tabel")
        return {str(name): values.weights(weights) for name, weights in value.items()}

    def _rows(
        self, table: dict[str, Any], place: str, name: str
    ) -> list[tuple[str, dict[str, Any]]]:
        rows = table.get(name, [])
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            self._say(f"{place}{name}", f"skrives som [[{name}]]")
            return []
        return [(f"{place}[[{name}]] nr. {at}, ", row) for at, row in enumerate(rows, start=1)]

    def _get(
        self,
        table: Mapping[str, Any],
        place: str,
        name: str,
        read: Callable[[object], T],
        default: Any = _ABSENT,
    ) -> T | None:
        if name not in table:
            if default is _ABSENT:
                self._say(f"{place}{name}", "mangler")
                return None
            absent: T = default
            return absent
        try:
            return read(table[name])
        except values.Unfit as problem:
            self._say(f"{place}{name}", str(problem))
            return None

    def _unknown(
        self, table: Mapping[str, Any], place: str, known: frozenset[str] | set[str]
    ) -> None:
        for name in table:
            if name not in known:
                self._say(f"{place}{name}", "kendes ikke; er det stavet rigtigt?")

    def _say(self, place: str, what_da: str) -> None:
        self.problems.append(f"{self.file}: {place.removesuffix(', ')}: {what_da}")


def _hour_ore(value: object) -> int:
    return values.ore(value, LARGEST_HOUR)


E = TypeVar("E", Kind, Per, SumPer)


def _one_of(kind: type[E]) -> Callable[[object], E]:
    def read(value: object) -> E:
        for one in kind:
            if value == one.value:
                return one
        raise values.Unfit(f"«{value}» er ikke en af {', '.join(kind)}")

    return read


def _groups(value: object) -> Mapping[str, tuple[str, ...]]:
    if not isinstance(value, dict) or not value:
        raise values.Unfit("er ikke en tabel med grupper af tilbud")
    return {str(name): values.names(facilities) for name, facilities in value.items()}
