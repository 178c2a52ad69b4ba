"""What stands before the first item: kind, body, day, place, participants and apologies."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import zip_longest

from rammevaerk.engine.documents.meeting import Kind, Unsure
from rammevaerk.engine.documents.texts import find_dates
from rammevaerk.engine.periods import Precision
from rammevaerk.exchange.meeting_documents import words
from rammevaerk.exchange.meeting_documents.attendance import Attendance, Labels, read_attendance
from rammevaerk.exchange.meeting_documents.lines import Line, cells_of
from rammevaerk.exchange.meeting_documents.marks import is_title_like, without_bullet
from rammevaerk.exchange.meeting_documents.people import people_in
from rammevaerk.exchange.meeting_documents.places import place_after_time, place_without_label
from rammevaerk.exchange.meeting_documents.quote import shown
from rammevaerk.exchange.meeting_documents.words import any_of

_MOST_TITLE_LINES = 12
_LONGEST_TITLE = 160
_LONGEST_LINE = 4_000  # letters of a line that are read: a long list of participants
_MOST_BODY_WORDS = 10
_MOST_DATED_LINES, _LONGEST_DATED = 60, 400  # how far down and along a meeting's date is sought
_LABELS = {
    name: re.compile(any_of(patterns) + r"\s*(?P<colon>:)?\s*(?P<rest>.*)\Z", re.IGNORECASE)
    for name, patterns in words.MASTHEAD.items()
}
_AGENDA, _MINUTES = any_of(words.KIND_AGENDA), any_of(words.KIND_MINUTES)
_KIND_LINE = re.compile(
    rf"(?P<kind>{_AGENDA}|{_MINUTES})(?:\s*(?:og|/|med|samt)\s*\w+)?\b\s*[:–-]?\s*(?P<rest>.*)\Z",
    re.IGNORECASE,
)
_IS_MINUTES = re.compile(_MINUTES, re.IGNORECASE)
_MEETING_IN = re.compile(
    r"(?:\b(?:fra|til|for|af)\s+)?(?:ordinært |ekstraordinært )?m\w{1,3}de\w*\s+"
    r"(?:i|nr\.? ?\d+ i)\s+(?P<body>\S.{1,120})",
    re.IGNORECASE,
)
_OF_BODY = re.compile(r"\A(?:fra|for|til|i|af)\s+(?P<body>\S.{1,120})", re.IGNORECASE)
_MEETING_OF = re.compile(
    r"(?P<body>[A-ZÆØÅ][\w .&-]{2,80}?)(?:s|-)?[ -]m\w{1,3}de(?:t)?\s*"
    r"(?:den\b.*|d\.? ?\d.*|\Z)"
)
_CUT = re.compile(
    r"\s*(?:[,–-]\s*)?\b(?:den\s+)?(?:\w+dag\s+(?:den\s+|d\.\s*)?)?\d{1,2}\s?[./-]\s?(?:\d|[a-z]{3}).*\Z"
    r"|\s*[,–-]?\s+(?:den|d\.|kl\.?)\s+\d.*\Z|\s*[,:–-]\s*(?:man|tirs|ons|tors|fre|lør|søn)dag.*\Z",
    re.IGNORECASE,
)
_TITLE_KINDS = (
    (Kind.ACTION_PLAN, re.compile(r"\b(?:handlings|aktivitets)plan", re.IGNORECASE)),
    (
        Kind.NOTE,
        re.compile(r"\b(?:notat|orienteringsnotat|statusnotat|status p\w{1,2})\b", re.IGNORECASE),
    ),
    (
        Kind.AGREEMENT,
        re.compile(r"\b(?:ramme|styrings|samarbejds|sundheds)?aftale\b", re.IGNORECASE),
    ),
)
_AGREEMENT_PARTS = re.compile(
    r"(?:forord|parterne|aftalens (?:parter|form\w{1,2}l)|overblik|ikrafttr\w{2,4}den"
    r"|underskrifter?)\W*\Z",
    re.IGNORECASE,
)
_FRONT = re.compile(
    r"\A(?:\d{1,3}|(?:hermed|vedlagt|her)(?:\s+(?:er|udsendes|fremsendes|følger))?)\s+"
    r"(?=(?:dagsorden|referat))",
    re.IGNORECASE,
)
_MEETING_AT_END = re.compile(r"(?<=\w{2})[ -]m(?:ø|o|g|a)de(?:t|r)?\Z", re.IGNORECASE)
_BOTH_KINDS = re.compile(
    r"\Adagsord(?:en|ner)(?: (?:og|/) referate?r?)?(?: (?:for|fra|til|i))?\s+(?=[A-ZÆØÅ])", re.I
)
_GROUP = re.compile(r"\w*(?:gruppen?|udvalget|netværket|rådet|forum|kredsen|teamet)\b")
_ANY_GROUP = re.compile(
    r"\w*(?:gruppen?|udvalg(?:et)?|råd(?:et)?|forum|netværk(?:et)?|kreds(?:en)?|bestyrelse(?:n)?|"
    r"nævn(?:et)?|klynge(?:n)?|team(?:et)?)\b",
    re.IGNORECASE,
)
_NO_BODY = re.compile(
    any_of(
        (
            "(?:ekstra)?ordinært",
            "åbent?",
            "lukket",
            "(?:ikke )?offentligt?",
            "endeligt?",
            "udkast",
            "foreløbigt?",
            "(?:midt|nord)jylland",
            "syddanmark",
            "sjælland",
            "hovedstaden",
        )
    )
    + r"(?:\s+\w+)?\Z",
    re.IGNORECASE,
)
_MEMBERS = re.compile(
    r"(?:medlemmer|deltagere|deltagerliste)\s+(?:af|i|for)\s+(?P<body>\S.{3,100})\Z", re.IGNORECASE
)
_MINUTES_DA = (
    "Dokumentet siger ikke, hvad det er; det fortæller, hvem der var til stede, og er læst som "
    "referat."
)
_LEAD = re.compile(
    r"(?:•|-|e|o)?\s*[aA][tf]\s+(?P<body>[A-ZÆØÅ][\wÆØÅæøå-]+(?: [A-ZÆØÅ][\w-]+){0,3})\b"
)
_FEWEST_LEADS = 2
_OF_ONE_LINE = frozenset({"body", "day", "both", "place"})
_BODY_THEN_KIND = re.compile(
    rf"(?P<body>[A-ZÆØÅ].{{1,80}}?)\s*[-–:,]\s*(?P<kind>{_AGENDA}|{_MINUTES})\b", re.IGNORECASE
)
_BODY_AND_DAY = re.compile(
    r"(?P<body>[A-ZÆØÅ][^|:.]{2,60}?)\s*\|\s*(?:den\s)?\d{1,2}[-./ ].{5,20}\Z"
)
_SPACED = re.compile(r"(?:\S{1,2} ){5,}\S{1,2}\Z")  # "D A G S O R D E N 2 0 1 5"
_ATTENDANCE = re.compile(
    any_of(
        ("deltagere", "til ?stede", "afbud", "fraværende", "mødedeltagere", "referent", "fremmødte")
    )
    + r"\s*:\s*\S",
    re.IGNORECASE,
)
_WAS_HELD = re.compile(
    any_of(("til ?stede", "fraværende", "fremmødte", "referent", "tilstedeværende")) + r"\s*:",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Masthead:
    """What the head of the document says; texts "" and `day` None where it says nothing."""

    kind: Kind = Kind.UNKNOWN
    body: str = ""
    day: date | None = None
    day_text: str = ""
    place: str = ""
    participants: list[str] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)
    doubts: list[Unsure] = field(default_factory=list)


def read_masthead(lines: Sequence[Line], running: Sequence[Line]) -> Masthead:
    """Return what the lines before the first item, and the running heads, say of the meeting."""
    head = Masthead()
    lines = [replace(line, text=line.text[:_LONGEST_LINE]) for line in lines]
    labelled = _labelled(lines)
    titles = [line for line in lines[:_MOST_TITLE_LINES] if _is_free(line, labelled)]
    kind_at = _read_titles(head, titles)
    _read_labels(head, lines, labelled)
    if not head.body and kind_at is not None:
        _read_body_beside(head, titles, kind_at)
    people = read_attendance(lines, labelled)
    head.participants, head.absent = people.participants, people.absent
    head.doubts += people.doubts
    if head.day is None:
        _read_first_day(head, lines)
    if not head.place:
        _read_bare_place(head, lines)
    _read_running(head, running)
    if not head.body and lines and _ANY_GROUP.search(lines[0].text[:_LONGEST_TITLE]):
        _read_body_beside(head, lines[:1], 1)
    if head.kind is Kind.UNKNOWN and any(_WAS_HELD.match(line.text) for line in lines):
        head.kind = Kind.MINUTES
        head.doubts.append(Unsure(1, _MINUTES_DA))
    return head


def _is_free(line: Line, labelled: Labels) -> bool:
    return all(name == "other" for name, _ in labelled.get(line.number, ()))


def _labelled(lines: Sequence[Line]) -> dict[int, list[tuple[str, str]]]:
    """Return the labels ("Sted: ...") of each line; two may stand beside each other."""
    found = _stacked(lines)
    for line, below in zip_longest(lines, lines[1:]):
        if line.number in found:
            continue
        labels = [label for cell in cells_of(line.text) if (label := _label(without_bullet(cell)))]
        if labels:
            cells = cells_of(without_bullet(line.text))
            if len(labels) == 1 and len(cells) > 1 and not labels[0][1]:
                labels = [(labels[0][0], "\t".join(cells[1:]))]
            if len(labels) == 1 and not labels[0][1] and labels[0][0] in _OF_ONE_LINE:
                labels = [(labels[0][0], below.text if below and not _label(below.text) else "")]
            found[line.number] = labels
    return found


def _stacked(lines: Sequence[Line]) -> dict[int, list[tuple[str, str]]]:
    """Return labels that stand below each other, with their values below them in the same order."""
    found: dict[int, list[tuple[str, str]]] = {}
    bare = [_label(line.text) for line in lines]
    for at, label in enumerate(bare):
        if not _is_bare(label) or (at and _is_bare(bare[at - 1])):
            continue
        end = at
        while end < len(bare) and _is_bare(bare[end]):
            end += 1
        values = list(zip(lines[end : 2 * end - at], bare[end : 2 * end - at], strict=True))
        filled = all(mark is None and not line.text.endswith(":") for line, mark in values)
        if end - at > 1 and len(values) == end - at and filled:
            for name, line, value in zip(bare[at:end], lines[at:end], values, strict=True):
                found[line.number] = [(name[0] if name else "", value[0].text)]
    return found


def _is_bare(label: tuple[str, str] | None) -> bool:
    return label is not None and not label[1] and label[0] in _OF_ONE_LINE


def _label(text: str) -> tuple[str, str] | None:
    for name in ("both", "day", "place", "absent", "participants", "body", "other"):
        found = _LABELS[name].match(text)
        if found and (found["colon"] or not found["rest"] or _names_absent(name, found["rest"])):
            return name, found["rest"].strip()
    return None


def _names_absent(name: str, rest: str) -> bool:
    """Say whether names follow "Afbud fra" without a colon."""
    return name == "absent" and bool(people_in(rest)) and not rest.endswith(".")


def _read_titles(head: Masthead, lines: Sequence[Line]) -> int | None:
    """Read the lines that are no labels; returns which of them names the kind."""
    kind_at: int | None = None
    for at, line in enumerate(lines):
        text = _FRONT.sub("", _drawn_together(line.text.strip("*_ ")))
        found = _KIND_LINE.match(text)
        if found and head.kind is Kind.UNKNOWN and len(text) < _LONGEST_TITLE:
            head.kind = Kind.MINUTES if _IS_MINUTES.match(found["kind"]) else Kind.AGENDA
            kind_at = at
            _read_body(head, found["rest"])
        elif not head.body:
            _read_body_of_meeting(head, text)
        after = _BODY_THEN_KIND.match(text)
        if after and head.kind is Kind.UNKNOWN:
            head.kind = Kind.MINUTES if _IS_MINUTES.match(after["kind"]) else Kind.AGENDA
            _set_body(head, after["body"])
        if head.day is None:
            _read_day(head, text)
    return kind_at


def _drawn_together(text: str) -> str:
    """Return a heading without the spaces between its letters."""
    if not _SPACED.match(text):
        return text
    return re.sub(r"(?<=[^\W\d])(?=\d)", " ", text.replace(" ", ""))


def _read_body_beside(head: Masthead, lines: Sequence[Line], kind_at: int) -> None:
    """The body often stands alone on the line above or below «Dagsorden»."""
    beside = [*lines[max(kind_at - 1, 0) : kind_at], *lines[kind_at + 1 : kind_at + 2]]
    for line in beside:
        name = _CUT.sub("", line.text)
        if not head.body and is_title_like(name) and len(name.split()) <= _MOST_BODY_WORDS:
            _set_body(head, name)


def _read_body(head: Masthead, rest: str) -> None:
    if head.body or not rest:
        return
    found = _MEETING_IN.search(rest) or _OF_BODY.match(rest)
    name = found["body"] if found else rest
    name = _MEETING_IN.sub(lambda inner: inner["body"], name)
    _set_body(head, name)


def _read_body_of_meeting(head: Masthead, text: str) -> None:
    found = _MEETING_IN.match(text) or _MEETING_OF.match(text) or _MEMBERS.match(text)
    if found:
        _set_body(head, found["body"])


def _set_body(head: Masthead, name: str) -> None:
    name = _BOTH_KINDS.sub("", _CUT.sub("", name).strip(" .,:;–-"))
    bare = _MEETING_AT_END.sub("", name)
    if _GROUP.match(bare):
        bare = bare[:1].upper() + bare[1:]
    if _NO_BODY.match(bare):
        return
    if bare and bare[:1].isupper() and re.search(r"[^\W\d]{2}", bare):
        head.body = bare


def _read_day(head: Masthead, text: str) -> bool:
    for found in find_dates(text[:_LONGEST_DATED]):
        if found.when.precision is Precision.DAY:
            head.day, head.day_text = found.when.first, found.raw
            return True
    return False


def _read_first_day(head: Masthead, lines: Sequence[Line]) -> None:
    for line in lines[:_MOST_DATED_LINES]:
        if _read_day(head, line.text):
            what = f"Mødets dato er taget fra {shown(line.text)}; der står ikke, at det er den."
            head.doubts.append(Unsure(line.number, what))
            return


def _read_labels(head: Masthead, lines: Sequence[Line], labelled: Labels) -> None:
    """Read what the labels say; the first «Dato:» with a day counts for more than the title."""
    dated = False
    for line in lines:
        for name, rest in labelled.get(line.number, ()):
            if name in {"day", "both"} and rest and (head.day is None or not dated):
                dated = _read_day(head, rest) or dated
            if name == "both":
                head.place = head.place or place_after_time(rest)
            if name == "place" and rest:
                head.place = head.place or rest.replace("\t", ", ").strip(" .")
            if name == "body" and rest:
                _read_body_or_day(head, rest)


def _read_body_or_day(head: Masthead, rest: str) -> None:
    """«Møde:» may stand before the body or before the day."""
    dated = head.day is None and _read_day(head, rest)
    if not dated and not head.body:
        _set_body(head, rest)


def _read_bare_place(head: Masthead, lines: Sequence[Line]) -> None:
    head.place = place_without_label([line.text for line in lines])
    if head.place:
        what = f"Mødets sted er læst som {shown(head.place)}; der står ikke, at det er stedet."
        head.doubts.append(Unsure(1, what))


def _read_running(head: Masthead, running: Sequence[Line]) -> None:
    for line in running:
        found = _KIND_LINE.match(line.text) or _BODY_AND_DAY.match(line.text)
        if found is None:
            continue
        parts = found.groupdict()
        if head.kind is Kind.UNKNOWN and "kind" in parts:
            head.kind = Kind.MINUTES if _IS_MINUTES.match(found["kind"]) else Kind.AGENDA
        before = head.body, head.day
        if head.day is None:
            _read_day(head, line.text)
        _read_body(head, parts.get("rest") or parts.get("body") or "")
        if before != (head.body, head.day):
            what = f"Forum og dato er taget fra sidehovedet eller sidefoden {shown(line.text)}."
            head.doubts.append(Unsure(line.number, what))


def read_people(lines: Sequence[Line]) -> Attendance:
    """Return the people that labelled lists inside the text name."""
    return read_attendance(lines, _labelled(lines))


def names_kind(text: str) -> bool:
    """Say whether a line calls the document an agenda or minutes."""
    return len(text) < _LONGEST_TITLE and bool(_KIND_LINE.match(text))


def tells_of_meeting(text: str) -> bool:
    """Say whether a line in the head lists who was there: "Til stede: …"."""
    return bool(_ATTENDANCE.match(text))


def kind_of_other(lines: Sequence[Line]) -> Kind:
    """Say what a document without items is, by the words of its first lines."""
    first = [line.text for line in lines[:_MOST_TITLE_LINES]]
    title = " ".join(first[:3])
    for kind, pattern in _TITLE_KINDS:
        if pattern.search(title):
            return kind
    parts = sum(bool(_AGREEMENT_PARTS.match(line.text)) for line in lines)
    if parts and _TITLE_KINDS[-1][1].search(" ".join(first)):
        return Kind.AGREEMENT
    return Kind.UNKNOWN


def body_of_leads(texts: Sequence[str]) -> str:
    """Return the body that recommendations are put to most often: "At Styregruppen"."""
    found = Counter(match["body"] for text in texts if (match := _LEAD.match(text)))
    ranked = found.most_common(1)
    return ranked[0][0] if ranked and ranked[0][1] >= _FEWEST_LEADS else ""
