"""How operators stand against the cap: rows of the database laid out for the engine, in bulk."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext as _

from rammevaerk.engine.date_words import date_text_da
from rammevaerk.engine.errors import NoRuleForDate, UnknownParameter
from rammevaerk.engine.periods import Period
from rammevaerk.engine.tariffs.basket import (
    Basket,
    ServicePrices,
    basket_of,
    development_lines,
)
from rammevaerk.engine.tariffs.cap import (
    CapOutcome,
    CapTerms,
    SupplementTurnover,
    Unmet,
    agreed_terms,
    check_cap,
)
from rammevaerk.engine.tariffs.development import Development, develop
from rammevaerk.engine.tariffs.errors import TariffError
from rammevaerk.engine.tariffs.price_index import (
    IndexChain,
    IndexChoice,
    MissingEstimate,
    chain_for,
)
from rammevaerk.engine.tariffs.registers import IndexRegister
from rammevaerk.portal.catalogue.queries.facts import (
    ServiceFact,
)
from rammevaerk.portal.tariffs import models
from rammevaerk.portal.tariffs.calculate.cap_world import (
    CapWorld,
    base_year_for,
    cap_of,
    series_keys,
    series_name,
    series_text,
)
from rammevaerk.portal.tariffs.queries.cap import Quarter

_POINTS = 10_000


@dataclass(frozen=True, slots=True)
class Standing:
    """One operator in one year: how it stands, or what stands in the way of saying so.

    `agreed` is false for a year without a known cap: then there is a level but no verdict.
    """

    operator_id: int
    name: str
    base_year: int
    year: int
    agreed: bool
    basket: Basket
    indices: IndexRegister
    outcome: CapOutcome | None = None
    index: IndexChain | None = None
    choices: tuple[models.IndexChoice, ...] = ()
    quarters: tuple[Quarter, ...] = ()
    unmet: models.UnmetReduction | None = None
    problem: str = ""
    # The series and the year without an estimate, when that is the problem.
    missing: tuple[str, int] | None = None
    changed_in_year: int = 0
    index_unverified: bool = False
    services: Mapping[str, ServiceFact] = field(default_factory=dict)

    @property
    def verdict(self) -> str:
        """What stands in the way, as one word for sorting, colours and files."""
        if not self.agreed:
            return "no_cap"
        return str(self.outcome.verdict) if self.outcome else "undecided"

    @property
    def verdict_da(self) -> str:
        return {
            "kept": _("Overholdt"),
            "exceeded": _("Overskredet"),
            "undecided": _("Kan ikke afgøres"),
            "no_cap": _("Ingen kendt aftale"),
        }[self.verdict]

    @property
    def kind(self) -> str:
        """The state of components/tag.html."""
        return {"kept": "done", "exceeded": "error", "undecided": "warning"}.get(
            self.verdict, "plain"
        )

    @property
    def level(self) -> Decimal | None:
        return _decimal(self.outcome.level) if self.outcome else None

    @property
    def allowed(self) -> Decimal | None:
        return _decimal(self.outcome.allowed) if self.outcome and self.agreed else None

    @property
    def excess_ore(self) -> int | None:
        """What is above the allowed in a year of full places; below is negative."""
        return self.outcome.excess_ore if self.outcome and self.agreed else None

    @property
    def distance_ore(self) -> int | None:
        """How far from the allowed, whichever side it is on."""
        return None if self.excess_ore is None else abs(self.excess_ore)

    @property
    def supplements_ore(self) -> int:
        return sum(one.row.supplements_ore for one in self.quarters)

    @property
    def turnover_ore(self) -> int:
        return sum(one.row.turnover_ore for one in self.quarters)

    @property
    def supplement_share(self) -> Decimal | None:
        if not self.turnover_ore:
            return None
        return _decimal(Fraction(self.supplements_ore, self.turnover_ore))

    @property
    def series_da(self) -> str:
        """The index of the year, as people call it."""
        last = self.choices[-1] if self.choices else None
        return series_text(last.series) if last else ""

    def rank(self) -> tuple[int, Fraction, str]:
        """Problems first, the dearest of them on top."""
        order = ("exceeded", "undecided", "kept", "no_cap").index(self.verdict)
        level = self.outcome.level if self.outcome else None
        return order, -(level or Fraction(0)), self.name.casefold()


def _decimal(value: Fraction | None) -> Decimal | None:
    return None if value is None else Decimal(value.numerator) / Decimal(value.denominator)


def standings(world: CapWorld, year: int, *, base_year: int | None = None) -> list[Standing]:
    """Every operator's standing in the year, problems first."""
    found = [stand(world, pk, year, base_year=base_year) for pk in world.operator_ids]
    return sorted(found, key=lambda one: one.rank())


