"""``rammevaerk tariff``: the tariff with its proof, and exit codes one can trust."""

import json
from pathlib import Path

import pytest

from rammevaerk.cli import main

BUDGET = Path(__file__).parents[1] / "examples" / "tariffs" / "budgets" / "bostedet.toml"
Output = pytest.CaptureFixture[str]


def written(folder: Path, *changes: tuple[str, str]) -> str:
    text = BUDGET.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    file = folder / "budget.toml"
    file.write_text(text, encoding="utf-8")
    return str(file)


def test_the_tariff_is_shown_with_its_whole_trace(capsys: Output) -> None:
    assert main(["tariff", str(BUDGET)]) == 0
    shown = capsys.readouterr().out
    # 7.630.000 / (10 · 0,953 · 365) = 2.193,5057
    assert "Takst                 2.193,51 kr. pr. døgn\n" in shown
    assert "  heraf basistakst      862,46 kr.\n" in shown
    assert "  heraf ydelsestakst  1.331,05 kr.\n" in shown
    assert "regel tariffs.day_rate, udgave fra 2017-01-01: Serviceloven § 174\n" in shown
    assert "tariffs/nordjylland/surplus_limit = 5 % fra 2020-01-01, ikke efterprøvet" in shown
    doubtful = shown.partition("Hviler på tal, der ikke er efterprøvet: ")[2]
    assert "tariffs/nordjylland/surplus_lag" in doubtful


def test_with_hours_the_basis_is_published_and_each_level_adds_to_it(capsys: Output) -> None:
    assert main(["tariff", str(BUDGET.with_name("botilbud_med_timer.toml"))]) == 0
    shown = capsys.readouterr().out
    # 10.170.000 / (24 · 0,965 · 365) = 1.203,0662; 640 minutter · 308 kr. / 420 = 469,3333
    assert "\nBasistakst  1.203,07 kr. pr. døgn\n" in shown
    assert "\nNiveau 1    1.672,40 kr. pr. døgn\n" in shown
    assert "\nNiveau 2    2.523,07 kr. pr. døgn\n" in shown
    assert "kilde: Budget 2025\n" in shown


def test_figures_are_right_aligned(capsys: Output) -> None:
    main(["tariff", str(BUDGET)])
    trace = capsys.readouterr().out.partition("\n\n")[2].partition("\n\n")[0]
    figures = [line for line in trace.splitlines() if line.endswith(" kr.") and line[0] != " "]
    assert len(figures) > 15
    assert len({len(line) for line in figures if "altså" not in line}) == 1


def test_json_has_the_same_and_the_steps(capsys: Output) -> None:
    assert main(["tariff", str(BUDGET), "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert (shown["price"]["ore"], shown["price"]["unit"]) == (219351, "day")
    parts = {one["kind"]: one["ore"] for one in shown["components"]["components"]}
    assert parts == {"basis": 86246, "service": 133105}
    assert sum(parts.values()) == shown["components"]["total_ore"] == 219351
    assert shown["supplements"]["Ledsagelse"] == {
        "ore": 45200, "unit": "hour", "text_da": "452,00 kr. pr. time",
    }  # fmt: skip
    assert shown["trace"]["unverified"] is True
    assert any(step["rule"] == "tariffs.cost_base" for step in shown["trace"]["steps"])


def test_a_finding_that_stops_the_figure_gives_one_and_no_tariff(
    tmp_path: Path, capsys: Output
) -> None:
    file = written(tmp_path, ('budgeted = "95,3 %"', 'budgeted = "93 %"'))
    assert main(["tariff", file]) == 1
    shown = capsys.readouterr().out
    assert "fejl: Forudsat belægning (occupancy.needs-approval)" in shown
    assert "Ingen takst" in shown
    assert "Takst pr. døgn" not in shown
    assert main(["tariff", file, "--json"]) == 1
    answer = json.loads(capsys.readouterr().out)
    assert (answer["usable"], answer["price"]) == (False, None)


def test_a_refused_use_of_a_reserve_stops_the_figure(tmp_path: Path, capsys: Output) -> None:
    assert main(["tariff", written(tmp_path, ("covered = true", "covered = false"))]) == 1
    assert "reserve.not-covered" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("year = 2023\ntariff_base", "year = 2014\ntariff_base"), "1. januar 2014"),
        (('"nordjylland" ', '"syddanmark" '), "aftalens regel om overskud kendes ikke"),
    ],
)
def test_a_year_or_agreement_without_a_rule_gives_one_and_no_guess(
    tmp_path: Path, capsys: Output, change: tuple[str, str], said: str
) -> None:
    file = written(tmp_path, change)
    assert main(["tariff", file]) == 1
    assert said in capsys.readouterr().out
    assert main(["tariff", file, "--json"]) == 1
    answer = json.loads(capsys.readouterr().out)
    assert [one["code"] for one in answer["findings"]] == ["tariff.no-rule"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (('"452,00 kr."', "452.00"), "linje 80: supplement[1].price: skriv beløbet som hele øre"),
        (("places = 10", "placs = 10"), "linje 9: placs: nøglen kendes ikke"),
        (('budgeted = "95,3 %" ', ""), "occupancy"),
        (
            ('set_aside = "400.000,00 kr."', 'set_aside = "400.000,01 kr."'),
            "linje 68: result[1].set_aside",
        ),
        (("year = 2025\nunit", "year = = 2025\nunit"), "linje 6, tegn"),
        (("year = 2025\nunit", "year = = 2025\nunit"), "gyldig TOML: værdien kan ikke læses. "),
        (
            ("year = 2025\nunit", "year = 2025 a\nunit"),
            "gyldig TOML: efter værdien står der mere på linjen. ",
        ),
    ],
)
def test_unusable_input_gives_two_with_file_line_and_key(
    tmp_path: Path, capsys: Output, change: tuple[str, str], said: str
) -> None:
    file = written(tmp_path, change)
    assert main(["tariff", file]) == 2
    output = capsys.readouterr()
    assert output.out == ""
    assert output.err.startswith(file)
    assert said in output.err


def test_a_missing_folder_or_giant_file_gives_two(tmp_path: Path, capsys: Output) -> None:
    giant = tmp_path / "giant.toml"
    giant.write_bytes(b"#" * 5_000_001)
    for path in (tmp_path / "none.toml", tmp_path, giant):
        assert main(["tariff", str(path)]) == 2
        assert str(path) in capsys.readouterr().err


def test_a_long_label_keeps_the_figures_aligned(tmp_path: Path, capsys: Output) -> None:
    assert main(["tariff", written(tmp_path, ('"Forrentning"', f'"{"Lang " * 40}"'))]) == 0
    lines = capsys.readouterr().out.splitlines()
    (at,) = [at for at, line in enumerate(lines) if line.startswith("Lang Lang")]
    assert lines[at + 1].strip() == "30.000,00 kr."
