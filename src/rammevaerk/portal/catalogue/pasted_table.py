"""A table of counts as it is pasted from a spreadsheet or a document, read line by line."""

import re
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rammevaerk.portal.catalogue.models import OwnershipGroup

# What a line holds after the municipality's name: each group, then the row's total.
COLUMNS = (*(group.value for group in OwnershipGroup), "")
MOST_LINES = 200
_ERRORS_TOLD = 20
_TOTALS = {"i alt", "ialt", "total", "sum", "samlet"}
_NOTHING = {"-", "–", "—"}


def read_pasted(text: str, keys: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the cells as entries with ``municipality`` (key or None), ``ownership`` and ``count``.

    `keys` are the municipalities' keys by their bare names. Cells are parted by tabs or
    semicolons; a dash is nought, an empty cell has no number. Headings are passed over.
    ValidationError names every line that cannot be read.
    """
    lines = [(at, line) for at, line in enumerate(text.split("\n"), start=1) if line.strip()]
    if len(lines) > MOST_LINES:
        raise ValidationError(_("Tabellen har flere end %s linjer.") % MOST_LINES)
    found: list[dict[str, Any]] = []
    errors: list[str] = []
    seen: set[str | None] = set()
    for at, line in lines:
        cells = [cell.strip() for cell in re.split(r"[\t;]", line)]
        if not found and _is_heading(cells):
            continue
        try:
            municipality = _municipality(cells[0], keys)
            if municipality in seen:
                raise ValidationError(_("«%s» er der to gange") % cells[0][:60])
            seen.add(municipality)
            found += _cells(municipality, cells[1:])
        except ValidationError as problem:
            errors.append(_("Linje %(at)s: %(said)s.") % {"at": at, "said": problem.messages[0]})
    if errors:
        raise ValidationError(_shortened(errors))
    if not found:
        raise ValidationError(_("Der er ingen linjer med tal. Sæt tabellen ind fra regnearket."))
    return found


def bare_name(name: str) -> str:
    """A municipality's name as it is looked up: folded, without «Kommune»."""
    return name.casefold().removesuffix(" kommune")


def _is_heading(cells: list[str]) -> bool:
    return not any(re.search("[0-9]", cell) for cell in cells[1:])


def _municipality(name: str, keys: Mapping[str, str]) -> str | None:
    bare = bare_name(name)
    if bare in _TOTALS:
        return None
    if bare not in keys:
        raise ValidationError(
            _("kommunen «%s» kendes ikke; skriv dens navn, eller «I alt»") % name[:60]
        )
    return keys[bare]


def _cells(municipality: str | None, texts: list[str]) -> list[dict[str, Any]]:
    if len(texts) != len(COLUMNS):
        raise ValidationError(
            ngettext(
                "der er %(n)s celle efter navnet; der skal være fire, også hvor en er tom",
                "der er %(n)s celler efter navnet; der skal være fire, også hvor en er tom",
                len(texts),
            )
            % {"n": len(texts)}
        )
    return [
        {"municipality": municipality, "ownership": ownership, "count": _number(text)}
        for ownership, text in zip(COLUMNS, texts, strict=True)
    ]


def _number(text: str) -> int | None:
    if not text:
        return None
    if text in _NOTHING:
        return 0
    if not re.fullmatch(r"[0-9]{1,6}|[0-9]{1,3}\.[0-9]{3}", text):
        raise ValidationError(_("«%s» er ikke et helt tal") % text[:20])
    return int(text.replace(".", ""))


def _shortened(errors: list[str]) -> list[str]:
    rest = len(errors) - _ERRORS_TOLD
    return errors if rest <= 0 else [*errors[:_ERRORS_TOLD], _("Og %s linjer mere.") % rest]
