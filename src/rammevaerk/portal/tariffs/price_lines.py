"""One price as a value, whatever it comes from: a report, a file, a decision."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from django.utils.translation import gettext as _

from rammevaerk.engine.money import ORE_PER_KRONE, format_kroner
from rammevaerk.engine.tariffs.rounding import fraction_text_da
from rammevaerk.portal.tariffs.models import Component, DaysBasis, Tariff, Unit

# More is a slip of the keyboard: kroner per unit.
_MOST_KRONER: Mapping[str, int] = MappingProxyType(
    {
        Unit.DAY: 100_000,
        Unit.DAY_ATTENDED: 100_000,
        Unit.MONTH: 3_000_000,
        Unit.YEAR: 1_000_000_000,
        Unit.HOUR: 20_000,
        Unit.KM: 1_000,
        Unit.COURSE: 10_000_000,
        Unit.PIECE: 10_000_000,
    }
)
# Levels and supplements have names; the other parts may have one.
_MOST_LABEL = 80
_MOST_OCCUPANCY = 20_000
# A supplement is a price of its own; how a year is shared says nothing of it.
_SHARED_BY_DAYS = (Unit.DAY, Unit.DAY_ATTENDED)


@dataclass(frozen=True, slots=True)
class PriceLine:
    """A component's price: whole øre per unit, with the days basis where the unit has one.

    `label` is a level's or a supplement's name, empty for the only one of its component.
    `occupancy` is in hundredths of a percent; None where the price assumes none.
    """

    component: str
    unit: str
    amount_ore: int
    label: str = ""
    days_basis: str = ""
    occupancy: int | None = None

    @property
    def key(self) -> tuple[str, str]:
        """What tells the prices of one service apart."""
        return self.component, self.label

    def as_dict(self) -> dict[str, Any]:
        """As JSON holds it."""
        return asdict(self)


def line_of(tariff: Tariff) -> PriceLine:
    """The price of a stored tariff."""
    return PriceLine(
        component=tariff.component,
        unit=tariff.unit,
        amount_ore=tariff.amount_ore,
        label=tariff.label,
        days_basis=tariff.days_basis,
        occupancy=tariff.occupancy,
    )


def text_of(line: PriceLine) -> str:
    """The price as a person reads it: "2.450,00 kr. pr. døgn, 365 dage, belægning 97 pct."."""
    text = f"{format_kroner(line.amount_ore)} pr. {Unit(line.unit).label}"
    if line.days_basis:
        text += f", {DaysBasis(line.days_basis).label}"
    if line.occupancy is not None:
        share = fraction_text_da(Fraction(line.occupancy, 100), 2)
        text += _(", belægning %s pct.") % share
    return text


def name_of(line: PriceLine) -> str:
    """What a person calls the price: its part and its label."""
    known = line.component in Component.values
    part = Component(line.component).label if known else line.component[:40]
    return f"{part} «{line.label[:80]}»" if line.label else str(part)


def instead_of(component: str) -> tuple[str, ...]:
    """The parts that are paid where this one is not: a whole price, or a basis and a service."""
    parts: tuple[str, ...] = (Component.BASIS, Component.SERVICE)
    if component == Component.WHOLE:
        return parts
    return (Component.WHOLE,) if component in parts else ()


def in_order(line: PriceLine) -> tuple[int, str]:
    """The order in which the prices of a service are read."""
    return list(Component.values).index(line.component), line.label


def problems_of(line: PriceLine) -> dict[str, str]:
    """What makes a price unusable, by field, as Danish sentences; empty when nothing does."""
    found = _unknown_words(line)
    if found:
        return found
    most = _MOST_KRONER[line.unit] * ORE_PER_KRONE
    if line.amount_ore < 0:
        found["amount_ore"] = _("Beløbet er negativt. En takst er nul eller derover.")
    elif line.amount_ore > most:
        found["amount_ore"] = _(
            "%(amount)s pr. %(unit)s er mere end de højst %(most)s, der kan indberettes. Er kommaet"
            " sat forkert?"
        ) % {
            "amount": format_kroner(line.amount_ore),
            "unit": Unit(line.unit).label,
            "most": format_kroner(most),
        }
    if line.component == Component.SUPPLEMENT and not line.label.strip():
        found["label"] = _("Et tillæg skal have en betegnelse.")
    elif len(line.label) > _MOST_LABEL:
        found["label"] = _("Betegnelsen er over %s tegn.") % _MOST_LABEL
    if line.occupancy is not None and not 0 < line.occupancy <= _MOST_OCCUPANCY:
        found["occupancy"] = _("Belægningen skal være over 0 og højst 200 %.")
    return found | _days_problem(line)


def _unknown_words(line: PriceLine) -> dict[str, str]:
    found = {}
    if line.component not in Component.values:
        found["component"] = _("Takstdelen kendes ikke.")
    if line.unit not in Unit.values:
        found["unit"] = _("Enheden kendes ikke.")
    if line.days_basis and line.days_basis not in DaysBasis.values:
        found["days_basis"] = _("Dagebasis kendes ikke.")
    return found


def _days_problem(line: PriceLine) -> dict[str, str]:
    if line.days_basis and line.unit not in _SHARED_BY_DAYS:
        text = _("En pris pr. %s har ingen dagebasis. Lad feltet stå tomt.")
        return {"days_basis": text % Unit(line.unit).label}
    if line.days_basis or line.component == Component.SUPPLEMENT:
        return {}
    if line.unit in _SHARED_BY_DAYS:
        text = _("Vælg, hvilke dage prisen pr. %s er regnet på.")
        return {"days_basis": text % Unit(line.unit).label}
    return {}
