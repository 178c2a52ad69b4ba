"""Pricing placements by a tariff model: every component exact, rounded once."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from rammevaerk.engine.errors import UnpricedPlacements
from rammevaerk.engine.findings import Finding, Severity
from rammevaerk.engine.money import OreArray, divide_half_up, multiply, split_by_weight
from rammevaerk.engine.tables import IntArray
from rammevaerk.engine.tariffs.models.content import (
    FULL_BASIS_POINTS,
    FixedSum,
    Kind,
    Model,
    Part,
    Per,
    Rate,
    SupplementRate,
)
from rammevaerk.engine.tariffs.models.placements import Placements

MINUTE_DAYS = 420  # 60 minutes in an hour, 7 days in a week
MONTHS = 12
_NOT_SERVED = -1
_PRICE_DA = {
    Kind.LEVELS: "helhedstakst",
    Kind.BASIS_HOURS: "basistakst",
    Kind.STANDARD_PERCENT: "standardtakst",
    Kind.MAIN_SUPPLEMENTS: "takst for hovedydelsen",
    Kind.SUBSCRIPTION: "abonnement",
    Kind.OBJECTIVE: "grundtakst",
}


@dataclass(frozen=True, slots=True)
class Contribution:
    """One payer's share of a sum that is paid whoever uses the place."""

    name: str
    facility: str
    operator: str
    target_group: str
    payer: str
    ore: int


@dataclass(frozen=True, slots=True, eq=False)
class Prices:
    """What placements cost by a model, in øre: components per row, and shares of fixed sums.

    `part` is the place of the part in the model that priced the row, -1 for a row without days;
    `general_hour` marks the rows whose service is priced by the model's general hourly rate.
    """

    basis: OreArray
    service: OreArray
    supplement: OreArray
    contributions: tuple[Contribution, ...]
    part: IntArray
    general_hour: NDArray[np.bool_]

    @property
    def total(self) -> OreArray:
        """The price of each placement; shares of fixed sums are not in it."""
        return self.basis + self.service + self.supplement


def price(model: Model, placements: Placements) -> Prices:
    """Price every placement; `UnpricedPlacements` with all findings when a price is missing."""
    pricing = _Pricing(model, placements)
    prices = pricing.run()
    if pricing.findings:
        raise UnpricedPlacements(tuple(pricing.findings))
    return prices


def hours_in_force(model: Model) -> tuple[Rate, ...]:
    """The hourly rates that hold on the model's day, by facility and plan."""
    hours = [rate for part in model.parts for rate in part.hours]
    found = _in_force(hours, model.on)
    return tuple(found[key] for key in sorted(found))


def general_hour(model: Model) -> int | None:
    """The hourly rate, in øre, that no facility or plan has of its own; None without one."""
    hours = [rate for part in model.parts for rate in part.hours]
    rate = _in_force(hours, model.on).get(("", ""))
    return rate.ore if rate else None


def _in_force(rates: Iterable[Rate], on: date) -> dict[tuple[str, str], Rate]:
    """The last version of each rate that has begun."""
    found: dict[tuple[str, str], Rate] = {}
    for rate in sorted(rates, key=lambda rate: rate.start):
        if rate.start <= on:
            found[rate.facility, rate.plan] = rate
    return found


def _closest(rates: dict[tuple[str, str], Rate], facility: str, plan: str) -> Rate | None:
    """The rate of the facility's own plan, of the facility, of the plan, or of all."""
    for key in ((facility, plan), (facility, ""), ("", plan), ("", "")):
        if key in rates:
            return rates[key]
    return None


