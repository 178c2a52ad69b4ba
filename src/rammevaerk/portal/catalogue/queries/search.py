"""Looking for facilities: filters, how many each choice would give, and the rows that fit."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from rammevaerk.portal.catalogue.models import OwnershipGroup, Service
from rammevaerk.portal.catalogue.models.facilities import FacilityKind, Ownership, Reach
from rammevaerk.portal.catalogue.queries.offers import Catalogue, Offer, Place
from rammevaerk.portal.catalogue.queries.words import Choice


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for; empty means everything. The names of choices are those of FACETS."""

    text: str = ""
    chosen: Mapping[str, str] = field(default_factory=dict)
    age: int | None = None
    only_across_18: bool = False
    only_free: bool = False
    covered: str = ""
    price_from_ore: int | None = None
    price_to_ore: int | None = None


@dataclass(frozen=True, slots=True)
class FacetValue:
    """One choice of a facet, with how many facilities it would give beside the other filters."""

    key: str
    name: str
    count: int
    chosen: bool
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Found:
    """A facility that fits, with those of its services that do."""

    place: Place
    offers: tuple[Offer, ...]
    operator: str
    municipality: str

    @property
    def places(self) -> int:
        return sum(one.places for one in self.offers)

    @property
    def covered(self) -> int:
        return sum(one.covered for one in self.offers)

    @property
    def free(self) -> int | None:
        """Free places where any are reported; None when nobody has said."""
        said = [one.free for one in self.offers if one.free is not None]
        return sum(said) if said else None

    @property
    def price_ore(self) -> tuple[int, int] | None:
        """From the cheapest to the dearest day price."""
        prices = [one.price for one in self.offers if one.price]
        if not prices:
            return None
        return min(one.low_ore for one in prices), max(one.high_ore for one in prices)

    @property
    def ages(self) -> tuple[int, int | None] | None:
        """From the youngest to the first age that is too old for all."""
        if not self.offers:
            return None
        ends = [one.age_to for one in self.offers]
        oldest = None if None in ends else max(end for end in ends if end is not None)
        return min(one.age_from for one in self.offers), oldest

    @property
    def crosses_18(self) -> bool:
        return any(one.crosses_18 for one in self.offers)


@dataclass(frozen=True, slots=True)
class Result:
    """What fits, in order; the facets by name; how many facilities there are without filters."""

    rows: Sequence[Found]
    facets: Mapping[str, Sequence[FacetValue]]
    total: int
    free_count: int
    covered_count: int

    @property
    def services(self) -> int:
        return sum(len(row.offers) for row in self.rows)

    @property
    def places(self) -> int:
        return sum(row.places for row in self.rows)


Pair = tuple[Place, Offer | None]
# What a pair answers to in a facet, as keys of its choices.
Answers = Callable[[Pair], Iterable[str]]


def search(catalogue: Catalogue, wanted: Wanted, *, order: str = "") -> Result:
    """Find what fits. A facet counts what its choices would give with all the other filters."""
    facets = _facets(catalogue)
    tests = _tests(catalogue, wanted, facets)
    pairs = _pairs(catalogue)
    failed = [[name for name, test in tests.items() if not test(pair)] for pair in pairs]
    fitting: dict[int, list[Offer]] = {}
    for (place, offer), failures in zip(pairs, failed, strict=True):
        if not failures:
            fitting.setdefault(place.pk, []).extend([offer] if offer else [])
    rows = [
        Found(
            place=catalogue.places[pk],
            offers=tuple(offers),
            operator=catalogue.names.get(catalogue.places[pk].operator_id, ""),
            municipality=catalogue.names.get(catalogue.places[pk].municipality_id, ""),
        )
        for pk, offers in fitting.items()
    ]
    counted = {
        name: _count(facet, wanted.chosen.get(name, ""), _only(name, pairs, failed))
        for name, facet in facets.items()
    }
    return Result(
        rows=ordered(rows, order),
        facets=counted,
        total=len(catalogue.places),
        free_count=_distinct(_only("ledige", pairs, failed), _is_free),
        covered_count=_distinct(_only("omfattet", pairs, failed), lambda pair: _covered(pair[0])),
    )


