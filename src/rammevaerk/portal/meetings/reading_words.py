"""What a read document's words mean here: kinds of sections, verbs, hours, and whose it is."""

import re
from collections.abc import Iterable, Sequence
from datetime import time

from rammevaerk.portal.meetings.models import AgendaItem, AgendaSection, RecommendationPoint

_Kind, _Purpose, _Verb = AgendaSection.Kind, AgendaItem.Purpose, RecommendationPoint.Verb

_DECIDES = re.compile(r"beslut|afgør|godkend|indstilling", re.IGNORECASE)
_DISCUSSES = re.compile(r"drøft|debat|tema", re.IGNORECASE)
_ORIENTS = re.compile(r"orienter|efterretning|meddelel|information|siden sidst", re.IGNORECASE)
_COMES = re.compile(r"kommende|næste|eventuelt|evt\b|øvrige", re.IGNORECASE)
_OTHER = re.compile(r"(?:eventuelt|evt\.?)\s*\Z", re.IGNORECASE)

# What the vocabulary's verbs look like in a document, also where a scan has lost an «ø»; the group
# is what stands between two parts of a verb.
_VERBS = (
    (_Verb.NOTE, r"tager\b(.*?)\btil efterretning\b"),
    (_Verb.BE_INFORMED, r"(?:bliver )?orientere[st] om\b()"),
    (_Verb.DISCUSS, r"dr\w{1,2}fter\b()"),
    (_Verb.APPROVE, r"godkender\b()"),
    (_Verb.DECIDE, r"beslutter\b()"),
    (_Verb.INDICATE, r"tilkendegiver\b()"),
    (_Verb.RECOMMEND, r"anbefaler\b()"),
    (_Verb.APPOINT, r"udpeger\b()"),
)
_LEAD = re.compile(r"(?:at\b\s*:?\s*)?(?P<who>.{0,80}?)\s*\Z", re.IGNORECASE)
_A_BODY = re.compile(
    r"(?:den |det )?\w*(?:forum(?:met)?|gruppen?|udvalg(?:et)?|bestyrelsen?|kreds(?:en)?|råd(?:et)?"
    r"|mødet|netværk(?:et)?|delegationen|direktionen|ledelsen)",
    re.IGNORECASE,
)
_HOURS = re.compile(
    r"\bkl(?:\.|okken)?\s*(\d{1,2})(?:[.:](\d{2}))?"
    r"(?:\s*(?:-|–|—|til)\s*(?:kl\.?\s*)?(\d{1,2})(?:[.:](\d{2}))?)?",
    re.IGNORECASE,
)
_WORD = re.compile(r"\w+")


def kind_of_section(title: str, verbs: Iterable[str]) -> tuple[str, bool]:
    """The portal's kind for a document's section, and whether its title says so.

    Without a telling title, a section whose items all only orient is one of orientation.
    """
    for kind, words in (
        (_Kind.UPCOMING, _COMES),
        (_Kind.DECISION, _DECIDES),
        (_Kind.DECISION, _DISCUSSES),
        (_Kind.ORIENTATION, _ORIENTS),
    ):
        if words.search(title):
            return kind, True
    said = set(verbs)
    orients = bool(said) and said <= {_Verb.NOTE, _Verb.BE_INFORMED}
    return (_Kind.ORIENTATION if orients else _Kind.DECISION), False


def purpose_in(kind: str, verbs: Sequence[str]) -> str:
    """What an item is for, by the kind of its section; one that is only discussed says so."""
    if kind != _Kind.DECISION:
        return _Purpose.ORIENTATION
    return _Purpose.DISCUSSION if set(verbs) == {_Verb.DISCUSS} else _Purpose.DECISION


def is_other_business(title: str) -> bool:
    return bool(_OTHER.match(title.strip()))


def point_of(text: str, names: Sequence[str]) -> tuple[str, str, bool]:
    """(verb, words, whether the verb is the document's) of a point; ``names`` are the body's.

    A verb counts when the point begins with it, or with the body it is put to. Otherwise the point
    is one to discuss, with all its own words.
    """
    found = [(hit, verb) for verb, pattern in _VERBS if (hit := _first(pattern, text))]
    if not found:
        return _Verb.DISCUSS, text, False
    hit, verb = min(found, key=lambda pair: pair[0].start())
    lead = _LEAD.match(text[: hit.start()])
    rest = " ".join(f"{hit[1]} {text[hit.end() :].lstrip(' ,:;.')}".split())
    if lead is None or not _is_body(lead["who"], names) or not _WORD.search(rest):
        return _Verb.DISCUSS, text, False
    return verb, rest, True


def _first(pattern: str, text: str) -> re.Match[str] | None:
    return re.search(rf"\b{pattern}", text, re.IGNORECASE)


def _is_body(who: str, names: Sequence[str]) -> bool:
    return not who or bool(_A_BODY.fullmatch(who)) or same_body(who, names)


def same_body(said: str, names: Iterable[str]) -> bool:
    """Whether a name in a document can be meant for the body with these names.

    «Styrekredsen» is short for «Styrekredsen for Sociale Tilbud», and the longer name may have the
    shorter in it.
    """
    words = _words(said)
    return any(_within(words, other) or _within(other, words) for other in map(_words, names))


def _words(name: str) -> list[str]:
    return [word.casefold() for word in _WORD.findall(name)]


def _within(part: list[str], whole: list[str]) -> bool:
    size = len(part)
    return bool(part) and any(whole[at : at + size] == part for at in range(len(whole) - size + 1))


def hours_in(lines: Iterable[str]) -> tuple[time | None, time | None]:
    """The first hours that stand in the lines: begins and ends; None for what does not stand."""
    for line in lines:
        for found in _HOURS.finditer(line):
            starts, ends = _clock(found[1], found[2]), _clock(found[3], found[4])
            if starts is not None:
                return starts, ends if ends is not None and ends > starts else None
    return None, None


def _clock(hour: str | None, minute: str | None) -> time | None:
    if hour is None or int(hour) > 23 or int(minute or 0) > 59:
        return None
    return time(int(hour), int(minute or 0))
