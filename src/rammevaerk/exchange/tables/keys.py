"""Keys of several tables numbered together, as `engine.tables.shared_domain` lays down."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rammevaerk.engine.tables import Domain, IntArray
from rammevaerk.exchange.tables.faults import Fault
from rammevaerk.exchange.tables.texts import Bytes, TextColumn

KeyColumn = TextColumn | IntArray
LONGEST_KEY = 200
_LONGEST_WHOLE = 18
_ZERO, _NINE, _FIRST_PRINTED, _DELETE = ord("0"), ord("9"), 32, 127
_WORD = 8
# The first byte of every blank of Unicode, in UTF-8; no Danish letter begins with one of them.
_BLANKS_BEGIN = np.frombuffer(b"\x20\xc2\xe1\xe2\xe3", np.uint8)


def faults_in(column: TextColumn) -> dict[int, Fault]:
    """Return the texts that cannot be keys, with why."""
    faults = {int(at): Fault.EMPTY for at in np.flatnonzero(column.lengths == 0)}
    faults |= dict.fromkeys(_blank(column), Fault.BLANK_KEY)
    faults |= {int(at): Fault.LONG_KEY for at in np.flatnonzero(column.lengths > LONGEST_KEY)}
    if ((column.data < _FIRST_PRINTED) | (column.data == _DELETE)).any():
        for texts, cells in column.by_length(LONGEST_KEY):
            strange = ((cells < _FIRST_PRINTED) | (cells == _DELETE)).any(axis=1)
            faults |= {int(at): Fault.CONTROL for at in texts[strange]}
    return faults | _undecodable(column)


def _blank(column: TextColumn) -> list[int]:
    """Return the texts of which nothing shows: blanks of any kind."""
    some = np.flatnonzero(column.lengths)
    may_be = some[np.isin(column.data[column.starts[some]], _BLANKS_BEGIN)] if len(some) else some
    return [at for at in may_be.tolist() if not column.text(at).strip()]


def _undecodable(column: TextColumn) -> dict[int, Fault]:
    """Return the texts that are not UTF-8, which only a Parquet column of bytes can have."""
    if _is_utf8(column.data):
        return {}
    bounds = zip(column.starts.tolist(), column.lengths.tolist(), strict=True)
    return {
        at: Fault.CONTROL
        for at, (start, length) in enumerate(bounds)
        if not _is_utf8(column.data[start : start + length])
    }


def _is_utf8(data: Bytes) -> bool:
    try:
        data.tobytes().decode()
    except UnicodeDecodeError:
        return False
    return True


def shared(columns: Sequence[KeyColumn]) -> tuple[Domain, list[IntArray]]:
    """Number the keys of columns that mean the same kind of thing, ascending.

    Whole numbers when every key is one, otherwise text in order of code points.
    """
    columns = [column.used() if isinstance(column, TextColumn) else column for column in columns]
    if all(_all_whole(column) for column in columns):
        found = [_as_numbers(column) for column in columns]
        labels, codes = _number(found)
    else:
        labels, codes = _number_texts([_as_text(column) for column in columns])
    spread = [
        column.spread(code) if isinstance(column, TextColumn) else code
        for column, code in zip(columns, codes, strict=True)
    ]
    return Domain(labels), spread


def _all_whole(column: KeyColumn) -> bool:
    if not isinstance(column, TextColumn):
        return not len(column) or (
            int(column.min()) >= 0 and int(column.max()) < 10**_LONGEST_WHOLE
        )
    if not len(column.lengths):
        return True
    if int(column.lengths.min()) == 0 or int(column.lengths.max()) > _LONGEST_WHOLE:
        return False
    for _, cells in column.by_length(_LONGEST_WHOLE):
        if ((cells < _ZERO) | (cells > _NINE)).any():
            return False
        if cells.shape[1] > 1 and (cells[:, 0] == _ZERO).any():
            return False
    return True


def _as_numbers(column: KeyColumn) -> IntArray:
    if not isinstance(column, TextColumn):
        return column
    values = np.zeros(len(column.lengths), np.int64)
    for texts, cells in column.by_length(_LONGEST_WHOLE):
        for at in range(cells.shape[1]):
            values[texts] = values[texts] * 10 + (cells[:, at] - np.uint8(_ZERO))
    return values


def _as_text(column: KeyColumn) -> TextColumn:
    if isinstance(column, TextColumn):
        return column
    words = [str(key).encode() for key in column.tolist()]
    lengths = np.asarray([len(word) for word in words], np.int64)
    data = np.frombuffer(b"".join(words), np.uint8)
    return TextColumn(data, np.cumsum(lengths) - lengths, lengths, None)


def _number(columns: list[IntArray]) -> tuple[IntArray, list[IntArray]]:
    keys = np.concatenate(columns) if columns else np.empty(0, np.int64)
    if not len(keys):
        return keys, columns
    low, high = int(keys.min()), int(keys.max())
    if high - low > 4 * len(keys) + 1000:
        ordered = np.sort(keys)  # np.unique would load numpy.ma
        labels = ordered[np.append(True, ordered[1:] != ordered[:-1])]
        return labels, [np.searchsorted(labels, column) for column in columns]
    # Keys that lie close together, as running numbers do, are ticked off instead of sorted.
    seen = np.zeros(high - low + 1, np.bool_)
    seen[keys - low] = True
    ranks = np.cumsum(seen) - 1
    return np.flatnonzero(seen) + low, [ranks[column - low] for column in columns]


def _number_texts(columns: list[TextColumn]) -> tuple[NDArray[Any], list[IntArray]]:
    packed = _packed(columns)
    order = np.lexsort(packed[::-1])
    new = np.zeros(len(order), np.bool_)
    for word in packed:
        ordered = word[order]
        new[1:] |= ordered[1:] != ordered[:-1]
    ranks = np.empty(len(order), np.int64)
    ranks[order] = np.cumsum(new)
    new[:1] = True
    ends = np.cumsum([len(column.starts) for column in columns])
    codes = np.split(ranks, ends[:-1])
    return _labels([word[order[new]] for word in packed]), codes


def _packed(columns: list[TextColumn]) -> list[NDArray[np.uint64]]:
    """Eight bytes to a word, the first byte the heaviest: words compare as the texts do."""
    longest = max(int(column.lengths.max(initial=1)) for column in columns)
    words = -(-longest // _WORD)
    count = sum(len(column.starts) for column in columns)
    cells = np.zeros((count, words * _WORD), np.uint8)
    first = 0
    for column in columns:
        for texts, found in column.by_length(longest):
            cells[first + texts, : found.shape[1]] = found
        first += len(column.starts)
    return list(np.ascontiguousarray(cells.view(">u8").T).astype(np.uint64))


def _labels(words: list[NDArray[np.uint64]]) -> NDArray[Any]:
    """Turn packed words back into an array of text."""
    packed = np.ascontiguousarray(np.stack(words, axis=1).astype(">u8"))
    size = packed.shape[1] * _WORD
    cells = packed.view(np.uint8)
    used = int(np.flatnonzero(cells.any(axis=0)).max(initial=0)) + 1
    raw = packed.view(f"S{size}").ravel()
    if (cells < _DELETE + 1).all():
        return raw.astype(f"U{used}")
    return np.asarray([text.decode() for text in raw.tolist()])
