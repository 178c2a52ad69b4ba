"""What a command writes comes out, or it is said; and its words are Danish."""

import subprocess
import sys
from pathlib import Path

import pytest

from rammevaerk.cli import main

Output = pytest.CaptureFixture[str]
COMMANDS = [["rules"], ["rules", "check"], ["rules", "--help"], ["--version"], ["help"]]


def shell(line: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command of ours by way of a shell, in which it stands as "$@"."""
    asked = [sys.executable, "-m", "rammevaerk", *arguments]
    return subprocess.run(
        ["bash", "-c", line, "bash", *asked],
        capture_output=True,
        text=True,
        check=False,
        encoding="utf-8",
    )


@pytest.mark.parametrize("arguments", COMMANDS)
def test_a_full_disk_behind_stdout_is_said_and_gives_two(arguments: list[str]) -> None:
    done = shell('"$@" >/dev/full', *arguments)
    assert done.returncode == 2
    assert done.stderr == (
        "Svaret kan ikke skrives (filer, der er skrevet, bliver stående): "
        "der er ikke mere plads på drevet.\n"
    )


@pytest.mark.parametrize("arguments", COMMANDS)
def test_a_closed_stdout_is_said_and_gives_two(arguments: list[str]) -> None:
    done = shell('"$@" >&-', *arguments)
    assert done.returncode == 2
    assert done.stderr == "Svaret kan ikke skrives: standard ud er lukket.\n"


@pytest.mark.parametrize("arguments", COMMANDS)
def test_a_reader_who_has_gone_ends_the_command_quietly(arguments: list[str]) -> None:
    done = shell('"$@" | true; exit "${PIPESTATUS[0]}"', *arguments)
    # A short answer may have come out before the reader went.
    assert done.returncode in {0, 141}
    assert done.stderr == ""


def test_a_long_answer_cut_off_has_the_exit_code_of_a_broken_pipe() -> None:
    done = shell('sleep 0.2 | "$@" | true; exit "${PIPESTATUS[1]}"', "rules")
    late = shell('"$@" > >(exec true); exit $?', "rules", "show", "tariffs/hour_rate")
    assert {done.returncode, late.returncode} <= {0, 141}
    closed = shell('exec 3> >(:); sleep 0.2; "$@" >&3', "rules")
    assert (closed.returncode, closed.stderr) == (141, "")


@pytest.mark.parametrize("ends", ["2>&-", "2>/dev/full"])
def test_without_stderr_the_exit_code_is_the_same(ends: str) -> None:
    assert shell(f'"$@" {ends}', "rules", "show", "tariffs/nothing").returncode == 2
    assert shell(f'"$@" {ends}', "rules", "check").returncode == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["settle"], "der mangler: MAPPE, --period, --out"),
        (["tariff", "x", "y"], "dette kendes ikke: y"),
        (["settle", "x", "--period"], "--period skal have en værdi"),
        (["compare", "a", "b", "--placements", ""], "--placements: stien er tom"),
        (["settle", "x", "--out", "", "--period", "2025-01"], "--out: stien er tom"),
        (["settle", "", "--out", "o", "--period", "2025-01"], "MAPPE: stien er tom"),
        (["settle", "x", "--rounding", "month"], "kendes ikke; vælg mellem "),
        (["tariff", "x", "--json=1"], "--json har ingen værdi, så '1' er for meget"),
    ],
)
def test_wrong_arguments_are_told_in_danish(
    arguments: list[str], said: str, capsys: Output
) -> None:
    assert main(arguments) == 2
    written = capsys.readouterr().err
    assert written.startswith("brug: rammevaerk")
    assert said in written
    assert "argument" not in written
    assert "usage" not in written


@pytest.mark.parametrize(
    "command", ["settle", "explain", "rules", "tariff", "cpr", "read", "check"]
)
def test_the_help_of_a_command_is_danish(command: str, capsys: Output) -> None:
    assert main([command, "--help"]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith(f"brug: rammevaerk {command}")
    assert "vis denne hjælp" in shown
    for word in ("usage:", "options:", "positional", "show this"):
        assert word not in shown


@pytest.mark.parametrize("command", ["cpr", "read", "check", "tariff"])
def test_why_the_system_would_not_is_told_in_danish(
    command: str, tmp_path: Path, capsys: Output
) -> None:
    assert main([command, str(tmp_path)]) == 2
    assert capsys.readouterr().err == f"{tmp_path}: kan ikke læses: den er en mappe" + ("\n")
    assert main([command, str(tmp_path / ("x" * 300))]) == 2
    assert "navnet er for langt" in capsys.readouterr().err
