"""What a tariff file shows by itself that somebody should look at: findings over many services."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from rammevaerk.engine.date_words import date_text_da
from rammevaerk.engine.deadlines import day_of_year
from rammevaerk.engine.findings import Finding, Severity
from rammevaerk.engine.money import divide_half_up, format_kroner
from rammevaerk.engine.parameter_types import share, whole
from rammevaerk.engine.parameters import ParameterValue
from rammevaerk.engine.tariffs.agreement import as_share
from rammevaerk.engine.tariffs.cap import BasketStatus, CapOutcome, CapVerdict

_SHOWN = 5  # names in one message


@dataclass(frozen=True, slots=True)
class CheckedService:
    """A service as it is on the day: its place in words, its form, its units, its places.

    `kind` is the facility's; `units` are those of its prices by component, supplements left out.
    `places` is None where none are stated.
    """

    target: str
    place: str
    setting: str
    kind: str
    units: tuple[tuple[str, str], ...]
    places: int | None


@dataclass(frozen=True, slots=True)
class ComparablePrice:
    """A year of one place at a service's price, and what it can be compared with.

    `group` is (form, provisions, main target group) in words; those without one are left out by
    whoever asks.
    """

    target: str
    place: str
    group: tuple[str, str, str]
    year_ore: int


@dataclass(frozen=True, slots=True)
class ReportingOperator:
    """How many of an operator's facilities of one kind have reported for a year, and which not."""

    target: str
    name: str
    private: bool
    facilities: int
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FacilityApproval:
    """When the last approval of an open facility ends, or ended."""

    target: str
    place: str
    authority: str
    until: date


@dataclass(frozen=True, slots=True)
class PriceBounds:
    """When a price is out of line: see docs/algorithms/findings.md."""

    least: int
    distance: Fraction
    share: Fraction

    @classmethod
    def of(
        cls, minimum: ParameterValue, distance: ParameterValue, least_share: ParameterValue
    ) -> "PriceBounds":
        """Read the bounds from their parameters."""
        return cls(whole(minimum), Fraction(share(distance)), as_share(least_share))


def missing_findings(services: Iterable[CheckedService]) -> list[Finding]:
    """Services without a price, and those with places to offer that state none."""
    found = []
    for one in services:
        if not one.units:
            message = "Ydelsen har ingen takst. Indberet en, eller afslut ydelsen."
            found.append(_warning("price.missing", one.place, message, one.target))
        if one.places is None and one.setting != "outpatient":
            message = "Ydelsen har intet antal pladser. Indberet dem, så taksten kan vægtes."
            found.append(_warning("places.missing", one.place, message, one.target))
    return found


def unit_findings(
    services: Iterable[CheckedService], units: ParameterValue, names_da: Mapping[str, str]
) -> list[Finding]:
    """Prices in a unit that does not fit the service; `units` is the table of those that do.

    Teaching and advice have rows of their own, whatever the form. Hourly prices and kilometres
    are for everyone; so is what is not charged by use.
    """
    table = units.value if isinstance(units.value, Mapping) else {}
    found = []
    for one in services:
        key = one.kind if one.kind in table else one.setting
        fitting = table.get(key)
        if not isinstance(fitting, tuple):
            continue
        for component, unit in one.units:
            if component not in _BY_USE or unit in fitting:
                continue
            shown = names_da.get(unit, unit)
            expected = ", ".join(names_da.get(str(each), str(each)) for each in fitting)
            message = (
                f"Taksten er pr. {shown}, og det passer ikke til ydelsen. Ret enheden, eller "
                "skriv i begrundelsen, hvorfor den er valgt."
            )
            found.append(_warning("price.unit", one.place, message, one.target, shown, expected))
        if key == "day" and any(pair == ("whole", "day") for pair in one.units):
            message = (
                "Dagtilbuddet er prissat pr. kalenderdag. Skal det sammenlignes med en pris pr. "
                "fremmødedag, skal åbningsdagene kendes."
            )
            found.append(_note("price.calendar-days", one.place, message, one.target))
    return found


_BY_USE = frozenset({"whole", "basis", "service", "ground"})


def price_findings(prices: Iterable[ComparablePrice], bounds: PriceBounds) -> list[Finding]:
    """Prices out of line with those of comparable services, each held against the others.

    Median and MAD, since one wild price moves them little. Fewer others than `bounds.least` say
    nothing.
    """
    groups: dict[tuple[str, str, str], list[ComparablePrice]] = defaultdict(list)
    for one in prices:
        groups[one.group].append(one)
    found = []
    for members in groups.values():
        if len(members) <= bounds.least:
            continue
        ordered = sorted(one.year_ore for one in members)
        for one in members:
            finding = _out_of_line(one, ordered, bounds)
            if finding:
                found.append(finding)
    return found


