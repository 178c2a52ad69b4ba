"""A study as its reader sees it: sentence, tables, causes, checks; the same for page and file."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from rammevaerk.engine.date_words import date_text_da
from rammevaerk.engine.tariffs.comparison import GroupTable, Identity
from rammevaerk.engine.tariffs.remarks import HourSource
from rammevaerk.portal.access.policy import Actor
from rammevaerk.portal.common.templatetags.danish import kr
from rammevaerk.portal.tariffs.calculate.studies import (
    Levers,
    Prepared,
    Solved,
    WhatIf,
    as_they_are,
    prepare,
    solve,
    what_if,
)
from rammevaerk.portal.tariffs.models import Study
from rammevaerk.portal.tariffs.queries.studies import Sight, sight_of

MILLION_ORE, THOUSAND_ORE = 100_000_000, 100_000
# More hourly rates than these are said as a number.
MOST_RATES = 12
_LABELS = {
    "payer": (gettext_lazy("Betaler"),),
    "target_group": (gettext_lazy("Målgruppe"),),
    "cell": (gettext_lazy("Betaler"), gettext_lazy("Målgruppe")),
    "facility": (gettext_lazy("Tilbud"),),
    "operator": (gettext_lazy("Driftsherre"),),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One sum of a table; its figures are None where its reader may not see them."""

    labels: tuple[str, ...]
    count: int | None
    before: int | None
    after: int | None
    change: int | None

    @property
    def shown(self) -> bool:
        """Whether the figures may be seen."""
        return self.change is not None


@dataclass(frozen=True, slots=True)
class Table:
    """The sums of one kind, the greatest rise first; those not shown last."""

    kind: str
    heads: tuple[str, ...]
    lines: tuple[Line, ...]
    total: Line

    @property
    def hidden(self) -> int:
        """How many lines are not shown."""
        return sum(not line.shown for line in self.lines)


@dataclass(frozen=True, slots=True)
class Share:
    """A payer in the zero-sum: the change at the best rate, and its part of what is left."""

    payer: str
    change: int
    part: int


@dataclass(frozen=True, slots=True)
class Assumption:
    """Something the figures rest on, where it comes from, and whether that was checked."""

    label: str
    value: str
    source: str = ""
    unverified: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class StudyPicture:
    """All that a page or a file shows of a study at some levers."""

    study: Study
    prepared: Prepared
    levers: Levers
    moved: bool
    sight: Sight
    total: tuple[int, int, int]
    sentence: str
    tables: Mapping[str, Table]
    solved: Solved
    identities: tuple[Identity, ...]
    assumptions: tuple[Assumption, ...]

    @property
    def hidden_note(self) -> str:
        """Why some figures are not shown; empty when all are."""
        if not any(table.hidden for table in self.tables.values()):
            return ""
        unverified = "" if self.sight.verified else _(" Grænsen er ikke efterprøvet.")
        return (
            _(
                "Tal bygget på færre end %(limit)s indskrivninger vises kun for betaleren selv og"
                " for dem, der må ændre studiet. Nogle andre tal er også skjult, så de ikke kan"
                " regnes ud."
            )
            % {"limit": self.sight.limit}
            + unverified
        )

    def shares(self, of: str) -> list[Share]:
        """The allocation of the residual by "hour" or "basis", of payers that may be seen."""
        solved = self.solved.hour if of == "hour" else self.solved.basis
        if solved is None:
            return []
        shown = [
            Share(payer, change, solved.allocation[payer])
            for payer, change in solved.change.items()
            if not self.sight.hides("payer", payer)
        ]
        return sorted(shown, key=lambda share: (-share.change, share.payer))


def picture_of(
    study: Study, actor: Actor, *, on: date, levers: Levers | None = None, neutral: str = ""
) -> StudyPicture:
    """Work a study out for its reader; the levers are the second model's own unless told.

    `neutral` names a payer to be kept as before; one that the reader may not see is left out.
    Errors as `prepare`.
    """
    prepared = prepare(
        study.before.content,
        study.after.content,
        study.placements.sha256,
        study.placements.after_sha256,
    )
    own = as_they_are(prepared)
    levers = levers or own
    table = what_if(prepared, levers)
    sight = sight_of(study, actor, prepared, table, on=on)
    if sight.hides("payer", neutral):
        neutral = ""
    tables = _tables(prepared, table, sight)
    return StudyPicture(
        study=study,
        prepared=prepared,
        levers=levers,
        moved=levers != own,
        sight=sight,
        total=table.total,
        sentence=sentence_da(tables["payer"], table.total[2]),
        tables=tables,
        solved=solve(prepared, levers, neutral),
        identities=(*prepared.identities, *_moved_identities(table)),
        assumptions=_assumptions(study, prepared, levers, moved=levers != own),
    )


def _tables(prepared: Prepared, table: WhatIf, sight: Sight) -> dict[str, Table]:
    found = {
        "payer": table.payer,
        "target_group": table.target_group,
        "cell": table.both,
        "facility": prepared.found.by["facility"],
        "operator": prepared.found.by["operator"],
    }
    return {kind: _table(kind, one, sight) for kind, one in found.items()}