def stand(
    world: CapWorld, operator_id: int, year: int, *, base_year: int | None = None
) -> Standing:
    """One operator against the cap of the year, every figure by the engine."""
    base = base_year or base_year_for(world.circle.key, year)
    bare = _bare(world, operator_id, base, year)
    try:
        index = _index(world, operator_id, base, year)
        terms, agreed = _terms(world, bare, index.factor)
        outcome = check_cap(bare.basket.lines, terms, _turnover(bare.quarters, year))
    except MissingEstimate as problem:
        text = missing_da(problem.series, problem.year)
        return replace(bare, problem=text, missing=(problem.series, problem.year))
    except (TariffError, NoRuleForDate) as problem:
        return replace(bare, problem=getattr(problem, "reason_da", "") or str(problem))
    lacking = ""
    if outcome.level is None:
        lacking = _("Ingen ydelse har en takst og pladser, som kan sammenlignes i begge år.")
    return replace(bare, agreed=agreed, outcome=outcome, index=index, problem=lacking)


def missing_da(series: str, year: int) -> str:
    """That a year of an index is not known, for people."""
    return _("indekset «%(series)s» for %(year)s er ikke registreret.") % {
        "series": series_name(series),
        "year": year,
    }


def missing_estimates(rows: Iterable[Standing]) -> list[tuple[str, int, str]]:
    """Series, year and a sentence for each estimate that somebody's standing lacks."""
    found = {one.missing for one in rows if one.missing}
    return [(series, year, missing_da(series, year)) for series, year in sorted(found)]


def _bare(world: CapWorld, operator_id: int, base: int, year: int) -> Standing:
    """What is known of the operator before anything is judged."""
    facts = world.services.get(operator_id, [])
    laid_out = _services(world, operator_id, base, year)
    choices = tuple(
        one
        for one in world.choices.get(operator_id, ())
        if one.valid_from <= date(year, 1, 1)
        and (one.valid_to is None or one.valid_to > date(base + 1, 1, 1))
    )
    return Standing(
        operator_id=operator_id,
        name=world.names.get(operator_id, ""),
        base_year=base,
        year=year,
        agreed=cap_of(world.circle.key, year) is not None,
        basket=basket_of(laid_out, world.year_of_place, base, year),
        indices=world.indices,
        choices=choices,
        quarters=tuple(world.quarters.get((operator_id, year), ())),
        unmet=next((one for one in world.unmet.get(operator_id, ()) if one.year == base), None),
        changed_in_year=sum(world.prices.changed.get((one.id, year), 0) for one in facts),
        services={one.file_key: one for one in facts},
        index_unverified=any(
            world.indices.unverified(series_keys(one.series), base + 1, year, world.known_on)
            for one in choices
        ),
    )


def _index(world: CapWorld, operator_id: int, base: int, year: int) -> IndexChain:
    name = world.names.get(operator_id, "")
    chosen = [
        IndexChoice(
            name,
            Period(one.valid_from, one.valid_to),
            series_keys(one.series),
            one.reason,
            one.decision,
        )
        for one in world.choices.get(operator_id, ())
    ]
    return chain_for(world.table, chosen, name, base, year, world.known_on)


