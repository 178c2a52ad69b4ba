"""Forms of statuses and milestones."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from rammevaerk.portal.agreement.forms.parts import text_area
from rammevaerk.portal.agreement.models import Milestone, Status
from rammevaerk.portal.agreement.operations.history import MilestoneChange
from rammevaerk.portal.agreement.queries import MilestoneView
from rammevaerk.portal.common.forms import DayField, GuardedField, PartialDateFormField


class StatusForm(forms.Form):
    """A new status, and what it says of the milestones; a closed one may be opened again."""

    KEEP, REACHED, MOVED, DROPPED = "keep", "reached", "planned", "dropped"

    status = forms.ChoiceField(label=_("Status"), choices=Status.choices)
    text = GuardedField(
        label=_("Statustekst"),
        widget=text_area(4),
        max_length=4000,
        required=False,
        help_text=_("Hvad er sket, og hvad er det næste? Ingen personnumre."),
    )
    effective_on = DayField(label=_("Status pr."))
    source = GuardedField(
        label=_("Kilde"),
        max_length=300,
        required=False,
        help_text=_("Fx «DASSOS' møde 27. februar 2026, punkt 1.2»."),
    )
    latest_seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, milestones: Sequence[MilestoneView], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.milestones = sorted(milestones, key=lambda view: not view.open)
        for view in self.milestones:
            if view.open:
                self._add_open(view)
            else:
                self._add_closed(view)
            self.fields[f"date_{view.row.pk}"] = PartialDateFormField(
                label=_("Dato for «%s»") % view.row.title, required=False
            )

    def _add_closed(self, view: MilestoneView) -> None:
        said = _("nået %s") % view.reached.text_da() if view.reached else _("bortfaldet")
        self.fields[self._choice_of(view)] = forms.ChoiceField(
            label=_("«%(title)s» (%(said)s)") % {"title": view.row.title, "said": said},
            choices=[(self.KEEP, _("Uændret")), (self.MOVED, _("Alligevel ventet"))],
            initial=self.KEEP,
            required=False,
        )

    @staticmethod
    def _choice_of(view: MilestoneView) -> str:
        # Another name for a closed one: an answer given while it was open is not heard.
        return f"milestone_{view.row.pk}" if view.open else f"closed_{view.row.pk}"

    def _add_open(self, view: MilestoneView) -> None:
        planned = view.planned.text_da() if view.planned else _("uden dato")
        self.fields[self._choice_of(view)] = forms.ChoiceField(
            label=_("«%(title)s» (ventet %(planned)s)")
            % {"title": view.row.title, "planned": planned},
            choices=[
                (self.KEEP, _("Uændret")),
                (self.REACHED, _("Nået")),
                (self.MOVED, _("Ny ventet dato")),
                (self.DROPPED, _("Bortfaldet")),
            ],
            initial=self.KEEP,
        )

    def milestone_fields(self) -> list[tuple[MilestoneView, Any, Any]]:
        """For the template: each milestone with its two fields, the open ones first."""
        return [
            (view, self[self._choice_of(view)], self[f"date_{view.row.pk}"])
            for view in self.milestones
        ]

    def clean(self) -> None:
        for view in self.milestones:
            choice = self.cleaned_data.get(self._choice_of(view))
            dated = self.cleaned_data.get(f"date_{view.row.pk}")
            name = f"date_{view.row.pk}"
            if name in self.errors:
                continue
            if choice in {self.REACHED, self.MOVED} and dated is None:
                self.add_error(name, _("Skriv datoen."))
            if dated is not None and not view.open and choice != self.MOVED:
                self.add_error(name, _("Vælg «Alligevel ventet», eller slet datoen."))
            elif choice in {self.KEEP, self.DROPPED} and dated is not None:
                self.add_error(name, _("Vælg, om milepælen er nået eller har fået en ny dato."))

    def milestone_changes(self) -> list[MilestoneChange]:
        return [
            MilestoneChange(
                view.row.pk,
                choice,
                self.cleaned_data[f"date_{view.row.pk}"],
                reopen=not view.open,
            )
            for view in self.milestones
            for choice in [self.cleaned_data[self._choice_of(view)]]
            if choice not in ("", self.KEEP)
        ]


class ReviseMilestoneForm(forms.Form):
    """A milestone that stands: what was said of its dates, and from where, is history."""

    kind = forms.ChoiceField(label=_("Art"), choices=Milestone.Kind.choices)
    title = GuardedField(label=_("Milepæl"), max_length=200)


class MilestoneForm(ReviseMilestoneForm):
    """Something new that is expected of an initiative."""

    planned = PartialDateFormField(label=_("Ventet"))
    source = GuardedField(label=_("Kilde"), max_length=300, required=False)
