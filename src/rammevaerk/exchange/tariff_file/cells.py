"""One cell of a takstfil read as canonical text, and canonical text shown as people write it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches

from rammevaerk.engine.errors import UnreadableDate
from rammevaerk.engine.periods import Precision, parse_partial_date_da
from rammevaerk.exchange.action_plan.rows import normalised
from rammevaerk.exchange.quoting import quoted, without_cpr
from rammevaerk.exchange.sheets import Cell, CellKind
from rammevaerk.exchange.tariff_file.columns import Column, Content
from rammevaerk.exchange.tariff_file.numbers import NumberFault, danish, read_number

Choices = Mapping[str, Sequence[tuple[str, str]]]
Words = Mapping[str, Mapping[str, str]]
_CENT = Decimal("0.01")
_SHOWN_CHOICES = 10
# Below this a percentage was surely meant as a share of one.
_LEAST_PERCENT = 2
_MOST_WHOLE = 100_000


class CellFault(Exception):
    """A cell that cannot be used; the message is one or more Danish sentences."""


@dataclass(frozen=True, slots=True)
class Found:
    """A cell's canonical text, and what must be said about how it was read."""

    text: str
    warning_da: str = ""


@dataclass(frozen=True, slots=True)
class CellReader:
    """Reads cells against the choices of each column, and a sender's own words for them.

    `words` is column key → the sender's word, case-folded → our key.
    """

    choices: Choices
    words: Words = field(default_factory=dict)

    def read(self, cell: Cell, column: Column) -> Found:
        """Return the cell's canonical text; `CellFault` with what to do."""
        if cell.formula is not None:
            raise CellFault(
                "Cellen har en formel. Sæt resultatet ind som værdi (Kopiér, Indsæt speciel, "
                "Værdier)."
            )
        if cell.kind is CellKind.ERROR:
            raise CellFault(
                f"Cellen viser fejlen {cell.text[:20]}. Skriv det, der skulle have stået her."
            )
        if cell.kind is CellKind.BOOLEAN:
            raise CellFault("Cellen er en sandhedsværdi (SAND eller FALSK). Skriv teksten.")
        match column.content:
            case Content.MONEY | Content.PERCENT | Content.WHOLE:
                return _number(cell, column)
            case Content.DAY:
                return Found(_day(cell))
            case Content.CHOICE:
                return Found(self._choice(_text(cell, column), column))
        return Found(_text(cell, column))

    def knows(self, written: str, column: Column) -> bool:
        """Say whether the text is one of the column's choices, or the sender's word for one."""
        return not written.strip() or bool(self._meant(written, column))

    def _meant(self, written: str, column: Column) -> str:
        wanted = folded(written)
        for key, label in self.choices.get(column.key, ()):
            if wanted in {folded(label), key}:
                return key
        return self.words.get(column.key, {}).get(wanted, "")

    def _choice(self, written: str, column: Column) -> str:
        found = self._meant(written, column)
        if found or not written:
            return found
        labels = [label for _key, label in self.choices.get(column.key, ())]
        near = nearest(written, labels)
        hint = f"Mente du {' eller '.join(f'«{one}»' for one in near)}? " if near else ""
        offered = ", ".join(f"«{label}»" for label in labels[:_SHOWN_CHOICES])
        raise CellFault(
            f"{quoted(written)} findes ikke som {column.name_da.lower()}. {hint}Vælg en af: "
            f"{offered}."
        )


def folded(text: str) -> str:
    """Return the text as words are compared: one space, no capitals."""
    return " ".join(text.split()).casefold()


def nearest(word: str, known: Sequence[str]) -> list[str]:
    """Return at most two known words that look like this one."""
    by_fold = {folded(one): one for one in known}
    return [by_fold[one] for one in get_close_matches(folded(word), list(by_fold), 2, 0.6)]


def shown(text: str, column: Column, choices: Choices) -> str:
    """Return canonical text as a Dane writes it; empty text stays empty."""
    if not text:
        return ""
    match column.content:
        case Content.MONEY:
            return danish(Decimal(text), 2)
        case Content.PERCENT:
            return danish(Decimal(text), 2).removesuffix("0").removesuffix(",0")
        case Content.DAY:
            return f"{date.fromisoformat(text):%d-%m-%Y}"
        case Content.CHOICE:
            return dict(choices.get(column.key, ())).get(text, text)
    return text


def canonical_text(text: str) -> str:
    """Return free text as it is compared: the file's own line ends and trailing space gone."""
    return normalised(text).strip()


def _text(cell: Cell, column: Column) -> str:
    if cell.kind is CellKind.DATE and cell.day:
        raise CellFault(
            f"Excel har lavet {column.name_da} om til en dato. Giv cellen formatet Tekst, og skriv "
            "den igen."
        )
    digits = cell.text if column.content is Content.KEY else cell.text.replace(".", ",")
    text = canonical_text(digits if cell.kind is CellKind.NUMBER else cell.text)
    if len(text) > column.limit:
        raise CellFault(
            f"Teksten er på {len(text)} tegn; {column.name_da} kan højst have {column.limit}. "
            "Forkort den."
        )
    return text


def _number(cell: Cell, column: Column) -> Found:
    if cell.kind is CellKind.DATE:
        raise CellFault(
            "Excel har lavet tallet om til en dato. Giv cellen formatet Tal, og skriv det igen."
        )
    if cell.kind is CellKind.NUMBER:
        number, warning = _stored_number(cell.text), ""
        if number < 0:
            raise CellFault("Tallet er negativt. Her skal stå nul eller derover.")
    elif not cell.text.strip():
        return Found("")
    else:
        number, warning = _written_number(cell.text)
    text = _canonical(number, column)
    if warning:
        read_as = shown(text, column, {})
        warning = f"{warning}; det er læst som {read_as}. Ret det, hvis det ikke er meningen."
    return Found(text, warning)


def _stored_number(text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise CellFault(f"{quoted(text, 20)} er ikke et tal. Skriv fx 1.234,50.")
    return number


def _written_number(text: str) -> tuple[Decimal, str]:
    try:
        return read_number(text)
    except NumberFault as fault:
        raise CellFault(str(fault)) from fault


def _canonical(number: Decimal, column: Column) -> str:
    if column.content is Content.WHOLE:
        if number != number.to_integral_value() or number > _MOST_WHOLE:
            raise CellFault(f"Her skal stå et helt tal, højst {danish(Decimal(_MOST_WHOLE), 0)}.")
        return f"{number:.0f}"
    if column.content is Content.PERCENT and 0 < number < _LEAST_PERCENT:
        percent = danish(number * 100, 2)
        raise CellFault(f"Belægningen er under {_LEAST_PERCENT} %. Mente du {percent}?")
    if number > Decimal(10) ** 12 or number != number.quantize(_CENT):
        raise CellFault(
            f"Tallet {danish(number, 4)} har flere end to decimaler. Rund det af i filen."
            if number <= Decimal(10) ** 12
            else "Tallet er for stort. Er der sat to tal sammen?"
        )
    return f"{number:.2f}"


def _day(cell: Cell) -> str:
    if cell.day:
        return cell.day.isoformat()
    written = cell.text.strip()
    if not written:
        return ""
    try:
        found = parse_partial_date_da(written)
    except UnreadableDate as error:
        reason = without_cpr(error.reason_da).rstrip(".")
        raise CellFault(f"{reason[:1].upper()}{reason[1:]}. Ret datoen.") from error
    if found.precision is not Precision.DAY:
        raise CellFault(f"{quoted(written)} er ikke en bestemt dag. Skriv fx 01-07-2026.")
    return found.first.isoformat()