def _pairs(catalogue: Catalogue) -> list[Pair]:
    """Every facility with each of its services; one without any stands alone."""
    pairs: list[Pair] = [(catalogue.places[one.facility_id], one) for one in catalogue.offers]
    with_offers = {place.pk for place, _offer in pairs}
    order = {pk: at for at, pk in enumerate(catalogue.places)}
    pairs += [(place, None) for pk, place in catalogue.places.items() if pk not in with_offers]
    return sorted(pairs, key=lambda pair: order[pair[0].pk])


@dataclass(frozen=True, slots=True)
class _Facet:
    choices: Sequence[Choice]
    answers: Answers


def _facets(catalogue: Catalogue) -> dict[str, _Facet]:
    """The facets by their name in the address."""
    names, places = catalogue.names, catalogue.places.values()
    return {
        "paragraf": _of_words(catalogue.words.paragraph_choices, lambda one: one.paragraphs),
        "maalgruppe": _of_words(
            catalogue.words.target_group_choices, lambda one: one.target_groups
        ),
        "kommune": _of_organisations(places, names, lambda place: place.municipality_id),
        "driftsherre": _of_organisations(places, names, lambda place: place.operator_id),
        "ejerform": _of_ownership(),
        "art": _of_places(FacilityKind.choices, lambda place: place.kind),
        "daekning": _of_places(Reach.choices, lambda place: place.reach),
        "form": _Facet(
            [Choice(key, str(name), frozenset()) for key, name in Service.Setting.choices],
            lambda pair: [pair[1].setting] if pair[1] else [],
        ),
    }


def _of_words(choices: Sequence[Choice], held: Callable[[Offer], frozenset[int]]) -> _Facet:
    answering: dict[int, list[str]] = {}
    for choice in choices:
        for pk in choice.ids:
            answering.setdefault(pk, []).append(choice.key)

    def answers(pair: Pair) -> set[str]:
        if pair[1] is None:
            return set()
        return {key for pk in held(pair[1]) for key in answering.get(pk, ())}

    return _Facet(choices, answers)


def _of_organisations(
    places: Iterable[Place], names: Mapping[int, str], held: Callable[[Place], int]
) -> _Facet:
    ids = sorted({held(place) for place in places}, key=lambda pk: names.get(pk, "").casefold())
    choices = [Choice(str(pk), names.get(pk, ""), frozenset()) for pk in ids]
    return _Facet(choices, lambda pair: [str(held(pair[0]))])


def _of_places(choices: Iterable[tuple[Any, Any]], held: Callable[[Place], str]) -> _Facet:
    shown = [Choice(str(key), str(name), frozenset()) for key, name in choices]
    return _Facet(shown, lambda pair: [held(pair[0])])


def _of_ownership() -> _Facet:
    """Who runs it; what is not public can be looked for as one, as published tables count it."""
    group = OwnershipGroup.NON_PUBLIC
    public: list[Choice] = []
    others: list[Choice] = []
    for one in Ownership:
        inside = OwnershipGroup.of(one.value) is group
        choice = Choice(one.value, str(one.label), frozenset(), int(inside))
        (others if inside else public).append(choice)
    whole = Choice(group.value, str(group.label), frozenset())

    def answers(pair: Pair) -> set[str]:
        return {pair[0].ownership, OwnershipGroup.of(pair[0].ownership).value}

    return _Facet([*public, whole, *others], answers)


