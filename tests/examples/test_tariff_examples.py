"""The worked examples of tariffs: each gives, to the øre, what its file says."""

import tomllib
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from rammevaerk.engine.errors import NoRuleForDate
from rammevaerk.engine.findings import Finding
from rammevaerk.engine.money import format_kroner
from rammevaerk.engine.parameters import Parameters
from rammevaerk.engine.periods import Period
from rammevaerk.engine.tariffs.account import YearAccount
from rammevaerk.engine.tariffs.agreement import AgreementRules
from rammevaerk.engine.tariffs.cap import (
    BasketStatus,
    CapLine,
    CapTerms,
    SupplementTurnover,
    agreed_terms,
    check_cap,
    unmet_reduction,
)
from rammevaerk.engine.tariffs.day_rate import Price, PriceUnit, convert
from rammevaerk.engine.tariffs.deficit import regulate_deficit
from rammevaerk.engine.tariffs.development import DevelopmentLine, develop
from rammevaerk.engine.tariffs.equalisation import FacilityExcess, equalise
from rammevaerk.engine.tariffs.errors import TariffError
from rammevaerk.engine.tariffs.facility import facility_tariff
from rammevaerk.engine.tariffs.occupancy import judge_occupancy
from rammevaerk.engine.tariffs.price_index import (
    IndexChoice,
    IndexEstimate,
    IndexTable,
    chain_for,
)
from rammevaerk.engine.tariffs.reserve import Reserve, ReserveUse, use_reserve
from rammevaerk.engine.tariffs.rounding import Rounding, fraction_text_da, share_text_da
from rammevaerk.engine.tariffs.surplus import regulate_surplus
from rammevaerk.engine.trace import Trace
from rammevaerk.exchange.tariff_budget import budget_from, occupancy_from
from rammevaerk.exchange.toml_tables import Problems, Table

FOLDER = Path(__file__).parents[2] / "examples" / "tariffs"
FILES = sorted(FOLDER.glob("*.toml"))
PARAMETERS = Parameters.load()

Shown = dict[str, Any]


def rules(given: Table) -> AgreementRules:
    return AgreementRules(given.text("agreement"), PARAMETERS)


def codes(findings: tuple[Finding, ...]) -> list[str]:
    return [finding.code for finding in findings]


def tariff(given: Table) -> Shown:
    found = facility_tariff(budget_from(given, PARAMETERS), PARAMETERS)
    shown: Shown = {"findings": codes(found.findings)}
    if found.price:
        shown["price"] = format_kroner(found.price.ore)
    if found.components:
        parts = found.components.components
        shown["components"] = {one.kind.value: format_kroner(one.ore) for one in parts}
        shown["moved"] = {one.kind.value: one.moved_ore for one in parts}
        assert sum(one.ore for one in parts) == found.components.total_ore
    if found.levels:
        shown["levels"] = {k: format_kroner(v.total_ore) for k, v in found.levels.items()}
    if found.supplements:
        shown["supplements"] = {k: format_kroner(v.ore) for k, v in found.supplements.items()}
    return shown


def account(given: Table) -> YearAccount:
    return YearAccount(
        given.whole("year", 1900, 2199),
        given.amount("tariff_base"),
        given.amount("income"),
        given.amount("costs"),
    )


def surplus(given: Table) -> Shown:
    found = regulate_surplus(account(given), rules(given), given.maybe_amount("set_aside"))
    assert found.kept_ore + found.regulated_ore == found.surplus_ore
    shown = {
        "surplus": format_kroner(found.surplus_ore),
        "may_keep": format_kroner(found.may_keep_ore),
        "kept": format_kroner(found.kept_ore),
        "regulated": format_kroner(found.regulated_ore),
        "latest_year": found.latest_year,
    }
    return {**shown, "expires": found.expires} if found.expires else shown


def deficit(given: Table) -> Shown:
    found = regulate_deficit(account(given), rules(given), given.maybe_amount("added"))
    assert found.borne_ore + found.added_ore == found.deficit_ore
    return {
        "deficit": format_kroner(found.deficit_ore),
        "may_add": format_kroner(found.may_add_ore),
        "borne": format_kroner(found.borne_ore),
        "added": format_kroner(found.added_ore),
        "tariff_year": found.tariff_year,
    }


def reserve(given: Table) -> Shown:
    aside, use = inner(given, "set_aside"), inner(given, "use")
    found = use_reserve(
        [Reserve(given.text("operator"), aside.whole("year", 1900, 2199), aside.amount("amount"))],
        ReserveUse(
            use.text("operator"),
            use.text("facility"),
            use.flag("covered"),
            use.whole("year", 1900, 2199),
            use.amount("amount"),
        ),
        rules(given),
    )
    return {
        "accepted": found.accepted,
        "left": format_kroner(found.reserves[0].left_ore),
        "findings": codes(found.findings),
    }


def occupancy(given: Table) -> Shown:
    assumed = occupancy_from(given)
    assert assumed
    found = judge_occupancy(assumed, rules(given), given.whole("year", 1900, 2199))
    shown = {"verdict": found.verdict.value, "findings": codes(found.findings)}
    return {**shown, "mean": share_text_da(found.mean)} if found.mean is not None else shown


def conversion(given: Table) -> Shown:
    ore = given.amount("price")
    unit = given.choice("from", PriceUnit)
    price = Price(ore, unit, Fraction(ore), Rounding.NEAREST_ORE, Trace())
    days, used, of = (given.whole(name, 1, 366) for name in ("days", "used", "of"))
    why = f"{days} døgn, brugt {used} dage af {of}"
    to = given.choice("to", PriceUnit)
    found = convert(price, to, Fraction(days * used, of), why, Rounding.NEAREST_ORE)
    assert found.unit is to
    return {"price": format_kroner(found.ore)}


