"""What a standing says in words, and as the rows of the pages and of the report."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rammevaerk.engine.date_words import date_text_da
from rammevaerk.engine.money import format_kroner
from rammevaerk.engine.parameters import Parameters, ParameterValue
from rammevaerk.engine.tariffs.cap import BasketStatus, CapLine
from rammevaerk.engine.tariffs.registers import CapAgreement
from rammevaerk.engine.trace import Step
from rammevaerk.engine.units import value_text_da
from rammevaerk.exchange.cap_report.content import (
    BasketRow,
    CapReport,
    DevelopmentRow,
    OperatorPart,
    OutsideRow,
    QuarterRow,
    StepRow,
)
from rammevaerk.portal.access.policy import Actor
from rammevaerk.portal.common.clock import day_of
from rammevaerk.portal.common.small_counts import small_count_limit
from rammevaerk.portal.tariffs.calculate.cap import Standing, development_of
from rammevaerk.portal.tariffs.calculate.cap_world import cap_of, series_named
from rammevaerk.portal.tariffs.queries.cap import Quarter

STATUS_DA = {
    BasketStatus.NEW: _("Ny"),
    BasketStatus.CLOSED: _("Lukket"),
    BasketStatus.RESTRUCTURED: _("Omlagt"),
}
_HUNDRED = 100


@dataclass(frozen=True, slots=True)
class OutsideView:
    """Something outside the basket as the page shows it."""

    facility: str
    service: str
    facility_id: int | None
    status: str
    reason: str


def percent(value: Decimal | None, decimals: int = 2) -> str:
    """A share as "102,34 pct."; "" for none."""
    if value is None:
        return ""
    shown = (value * _HUNDRED).quantize(Decimal(1).scaleb(-decimals))
    return f"{shown:f}".replace(".", ",") + " pct."


def reasons(standing: Standing) -> list[str]:
    """Why the verdict is what it is, in sentences."""
    if standing.outcome is None or standing.outcome.level is None:
        return [_capital(standing.problem)]
    found = [_verdict(standing)]
    if standing.unmet:
        found.append(
            _("Fra den forrige takstaftale mangler %(share)s, som skal indhentes (%(source)s).")
            % {
                "share": percent(Decimal(standing.unmet.basis_points) / 10_000),
                "source": standing.unmet.source,
            }
        )
    if standing.changed_in_year:
        found.append(
            ngettext(
                "%(count)s takst er ændret i løbet af året; her regnes med årets første.",
                "%(count)s takster er ændret i løbet af året; her regnes med årets første.",
                standing.changed_in_year,
            )
            % {"count": standing.changed_in_year}
        )
    if standing.index_unverified:
        found.append(_("Indekset bygger på procenter, der ikke er efterprøvet hos udgiveren."))
    return found


def _verdict(standing: Standing) -> str:
    outcome = standing.outcome
    assert outcome is not None  # noqa: S101 - reasons() asks before
    words = {
        "level": percent(standing.level),
        "allowed": percent(standing.allowed),
        "base": standing.base_year,
        "year": standing.year,
        "amount": format_kroner(abs(outcome.excess_ore or 0)),
    }
    if not standing.agreed:
        return (
            _(
                "Niveauet i %(year)s er %(level)s af %(base)s i faste priser. Der er ingen kendt "
                "takstaftale for året, så det er ikke vurderet."
            )
            % words
        )
    if standing.verdict == "exceeded":
        return (
            _(
                "Niveauet i %(year)s er %(level)s af %(base)s i faste priser og må højst være "
                "%(allowed)s Det er %(amount)s for meget om året, når alle pladser er brugt."
            )
            % words
        )
    return (
        _(
            "Niveauet i %(year)s er %(level)s af %(base)s i faste priser, og %(allowed)s er "
            "tilladt. Der er %(amount)s om året op til loftet, når alle pladser er brugt."
        )
        % words
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:] if text else ""


def outside(standing: Standing) -> list[OutsideView]:
    """Everything outside the basket, by status, each with its reason."""
    basket = standing.basket
    found = []
    lines = [one for one in basket.lines if one.status is not BasketStatus.SAME]
    for line in sorted(lines, key=lambda one: list(STATUS_DA).index(one.status)):
        at = line.facility, line.service
        found.append(
            OutsideView(
                line.facility,
                line.service,
                _facility_id(standing, basket.keys.get(at, "")),
                str(STATUS_DA[line.status]),
                _capital(basket.reasons.get(at, "")) + ".",
            )
        )
    return found + [
        OutsideView(
            one.facility,
            one.service,
            _facility_id(standing, one.key),
            _("Uden vægt"),
            _capital(one.reason_da) + ".",
        )
        for one in basket.uncounted
    ]


def _facility_id(standing: Standing, key: str) -> int | None:
    fact = standing.services.get(key)
    return fact.facility_id if fact else None


@dataclass(frozen=True, slots=True)
class BasketView:
    """One price in the basket; `change` is nominal, in hundredths of a percent."""

    facility: str
    service: str
    facility_id: int | None
    service_id: int | None
    places: str
    base_ore: int
    now_ore: int
    change: Decimal | None


def basket_rows(standing: Standing) -> list[BasketView]:
    """The prices in the basket, the greatest rise first."""
    lines = [one for one in standing.basket.lines if one.status is BasketStatus.SAME]
    views = [_basket_row(standing, one) for one in lines]
    return sorted(views, key=lambda one: (-(one.change or Decimal(0)), one.facility, one.service))


def _basket_row(standing: Standing, line: CapLine) -> BasketView:
    fact = standing.services.get(standing.basket.keys.get((line.facility, line.service), ""))
    base, now = line.base_tariff_ore or 0, line.tariff_ore or 0
    change = Fraction(now, base) - 1 if base else None
    return BasketView(
        line.facility,
        line.service,
        fact.facility_id if fact else None,
        fact.id if fact else None,
        _places(line.places),
        base,
        now,
        None if change is None else Decimal(change.numerator) / Decimal(change.denominator),
    )


def _places(places: Fraction) -> str:
    exact = Decimal(places.numerator) / Decimal(places.denominator)
    return f"{exact.quantize(Decimal('0.01')).normalize():f}".replace(".", ",")


def proof(standing: Standing) -> list[StepRow]:
    """Every step behind the figures: the index year by year, then the cap."""
    steps: list[StepRow] = []
    if standing.index:
        steps += _index_steps(standing)
    if standing.outcome:
        steps += [_step(one) for one in standing.outcome.trace]
    weight = standing.basket.lines and Parameters.load().on(
        "tariffs/opening_days", date(max(standing.year, 2024), 1, 1)
    )
    if weight:
        text = _("%(label)s: midten bruges som vægt") % {"label": weight.label_da}
        steps.append(
            StepRow(text, _opening_days(weight), weight.source.title_da, not weight.is_verified)
        )
    return steps


def _opening_days(weight: ParameterValue) -> str:
    seen = weight.value if isinstance(weight.value, Mapping) else {}
    return _("%(least)s til %(most)s dage") % seen


def index_rows(trace: Iterable[Step]) -> list[StepRow]:
    """The steps of an index, with the names of series and sources."""
    return [_step(one) for one in trace]


def _index_steps(standing: Standing) -> list[StepRow]:
    """The choices, and the estimates by the names of their series with their sources."""
    known = {one.estimate.label_da: one for one in standing.indices.estimates}
    rows = []
    for step in standing.index.trace if standing.index else ():
        found = known.get(step.label_da)
        row = _step(step)
        if found:
            row = StepRow(row.label, row.value, found.source_da, not found.is_verified)
        rows.append(row)
    return rows


def _step(step: Step) -> StepRow:
    sources = [one.source.title_da for one in step.parameters]
    if step.source:
        known = Parameters.load().sources.get(step.source)
        sources.append(known.title_da if known else step.source)
    return StepRow(
        series_named(step.label_da),
        series_named(value_text_da(step.value, step.unit)),
        ", ".join(dict.fromkeys(sources)),
        step.unverified,
    )


def quarter_rows(standing: Standing, actor: Actor) -> list[QuarterRow]:
    """The quarters of supplements; a handful of citizens is shown to the operator alone."""
    return [
        QuarterRow(
            one.row.quarter,
            one.row.supplements_ore,
            one.row.turnover_ore,
            _points(one.share_points),
            citizens_text(one, actor),
            date_text_da(day_of(one.row.registered_at)),
            len(one.earlier),
        )
        for one in standing.quarters
    ]


def _points(points: int | None) -> str:
    return "" if points is None else percent(Decimal(points) / 10_000)


def citizens_text(quarter: Quarter, actor: Actor) -> str:
    row = quarter.row
    limit, _verified = small_count_limit(day_of(row.registered_at))
    own = actor.organisation_id == row.operator_id
    if not own and 0 < row.citizens < limit:
        return _("færre end %s") % limit
    return f"{row.citizens:,}".replace(",", ".")


def operator_part(standing: Standing, actor: Actor) -> OperatorPart:
    """One operator's part of the report."""
    return OperatorPart(
        name=standing.name,
        verdict=standing.verdict_da,
        level=percent(standing.level),
        allowed=percent(standing.allowed),
        excess_ore=standing.excess_ore,
        index=standing.series_da,
        reasons=tuple(reasons(standing)),
        basket=tuple(
            BasketRow(r.facility, r.service, r.places, r.base_ore, r.now_ore, percent(r.change))
            for r in basket_rows(standing)
        ),
        outside=tuple(
            OutsideRow(r.facility, r.service, r.status, r.reason) for r in outside(standing)
        ),
        quarters=tuple(quarter_rows(standing, actor)),
        development=_development(standing),
        steps=tuple(proof(standing)),
        supplement_share=percent(standing.supplement_share),
    )


