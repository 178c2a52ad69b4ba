"""What of an operator's tariffs of two years can be compared, and why the rest cannot."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from rammevaerk.engine.money import divide_half_up
from rammevaerk.engine.parameters import ParameterValue
from rammevaerk.engine.tariffs.cap import CapLine
from rammevaerk.engine.tariffs.day_rate import PriceUnit
from rammevaerk.engine.tariffs.development import DevelopmentLine

# Components that every place is charged for; the others have no places to be weighed by.
_BY_PLACE = frozenset({"whole", "basis", "service", "ground"})
_TIMES = {"day": 365, "month": 12, "year": 1}
_APART_DA = {
    "hour": "en timepris har ingen pladser at vægte med",
    "objective": "objektiv finansiering betales efter folketal, ikke efter brug",
    "subscription": "et abonnement har ingen pladser at vægte med",
}
_NO_WEIGHT_DA = "en pris i denne enhed kan ikke omregnes til et år på en plads"


@dataclass(frozen=True, slots=True)
class PricePart:
    """One price of a service in a year: its component, what it is called, its unit, whole øre.

    `component` and `unit` are the catalogue's own words ("basis", "day_attended").
    """

    component: str
    name_da: str
    unit: str
    ore: int
    label: str = ""

    @property
    def shape(self) -> tuple[str, str, str]:
        """What must be the same in both years for the price to be the same thing."""
        return self.component, self.label, self.unit


@dataclass(frozen=True, slots=True)
class ServicePrices:
    """A service with its places and prices in the base year and in year N.

    `follows_da` says what it follows when it is one that went on from another facility, and
    `ended_da` what became of it.
    """

    key: str
    facility: str
    service: str
    base_places: int
    places: int
    base: tuple[PricePart, ...]
    now: tuple[PricePart, ...]
    follows_da: str = ""
    ended_da: str = ""


@dataclass(frozen=True, slots=True)
class YearOfPlace:
    """How many of a unit a place has in a year.

    The same in both years, so that a leap year is no rise. Opening days are a convention: they
    only weigh day offers against stays.
    """

    opening_days: int
    parameter: ParameterValue | None = None

    def ore(self, part: PricePart) -> int | None:
        """A year of one place at this price, or None for a unit that has no year."""
        if part.unit == "day_attended":
            return part.ore * self.opening_days
        times = _TIMES.get(part.unit)
        return None if times is None else part.ore * times


@dataclass(frozen=True, slots=True)
class Uncounted:
    """A price outside the basket whatever its status: nothing tells how much it is used."""

    key: str
    facility: str
    service: str
    reason_da: str


@dataclass(frozen=True, slots=True)
class Basket:
    """The lines for the cap; why a line is outside; what has no weight; and what it is made of.

    `keys` and `reasons` are by (facility, service) of a line.
    """

    lines: tuple[CapLine, ...]
    uncounted: tuple[Uncounted, ...]
    services: tuple[ServicePrices, ...]
    year_of_place: YearOfPlace
    reasons: Mapping[tuple[str, str], str] = field(default_factory=dict)
    keys: Mapping[tuple[str, str], str] = field(default_factory=dict)


def mean_opening_days(opening_days: ParameterValue) -> YearOfPlace:
    """The middle of the opening days seen in price lists, as the weight of a day offer."""
    value = opening_days.value
    if not isinstance(value, Mapping):
        raise TypeError(f"{opening_days.key} is no table")
    least, most = int(str(value["least"])), int(str(value["most"]))
    return YearOfPlace((least + most) // 2, opening_days)


def basket_of(
    services: Iterable[ServicePrices], year_of_place: YearOfPlace, base_year: int, year: int
) -> Basket:
    """Lay out the services for `check_cap`, every price as a year of one place.

    A service with the same components, labels and units in both years is one line for each price;
    several labels of one component (levels) share its places equally, since nobody reports how
    many are on each. A service with others is one line, restructured; so is one that follows
    another facility's.
    """
    found = list(_named(services))
    lines: list[CapLine] = []
    reasons: dict[tuple[str, str], str] = {}
    keys: dict[tuple[str, str], str] = {}
    uncounted: list[Uncounted] = []
    for one in found:
        base, now = _counted(one.base, year_of_place), _counted(one.now, year_of_place)
        uncounted += _uncounted(one, now if one.now else base)
        if not (base or now):
            continue
        made, reason = _lines(one, base, now, base_year, year)
        for line in made:
            lines.append(line)
            keys[line.facility, line.service] = one.key
            if reason:
                reasons[line.facility, line.service] = reason
    return Basket(tuple(lines), tuple(uncounted), tuple(found), year_of_place, reasons, keys)


def development_lines(basket: Basket) -> tuple[tuple[DevelopmentLine, ...], tuple[str, ...]]:
    """Lay out the basket's services for `develop`, and name those that it cannot hold.

    Those went over to an hourly price: what a place costs is not known in both structures. A
    restructured service is its old price closed and its new one opened.
    """
    lines: list[DevelopmentLine] = []
    left_out: list[str] = []
    for one in basket.services:
        base, now = (_counted(parts, basket.year_of_place) for parts in (one.base, one.now))
        same = _same_shape(one) and not one.follows_da
        restructured = bool(base and now) and not same
        if restructured and _by_hour(one):
            left_out.append(f"{one.facility}, {one.service}")
        elif base or now:
            lines += _development(one, _whole(base), _whole(now), restructured=restructured)
    return tuple(lines), tuple(left_out)


def _named(services: Iterable[ServicePrices]) -> list[ServicePrices]:
    """Two services of one name get their keys beside it: the lines are told apart by names."""
    rows = list(services)
    names = Counter((one.facility, one.service) for one in rows)
    if len(names) == len(rows):
        return rows
    return [
        ServicePrices(
            one.key, one.facility, f"{one.service} ({one.key})", one.base_places, one.places,
            one.base, one.now, one.follows_da, one.ended_da,
        )
        if names[one.facility, one.service] > 1
        else one
        for one in rows
    ]  # fmt: skip


def _counted(parts: Sequence[PricePart], year: YearOfPlace) -> list[tuple[PricePart, int]]:
    found = []
    for part in parts:
        ore = year.ore(part) if part.component in _BY_PLACE else None
        if ore is not None:
            found.append((part, ore))
    return found


def _uncounted(one: ServicePrices, counted: Sequence[tuple[PricePart, int]]) -> list[Uncounted]:
    """What is not in `counted`, which is of the prices of now or, without any, of the base."""
    parts = one.now or one.base
    if len(counted) == len(parts):
        return []
    weighed = {part.shape for part, _ore in counted}
    found = []
    for part in parts:
        if part.component == "supplement" or part.shape in weighed:
            continue
        reason = _APART_DA.get(part.component, _NO_WEIGHT_DA)
        name = f"{one.service}, {part.name_da.lower()}"
        found.append(Uncounted(one.key, one.facility, name, reason))
    return found


def _same_shape(one: ServicePrices) -> bool:
    """Whether the prices, supplements left out, are of the same things in both years."""
    if len(one.base) == len(one.now) == 1:
        return one.base[0].shape == one.now[0].shape
    base, now = (
        {part.shape for part in parts if part.component != "supplement"}
        for parts in (one.base, one.now)
    )
    return base == now


def _lines(
    one: ServicePrices,
    base: list[tuple[PricePart, int]],
    now: list[tuple[PricePart, int]],
    base_year: int,
    year: int,
) -> tuple[list[CapLine], str]:
    if not base:
        reason = one.follows_da or f"ydelsen havde ingen takst i {base_year}"
        return [_line(one, None, _whole(now))], reason
    if not now:
        reason = one.ended_da or f"ydelsen har ingen takst i {year}"
        return [_line(one, _whole(base), None)], reason
    if one.follows_da or not _same_shape(one):
        reason = one.follows_da or _changed(one)
        return [_line(one, _whole(base), _whole(now), restructured=True)], reason
    return _same(one, base, now), ""


def _line(
    one: ServicePrices, base: int | None, now: int | None, *, restructured: bool = False
) -> CapLine:
    places = Fraction(one.places if now is not None else 0)
    return CapLine(
        one.facility, one.service, PriceUnit.YEAR, places, now, base, restructured=restructured
    )


def _same(
    one: ServicePrices, base: list[tuple[PricePart, int]], now: list[tuple[PricePart, int]]
) -> list[CapLine]:
    if len(now) == 1:
        places = Fraction(one.places)
        return [CapLine(one.facility, one.service, PriceUnit.YEAR, places, now[0][1], base[0][1])]
    before = {part.shape: ore for part, ore in base}
    levels = Counter(part.component for part, _ore in now)
    return [
        CapLine(
            one.facility,
            f"{one.service}, {part.name_da.lower()}",
            PriceUnit.YEAR,
            Fraction(one.places, levels[part.component]),
            ore,
            before[part.shape],
        )
        for part, ore in now
    ]


def _whole(parts: list[tuple[PricePart, int]]) -> int | None:
    """A year of a place: the components together, each as the mean of its levels."""
    if len(parts) < 2:
        return parts[0][1] if parts else None
    by_component: dict[str, list[int]] = {}
    for part, ore in parts:
        by_component.setdefault(part.component, []).append(ore)
    exact = sum((Fraction(sum(each), len(each)) for each in by_component.values()), Fraction(0))
    return divide_half_up(exact.numerator, exact.denominator)


def year_price(parts: Sequence[PricePart], year: YearOfPlace) -> int | None:
    """A year of one place in øre, or None where it does not follow from the prices alone.

    That is so where hours are paid for beside, or no price is by place.
    """
    if any(part.component == "hour" for part in parts):
        return None
    return _whole(_counted(parts, year))


def _changed(one: ServicePrices) -> str:
    """What the service was priced by before and is priced by now."""
    before, now = ({part.name_da.lower(): part for part in parts} for parts in (one.base, one.now))
    gone, new = sorted(set(before) - set(now)), sorted(set(now) - set(before))
    told = [f"ny: {', '.join(new)}" if new else "", f"ikke mere: {', '.join(gone)}" if gone else ""]
    text = "; ".join(filter(None, told)) or "anden enhed"
    return f"takstens dele er ændret ({text})"


def _by_hour(one: ServicePrices) -> bool:
    return any(part.component == "hour" for part in (*one.base, *one.now))


def _development(
    one: ServicePrices, base: int | None, now: int | None, *, restructured: bool
) -> list[DevelopmentLine]:
    before = (Fraction(one.base_places), base) if base is not None else (Fraction(0), None)
    after = (Fraction(one.places), now) if now is not None else (Fraction(0), None)
    sides = [(before, after)]
    names = [one.service]
    if restructured:
        nothing = (Fraction(0), None)
        sides = [(before, nothing), (nothing, after)]
        names = [f"{one.service}, før omlægning", f"{one.service}, efter omlægning"]
    made = []
    for name, side in zip(names, sides, strict=True):
        # A price without places weighs nothing and is no line.
        first, last = (each if each[0] else (Fraction(0), None) for each in side)
        if first[0] or last[0]:
            made.append(DevelopmentLine(one.facility, name, PriceUnit.YEAR, *first, *last))
    return made
