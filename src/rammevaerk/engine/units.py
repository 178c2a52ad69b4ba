"""The units a parameter may have: what type of value fits, and how it is written in Danish."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from rammevaerk.engine.date_words import MONTHS_DA, date_text_da
from rammevaerk.engine.money import format_kroner

Scalar = int | Decimal | str | bool | date
Value = Scalar | tuple["Value", ...] | Mapping[str, "Value"]
UnitSpec = str | Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit: the exact type its values have, how one is shown, and what else it must be."""

    kind: type
    show_da: Callable[[Scalar], str]
    fits: Callable[[object], bool] = lambda _: True


def _amount(suffix: str) -> Unit:
    return Unit(int, lambda value: f"{format_kroner(int(str(value)))}{suffix}")


def _number(singular: str, plural: str) -> Unit:
    return Unit(int, lambda value: f"{value} {singular if value == 1 else plural}".strip())


def _decimal_da(value: Scalar) -> str:
    return f"{Decimal(str(value)).normalize():f}".replace(".", ",")


def _date_da(value: Scalar) -> str:
    return date_text_da(value) if isinstance(value, date) else str(value)


def _month_day_da(value: Scalar) -> str:
    month, _, day = str(value).partition("-")
    return f"{int(day)}. {MONTHS_DA[int(month) - 1]}"


def _is_month_day(text: str) -> bool:
    try:
        day = date.fromisoformat(f"2023-{text}")  # a common year: 29 February is not every year's
    except ValueError:
        return False
    return text == f"{day:%m-%d}"


UNITS: Mapping[str, Unit] = {
    "ore": _amount(""),
    "ore_per_hour": _amount(" pr. time"),
    "ore_per_day": _amount(" pr. døgn"),
    "ore_per_year": _amount(" pr. år"),
    "share": Unit(Decimal, lambda value: f"{_decimal_da(100 * Decimal(str(value)))} %"),
    "points": Unit(Decimal, lambda value: f"{_decimal_da(100 * Decimal(str(value)))} procentpoint"),
    "factor": Unit(Decimal, _decimal_da),
    "count": _number("", ""),
    "days": _number("dag", "dage"),
    "months": _number("måned", "måneder"),
    "years": _number("år", "år"),
    "weekdays": _number("hverdag", "hverdage"),
    "day_number": Unit(int, lambda value: f"{value}. dag"),
    # "MM-DD", a day that comes back every year.
    "month_day": Unit(str, _month_day_da, lambda value: _is_month_day(str(value))),
    "date": Unit(date, _date_da),
    "flag": Unit(bool, lambda value: "ja" if value else "nej"),
    "text": Unit(str, str),
}


def unknown_units(spec: object) -> list[str]:
    """Return what in a unit or table of units is no unit; empty when all are known."""
    names = list(spec.values()) if isinstance(spec, Mapping) else [spec]
    return [str(name) for name in names if not isinstance(name, str) or name not in UNITS]


def misfits(value: object, spec: UnitSpec, place: str = "value") -> list[str]:
    """Say where a value does not fit its unit.

    A list holds values of the same unit. A table holds values of one unit, or, when the unit is a
    table too, exactly its names. Types are exact: 5.0 is no count, true is no number.
    """
    if isinstance(value, list):
        if not value:
            return [f"{place} is an empty list"]
        return [
            problem
            for at, item in enumerate(value)
            for problem in misfits(item, spec, f"{place}[{at}]")
        ]
    if isinstance(value, dict):
        return _table_misfits(value, spec, place)
    if isinstance(spec, Mapping):
        return [f"{place} must be a table with {', '.join(spec)}"]
    unit = UNITS[spec]
    if type(value) is not unit.kind:
        return [f"{place} is {type(value).__name__}, but {spec} takes {unit.kind.__name__}"]
    return [] if unit.fits(value) else [f"{place} is {value!r}, which is no {spec}"]


def _table_misfits(table: dict[str, object], spec: UnitSpec, place: str) -> list[str]:
    if isinstance(spec, Mapping) and set(table) != set(spec):
        return [f"{place} has {', '.join(table)}, but its unit has {', '.join(spec)}"]
    if not table:
        return [f"{place} is an empty table"]
    return [
        problem
        for name, item in table.items()
        for problem in misfits(
            item, spec[name] if isinstance(spec, Mapping) else spec, f"{place}.{name}"
        )
    ]


def value_text_da(value: Value, spec: UnitSpec) -> str:
    """Write a value of a parameter in Danish, tables and lists on one line."""
    if isinstance(value, tuple):
        return "; ".join(value_text_da(item, spec) for item in value)
    if isinstance(value, Mapping):
        return ", ".join(
            f"{name}: {value_text_da(item, spec[name] if isinstance(spec, Mapping) else spec)}"
            for name, item in value.items()
        )
    return UNITS[spec].show_da(value) if isinstance(spec, str) else str(value)
