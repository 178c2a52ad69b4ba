"""Habits of many houses, each in a small text of our own: web pages, viewers, numbers by year."""

import pytest

from rammevaerk.engine.documents.consistency import check, packaged_register
from rammevaerk.engine.documents.meeting import Item, Kind, MeetingDocument
from rammevaerk.exchange.meeting_documents import read_text

WEB_PAGE = """Abonnér

Referat

Udvalg:\tHavneudvalget
Mødedato:\t7. maj 2026
Mødested:\tKajrummet
Mødedeltagere:

Punkt\tTitel

1. Godkendelse af dagsorden
HVN-2026-001234

Beslutning

Godkendt.

Bilag

• PDFBilag 1: Dagsorden

• Hent som PDF

• Kopier link

Sagsnr. 26/511
2. Nye bøjer i sejlløbet
fold dette punkt ind Resume

Bøjerne er slidte.

fold dette punkt ind Beslutning i Havneudvalget den 07-05-2026

Til efterretning.

27.69.48-G01-1-18

3. Eventuelt

Beslutning

Intet.
"""


def items(text: str) -> dict[str, Item]:
    return {item.number: item for item in read_text(text).items}


def codes(text: str) -> list[str]:
    return [one.code for one in check(read_text(text), packaged_register())]


def test_what_a_web_page_puts_around_the_text_is_left_out() -> None:
    document = read_text(WEB_PAGE)
    assert (document.body, document.place, document.participants) == (
        "Havneudvalget",
        "Kajrummet",
        (),
    )
    assert [item.title for item in document.items] == [
        "Godkendelse af dagsorden",
        "Nye bøjer i sejlløbet",
        "Eventuelt",
    ]
    assert [item.decision for item in document.items] == [
        "Godkendt.",
        "Til efterretning.",
        "Intet.",
    ]
    first, second, _ = document.items
    assert [(annex.number, annex.title) for annex in first.annexes] == [(1, "Dagsorden")]
    assert second.presentation == "Bøjerne er slidte."


def test_the_number_of_a_case_is_no_date() -> None:
    assert codes(WEB_PAGE.replace("27.69.48-G01", "85.02.30-G01")) == []


def with_items(*titles: str, head: str = "Referat fra Havnerådet") -> str:
    parts = [
        f"{title}\n\nSagsfremstilling\nDer er nyt.\n\nBeslutning\nGodkendt.\n" for title in titles
    ]
    return "\n".join([f"{head}\n\n", *parts])


@pytest.mark.parametrize(
    ("titles", "numbers"),
    [
        (("1/26 Velkomst", "2/26 Nye kajer", "3/26 Evt."), ["1/26", "2/26", "3/26"]),
        (("1.100 Velkomst", "1.101 Nye kajer", "1.102 Evt."), ["1.100", "1.101", "1.102"]),
        (("Velkomst\nSag nr. 41", "Kajer\nSag nr. 42", "Priser\nSag nr. 43"), ["41", "42", "43"]),
    ],
)
def test_numbers_by_year_by_hundreds_and_below_the_title_are_read(
    titles: tuple[str, ...], numbers: list[str]
) -> None:
    found = items(with_items(*titles))
    assert list(found) == numbers
    assert all(item.decision == "Godkendt." for item in found.values())
    assert all("nr." not in item.title for item in found.values())


def test_a_reference_without_the_year_means_the_item_of_the_year() -> None:
    text = with_items("1/26 Velkomst", "2/26 Nye kajer", "3/26 Evt.")
    assert codes(text.replace("Der er nyt.", "Se punkt 2.")) == []
    assert set(codes(text.replace("Der er nyt.", "Se punkt 9."))) == {"item.unknown"}


def test_a_first_number_that_goes_on_from_the_meeting_before_hides_no_item() -> None:
    doubts = [doubt.what for doubt in read_text(with_items("40. Velkomst", "41. Evt.")).unsure]
    assert any(what.startswith("Det første nummer er 40") for what in doubts)
    assert not any("mangler mindst" in what for what in doubts)


@pytest.mark.parametrize(
    ("head", "place"),
    [
        (
            "Torsdag den 5. marts 2026 kl. 9-12, Fjordby Rådhus, lokale 3",
            "Fjordby Rådhus, lokale 3",
        ),
        ("den 5. marts 2026 kl. 09:00\ni Havnegården, Kajen 5", "Havnegården, Kajen 5"),
        ("Mandag den 2. marts 2026\nMødelokale 2", "Mødelokale 2"),
        ("Dato:\nSted:\n02-03-2026 08:00\nKajrummet", "Kajrummet"),
        ("Mandag den 2. marts 2026\nFormanden bød velkommen til huset.", ""),
    ],
)
def test_a_place_without_a_label_is_read(head: str, place: str) -> None:
    text = with_items("1. Velkomst", "2. Nye kajer", head=f"Referat fra Havnerådet\n{head}")
    assert read_text(text).place == place
    assert codes(text) == []


ONE_LINE = (
    "1 Referat fra møde i Havnerådet Tid og sted: 5. marts 2026, Kajrummet Deltagere: Lone Berg, "
    "Palle Lund Afbud: Ole Vig 1. Godkendelse af dagsorden Der var ingen bemærkninger. 2. Nye "
    "kajer Sagsfremstilling Kajerne er slidte. Indstilling Formanden indstiller, 1. At kajerne "
    "mures om. 2. At prisen drøftes. Beslutning Godkendt. Bilag 1: Tegning af kajerne Bilag 2: "
    "Prisliste 3. Eventuelt Intet."
)


