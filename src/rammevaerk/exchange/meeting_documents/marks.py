"""What one line by itself can be: a heading of a block or a section, a number, a bullet."""

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from rammevaerk.exchange.meeting_documents import words
from rammevaerk.exchange.meeting_documents.lines import cells_of
from rammevaerk.exchange.meeting_documents.words import Block, any_of, one_letter_off, whole

LONGEST_HEADING = 200
_LONGEST_SECTION = 80
_SHORTEST_MISREAD = 5
_MOST_HEADING_WORDS = 5  # of a heading with a stop; a longer one is a sentence

_BLOCKS = {
    block: re.compile(
        any_of(patterns) + r"(?:\s*(?P<colon>:)\s*(?P<rest>.*)|\s*\.?)\Z", re.IGNORECASE
    )
    for block, patterns in words.HEADINGS.items()
}
_SUB_HEADING = re.compile(
    any_of(words.SUB_HEADINGS) + r"(?:\s*(?P<colon>:)\s*(?P<rest>.*)|\s*\.?)\Z", re.IGNORECASE
)
_LONE = whole(words.LONE_HEADINGS)
_CASE_NUMBER = re.compile(
    r"(?:sags?(?:id|nr|nummer)?|j\.? ?nr)?[.:]*\s*"
    r"(?:[A-ZÆØÅ]{2,5}-\d{4}-\d{3,7}(?:\s[a-zæøå]{2,4})?"
    r"|\d{2}\.\d{2}\.\d{2}(?:\.\d{2})?-?[A-ZÆØÅ]\d{2}(?:-\d{1,6}){1,2}"
    r"|\d{1,2}-\d{2}-\d{1,3}-\d{1,5}-\d{2}|\d{2}/\d{4,6})\Z"
    r"|sags?(?:id|nr|nummer)[.:]*\s*[\d/.-]{3,20}\Z",
    re.IGNORECASE,
)
_MISREADABLE = {
    Block.RECOMMENDATION: ("indstilling",),
    Block.PRESENTATION: ("sagsfremstilling",),
    Block.DECISION: ("beslutning", "referat", "konklusion"),
    Block.ANNEXES: ("bilag",),
}
_RECEIVED = whole(words.RECEIVED)
_PROPOSES = whole(words.PROPOSES, "")
_ANNEX_LINE = re.compile(
    r"(?:punkt \d+(?:\.\d+)?[^:]{0,60}?)?bi[l1]ag(?:\s*nr\.?)?\s*(?P<number>\d{1,3})(?!\.\d)[a-z]?"
    r"\s*(?:[:.–—-]+|\s)\s*(?P<title>\S.*)?\Z",
    re.IGNORECASE,
)
_ANNEX_STRICT = re.compile(
    r"bi[l1]ag(?:\s*nr\.?)?\s*\d{1,3}(?:\.\d{1,2})*[a-z]?\s*[:.–—-]+(?:\s|\Z)", re.IGNORECASE
)
_SECTION = whole(words.SECTIONS)
_SECTION_NUMBER = re.compile(r"(?:(?P<number>\d{1,2})|[A-HIVX]{1,4})[.):]?\s+(?=\D)")
_FIXED = whole(words.FIXED_TITLES)
_CLOSED = re.compile(any_of(words.CLOSED) + r"[.:]?\Z", re.IGNORECASE)
_CLOSED_WITHIN = re.compile(
    r"[(\[–-]\s*lukket\b|^lukket\s*[–:-]|\blukket (?:punkt|sag)\b|\blukkede punkter\b"
    r"|for lukkede d\w{1,2}re",
    re.IGNORECASE,
)
_OPEN_MARK = re.compile(
    r"\s*[(\[](?:åben|lukket|åbent)(?:\s(?:sag|punkt|møde))?[)\]]\s*", re.IGNORECASE
)
_WORD = r"(?P<word>(?:ad\.?|(?:dagsordens)?punkt|pkt\.?|sag)\s*(?:nr\.?|pkt\.?|punkt)?\s*)?"
_TWO = re.compile(
    _WORD + r"(?P<a>\d{1,2})\.(?P<b>\d{1,3})[.:)]?(?:\s*[-–—])?\s+(?P<title>\S.*)", re.IGNORECASE
)
_SIGNED = re.compile(r"\D*[\d.]*\d\s?[.:)–—-]")
_ONE = re.compile(
    _WORD + r"(?P<a>\d{1,3})(?P<sign>/(?:20)?\d{2}[.:]?|[.:)]|\s*[-–—]|)\s+(?P<title>\S.*)",
    re.IGNORECASE,
)
_DETACHED = re.compile(
    r"(?P<word>(?:ad\.?|(?:dagsordens)?punkt|pkt\.?|sag(?=\snr))\s*(?:nr\.?|pkt\.?|punkt)?\s*)?"
    r"(?P<a>\d{1,3})(?:\.(?P<b>\d{1,3}))?[.:)]?",
    re.IGNORECASE,
)
_BULLET = re.compile(r"(?:[•·▪▫■□●○◦‣⁃*»–—\uf0b7\uf0a7-]|[eo°¢.](?=\s))\s*(?=\S)")
_LETTERED = re.compile(
    r"(?:[a-zæøå]\)|\(?[ivx]{1,4}\)|\d{1,2}[.)]|\d{1,2}\s[-–](?=\s))\s+", re.IGNORECASE
)
_TITLE_START = re.compile(r"[\"'”“„»«(]*[A-ZÆØÅÉ@]")
_LAST_BRACKET = re.compile(r"\s*\([^()]*\)\Z")
_SENTENCE_END = re.compile(r"[.;,:?!]['”\")]*\Z")


