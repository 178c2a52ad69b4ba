"""Forms of editions, plans, statuses and participation."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from rammevaerk.portal.agreement.models import Milestone, Status
from rammevaerk.portal.agreement.operations.history import MilestoneChange
from rammevaerk.portal.agreement.queries import MilestoneView
from rammevaerk.portal.common.forms import (
    DayField,
    GuardedField,
    LimitedFileField,
    PartialDateFormField,
    offer,
)

Choices = Sequence[tuple[Any, str]]


def _area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class StatusForm(forms.Form):
    """A new status, and what it says of the milestones; a closed one may be opened again."""

    KEEP, REACHED, MOVED, DROPPED = "keep", "reached", "planned", "dropped"

    status = forms.ChoiceField(label=_("Status"), choices=Status.choices)
    text = GuardedField(
        label=_("Statustekst"),
        widget=_area(4),
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


class MilestoneForm(forms.Form):
    """Something that is expected of an initiative."""

    kind = forms.ChoiceField(label=_("Art"), choices=Milestone.Kind.choices)
    title = GuardedField(label=_("Milepæl"), max_length=200)
    planned = PartialDateFormField(label=_("Ventet"))
    source = GuardedField(label=_("Kilde"), max_length=300, required=False)


class InitiativeForm(forms.Form):
    """An initiative of the plan."""

    goal = forms.TypedChoiceField(label=_("Målsætning"), coerce=int)
    parent = forms.TypedChoiceField(
        label=_("Hører under"), coerce=int, required=False, empty_value=None
    )
    number = forms.RegexField(
        label=_("Nummer"),
        regex=r"^[0-9]{1,3}(\.[0-9]{1,3}){0,3}$",
        error_messages={"invalid": _("Skriv et nummer som «1.4» eller «2.1.3».")},
    )
    title = GuardedField(label=_("Titel"), max_length=300)
    description = GuardedField(
        label=_("Beskrivelse"), widget=_area(6), max_length=6000, required=False
    )
    forum = forms.TypedChoiceField(label=_("Forum"), coerce=int)
    responsible = forms.TypedChoiceField(
        label=_("Ansvarlig"), coerce=int, required=False, empty_value=None
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
        }


class ReviseInitiativeForm(InitiativeForm):
    """An initiative that stands: it keeps its goal and its place."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, goals=(), parents=(), **kwargs)
        del self.fields["goal"], self.fields["parent"]


class EditionForm(forms.Form):
    """The facts and texts of an edition."""

    title = GuardedField(label=_("Titel"), max_length=200)
    summary = GuardedField(label=_("Resumé"), widget=_area(8), max_length=6000, required=False)
    approval_deadline = PartialDateFormField(label=_("Frist for godkendelse"), required=False)
    deadline_source = GuardedField(label=_("Fristens kilde"), max_length=300, required=False)
    published_on = DayField(label=_("Offentliggjort"), required=False)
    dispatched_on = DayField(label=_("Sendt til Social- og Boligstyrelsen"), required=False)
    sources = GuardedField(label=_("Kilder"), widget=_area(3), max_length=2000, required=False)


class NewEditionForm(EditionForm):
    """A new edition, with its period."""

    label = forms.RegexField(
        label=_("Periode"),
        regex=r"^[0-9]{4}-[0-9]{2}$",
        help_text=_("Som på forsiden, fx «2027-28»."),
        error_messages={"invalid": _("Skriv perioden som «2027-28».")},
    )
    valid_from = DayField(label=_("Gælder fra"))
    last_day = DayField(label=_("Gælder til og med"))
    field_order = ("title", "label", "valid_from", "last_day")

    def clean(self) -> None:
        first, last = self.cleaned_data.get("valid_from"), self.cleaned_data.get("last_day")
        if first and last and last < first:
            self.add_error("last_day", _("Perioden slutter, før den begynder."))

    def values(self) -> dict[str, Any]:
        cleaned = dict(self.cleaned_data)
        valid_to = cleaned.pop("last_day") + timedelta(days=1)
        return {**cleaned, "valid_to": valid_to}


class AgreementForm(forms.Form):
    """A cooperation's framework agreement."""

    title = GuardedField(label=_("Titel"), max_length=200)
    slug = forms.SlugField(
        label=_("Kort navn"),
        max_length=60,
        help_text=_("Til adressen; små bogstaver og bindestreger, fx «midtjylland»."),
    )


