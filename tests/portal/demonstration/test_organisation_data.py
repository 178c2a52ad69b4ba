"""The organisations that stand in the data: names, codes, regions and CVR numbers by date."""

import re
from collections import Counter
from datetime import date
from itertools import combinations, pairwise

import pytest
from data_files import (
    ORGANISATIONS,
    assert_unique,
    existing,
    holds,
    organisations,
    overlap,
    read,
    region_of,
)
from stdnum.dk import cvr

KINDS = {
    *("municipality", "region", "state_agency", "joint_secretariat", "joint_body"),
    *("association", "operator"),
}


def test_organisation_keys_codes_and_cvr_numbers_are_unique() -> None:
    rows = read(ORGANISATIONS)["organisation"]
    for field in ("key", "code", "cvr"):
        assert_unique([row[field] for row in rows if field in row])


def test_every_organisation_is_of_a_known_kind_and_has_a_name_from_its_first_day() -> None:
    for row in organisations().values():
        assert row["kind"] in KINDS
        official = [name for name in row["name"] if name["kind"] == "official"]
        assert official[0]["valid_from"] == row["valid_from"], row["key"]
        assert {name["kind"] for name in row["name"]} <= {"official", "abbreviation", "alias"}
        assert all(name["name"] and name["short"] for name in row["name"])


def test_official_names_follow_each_other_without_gap_or_overlap() -> None:
    for row in organisations().values():
        official = [name for name in row["name"] if name["kind"] == "official"]
        for earlier, later in pairwise(official):
            assert earlier["valid_to"] == later["valid_from"], row["key"]
        assert official[-1].get("valid_to") == row.get("valid_to"), row["key"]


def test_no_name_is_given_twice_to_one_organisation_at_one_time() -> None:
    for row in organisations().values():
        for one, other in combinations(row["name"], 2):
            assert one["name"] != other["name"] or not overlap(one, other), row["key"]


def test_no_official_name_belongs_to_two_organisations_at_one_time() -> None:
    official = [
        name for row in organisations().values() for name in row["name"] if name["kind"] != "alias"
    ]
    for one, other in combinations(official, 2):
        assert one["name"] != other["name"] or not overlap(one, other), one["name"]


def test_every_period_ends_after_it_begins() -> None:
    for row in organisations().values():
        for period in (row, *row["name"], *row.get("region", [])):
            assert period["valid_from"] < period.get("valid_to", date.max), row["key"]


@pytest.mark.parametrize("on", [date(2025, 1, 1), date(2026, 12, 31), date(2027, 1, 1)])
def test_there_are_98_municipalities_each_in_one_region_that_exists(on: date) -> None:
    regions = {row["key"] for row in existing("region", on)}
    municipalities = existing("municipality", on)
    assert len(municipalities) == 98
    for row in municipalities:
        assert len(region_of(row, on)) == 1, row["key"]
        assert set(region_of(row, on)) <= regions, row["key"]


@pytest.mark.parametrize(
    ("on", "sizes"),
    [
        (
            date(2026, 12, 31),
            {
                "region-1081": 11,
                "region-1082": 19,
                "region-1083": 22,
                "region-1084": 29,
                "region-1085": 17,
            },
        ),
        (
            date(2027, 1, 1),
            {
                "region-1081": 11,
                "region-1082": 19,
                "region-1083": 22,
                "region-oestdanmark": 46,
            },
        ),
    ],
)
def test_five_regions_become_four_at_the_turn_of_2027(on: date, sizes: dict[str, int]) -> None:
    stays = [region_of(row, on)[0] for row in existing("municipality", on)]
    assert {row["key"] for row in existing("region", on)} == set(sizes)
    assert Counter(stays) == sizes


def test_the_new_region_succeeds_the_two_that_end() -> None:
    new = organisations()["region-oestdanmark"]
    assert "code" not in new
    assert "cvr" not in new
    assert {row["key"] for row in new["predecessor"]} == {"region-1084", "region-1085"}
    for row in new["predecessor"]:
        assert row["kind"] == "merger"
        assert organisations()[row["key"]]["valid_to"] == row["on"] == new["valid_from"]


def test_codes_are_four_digits_and_agree_with_the_key() -> None:
    for row in organisations().values():
        if row["kind"] == "municipality":
            assert re.fullmatch(r"0\d{3}", row["code"])
            assert row["key"] == f"kommune-{row['code']}"
        elif "code" in row:
            assert re.fullmatch(r"108[1-5]", row["code"])
            assert row["key"] == f"region-{row['code']}"


def test_every_municipality_and_numbered_region_has_a_valid_cvr_number() -> None:
    for row in organisations().values():
        if "code" in row or "cvr" in row:
            assert cvr.is_valid(row["cvr"]), row["key"]


@pytest.mark.parametrize(
    ("key", "on", "expected"),
    [
        ("kosu", date(2020, 11, 23), "Den Kommunale Sundhedsstyregruppe"),
        ("kosu", date(2026, 2, 27), "Kommunale Styregruppe på Sundhedsområdet"),
        ("social-og-boligstyrelsen", date(2022, 12, 31), "Socialstyrelsen"),
        ("social-og-boligstyrelsen", date(2023, 1, 1), "Social- og Boligstyrelsen"),
        ("sekretariat-midtjylland", date(2020, 11, 23), "Sekretariat for Rammeaftaler"),
        ("kommune-0101", date(2025, 1, 1), "Københavns Kommune"),
        ("kommune-0400", date(2025, 1, 1), "Bornholms Regionskommune"),
        ("kommune-0820", date(2025, 1, 1), "Vesthimmerlands Kommune"),
    ],
)
def test_an_organisation_has_the_name_of_the_day(key: str, on: date, expected: str) -> None:
    names = organisations()[key]["name"]
    assert [n["name"] for n in names if n["kind"] == "official" and holds(n, on)] == [expected]


def test_forretningsudvalget_ended_with_2020() -> None:
    assert organisations()["forretningsudvalget"]["valid_to"] == date(2021, 1, 1)