def equalisation(given: Table) -> Shown:
    results = [
        FacilityExcess(
            one.text("facility"),
            one.text("operator"),
            one.text("group"),
            (one.maybe_amount("surplus") or 0) - (one.maybe_amount("deficit") or 0),
        )
        for one in given.tables("facility")
    ]
    day = date(given.whole("year", 1900, 2199), 1, 1)
    found = equalise(results, given.text("agreement"), day)
    return {
        "regulated": {one.of.facility: format_kroner(one.regulated_ore) for one in found.facilities}
    }


def cap(given: Table) -> Shown:
    unmet = None
    if earlier := given.table("earlier"):
        factor = 1 + earlier.share("index")
        base, year = years(earlier)
        terms = CapTerms(given.text("operator"), base, year, factor, earlier.share("reduction"))
        unmet = unmet_reduction(check_cap(basket(earlier), terms))
    base, year = years(given)
    factor = 1 + given.share("index")
    terms = agreed_terms(rules(given), given.text("operator"), base, year, factor, unmet)
    turnovers = [
        SupplementTurnover(
            one.whole("year", 1900, 2199), one.amount("supplements"), one.amount("turnover")
        )
        for one in given.tables("supplements")
    ]
    found = check_cap(basket(given), terms, turnovers)
    assert found.level is not None
    assert found.excess_ore is not None
    shown: Shown = {
        "verdict": found.verdict.value,
        "level": share_text_da(found.level),
        "excess": format_kroner(found.excess_ore),
    }
    for status in (BasketStatus.NEW, BasketStatus.CLOSED, BasketStatus.RESTRUCTURED):
        if found.apart[status]:
            shown[status.value] = [one.facility for one in found.apart[status]]
    if turnovers:
        shown["supplement_shares"] = [share_text_da(one.share) for one in turnovers]
    return shown


def years(given: Table) -> tuple[int, int]:
    return given.whole("base_year", 1900, 2199), given.whole("year", 1900, 2199)


def basket(given: Table) -> list[CapLine]:
    return [
        CapLine(
            one.text("facility"),
            one.text("service"),
            one.choice("unit", PriceUnit),
            one.maybe_number("places") or Fraction(0),
            one.maybe_amount("tariff"),
            one.maybe_amount("base_tariff"),
            "restructured" in one and one.flag("restructured"),
        )
        for one in given.tables("service")
    ]


def index(given: Table) -> Shown:
    table = IndexTable(
        tuple(
            IndexEstimate(
                one.text("series"),
                one.whole("year", 1900, 2199),
                one.share("growth"),
                one.day("published"),
                one.text("source"),
            )
            for one in given.tables("estimate")
        )
    )
    choices = [
        IndexChoice(
            one.text("operator"),
            Period(one.day("from"), one.day("to")),
            tuple(one.raw("series")),
            one.text("reason"),
            one.text("decision"),
        )
        for one in given.tables("choice")
    ]
    start, end = (given.whole(name, 1900, 2199) for name in ("from_year", "to_year"))
    found = chain_for(table, choices, given.text("operator"), start, end, given.day("known_on"))
    return {"factor": fraction_text_da(found.factor, 8)}


def development(given: Table) -> Shown:
    found = develop(
        [
            DevelopmentLine(
                one.text("facility"),
                one.text("service"),
                one.choice("unit", PriceUnit),
                one.maybe_number("places_before") or Fraction(0),
                one.maybe_amount("tariff_before"),
                one.maybe_number("places_after") or Fraction(0),
                one.maybe_amount("tariff_after"),
            )
            for one in given.tables("service")
        ],
        date(given.whole("year", 1900, 2199), 1, 1),
    )
    assert found.price_ore + found.structure_ore == found.change_ore
    return {
        "before": format_kroner(found.before_ore),
        "after": format_kroner(found.after_ore),
        "price": format_kroner(found.price_ore),
        "structure": format_kroner(found.structure_ore),
    }


def inner(given: Table, key: str) -> Table:
    found = given.table(key)
    assert found
    return found


KINDS: dict[str, Callable[[Table], Shown]] = {
    "tariff": tariff,
    "surplus": surplus,
    "deficit": deficit,
    "reserve": reserve,
    "occupancy": occupancy,
    "conversion": conversion,
    "equalisation": equalisation,
    "cap": cap,
    "index": index,
    "development": development,
}


def outcome(example: Shown, file: str) -> Shown:
    problems = Problems(file)
    try:
        shown = KINDS[example["kind"]](Table(example["input"], problems))
    except TariffError as error:
        shown = {"error": error.field}
    except NoRuleForDate as error:
        shown = {"no_rule": error.key}
    problems.refuse()
    return shown


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_example_gives_what_it_says(file: Path) -> None:
    example = tomllib.loads(file.read_text(encoding="utf-8"), parse_float=Decimal)
    assert set(example) == {"title", "source", "kind", "input", "expected"}
    assert example["source"] in PARAMETERS.sources
    shown = outcome(example, file.name)
    expected = example["expected"]
    # What the example does not mention is not shown to be nothing: only "moved" may be left out.
    if "moved" not in expected:
        shown.pop("moved", None)
    assert shown == expected


def test_the_cases_of_the_reference_are_all_there() -> None:
    titles = [tomllib.loads(file.read_text(encoding="utf-8"))["title"] for file in FILES]
    for case in ("T1", "T2", "T3", "T4", "T5"):
        assert any(title.startswith(f"{case}:") for title in titles)
    assert len(set(titles)) == len(titles) > 50
