import pytest
from own_minutes import HEAD, found, item, minutes, pairs

from rammevaerk.engine.documents.consistency.annexes import annex_numbers, annex_references
from rammevaerk.engine.documents.consistency.item_references import item_references
from rammevaerk.engine.documents.consistency.numbering import lost_numbers, number_order
from rammevaerk.exchange.meeting_documents import read_text

PRICES = item("Ny prisstruktur for kajpladser", "Priserne gennemgås.")
CHANNEL = item("Uddybning af sejlrenden", "Sejlrenden sander til.")
PILOTS = "Lodsernes vilkår"


def test_a_reference_to_an_item_that_is_not_there_is_found() -> None:
    document = minutes(PRICES, CHANNEL, item(PILOTS, "Lodserne er hørt, se punkt 4.2."))
    assert pairs(found(item_references, document)) == [("punkt 4.2", "et punkt fra 1.1 til 1.3")]


def test_a_reference_to_another_item_than_the_sentence_is_about_is_found() -> None:
    text = "Det afhænger af, hvornår uddybningen af sejlrenden er færdig (se punkt 1.1)."
    (one,) = found(item_references, minutes(PRICES, CHANNEL, item(PILOTS, text)))
    assert (one.found, one.expected, one.item) == ("punkt 1.1", "punkt 1.2", "1.3")
    assert one.line > 20


def test_the_letters_a_scan_loses_do_not_hide_it() -> None:
    prices = item("Ny prisstruktur for kajpladserne i 2027", "Priserne gennemgas.")
    crews = item("Bemandning af faergerne om natten", "Bemandningen falder.")
    text = "Natsejlads kraever bemandning af fsergerne (se punkt 1.1)."
    assert [
        one.expected
        for one in found(item_references, minutes(prices, crews, item("Sejlplan", text)))
    ] == ["punkt 1.2"]


@pytest.mark.parametrize(
    "text",
    [
        "Uddybningen af sejlrenden behandles særskilt (se punkt 1.2).",
        "Efter aftalens punkt 4.7 deles udgiften.",
        "Det står i punkt 9.3 i havnereglementet.",
        "Der blev henvist til punkt 8.1 på mødet i december.",
        "Som det fremgår af punkt 3 ovenfor, er der tre muligheder.",
        "Lodserne ønsker en fast aftale (jf. punkt 1.1).",  # about neither: nothing is certain
        "Det er steget med 2,5 punkt 2025.",
    ],
)
def test_other_references_give_no_finding(text: str) -> None:
    assert found(item_references, minutes(PRICES, CHANNEL, item(PILOTS, text))) == []


ANNEXES = "Bilag 1: Forslag til prisstruktur\nBilag 2: Beregning af virkningen for fiskerne"


def annexed(text: str, annexes: str = ANNEXES) -> str:
    return item("Ny prisstruktur for kajpladser", text, annexes=annexes)


def test_an_annex_that_no_list_has_is_found() -> None:
    document = minutes(annexed("Kortet er vedlagt som bilag 7."), CHANNEL)
    (one,) = found(annex_references, document)
    assert (one.found, one.expected) == ("bilag 7", "et af bilagene 1, 2")


def test_an_annex_that_is_another_paper_than_the_sentence_says_is_found() -> None:
    text = "Virkningen for fiskerne er beregnet, og beregningen fremgår af bilag 1."
    assert pairs(found(annex_references, minutes(annexed(text), CHANNEL))) == [
        ("bilag 1", "bilag 2")
    ]


def test_two_annexes_that_are_exchanged_are_both_found() -> None:
    text = "Vedlagt er forslaget til prisstruktur (bilag 2) og en beregning for fiskerne (bilag 1)."
    assert pairs(found(annex_references, minutes(annexed(text), CHANNEL))) == [
        ("bilag 2", "bilag 1"),
        ("bilag 1", "bilag 2"),
    ]


def test_an_annex_of_another_item_is_found_where_the_text_means_one_of_its_own() -> None:
    other = item("Sejlrenden", "Se kortet i bilag 3.", annexes="Bilag 3: Kort over sejlrenden")
    text = "Beregningen for fiskerne fremgår af bilag 3."
    assert pairs(found(annex_references, minutes(annexed(text), other))) == [("bilag 3", "bilag 2")]


