"""The passes of the reader one by one, where a whole document would hide what they do."""

import pytest

from rammevaerk.exchange.meeting_documents import read_text
from rammevaerk.exchange.meeting_documents.marks import block_mark, number_mark, section_title
from rammevaerk.exchange.meeting_documents.people import (
    people_in,
    presenter_line,
    presenters,
    split_presenter,
)
from rammevaerk.exchange.meeting_documents.prose import joined
from rammevaerk.exchange.meeting_documents.words import Block


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        (["Sagen er for-", "beredt"], "Sagen er forberedt"),
        (["dag- og dag-", "tilbud"], "dag- og dagtilbud"),
        (["dag-", "og døgntilbud"], "dag- og døgntilbud"),
        (["Covid-", "19"], "Covid-19"),
        (["Midt-", "Nord"], "Midt-Nord"),
        (["type 2-", "dom"], "type 2-dom"),
        (["klar -", "måske"], "klar - måske"),
    ],
)
def test_words_divided_at_the_end_of_a_line_are_mended(lines: list[str], text: str) -> None:
    assert joined(lines) == text


@pytest.mark.parametrize(
    ("text", "block"),
    [
        ("Indstilling", Block.RECOMMENDATION),
        ("INDSTILLING:", Block.RECOMMENDATION),
        ("Det indstilles, at", Block.RECOMMENDATION),
        ("Sagsfremstilling", Block.PRESENTATION),
        ("Resumé", Block.PRESENTATION),
        ("Resumg", Block.PRESENTATION),
        ("Referat:", Block.DECISION),
        ("Beslutning i Omsorgsudvalget den 3. maj 2024", Block.DECISION),
        ("Konklusion", Block.DECISION),
        ("Bilag", Block.ANNEXES),
        ("Bitag", Block.ANNEXES),
        ("Sagsnr.: 24/112", Block.FACTS),
    ],
)
def test_headings_are_known_also_where_letters_are_lost(text: str, block: Block) -> None:
    mark = block_mark(text)
    assert mark is not None
    assert mark.block is block


@pytest.mark.parametrize(
    "text",
    [
        "Referat fra sidste møde blev omdelt.",
        "Bilaget viser udviklingen.",
        "Beslutningen blev taget i maj.",
        "Indstillingen er sendt i høring",
        "Bilag 2 viser, at tallet falder",
        "Referat Kredsen 02.10.19",
    ],
)
def test_sentences_with_the_same_words_are_no_headings(text: str) -> None:
    mark = block_mark(text)
    assert mark is None or not mark.strong


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("1. Beslutningspunkter", "Beslutningspunkter"),
        ("Punkter til kommende mgder", "Punkter til kommende mgder"),
        ("Sager til drøftelse:", "Sager til drøftelse"),
        ("B. Lukkede punkter", "Lukkede punkter"),
        ("Punkter til næste møde i Kredsen", None),
        ("Beslutningspunkter behandles først.", None),
    ],
)
def test_section_headings_stand_alone(text: str, title: str | None) -> None:
    found = section_title(text)
    assert (found[0] if found else None) == title


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1.2 Status", "1.2"),
        ("1.2. Status", "1.2"),
        ("Punkt 4: Status", "4"),
        ("Ad 3) Status", "3"),
        ("7 Status", "7"),
        ("19 kommuner deltager", None),
        ("27. februar 2026", None),
        ("9.00 Velkomst", None),
        ("Punkt 10 blev behandlet efter punkt 4", None),
        ("2024 Status", None),
    ],
)
def test_item_numbers_are_told_from_other_figures(text: str, number: str | None) -> None:
    found = number_mark(text)
    assert (found.text if found else None) == number


@pytest.mark.parametrize(
    ("line", "people"),
    [
        ("Ved Anne Holm", ["Anne Holm"]),
        ("Ved Anne Holm, direktør, og Bo Lund, Region Vestland", ["Anne Holm", "Bo Lund"]),
        ("v/ Anne-Marie Holm og Bo Lund", ["Anne-Marie Holm", "Bo Lund"]),
        ("v. formanden", ["formanden"]),
        ("Ved Anne Holm (kl. 9.15)", ["Anne Holm"]),
        ("Ved direktgr Anne Holm", ["Anne Holm"]),
    ],
)
def test_presenters_are_the_names_on_their_line(line: str, people: list[str]) -> None:
    who = presenter_line(line)
    assert who is not None
    assert presenters(who) == people


@pytest.mark.parametrize(
    "line", ["Ved mødet i maj blev det aftalt.", "Ved behov kan Anne Holm kontaktes", "Vedtaget"]
)
def test_sentences_that_begin_with_ved_present_nobody(line: str) -> None:
    assert presenter_line(line) is None


def test_a_presenter_at_the_end_of_a_title_is_parted_from_it() -> None:
    assert split_presenter("Budget 2026 (v/ Anne Holm)") == ("Budget 2026", "Anne Holm")
    assert split_presenter("Budget 2026, v. formanden") == ("Budget 2026", "formanden")
    assert split_presenter("Budget v. 2026") == ("Budget v. 2026", "")


def test_organisations_are_not_people() -> None:
    assert people_in("Anne Holm, Fjordby Kommune, Bo Lund, Region Vestland") == [
        "Anne Holm",
        "Bo Lund",
    ]


TABLE = """Punkter

Dagsorden
1. Tal
Indstilling
At gruppen drøfter tallene.
Sagsfremstilling
Kommune Aftaler Steder Aftaler Steder Aftaler Steder
Askeby 1 2 3 4 4 6
Birkeby 2 2 1 1 3 3
Elleby 5 5 1 2 6 7
Hasselby 3 2 5
"""


def test_a_row_that_lost_cells_is_placed_by_its_sums_and_told_of() -> None:
    document = read_text(TABLE)
    (table,) = document.tables
    assert len(table.header) == 7
    assert table.rows[-1][0] == "Hasselby"
    assert [cell for cell in table.rows[-1][1:] if cell] == ["3", "2", "5"]
    assert any("«Hasselby» mangler 3 celler" in doubt.what for doubt in document.unsure)


def test_lists_in_the_text_are_not_items() -> None:
    text = (
        "1. Første\nVed Anne Holm\nTekst.\n1. Et spørgsmål\n2. Et til\n3. Et tredje\n\n"
        "2. Anden\nVed Bo Lund\nTekst.\n"
    )
    assert [item.title for item in read_text(text).items] == ["Første", "Anden"]
