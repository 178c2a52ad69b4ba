"""Where a meeting is held: behind a label, after its time, or on the line below its date."""

import re
from collections.abc import Sequence

from rammevaerk.engine.documents.texts import find_dates
from rammevaerk.engine.periods import Precision
from rammevaerk.exchange.meeting_documents.words import any_of

_HOUR = r"\d{1,2}(?:[.:]\d{2})?"
_CLOCK = rf"kl(?:okken)?\.?\s*{_HOUR}(?:\s?(?:[-–]|til)\s?(?:kl\.?\s*)?{_HOUR})?"
_TIME = re.compile(
    rf"(?:\w+dag\s+)?(?:(?:d\.|den)\s*)?|{_CLOCK}"
    r"|\d{1,2}[.:]\d{2}(?:\s?[-–]\s?(?:kl\.?\s*)?\d{1,2}[.:]\d{2})?",
    re.IGNORECASE,
)
_AFTER_DATE = re.compile(
    rf"\s*[,.;–-]?\s*(?:(?:fra\s+)?(?:{_CLOCK}|{_HOUR}\s?[-–]\s?{_HOUR}|\d{{1,2}}[.:]\d{{2}}))?"
    r"[\s,.;:–-]*",
    re.IGNORECASE,
)
_IN = re.compile(r"(?:i|på|ved|hos)\s+(?=[A-ZÆØÅ0-9])")
_LIKE_PLACE = re.compile(
    r"\b"
    + any_of(
        (
            r"\w*lokale[rt]?", r"\w*rådhus(?:et)?", r"\w*hus(?:et)?", r"\w*sal(?:en)?",
            r"\w*stue(?:n)?", r"\w*hotel(?:let)?", r"\w*kro(?:en)?", r"\w*cent(?:er|ret)",
            r"\w*skole(?:n)?", r"\w*bibliotek(?:et)?", r"\w*kontor(?:et)?", r"\w*hospital(?:et)?",
            r"\w*sygehus(?:et)?", r"\w*værelse(?:t)?", r"kommune", r"kommunalbestyrelsessalen",
            r"teams", r"virtuelt(?: møde)?", r"online", r"skype", r"zoom",
            r"\w+(?:vej|gade|allé|alle|torv(?:et)?|plads|stræde|boulevard) \d{1,3}",
        )
    )
    + r"(?!\w)",
    re.IGNORECASE,
)  # fmt: skip
_LONGEST = 120
_MOST_LINES = 15


def place_after_time(text: str) -> str:
    """Return the place of "torsdag den 4. maj 2023 kl. 9-12, Rådhuset"."""
    rest = text
    for found in find_dates(text):
        rest = rest.replace(found.raw, " ", 1)
    parts = [_TIME.sub("", part) for part in re.split(r"[,;\t]", rest)]
    tidy = [re.sub(r"\A[\s.–-]*(?:i\s)?|[\s.–-]+\Z", "", part) for part in parts]
    return ", ".join(part for part in tidy if re.search(r"[^\W\d]{3}", part))


def place_without_label(texts: Sequence[str]) -> str:
    """Return the place that stands after the first date of a head, or on the line below it.

    "" unless it begins with "i" after the time, or has a word that tells of a place.
    """
    for at, text in enumerate(texts[:_MOST_LINES]):
        if len(text) > 2 * _LONGEST:
            return ""
        dated = [one for one in find_dates(text) if one.when.precision is Precision.DAY]
        if dated:
            after = text[dated[-1].end :]
            rest = after[_end_of_time(after) :]
            below = texts[at + 1] if at + 1 < len(texts) else ""
            return _place(rest) if rest else _place(below[_end_of_time(below) :])
    return ""


def _end_of_time(text: str) -> int:
    found = _AFTER_DATE.match(text)
    return found.end() if found else 0


def _place(text: str) -> str:
    bare = text.strip(" .,;")
    led = _IN.match(bare)
    inside = bare[led.end() :] if led else bare
    if not inside or len(inside) > _LONGEST or ":" in inside or text.endswith("."):
        return ""
    return inside if led or _LIKE_PLACE.search(inside) else ""
