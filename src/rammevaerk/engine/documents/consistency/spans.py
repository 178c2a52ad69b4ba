"""When one thing is expected: two sentences side by side that cannot both hold."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from rammevaerk.engine.date_words import MONTHS_DA
from rammevaerk.engine.documents.consistency.passages import Passage, passages
from rammevaerk.engine.documents.consistency.register import Register
from rammevaerk.engine.documents.consistency.words import akin, fold
from rammevaerk.engine.documents.meeting import MeetingDocument
from rammevaerk.engine.documents.meeting_findings import DocumentFinding
from rammevaerk.engine.findings import Severity
from rammevaerk.engine.periods import PartialDate, Precision

_EXPECTED = re.compile(r"\b(?:forvent\w+|ventes|planl\w{1,3}gg?e?s|planlagt|skal)\b", re.IGNORECASE)
_HAPPENS = re.compile(
    r"\b(?P<what>ibrugt\w+|tag\w*\s+i\s+brug|f\w{1,3}rdig\w*|afslutte\w*|\w*bne[rst]?|indvie\w*|"
    r"igangs\w{1,3}tte\w*|igangsat|p\w{1,2}begynde\w*|opstart\w*|overdrage\w*|indflyt\w*|"
    r"implementere\w*|godkende\w*|godkendt|vedtage\w*|offentligg\w+|udsende\w*|indg\w{1,2}s|"
    r"tr\w{1,3}de\w*\s+i\s+kraft|afvikle\w*|lukke[srt]?)\b",
    re.IGNORECASE,
)
# Words that tell of several things, or that a plan is changed, not contradicted.
_PARTED = re.compile(
    r"\b(?:f\w{1,2}rste|and(?:en|et|re)|tredje|fjerde|sidste|resten|resterende|\w{1,3}vrige|etape\w*|"
    r"fase\w*|derefter|herefter|dern\w{1,3}st|oprindelig\w*|tidligere|skulle|udskudt|udsat|"
    r"forsink\w+|mens|derimod|modsat|dele? af|nogle|enkelte|endelig\w*|ikke|delvis\w*|halvdelen)\b",
    re.IGNORECASE,
)
_MONTHS = "|".join(MONTHS_DA)
_WHEN = re.compile(
    rf"(?:(?P<day>[0-9]{{1,2}})\.\s?)?(?P<month>{_MONTHS})\s+(?P<my>20[0-9]{{2}})"
    r"|(?P<part>primo|medio|ultimo|starten af|begyndelsen af|udgangen af|slutningen af|"
    r"for\w{1,2}ret|efter\w{1,2}ret|sommeren)\s+(?P<py>20[0-9]{2})"
    r"|(?P<quarter>[1-4])\.\s?kvartal\s+(?:af\s+|i\s+)?(?P<qy>20[0-9]{2})"
    r"|\b(?:i|af|inden|senest|ret)\s+(?P<year>20[0-9]{2})",
    re.IGNORECASE,
)
_DEADLINE = re.compile(r"\b(?:inden|senest|f\w{1,2}r)\s+(?:\S+\s+){0,3}$", re.IGNORECASE)
_DEFINITE = re.compile(r"(?:en|et|ne)$")
_PARTS = {"prim": 1, "star": 1, "begy": 1, "medi": 2, "ulti": 4, "udga": 4, "slut": 4}
_SEASONS = {"for": 2, "eft": 4, "som": 3}


@dataclass(frozen=True, slots=True)
class _Expectation:
    """What a sentence expects, and when: the first day at the earliest and the last at the latest.

    `first` is None for a mere deadline ("inden udgangen af 2026").
    """

    passage: Passage
    offset: int
    what: str
    thing: str
    first: date | None
    last_begins: date
    last: date
    written: str


def spans(document: MeetingDocument, register: Register) -> Iterable[DocumentFinding]:
    """date.expectations-differ: side by side, one thing is expected at two times that exclude
    each other.

    Two sentences of one paragraph or of two on end, with the same verb, one of them a deadline
    or a time that leaves no room for the other. Sentences about stages, about the rest, or about
    a plan that was changed are left out.
    """
    found = list(_expectations(document))
    for one, other in pairwise(found):
        if _together(one, other) and _about_one(one, other) and _exclude(one, other):
            yield DocumentFinding(
                code="date.expectations-differ",
                severity=Severity.WARNING,
                line=other.passage.line_at(other.offset),
                item=other.passage.number,
                found=other.written,
                expected=one.written,
                message=f"Her forventes «{other.written}», men lige før (linje "
                f"{one.passage.line_at(one.offset)}) «{one.written}». Begge dele kan ikke passe: "
                "ret det ene.",
            )


def _expectations(document: MeetingDocument) -> Iterator[_Expectation]:
    for passage in passages(document):
        for start, end in passage.sentences:
            text = passage.text[start:end]
            happens = _HAPPENS.search(text)
            if not _EXPECTED.search(text) or not happens or _PARTED.search(text):
                continue
            times = [time for match in _WHEN.finditer(text) if (time := _time(match))]
            if times:
                yield _expectation(passage, start, text, happens["what"], times)


def _time(match: re.Match[str]) -> tuple[PartialDate, bool, re.Match[str]] | None:
    try:
        when = _unit(match)
    except ValueError:
        return None
    return when, bool(_DEADLINE.search(match.string[: match.start()])), match


def _unit(match: re.Match[str]) -> PartialDate:
    if match["month"]:
        month, year = MONTHS_DA.index(match["month"].casefold()) + 1, int(match["my"])
        if match["day"]:
            return PartialDate(date(year, month, int(match["day"])), Precision.DAY)
        return PartialDate(date(year, month, 1), Precision.MONTH)
    if match["part"]:
        part = match["part"].casefold()
        quarter = _PARTS.get(part[:4]) or _SEASONS[part[:3]]
        return PartialDate(date(int(match["py"]), 3 * quarter - 2, 1), Precision.QUARTER)
    if match["quarter"]:
        first = date(int(match["qy"]), 3 * int(match["quarter"]) - 2, 1)
        return PartialDate(first, Precision.QUARTER)
    return PartialDate(date(int(match["year"]), 1, 1), Precision.YEAR)


def _expectation(
    passage: Passage,
    start: int,
    text: str,
    what: str,
    times: list[tuple[PartialDate, bool, re.Match[str]]],
) -> _Expectation:
    units = [unit for unit, _, _ in times]
    begins = _DEADLINE.search(text[: times[0][2].start()])
    opening = begins.start() if begins else times[0][2].start()
    deadline = len(times) == 1 and times[0][1]
    return _Expectation(
        passage=passage,
        offset=start + opening,
        what=fold(what)[:6],
        thing=_thing(text),
        first=None if deadline else min(unit.first for unit in units),
        last_begins=max(unit.first for unit in units),
        last=max(unit.last for unit in units),
        written=" ".join(text[opening : times[-1][2].end()].split()),
    )


def _together(one: _Expectation, other: _Expectation) -> bool:
    same_item = one.passage.item == other.passage.item
    between = other.passage.line - one.passage.lines[-1]
    return same_item and (one.passage is other.passage or 0 <= between <= 2)


def _about_one(one: _Expectation, other: _Expectation) -> bool:
    if one.what != other.what:
        return False
    if akin(one.thing, other.thing):
        return True
    # "Byggeriet" and "kampagnen" are two things; "projekterne" may be the same as "pladserne".
    plural = one.thing.endswith("erne") and other.thing.endswith("erne")
    return one.passage is other.passage and (plural or not one.thing or not other.thing)


def _thing(text: str) -> str:
    """Return the word the expectation is about: beside the verb, before or after; "" for none."""
    match = _EXPECTED.search(text)
    if not match:
        return ""
    before = re.findall(r"[\w-]+", text[: match.start()])
    after = re.findall(r"[\w-]+", text[match.end() :])
    near = [word for word in (*before[-1:], *after[:2]) if not _HAPPENS.fullmatch(word)]
    return next((fold(word) for word in near if len(word) > 4 and _DEFINITE.search(word)), "")


def _exclude(one: _Expectation, other: _Expectation) -> bool:
    if one.first is None and other.first is None:
        return False  # two deadlines: the earlier one holds both
    for deadline, time in ((one, other), (other, one)):
        if deadline.first is None:
            return time.last_begins > deadline.last
    if one.first is None or other.first is None:
        return False
    return one.last < other.first or other.last < one.first