def _table(kind: str, table: GroupTable, sight: Sight) -> Table:
    figures = zip(
        table.labels,
        table.count.tolist(),
        table.before.tolist(),
        table.after.tolist(),
        table.change.tolist(),
        strict=True,
    )
    lines = [
        Line(labels, None, None, None, None)
        if sight.hides(kind, *labels)
        else Line(labels, count, before, after, change)
        for labels, count, before, after, change in figures
    ]
    lines.sort(key=lambda line: (not line.shown, -(line.change or 0), line.labels))
    total = Line(
        (_("I alt"), *("" for _label in _LABELS[kind][1:])),
        int(table.count.sum()),
        int(table.before.sum()),
        int(table.after.sum()),
        int(table.change.sum()),
    )
    return Table(kind, tuple(str(head) for head in _LABELS[kind]), tuple(lines), total)


def _moved_identities(table: WhatIf) -> tuple[Identity, ...]:
    """The tables with the levers moved must add up to the same too."""
    change = table.total[2]
    return tuple(
        Identity(name_da, int(sums.change.sum()), change)
        for name_da, sums in (
            (
                "ved de viste satser: ændring pr. målgruppe = ændring pr. betaler",
                table.target_group,
            ),
            (
                "ved de viste satser: ændring pr. betaler × målgruppe = ændring pr. betaler",
                table.both,
            ),
        )
    )


def amount_da(ore: int) -> str:
    """An amount as one says it, without its sign: "1,2 mio. kr.", "35.000 kr.", "12,50 kr."."""
    size = abs(ore)
    if size >= MILLION_ORE:
        tenths = (size + MILLION_ORE // 20) // (MILLION_ORE // 10)
        whole = f"{tenths // 10:,}".replace(",", ".")
        return f"{whole},{tenths % 10} mio. kr."
    if size >= 10 * THOUSAND_ORE:
        thousands = (size + THOUSAND_ORE // 2) // THOUSAND_ORE
        return f"{thousands}.000 kr." if thousands < 1000 else "1,0 mio. kr."
    return kr(size)


def sentence_da(table: Table, change: int) -> str:
    """Who pays most more, who pays most less, and what it is in all."""
    shown = [line for line in table.lines if line.change]
    rise = max(shown, key=lambda line: line.change or 0, default=None)
    fall = min(shown, key=lambda line: line.change or 0, default=None)
    said = []
    if rise and (rise.change or 0) > 0:
        said.append(_("%(who)s betaler %(how)s mere") % _who(rise))
    if fall and (fall.change or 0) < 0:
        text = _("%(who)s %(how)s mindre") if said else _("%(who)s betaler %(how)s mindre")
        said.append(text % _who(fall))
    if change:
        word = _("dyrere") if change > 0 else _("billigere")
        end = _("i alt bliver det %(how)s %(word)s") % {"how": amount_da(change), "word": word}
    else:
        end = _("summen er 0")
    if not said:
        return _("Ingen betaler får en anden udgift; %(end)s.") % {"end": end}
    return f"{', '.join(said)}; {end}."


def _who(line: Line) -> dict[str, str]:
    return {"who": line.labels[0], "how": amount_da(line.change or 0)}


def _assumptions(
    study: Study, prepared: Prepared, levers: Levers, *, moved: bool
) -> tuple[Assumption, ...]:
    found = [
        _model(_("Model før"), study.before.name, prepared.before.on, prepared.before.days_basis),
        _model(_("Model efter"), study.after.name, prepared.after.on, prepared.after.days_basis),
    ]
    count = study.placements.size
    people = ngettext("%(n)s indskrivning", "%(n)s indskrivninger", count) % {
        "n": f"{count:,}".replace(",", ".")
    }
    changed = _(", og som de var bagefter") if study.placements.after_sha256 else ""
    days = _("længste har %(days)s dage") % {"days": prepared.longest}
    found.append(
        Assumption(_("Indskrivninger"), f"{study.placements.name}: {people}{changed}", days)
    )
    for model in (prepared.before, prepared.after):
        if model.price_index:
            factor = str(model.price_index.factor).replace(".", ",")
            value = f"{model.price_index.name}, {factor}"
            found.append(Assumption(_("Prisindeks i «%s»") % model.name, value))
    found += _rates(prepared)
    if moved:
        found.append(
            Assumption(
                _("Prøvet sats"),
                _("timepris %(hour)s, basis %(basis)s pr. døgn i forhold til modellen")
                % {"hour": kr(levers.hour), "basis": kr(levers.basis)},
            )
        )
    return tuple(found)


def _model(label: str, name: str, day: date, basis: int) -> Assumption:
    return Assumption(
        label,
        name,
        _("satser den %(day)s, et helt år har %(basis)s dage")
        % {"day": f"{day.day}.{day.month}.{day.year}", "basis": basis},
    )


def _rate_source(one: HourSource) -> str:
    rule = one.parameter
    if rule is None:
        return one.source_da
    return _("%(source)s, gælder fra %(day)s, %(sure)s") % {
        "source": rule.source.title_da,
        "day": date_text_da(rule.period.start),
        "sure": _("efterprøvet") if rule.is_verified else _("ikke efterprøvet"),
    }


def _rates(prepared: Prepared) -> list[Assumption]:
    """The hourly rates with their sources; of very many only those from the rules and a number."""
    sources = prepared.found.hours
    told = sources if len(sources) <= MOST_RATES else [one for one in sources if one.parameter]
    found = [
        Assumption(
            _("Timepris i %(what)s")
            % {"what": ", ".join([f"«{one.model}»", *filter(None, (one.facility, one.plan))])},
            kr(one.ore),
            _rate_source(one),
            unverified=one.parameter is not None and not one.parameter.is_verified,
        )
        for one in told[:MOST_RATES]
    ]
    if len(sources) > len(found):
        rest = len(sources) - len(found)
        found.append(Assumption(_("Andre timepriser"), str(rest), _("angivet i modellerne")))
    return found
