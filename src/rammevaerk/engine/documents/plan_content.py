"""What the checks of an action plan read: the plan as it was known on the day asked about."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from rammevaerk.engine.periods import PartialDate, Period

MilestoneKind = Literal["start", "decision", "delivery", "completion"]
StatusState = Literal["open_not_started", "open_started", "closed"]


@dataclass(frozen=True, slots=True)
class PlanText:
    """A piece of free text; `key` for machines, `place` in Danish for people."""

    key: str
    place: str
    text: str


@dataclass(frozen=True, slots=True)
class PlanMilestone:
    """Something that was planned for a date; `reached` when it happened, as far as is known."""

    key: str
    title: str
    kind: MilestoneKind
    planned: PartialDate | None = None
    reached: PartialDate | None = None
    dropped: bool = False


@dataclass(frozen=True, slots=True)
class PlanStatus:
    """A dated entry of an initiative's status: code and label of the vocabulary, and free text."""

    code: str
    label: str
    effective_on: date
    text: str
    state: StatusState


@dataclass(frozen=True, slots=True)
class PlanInitiative:
    """An initiative with the status in force on the day asked about.

    `texts` are its free texts; title, milestone titles and status text are read from their own
    fields and need not stand there again.
    """

    key: str
    number: str
    title: str
    milestones: tuple[PlanMilestone, ...] = ()
    status: PlanStatus | None = None
    texts: tuple[PlanText, ...] = ()

    @property
    def place(self) -> str:
        """The initiative as people know it: "Initiativ 1.2 Botilbudsteams"."""
        return " ".join(part for part in ("Initiativ", self.number, self.title) if part)

    def status_on(self, day: date) -> PlanStatus | None:
        """Return the status, or None when it takes effect only after `day`."""
        return self.status if self.status and self.status.effective_on <= day else None

    def milestone_place(self, milestone: PlanMilestone) -> str:
        """A milestone as people find it: the initiative, then the milestone's title."""
        return f"{self.place}, milepæl «{milestone.title}»"


@dataclass(frozen=True, slots=True)
class PlanFigure:
    """A count reported by an organisation for a subject (an initiative) in a period."""

    key: str
    place: str
    organisation: str
    subject: str
    value: int
    unit: str
    period: Period


@dataclass(frozen=True, slots=True)
class Plan:
    """An action plan; `period` is that of its edition, None when it is not known."""

    title: str
    initiatives: tuple[PlanInitiative, ...] = ()
    figures: tuple[PlanFigure, ...] = ()
    texts: tuple[PlanText, ...] = ()
    period: Period | None = None

    def in_order(self) -> tuple[PlanInitiative, ...]:
        """Return the initiatives by number (1.9 before 1.10), then key, however they were given."""
        return tuple(sorted(self.initiatives, key=lambda one: (_natural(one.number), one.key)))


def _natural(number: str) -> tuple[tuple[int, int, str], ...]:
    pieces = re.findall(r"[0-9]{1,15}|[^0-9]+", number)
    return tuple((0, int(p), "") if p.isdecimal() else (1, 0, p) for p in pieces)


def initiative_texts(initiative: PlanInitiative, day: date) -> Iterator[PlanText]:
    """Give every text of an initiative once: title, milestones, status in force, free texts."""
    status = initiative.status_on(day)
    own = [
        PlanText(initiative.key, initiative.place, initiative.title),
        *(
            PlanText(milestone.key, initiative.milestone_place(milestone), milestone.title)
            for milestone in initiative.milestones
        ),
        *([PlanText(initiative.key, f"{initiative.place}, status", status.text)] if status else []),
    ]
    given = {text.text.strip() for text in initiative.texts}
    yield from (text for text in own if text.text.strip() not in given)
    yield from initiative.texts


def all_texts(plan: Plan, day: date) -> Iterator[PlanText]:
    """Give every text of the plan: its own first, then each initiative's by number."""
    yield PlanText("plan", "Planens titel", plan.title)
    yield from plan.texts
    for initiative in plan.in_order():
        yield from initiative_texts(initiative, day)
