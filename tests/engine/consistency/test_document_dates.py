import pytest
from own_minutes import found, item, minutes, pairs

from rammevaerk.engine.documents.consistency.dates import (
    differing_years,
    impossible_days,
    weekdays,
    years,
)
from rammevaerk.engine.documents.consistency.spans import spans


def told(text: str) -> str:
    return item("Uddybning af sejlrenden", text)


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("Fristen er den 31. april 2026.", "31. april 2026"),
        ("Fristen er den 29. februar 2026.", "29. februar 2026"),
        ("Behandlet 31.11.2025 i udvalget.", "31.11.2025"),
        ("Behandlet den 30. februar.", "30. februar"),
    ],
)
def test_a_day_that_no_calendar_has_is_found(text: str, wrong: str) -> None:
    assert [one.found for one in found(impossible_days, minutes(told(text)))] == [wrong]


@pytest.mark.parametrize(
    "text",
    [
        "Fristen er den 29. februar 2028, ellers den 30. april 2028.",
        "Skuddagen er den 29. februar.",
        "Bevillingen er 31.500.000 kr. og version 31.11.4 af reglementet.",
        "Linjen er lagt om 12/31 af strækningen.",
    ],
)
def test_days_that_exist_and_other_numbers_give_no_finding(text: str) -> None:
    assert found(impossible_days, minutes(told(text))) == []


def test_days_in_the_cells_of_tables_are_looked_at_too() -> None:
    plan = (
        "Møder:\n\nRåd\tForår\tEfterår\nHavnerådet\t31. april\t1. oktober\n"
        "Lodsrådet\t2. maj\t3. juni\n"
    )
    document = minutes(told("Tekst."), item("Mødeplan", plan))
    (one,) = found(impossible_days, document)
    assert (one.found, one.item) == ("31. april", "1.2")


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("Mødet holdes mandag den 14. april 2026.", "tirsdag den 14. april 2026"),
        ("Mødet holdes fredag den 16. april.", "torsdag den 16. april 2026"),
        ("Mødet holdes sgndag den 14/4-2026.", "tirsdag den 14. april 2026"),
    ],
)
def test_a_weekday_that_the_date_does_not_have_is_found(text: str, right: str) -> None:
    (one,) = found(weekdays, minutes(told(text)))
    assert one.expected.startswith(right)


@pytest.mark.parametrize(
    "text",
    [
        "Mødet holdes tirsdag den 14. april 2026.",
        "Mødet holdes torsdag den 16. april, kl. 10.",
        "Det blev holdt torsdag den 16. oktober 2025 og fredag d. 17. oktober.",
        "Hver mandag og den 14. april 2026 er der åbent.",
    ],
)
def test_right_weekdays_give_no_finding(text: str) -> None:
    assert found(weekdays, minutes(told(text))) == []


@pytest.mark.parametrize(
    ("text", "wrong", "right"),
    [
        ("På mødet den 4. december 2026 besluttede gruppen at vente.", "4. december 2026",
         "4. december 2025"),
        ("Den 16. september 2026 godkendte byrådet planen.", "16. september 2026",
         "16. september 2025"),
        ("Næste møde i styregruppen er den 11. juni 2025.", "11. juni 2025", "11. juni 2026"),
        ("Punkter kan meldes ind senest den 1. juni 2025.", "1. juni 2025", "1. juni 2026"),
        ("Havnen indvies den 3. maj 2206.", "3. maj 2206", "3. maj 2026"),
    ],
)  # fmt: skip
def test_a_year_that_cannot_be_right_is_found(text: str, wrong: str, right: str) -> None:
    assert pairs(found(years, minutes(told(text)))) == [(wrong, right)]


@pytest.mark.parametrize(
    "text",
    [
        "På mødet den 4. december 2025 besluttede gruppen at vente.",
        "Fristen for punkter til det næste møde er den 1. februar 2026.",
        "Loven af 12. juni 1998 gælder, og den 1. januar 2007 trådte reformen i kraft.",
        "Lone Rasmussen orienterede om konferencen den 9. april 2026.",
        "Det blev besluttet at flytte mødet til den 9. april 2026.",
        "Der er møde i udvalget den 9. april 2026, og vi har et møde den 10. april 2026.",
        "Fristen var den 1. februar 2026, men kunne ikke holdes.",
        "Sekretariatet har sendt indkaldelse til mødet den 11. juni 2026.",
        "Næste møde er den 11. juni 2026, og punkter meldes ind senest den 21. maj 2026.",
        "Havnen skal være færdig den 1. oktober 2031.",
    ],
)
def test_years_that_can_be_right_give_no_finding(text: str) -> None:
    assert found(years, minutes(told(text))) == []


def test_two_years_for_one_meeting_are_found() -> None:
    one = told("Formanden deltager i mødet i Lodsrådet den 24. februar.")
    other = item("Lodser", "Formanden fortalte om mødet i Lodsrådet den 24. februar 2027.")
    assert pairs(found(differing_years, minutes(one, other))) == [
        ("24. februar 2027", "24. februar 2026")
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Formanden fortalte om mødet i Lodsrådet den 24. februar 2026.",
        "Formanden fortalte om mødet i Fiskerirådet den 24. februar 2025.",
        "Mødet i Lodsrådet holdes den 25. februar 2027.",
        "Mødet i Lodsrådet er den 1. marts 2026, og det var den 1. marts 2025.",
    ],
)
def test_other_years_and_other_meetings_give_no_finding(text: str) -> None:
    one = told("Formanden deltager i mødet i Lodsrådet den 24. februar.")
    assert found(differing_years, minutes(one, item("Lodser", text))) == []


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        (
            "Broerne forventes ibrugtaget fra ultimo 2026 og i løbet af 2027. Lige nu forventes "
            "pladserne ibrugtaget inden udgangen af 2026.",
            "inden udgangen af 2026",
        ),
        (
            "Sejlrenden forventes åbnet i april 2027. Sejlrenden forventes åbnet 1. oktober 2027.",
            "1. oktober 2027",
        ),
    ],
)
def test_two_expectations_that_exclude_each_other_are_found(text: str, wrong: str) -> None:
    assert [one.found for one in found(spans, minutes(told(text)))] == [wrong]


@pytest.mark.parametrize(
    "text",
    [
        "Molen forventes afsluttet inden udgangen af 2026. Kampagnen forventes afsluttet i 2027.",
        "Første etape forventes ibrugtaget i 2026. Anden etape forventes ibrugtaget i 2027.",
        "Broen skulle være ibrugtaget i 2025. Broen forventes nu ibrugtaget i 2027.",
        "Broen forventes ibrugtaget i 2027. Broen forventes ibrugtaget i maj 2027.",
        "Broen forventes ibrugtaget i 2027. Udbuddet forventes offentliggjort i 2026.",
        "Broen forventes ibrugtaget inden udgangen af 2027. Broen forventes ibrugtaget i maj 2027.",
    ],
)
def test_expectations_that_agree_give_no_finding(text: str) -> None:
    assert found(spans, minutes(told(text))) == []
