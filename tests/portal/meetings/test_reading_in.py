"""Agendas and minutes read in: shown and doubted, corrected, confirmed; nothing stored before."""

import pytest
from agenda_samples import words
from django.utils import timezone
from reading_samples import (
    AGENDA,
    GROUND,
    MINUTES,
    agenda,
    bomb,
    confirm,
    hand_in,
    made,
    offered,
    scan,
    stored,
    take_in,
    word,
    word_agenda,
)
from world import World

from rammevaerk.portal.meetings.models import AgendaItem, Meeting

# Built, so that no valid number stands in the source.
CPR = "-".join(["010190", "1234"])


def item(title: str) -> AgendaItem:
    return AgendaItem.objects.get(meeting=made(), title__startswith=title)


# --- what is shown ---


def test_what_was_read_is_shown_and_nothing_is_stored(world: World) -> None:
    before = stored()
    answer = hand_in(world, AGENDA)
    page = words(answer)
    assert answer.status_code == 200
    for said in (
        "Intet er gemt endnu",
        "Læst som Dagsorden",
        "12. marts 2026",
        "Punkter 6 (heraf 1 lukket)",
        "1.1 Fælles uddannelse af vikarer (linje 16)",
        "Ved Hanne Brink, Torben Lyng",
        "Plan for uddannelse af vikarer",
        "Punktet er lukket i dokumentet",
        "Kontrollen fandt ikke noget at rette.",
    ):
        assert said in page, said
    form = offered(answer)
    assert (form["starts"], form["ends"], form["place"]) == (
        "10.00",
        "12.00",
        "Rådhuset i Egeby, lokale 2",
    )
    assert stored() == before


def test_a_document_of_another_body_is_warned_about_and_one_of_this_is_not(world: World) -> None:
    assert "Der står «Styrekredsen for Sociale Tilbud» i dokumentet" in words(
        hand_in(world, AGENDA)
    )
    own = words(hand_in(world, agenda("1.1 Takster", "Ved A B", "")))
    assert "fra et andet forum" not in own
    assert "Forum i dokumentet Home-Forum" in own


def test_what_the_reader_doubts_stands_at_its_item_with_the_line(world: World) -> None:
    answer = hand_in(
        world, agenda("1.1 Takster", "Sagsfremstilling", "Tekst.", "", head="1. Ganske andet")
    )
    page = answer.content.decode()
    fieldset = page.split("<fieldset", 1)[1].split("</fieldset>", 1)[0]
    assert "Linje 6:" in fieldset
    assert "svarer ikke til et af portalens afsnit" in fieldset


def test_what_the_check_finds_is_shown_with_item_and_line(world: World) -> None:
    answer = hand_in(
        world,
        agenda("1.1 Takster", "Sagsfremstilling", "Mødet er mandag den 12. marts 2026.", ""),
    )
    page = words(answer)
    assert "1 fejl" in page or "1 advarsel" in page
    assert "Punkt 1.1, linje 10" in page


def test_words_of_the_document_are_never_marking(world: World) -> None:
    content = agenda(
        "1.1 Løn & vilkår",
        "Sagsfremstilling",
        "Et billede <img src=x onerror=alert(1)> og a < b & c.",
        "",
    )
    page = hand_in(world, content).content.decode()
    assert "<img" not in page
    assert "Løn & vilkår" not in page
    take_in(world, content)
    assert item("Løn & vilkår").presentation == (
        "<p>Et billede &lt;img src=x onerror=alert(1)&gt; og a &lt; b &amp; c.</p>"
    )


# --- files that cannot be read in ---


