"""`rammevaerk compare` from files to text, JSON and exit codes; never a traceback."""

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from rammevaerk.cli import main

BEFORE = """
name = "Niveauer"
kind = "levels"
on = 2024-12-31
days_basis = 365
per = "day"
share = [{ from = 2024-01-01, percent = "45 %" }]
rate = [
  { plan = "lav", from = 2024-01-01, rate = "1.200,00" },
  { plan = "høj", from = 2024-01-01, rate = "4.800,00" },
]
"""
AFTER = """
name = "Timer"
kind = "basis_hours"
on = 2025-01-01
days_basis = 365
per = "day"
hour = [{ from = 2025-01-01, rate = "308,00" }]
rate = [
  { facility = "Elme", from = 2025-01-01, rate = "800,00" },
  { facility = "Birk", from = 2025-01-01, rate = "900,00" },
]
[facility_groups]
Elme = ["Elme"]
Birk = ["Birk"]
"""
PLACEMENTS = """placement,facility,operator,payer,target_group,plan,minutes_per_week,days
P1,Elme,Regionen,Aarhus,Autisme,lav,601,365
P2,Elme,Regionen,Viborg,Autisme,høj,5221,365
P3,Birk,Viborg,Viborg,Hjerneskade,høj,4999,200
"""


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "a.toml").write_text(BEFORE, "utf-8")
    (tmp_path / "b.toml").write_text(AFTER, "utf-8")
    (tmp_path / "placements.csv").write_text(PLACEMENTS, "utf-8")
    return tmp_path


def run(files: Path, *more: str) -> int:
    return main(
        ["compare", str(files / "a.toml"), str(files / "b.toml"), "--placements", str(files), *more]
    )


def read(capsys: pytest.CaptureFixture[str]) -> Any:
    return json.loads(capsys.readouterr().out)


