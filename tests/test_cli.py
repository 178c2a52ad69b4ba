"""The console command: what works without the portal, and what is handed on."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from rammevaerk import __version__
from rammevaerk.cli import main

WITHOUT_DJANGO = """
import sys

class Blocker:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] == "django":
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Blocker())
from rammevaerk.cli import main
sys.exit(main(sys.argv[1:]))
"""

Output = pytest.CaptureFixture[str]


def without_django(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", WITHOUT_DJANGO, *arguments],
        capture_output=True,
        text=True,
        check=False,
        encoding="utf-8",
        env={"PYTHONUTF8": "1"},
    )


def test_the_version_is_shown(capsys: Output) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"rammevaerk {__version__}\n"


def test_rules_lists_every_key_with_its_value_on_the_day(capsys: Output) -> None:
    assert main(["rules", "--on", "1. juni 2025"]) == 0
    lines = capsys.readouterr().out.splitlines()
    (rate,) = [line for line in lines if line.startswith("tariffs/hour_rate ")]
    assert "308,00 kr. pr. time" in rate
    assert rate.endswith("2026-11-22")
    (count,) = [line for line in lines if line.startswith("privacy/small_count ")]
    assert count.endswith("nej (tillid: middel)")


def test_rules_says_when_a_key_has_no_rule_on_the_day(capsys: Output) -> None:
    assert main(["rules", "--on", "1999-06-01"]) == 0
    lines = [line for line in capsys.readouterr().out.splitlines() if "/" in line]
    assert lines
    assert all(line.endswith("ingen regel på dagen") for line in lines)


def test_rules_are_listed_by_room_under_a_danish_heading(capsys: Output) -> None:
    assert main(["rules"]) == 0
    rooms = [group.splitlines() for group in capsys.readouterr().out.split("\n\n")]
    for heading, *rows in rooms:
        assert heading.split("  ")[0].isupper()
        assert len({row.partition("/")[0] for row in rows}) == 1
    assert rooms[-1][0].startswith("TAKSTER ")


def test_rules_without_a_date_answers_for_today(capsys: Output) -> None:
    assert main(["rules"]) == 0
    assert "privacy/small_count_floor" in capsys.readouterr().out


def test_show_gives_all_versions_with_source_and_trust(capsys: Output) -> None:
    assert main(["rules", "show", "tariffs/hour_rate", "--on", "2025-03-01"]) == 0
    shown = capsys.readouterr().out
    assert "2025-03-01: 308,00 kr. pr. time" in shown
    assert "fra 2025-01-01 til 2026-01-01 (ikke medregnet): 308,00 kr. pr. time" in shown
    assert "fra 2026-01-01 og frem: ingen regel" in shown
    assert "kilde: Dagsorden til DASSOS-møde i efteråret 2025" in shown
    assert "bygger på: regionens eller myndighedens egen pris" in shown
    assert "Timer i indskrivningen ganges med denne pris" in shown


@pytest.mark.parametrize(
    "arguments",
    [
        ["rules", "show", "settlement/claim_limit_months", "--on", "2025-03-15", "--json"],
        ["rules", "--on", "2025-03-15", "show", "settlement/claim_limit_months", "--json"],
    ],
)
def test_show_as_json_is_for_machines(arguments: list[str], capsys: Output) -> None:
    assert main(arguments) == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["on"] == "2025-03-15"
    assert (shown["found"]["value"], shown["found"]["unit"]) == (12, "months")
    assert shown["found"]["source"]["key"] == "sel-174"
    assert [version["from"] for version in shown["versions"]] == ["2024-01-01"]


def test_show_fails_on_a_day_without_a_rule(capsys: Output) -> None:
    assert main(["rules", "show", "tariffs/hour_rate", "--on", "2026-03-01"]) == 1
    assert "tariffs/hour_rate har ingen regel den 1. marts 2026" in capsys.readouterr().out
    assert main(["rules", "show", "tariffs/hour_rate", "--on", "2026-03-01", "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["found"] is None


def test_show_of_an_unknown_key_says_so(capsys: Output) -> None:
    assert main(["rules", "show", "tariffs/nothing"]) == 2
    assert "Der er ingen parameter tariffs/nothing" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("31. februar 2025", "februar 2025 har 28 dage"),
        ("2025", "«2025» er ikke en bestemt dag"),
    ],
)
def test_an_impossible_date_is_refused(text: str, message: str, capsys: Output) -> None:
    assert main(["rules", "--on", text]) == 2
    assert message in capsys.readouterr().err


def test_check_passes_the_packaged_rules(capsys: Output) -> None:
    assert main(["rules", "check"]) == 0
    assert "er i orden" in capsys.readouterr().out


def test_check_lists_every_fault_of_a_folder(tmp_path: Path, capsys: Output) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "rate.toml").write_text("x = 1", encoding="utf-8")
    (tmp_path / "sources.toml").write_text(
        '[act]\ntitle_da = "Lov"\nkind = "act"\nreference = "§ 1"\n', encoding="utf-8"
    )
    assert main(["rules", "check", str(tmp_path)]) == 1
    written = capsys.readouterr().err
    assert "a/rate.toml: label_da is missing" in written
    assert "a/rate.toml: x is no known key" in written


def test_cpr_names_place_and_hides_the_number(tmp_path: Path, capsys: Output) -> None:
    file = tmp_path / "notat.txt"
    file.write_text("Sag 2024-012345\nBorger 010190-\n1234 flytter\n", encoding="utf-8")
    assert main(["cpr", str(file)]) == 1
    assert capsys.readouterr().out == f"{file}: linje 2, tegn 8: 010190-••••\n"


def test_cpr_passes_a_clean_file(tmp_path: Path, capsys: Output) -> None:
    file = tmp_path / "notat.txt"
    file.write_bytes("Tlf. 87 87 87 87, møde 12.05.2024 på Ærø".encode("cp1252"))
    assert main(["cpr", str(file)]) == 0
    assert capsys.readouterr().out == ""


def test_cpr_goes_on_after_a_file_that_cannot_be_read(tmp_path: Path, capsys: Output) -> None:
    file, damaged = tmp_path / "notat.txt", tmp_path / "bilag.docx"
    file.write_text("010190-1234", encoding="utf-8")
    damaged.write_bytes(b"PK\x03\x04 not a document")
    assert main(["cpr", str(tmp_path / "nothing.txt"), str(damaged), str(file)]) == 2
    written = capsys.readouterr()
    assert "nothing.txt: kan ikke læses" in written.err
    assert "bilag.docx" in written.err
    assert written.out == f"{file}: linje 1, tegn 1: 010190-••••\n"


def test_cpr_reads_a_word_document(tmp_path: Path, capsys: Output) -> None:
    from docx import Document

    file = tmp_path / "bilag.docx"
    document = Document()
    document.add_paragraph("Borger 010190-1234")
    document.save(str(file))
    assert main(["cpr", str(file)]) == 1
    written = capsys.readouterr().out
    assert "010190-••••" in written
    assert "1234" not in written.replace(str(file), "")


def test_help_shows_both_kinds_of_commands() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from rammevaerk.cli import main; main(['help'])"],
        capture_output=True,
        text=True,
        check=True,
        encoding="utf-8",
    )
    before, _, after = done.stdout.partition("Portalens kommandoer")
    assert "led efter CPR-numre" in before
    assert "migrate" in after.split()


def test_help_on_one_command_explains_it(capsys: Output) -> None:
    assert main(["help", "rules"]) == 0
    assert "vis en parameter med alle versioner" in capsys.readouterr().out


def test_a_portal_command_without_django_says_what_to_install() -> None:
    done = without_django("migrate")
    assert done.returncode == 2
    assert 'pip install "rammevaerk[portal]"' in done.stderr


@pytest.mark.parametrize(
    "flags",
    [
        ["--deploy"],
        ["--fail-level", "WARNING"],
        ["--fail-level=WARNING"],
        ["--tag=models"],
        ["--database=default"],
        ["meetings", "--list-tags"],
    ],
)
def test_check_with_a_flag_of_the_portal_is_the_portals(flags: list[str]) -> None:
    done = without_django("check", *flags)
    assert done.returncode == 2
    assert "kommandoen hører til portalen" in done.stderr


def test_check_with_a_flag_of_the_portal_looks_the_settings_over() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "rammevaerk", "check", "--tag", "models"],
        capture_output=True,
        text=True,
        check=False,
        encoding="utf-8",
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("System check identified no issues")


def test_check_without_a_file_shows_how_it_is_used() -> None:
    done = without_django("check")
    assert done.returncode == 2
    assert "rammevaerk check [-h] [--json] FIL" in done.stderr


def test_rules_and_cpr_need_no_django(tmp_path: Path) -> None:
    assert without_django("rules", "check").returncode == 0
    file = tmp_path / "notat.txt"
    file.write_text("010190-1234", encoding="utf-8")
    assert without_django("cpr", str(file)).returncode == 1
    assert without_django("help").returncode == 0


def test_an_unknown_command_is_the_portals_to_refuse() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from rammevaerk.cli import main; main(['nosuchcommand'])"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "Type 'rammevaerk help' for usage" in done.stderr