def _development(standing: Standing) -> DevelopmentRow:
    developed = development_of(standing)
    count = len(developed.left_out)
    note = (
        ngettext(
            "Uden %s ydelse, som er gået over til timepris.",
            "Uden %s ydelser, som er gået over til timepris.",
            count,
        )
        % count
        if count
        else ""
    )
    found = developed.found
    if found is None:
        return DevelopmentRow(note=_capital(developed.problem))
    return DevelopmentRow(
        found.before_ore, found.after_ore, found.price_ore, found.structure_ore, note
    )


def cap_report(
    rows: Sequence[Standing],
    *,
    circle_key: str,
    circle_name: str,
    year: int,
    quarter: int,
    as_of: date,
    actor: Actor,
) -> CapReport:
    """The whole report for Takstgruppen."""
    cap = cap_of(circle_key, year)
    parts = tuple(operator_part(one, actor) for one in rows)
    base = rows[0].base_year if rows else year - 1
    steps = [step for part in parts for step in part.steps]
    return CapReport(
        title=_("Takstaftalen: sådan står driftsherrerne i %s") % year,
        author=circle_name,
        as_of=as_of,
        year=year,
        base_year=base,
        quarter=quarter,
        lead=(summary(rows), how_it_is_read(base, year)),
        points=tuple((f"{one.number}. {one.title_da}", one.text_da) for one in cap.points)
        if cap
        else (),
        operators=parts,
        sources=tuple(dict.fromkeys(step.source for step in steps if step.source)),
        unverified=_unverified(steps, cap),
    )


