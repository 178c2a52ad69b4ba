"""The buyer's control: what was charged beside what should have been, each difference explained."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import TypeVar

from rammevaerk.engine.money import divide_half_up, format_kroner
from rammevaerk.engine.settlement.quantities import HUNDREDTHS, quantity_da


class ControlCause(StrEnum):
    """Why a charge is not what was expected."""

    DAYS = "days"
    PRICE = "price"
    ABSENCE = "absence"
    SUPPLEMENT = "supplement"
    UNKNOWN_CITIZEN = "unknown_citizen"
    NOT_CHARGED = "not_charged"
    DOUBLE_CHARGE = "double_charge"
    OVERLAP = "overlap"


@dataclass(frozen=True, slots=True)
class ExpectedCharge:
    """What a placement should cost in days [first, end) of one month, in øre.

    `full_ore` is what the days would cost had there been no absence; without absence it is
    `stay_ore`, basis and service together.
    """

    reference: str
    citizen: str
    facility: str
    first: date
    end: date
    days: int
    stay_ore: int
    full_ore: int
    supplement_ore: int = 0


@dataclass(frozen=True, slots=True)
class ChargedLine:
    """A line of an invoice (or, negative, of a credit note) for days [first, end).

    `reference` is "" where the buyer knows no such citizen. `days` is hundredths of a day as the
    line says, None where it is priced by something else; then the days of the period are taken.
    `extra` is what is charged beside the stay: a supplement, or something by the piece.
    """

    key: str
    reference: str
    citizen: str
    facility: str
    first: date
    end: date
    days: int | None
    amount_ore: int
    extra: bool = False

    @property
    def dates(self) -> frozenset[date]:
        """The days the line is for."""
        return _dates(self.first, self.end)

    @property
    def hundredths(self) -> int:
        """The days charged in hundredths, negative on a credit note."""
        if self.days is not None:
            return self.days
        sign = -1 if self.amount_ore < 0 else 1
        return sign * HUNDREDTHS * (self.end - self.first).days


@dataclass(frozen=True, slots=True)
class ChargeDifference:
    """So much too much (or, negative, too little) was charged for one cause.

    `month` is "2026-03", or "" where a line goes over several months.
    """

    cause: ControlCause
    reference: str
    facility: str
    month: str
    ore: int
    text_da: str


@dataclass(frozen=True, slots=True)
class Control:
    """What was expected and charged, in øre; the differences add up to charged less expected."""

    expected_ore: int
    charged_ore: int
    differences: tuple[ChargeDifference, ...]

    @property
    def by_cause(self) -> dict[ControlCause, int]:
        """The differences by cause, in øre; causes that have none are left out."""
        found: defaultdict[ControlCause, int] = defaultdict(int)
        for one in self.differences:
            found[one.cause] += one.ore
        return {cause: found[cause] for cause in ControlCause if cause in found}


@dataclass(slots=True)
class _Group:
    """One placement in one month (or over several): what was expected and what was charged."""

    reference: str
    month: str
    expected: list[ExpectedCharge]
    stays: list[ChargedLine]
    extras: list[ChargedLine]

    @property
    def facility(self) -> str:
        return (self.expected or self.stays or self.extras)[0].facility

    @property
    def citizen(self) -> str:
        return (self.expected or self.stays or self.extras)[0].citizen

    def differ(self, cause: ControlCause, ore: int, text_da: str) -> ChargeDifference:
        return ChargeDifference(cause, self.reference, self.facility, self.month, ore, text_da)


def compare_charges(expected: Iterable[ExpectedCharge], charged: Iterable[ChargedLine]) -> Control:
    """Explain the difference between what was charged and what was expected, to the øre.

    Give every charge for the period, from all invoices and credit notes: a day charged twice is
    found among them. A credit that turns a line exactly is set off against it first. Within a
    placement and month the difference is shared out in this order: days charged twice; days beyond
    or short of the expected, at the expected price, those the citizen was elsewhere by themselves;
    absence that was charged in full; the rest is price.
    """
    wanted, lines = list(expected), list(charged)
    found = [_unknown(line) for line in lines if not line.reference]
    known = _set_off([line for line in lines if line.reference])
    once, twice = _charged_twice(known)
    found += twice
    elsewhere = _days_by_citizen(wanted)
    for group in _groups(wanted, once):
        found += _of_group(group, elsewhere)
    return Control(
        sum(one.stay_ore + one.supplement_ore for one in wanted),
        sum(line.amount_ore for line in lines),
        tuple(sorted((one for one in found if one.ore), key=_reading_order)),
    )


def _reading_order(one: ChargeDifference) -> tuple[str, str, int]:
    return one.reference, one.month, list(ControlCause).index(one.cause)


def _dates(first: date, end: date) -> frozenset[date]:
    return frozenset(first + timedelta(days=at) for at in range((end - first).days))


def _month(first: date, end: date) -> str:
    last = end - timedelta(days=1)
    return f"{first:%Y-%m}" if f"{first:%Y-%m}" == f"{last:%Y-%m}" else ""


def _unknown(line: ChargedLine) -> ChargeDifference:
    return ChargeDifference(
        ControlCause.UNKNOWN_CITIZEN,
        "",
        line.facility,
        _month(line.first, line.end),
        line.amount_ore,
        f"Linje {line.key}: borgeren kendes ikke hos betaleren; "
        f"{format_kroner(line.amount_ore)} er opkrævet.",
    )


def _set_off(lines: Sequence[ChargedLine]) -> list[ChargedLine]:
    """Leave out every line that a credit turns exactly, and the credit."""
    waiting: defaultdict[tuple[object, ...], list[ChargedLine]] = defaultdict(list)
    for line in lines:
        what = (line.reference, line.first, line.end, line.extra)
        turned = waiting[*what, -line.hundredths, -line.amount_ore]
        if turned:
            turned.pop()
        else:
            waiting[*what, line.hundredths, line.amount_ore].append(line)
    kept = {id(line) for left in waiting.values() for line in left}
    return [line for line in lines if id(line) in kept]


def _charged_twice(
    lines: Sequence[ChargedLine],
) -> tuple[list[ChargedLine], list[ChargeDifference]]:
    """Take out of each line the days that a line before it has charged already."""
    once: list[ChargedLine] = []
    twice: list[ChargeDifference] = []
    charged: defaultdict[str, set[date]] = defaultdict(set)
    for line in sorted(lines, key=lambda line: (line.first, line.end, line.key)):
        if line.extra or line.amount_ore <= 0:
            once.append(line)
            continue
        again = line.dates & charged[line.reference]
        charged[line.reference] |= line.dates
        if not again:
            once.append(line)
            continue
        ore = divide_half_up(line.amount_ore * len(again), len(line.dates))
        days = divide_half_up(line.hundredths * len(again), len(line.dates))
        twice.append(_twice(line, ore, len(again)))
        rest = replace(line, days=line.hundredths - days, amount_ore=line.amount_ore - ore)
        if rest.amount_ore or rest.hundredths:
            once.append(rest)
    return once, twice


def _twice(line: ChargedLine, ore: int, days: int) -> ChargeDifference:
    return ChargeDifference(
        ControlCause.DOUBLE_CHARGE,
        line.reference,
        line.facility,
        _month(line.first, line.end),
        ore,
        f"Linje {line.key}: {days} døgn er opkrævet én gang til ({format_kroner(ore)}).",
    )


def _days_by_citizen(
    expected: Iterable[ExpectedCharge],
) -> Mapping[str, list[tuple[str, frozenset[date]]]]:
    """The days each citizen is expected to be charged for, by placement."""
    found: defaultdict[str, list[tuple[str, frozenset[date]]]] = defaultdict(list)
    for one in expected:
        found[one.citizen].append((one.reference, _dates(one.first, one.end)))
    return found


Dated = TypeVar("Dated", ExpectedCharge, ChargedLine)


def _groups(expected: list[ExpectedCharge], charged: list[ChargedLine]) -> list[_Group]:
    """By placement and month; a placement with a line over several months is taken in one."""
    whole = {line.reference for line in charged if not _month(line.first, line.end)}
    wanted, got = _by_place(expected, whole), _by_place(charged, whole)
    return [
        _Group(
            *place,
            expected=wanted.get(place, []),
            stays=[line for line in got.get(place, []) if not line.extra],
            extras=[line for line in got.get(place, []) if line.extra],
        )
        for place in sorted(wanted.keys() | got.keys())
    ]


def _by_place(rows: Iterable[Dated], whole: set[str]) -> dict[tuple[str, str], list[Dated]]:
    found: defaultdict[tuple[str, str], list[Dated]] = defaultdict(list)
    for row in rows:
        month = "" if row.reference in whole else _month(row.first, row.end)
        found[row.reference, month].append(row)
    return dict(found)


def _of_group(
    group: _Group, elsewhere: Mapping[str, list[tuple[str, frozenset[date]]]]
) -> list[ChargeDifference]:
    wanted = sum(one.stay_ore + one.supplement_ore for one in group.expected)
    if not group.stays and not group.extras:
        text = f"{format_kroner(wanted)} er ventet, men ikke opkrævet."
        return [group.differ(ControlCause.NOT_CHARGED, -wanted, text)]
    stay_ore = sum(one.stay_ore for one in group.expected)
    if stay_ore and not group.stays:
        # Only what is beside the stay was charged.
        text = f"{format_kroner(stay_ore)} for opholdet er ventet, men ikke opkrævet."
        beside, _none = _supplement_difference(group, 0)
        return [group.differ(ControlCause.NOT_CHARGED, -stay_ore, text), *beside]
    days = _days_differences(group, elsewhere)
    by_days = sum(one.ore for one in days)
    supplement, in_stay = _supplement_difference(group, by_days)
    rest = sum(line.amount_ore for line in group.stays) - in_stay - stay_ore - by_days
    return [*days, *supplement, *_absence_and_price(group, rest)]


def _days_differences(
    group: _Group, elsewhere: Mapping[str, list[tuple[str, frozenset[date]]]]
) -> list[ChargeDifference]:
    """What days too many or too few are worth, at the expected full price of a day."""
    wanted = sum(one.days for one in group.expected)
    got = sum(line.hundredths for line in group.stays)
    more = got - HUNDREDTHS * wanted
    if not more:
        return []
    there = min(HUNDREDTHS * len(_elsewhere(group, elsewhere)), max(more, 0))
    ore, overlap = _worth(group, more), _worth(group, there)
    text = f"{quantity_da(got)} døgn er opkrævet, {wanted} ventet"
    return [
        group.differ(
            ControlCause.OVERLAP,
            overlap,
            f"{quantity_da(there)} døgn er opkrævet, mens borgeren var i et andet tilbud.",
        ),
        group.differ(ControlCause.DAYS, ore - overlap, f"{text}: {_signed_da(more - there)}."),
    ]


def _worth(group: _Group, hundredths: int) -> int:
    """Øre for so many days: at the expected price, or at the charged where none is expected."""
    days = HUNDREDTHS * sum(one.days for one in group.expected)
    price = sum(one.full_ore for one in group.expected)
    if days <= 0:
        days = sum(line.hundredths for line in group.stays)
        price = sum(line.amount_ore for line in group.stays)
    return divide_half_up(hundredths * price * (1 if days > 0 else -1), abs(days)) if days else 0


def _elsewhere(
    group: _Group, elsewhere: Mapping[str, list[tuple[str, frozenset[date]]]]
) -> frozenset[date]:
    """The days charged beyond the expected on which another placement has the citizen."""
    charged = frozenset[date]().union(*(line.dates for line in group.stays))
    own = frozenset[date]().union(*(_dates(one.first, one.end) for one in group.expected))
    others = frozenset[date]().union(
        *(
            dates
            for reference, dates in elsewhere.get(group.citizen, [])
            if reference != group.reference
        )
    )
    return (charged - own) & others


def _supplement_difference(group: _Group, by_days: int) -> tuple[list[ChargeDifference], int]:
    """The difference on what is beside the stay, and how much of it is within the stay's lines.

    Without a line for it, the expected supplement is within the stay's lines when these then come
    nearer to what was expected.
    """
    wanted = sum(one.supplement_ore for one in group.expected)
    got = sum(line.amount_ore for line in group.extras)
    if not group.extras and group.stays:
        stay_ore = sum(one.stay_ore for one in group.expected) + by_days
        beyond = sum(line.amount_ore for line in group.stays) - stay_ore
        if abs(beyond - wanted) < abs(beyond):
            return [], wanted
    text = f"Tillæg: {format_kroner(got)} er opkrævet, {format_kroner(wanted)} ventet."
    return [group.differ(ControlCause.SUPPLEMENT, got - wanted, text)], 0


def _absence_and_price(group: _Group, rest: int) -> list[ChargeDifference]:
    """Of what is left, absence explains at most the reduction it should have given."""
    reduction = sum(one.full_ore - one.stay_ore for one in group.expected)
    absence = max(0, min(rest, reduction))
    price = rest - absence
    return [
        group.differ(
            ControlCause.ABSENCE,
            absence,
            f"Fravær skulle have sat prisen {format_kroner(reduction)} ned; "
            f"{format_kroner(absence)} af det mangler.",
        ),
        group.differ(ControlCause.PRICE, price, _price_da(group, price)),
    ]


def _price_da(group: _Group, ore: int) -> str:
    days = HUNDREDTHS * sum(one.days for one in group.expected)
    if days <= 0:
        return f"Prisen er {format_kroner(ore)} anderledes end ventet."
    a_day = divide_half_up(HUNDREDTHS * sum(one.full_ore for one in group.expected), days)
    more = "mere" if ore > 0 else "mindre"
    return (
        f"Prisen er i alt {format_kroner(abs(ore))} {more} end ventet "
        f"(ventet: {format_kroner(a_day)} pr. døgn)."
    )


def _signed_da(hundredths: int) -> str:
    text = quantity_da(abs(hundredths))
    return f"{text} for mange" if hundredths >= 0 else f"{text} for få"
