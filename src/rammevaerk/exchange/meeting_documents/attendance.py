"""The lists of who was at a meeting and who sent apologies, in the head of a document."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from rammevaerk.engine.documents.meeting import Unsure
from rammevaerk.exchange.meeting_documents.lines import Line, cells_of
from rammevaerk.exchange.meeting_documents.marks import (
    block_mark,
    detached_number,
    is_bullet,
    number_mark,
    section_title,
    without_bullet,
)
from rammevaerk.exchange.meeting_documents.number_chain import is_contents
from rammevaerk.exchange.meeting_documents.people import (
    is_organisation,
    is_person,
    listed_people,
    without_role,
)
from rammevaerk.exchange.meeting_documents.prose import joined
from rammevaerk.exchange.meeting_documents.words import KIND_AGENDA, KIND_MINUTES, any_of

Labels = Mapping[int, Sequence[tuple[str, str]]]  # of each line: its labels with what follows

_LONGEST_ENTRY = 80  # a longer line that ends with a stop is a sentence, not a participant
_MOST_COMPARED = 200  # people that are compared with each other
_KIND = re.compile(any_of((*KIND_AGENDA, *KIND_MINUTES)) + r"\b", re.IGNORECASE)
_CONTENTS_TITLE = re.compile(
    r"dagsordens?punkter\b|(?:nr\.?|pkt\.?|punkt)\s+(?:titel|emne|sag|overskrift)\b|sager \d|"
    r"(?:indhold|sags|punkt|emne)\w*(?:oversigt|fortegnelse|liste)|indhold\b",
    re.I,
)
_ABSENT_WITHIN = re.compile(
    r"(?:(?<=[.;,)])|^)\s*(?:afbud(?: fra)?|fraværende|ikke til ?stede|forfald)\s*:\s*",
    re.IGNORECASE,
)
_COLUMN_HEAD = re.compile(
    r"(?:(?:organisation|kommune|titel|navn|parti|funktion|rolle|e-?mail|område|stilling|fra)\W*)+\Z",
    re.IGNORECASE,
)
_OF_GROUP = re.compile(r"\A(?:fra|for)\s[^:]{3,40}:\s*", re.IGNORECASE)
_NOBODY = re.compile(r"[\s.–-]*(?:ingen)?[\s.–-]*\Z", re.IGNORECASE)


@dataclass(slots=True)
class Attendance:
    """Who was at a meeting and who sent apologies, each with what stands beside the name."""

    participants: list[str] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)
    doubts: list[Unsure] = field(default_factory=list)


def read_attendance(lines: Sequence[Line], labelled: Labels) -> Attendance:
    """Return the people that the labelled lists name; `labelled` are the labels by line."""
    found = Attendance()
    lists = {"participants": found.participants, "absent": found.absent}
    for at, line in enumerate(lines):
        for label, written in labelled.get(line.number, ()):
            if label in lists:
                for name, part in _divided(label, _texts(lines, at, labelled, written)):
                    rows = [cells_of(text) for text in part]
                    lists[name].extend(_people(found, rows, line))
    found.participants = _without_repeats(found.participants)
    return found


def _texts(lines: Sequence[Line], at: int, labelled: Labels, written: str) -> list[str]:
    """Return a list's lines: one by one, or joined where it began on the label's own line."""
    rest = "" if _COLUMN_HEAD.match(written) else written
    below = [line.text for line in _below(lines, at, labelled, near=bool(rest))]
    columns = any(len(cells_of(text)) > 1 for text in below)
    return [joined([rest, *below])] if rest and not columns else [rest, *below]


def _divided(label: str, texts: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
    """Yield a list of people by its label, and after it the apologies inside it ("Afbud: …")."""
    parts: dict[str, list[str]] = {label: []}
    for text in texts:
        first, *others = _ABSENT_WITHIN.split(text)
        parts[label].append(first)
        if others:
            parts.setdefault("absent", []).extend(others)
            label = "absent"
    yield from parts.items()


def _below(lines: Sequence[Line], at: int, labelled: Labels, *, near: bool) -> Iterator[Line]:
    """Yield the lines of a list under its label; `near` when it began on the label's own line."""
    before = lines[at]
    for line in lines[at + 1 :]:
        close = near and len(cells_of(line.text)) == 1
        apart = line.number - before.number > (1 if close else 2)
        sentence = len(line.text) > _LONGEST_ENTRY and line.text.endswith(".")
        if apart or sentence or line.number in labelled or _ends_list(line.text):
            return
        before = line
        text = without_bullet(line.text) if is_bullet(line.text) else line.text
        if text:
            yield Line(line.number, text)


def _ends_list(text: str) -> bool:
    other = section_title(text) or number_mark(text) or detached_number(text) or _KIND.match(text)
    mark = block_mark(text)
    return (
        bool(other)
        or (mark is not None and mark.strong)
        or is_contents(text)
        or bool(_CONTENTS_TITLE.match(text))
    )


def _people(found_so_far: Attendance, rows: Sequence[Sequence[str]], line: Line) -> list[str]:
    """Return the people of a list; names first and organisations after are put side by side."""
    listed = (_OF_GROUP.sub("", person).strip(" .") for person in listed_people(rows))
    found = [person for person in listed if not _NOBODY.match(person)]
    names = [text for text in found if is_person(without_role(text))]
    rest = found[len(names) :]
    two_runs = len(names) > 1 and found[: len(names)] == names and len(rest) == len(names)
    if two_runs and all(is_organisation(text) for text in rest):
        what = "Navne og organisationer står hver for sig; de er sat sammen i rækkefølge."
        found_so_far.doubts.append(Unsure(line.number, what))
        return [f"{name}, {place}" for name, place in zip(names, rest, strict=True)]
    return found


def _without_repeats(people: Sequence[str]) -> list[str]:
    """Leave out who is listed again with more: as the chair, and among the others."""
    if len(people) > _MOST_COMPARED:
        return list(people)
    return [
        person
        for at, person in enumerate(people)
        if not any(
            person in other and (person != other or at > place)
            for place, other in enumerate(people)
            if place != at
        )
    ]
