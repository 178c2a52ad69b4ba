"""What is said about a row of a takstfil: where, what stands there, and what to do."""

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class Weight(StrEnum):
    """An error stops its row; a warning does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Message:
    """One thing about a cell, or a row when `letter` is empty; rows count from 1."""

    weight: Weight
    text_da: str
    sheet: str = ""
    row: int = 0
    letter: str = ""
    header: str = ""
    value: str = ""

    @property
    def place_da(self) -> str:
        """Where to look: "ark «Takster», celle J7 (Takst (kr.))"."""
        place = f"ark «{self.sheet}», " if self.sheet else ""
        cell = f"celle {self.letter}{self.row}" if self.letter else f"række {self.row}"
        return f"{place}{cell}" + (f" ({self.header})" if self.header else "")

    def as_dict(self) -> dict[str, Any]:
        """As JSON holds it."""
        return asdict(self)
