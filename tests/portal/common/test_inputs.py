"""Our own writing of inputs gives what Django's templates give."""

import re

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates

from rammevaerk.portal.common.inputs import Renderer

CHOICES = [
    ("", "Vælg"),
    ("a&b", "A & <b>"),
    ("Gruppe «1» & 2", [("1", 'Et "anførselstegn"'), (2, "to")]),
]


class Everything(forms.Form):
    """One of each that is written by hand, and some that are not."""

    choice = forms.ChoiceField(choices=CHOICES, required=False)
    many = forms.MultipleChoiceField(choices=CHOICES, required=False)
    text = forms.CharField(
        max_length=20, widget=forms.TextInput(attrs={"data-x": 'a"<&', "readonly": True})
    )
    number = forms.IntegerField(min_value=0)
    email = forms.EmailField(required=False, disabled=True)
    day = forms.DateField(required=False, widget=forms.DateInput(attrs={"hidden": False}))
    yes = forms.BooleanField(required=False)
    kept = forms.CharField(widget=forms.HiddenInput, required=False)
    secret = forms.CharField(widget=forms.PasswordInput, required=False)
    long = forms.CharField(widget=forms.Textarea, required=False)
    one = forms.ChoiceField(choices=CHOICES[:2], widget=forms.RadioSelect, required=False)


SENT = {
    "choice": "a&b",
    "many": ["2", "a&b"],
    "text": '<script>"æ"&\'',
    "number": "0",
    "yes": "on",
    "kept": "",
    "long": "<b>",
}


@pytest.mark.parametrize("data", [None, {}, SENT])
def test_inputs_are_written_as_django_writes_them(data) -> None:
    ours = Everything(data, renderer=Renderer(), initial={"day": "2026-01-01"})
    theirs = Everything(data, renderer=DjangoTemplates(), initial={"day": "2026-01-01"})
    assert {field.name: _said(field) for field in ours} == {
        field.name: _said(field) for field in theirs
    }


def _said(field: forms.BoundField) -> str:
    """Without the empty lines that Django's templates leave between options."""
    return re.sub(r"\n+", "\n", str(field))
