"""Values of parameters as the type a formula needs, or an error that names the key."""

from decimal import Decimal

from rammevaerk.engine.errors import ParameterError
from rammevaerk.engine.money import divide_half_up
from rammevaerk.engine.parameters import ParameterValue


def whole(found: ParameterValue) -> int:
    """Return the value as one whole number (øre, days, months); `ParameterError` otherwise."""
    if type(found.value) is not int:
        raise _wrong(found, "a whole number")
    return found.value


def wholes(found: ParameterValue) -> tuple[int, ...]:
    """Return the value as a list of whole numbers; `ParameterError` otherwise."""
    values = found.value if isinstance(found.value, tuple) else ()
    numbers = tuple(value for value in values if type(value) is int)
    if not numbers or len(numbers) != len(values):
        raise _wrong(found, "a list of whole numbers")
    return numbers


def share(found: ParameterValue) -> Decimal:
    """Return the value as one share or factor; `ParameterError` otherwise."""
    if not isinstance(found.value, Decimal):
        raise _wrong(found, "a share")
    return found.value


def shares(found: ParameterValue) -> tuple[Decimal, ...]:
    """Return the value as a list of shares; `ParameterError` otherwise."""
    values = found.value if isinstance(found.value, tuple) else ()
    numbers = tuple(value for value in values if isinstance(value, Decimal))
    if not numbers or len(numbers) != len(values):
        raise _wrong(found, "a list of shares")
    return numbers


def portion(amount: int, of: Decimal) -> int:
    """Return a share of an amount, rounded half up from the exact product."""
    numerator, denominator = of.as_integer_ratio()
    return divide_half_up(amount * numerator, denominator)


def _wrong(found: ParameterValue, wanted: str) -> ParameterError:
    return ParameterError((f"{found.key}: {found.value!r} is not {wanted}",))
