"""Forms of calendars."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from rammevaerk.portal.common.forms import offer


class FeedForm(forms.Form):
    """Which meetings a calendar is to show."""

    body = forms.TypedChoiceField(label=_("Møder i"), coerce=int, required=False, empty_value=None)

    def __init__(self, *args: Any, bodies: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "body", [("", _("alle de fora, du kan se")), *bodies])
