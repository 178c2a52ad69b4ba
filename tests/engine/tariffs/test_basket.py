"""The basket: what is compared, what is outside and why, and that the level is as it should be."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rammevaerk.engine.errors import ParameterError
from rammevaerk.engine.parameters import Parameters, packaged_sources
from rammevaerk.engine.tariffs.basket import (
    Basket,
    PricePart,
    ServicePrices,
    YearOfPlace,
    basket_of,
    development_lines,
    mean_opening_days,
    year_price,
)
from rammevaerk.engine.tariffs.cap import BasketStatus, CapTerms, CapVerdict, check_cap
from rammevaerk.engine.tariffs.development import develop
from rammevaerk.engine.tariffs.price_index import IndexEstimate, MissingEstimate
from rammevaerk.engine.tariffs.registers import (
    IndexRegister,
    KnownEstimate,
    packaged_caps,
    packaged_indices,
    read_caps,
    read_indices,
)

YEAR = YearOfPlace(opening_days=235)
NEW_YEAR = date(2024, 1, 1)


def part(ore: int, component: str = "whole", unit: str = "day", label: str = "") -> PricePart:
    names = {"whole": "Helhedstakst", "basis": "Basistakst", "service": "Ydelsestakst",
             "hour": "Timepris", "supplement": "Tillægstakst", "objective": "Objektiv finansiering",
             "subscription": "Abonnement"}  # fmt: skip
    return PricePart(component, f"{names[component]} {label}".strip(), unit, ore, label)


def service(
    name: str, base: tuple[PricePart, ...], now: tuple[PricePart, ...], places: int = 10
) -> ServicePrices:
    return ServicePrices(f"hus/{name}", "Huset", name, places, places, base, now)


def basket(*services: ServicePrices) -> Basket:
    return basket_of(services, YEAR, 2022, 2024)


def level(found: Basket) -> Fraction | None:
    return check_cap(found.lines, CapTerms("K", 2022, 2024, Fraction(1), Fraction(0))).level


def test_units_are_laid_out_as_a_year_of_one_place() -> None:
    found = basket(
        service("døgn", (part(1_00),), (part(1_00),)),
        service("dag", (part(1_00, unit="day_attended"),), (part(1_00, unit="day_attended"),)),
        service("måned", (part(1_00, unit="month"),), (part(1_00, unit="month"),)),
        service("år", (part(1_00, unit="year"),), (part(1_00, unit="year"),)),
    )
    assert [one.tariff_ore for one in found.lines] == [365_00, 235_00, 12_00, 1_00]


def test_levels_share_the_places_and_the_basis_has_them_all() -> None:
    prices = (part(100, "basis"), part(10, "service", label="1"), part(30, "service", label="2"))
    found = basket(service("a", prices, prices, places=5))
    assert {one.service: one.places for one in found.lines} == {
        "a, basistakst": 5,
        "a, ydelsestakst 1": Fraction(5, 2),
        "a, ydelsestakst 2": Fraction(5, 2),
    }
    # 5 · 100 + 2,5 · 10 + 2,5 · 30 = 600 a day, of which the levels are a mean of 20.
    assert year_price(prices, YEAR) == 120 * 365


@pytest.mark.parametrize(
    "now",
    [
        (part(50, "basis"), part(50, "service")),
        (part(100, unit="month"),),
        (part(100, label="1"), part(100, label="2")),
        (part(100), part(300, "hour", "hour")),
    ],
)
def test_other_components_units_or_levels_are_a_restructuring(now: tuple[PricePart, ...]) -> None:
    found = basket(service("a", (part(100),), now))
    assert [one.status for one in found.lines] == [BasketStatus.RESTRUCTURED]
    assert next(iter(found.reasons.values())).startswith("takstens dele er ændret (")


def test_a_supplement_changes_nothing_in_the_basket() -> None:
    base = (part(100),)
    found = basket(service("a", base, (*base, part(900, "supplement", label="nat"))))
    assert [one.status for one in found.lines] == [BasketStatus.SAME]
    assert found.uncounted == ()


def test_what_has_no_places_stands_apart_with_its_reason() -> None:
    prices = (part(5_00, "subscription", "year"), part(7_00, "objective"), part(9_00, unit="km"))
    found = basket(service("a", prices, prices))
    assert found.lines == ()
    assert [one.reason_da.split(" ")[1] for one in found.uncounted] == [
        "abonnement", "finansiering", "pris",
    ]  # fmt: skip


def test_two_services_of_one_name_are_told_apart() -> None:
    one = service("a", (part(100),), (part(100),))
    found = basket(one, replace(one, key="hus/b"))
    assert [line.service for line in found.lines] == ["a (hus/a)", "a (hus/b)"]
    assert set(found.keys.values()) == {"hus/a", "hus/b"}


# How long a first draw takes says something of the machine, not of the basket.
PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
amounts = st.integers(min_value=1, max_value=9_999_99)
rows = st.lists(st.tuples(amounts, amounts, st.integers(1, 90)), min_size=1, max_size=6)


def services(figures: list[tuple[int, int, int]], factor: int = 1) -> list[ServicePrices]:
    return [
        service(f"y{n}", (part(before * factor),), (part(after * factor),), places)
        for n, (before, after, places) in enumerate(figures)
    ]


@PATIENT
@given(rows, st.integers(2, 50))
def test_the_same_factor_on_all_prices_of_both_years_leaves_the_level(figures, factor) -> None:
    assert level(basket(*services(figures))) == level(basket(*services(figures, factor)))


@PATIENT
@given(rows, amounts)
def test_a_new_or_a_closed_service_leaves_the_level(figures, ore) -> None:
    plain = level(basket(*services(figures)))
    new, closed = service("ny", (), (part(ore),)), service("lukket", (part(ore),), ())
    assert level(basket(*services(figures), new, closed)) == plain


@PATIENT
@given(rows)
def test_the_development_sums_to_the_change_of_the_average(figures) -> None:
    found = develop(development_lines(basket(*services(figures)))[0], NEW_YEAR)
    assert found.price_ore + found.structure_ore == found.change_ore
    # The same places in both years: nothing is due to structure but a lost øre.
    assert abs(found.structure_ore) <= len(figures)


def test_the_excess_is_kroner_a_year_to_the_ore() -> None:
    found = basket(
        service("a", (part(2_000_00),), (part(2_200_00),), 10),
        service("b", (part(1_000_00),), (part(1_100_00),), 20),
    )
    terms = CapTerms("K", 2022, 2024, Fraction("1.06605"), Fraction(0))
    outcome = check_cap(found.lines, terms)
    assert outcome.verdict is CapVerdict.EXCEEDED
    # (44.000 − 40.000 · 1,06605) · 365
    assert outcome.excess_ore == 495_670_00


def test_a_price_that_became_hourly_is_left_out_of_the_development() -> None:
    found = basket(service("a", (part(100),), (part(50, "basis"), part(3, "hour", "hour"))))
    assert development_lines(found) == ((), ("Huset, a",))
    assert year_price((part(50, "basis"), part(3, "hour", "hour")), YEAR) is None


def test_the_weight_of_a_day_offer_is_the_middle_of_what_was_seen() -> None:
    found = mean_opening_days(Parameters.load().on("tariffs/opening_days", NEW_YEAR))
    assert found.opening_days == 235


def test_the_packaged_registers_are_sound_and_say_what_is_unverified() -> None:
    register = packaged_indices()
    # What nobody has read at its publisher is registered by people; none of it comes along.
    assert [(one.estimate.series, one.estimate.year, one.estimate.growth)
            for one in register.estimates] == [
        ("stat-pris-og-loen", 2025, Fraction(28, 1000))
    ]  # fmt: skip
    assert all(one.is_verified for one in register.estimates)
    assert {"kl-pris-og-loen", "trepart"} < {one.key for one in register.series}
    assert [len(one.points) for one in packaged_caps()] == [5]
    parameters = Parameters.load()
    for cap in packaged_caps():
        for point in cap.points:
            for name in point.parameters:
                assert parameters.get(f"tariffs/{cap.agreement}/{name}")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('growth = "2,8 %"', 'growth = "to"', "no percentage"),
        ('series = "stat-pris-og-loen"', 'series = "ukendt"', "no such series"),
        ('source = "kl-price-index"', 'source = "ukendt"', "unknown"),
        ("verified = 2026-11-22", 'unverified = "maaske"', "verified or unverified"),
        ("verified = 2026-11-22", 'unverified = "low"', "cannot stand here"),
        ("[[series]]", "[[series", "cannot be read"),
    ],
)
def test_an_unsound_index_file_says_what_is_wrong(tmp_path, old, new, said) -> None:
    from importlib import resources

    text = (resources.files("rammevaerk") / "registers" / "price_index.toml").read_text("utf-8")
    file = tmp_path / "price_index.toml"
    file.write_text(text.replace(old, new), "utf-8")
    with pytest.raises(ParameterError, match=said):
        read_indices(file, packaged_sources())


def test_a_cap_without_a_source_is_refused(tmp_path) -> None:
    file = tmp_path / "tariff_caps.toml"
    file.write_text(
        '[[cap]]\nagreement = "x"\ntitle_da = "X"\nfirst_year = 2023\nlast_year = 2024\n'
        'base_year = 2022\nsource = "ukendt"\nunverified = "low"\n',
        "utf-8",
    )
    with pytest.raises(ParameterError, match="unknown"):
        read_caps(file, packaged_sources())


def known(
    year: int, growth: str, published: int, *, verified: bool = False, series: str = "trepart"
) -> KnownEstimate:
    estimate = IndexEstimate(series, year, Fraction(growth), date(published, 6, 30), "Kilde")
    return KnownEstimate(estimate, "Kilde", is_verified=verified)


def test_what_is_registered_joins_what_came_along_and_puts_the_same_day_right() -> None:
    first, again = known(2024, "1/100", 2023), known(2024, "2/100", 2023)
    revised = known(2024, "3/100", 2024)
    register = packaged_indices().with_registered([first, again, revised])
    growth = [
        register.table.growth("trepart", 2024, on).growth
        for on in (date(2023, 12, 31), date(2024, 12, 31))
    ]
    assert growth == [Fraction(2, 100), Fraction(3, 100)]
    assert len(register.estimates) == len(packaged_indices().estimates) + 2


def test_only_the_estimate_in_use_says_whether_it_was_read() -> None:
    register = IndexRegister(
        packaged_indices().series,
        (known(2024, "1/100", 2023), known(2024, "2/100", 2024, verified=True)),
    )
    assert register.unverified(("trepart",), 2024, 2024, date(2024, 1, 1))
    assert not register.unverified(("trepart",), 2024, 2024, date(2025, 1, 1))
    assert not register.unverified(("kl-pris-og-loen",), 2024, 2024, date(2024, 1, 1))


def test_a_missing_estimate_says_which_and_is_never_a_default() -> None:
    with pytest.raises(MissingEstimate) as problem:
        packaged_indices().table.growth("kl-pris-og-loen", 2024, date(2026, 1, 1))
    assert (problem.value.series, problem.value.year) == ("kl-pris-og-loen", 2024)
