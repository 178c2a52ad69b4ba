"""The charts of a study, drawn from what its reader may see; for the page and for files."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from rammevaerk.portal.common.charts import Bar, Chart, Pair, bars, money_axis, pairs
from rammevaerk.portal.tariffs.queries.study_picture import (
    Line,
    StudyPicture,
    Table,
    amount_da,
)

# Of a long table, this many of each end.
MOST_BARS = 15
COST = "cost"
_MINUS = "−"


def charts_of(picture: StudyPicture, more: str = "") -> dict[str, Chart]:
    """The change of payers and target groups; and before and after ("cost"), or one more table."""
    tables = picture.tables
    found = {
        "payer": change_chart(tables["payer"], _payer_sentence(tables["payer"])),
        "target_group": change_chart(
            tables["target_group"], _more_sentence(tables["target_group"])
        ),
    }
    if more == COST:
        found["payer_cost"] = cost_chart(
            tables["payer"], _("Hvad hver betaler betaler før og efter")
        )
        found["target_group_cost"] = cost_chart(
            tables["target_group"], _("Hvad hver målgruppe koster før og efter")
        )
    elif more:
        found["more"] = change_chart(tables[more], _more_sentence(tables[more]))
    return found


def change_chart(table: Table, title: str) -> Chart:
    """Winners and losers from a zero line; of a long table the two ends."""
    lines = [line for line in table.lines if line.shown]
    if len(lines) > 2 * MOST_BARS:
        lines = [*lines[:MOST_BARS], *lines[-MOST_BARS:]]
    points = [Bar(_label(line), line.change or 0, signed_da(line.change or 0)) for line in lines]
    axis = money_axis(_("Ændring"), [point.value for point in points])
    return bars(title, points, axis=axis, what=table.heads[0])


def cost_chart(table: Table, title: str) -> Chart:
    """What each pays before and after, the greatest first."""
    lines = sorted(
        (line for line in table.lines if line.shown), key=lambda line: -(line.before or 0)
    )
    points = [
        Pair(
            _label(line),
            (line.before or 0, line.after or 0),
            (amount_da(line.before or 0), amount_da(line.after or 0)),
        )
        for line in lines[: 2 * MOST_BARS]
    ]
    axis = money_axis(_("Udgift"), [value for point in points for value in point.values])
    return pairs(title, points, names=(_("Før"), _("Efter")), axis=axis, what=table.heads[0])


def chart_of_causes(picture: StudyPicture) -> Chart | None:
    """What each cause did, in the order they are counted; None where no cause did anything."""
    causes = picture.prepared.causes
    if not any(part.ore for part in causes):
        return None
    points = [
        Bar(CAUSES_DA.get(part.code, part.label_da), part.ore, signed_da(part.ore))
        for part in causes
    ]
    largest = max(causes, key=lambda part: abs(part.ore))
    title = _("Størst betydning: %(what)s, %(amount)s") % {
        "what": CAUSES_DA.get(largest.code, largest.label_da).lower(),
        "amount": signed_da(largest.ore),
    }
    axis = money_axis(_("Ændring"), [part.ore for part in causes])
    return bars(title, points, axis=axis, what=_("Årsag"), ordered=False)


CAUSES_DA = {
    "tariff_versions": "Takster ændret i den gamle model",
    "model": "Modellen selv",
    "price_index": "Valg af prisindeks",
    "placements": "Indskrivninger ændret imens",
}


def signed_da(ore: int) -> str:
    """An amount as one says it, with its sign: "+1,2 mio. kr.", "−35.000 kr.", "0,00 kr."."""
    sign = "+" if ore > 0 else _MINUS if ore < 0 else ""
    return f"{sign}{amount_da(ore)}"


def _label(line: Line) -> str:
    return ", ".join(line.labels)


def _ends(lines: Sequence[Line]) -> tuple[Any, Any]:
    rises = [line for line in lines if (line.change or 0) > 0]
    falls = [line for line in lines if (line.change or 0) < 0]
    return (rises[0] if rises else None), (falls[-1] if falls else None)


def _payer_sentence(table: Table) -> str:
    """How many pay more and how many less."""
    changes = [line.change for line in table.lines if line.change is not None]
    more, less = sum(change > 0 for change in changes), sum(change < 0 for change in changes)
    said = _("Ændring pr. betaler: %(more)s betaler mere, %(less)s mindre") % {
        "more": more,
        "less": less,
    }
    same = len(changes) - more - less
    return said + (_(", %s det samme") % same if same else "")


def _more_sentence(table: Table) -> str:
    """Which rises most and which falls most."""
    rise, fall = _ends([line for line in table.lines if line.shown])
    said = []
    for line, word in ((rise, _("dyrere")), (fall, _("billigere"))):
        if line is not None:
            said.append(f"{_label(line)} {amount_da(line.change)} {word}")
    if not said:
        return _("Ingen ændring pr. %s") % " × ".join(table.heads).lower()
    shown = sum(line.shown for line in table.lines)
    ends = _(" (de yderste %s)") % (2 * MOST_BARS) if shown > 2 * MOST_BARS else ""
    return f"{' × '.join(table.heads)}: {'; '.join(said)}{ends}"
