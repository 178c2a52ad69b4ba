"""`rammevaerk settle` and `rammevaerk explain`: figures, findings, exit codes and files."""

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import csv as arrow_csv
from pyarrow import parquet

from rammevaerk.cli import main

Output = pytest.CaptureFixture[str]

TABLES = {
    "facilities": (
        "facility,operator,day_count,cap,absence_full_days,absence_basis_pct,absence_service_pct\n"
        "Elme,Regionen,calendar,10,0,100,100\n"
        "Birk,Regionen,hotel,10,0,100,100\n"
    ),
    "tariffs": (
        "facility,plan,valid_from,basis_ore,basis_over_cap_ore,hour_ore\n"
        "Elme,a,2025-01-01,100000,90000,30800\n"
        "Birk,a,2025-01-01,100000,90000,30800\n"
    ),
    "placements": (
        "placement,facility,payer,plan,minutes_per_week,start,end\n"
        "K,Elme,Ribe,a,420,2025-03-01T20:00,2025-03-04T09:00\n"
        "H,Birk,Ribe,a,420,2025-03-01T20:00,2025-03-04T09:00\n"
    ),
    "absences": "placement,from,to\n",
    "supplements": "placement,from,to,ore_per_day\n",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    found = tmp_path / "in"
    found.mkdir()
    for table, text in TABLES.items():
        (found / f"{table}.csv").write_text(text, "utf-8")
    return found


def settle(folder: Path, *more: str) -> int:
    out = folder.parent / "out"
    return main(["settle", str(folder), "--period", "2025-03", "--out", str(out), *more])


def change(folder: Path, table: str, old: str, new: str) -> None:
    path = folder / f"{table}.csv"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def rows(folder: Path, table: str) -> list[dict[str, str]]:
    with (folder.parent / "out" / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_settle_writes_lines_totals_and_a_summary(folder: Path, capsys: Output) -> None:
    assert settle(folder) == 0
    assert [(row["placement"], row["days"], row["total_ore"]) for row in rows(folder, "lines")] == [
        ("H", "2", "261600"),
        ("K", "4", "523200"),
    ]
    assert [row["total_ore"] for row in rows(folder, "totals")] == ["784800"]
    assert rows(folder, "findings") == []
    shown = capsys.readouterr()
    assert shown.out.startswith("2 linjer for 2025-03, i alt 7.848,00 kr. (afrunding pr. linje)\n")
    assert shown.err == ""


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_the_format_can_be_chosen(folder: Path, form: str) -> None:
    assert settle(folder, "--format", form) == 0
    names = [f"{table}.{form}" for table in ("findings", "lines", "totals")]
    assert sorted(os.listdir(folder.parent / "out")) == names


@pytest.mark.parametrize("kernel", ["auto", "numpy", "compiled"])
def test_every_kernel_gives_the_same_file(folder: Path, kernel: str) -> None:
    if kernel == "compiled":
        pytest.importorskip("numba")
    assert settle(folder, "--kernel", kernel) == 0
    assert [row["service_ore"] for row in rows(folder, "lines")] == ["61600", "123200"]


def test_rounding_by_the_day_is_a_choice(folder: Path, capsys: Output) -> None:
    change(folder, "placements", "K,Elme,Ribe,a,420", "K,Elme,Ribe,a,1000")
    assert settle(folder) == 0
    by_line = rows(folder, "lines")[1]["service_ore"]
    assert settle(folder, "--rounding", "day") == 0
    assert (by_line, rows(folder, "lines")[1]["service_ore"]) == ("293333", "293332")
    assert "(afrunding af døgnprisen)" in capsys.readouterr().out


def test_a_finding_that_stops_figures_gives_exit_code_1(folder: Path, capsys: Output) -> None:
    change(folder, "placements", "H,Birk", "H,Ukendt")
    assert settle(folder) == 1
    assert [row["placement"] for row in rows(folder, "lines")] == ["K"]
    (finding,) = rows(folder, "findings")
    assert (finding["code"], finding["table"], finding["row"], finding["column"]) == (
        "settlement.unknown-facility",
        "placements",
        "2",
        "facility",
    )
    shown = capsys.readouterr()
    assert shown.err.startswith("placements.csv, række 2 (linje 3), kolonnen facility: ")
    assert "fejl: settlement.unknown-facility" in shown.out


def test_a_note_on_how_a_file_was_read_is_kept_and_stops_nothing(folder: Path) -> None:
    text = TABLES["absences"].replace(",", ";")
    (folder / "absences.csv").write_text(text, "utf-8")
    assert settle(folder) == 0
    assert [row["code"] for row in rows(folder, "findings")] == ["tables.read-as"]


@pytest.mark.parametrize(
    ("table", "old", "new", "said"),
    [
        ("tariffs", "100000,90000", "1000.5,90000", "kolonnen basis_ore: «1000.5» har decimaler"),
        ("placements", "2025-03-01T20:00", "2025-02-31T20:00", "kolonnen start: «2025-02-31"),
        ("supplements", "ore_per_day", "ore", "supplements.csv, kolonnen ore_per_day: Kolonnen"),
    ],
)
def test_unusable_tables_give_exit_code_2_and_nothing_is_written(
    folder: Path, capsys: Output, table: str, old: str, new: str, said: str
) -> None:
    change(folder, table, old, new)
    assert settle(folder) == 2
    assert said in capsys.readouterr().err
    assert not (folder.parent / "out").exists()


@pytest.mark.parametrize("period", ["2025", "2025-13", "2025-03..2025-01", "2025-03-01", ".."])
def test_a_period_that_is_none_gives_exit_code_2(folder: Path, capsys: Output, period: str) -> None:
    assert main(["settle", str(folder), "--period", period, "--out", str(folder / "o")]) == 2
    assert capsys.readouterr().err
    assert not (folder / "o").exists()


def test_a_folder_that_cannot_be_written_gives_exit_code_2(folder: Path, capsys: Output) -> None:
    (folder.parent / "out").write_bytes(b"")
    assert settle(folder) == 2
    assert "kan ikke skrives" in capsys.readouterr().err


def test_a_folder_in_the_way_of_a_file_is_named(folder: Path, capsys: Output) -> None:
    assert settle(folder) == 0
    (folder.parent / "out" / "lines.parquet").mkdir()
    before = sorted(os.listdir(folder.parent / "out"))
    assert settle(folder) == 2
    assert f"out{os.sep}lines.parquet: kan ikke skrives: den er en mappe" in capsys.readouterr().err
    assert sorted(os.listdir(folder.parent / "out")) == before


def test_tables_without_rows_are_told(folder: Path, capsys: Output) -> None:
    for table, text in TABLES.items():
        (folder / f"{table}.csv").write_text(text.splitlines()[0] + "\n", "utf-8")
    assert settle(folder) == 0
    assert [(row["code"], row["severity"], row["table"]) for row in rows(folder, "findings")] == [
        ("tables.no-rows", "note", table) for table in ("facilities", "tariffs", "placements")
    ]
    shown = capsys.readouterr()
    assert "placements.csv: Tabellen har ingen rækker, så der er intet ophold at af" in shown.err
    assert "    3 bemærkninger: tables.no-rows\n" in shown.out


def test_one_line_is_counted_in_the_singular(folder: Path, capsys: Output) -> None:
    text = TABLES["placements"].splitlines()[:2]
    (folder / "placements.csv").write_text("\n".join(text) + "\n", "utf-8")
    (folder / "absences.csv").write_text(TABLES["absences"].replace(",", ";"), "utf-8")
    assert settle(folder) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("1 linje for ")
    assert shown.endswith("    1 bemærkning: tables.read-as\n")


def test_a_killed_run_is_cleaned_up_after_by_the_next(folder: Path) -> None:
    head, first, *_ = TABLES["placements"].splitlines()
    many = [first.replace("K,", f"K{at},") for at in range(200)]
    (folder / "placements.csv").write_text("\n".join([head, *many]), "utf-8")
    run = [sys.executable, "-c", STOPPED, "killed", "settle", str(folder), "--period", "2025-03"]
    for _ in range(2):  # into a folder that is new, and then into one that is there
        subprocess.run([*run, "--out", str(folder.parent / "out")], check=False)
        left = [*folder.parent.glob(".ramme*"), *folder.parent.glob("out/.ramme*")]
        assert len(left) == 1
        assert settle(folder) == 0
        assert sorted(os.listdir(folder.parent)) == ["in", "out"]
        assert len(os.listdir(folder.parent / "out")) == 3


def test_progress_is_told_when_asked_for(folder: Path, capsys: Output) -> None:
    assert settle(folder, "--progress") == 0
    told = capsys.readouterr().err.splitlines()
    assert told[0] == "Læser tabellerne …"
    assert told[-2:] == ["Afregner: 100% …", "Skriver resultatet …"]


STOPPED = """
import resource, signal, sys
if sys.argv[1] == "killed":
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
resource.setrlimit(resource.RLIMIT_FSIZE, (200, 200))
from rammevaerk.cli import main
sys.exit(main(sys.argv[2:]))
"""


@pytest.mark.parametrize("how", ["full disk", "killed"])
@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_a_run_stopped_half_way_leaves_the_old_files_or_none(
    folder: Path, how: str, form: str
) -> None:
    out = folder.parent / "out"
    assert settle(folder) == 0
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    # Many rows, so that the files outgrow what may be written.
    head, *lines = TABLES["placements"].splitlines()
    many = [lines[0].replace("K,", f"K{at},") for at in range(200)]
    (folder / "placements.csv").write_text("\n".join([head, *many]), "utf-8")
    for place in (out, folder.parent / "new"):
        asked = ["--period", "2025-03", "--out", str(place), "--format", form]
        done = subprocess.run(
            [sys.executable, "-c", STOPPED, how, "settle", str(folder), *asked],
            capture_output=True,
            text=True,
            check=False,
            cwd=folder.parent,
        )
        assert done.returncode == 2 if how == "full disk" else done.returncode < 0, done.stderr
    left = {path.name: path.read_bytes() for path in out.iterdir() if path.is_file()}
    assert left == before
    assert not (folder.parent / "new").exists()
    if how == "full disk":
        assert sorted(os.listdir(folder.parent)) == ["in", "out"]
        assert len(os.listdir(out)) == 3


def test_explain_shows_each_step_with_its_rule_and_row(folder: Path, capsys: Output) -> None:
    assert main(["explain", str(folder), "K", "2025-03"]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("Ophold K, 2025-03: 5.232,00 kr.\n")
    assert "4 dage\n  regel settlement/calendar_days fra " in shown
    assert "kilde: placements, række 1" in shown


def test_explain_as_json_has_the_figures_of_the_line(folder: Path, capsys: Output) -> None:
    assert settle(folder) == 0
    capsys.readouterr()
    assert main(["explain", str(folder), "H", "2025-03", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    line = rows(folder, "lines")[0]
    assert {name: str(told[name]) for name in line} == line
    assert told["steps"]


def test_explain_finds_keys_that_are_numbers(folder: Path, capsys: Output) -> None:
    change(folder, "placements", "K,Elme", "9,Elme")
    change(folder, "placements", "H,Birk", "10,Birk")
    assert main(["explain", str(folder), "10", "2025-03"]) == 0
    assert main(["explain", str(folder), "010", "2025-03"]) == 1
    assert "findes ikke" in capsys.readouterr().err


def test_explain_says_why_there_is_no_line(folder: Path, capsys: Output) -> None:
    change(folder, "tariffs", "Elme,a,2025-01-01", "Elme,a,2025-03-03")
    assert main(["explain", str(folder), "K", "2025-03"]) == 1
    assert "den første version gælder fra 2025-03-03" in capsys.readouterr().err
    assert main(["explain", str(folder), "K", "marts"]) == 2


LOADED = """
import sys
from rammevaerk.cli import main
main(sys.argv[1:])
heavy = {"pandas", "pyarrow.dataset", "pyarrow.compute", "pyarrow.csv", "lxml", "numba", "django"}
print(sorted(heavy & set(sys.modules)))
"""


def test_settling_parquet_loads_nothing_it_does_not_need(folder: Path) -> None:
    for table in TABLES:
        found = arrow_csv.read_csv(folder / f"{table}.csv")
        if table == "placements":
            for name in ("start", "end"):
                place = found.column_names.index(name)
                moments = found.column(name).cast(pa.timestamp("us"))
                found = found.set_column(place, name, moments)
        parquet.write_table(found, folder / f"{table}.parquet")
        (folder / f"{table}.csv").unlink()
    out = str(folder.parent / "out")
    done = subprocess.run(
        [sys.executable, "-c", LOADED, "settle", str(folder), "--period", "2025-03", "--out", out],
        capture_output=True,
        text=True,
        check=True,
        cwd=folder.parent,
    )
    assert done.stdout.splitlines()[-1] == "[]", done.stdout
    assert done.stderr == ""


def test_the_command_itself_does_not_wait_for_numpy() -> None:
    code = "import sys, rammevaerk.cli; print({'numpy', 'pyarrow', 'django'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


def test_the_tables_of_the_readme_are_settled_without_a_finding(tmp_path: Path) -> None:
    tables = Path(__file__).parents[1] / "examples" / "settlement" / "tables"
    out = tmp_path / "settled"
    assert main(["settle", str(tables), "--period", "2025-01..2025-12", "--out", str(out)]) == 0
    assert len((out / "findings.csv").read_text(encoding="utf-8").splitlines()) == 1
    # 61 hours at the shelter are two hotel days.
    lines = (out / "lines.csv").read_text(encoding="utf-8").splitlines()
    assert "H-201,2025-03,2,262500,61600,0,324100" in lines
