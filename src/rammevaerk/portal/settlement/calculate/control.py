"""What a payer was charged beside what it should have been, month by month and line by line."""

import json
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
from django.utils.translation import gettext_lazy as _

from rammevaerk.engine.money import format_kroner
from rammevaerk.engine.settlement.control import (
    ChargedLine,
    ControlCause,
    ExpectedCharge,
    compare_charges,
)
from rammevaerk.engine.settlement.inputs import Absences
from rammevaerk.portal.placements.queries.controlling import PaidPlacement
from rammevaerk.portal.settlement.calculate.charges import Charge, counts_days
from rammevaerk.portal.settlement.calculate.truth import Settled, TrueLine, stay_lines

UNDATED = "undated"
CAUSES_DA = {
    ControlCause.DAYS: _("Døgn"),
    ControlCause.PRICE: _("Pris"),
    ControlCause.ABSENCE: _("Fravær"),
    ControlCause.SUPPLEMENT: _("Tillæg og ydelser efter mængde"),
    ControlCause.UNKNOWN_CITIZEN: _("Ukendt borger"),
    ControlCause.NOT_CHARGED: _("Ikke opkrævet"),
    ControlCause.DOUBLE_CHARGE: _("Opkrævet to gange"),
    ControlCause.OVERLAP: _("Overlap med andet tilbud"),
    UNDATED: _("Uden periode"),
}


@dataclass(frozen=True, slots=True)
class Difference:
    """So much too much (or, negative, too little) for one cause."""

    cause: str
    ore: int
    text: str

    @property
    def cause_da(self) -> str:
        """The cause in words."""
        return str(CAUSES_DA[self.cause])


@dataclass(frozen=True, slots=True)
class Part:
    """One placement in one month, or one line that fits none: expected, charged, and why not."""

    seller: str
    reference: str
    placement_id: int | None
    facility: str
    expected: tuple[Mapping[str, Any], ...]
    charged: tuple[Mapping[str, Any], ...]
    differences: tuple[Difference, ...]

    @property
    def expected_ore(self) -> int:
        """What it should have been."""
        return sum(one["ore"] for one in self.expected)

    @property
    def charged_ore(self) -> int:
        """What it was."""
        return sum(one["ore"] for one in self.charged)

    @property
    def difference_ore(self) -> int:
        """Charged less expected."""
        return self.charged_ore - self.expected_ore


def full_prices(settled: Settled) -> dict[tuple[str, str, date], int]:
    """What every stay line would cost had nobody been away, by part, month and first day."""
    none = np.zeros(0, np.int64)
    tables = replace(settled.snapshot.tables, absences=Absences(none, none, none))
    return {
        (line.part, line.month, line.first): line.basis_ore + line.service_ore
        for line in stay_lines(settled.snapshot, tables, [])
    }


def control_month(
    lines: Iterable[TrueLine],
    full: Mapping[tuple[str, str, date], int],
    charges: Iterable[Charge],
    places: Mapping[int, PaidPlacement],
    names: Mapping[int, str],
) -> list[Part]:
    """Hold a month's charges against what should have been charged.

    `lines` are the payer's true lines of the month; `charges` its pieces of that month. The parts'
    differences add up to what was charged less what was expected, for each part by itself.
    """
    wanted: defaultdict[str, list[TrueLine]] = defaultdict(list)
    got: defaultdict[str, list[Charge]] = defaultdict(list)
    parts: list[Part] = []
    for line in lines:
        wanted[line.reference or line.part].append(line)
    special = {line.part for line in _without_citizen(wanted)}
    for charge in charges:
        if charge.first is None or charge.end is None:
            parts.append(_alone(charge, places, names, UNDATED))
        elif charge.placement_id in places or charge.reference in special:
            got[_reference(charge, places)].append(charge)
        else:
            parts.append(_alone(charge, places, names, ControlCause.UNKNOWN_CITIZEN))
    by_reference = {one.reference: one for one in places.values()}
    for reference in wanted.keys() | got.keys():
        got[reference] = _understood(got[reference], wanted.get(reference, []))
    found = _compared(wanted, full, got, by_reference)
    for reference in sorted(wanted.keys() | got.keys()):
        place = by_reference.get(reference)
        expected, charged = wanted.get(reference, []), got[reference]
        parts.append(
            Part(
                _seller(place, expected, charged, names),
                reference,
                place.pk if place else None,
                place.facility if place else "",
                tuple(_expected_row(one) for one in expected),
                tuple(_charged_row(one) for one in charged),
                tuple(found.get(reference, ())),
            )
        )
    return parts


def _without_citizen(wanted: Mapping[str, Sequence[TrueLine]]) -> Iterator[TrueLine]:
    """The lines that are for no citizen: special payments, known by their own number."""
    for lines in wanted.values():
        yield from (line for line in lines if not line.reference)


def _reference(charge: Charge, places: Mapping[int, PaidPlacement]) -> str:
    place = places.get(charge.placement_id) if charge.placement_id is not None else None
    return place.reference if place else charge.reference


def _understood(charges: list[Charge], expected: Sequence[TrueLine]) -> list[Charge]:
    """Say which of the lines that count pieces are for the stay and which are beside it.

    Others bill a month as one piece: without a line for days, the largest one is the stay.
    """
    if not any(one.counts == "piece" for one in charges):
        return charges
    days = any(one.counts in {"day", "period"} for one in charges)
    stay = any(counts_days(line) for line in expected)
    most = max((abs(one.amount_ore) for one in charges if one.counts == "piece"), default=0)

    def understood(one: Charge) -> Charge:
        if one.counts != "piece":
            return one
        for_stay = stay and not days and abs(one.amount_ore) == most
        return replace(one, days=None, counts="period" if for_stay else "extra")

    return [understood(one) for one in charges]


