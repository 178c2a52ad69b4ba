"""Small made-up worlds of placements and models for the tests of comparison and zero-sum."""

from datetime import date
from decimal import Decimal
from random import Random

from hypothesis import strategies as st

from rammevaerk.engine.tariffs.models import (
    FixedSum,
    Kind,
    Model,
    Part,
    Per,
    PlacementRows,
    PriceIndex,
    Rate,
    SumPer,
    SupplementRate,
)

OLD, NEW = date(2024, 12, 31), date(2025, 1, 1)
FACILITIES = ("Elme", "Birk", "Ask")
PLANS = ("lav", "høj")
PAYERS = ("Aarhus", "Favrskov", "Skive", "Viborg")
OPERATORS = ("Regionen", "Viborg")
GROUPS = ("Autisme", "Hjerneskade")
SUPPLEMENTS = ("kørsel", "nattevagt")


def placement_rows(random: Random, count: int) -> PlacementRows:
    """Placements with every kind of odd size: no days, no minutes, all the week."""
    keys = [f"P{at}" for at in range(count)]
    return PlacementRows(
        placement=keys,
        facility=[random.choice(FACILITIES) for _ in keys],
        operator=[random.choice(OPERATORS) for _ in keys],
        payer=[random.choice(PAYERS) for _ in keys],
        target_group=[random.choice(GROUPS) for _ in keys],
        plan=[random.choice(PLANS) for _ in keys],
        minutes=[random.choice((0, 1, random.randrange(10_080), 10_080)) for _ in keys],
        days=[random.choice((0, 1, random.randrange(367), 366)) for _ in keys],
        supplements=[
            (random.choice(keys), random.choice(SUPPLEMENTS), random.randrange(367))
            for _ in range(count // 2)
        ],
    )


def part(random: Random, kind: Kind, facility: str) -> Part:
    """A part of any kind for one facility ("" is all)."""

    def rates(largest: int, smallest: int = 0) -> tuple[Rate, ...]:
        return tuple(
            Rate(facility, plan, start, random.randint(smallest, largest), random.choice(list(Per)))
            for plan in ("", *PLANS)
            for start in (date(2024, 1, 1), NEW)
        )

    general = Rate("", "", date(2024, 1, 1), random.randint(0, 60_000))
    return Part(
        kind=kind,
        rates=() if kind is Kind.SUBSCRIPTION else rates(900_000),
        hours=(general, Rate("Birk", "høj", NEW, 41_237)) if kind is Kind.BASIS_HOURS else (),
        percents={
            Kind.LEVELS: rates(10_000),
            Kind.STANDARD_PERCENT: rates(20_000, -10_000),
        }.get(kind, ()),
        sums=(
            FixedSum(
                "Fast del",
                facility,
                "Regionen",
                "Autisme",
                OLD,
                random.randrange(10**9),
                "k",
                SumPer.YEAR,
            ),
        )
        if kind in {Kind.SUBSCRIPTION, Kind.OBJECTIVE}
        else (),
    )


def model(random: Random, name: str, on: date) -> Model:
    """A model in which every facility may be priced in a way of its own."""
    kinds = [random.choice(list(Kind)) for _ in FACILITIES]
    hours = [at for at, kind in enumerate(kinds) if kind is Kind.BASIS_HOURS]
    for at in hours[1:]:  # one part alone may have the general hourly rate
        kinds[at] = Kind.LEVELS
    return Model(
        name=name,
        on=on,
        days_basis=random.choice((250, 365, 366)),
        parts=tuple(
            part(random, kind, facility) for kind, facility in zip(kinds, FACILITIES, strict=True)
        ),
        supplements=tuple(
            SupplementRate(
                code, date(2024, 1, 1), random.randrange(90_000), random.choice(list(Per))
            )
            for code in SUPPLEMENTS
        ),
        supplements_included=random.random() < 0.3,
        keys={"k": {**{payer: random.randrange(9) for payer in PAYERS}, "Samsø": 7}},
        price_index=PriceIndex(name, Decimal(random.randint(9_000, 11_000)) / 10_000),
    )


def hours_model(basis: int, hour: int, facility_basis: dict[str, int] | None = None) -> Model:
    """Basis and hours everywhere, with a basis of its own for the facilities named."""
    rates = [Rate("", "", OLD, basis)]
    rates += [Rate(name, "", OLD, ore) for name, ore in (facility_basis or {}).items()]
    only = Part(Kind.BASIS_HOURS, rates=tuple(rates), hours=(Rate("", "", OLD, hour),))
    return Model("timer", NEW, 365, (only,), supplements_included=True)


def levels_model(low: int, high: int) -> Model:
    """A whole tariff for each of the two plans."""
    rates = (Rate("", "lav", OLD, low), Rate("", "høj", OLD, high))
    only = Part(Kind.LEVELS, rates=rates, percents=(Rate("", "", OLD, 4_500),))
    return Model("niveauer", OLD, 365, (only,), supplements_included=True)


randoms = st.integers(0, 2**32).map(Random)
