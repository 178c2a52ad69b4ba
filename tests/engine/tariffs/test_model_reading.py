"""A model file is read exactly or refused, with the row and key of every problem."""

from datetime import date

import pytest

from rammevaerk.engine.errors import UnusableModel
from rammevaerk.engine.tariffs.models import Kind, Per, general_hour, read_model

HEAD = 'name = "M"\non = 2025-06-01\ndays_basis = 365\n'
LEVELS = (
    HEAD
    + """kind = "levels"
per = "day"
[[share]]
from = 2025-01-01
percent = "35,5 %"
[[rate]]
facility = 101
plan = "niveau 1"
from = 2025-01-01
rate = "1.200,50"
[[rate]]
facility = 101
from = 2025-01-01
rate = 250
per = "month"
"""
)


def problems(text: str) -> list[str]:
    with pytest.raises(UnusableModel) as caught:
        read_model(text, "m.toml")
    assert all(line.startswith("m.toml: ") for line in caught.value.problems)
    return [line.removeprefix("m.toml: ") for line in caught.value.problems]


def test_ore_and_kroner_percent_and_unit_are_read_exactly() -> None:
    found = read_model(LEVELS, "m.toml")
    [part] = found.parts
    assert part.kind is Kind.LEVELS
    assert [(rate.ore, rate.per, rate.facility) for rate in part.rates] == [
        (120_050, Per.DAY, "101"),
        (250, Per.MONTH, "101"),
    ]
    assert part.percents[0].ore == 3_550
    assert found.on == date(2025, 6, 1)


def test_an_hourly_rate_may_be_a_parameter_of_the_rules_with_its_source() -> None:
    text = (
        HEAD
        + """kind = "basis_hours"
per = "day"
hour = [{ from = 2025-01-01, parameter = "tariffs/hour_rate" }]
rate = [{ from = 2025-01-01, rate = 100 }]
"""
    )
    found = read_model(text, "m.toml")
    assert general_hour(found) == 308_00
    assert [parameter.key for parameter in found.parameters] == ["tariffs/hour_rate"]
    assert not found.unverified
    [problem] = problems(text.replace("2025-06-01", "2026-06-01"))
    assert "har ingen værdi den 2026-06-01" in problem
    [problem] = problems(text.replace("tariffs/hour_rate", "tariffs/no_such"))
    assert "ingen parameter" in problem


@pytest.mark.parametrize(
    ("old", "new", "place", "why"),
    [
        ('"1.200,50"', "1200.50", "[[rate]] nr. 1, rate", "ikke et beløb"),
        ('"1.200,50"', '"1200.50"', "[[rate]] nr. 1, rate", "punktum"),
        ('"1.200,50"', "1_000_000_000_000", "[[rate]] nr. 1, rate", "uden for"),
        ('"1.200,50"', "-1", "[[rate]] nr. 1, rate", "uden for"),
        ('"1.200,50"', "true", "[[rate]] nr. 1, rate", "ikke et beløb"),
        ('"1.200,50"', "nan", "[[rate]] nr. 1, rate", "ikke et beløb"),
        ('"35,5 %"', "35", "[[share]] nr. 1, percent", "ikke en procent"),
        ('"35,5 %"', '"135 %"', "[[share]] nr. 1, percent", "0 % til 100 %"),
        ('"35,5 %"', '"99999 %"', "[[share]] nr. 1, percent", "ikke en procent"),
        ('"levels"', '"level"', "kind", "ikke en af"),
        ('"levels"', '"basis_hours"', "hour", "mangler"),
        ('"day"', '"week"', "per", "ikke en af"),
        ("days_basis = 365", "days_basis = 365.25", "days_basis", "helt tal"),
        ("days_basis = 365", "days_basis = 0", "days_basis", "helt tal"),
        ("on = 2025-06-01", 'on = "2025-06-01"', "on", "ikke en dato"),
        ("on = 2025-06-01\n", "", "on", "mangler"),
        ('name = "M"', 'name = " "', "name", "ikke en tekst"),
        ('plan = "niveau 1"', 'plam = "niveau 1"', "[[rate]] nr. 1, plam", "kendes ikke"),
        ('plan = "niveau 1"\n', "", "[[rate]] nr. 2", "to gange"),
        ('per = "day"\n', "", "[[rate]] nr. 1, per", "mangler"),
        ("[[rate]]", "[rate]", "rate", "er ikke gyldig TOML"),
        ("[[share]]", "[[shares]]", "share", "mangler"),
        ("[[share]]", "[share]", "share", "skrives som"),
    ],
)
def test_what_cannot_be_used_is_told_with_its_place(
    old: str, new: str, place: str, why: str
) -> None:
    assert old in LEVELS
    found = problems(LEVELS.replace(old, new))
    if "gyldig TOML" in why:
        assert why in found[0]
    else:
        assert any(line.startswith(f"{place}: ") and why in line for line in found), found


def test_text_that_is_not_toml_is_refused_with_its_line() -> None:
    [problem] = problems("name = \n")
    assert "line 1" in problem


@pytest.mark.parametrize(
    "index",
    [
        "1.0",
        '{ name = "a" }',
        '{ name = "a", factor = "1e-9999999" }',
        '{ name = "a", factor = 0 }',
        '{ name = "a", factor = true }',
        '{ name = "a", factor = "x" }',
    ],
)
def test_a_price_index_has_a_name_and_a_sensible_factor(index: str) -> None:
    assert problems(f"price_index = {index}\n" + LEVELS)[0].startswith("price_index")


MIXED = (
    HEAD
    + """per = "day"
keys = { k = { A = 1, B = 0 } }
[[part]]
kind = "main_supplements"
rate = [{ facility = "E", from = 2025-01-01, rate = 1 }]
[[part]]
kind = "subscription"
[[part.sum]]
name = "S"
facility = "F"
operator = "R"
target_group = "G"
from = 2025-01-01
amount = 5
key = "k"
per = "year"
"""
)


def test_parts_of_different_kinds_stand_beside_each_other() -> None:
    assert [part.kind for part in read_model(MIXED, "m.toml").parts] == [
        Kind.MAIN_SUPPLEMENTS,
        Kind.SUBSCRIPTION,
    ]


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ('facility = "F"', 'facility = "E"', "tilbuddet E har priser i to dele"),
        ('key = "k"', 'key = "x"', "står ikke i [keys]"),
        ("A = 1, B = 0", "A = 0, B = 0", "ingen betaler"),
        ("A = 1", "A = -1", "helt tal"),
        ('per = "day"', 'per = "day"\nkind = "levels"', "kind: kendes ikke"),
        ("amount = 5", "amount = 5.5", "ikke et beløb"),
        ('name = "S"\n', "", "name: mangler"),
        ('per = "year"\n', "", "per: mangler"),
        ('per = "year"', 'per = "month"', "«month» er ikke en af year, period"),
    ],
)
def test_parts_that_do_not_fit_are_told(old: str, new: str, why: str) -> None:
    assert old in MIXED
    assert any(why in line for line in problems(MIXED.replace(old, new)))


def test_all_problems_are_told_at_once() -> None:
    text = LEVELS.replace('"1.200,50"', "1.5").replace('"35,5 %"', "35").replace("250", "-1")
    assert len(problems(text)) == 3