def _tests(
    catalogue: Catalogue, wanted: Wanted, facets: Mapping[str, _Facet]
) -> dict[str, Callable[[Pair], bool]]:
    """What a pair must stand, by the filter's name; only those that are set."""
    tests: dict[str, Callable[[Pair], bool]] = {}
    for name, key in wanted.chosen.items():
        if key and name in facets:
            answers = facets[name].answers
            tests[name] = lambda pair, key=key, answers=answers: key in answers(pair)  # type: ignore[misc]
    if wanted.text.strip():
        tests["q"] = _has_text(catalogue, wanted.text)
    age = wanted.age
    if age is not None:
        tests["alder"] = lambda pair: pair[1] is not None and pair[1].admits(age)
    if wanted.only_across_18:
        tests["overgang"] = lambda pair: pair[1] is not None and pair[1].crosses_18
    if wanted.only_free:
        tests["ledige"] = _is_free
    if wanted.covered:
        tests["omfattet"] = lambda pair: _covered(pair[0]) is (wanted.covered == "ja")
    if wanted.price_from_ore is not None or wanted.price_to_ore is not None:
        tests["pris"] = lambda pair: _costs(pair[1], wanted.price_from_ore, wanted.price_to_ore)
    return tests


def _has_text(catalogue: Catalogue, text: str) -> Callable[[Pair], bool]:
    """Every word is found in a name, the address, the portal's number or a provision."""
    looked_for = text.casefold().split()
    of_place = {
        place.pk: f"{place.name} {place.address} {place.portal_id}".casefold()
        for place in catalogue.places.values()
    }
    of_paragraph = {pk: str(row).casefold() for pk, row in catalogue.words.paragraphs.items()}

    def found(pair: Pair) -> bool:
        here = of_place[pair[0].pk]
        if pair[1] is not None:
            provisions = " ".join(of_paragraph[pk] for pk in pair[1].paragraphs)
            here = f"{here} {pair[1].name.casefold()} {provisions}"
        return all(word in here for word in looked_for)

    return found


def _is_free(pair: Pair) -> bool:
    return pair[1] is not None and bool(pair[1].free)


def _covered(place: Place) -> bool:
    return place.covered is True


def _costs(offer: Offer | None, low: int | None, high: int | None) -> bool:
    if offer is None or offer.price is None:
        return False
    dear_enough = low is None or offer.price.high_ore >= low
    return dear_enough and (high is None or offer.price.low_ore <= high)


def _only(name: str, pairs: list[Pair], failed: list[list[str]]) -> list[Pair]:
    """The pairs that fail at nothing but, perhaps, this filter."""
    return [
        pair
        for pair, failures in zip(pairs, failed, strict=True)
        if not failures or failures == [name]
    ]


def _count(facet: _Facet, chosen: str, pairs: list[Pair]) -> list[FacetValue]:
    """Every choice that gives something, and the chosen one even when it gives nothing."""
    held: dict[str, set[int]] = {}
    for pair in pairs:
        for key in facet.answers(pair):
            held.setdefault(key, set()).add(pair[0].pk)
    choices = list(facet.choices)
    if chosen and all(one.key != chosen for one in choices):
        # Nothing of the day answers to it: shown, or the page would seem to ask for everything.
        choices.append(Choice(chosen, _("(findes ikke den dag)"), frozenset()))
    return [
        FacetValue(one.key, one.name, len(held.get(one.key, ())), one.key == chosen, one.depth)
        for one in choices
        if one.key in held or one.key == chosen
    ]


def _distinct(pairs: list[Pair], test: Callable[[Pair], bool]) -> int:
    return len({pair[0].pk for pair in pairs if test(pair)})


_ORDERS: dict[str, Callable[[Found], Any]] = {
    "navn": lambda row: row.place.name.casefold(),
    "kommune": lambda row: row.municipality.casefold(),
    "driftsherre": lambda row: row.operator.casefold(),
    "pladser": lambda row: row.places,
    "ledige": lambda row: -1 if row.free is None else row.free,
    "pris": lambda row: row.price_ore[0] if row.price_ore else -1,
}


def ordered(rows: Iterable[Found], order: str) -> list[Found]:
    """By name, or as the address asks: «pladser» upwards, «-pladser» downwards."""
    found = sorted(rows, key=_ORDERS["navn"])
    key = _ORDERS.get(order.removeprefix("-"))
    if key is not None:
        found.sort(key=key, reverse=order.startswith("-"))
    return found
