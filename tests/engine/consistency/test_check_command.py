import json
from pathlib import Path

import pytest

from rammevaerk.cli import main

RIGHT = """Referat af møde i Havnerådet

Dato: 12. marts 2026

1. Beslutningspunkter

1.1 Kajer
Ved Lone Rasmussen

Indstilling
At Havnerådet:
- Drøfter sagen

Referat
Drøftet.

1.2 Sejlrenden
Ved Lone Rasmussen

Indstilling
At Havnerådet:
- Drøfter sagen

Referat
Fristen er den 30. april 2026.
"""


def written(tmp_path: Path, text: str) -> str:
    file = tmp_path / "referat.txt"
    file.write_text(text, encoding="utf-8")
    return str(file)


def test_a_sound_document_gives_exit_code_0(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", written(tmp_path, RIGHT)]) == 0
    assert capsys.readouterr().out == "Ingen fund\n"


def test_findings_give_exit_code_1_and_are_told_in_danish(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", written(tmp_path, RIGHT.replace("30. april", "31. april"))]) == 1
    output = capsys.readouterr().out
    assert "linje 25, punkt 1.2: fejl (date.impossible)" in output
    assert output.endswith("1 fund\n")


def test_findings_in_json_have_exactly_these_keys(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(tmp_path, RIGHT.replace("30. april", "31. april"))
    assert main(["check", path, "--json"]) == 1
    shown = json.loads(capsys.readouterr().out)
    assert list(shown) == ["findings"]
    (one,) = shown["findings"]
    assert list(one) == ["code", "severity", "line", "item", "found", "expected", "message"]
    assert (one["code"], one["severity"], one["line"]) == ("date.impossible", "error", 25)
    assert (one["item"], one["found"]) == ("1.2", "31. april 2026")


def test_no_findings_in_json_are_an_empty_list(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", written(tmp_path, RIGHT), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"findings": []}


def test_a_file_that_cannot_be_read_gives_exit_code_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", str(tmp_path / "findes-ikke.txt")]) == 2
    (tmp_path / "tom.txt").write_bytes(b"")
    assert main(["check", str(tmp_path / "tom.txt")]) == 2
    assert capsys.readouterr().out == ""
