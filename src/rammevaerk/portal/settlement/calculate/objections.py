"""The text in which a buyer tells a seller what it cannot approve, and why."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from rammevaerk.engine.date_words import date_text_da
from rammevaerk.engine.money import format_kroner
from rammevaerk.portal.settlement.calculate.control import Part

_MOST = 200


@dataclass(frozen=True, slots=True)
class Objection:
    """An invoice, what is said against it, and who says it."""

    kind: str
    label: str
    issued_on: date
    seller: str
    buyer: str
    total_ore: int
    reason: str
    remarks: tuple[str, ...] = ()


def objection_text(one: Objection, parts: Iterable[Part]) -> str:
    """A letter to the seller: the reason, every difference, and what is asked for.

    It names citizens by their references only.
    """
    lines = [
        _("Til %s") % one.seller,
        "",
        _("Indsigelse mod %(kind)s %(label)s af %(day)s på %(ore)s")
        % {
            "kind": one.kind.lower(),
            "label": one.label,
            "day": date_text_da(one.issued_on),
            "ore": format_kroner(one.total_ore),
        },
        "",
        _("Vi har kontrolleret den og kan ikke godkende den til betaling."),
        "",
        one.reason.strip() or _("(Begrundelse mangler)"),
        "",
    ]
    if one.remarks:
        lines += [_("Om selve regningen:"), *(f"- {text}" for text in one.remarks), ""]
    lines += _differences(parts)
    lines += [
        _("Send os en kreditnota og en ny regning, eller skriv, hvorfor I ikke er enige."),
        "",
        _("Med venlig hilsen"),
        one.buyer,
    ]
    return "\n".join(lines)


def _differences(parts: Iterable[Part]) -> list[str]:
    rows = [(part, each) for part in parts for each in part.differences]
    if not rows:
        return []
    found = [_("Forskelle mellem det opkrævede og det, vi ventede:")]
    for part, each in rows[:_MOST]:
        who = ", ".join(text for text in (part.reference, part.facility) if text)
        found.append(f"- {who or _('Uden reference')}: {each.text} ({format_kroner(each.ore)})")
    if len(rows) > _MOST:
        found.append(_("- og %s forskelle mere, se arket.") % (len(rows) - _MOST))
    total = sum(each.ore for _part, each in rows)
    told = _("I alt for meget: %s") if total >= 0 else _("I alt for lidt: %s")
    return [*found, told % format_kroner(abs(total)), ""]
