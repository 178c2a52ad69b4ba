"""What the tests of papers share: meetings with a closed item, and files laid open."""

import io
import re
import zipfile
import zlib
from typing import Any
from urllib.parse import unquote

import docx
import pypdfium2
from agenda_samples import (
    CSV,
    SECRET,
    Sent,
    a_closed_item,
    a_meeting,
    an_item,
    how,
)
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph
from world import World

from rammevaerk.portal.meetings import operations
from rammevaerk.portal.meetings.models import AgendaItem, Attendance, Meeting

FORMS = ("docx", "pdf", "zip")
MINUTES = "HEMMELIG-BESLUTNING"


def agenda_file(meeting: Meeting, form: str) -> str:
    return reverse(f"meetings:agenda_{form}", kwargs={"meeting_id": meeting.pk})


def minutes_file(meeting: Meeting, form: str) -> str:
    return reverse(f"meetings:minutes_{form}", kwargs={"meeting_id": meeting.pk})


def version_file(meeting: Meeting, form: str, version: int = 1, kind: str = "") -> str:
    rows = meeting.dispatches.filter(version=version)
    row = rows.get(kind=kind) if kind else rows.get()
    return reverse(f"meetings:version_{form}", kwargs={"dispatch_id": row.pk})


def fetched(client: Client, address: str, *, public: bool = False) -> bytes:
    answer = client.get(address, {"offentlig": "1"} if public else {})
    assert answer.status_code == 200, address
    return bytes(answer.content)


def name_of(answer: HttpResponse) -> str:
    return unquote(
        re.search(r"filename\*?=(?:utf-8'')?\"?([^\"]+)", answer["Content-Disposition"])[1]
    )


def pdf_words(content: bytes) -> str:
    with pypdfium2.PdfDocument(content) as document:
        pages = [page.get_textpage().get_text_range() for page in document]
        about = " ".join(document.get_metadata_dict().values())
        marks = " ".join(mark.get_title() for mark in document.get_toc())
    return " ".join(f"{' '.join(pages)} {about} {marks}".split()).replace("\ufffe", "")


def docx_words(content: bytes) -> str:
    file = docx.Document(io.BytesIO(content))
    return " ".join(Paragraph(one, file).text for one in file.element.body.iter(qn("w:p")))


def laid_open(content: bytes, name: str = "") -> str:
    """All that a file holds, as it is, unpacked, inflated and read: for what may not be there."""
    found = name + content.decode("latin-1") + content.decode("utf-8", errors="replace")
    if content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            found += archive.comment.decode("latin-1")
            found += "".join(laid_open(archive.read(one), one) for one in archive.namelist())
    if content[:4] == b"%PDF":
        found += pdf_words(content)
        for stream in re.findall(rb"stream\r?\n(.*?)endstream", content, re.DOTALL):
            opened = _inflated(stream)
            found += opened.decode("latin-1") + opened.decode("utf-16-be", errors="replace")
    return found


def _inflated(stream: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(stream)
    except zlib.error:
        return stream


def sent_with_closed(world: World) -> Sent:
    """An open item with an annex, and a closed one with everything an item can have."""
    meeting = a_meeting(world)
    first = an_item(meeting, "Takster 2027", duration=20)
    operations.add_annex(first, "Åbent notat", CSV, "åbent.csv", **how())
    second = a_closed_item(
        meeting,
        duration=77,
        presenters=f"{SECRET} oplægsholder",
        recommendation=[("approve", f"{SECRET} indstilling")],
    )
    secret = f"{SECRET};fil\n1;2\n".encode()
    operations.add_annex(second, f"{SECRET} notat", secret, f"{SECRET}.csv", **how())
    operations.dispatch_agenda(meeting, **how())
    for row in (meeting, first, second):
        row.refresh_from_db()
    return Sent(meeting, first, second)


def after(meeting: Meeting) -> dict[str, Any]:
    """How things are done when the meeting is over."""
    return how() | {"at": meeting.ends_at}


def held_with_closed(world: World) -> Meeting:
    """Minutes of an open and a closed item, with somebody not fit to decide on the closed one."""
    sent = sent_with_closed(world)
    past = after(sent.meeting)
    operations.begin_minutes(sent.meeting, **past)
    operations.add_guest(sent.meeting, "Gæst Gæstesen", **past)
    absent = Attendance.objects.filter(meeting=sent.meeting).first()
    operations.except_from_item(
        sent.closed, absent.pk, state="conflict", note=f"{MINUTES} forhold", **past
    )
    for item in AgendaItem.objects.filter(meeting=sent.meeting):
        text = f"{MINUTES} tekst" if item == sent.closed else "Taksterne blev godkendt."
        operations.decide(item, "adopted", text, **past)
    operations.close_meeting(sent.meeting, **past)
    sent.meeting.refresh_from_db()
    return sent.meeting
