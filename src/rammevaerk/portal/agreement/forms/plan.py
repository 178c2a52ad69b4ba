"""Forms that build the action plan."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from rammevaerk.portal.agreement.forms.parts import Choices, Grouped, text_area
from rammevaerk.portal.agreement.models import INITIATIVE_NUMBER
from rammevaerk.portal.common.forms import DayField, GuardedField, offer


class InitiativeForm(forms.Form):
    """An initiative of the plan."""

    goal = forms.TypedChoiceField(label=_("Målsætning"), coerce=int)
    parent = forms.TypedChoiceField(
        label=_("Hører under"), coerce=int, required=False, empty_value=None
    )
    number = forms.RegexField(
        label=_("Nummer"),
        regex=f"^{INITIATIVE_NUMBER}$",
        error_messages={"invalid": _("Skriv et nummer som «1.4» eller «2.1.3».")},
    )
    title = GuardedField(label=_("Titel"), max_length=300)
    description = GuardedField(
        label=_("Beskrivelse"), widget=text_area(6), max_length=6000, required=False
    )
    forum = forms.TypedChoiceField(label=_("Forum"), coerce=int)
    responsible = forms.TypedChoiceField(
        label=_("Ansvarlig"), coerce=int, required=False, empty_value=None
    )
    known_from = DayField(
        label=_("I planen fra"),
        required=False,
        help_text=_("Tomt felt: Initiativet stod i planen fra begyndelsen."),
    )

    def __init__(
        self,
        *args: Any,
        goals: Choices,
        parents: Choices,
        forums: Choices,
        organisations: Choices,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "goal", goals)
        offer(self, "parent", [("", _("(intet; et selvstændigt initiativ)")), *parents])
        offer(self, "forum", forums)
        offer(self, "responsible", [("", _("(ikke angivet)")), *organisations])

    def values(self) -> dict[str, Any]:
        """Column values, without the goal and the parent."""
        cleaned = self.cleaned_data
        return {
            "number": cleaned["number"],
            "title": cleaned["title"],
            "description": cleaned["description"],
            "forum_id": cleaned["forum"],
            "responsible_id": cleaned["responsible"],
            "known_from": cleaned["known_from"],
        }


class ReviseInitiativeForm(InitiativeForm):
    """An initiative that stands: it keeps its goal and its place."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, goals=(), parents=(), **kwargs)
        del self.fields["goal"], self.fields["parent"]


class ReviseForumForm(forms.Form):
    """A forum that stands: its key is part of addresses that people have kept."""

    name = GuardedField(label=_("Navn"), max_length=80, help_text=_("Fx «DASSOS»."))
    heading = GuardedField(
        label=_("Overskrift i handlingsplanen"),
        max_length=200,
        help_text=_("Fx «Nye initiativer under DASSOS»."),
    )


class ForumForm(ReviseForumForm):
    """A new forum under which initiatives run."""

    key = forms.SlugField(
        label=_("Kort navn"), max_length=40, help_text=_("Små bogstaver, fx «dassos».")
    )


class ReviseAreaForm(forms.Form):
    """A development area that stands: its key is part of addresses that people have kept."""

    number = forms.IntegerField(label=_("Nummer"), min_value=1, max_value=99)
    title = GuardedField(label=_("Titel"), max_length=200)
    description = GuardedField(
        label=_("Beskrivelse"), widget=text_area(5), max_length=6000, required=False
    )


class AreaForm(ReviseAreaForm):
    """A new development area."""

    key = forms.SlugField(
        label=_("Kort navn"),
        max_length=60,
        help_text=_("Til adressen; små bogstaver og bindestreger, fx «mental-sundhed»."),
    )
    field_order = ("number", "key")


class GoalForm(forms.Form):
    """A goal of a development area."""

    text = GuardedField(label=_("Målsætning"), widget=text_area(3), max_length=2000)


class LinkForm(forms.Form):
    """What an area or an initiative continues from an earlier edition."""

    predecessor = forms.TypedChoiceField(label=_("Fra en tidligere udgave"), coerce=int)

    def __init__(self, predecessors: Grouped, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "predecessor", [("", _("Vælg")), *predecessors])
