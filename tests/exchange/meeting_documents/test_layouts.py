"""Agendas and minutes in many layouts, each read as it stands: as text, in Word and as PDF."""

from pathlib import Path

import docx
import pytest
from layout_checks import differences
from layouts_expected import EXPECTED, FOLDER
from libreoffice import converted
from office_samples import saved

from rammevaerk.exchange.meeting_documents import read, read_text

# The columns of this one are made with spaces, which no PDF keeps.
IN_PDF = sorted(EXPECTED.keys() - {"closed_and_columns"})


def text_of(name: str) -> str:
    return (FOLDER / f"{name}.txt").read_bytes().decode()


def as_word(name: str) -> bytes:
    """The layout as a document where each line of text is a paragraph."""
    document = docx.Document()
    for page, text in enumerate(text_of(name).split("\f")):
        if page:
            document.add_page_break()
        for line in text.splitlines():
            if line.strip():
                document.add_paragraph(line)
    return saved(document)


def test_every_layout_has_its_facts() -> None:
    assert {path.stem for path in FOLDER.glob("*.txt")} == set(EXPECTED)


@pytest.mark.parametrize("name", EXPECTED)
def test_the_text_is_read_as_it_stands(name: str) -> None:
    assert differences(read_text(text_of(name)), EXPECTED[name]) == []


@pytest.mark.parametrize("name", EXPECTED)
def test_the_word_document_is_read_as_it_stands(name: str) -> None:
    assert differences(read(as_word(name), f"{name}.docx"), EXPECTED[name]) == []


def test_the_pdf_is_read_as_it_stands(tmp_path: Path) -> None:
    wrong = {}
    for name in IN_PDF:
        folder = tmp_path / name
        folder.mkdir()
        document = read(converted(as_word(name), f"{name}.docx", "pdf", folder), f"{name}.pdf")
        wrong[name] = differences(document, EXPECTED[name])
    assert wrong == {name: [] for name in IN_PDF}


@pytest.mark.parametrize("name", EXPECTED)
def test_line_numbers_are_those_of_the_titles(name: str) -> None:
    document = read_text(text_of(name))
    for item in document.items:
        assert item.title.split()[0] in document.lines[item.line - 1] or name == "ad_numbers"
        assert document.item_at(item.last_line) == item


def unsure(name: str) -> str:
    return " ".join(doubt.what for doubt in read_text(text_of(name)).unsure)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("scanned", "Nummeret 1.2 står løst på linje 21"),
        ("scanned", "Nummeret 2.2 står ikke ved «Eventuelt»"),
        ("scanned", "sidefoden «Referat KREDSEN 02.10.19»"),
        ("annexes_restart", "begynder forfra i hvert punkt"),
        ("annexes_restart", "Navne og organisationer står hver for sig"),
        ("fixed_headings", "Før nummer 3 mangler mindst ét punkt"),
        ("unnumbered", "Punkterne har ingen numre"),
        ("flat_numbers", "Punkt 2 har ingen overskrifter"),
        ("form_feeds", "«lndstilling» er læst som «Indstilling»"),
    ],
)
def test_what_was_guessed_is_told(name: str, words: str) -> None:
    assert words in unsure(name)


def test_a_clear_agenda_leaves_nothing_unsure() -> None:
    assert unsure("closed_and_columns") == ""
    assert unsure("contents_and_sections") == ""


def test_page_footers_and_numbers_are_not_in_the_text() -> None:
    (item,) = [item for item in read_text(text_of("scanned")).items if item.number == "1.2"]
    assert item.presentation.endswith("Udgiften er omkring 300.000 kr. om aret.")
    (item,) = [item for item in read_text(text_of("form_feeds")).items if item.number == "2"]
    assert item.recommendation[1] == "Forum beder om en prøveperiode"


EXAMPLES = Path(__file__).parents[3] / "examples" / "meetings"


def test_the_examples_are_read_without_doubts() -> None:
    agenda = read((EXAMPLES / "dagsorden.txt").read_bytes(), "dagsorden.txt")
    minutes = read((EXAMPLES / "referat.txt").read_bytes(), "referat.txt")
    assert (agenda.unsure, minutes.unsure) == ((), ())
    assert [item.number for item in agenda.items] == ["1.1", "1.2", "2.1", "2.2", "3.1", "3.2"]
    assert agenda.participants[0] == "Inge Falk (formand), Egeby Kommune"
    assert minutes.place == "Rådhuset i Egeby"
    assert all(item.decision for item in minutes.items)