def _unverified(steps: Sequence[StepRow], cap: CapAgreement | None) -> tuple[str, ...]:
    found = [f"{one.label}: {one.value}" for one in steps if one.unverified]
    if cap:
        found.append(
            _("Basisåret %s er oplyst her; takstaftalen nævner ikke noget.") % cap.base_year
        )
    return tuple(dict.fromkeys(found))


def summary(rows: Sequence[Standing]) -> str:
    """How many keep it, in one sentence."""
    count = {key: sum(1 for one in rows if one.verdict == key) for key in
             ("kept", "exceeded", "undecided", "no_cap")}  # fmt: skip
    if count["no_cap"] == len(rows):
        return _("Der er ingen kendt takstaftale for året; niveauerne er vist uden vurdering.")
    told = _(
        "Af %(all)s driftsherrer overholder %(kept)s takstaftalen, og %(exceeded)s overskrider den."
    ) % {"all": len(rows), **count}
    if count["undecided"]:
        told += " " + _("For %s kan det ikke afgøres.") % count["undecided"]
    return told


def how_it_is_read(base_year: int, year: int) -> str:
    """What is compared with what."""
    return _(
        "Niveauet er årets takster gange pladserne i %(year)s. Det deles med taksterne i %(base)s, "
        "løftet med driftsherrens indeks, gange de samme pladser. Kun ydelser med samme takstdele "
        "og enheder i begge år er med. Private tilbud er ikke omfattet."
    ) % {"base": base_year, "year": year}