@pytest.mark.parametrize(
    "text",
    [
        "Forslaget til prisstruktur (bilag 1) og beregningen for fiskerne (bilag 2) er vedlagt.",
        "Forslaget er vedlagt (bilag 1 og 2).",
        "Efter aftalen (bilag 9 til havneaftalen) deles udgiften.",
        "Det står i bilag 12 i reglementet.",
        "Havneaftalens bilag 8 ændres ikke.",
        "Materialet er vedlagt, se bilag 1.",
        "Materialet er vedlagt, se bilag 2, side 4.",
    ],
)
def test_right_and_foreign_annexes_give_no_finding(text: str) -> None:
    assert found(annex_references, minutes(annexed(text), CHANNEL)) == []


def test_numbers_that_start_again_per_item_mean_the_items_own_annexes() -> None:
    first = item("Kajpladser", "Forslaget er bilag 1.", annexes="Bilag 1: Forslag om kajpladser")
    second = item("Sejlrenden", "Kortet er bilag 1 og bilag 2.", annexes="Bilag 1: Kort")
    assert pairs(found(annex_references, minutes(first, second))) == [("bilag 2", "bilag 1")]


AGENDA_WITHOUT_ANNEXES = """Dagsorden for møde i Havnerådet den 4. maj 2026

1. Kajpladser

Indstilling
Sekretariatet indstiller, at rådet drøfter priserne.

Sagsfremstilling
{text}

2. Eventuelt
"""


def without_annexes(text: str) -> list[tuple[str, str]]:
    return [
        (one.item, one.found)
        for one in found(annex_references, read_text(AGENDA_WITHOUT_ANNEXES.format(text=text)))
    ]


def test_an_annex_is_unknown_too_where_no_item_has_any() -> None:
    assert without_annexes("Priserne fremgår af bilag 3. Se også bilag 3 til sagen.") == [
        ("1", "bilag 3")
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Det følger af bilag 2 til rammeaftalen.",
        "Det følger af bekendtgørelse nr. 12 af 3. maj 2020, bilag 2.",
        "Efter Havneaftale 2025-26, bilag 4, deles udgiften.",
        "Kortet eftersendes som bilag 1.",
    ],
)
def test_annexes_of_other_papers_and_promised_ones_are_not_unknown(text: str) -> None:
    assert without_annexes(text) == []


def test_minutes_that_only_tell_what_happened_leave_the_annexes_to_the_agenda() -> None:
    document = read_text(
        "Referat fra Havnerådet 4. maj 2026\n\n1. Kajer\nSe bilag 4.\n\n2. Evt.\nIntet."
    )
    assert found(annex_references, document) == []


def test_two_annexes_of_one_item_with_one_number_are_found() -> None:
    twice = "Bilag 1: Forslag til prisstruktur\nBilag 1: Kort over havnen"
    assert [one.found for one in found(annex_numbers, minutes(annexed("Tekst.", twice)))] == [
        "bilag 1"
    ]
    assert found(annex_numbers, minutes(annexed("Tekst."))) == []


def test_items_whose_number_is_lost_are_named_in_one_finding() -> None:
    text = (
        f"{HEAD}1. Beslutningspunkter\n\n1.1 Kajpladser\nVed Lone Rasmussen\n\nIndstilling\n"
        "At Styregruppen:\n- Drøfter sagen\n\nReferat\nDrøftet.\n\n"
        "Uddybning af sejlrenden\nVed Lone Rasmussen\n\nIndstilling\nAt Styregruppen:\n"
        "- Drøfter sagen\n\nReferat\nDrøftet.\n\n1.3 Lodser\nVed Lone Rasmussen\n\nIndstilling\n"
        "At Styregruppen:\n- Drøfter sagen\n\nReferat\nDrøftet.\n"
    )
    assert [one.expected for one in found(lost_numbers, read_text(text))] == ["1.2"]


def test_numbers_that_all_stand_there_give_no_finding() -> None:
    document = minutes(PRICES, CHANNEL)
    assert found(lost_numbers, document) == []
    assert found(number_order, document) == []
