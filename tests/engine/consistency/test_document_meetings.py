from dataclasses import replace
from datetime import date

import pytest
from own_minutes import HEAD, found, item, minutes, pairs

from rammevaerk.engine.documents.consistency.abolition import meetings_after_abolition
from rammevaerk.engine.documents.consistency.decisions import (
    only_orientation,
    orientation_that_decides,
    recommendation_openings,
)
from rammevaerk.engine.documents.consistency.register import Body, Register
from rammevaerk.engine.documents.consistency.schedules import (
    event_days,
    hours_and_places,
    next_meetings,
)
from rammevaerk.exchange.meeting_documents import read_text

PLAN = (
    "Møder i Havnerådet i 2026:\n- 11. juni (kl. 9-11, Rådhuset i Køge)\n"
    "- 10. september (kl. 9-11, Solrød Rådhus)"
)


def planned(text: str, after: str = "") -> list[tuple[str, str]]:
    document = minutes(item("Mødeplan", PLAN + "\n\n" + after), item("Lodser", text))
    return pairs(found(hours_and_places, document))


def test_another_place_for_one_meeting_in_another_item_is_found() -> None:
    assert planned("Næste møde i Havnerådet er den 11. juni 2026 på Stevns Bibliotek.") == [
        ("11. juni 2026: Stevns Bibliotek", "Rådhuset i Køge")
    ]


def test_other_hours_for_one_meeting_in_another_item_are_found() -> None:
    assert planned("Havnerådets møde i Havnerådet den 11. juni er kl. 13.00-15.00.") == [
        ("11. juni 2026: kl. 13.00-15.00", "kl. 9.00-11.00")
    ]


def test_the_old_place_of_a_meeting_that_was_moved_is_found() -> None:
    moved = "Mødet den 11. juni afkortes til kl. 10.00-11.00 og flyttes til Greve."
    text = "Næste møde i Havnerådet er den 11. juni 2026 på Rådhuset i Køge."
    assert planned(text, moved) == [("11. juni 2026: Rådhuset i Køge", "Greve")]


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("Næste møde i Havnerådet er den 11. juni 2026 på Køge Rådhus.", ""),
        ("Næste møde i Havnerådet er den 11. juni 2026 i Greve.",
         "Mødet den 11. juni flyttes til Greve."),
        ("Møde i FISKERIRÅDET den 11. juni 2026 kl. 13-15 i Ishøj.", ""),
        ("Næste møde i Havnerådet er den 10. september 2026 kl. 9.00-11.00.", ""),
        ("Der holdes temadag i Havnerådet den 12. juni 2026 i Ishøj.", ""),
    ],
)  # fmt: skip
def test_meetings_that_agree_and_other_meetings_give_no_finding(text: str, after: str) -> None:
    heading = PLAN.replace("Havnerådet", "HAVNERÅDET") if "FISKERI" in text else PLAN
    document = minutes(item("Mødeplan", f"{heading}\n\n{after}"), item("Lodser", text))
    assert found(hours_and_places, document) == []


def test_two_days_for_one_named_event_are_found() -> None:
    one = item("Lodser", "Dialogmødet afholdes tirsdag den 14. april 2026.")
    other = item("Fiskere", "Dialogmødet ligger den 21. april 2026.")
    assert pairs(found(event_days, minutes(one, other))) == [("21. april 2026", "14. april 2026")]


@pytest.mark.parametrize(
    "text",
    [
        "Dialogmødet er den 14. april.",
        "Det seneste dialogmøde var den 21. april 2025.",
        "Dialogmødet flyttes til den 21. april 2026.",
        "Det andet dialogmøde er den 21. april 2026.",
        "Konferencen er den 21. april 2026.",
        "Et dialogmøde kan holdes den 21. april 2026.",
    ],
)
def test_other_events_and_moved_ones_give_no_finding(text: str) -> None:
    one = item("Lodser", "Dialogmødet afholdes tirsdag den 14. april 2026.")
    assert found(event_days, minutes(one, item("Fiskere", text))) == []


def test_a_next_meeting_that_the_plan_does_not_have_is_found() -> None:
    text = "Næste møde i Havnerådet er den 18. juni 2026."
    document = minutes(item("Mødeplan", PLAN), item("Næste møde", text))
    assert pairs(found(next_meetings, document)) == [
        ("18. juni 2026", "11. juni 2026, 10. september 2026")
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Næste møde i Havnerådet er den 11. juni 2026.",
        "Næste møde i Fiskerirådet er den 18. juni 2026.",
        "Næste møde i Havnerådet er den 14. januar 2027.",
    ],
)
def test_a_next_meeting_of_the_plan_gives_no_finding(text: str) -> None:
    document = minutes(item("Mødeplan", PLAN), item("Næste møde", text))
    assert found(next_meetings, document) == []


def test_the_column_of_a_table_is_a_list_of_meetings_too() -> None:
    plan = "Møder:\n\nHavnerådet\tLodsrådet\n11. juni\t12. maj\n10. september\t13. august\n"
    for day, count in (("11. juni 2026", 0), ("18. juni 2026", 1)):
        text = f"Næste møde i Havnerådet er den {day}."
        document = minutes(item("Møder i 2026", plan), item("Næste møde", text))
        assert len(document.tables) == 1
        assert len(found(next_meetings, document)) == count


LODS = Body("lods", ("Lodsudvalget",), (), abolished_on=date(2026, 1, 1))
UNDER = Body("under", ("Arbejdsudvalget",), (), parent="radet", abolished_on=date(2026, 1, 1))
RADET = Body("radet", ("Havnerådet",), ())


