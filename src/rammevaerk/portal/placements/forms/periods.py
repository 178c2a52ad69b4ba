"""Forms of what is agreed by date, of absence, deliveries and notice."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rammevaerk.engine.notice import NoticeForm as NoticeKind
from rammevaerk.portal.common.forms import DayField, GuardedField, offer
from rammevaerk.portal.placements.forms.fields import ChoiceOfId, MonthField, QuantityField
from rammevaerk.portal.placements.forms.steps import NONE, HoursFields, price_of
from rammevaerk.portal.placements.models import Absence, PayerPeriod
from rammevaerk.portal.placements.operations.periods import KINDS

Choices = Sequence[tuple[Any, Any]]
_UNTIL = gettext_lazy("Den første dag, det ikke længere gælder. Tom: indtil andet besluttes.")


class PayerForm(forms.Form):
    """Who pays and decides from a day, also in the middle of a month."""

    payer_id = ChoiceOfId(label=gettext_lazy("Betalingskommune"))
    acting_id = ChoiceOfId(label=gettext_lazy("Handlekommune"))
    ground = forms.ChoiceField(
        label=gettext_lazy("Grundlag"),
        choices=PayerPeriod.Ground.choices,
        widget=forms.RadioSelect,
    )
    valid_from = DayField(
        label=gettext_lazy("Gælder fra"),
        help_text=gettext_lazy("Hvilken dag som helst, også midt i en måned og bagud i tiden."),
    )
    valid_to = DayField(label=gettext_lazy("Gælder til"), required=False, help_text=_UNTIL)
    evidence = GuardedField(
        label=gettext_lazy("Dokumentation"),
        max_length=500,
        help_text=gettext_lazy("Hvad skiftet bygger på: folkeregister, afgørelse eller aftale."),
    )

    def __init__(self, *args: Any, municipalities: Choices, **more: Any) -> None:
        super().__init__(*args, **more)
        offer(self, "payer_id", municipalities)
        offer(self, "acting_id", municipalities)


class HoursForm(HoursFields):
    """The hours granted from a day."""

    valid_from = DayField(label=gettext_lazy("Gælder fra"))
    valid_to = DayField(label=gettext_lazy("Gælder til"), required=False, help_text=_UNTIL)
    reason = GuardedField(label=gettext_lazy("Begrundelse"), required=False, max_length=300)
    field_order = (*KINDS, "valid_from", "valid_to", "reason")


class PriceForm(forms.Form):
    """Which of the service's prices is paid from a day."""

    price = forms.ChoiceField(
        label=gettext_lazy("Takst"),
        help_text=gettext_lazy("De takster, der er besluttet for ydelsen."),
    )
    valid_from = DayField(label=gettext_lazy("Gælder fra"))
    valid_to = DayField(label=gettext_lazy("Gælder til"), required=False, help_text=_UNTIL)

    def __init__(self, *args: Any, prices: Choices, **more: Any) -> None:
        super().__init__(*args, **more)
        offer(self, "price", prices)

    def clean_price(self) -> tuple[str, str] | None:
        return price_of(self.cleaned_data["price"])


class SupplementForm(forms.Form):
    """A supplement granted in a period."""

    label = forms.ChoiceField(label=gettext_lazy("Tillæg"))
    valid_from = DayField(label=gettext_lazy("Gælder fra"))
    valid_to = DayField(label=gettext_lazy("Gælder til"), required=False, help_text=_UNTIL)
    reason = GuardedField(label=gettext_lazy("Begrundelse"), max_length=300)

    def __init__(self, *args: Any, supplements: Choices, **more: Any) -> None:
        super().__init__(*args, **more)
        offer(self, "label", supplements)
        if not supplements:
            self.fields["label"].help_text = _(
                "Der er ikke besluttet tillæg for ydelsen. De kommer med ydelsens takster."
            )


class EndForm(forms.Form):
    """The first day that something no longer holds."""

    valid_to = DayField(
        label=gettext_lazy("Gælder til"),
        help_text=gettext_lazy("Den første dag, tillægget ikke længere gives."),
    )