def test_the_json_adds_up_and_holds_every_side(
    files: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(files, "--json", "--zero-sum", "hour") == 0
    shown = read(capsys)
    [hour] = shown["hour_rates"]
    assert (hour["model"], hour["ore"], hour["source_da"]) == ("Timer", 30800, "angivet i modellen")
    change = shown["total"]["change_ore"]
    for name in ("placements", "by_facility", "by_operator", "by_payer", "by_target_group"):
        assert sum(row["change_ore"] for row in shown[name]) == change
    assert sum(row["change_ore"] for row in shown["by_payer_and_target_group"]) == change
    assert sum(cause["change_ore"] for cause in shown["causes"]) == change
    assert {identity["difference_ore"] for identity in shown["identities"]} == {0}
    [solved] = shown["zero_sum"]
    assert solved["change_after_allocation_ore"] == 0
    assert solved["below"]["residual_ore"] < 0 < solved["above"]["residual_ore"]


def test_the_text_is_danish_aligned_and_shows_what_must_be_zero(
    files: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(files, "--zero-sum", "hour", "--neutral", "Aarhus") == 0
    text = capsys.readouterr().out
    assert "«Timer», timepris: 308,00 kr. (angivet i modellen)\n" in text
    assert "Betalere: billigere for 1, dyrere for 1, uændret for 0." in text
    assert "køberes merudgift = sælgeres merindtægt" in text
    assert "Ingen sats i hele øre giver nul" in text
    assert "Aarhus holdt neutral" in text
    payers = [line for line in text.splitlines() if line.startswith(("Aarhus  ", "Viborg  "))]
    assert payers[0].startswith("Viborg")  # the greatest fall first
    zeros = text.split("Skal være nul\n")[1].split("\n\n")[0].splitlines()[1:]
    assert len(zeros) > 20
    assert all(line.endswith(" 0,00 kr.") for line in zeros)


def test_each_group_of_facilities_and_a_kept_total_can_be_asked_for(
    files: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ("--zero-sum", "basis", "--by-group", "--json")
    assert run(files, *options, "--neutral", "Viborg", "--minimise", "compensated") == 0
    shown = read(capsys)
    assert [one["group"] for one in shown["zero_sum"]] == ["Elme", "Birk"]
    neutral = shown["neutral"]
    closing = neutral["closing_ore"]
    assert sum(closing.values()) == -neutral["total_change_ore"]
    assert closing["Viborg"] == -neutral["payer_residual_ore"]


def test_parquet_and_danish_excel_csv_give_the_same(
    files: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(files, "--json") == 0
    first = read(capsys)
    table = files / "placements.csv"
    danish = "sep=;\n" + PLACEMENTS.replace(",", ";") + ";;;;;;;\n"
    table.write_bytes(danish.replace("\n", "\r\n").encode("cp1252"))
    assert run(files, "--json") == 0
    written = capsys.readouterr()
    assert json.loads(written.out) == first
    assert written.err == (
        "placements.csv: Filen er læst sådan: Windows' vesteuropæiske alfabet (cp1252); "
        "semikolon mellem kolonnerne.\n"
    )
    table.unlink()
    rows = [line.split(",") for line in PLACEMENTS.strip().splitlines()]
    columns = {
        name: [
            int(row[at]) if name in {"minutes_per_week", "days"} else row[at] for row in rows[1:]
        ]
        for at, name in enumerate(rows[0])
    }
    pq.write_table(pa.table(columns), files / "placements.parquet")
    assert run(files, "--json") == 0
    assert read(capsys) == first


def test_a_placement_without_a_rate_stops_the_figures(
    files: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (files / "placements.csv").write_text(PLACEMENTS.replace("Birk", "Ask"), "utf-8")
    assert run(files) == 1
    written = capsys.readouterr()
    assert written.out == ""
    assert written.err.startswith("placements.csv, række 3, kolonnen facility: Model «Timer», ")
    assert "tilbud Ask" in written.err
    assert written.err.endswith("(1 indskrivning, den første P3)\n")
    assert run(files, "--json") == 1
    shown = read(capsys)
    assert list(shown) == ["findings"]
    assert [one["target"] for one in shown["findings"]] == ["placement:P3"]


def test_where_no_rate_can_be_neutral_it_is_said(
    files: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    dear = AFTER.replace('"800,00"', '"90.000,00"')
    (files / "b.toml").write_text(dear, "utf-8")
    assert run(files, "--zero-sum", "hour") == 1
    assert "Selv med den laveste sats" in capsys.readouterr().err
    assert run(files, "--neutral", "Atlantis") == 1
    assert "Atlantis" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ("601,365", "601,365.5", "placements.csv, række 1, kolonnen days: «365.5»"),
        ("601,365", "-601,365", "placements.csv, række 1, kolonnen minutes_per_week: «-601»"),
        ("601,365", "99999,365", "placements.csv, række 1, kolonnen minutes_per_week: 99999"),
        ("601,365", "601,", "placements.csv, række 1, kolonnen days: «»"),
        ("601,365", "601", "placements.csv, række 1: har 7 celler"),
        ("P2", "P1", "placements.csv, række 2, kolonnen placement: «P1» står også i række 1"),
        ("Viborg,Autisme", ",Autisme", "placements.csv, række 2, kolonnen payer: er tom"),
        ("payer", "betaler", "placements.csv, kolonnen payer: mangler"),
        ("operator,payer", "payer,payer", "placements.csv: kolonnen payer står to gange"),
        ("P2", '"P2', "placements.csv, linje 3: et anførselstegn bliver aldrig lukket"),
        ("P2,", '"P2"x,', "placements.csv, linje 3: efter en celle i anførselstegn står der mere"),
        (PLACEMENTS, "", "placements.csv: er tom"),
        (PLACEMENTS.split("\n", 1)[1], "", "placements.csv: tabellen har ingen rækker"),
        ("P1", "P\0", "placements.csv, linje 2: her står et tegn, der ikke er tekst"),
    ],
)
def test_a_table_that_cannot_be_used_is_told_with_row_and_column(
    files: Path, capsys: pytest.CaptureFixture[str], old: str, new: str, where: str
) -> None:
    assert old in PLACEMENTS
    (files / "placements.csv").write_text(PLACEMENTS.replace(old, new), "utf-8")
    assert run(files) == 2
    shown = capsys.readouterr()
    assert where in shown.err
    assert shown.out == ""


def test_files_that_are_not_there_or_too_many_are_told(
    files: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (files / "placements.parquet").write_bytes(b"PAR1")
    assert run(files) == 2
    assert "findes som både CSV og Parquet" in capsys.readouterr().err
    (files / "placements.csv").unlink()
    assert run(files) == 2
    assert "ikke en gyldig Parquet-fil" in capsys.readouterr().err
    (files / "placements.parquet").unlink()
    (files / "a.toml").unlink()
    assert run(files) == 2
    said = capsys.readouterr().err
    assert "a.toml: kan ikke læses" in said
    assert "placements.csv eller .parquet findes ikke" in said


def test_supplements_must_belong_to_a_placement_and_come_in_pairs(
    files: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (files / "supplements.csv").write_text("placement,supplement,days\nP9,taxa,3\n", "utf-8")
    assert run(files) == 2
    assert "supplements.csv, række 1, kolonnen placement: «P9»" in capsys.readouterr().err
    (files / "supplements.csv").write_text("placement,supplement,days\nP1,taxa,3\n", "utf-8")
    assert run(files) == 1
    assert "taxa" in capsys.readouterr().err
    (files / "placements_after.csv").write_text(PLACEMENTS, "utf-8")
    assert run(files) == 2
    assert "supplements_after" in capsys.readouterr().err


def test_options_that_need_each_other_are_told(
    files: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(files, "--by-group") == 2
    assert "--zero-sum basis" in capsys.readouterr().err
    (files / "b.toml").write_text(AFTER.split("[facility_groups]")[0], "utf-8")
    assert run(files, "--by-group", "--zero-sum", "basis") == 2
    assert "facility_groups" in capsys.readouterr().err
