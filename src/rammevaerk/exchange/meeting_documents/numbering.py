"""The numbers of the items: those printed in front of titles, the others counted, and doubts."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rammevaerk.engine.documents.meeting import Unsure
from rammevaerk.exchange.meeting_documents.marks import is_fixed_title
from rammevaerk.exchange.meeting_documents.number_chain import Candidate
from rammevaerk.exchange.meeting_documents.pieces import Piece
from rammevaerk.exchange.meeting_documents.quote import shown
from rammevaerk.exchange.meeting_documents.starts import Start, missing_title

_TWO_LEVELS = 2
_FIRST_OF_MANY = 6  # a larger first number goes on from the meeting before


@dataclass(frozen=True, slots=True)
class Part:
    """A section with its items: pieces [first, end), the title "" when it has no heading."""

    title: str
    first: int
    end: int
    printed: int | None
    starts: tuple[Start, ...]


@dataclass(frozen=True, slots=True)
class Numbered:
    """An item's beginning with its number."""

    start: Start
    number: str


def _is_last(start: Start) -> bool:
    return start.number is not None and len(start.number.parts) == 1 and is_fixed_title(start.title)


class Numbering:
    """Gives the items their numbers, one section after the other, and collects the doubts."""

    def __init__(self, pieces: Sequence[Piece], chain: Sequence[Candidate]) -> None:
        self.doubts: list[Unsure] = []
        self._pieces = pieces
        self._depth = len(chain[0].mark.parts) if chain else 0
        self._loose = {
            candidate.mark.parts: candidate.at for candidate in chain if not candidate.attached
        }
        self._major = 0
        self._minor = 0

    def part(self, part: Part) -> list[Numbered]:
        """Return the items of one section with their numbers."""
        if self._depth == _TWO_LEVELS:
            self._major = self._major_of(part)
            self._minor = 0
        elif any(start.number and start.number.parts == (1,) for start in part.starts[:1]):
            self._minor = 0
        return [Numbered(start, self._number(start)) for start in self._filled(part)]

    def _major_of(self, part: Part) -> int:
        """The section's number: printed at its heading or its items, else the next one."""
        printed = [
            start.number.parts[0]
            for start in part.starts
            if start.number and len(start.number.parts) == _TWO_LEVELS
        ]
        if printed:
            return Counter(printed).most_common(1)[0][0]
        if part.printed:
            return part.printed
        loose = [
            parts[0]
            for parts, at in self._loose.items()
            if part.first - 3 <= at < part.end and parts[0] > self._major
        ]
        return min(loose, default=self._major + 1)

    def _filled(self, part: Part) -> list[Start]:
        """Put in a title where a number is printed that no item has."""
        done: list[Start] = []
        expected = self._minor
        for start in map(self._of_depth, part.starts):
            printed = start.number.parts[-1] if start.number and not self._is_alone(start) else None
            while done and printed is not None and printed > expected + 1:
                added = self._missing(done[-1], start.first, expected + 1)
                if added is None:
                    break
                done.append(added)
                expected += 1
            done.append(start)
            expected = printed if printed is not None and printed > expected else expected + 1
        while done:
            added = self._missing(done[-1], part.end, expected + 1)
            if added is None:
                break
            done.append(added)
            expected += 1
        return done

    def _of_depth(self, start: Start) -> Start:
        """A number of another depth than the items' own belongs to the title."""
        if start.number is None or len(start.number.parts) == self._depth or _is_last(start):
            return start
        return replace(start, number=None, title=self._pieces[start.first].text)

    def _is_alone(self, start: Start) -> bool:
        """Say whether an item has a section's number: "4 Eventuelt" after 3.2."""
        return start.number is not None and len(start.number.parts) != self._depth

    def _missing(self, after: Start, before: int, minor: int) -> Start | None:
        key = (self._major, minor) if self._depth == _TWO_LEVELS else (minor,)
        if key not in self._loose:
            return None
        return missing_title(self._pieces, after, before, self._depth)

    def _number(self, start: Start) -> str:
        line = self._pieces[start.first].line.number
        if start.why:
            what = f"{shown(start.title)} er taget for et punkts overskrift, {start.why}."
            self.doubts.append(Unsure(line, what))
        if start.number is not None and self._is_alone(start):
            return start.number.text
        if start.number is not None:
            self._loose.pop(start.number.parts, None)
            self._compare(start, line)
            self._minor = start.number.parts[-1]
            return start.number.text
        self._minor += 1
        key = (self._major, self._minor) if self._depth == _TWO_LEVELS else (self._minor,)
        number = ".".join(map(str, key))
        if self._depth:
            where = self._loose.pop(key, None)
            self.doubts.append(Unsure(line, self._counted_da(start, number, where)))
        return number

    def _counted_da(self, start: Start, number: str, where: int | None) -> str:
        if where is None:
            return (
                f"Nummeret {number} står ikke ved {shown(start.title)}; det er talt ud fra "
                "rækkefølgen."
            )
        line = self._pieces[where].line.number
        return (
            f"Nummeret {number} står løst på linje {line} og ikke ved {shown(start.title)}; "
            "det er sat ud fra rækkefølgen."
        )

    def _compare(self, start: Start, line: int) -> None:
        number = start.number
        if number is None:
            return
        if len(number.parts) == _TWO_LEVELS and number.parts[0] != self._major:
            what = f"Nummeret {number.text} hører ikke til afsnit {self._major}."
        elif number.parts[-1] <= self._minor:
            what = f"Nummeret {number.text} kommer efter {self._minor}; rækkefølgen er brudt."
        elif self._minor == 0 and number.parts[-1] > _FIRST_OF_MANY:
            what = (
                f"Det første nummer er {number.text}; numrene løber nok videre fra møde til møde."
            )
        elif number.parts[-1] > self._minor + 1:
            what = f"Før nummer {number.text} mangler mindst ét punkt, som ikke blev fundet."
        else:
            return
        self.doubts.append(Unsure(line, what))

    def finish(self) -> None:
        """Tell of the numbers standing alone that no item was found for."""
        for key, at in sorted(self._loose.items()):
            number = ".".join(map(str, key))
            what = f"Nummeret {number} står løst, og intet punkt er fundet til det."
            self.doubts.append(Unsure(self._pieces[at].line.number, what))
