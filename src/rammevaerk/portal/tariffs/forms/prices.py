"""What the register of tariffs is asked: for which day, as known when, and which prices."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from rammevaerk.portal.common.clock import beginning_of
from rammevaerk.portal.common.forms import DayField, offer
from rammevaerk.portal.tariffs.models import Component, Unit

_ALL = ("", _("Alle"))


class PriceFilterForm(forms.Form):
    """The filters of the register, as they stand in the address."""

    q = forms.CharField(label=_("Søg"), max_length=100, required=False)
    dag = DayField(label=_("Gælder pr."), required=False, help_text="")
    kendt = DayField(label=_("Som kendt pr."), required=False, help_text="")
    driftsherre = forms.TypedChoiceField(
        label=_("Driftsherre"), coerce=int, empty_value=None, required=False
    )
    paragraf = forms.ChoiceField(label=_("Paragraf"), required=False)
    takstdel = forms.ChoiceField(
        label=_("Takstdel"), choices=[_ALL, *Component.choices], required=False
    )
    enhed = forms.ChoiceField(label=_("Enhed"), choices=[_ALL, *Unit.choices], required=False)

    def __init__(
        self,
        *args: Any,
        operators: list[tuple[int, str]],
        paragraphs: list[tuple[str, str]],
        **more: Any,
    ) -> None:
        super().__init__(*args, **more)
        offer(self, "driftsherre", [_ALL, *operators])
        offer(self, "paragraf", [_ALL, *paragraphs])

    def known(self) -> datetime | None:
        """The moment as known at the end of the day asked for; None is now."""
        day = self.cleaned_data.get("kendt")
        return beginning_of(day + timedelta(days=1)) if day else None
