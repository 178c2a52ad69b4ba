"""Danish words compared as a reader would: inflection, compounds and letters lost in scanning."""

import re
from collections.abc import Iterable
from functools import lru_cache

_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*|[0-9]{2,}")
_LIGATURES = str.maketrans({"æ": "ae", "ø": "o", "å": "a", "ä": "ae", "ö": "o", "é": "e", "ü": "u"})
# Words that say nothing about what a text is about; of meetings, too, all items speak.
_EMPTY = frozenset(
    re.findall(
        r"\w+",
        """
    alle alene allerede anden andet andre at af bade baseret baggrund bedes bilag blandt
    blev blive bliver blevet brug brugen bruge da dagens dag de dem den denne der deres
    derfor derudover desuden det dette dog dvs efter eksempel eller en end endelig endnu er
    et evt fa far fik flere folgende for fora forbindelse foreslas forhold fortsat fra frem
    fremgar ganske gang gennem gives giver give god godt har have havde henblik hensyn her
    herunder hos hvad hver hvilke hvilket hvis hvor hvordan hvorfor hvornar hvorvidt ift
    igen ikke ind indeholder inden indstilling ingen jf jaevnfor kan kommende kommet kommer
    kort kunne laegges lagt lavet ligeledes mange med meget mellem men mere mellemtiden mod
    mode moder modet modes mindst naeste nar naermere nedenfor nogle nu nye nyt ny ogsa om
    omrade omrader omradet omfatter op oplyst opgave orienterer orientering orienteres
    orienteringen os over par per pkt plads pr pa punkt punkter punktet referat relation sag
    sagen sager sagsfremstilling saledes samlet samme samt samtidig se sendt senere senest
    seneste ser side sig sin sine sit skal ske sker skulle som stor store siden tage tager
    taget tages tid tidligere til to tre ud uden under var vaere vaeret ved vedlagt vedlagte
    vedlaegges vedr vedrorende vi via videre vil ville viser ydermere yderligere kommune
    kommunen kommuner kommunerne kommunes kommunernes kommunale region regionen regionens
    regionale
    """,
    )
)
# What kind of paper an annex is says something, but little.
_PAPERS = ("forslag", "udkast", "notat", "oplaeg", "oversigt", "praesentation", "brev", "rapport")


@lru_cache(maxsize=65536)
def fold(text: str) -> str:
    """Return the text in small letters with æ, ø and å as ae, o and a."""
    return text.casefold().translate(_LIGATURES)


@lru_cache(maxsize=4096)
def subjects(text: str, *, but: str = "") -> tuple[str, ...]:
    """List the folded words that say what a text is about, in order, each once.

    Words of grammar, words of every meeting, short words, years and the words of `but` (the
    body that meets) are left out.
    """
    left_out = _EMPTY | {fold(word) for word in _WORD.findall(but)}
    words = (fold(word).removesuffix("'s").removesuffix("’s") for word in _WORD.findall(text))
    kept = (word for word in words if len(word) >= 4 and not word[0].isdigit())
    return tuple(dict.fromkeys(word for word in kept if word not in left_out))


def is_paper(word: str) -> bool:
    """Say whether a folded word only tells what kind of paper something is."""
    return word.startswith(_PAPERS)


def distance(one: str, other: str, most: int) -> int:
    """Count the letters to add, drop, change or exchange with the next, at most `most` + 1."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    previous = list(range(len(other) + 1))
    for row, letter in enumerate(one, start=1):
        current = [row]
        for column, against in enumerate(other, start=1):
            step = min(
                previous[column - 1] + (letter != against), previous[column] + 1, current[-1] + 1
            )
            if row > 1 and column > 1 and one[row - 2 : row] == against + other[column - 2]:
                step = min(step, before[column - 2] + 1)
            current.append(step)
        if min(current) > most and min(previous) > most:
            return most + 1
        before, previous = previous, current
    return min(previous[-1], most + 1)


@lru_cache(maxsize=65536)
def akin(one: str, other: str) -> bool:
    """Say whether two folded words are about the same: one word, its inflection or compound.

    "processen" is akin to "proces", "spørgeskema" to "skema"; one wrong letter in five to
    eight is forgiven, two in longer words, as scans have them.
    """
    if one == other:
        return True
    short, long = sorted((one, other), key=len)
    if len(short) < 5:
        return False
    if long.startswith(short) or long.endswith(short):
        return True
    prefix = _common_start(one, other)
    if prefix >= 5 and prefix * 10 >= 7 * len(long):
        return True
    if long.endswith(short[:-1]) and len(short) >= 7:
        return True
    most = 1 if len(short) <= 8 else 2
    return short[0] == long[0] and distance(one, other, most) <= most


def _common_start(one: str, other: str) -> int:
    """Count the letters two words begin with alike."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))


def shared(one: Iterable[str], other: Iterable[str]) -> list[str]:
    """List the words of `one` that have an akin word in `other`."""
    others = list(other)
    return [word for word in one if any(akin(word, against) for against in others)]