@pytest.mark.parametrize(
    ("content", "name", "message"),
    [
        pytest.param(bomb, "bombe.docx", "ikke kan behandles sikkert", id="bomb"),
        pytest.param(lambda: scan(1), "scan.pdf", "ingen tekst", id="no text"),
        pytest.param(lambda: scan(200), "scan.pdf", "ingen tekst", id="200 pages"),
        pytest.param(lambda: AGENDA, "dagsorden.docx", "endelsen", id="renamed"),
        pytest.param(lambda: b"MZ\0\0program", "dagsorden.txt", "Windows-program", id="program"),
        pytest.param(lambda: b"a;b\n1;2\n", "tal.csv", "kan", id="csv"),
        pytest.param(lambda: b"", "tom.txt", "tom", id="empty"),
        pytest.param(
            lambda: word("Kære alle"), "brev.docx", "ikke fundet nogen punkter", id="no items"
        ),
        pytest.param(
            lambda: agenda("1.1 Sag", "Sagsfremstilling", f"Om {CPR}.", ""),
            "dagsorden.txt",
            "010190-•••• (linje 10",
            id="cpr",
        ),
        pytest.param(lambda: AGENDA, f"{CPR}.txt", "filnavnet", id="cpr in the name"),
        pytest.param(
            lambda: agenda(*[f"1.{n} Punkt {n}\nVed A B\n" for n in range(1, 202)]),
            "lang.txt",
            "201 punkter; der kan højst læses 200",
            id="too many items",
        ),
        pytest.param(
            lambda: agenda("1.1 Sag", "Sagsfremstilling", "Ord og flere ord.\n\n" * 30_000),
            "lang.txt",
            "mere tekst, end der kan læses ind",
            id="too much text",
        ),
    ],
)
def test_a_file_that_cannot_be_read_in_is_explained(
    world: World, content: object, name: str, message: str
) -> None:
    before = stored()
    assert callable(content)
    answer = hand_in(world, content(), name)
    assert answer.status_code == 422
    assert message in words(answer)
    assert CPR not in answer.content.decode()
    assert 'name="sealed"' not in answer.content.decode()
    assert stored() == before


def test_a_file_that_is_too_large_is_refused(world: World) -> None:
    before = stored()
    answer = hand_in(world, b"a" * (20 * 1024 * 1024 + 1), "stor.txt")
    assert answer.status_code == 422
    assert "større end 20 MB" in words(answer)
    assert stored() == before


def test_an_item_that_is_too_long_is_shown_but_cannot_be_taken(world: World) -> None:
    content = agenda(
        "1.1 Kort", "Ved A B", "", "1.2 Lang", "Sagsfremstilling", "Ord og ord.\n\n" * 6_000
    )
    answer = hand_in(world, content)
    assert "længere, end et punkt kan have" in words(answer)
    form = offered(answer)
    assert "take_1" not in form
    refused = confirm(world, {**form, "take_1": "on"})
    assert refused.status_code == 422
    confirm(world, form)
    assert [one.title for one in made().items.all()] == ["Kort"]


# --- what is stored ---


def test_a_confirmed_agenda_is_a_draft_with_its_items(world: World) -> None:
    page = words(take_in(world, AGENDA, ground_3=GROUND))
    assert "6 punkter ligger som kladde" in page
    assert "2 bilag er skrevet op uden fil (eftersendes)" in page
    assert "2.2 → 2.L1" in page
    meeting = made()
    assert meeting.state == Meeting.State.DRAFT
    assert timezone.localtime(meeting.starts_at).isoformat() == "2026-03-12T10:00:00+01:00"
    assert "dagsorden.txt" not in meeting.source, "a file's name may tell of a closed item"
    assert [(one.number, one.title, one.purpose) for one in meeting.items.all()] == [
        ("1.1", "Fælles uddannelse af vikarer", "decision"),
        ("1.2", "Ny måde at melde ledige pladser på", "discussion"),
        ("2.1", "Nyt fra tilsynet", "orientation"),
        ("2.L1", "Køb af grund til nyt tilbud", "orientation"),
        ("3.1", "Næste møde", "orientation"),
        ("3.2", "Eventuelt", "orientation"),
    ]
    first = item("Fælles")
    assert first.presenters == "Inge Falk"
    assert list(first.recommendation.values_list("verb", "text")) == [
        ("approve", "planen for uddannelsen (bilag 1)"),
        ("appoint", "en tovholder"),
    ]
    assert '<th scope="col">Deltagere</th>' in first.presentation
    assert first.presentation.startswith("<p>Fire kommuner bruger hver for sig penge")
    annex = first.annexes.get()
    assert (annex.title, annex.versions.count()) == ("Plan for uddannelse af vikarer", 0)
    assert list(item("Nyt").recommendation.values_list("verb", "text")) == [
        ("note", "orienteringen")
    ]
    closed = item("Køb")
    assert (closed.closed, closed.legal_ground) == (True, GROUND)
    assert closed.readers.count() == 0
    assert item("Eventuelt").standing == AgendaItem.Standing.OTHER


