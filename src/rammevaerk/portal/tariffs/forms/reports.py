"""The editor of a report: one form with its rows, to and from what a report holds."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rammevaerk.engine.errors import UnreadableDate
from rammevaerk.engine.periods import parse_partial_date_da
from rammevaerk.engine.tariffs.day_rate import UNITS_DA
from rammevaerk.engine.tariffs.rounding import ROUNDINGS_DA
from rammevaerk.portal.common.forms import DayField, GuardedField
from rammevaerk.portal.tariffs.forms.budget_rows import MOST_ROWS, NAMES, READY, ROWS, Rows
from rammevaerk.portal.tariffs.forms.fields import CountField, KronerField, PercentField
from rammevaerk.portal.tariffs.models import DaysBasis
from rammevaerk.portal.tariffs.price_lines import PriceLine

_NOTHING = ("", "–")
_OWN_RATE = "tariffs/hour_rate"
_KINDS = [
    ("day_and_night", gettext_lazy("Døgn- og dagtilbud")),
    ("short_stay", gettext_lazy("Korte ophold, akut og aflastning")),
]
_IN_ROW = re.compile(r"(cost|result|reserve_use|supplement|hours)\[(\d+)\](?:\.(.+))?")
# Paths of the engine and of the budget file that are called otherwise here.
_FIELDS = {
    "occupancy": "occupancy_budgeted",
    "occupancy.budgeted": "occupancy_budgeted",
    "occupancy.kind": "occupancy_kind",
    "occupancy.portal": "occupancy_portal",
    "occupancy.dispensation.occupancy": "dispensation_occupancy",
    "occupancy.dispensation.decided": "dispensation_decided",
    "occupancy.dispensation.decision": "dispensation_decision",
    "occupancy.dispensation.years": "dispensation_years",
    "dispensation.decision": "dispensation_decision",
    "hour_rate": "hour_rate_amount",
    "hour_rate.amount": "hour_rate_amount",
    "hour_rate.wage_level": "hour_rate_wage_level",
    "hour_rate.source": "hour_rate_source",
    "year": "valid_from",
}
MOST_ACTUAL = 3
# Among the values: the rows that are to have more; without it all have their empty ones.
GROWS = "grows"


class YearsField(GuardedField):
    """Years with commas between: "2027, 2028"."""

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(map(str, value)) if isinstance(value, list) else value

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        parts = re.split(r"[,; ]+", text.strip()) if text.strip() else []
        if not all(re.fullmatch("(19|2[01])[0-9]{2}", one) for one in parts):
            raise forms.ValidationError(_("Skriv årstal med komma imellem, fx 2027, 2028."))
        return [int(one) for one in parts]


class ReportForm(forms.Form):
    """What a report has one of."""

    valid_from = DayField(label=gettext_lazy("Gælder fra"))
    agreement = forms.ChoiceField(
        label=gettext_lazy("Aftale"),
        help_text=gettext_lazy("Aftalens egne grænser bruges, aldrig en anden aftales."),
    )
    unit = forms.ChoiceField(
        label=gettext_lazy("Enhed"), choices=[(one.value, text) for one, text in UNITS_DA.items()]
    )
    days_basis = forms.ChoiceField(
        label=gettext_lazy("Dagebasis"), choices=[_NOTHING, *DaysBasis.choices], required=False
    )
    opening_days = CountField(label=gettext_lazy("Åbningsdage"))
    places = CountField(label=gettext_lazy("Pladser"))
    quantity = CountField(
        label=gettext_lazy("Ventet mængde"),
        help_text=gettext_lazy("Timer, km, forløb eller år; kun hvor enheden ikke er pr. plads."),
    )
    rounding = forms.ChoiceField(
        label=gettext_lazy("Afrunding"),
        choices=[(one.value, text.capitalize()) for one, text in ROUNDINGS_DA.items()],
    )
    occupancy_kind = forms.ChoiceField(label=gettext_lazy("Slags tilbud"), choices=_KINDS)
    occupancy_budgeted = PercentField(
        label=gettext_lazy("Forudsat belægning"),
        help_text=gettext_lazy("Den, taksten bygger på; den offentliggøres."),
    )
    actual_1 = PercentField(label="")
    actual_2 = PercentField(label="")
    actual_3 = PercentField(label="")
    occupancy_portal = PercentField(label=gettext_lazy("Vist på Tilbudsportalen"))
    dispensation_occupancy = PercentField(label=gettext_lazy("Dispensation til"))
    dispensation_decision = GuardedField(
        label=gettext_lazy("Beslutning"), max_length=200, required=False
    )
    dispensation_decided = DayField(
        label=gettext_lazy("Besluttet den"), required=False, help_text=""
    )
    dispensation_years = YearsField(
        label=gettext_lazy("Gælder takstårene"), max_length=60, required=False
    )
    hour_rate_known = forms.BooleanField(
        label=gettext_lazy("Brug regionens timepris fra reglerne"), required=False
    )
    hour_rate_amount = KronerField(label=gettext_lazy("Timepris"))
    hour_rate_wage_level = forms.IntegerField(
        label=gettext_lazy("Lønniveau (år)"),
        min_value=1900,
        max_value=2199,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    hour_rate_source = GuardedField(label=gettext_lazy("Kilde"), max_length=200, required=False)
    reason = GuardedField(
        label=gettext_lazy("Begrundelse"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Skal skrives, når taksten er en anden end den, der gælder nu."),
    )

    def __init__(
        self, *args: Any, agreements: list[tuple[str, str]], year: int, **more: Any
    ) -> None:
        super().__init__(*args, **more)
        self.fields["agreement"].choices = agreements  # type: ignore[attr-defined]
        for back in range(1, MOST_ACTUAL + 1):
            self.fields[f"actual_{back}"].label = _("Faktisk belægning %s") % (year - back)
        for field in self.fields.values():
            if isinstance(field, KronerField | CountField | PercentField):
                field.widget.attrs["inputmode"] = "decimal"


class Editor:
    """The form and its rows together; posted, or filled from what a report holds."""

    def __init__(
        self,
        posted: Any = None,
        *,
        agreements: list[tuple[str, str]],
        initial: Mapping[str, Any] | None = None,
        year: int,
    ) -> None:
        values = dict(initial or {})
        self.year = _year_of(posted, year)
        self.form = ReportForm(
            posted,
            initial=values,
            agreements=agreements,
            year=self.year,
            auto_id="id_%s",
        )
        self.rows: dict[str, Rows] = {
            name: kind(posted, prefix=name, initial=None if posted else _spread(name, values))
            for name, kind in ROWS.items()
        }

    def is_valid(self) -> bool:
        """Whether every field can be read; what the figures say is asked afterwards."""
        found = [self.form.is_valid(), *(rows.is_valid() for rows in self.rows.values())]
        return all(found)

    @property
    def stated(self) -> list[PriceLine]:
        """The prices that are stated directly."""
        return [form.line() for form in self.rows["price"].filled]

    def budget(self, *, facility: str, operator: str) -> dict[str, Any] | None:
        """The budget as a budget file has it; None when no cost is written."""
        tables = {
            name: [form.table() for form in rows.filled]
            for name, rows in self.rows.items()
            if name != "price"
        }
        if not any(tables.values()):
            return None
        given = self.form.cleaned_data
        for one in tables["reserve_use"]:
            one |= {"facility": facility, "year": given["valid_from"].year}
        for one in tables["hours"]:
            one |= {name: one.get(name, 0) for name in _HOURS}
        plain = ("agreement", "unit", "days_basis", "opening_days", "places", "quantity")
        budget: dict[str, Any] = {
            "facility": facility,
            "operator": operator,
            "year": given["valid_from"].year,
            "rounding": given["rounding"],
            "occupancy": _occupancy(given, self.year),
            "hour_rate": _hour_rate(given) if tables["hours"] else None,
            **{name: given[name] for name in plain},
            **tables,
        }
        return {name: value for name, value in budget.items() if value not in (None, "", [])}

    def place(self, problems: Mapping[str, str]) -> None:
        """Show each problem of the budget at its field."""
        for path, text in problems.items():
            form, name = self._at(path)
            form.add_error(name, text[:1].upper() + text[1:])

    def _at(self, path: str) -> tuple[forms.Form, str | None]:
        found = _IN_ROW.fullmatch(path)
        if found:
            rows = self.rows[found[1]].filled
            if int(found[2]) <= len(rows):
                form = rows[int(found[2]) - 1]
                return form, found[3] if found[3] in form.fields else None
        if path.startswith("occupancy.actual."):
            back = self.year - int(path.rpartition(".")[2])
            return self.form, f"actual_{back}" if 1 <= back <= MOST_ACTUAL else None
        name = _FIELDS.get(path, path)
        return self.form, name if name in self.form.fields else None

    @property
    def errors(self) -> Iterator[tuple[str, str, str]]:
        """What is wrong: the field's label, its id on the page ("" for none), and the words."""
        if not self.form.is_bound:
            return
        yield from _errors(self.form, "")
        for name, rows in self.rows.items():
            for text in rows.non_form_errors():
                yield "", "", f"{NAMES[name]}: {text}"
            for number, form in enumerate(rows.forms, start=1):
                yield from _errors(form, f"{NAMES[name]} {number}, ")