@dataclass(frozen=True, slots=True)
class BlockMark:
    """A heading of a block; `rest` is what follows its colon on the same line.

    `strong` headings always begin their block; the others only after a list has ended.
    `misread` is the heading as the vocabulary has it, when the line differs by one letter.
    """

    block: Block
    rest: str = ""
    strong: bool = True
    misread: str = ""
    opens: bool = True  # an item may begin right above it


@dataclass(frozen=True, slots=True)
class NumberMark:
    """A number at the start of a line: (1, 2) or (7,); `title` is "" when nothing follows."""

    parts: tuple[int, ...]
    title: str
    worded: bool = False
    sign: str = "."

    @property
    def signed(self) -> bool:
        """Say whether a sign stands after the number."""
        return bool(self.sign)

    @property
    def text(self) -> str:
        """The number as it is written, with its year where it has one: "3/24"."""
        year = self.sign.rstrip(".:") if self.sign.startswith("/") else ""
        return ".".join(map(str, self.parts)) + year


@lru_cache(maxsize=4096)
def block_mark(text: str) -> BlockMark | None:
    """Say which block the line begins, if any."""
    bare = without_bullet(text) if text[:1] in "•-–*" else text
    if not bare or (len(bare) > LONGEST_HEADING and ":" not in bare[:60]):
        return None
    cells = cells_of(bare)
    if len(cells) > 1:
        beside = block_mark(cells[0])
        return replace(beside, rest=" ".join(cells[1:])) if beside and not beside.rest else None
    for block, pattern in _BLOCKS.items():
        found = pattern.match(bare)
        if found and _is_heading(block, found):
            return BlockMark(block, (found["rest"] or "").strip())
    if _LONE.match(bare):
        return BlockMark(Block.PRESENTATION, opens=False)
    if is_case_number(bare):
        return BlockMark(Block.FACTS, bare)
    if _ANNEX_STRICT.match(bare):
        return BlockMark(Block.ANNEXES, bare)
    found = _SUB_HEADING.match(bare)
    if found:
        return BlockMark(Block.PRESENTATION, found["rest"] or "", strong=False)
    if _RECEIVED.match(bare):
        return BlockMark(Block.PRESENTATION, "", strong=False)
    return _misread(bare)


def _is_heading(block: Block, found: re.Match[str]) -> bool:
    sentence = found.string.endswith(".") and len(found.string.split()) > _MOST_HEADING_WORDS
    if sentence and not found["colon"]:
        return False
    if block is Block.FACTS:
        return bool(found["colon"])
    if block is Block.PRESENTERS:
        return bool(found["rest"])
    return True


def _misread(text: str) -> BlockMark | None:
    bare = text.rstrip(":. ").lower()
    if " " in bare or len(bare) < _SHORTEST_MISREAD:
        return None
    for block, known in _MISREADABLE.items():
        for word in known:
            if one_letter_off(bare, word):
                return BlockMark(block, misread=word.capitalize())
    return None


