"""A facility's accounts for a year, as the rules on surplus and deficit read them."""

from dataclasses import dataclass
from datetime import date

from rammevaerk.engine.tariffs.errors import TariffError


@dataclass(frozen=True, slots=True)
class YearAccount:
    """Income and costs of one year, and its tariff base (takstberegningsgrundlag)."""

    year: int
    tariff_base_ore: int
    income_ore: int
    costs_ore: int

    def __post_init__(self) -> None:
        if self.tariff_base_ore <= 0:
            raise TariffError("tariff_base", "takstberegningsgrundlaget er ikke over nul.")
        if self.income_ore < 0 or self.costs_ore < 0:
            raise TariffError("result", "indtægter og omkostninger skrives positivt.")

    @property
    def surplus_ore(self) -> int:
        """Income less costs; negative is a deficit."""
        return self.income_ore - self.costs_ore

    @property
    def day(self) -> date:
        """The day on which the rules of the year are looked up."""
        return date(self.year, 1, 1)
