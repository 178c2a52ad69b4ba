import pytest
from own_minutes import HEAD, found, item, minutes, pairs

from rammevaerk.engine.documents.consistency.body_names import (
    body_aliases,
    body_spellings,
    counterparts,
)
from rammevaerk.engine.documents.consistency.people import name_spellings
from rammevaerk.engine.documents.consistency.register import Body, Register
from rammevaerk.exchange.meeting_documents import read_text


def text_of(text: str, head: str = HEAD) -> list[tuple[str, str]]:
    return pairs(found(name_spellings, minutes(item("Sejlrenden", text), head=head)))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Formand Ida-Marie Kruse takkede. Så gik Ida-Marie Kruse, og Ida Marie Kruse kom.",
         [("Ida Marie Kruse", "Ida-Marie Kruse")]),
        ("Fra havnen kom Jonas Kaltoft, og senere fulgte Jonas Kalltoft.",
         [("Jonas Kalltoft", "Jonas Kaltoft")]),
        ("Fra havnen kom Mie Toft, og senere fulgte Mie Tofte.",
         [("Mie Tofte", "Mie Toft")]),
        ("Fra havnen kom Christian Dalby, og senere fulgte Kristian Dalby.",
         [("Kristian Dalby", "Christian Dalby")]),
        ("Her er Havneby Marina størst, men Havneby Marnia er ældst. Havneby Marina er åben.",
         [("Havneby Marnia", "Havneby Marina")]),
    ],
)  # fmt: skip
def test_two_spellings_of_one_name_are_found(text: str, expected: list[tuple[str, str]]) -> None:
    assert text_of(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Fra havnen kom Jonas Kaltoft, og senere talte Jonas Bo Kaltoft.",
        "Fra havnen kom Lone Dalby, og senere fulgte Lene Dalby.",
        "Fra havnen kom Jonas Kaltoft, og senere fulgte Peter Kaltoft.",
        "Fra havnen kom Jonas Kaltoft. Det var Jonas Kaltofts sidste møde.",
        "Fra havnen kom Mette Olesen (Greve Kommune) og Mette Olsen (Køge Kommune).",
        "I dag mødte Greve Kommune og Greve Kommunes havnefoged.",
        "I går var det Region Nordland og Region Midtland.",
    ],
)
def test_names_that_may_be_right_give_no_finding(text: str) -> None:
    assert text_of(text) == []


def test_two_participants_with_names_alike_are_two_people() -> None:
    head = HEAD + "Deltagere: Mette Olesen, Mette Olsen, Lone Rasmussen\n\n"
    assert text_of("Her talte Mette Olesen, og så talte Mette Olsen.", head) == []


def test_letters_lost_in_scanning_are_no_other_spelling() -> None:
    text = (
        "Referat\n\n1. Beslutningspunkter\n\n1.1 Sejlrenden\nVed Jorgen Sondergard\n\n"
        "Sagsfremstilling\nPa madet talte Jgrgen Sgndergaard, og bagefter talte Jergen Sandergard "
        "om arbejdet.\n"
    )
    assert found(name_spellings, read_text(text)) == []


def test_a_name_written_apart_in_a_scan_is_still_found() -> None:
    text = (
        "Referat\n\n1. Beslutningspunkter\n\n1.1 Sejlrenden\nVed Ida Marie Kruse\n\n"
        "Sagsfremstilling\nPa madet talte Ida-Marie Kruse om arbejdet i havnen.\n"
    )
    assert [one.code for one in found(name_spellings, read_text(text))] == ["name.spelling"]


OFTEN = "Det gælder Farvandsrådet, og Farvandsrådet er enig. Derfor skal Farvandsrådet svare. "


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        (OFTEN + "Så spørges Farvandsårdet igen.", "Farvandsårdet"),
        ("I dag er Fiskeambulatoriet lukket, men Fiskeambulatoriet svarer. Så har "
         "Fiskelaboratoriet fri.", "Fiskelaboratoriet"),
    ],
)  # fmt: skip
def test_a_slip_in_a_long_name_is_found(text: str, wrong: str) -> None:
    assert [one.found for one in found(body_spellings, minutes(item("Kaj", text)))] == [wrong]


@pytest.mark.parametrize(
    "text",
    [
        OFTEN + "Det er Farvandsrådets sag, og Farvandsråd findes andre steder.",
        OFTEN + "Også Farvandsstyrelsen spørges.",
        "Både Socialudvalget og Socialudvalget hører Sundhedsudvalget.",
        "I Vestklyngen og i Vestklyngen, men ikke i Østklyngen.",
    ],
)
def test_inflection_and_other_bodies_give_no_finding(text: str) -> None:
    assert found(body_spellings, minutes(item("Kaj", text))) == []


REGISTER = Register(
    (
        Body("a", ("Den Maritime Gruppe", "Gruppen for Maritime Forhold"), ("DMG", "GMF"),
             rivals=("DMG", "GMF")),
    )
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Det drøftes i DMG. Næste gang er i DMG. Det følges i GMF.", [("GMF", "DMG")]),
        ("Det drøftes i DMG. Det følges i Den Maritime Gruppe.", []),
        ("Det drøftes i DMG (tidligere GMF). Det følges i GMF.", []),
    ],
)
def test_two_names_of_one_body_of_the_register_are_found(
    text: str, expected: list[tuple[str, str]]
) -> None:
    assert pairs(found(body_aliases, minutes(item("Kaj", text)), REGISTER)) == expected


def counterpart(text: str) -> list[tuple[str, str]]:
    one = item("Input til dialogmøde med Farvandstilsynet",
               "Det kommende dialogmøde med Farvandstilsynet forberedes.")  # fmt: skip
    return pairs(found(counterparts, minutes(one, item("Næste møde", text))))


def test_a_meeting_that_is_suddenly_with_another_body_is_found() -> None:
    assert counterpart("Opfølgning på dialogmøde med Farvandsstyrelsen.") == [
        ("Farvandsstyrelsen", "Farvandstilsynet")
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Opfølgning på dialogmøde med Farvandstilsynet.",
        "Opfølgning på dialogmøde mellem Havnerådet og Farvandstilsyn Øst.",
        "Der holdes et dialogmøde med Fiskerne.",
        "Opfølgning på temadag med Farvandsstyrelsen.",
    ],
)
def test_the_same_body_and_other_meetings_give_no_finding(text: str) -> None:
    assert counterpart(text) == []