def is_case_number(text: str) -> bool:
    """Say whether the line is the number of a case and nothing else: "27.69.48-G01-1-18"."""
    return bool(_CASE_NUMBER.match(text))


def proposes(text: str) -> bool:
    """Say whether the line begins a recommendation in a sentence: "Formanden indstiller, at"."""
    return len(text) <= LONGEST_HEADING and bool(_PROPOSES.match(text))


def section_title(text: str) -> tuple[str, int | None] | None:
    """Return the title and the printed number of a section heading, if the line is one."""
    if len(text) > _LONGEST_SECTION or text.endswith("."):
        return None
    number = _SECTION_NUMBER.match(text)
    bare = text[number.end() :] if number else text
    if not _SECTION.match(bare) or not _TITLE_START.match(bare):
        return None
    printed = int(number["number"]) if number and number["number"] else None
    return bare.rstrip(" :."), printed


def number_mark(text: str) -> NumberMark | None:
    """Return the item number the line begins with, if it can be one with a title after it."""
    for pattern in (_TWO, _ONE):
        found = pattern.match(text)
        if not found:
            continue
        parts = (int(found["a"]), *((int(found["b"]),) if pattern is _TWO else ()))
        title, worded = found["title"], bool(found["word"])
        title = (cells_of(title) or [title])[0] if "\t" in title else title
        sign = "." if pattern is _TWO else found["sign"].strip()
        starts_well = bool(_TITLE_START.match(title)) or is_fixed_title(title)
        if 0 in parts or not (starts_well or (worded and _is_titled(text, title))):
            return None
        if not (sign or worded or is_fixed_title(title)) and ends_sentence(title):
            return None
        return NumberMark(parts, title, worded, sign)
    return None


def _is_titled(text: str, title: str) -> bool:
    """After "Punkt 3:" a title may begin with a small letter, but with a letter."""
    return bool(_SIGNED.match(text)) and title[:1].isalpha()


def detached_number(text: str) -> NumberMark | None:
    """Return the number that stands alone on the line, if one does."""
    found = _DETACHED.fullmatch(text)
    if not found:
        return None
    parts = (int(found["a"]), *((int(found["b"]),) if found["b"] else ()))
    return None if 0 in parts else NumberMark(parts, "", worded=bool(found["word"]))


def annex_line(text: str) -> tuple[int, str] | None:
    """Return number and title of a line "Bilag 3: Titel", if it is one."""
    found = _ANNEX_LINE.match(without_bullet(text))
    if not found:
        return None
    return int(found["number"]), (found["title"] or "").strip()


def is_bullet(text: str) -> bool:
    """Say whether the line begins a point of a list, with a sign or what scanning made of it."""
    return bool(_BULLET.match(text))


def is_lettered(text: str) -> bool:
    """Say whether the line begins a point with a letter or number: "a) ", "2. "."""
    return bool(_LETTERED.match(text))


def without_bullet(text: str) -> str:
    """Return the line without the sign of its point."""
    found = _BULLET.match(text)
    return text[found.end() :] if found else text


def without_letter(text: str) -> str:
    """Return the line without the letter or number of its point."""
    found = _LETTERED.match(text)
    return text[found.end() :] if found else text


def is_fixed_title(text: str) -> bool:
    """Say whether the line is one of the titles that every agenda has: "Eventuelt"."""
    return bool(_FIXED.match(text))


def is_title_like(text: str) -> bool:
    """Say whether the line could be a title: begins with a capital, ends without a stop."""
    fits = len(text) <= LONGEST_HEADING and bool(_TITLE_START.match(text))
    return fits and not ends_sentence(text)


def ends_sentence(text: str) -> bool:
    """Say whether the line ends with a stop, so that the next need not belong to it."""
    return bool(_SENTENCE_END.search(_LAST_BRACKET.sub("", text)))


def says_closed(text: str) -> bool:
    """Say whether the line by itself says that an item is closed."""
    return bool(_CLOSED.match(text))


def closed_within(text: str) -> bool:
    """Say whether a title or a section heading says that it is closed."""
    return bool(_CLOSED_WITHIN.search(text)) or says_closed(text)


def without_open_mark(title: str) -> str:
    """Return a title without "(åben)" or "(lukket)"."""
    return _OPEN_MARK.sub(" ", title).strip(" -–:")