class _Pricing:
    """One run over one model and one table; holds what the parts share."""

    def __init__(self, model: Model, placements: Placements) -> None:
        self.model = model
        self.placements = placements
        self.findings: list[Finding] = []
        self.basis, self.service, self.supplement = (
            np.zeros(len(placements), np.int64) for _ in range(3)
        )
        self.general = np.zeros(len(placements), bool)
        self.in_use = placements.days > 0
        self.pair = placements.facility.codes * max(len(placements.plan), 1) + placements.plan.codes

    def run(self) -> Prices:
        part_of = self._parts()
        for at, part in enumerate(self.model.parts):
            rows = np.flatnonzero(part_of == at)
            if rows.size and part.kind is not Kind.SUBSCRIPTION:
                self._price_part(part, rows)
        self._price_supplements()
        contributions = tuple(
            share for part in self.model.parts for one in part.sums for share in self._shares(one)
        )
        return Prices(
            self.basis, self.service, self.supplement, contributions, part_of, self.general
        )

    def _parts(self) -> IntArray:
        """The part that prices each row; a facility no part names is a finding."""
        owner = {name: at for at, part in enumerate(self.model.parts) for name in part.facilities}
        facility = self.placements.facility
        by_code = np.array(
            [
                owner.get(facility.text(code), owner.get("", _NOT_SERVED))
                for code in range(len(facility))
            ],
            np.int64,
        )
        if not by_code.size:
            return np.empty(0, np.int64)
        part_of = by_code[facility.codes]
        lost = np.flatnonzero((part_of == _NOT_SERVED) & self.in_use)
        for code in np.unique(facility.codes[lost]).tolist():
            rows = lost[facility.codes[lost] == code]
            self._missing(rows, "facility", "Modellen har ingen priser for tilbuddet.")
        return np.where(self.in_use, part_of, _NOT_SERVED)

    def _price_part(self, part: Part, rows: IntArray) -> None:
        days = self.placements.days[rows]
        whole = self._amounts(part, rows, days)
        if part.kind is Kind.LEVELS:
            shares = self._look_up(part.percents, rows, "andel til bygninger og ledelse")
            basis = divide_half_up(multiply(whole, shares[0]), FULL_BASIS_POINTS)
            # The rest is the service: the whole tariff stands as it was agreed.
            self.basis[rows], self.service[rows] = basis, whole - basis
            return
        self.basis[rows] = whole
        if part.kind is Kind.BASIS_HOURS:
            hours, general = self._look_up(part.hours, rows, "timepris")
            numerator = multiply(multiply(self.placements.minutes[rows], days), hours)
            self.service[rows] = divide_half_up(numerator, MINUTE_DAYS)
            self.general[rows] = general
        elif part.kind is Kind.STANDARD_PERCENT:
            percents = self._look_up(part.percents, rows, "procentregulering")
            numerator, denominator = self._numerator(part, rows, days)
            self.service[rows] = divide_half_up(
                multiply(numerator, percents[0]), denominator * FULL_BASIS_POINTS
            )

    def _amounts(self, part: Part, rows: IntArray, days: IntArray) -> OreArray:
        return divide_half_up(*self._numerator(part, rows, days))

    def _numerator(self, part: Part, rows: IntArray, days: IntArray) -> tuple[OreArray, int]:
        """Days times the rate over the days basis: months and years are not rounded to days."""
        rates = [
            Rate(one.facility, one.plan, one.start, one.ore * self._times(one.per))
            for one in part.rates
        ]
        found, _ = self._look_up(rates, rows, _PRICE_DA[part.kind])
        return multiply(found, days), self.model.days_basis

    def _times(self, per: Per) -> int:
        return {Per.DAY: self.model.days_basis, Per.MONTH: MONTHS, Per.YEAR: 1}[per]

    def _look_up(
        self, rates: Iterable[Rate], rows: IntArray, what_da: str
    ) -> tuple[IntArray, NDArray[np.bool_]]:
        """The figure in force for each row, and whether it is the one for all facilities."""
        in_force = _in_force(rates, self.model.on)
        plans = max(len(self.placements.plan), 1)
        size = len(self.placements.facility) * plans
        figure, general = np.zeros(size, np.int64), np.zeros(size, bool)
        pairs = self.pair[rows]
        used = np.flatnonzero(np.bincount(pairs, minlength=size)).tolist()
        for pair in used:
            facility = self.placements.facility.text(pair // plans)
            plan = self.placements.plan.text(pair % plans)
            rate = _closest(in_force, facility, plan)
            if rate is None:
                message = f"Modellen har ingen {what_da}, der gælder den {self.model.on}."
                self._missing(rows[pairs == pair], "rate", message, plan)
            else:
                figure[pair] = rate.ore
                general[pair] = not rate.facility and not rate.plan
        return figure[pairs], general[pairs]

    def _price_supplements(self) -> None:
        used = self.placements.supplements
        if self.model.supplements_included or not used.row.size:
            return
        rates = np.zeros(len(used.supplement), np.int64)
        for code in np.unique(used.supplement.codes).tolist():
            name = used.supplement.text(code)
            rate = self._supplement_rate(name)
            if rate is None:
                message = (
                    f"Modellen har ingen pris for tillægget «{name}», der gælder den "
                    f"{self.model.on}. Skriv prisen, eller skriv, at tillæg er med i taksten."
                )
                self._missing(used.row[used.supplement.codes == code], "supplement", message)
            else:
                rates[code] = rate.ore * self._times(rate.per)
        numerator = np.zeros(len(self.placements), np.int64)
        np.add.at(numerator, used.row, multiply(rates[used.supplement.codes], used.days))
        self.supplement = divide_half_up(numerator, self.model.days_basis)

    def _supplement_rate(self, name: str) -> SupplementRate | None:
        fitting = [
            rate
            for rate in self.model.supplements
            if rate.supplement == name and rate.start <= self.model.on
        ]
        return max(fitting, key=lambda rate: rate.start, default=None)

    def _shares(self, one: FixedSum) -> list[Contribution]:
        """A fixed sum by its key; a version that another has followed is no longer paid."""
        versions = [
            other
            for part in self.model.parts
            for other in part.sums
            if (other.name, other.facility) == (one.name, one.facility)
            and other.start <= self.model.on
        ]
        if not versions or max(versions, key=lambda other: other.start) is not one:
            return []
        weights = (self.model.keys or {})[one.key]
        self._check_payers(one, weights.keys())
        payers = sorted(weights)
        parts = split_by_weight(one.ore, [weights[payer] for payer in payers])
        return [
            Contribution(one.name, one.facility, one.operator, one.target_group, payer, ore)
            for payer, ore in zip(payers, parts, strict=True)
        ]

    def _check_payers(self, one: FixedSum, known: Iterable[str]) -> None:
        """A payer who uses the place but stands outside the key would get it for nothing."""
        facility, payer = self.placements.facility, self.placements.payer
        names = [payer.text(code) for code in range(len(payer))]
        outside = np.array([name not in set(known) for name in names], bool)
        codes = [code for code in range(len(facility)) if facility.text(code) == one.facility]
        if not codes or not outside.any():
            return
        rows = np.flatnonzero((facility.codes == codes[0]) & outside[payer.codes] & self.in_use)
        for code in np.unique(payer.codes[rows]).tolist():
            message = (
                f"Betaleren {names[code]} har indskrivninger, men ingen plads i nøglen "
                f"«{one.key}», som «{one.name}» fordeles efter. "
                "Skriv betaleren i nøglen, evt. med 0."
            )
            self._missing(rows[payer.codes[rows] == code], "key", message)

    def _missing(self, rows: IntArray, code: str, message: str, plan: str = "") -> None:
        first = int(rows[0])
        facility = self.placements.facility.text(int(self.placements.facility.codes[first]))
        place = f"Model «{self.model.name}», tilbud {facility}" + (f", plan {plan}" if plan else "")
        count = "1 indskrivning" if rows.size == 1 else f"{rows.size} indskrivninger"
        self.findings.append(
            Finding(
                code=f"model.no-{code}",
                severity=Severity.ERROR,
                place=place,
                message=message,
                found=f"{count}, den første {self.placements.keys[first]}",
                target=f"placement:{self.placements.keys[first]}",
            )
        )
