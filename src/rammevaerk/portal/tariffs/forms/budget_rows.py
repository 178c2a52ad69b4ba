"""The rows of a budget that there may be any number of: costs, results, supplements, levels."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.forms.formsets import BaseFormSet, formset_factory
from django.utils.translation import gettext_lazy as _

from rammevaerk.engine.money import format_kroner
from rammevaerk.engine.tariffs.cost_base import COMPONENTS_DA, KINDS_DA, ComponentKind, CostKind
from rammevaerk.engine.tariffs.day_rate import UNITS_DA
from rammevaerk.portal.common.forms import GuardedField
from rammevaerk.portal.tariffs.forms.fields import CountField, KronerField, PercentField
from rammevaerk.portal.tariffs.models import Component, DaysBasis, Unit
from rammevaerk.portal.tariffs.price_lines import PriceLine

MOST_ROWS = 150
_NOTHING = ("", "–")
_YEARS = {"min_value": 1900, "max_value": 2199}
_KINDS = [
    (kind.value, text.capitalize())
    for kind, text in KINDS_DA.items()
    if kind not in {CostKind.SURPLUS, CostKind.DEFICIT}
]
_PARTS = [
    (kind.value, text.capitalize())
    for kind, text in COMPONENTS_DA.items()
    if kind is not ComponentKind.SUPPLEMENT
]
_UNITS = [(unit.value, text) for unit, text in UNITS_DA.items()]
_KRONER = ("amount", "vat", "tariff_base", "income", "costs", "set_aside", "added", "equalised")
_MONEY = frozenset({*_KRONER, "regulated", "price", "cost"})


def _label(text: Any, most: int = 120, **more: Any) -> GuardedField:
    return GuardedField(label=text, max_length=most, **more)


def _choice(text: Any, choices: Sequence[tuple[str, Any]], **more: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=text, choices=[_NOTHING, *choices], **more)


def _whole(text: Any, **more: Any) -> forms.IntegerField:
    widget = forms.TextInput(attrs={"inputmode": "numeric"})
    return forms.IntegerField(label=text, required=False, widget=widget, **more)


class TableForm(forms.Form):
    """A row that becomes a table of the budget: its fields are the table's keys."""

    def table(self) -> dict[str, Any]:
        """The row as a budget file has it; what is not filled is left out."""
        return {
            name: format_kroner(value) if name in _MONEY else value
            for name, value in self.cleaned_data.items()
            if value is not None and value != ""
        }


class CostForm(TableForm):
    label = _label(_("Post"))
    kind = _choice(_("Slags"), _KINDS)
    amount = KronerField(label=_("Beløb"))
    share_of_direct = PercentField(label=_("Andel af direkte"))
    vat = KronerField(label=_("Heraf moms"))
    component = _choice(_("Del af taksten"), _PARTS, required=False)


class ResultForm(TableForm):
    year = _whole(_("Regnskabsår"), **_YEARS)
    tariff_base = KronerField(label=_("Takstgrundlag"))
    income = KronerField(label=_("Indtægter"))
    costs = KronerField(label=_("Udgifter"))
    set_aside = KronerField(label=_("Hensat"))
    equalised = KronerField(label=_("Udlignet"))
    regulated = KronerField(label=_("Allerede reguleret"))
    regulate_in = _whole(_("Reguleres i"), **_YEARS)
    component = _choice(_("Del af taksten"), _PARTS, required=False)


class ReserveUseForm(TableForm):
    amount = KronerField(label=_("Beløb"))
    covered = forms.BooleanField(label=_("Tilbuddet er omfattet af aftalen"), required=False)


class SupplementForm(TableForm):
    label = _label(_("Betegnelse"), 80)
    unit = _choice(_("Enhed"), _UNITS)
    price = KronerField(label=_("Fast pris"))
    cost = KronerField(label=_("Omkostning"))
    quantity = CountField(label=_("Ventet mængde"))


