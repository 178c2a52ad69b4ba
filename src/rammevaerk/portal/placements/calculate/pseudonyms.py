"""Names for citizens and references for placements that can be read aloud and typed again."""

from collections.abc import Callable

# Without what looks or sounds like another: 0 O Q D, 1 I L, 2 Z, 5 S, 8 B, U V W; and without
# vowels other than A and E, so that no words come out.
LETTERS = "ACEFHJKMNPRTXY"
DIGITS = "34679"
Choose = Callable[[str], str]


def pseudonym(choose: Choose) -> str:
    """A pseudonym such as "KRM-47-PXT"; `choose` picks a character of a text, as random.choice.

    Nothing in it says anything of the citizen. 188 million different ones.
    """
    return "-".join(
        (_some(choose, LETTERS, 3), _some(choose, DIGITS, 2), _some(choose, LETTERS, 3))
    )


def reference(choose: Choose, year: int) -> str:
    """A placement's reference such as "2026-KR4-7MP"."""
    return f"{year}-{_code(choose)}-{_code(choose)}"


def _code(choose: Choose) -> str:
    return _some(choose, LETTERS, 2) + _some(choose, DIGITS, 2)


def _some(choose: Choose, of: str, count: int) -> str:
    return "".join(choose(of) for _at in range(count))
