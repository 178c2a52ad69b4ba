"""Where things stand in a takstfil: what the writer and the reader must agree on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from rammevaerk.engine.findings import Finding
from rammevaerk.exchange.tariff_file.cells import Choices
from rammevaerk.exchange.tariff_file.columns import Row

PRICE_SHEET = "Takster"
GUIDE_SHEET = "Vejledning"
FINDING_SHEET = "Fund"
# Holds the choices of the drop-down lists and the words of the vocabularies.
LIST_SHEET = "Lister"
# Hidden; says which export the file is, and which rows were in it.
EXPORT_SHEET = "Udtræk"

FORMAT = "rammevaerk-takstfil-1"
EXPORT_KEYS = ("format", "year", "region", "operator", "exported_at", "exported_by")
KEY_COLUMN = 3
ROW_LIMIT = 20_000
ROW_LIMIT_DA = "20.000"


@dataclass(frozen=True, slots=True)
class TariffDocument:
    """The prices of a year in a region, of one operator or of all when `operator` is empty.

    `choices` is column key → (key, Danish label); `words` are vocabularies by their Danish name.
    """

    year: int
    region: str
    operator: str
    exported_by: str
    exported_at: datetime
    rows: Sequence[Row]
    choices: Choices
    words: Mapping[str, Sequence[str]] = field(default_factory=dict)
    findings: Sequence[Finding] = ()

    @property
    def title(self) -> str:
        """What the file is: "Takstfil 2026, Viborg"."""
        return f"Takstfil {self.year}, {self.operator or self.region}"
