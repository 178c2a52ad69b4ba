"""What is said of a row without stopping it: cells not taken, and figures to look at again."""

from collections.abc import Iterator
from decimal import Decimal

from rammevaerk.exchange.quoting import quoted
from rammevaerk.exchange.tariff_file.cells import folded, nearest
from rammevaerk.exchange.tariff_file.columns import BY_KEY, TOLD, Column, Row, print_of, prints_in
from rammevaerk.exchange.tariff_file.identity import PriceBook
from rammevaerk.exchange.tariff_file.messages import Message, Weight
from rammevaerk.exchange.tariff_file.reading import ReadFile, ReadRow

# Columns whose words come from a list of the same name.
_LISTED = {"paragraphs": "Lovgrundlag", "main_group": "Målgrupper", "groups": "Målgrupper"}
_MUCH = Decimal("0.5")
_LITTLE = 100


def untaken(book: PriceBook, read: ReadFile, row: ReadRow, before: Row) -> Iterator[Message]:
    """Warn of cells that somebody changed and that are not taken from a file."""
    prints = prints_in(row.values.get("stamp", ""))
    for column in _perhaps_changed(row, prints):
        key = column.key
        now, stated = before.get(key, ""), row.values[key]
        if stated and stated != now and "key" in before:
            yield read.message(Weight.WARNING, row, key, _not_taken_da(book, key, now, stated))
    reason = row.values.get("reason", "")
    alone = prints and print_of(reason) != prints["reason"] and _only_reason(row, prints)
    if alone and reason not in before.get("reason", ""):
        text = "En ændringsårsag uden en ændring gemmes ikke."
        yield read.message(Weight.WARNING, row, "reason", text)


def _perhaps_changed(row: ReadRow, prints: dict[str, str]) -> list[Column]:
    there = [column for column in TOLD if column.key in row.values]
    if not prints:
        # Nobody knows what stood in a file that was not ours.
        return [column for column in there if column.key in _LISTED]
    told = "\x1f".join(row.values[column.key] for column in there)
    return [] if len(there) == len(TOLD) and print_of(told) == prints[""] else there


def doubts(
    book: PriceBook, read: ReadFile, row: ReadRow, before: Row, after: Row
) -> Iterator[Message]:
    """Warn of a change that looks like a slip, and of one without a reason."""
    was, now = before.get("amount", ""), after.get("amount", "")
    old = Decimal(was or before.get("amount_before") or 0)
    if old and now and abs(Decimal(now) - old) > _MUCH * old:
        yield read.message(
            Weight.WARNING,
            row,
            "amount",
            "Taksten ændres med mere end halvdelen. Se efter, at kommaet står rigtigt.",
        )
    elif now and 0 < Decimal(now) < _LITTLE and after.get("unit") == "day":
        yield read.message(
            Weight.WARNING, row, "amount", "Det er lidt for et døgn. Er beløbet i kroner?"
        )
    if was and was != now and not after.get("reason"):
        yield read.message(
            Weight.WARNING,
            row,
            "reason" if "reason" in read.letters else "amount",
            "Skriv en ændringsårsag; taksten kan ikke besluttes uden.",
        )


def _only_reason(row: ReadRow, prints: dict[str, str]) -> bool:
    others = [key for key in prints if key and key != "reason" and key in row.values]
    return all(print_of(row.values[key]) == prints[key] for key in others)


def _not_taken_da(book: PriceBook, key: str, now: str, stated: str) -> str:
    name = BY_KEY[key].name_da
    text = f"{name} tages ikke fra filen; her står stadig {quoted(now) if now else 'intet'}."
    known = book.words.get(_LISTED.get(key, ""), ())
    for word in (part.strip() for part in stated.split(";")):
        if known and word and folded(word) not in {folded(one) for one in known}:
            near = nearest(word, known)
            hint = f" Mente du «{near[0]}»?" if near else ""
            return f"{quoted(word)} findes ikke som {name.lower()}.{hint} {text}"
    return text