class ForumForm(forms.Form):
    """A forum under which initiatives run."""

    name = GuardedField(label=_("Navn"), max_length=80, help_text=_("Fx «DASSOS»."))
    heading = GuardedField(
        label=_("Overskrift i handlingsplanen"),
        max_length=200,
        help_text=_("Fx «Nye initiativer under DASSOS»."),
    )
    key = forms.SlugField(
        label=_("Kort navn"), max_length=40, help_text=_("Små bogstaver, fx «dassos».")
    )


class AreaForm(forms.Form):
    """A development area."""

    number = forms.IntegerField(label=_("Nummer"), min_value=1, max_value=99)
    key = forms.SlugField(
        label=_("Kort navn"),
        max_length=60,
        help_text=_("Til adressen; små bogstaver og bindestreger, fx «mental-sundhed»."),
    )
    title = GuardedField(label=_("Titel"), max_length=200)
    description = GuardedField(
        label=_("Beskrivelse"), widget=_area(5), max_length=6000, required=False
    )


class GoalForm(forms.Form):
    """A goal of a development area."""

    text = GuardedField(label=_("Målsætning"), widget=_area(3), max_length=2000)


class ChapterForm(forms.Form):
    """A chapter of the styringsaftale."""

    number = forms.CharField(label=_("Nummer"), max_length=12)
    title = GuardedField(label=_("Titel"), max_length=200)
    summary = GuardedField(label=_("Indhold"), widget=_area(3), max_length=2000, required=False)
    source = GuardedField(label=_("Kilde"), max_length=300, required=False)


class AnnexForm(forms.Form):
    """An entry of the annex register."""

    number = forms.IntegerField(label=_("Nummer"), min_value=1, max_value=999)
    title = GuardedField(label=_("Titel"), max_length=200)
    published_at = forms.URLField(
        label=_("Offentliggjort på"),
        max_length=500,
        required=False,
        assume_scheme="https",
        help_text=_("Adresse på hjemmesiden, hvis bilaget ligger der."),
    )


class FileForm(forms.Form):
    """One uploaded file."""

    def __init__(self, *args: Any, too_large: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"] = LimitedFileField(
            too_large=too_large,
            label=_("Fil"),
            max_length=255,
            help_text=_("PDF, Word, Excel, PowerPoint, OpenDocument eller CSV; højst 20 MB."),
        )


class PlanFileForm(FileForm):
    """The Excel file of the plan, with the changes somebody made in it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].label = _("Excel-fil med handlingsplanen")
        self.fields["file"].help_text = _(
            "Brug den fil, som «Hent som Excel» giver. Højst 20 MB. Du ser ændringerne, før noget"
            " gemmes."
        )


class JoinForm(forms.Form):
    """An organisation takes part in an initiative."""

    organisation = forms.TypedChoiceField(label=_("Deltager"), coerce=int)
    valid_from = DayField(label=_("Deltager fra"), required=False)
    note = GuardedField(label=_("Bemærkning"), max_length=500, required=False)
    source = GuardedField(label=_("Kilde"), max_length=300, required=False)

    def __init__(self, organisations: Choices, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "organisation", organisations)


class CountForm(forms.Form):
    """How many took part in a period."""

    value = forms.IntegerField(label=_("Antal"), min_value=0, max_value=1_000_000)
    unit = GuardedField(
        label=_("Hvad tælles"), max_length=60, help_text=_("Fx «borgere» eller «børn og unge».")
    )
    period_from = DayField(label=_("Periode fra"))
    period_last = DayField(label=_("Periode til og med"))
    as_of = DayField(label=_("Opgjort pr."), required=False)
    source = GuardedField(label=_("Kilde"), max_length=300, required=False)

    def clean(self) -> None:
        first, last = self.cleaned_data.get("period_from"), self.cleaned_data.get("period_last")
        if first and last and last < first:
            self.add_error("period_last", _("Perioden slutter, før den begynder."))

    def period_to(self) -> date:
        """The first day after the period."""
        last: date = self.cleaned_data["period_last"]
        return last + timedelta(days=1)


class EndForm(forms.Form):
    """The last day of a participation."""

    last_day = DayField(label=_("Sidste dag"))
