"""The cooperations and the editions of the demonstration, read as plain TOML."""

from datetime import date
from itertools import chain, pairwise
from pathlib import Path

import pytest
from data_files import (
    COOPERATIONS,
    DATA,
    EDITIONS,
    FILES,
    Row,
    areas,
    assert_unique,
    each,
    every_value,
    existing,
    goals,
    holds,
    initiative,
    initiatives,
    main_initiatives,
    organisations,
    participations,
    read,
    region_of,
)

from rammevaerk.engine.cpr import find_cpr
from rammevaerk.engine.periods import PartialDate

STATUSES = {
    *("not_started", "awaiting_start", "in_preparation", "awaiting_decision", "approved"),
    *("implementing", "in_progress", "completed", "continued", "stopped"),
}
ROLES = {
    *("secretariat", "tariff_officer", "buyer", "provider", "director", "analyst", "reader"),
    "administrator",
}


# --- cooperations ---


@pytest.mark.parametrize(
    ("cooperation", "region", "municipalities"),
    [("midtjylland", "region-1082", 19), ("nordjylland", "region-1081", 11)],
)
def test_a_cooperation_is_the_regions_municipalities_the_region_and_one_secretariat(
    cooperation: str, region: str, municipalities: int
) -> None:
    document = read(DATA / cooperation / "cooperation.toml")
    assert document["cooperation"]["key"] == cooperation
    keys = [row["organisation"] for row in document["member"]]
    assert_unique(keys)
    of_region = {
        row["key"]
        for row in existing("municipality", date(2025, 1, 1))
        if region in region_of(row, date(2025, 1, 1))
    }
    secretariats = [row["organisation"] for row in document["member"] if row.get("is_secretariat")]
    assert len(of_region) == municipalities
    assert len(secretariats) == 1
    assert organisations()[secretariats[0]]["kind"] == "joint_secretariat"
    assert set(keys) == {*of_region, region, *secretariats}
    for row in document["member"]:
        assert holds(organisations()[row["organisation"]], row["valid_from"])


def test_demonstration_people_are_roles_of_members_with_addresses_that_reach_nobody() -> None:
    everyone = []
    for path in COOPERATIONS:
        document = read(path)
        members = {row["organisation"] for row in document["member"]}
        for person in document["person"]:
            assert person["organisation"] in members
            assert person["role"] in ROLES
            assert person["email"].endswith("@demo.example")
            assert person["name"].endswith("(demo)")
            everyone.append(person)
    assert_unique([person["email"] for person in everyone])
    assert_unique([person["key"] for person in everyone])


def test_midtjylland_shows_every_role() -> None:
    people = read(DATA / "midtjylland" / "cooperation.toml")["person"]
    assert {person["role"] for person in people} == ROLES


# --- editions ---


def test_the_four_editions_of_midtjylland_follow_each_other() -> None:
    editions = [read(path)["edition"] for path in EDITIONS if "midtjylland" in path.parts]
    assert [edition["label"] for edition in editions] == [
        *("2019-20", "2021-22", "2023-24", "2025-26"),
    ]
    for earlier, later in pairwise(editions):
        assert earlier["valid_to"] == later["valid_from"]


@each(EDITIONS)
def test_an_edition_agrees_with_its_place_and_its_label(path: Path) -> None:
    edition = read(path)["edition"]
    assert edition["agreement"] == path.parts[-3]
    assert edition["label"] == path.stem
    assert edition["valid_from"] == date(int(path.stem[:4]), 1, 1)
    assert edition["valid_to"] == date(int(path.stem[:4]) + 2, 1, 1)
    assert edition["sources"]


@each(EDITIONS)
def test_keys_and_numbers_in_an_edition_are_unique(path: Path) -> None:
    document = read(path)
    assert_unique([row["key"] for row in document["area"]])
    assert_unique([row["key"] for row in goals(document)])
    assert_unique([row["key"] for row in initiatives(document)])
    assert_unique([row["key"] for row in document["forum"]])
    assert_unique([row["number"] for row in document.get("chapter", [])])
    assert_unique([str(row["number"]) for row in document.get("annex", [])])
    for area in document["area"]:
        assert_unique(
            [each["number"] for goal in area["goal"] for each in goal.get("initiative", [])]
        )
    for row in initiatives(document):
        assert_unique([step["key"] for step in row.get("milestone", [])])


def test_a_forum_is_the_same_in_every_edition_of_an_agreement() -> None:
    seen: dict[tuple[str, str], Row] = {}
    for path in EDITIONS:
        for row in read(path)["forum"]:
            assert seen.setdefault((path.parts[-3], row["key"]), row) == row


@each(EDITIONS)
def test_forums_bodies_and_responsible_organisations_exist(path: Path) -> None:
    document = read(path)
    forums = {row["key"] for row in document["forum"]}
    for row in main_initiatives(document):
        assert row["forum"] in forums, row["key"]
    named = [
        value
        for key, value in every_value(document)
        if key in ("body", "responsible", "organisation")
    ]
    assert set(named) <= set(organisations())


@each(EDITIONS)
def test_predecessors_stand_in_an_earlier_edition_of_the_same_agreement(path: Path) -> None:
    for find in (areas, initiatives):
        for row in find(read(path)):
            for reference in row.get("predecessors", []):
                label, key = reference.split("/")
                assert label < path.stem
                earlier = read(path.with_name(f"{label}.toml"))
                assert key in {each["key"] for each in find(earlier)}, reference


