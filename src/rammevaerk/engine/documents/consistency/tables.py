"""Tables recomputed: sums and percentages that do not fit, with every repair that would do."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from rammevaerk.engine.documents.consistency.alignment import settled
from rammevaerk.engine.documents.consistency.grid import Grid, Position, Values, grids
from rammevaerk.engine.documents.consistency.numbers import number_text_da
from rammevaerk.engine.documents.consistency.register import Register
from rammevaerk.engine.documents.consistency.relations import Relation, Repair, SumRelation
from rammevaerk.engine.documents.consistency.spelling import is_scanned
from rammevaerk.engine.documents.consistency.structure import relations
from rammevaerk.engine.documents.meeting import MeetingDocument
from rammevaerk.engine.documents.meeting_findings import DocumentFinding
from rammevaerk.engine.findings import Severity


def tables(document: MeetingDocument, register: Register) -> Iterable[DocumentFinding]:
    """table.column-sum, table.row-sum, table.percent, table.missing-cell: what does not add up.

    Every sum and percentage that the headings or the other rows show is recomputed exactly. For
    what is wrong, each single cell that could be the one is named with the value that mends it;
    those with which all the rest of the table is right come first. Several sums that one cell
    explains are one finding. Nothing is repaired.
    """
    for raw in grids(document):
        yield from _Check(document, settled(raw)).findings()


@dataclass(frozen=True, slots=True)
class _Gap:
    """A blank cell that its row needs filled: the value the row gives, and the column, if any."""

    at: Position
    row_sum: SumRelation
    by_row: Fraction
    column_sum: SumRelation | None
    by_column: Fraction | None


class _Check:
    """One table under check."""

    def __init__(self, document: MeetingDocument, grid: Grid) -> None:
        self.document, self.grid = document, grid
        self.values = grid.values
        self.relations = relations(grid)
        self.decimals = {column: grid.decimals(column) for column in range(grid.width)}
        self.grouped = {column for column in range(grid.width) if self._has_groups(column)}
        self.wrong = [one for one in self.relations if not one.holds(self.values)]
        self.gaps = list(self._gaps())

    def _has_groups(self, column: int) -> bool:
        cells = (one.cells[column] for one in self.grid.rows if column < len(one.cells))
        return any(re.search(r"[0-9]\.[0-9]{3}\b", cell) for cell in cells)

    def _written(self, value: Fraction, column: int) -> str:
        return number_text_da(value, self.decimals[column], grouped=column in self.grouped)

    def findings(self) -> Iterator[DocumentFinding]:
        explained: list[Relation] = []
        for gap in self.gaps:
            explained += [gap.row_sum, *([gap.column_sum] if gap.column_sum else [])]
            yield self._missing(gap)
        left = [one for one in self.wrong if one not in explained]
        while left:
            group = self._group(left)
            left = [one for one in left if one not in group]
            yield self._finding(group)

    def _gaps(self) -> Iterator[_Gap]:
        """Give the blanks that were lost: a row whose sum needs exactly its one kind of blank."""
        for one in self.wrong:
            if not isinstance(one, SumRelation) or one.kind != "row":
                continue
            blank = [at for at in one.addends if at not in self.values]
            missing = self.values[one.target] - one.total(self.values)
            if len(blank) != 1 or missing <= 0 or len(one.addends) < 3:
                continue
            yield self._gap(blank[0], one, missing)

    def _gap(self, at: Position, row_sum: SumRelation, missing: Fraction) -> _Gap:
        column_sum = next(
            (
                one
                for one in self.wrong
                if isinstance(one, SumRelation) and one.kind == "column" and at in one.addends
            ),
            None,
        )
        by_column = None
        if column_sum:
            by_column = self.values[column_sum.target] - column_sum.total(self.values)
            if by_column < 0:
                column_sum = by_column = None
        return _Gap(at, row_sum, missing, column_sum, by_column)

    def _group(self, left: list[Relation]) -> list[Relation]:
        """Return the largest set of wrong relations that one cell explains without harm."""
        best = left[:1]
        for one in left:
            for repair in one.repairs(self.values, self.decimals):
                if repair.single and not self._harm(repair):
                    mended = [other for other in left if self._mends(other, repair)]
                    if len(mended) > len(best):
                        best = mended
        return best

    def _with(self, repair: Repair) -> Values:
        return {**self.values, repair.at: repair.low}

    def _mends(self, relation: Relation, repair: Repair) -> bool:
        return repair.at in relation.cells and relation.holds(self._with(repair))

    def _harm(self, repair: Repair) -> int:
        """Count the relations of the cell that are still or newly wrong after the repair."""
        values = self._with(repair)
        gap = next((gap for gap in self.gaps if repair.at in gap.row_sum.cells), None)
        harmed = 0
        if gap is not None:
            values = self._filled(gap, values)
        for one in self.relations:
            touched = repair.at in one.cells or (gap is not None and gap.at in one.cells)
            harmed += touched and not one.holds(values)
        return harmed

    def _filled(self, gap: _Gap, values: Values) -> Values:
        """Return the values with a lost cell filled as its row then wants it."""
        missing = values[gap.row_sum.target] - gap.row_sum.total(values)
        return {**values, gap.at: missing} if missing >= 0 else values

    def _hypotheses(self, group: list[Relation]) -> list[tuple[bool, Repair]]:
        """List every repair of one cell, with whether all the rest is right then; those first."""
        repairs = dict.fromkeys(
            repair for one in group for repair in one.repairs(self.values, self.decimals)
        )
        mended = {repair: sum(self._mends(one, repair) for one in group) for repair in repairs}
        whole = {
            repair: mended[repair] == len(group) and not self._harm(repair) for repair in repairs
        }
        ranked = sorted(repairs, key=lambda repair: (not whole[repair], -mended[repair]))
        return [(whole[repair], repair) for repair in ranked]

    def _finding(self, group: list[Relation]) -> DocumentFinding:
        first = max(group, key=lambda one: one.kind == "column")
        hypotheses = self._hypotheses(group)
        at = hypotheses[0][1].at if len(group) > 1 else first.cells[0]
        lost = self._digits_lost(at, hypotheses[0][1])
        small = all(self._may_be_rounding(one) for one in group)
        line = self.grid.rows[at[0]].line
        item = self.document.item_at(line)
        return DocumentFinding(
            code=f"table.{'percent' if first.kind == 'percent' else first.kind + '-sum'}",
            severity=Severity.NOTE if lost or small else Severity.ERROR,
            line=line,
            item=item.number if item else "",
            found=self._printed(at),
            expected="; eller ".join(self._told(whole, repair, at) for whole, repair in hypotheses),
            message=" ".join(self._problem(one) for one in group)
            + (" Et ciffer kan være tabt i skanningen." if lost else "")
            + (" Forskellen kan være afrunding." if small else "")
            + " Ét af tallene er forkert: se mulighederne, og ret det, der er galt.",
        )

    def _digits_lost(self, at: Position, repair: Repair) -> bool:
        """Say whether the number looks cut off: a scan may have lost its last digit."""
        printed, right = self._printed(at), self._written(repair.low, at[1])
        cut = right.startswith(printed) and len(right) == len(printed) + 1
        return repair.at == at and cut and is_scanned(self.document)

    def _may_be_rounding(self, one: Relation) -> bool:
        """Say whether numbers rounded one by one may differ so much from their rounded sum."""
        if not isinstance(one, SumRelation) or self.decimals[one.target[1]] == 0:
            return False
        unit = Fraction(1, 10 ** self.decimals[one.target[1]])
        apart = abs(self.values[one.target] - one.total(self.values))
        return 2 * apart <= unit * (len(one.addends) + 1)

    def _problem(self, one: Relation) -> str:
        target = one.cells[0]
        where = f"{self.grid.row_name(target[0])}, {self.grid.column_name(target[1])}"
        if isinstance(one, SumRelation):
            total = self._written(one.total(self.values), target[1])
            kind = "Kolonnen" if one.kind == "column" else "Rækken"
            return f"{kind} giver {total}, men der står {self._printed(target)} ({where})."
        right = " eller ".join(
            number_text_da(value, one.decimals) for value in sorted(one.right(self.values))
        )
        part, whole = (self._printed(at) for at in (one.part, one.whole))
        return (
            f"{part} af {whole} er {right or 'intet'} %, men der står {self._printed(target)} "
            f"({where})."
        )

    def _told(self, whole: bool, repair: Repair, beside: Position) -> str:
        row, column = repair.at
        value = self._written(repair.low, column)
        if not repair.single:
            value += f"–{self._written(repair.high, column)}"
        names = [self.grid.row_name(row)] if row != beside[0] else []
        names += [self.grid.column_name(column)] if column != beside[1] else []
        where = f" i {', '.join(names)}" if names else ""
        now = self._printed(repair.at) or "tom"
        rest = ", så passer resten" if whole else ""
        return f"{value}{where} (nu {now}{rest})"

    def _printed(self, at: Position) -> str:
        row, column = at
        cells = self.grid.rows[row].cells
        return cells[column].strip() if column < len(cells) else ""

    def _missing(self, gap: _Gap) -> DocumentFinding:
        row, column = gap.at
        name = f"{self.grid.row_name(row)}, {self.grid.column_name(column)}"
        by_row = self._written(gap.by_row, column)
        expected = f"{by_row} efter rækkens sum"
        if gap.by_column is not None:
            by_column = self._written(gap.by_column, column)
            if gap.by_column != gap.by_row:
                expected += f"; {by_column} efter kolonnens sum"
        line = self.grid.rows[row].line
        item = self.document.item_at(line)
        return DocumentFinding(
            code="table.missing-cell",
            severity=Severity.WARNING,
            line=line,
            item=item.number if item else "",
            found=f"tom celle i {name}",
            expected=expected,
            message=f"Rækken går ikke op, og en celle er tom ({name}): {expected}. Skriv tallet, "
            "eller ret et af de andre.",
        )
