"""Which meeting or event a day belongs to, and at what hour and place it is held."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from rammevaerk.engine.documents.consistency.days import Mention, days_by_line, meeting_day
from rammevaerk.engine.documents.consistency.passages import Passage, passages
from rammevaerk.engine.documents.consistency.words import fold
from rammevaerk.engine.documents.meeting import MeetingDocument

# "møde", also as scans have it: "mgde", "made", "mgade", "medet".
_MEETING = r"m(?:ø|o|oe|g|a|e|p|@|ga|eg|og|g@|@g)de"
EVENT = re.compile(
    rf"\b\w*(?:{_MEETING}|konference|seminar|temadag|temadr\w{{1,2}}ftelse|workshop|kursus|"
    r"dialogdag|generalforsamling)(?:t|n|r|s|rne|en|et|er|ets|ens)?\b",
    re.IGNORECASE,
)
_CAPITAL = re.compile(r"(?<![.!?:]\s)(?<!^)\b[A-ZÆØÅ][\w-]+|\b[A-ZÆØÅ]{2,}[\w-]*")
_PLAIN = re.compile(rf"(?:{_MEETING})(?:t|r|s|rne|ts)?$")
_WINDOW = 70  # letters before a day in which its event is named


def event_words(mention: Mention) -> list[str]:
    """List the folded words that name the event directly before the day; none when unnamed.

    "mødet i Koordinationsforum den 3. maj" gives the forum, "temadagen den 3. maj" the day; a
    bare "mødet" names nothing.
    """
    before = mention.before()[-_WINDOW:]
    if not EVENT.search(before):
        return []
    names = [fold(match.group()) for match in _CAPITAL.finditer(before)]
    nouns = [fold(match.group()) for match in EVENT.finditer(before)]
    return [*names, *(noun for noun in nouns if not _PLAIN.match(noun))]


@dataclass(frozen=True, slots=True)
class Appointment:
    """A meeting on a day, with the hours and the place that one passage gives, "" for none.

    `bodies` are the folded names of whose meeting it is; `changed` tells that the passage moves
    or shortens a meeting announced otherwise.
    """

    mention: Mention
    day: date
    bodies: frozenset[str]
    hours: str
    place: str
    changed: bool


_HOURS = re.compile(
    r"\bkl\.?\s*(?P<from>[0-9]{1,2})(?:[.:](?P<fm>[0-9]{2}))?\s*(?:-|–|til|—)\s*"
    r"(?P<to>[0-9]{1,2})(?:[.:](?P<tm>[0-9]{2}))?",
    re.IGNORECASE,
)
_PLACE = re.compile(
    r"(?:\b(?:i|på|hos|til)\s+|[,(]\s*)(?P<place>[A-ZÆØÅ](?=\w*[a-zæøå])[\w.-]*"
    r"(?:\s+(?:i\s+)?[A-ZÆØÅ][\w-]+){0,3})"
)
_CHANGED = re.compile(
    r"\b(?:flyttes|flyttet|rykkes|rykket|udskydes|udskudt|afkortes|forkortes|udvides|forl\w{1,3}nges|"
    r"[æa]?e?ndres|[æa]?e?ndret|aflyses|aflyst|i stedet)\b",
    re.IGNORECASE,
)
_ABBREVIATION = re.compile(
    r"\b[A-ZÆØÅ]{2,}(?:-[A-ZÆØÅ]\w+)?\b|\b[A-ZÆØÅ]\w+(?:udvalget|gruppen|rådet|forum)\b"
)
_NOT_A_PLACE = re.compile(
    r"^(?:Mandag|Tirsdag|Onsdag|Torsdag|Fredag|L\w{1,2}rdag|S\w{1,2}ndag|Teams|Punkt|Bilag|Forl\w+)\b"
)


def appointments(document: MeetingDocument) -> Iterator[Appointment]:
    """Give the days on which something is held, with hours or a place, in reading order.

    A point of a list belongs to the heading of the list ("Møder i KKR i 2026:"). Passages that
    name three days or more at once are tables and left out.
    """
    day, named = meeting_day(document), days_by_line(document)
    heading = ""
    for passage in passages(document):
        if not passage.bullet:
            heading = passage.text if EVENT.search(passage.text) else ""
        found = named.get(passage.line, ())
        if len(found) >= 3:
            continue
        for at, mention in enumerate(found):
            end = found[at + 1].start if at + 1 < len(found) else len(passage.text)
            appointment = _appointment(mention, _said(passage, mention, end), heading, day)
            if appointment:
                yield appointment


def _said(passage: Passage, mention: Mention, end: int) -> str:
    return passage.text[mention.end : min(end, mention.sentence()[1])]


def _appointment(
    mention: Mention, said: str, heading: str, meeting: date | None
) -> Appointment | None:
    before = mention.before()
    context = heading if mention.passage.bullet else before
    # The year may stand in the heading of the list.
    year = re.search(r"\b20[0-9]{2}\b", heading) if mention.passage.bullet else None
    day = mention.near(meeting)
    if mention.year is None and year:
        day = mention.in_year(int(year.group()))
    hours, place = _hours(said), _place(said)
    held = EVENT.search(context + " " + said) or hours
    if day is None or not held or not (hours or place):
        return None
    return Appointment(
        mention=mention,
        day=day,
        bodies=frozenset(fold(name) for name in _ABBREVIATION.findall(context)),
        hours=hours,
        place=place,
        changed=bool(_CHANGED.search(before + said)),
    )


def _hours(said: str) -> str:
    match = _HOURS.search(said)
    if not match:
        return ""
    return f"{int(match['from'])}.{match['fm'] or '00'}-{int(match['to'])}.{match['tm'] or '00'}"


def _place(said: str) -> str:
    for match in _PLACE.finditer(_HOURS.sub(" ", said)):
        if not _NOT_A_PLACE.match(match["place"]):
            return match["place"].strip(" .,")
    return ""
