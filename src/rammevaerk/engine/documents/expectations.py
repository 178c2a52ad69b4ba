"""Dates that a Danish text expects something of: "forventes behandlet 1. kvartal 2025"."""

import re
from collections.abc import Iterator
from datetime import date

from rammevaerk.engine.documents.texts import TextDate, find_dates, sentences
from rammevaerk.engine.periods import PartialDate

_PARTICIPLE = (
    r"\b(?:\w*behandlet|godkendt|besluttet|vedtaget|drøftet|afholdt|afsluttet|igangsat|iværksat|"
    r"påbegyndt|begyndt|\w*startet|færdiggjort|implementeret|indgået|underskrevet|udsendt|sendt|"
    r"offentliggjort|gennemført|fremlagt|forelagt|præsenteret|orienteret|bevilget|etableret|"
    r"oprettet|ibrugtaget|lanceret|udarbejdet|evalueret|nedsat|aflyst|modtaget|indfriet)\b"
)
_OF_BODY = (
    "godkendelse|behandling|drøftelse|beslutning|orientering|tilbagemelding|afgørelse|vedtagelse|"
    "underskrift|stillingtagen"
)
_PASSIVE = (
    "behandles|godkendes|besluttes|vedtages|fremlægges|forelægges|præsenteres|igangsættes|"
    "opstartes|påbegyndes|iværksættes|implementeres|afsluttes|færdiggøres|indfases|evalueres|"
    "afholdes|udsendes|fremsendes|offentliggøres|etableres|oprettes|ibrugtages|lanceres"
)
# What opens an expectation, unless it is told as something past ("var forventet", "som planlagt").
_OPEN = (
    r"(?<!\bvar )(?<!\bblev )(?<!\bsom )(?<!\bend )\b(?:forvent(?:es|et|er)|ventes|planlægges|"
    r"planlagt)\b(?!\s+(?:dog\s+)?ikke\b)"
    r"|\bafventer\b|\bskal\b(?!\s+ikke\b)|\bmhp\b|\bm\.h\.p\.|\bmed henblik på\b|\bdeadline\b"
    rf"|\btil\s+(?:\w+\s+)?(?:{_OF_BODY})\b|\b(?:{_PASSIVE})\b|\bfrist(?:en)?\b"
    r"|\b(?:fastsat|aftalt|sat|berammet|udskudt|udsat|rykket)\s+til\b"
    r"|\bvil\s+(?:blive|være|foreligge)\b|\bbliver\b"
)
_PAST = (
    r"\b(?:blev|var|havde|har|skulle|kunne|fik|kom|gik|trådte|forventes (?:dog )?ikke|skal ikke)\b"
    r"|\b(?!allerede|medarbejdere|stede\b)\w{4,}ede\b"
    r"|\ber\s+(?:(?:nu|allerede|endeligt?|også)\s+)?blevet\b"
    r"|\b(?:følge(?:r|s)? op på|opfølgning på|på baggrund af|på grundlag af|i forlængelse af|"
    r"baseret på|bygge(?:r|s)?\s+(?:videre\s+)?på|jf|jævnfør|siden)\b"
    r"|\b(?:udskudt|udsat|rykket)\b(?!\s+til)"
)
_CUE = re.compile(
    f"(?P<open>{_OPEN})|(?P<past>{_PAST})|(?P<participle>{_PARTICIPLE})", re.IGNORECASE
)
# "skal være fuldt implementeret": the participle belongs to what is expected.
_CARRIED = re.compile(
    r"\b(?:være|blive|bliver|have|få|forvent(?:es|et)|ventes|planlægges|planlagt)"
    r"(?:\s+[\w-]+){0,4}\s*$",
    re.IGNORECASE,
)
# "forventes, at aftalen er godkendt": so does everything after it.
_THAT = re.compile(r"(?:forventes|ventes|forventer|planlægges)(?:\s+det)?,?\s+at\b", re.IGNORECASE)
# "aftalen af 3. maj 2023", "beslutningen i KKR i juni 2023": a date that names something past.
_NAMES_PAST = re.compile(
    r"\b(?:fra|af|siden|efter|dateret)\s+(?:(?:den|d\.|primo|medio|ultimo|starten af)\s*)?$"
    r"|(?<!\baf )\b\w*(?:beslutningen|drøftelsen|analysen|evalueringen|rapporten|undersøgelsen|"
    r"referatet|kortlægningen)\s+(?:i|på|den|d\.)\s+(?:[\w-]+\s+(?:i|den|d\.)\s+)?$",
    re.IGNORECASE,
)
_FRONT = re.compile(
    r"^\W*(?:(?:i|den|d\.|inden|senest|ved|til|frem mod|i løbet af|udgangen af)\s*)*$",
    re.IGNORECASE,
)
_THEN_OPEN = re.compile(r"\s*(?:forventes|ventes|skal|planlægges)\b(?!\s+ikke\b)", re.IGNORECASE)

# How many characters of a sentence are read on either side of a date.
_FAR = 300


def find_expectations(text: str, *, written_on: date | None = None) -> list[TextDate]:
    """Find the dates by which the text still expects something to happen, in order.

    Nearest before the date decides: "forventes", "afventer", "skal", "til godkendelse" open an
    expectation, a verb in the past ends it, and so does one later in the sentence. A date that
    the text elsewhere tells of in the past is met. Dates that only name something ("aftalen af
    3. maj 2023") expect nothing. `written_on` dates what has no year, as in `find_dates`.

    The reading is cautious: where it is in doubt, it finds nothing.
    """
    expected: list[TextDate] = []
    met: set[PartialDate] = set()
    for found, before, after in _in_sentences(text, find_dates(text, written_on=written_on)):
        if _expects(before, after):
            expected.append(found)
        elif _state(before) is False or _ended(before, after):
            met.add(found.when)
    return [found for found in expected if found.when not in met]


def _in_sentences(text: str, dates: list[TextDate]) -> Iterator[tuple[TextDate, str, str]]:
    """Give each date with what stands before and after it in its sentence."""
    remaining = iter(dates)
    found = next(remaining, None)
    for first, last in sentences(text):
        while found is not None and found.start < last:
            before = text[max(first, found.start - _FAR) : found.start]
            yield found, before, text[found.end : min(last, found.end + _FAR)]
            found = next(remaining, None)


def _expects(before: str, after: str) -> bool:
    if _NAMES_PAST.search(before[-80:]) or _ended(before, after):
        return False
    if _FRONT.match(before):
        return bool(_THEN_OPEN.match(after))
    return _state(before) is True


def _state(text: str) -> bool | None:
    """Return True where an expectation is open at the end of `text`, False where it is past."""
    state: bool | None = None
    for is_open in _steps(text, carried_from_start=False):
        state = is_open
    return state


def _ended(before: str, after: str) -> bool:
    """Say whether the sentence after the date tells that the expectation is no longer open."""
    carried = bool(_THAT.search(before))
    return any(not is_open for is_open in _steps(after, carried_from_start=carried))


def _steps(text: str, *, carried_from_start: bool) -> Iterator[bool]:
    that = _THAT.search(text)
    carried_from = 0 if carried_from_start else that.end() if that else len(text) + 1
    for cue in _CUE.finditer(text):
        if cue["open"]:
            yield True
        else:
            start = cue.start()
            carried = start >= carried_from or _CARRIED.search(text[max(start - 80, 0) : start])
            if cue["past"] or not carried:
                yield False
