"""Parameters: reading and checking files, look-up by date, the fingerprint of a set of rules."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rammevaerk.engine.date_words import date_text_da
from rammevaerk.engine.errors import NoRuleForDate, ParameterError, UnknownParameter
from rammevaerk.engine.parameter_files import LAYERS_DA
from rammevaerk.engine.parameters import Parameters

SOURCES = """
[act]
title_da = "Lov"
kind = "act"
reference = "Lov, § 1"
date = 2020-01-02
"""
RATE = """
label_da = "Timepris"
unit = "ore_per_hour"
layer = "agreement"

[[version]]
from = 2025-01-01
to = 2026-01-01
value = 308_00
source = "act"
verified = 2025-06-01

[[version]]
from = 2027-01-01
value = 320_00
source = "act"
unverified = "low"
decided = 2026-11-01

[[version]]
from = 2028-01-01
source = "act"
unverified = "low"
note = "Ordningen er ophørt."
"""


def written(folder: Path, text: str = RATE, sources: str = SOURCES, key: str = "a/rate") -> Path:
    file = folder / f"{key}.toml"
    file.parent.mkdir(parents=True, exist_ok=True)
    (folder / "sources.toml").write_text(sources, encoding="utf-8")
    file.write_text(text, encoding="utf-8")
    return folder


def problems_of(folder: Path) -> tuple[str, ...]:
    with pytest.raises(ParameterError) as refused:
        Parameters.load(folder)
    assert str(refused.value) == "\n".join(refused.value.problems)
    return refused.value.problems


def test_the_value_of_a_day_comes_with_its_source_and_trust(tmp_path: Path) -> None:
    parameters = Parameters.load(written(tmp_path))
    found = parameters.on("a/rate", date(2025, 12, 31))
    assert (found.value, found.unit, found.text_da()) == (
        308_00,
        "ore_per_hour",
        "308,00 kr. pr. time",
    )
    assert (found.source.title_da, found.source.date) == ("Lov", date(2020, 1, 2))
    assert (found.period.start, found.period.end) == (date(2025, 1, 1), date(2026, 1, 1))
    assert (found.is_verified, found.verified) == (True, date(2025, 6, 1))
    later = parameters.on("a/rate", date(2027, 12, 31))
    assert (later.value, later.is_verified, later.unverified) == (320_00, False, "low")
    assert (later.decided, later.period.end) == (date(2026, 11, 1), date(2028, 1, 1))
    assert [parameter.key for parameter in parameters] == ["a/rate"]


@pytest.mark.parametrize("layer", LAYERS_DA)
def test_a_rule_says_on_what_it_rests(tmp_path: Path, layer: str) -> None:
    text = RATE.replace('layer = "agreement"', f'layer = "{layer}"')
    parameters = Parameters.load(written(tmp_path, text))
    assert parameters.on("a/rate", date(2025, 1, 1)).layer == layer
    assert LAYERS_DA[layer]


@pytest.mark.parametrize("day", [date(2024, 12, 31), date(2026, 1, 1), date(2026, 12, 31)])
def test_a_day_outside_every_version_has_no_rule(tmp_path: Path, day: date) -> None:
    parameters = Parameters.load(written(tmp_path))
    told = f"a/rate har ingen regel den {date_text_da(day)}"
    with pytest.raises(NoRuleForDate, match=told) as refused:
        parameters.on("a/rate", day)
    assert (refused.value.key, refused.value.day) == ("a/rate", day)


def test_a_version_without_value_says_why(tmp_path: Path) -> None:
    parameters = Parameters.load(written(tmp_path))
    with pytest.raises(NoRuleForDate, match="Ordningen er ophørt"):
        parameters.on("a/rate", date(2028, 1, 1))


def test_an_unknown_key_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnknownParameter, match="Der er ingen parameter a/rats"):
        Parameters.load(written(tmp_path)).on("a/rats", date(2025, 1, 1))


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('unit = "ore_per_hour"', 'unit = "kr"', "unit must be a known unit"),
        ('layer = "agreement"', 'layer = "local"', "layer must be one of law, national"),
        ('label_da = "Timepris"', "", "label_da is missing"),
        ('label_da = "Timepris"', 'label_da = " "', "label_da must be text"),
        ('label_da = "Timepris"', 'label = "Timepris"', "label is no known key"),
        ("value = 308_00", "value = 308.5", "version 1: value is Decimal, but ore_per_hour"),
        ("value = 308_00", "value = true", "version 1: value is bool"),
        ("value = 308_00", "", "version 1: without a value, note must say why"),
        ('source = "act"\nverified', 'source = "akt"\nverified', "source akt is not in"),
        ('source = "act"\nverified', "verified", "version 1: source is missing"),
        ("verified = 2025-06-01", "", "give exactly one of verified and unverified"),
        ("verified = 2025", 'unverified = "low"\nverified = 2025', "give exactly one of"),
        ('unverified = "low"\ndecided', 'unverified = "maybe"\ndecided', "unverified must be one"),
        ("from = 2025-01-01", "from = 2025-01-01T00:00:00", "version 1: from must be a date"),
        ("from = 2025-01-01", 'from = "2025"', "version 1: from must be a date"),
        ("from = 2025-01-01", "form = 2025-01-01", "version 1: form is no known key"),
        ("to = 2026-01-01", "to = 2025-01-01", "to 2025-01-01 is not after from 2025-01-01"),
        ("to = 2026-01-01", "to = 2027-01-02", "version 2: from 2027-01-01 overlaps version 1"),
        ("from = 2027-01-01", "from = 2025-01-01", "version 2: from 2025-01-01 is out of date"),
        ("from = 2025-01-01", "from = 2025-02-30", "cannot be read"),
        ("value = 308_00", "value = 308_00\nvalue = 1", "cannot be read"),
        ("[[version]]", "[version]", "cannot be read"),
    ],
)
def test_a_faulty_file_is_refused_with_its_name_and_the_fault(
    tmp_path: Path, old: str, new: str, problem: str
) -> None:
    assert old in RATE
    found = problems_of(written(tmp_path, RATE.replace(old, new, 1)))
    assert all(line.startswith("a/rate.toml: ") for line in found)
    assert any(problem in line for line in found)


def test_a_single_version_table_is_not_a_list_of_versions(tmp_path: Path) -> None:
    text = 'label_da = "A"\nunit = "count"\nlayer = "law"\n[version]\nfrom = 2025-01-01\n'
    (found,) = problems_of(written(tmp_path, text))
    assert "version must be at least one [[version]]" in found


def test_all_faults_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    written(tmp_path, RATE.replace('source = "act"', 'source = "x"'))
    written(tmp_path, "value = 1", key="b/second")
    written(tmp_path, "", key="c/third")
    written(tmp_path, RATE, key="astray")
    found = problems_of(tmp_path)
    places = [problem.split(":")[0] for problem in found]
    assert places.count("a/rate.toml") == 3
    assert places.count("b/second.toml") == 5
    assert "c/third.toml: is empty" in found
    assert "astray.toml: a parameter lies in a folder" in found


def test_a_file_in_another_alphabet_is_refused(tmp_path: Path) -> None:
    (written(tmp_path) / "a" / "rate.toml").write_bytes('label_da = "Å"'.encode("latin-1"))
    (found,) = problems_of(tmp_path)
    assert found.startswith("a/rate.toml: cannot be read")


@pytest.mark.parametrize(
    ("sources", "problem"),
    [
        (SOURCES.replace('"act"', '"law"'), "sources.toml: act: kind must be one of"),
        (SOURCES.replace("reference", "ref"), "sources.toml: act: reference is missing"),
        (SOURCES + 'url = "javascript:x"', "url must be an https or http address"),
        ("act = 1", "sources.toml: act: a source is a table"),
        ("[act", "sources.toml: cannot be read"),
    ],
)
def test_faulty_sources_are_refused(tmp_path: Path, sources: str, problem: str) -> None:
    assert problem in problems_of(written(tmp_path, sources=sources))[0]


def test_a_folder_without_sources_is_refused(tmp_path: Path) -> None:
    (found,) = problems_of(tmp_path)
    assert found.startswith("sources.toml: cannot be read")


COMPOSITE = """
label_da = "Refusion"
unit = { above = "ore", share = "share" }
layer = "law"

