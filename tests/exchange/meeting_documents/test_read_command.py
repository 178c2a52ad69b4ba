"""`rammevaerk read`: Danish for people, JSON for machines, exit code 2 when it cannot."""

import json
from pathlib import Path

import pytest

from rammevaerk.cli import main

Output = pytest.CaptureFixture[str]
EXAMPLE = Path(__file__).parents[3] / "examples" / "meetings" / "dagsorden.txt"


def test_json_has_the_agreed_shape(capsys: Output) -> None:
    assert main(["read", str(EXAMPLE), "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert set(document) == {"kind", "body", "date", "sections", "tables", "unsure"}
    assert (document["kind"], document["date"]) == ("agenda", "2026-03-12")
    assert [set(part) for part in document["sections"]] == [{"title", "items"}] * 3
    item = document["sections"][0]["items"][0]
    assert set(item) == {
        "number", "title", "presenters", "recommendation", "presentation", "annexes", "decision",
        "closed", "line",
    }  # fmt: skip
    assert item["annexes"] == [{"number": 1, "title": "Plan for uddannelse af vikarer"}]
    assert (item["line"], item["closed"]) == (16, False)
    (table,) = document["tables"]
    assert set(table) == {"line", "header", "rows", "totals"}
    assert table["totals"] == [["I alt", "25", "75.000"]]


def test_doubts_are_given_with_their_lines(tmp_path: Path, capsys: Output) -> None:
    file = tmp_path / "a.txt"
    file.write_text("Noget andet end en dagsorden.\n", encoding="utf-8")
    assert main(["read", str(file), "--json"]) == 0
    (doubt,) = json.loads(capsys.readouterr().out)["unsure"]
    assert doubt == {"line": 1, "what": "Der blev ikke fundet nogen punkter i dokumentet."}
    assert main(["read", str(file)]) == 0
    assert "Ikke sikkert:\n  linje 1: Der blev" in capsys.readouterr().out


def test_people_get_the_items_in_danish(capsys: Output) -> None:
    assert main(["read", str(EXAMPLE)]) == 0
    out = capsys.readouterr().out
    assert out.startswith("dagsorden, Styrekredsen for Sociale Tilbud, 12. marts 2026, Rådhuset")
    assert "Afbud: Kurt Dam, Mosekær Kommune" in out
    assert "  2.2 Køb af grund til nyt tilbud (lukket) (linje 57)" in out
    assert "Ved Hanne Brink, Torben Lyng" in out


@pytest.mark.parametrize("name", ["findes-ikke.txt", "billede.pdf"])
def test_a_file_that_cannot_be_read_gives_the_reason(
    tmp_path: Path, capsys: Output, name: str
) -> None:
    (tmp_path / "billede.pdf").write_bytes(b"GIF89a...")
    assert main(["read", str(tmp_path / name)]) == 2
    caught = capsys.readouterr()
    assert caught.out == ""
    assert name in caught.err
