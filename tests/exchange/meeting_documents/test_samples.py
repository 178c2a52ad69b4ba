"""Agendas and minutes in the layouts of many bodies, with planted defects, and mended again."""

import tomllib
from pathlib import Path
from typing import Any

import docx
import pytest
from office_samples import saved

from rammevaerk.engine.documents.consistency import check, packaged_register
from rammevaerk.engine.documents.meeting import MeetingDocument
from rammevaerk.exchange.meeting_documents import read, read_text

FOLDER = Path(__file__).parent / "samples"
NAMES = sorted(path.stem for path in FOLDER.glob("*.txt"))


def text_of(name: str) -> str:
    return (FOLDER / f"{name}.txt").read_text(encoding="utf-8")


def expected(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


def structure(document: MeetingDocument) -> dict[str, Any]:
    """What was read, in the shape of the files of what is expected; what is empty is left out."""
    items = document.items
    found = {
        "kind": document.kind.value,
        "body": document.body,
        "day": document.day,
        "participants": list(document.participants),
        "absent": list(document.absent),
        "closed": [item.number for item in items if item.closed],
        "decided": [item.number for item in items if item.decision],
        "tables": [[len(table.data), len(table.totals)] for table in document.tables],
        "items": [[item.number, item.title] for item in items],
        "points": {item.number: len(item.recommendation) for item in items if item.recommendation},
        "presenters": {item.number: list(item.presenters) for item in items if item.presenters},
        "annexes": {
            item.number: [annex.number or 0 for annex in item.annexes]
            for item in items
            if item.annexes
        },
    }
    return {name: value for name, value in found.items() if value}


def test_there_are_samples_and_each_has_its_facts() -> None:
    assert len(NAMES) > 20
    assert {path.stem for path in FOLDER.glob("*.toml")} == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_sample_is_read_as_it_stands(name: str) -> None:
    wanted = expected(name)
    wanted.pop("findings", None)
    wanted.pop("mended", None)
    assert structure(read_text(text_of(name))) == wanted


@pytest.mark.parametrize("name", NAMES)
def test_the_defects_of_a_sample_are_found_and_nothing_else(name: str) -> None:
    found = check(read_text(text_of(name)), packaged_register())
    wanted = expected(name).get("findings", [])
    assert [[one.code, one.item, one.found] for one in found] == wanted


@pytest.mark.parametrize("name", NAMES)
def test_a_mended_sample_gives_no_finding(name: str) -> None:
    text = text_of(name)
    for wrong, right in expected(name).get("mended", []):
        assert wrong in text
        text = text.replace(wrong, right)
    assert check(read_text(text), packaged_register()) == []


def as_word(name: str) -> bytes:
    """The sample as a document where each line of text is a paragraph, none of them together."""
    document = docx.Document()
    for line in text_of(name).splitlines():
        if line.strip():
            document.add_paragraph(line)
    return saved(document)


# "(link)" and a sentence are two entries of a list only where they stand together.
@pytest.mark.parametrize("name", sorted(set(NAMES) - {"short_dates"}))
def test_a_sample_in_word_is_read_as_the_text(name: str) -> None:
    assert structure(read(as_word(name), f"{name}.docx")) == structure(read_text(text_of(name)))