def _terms(world: CapWorld, bare: Standing, factor: Fraction) -> tuple[CapTerms, bool]:
    """The agreed terms; without an agreement terms that only show the level."""
    name, base, year = bare.name, bare.base_year, bare.year
    owed = bare.unmet
    lacking = Unmet(name, owed.year, Fraction(owed.basis_points, _POINTS)) if owed else None
    try:
        return agreed_terms(world.rules, name, base, year, factor, lacking), True
    except (NoRuleForDate, UnknownParameter):
        return CapTerms(name, base, year, factor, Fraction(0)), False


def _turnover(rows: Iterable[Quarter], year: int) -> tuple[SupplementTurnover, ...]:
    supplements = sum(one.row.supplements_ore for one in rows)
    turnover = sum(one.row.turnover_ore for one in rows)
    return (SupplementTurnover(year, supplements, turnover),) if turnover else ()


def _services(world: CapWorld, operator_id: int, base: int, year: int) -> Iterable[ServicePrices]:
    """The operator's services as the engine takes them, followed through successions."""
    facts = world.services.get(operator_id, [])
    before = _predecessors(world, operator_id, base, year)
    consumed = {one.id for one, _text in before.values() if one is not None}
    for fact in facts:
        predecessor, follows = before.get(fact.id, (None, ""))
        own_base = world.prices.parts.get((fact.id, base), ())
        base_of = predecessor if predecessor and not own_base else fact
        base_parts = world.prices.parts.get((base_of.id, base), ())
        now = world.prices.parts.get((fact.id, year), ())
        if fact.id in consumed and not now:
            continue
        if base_parts or now:
            yield ServicePrices(
                key=fact.file_key,
                facility=fact.facility,
                service=fact.name,
                base_places=world.places.get((base_of.id, base), 0),
                places=world.places.get((fact.id, year), 0),
                base=base_parts,
                now=now,
                follows_da=follows if not own_base else "",
                ended_da=_ended(world, fact, year),
            )


def _predecessors(
    world: CapWorld, operator_id: int, base: int, year: int
) -> dict[int, tuple[ServiceFact | None, str]]:
    """What the services of facilities that follow others were before, and how it came."""
    found: dict[int, tuple[ServiceFact | None, str]] = {}
    if not any(one.facility_id in world.origins for one in world.services.get(operator_id, ())):
        return found
    by_facility: dict[int, list[ServiceFact]] = defaultdict(list)
    for fact in world.services.get(operator_id, ()):
        by_facility[fact.facility_id].append(fact)
    for fact in world.services.get(operator_id, ()):
        for came in world.origins.get(fact.facility_id, ()):
            if not date(base, 1, 1) < came.on <= date(year, 12, 31):
                continue
            text = _("følger efter %(facility)s (%(kind)s %(day)s)") % {
                "facility": came.predecessor,
                "kind": came.kind.lower(),
                "day": date_text_da(came.on),
            }
            own = [one for one in by_facility[came.predecessor_id] if one.key == fact.key]
            if found.get(fact.id, (None, ""))[0] is None:
                found[fact.id] = (own[0] if own else None, text)
    return found


def _ended(world: CapWorld, fact: ServiceFact, year: int) -> str:
    if fact.valid_to is None and fact.facility_id not in world.successors:
        return ""
    for went in world.successors.get(fact.facility_id, ()):
        if went.on <= date(year, 12, 31):
            return _("fortsat som %(facility)s (%(kind)s %(day)s)") % {
                "facility": went.successor,
                "kind": went.kind.lower(),
                "day": date_text_da(went.on),
            }
    if fact.valid_to and fact.valid_to <= date(year, 12, 31):
        return _("ydelsen ophørte %s") % date_text_da(fact.valid_to)
    return ""


@dataclass(frozen=True, slots=True)
class Developed:
    """How the average price per place went, or why that cannot be said; what it leaves out."""

    found: Development | None
    problem: str
    left_out: tuple[str, ...]


def development_of(standing: Standing) -> Developed:
    """The average price per place split into price and structure."""
    lines, left_out = development_lines(standing.basket)
    if not lines:
        return Developed(None, _("Ingen ydelse har både takst og pladser."), left_out)
    try:
        return Developed(develop(lines, date(standing.year, 1, 1)), "", left_out)
    except TariffError as problem:
        return Developed(None, problem.reason_da, left_out)