[[version]]
from = 2022-01-01
source = "act"
unverified = "medium"
value = [
  { above = 860_000_00, share = 0.25 },
  { above = 1_680_000_00, share = 0.50 },
]
"""


def test_a_composite_value_cannot_be_changed_afterwards(tmp_path: Path) -> None:
    found = Parameters.load(written(tmp_path, COMPOSITE)).on("a/rate", date(2022, 1, 1))
    assert isinstance(found.value, tuple)
    assert dict(found.value[0]) == {"above": 860_000_00, "share": Decimal("0.25")}  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        found.value[0]["above"] = 1  # type: ignore[index]
    assert found.text_da() == (
        "above: 860.000,00 kr., share: 25 %; above: 1.680.000,00 kr., share: 50 %"
    )
    assert found.as_dict()["value"][1] == {"above": 1_680_000_00, "share": "0.50"}


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("share = 0.25 }", "share = 25 }", "value[0].share is int, but share takes Decimal"),
        ("share = 0.25 }", "shares = 0.25 }", "value[0] has above, shares, but its unit has"),
        ("{ above = 860_000_00, share = 0.25 }", "1", "value[0] must be a table with above"),
        ("{ above = 860_000_00, share = 0.25 }", "[]", "value[0] is an empty list"),
        ('"share" }', '"percent" }', "unit must be a known unit"),
    ],
)
def test_a_composite_value_fits_its_table_of_units(
    tmp_path: Path, old: str, new: str, problem: str
) -> None:
    assert old in COMPOSITE
    assert problem in problems_of(written(tmp_path, COMPOSITE.replace(old, new, 1)))[0]


def test_a_table_of_one_unit_may_have_any_names(tmp_path: Path) -> None:
    text = COMPOSITE.replace('{ above = "ore", share = "share" }', '"days"')
    text = text[: text.index("value = ")] + "value = { notice = 1, appeal = 28 }"
    found = Parameters.load(written(tmp_path, text)).on("a/rate", date(2022, 1, 1))
    assert found.text_da() == "notice: 1 dag, appeal: 28 dage"
    (problem,) = problems_of(written(tmp_path, text.replace("{ notice = 1, appeal = 28 }", "{}")))
    assert "value is an empty table" in problem


@pytest.mark.parametrize(
    ("unit", "value", "text"),
    [
        ("ore", "5", "0,05 kr."),
        ("ore_per_day", "1", "0,01 kr. pr. døgn"),
        ("ore_per_year", "1_510_239_00", "1.510.239,00 kr. pr. år"),
        ("share", "0.055", "5,5 %"),
        ("factor", "1.036", "1,036"),
        ("count", "1", "1"),
        ("months", "1", "1 måned"),
        ("years", "5", "5 år"),
        ("date", "2026-12-01", "1. december 2026"),
        ("flag", "false", "nej"),
        ("text", '"hoteldøgn"', "hoteldøgn"),
    ],
)
def test_every_unit_is_written_in_danish(tmp_path: Path, unit: str, value: str, text: str) -> None:
    file = RATE.replace("ore_per_hour", unit).replace("308_00", value).replace("320_00", value)
    assert Parameters.load(written(tmp_path, file)).on("a/rate", date(2025, 1, 1)).text_da() == text


def test_the_fingerprint_follows_the_content_not_the_writing(tmp_path: Path) -> None:
    plain = Parameters.load(written(tmp_path, COMPOSITE)).rules_hash()
    rewritten = "# en kommentar\n" + COMPOSITE.replace("0.50", "0.5").replace(
        'label_da = "Refusion"\n', "label_da   = 'Refusion'\n\n"
    )
    assert Parameters.load(written(tmp_path, rewritten)).rules_hash() == plain


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("0.25", "0.26"),
        ("2022-01-01", "2022-01-02"),
        ('"medium"', '"high"'),
        ('unverified = "medium"', 'unverified = "medium"\nnote = "x"'),
        ('unverified = "medium"', "verified = 2026-01-01"),
        ('"Refusion"', '"Refusionen"'),
        ('"law"', '"national"'),
    ],
)
def test_any_change_of_content_changes_the_fingerprint(tmp_path: Path, old: str, new: str) -> None:
    before = Parameters.load(written(tmp_path, COMPOSITE)).rules_hash()
    assert Parameters.load(written(tmp_path, COMPOSITE.replace(old, new))).rules_hash() != before


def test_a_changed_source_or_key_changes_the_fingerprint(tmp_path: Path) -> None:
    before = Parameters.load(written(tmp_path / "one")).rules_hash()
    sources = SOURCES.replace("§ 1", "§ 2")
    assert Parameters.load(written(tmp_path / "two", sources=sources)).rules_hash() != before
    assert Parameters.load(written(tmp_path / "three", key="a/price")).rules_hash() != before


@given(st.dates(date(2018, 1, 1), date(2035, 1, 1)))
def test_the_packaged_value_lies_in_the_period_it_names(day: date) -> None:
    parameters = Parameters.load()
    for parameter in parameters:
        try:
            found = parameters.on(parameter.key, day)
        except NoRuleForDate:
            assert not any(
                version.period.contains(day) and version.value is not None
                for version in parameter.versions
            )
        else:
            assert found.period.contains(day)
            assert found.source.key in parameters.sources
