"""When two spellings are one name: letters lost in scanning, slips of the pen and inflection."""

import re

from rammevaerk.engine.documents.consistency.memory import once_per_document
from rammevaerk.engine.documents.consistency.words import distance, fold
from rammevaerk.engine.documents.meeting import MeetingDocument

_ENDING = re.compile(r"(?:ernes|erne|enes|ene|ens|ets|en|et|er|es|ne|ns|s|e|n|r|t)$")
# What scanning makes of æ, ø and å, and what stands there besides.
_LOST = re.compile(r"[aeogzåøæé@0&]+")
_DANISH, _NO_LETTER = re.compile("[æøåÆØÅ]"), re.compile(r"[\W\d_]+")
_FEW = 8  # of a thousand letters; proper Danish has about 25


@once_per_document
def is_scanned(document: MeetingDocument) -> bool:
    """Say whether the text has lost its æ, ø and å, as scans have."""
    letters = danish = 0
    for text in document.lines:
        letters += len(_NO_LETTER.sub("", text))
        danish += len(_DANISH.findall(text))
    return letters > 0 and danish * 1000 < _FEW * letters


def key(word: str, *, scanned: bool) -> str:
    """Return what spellings of one word share that differ only by scanning or by aa for å."""
    folded = fold(word)
    if scanned:
        return _LOST.sub("*", folded)
    return folded.replace("aa", "a").replace("oe", "o")


def inflected(one: str, other: str) -> bool:
    """Say whether two folded words may be one word in two forms: "udvalg", "udvalget"."""
    if one == other:
        return True
    short, long = sorted((one, other), key=len)
    if long.startswith(short) and _ENDING.fullmatch(long[len(short) :]):
        return True
    stems = [_ENDING.sub("", word) for word in (one, other)]
    return stems[0] == stems[1] and len(stems[0]) >= 4


def slip(one: str, other: str) -> bool:
    """Say whether two different folded words look like one word written wrongly once.

    One letter in words of five letters or more, two from nine on; not where it is inflection.
    """
    length = min(len(one), len(other))
    if length < 5 or inflected(one, other):
        return sounds_alike(one, other)
    return distance(one, other, 2) <= (2 if length >= 9 else 1)


_SOUNDS = (("ph", "f"), ("th", "t"), ("ck", "k"), ("c", "k"), ("w", "v"), ("z", "s"), ("y", "i"))


def sounds_alike(one: str, other: str) -> bool:
    """Say whether two words differ only as first names are spelled: "Christian", "Kristian"."""
    return one != other and _sound(one) == _sound(other)


def _sound(word: str) -> str:
    for written, heard in _SOUNDS:
        word = word.replace(written, heard)
    return re.sub(r"(.)\1+", r"\1", re.sub(r"(?<=[a-z])h", "", word))
