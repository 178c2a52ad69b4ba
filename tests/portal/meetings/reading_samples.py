"""What the tests of documents in share: files of every kind, handed in and confirmed."""

import io
import re
import zipfile
from datetime import date
from html import unescape
from pathlib import Path
from typing import Any

import docx
import pypdfium2
from agenda_samples import address, in_days, secretariat
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from world import World

from rammevaerk.engine.date_words import date_text_da
from rammevaerk.portal.meetings.models import Body, Meeting

EXAMPLES = Path(__file__).parents[3] / "examples" / "meetings"
AGENDA = (EXAMPLES / "dagsorden.txt").read_bytes()
MINUTES = (EXAMPLES / "referat.txt").read_bytes()
GROUND = "forvaltningslovens § 27, stk. 1"


def agenda(*items: str, head: str = "", on: date | None = None) -> bytes:
    """A small agenda of the home side's body, with the items under one heading."""
    day = date_text_da(on or in_days(60).date())
    lines = [
        "Dagsorden til møde i Home-Forum",
        "",
        f"Mødedato: {day} kl. 9.00-11.30",
        "Mødested: Sal 2",
        "",
        head or "1. Beslutningspunkter",
        "",
        *items,
    ]
    return "\n".join(lines).encode()


def word_agenda() -> bytes:
    document = docx.Document()
    document.add_heading("Dagsorden til møde i Home-Forum", 0)
    document.add_paragraph("Mødedato: 12. marts 2026 kl. 13.00-15.30")
    document.add_heading("1. Beslutningspunkter", 1)
    document.add_heading("1.1 Takster for 2027", 2)
    document.add_paragraph("Indstilling")
    document.add_paragraph("At forummet godkender taksterne")
    document.add_paragraph("Sagsfremstilling")
    document.add_paragraph("Taksterne er regnet ud.")
    return saved(document)


def word(text: str) -> bytes:
    document = docx.Document()
    document.add_paragraph(text)
    return saved(document)


def saved(document: Any) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def bomb() -> bytes:
    """A Word file whose text is sixty megabytes when it is unpacked."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(word("x"))) as package,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made,
    ):
        for name in package.namelist():
            huge = name == "word/document.xml"
            made.writestr(name, b"<a>" + b" " * 60_000_000 if huge else package.read(name))
    return buffer.getvalue()


def scan(pages: int) -> bytes:
    """A PDF as a scanner makes it: pages without any text."""
    document = pypdfium2.PdfDocument.new()
    for _ in range(pages):
        document.new_page(595, 842)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def stored() -> dict[str, int]:
    """How many rows there are of each of our models."""
    return {
        model.__name__: model._default_manager.count()
        for model in apps.get_models()
        if "rammevaerk" in model.__module__ and model.__name__ not in {"Session"}
    }


def hand_in(
    world: World, content: bytes, name: str = "dagsorden.txt", client: Client | None = None
) -> Any:
    file = SimpleUploadedFile(name, content)
    return (client or secretariat(world)).post(
        address("read_document", world.first(Body)), {"file": file}
    )


def offered(answer: Any) -> dict[str, str]:
    """What the page's form would send as it stands."""
    form = answer.content.decode().split("/laes-ind/gem/", 1)[1].split("</form>", 1)[0]
    fields: dict[str, str] = {}
    for tag in re.findall(r"<input\b[^>]*>", form):
        told = {key: unescape(value) for key, value in re.findall(r'([\w-]+)="([^"]*)"', tag)}
        if told.get("type") == "checkbox":
            if re.search(r"\bchecked\b", tag):
                fields[told["name"]] = told.get("value", "on")
        else:
            fields[told["name"]] = told.get("value", "")
    for name, inner in re.findall(r'<select\b[^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.search(r'value="([^"]*)"[^>]*selected', inner)
        fields[name] = chosen[1] if chosen else ""
    fields.pop("csrfmiddlewaretoken", None)
    return fields


def confirm(world: World, form: dict[str, str], client: Client | None = None) -> Any:
    return (client or secretariat(world)).post(
        address("read_confirm", world.first(Body)), form, follow=True
    )


def take_in(world: World, content: bytes, name: str = "dagsorden.txt", **corrected: str) -> Any:
    """Hand a file in and confirm it, with what was corrected."""
    return confirm(world, {**offered(hand_in(world, content, name)), **corrected})


def made() -> Meeting:
    """The meeting that a document became."""
    return Meeting.objects.get(source__contains="SHA-256")