def test_a_meeting_after_the_day_of_abolition_is_found_once_per_list() -> None:
    text = "Møder i Lodsudvalget i 2026:\n- 12. august\n- 3. december"
    (one,) = found(meetings_after_abolition, minutes(item("Mødeplan", text)), Register((LODS,)))
    assert one.found == "Lodsudvalget, møde 3. december 2026"
    assert one.expected == "intet møde efter 1. januar 2026"


def test_an_abolition_that_the_minutes_themselves_decide_counts() -> None:
    decided = item(
        "Udvalg", "Der var enighed om, at Lodsudvalget nedlægges med virkning fra 1. juli 2026."
    )
    text = "Møder i Lodsudvalget i 2026:\n- 12. august"
    assert len(found(meetings_after_abolition, minutes(decided, item("Mødeplan", text)))) == 1


@pytest.mark.parametrize(
    ("decided", "text"),
    [
        ("Lodsudvalget nedlægges med virkning fra 1. juli 2026.",
         "Møder i Lodsudvalget i 2026:\n- 12. maj"),
        ("Det drøftes, om Lodsudvalget nedlægges fra 1. juli 2026 eller fortsætter.",
         "Møder i Lodsudvalget i 2026:\n- 12. august"),
        ("Lodsudvalget nedlægges ikke.", "Møder i Lodsudvalget i 2026:\n- 12. august"),
        ("Lodsudvalget nedlægges fra 2026.", "Møder i Fiskeriudvalget i 2026:\n- 12. august"),
        ("Lodsudvalget nedlægges fra 2026.", "Sidste møde i Lodsudvalget var den 3. juni 2025."),
        ("Lodsudvalget nedlægges med udgangen af 2026.",
         "Møder i Lodsudvalget i 2026:\n- 12. august"),
    ],
)  # fmt: skip
def test_meetings_before_it_and_of_others_give_no_finding(decided: str, text: str) -> None:
    document = minutes(item("Udvalg", decided), item("Mødeplan", text))
    assert found(meetings_after_abolition, document) == []


def test_the_meeting_itself_may_not_be_one_of_an_abolished_body() -> None:
    document = replace(minutes(item("Kajer", "Tekst.")), body="Lodsudvalget")
    assert [one.line for one in found(meetings_after_abolition, document, Register((LODS,)))] == [1]
    before = replace(document, day=date(2025, 12, 31))
    assert found(meetings_after_abolition, before, Register((LODS,))) == []


@pytest.mark.parametrize(("parent", "count"), [("Havnerådet", 1), ("Byrådet", 0)])
def test_a_common_name_means_the_abolished_body_only_beside_its_parent(
    parent: str, count: int
) -> None:
    text = f"{parent} er hørt.\n\nMøder i Arbejdsudvalget i 2026:\n- 12. august"
    document = minutes(item("Mødeplan", text))
    assert len(found(meetings_after_abolition, document, Register((RADET, UNDER)))) == count


@pytest.mark.parametrize(
    "points",
    [
        "- Tager orienteringen til efterretning",
        "- Orienteres om arbejdsgruppens forslag og om drøftelserne i udvalget",
        "- Orienteres om planen, herunder at byrådet godkender den\n- Tager den til efterretning",
    ],
)
def test_an_item_to_decide_that_only_informs_is_found(points: str) -> None:
    document = minutes(item("Kajer", "Tekst."), item("Sejlrenden", "Tekst.", points=points))
    assert [one.item for one in found(only_orientation, document)] == ["1.2"]


@pytest.mark.parametrize(
    "points",
    [
        "- Drøfter planen\n- Tager orienteringen til efterretning",
        "- Tager orienteringen til efterretning og beslutter den videre proces",
        "- Orienteres om planen\n- Godkender, at den sendes i høring",
        "- Tilkendegiver sin holdning",
        "- Udpeger to medlemmer",
    ],
)
def test_an_item_that_asks_for_something_gives_no_finding(points: str) -> None:
    assert found(only_orientation, minutes(item("Sejlrenden", "Tekst.", points=points))) == []


def test_an_item_for_information_that_decides_is_found() -> None:
    text = item("Sejlrenden", "Tekst.", points="- Godkender planen")
    document = minutes(text, section="1. Orienteringspunkter")
    assert [one.found for one in found(orientation_that_decides, document)] == ["Godkender planen"]
    assert found(only_orientation, document) == []


def test_an_item_for_information_that_informs_gives_no_finding() -> None:
    text = item("Sejlrenden", "Tekst.", points="- Tager orienteringen til efterretning")
    document = minutes(text, section="1. Orienteringspunkter")
    assert found(orientation_that_decides, document) == []
    assert found(only_orientation, document) == []


def test_a_recommendation_that_opens_unlike_the_others_is_found() -> None:
    items = [item("Kajer", "Tekst."), item("Sejlrenden", "Tekst."), item("Lodser", "Tekst.")]
    right = minutes(*items)
    assert found(recommendation_openings, right) == []
    wrong = "\n".join(right.lines).replace("At Styregruppen:", "Af Styregruppen:", 1)
    assert pairs(found(recommendation_openings, read_text(wrong))) == [
        ("Af Styregruppen", "At Styregruppen")
    ]


def test_the_head_of_the_document_is_no_recommendation() -> None:
    document = minutes(item("Kajer", "Tekst."), head=HEAD + "Af Styregruppen:\n\n")
    assert found(recommendation_openings, document) == []