def test_the_near_psychiatry_is_one_chain_from_2019_to_2025() -> None:
    label, key, chain_of_labels = "2025-26", "mental-sundhed", ["2025-26"]
    while True:
        document = read(DATA / "midtjylland" / "editions" / f"{label}.toml")
        area = next(row for row in document["area"] if row["key"] == key)
        if "predecessors" not in area:
            break
        label, key = area["predecessors"][0].split("/")
        chain_of_labels.append(label)
    assert chain_of_labels == ["2025-26", "2023-24", "2021-22", "2019-20"]


@each(EDITIONS)
def test_partial_dates_are_codes_that_can_be_read(path: Path) -> None:
    for key, value in every_value(read(path)):
        if key in ("planned", "reached", "approval_deadline"):
            assert PartialDate.from_code(value).code == value


@each(EDITIONS)
def test_milestones_are_of_a_known_kind_with_a_date_and_a_source(path: Path) -> None:
    for row in initiatives(read(path)):
        for step in row.get("milestone", []):
            assert step["kind"] in {"start", "decision", "delivery", "completion"}
            assert step["title"]
            assert "planned" in step or "reached" in step
            assert step["source"]


@each(EDITIONS)
def test_an_initiative_starts_once(path: Path) -> None:
    for row in initiatives(read(path)):
        assert [step["kind"] for step in row.get("milestone", [])].count("start") <= 1, row["key"]


@each(EDITIONS)
def test_statuses_are_in_date_order_with_a_word_of_the_vocabulary_and_a_source(path: Path) -> None:
    for row in initiatives(read(path)):
        entries = row.get("status", [])
        days = [entry["on"] for entry in entries]
        assert days == sorted(set(days)), row["key"]
        for entry in entries:
            assert entry["status"] in STATUSES
            assert entry["text"].strip()
            assert entry["source"]


@each(EDITIONS)
def test_participation_points_at_an_initiative_once_per_organisation(path: Path) -> None:
    document = read(path)
    keys = {row["key"] for row in initiatives(document)}
    rows = document.get("participation", [])
    assert {row["initiative"] for row in rows} <= keys
    assert_unique([f"{row['initiative']} {row['organisation']}" for row in rows])
    for count in chain.from_iterable(row.get("count", []) for row in rows):
        assert count["value"] > 0
        assert count["from"] < count["to"]
        assert count["from"] <= count["as_of"]
        assert count["unit"]
        assert count["source"]


def passed_between(step: Row) -> bool:
    """A decision not yet taken, planned to fall after 1 September 2024 and before the plan."""
    if step["kind"] != "decision" or "reached" in step:
        return False
    planned = PartialDate.from_code(step["planned"])
    return planned.passed(date(2025, 4, 8)) and not planned.passed(date(2024, 9, 1))


def test_the_plan_of_8_april_2025_keeps_its_four_passed_decisions() -> None:
    plan = read(DATA / "midtjylland" / "editions" / "2025-26.toml")
    passed = {
        row["key"]: [step["planned"] for step in row["milestone"] if passed_between(step)]
        for row in main_initiatives(plan)
        if any(passed_between(step) for step in row.get("milestone", []))
    }
    assert passed == {
        "lettilgaengeligt-tilbud": ["2024-09-20"],
        "korrespondancemeddelelser": ["2024-11-01"],
        "behandlingsansvar-72-timer": ["2024-11", "2024-12"],
        "aftale-risikogrupper": ["2025-Q1"],
    }


def test_three_initiatives_should_have_begun_in_january_2025_and_had_not() -> None:
    for key in ("fact-monitorering", "botilbudsteams", "tilbudskapacitet"):
        row = initiative("2025-26", key)
        assert row["forum"] == "dassos"
        assert [(step["kind"], step["planned"]) for step in row["milestone"]] == [
            ("start", "2025-01")
        ]
        assert row["status"][0]["on"] == date(2025, 4, 8)
        assert row["status"][0]["status"] == "not_started"
        assert "reached" not in row["milestone"][0]


def test_the_placeholder_for_a_link_is_kept() -> None:
    plan = (DATA / "midtjylland" / "editions" / "2025-26.toml").read_text(encoding="utf-8")
    assert plan.count("(indsæt link)") == 1
    assert "(indsæt link)" in initiative("2025-26", "aftale-mistrivsel")["title"]


def test_the_plan_uses_ssg_and_ssu_without_spelling_them_out() -> None:
    plan = (DATA / "midtjylland" / "editions" / "2025-26.toml").read_text(encoding="utf-8")
    assert "SSG" in plan
    assert "SSU" in plan
    assert "Sundhedsstyregruppe" not in plan
    assert "Sundhedssamarbejdsudvalg" not in plan


def test_the_counts_of_2021_22_are_those_of_the_note() -> None:
    assert participations("2021-22", "fremskudt-delprojekt-2") == {"kommune-0791": [26]}
    assert participations("2021-22", "fremskudt-delprojekt-3") == {"kommune-0791": [26, 13]}
    assert participations("2021-22", "mest-udsatte-borgere") == {
        "kommune-0791": [3, 8],
        "kommune-0779": [],
        "kommune-0740": [],
        "region-1082": [],
    }


def test_only_the_strangers_edition_is_synthetic() -> None:
    synthetic = {path.parts[-3] for path in EDITIONS if read(path)["edition"].get("synthetic")}
    assert synthetic == {"nordjylland"}


# --- all files ---


@each(FILES)
def test_no_file_holds_anything_like_a_cpr_number(path: Path) -> None:
    assert find_cpr(path.read_text(encoding="utf-8")) == []


@each(FILES)
def test_no_text_is_empty_or_carries_loose_spaces(path: Path) -> None:
    for key, value in every_value(read(path)):
        if isinstance(value, str):
            assert value.strip(), key
            assert "  " not in value, value
            assert "\n" not in value.strip(), value
