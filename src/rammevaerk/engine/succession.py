"""What follows when a facility goes on as another or closes, and how chains of them are walked."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import TypeVar

from rammevaerk.engine.date_words import date_text_da
from rammevaerk.engine.deadlines import Weekdays, months_later
from rammevaerk.engine.errors import NoRuleForDate
from rammevaerk.engine.parameters import Parameters, ParameterValue

K = TypeVar("K", bound=Hashable)
Links = Iterable[tuple[K, K]]


class Kind(StrEnum):
    """What happens to a facility."""

    OPERATOR = "operator"
    LEGAL_FORM = "legal_form"
    TAKEOVER = "takeover"
    MERGER = "merger"
    SPLIT = "split"
    CLOSURE = "closure"


class Aspect(StrEnum):
    """What something follows for."""

    CONTRACTS = "contracts"
    TARIFFS = "tariffs"
    SURPLUS = "surplus"
    APPROVAL = "approval"
    AVAILABLE = "available"
    BUYERS = "buyers"
    PRESENTED = "presented"
    RESIDENTS = "residents"


ASPECTS_DA: Mapping[Aspect, str] = {
    Aspect.CONTRACTS: "Kontrakter",
    Aspect.TARIFFS: "Takster",
    Aspect.SURPLUS: "Over- og underskud",
    Aspect.APPROVAL: "Godkendelse",
    Aspect.AVAILABLE: "Pladserne",
    Aspect.BUYERS: "Køberne",
    Aspect.PRESENTED: "Forelæggelse",
    Aspect.RESIDENTS: "Beboerne",
}
UNKNOWN_DA = "Reglen er ikke kendt."
_TEXTS_DA: Mapping[tuple[Aspect, str], str] = {
    (Aspect.CONTRACTS, "reissue"): "Opsiges og indgås på ny med efterfølgeren.",
    (Aspect.CONTRACTS, "novate"): "Fortsætter med efterfølgeren som part.",
    (Aspect.TARIFFS, "continue"): "Fortsætter hos efterfølgeren, til nye er besluttet.",
    (Aspect.TARIFFS, "new"): "Ophører; efterfølgeren har nye fra første dag.",
    (Aspect.APPROVAL, "new"): "Den gamle lukkes, og efterfølgeren søger sin egen.",
    (Aspect.AVAILABLE, "yes"): "Skal fortsat stå til rådighed for de andre kommuner.",
    (Aspect.BUYERS, "yes"): "Kommuner med borgere i tilbuddet får besked.",
}


@dataclass(frozen=True, slots=True)
class Consequence:
    """What one rule says follows. `code` is "" where the rule is not known; `note` says why.

    `rule` is None where no parameter speaks of the day at all.
    """

    aspect: Aspect
    code: str
    text_da: str
    rule: ParameterValue | None = None
    note: str = ""

    @property
    def label_da(self) -> str:
        """What it is about: "Kontrakter"."""
        return ASPECTS_DA[self.aspect]

    @property
    def is_verified(self) -> bool:
        """Whether the rule was held up against its source."""
        return self.rule is not None and self.rule.is_verified


def consequences(kind: Kind, on: date, parameters: Parameters) -> tuple[Consequence, ...]:
    """Return what follows on `on`, in the order people ask; unknown rules are in it too."""
    if kind is Kind.CLOSURE:
        return (
            _said(Aspect.PRESENTED, "succession/presented_to", on, parameters),
            _residents(on, parameters),
            _said(Aspect.SURPLUS, "succession/surplus", on, parameters),
        )
    own = "_legal_form" if kind is Kind.LEGAL_FORM else ""
    found = [
        _coded(Aspect.CONTRACTS, f"succession/contracts{own}", kind, on, parameters),
        _coded(Aspect.TARIFFS, "succession/tariffs", kind, on, parameters),
        _coded(Aspect.APPROVAL, f"succession/approval{own}", kind, on, parameters),
        _said(Aspect.SURPLUS, "succession/surplus", on, parameters),
        _coded(Aspect.BUYERS, "succession/buyers_told", kind, on, parameters),
    ]
    if kind is Kind.TAKEOVER:
        stays = _coded(Aspect.AVAILABLE, "succession/stay_available", kind, on, parameters)
        found.insert(3, stays)
    return tuple(found)


def proposed(found: Iterable[Consequence], aspect: Aspect) -> str:
    """Return the code that the rules propose for an aspect; "" when they say nothing."""
    return next((one.code for one in found if one.aspect is aspect), "")


def _coded(aspect: Aspect, key: str, kind: Kind, on: date, parameters: Parameters) -> Consequence:
    try:
        rule = parameters.on(key, on)
    except NoRuleForDate as unknown:
        return Consequence(aspect, "", UNKNOWN_DA, note=unknown.note)
    value = rule.value[kind] if isinstance(rule.value, Mapping) else rule.value
    code = ("yes" if value else "no") if isinstance(value, bool) else str(value)
    return Consequence(aspect, code, _TEXTS_DA[aspect, code], rule, rule.note)


def _said(aspect: Aspect, key: str, on: date, parameters: Parameters) -> Consequence:
    try:
        rule = parameters.on(key, on)
    except NoRuleForDate as unknown:
        return Consequence(aspect, "", UNKNOWN_DA, note=unknown.note)
    return Consequence(
        aspect, str(rule.value), f"Planen forelægges for {rule.value}.", rule, rule.note
    )


def _residents(on: date, parameters: Parameters) -> Consequence:
    try:
        rule = parameters.on("contract/resident_notice_months", on)
    except NoRuleForDate as unknown:
        return Consequence(Aspect.RESIDENTS, "", UNKNOWN_DA, note=unknown.note)
    last = date_text_da(last_day_to_tell(on, int(str(rule.value))))
    text = (
        f"Skriftligt varsel på {rule.text_da()} til den første hverdag i en måned: senest {last}."
    )
    return Consequence(Aspect.RESIDENTS, str(rule.value), text, rule, rule.note)


def last_day_to_tell(on: date, months: int) -> date:
    """Return the last day residents can be told, when the notice is to have run out by `on`.

    The notice runs out on the first working day of a month (Monday to Friday, no holiday: the
    stricter reading) and lasts whole months.
    """
    ends = _first_working_day(on)
    if ends > on:
        ends = _first_working_day(on.replace(day=1) - timedelta(days=1))
    return months_later(ends, -months)


def _first_working_day(of_month: date) -> date:
    day = of_month.replace(day=1)
    while not Weekdays.MONDAY_TO_FRIDAY.holds(day):
        day += timedelta(days=1)
    return day


def unmatched(before: Mapping[K, int], parts: Iterable[tuple[K, int]]) -> dict[K, int]:
    """Return by key what the parts add up to where that is not what there was before."""
    sums: dict[K, int] = dict.fromkeys(before, 0)
    for key, places in parts:
        sums[key] = sums.get(key, 0) + places
    return {key: total for key, total in sums.items() if total != before.get(key, 0)}


def walk(links: Links[K], start: K) -> list[K]:
    """Return those that come after `start`, the nearest first, each once; not `start` itself.

    With the pairs turned round it is those that came before. Ends also where there is a circle.
    """
    following: dict[K, list[K]] = defaultdict(list)
    for predecessor, successor in links:
        following[predecessor].append(successor)
    found: dict[K, None] = {start: None}
    queue = [start]
    while queue:
        for after in following[queue.pop(0)]:
            if after not in found:
                found[after] = None
                queue.append(after)
    return list(found)[1:]


def turned(links: Links[K]) -> list[tuple[K, K]]:
    """Return the pairs the other way round."""
    return [(successor, predecessor) for predecessor, successor in links]


def last_of(links: Links[K], start: K) -> list[K]:
    """Return those at the end of the ways from `start`: those nobody follows, perhaps itself."""
    pairs = list(links)
    followed = {predecessor for predecessor, _successor in pairs}
    return [one for one in (start, *walk(pairs, start)) if one not in followed]


def closes_a_circle(links: Links[K], new: Links[K]) -> bool:
    """Say whether somebody would come after himself when the new pairs are added."""
    added = list(new)
    every = [*links, *added]
    return any(
        predecessor == successor or predecessor in walk(every, successor)
        for predecessor, successor in added
    )
