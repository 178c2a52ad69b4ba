"""Forms of successions and closures: choosing what it is about, planning it, taking it back."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rammevaerk.portal.catalogue.models import (
    Contracts,
    Facility,
    SuccessionKind,
    Tariffs,
)
from rammevaerk.portal.catalogue.models.facilities import Ownership
from rammevaerk.portal.catalogue.operations import (
    ClosurePlan,
    NewFacility,
    Share,
    SuccessionPlan,
)
from rammevaerk.portal.catalogue.operations.succession_plans import Chosen
from rammevaerk.portal.catalogue.queries.succession_choices import (
    GroupedChoices,
    ServiceLine,
    Setting,
)
from rammevaerk.portal.common.forms import DayField, GuardedField

MOST_PLACES = 10_000
CARRY, END = "carry", "end"


class ChooseForm(forms.Form):
    """What is to happen, and with which other facilities: the first of two steps."""

    art = forms.ChoiceField(
        label=gettext_lazy("Hvad skal ske?"),
        choices=SuccessionKind.choices,
        widget=forms.RadioSelect,
    )
    til = forms.TypedChoiceField(
        label=gettext_lazy("Hvem tager over?"),
        coerce=int,
        required=False,
        empty_value=None,
        help_text=gettext_lazy("Et nyt tilbud beskriver du på næste side."),
    )
    dele = forms.TypedChoiceField(
        label=gettext_lazy("Antal tilbud efter en deling"),
        help_text=gettext_lazy("Bruges kun ved en deling."),
        choices=[(2, "2"), (3, "3"), (4, "4")],
        coerce=int,
        required=False,
        empty_value=None,
    )

    def __init__(self, others: GroupedChoices, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["til"].choices = [("", _("Et nyt tilbud")), *others]  # type: ignore[attr-defined]
        for at in (1, 2, 3):
            self.fields[f"med{at}"] = forms.TypedChoiceField(
                label=_("Sammenlægges med") if at == 1 else _("og med"),
                help_text=_("Bruges kun ved en sammenlægning.") if at == 1 else "",
                choices=[("", _("Intet")), *others],
                coerce=int,
                required=False,
                empty_value=None,
            )
        self.order_fields(["art", "med1", "med2", "med3", "dele", "til"])

    def clean(self) -> None:
        others = self.others()
        if self.cleaned_data.get("art") != SuccessionKind.MERGER:
            return
        if not others and not self.cleaned_data.get("til"):
            self.add_error("med1", _("Vælg, hvad tilbuddet lægges sammen med."))
        if len(set(others)) < len(others) or self.cleaned_data.get("til") in others:
            self.add_error("med1", _("Det samme tilbud er valgt to gange."))

    def others(self) -> list[int]:
        """The other facilities that are to be merged with this one."""
        found = [self.cleaned_data.get(f"med{at}") for at in (1, 2, 3)]
        return [pk for pk in found if pk is not None]


class PlanForm(forms.Form):
    """A succession: when, who takes over, what goes where, and what follows."""

    on = DayField(label=gettext_lazy("Gælder fra"))
    decision = GuardedField(
        label=gettext_lazy("Besluttet af og hvornår"),
        max_length=300,
        help_text=gettext_lazy("Fx «Bestyrelsen 1. september 2025, byrådet 16. september 2025»."),
    )
    reason = GuardedField(
        label=gettext_lazy("Hvorfor"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )
    contracts = forms.ChoiceField(
        label=gettext_lazy("Kontrakterne"), choices=Contracts.choices, widget=forms.RadioSelect
    )
    tariffs = forms.ChoiceField(
        label=gettext_lazy("Taksterne"), choices=Tariffs.choices, widget=forms.RadioSelect
    )
    must_stay_available = forms.BooleanField(
        label=gettext_lazy("Pladserne skal fortsat stå til rådighed for de andre kommuner"),
        required=False,
    )
    buyers_told_on = DayField(label=gettext_lazy("Køberne er orienteret den"), required=False)
    deviation = GuardedField(
        label=gettext_lazy("Grund til at fravige reglen"),
        max_length=500,
        required=False,
        help_text=gettext_lazy("Skal kun udfyldes, når du vælger andet end det, reglen foreslår."),
    )

    def __init__(self, setting: Setting, rules: Chosen, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.setting = setting
        self.fields["contracts"].initial = rules.contracts
        self.fields["tariffs"].initial = rules.tariffs
        self.fields["must_stay_available"].initial = rules.must_stay_available
        if setting.kind != SuccessionKind.TAKEOVER:
            del self.fields["must_stay_available"]
        if setting.existing is None:
            for part in range(setting.parts):
                self._add_successor(part)
        for line in setting.lines:
            self._add_line(line)

    def _add_successor(self, part: int) -> None:
        first = self.setting.first
        takes_over = self.setting.kind in (SuccessionKind.TAKEOVER, SuccessionKind.OPERATOR)
        owned = {SuccessionKind.LEGAL_FORM: "", SuccessionKind.TAKEOVER: Ownership.MUNICIPAL}
        choose = ("", _("Vælg"))
        fields: dict[str, forms.Field] = {
            "name": GuardedField(label=_("Navn"), max_length=150),
            "operator": forms.TypedChoiceField(
                label=_("Driftsherre"),
                coerce=int,
                choices=[choose, *self.setting.operators],
                initial="" if takes_over else first.operator_id,
            ),
            "ownership": forms.ChoiceField(
                label=_("Ejerform"),
                choices=[choose, *Ownership.choices],
                initial=owned.get(SuccessionKind(self.setting.kind), first.ownership),
            ),
            "cvr": forms.CharField(label=_("CVR-nummer"), max_length=8, required=False),
            "p_number": forms.CharField(label=_("P-nummer"), max_length=10, required=False),
            "portal_id": forms.CharField(
                label=_("Nummer på Tilbudsportalen"), max_length=8, required=False
            ),
        }
        if self.setting.may_choose_reporter:
            fields["reporter"] = forms.TypedChoiceField(
                label=_("Indberettes af"),
                coerce=int,
                choices=self.setting.operators,
                initial=first.reporter_id,
                help_text=_("Den, der holder tilbuddets oplysninger ved lige."),
            )
        for name, field in fields.items():
            self.fields[f"part{part}_{name}"] = field

    def _add_line(self, line: ServiceLine) -> None:
        if self.setting.kind == SuccessionKind.SPLIT:
            for part in range(self.setting.parts):
                self.fields[f"service{line.service.pk}_{part}"] = forms.IntegerField(
                    label=_("%(service)s, pladser til tilbud %(part)s")
                    % {"service": line.label, "part": part + 1},
                    required=False,
                    min_value=0,
                    max_value=MOST_PLACES,
                )
            return
        choices = [(CARRY, _("Føres over som egen ydelse"))]
        choices += [(f"{pk}", _("Lægges til «%s»") % name) for pk, name in self.setting.joinable]
        if self.setting.kind != SuccessionKind.MERGER:
            choices.append((END, _("Ophører")))
        self.fields[f"service{line.service.pk}"] = forms.ChoiceField(
            label=line.label, choices=choices, initial=CARRY
        )

    def successor_fields(self) -> list[list[forms.BoundField]]:
        """The fields of each successor that is to be made."""
        return [
            [self[name] for name in self.fields if name.startswith(f"part{part}_")]
            for part in range(self.setting.parts)
        ]

    def line_fields(self) -> list[tuple[ServiceLine, list[forms.BoundField]]]:
        """The fields of each service."""
        return [
            (line, [self[name] for name in self.fields if self._is_of(name, line)])
            for line in self.setting.lines
        ]

    def _is_of(self, name: str, line: ServiceLine) -> bool:
        return name.partition("_")[0] == f"service{line.service.pk}"

    def plan(self) -> SuccessionPlan:
        """What was asked for, of a form that can be used."""
        data = self.cleaned_data
        setting = self.setting
        successors: tuple[NewFacility | Facility, ...]
        if setting.existing is not None:
            successors = (setting.existing,)
        else:
            successors = tuple(self._successor(part) for part in range(setting.parts))
        return SuccessionPlan(
            kind=SuccessionKind(setting.kind),
            on=data["on"],
            predecessors=setting.predecessors,
            successors=successors,
            decision=data["decision"],
            reason=data["reason"],
            shares=tuple(share for line in setting.lines for share in self._shares(line)),
            contracts=data["contracts"],
            tariffs=data["tariffs"],
            must_stay_available=data.get("must_stay_available", False),
            deviation=data["deviation"],
            buyers_told_on=data["buyers_told_on"],
        )

    def _successor(self, part: int) -> NewFacility:
        said = {
            name: self.cleaned_data.get(f"part{part}_{name}")
            for name in ("name", "operator", "reporter", "ownership", "cvr", "p_number")
        }
        return NewFacility(
            name=str(said["name"]),
            operator_id=said["operator"],
            reporter_id=said["reporter"],
            ownership=said["ownership"],
            cvr=str(said["cvr"] or ""),
            p_number=str(said["p_number"] or ""),
            portal_id=str(self.cleaned_data.get(f"part{part}_portal_id") or ""),
        )

    def _shares(self, line: ServiceLine) -> list[Share]:
        pk = line.service.pk
        if self.setting.kind == SuccessionKind.SPLIT:
            counts = [
                self.cleaned_data.get(f"service{pk}_{part}") or 0
                for part in range(self.setting.parts)
            ]
            given = [Share(pk, part, count) for part, count in enumerate(counts) if count]
            # What has no places, or all of them in one part, goes there as it is.
            if line.places == 0 and not given:
                return [Share(pk)]
            if len(given) == 1 and given[0].places == line.places:
                return [Share(pk, given[0].part)]
            return given
        choice = self.cleaned_data[f"service{pk}"]
        if choice == END:
            return []
        return [Share(pk, into_id=None if choice == CARRY else int(choice))]

    def show(self, problem: ValidationError) -> None:
        """Put an operation's refusal where it belongs on this page."""
        if not hasattr(problem, "error_dict"):
            self.add_error(None, problem)
            return
        for name, errors in problem.error_dict.items():
            place = self._place_of(name)
            for error in errors:
                self.add_error(place, error)

    def _place_of(self, name: str) -> str | None:
        if name in self.fields:
            return name
        return f"part0_{name}" if f"part0_{name}" in self.fields else None