def _compared(
    wanted: Mapping[str, Sequence[TrueLine]],
    full: Mapping[tuple[str, str, date], int],
    got: Mapping[str, Sequence[Charge]],
    places: Mapping[str, PaidPlacement],
) -> dict[str, list[Difference]]:
    def whose(reference: str) -> tuple[str, str, str]:
        place = places.get(reference)
        return (
            reference,
            str(place.citizen_id) if place else reference,
            place.facility if place else "",
        )

    expected = [
        _expected(line, whose(key), full) for key, lines in wanted.items() for line in lines
    ]
    charged = [_charged(one, whose(key)) for key, charges in got.items() for one in charges]
    found: defaultdict[str, list[Difference]] = defaultdict(list)
    for one in compare_charges(expected, charged).differences:
        found[one.reference].append(Difference(str(one.cause), one.ore, one.text_da))
    return found


def _expected(
    line: TrueLine, whose: tuple[str, str, str], full: Mapping[tuple[str, str, date], int]
) -> ExpectedCharge:
    stay = line.basis_ore + line.service_ore
    if not counts_days(line):
        return ExpectedCharge(*whose, line.first, line.end, 0, 0, 0, line.total_ore)
    return ExpectedCharge(
        *whose,
        line.first,
        line.end,
        line.days if stay or line.kind in {"stay", "notice"} else 0,
        stay,
        full.get((line.part, line.month, line.first), stay) if line.kind == "stay" else stay,
        line.supplement_ore,
    )


def _charged(charge: Charge, whose: tuple[str, str, str]) -> ChargedLine:
    assert charge.first is not None and charge.end is not None  # noqa: S101, PT018 - the dated
    return ChargedLine(
        f"{charge.position} på {charge.label}",
        *whose,
        charge.first,
        charge.end,
        charge.days if charge.counts == "day" else None,
        charge.amount_ore,
        charge.counts == "extra",
    )


def _alone(
    charge: Charge, places: Mapping[int, PaidPlacement], names: Mapping[int, str], cause: str
) -> Part:
    """A charge that nothing was expected for, and that cannot be compared with anything."""
    place = places.get(charge.placement_id) if charge.placement_id is not None else None
    told = {
        UNDATED: _("Linjen siger ikke, hvilke døgn den er for; %(ore)s er opkrævet."),
        ControlCause.UNKNOWN_CITIZEN: _(
            "Referencen er ikke en indskrivning, betaleren kender; %(ore)s er opkrævet."
        ),
    }[cause]
    text = str(told) % {"ore": format_kroner(charge.amount_ore)}
    differences = (Difference(str(cause), charge.amount_ore, text),) if charge.amount_ore else ()
    return Part(
        _seller(place, [], [charge], names),
        place.reference if place else charge.reference,
        place.pk if place else None,
        place.facility if place else "",
        (),
        (_charged_row(charge),),
        differences,
    )


def _seller(
    place: PaidPlacement | None,
    expected: Sequence[TrueLine],
    charged: Sequence[Charge],
    names: Mapping[int, str],
) -> str:
    """Who sells, by key: the facility's operator; of what has no facility, who charged it."""
    operator = place.operator_id if place else expected[0].operator_id if expected else None
    if operator is None:
        operator = charged[0].seller_id
    return str(operator) if operator is not None else f"?{charged[0].seller}"


def _expected_row(line: TrueLine) -> dict[str, Any]:
    return {
        "first": line.first.isoformat(),
        "end": line.end.isoformat(),
        "days": line.days,
        "ore": line.total_ore,
        "text": line.text,
    }


def _charged_row(charge: Charge) -> dict[str, Any]:
    return {
        "source": charge.source,
        "label": charge.label,
        "position": charge.position,
        "first": charge.first.isoformat() if charge.first else "",
        "end": charge.end.isoformat() if charge.end else "",
        "days": charge.days if charge.counts == "day" else None,
        "ore": charge.amount_ore,
        "text": charge.text,
    }


def seller_sums(parts: Iterable[Part], names: Mapping[int, str]) -> list[dict[str, Any]]:
    """What each seller was expected to charge and did, with the differences by cause."""
    by_seller: defaultdict[str, list[Part]] = defaultdict(list)
    for part in parts:
        by_seller[part.seller].append(part)
    found = []
    for seller, own in by_seller.items():
        causes: defaultdict[str, int] = defaultdict(int)
        for part in own:
            for one in part.differences:
                causes[one.cause] += one.ore
        found.append(
            {
                "key": seller,
                "name": names[int(seller)] if seller.isdigit() else seller[1:],
                "expected": sum(part.expected_ore for part in own),
                "charged": sum(part.charged_ore for part in own),
                "causes": dict(causes),
                "placements": len(own),
                "differing": sum(bool(part.differences) for part in own),
            }
        )
    return sorted(found, key=lambda one: (str(one["name"]).casefold(), str(one["key"])))


def pack(parts: Sequence[Part]) -> bytes:
    """The parts as they are stored; the same parts give the same bytes."""
    rows = [
        [
            one.seller,
            one.reference,
            one.placement_id,
            one.facility,
            one.expected,
            one.charged,
            [[each.cause, each.ore, each.text] for each in one.differences],
        ]
        for one in parts
    ]
    text = json.dumps(rows, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return zlib.compress(text.encode(), 6)


def unpack(content: bytes) -> list[Part]:
    """The parts of stored bytes; none of none."""
    if not content:
        return []
    return [
        Part(
            seller,
            reference,
            placement_id,
            facility,
            tuple(expected),
            tuple(charged),
            tuple(Difference(*one) for one in differences),
        )
        for seller, reference, placement_id, facility, expected, charged, differences in json.loads(
            zlib.decompress(content)
        )
    ]
