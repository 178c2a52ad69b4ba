"""One cell of the plan read as text: exact, or a Danish sentence about what to mend."""

from collections.abc import Sequence
from dataclasses import dataclass

from rammevaerk.engine.date_words import date_text_da
from rammevaerk.engine.errors import UnreadableDate
from rammevaerk.engine.periods import Precision, parse_partial_date_da
from rammevaerk.exchange.action_plan.rows import Column, Content, normalised
from rammevaerk.exchange.quoting import quoted, without_cpr
from rammevaerk.exchange.sheets import Cell, CellKind

_SHOWN_CHOICES = 12


class UnreadableCell(Exception):
    """A cell that cannot be used; the message is a Danish sentence."""


@dataclass(frozen=True, slots=True)
class CellReader:
    """Reads cells against the choices that the agreement has at the time of reading."""

    statuses: Sequence[str]
    forums: Sequence[str]

    def text(self, cell: Cell, column: Column) -> str:
        """Return the cell's text as the plan writes it; `UnreadableCell` with what to do."""
        if cell.formula is not None:
            raise UnreadableCell(
                "Cellen har en formel. Skriv selve teksten, eller indsæt den som værdi "
                "(Kopiér, Indsæt speciel, Værdier)."
            )
        written = normalised(_as_text(cell, column))
        if len(written) > column.limit:
            raise UnreadableCell(
                f"Teksten er på {len(written)} tegn; {column.name_da} kan højst have "
                f"{column.limit}. Forkort den."
            )
        if not written:
            return ""
        match column.content:
            case Content.DATE | Content.DAY:
                return _date_text(written, column)
            case Content.STATUS:
                return _choice(written, self.statuses, column)
            case Content.FORUM:
                return _choice(written, self.forums, column)
        return written


def _as_text(cell: Cell, column: Column) -> str:
    match cell.kind:
        case CellKind.TEXT:
            return cell.text
        case CellKind.NUMBER:
            return _number(cell.text, column)
        case CellKind.DATE if cell.day and column.content is not Content.KEY:
            return date_text_da(cell.day)
        case CellKind.DATE:
            raise UnreadableCell(
                f"Excel har lavet {column.name_da} om til en dato. Giv cellen formatet Tekst, og "
                "skriv den igen."
            )
        case CellKind.ERROR:
            raise UnreadableCell(
                f"Cellen viser fejlen {cell.text[:20]}. Skriv det, der skulle have stået her."
            )
    raise UnreadableCell(
        "Cellen er en sandhedsværdi (SAND eller FALSK). Giv den formatet Tekst, og skriv teksten."
    )


def _number(digits: str, column: Column) -> str:
    """Numbers in texts are Danish, with a comma; in keys and numbers the dot is the separator."""
    return digits if column.content is Content.KEY else digits.replace(".", ",")


def _date_text(written: str, column: Column) -> str:
    try:
        found = parse_partial_date_da(written)
    except UnreadableDate as error:
        reason = without_cpr(error.reason_da).rstrip(".")
        raise UnreadableCell(f"{reason[:1].upper()}{reason[1:]}. Ret datoen.") from error
    if column.content is Content.DAY and found.precision is not Precision.DAY:
        raise UnreadableCell(
            f"{quoted(written)} er ikke en bestemt dag. Skriv {column.name_da.lower()} med dag, "
            "måned og år, fx 8. april 2025."
        )
    return found.text_da()


def _choice(written: str, choices: Sequence[str], column: Column) -> str:
    wanted = " ".join(written.split()).casefold()
    for choice in choices:
        if " ".join(choice.split()).casefold() == wanted:
            return normalised(choice)
    offered = ", ".join(f"«{choice}»" for choice in choices[:_SHOWN_CHOICES])
    more = " …" if len(choices) > _SHOWN_CHOICES else ""
    raise UnreadableCell(
        f"{quoted(written)} findes ikke som {column.name_da.lower()}. Vælg en af: {offered}{more}."
    )