def _out_of_line(
    one: ComparablePrice, ordered: Sequence[int], bounds: PriceBounds
) -> Finding | None:
    """Whole numbers throughout: medians are doubled, so that none is a half."""
    others = list(ordered)
    others.remove(one.year_ore)
    middle = twice_median(others)
    away = abs(2 * one.year_ore - middle)
    if away * bounds.share.denominator <= bounds.share.numerator * middle:
        return None
    typical = twice_median(sorted(abs(2 * each - middle) for each in others))
    if 2 * away <= bounds.distance * typical:
        return None
    side = "over" if 2 * one.year_ore > middle else "under"
    message = (
        f"Prisen for et år på en plads er {divide_half_up(100 * away, middle)} % {side} medianen "
        f"af {len(others)} sammenlignelige ydelser ({', '.join(filter(None, one.group))}). Se, om "
        "beløb, enhed og ydelse er rigtige."
    )
    return Finding(
        "price.out-of-line",
        Severity.WARNING,
        one.place,
        message,
        format_kroner(one.year_ore),
        f"omkring {format_kroner(divide_half_up(middle, 2))}",
        one.target,
    )


def twice_median(ordered: Sequence[int]) -> int:
    """Twice the middle value, or the two in the middle together; of sorted, at least one."""
    at = len(ordered) // 2
    return 2 * ordered[at] if len(ordered) % 2 else ordered[at - 1] + ordered[at]


def cap_findings(outcome: CapOutcome, place: str, target: str) -> list[Finding]:
    """An operator above its cap, and which of its prices rose above it."""
    if outcome.verdict is not CapVerdict.EXCEEDED or outcome.level is None:
        return []
    terms = outcome.terms
    found = [
        Finding(
            "cap.exceeded",
            Severity.ERROR,
            place,
            f"Taksterne i {terms.year} er over takstaftalens loft med "
            f"{format_kroner(outcome.excess_ore or 0)} om året. Sæt dem ned, eller få loftet "
            "ændret.",
            _rounded_share(outcome.level),
            f"højst {_rounded_share(outcome.allowed)}",
            target,
        )
    ]
    for line in outcome.basket:
        limit = (line.base_tariff_ore or 0) * terms.index_factor * outcome.allowed
        if line.status is BasketStatus.SAME and limit and (line.tariff_ore or 0) > limit:
            most = divide_half_up(limit.numerator, limit.denominator)
            found.append(
                Finding(
                    "cap.service",
                    Severity.NOTE,
                    f"{line.facility}, {line.service}",
                    f"Prisen er steget mere, end loftet giver plads til fra {terms.base_year} til "
                    f"{terms.year}. Det er tilladt for den enkelte ydelse, når det samlede niveau "
                    "holder.",
                    format_kroner(line.tariff_ore or 0),
                    f"højst {format_kroner(most)} pr. plads om året",
                    target,
                )
            )
    return found


def _rounded_share(value: Fraction) -> str:
    points = divide_half_up((10_000 * value).numerator, (10_000 * value).denominator)
    return f"{points // 100},{points % 100:02d} %"


def deadline_findings(
    operators: Iterable[ReportingOperator],
    year: int,
    today: date,
    public: ParameterValue,
    private: ParameterValue,
) -> list[Finding]:
    """Operators whose facilities have not reported for `year` though the deadline has passed."""
    found = []
    for one in operators:
        last = day_of_year(private if one.private else public, year - 1)
        if not one.missing or today <= last:
            continue
        names = ", ".join(one.missing[:_SHOWN])
        more = len(one.missing) - _SHOWN
        whose = "private tilbud" if one.private else "tilbud"
        message = (
            f"{len(one.missing)} af {one.facilities} {whose} mangler takster for {year}. Fristen "
            f"var {date_text_da(last)}. Mangler: {names}{f' og {more} til' if more > 0 else ''}."
        )
        found.append(_warning("deadline.budget", one.name, message, one.target))
    return found


def approval_findings(
    approvals: Iterable[FacilityApproval], today: date, within: ParameterValue
) -> list[Finding]:
    """Approvals that end within the days of the parameter, or have ended."""
    found = []
    for one in approvals:
        left = (one.until - today).days
        last = date_text_da(one.until - timedelta(days=1))
        if left <= 0:
            message = (
                f"Godkendelsen fra {one.authority} udløb {last}. Få en ny, eller luk tilbuddet."
            )
            found.append(
                Finding("approval.ended", Severity.ERROR, one.place, message, target=one.target)
            )
        elif left <= whole(within):
            days = "dag" if left == 1 else "dage"
            message = (
                f"Godkendelsen fra {one.authority} gælder til og med {last}; der er {left} {days} "
                "tilbage. Søg om en ny."
            )
            found.append(_warning("approval.ending", one.place, message, one.target))
    return found


def _warning(
    code: str, place: str, message: str, target: str, found: str = "", expected: str = ""
) -> Finding:
    return Finding(code, Severity.WARNING, place, message, found, expected, target)


def _note(code: str, place: str, message: str, target: str) -> Finding:
    return Finding(code, Severity.NOTE, place, message, target=target)
