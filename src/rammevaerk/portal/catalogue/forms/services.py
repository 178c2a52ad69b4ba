"""Forms of services: what they are, under which law, for whom, how many places and how full."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from rammevaerk.portal.catalogue.forms.fields import LastDayField, PercentField
from rammevaerk.portal.catalogue.models import OccupancyFigure, Service
from rammevaerk.portal.catalogue.models.vocabulary import Audience
from rammevaerk.portal.common.forms import DayField, GuardedField, offer

Choices = Sequence[tuple[Any, str]]


class ServiceForm(forms.Form):
    """A service of a facility."""

    name = GuardedField(label=_("Navn"), max_length=150)
    department_id = forms.TypedChoiceField(
        label=_("Afdeling"), coerce=int, required=False, empty_value=None
    )
    setting = forms.ChoiceField(label=_("Form"), choices=Service.Setting.choices)
    audience = forms.ChoiceField(label=_("For"), choices=Audience.choices)
    age_from = forms.IntegerField(label=_("Fra alder"), min_value=0, max_value=120)
    age_to = forms.IntegerField(
        label=_("Til alder"),
        min_value=1,
        max_value=121,
        required=False,
        help_text=_("Den første alder, der er for høj: 18 betyder til den 18. fødselsdag."),
    )
    valid_from = DayField(label=_("Gives fra"))
    valid_to = LastDayField(label=_("Gives til og med"))

    def __init__(self, *args: Any, departments: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "department_id", [("", _("(ingen)")), *departments])


class _FromADayForm(forms.Form):
    """A choice that holds from a day; what held before stays."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)
    on = DayField(
        label=_("Gælder fra"),
        help_text=_("Det, der gjaldt før dagen, bliver stående i historikken."),
    )


class ParagraphsForm(_FromADayForm):
    """Under which provisions a service is given from a day."""

    paragraph_ids = forms.TypedMultipleChoiceField(
        label=_("Paragraffer"), coerce=int, widget=forms.CheckboxSelectMultiple, required=False
    )
    field_order = ("paragraph_ids", "on")

    def __init__(self, *args: Any, paragraphs: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "paragraph_ids", paragraphs)


class TargetGroupsForm(_FromADayForm):
    """For which target groups a service is from a day."""

    target_group_ids = forms.TypedMultipleChoiceField(
        label=_("Målgrupper"), coerce=int, widget=forms.CheckboxSelectMultiple, required=False
    )
    main_id = forms.TypedChoiceField(
        label=_("Hovedmålgruppe"), coerce=int, required=False, empty_value=None
    )
    field_order = ("target_group_ids", "main_id", "on")

    def __init__(self, *args: Any, groups: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "target_group_ids", groups)
        offer(self, "main_id", [("", _("(ingen)")), *groups])


class CapacityForm(forms.Form):
    """A new number of places from a day."""

    places = forms.IntegerField(label=_("Pladser"), min_value=0, max_value=10_000)
    covered = forms.IntegerField(
        label=_("Heraf omfattet af rammeaftalen"), min_value=0, max_value=10_000
    )
    valid_from = DayField(label=_("Gælder fra"))
    reason = GuardedField(label=_("Begrundelse"), max_length=300)


class VacancyForm(forms.Form):
    """How many places were free on a day."""

    free = forms.IntegerField(label=_("Ledige pladser"), min_value=0, max_value=10_000)
    waiting = forms.IntegerField(
        label=_("Borgere på venteliste"), min_value=0, max_value=10_000, initial=0
    )
    as_of = DayField(label=_("Opgjort pr."))


class OccupancyForm(forms.Form):
    """How full a service was, or is assumed to be, in a year."""

    year = forms.IntegerField(
        label=_("År"),
        min_value=2007,
        max_value=2100,
        localize=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    kind = forms.ChoiceField(label=_("Hvilket tal"), choices=OccupancyFigure.Kind.choices)
    basis_points = PercentField(label=_("Belægning i procent"), help_text=_("Fx 97,5."))
    source = GuardedField(label=_("Kilde"), max_length=300, required=False)
