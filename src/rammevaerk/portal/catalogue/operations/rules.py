"""What must hold of the rows of a facility, said in Danish at the field that is wrong."""

from datetime import date
from typing import Any, Protocol

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from stdnum.dk import cvr

from rammevaerk.engine.date_words import date_text_da
from rammevaerk.portal.common.fields import CprFound, refuse_cpr


class Dated(Protocol):
    """A row with a half-open period."""

    valid_from: date
    valid_to: date | None


def require_period(row: Dated) -> None:
    """The row ends after it begins."""
    if row.valid_to is not None and row.valid_to <= row.valid_from:
        raise ValidationError(
            {"valid_to": _("Slutdagen skal ligge efter %s.") % date_text_da(row.valid_from)}
        )


def require_inside(row: Dated, frame: Dated, name: str) -> None:
    """The row's period lies inside the frame's; `name` is what the frame is called."""
    require_period(row)
    if row.valid_from < frame.valid_from:
        raise ValidationError(
            {
                "valid_from": _("%(name)s begynder først %(day)s.")
                % {"name": name, "day": date_text_da(frame.valid_from)}
            }
        )
    ends_late = frame.valid_to is not None and (
        row.valid_from >= frame.valid_to or (row.valid_to or date.max) > frame.valid_to
    )
    if ends_late and frame.valid_to is not None:
        at = "valid_from" if row.valid_from >= frame.valid_to else "valid_to"
        raise ValidationError(
            {
                at: _("%(name)s slutter %(day)s; skriv en dag, der ligger inden.")
                % {"name": name, "day": date_text_da(frame.valid_to)}
            }
        )


def require_holds(frame: Dated, rows: Any, name: str) -> None:
    """Every row of the queryset lies inside the frame's period; `name` says what they are."""
    if early := rows.filter(valid_from__lt=frame.valid_from).order_by("valid_from").first():
        raise ValidationError(
            {
                "valid_from": _("%(name)s «%(row)s» begynder allerede %(day)s.")
                % {"name": name, "row": early, "day": date_text_da(early.valid_from)}
            }
        )
    if frame.valid_to is None:
        return
    for row in rows:
        if row.valid_to is None or row.valid_to > frame.valid_to:
            raise ValidationError(
                {"valid_to": _("%(name)s «%(row)s» slutter senere.") % {"name": name, "row": row}}
            )


def require_numbers(row: Any) -> None:
    """A CVR number with the right control digit, a P-number and a portal number of digits."""
    problems: dict[str, str] = {}
    if getattr(row, "cvr", "") and not cvr.is_valid(row.cvr):
        problems["cvr"] = (
            _("«%s» er ikke et CVR-nummer: det har otte cifre, der passer sammen.") % (row.cvr[:20])
        )
    if row.p_number and not _digits(row.p_number, 10, 10):
        problems["p_number"] = _("Et P-nummer har ti cifre.")
    elif row.p_number and _is_cpr(row.p_number):
        problems["p_number"] = _("Nummeret ligner et CPR-nummer. Skriv tilbuddets P-nummer.")
    if row.portal_id and not _digits(row.portal_id, 1, 8):
        problems["portal_id"] = _("Nummeret på Tilbudsportalen har højst otte cifre.")
    if problems:
        raise ValidationError(problems)


def _digits(text: str, fewest: int, most: int) -> bool:
    return text.isascii() and text.isdigit() and fewest <= len(text) <= most


def _is_cpr(number: str) -> bool:
    # Every P-number that has been given out begins with 10; many of them read as a date too.
    if number.startswith("10"):
        return False
    try:
        refuse_cpr(f"P-nummer {number}")
    except CprFound:
        return True
    return False
