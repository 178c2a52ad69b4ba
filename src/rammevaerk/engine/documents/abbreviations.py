"""Abbreviations in capitals: which are used in some texts, and which are introduced in them."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

# What a reader of a municipal paper is expected to know without being told: authorities and
# numbers of daily life, and the laws as they are quoted after a paragraph number.
_EVERYDAY = re.compile(
    r"ABL|ADHD|BBL|BEK|CIR|CO2|COVID(?:19)?|CPR|CVR|DK|DNA|DR|EAN|EU|FN|FVL|GDPR|GLN|HR|ID|IT|KL|"
    r"KR|LBK|LOV|NATO|NB|OBS|OFL|OK|PC|PDF|PS|RSL|SEL|SMS|SUL|TV|UK|URL|USA|VEJ|WHO"
)
# Words often shouted, which are not abbreviations even when the text has them nowhere else.
_SHOUTED = re.compile(
    r"ALLE|BILAG|BØR|DER|DET|EN|ER|ET|FIGUR|FOR|FORMÅL|FORTROLIGT|FRA|HAR|IKKE|INITIATIV|KUN|"
    r"LUKKET|MED|MÅ|MÅL|NOTE|NYE?|NYT|OG|PÅ|SKAL|STATUS|TABEL|TIL|UDEN|UDKAST|VIGTIGT|ÅBEN"
)
# "TBD" and "XX" are placeholders and reported as such.
_PLACEHOLDERS = re.compile(r"X+|NN|TB[ACD]|TODO|FIXME")
_ROMAN = re.compile(r"X{0,3}(?:IX|IV|V?I{0,3})")
_TOKEN = re.compile(
    r"(?<![\w-])[A-ZÆØÅ][A-ZÆØÅ0-9]*(?:-[A-ZÆØÅ0-9]+(?!\w)){0,3}(?=(?:['’]?s)?(?!\w))"
)
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|[\w.+-]{1,64}@[\w.-]{1,120}")
# Three words in capitals on end, or a whole line of two or more: a heading, not abbreviations.
_SHOUTING = re.compile(
    r"\b(?:[A-ZÆØÅ][A-ZÆØÅ0-9-]{0,30}[ \t]+){2,}[A-ZÆØÅ][A-ZÆØÅ0-9-]{0,30}(?!\w)"
    r"|^[^a-zæøå\n]*[A-ZÆØÅ]{2,}[ \t]+[A-ZÆØÅ]{2,}[^a-zæøå\n]*$",
    re.MULTILINE,
)
_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Abbreviation:
    """An abbreviation used `uses` times, first in the text numbered `first`."""

    written: str
    first: int
    uses: int
    long_name: str


def abbreviation_key(written: str) -> str:
    """Return what two spellings of one abbreviation share: "F-ACT" and "FACT" are the same."""
    return written.replace("-", "").upper()


def undefined_abbreviations(texts: Sequence[str], known: Mapping[str, str]) -> list[Abbreviation]:
    """List the abbreviations used in `texts` and introduced in none of them, in order of use.

    An abbreviation has two to eight letters, all capitals, perhaps digits and hyphens. It is
    introduced by "Det Lange Navn (ABC)" or "ABC (Det Lange Navn)", also with a colon, a dash or
    "forkortet", when the letters fit the name or the name is the one in `known` (abbreviation
    to long name). Everyday abbreviations, Roman numbers, headings in capitals and words that
    also occur in small letters are left out.
    """
    names = {abbreviation_key(short): name for short, name in known.items()}
    clean = [_ADDRESS.sub(" ", text) for text in texts]
    words = {word for text in clean for word in _WORD.findall(text) if not word.isupper()}
    small = {word.casefold() for word in words}
    first: dict[str, tuple[str, int]] = {}
    uses: dict[str, int] = {}
    for number, text in enumerate(clean):
        for written in _used(text):
            key = abbreviation_key(written)
            if key.casefold() not in small:
                first.setdefault(key, (written, number))
                uses[key] = uses.get(key, 0) + 1
    introduced = {key for text in clean for key in _introduced(text, names, set(uses))}
    return [
        Abbreviation(written, number, uses[key], names.get(key, ""))
        for key, (written, number) in first.items()
        if key not in introduced
    ]


def _used(text: str) -> Iterator[str]:
    shouted = [match.span() for match in _SHOUTING.finditer(text)]
    for token in _TOKEN.finditer(text):
        inside = any(start <= token.start() < end for start, end in shouted)
        if not inside and _counts(token.group()):
            yield token.group()


def _counts(written: str) -> bool:
    key = abbreviation_key(written)
    letters = sum(character.isalpha() for character in key)
    left_out = (_EVERYDAY, _SHOUTED, _PLACEHOLDERS, _ROMAN)
    return 2 <= letters <= 8 and not any(words.fullmatch(key) for words in left_out)


_CALLED = re.compile(
    r"(?:herefter|forkortet|forkortes|i det følgende|også kaldet|kaldet)\s+[\"«»“”']*$",
    re.IGNORECASE,
)


_CLOSING = re.compile(r"[\"«»“”']*\s*[),;]")


def _introduced(text: str, names: Mapping[str, str], sought: set[str]) -> Iterator[str]:
    flat = " ".join(text.split())
    for token in _TOKEN.finditer(flat):
        key = abbreviation_key(token.group())
        if key not in sought:
            continue
        before = flat[max(token.start() - 200, 0) : token.start()]
        after = flat[token.end() : token.end() + 200]
        if _introduced_between(before, key, after, names.get(key, "")):
            yield key


def _introduced_between(before: str, letters: str, after: str, long_name: str) -> bool:
    if _CALLED.search(before):
        return True
    # The abbreviation in brackets after the name, perhaps with more: (GTM, se side 4).
    opening = before.rstrip("\"«»“”' ")
    if opening.endswith("(") and _CLOSING.match(after):
        return _is_name(letters, long_name, _tails(re.split("[()]", opening[:-1])[-1]))
    # The name after the abbreviation, in brackets or after a colon, a dash or an equals sign.
    named = re.match(
        r"[\w'’-]{0,20}\s*(?:\(|=|:|\s[–-]\s|står for|er en forkortelse for|betyder)\s*"
        r"[\"«»“”']*([^().;\n]{3,160})",
        after,
    )
    return bool(named) and _is_name(letters, long_name, _tails(named[1]) if named else [])


def _tails(phrase: str) -> list[str]:
    """Return the phrase from each of its words on, the longest first; at most twelve words."""
    words = phrase.split()[:12] if len(phrase.split()) <= 12 else phrase.split()[-12:]
    return [" ".join(words[at:]) for at in range(len(words))]


def _is_name(letters: str, long_name: str, phrases: Iterable[str]) -> bool:
    return any(
        (long_name and long_name.casefold() in phrase.casefold()) or _fits(letters, phrase)
        for phrase in phrases
    )


def _fits(letters: str, phrase: str) -> bool:
    """Say whether `letters` can be the initials of `phrase`, tolerantly.

    The first letter starts the phrase, the others follow in order anywhere in it, and either
    two of them or more start a word, or a long first word has them all ("Sundhedsstyregruppen i
    Midtjylland").
    """
    wanted = [letter for letter in letters.casefold() if letter.isalpha()]
    words = [word.casefold() for word in _WORD.findall(phrase)]
    if not words or len(words) > len(wanted) + 5 or words[0][0] != wanted[0]:
        return False
    starts, rest = _starts(wanted, words)
    compound = len(words[0]) >= 8 and len(words) <= 4
    return not rest and (starts >= 2 or compound)


def _starts(wanted: list[str], words: list[str]) -> tuple[int, list[str]]:
    """Spend the letters on the words in order; return those that start a word, and the rest."""
    starts, rest = 0, list(wanted)
    for at, word in enumerate(words):
        if rest and word[0] == rest[0]:
            starts += 1
            rest.pop(0)
            # Letters inside the word only as far as no later word needs to start with them.
            for letter in word[1:]:
                if rest and letter == rest[0] and not _starts_later(rest, words[at + 1 :]):
                    rest.pop(0)
    return starts, rest


def _starts_later(rest: list[str], words: list[str]) -> bool:
    return any(word[0] == rest[0] for word in words)
