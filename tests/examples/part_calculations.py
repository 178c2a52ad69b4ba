"""From the input of an example of a settlement's parts to plain values, one function for each."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from rammevaerk.engine.date_words import date_text_da
from rammevaerk.engine.errors import NoRuleForDate, UnfitCase
from rammevaerk.engine.money import format_kroner, parse_kroner
from rammevaerk.engine.notice import (
    AgreedNotice,
    NoticeForm,
    NoticeSide,
    notice_end,
    resident_notice_end,
)
from rammevaerk.engine.parameters import Parameters
from rammevaerk.engine.payer import Dwelling, Move, payer_periods
from rammevaerk.engine.settlement.control import ChargedLine, ExpectedCharge, compare_charges
from rammevaerk.engine.settlement.corrections import LineFacts, changes
from rammevaerk.engine.settlement.irregularities import (
    GrantedHours,
    OccupancyMonth,
    PaidSum,
    PriceStep,
    hours_unlike,
    occupancy_over,
    price_jumps,
    supplement_heavy,
)
from rammevaerk.engine.settlement.quantities import month_parts, quantity_amount, year_parts
from rammevaerk.engine.settlement.reconcile import StayRecord, compare_days, payable_set
from rammevaerk.engine.settlement.segments import Held, payable_dates, segments

Table = Mapping[str, Any]
Plain = dict[str, Any]
RULES = Parameters.load()


def calculated(name: str, given: Table) -> Plain:
    """Run one calculation; a day without a rule and a refusal are answers like any other."""
    try:
        return CALCULATIONS[name](given)
    except NoRuleForDate as error:
        return {"no_rule": error.key}
    except UnfitCase as error:
        return {"refused": error.reason_da}


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _moment(at: datetime) -> str:
    return f"{date_text_da(at.date())} kl. {at:%H.%M}"


def _segments(given: Table) -> Plain:
    parts, gaps = segments(
        given["start"],
        given["end"],
        hotel=given["hotel"],
        payers=[
            Held(date.fromisoformat(start), _day(end), who) for start, end, who in given["payers"]
        ],
        plans=[Held(date.min, None, "døgn")],
        minutes=[Held(date.min, None, 600)],
    )
    texts = []
    for part in parts:
        first, last = payable_dates(part.start, part.end, hotel=given["hotel"]) or (None, None)
        days = (last - first).days if first and last else 0
        end = _moment(part.end) if part.end else ""
        texts.append(f"{_moment(part.start)} - {end}: {part.payer}, {days} døgn")
    holes = [
        f"{gap.what}: {date_text_da(gap.start)} - {date_text_da(gap.end) if gap.end else ''}"
        for gap in gaps
    ]
    return {"parts": texts, "gaps": holes}


def _line(row: list[Any]) -> LineFacts:
    claim, month, payer, days, basis, service = row
    first = date.fromisoformat(f"{month}-01")
    end = date(first.year, first.month + 1, 1)
    amounts = (parse_kroner(basis), parse_kroner(service), 0)
    return LineFacts(claim, month, claim, first, end, payer, "Regionen", days, *amounts)


def _changes(given: Table) -> Plain:
    standing, truth = ([_line(row) for row in given[name]] for name in ("standing", "truth"))
    found = changes(standing, truth)
    left = [line for line in standing if line not in found.reversed]

    def text(line: LineFacts) -> str:
        amount = format_kroner(line.total_ore)
        return f"{line.claim} {line.month} {line.payer}: {line.days} døgn, {amount}"

    return {
        "reversed": [text(line.turned()) for line in found.reversed],
        "added": [text(line) for line in found.added],
        "causes": list(found.causes.values()),
        "again": bool(changes([*left, *found.added], truth)),
    }


def _record(row: Table) -> StayRecord:
    away = tuple((date.fromisoformat(start), _day(end)) for start, end in row.get("absences", []))
    return StayRecord(
        row["start"], row.get("end"), row["hotel"], away, row.get("absence_full_days", 0)
    )


def _reconcile(given: Table) -> Plain:
    seller, buyer = ([_record(row) for row in given[name]] for name in ("seller", "buyer"))
    march = date(2026, 3, 1), date(2026, 4, 1)
    return {
        "seller_days": len(payable_set(seller, *march)),
        "buyer_days": len(payable_set(buyer, *march)),
        "differences": [one.text_da for one in compare_days(seller, buyer, *march)],
    }


def _quantities(given: Table) -> Plain:
    price = parse_kroner(given["price"])
    if "quantity" in given:
        found = [quantity_amount(parse_kroner(given["quantity"]), price, date(2026, 3, 1))]
    elif "days" in given:
        found = list(month_parts(price, given["days"], given["month"]))
    else:
        found = list(year_parts(price, given["months"], given["year"]))
    return {"amounts": [format_kroner(one.ore) for one in found]}


def _payer(given: Table) -> Plain:
    moves = [
        Move(on, where, Dwelling(what), "contributed" in more, "passing" not in more)
        for on, where, what, *more in given["moves"]
    ]
    found = payer_periods(given["acting"], given["since"], moves, child=given.get("child", False))
    return {
        "payers": [
            f"{date_text_da(span.start)}: {span.payer} ({span.ground})" for span in found.spans
        ],
        "findings": [one.code for one in found.findings],
    }


def _notice(given: Table) -> Plain:
    if given["side"] == "resident":
        found = resident_notice_end(given["given"], RULES)
    else:
        form, length, clause = given.get("agreed", (None, 0, ""))
        agreed = AgreedNotice(NoticeForm(form), length, clause) if form else None
        side = NoticeSide(given["side"])
        found = notice_end(given["given"], side, given["paragraph"], RULES, agreed=agreed)
    return {"ends_on": found.ends_on, "rule": found.rule, "unverified": found.unverified}


def _control(given: Table) -> Plain:
    expected = [
        ExpectedCharge(reference, "B", place, first, end, days, *map(parse_kroner, amounts))
        for reference, place, first, end, days, *amounts in given["expected"]
    ]
    charged = [
        ChargedLine(key, who, "B" if who else "", where, first, end, 100 * days, parse_kroner(ore))
        for key, who, where, first, end, days, ore in given["charged"]
    ]
    found = compare_charges(expected, charged)
    return {
        "difference": format_kroner(found.charged_ore - found.expected_ore),
        "causes": {str(cause): format_kroner(ore) for cause, ore in found.by_cause.items()},
    }


def _irregularity(given: Table) -> Plain:
    ((kind, (on, *figures)),) = given.items()
    match kind:
        case "occupancy":
            signs = occupancy_over([OccupancyMonth("T", "Elmehuset", on, *figures)], RULES)
        case "price":
            before, after, rise = figures
            development = Fraction(rise.replace(",", "."))
            step = PriceStep(
                "Y", "Døgn", on, parse_kroner(before), parse_kroner(after), development
            )
            signs = price_jumps([step], RULES)
        case "supplement":
            sums = [parse_kroner(text) for text in figures]
            signs = supplement_heavy([PaidSum("T", "Elmehuset", on, *sums)], RULES)
        case _:
            stays = [
                GrantedHours(str(at), f"Ophold {at}", "alike", 60 * hours)
                for at, hours in enumerate(figures)
            ]
            signs = hours_unlike(stays, on, RULES)
    return {
        "found": [sign.finding.found for sign in signs],
        "held_against": [sign.finding.expected for sign in signs],
    }


CALCULATIONS: Mapping[str, Callable[[Table], Plain]] = {
    "segments": _segments,
    "changes": _changes,
    "reconcile": _reconcile,
    "quantities": _quantities,
    "payer": _payer,
    "notice": _notice,
    "control": _control,
    "irregularity": _irregularity,
}