class DeliveryForm(forms.Form):
    """How much there was of something in a month."""

    month = MonthField(label=gettext_lazy("Måned"), help_text=gettext_lazy("Fx «maj 2026»."))
    price = forms.ChoiceField(label=gettext_lazy("Hvad"))
    quantity = QuantityField(
        label=gettext_lazy("Mængde"),
        help_text=gettext_lazy("I takstens enhed, fx «7,25». 0 fjerner det, der er skrevet."),
    )
    payer_id = ChoiceOfId(
        label=gettext_lazy("Betalingskommune"),
        required=False,
        help_text=gettext_lazy(
            "Kun i en måned, hvor flere kommuner betaler: skriv mængden for én kommune ad gangen."
        ),
    )
    note = GuardedField(label=gettext_lazy("Bemærkning"), required=False, max_length=300)

    def __init__(self, *args: Any, prices: Choices, payers: Choices, **more: Any) -> None:
        super().__init__(*args, **more)
        offer(self, "price", prices)
        if not prices:
            self.fields["price"].help_text = _(
                "Ydelsen har ingen takst pr. time, fremmødedag, kilometer eller stk. at tælle."
            )
        if len(payers) > 1:
            offer(self, "payer_id", [NONE, *payers])
        else:
            del self.fields["payer_id"]

    def clean_price(self) -> tuple[str, str] | None:
        return price_of(self.cleaned_data["price"])


class AbsenceForm(forms.Form):
    """Who is away, why, and from when until when."""

    reason = forms.ChoiceField(label=gettext_lazy("Årsag"), choices=Absence.Reason.choices)
    valid_from = DayField(
        label=gettext_lazy("Fra og med"), help_text=gettext_lazy("Den første dag uden borgeren.")
    )
    valid_to = DayField(
        label=gettext_lazy("Tilbage den"),
        required=False,
        help_text=gettext_lazy("Den første dag, borgeren er tilbage. Tom: endnu ikke tilbage."),
    )
    note = GuardedField(label=gettext_lazy("Bemærkning"), required=False, max_length=300)


class BackForm(forms.Form):
    """The day somebody was back."""

    on = DayField(label=gettext_lazy("Tilbage den"))


class NoticeForm(forms.Form):
    """Notice of a placement, by the agreement's rule or by the contract's own words."""

    given_on = DayField(label=gettext_lazy("Opsagt den"))
    death = forms.BooleanField(label=gettext_lazy("Borgeren er død den dag"), required=False)
    reason = GuardedField(label=gettext_lazy("Begrundelse"), required=False, max_length=500)
    form = forms.ChoiceField(
        label=gettext_lazy("Varsel"),
        required=False,
        choices=[
            ("", gettext_lazy("Efter styringsaftalen")),
            (NoticeKind.RUNNING_MONTH.value, gettext_lazy("Kontrakten: løbende måned + måneder")),
            (NoticeKind.MONTHS.value, gettext_lazy("Kontrakten: måneder fra dag til dag")),
            (NoticeKind.DAYS.value, gettext_lazy("Kontrakten: dage")),
        ],
    )
    length = forms.IntegerField(
        label=gettext_lazy("Kontraktens varsel, antal"),
        required=False,
        min_value=0,
        max_value=731,
        error_messages={"invalid": gettext_lazy("Skriv et helt tal.")},
    )
    clause = GuardedField(label=gettext_lazy("Kontraktens punkt"), required=False, max_length=80)

    def clean(self) -> Any:
        given = super().clean() or {}
        if given.get("form") and not self.errors:
            if given.get("length") is None:
                self.add_error("length", _("Skriv, hvor langt varslet er."))
            if not given.get("clause"):
                self.add_error("clause", _("Skriv, hvor i kontrakten det står."))
        return given

    def values(self) -> dict[str, Any]:
        """As the operation takes them."""
        given = self.cleaned_data
        agreed = {name: given[name] for name in ("form", "length", "clause")}
        return {
            "given_on": given["given_on"],
            "death": given["death"],
            "reason": given["reason"],
            "agreed": agreed if given["form"] else None,
        }


class AbsentNowForm(forms.Form):
    """One click on the provider's day: away from today."""

    reason = forms.ChoiceField(choices=Absence.Reason.choices)
