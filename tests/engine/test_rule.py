"""Rules: editions by date and what is refused."""

from datetime import date
from importlib import import_module
from itertools import chain
from pkgutil import walk_packages

import pytest

import rammevaerk.engine
from rammevaerk.engine.errors import NoRuleForDate, RuleError
from rammevaerk.engine.money import divide_half_up
from rammevaerk.engine.parameters import packaged_sources
from rammevaerk.engine.rule import Rule


def two_editions() -> Rule[[int, int], int]:
    rule: Rule[[int, int], int] = Rule("tariffs.day_rate")

    @rule.edition(date(2025, 1, 1), source="order-financing-2022")
    def _(cost: int, days: int) -> int:
        return divide_half_up(cost, days)

    @rule.edition(date(2020, 1, 1), source="order-financing-2016")
    def _(cost: int, days: int) -> int:
        return cost // days

    return rule


def test_the_edition_in_force_is_found_whatever_the_order_of_registration() -> None:
    rule = two_editions()
    first, second = rule.on(date(2024, 12, 31)), rule.on(date(2025, 1, 1))
    assert (first.source, first.calculate(5, 3)) == ("order-financing-2016", 1)
    assert (second.source, second.calculate(5, 3)) == ("order-financing-2022", 2)
    assert (second.rule, second.period.start) == ("tariffs.day_rate", date(2025, 1, 1))


def test_before_the_first_edition_there_is_no_rule() -> None:
    told = r"tariffs\.day_rate har ingen regel den 31\. december 2019"
    with pytest.raises(NoRuleForDate, match=told) as none:
        two_editions().on(date(2019, 12, 31))
    assert (none.value.key, none.value.day) == ("tariffs.day_rate", date(2019, 12, 31))


def test_a_rule_that_has_ended_is_over() -> None:
    rule: Rule[[], int] = Rule("ended")
    rule.edition(date(2020, 1, 1), source="sel-174", to_date=date(2021, 1, 1))(lambda: 1)
    rule.edition(date(2022, 1, 1), source="sel-174")(lambda: 2)
    assert rule.on(date(2020, 12, 31)).calculate() == 1
    with pytest.raises(NoRuleForDate):
        rule.on(date(2021, 1, 1))
    assert rule.on(date(2022, 1, 1)).calculate() == 2


@pytest.mark.parametrize(
    ("start", "end", "problem"),
    [
        (date(2025, 1, 1), None, "two editions from 2025-01-01"),
        (date(2021, 1, 1), date(2025, 1, 2), "the edition from 2021-01-01 overlaps 2025-01-01"),
        (date(2026, 1, 1), date(2026, 1, 1), "holds no day"),
    ],
)
def test_an_edition_that_collides_is_refused(start: date, end: date | None, problem: str) -> None:
    rule = two_editions()
    with pytest.raises(RuleError, match=problem) as refused:
        rule.edition(start, source="sel-174", to_date=end)
    assert refused.value.rule == "tariffs.day_rate"


def test_an_edition_cannot_begin_inside_one_with_a_stated_end() -> None:
    rule: Rule[[], int] = Rule("ended")
    rule.edition(date(2020, 1, 1), source="sel-174", to_date=date(2021, 1, 1))(lambda: 1)
    with pytest.raises(RuleError, match="overlaps 2020-06-01"):
        rule.edition(date(2020, 6, 1), source="sel-174")


def test_an_edition_without_a_known_source_is_not_used() -> None:
    rule = two_editions()
    rule.edition(date(2030, 1, 1), source="sel-999")(lambda cost, days: cost + days)
    assert rule.on(date(2029, 12, 31)).source == "order-financing-2022"
    with pytest.raises(RuleError, match=r"source sel-999 is not in sources\.toml"):
        rule.on(date(2030, 1, 1))


def engine_rules() -> list[Rule[..., object]]:
    """Every rule that a module of the engine defines, also those kept in a table."""
    modules = [
        import_module(found.name)
        for found in walk_packages(rammevaerk.engine.__path__, "rammevaerk.engine.")
    ]
    values = [value for module in modules for value in vars(module).values()]
    tables = [list(value.values()) for value in values if isinstance(value, dict)]
    return [one for one in chain(values, *tables) if isinstance(one, Rule)]


def test_every_edition_of_the_engine_has_a_source_that_can_be_looked_up() -> None:
    rules = engine_rules()
    assert len(rules) > 20
    assert {
        (rule.name, edition.source)
        for rule in rules
        for edition in rule.editions
        if edition.source not in packaged_sources()
    } == set()
