"""What several forms of the agreement are made of."""

from collections.abc import Sequence
from typing import Any

from django import forms

Choices = Sequence[tuple[Any, str]]
Grouped = Sequence[tuple[str, Choices]]


def text_area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})
