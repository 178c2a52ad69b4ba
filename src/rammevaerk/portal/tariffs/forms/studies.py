"""Forms of the studio: models, sets of placements, studies, and the levers of a study."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rammevaerk.engine.errors import UnreadableAmount
from rammevaerk.engine.money import format_kroner, parse_kroner
from rammevaerk.portal.common.forms import DayField, GuardedField, LimitedFileField, offer
from rammevaerk.portal.tariffs.calculate.studies import Levers, Prepared, as_they_are, bounds

Choices = Sequence[tuple[Any, str]]
_WHOLE = re.compile(r"[-−]?[0-9]{1,18}")
# How far a slider goes from where it stands in the model; the field takes any amount within bounds.
HOUR_STEP, HOUR_STEPS = 100, 150
BASIS_STEP, BASIS_STEPS = 100, 200
_LONGEST = 40


class _Kept(forms.Form):
    """Who it is kept for, what it is called, what it is."""

    cooperation = forms.TypedChoiceField(
        label=gettext_lazy("Samarbejde"), coerce=int, empty_value=None
    )
    name = GuardedField(label=gettext_lazy("Navn"), max_length=150)
    note = GuardedField(
        label=gettext_lazy("Beskrivelse"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, cooperations: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "cooperation", cooperations)
        if len(cooperations) == 1:
            self.fields["cooperation"].widget = forms.HiddenInput()
            self.fields["cooperation"].initial = cooperations[0][0]


class ModelForm(_Kept):
    """A tariff model: as a file, or written here."""

    content = forms.CharField(
        label=gettext_lazy("Modellen som tekst (TOML)"),
        max_length=2_000_000,
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 18, "class": "code", "spellcheck": "false"}),
        help_text=gettext_lazy("Skriv modellen her, eller vælg en fil nedenfor."),
    )

    def __init__(self, *args: Any, too_large: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"] = LimitedFileField(
            too_large=too_large,
            label=gettext_lazy("Modellen som fil (toml)"),
            required=False,
            max_length=255,
        )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        file, written = values.get("file"), values.get("content", "")
        if file and written.strip():
            self.add_error("file", _("Vælg enten en fil eller skriv modellen, ikke begge dele."))
        elif file:
            try:
                values["content"] = file.read().decode("utf-8-sig").replace("\r\n", "\n")
            except UnicodeDecodeError:
                self.add_error("file", _("Filen er ikke tekst i UTF-8. Gem den som UTF-8."))
        elif not written.strip() and "file" not in self.errors:
            self.add_error("content", _("Skriv modellen, eller vælg en fil."))
        values["content"] = str(values.get("content", "")).replace("\r\n", "\n")
        return values


class FromTariffsForm(_Kept):
    """A model of the tariffs that hold on a day."""

    on = DayField(label=gettext_lazy("Takster, der gælder den"))
    operator = forms.TypedChoiceField(
        label=gettext_lazy("Driftsherre"), coerce=int, empty_value=None, required=False
    )
    share = forms.RegexField(
        label=gettext_lazy("Andel af en helhedstakst, der er bygninger og ledelse"),
        regex=r"^\s*[0-9]{1,3}(,[0-9]{1,2})? ?%?\s*$",
        initial="0 %",
        max_length=10,
        help_text=gettext_lazy(
            "Taksterne siger det ikke. Den bruges kun til at dele helhedstakster i to."
        ),
        error_messages={"invalid": gettext_lazy("Skriv en procent, fx «45 %».")},
    )

    def __init__(self, *args: Any, operators: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "operator", [("", _("Alle driftsherrer")), *operators])

    def clean_share(self) -> str:
        return str(self.cleaned_data["share"]).strip().removesuffix("%").strip() + " %"


class PlacementsForm(_Kept):
    """A set of placements as files."""

    def __init__(self, *args: Any, too_large: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["files"] = LimitedFileField(
            too_large=too_large,
            label=gettext_lazy("Indskrivninger: CSV, Parquet eller en zip af hele mappen"),
            max_length=255,
            help_text=gettext_lazy(
                "Kolonner: placement (pseudonym), facility, operator, payer, target_group, plan,"
                " minutes_per_week og days. Højst 20 MB og 200.000 rækker. Ingen personnumre."
            ),
        )
        for name, label in _MORE_TABLES.items():
            self.fields[name] = LimitedFileField(label=label, required=False, max_length=255)

    def handed_in(self) -> list[tuple[str, bytes]]:
        """The files with the names their tables have in a folder."""
        first = self.cleaned_data["files"]
        found = [(first.name, first.read())]
        for name in _MORE_TABLES:
            if file := self.cleaned_data[name]:
                found.append((f"{name}.csv", file.read()))
        if len(found) > 1 and not found[0][1].startswith(b"PK"):
            found[0] = ("placements.csv", found[0][1])
        return found


_MORE_TABLES = {
    "supplements": gettext_lazy("Tillæg (supplements)"),
    "placements_after": gettext_lazy("Indskrivninger bagefter (placements_after)"),
    "supplements_after": gettext_lazy("Tillæg bagefter (supplements_after)"),
}


class StudyForm(_Kept):
    """Two models over a set of placements."""

    before = forms.TypedChoiceField(label=gettext_lazy("Model før"), coerce=int)
    after = forms.TypedChoiceField(label=gettext_lazy("Model efter"), coerce=int)
    placements = forms.TypedChoiceField(label=gettext_lazy("Indskrivninger"), coerce=int)

    def __init__(self, *args: Any, models: Choices, sets: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "before", [("", "–"), *models])
        offer(self, "after", [("", "–"), *models])
        offer(self, "placements", [("", "–"), *sets])


@dataclass(frozen=True, slots=True)
class Lever:
    """A slider and its field as the page shows them; amounts in øre, `written` in kroner."""

    name: str
    value: int
    written: str
    low: int
    high: int
    step: int
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks of a study: levers, a payer to keep neutral, which table."""

    levers: Levers
    payer: str
    table: str
    sliders: tuple[Lever, ...]
    query: Mapping[str, str]
    settled: bool

    @property
    def refused(self) -> bool:
        """Whether something that was asked cannot be done."""
        return any(lever.problem for lever in self.sliders)


