"""What is wrong with a workbook, cell by cell, so that all of it can be mended in one go."""

from dataclasses import dataclass, field

from rammevaerk.exchange.errors import ExchangeError

LISTED = 50
_HELD = 1_000  # a sheet can have a fault in every one of its millions of cells


@dataclass(frozen=True, slots=True)
class CellProblem:
    """One thing to mend: row from 1 (0 for the whole sheet), Excel's letter, Danish message."""

    sheet: str
    row: int
    column_letter: str
    header: str
    message_da: str

    @property
    def place_da(self) -> str:
        """Where to look: "ark «Handlingsplan», celle J7 (Planlagt opstart)"."""
        place = f"ark «{self.sheet}»"
        if self.column_letter and self.row:
            place += f", celle {self.column_letter}{self.row}"
        elif self.row:
            place += f", række {self.row}"
        return f"{place} ({self.header})" if self.header else place


class BrokenWorkbook(ExchangeError):
    """A workbook that cannot be read in; the first 50 problems in order, and how many in all."""

    def __init__(self, problems: tuple[CellProblem, ...], total: int) -> None:
        self.problems = problems
        self.total = total
        first = problems[0]
        super().__init__(f"{total} fejl, den første i {first.place_da}: {first.message_da}")


@dataclass(slots=True)
class Problems:
    """Collects problems; keeps the first 50 by place and counts the rest."""

    sheet: str
    _found: list[CellProblem] = field(default_factory=list)
    _total: int = 0

    def add(self, message_da: str, *, row: int = 0, letter: str = "", header: str = "") -> None:
        """Note one problem."""
        self._total += 1
        self._found.append(CellProblem(self.sheet, row, letter, header, message_da))
        if len(self._found) >= _HELD:
            self._found = self._first()

    def raise_if_any(self) -> None:
        """Raise `BrokenWorkbook` when anything was noted."""
        if self._found:
            raise BrokenWorkbook(tuple(self._first()), self._total)

    def _first(self) -> list[CellProblem]:
        return sorted(self._found, key=_reading_order)[:LISTED]


def _reading_order(problem: CellProblem) -> tuple[int, int, str]:
    return problem.row, len(problem.column_letter), problem.column_letter