class LevelForm(TableForm):
    label = _label(_("Niveau"), 80)
    citizen = _whole(_("Borgertimer"), min_value=0, max_value=100_000)
    organisation = _whole(_("Organisatoriske opgaver"), min_value=0, max_value=100_000)
    documentation = _whole(_("Dokumentation"), min_value=0, max_value=100_000)
    holiday_absence = _whole(_("Ferie og fravær"), min_value=0, max_value=100_000)


class PriceForm(forms.Form):
    """A price that is stated, not worked out."""

    component = _choice(_("Takstdel"), Component.choices)
    label = _label(_("Betegnelse"), 80, required=False)
    amount = KronerField(label=_("Pris"), required=True)
    unit = _choice(_("Enhed"), Unit.choices)
    days_basis = _choice(_("Dagebasis"), DaysBasis.choices, required=False)
    occupancy = PercentField(label=_("Belægning"))

    def line(self) -> PriceLine:
        given = self.cleaned_data
        return PriceLine(
            component=given["component"],
            unit=given["unit"],
            amount_ore=given["amount"],
            label=given["label"].strip(),
            days_basis=given["days_basis"],
            occupancy=_basis_points(given["occupancy"]),
        )


def _basis_points(percent: str) -> int | None:
    if not percent:
        return None
    whole, _comma, decimals = percent.removesuffix(" %").partition(",")
    return int(whole) * 100 + int(decimals[:2].ljust(2, "0"))


class Rows(BaseFormSet[forms.Form]):
    """Rows of one kind; those nobody has written in are left out."""

    default_error_messages: ClassVar = {
        **BaseFormSet.default_error_messages,
        "missing_management_form": _("Formularen kom ikke hel frem. Genindlæs siden."),
        "too_many_forms": _("Der er plads til højst %(num)d rækker. Læg nogle af dem sammen."),
    }

    def initial_form_count(self) -> int:
        """None must be filled: any row may be left empty."""
        return 0

    def total_form_count(self) -> int:
        return super().total_form_count() if self.is_bound else len(self.initial or ())

    def add_fields(self, form: forms.Form, index: int | None) -> None:
        super().add_fields(form, index)
        for field in form.fields.values():
            number = (index or 0) + 1
            field.widget.attrs["aria-label"] = f"{field.label}, {number}"
            if isinstance(field, KronerField | CountField | PercentField):
                field.widget.attrs |= {"inputmode": "decimal", "class": "number"}

    @property
    def filled(self) -> list[Any]:
        return [form for form in self.forms if form.has_changed()]

    @property
    def headings(self) -> list[tuple[Any, Any]]:
        """The columns with the unit of those that have one."""
        return [(field.label, _unit(field)) for field in self.empty_form.fields.values()]

    @property
    def wrong(self) -> bool:
        return bool(self.total_error_count()) if self.is_bound else False


def _rows(form: type[forms.Form]) -> Any:
    return formset_factory(
        form,
        formset=Rows,
        extra=0,
        max_num=MOST_ROWS,
        absolute_max=MOST_ROWS,
        validate_max=True,
    )


ROWS: dict[str, Any] = {
    "cost": _rows(CostForm),
    "result": _rows(ResultForm),
    "reserve_use": _rows(ReserveUseForm),
    "supplement": _rows(SupplementForm),
    "hours": _rows(LevelForm),
    "price": _rows(PriceForm),
}
# How many rows stand ready to be written in.
READY = {"cost": 4, "result": 1, "reserve_use": 1, "supplement": 1, "hours": 2, "price": 2}
# What a row of each kind is called.
NAMES = {
    "cost": _("Omkostning"),
    "result": _("Tidligere år"),
    "reserve_use": _("Brug af hensat"),
    "supplement": _("Tillæg"),
    "hours": _("Niveau"),
    "price": _("Pris"),
}


def _unit(field: forms.Field) -> Any:
    if isinstance(field, KronerField):
        return _("kr.")
    return _("pct.") if isinstance(field, PercentField) else ""
