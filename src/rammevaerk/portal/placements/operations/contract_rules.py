"""What a contract must say, and what it may not."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from stdnum import ean

from rammevaerk.engine.date_words import date_text_da
from rammevaerk.portal.common.fields import CprFound, refuse_cpr
from rammevaerk.portal.placements.contract_fields import (
    BILLING,
    FIELDS,
    MOST_NOTICE_MONTHS,
    MOST_PAYMENT_DAYS,
    MOST_TEXT,
    TYPED,
    Entry,
)
from rammevaerk.portal.placements.models import ContractTemplate, Placement

# Without these there is nothing to settle by.
_NEEDED = ("price", "billing", "payment_days", "notice_months", "paragraph")
_MOST_LINE = 300
_BOTH = "both"


def refuse_typed(typed: Mapping[str, str]) -> None:
    """Raise ValidationError by field for what cannot stand there."""
    problems = {}
    for name, value in typed.items():
        said = _("Feltet kendes ikke.") if name not in TYPED else _problem(name, value)
        if said:
            problems[name] = said
    if problems:
        raise ValidationError(problems)


def _problem(name: str, value: str) -> str:
    try:
        refuse_cpr(value)
    except CprFound as found:
        return str(found.message)
    entry = TYPED[name].entry
    if not value:
        return ""
    if entry is Entry.EAN and not (len(value) == 13 and value.isdigit() and ean.is_valid(value)):
        return _("«%s» er ikke et EAN-nummer: det har 13 cifre, og det sidste er kontrol.") % value
    if entry is Entry.DAYS:
        return (
            _whole(value, MOST_PAYMENT_DAYS)
            and _("Skriv fra 1 til %s dage: en offentlig køber kan ikke aftale længere frist.")
            % MOST_PAYMENT_DAYS
        )
    if entry is Entry.MONTHS:
        return (
            _whole(value, MOST_NOTICE_MONTHS, least=0)
            and _("Skriv et helt tal fra 0 til %s.") % MOST_NOTICE_MONTHS
        )
    if entry is Entry.BILLING and value not in BILLING:
        return _("Vælg en af mulighederne.")
    if len(value) > (MOST_TEXT if entry is Entry.LONG else _MOST_LINE):
        return _("Teksten er for lang.")
    return ""


def _whole(value: str, most: int, *, least: int = 1) -> str:
    """Something to say when the text is not a whole number in the range."""
    fine = value.isascii() and value.isdigit() and len(value) <= 3 and least <= int(value) <= most
    return "" if fine else value


def missing_fields(content: Mapping[str, Any]) -> list[str]:
    """The labels of fields that must be there before a contract on a standard is sent."""
    fields = content["fields"]
    return [str(FIELDS[name].label) for name in _NEEDED if not fields.get(name)]


def refuse_incomplete(content: Mapping[str, Any], *, own_paper: bool) -> None:
    """Raise ValidationError when a draft cannot be sent for approval."""
    if not content["clauses"]:
        raise ValidationError(_("Der er ingen vilkår endnu. Skriv dem, før kontrakten sendes."))
    refuse_typed({name: content["fields"][name] for name in TYPED})
    missing = [] if own_paper else missing_fields(content)
    if missing:
        raise ValidationError(
            _("Der mangler noget, før kontrakten kan sendes: %s.") % ", ".join(missing)
        )


def refuse_template(template: ContractTemplate, placement: Placement, on: date) -> None:
    """Raise ValidationError unless contracts of the placement from the day are made on it."""
    service: Any = placement.service
    if template.cooperation_id != service.facility.cooperation_id:
        raise ValidationError({"template": _("Skabelonen hører til et andet samarbejde.")})
    if template.published_at is None:
        raise ValidationError({"template": _("Skabelonen er ikke offentliggjort.")})
    if on < template.valid_from or (template.valid_to is not None and on >= template.valid_to):
        raise ValidationError(
            {
                "template": _("Skabelonen bruges ikke til kontrakter fra %s.") % date_text_da(on),
            }
        )
    if service.audience not in (_BOTH, template.audience):
        raise ValidationError(
            {
                "template": _("Ydelsen er for %(audience)s; skabelonen er ikke.")
                % {"audience": str(service.get_audience_display()).lower()}
            }
        )
