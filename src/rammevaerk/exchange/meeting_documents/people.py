"""Names of people: who presents an item, and who was at the meeting or sent apologies."""

import re
from collections.abc import Iterator, Sequence

from rammevaerk.exchange.meeting_documents import words
from rammevaerk.exchange.meeting_documents.words import any_of

_ORGANISATION = re.compile(r"\b" + any_of(words.ORGANISATION_WORDS) + r"(?!\w)", re.IGNORECASE)
_ROLE = re.compile(r"\w*" + any_of(words.ROLE_ENDINGS) + r"\Z", re.IGNORECASE)
_NAME_WORD = re.compile(r"[A-ZÆØÅÉÖÜ@][\w'’´`-]*\.?\Z|(?:[A-ZÆØÅ]\.){1,3}\Z")
_PARTICLES = frozenset({"af", "von", "van", "de", "la", "du", "der", "el", "al"})
_SPLIT = re.compile(r"\s*(?:[,;/&]|\bog\b|\bsamt\b|\s[–-]\s)\s*")
_BRACKET = re.compile(r"\s*[(\[][^()\[\]]*[)\]]?")
_NEXT_NAME = re.compile(r"\)\s+(?=[A-ZÆØÅ][a-zæøå]+\s+[A-ZÆØÅ])")  # "Sine Holm (Lund) Leif Berg"
_BY = re.compile(r"(?:ved\b|v\s*[./:]\s?|v/)\s*:?\s*(?P<who>\S.*)\Z", re.IGNORECASE)
_BY_AT_END = re.compile(
    r"\s*[,–-]?\s*[(\[]?\s*(?:\b[vV]\.|\b[vV]/|(?<=[(\[])[vV]ed\b)\s*(?P<who>[^()\[\]]{3,120})[)\]]?\Z"
)
_MOST_NAME_WORDS, _MOST_ROLE_WORDS = 6, 12
_MOST_SMALL_WORDS = 3  # of a body in small letters: "sekretariatet for rammeaftalen"
_VERB = re.compile(r"\b(?:blev|er|har|skal|var|kan|forstås|menes)\b")
_LONGEST_PRESENTER = 220


def is_person(text: str) -> bool:
    """Say whether the text looks like the name of one person: two to six capitalised words."""
    parts = text.split()
    if not 2 <= len(parts) <= _MOST_NAME_WORDS or _ORGANISATION.search(text):
        return False
    return all(_NAME_WORD.match(part) or part.lower() in _PARTICLES for part in parts) and bool(
        _NAME_WORD.match(parts[0])
    )


def is_organisation(text: str) -> bool:
    """Say whether the text looks like an organisation."""
    return bool(_ORGANISATION.search(text)) and text[:1].isupper()


def without_role(text: str) -> str:
    """Return "Anne Holm" of "direktør Anne Holm"; the text itself where no role leads it."""
    parts = text.split()
    while len(parts) > 2 and (_ROLE.match(parts[0]) or parts[0].islower()):
        del parts[0]
    return " ".join(parts)


def people_in(text: str) -> list[str]:
    """Return the names in an enumeration of people with titles and organisations."""
    found = []
    for part in _SPLIT.split(_BRACKET.sub("", text)):
        name = without_role(part.strip(" .:"))
        if is_person(name):
            found.append(name)
    return found


def presenters(text: str) -> list[str]:
    """Return the presenters: names where there are any, else the text ("formanden")."""
    bare = _BRACKET.sub("", text).strip(" .,:;")
    return people_in(bare) or ([bare] if bare else [])


def presenter_line(text: str) -> str | None:
    """Return who presents, of a line "Ved Anne Holm"; None when the line is something else."""
    if len(text) > _LONGEST_PRESENTER:
        return None
    found = _BY.match(text.strip("()[]"))
    if not found:
        return None
    who = found["who"].strip()
    named = people_in(who)
    if named and who.startswith(named[0].split()[0]):
        return who
    short = len(who.split()) <= _MOST_ROLE_WORDS and not who.endswith((".", ",", ":", ";"))
    first = who.split()[0]
    led = bool(_ROLE.match(first)) or (is_organisation(who) and len(who.split()) <= 5)
    led = led or (bool(_ORGANISATION.fullmatch(first)) and len(who.split()) <= _MOST_SMALL_WORDS)
    return who if short and led and not _VERB.search(who) else None


def split_presenter(title: str) -> tuple[str, str]:
    """Return title and presenter of a title with "v/ Anne Holm" at its end."""
    found = _BY_AT_END.search(title)
    if not found:
        return title, ""
    who = found["who"].strip()
    if not (people_in(who) or _ROLE.match(who.split()[0]) or is_organisation(who)):
        return title, ""
    return title[: found.start()].rstrip(" ,–-("), who


def listed_people(cells: Sequence[Sequence[str]]) -> Iterator[str]:
    """Yield the participants of lines that were split in columns: "Anne Holm, Viborg Kommune".

    A column of names beside a column of organisations is one list, two columns of names are two
    people on a line.
    """
    for row in cells:
        person = len(row) == 2 and is_person(_BRACKET.sub("", row[0]).strip())
        if person and not is_person(row[1]):
            yield f"{row[0]}, {row[1]}"
        else:
            yield from (person for cell in row for person in _enumerated(cell))


def _enumerated(text: str) -> Iterator[str]:
    """Split an enumeration, but keep each name together with its title and organisation."""
    bare = _NEXT_NAME.sub("), ", text.strip(" .,;•-–*"))
    if not bare:
        return
    if ";" in bare:
        yield from (part.strip() for part in bare.split(";") if part.strip())
        return
    waiting = ""
    for part in re.split(r",\s+|\s+og\s+|\s+samt\s+", bare):
        name = without_role(_BRACKET.sub("", part).strip())
        if waiting and (is_person(name) or name == part == ""):
            yield waiting
            waiting = part
        else:
            waiting = f"{waiting}, {part}" if waiting else part
    if waiting:
        yield waiting
