"""PDF files as lines: what stands beside each other on the page stays so, columns parted."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import pypdfium2.raw as pdfium
from pypdfium2 import PdfPage, PdfTextPage

from rammevaerk.exchange.errors import Objection
from rammevaerk.exchange.meeting_documents.lines import Source, SourceBuilder
from rammevaerk.exchange.pdf import each_page

_LONGEST_TEXT = 2_000_000  # characters
_MOST_PAGES = 1_000
_MOST_RUNS = 20_000  # pieces of text on one page
_COLUMN_GAP = 1.8  # of a line's height
_WORD_GAP = 0.12
_PARAGRAPH_GAP = 1.3  # of the step from line to line
_LARGEST_STEP = 1.5  # of the size of the letters; a larger one is between paragraphs
_SIZES_READ = 50  # letters of a page that are asked for their size
_SAME_LINE = 0.5
_SMALLEST_SIZE = 6.0  # points; some files tell a size of 1 and magnify it
_HAIR = 0.01  # points by which boxes of the same size may differ
_WIDE = re.compile(r" {3,}")
_CLINGS = re.compile(r"[^\W_]|[.,;:!?)\]](?:\s|\Z)")  # may stand close to what is before it
_SCANNED_DA = (
    "har ingen tekst, der kan læses; siderne er nok skannet som billeder. "
    "Kør tekstgenkendelse (OCR) på den, eller find den oprindelige fil, og prøv igen."
)


_Box = tuple[float, float, float, float]  # left, bottom, right, top


@dataclass(frozen=True, slots=True)
class _Run:
    """A piece of text on a page; the page is measured in points from its lower left corner."""

    left: float
    bottom: float
    right: float
    top: float
    text: str

    @property
    def height(self) -> float:
        return max(self.top - self.bottom, 1.0)

    def followed_by(self, other: "_Run") -> bool:
        """Say whether the other is the next on the same line, no column's gap between them."""
        apart = abs((self.top + self.bottom) - (other.top + other.bottom)) / 2
        same_line = apart <= _SAME_LINE * max(self.height, other.height)
        gap = other.left - self.right
        return same_line and -self.height < gap <= _COLUMN_GAP * max(self.height, other.height)


def source_from_pdf(data: bytes) -> Source:
    """Return a judged PDF as a source; `Objection` when it has no text, or far too much."""
    pages = each_page(data, _page, _MOST_PAGES)
    runs = [run for page in pages for row in page.rows for run in row]
    length = sum(len(run.text) for run in runs)
    if length > _LONGEST_TEXT:
        raise Objection("har for meget tekst til at blive læst. Del den op.", "too-long")
    if not runs:
        raise Objection(_SCANNED_DA, "no-text")
    usual = _usual_step(pages)
    builder = SourceBuilder()
    empty: list[tuple[int, int]] = []
    for number, page in enumerate(pages, start=1):
        if not page.rows:
            empty.append((len(builder.raw) or 1, number))
        _add_page(builder, page.rows, usual)
    doubts = [
        (line, f"Side {number} har ingen tekst, der kan læses; den er måske skannet.")
        for line, number in empty
    ]
    return builder.source(doubts=doubts)


@dataclass(frozen=True, slots=True)
class _Page:
    """The rows of a page from the top down, and the size of its letters in points."""

    rows: list[list[_Run]]
    size: float


def _page(page: PdfPage) -> _Page:
    text_page = page.get_textpage()
    try:
        return _Page(_rows(_runs(text_page)), _letter_size(text_page))
    finally:
        text_page.close()


def _runs(text_page: PdfTextPage) -> list[_Run]:
    """Return the runs of a page; letter by letter where runs overlap and would repeat letters.

    The text within a run's box holds the letters of its neighbours too that reach into it, as
    they do where letters are drawn closer together ("AAarhus").
    """
    count = min(text_page.count_rects(), _MOST_RUNS)
    boxes: list[_Box] = [text_page.get_rect(index) for index in range(count)]
    texts = [text_page.get_text_bounded(*box) for box in boxes]
    letters = _letters(text_page.get_text_range())
    runs = [_run(box, text) for box, text in zip(boxes, texts, strict=True)]
    if len(boxes) < _MOST_RUNS and sum(map(_letters, texts)) > letters:
        by_letter = zip(boxes, _texts_by_letter(text_page, boxes), strict=True)
        runs = _put_together([_run(box, text) for box, text in by_letter])
    cleaned = (replace(run, text=_clean(run.text)) for run in runs)
    return [run for run in cleaned if run.text]


