"""Numbers as the guard must see them: with the zero in front that spreadsheets drop."""

from collections.abc import Iterator

_DIGITS_WITHOUT_ZERO = 9


def as_written(number: str) -> Iterator[str]:
    """Yield the number and, when it has nine digits, the ten that it may have been typed as."""
    yield number
    if len(number) == _DIGITS_WITHOUT_ZERO and number.isdecimal():
        yield f"0{number}"
