"""Who has the duty to help a citizen and to pay for it, from where he has lived and stayed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from itertools import pairwise

from rammevaerk.engine.date_words import date_text_da
from rammevaerk.engine.errors import UnfitCase
from rammevaerk.engine.findings import Finding, Severity
from rammevaerk.engine.rule import Edition, Rule
from rammevaerk.engine.steps import step
from rammevaerk.engine.trace import Step, Trace


class Dwelling(StrEnum):
    """Where a citizen comes to live or stay, as far as it decides who pays."""

    OWN_HOME = "own_home"
    # SEL §§ 107, 108 and 192, homes for the elderly, hospital, prison service and the like.
    STAY = "stay"
    # SEL §§ 109-110: the leader decides, also for those who come on their own.
    SHELTER = "shelter"
    # Named homes of veterans and the like (stk. 5-6).
    VETERANS = "veterans"
    UNKNOWN = "unknown"


class Ground(StrEnum):
    """The provision a municipality pays by; the portal stores the same codes."""

    RESIDENCE = "rsl-9-1"
    CONTRIBUTED = "rsl-9-3"
    CONTINUED = "rsl-9-4"
    VETERANS = "rsl-9-5"
    AGREED = "agreed"


GROUND_DA = {
    Ground.RESIDENCE: "bopæl eller sædvanligt ophold (RSL § 9, stk. 1)",
    Ground.CONTRIBUTED: "har medvirket til opholdet (RSL § 9, stk. 3)",
    Ground.CONTINUED: "fortsat under ophold og derefter (RSL § 9, stk. 4)",
    Ground.VETERANS: "bestemte boformer, uden medvirken (RSL § 9, stk. 5-6)",
    Ground.AGREED: "aftalt mellem kommunerne",
}


@dataclass(frozen=True, slots=True)
class Move:
    """A citizen comes to live or stay in a municipality from a day.

    `contributed`: his municipality, or another public authority, helped him to the stay.
    `to_live`: he has moved in meaning to live there; without that an own home changes nothing.
    """

    on: date
    municipality: str
    dwelling: Dwelling
    contributed: bool = False
    to_live: bool = True


@dataclass(frozen=True, slots=True)
class PayerAgreement:
    """Municipalities have agreed that another pays in a period; who acts is not changed by it."""

    start: date
    end: date | None
    payer: str
    text_da: str


@dataclass(frozen=True, slots=True)
class PayerSpan:
    """Who acts and who pays in [start, end), and by which provision."""

    start: date
    end: date | None
    acting: str
    payer: str
    ground: Ground


@dataclass(frozen=True, slots=True)
class Payers:
    """The periods in order, without a hole, with the steps behind them and what to look at."""

    spans: tuple[PayerSpan, ...]
    trace: Trace
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """Who acts after a move and why.

    `staying`: he is in a stay in another municipality that keeps the duty with the first, or has
    no known home since one.
    """

    acting: str
    ground: Ground
    staying: bool
    why_da: str
    doubt_da: str = ""


ACTING: Rule[[Standing, Move], Standing] = Rule("payer.acting_municipality")


@ACTING.edition(date(2024, 1, 1), source="rsl-9")
def _after_move(before: Standing, move: Move) -> Standing:
    """RSL § 9, stk. 1 and 3-6, as they read from 1 January 2024."""
    match move.dwelling:
        case Dwelling.UNKNOWN:
            return _kept(before, "uden kendt opholdssted: ingen ny kommune, før han bosætter sig")
        case Dwelling.OWN_HOME if not move.to_live:
            return _kept(before, "ikke flyttet ind for at bo der: ingen ny kommune")
        case Dwelling.OWN_HOME:
            why = f"bosat i egen bolig i {move.municipality}"
            return Standing(move.municipality, Ground.RESIDENCE, staying=False, why_da=why)
        case Dwelling.VETERANS:
            why = "boform, hvor handlekommunen er den samme uden at have medvirket"
            return Standing(before.acting, Ground.VETERANS, staying=True, why_da=why)
    return _in_stay(before, move)


def _in_stay(before: Standing, move: Move) -> Standing:
    """A stay keeps the duty when a public authority contributed, or when another came before it."""
    if move.municipality == before.acting:
        why = "ophold i handlekommunen selv"
        return Standing(before.acting, Ground.RESIDENCE, staying=False, why_da=why)
    if before.staying:
        why = f"videre til et tilsvarende tilbud i {move.municipality}"
        return Standing(before.acting, Ground.CONTINUED, staying=True, why_da=why)
    if move.contributed:
        why = f"har medvirket til opholdet i {move.municipality}"
        return Standing(before.acting, Ground.CONTRIBUTED, staying=True, why_da=why)
    if move.dwelling is Dwelling.SHELTER:
        why = f"mødt op selv i {move.municipality}, og lederen har optaget borgeren"
        doubt = "At lederens optagelse regnes som medvirken"
        return Standing(before.acting, Ground.CONTRIBUTED, True, why, doubt)
    why = f"ophold i {move.municipality}, som ingen myndighed har medvirket til"
    doubt = "At ingen myndighed har medvirket"
    return Standing(move.municipality, Ground.RESIDENCE, False, why, doubt)


def _kept(before: Standing, why_da: str) -> Standing:
    ground = Ground.CONTINUED if before.staying else before.ground
    return replace(before, ground=ground, why_da=why_da, doubt_da="")


def payer_periods(
    acting: str,
    since: date,
    moves: Sequence[Move],
    *,
    agreements: Sequence[PayerAgreement] = (),
    child: bool = False,
) -> Payers:
    """Return who acts and pays from `since` on, when `acting` was the acting municipality then.

    `since` is a day on which he lived or usually stayed in `acting`; moves on or after it change
    who acts from their day. `NoRuleForDate` for a move before the rule is known (2024);
    `UnfitCase` for a child (§ 9 a is not read), a move before `since`, two moves on a day, or
    agreements about the same day.
    """
    if child:
        raise UnfitCase(
            "Reglerne for børn og unge (retssikkerhedsloven § 9 a) er ikke læst; "
            "skriv selv, hvem der betaler, og hvorfor."
        )
    ordered = _in_order(since, moves)
    first = ACTING.on(since)
    now = Standing(acting, Ground.RESIDENCE, False, f"bor eller opholder sig i {acting}")
    spans, steps = [_span(since, now)], [_step(since, now, first)]
    findings: list[Finding] = []
    for move in ordered:
        edition = ACTING.on(move.on)
        now = edition.calculate(now, move)
        spans.append(_span(move.on, now))
        steps.append(_step(move.on, now, edition))
        findings += _doubts(move, now)
    ended = [
        replace(span, end=following.start if following else None)
        for span, following in pairwise([*spans, None])
        if span is not None
    ]
    found = [span for span in ended if span.end is None or span.start < span.end]
    agreed, more = _with_agreements(found, agreements)
    return Payers(_joined(agreed), Trace((*steps, *more)), tuple(findings))


def _in_order(since: date, moves: Sequence[Move]) -> list[Move]:
    ordered = sorted(moves, key=lambda move: move.on)
    if ordered and ordered[0].on < since:
        raise UnfitCase(
            f"Flytningen {date_text_da(ordered[0].on)} ligger før {date_text_da(since)}, "
            "som der regnes fra."
        )
    for one, other in pairwise(ordered):
        if one.on == other.on:
            raise UnfitCase(f"Der er to flytninger den {date_text_da(one.on)}.")
    return ordered


def _span(start: date, now: Standing) -> PayerSpan:
    return PayerSpan(start, None, now.acting, now.acting, now.ground)


def _step(on: date, now: Standing, edition: Edition[[Standing, Move], Standing]) -> Step:
    label = f"{date_text_da(on)}: {now.why_da}; {GROUND_DA[now.ground]}"
    return step(label, now.acting, "text", edition)


def _doubts(move: Move, now: Standing) -> list[Finding]:
    if not now.doubt_da:
        return []
    return [
        Finding(
            code="payer.contribution",
            severity=Severity.WARNING,
            place=f"Flytning {date_text_da(move.on)} til {move.municipality}",
            message=f"{now.doubt_da}, er afgørende for, hvem der betaler; find dokumentationen.",
            found=f"{now.acting} betaler",
        )
    ]


def _with_agreements(
    spans: Iterable[PayerSpan], agreements: Sequence[PayerAgreement]
) -> tuple[list[PayerSpan], list[Step]]:
    ordered = sorted(agreements, key=lambda one: one.start)
    for one, other in pairwise(ordered):
        if one.end is None or one.end > other.start:
            raise UnfitCase(f"Der er to aftaler om betaling den {date_text_da(other.start)}.")
    found = list(spans)
    steps = []
    for agreement in ordered:
        found = [piece for span in found for piece in _cut(span, agreement)]
        label = f"{date_text_da(agreement.start)}: {GROUND_DA[Ground.AGREED]}"
        steps.append(Step(label, agreement.payer, "text", source=agreement.text_da))
    return found, steps


def _cut(span: PayerSpan, agreement: PayerAgreement) -> list[PayerSpan]:
    """The span in pieces: before, within and after the agreement."""
    start = max(span.start, agreement.start)
    end = min((day for day in (span.end, agreement.end) if day), default=None)
    if end is not None and end <= start:
        return [span]
    pieces = [
        replace(span, end=start),
        replace(span, start=start, end=end, payer=agreement.payer, ground=Ground.AGREED),
    ]
    if end is not None:
        pieces.append(replace(span, start=end))
    return [piece for piece in pieces if piece.end is None or piece.start < piece.end]


def _joined(spans: Sequence[PayerSpan]) -> tuple[PayerSpan, ...]:
    joined: list[PayerSpan] = []
    for span in spans:
        before = joined[-1] if joined else None
        if before and (before.acting, before.payer, before.ground) == (
            span.acting,
            span.payer,
            span.ground,
        ):
            joined[-1] = replace(before, end=span.end)
        else:
            joined.append(span)
    return tuple(joined)