def test_a_page_on_one_line_is_divided_and_says_so() -> None:
    document = read_text(ONE_LINE)
    assert (document.kind, document.body) == (Kind.MINUTES, "Havnerådet")
    assert [item.title for item in document.items] == [
        "Godkendelse af dagsorden",
        "Nye kajer",
        "Eventuelt",
    ]
    second = document.items[1]
    assert second.recommendation == ("At kajerne mures om.", "At prisen drøftes.")
    assert [annex.title for annex in second.annexes] == ["Tegning af kajerne", "Prisliste"]
    assert second.decision == "Godkendt."
    assert any("holder en hel side" in doubt.what for doubt in document.unsure)
    assert "".join("".join(document.lines).split()) == "".join(ONE_LINE.split())


def test_a_long_paragraph_is_not_divided() -> None:
    text = "Referat\n\n" + "Kajerne er slidte, og der er ikke penge til nye. " * 20
    assert len(read_text(text).lines) == 3


def test_who_was_there_is_read_under_the_first_item_too() -> None:
    text = with_items("1. Godkendelse af dagsorden", "2. Nye kajer")
    listed = "Deltagere:\nLone Berg, Fjordby Kommune\nPalle Lund, Åby Kommune\nAfbud:\nOle Vig"
    document = read_text(text.replace("Der er nyt.", listed, 1))
    assert document.participants == ("Lone Berg, Fjordby Kommune", "Palle Lund, Åby Kommune")
    assert document.absent == ("Ole Vig",)
    assert document.items[0].decision == "Godkendt."


def test_a_reference_that_begins_a_line_is_no_list_of_annexes() -> None:
    text = with_items("1. Nye kajer", "2. Evt.").replace(
        "Der er nyt.", "Indstilling\n1. At planen godkendes, jf.\nbilag 3.\n2. At prisen drøftes."
    )
    (first, _) = read_text(text).items
    assert first.annexes == ()
    assert first.recommendation == ("At planen godkendes, jf. bilag 3.", "At prisen drøftes.")


def test_annexes_that_papers_bring_along_are_no_duplicates() -> None:
    listed = "Bilag\n• Bilag 1: Kort\n• Bilag 2: Priser\n• Svar fra lodserne\n• Bilag 1: Målinger\n"
    text = with_items("1. Nye kajer", "2. Evt.").replace("Godkendt.\n", f"Godkendt.\n\n{listed}", 1)
    assert codes(text) == []
    assert codes(text.replace("• Svar fra lodserne\n", "")) == ["annex.duplicate"]


def test_what_is_said_of_earlier_minutes_is_about_their_items() -> None:
    text = with_items("1. Godkendelse af referat fra sidste møde", "2. Nye kajer")
    assert codes(text.replace("Der er nyt.", "Punkt 7 rettes.", 1)) == []


def test_a_sentence_that_names_a_body_and_a_day_is_no_heading() -> None:
    said = "Lone talte om mødet med Ældrerådet den 12. februar 2026."
    text = f"Referat fra Havnerådet 5. marts 2026\n\n1. Nyt\n{said}\n\n2. Evt.\nIntet.\n"
    assert items(text)["1"].decision == said


def test_a_title_from_the_contents_leaves_its_page_number_behind() -> None:
    contents = "1 Velkomst 2\n2 Nye kajer 4\n3 Evt. 9\n"
    titles = ("Punkt 1\nVelkomst", "Punkt 2\nNye kajer", "Punkt 3\nEvt.")
    found = items(with_items(*titles, head=f"Referat fra Havnerådet\n\n{contents}"))
    assert [item.title for item in found.values()] == ["Velkomst", "Nye kajer", "Evt."]


def closed(document: MeetingDocument) -> list[str]:
    return [item.number for item in document.items if item.closed]


def test_lines_of_contents_are_no_references() -> None:
    contents = "Pkt. 1.1. Velkomst  2\nPkt. 1.2. Lukket: Køb af kaj  3\nPkt. 1.3. Evt.  4\n"
    titles = ("Pkt. 1.1. Velkomst", "Pkt. 1.2. Lukket: Køb af kaj", "Pkt. 1.3. Evt.")
    text = with_items(*titles, head=f"Referat fra Havnerådet\n\n{contents}")
    assert closed(read_text(text)) == ["1.2"]
    assert codes(text) == []


def test_a_section_may_be_empty() -> None:
    text = (
        "DASSOS\nDagsorden for møde den 21. november 2026\n\n"
        "1. Beslutningspunkter\n\n1.1 Ny takst\nVed Lone Lund\nIndstilling\n- godkender taksten\n\n"
        "1.2 Status på cirkler\nSagsfremstilling\nCirklerne mødes i januar.\n\n"
        "2. Orienteringspunkter\n\n3. Punkter til kommende møder\n\n"
        "3.1 Næste møde\nMødet holdes i marts.\n\n3.2 Eventuelt\n"
    )
    found = read_text(text)
    titles = {section.title: [item.number for item in section.items] for section in found.sections}
    assert titles == {
        "Beslutningspunkter": ["1.1", "1.2"],
        "Punkter til kommende møder": ["3.1", "3.2"],
    }
    assert items(text)["1.2"].presentation == "Cirklerne mødes i januar."
