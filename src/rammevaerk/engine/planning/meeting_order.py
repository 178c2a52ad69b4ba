"""The meetings of several bodies side by side: what clashes, and what comes in the wrong order."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from rammevaerk.engine.date_words import date_text_da
from rammevaerk.engine.findings import Finding, Severity


@dataclass(frozen=True, slots=True)
class PlannedMeeting:
    """A meeting as it lies in the calendar; times are local Danish clock, half-open."""

    key: str
    body: str
    name: str
    starts: datetime
    ends: datetime
    members: frozenset[int] = frozenset()

    @property
    def place_da(self) -> str:
        return f"{self.name} {date_text_da(self.starts.date())}"


@dataclass(frozen=True, slots=True)
class Passage:
    """From a meeting to the next one of the body that its matters go on to, in whole days."""

    sender: PlannedMeeting
    receiver: PlannedMeeting
    days: int


def passages(meetings: Sequence[PlannedMeeting], passes_on_to: Mapping[str, str]) -> list[Passage]:
    """For each meeting whose body passes matters on, the receiver's next meeting after it."""
    found = []
    for sender in sorted(meetings, key=lambda one: one.starts):
        later = [
            one
            for one in meetings
            if one.body == passes_on_to.get(sender.body) and one.starts >= sender.ends
        ]
        if later:
            receiver = min(later, key=lambda one: one.starts)
            days = (receiver.starts.date() - sender.starts.date()).days
            found.append(Passage(sender, receiver, days))
    return found


def check_calendar(
    meetings: Sequence[PlannedMeeting], passes_on_to: Mapping[str, str]
) -> list[Finding]:
    """Clashes, and meetings that get nothing from the body below since they last met.

    ``passes_on_to`` says for a body which body its matters go on to (DASSOS → KD-Net → KKR).
    """
    ordered = sorted(meetings, key=lambda one: (one.starts, one.key))
    return [*_clashes(ordered), *_empty_passages(ordered, passes_on_to)]


def _clashes(ordered: Sequence[PlannedMeeting]) -> Iterator[Finding]:
    for place, one in enumerate(ordered):
        for other in ordered[place + 1 :]:
            if other.starts >= one.ends:
                break
            shared = one.members & other.members
            if shared or one.body == other.body:
                yield Finding(
                    code="calendar.clash",
                    severity=Severity.ERROR if one.body == other.body else Severity.WARNING,
                    place=other.place_da,
                    message=(
                        f"Mødet overlapper {one.place_da}, og {len(shared)} af organisationerne "
                        "sidder i begge fora. Flyt det ene."
                        if one.body != other.body
                        else f"Forummet holder allerede møde samtidig ({one.place_da})."
                    ),
                    found=f"{other.starts:%H.%M}",
                    expected=f"efter {one.ends:%H.%M}",
                    target=other.key,
                )


def _empty_passages(
    ordered: Sequence[PlannedMeeting], passes_on_to: Mapping[str, str]
) -> Iterator[Finding]:
    for sender, receiver in passes_on_to.items():
        own = [one for one in ordered if one.body == receiver]
        below = [one for one in ordered if one.body == sender]
        if not below:
            continue
        for before, meeting in pairwise(own):
            if not _any_between(below, before.starts, meeting.starts):
                yield _empty(meeting, before, below[0].name)


def _any_between(meetings: Iterable[PlannedMeeting], after: datetime, before: datetime) -> bool:
    return any(after <= one.starts and one.ends <= before for one in meetings)


def _empty(meeting: PlannedMeeting, before: PlannedMeeting, sender: str) -> Finding:
    return Finding(
        code="calendar.order",
        severity=Severity.WARNING,
        place=meeting.place_da,
        message=(
            f"{sender} holder intet møde mellem {date_text_da(before.starts.date())} og "
            f"{date_text_da(meeting.starts.date())}, så der kommer ingen sager videre derfra. "
            "Se, om et af møderne ligger forkert."
        ),
        found=date_text_da(meeting.starts.date()),
        expected=f"et møde i {sender} først",
        target=meeting.key,
    )
