"""The chain of a facility as a picture: one line of life for each, joined where one follows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from rammevaerk.engine.date_words import date_text_da
from rammevaerk.engine.deadlines import years_later
from rammevaerk.portal.catalogue.models import Facility
from rammevaerk.portal.catalogue.queries.succession import Chain, Step

WIDTH, MARGIN, LANE, TOP, BAR = 860, 12, 58, 16, 14
YEARS_BEFORE, YEARS_AFTER, MOST_TICKS = 3, 1, 12
INK, LINE, MINE, OTHER = "#1a1a1a", "#8f8f8f", "#1a3e5c", "#7d97ad"


@dataclass(frozen=True, slots=True)
class _Scale:
    first: date
    last: date

    def x(self, day: date) -> int:
        """Where the day stands, inside the picture."""
        inside = min(max(day, self.first), self.last)
        share = (inside - self.first).days / max(1, (self.last - self.first).days)
        return MARGIN + round(share * (WIDTH - 2 * MARGIN))


def draw(chain: Chain, *, today: date, own: Facility | None = None) -> SafeString:
    """The picture; empty where nobody follows anybody. `own` is the facility of the page."""
    if len(chain.members) < 2:
        return SafeString("")
    scale = _scale(chain, today)
    lane = {one.pk: at for at, one in enumerate(chain.members)}
    height = TOP + LANE * len(lane) + 34
    floor = height - 30
    title = _sentence(chain)
    return format_html(
        '<svg class="chart-svg" role="img" aria-label="{}" viewBox="0 0 {} {}"'
        ' xmlns="http://www.w3.org/2000/svg" font-family="inherit" font-size="15">{}{}{}{}</svg>',
        title,
        str(WIDTH),
        str(height),
        _axis(scale, floor),
        _today(scale.x(today), floor),
        _lives(chain, lane, scale, today, own),
        _joints(chain.steps, lane, scale),
    )


def _sentence(chain: Chain) -> str:
    texts = [f"{date_text_da(step.on)}: {step.title}" for step in chain.steps]
    return _("Kæden: %s") % "; ".join(texts)


def _scale(chain: Chain, today: date) -> _Scale:
    days = [step.on for step in chain.steps]
    first = max(min(one.valid_from for one in chain.members), years_later(min(days), -YEARS_BEFORE))
    return _Scale(first, years_later(max([*days, today]), YEARS_AFTER))


def _axis(scale: _Scale, floor: int) -> SafeString:
    years = list(range(scale.first.year + 1, scale.last.year + 1))
    every = -(-len(years) // MOST_TICKS) or 1
    return format_html_join(
        "",
        '<line x1="{0}" x2="{0}" y1="8" y2="{1}" stroke="#e0e0e0"></line>'
        '<text x="{0}" y="{2}" text-anchor="middle" fill="#454545" font-size="13">{3}</text>',
        (
            (str(scale.x(date(year, 1, 1))), str(floor), str(floor + 20), str(year))
            for year in years[::every]
        ),
    )


def _today(x: int, floor: int) -> SafeString:
    return format_html(
        '<line x1="{0}" x2="{0}" y1="8" y2="{1}" stroke="{2}" stroke-width="2"'
        ' stroke-dasharray="2 4"></line><text x="{3}" y="{1}" fill="{2}" font-size="13"'
        ' text-anchor="end">{4}</text>',
        str(x),
        str(floor),
        INK,
        str(x - 5),
        _("i dag"),
    )


def _lives(
    chain: Chain, lane: dict[int, int], scale: _Scale, today: date, own: Facility | None
) -> SafeString:
    return format_html_join(
        "",
        "{}",
        ((_life(one, lane[one.pk], scale, today, one == own),) for one in chain.members),
    )


def _life(one: Facility, at: int, scale: _Scale, today: date, own: bool) -> SafeString:
    top = TOP + at * LANE
    begins, ends = scale.x(one.valid_from), scale.x(one.valid_to or scale.last)
    ahead = one.valid_from > today
    # Near the right edge the name stands before the end of its line, not after its beginning.
    right = begins > WIDTH * 0.55
    return format_html(
        '<text x="{}" y="{}" fill="{}" text-anchor="{}" font-weight="{}" stroke="#ffffff"'
        ' stroke-width="4" paint-order="stroke">{}</text>'
        '<rect x="{}" y="{}" width="{}" height="{}" rx="3" fill="{}" stroke="{}"{}></rect>',
        str(ends if right else begins),
        str(top + 14),
        INK,
        "end" if right else "start",
        "600" if own else "400",
        _name(one, own),
        str(begins),
        str(top + 22),
        str(max(4, ends - begins)),
        str(BAR),
        "#ffffff" if ahead else MINE if own else OTHER,
        MINE if own else OTHER,
        SafeString(' stroke-width="2" stroke-dasharray="6 3"') if ahead else "",
    )


def _name(one: Facility, own: bool) -> str:
    short = one.name if len(one.name) <= 60 else f"{one.name[:58]}…"
    return _("%s (dette tilbud)") % short if own else short


def _joints(steps: Sequence[Step], lane: dict[int, int], scale: _Scale) -> SafeString:
    lines = []
    for step in steps:
        x = scale.x(step.on)
        for before in step.predecessors:
            for after in step.successors:
                lines.append(_joint(x, lane[before.pk], lane[after.pk], step.planned))
    return format_html_join("", "{}", ((line,) for line in lines))


def _joint(x: int, upper: int, lower: int, planned: bool) -> SafeString:
    middle = 22 + BAR // 2
    start, end = TOP + upper * LANE + middle, TOP + lower * LANE + middle
    return format_html(
        '<path d="M{0} {1}V{2}" fill="none" stroke="{3}" stroke-width="2"{4}></path>'
        '<circle cx="{0}" cy="{1}" r="4" fill="{3}"></circle>'
        '<circle cx="{0}" cy="{2}" r="5" fill="#ffffff" stroke="{3}" stroke-width="2"></circle>',
        str(x),
        str(start),
        str(end),
        INK,
        SafeString(' stroke-dasharray="5 3"') if planned else "",
    )
