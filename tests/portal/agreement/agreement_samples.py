"""What the tests of the agreement share: small files, forms filled in, and what is stored."""

import io
import zipfile
from pathlib import Path
from typing import Any

import docx
import xlsxwriter
from django.conf import settings
from django.urls import reverse
from world import World

from rammevaerk.portal.access.models import AuditRecord
from rammevaerk.portal.agreement.models import (
    AnnexVersion,
    Edition,
    Initiative,
    MilestoneDate,
    ParticipationCount,
    StatusEntry,
)

CPR = "010190-1234"
MASKED = "010190-••••"


def edition_page(world: World, name: str) -> str:
    """The address of a page of the home side's edition."""
    return reverse(f"agreement:{name}", kwargs={"edition": world.first(Edition).slug})


def initiative_page(row: Initiative, name: str = "initiative") -> str:
    return reverse(f"agreement:{name}", kwargs={"initiative_id": row.pk})


def stored() -> tuple[int, ...]:
    """How many rows the history holds, and the audit trail: the same before and after a refusal."""
    models = (AuditRecord, StatusEntry, MilestoneDate, ParticipationCount, AnnexVersion, Initiative)
    return tuple(model._default_manager.count() for model in models)


def kept_files() -> list[Path]:
    return [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


def status_form(row: Initiative, **given: Any) -> dict[str, Any]:
    """The status form as the browser sends it when nothing but `given` was changed."""
    newest = row.statuses.order_by("-id").first()
    form: dict[str, Any] = {
        "status": "in_progress",
        "text": "Arbejdet går videre.",
        "effective_on": "8. april 2025",
        "source": "",
        "latest_seen": newest.pk if newest else 0,
    }
    for milestone in row.milestones.all():
        form[f"milestone_{milestone.pk}"] = "keep"
        form[f"date_{milestone.pk}"] = ""
    return {**form, **given}


def word(*paragraphs: str) -> bytes:
    document = docx.Document()
    for text in paragraphs:
        document.add_paragraph(text)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def excel(*cells: str) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as workbook:
        sheet = workbook.add_worksheet("Status")
        for row, text in enumerate(cells):
            sheet.write_string(row, 0, text)
    return buffer.getvalue()


def pdf(text: str = "Side 1", *, size: int = 0) -> bytes:
    """A PDF of one page, filled up with a comment to `size` bytes and a little."""
    stream = f"BT /F1 12 Tf 72 720 Td ({text}) Tj ET"
    objects = [
        "1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj",
        "2 0 obj <</Type/Pages/Kids[3 0 R]/Count 1>> endobj",
        "3 0 obj <</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
        "/Resources<</Font<</F1 5 0 R>>>>>> endobj",
        f"4 0 obj <</Length {len(stream)}>> stream\n{stream}\nendstream endobj",
        "5 0 obj <</Type/Font/Subtype/Type1/BaseFont/Helvetica>> endobj",
    ]
    body, offsets = f"%PDF-1.7\n%{'x' * size}\n", []
    for one in objects:
        offsets.append(len(body))
        body += one + "\n"
    table = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    start = len(body)
    body += f"xref\n0 6\n0000000000 65535 f \n{table}trailer <</Size 6/Root 1 0 R>>\n"
    return (body + f"startxref\n{start}\n%%EOF\n").encode("latin-1")


def all_text_of(package: bytes) -> str:
    """Every part of a zipped file as one text."""
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        return "\n".join(
            archive.read(name).decode("utf-8", "replace") for name in archive.namelist()
        )
