"""Quotation marks in CSV: that those around a cell are closed, and nothing stands after them."""

import re

import numpy as np
from numpy.typing import NDArray

from rammevaerk.engine.table_findings import TOLD, TableFinding
from rammevaerk.exchange.quoting import quoted
from rammevaerk.exchange.tables.faults import UnusableTables, counted_da, table_error

_QUOTE, _LINE_ENDS = ord('"'), b"\r\n"
_SEPARATORS_DA = {",": "komma", ";": "semikolon", "\t": "tabulator"}
# As much as is shown of what stands behind a mark.
_SHOWN = 40


def check_quotes(table: str, data: bytes, start: int, lines: int, separator: str) -> None:
    """Refuse rows in which marks do not stand around a whole cell.

    Rows begin at byte `start`, below `lines` lines. `UnusableTables` names the lines.
    """
    if _plain(np.frombuffer(data, np.uint8)[start:], separator):
        return
    problems = _problems(table, data, start, lines, separator)
    if problems:
        raise UnusableTables(problems, {})


def _plain(letters: NDArray[np.uint8], separator: str) -> bool:
    """Say whether every mark opens a cell, closes one or is one of two that stand for one.

    Taken in turn, they open and close where all is well; where not, somebody must look closer.
    """
    found = np.flatnonzero(letters == _QUOTE)
    if len(found) % 2:
        return False
    edges = np.zeros(256, np.bool_)
    edges[list(separator.encode() + _LINE_ENDS)] = True
    opening, closing = found[::2], found[1::2]
    before = np.append(True, edges[letters[opening[1:] - 1]]) if len(opening) else edges[:0]
    before[:1] = not len(opening) or opening[0] == 0 or edges[letters[opening[0] - 1]]
    after = np.ones(len(closing), np.bool_)
    last = closing == len(letters) - 1
    after[~last] = edges[letters[closing[~last] + 1]]
    doubled = closing[:-1] + 1 == opening[1:]
    after[:-1] |= doubled
    before[1:] |= doubled
    return bool(before.all() and after.all())


def _problems(
    table: str, data: bytes, start: int, lines: int, separator: str
) -> list[TableFinding]:
    edge = re.escape(separator).encode() + rb"\r\n"
    opening = re.compile(rb'(?<![^%b])"' % edge)
    rest = re.compile(rb'[^"]*(?:""[^"]*)*"')
    behind = re.compile(rb"[^%b]*" % edge)
    problems: list[TableFinding] = []
    count, line, counted = 0, lines + 1, start
    at = start
    while mark := opening.search(data, at):
        line += _breaks(data, counted, mark.start())
        counted = mark.start()
        closed = rest.match(data, mark.end())
        if closed is None:
            return [*problems, _unclosed(table, line, separator)]
        more = behind.match(data, closed.end())
        at = more.end() if more else closed.end()
        if more and more.group():
            count += 1
            if count <= TOLD:
                end = line + _breaks(data, counted, closed.end())
                shown = _text(data[mark.start() : closed.end()]), _text(more.group())
                problems.append(_followed(table, (line, end), shown))
    if count > TOLD:
        text = f"Og {counted_da(count - TOLD, 'celle', 'celler')} mere med et løst anførselstegn."
        problems.append(table_error("more", table, text))
    return problems


def _breaks(data: bytes, start: int, end: int) -> int:
    part = data[start:end]
    return part.count(b"\n") + part.count(b"\r") - part.count(b"\r\n")


def _text(raw: bytes) -> str:
    return quoted(raw.decode("utf-8", "replace"), _SHOWN)


def _unclosed(table: str, line: int, separator: str) -> TableFinding:
    text = (
        f"Linje {line}: anførselstegnet foran cellen bliver aldrig lukket. Fjern det, eller sæt "
        f"et efter cellen også. Hører et {_SEPARATORS_DA[separator]} til en nøgle, skal hele "
        f'nøglen stå i anførselstegn: "Nord{separator}Syd".'
    )
    return table_error("quotation-mark", table, text)


def _followed(table: str, lines: tuple[int, int], shown: tuple[str, str]) -> TableFinding:
    first, last = lines
    closed = "" if last == first else f", som først lukkes i linje {last},"
    text = (
        f"Linje {first}: efter anførselstegnene om {shown[0]}{closed} står {shown[1]}. Sæt "
        "anførselstegn om hele cellen eller slet ikke; et, der hører til teksten, skrives to gange "
        '("").'
    )
    return table_error("quotation-mark", table, text)