def test_what_was_decided_stands_under_a_heading_of_its_own(world: World) -> None:
    page = words(hand_in(world, MINUTES, "referat.txt"))
    assert "Et referat bliver til en kladde til dagsordenen" in page
    take_in(world, MINUTES, "referat.txt")
    assert item("Fælles").presentation == (
        "<h3>Referat i det indlæste dokument</h3>\n"
        "<p>Planen blev godkendt. Torben Lyng er tovholder.</p>"
    )
    assert made().items.count() == 5
    assert made().state == Meeting.State.DRAFT


def test_a_word_file_is_read_in(world: World) -> None:
    take_in(world, word_agenda(), "dagsorden.docx")
    assert timezone.localtime(made().ends_at).isoformat() == "2026-03-12T15:30:00+01:00"
    one = item("Takster for 2027")
    assert one.presentation == "<p>Taksterne er regnet ud.</p>"
    assert list(one.recommendation.values_list("verb", "text")) == [("approve", "taksterne")]


def test_a_verb_of_no_vocabulary_keeps_its_words_and_says_so(world: World) -> None:
    content = agenda(
        "1.1 Sag",
        "Indstilling",
        "At forummet:",
        "- Bemyndiger formanden til at skrive under",
        "- Godkender udkastet",
        "",
    )
    answer = hand_in(world, content)
    assert words(answer).count("Udsagnsordet er ikke et af portalens") == 1
    confirm(world, offered(answer))
    assert list(item("Sag").recommendation.values_list("verb", "text")) == [
        ("discuss", "Bemyndiger formanden til at skrive under"),
        ("approve", "udkastet"),
    ]


def test_what_somebody_else_does_is_not_put_to_the_body(world: World) -> None:
    content = agenda("1.1 Sag", "Indstilling", "At kommunerne godkender budgettet", "")
    take_in(world, content)
    assert [one.verb for one in item("Sag").recommendation.all()] == ["discuss"]
    assert "kommunerne godkender budgettet" in item("Sag").recommendation.get().text


def test_what_the_person_corrects_is_what_is_stored(world: World) -> None:
    form = offered(hand_in(world, AGENDA))
    del form["take_1"], form["closed_3"]
    form |= {
        "title_0": "Rettet titel",
        "section_0": "upcoming",
        "closed_2": "on",
        "ground_2": GROUND,
        "starts": "13",
        "ends": "14.30",
        "place": "Et andet sted",
    }
    page = words(confirm(world, form))
    assert "Lukket i dokumentet, men gemt som åbent: 2.2." in page
    assert [one.title for one in made().items.all()] == [
        "Køb af grund til nyt tilbud",
        "Nyt fra tilsynet",
        "Rettet titel",
        "Næste møde",
        "Eventuelt",
    ]
    assert item("Nyt").closed
    assert made().place == "Et andet sted"
    assert f"{timezone.localtime(made().starts_at):%H.%M}" == "13.00"


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({}, "Skriv, med hvilken hjemmel punktet er lukket."),
        ({"ground_3": GROUND, "title_0": ""}, "Punkt 1.1 mangler en titel."),
        (
            {"ground_3": GROUND, "title_0": "x" * 301},
            "Titel på punkt 1.1: Denne værdi må højst have 300 tegn",
        ),
        ({"ground_3": GROUND, "title_0": f"Om {CPR}"}, "ligner et CPR-nummer"),
        ({"ground_3": GROUND, "ends": "9"}, "Mødet slutter, før det begynder."),
        ({"ground_3": GROUND, "day": ""}, "Dag"),
    ],
)
def test_a_correction_that_cannot_be_keeps_all_the_rest(
    world: World, given: dict[str, str], message: str
) -> None:
    before = stored()
    answer = take_in(world, AGENDA, **{"title_1": "Min rettelse", **given})
    assert answer.status_code == 422
    assert message in words(answer)
    assert stored() == before
    assert offered(answer)["title_1"] == "Min rettelse"


def test_nothing_chosen_is_nothing_stored(world: World) -> None:
    before = stored()
    form = {
        name: text
        for name, text in offered(hand_in(world, AGENDA)).items()
        if not name.startswith("take_")
    }
    answer = confirm(world, form)
    assert "Vælg mindst ét punkt" in words(answer)
    assert stored() == before
