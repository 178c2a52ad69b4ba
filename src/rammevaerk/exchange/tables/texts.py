"""A column as text: UTF-8 bytes, looked at many cells at a time."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from rammevaerk.engine.tables import IntArray

Bytes = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class TextColumn:
    """Texts, and which text each row has; a text may be there more than once.

    Text i is `data[starts[i] : starts[i] + lengths[i]]`; no value at all is the empty text.
    `rows` is None when row i has text i.
    """

    data: Bytes
    starts: IntArray
    lengths: IntArray
    rows: IntArray | None

    def __len__(self) -> int:
        return len(self.starts if self.rows is None else self.rows)

    def text(self, index: int) -> str:
        """Return a text by its own number; a row's number is looked up in `rows` first."""
        start, length = int(self.starts[index]), int(self.lengths[index])
        return self.data[start : start + length].tobytes().decode("utf-8", "replace")

    def of_row(self, row: int) -> str:
        """Return the text of a row."""
        return self.text(row if self.rows is None else int(self.rows[row]))

    def spread(self, values: NDArray[Any]) -> NDArray[Any]:
        """Turn one value for each text into one for each row."""
        return values if self.rows is None else values[self.rows]

    def by_length(self, longest: int) -> Iterator[tuple[IntArray, Bytes]]:
        """Give the texts of each length up to `longest`, as numbers and rows of bytes."""
        counts = np.bincount(np.minimum(self.lengths, longest + 1), minlength=longest + 2)
        for length in np.flatnonzero(counts[: longest + 1]).tolist():
            found = np.flatnonzero(self.lengths == length)
            # Every run of so many bytes, of which only those where a text begins are copied.
            runs = sliding_window_view(self.data, length) if length else np.empty((1, 0), np.uint8)
            yield found, runs[self.starts[found] if length else np.zeros(len(found), np.int64)]

    def used(self) -> "TextColumn":
        """Return the column without texts that no row has."""
        if self.rows is None:
            return self
        there = np.bincount(self.rows, minlength=len(self.starts)) > 0
        if there.all():
            return self
        rows = (np.cumsum(there) - 1)[self.rows]
        return TextColumn(self.data, self.starts[there], self.lengths[there], rows)

    def first(self, count: int) -> "TextColumn":
        """Return the column without the rows after the first `count`."""
        if self.rows is not None:
            return TextColumn(self.data, self.starts, self.lengths, self.rows[:count])
        return TextColumn(self.data, self.starts[:count], self.lengths[:count], None)


def from_arrow(column: pa.ChunkedArray) -> TextColumn:
    """Take the texts out of an Arrow column of strings or of a dictionary of strings."""
    pieces = [_piece(chunk) for chunk in column.chunks]
    if len(pieces) == 1:
        return pieces[0]
    if not pieces:
        empty = np.empty(0, np.int64)
        return TextColumn(np.empty(0, np.uint8), empty, empty, None)
    return _joined(pieces)


def _piece(chunk: Any) -> TextColumn:
    if pa.types.is_dictionary(chunk.type):
        words = _piece(chunk.dictionary)
        rows = whole_numbers(chunk.indices)
        if not chunk.null_count:
            return TextColumn(words.data, words.starts, words.lengths, rows)
        rows = np.where(nulls(chunk), len(words.starts), rows)
        starts, lengths = np.append(words.starts, 0), np.append(words.lengths, 0)
        return TextColumn(words.data, starts, lengths, rows)
    _, offsets, data = chunk.buffers()
    wide = pa.types.is_large_string(chunk.type) or pa.types.is_large_binary(chunk.type)
    ends = _view(offsets, np.int64 if wide else np.int32, chunk.offset, len(chunk) + 1)
    ends = ends.astype(np.int64)
    lengths = np.diff(ends)
    if chunk.null_count:
        lengths[nulls(chunk)] = 0
    return TextColumn(np.frombuffer(data or b"", np.uint8), ends[:-1], lengths, None)


def _joined(pieces: list[TextColumn]) -> TextColumn:
    sizes = np.cumsum([0, *(len(piece.data) for piece in pieces)])
    counts = np.cumsum([0, *(len(piece.starts) for piece in pieces)])
    rows = None
    if any(piece.rows is not None for piece in pieces):
        rows = np.concatenate(
            [
                first + (np.arange(len(piece)) if piece.rows is None else piece.rows)
                for first, piece in zip(counts.tolist(), pieces, strict=False)
            ]
        )
    starts = [size + piece.starts for size, piece in zip(sizes.tolist(), pieces, strict=False)]
    return TextColumn(
        np.concatenate([piece.data for piece in pieces]),
        np.concatenate(starts),
        np.concatenate([piece.lengths for piece in pieces]),
        rows,
    )


_WIDTHS = {
    "int8": np.int8,
    "int16": np.int16,
    "int32": np.int32,
    "int64": np.int64,
    "uint8": np.uint8,
    "uint16": np.uint16,
    "uint32": np.uint32,
    "uint64": np.uint64,
    "date32[day]": np.int32,
}


def whole_numbers(chunk: Any) -> IntArray:
    """Return an Arrow array of whole numbers, dates or date-times as int64, nulls as they lie.

    Numbers from 2^63 on come out negative: the caller looks at the type first.
    """
    dtype = _WIDTHS.get(str(chunk.type), np.int64)
    found = _view(chunk.buffers()[1], dtype, chunk.offset, len(chunk))
    return found.astype(np.int64, copy=False)


def nulls(chunk: Any) -> NDArray[np.bool_]:
    """Return where an Arrow array has no value."""
    if pa.types.is_null(chunk.type):
        return np.ones(len(chunk), np.bool_)
    mask = chunk.buffers()[0]
    if mask is None or not chunk.null_count:
        return np.zeros(len(chunk), np.bool_)
    bits = np.unpackbits(np.frombuffer(mask, np.uint8), bitorder="little")
    valid: NDArray[np.bool_] = bits[chunk.offset : chunk.offset + len(chunk)] == 0
    return valid


def _view(buffer: Any, dtype: Any, offset: int, count: int) -> NDArray[Any]:
    if buffer is None or not count:
        return np.zeros(count, dtype)
    size = np.dtype(dtype).itemsize
    return np.frombuffer(buffer, dtype, count=count, offset=offset * size)