def _run(box: _Box, text: str) -> _Run:
    left, bottom, right, top = box
    return _Run(left, bottom, right, top, text)


def _clean(text: str) -> str:
    wide = _WIDE.sub("\t", text.replace("\x02", "-").replace("\ufffe", "-"))
    return "\t".join(" ".join(cell.split()) for cell in wide.split("\t")).strip()


def _letters(text: str) -> int:
    return len("".join(text.split()))


def _texts_by_letter(text_page: PdfTextPage, boxes: Sequence[_Box]) -> list[str]:
    """Give each letter to one run: the one being read, or the next whose box holds it."""
    texts = [""] * len(boxes)
    at = 0
    for index in range(text_page.count_chars()):
        letter = chr(pdfium.FPDFText_GetUnicode(text_page.raw, index))
        if not letter.isspace():
            box = text_page.get_charbox(index)
            at = next((run for run in range(at, len(boxes)) if _holds(boxes[run], box)), at)
        if texts:
            texts[at] += letter
    return texts


def _put_together(runs: Sequence[_Run]) -> list[_Run]:
    """Join runs that follow each other on a line, with the spaces that the letters have."""
    found: list[_Run] = []
    for run in runs:
        last = found[-1] if found else None
        if last is not None and last.followed_by(run):
            left, right = min(last.left, run.left), max(last.right, run.right)
            bottom, top = min(last.bottom, run.bottom), max(last.top, run.top)
            found[-1] = _Run(left, bottom, right, top, last.text + run.text)
        else:
            found.append(run)
    return found


def _holds(outer: _Box, inner: _Box) -> bool:
    left, bottom, right, top = outer
    within = left - _HAIR <= inner[0] and inner[2] <= right + _HAIR
    return within and bottom - _HAIR <= inner[1] and inner[3] <= top + _HAIR


def _letter_size(text_page: PdfTextPage) -> float:
    count = text_page.count_chars()
    chosen = range(0, count, max(1, count // _SIZES_READ))
    sizes = sorted(pdfium.FPDFText_GetFontSize(text_page.raw, index) for index in chosen)
    return float(sizes[len(sizes) // 2]) if sizes else 0.0


def _usual_step(pages: Sequence[_Page]) -> float:
    """Return the step from one line of a paragraph to the next, in points.

    A document may have no paragraph of two lines; then the size of its letters limits it.
    """
    steps = sorted(
        one[0].bottom - other[0].bottom for page in pages for one, other in pairwise(page.rows)
    )
    step = steps[len(steps) // 10] if steps else 0.0
    sizes = sorted(page.size for page in pages if page.rows)
    largest = _LARGEST_STEP * sizes[len(sizes) // 2]
    return min(step, largest) if largest > _SMALLEST_SIZE else step


def _rows(runs: Sequence[_Run]) -> list[list[_Run]]:
    """Gather the runs in rows from the top down, each from left to right."""
    rows: list[list[_Run]] = []
    for run in sorted(runs, key=lambda run: (-(run.top + run.bottom), run.left)):
        middle = (run.top + run.bottom) / 2
        last = rows[-1][0] if rows else None
        if last and abs((last.top + last.bottom) / 2 - middle) <= _SAME_LINE * last.height:
            rows[-1].append(run)
        else:
            rows.append([run])
    return [sorted(row, key=lambda run: run.left) for row in rows]


def _add_page(builder: SourceBuilder, rows: Sequence[Sequence[_Run]], usual: float) -> None:
    before: Sequence[_Run] | None = None
    for row in rows:
        if before is not None and before[0].bottom - row[0].bottom > _PARAGRAPH_GAP * usual:
            builder.add("")
        builder.add(_text(row), page_start=before is None)
        before = row


def _text(row: Sequence[_Run]) -> str:
    text = row[0].text
    for one, other in pairwise(row):
        gap = other.left - one.right
        height = max(one.height, other.height)
        if gap > _COLUMN_GAP * height:
            text += "\t" + other.text
        elif gap > _WORD_GAP * height or not _CLINGS.match(other.text):
            text += " " + other.text
        else:
            text += other.text
    return text
