"""Tables as columns of whole numbers, and the keys that tie one table to another."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

IntArray = NDArray[np.int64]

# An end that is not known: the stay or the absence goes on.
OPEN = int(np.iinfo(np.int64).max)
DAY_US = 86_400_000_000
_EPOCH = date(1970, 1, 1)
_EPOCH_MOMENT = datetime(1970, 1, 1)  # noqa: DTZ001 - civil wall-clock time has no zone


@dataclass(frozen=True, slots=True)
class Domain:
    """The values of one kind of key, ascending and each once; a code is a place in it."""

    labels: NDArray[Any]

    def __len__(self) -> int:
        return len(self.labels)

    def label(self, code: int) -> int | str:
        """Return the key as it was written."""
        value = self.labels[code]
        return int(value) if isinstance(value, np.integer) else str(value)

    def code(self, key: int | str) -> int | None:
        """Return the place of a key; None when no table has it."""
        if isinstance(key, str) == (self.labels.dtype.kind in "iu"):
            return None
        at = int(np.searchsorted(self.labels, key))
        return at if at < len(self.labels) and self.labels[at] == key else None


def shared_domain(
    columns: Sequence[Sequence[int] | Sequence[str]],
) -> tuple[Domain, list[IntArray]]:
    """Number the keys of several columns that mean the same kind of thing.

    Keys are whole numbers when every one of them is, and text otherwise: "9" sorts before "10"
    only where all keys are numbers. Returns the domain and the codes of each column.
    """
    arrays = _as_one_type([np.asarray(column) for column in columns])
    labels = np.unique(np.concatenate(arrays)) if arrays else np.empty(0, np.int64)
    codes = [np.searchsorted(labels, array).astype(np.int64) for array in arrays]
    return Domain(labels), codes


def _as_one_type(arrays: list[NDArray[Any]]) -> list[NDArray[Any]]:
    texts = [array.astype(str) for array in arrays if array.size]
    if all(is_whole(text) for column in texts for text in column.tolist()):
        return [array.astype(np.int64) if array.size else np.empty(0, np.int64) for array in arrays]
    return [array.astype(str) for array in arrays]


def is_whole(text: str) -> bool:
    """Say whether a key is a whole number as one writes it: no sign in front, no leading zero."""
    return (
        text.isascii() and text.isdecimal() and len(text) <= 18 and (text == "0" or text[0] != "0")
    )


def day_number(day: date) -> int:
    """Return a civil date as days since 1 January 1970."""
    return (day - _EPOCH).days


def date_of(number: int) -> date:
    """Return the civil date of a day number."""
    return date.fromordinal(_EPOCH.toordinal() + number)


def moment(at: datetime) -> int:
    """Return a civil date-time as microseconds since 1 January 1970; zones never enter."""
    since = at - _EPOCH_MOMENT
    return since.days * DAY_US + since.seconds * 1_000_000 + since.microseconds


def moment_of(number: int) -> datetime:
    """Return the civil date-time of a number of microseconds."""
    return _EPOCH_MOMENT + timedelta(microseconds=number)
