"""A study as files: the same figures as the page, with the same ones left out."""

from datetime import date

from django.utils.translation import gettext as _

from rammevaerk.exchange.study_report import (
    Cell,
    Heading,
    HeadingKind,
    Picture,
    ReportTable,
    StudyReport,
)
from rammevaerk.portal.access.queries import names_on
from rammevaerk.portal.common.templatetags.danish import kr
from rammevaerk.portal.tariffs.queries.study_picture import Line, StudyPicture, Table
from rammevaerk.portal.tariffs.study_charts import chart_of_causes, charts_of

_TEXT, _COUNT, _ORE = HeadingKind.TEXT, HeadingKind.COUNT, HeadingKind.ORE
_SHEETS = {
    "payer": ("Betalere", "Før og efter pr. betaler"),
    "target_group": ("Målgrupper", "Før og efter pr. målgruppe"),
    "cell": ("Betaler og målgruppe", "Før og efter pr. betaler og målgruppe"),
    "facility": ("Tilbud", "Før og efter pr. tilbud"),
    "operator": ("Driftsherrer", "Før og efter pr. driftsherre"),
}
# Long tables are for the workbook.
_ONLY_IN_WORKBOOK = frozenset({"cell", "facility"})
_MOVABLE = frozenset({"payer", "target_group", "cell"})


def report_of(picture: StudyPicture, *, on: date, pictures: bool) -> StudyReport:
    """The study as values for a file; `pictures` draws the charts too."""
    study = picture.study
    notes = [picture.hidden_note] if picture.hidden_note else []
    if study.synthetic:
        notes.append(_("Syntetiske data: tallene er opdigtede."))
    if picture.moved:
        notes.append(
            _(
                "Betalere og målgrupper er ved den prøvede sats; tilbud, driftsherrer og årsager er"
                " ved modellens egne satser."
            )
        )
    return StudyReport(
        title=study.name,
        sentence=picture.sentence,
        organisation=names_on([study.organisation_id], on=on)[study.organisation_id],
        made_on=on,
        notes=tuple(notes),
        tables=(
            _summary(picture),
            *(_sums(kind, table, picture) for kind, table in picture.tables.items()),
            _zero_sum(picture),
            _causes(picture),
            _identities(picture),
            _assumptions(picture),
            _findings(picture),
        ),
        pictures=_pictures(picture) if pictures else (),
    )


def _pictures(picture: StudyPicture) -> tuple[Picture, ...]:
    charts = charts_of(picture)
    drawn = [charts["payer"], charts["target_group"], chart_of_causes(picture)]
    return tuple(Picture(chart.title, chart.png()) for chart in drawn if chart is not None)


def _summary(picture: StudyPicture) -> ReportTable:
    before, after, change = picture.total
    rows: list[tuple[Cell, ...]] = [
        (_("Før: %s") % picture.study.before.name, before),
        (_("Efter: %s") % picture.study.after.name, after),
        (_("Ændring"), change),
    ]
    return ReportTable(
        sheet="Sammenfatning",
        title=_("Sammenfatning"),
        headings=(Heading(""), Heading(_("Kr."), _ORE)),
        rows=tuple(rows),
    )


def _sums(kind: str, table: Table, picture: StudyPicture) -> ReportTable:
    sheet, title = _SHEETS[kind]
    at_own = picture.moved and kind not in _MOVABLE
    return ReportTable(
        sheet=sheet,
        title=title,
        headings=(
            *(Heading(head) for head in table.heads),
            Heading(_("Indskrivninger"), _COUNT),
            Heading(_("Før (kr.)"), _ORE),
            Heading(_("Efter (kr.)"), _ORE),
            Heading(_("Ændring (kr.)"), _ORE),
        ),
        rows=tuple(_line(line) for line in table.lines),
        total=_line(table.total),
        note=_("Ved modellens egne satser.") if at_own else "",
        in_word=kind not in _ONLY_IN_WORKBOOK,
    )


def _line(line: Line) -> tuple[Cell, ...]:
    return *line.labels, line.count, line.before, line.after, line.change


def _zero_sum(picture: StudyPicture) -> ReportTable:
    solved = picture.solved
    rows: list[tuple[Cell, ...]] = []
    for of, one in ((_("Timepris"), solved.hour), (_("Basis pr. døgn"), solved.basis)):
        if one is None:
            continue
        rows.append((_("%s nu") % of, one.now))
        rows.append((_("%s, der giver nul") % of, one.best.rate))
        rows.append((_("Rest ved den sats"), one.best.residual))
        for side in (one.below, one.above):
            if side is not None and not one.exact:
                rows.append((_("Rest ved %s") % kr(side.rate), side.residual))
    rows += [
        (_("Fordelt rest ved timeprisen, %s") % share.payer, share.part)
        for share in picture.shares("hour")
        if share.part
    ]
    return ReportTable(
        sheet="Nul-sum",
        title=_("Hvad der gør ændringen nul"),
        headings=(Heading(""), Heading(_("Kr."), _ORE)),
        rows=tuple(rows),
        note=" ".join(solved.problems),
    )


def _causes(picture: StudyPicture) -> ReportTable:
    """Each payer's change by cause; payers that are not shown are in the total alone."""
    causes = picture.prepared.causes
    payers = [line.labels[0] for line in picture.tables["payer"].lines if line.shown]
    rows = [_by_cause(payer, [part.by_payer.get(payer, 0) for part in causes]) for payer in payers]
    return ReportTable(
        sheet="Årsager",
        title=_("Ændringen efter årsag, i den rækkefølge de er regnet"),
        headings=(
            Heading(_("Betaler")),
            *(Heading(_upper(part.label_da) + _(" (kr.)"), _ORE) for part in causes),
            Heading(_("I alt (kr.)"), _ORE),
        ),
        rows=tuple(rows),
        total=_by_cause(_("I alt"), [part.ore for part in causes]),
        note=_("Ved modellens egne satser."),
    )


def _by_cause(label: str, parts: list[int]) -> tuple[Cell, ...]:
    return label, *parts, sum(parts)


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def _identities(picture: StudyPicture) -> ReportTable:
    return ReportTable(
        sheet="Kontrol",
        title=_("Tal, der skal være ens"),
        headings=(
            Heading(_("Kontrol")),
            Heading(_("Den ene side (kr.)"), _ORE),
            Heading(_("Den anden side (kr.)"), _ORE),
            Heading(_("Afvigelse (kr.)"), _ORE),
        ),
        rows=tuple(
            (_upper(one.name_da), one.left, one.right, one.difference) for one in picture.identities
        ),
    )


def _assumptions(picture: StudyPicture) -> ReportTable:
    return ReportTable(
        sheet="Forudsætninger",
        title=_("Forudsætninger"),
        headings=(
            Heading(_("Forudsætning")),
            Heading(_("Værdi")),
            Heading(_("Kilde")),
            Heading(_("Efterprøvet")),
        ),
        rows=tuple(
            (one.label, one.value, one.source, _("ikke efterprøvet") if one.unverified else "")
            for one in picture.assumptions
        ),
    )


def _findings(picture: StudyPicture) -> ReportTable:
    return ReportTable(
        sheet="Fund",
        title=_("Hvad der skal ses ved siden af tallene"),
        headings=(Heading(_("Sted")), Heading(_("Fund"))),
        rows=tuple((one.place, one.message) for one in picture.prepared.found.findings),
    )