TABLES = ("cost", "cell", "facility", "operator")


def read_levers(query: Mapping[str, str], prepared: Prepared) -> Asked:
    """Read an address: `timepris` and `basis` in øre, or as somebody has just moved or typed them.

    A slider and its field are sent together with where they stood (`…_foer`): the one that has
    moved is meant, the field first. What cannot be used is said at its lever, and the model's own
    value is taken.
    """
    own, limits = as_they_are(prepared), bounds(prepared)
    sliders, values = [], {"hour": own.hour, "basis": own.basis}
    for key, name, start, step, steps in (
        ("hour", "timepris", own.hour, HOUR_STEP, HOUR_STEPS),
        ("basis", "basis", 0, BASIS_STEP, BASIS_STEPS),
    ):
        if key not in limits:
            continue
        try:
            values[key] = _within(_meant(query, name, start), *limits[key])
            problem, written = "", format_kroner(values[key]).removesuffix(" kr.")
        except ValidationError as refusal:
            problem = " ".join(refusal.messages)
            written = (query.get(f"{name}_kr") or query.get(name, ""))[:_LONGEST]
        sliders.append(_slider(name, values[key], written, (step, steps), limits[key], problem))
    payer = query.get("betaler", "")[:200]
    payer = payer if payer in prepared.moved.payers else ""
    table = query.get("vis", "")
    table = table if table in TABLES else ""
    levers = Levers(values["hour"], values["basis"])
    asked = {
        "timepris": str(levers.hour) if levers.hour != own.hour else "",
        "basis": str(levers.basis) if levers.basis else "",
        "betaler": payer,
        "vis": table,
    }
    asked = {name: value for name, value in asked.items() if value}
    return Asked(levers, payer, table, tuple(sliders), asked, settled=asked == dict(query.items()))


def _meant(query: Mapping[str, str], name: str, start: int) -> int:
    """What somebody means by a slider, its field and where both stood."""
    stood = _ore(query[f"{name}_foer"]) if f"{name}_foer" in query else None
    typed, moved = query.get(f"{name}_kr", "").strip(), query.get(name, "").strip()
    if typed:
        amount = _kroner(typed)
        if amount != stood or not moved:
            return amount
    return _ore(moved) if moved else start


def _ore(text: str) -> int:
    if not _WHOLE.fullmatch(text):
        raise ValidationError(_("«%s» er ikke et helt antal øre.") % text[:_LONGEST])
    return int(text.replace("−", "-"))


def _kroner(text: str) -> int:
    try:
        return parse_kroner(text)
    except UnreadableAmount as problem:
        raise ValidationError(
            _("«%(text)s» er ikke et beløb: %(why)s.")
            % {"text": text[:_LONGEST], "why": problem.reason_da}
        ) from problem


def _within(amount: int, low: int, high: int) -> int:
    if not low <= amount <= high:
        raise ValidationError(
            _("%(amount)s er uden for %(low)s til %(high)s.")
            % {
                "amount": format_kroner(amount),
                "low": format_kroner(low),
                "high": format_kroner(high),
            }
        )
    return amount


def _slider(
    name: str,
    value: int,
    written: str,
    scale: tuple[int, int],
    limits: tuple[int, int],
    problem: str,
) -> Lever:
    """Ends that lie whole steps from where it stands, so that it stands there exactly."""
    step, steps = scale
    down = min(steps, (value - limits[0]) // step)
    up = min(steps, (limits[1] - value) // step)
    return Lever(name, value, written, value - down * step, value + up * step, step, problem)