class ClosureForm(forms.Form):
    """A facility closes."""

    on = DayField(
        label=gettext_lazy("Lukket fra"),
        help_text=gettext_lazy("Den første dag, det ikke er åbent. Fx «1. januar 2027»."),
    )
    decision = GuardedField(label=gettext_lazy("Besluttet af og hvornår"), max_length=300)
    reason = GuardedField(
        label=gettext_lazy("Hvorfor"), max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )
    presented_to = GuardedField(
        label=gettext_lazy("Forelagt for"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Fx «DASSOS»."),
    )
    presented_on = DayField(label=gettext_lazy("Forelagt den"), required=False)
    residents_told_on = DayField(label=gettext_lazy("Beboerne er varslet den"), required=False)
    end_what_remains = forms.BooleanField(
        label=gettext_lazy("Afslut også pladser og takster, der først begynder senere"),
        required=False,
    )
    deviation = GuardedField(
        label=gettext_lazy("Grund til at fravige reglen"),
        max_length=500,
        required=False,
        help_text=gettext_lazy(
            "Skal kun udfyldes, når planen ikke er forelagt, eller varslet er kortere."
        ),
    )

    def plan(self, facility: Facility) -> ClosurePlan:
        """What was asked for, of a form that can be used."""
        return ClosurePlan(facility=facility, **self.cleaned_data)


class UndoForm(forms.Form):
    """Taking back what was planned."""

    reason = GuardedField(label=gettext_lazy("Hvorfor fortrydes det?"), max_length=500)
    seen = forms.CharField(max_length=16, widget=forms.HiddenInput, required=False)


class ToldForm(forms.Form):
    """Correcting what is said of a succession."""

    decision = GuardedField(label=gettext_lazy("Besluttet af og hvornår"), max_length=300)
    reason = GuardedField(
        label=gettext_lazy("Hvorfor"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )
    buyers_told_on = DayField(label=gettext_lazy("Køberne er orienteret den"), required=False)


class ClosureToldForm(forms.Form):
    """Correcting what is said of a closure."""

    decision = GuardedField(label=gettext_lazy("Besluttet af og hvornår"), max_length=300)
    reason = GuardedField(
        label=gettext_lazy("Hvorfor"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )
    presented_to = GuardedField(label=gettext_lazy("Forelagt for"), max_length=200, required=False)
    presented_on = DayField(label=gettext_lazy("Forelagt den"), required=False)
    residents_told_on = DayField(label=gettext_lazy("Beboerne er varslet den"), required=False)