_HOURS = ("citizen", "organisation", "documentation", "holiday_absence")


def _errors(form: forms.Form, before: str) -> Iterator[tuple[str, str, str]]:
    for text in form.non_field_errors():
        yield "", "", f"{before}{text}"
    for field in form:
        for text in field.errors:
            yield f"{before}{field.label}", field.id_for_label, str(text)


def _year_of(posted: Any, year: int) -> int:
    text = posted.get("valid_from", "") if posted else ""
    try:
        return parse_partial_date_da(text[:60]).first.year
    except UnreadableDate:
        return year


def _occupancy(given: Mapping[str, Any], year: int) -> dict[str, Any] | None:
    actual = {
        str(year - back): given[f"actual_{back}"]
        for back in range(1, MOST_ACTUAL + 1)
        if given[f"actual_{back}"]
    }
    dispensation = {
        key: given[f"dispensation_{key}"]
        for key in ("occupancy", "decision", "years")
        if given[f"dispensation_{key}"]
    }
    if decided := given["dispensation_decided"]:
        dispensation["decided"] = decided.isoformat()
    said = {
        "budgeted": given["occupancy_budgeted"],
        "portal": given["occupancy_portal"],
        "actual": actual,
        "dispensation": dispensation,
    }
    filled = {name: value for name, value in said.items() if value}
    return {"kind": given["occupancy_kind"], **filled} if filled else None


def _hour_rate(given: Mapping[str, Any]) -> dict[str, Any] | None:
    if given["hour_rate_known"]:
        return {"parameter": _OWN_RATE}
    if given["hour_rate_amount"] is None:
        return None
    said = {
        "amount": KronerField().prepare_value(given["hour_rate_amount"]),
        "wage_level": given["hour_rate_wage_level"],
        "source": given["hour_rate_source"],
    }
    return {name: value for name, value in said.items() if value not in (None, "")}


def _spread(name: str, values: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What is filled, and the empty rows that stand ready."""
    rows = list(values.get(name, ()))
    more = READY[name] if values.get(GROWS, name) == name else 0
    return [*rows, *({} for _number in range(min(more, MOST_ROWS - len(rows))))]
