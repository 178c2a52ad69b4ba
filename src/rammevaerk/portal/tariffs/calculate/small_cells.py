"""Which sums of few people are not shown, and which others must then be hidden with them.

A sum is small when fewer placements than the limit are behind it. Sums that add up to one another
are told as lines; where one figure alone of a line were hidden, it could be worked out from the
rest, so the smallest of the others is hidden too.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence

Key = tuple[str, ...]


def protected(
    counts: Mapping[Key, int],
    lines: Iterable[Sequence[Key]],
    limit: int,
    known: Collection[Key] = frozenset(),
) -> frozenset[Key]:
    """The sums not to be shown to somebody who knows `known` already.

    `counts` is the number of placements behind each sum; none at all concerns nobody and is
    shown. Each of `lines` holds the sums of which any one follows from the others (a line whose
    total everybody knows is told without it). In a line without anything else to hide the one
    figure stays hidden all the same.
    """
    seen = frozenset(known)
    hidden = {key for key, count in counts.items() if 0 < count < limit and key not in seen}
    told = [tuple(line) for line in lines]
    while True:
        more = {
            chosen
            for line in told
            if sum(key in hidden for key in line) == 1
            and (chosen := _next(line, counts, hidden | seen)) is not None
        }
        if not more:
            return frozenset(hidden)
        hidden |= more


def _next(line: Sequence[Key], counts: Mapping[Key, int], taken: Collection[Key]) -> Key | None:
    """The smallest sum left, of those with people behind them if there are any."""
    left = [key for key in line if key not in taken]
    return min(left, key=lambda key: (counts[key] == 0, counts[key], key), default=None)
