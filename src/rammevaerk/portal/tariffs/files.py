"""The takstfil out: the document with what the actor may see, as Excel and CSV."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from rammevaerk.engine.findings import Finding, Severity, sort_findings
from rammevaerk.exchange.tariff_file.columns import Row
from rammevaerk.exchange.tariff_file.csv_file import write_csv
from rammevaerk.exchange.tariff_file.layout import TariffDocument
from rammevaerk.exchange.tariff_file.writing import write
from rammevaerk.portal.access.policy import Actor
from rammevaerk.portal.tariffs.queries.file_rows import rows_of, sources_of
from rammevaerk.portal.tariffs.queries.file_words import choices, words

Finder = Callable[[Actor, int, int, Sequence[Row]], Sequence[Finding]]
_finders: list[Finder] = []
_PER_DAY = frozenset({"day", "day_attended"})
# The day that a whole price is for, by the setting of the service.
_FITTING = {"day_and_night": "day", "short_stay": "day", "day": "day_attended"}


def register_finder(finder: Finder) -> None:
    """Let the sheet of findings show those of `finder(actor, cooperation id, year, rows)`."""
    if finder not in _finders:
        _finders.append(finder)


def findings_for_file(
    actor: Actor, cooperation_id: int, year: int, rows: Sequence[Row]
) -> list[Finding]:
    """Everything the system wonders at in these rows, the gravest first."""
    found = list(_plain_findings(rows))
    for finder in _finders:
        found += finder(actor, cooperation_id, year, rows)
    seen: dict[tuple[str, str], Finding] = {}
    for one in found:
        seen.setdefault((one.code, one.target or one.place), one)
    return list(sort_findings(seen.values()))


def document(
    actor: Actor,
    cooperation_id: int,
    year: int,
    *,
    region: str,
    operator_id: int | None = None,
    operator: str = "",
    at: datetime,
) -> TariffDocument:
    """The prices of a year that the actor may see, of one operator or of all."""
    rows = rows_of(sources_of(actor, year, cooperation_id, operator_id=operator_id))
    return TariffDocument(
        year=year,
        region=region,
        operator=operator,
        exported_by=", ".join(part for part in (actor.label, actor.organisation_label) if part),
        exported_at=timezone.localtime(at),
        rows=rows,
        choices=choices(),
        words=words(),
        findings=findings_for_file(actor, cooperation_id, year, rows),
    )


def as_workbook(made: TariffDocument) -> bytes:
    """The document as Excel."""
    return write(made)


def as_csv(made: TariffDocument) -> bytes:
    """The document as CSV."""
    return write_csv(made)


def _plain_findings(rows: Sequence[Row]) -> Iterator[Finding]:
    """What the file itself shows: a price or an occupancy that is missing, a unit that is odd."""
    for row in rows:
        place = ", ".join(
            part for part in (row["facility"], row["department"], row["service"]) if part
        )
        target = f"price:{row['key'] or row['service_key']}"
        if not row["amount"]:
            yield Finding(
                "file.no-price",
                Severity.ERROR,
                place,
                _("Ydelsen har ingen takst i året. Skriv den, eller luk ydelsen."),
                target=target,
            )
            continue
        assumes = row["unit"] in _PER_DAY and row["component"] not in {"supplement", "hour"}
        if assumes and not row["occupancy"]:
            yield Finding(
                "file.no-occupancy",
                Severity.WARNING,
                place,
                _("Den forudsatte belægning mangler. Skriv, hvad taksten er regnet med."),
                target=target,
            )
        yield from _odd_unit(row, place, target)


def _odd_unit(row: Row, place: str, target: str) -> Iterator[Finding]:
    wanted = _FITTING.get(row["setting"])
    whole = row["component"] in {"whole", "basis"}
    if whole and wanted and row["unit"] in _PER_DAY - {wanted}:
        units = dict(choices()["unit"])
        yield Finding(
            "file.odd-unit",
            Severity.WARNING,
            place,
            _("Enheden passer ikke til ydelsens type. Ret enheden, eller skriv hvorfor i årsagen."),
            found=units[row["unit"]],
            expected=units[wanted],
            target=target,
        )
