"""Form fields: what Danish officials write, and Danish sentences about what cannot be read."""

from datetime import date
from typing import Any

import pytest
from django import forms
from django.core.exceptions import ValidationError

from rammevaerk.engine.periods import PartialDate
from rammevaerk.portal.common.forms import (
    DayField,
    GuardedField,
    LimitedFileField,
    PartialDateFormField,
    mistakes_of,
    show_problem,
    status_of,
)
from rammevaerk.portal.common.templatetags.danish import mistakes_named


class Sample(forms.Form):
    text = GuardedField(max_length=40, required=False)
    day = DayField(required=False)
    when = PartialDateFormField(required=False)


def errors(**sent: str) -> dict[str, list[str]]:
    form = Sample({"text": "x", **sent})
    return {name: [str(one) for one in found] for name, found in form.errors.items()}


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("8. april 2025", date(2025, 4, 8)),
        ("08-04-2025", date(2025, 4, 8)),
        ("8/4/25", date(2025, 4, 8)),
        ("  8.   april  2025 ", date(2025, 4, 8)),
        ("2025-04-08", date(2025, 4, 8)),
        ("29. februar 2024", date(2024, 2, 29)),
        ("", None),
    ],
)
def test_a_day_is_read_as_it_is_written(text: str, day: date | None) -> None:
    form = Sample({"day": text})
    assert form.is_valid()
    assert form.cleaned_data["day"] == day


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("31. februar 2025", "«31. februar 2025» findes ikke: februar 2025 har 28 dage"),
        ("29/2/2025", "februar 2025 har 28 dage"),
        ("april 2025", "«april 2025» er ikke en bestemt dag; skriv dag, måned og år."),
        ("1. kvartal 2025", "er ikke en bestemt dag"),
        ("2025", "er ikke en bestemt dag"),
        ("32. april 2025", "april 2025 har 30 dage"),
        ("1.13.2025", "ingen måned nummer 13"),
        ("snart", "kan ikke læses som en dato"),
        ("8. april 1825", "1900-2199"),
    ],
)
def test_a_day_that_cannot_be_is_explained(text: str, why: str) -> None:
    (message,) = errors(day=text)["day"]
    assert why in message


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("20. september 2024", "2024-09-20"),
        ("januar 2025", "2025-01"),
        ("1. kvartal 2025", "2025-Q1"),
        ("2027", "2027"),
    ],
)
def test_a_date_keeps_the_precision_it_was_given(text: str, code: str) -> None:
    form = Sample({"when": text})
    assert form.is_valid()
    assert form.cleaned_data["when"] == PartialDate.from_code(code)


def test_a_date_is_written_back_in_danish() -> None:
    form = Sample(initial={"day": date(2025, 4, 8), "when": PartialDate.from_code("2025-Q1")})
    assert 'value="8. april 2025"' in str(form["day"])
    assert 'value="1. kvartal 2025"' in str(form["when"])


def test_what_could_not_be_read_is_given_back_as_it_was_written() -> None:
    assert 'value="31. februar 2025"' in str(Sample({"day": "31. februar 2025"})["day"])


def test_a_date_as_long_as_a_book_is_refused() -> None:
    assert "day" in errors(day="1" * 100_000)


def test_a_text_is_refused_with_the_place_of_the_number() -> None:
    (message,) = errors(text="linje\r\nog 010190-1234")["text"]
    assert "linje 2, tegn 4" in message


def test_the_line_ends_of_a_browser_become_one_kind() -> None:
    form = Sample({"text": "en\r\nto"})
    assert form.is_valid()
    assert form.cleaned_data["text"] == "en\nto"


def test_a_nul_byte_is_refused() -> None:
    assert "text" in errors(text="a\x00b")


# --- files, and refusals of operations ---


class Upload(forms.Form):
    file = LimitedFileField(required=False)


def test_a_file_that_was_let_go_of_is_told_by_its_name() -> None:
    form = Upload({}, {})
    form.fields["file"].too_large = "stor.pdf"
    assert form.errors["file"] == [
        "Filen «stor.pdf» er større end 20 MB og er ikke taget imod. Gør den mindre, eller del den"
        " op. Intet er gemt."
    ]


def problem(content: Any) -> Sample:
    form = Sample({"text": "x"})
    assert form.is_valid()
    show_problem(form, ValidationError(content))
    return form


def test_a_refusal_stands_at_the_field_it_speaks_of_and_the_rest_above() -> None:
    form = problem({"text": ["Forkert."], "hidden_column": ["Mangler."]})
    assert form.errors["text"] == ["Forkert."]
    assert form.non_field_errors() == ["Mangler."]
    assert problem("Alt er forkert.").non_field_errors() == ["Alt er forkert."]


def test_the_status_of_a_page_tells_that_nothing_was_saved() -> None:
    assert status_of(Sample()) == 200
    assert status_of(Sample({"text": "x"})) == 200
    assert status_of(Sample({"day": "snart"})) == 422
    assert status_of(problem("Forkert.")) == 422


class Asked(forms.Form):
    title = GuardedField(label="Mål")
    day = DayField(label="Gælder fra")
    kind = forms.ChoiceField(label="Årsag", choices=[("a", "Ferie")])
    file = forms.FileField(label="Fil")
    sure = forms.BooleanField(label="Jeg er sikker")
    months = forms.IntegerField(label="Måneder", required=False, min_value=1, max_value=12)
    own = forms.CharField(label="Andet", error_messages={"required": "Genindlæs siden."})


def test_a_field_left_empty_is_named_and_says_what_to_do() -> None:
    form = Asked({})
    assert {name: mistakes_of(form[name]) for name in form.fields} == {
        "title": ["Udfyld «Mål»."],
        "day": ["Skriv en dag i «Gælder fra», fx «8. april 2025»."],
        "kind": ["Vælg i «Årsag»."],
        "file": ["Vælg en fil i «Fil»."],
        "sure": ["Sæt kryds ved «Jeg er sikker»."],
        "months": [],
        "own": ["Genindlæs siden."],
    }


def test_other_mistakes_are_said_as_the_field_says_them() -> None:
    form = Asked({"title": "x", "day": "31. februar 2025", "kind": "b"})
    assert mistakes_of(form["title"]) == []
    assert "findes ikke" in mistakes_of(form["day"])[0]
    assert mistakes_named(form["day"])[0].startswith("Gælder fra: ")
    assert mistakes_named(form["file"]) == ["Vælg en fil i «Fil»."]


@pytest.mark.parametrize(
    ("typed", "said"), [("13", ["Skriv højst 12."]), ("0", ["Skriv mindst 1."]), ("12", [])]
)
def test_a_limit_is_said_as_what_to_write(typed: str, said: list[str]) -> None:
    assert mistakes_of(Asked({"months": typed})["months"]) == said
