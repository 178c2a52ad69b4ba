"""The letters that the fonts of the PDF have; the rest is written as its code."""

import re
import unicodedata

# Typst refuses a tagged PDF with a letter that no font has, and stops hard on some mixtures of
# fonts. These ranges are all in the fonts that it brings along; a test sets every one of them.
_RANGES = (
    ("\n", "\n"),
    (" ", "~"),
    ("\u00a0", "\u00ac"),
    ("\u00ae", "\u024f"),
    ("\u0370", "\u045f"),
    ("\u0490", "\u0491"),
    ("\u05d0", "\u05ea"),
    ("\u0621", "\u063a"),
    ("\u0641", "\u064a"),
    ("\u1e00", "\u1eff"),
    ("\u2010", "\u2027"),
    ("\u2030", "\u2040"),
    ("\u2044", "\u2044"),
    ("\u2070", "\u209c"),
    ("\u20a0", "\u20bf"),
    ("\u2100", "\u211e"),
    ("\u2122", "\u2122"),
    ("\u2126", "\u2126"),
    ("\u2150", "\u2151"),
    ("\u2153", "\u2184"),
    ("\u2190", "\u21ff"),
    ("\u2200", "\u22ff"),
    ("\u2500", "\u25ff"),
    ("\u2605", "\u2606"),
    ("\u2610", "\u2612"),
    ("\u2713", "\u2714"),
    ("\u2717", "\u2718"),
    ("\ufb01", "\ufb02"),
)
SHOWN = frozenset(
    chr(code)
    for first, last in _RANGES
    for code in range(ord(first), ord(last) + 1)
    if unicodedata.category(chr(code))[0] not in "CM" or chr(code) == "\n"
)
# What is seen only as a blank, or not at all.
_BLANKS = re.compile("[\t\u2000-\u200a\u202f\u205f\u3000]")
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060-\u2064\ufe00-\ufe0f\ufeff]")
# Bullets that Word takes from fonts of signs.
_WORD_BULLETS = re.compile("[\uf0a7\uf0b7]")
_NARROW_SPACE = "\u200b"  # where a word may be parted, of no width
_LONGEST_PIECE = 24
_LONGEST_WORD = 45
_UNSPEAKABLE = re.compile("[^aeiouyæøåéü]{9}", re.IGNORECASE)


def shown(text: str) -> str:
    """Return `text` in letters that can be set: one that no font has as «[U+1F600]»."""
    text = unicodedata.normalize("NFC", _UNSEEN.sub("", _BLANKS.sub(" ", text)))
    text = _WORD_BULLETS.sub("•", text)
    return "".join(letter if letter in SHOWN else f"[U+{ord(letter):04X}]" for letter in text)


def partable(text: str, longest: int = _LONGEST_PIECE) -> str:
    """Return `text` where a word of more than `longest` letters may be parted anywhere near it.

    Words that a language could have are left to hyphenation, which knows better where.
    """
    return re.sub(rf"\S{{{longest + 1},}}", lambda found: _parted(found[0], longest), text)


def _parted(word: str, longest: int) -> str:
    if len(word) <= _LONGEST_WORD and word.isalpha() and not _UNSPEAKABLE.search(word):
        return word
    pieces = (word[start : start + longest] for start in range(0, len(word), longest))
    return _NARROW_SPACE.join(pieces)
