"""A comparison of tariff models as Danish text: tables, winners and losers, what must be zero."""

from collections.abc import Iterable, Sequence

import numpy as np

from rammevaerk.engine.findings import Finding
from rammevaerk.engine.money import format_kroner
from rammevaerk.engine.tariffs.causes import Cause
from rammevaerk.engine.tariffs.comparison import Comparison, GroupTable, Identity
from rammevaerk.engine.tariffs.zero_sum import Candidate, Neutral, ZeroSum

_EXTREMES = 10
_LEVER_DA = {"hour": "timepris", "basis": "ændring af basis pr. døgn"}
_WHO_DA = {
    "payer": "Betaler",
    "operator": "Driftsherre",
    "target_group": "Målgruppe",
    "facility": "Tilbud",
}


def comparison_da(found: Comparison, parts: Sequence[Cause], identities: Sequence[Identity]) -> str:
    """Write a comparison: the total, its causes, every sum, the extremes and the identities."""
    before, after, change = found.total
    pieces = [
        f"Før: {found.names[0]}\nEfter: {found.names[1]}\n",
        "".join(f"{one.text_da()}\n" for one in found.hours),
        _table(["", "før", "efter", "ændring"], [["I alt", *map(_kr, (before, after, change))]]),
        "Ændringen efter årsag (i denne rækkefølge)\n"
        + _table(
            ["", "kr."],
            [*([part.label_da, _kr(part.ore)] for part in parts), ["ændring i alt", _kr(change)]],
        ),
        *(_sums_da(name, [title], found.by[name]) for name, title in _WHO_DA.items()),
        _sums_da("", ["Betaler", "målgruppe"], found.by_payer_and_group),
        _extremes_da(found),
        _identities_da(identities),
    ]
    return "\n".join(piece for piece in pieces if piece)


def _sums_da(name: str, titles: list[str], table: GroupTable) -> str:
    """The sums by change, the greatest fall first: winners above, losers below among payers."""
    order = sorted(
        range(len(table.labels)), key=lambda at: (int(table.change[at]), table.labels[at])
    )
    rows = [
        [
            *table.labels[at],
            str(int(table.count[at])),
            *(_kr(int(values[at])) for values in (table.before, table.after, table.change)),
        ]
        for at in order
    ]
    heading = [*titles, "indskrivninger", "før", "efter", "ændring"]
    note = ""
    if name == "payer":
        falls, rises = int((table.change < 0).sum()), int((table.change > 0).sum())
        same = len(rows) - falls - rises
        note = f"Betalere: billigere for {falls}, dyrere for {rises}, uændret for {same}.\n"
    return note + _table(heading, rows, text_columns=len(titles))


def _extremes_da(found: Comparison) -> str:
    order = np.argsort(found.change, kind="stable").tolist()
    chosen = order if len(order) <= 2 * _EXTREMES else order[:_EXTREMES] + order[-_EXTREMES:]
    rows = [
        [
            str(found.keys[at]),
            found.facility.text(found.facility.codes[at]),
            found.payer.text(found.payer.codes[at]),
            *(_kr(int(values[at])) for values in (found.before, found.after, found.change)),
        ]
        for at in chosen
    ]
    title = "Indskrivninger" if chosen is order else "Indskrivninger med størst fald og stigning"
    heading = ["", "tilbud", "betaler", "før", "efter", "ændring"]
    return f"{title}\n" + _table(heading, rows, text_columns=3)


def _identities_da(identities: Iterable[Identity]) -> str:
    rows = [[one.name_da, _kr(one.difference)] for one in identities]
    return "Skal være nul\n" + _table(["", "afvigelse"], rows)


def finding_da(finding: Finding) -> str:
    """Write a finding with its place on one line."""
    found = f" ({finding.found})" if finding.found else ""
    return f"{finding.place}: {finding.message}{found}"


def zero_sum_da(solved: dict[str, ZeroSum]) -> str:
    """Write what makes the change zero, the neighbours when no whole øre does, and the rest."""
    return "".join(
        "\nNul-sum" + (f", {name}" if name else "") + "\n" + _one_zero_sum_da(one)
        for name, one in solved.items()
    )


def _one_zero_sum_da(one: ZeroSum) -> str:
    lever = _LEVER_DA[one.lever]
    now = f" (nu {_kr(one.now)})" if one.lever == "hour" else ""
    lines = [f"{lever}: {_kr(one.best.rate)}{now}; rest: {_kr(one.best.residual)}\n"]
    if not one.exact:
        sides: list[Candidate] = [side for side in (one.below, one.above) if side is not None]
        lines.append("Ingen sats i hele øre giver nul. De to nærmeste er\n")
        lines.append(_table([lever, "rest"], [[_kr(at.rate), _kr(at.residual)] for at in sides]))
    lines.append("Resten er fordelt efter, hvad hver betaler efter (største brøkdel)\n")
    rows = [
        [name, _kr(change), _kr(one.allocation[name]), _kr(change + one.allocation[name])]
        for name, change in sorted(one.change.items(), key=lambda item: (item[1], item[0]))
    ]
    sums = one.best.residual, sum(one.allocation.values())
    total = ["I alt", *map(_kr, (*sums, sum(sums)))]
    lines.append(_table(["Betaler", "ændring", "fordelt rest", "ændring i alt"], [*rows, total]))
    return "".join(lines)


def neutral_da(neutral: Neutral | None) -> str:
    """Write the smallest change that keeps a payer neutral."""
    if neutral is None:
        return ""
    rows = [
        ["timepris", _kr(neutral.hour)],
        ["ændring af timepris", _kr(neutral.hour_change)],
        ["ændring af basis pr. døgn", _kr(neutral.basis_change)],
        [f"rest for {neutral.payer}", _kr(neutral.residual)],
        ["samlet ændring da", _kr(neutral.total)],
        ["kroner flyttet i alt", _kr(neutral.moved)],
    ]
    closing = [[f"udligning, {name}", _kr(ore)] for name, ore in neutral.closing.items() if ore]
    return f"\n{neutral.payer} holdt neutral\nMindst mulig: {neutral.minimised_da}\n" + _table(
        ["", ""], [*rows, *closing]
    )


def _kr(ore: int) -> str:
    return format_kroner(ore)


def _table(heading: list[str], rows: list[list[str]], text_columns: int = 1) -> str:
    """Lay out columns, text to the left and figures to the right."""
    lines = [heading, *rows] if any(heading) else rows
    widths = [max(len(line[at]) for line in lines) for at in range(len(heading))]
    shown = []
    for line in lines:
        cells = [
            cell.ljust(widths[at]) if at < text_columns else cell.rjust(widths[at])
            for at, cell in enumerate(line)
        ]
        shown.append("  ".join(cells).rstrip() + "\n")
    return "".join(shown)
