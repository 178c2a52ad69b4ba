"""What an agenda or minutes say, as plain values; Word file and PDF are made of the same."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class DocumentKind(StrEnum):
    """What is sent out."""

    AGENDA = "agenda"
    SUPPLEMENT = "supplement"
    MINUTES = "minutes"


class Presence(StrEnum):
    """Whether somebody was at the meeting."""

    PRESENT = "present"
    ABSENT = "absent"
    SUBSTITUTE = "substitute"


@dataclass(frozen=True, slots=True)
class AttendanceText:
    """One member; `substitute` is who came instead."""

    name: str
    organisation: str = ""
    presence: Presence = Presence.PRESENT
    substitute: str = ""


@dataclass(frozen=True, slots=True)
class AnnexText:
    """One annex: its number through the meeting, what it is called, and the file it is."""

    number: str
    title: str
    file_name: str | None = None


@dataclass(frozen=True, slots=True)
class ItemText:
    """One item; an empty field leaves nothing in the document.

    `purpose` and `decision_kind` are the words people see ("Beslutning", "Godkendt").
    `presentation_html` is sanitised already. `decision_text` is plain text; lines that begin with
    a dash or a bullet become a list. `exceptions` are whole sentences on who was not there for
    this item. `duration` is in minutes.
    """

    number: str
    title: str
    presenters: str = ""
    purpose: str = ""
    closed: bool = False
    closed_ground: str = ""
    recommendation_lead: str = ""
    recommendation: tuple[str, ...] = ()
    presentation_html: str = ""
    annexes: tuple[AnnexText, ...] = ()
    decision_kind: str = ""
    decision_text: str = ""
    excerpt_number: str = ""
    exceptions: tuple[str, ...] = ()
    duration: int | None = None


@dataclass(frozen=True, slots=True)
class SectionText:
    """A part of the agenda; without a title its items stand under a general heading."""

    title: str
    items: tuple[ItemText, ...]
    number: str = ""


@dataclass(frozen=True, slots=True)
class AgendaDocument:
    """A whole agenda, supplement or minutes, as one reader may see it.

    Whatever the reader may not see is left out by the caller: nothing here is hidden later.
    `written_at` becomes the date in the files' properties; without it they carry none.
    `edition` says what sets this document apart from the one that was sent out; then the
    fingerprint is the edition's own.
    """

    kind: DocumentKind
    body: str
    day_text: str
    sections: tuple[SectionText, ...]
    time_text: str = ""
    place: str = ""
    series: str = ""
    version: int = 1
    attendance: tuple[AttendanceText, ...] = ()
    dispatched_text: str = ""
    fingerprint: str = ""
    edition: str = ""
    language: str = "da"
    written_at: datetime | None = None
