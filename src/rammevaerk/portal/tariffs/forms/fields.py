"""Fields of money, shares and counts, as Danish officials write them."""

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from rammevaerk.engine.errors import UnreadableAmount
from rammevaerk.engine.money import format_kroner, parse_kroner
from rammevaerk.exchange.toml_tables import MOST_ORE
from rammevaerk.portal.common.forms import GuardedField

_PERCENT = re.compile(r"([0-9]{1,3}(?:,[0-9]{1,4})?) ?%?")
_TWO_DECIMALS = re.compile(r"([-−]?)([0-9]{1,2})(?:,([0-9]{1,2}))? ?(?:%|pct\.)?")
_COUNT = re.compile(r"[0-9]{1,9}(?:,[0-9]{1,4})?")


class KronerField(GuardedField):
    """An amount in kroner; whole øre inside, None when it is not filled."""

    def __init__(self, **more: Any) -> None:
        super().__init__(**{"max_length": 30, "required": False, **more})

    def prepare_value(self, value: Any) -> Any:
        return format_kroner(value).removesuffix(" kr.") if isinstance(value, int) else value

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        try:
            ore = parse_kroner(text)
        except UnreadableAmount as problem:
            raise ValidationError(f"{str(problem).rstrip('.')}.") from problem
        if ore < 0:
            raise ValidationError(_("Beløbet er negativt. Alle beløb skrives positivt."))
        if ore > MOST_ORE:
            raise ValidationError(_("Beløbet er for stort. Er kommaet sat forkert?"))
        return ore


class PercentField(GuardedField):
    """A share written as percent; "95,3 %" inside, as a budget file has it."""

    def __init__(self, **more: Any) -> None:
        super().__init__(**{"max_length": 12, "required": False, **more})

    def prepare_value(self, value: Any) -> Any:
        return value.removesuffix("%").strip() if isinstance(value, str) else value

    def clean(self, value: Any) -> Any:
        text = super().clean(value).strip()
        if not text:
            return ""
        found = _PERCENT.fullmatch(text)
        if found is None:
            raise ValidationError(_("«%s» er ingen procent. Skriv fx 95 eller 95,3.") % text)
        return f"{found[1]} %"


class CountField(GuardedField):
    """A number that may have decimals; a whole one is an int inside, another is "7,5"."""

    def __init__(self, **more: Any) -> None:
        super().__init__(**{"max_length": 14, "required": False, **more})

    def clean(self, value: Any) -> Any:
        text = super().clean(value).strip()
        if not text:
            return None
        if not _COUNT.fullmatch(text.replace(".", "")) or not _grouped(text):
            raise ValidationError(_("«%s» er intet tal. Skriv fx 10 eller 7,5.") % text)
        plain = text.replace(".", "")
        return plain if "," in plain else int(plain)


def _grouped(text: str) -> bool:
    """A dot stands only between thousands."""
    whole = text.partition(",")[0]
    return "." not in whole or re.fullmatch(r"[0-9]{1,3}(\.[0-9]{3})+", whole) is not None


class BasisPointsField(GuardedField):
    """A percentage with at most two decimals: «1,25 %»; hundredths of a percent inside."""

    def __init__(self, *, signed: bool = False, **kwargs: Any) -> None:
        super().__init__(max_length=10, **kwargs)
        self.signed = signed

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text and not self.required:
            return None
        found = _TWO_DECIMALS.fullmatch(text.strip())
        if not found or (found[1] and not self.signed):
            least = "-99,99" if self.signed else "0"
            raise ValidationError(
                _(
                    "Skriv en procent mellem %(least)s og 99,99 med højst to decimaler, "
                    "fx «1,25 %%»."
                ),
                params={"least": least},
            )
        points = 100 * int(found[2]) + int((found[3] or "").ljust(2, "0"))
        return -points if found[1] else points
